#!/bin/bash
# places.t - killed where the random trials do not come: while the centre or a
# store gets a new shape, while keys are sealed anew, while a case is purged,
# while a station is made, exported, carried for, locked and wiped. It died
# there, it is started again, and nothing is lost, doubled or left behind.
. tests/fault/trial.sh
declare -A dead=()
# dies POINT:n command…: it was killed there and nowhere else.
dies() {
	local point=$1 rc=0
	shift
	armed "$point" "$@" >"$work/dying" 2>&1 || rc=$?
	[ $rc = 137 ] && grep -q "crash point $point" "$work/dying" ||
		{ remark "$point: exit $rc" "$(tail -n 3 "$work/dying")" && return 1; }
	dead[${point%%:*}]=1
}
nobody() { # MACHINE verb…: without any passphrase
	local machine=$1
	shift
	"$CASEBRIDGE" --store "$work/st/$machine" "$@" </dev/null
}
code_of() { jq -r '.error.code // "none"'; }
json_of() { station "$1" "${@:2}" --json 2>/dev/null; }

# --- the centre: from nothing, killed at every migration -----------------------

use_district
trial_daemon
psql_in() { psql -qAtX -v ON_ERROR_STOP=1 "host=$work/s user=postgres dbname=$1" -c "$2" 2>&1; }
psql_in postgres 'CREATE DATABASE fresh OWNER casebridge_owner' || bail "no second database"
sed "s/dbname=$CLUSTER_DB/dbname=fresh/" "$work/daemon.conf" >"$work/fresh.conf"
migrate() { "$CASEBRIDGED" migrate --config "$work/fresh.conf"; }
ran() { psql_in fresh 'SELECT count(*) FROM casebridge_migration'; }
shape() { pg_dump --schema-only "host=$work/s user=postgres dbname=$1" | grep -v '^\\'; }
migrations=$(find migrations/server -name '*.sql' | wc -l)
killed_at_each() {
	local k
	for ((k = 0; k < migrations; k++)); do
		dies migrating:1 migrate && is "$(ran)" $k && dies migrated:1 migrate && is "$(ran)" $((k + 1)) || return 1
	done
}
ok "a new database, its maker killed in and after each of $migrations migrations" killed_at_each
ok "has nothing left to do" like "$(migrate 2>&1)" .
ok "and the shape of one nobody was killed at" diff <(shape fresh) <(shape $CLUSTER_DB)

# --- the centre and a store with people's work, one release on -----------------

# Ours with two migrations more on each side, which write to what is there.
next=$work/next
next_release() {
	local last
	# Built where its own tree says, never into ours.
	[ "${FAULT_BUILD#/}" = "$FAULT_BUILD" ] || return 1
	mkdir "$next" && find Makefile proto server migrations tools client -path client/web -prune -o -type f -print0 |
		tar --null -T - -c | tar -x -C "$next" &&
		{ mkdir -p "$next/$FAULT_BUILD" && cp -a "$FAULT_BUILD"/{proto,server,client,gen,lib*.a,fault} "$next/$FAULT_BUILD/" || return 1; }
	echo 'ALTER TABLE rec.service ADD later_aim text; UPDATE rec.service SET later_aim = aim;' >"$next/migrations/server/0998-next.sql"
	echo 'ALTER TABLE rec.service ADD later_ver integer; UPDATE rec.service SET later_ver = rec_ver;' >"$next/migrations/server/0999-next.sql"
	last=$(find migrations/client -name '*.sql' | wc -l)
	printf '%s\n' 'CREATE TABLE next_work AS SELECT * FROM work;' "PRAGMA user_version = $((last + 1));" >"$next/migrations/client/$(printf %04d $((last + 1)))-next.sql"
	printf '%s\n' 'CREATE TABLE next_unit AS SELECT * FROM unit;' 'UPDATE work SET rowid = rowid;' "PRAGMA user_version = $((last + 2));" >"$next/migrations/client/$(printf %04d $((last + 2)))-next.sql"
	env -u BUILD -u MAKEFLAGS -u MAKELEVEL make -C "$next" -j2 B="$FAULT_BUILD" DEV=1 "$BUILD"/casebridge{d,} >"$work/remark" 2>&1 </dev/null
}
ok "a release to come is built" next_release
ours_daemon=$CASEBRIDGED ours=$CASEBRIDGE
next_daemon=$next/$BUILD/casebridged next_station=$next/$BUILD/casebridge
two_stations
note=$(station one add service --case "${numbers[0]}" kind=phone_contact status=completed \
	"started_at=2026-11-20 09:00" minutes=30 "aim=~start~" --json | jq -r .id)
ok "with work at both, a conflict and something not sent" eval '
	both_in_step && edit_note one ~c.one~ "$note" && edit_note two ~c.two~ "$note" && station one sync >/dev/null &&
	station two sync >/dev/null && add_note one ~kept~ "${numbers[1]}"'
columns() { sql "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'rec' AND table_name = 'service' AND column_name LIKE 'later%'"; }
stop_daemon
CASEBRIDGED=$next_daemon
ok "the centre is brought up to date and killed before the commit" dies migrating:1 daemon migrate
ok "nothing of it is there" is "$(columns)" 0
CASEBRIDGED=$ours_daemon
trial_daemon
ok "and the older programs go on" both_in_step
stop_daemon
CASEBRIDGED=$next_daemon
ok "killed after one of two" dies migrated:1 daemon migrate
ok "the one is there" is "$(columns)" 1
ok "and the rest follows" daemon migrate
ok "both have filled every row" is "$(sql 'SELECT count(*) FROM rec.service WHERE later_aim IS DISTINCT FROM aim OR later_ver <> rec_ver')" 0
trial_daemon
sign_in "$one_login"
ok "stations go on" both_in_step
ok "nothing is lost or doubled" all_kept

add_note one ~up.a~ "${numbers[0]}"
CASEBRIDGE=$next_station
ok "a store is brought up to date and killed before the commit" dies upgrading:1 station one status
CASEBRIDGE=$ours
ok "the older program goes on with it" add_note one ~up.b~ "${numbers[0]}"
CASEBRIDGE=$next_station
ok "killed after one of two" dies upgraded:1 station one status
ok "it is half way, and the older program says so" is "$(CASEBRIDGE=$ours && json_of one status | code_of)" upgrade
ok "the rest follows" add_note one ~up.c~ "${numbers[0]}"
ok "what was not sent is all there" is "$(json_of one status | jq .unsent)" 3
ok "and arrives" both_in_step
ok "with nothing lost or doubled" all_kept
ok "every row opens" is "$(json_of one doctor | jq .ok)" true

# --- a station, killed at everything that makes one ------------------------------

three_secret=$work/st/three.secret
(umask 077 && password_of "$one_login" >"$three_secret")
new_code() { (umask 077 && daemon enrol-code --alone --site "$(site_of "$one_login")" --json | jq -r .code >"$work/st/three.code"); }
let_in() { station three enrol --server "$sync_url" --ca "$ca_file" --code-file "$work/st/three.code"; }
sits() { station three login --user "$one_login" --password-file "$three_secret"; }
# Killed at the first passing, the second, … until it is through.
until_through() { # POINT command: with a new code each time; how often it died is in $deaths
	local k
	deaths=0
	for ((k = 1; k < 30; k++)); do
		new_code
		dies "$1:$k" "$2" || break
		deaths=$k
	done
	rm -f "$work/remark"
	[ $deaths -ge 1 ]
}
anew() { rm -rf "$work/st/three"; }
for point in file_written file_renamed; do
	anew
	ok "enrolled, killed each time it came to $point" until_through $point let_in
	new_code
	ok "it is enrolled in the end (it died $deaths times)" eval 'let_in >"$work/said" 2>&1 || json_of three status | grep -q reader || [ -s "$work/st/three/station.json" ]'
	ok "signed in, killed the same way" until_through $point sits
	ok "it is a station like any other" eval 'sits >/dev/null 2>&1 && in_step three "$one_login"'
done
for point in upgrading upgraded store_made; do
	anew
	new_code
	let_in >/dev/null 2>&1
	ok "its store is made, killed each time it came to $point" until_through $point sits
	ok "made in the end, it is a store like any other (it died $deaths times)" eval 'sits >/dev/null 2>&1 && in_step three "$one_login" && is "$(json_of three doctor | jq .ok)" true'
done

# --- keys sealed anew ---------------------------------------------------------------

secret=$work/st/one.secret
# The password is another; the old one still opens the store.
other_password() {
	cp "$secret" "$work/st/old.secret"
	(umask 077 && echo "another password $1" >"$secret")
	daemon account password --login "$one_login" <"$secret" >"$work/said" 2>&1
}
reseal() { CASEBRIDGE_PASSPHRASE_FILE='' "$CASEBRIDGE" --store "$work/st/one" login --user "$one_login" --password-file "$secret" --passphrase-file "$work/st/old.secret" --json </dev/null; }
opens() { # SECRET: yes, or why not
	CASEBRIDGE_PASSPHRASE_FILE=$1 "$CASEBRIDGE" --store "$work/st/one" status --json </dev/null 2>/dev/null | jq -r '.error.code // "yes"'
}
add_note one ~seal~ "${numbers[0]}"
other_password 1
ok "killed while the store is sealed with another passphrase" dies rewrapping:1 reseal
ok "the old one opens it, the new one does not" is "$(opens "$work/st/old.secret") $(opens "$secret")" 'yes bad_passphrase'
# At every commit of it: one of the two opens it, never both, never none.
one_of_two() {
	local k said
	for ((k = 1; k < 20; k++)); do
		dies "$1:$k" reseal || break
		said="$(opens "$work/st/old.secret") $(opens "$secret")"
		[[ $said =~ ^(yes bad_passphrase|bad_passphrase yes)$ ]] || { remark "$1:$k: $said" && return 1; }
		[[ $said != bad* ]] || { through=$((through + 1)) && other_password "$1.$k"; }
	done
	rm -f "$work/remark"
}
through=0
ok "killed before each commit of it, one of the two opens it" one_of_two before_commit
ok "and after each" one_of_two after_commit
ok "of which some had sealed it ($through)" [ $through -ge 1 ]
ok "done in the end, only the new one opens it" eval 'reseal >"$work/said" 2>&1; is "$(opens "$work/st/old.secret") $(opens "$secret")" "bad_passphrase yes"'
awk -F '\t' -v OFS='\t' -v l="$one_login" -v p="$(cat "$secret")" '$2 == l { $3 = p } 1' "$work/accounts.tsv" >"$work/accounts.new" && mv "$work/accounts.new" "$work/accounts.tsv"
sign_in "$one_login"
ok "what was not sent arrives" both_in_step
ok "with nothing lost or doubled" all_kept

# --- a case is withdrawn: killed at the centre while more follows, and at the
# --- station at each step of destroying it ---------------------------------------

today=$(TZ=Asia/Shanghai date +%F)
staff_of() { sql "SELECT staff FROM auth.account WHERE login = '$1'"; }
site_id() { sql "SELECT site FROM auth.account WHERE login = '$1'"; }
there=$(site_id "$two_login")
shared=$(sql "SELECT c.number FROM rec.\"case\" c WHERE c.home_site = '$(site_id "$one_login")' AND c.closed IS NULL AND c.number IS NOT NULL
	AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = c.id AND r.key = '$there') ORDER BY 1 LIMIT 1")
shared_id=$(sql "SELECT id FROM rec.\"case\" WHERE number = '$shared'")
made() { station one add "$@" --json 2>"$work/said" | jq -r .id; }
manifest() { sql "SELECT m.state FROM log.manifest m JOIN log.replica r USING (replica) JOIN auth.account a ON a.staff = r.staff
	WHERE a.login = '$two_login' AND m.unit_id = '$shared_id'"; }
holds() { station two cases "$shared" --json 2>/dev/null | jq length; }
seat=$(made member --case "$shared" "staff=$(staff_of "$two_login")" "site=$there" role=social_worker "from=$today")
consent=$(made consent --case "$shared" purpose=sharing classes=identity,assessment,plan,note "sites=$there" given_by=本人 evidence=书面 "from=$today")
task=$(made task --case "$shared" title=上门查看 "site=$there" status=open)
ok "a case is shared, with a task for the other site" both_in_step
ok "which has it" is "$(holds) $(manifest)" '1 h'
ok "work in it, not sent" add_note two ~held~ "$shared"
ok "the consent is withdrawn" exits 0 station one withdraw "$shared" "$consent" "$seat" --reason 不再共享 --yes
arm stored:1
station one sync >/dev/null 2>&1
disarm
ok "the centre died before what follows from it" eval 'ended_within "$daemon_pid" 3 && dead[stored]=1'
trial_daemon
ok "nothing of it had happened" is "$(sql "SELECT count(*) FROM rec.consent WHERE id = '$consent' AND \"to\" IS NULL AND rec_state = 'live'")" 1
ok "asked again, all of it has" is "$(station one sync --json | jq -c '[.synced, .parked]') $(sql "SELECT status FROM rec.task WHERE id = '$task'")" '[true,0] cancelled'
for point in purging:1 purging:2 purged:1; do
	ok "the other station is killed while it destroys the case ($point)" dies $point station two sync
	ok "no receipt was given" isnt "$(manifest)" x
done
ok "killed when it is destroyed, and lies in the log of the file" dies scrubbing:1 station two sync
ok "it shows no more of it" isnt "$(holds)" 1
ok "and no receipt was given" isnt "$(manifest)" x
ok "killed when the log is empty" dies scrubbed:1 station two sync
ok "no receipt was given yet" isnt "$(manifest)" x
ok "it goes on to the receipt" eval 'station two sync >/dev/null 2>&1; is "$(manifest)" x'
ok "both hold what they may see" both_in_step
ok "nothing was lost or doubled, the note in that case neither" all_kept

# --- another log: killed while it becomes another replica -------------------------

add_note two ~renew~ "${numbers[0]}"
stop_daemon
daemon epoch change >"$work/said" 2>&1
daemon epoch confirm --reason "a test" >"$work/said" 2>&1
trial_daemon
sign_in "$one_login"
ok "killed while it becomes another replica" dies renewing:1 station two sync
ok "what it had not sent is there" is "$(json_of two status | jq .unsent)" 1
ok "both are in step with the other log" both_in_step
ok "nothing was lost or doubled" all_kept

# --- somebody else's work ----------------------------------------------------------

author=$(account prevention_doctor 平桥街道康复站)
ok "another person of that site has a computer" enrol pc "$(site_of "$author")" "$author"
ok "and is in step" in_step pc "$author"
mine=$(station pc cases --json | jq -r '.[0].number')
add_note pc ~way.a~ "$mine"
add_note pc ~way.b~ "$mine"
ok "killed when their file is written, not on the disk" dies bundle_written:1 nobody pc export --unsent "$work/way.one"
ok "the next export is whole" is "$(nobody pc export --unsent "$work/way.out" --json | jq .changes)" 2
ok "another station is killed while it takes it over" dies bundle_copied:1 nobody one import "$work/way.out"
ok "it takes it over in the end" is "$(nobody one import "$work/way.out" --json | jq -c '[.changes, .here]')" '[2,false]'
ok "and is killed when the centre has it, before the file is gone" dies bundle_brought:1 station one sync
ok "it goes on" both_in_step
add_note pc ~way.c~ "$mine"
ok "the author's is killed the same way" dies carried:1 nobody pc carry
ok "and in step with all of it" in_step pc "$author"
ok "each is there once" all_kept

# --- what ends by its day ---------------------------------------------------------

# In two cases a consent for a third site ended yesterday, and nobody has seen to it:
# its tasks there are still open.
day() { TZ=Asia/Shanghai date -d "$1 days" +%F; }
read -r third worker <<<"$(sql "SELECT site || ' ' || staff FROM auth.account a WHERE role = 'social_worker' AND NOT EXISTS (SELECT 1 FROM access.reach r
	WHERE r.key IN (a.site, a.staff) AND r.unit_id IN ('${case_ids[0]}', '${case_ids[1]}')) ORDER BY 1 LIMIT 1")"
a_new_id() { sed 's/\(.\{14\}\)./\17/' /proc/sys/kernel/random/uuid; }
ended_case() { # CASE: prints its task
	local task
	task=$(a_new_id)
	jq -cn --arg case "$1" --arg site "$third" --arg task "$task" --arg consent "$(a_new_id)" --arg a "$(a_new_id)" --arg b "$(a_new_id)" \
		--arg worker "$worker" --arg seat "$(a_new_id)" --arg c "$(a_new_id)" \
		--arg from "$(day -9)" --arg to "$(day -1)" '{changes: [
		{id: $a, rec: $consent, type: "consent", case: $case, op: "create", entered_at: "2026-11-21T09:30:00+08:00",
		 set: {purpose: "sharing", classes: ["note"], sites: [$site], from: $from, to: $to}},
		{id: $c, rec: $seat, type: "member", case: $case, op: "create", entered_at: "2026-11-21T09:30:00+08:00",
		 set: {staff: $worker, site: $site, role: "social_worker", from: $from}},
		{id: $b, rec: $task, type: "task", case: $case, op: "create", entered_at: "2026-11-21T09:30:00+08:00",
		 set: {title: "~day~", status: "open", site: $site}}]}' >"$work/ended"
	api POST /v1/changes - <"$work/ended" >"$work/ended.reply"
	is "$(jq -c '[.results[].status] | unique' "$work/ended.reply")" '["applied"]' >&2 || cat "$work/ended.reply" >&2
	echo "$task"
}
sign_in "$one_login"
tasks="'$(ended_case "${case_ids[0]}")','$(ended_case "${case_ids[1]}")'"
fates() { sql "SELECT string_agg(t.status || (SELECT count(*) FROM log.version v WHERE v.record_id = t.id), ' ' ORDER BY t.status, t.id) FROM rec.task t WHERE t.id IN ($tasks)"; }
ok "work of a site whose consent ran out waits in two cases" is "$(fates)" 'open1 open1'
arm ran_out:1
sql "UPDATE log.ran_out SET upto = '$(day -3)'" >/dev/null
ok "the daemon dies when it has seen to one case" wait_for 30 gone "$daemon_pid"
wait "$daemon_pid" 2>/dev/null
grep -q 'crash point ran_out' "$work/daemon.log" && dead[ran_out]=1
ok "with others still to come" isnt "$(fates)" 'cancelled2 cancelled2'
trial_daemon
seen_to() { [ "$(sql "SELECT upto = '$(day 0)' AND going IS NULL FROM log.ran_out")" = t ]; }
ok "started again, it sees to the rest" wait_for 30 seen_to
ok "and to nothing twice" is "$(fates)" 'cancelled2 cancelled2'
ok "both stations hear of it" both_in_step

# --- locked and wiped ---------------------------------------------------------------

standing() { daemon device list | awk -F '\t' -v d="$1" '$1 == d { print $7 }'; }
device=$(jq -r .device "$work/st/pc/station.json")
add_note pc ~lock~ "$mine"
daemon device lock --device "$device" --reason lost >"$work/said" 2>&1
ok "killed when the centre has what opens its stores, and they still open" dies locking:1 nobody pc carry
ok "at the next contact it is locked, with a receipt" eval 'nobody pc carry >"$work/said" 2>&1; like "$(standing "$device")" "^locked, receipt at 20"'
ok "nothing opens it" is "$(json_of pc status | code_of)" device_locked
daemon device unlock --device "$device" >"$work/said" 2>&1
ok "unlocked, its owner goes on" eval 'station pc login --user "$author" --password-file "$work/st/pc.secret" >"$work/said" 2>&1; in_step pc "$author"'
add_note pc ~wipe~ "$mine"
# For now the centre does not know whose it is: it is kept, closed.
sql "CREATE TABLE public.away AS SELECT replica, author FROM log.replica WHERE device = '$device'" >/dev/null
sql "UPDATE log.replica SET author = NULL WHERE device = '$device'" >/dev/null
daemon device wipe --device "$device" --reason lost >"$work/said" 2>&1
ok "killed when the centre has all of it and nothing is destroyed" dies handed_over:1 nobody pc carry
ok "killed when a store has lost what opens it" dies wiping:1 nobody pc carry
ok "killed when the store is gone, and not its log" dies wiping:2 nobody pc carry
ok "killed when all is destroyed" dies destroyed:1 nobody pc carry
ok "nothing opens any more" like "$(json_of pc status | code_of)" '^(device_wipe|signed_out)$'
ok "which is told with the next contact" eval 'nobody pc carry >"$work/said" 2>&1; like "$(standing "$device")" "^wiped, receipt at 20"'
ok "nothing is left but the note of it" is "$(cd "$work/st/pc" && find . -type f | tr '\n' ' ')" './wiped '
kept() { daemon parcel list --json "$@" | jq -c "[.parcels[] | select(.device == \"$device\") | [.kind, .taken_at != null]]"; }
ok "what was not sent is at the centre, closed" is "$(kept)" '[["change",false]]'
sql "UPDATE log.replica r SET author = a.author FROM public.away a WHERE a.replica = r.replica" >/dev/null
ok "tried again, and killed when it is taken and its line says no" dies retried:1 daemon parcel retry
ok "it is still to be tried" is "$(kept)" '[["change",false]]'
ok "which takes it off the list" is "$(daemon parcel retry --json | jq -c '[.taken, .left]') $(kept --all)" '[1,0] [["change",true]]'
ok "what was not sent is there once" all_kept
ok "both others are in step" both_in_step

missing=''
for point in $(awk '!/^#/ && $4 == "places.t" { print $1 }' tests/fault/points.txt); do
	[ -n "${dead[$point]:-}" ] || missing+=" $point"
done
ok "every place the list sends here had its death (${#dead[@]})" is "$missing" ''
done_testing
