#!/bin/bash
# restore.t - the centre goes back to an older backup under stations that went
# on working, in each way there is: set back with its disk, restored from a dump
# into a new cluster, recovered to a point in time. What was acknowledged is
# there afterwards, also when its author's station is gone; what was withdrawn
# does not come back; nothing is accepted before somebody has looked.
#
# The ledger is the test's own: what a station was told is at the centre goes in,
# record and text, and is looked up there at the end.
. tests/flow/lib.sh
use_district
shopt -s extglob

archive=$pg_home/archive
mkdir -p "$archive" && chmod 777 "$archive"
with_archive=(archive_mode=on "archive_command=cp %p $archive/%f")
restart_postgres() { stop_postgres && start_postgres "$@"; }
restart_postgres "${with_archive[@]}"
start_daemon
echo "database-backup = $(cluster_conninfo "$work/s" postgres)" >>"$work/daemon.conf"

new_id() { cat /proc/sys/kernel/random/uuid; }
today=$(TZ=Asia/Shanghai date +%F)
name_of() { sql "SELECT site_name FROM auth.account WHERE login = '$1'"; }

# ---- who is there: a rehabilitation station, a colleague there, a doctor ---------
doctor=$(sql "SELECT a.login FROM auth.account a JOIN rec.member m ON m.staff = a.staff AND m.\"to\" IS NULL JOIN rec.\"case\" c ON c.id = m.case_id
	JOIN access.reach r ON r.unit_id = c.id AND r.key = a.staff AND (r.to_at IS NULL OR r.to_at > now())
	WHERE a.role = 'psychiatrist' GROUP BY a.login, c.home_site HAVING count(DISTINCT c.id) >= 4 ORDER BY count(*) DESC, 1 LIMIT 1")
home=$(sql "SELECT c.home_site FROM access.reach r JOIN auth.account a ON a.staff = r.key JOIN rec.\"case\" c ON c.id = r.unit_id
	WHERE a.login = '$doctor' GROUP BY 1 ORDER BY count(DISTINCT c.id) DESC LIMIT 1")
mapfile -t desk <<<"$(sql "SELECT login FROM auth.account WHERE site = '$home' AND role IN ('social_worker', 'rehab_worker', 'case_worker', 'prevention_doctor', 'nurse') ORDER BY role DESC, login LIMIT 3")"
boss=$(sql "SELECT login FROM auth.account WHERE site = '$home' AND role = 'supervisor' LIMIT 1")
if [ -z "$boss" ]; then
	boss=restore.boss
	printf 'correct horse battery\n' | daemon account add --login $boss --role supervisor --site "$home" --name 张督导 >"$work/said" 2>&1
	printf 'supervisor\t%s\tcorrect horse battery\t张督导\t%s\n' $boss "$(sql "SELECT name FROM rec.site WHERE id = '$home'")" >>"$work/accounts.tsv"
fi
if [ "${#desk[@]}" -lt 2 ]; then
	printf 'correct horse battery\n' | daemon account add --login restore.mate --role social_worker --site "$home" --name 王同事 >"$work/said" 2>&1
	printf 'social_worker\trestore.mate\tcorrect horse battery\t王同事\t%s\n' "$(sql "SELECT name FROM rec.site WHERE id = '$home'")" >>"$work/accounts.tsv"
	desk+=(restore.mate)
fi
writer=$(sql "SELECT login FROM auth.account WHERE site = '$home' AND role = 'social_worker' ORDER BY login LIMIT 1")
mate=''
for who in "${desk[@]}"; do [ "$who" = "$writer" ] || mate=$who; done
cases_of() { # shared between the doctor and the station, and ended by nobody
	sql "SELECT DISTINCT c.id FROM access.reach r JOIN auth.account a ON a.staff = r.key AND a.login = '$doctor'
		JOIN rec.\"case\" c ON c.id = r.unit_id AND c.home_site = '$home' AND c.closed IS NULL
		JOIN rec.member m ON m.case_id = c.id AND m.staff = a.staff AND m.\"to\" IS NULL
		WHERE r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now()) ORDER BY 1"
}
mapfile -t shared <<<"$(cases_of)"
ok "a writer, a colleague, a doctor, a supervisor, and cases they share" \
	[ -n "$writer" -a -n "$mate" -a -n "$doctor" -a -n "$boss" -a ${#shared[@]} -ge 4 ]
ok "the writer's station is enrolled" enrol writer "$(name_of "$writer")" "$writer"
ok "the doctor's" enrol doctor "$(name_of "$doctor")" "$doctor"
sync() { station "$1" sync --json >"$work/sync.$1" 2>&1; }
digests_agree() { is "$(station "$1" status --json | jq '.matched // .synced')" true; }
for s in writer doctor; do ok "$s is in step" exits 0 sync $s; done
ok "the supervisor signs in" sign_in "$boss"

# ---- work, and the ledger of what was acknowledged ---------------------------------
: >"$work/ledger"
note() { # STATION CASE TEXT: a service note; its id
	station "$1" add service --case "$2" kind=home_visit status=completed "started_at=2026-11-20 09:00" "process=$3" --json | jq -r .id
}
enter() { printf '%s\t%s\n' "$1" "$2" >>"$work/ledger"; }
# Acknowledged: sent, and nothing of it waits.
acknowledged() {
	sync "$1" || { remark "$(tail -c 1500 "$work/sync.$1")" && return 1; }
	is "$(station "$1" status --json | jq .unsent)" 0
}
at_centre() { # REC TEXT: it stands, it is an older version, or a conflict keeps it
	[ "$(sql "SELECT count(*) > 0 FROM log.version WHERE position('$2' IN body) > 0 AND (record_id = '$1' OR body LIKE '%$1%')")" = t ]
}
missing() { # of the ledger at the centre
	local rec text
	while IFS=$'\t' read -r rec text; do
		at_centre "$rec" "$text" || echo "$rec $text"
	done <"$work/ledger"
}
nothing_is_missing() { is "$(missing)" ""; }
once() { # REC: exactly one record, its versions without a gap
	is "$(sql "SELECT count(*) = max(version) AND count(*) FILTER (WHERE next_csn IS NULL) = 1 FROM log.version WHERE record_id = '$1'")" t
}
end_membership() { # CASE: the doctor's, by the supervisor, in the browser
	local member from
	member=$(sql "SELECT m.id FROM rec.member m JOIN auth.account a ON a.staff = m.staff WHERE a.login = '$doctor' AND m.case_id = '$1' AND m.\"to\" IS NULL LIMIT 1")
	from=$(sql "SELECT \"from\" FROM rec.member WHERE id = '$member'")
	jq -cn --arg id "$(new_id)" --arg rec "$member" --arg c "$1" --arg to "$today" --arg from "$from" \
		'{changes: [{id: $id, rec: $rec, type: "member", case: $c, op: "patch", set: {to: $to}, seen: {from: $from, to: null},
		  entered_at: "2026-11-21T09:30:00+08:00"}]}' | api POST /v1/changes - | jq -r '.results[0] | .status + (.code // "")'
}
says_so() { # CASE…: the membership's newest version has an end, by the supervisor
	local c
	for c in "$@"; do
		[ "$(sql "SELECT count(*) FROM log.version v JOIN rec.member m ON m.id = v.record_id JOIN auth.account a ON a.staff = m.staff JOIN auth.account b ON b.staff = v.by
			WHERE m.case_id = '$c' AND a.login = '$doctor' AND b.login = '$boss' AND v.next_csn IS NULL AND v.body::jsonb ->> 'to' = '$today'")" = 1 ] || return 1
	done
}
holds() { station "$1" show "$2" --json >"$work/said" 2>&1; }
lacks() { ! holds "$1" "$2"; }
reaches() { [ "$(sql "SELECT count(*) FROM access.reach r JOIN auth.account a ON a.staff = r.key AND a.login = '$doctor' WHERE r.unit_id = '$1' AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())")" != 0 ]; }
reaches_not() { ! reaches "$1"; }

# ---- three ways back -----------------------------------------------------------------
backup_disk() { stop_postgres && rm -rf "$pg_home/image" && cp -a "$pg_dir" "$pg_home/image" && start_postgres "${with_archive[@]}"; }
restore_disk() { stop_postgres && rm -rf "$pg_dir" && mv "$pg_home/image" "$pg_dir" && start_postgres "${with_archive[@]}"; }
backup_dump() { daemon backup make --dir "$work/backup" >"$work/said" 2>&1 && daemon backup verify --dir "$work/backup" --scratch "$work" >"$work/said" 2>&1; }
# The commands of the manual's page, in order, on the cluster of this test.
by_the_manual() {
	local command bin
	bin=$(cluster_bin)
	while read -r command; do
		command=$(sed "s|/srv/backup/monday|$work/backup|" <<<"$command")
		case $command in
		systemctl*) ;;
		casebridged*) daemon ${command#casebridged } >"$work/said" 2>&1 || { remark "$command" "$(cat "$work/said")" && return 1; } ;;
		*) (export PGHOST=$work/s PGUSER=postgres PATH=$bin:$PATH && eval "$command") >"$work/said" 2>&1 ||
			[[ $command = psql* ]] || { remark "$command" "$(cat "$work/said")" && return 1; } ;;
		esac
	done < <(awk '/^```sh restore/ { inside = 1; next } /^```/ { inside = 0 } inside' docs/manual/zh/restored.md)
}
restore_dump() {
	stop_postgres && rm -rf "$pg_dir" &&
		CLUSTER_INITDB="--wal-segsize=1 --no-sync" cluster_make "$pg_dir" deploy/demo/postgresql.conf &&
		start_postgres "${with_archive[@]}" &&
		by_the_manual
}
backup_time() { backup_disk && sql "SELECT pg_create_restore_point('monday')" >"$work/said" && sql "SELECT pg_switch_wal()" >"$work/said"; }
restore_time() {
	stop_postgres && rm -rf "$pg_dir" && mv "$pg_home/image" "$pg_dir" && cluster_as touch "$pg_dir/recovery.signal" &&
		start_postgres "${with_archive[@]}" "restore_command=cp $archive/%f %p" recovery_target_name=monday \
			recovery_target_action=promote &&
		wait_for 30 recovered
}
recovered() { [ "$(sql 'SELECT pg_is_in_recovery()')" = f ]; }
device_of() { jq -r .device "$work/st/$1/station.json"; }
round=0
story() { # KIND WHY
	local kind=$1 why=$2 epoch n1 n2 n3 n4 n5 kept gone late keep=${shared[0]}
	round=$((round + 1)) epoch=$(sql "SELECT epoch FROM log.epoch")
	gone=${shared[$((round * 2 - 1))]:-} late=${shared[$((round * 2))]:-}
	[ -n "$late" ] || { gone='' late=''; }
	echo "# $kind"

	ok "$kind: a colleague comes" enrol "mate$round" "$(name_of "$mate")" "$mate"
	for s in writer doctor "mate$round"; do ok "$kind: $s is in step before" exits 0 sync "$s"; done
	kept=$(note writer "$keep" "before $kind") && enter "$kept" "before $kind"
	ok "$kind: a note is acknowledged" acknowledged writer
	ok "$kind: a backup" "backup_$kind"

	# After it: notes of three people, edits on each other's, a signature, a conflict.
	n1=$(note writer "$keep" "writer after $kind") && enter "$n1" "writer after $kind"
	ok "$kind: the writer's note is acknowledged" acknowledged writer
	n2=$(note "mate$round" "$keep" "colleague after $kind") && enter "$n2" "colleague after $kind"
	ok "$kind: the colleague's" acknowledged "mate$round"
	n3=$(note doctor "$keep" "doctor after $kind") && enter "$n3" "doctor after $kind"
	ok "$kind: the doctor's" acknowledged doctor
	for s in writer "mate$round" doctor; do sync "$s"; done
	station doctor edit "$n1" "aim=doctor on writer $kind" >"$work/said" 2>&1 && enter "$n1" "doctor on writer $kind"
	ok "$kind: an edit of somebody else's note" acknowledged doctor
	n4=$(note writer "$keep" "signed $kind") && enter "$n4" "signed $kind"
	station writer sign "$n4" --yes >"$work/said" 2>&1
	ok "$kind: a note is signed" acknowledged writer
	n5=$(note writer "$keep" "disputed $kind") && enter "$n5" "disputed $kind"
	acknowledged writer && sync doctor
	station writer edit "$n5" "aim=one way $kind" >"$work/said" 2>&1 && enter "$n5" "one way $kind"
	station doctor edit "$n5" "aim=other way $kind" >"$work/said" 2>&1 && enter "$n5" "other way $kind"
	ok "$kind: of two values one is in conflict" eval 'acknowledged writer && acknowledged doctor && is "$(jq .conflicts "$work/sync.doctor")" 1'
	sync writer && sync "mate$round"

	# Withdrawn: of one case the doctor's station has heard, of the other not.
	if [ -n "$gone" ]; then
		ok "$kind: a membership ends" is "$(end_membership "$gone")" applied
		sync doctor
		ok "$kind: the doctor's station has purged it" lacks doctor "$gone"
		ok "$kind: another ends, which it has not heard" is "$(end_membership "$late")" applied
		ok "$kind: and holds still" holds doctor "$late"
	fi
	ok "$kind: all of it is at the centre" nothing_is_missing
	wait_for 5 grep -q "$(sql "SELECT epoch || ' ' || csn FROM log.head") " "$work/state/high-water"

	# Back. The colleague's station is gone for good.
	mate_device=$(device_of "mate$round")
	rm -rf "$work/st/mate$round"
	ok "$kind: the daemon ends" stop_daemon
	ok "$kind: the log goes back" "restore_$kind"
	ok "$kind: and lacks what came after" isnt "$(missing)" ""
	ok "$kind: the daemon starts, and will not accept" start_unconfirmed
	ok "$kind: it says why, in another epoch" is "$(sql "SELECT why, epoch > $epoch, confirmed_at IS NULL FROM log.epoch")" "$why|t|t"
	ok "$kind: the log says so" grep -q "ALARM.*why=$why" "$work/daemon.log"
	ok "$kind: so do the figures" grep -q '^casebridge_epoch_confirmed 0' <(curl -s "http://127.0.0.1:$ops_port/metrics")
	ok "$kind: what stations hold is unknown" is "$(sql "SELECT count(*) FROM log.manifest WHERE state IN ('q', 'o', 'h', 'p')")" 0
	if [ -n "$gone" ]; then
		ok "$kind: the case that was withdrawn is withdrawn again" reaches_not "$gone"
		ok "$kind: and so is the one nobody had heard of" reaches_not "$late"
	fi

	# Nothing is accepted; nothing is lost; reading goes on.
	ok "$kind: a person signs in and reads" eval 'sign_in "$boss" && is "$(code GET /v1/caseload)" 200'
	ok "$kind: a change from a browser is refused by name" is \
		"$(jq -cn --arg id "$(new_id)" --arg rec "$(new_id)" --arg c "$keep" '{changes: [{id: $id, op: "create", type: "service", rec: $rec, case: $c,
			entered_at: "2026-11-21T09:30:00+08:00", set: {started_at: "2026-11-20T09:30:00+08:00", kind: "home_visit", status: "completed"}}]}' |
			api POST /v1/changes - | jq -r .code)" unconfirmed
	ok "$kind: a station keeps its work and says it comes later" exits 3 sync writer
	ok "$kind: its journal is in front again" [ "$(station writer status --json | jq .unsent)" -gt 0 ]
	ok "$kind: and its copy is there" holds writer "$n2"
	ok "$kind: nothing came back by itself" isnt "$(missing)" ""

	daemon epoch confirm --reason "restored $kind" >"$work/said"
	ok "$kind: an operator confirms" [ $? = 0 ]
	ok "$kind: the daemon is ready" wait_for 5 answers /readyz
	ok "$kind: once is enough" exits 2 daemon epoch confirm --reason again

	# The doctor comes first: what is built on others' work waits for them.
	sync doctor
	if [ -n "$gone" ]; then
		ok "$kind: the doctor's station gives up what it had not heard of" lacks doctor "$late"
		ok "$kind: and gets neither back" lacks doctor "$gone"
		ok "$kind: there is a receipt for it" is "$(sql "SELECT count(*) FROM log.manifest m JOIN log.replica r USING (replica) JOIN auth.account a ON a.staff = r.staff
			WHERE a.login = '$doctor' AND m.unit_id = '$late' AND m.state = 'x' AND m.receipt IS NOT NULL AND NOT r.gone")" 1
	fi
	ok "$kind: the writer's station sends its journal" acknowledged writer
	ok "$kind: then the doctor's, which had to wait" acknowledged doctor
	sync writer
	ok "$kind: the colleague's note, whose station is gone, waits for a decision" is \
		"$(sign_in "$boss" && api GET /v1/salvage | jq -r --arg rec "$n2" '[.rows[] | select(.rec == $rec)] | length')" 1
	ok "$kind: with who wrote it, and how many stations held it" is \
		"$(api GET /v1/salvage | jq -r --arg rec "$n2" '.rows[] | select(.rec == $rec) | .by_name + " " + (.offers | tostring) + " " + .body.process')" \
		"$(sql "SELECT name FROM auth.account WHERE login = '$mate'") 2 colleague after $kind"
	ok "$kind: where it was written, and which stations hold it" is \
		"$(api GET /v1/salvage | jq -c --arg rec "$n2" '.rows[] | select(.rec == $rec) | [.site_name, .station, ([.offered[] | [.station, .site_name]] | sort), .now]')" \
		"$(jq -cn --arg s "$(name_of "$mate")" --arg gone "$mate_device" --arg w "$(device_of writer)" --arg ws "$(name_of "$writer")" \
			--arg d "$(device_of doctor)" --arg ds "$(name_of "$doctor")" '[$s, $gone, ([[$w, $ws], [$d, $ds]] | sort), null]')"
	ok "$kind: it was not put into the log by itself" is "$(sql "SELECT count(*) FROM log.version WHERE record_id = '$n2'")" 0
	as "$writer" && sign_in "$writer"
	ok "$kind: nobody else sees it" is "$(api GET /v1/salvage | jq '.rows | length')" 0
	as "$boss"
	take() { # REC TAKE: decides; the status or code
		local row
		row=$(api GET /v1/salvage | jq -c --arg rec "$1" '[.rows[] | select(.rec == $rec)][0]')
		jq -cn --argjson row "$row" --argjson take "$2" '{take: $take, over: ($row.now.ver // 0), note: "seen with the team"}' |
			api POST "/v1/salvage/$(jq -r .id <<<"$row")" - | jq -r '.status // .code'
	}
	ok "$kind: put back" is "$(take "$n2" true)" reinstated
	for rec in $(api GET /v1/salvage | jq -r '.rows[].rec'); do
		ok "$kind: what else was offered is decided" like "$(take "$rec" true)" '^(reinstated|400|403|422|409)$'
	done
	for s in writer doctor; do sync $s; done
	ok "$kind: NOTHING ACKNOWLEDGED IS MISSING" nothing_is_missing
	for rec in "$n1" "$n2" "$n3" "$n4" "$n5" "$kept"; do ok "$kind: and nothing is twice" once "$rec"; done
	ok "$kind: the signature is given again" is "$(sql "SELECT state FROM log.version WHERE record_id = '$n4' AND next_csn IS NULL")" 2
	for s in writer doctor; do
		ok "$kind: $s is in step after it all" exits 0 sync $s
		ok "$kind: $s: both digests are equal" digests_agree $s
	done
	ok "$kind: the stations that came are known again, the lost one is not forgotten" is \
		"$(sql "SELECT count(*) FROM log.replica r JOIN auth.account a ON a.staff = r.staff CROSS JOIN log.epoch e
			WHERE a.login IN ('$writer', '$doctor') AND r.epoch < e.epoch AND NOT r.gone"), $([ "$(sql 'SELECT log.replicas_away()')" -ge 1 ] && echo some)" "0, some"
	if [ -n "$gone" ]; then
		ok "$kind: and the records say so, as whoever decided it" wait_for 5 says_so "$gone" "$late"
		ok "$kind: nothing is owed any more" is "$(sql "SELECT count(*) FROM log.decision WHERE owed")" 0
		ok "$kind: the withdrawn cases stay away from the doctor" eval 'lacks doctor "$gone" && lacks doctor "$late" && reaches_not "$gone" && reaches_not "$late"'
	fi
}

ok "the manual gives the same commands in both languages" is \
	"$(grep -E '^(casebridge|systemctl|psql|createdb|pg_restore)' docs/manual/zh/restored.md | sed 's/ *#.*//; s/"[^"]*"/TEXT/')" \
	"$(grep -E '^(casebridge|systemctl|psql|createdb|pg_restore)' docs/manual/en/restored.md | sed 's/ *#.*//; s/"[^"]*"/TEXT/')"
story disk high_water
story dump system
[ ${#shared[@]} -ge 7 ] || shared=("${shared[0]}")
story time timeline
ok "the log is whole: dense and linked" is "$(sql "SELECT count(*) = max(csn) FROM log.commit")" t
done_testing
