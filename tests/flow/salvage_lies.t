#!/bin/bash
# salvage_lies.t - a station offers versions the log is said to have lost: what it says of
# their class, site and author opens no door, and shows nothing of what the log has.
. tests/flow/lib.sh
. tests/flow/by_hand.sh
use_district
# shellcheck disable=SC2119
start_daemon
worker=$(account social_worker)
sign_in "$worker" >/dev/null || bail "no worker"
let_in liar "$worker" || bail "no station"
pull liar '' >/dev/null
me=$(jq -r .reader.staff "$work/session.$worker") site=$(jq -r .reader.site "$work/session.$worker")
admin=$(sql "SELECT staff FROM auth.account WHERE role = 'system_admin' LIMIT 1")
# A case of another site, and a record in it.
IFS='|' read -r other home record <<<"$(sql "SELECT c.id, c.home_site, v.record_id FROM rec.\"case\" c JOIN log.version v ON v.case_id = c.id AND v.next_csn IS NULL AND v.class = 16
	WHERE NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = c.id AND r.key = '$site') LIMIT 1")"
ok "there is a case out of reach" is "$(code GET "/v1/cases/$other") $(code GET "/v1/records/$record/history")" '404 404'
boss=$(sql "SELECT staff FROM auth.account WHERE site = '$home' LIMIT 1")
body_at() { sql "SELECT body FROM log.version WHERE record_id = '$1' AND next_csn IS NULL"; }
offer() { # record type case site class by version BODY: how many are parked
	local head
	head=$(jq -cn --arg id "$1" --arg t "$2" --arg c "$3" --arg s "$4" --argjson class "$5" --arg by "$6" --argjson v "$7" --arg me "$me" --arg sha "$(printf %s "$8" | sha256sum | cut -d' ' -f1)" \
		'{id: $id, type: $t, case: (if $c == "" then null else $c end), site: $s, ver: $v, state: "live", class: $class, author: $me, by: $by, device: null,
		at: "2026-11-20T10:00:00Z", entered_at: "2026-11-20T10:00:00Z", csn: 99999, sha: $sha}')
	numbered liar POST /v1/salvage "$(jq -cn --arg l "{\"r\":$head,\"b\":$8}" '{records: [$l]}')" | jq .parked
}
rows() { api GET /v1/salvage | jq -r --arg rec "$1" "[.rows[] | select(.rec == \$rec)] | $2"; }
take() { # record over: the status, and the code
	api POST "/v1/salvage/$(rows "$1" '.[0].id // "00000000-0000-7000-8000-000000000000"')" "{\"take\":true,\"over\":$2,\"note\":\"x\"}" >/dev/null
	echo "$(status) $(jq -r '.code // ""' "$work/answer")"
}

ok "their own role is offered, as a restricted record of theirs" is "$(offer "$me" staff '' "$site" 32 "$admin" 99 "$(body_at "$me" | jq -c '.role = "supervisor"')")" 1
ok "it is not theirs to decide" is "$(rows "$me" length) $(take "$me" 1)" '0 404 not_found'
ok "a version of a record out of reach" is "$(offer "$record" service "$other" "$home" 32 "$boss" 99 '{"aim":"made up"}')" 1
ok "shows them nothing of what the log has" is "$(rows "$record" length) $(take "$record" 1)" '0 404 not_found'
seat=$(new_id)
ok "a seat in the care group of that case" is "$(offer "$seat" member "$other" "$home" 32 "$boss" 1 "{\"site\":\"$site\",\"since\":\"2026-11-01\"}")" 1
ok "is put back as what they may write themselves: it is not" is "$(take "$seat" 0)" '404 not_found'
note=$(new_id)
ok "nor a note there" is "$(offer "$note" service "$other" "$home" 32 "$boss" 1 '{"started_at":"2026-11-20T10:00:00+08:00","kind":"home_visit","status":"completed"}') $(take "$note" 0)" '1 404 not_found'
ok "they are who they were, and the case is where it was" is "$(sql "SELECT role FROM auth.account WHERE staff = '$me'") $(code GET "/v1/cases/$other") $(sql "SELECT count(*) FROM log.version WHERE record_id IN ('$seat', '$note')")" 'social_worker 404 0'
# Of a case they no longer reach, what they wrote there themselves.
IFS='|' read -r own case_id <<<"$(sql "SELECT v.record_id, v.case_id FROM log.version v JOIN access.reach r ON r.unit_id = v.unit_id AND r.key = '$site'
	WHERE v.author = '$me' AND v.next_csn IS NULL AND v.class = 16 LIMIT 1")"
ok "a note of their own is offered as restricted" is "$(offer "$own" service "$case_id" "$site" 32 "$me" 97 '{"aim":"another","restricted":true}') $(rows "$own" length)" '1 1'
# What is restricted is so by what it says and by what the log has, not by what a station calls it.
secret=$(new_id) about=$(new_id) words='饕餮之言|魑魅之思|鼙鼓之声'
class_of() { sql "SELECT class FROM log.salvage WHERE record_id = '$1'"; }
trail_of() { sql "SELECT count(*) FROM audit.event WHERE action = '$1' AND '$2' = ANY (records)"; }
ok "a restricted note is offered as an open one" is "$(offer "$secret" service "$case_id" "$site" 16 "$me" 1 '{"restricted":true,"aim":"饕餮之言","kind":"home_visit","status":"completed"}')" 1
ok "it is restricted, and lies there sealed" is "$(class_of "$secret") $(sql "SELECT body LIKE '%饕餮%' FROM log.salvage WHERE record_id = '$secret'")" '32 f'
ok "a conflict about it goes with it" is "$(offer "$about" conflict "$case_id" "$site" 16 "$me" 1 "{\"record\":\"$secret\",\"record_type\":\"service\",\"mine\":{\"aim\":\"鼙鼓之声\"}}") $(class_of "$about")" '1 32'
ok "a note of theirs is restricted in the log" is "$(sql "SELECT class FROM log.version WHERE record_id = '$own' AND next_csn IS NULL") $(sql "UPDATE log.version SET class = 32 WHERE record_id = '$own' AND next_csn IS NULL RETURNING 'now'" | head -n 1)" '16 now'
ok "what is offered of it as open is so, too" is "$(offer "$own" service "$case_id" "$site" 16 "$me" 96 '{"aim":"魑魅之思"}') $(sql "SELECT class FROM log.salvage WHERE record_id = '$own' AND version = 96")" '1 32'
api GET /v1/salvage >"$work/list"
ok "who may decide on them is told that they are there" is "$(jq -r --arg a "$secret" --arg b "$own" '[.rows[] | select(.rec == $a or .rec == $b) | .withheld] | unique | join(",")' "$work/list")" true
ok "and no word of them" unlike "$(cat "$work/list")" "$words"
ok "which was no reading of them" is "$(trail_of salvage_list "$secret") $(trail_of salvage_open "$secret")" '0 0'
sql "UPDATE auth.session SET proved_at = now() - interval '6 minutes'" >/dev/null
ok "to open them asks for a proof" is "$(code GET '/v1/salvage?open=yes') $(jq -r .code "$work/answer")" '403 step_up'
sign_in "$worker" >/dev/null || bail "no worker"
ok "with it they are all there" like "$(api GET '/v1/salvage?open=yes')" 饕餮之言
ok "and that is a reading of its own" is "$(trail_of salvage_list "$secret") $(trail_of salvage_open "$secret")" '0 1'
sql "UPDATE access.reach SET to_at = now() WHERE unit_id = '$case_id' AND key = '$site'" >/dev/null
ok "when their access has ended it tells them nothing more" is "$(code GET "/v1/cases/$case_id") $(rows "$own" length)" '404 0'
# The supervisor of the station's site is lied to, too.
chief=$(sql "SELECT login FROM auth.account WHERE role = 'supervisor' LIMIT 1")
sql "UPDATE auth.account SET site = '$site' WHERE login = '$chief'" >/dev/null
ok "a version said to be of this site" is "$(offer "$record" service "$other" "$site" 16 "$boss" 98 '{"aim":"made up again"}')" 1
sign_in "$chief" >/dev/null || bail "no supervisor"
ok "shows its supervisor nothing of another's record either" is "$(rows "$record" length)" 0
ok "nor what is restricted, whatever it was called" is "$(rows "$secret" length) $(rows "$about" length) $(rows "$own" length)" '0 0 0'

# Two decide at once: both have seen it waiting, both wait for the row.
plain=$(sql "SELECT t.id FROM rec.task t JOIN log.version v ON v.record_id = t.id AND v.next_csn IS NULL JOIN access.reach r ON r.unit_id = v.unit_id AND r.key = '$site' AND r.to_at IS NULL
	JOIN rec.\"case\" c ON c.id = v.case_id AND c.closed IS NULL WHERE v.site_id = '$site' AND t.rec_state = 'live' AND coalesce(t.status, 'open') = 'open' LIMIT 1")
at=$(sql "SELECT version FROM log.version WHERE record_id = '$plain' AND next_csn IS NULL")
decide_twice() { # TAKE TAKE: the statuses of both, and what the second is told
	local row id i waiting=''
	id=$(rows "$plain" '.[0].id')
	coproc PSQL { exec psql -AtqX "$(cluster_conninfo "$work/s" postgres)" 2>&1; }
	echo "BEGIN; SELECT 'held' FROM log.salvage WHERE id = '$id' FOR UPDATE;" >&"${PSQL[1]}"
	read -r row <&"${PSQL[0]}"
	for i in 1 2; do
		curl -sS --max-time 60 -X POST --cacert "$ca_file" -b "$work/jar.$chief" -o "$work/said.$i" -w '%{http_code}\n' -H "Origin: $web_url" -H 'X-Casebridge: web' \
			-H 'Content-Type: application/json' -d "{\"take\":${!i},\"over\":$at,\"note\":\"x\"}" "$web_url/v1/salvage/$id" >"$work/status.$i" &
		waiting+=" $!"
	done
	wait_for 30 eval '[ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = '"'Lock'"'")" = 2 ]' || remark "nobody waits"
	echo 'COMMIT;' >&"${PSQL[1]}"
	eval "exec ${PSQL[1]}>&-"
	# shellcheck disable=SC2086
	wait $waiting
	echo "$row $(sort "$work/status.1" "$work/status.2" | xargs) $(jq -r '.code // empty' "$work/said.1" "$work/said.2")"
}
case_of=$(sql "SELECT case_id FROM log.version WHERE record_id = '$plain' AND next_csn IS NULL")
body=$(body_at "$plain")
ok "a version of a task of this site is offered" is "$(offer "$plain" task "$case_of" "$site" 16 "$me" 95 "$(jq -c '.title = "又一回"' <<<"$body")") $(rows "$plain" length)" '1 1'
ok "of two who decide at once one is told so" is "$(decide_twice true false)" 'held 200 409 settled'
stands=$(sql "SELECT settled FROM log.salvage WHERE record_id = '$plain'")
ok "and only what the other decided is done" is "$stands $(sql "SELECT version - $at FROM log.version WHERE record_id = '$plain' AND next_csn IS NULL")" "$stands $([ "$stands" = reinstated ] && echo 1 || echo 0)"
ok "under the name the trail has for it" is "$(sql "SELECT string_agg(action, ' ') FROM audit.event WHERE records = ARRAY['$plain']::uuid[] AND action LIKE 'salvage\_%ed'")" "salvage_$stands"
root=$(account system_admin)
sign_in "$root" >/dev/null || bail "no administrator"
ok "nor is a record of a case the directory's" is "$(rows "$record" length) $(rows "$seat" length)" '0 0'
ok "what is offered of the directory waits for who keeps it" is "$(offer "$site" site '' "$site" 1 "$admin" 99 "$(body_at "$site" | jq -c '.name = "改名"')") $(rows "$site" length)" '1 1'
done_testing
