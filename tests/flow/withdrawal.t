#!/bin/bash
# withdrawal.t - a consent is withdrawn in one step: who loses what is shown
# before, sharing ends and work is cancelled in one transaction, every station
# destroys its copy before it gets anything else, and the owner sees which did.
. tests/flow/lib.sh
. tests/flow/changing.sh
use_district
start_daemon

today=$(TZ=Asia/Shanghai date +%F)
doctor=$(sql "SELECT a.login FROM auth.account a WHERE a.role = 'psychiatrist'
	AND EXISTS (SELECT 1 FROM auth.account b WHERE b.site = a.site AND b.role = 'supervisor') ORDER BY 1 LIMIT 1")
clinic=$(sql "SELECT site FROM auth.account WHERE login = '$doctor'")
here=$(sql "SELECT site FROM auth.account WHERE role = 'rehab_worker' AND site IN (SELECT site FROM auth.account WHERE role = 'social_worker') ORDER BY 1 LIMIT 1")
there=$(sql "SELECT site FROM auth.account WHERE role = 'social_worker' AND site NOT IN ('$here', '$clinic') ORDER BY 1 LIMIT 1")
own=$(login "$here" social_worker) worker=$(login "$here" rehab_worker) other=$(login "$there" social_worker)
boss=$(login "$clinic" supervisor) coordinator=$(account district_coordinator)
ok "a home site, another site and a hospital" test -n "$own" -a -n "$worker" -a -n "$other" -a -n "$doctor" -a -n "$boss"
for who in "$own" "$worker" "$other" "$boss" "$coordinator"; do ok "$who signs in" sign_in "$who"; done
as "$own"

# ---- the rule in C and the one in the database are one: over a whole district
classes='def bit: {core: 1, identity: 2, assessment: 4, plan: 8, note: 16}[.]; map(bit) | add // 0'
differ='' n_cases=0 n_losses=0
compare() { # CASE: of the home site of whoever is signed in
	local got want consents
	consents=$(sql "SELECT json_agg(id) FROM rec.consent WHERE case_id = '$1' AND rec_state <> 'retracted'")
	api POST /v1/withdrawals/preview "{\"case\":\"$1\",\"records\":$consents}" >"$work/preview"
	got=$(jq -r ".losses[] | [.staff // .site, (.before | $classes), (.after | $classes)] | join(\" \")" "$work/preview" | sort)
	want=$(sql "SELECT r.key || ' ' || (bit_or(r.classes) & 31) || ' 0' FROM access.reach r JOIN rec.\"case\" c ON c.id = r.unit_id
		LEFT JOIN rec.staff s ON s.id = r.key
		WHERE r.unit_id = '$1' AND r.key <> c.home_site AND s.site IS DISTINCT FROM c.home_site AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())
		  AND (s.id IS NULL OR s.role = 'psychiatrist') GROUP BY r.key" | sort)
	[ "$got" = "$want" ] || { differ="$differ $1" && remark "$1: $got" "want $want"; }
	n_cases=$((n_cases + 1)) n_losses=$((n_losses + $(wc -l <<<"$got")))
}
for site in $(sql "SELECT DISTINCT home_site FROM rec.\"case\" c JOIN auth.account a ON a.site = c.home_site AND a.role = 'social_worker'"); do
	sign_in "$(login "$site" social_worker)"
	for c in $(sql "SELECT id FROM rec.\"case\" c WHERE home_site = '$site' AND EXISTS (SELECT 1 FROM rec.consent s WHERE s.case_id = c.id AND s.rec_state <> 'retracted') ORDER BY 1"); do
		compare "$c"
	done
done
as "$own"
some_case=$(sql "SELECT id FROM rec.\"case\" WHERE home_site = '$here' ORDER BY 1 LIMIT 1")
ok "who would lose what, in $n_cases cases, is who the database says reaches them ($n_losses)" is "$differ" ""
ok "and they are not few" [ "$n_losses" -gt 20 ]

# ---- a case shared with two sites, and work for both
person=$(new_id) case_id=$(new_id) consent=$(new_id) seat=$(new_id) group=$(new_id)
put "a client" person "$person" "" '{"name":"陆小北","birth":"1980-01-01","sex":"1"}'
put "… and a case" case "$case_id" "" "{\"person\":\"$person\",\"phase\":\"intake\",\"home_site\":\"$here\",\"number\":\"W-1\",\"opened\":\"$today\",\"manager\":\"$(staff "$own")\"}"
put "a consent for both sites" consent "$consent" "$case_id" "{\"purpose\":\"sharing\",\"classes\":[\"identity\",\"assessment\",\"plan\",\"note\"],\"sites\":[\"$there\",\"$clinic\"],\"from\":\"$today\"}"
put "the other site has a seat" member "$seat" "$case_id" "{\"staff\":\"$(staff "$other")\",\"site\":\"$there\",\"role\":\"social_worker\",\"from\":\"$today\"}"
put "the hospital's doctor, too" member "$(new_id)" "$case_id" "{\"staff\":\"$(staff "$doctor")\",\"site\":\"$clinic\",\"role\":\"psychiatrist\",\"from\":\"$today\"}"
task=$(new_id) visit=$(new_id) letter=$(new_id) done_task=$(new_id) ours=$(new_id) place=$(new_id)
put "a task of the other site" task "$task" "$case_id" "{\"title\":\"上门查看\",\"status\":\"open\",\"site\":\"$there\"}"
put "one that is done" task "$done_task" "$case_id" "{\"title\":\"已办\",\"status\":\"done\",\"site\":\"$there\"}"
put "one of our own" task "$ours" "$case_id" "{\"title\":\"自己办\",\"status\":\"open\",\"site\":\"$here\"}"
put "a visit of theirs" service "$visit" "$case_id" "{\"started_at\":\"2027-01-05T10:00:00+08:00\",\"kind\":\"home_visit\",\"status\":\"planned\",\"site\":\"$there\",\"provider\":\"$(staff "$other")\",\"aim\":\"复诊提醒\"}"
put "a letter to the hospital" referral "$letter" "$case_id" "{\"kind\":\"service\",\"to_site\":\"$clinic\",\"reason\":\"评估\",\"letter\":\"请协助评估。\",\"status\":\"requested\",\"sends\":[\"identity\"]}"
as "$other"
put "a group of the other site" group "$group" "" '{"name":"周三小组","programme":"stroke_rehab","kind":"closed","phase":"preparation"}'
put "in which the client takes part" participant "$place" "$group" "{\"person\":\"$person\",\"linked_case\":\"$case_id\",\"name\":\"陆小北\",\"kind\":\"client\",\"joined\":\"$today\"}"
ok "the group is run with the home site" is "$(change patch group "$group" "" "{\"sites\":[\"$here\"]}" '{"sites":null}')" applied
as "$own"

ok "the hospital enrols" enrol hospital "$clinic" "$doctor"
ok "the home site enrols" enrol home "$here" "$own"
ok "the other site enrols" enrol other "$there" "$other"
for s in hospital home other; do station $s sync >/dev/null 2>&1; done
copies() { api GET "/v1/cases/$case_id/copies"; }
ok "three stations hold the case" is "$(copies | jq -c '[.asked, .purged, .held, (.copies | map(.state) | unique)]')" '[0,0,3,["held"]]'
ok "with the names of whose they are" is "$(copies | jq '[.copies[] | select(.name and .site_name and .last_seen)] | length')" 3
sealed() { sqlite3 "$(find "$work/st/$1" -name '*.store' | head -n 1)" "SELECT hex(data_key) FROM unit UNION SELECT hex(sealed) FROM record WHERE length(sealed) > 200" | sort; }
sealed other >"$work/before"

# ---- the preview changes nothing
head_now() { sql "SELECT max(csn) FROM log.commit"; }
order="{\"case\":\"$case_id\",\"records\":[\"$consent\"],\"reason\":\"本人来电要求停止共享\"}"
at=$(head_now)
api POST /v1/withdrawals/preview "$order" >"$work/preview"
ok "the preview is answered" is "$(status)" 200
ok "two sites and the doctor would lose it" is "$(jq -r '.losses[] | .staff // .site' "$work/preview" | sort | tr '\n' ' ')" \
	"$(printf '%s\n' "$there" "$clinic" "$(staff "$doctor")" | sort | tr '\n' ' ')"
ok "with how many there, by role" is "$(jq -c --arg s "$there" '.losses[] | select(.site == $s and (.staff | not)) | .people | sort_by(.role)' "$work/preview")" \
	"$(sql "SELECT json_agg(json_build_object('role', role, 'n', n) ORDER BY role) FROM (SELECT role, count(*) AS n FROM rec.staff WHERE site = '$there' AND active IS NOT FALSE
		AND role IN (SELECT role FROM access.role WHERE reach = 'site') GROUP BY 1) x" | jq -c 'map({n, role})')"
falls='["participant left","referral withdrawn","service cancelled","task cancelled"]'
ok "and what would fall" is "$(jq -c '[.falls[] | .type + " " + .how] | sort' "$work/preview")" "$falls"
ok "two of the three copies are theirs" is "$(jq '[.copies[] | select(.loses)] | length' "$work/preview")" 2
ok "nothing was written" is "$(head_now)" "$at"
for who in "$worker 403" "$coordinator 404"; do
	read -r name want <<<"$who"
	as "$name"
	ok "$name may not ask ($want)" is "$(code POST /v1/withdrawals/preview "$order")" "$want"
	ok "nor do it" is "$(code POST /v1/withdrawals "$order")" "$want"
	ok "nor see who holds it" is "$(code GET "/v1/cases/$case_id/copies")" "$want"
done
as "$own"
ok "a task is nothing to withdraw" is "$(code POST /v1/withdrawals "{\"case\":\"$case_id\",\"records\":[\"$task\"]}")" 404
ok "nor is nothing" is "$(code POST /v1/withdrawals "{\"case\":\"$case_id\",\"records\":[]}")" 400
ok "a consent is not withdrawn through another case" is \
	"$(code POST /v1/withdrawals "{\"case\":\"$some_case\",\"records\":[\"$consent\"]}")" 404

# ---- one step
ok "the other site writes a note nobody has yet" station other add service --case "$case_id" kind=phone_contact status=completed "started_at=$today 00:05" "process=离线写下的话"
api POST /v1/withdrawals "$order" >"$work/done"
ok "the consent is withdrawn" is "$(status)" 200
ok "in one transaction with all that falls" is "$(sql "SELECT count(DISTINCT k.xid), count(*) FROM log.version v JOIN log.commit k USING (csn)
	WHERE v.next_csn IS NULL AND v.record_id IN ('$consent', '$task', '$visit', '$letter', '$place')")" '1|5'
ok "which is what was shown" is "$(jq -c '[.fell[].rec] | sort' "$work/done")" "$(jq -c '[.falls[].rec] | sort' "$work/preview")"
for r in "task $task cancelled" "service $visit cancelled" "referral $letter withdrawn"; do
	read -r type rec want <<<"$r"
	ok "the $type says so, and why" is "$(sql "SELECT status, cancel_reason FROM rec.$type WHERE id = '$rec'")" "$want|同意已撤回：本人来电要求停止共享"
done
ok "what is done stays, and our own" is "$(sql "SELECT string_agg(status, ' ' ORDER BY title) FROM rec.task WHERE id IN ('$done_task', '$ours')")" "done open"
ok "nothing was deleted" is "$(sql "SELECT count(*) FROM log.version WHERE record_id = '$task'")" 2
reached() { sql "SELECT count(*) FROM access.reach WHERE unit_id = '$case_id' AND key = '$1' AND from_at <= now() AND (to_at IS NULL OR to_at > now())"; }
ok "the sites no longer reach it" is "$(reached "$there")$(reached "$clinic")$(reached "$(staff "$doctor")")" 000
ok "not even by the web" is "$(as "$other"; code GET "/v1/cases/$case_id")" 404
ok "two stations owe a purge" is "$(jq -c '[.asked, .purged, .held]' "$work/done")" '[2,0,1]'
at=$(head_now)
api POST /v1/withdrawals "$order" >"$work/again"
ok "said twice it changes nothing" is "$(status) $(head_now)" "200 $at"
ok "and answers the same" is "$(jq -c '[.fell[].rec] | sort' "$work/again")" "$(jq -c '[.fell[].rec] | sort' "$work/done")"

# ---- the other station: what it had not sent first, then the purge
station other sync >"$work/said" 2>&1
station other sync >"$work/said" 2>&1
ok "its note is kept for a person, not lost" is "$(sql "SELECT count(*) FROM log.parked WHERE payload LIKE '%离线写下的话%' AND settled_csn IS NULL")" 1
ok "the case is gone from it" exits 1 station other show "$case_id"
ok "the copies say so" is "$(copies | jq -c '[.asked, .purged, .held]')" '[2,1,1]'
ok "the receipt is signed by its device and a commit of the log" is \
	"$(sql "SELECT count(*) FROM log.manifest m JOIN log.replica r USING (replica) WHERE m.unit_id = '$case_id' AND r.staff = '$(staff "$other")' AND m.state = 'x' AND m.receipt IS NOT NULL
		AND m.purged_at IS NOT NULL AND EXISTS (SELECT 1 FROM log.commit k WHERE k.kind = 'r' AND k.replica = m.replica)")" 1
sealed other >"$work/after"
comm -23 "$work/before" "$work/after" >"$work/gone"
ok "keys and records went ($(wc -l <"$work/gone"))" [ "$(wc -l <"$work/gone")" -ge 3 ]
residue() { # bytes of keys and sealed records that may no longer be anywhere in its files
	find "$work/st/$1" -type f -exec cat {} + | od -An -v -tx1 | tr -d ' \n' | tr a-f A-F >"$work/bytes"
	grep -c -F -f <(cut -c 1-64 "$work/gone") "$work/bytes"
}
ok "not a byte of them is left in its files" is "$(residue other)" 0
ok "though the scan finds what is there" isnt "$(grep -c -F -f <(comm -12 "$work/before" "$work/after" | head -n 3 | cut -c 1-64) "$work/bytes")" 0
ok "nothing readable is either" is "$(grep -rlE '陆小北|离线写下的话|上门查看' "$work/st/other" | wc -l)" 0
ok "what is held is what may be" is "$(station other status --json | jq '.matched // .synced')" true

# ---- the hospital's station never comes again
sql "UPDATE log.replica SET last_seen = now() - interval '6 days' WHERE staff = '$(staff "$doctor")';
	UPDATE access.lost SET at = now() - interval '9 days' WHERE key = '$(staff "$doctor")'" >/dev/null
ok "the owner sees whose it is, and since when it was not there" is \
	"$(copies | jq -r --arg s "$(staff "$doctor")" '.copies[] | select(.staff == $s) | .state + " " + (((now - (.last_seen | sub("\\.[0-9]+"; "") | sub("Z$"; "Z") | fromdateiso8601)) / 86400 | floor) | tostring)')" "purge_due 6"
as "$boss"
ok "its supervisor is told, without a case" is "$(api GET /v1/overdue | jq -c --arg s "$(staff "$doctor")" '[.purges[] | select(.staff == $s) | [.n, .days, (keys | join(" "))]]')" '[[1,9,"days last_seen n site staff"]]'
as "$coordinator"
ok "the coordinator sees a number" is "$(api GET /v1/overdue | jq -c --arg s "$clinic" '[.purges[] | select(.site == $s) | [.staff, .n]]')" '[[null,1]]'
as "$own"
sql "UPDATE access.lost SET at = now() - interval '6 days' WHERE key = '$(staff "$doctor")'" >/dev/null
ok "not before its time" is "$(as "$boss"; api GET /v1/overdue | jq -c '.purges')" '[]'
sql "UPDATE auth.account SET disabled_at = now() WHERE login = '$doctor'" >/dev/null
ok "who is no longer in post is still on the list" is "$(copies | jq -c '[.asked, .purged, .held]')" '[2,1,1]'
sql "UPDATE auth.account SET disabled_at = NULL WHERE login = '$doctor'" >/dev/null

# ---- given again, taken again, given again, between two visits of a station
again() { change patch consent "$consent" "$case_id" null "{\"withdrawn\":\"$today\",\"withdrawn_reason\":\"本人来电要求停止共享\"}" '["withdrawn","withdrawn_reason"]'; }
gen() { sql "SELECT m.state || m.gen FROM log.manifest m JOIN log.replica r USING (replica) WHERE m.unit_id = '$case_id' AND r.staff = '$(staff "$other")'"; }
was=$(gen)
ok "they agree again" is "$(again)" applied
ok "and withdraw" is "$(code POST /v1/withdrawals "$order")" 200
ok "and agree" is "$(again)" applied
station other sync >/dev/null 2>&1
ok "the station has it whole" is "$(station other status --json | jq '.matched // .synced') $(station other cases W-1 --json | jq length)" "true 1"
ok "in a new incarnation" [ "$(gen | tr -dc 0-9)" -gt "$(tr -dc 0-9 <<<"$was")" ]
ok "what was cancelled stays cancelled" is "$(sql "SELECT status FROM rec.task WHERE id = '$task'")" cancelled
ok "nobody owes a purge but who holds it may" is "$(copies | jq -c '[.asked, .purged, .held]')" '[0,0,3]'
ok "withdrawn and given between two pages" is "$(code POST /v1/withdrawals "$order")$(again)" 200applied
station other sync >/dev/null 2>&1
ok "leaves it as it is" is "$(station other status --json | jq '.matched // .synced') $(station other cases W-1 --json | jq length)" "true 1"

# ---- killed while it purges, the next start goes on
ok "withdrawn once more" is "$(code POST /v1/withdrawals "$order")" 200
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/other.secret "$CASEBRIDGE" --store "$work/st/other" sync >/dev/null 2>&1 </dev/null &
	pid=$!
	sleep "$(printf '0.%03d' $((i * 17)))"
	kill -KILL $pid 2>/dev/null
	wait $pid 2>/dev/null
done
station other sync >/dev/null 2>&1
ok "the case is gone" exits 1 station other show "$case_id"
ok "with one receipt for this incarnation" is "$(copies | jq -c '[.copies[] | select(.state == "purged")] | length')" 1
ok "and both ends hold the same" is "$(station other status --json | jq '.matched // .synced')" true

# ---- one seat ends: the site stays for its letter, or goes with its work
ok "they agree once more" is "$(again)" applied
late=$(new_id)
put "a task of the other site" task "$late" "$case_id" "{\"title\":\"再去一次\",\"status\":\"open\",\"assignee\":\"$(staff "$other")\",\"site\":\"$there\"}"
api POST /v1/withdrawals "{\"case\":\"$case_id\",\"records\":[\"$seat\"],\"reason\":\"人手调整\"}" >"$work/done"
ok "a membership ends the same way" is "$(sql "SELECT \"to\", reason FROM rec.member WHERE id = '$seat'")" "$today|人手调整"
ok "and its work falls" is "$(sql "SELECT status, cancel_reason FROM rec.task WHERE id = '$late'")" 'cancelled|已退出关爱帮扶小组：人手调整'

# ---- the client says so at the other site: it is the one to lose the case by it
ok "what was agreed before is withdrawn" is "$(code POST /v1/withdrawals "$order")" 200
seat=$(new_id) consent=$(new_id) late=$(new_id)
put "a consent for the other site" consent "$consent" "$case_id" "{\"purpose\":\"sharing\",\"classes\":[\"identity\",\"note\"],\"sites\":[\"$there\"],\"from\":\"$today\"}"
put "and its seat" member "$seat" "$case_id" "{\"staff\":\"$(staff "$other")\",\"site\":\"$there\",\"role\":\"social_worker\",\"from\":\"$today\"}"
put "and a task" task "$late" "$case_id" "{\"title\":\"第三次\",\"status\":\"open\",\"site\":\"$there\"}"
as "$other"
ok "they withdraw it themselves" is "$(code POST /v1/withdrawals "{\"case\":\"$case_id\",\"records\":[\"$consent\"],\"reason\":\"当面提出\"}")" 200
ok "and no longer reach it" is "$(code GET "/v1/cases/$case_id")" 404
ok "written down by them, with one newest version" is "$(sql "SELECT v.by = '$(staff "$other")', count(*) OVER () FROM log.version v WHERE v.record_id = '$consent' AND v.next_csn IS NULL")" 't|1'
ok "the task fell with it" is "$(sql "SELECT status, cancel_reason FROM rec.task WHERE id = '$late'")" 'cancelled|同意已撤回：当面提出'
ok "the home site sees all of it" is "$(as "$own"; api GET "/v1/cases/$case_id" | jq -r --arg c "$consent" '.records[] | select(.id == $c) | .body.withdrawn_reason')" 当面提出
done_testing
