#!/bin/bash
# referral.t - a referral between two sites is a loop: what the target sees
# before and after it accepts, what moves with it, who is told what when two
# people decide at once, and what remains when it ends.
. tests/flow/lib.sh
use_district
start_daemon

today=$(TZ=Asia/Shanghai date +%F)
uuid() { # version 7 enough for the check: time in front
	printf '%012x' "$(date +%s%3N)" | sed 's/\(.\{8\}\)\(.\{4\}\)/\1-\2/'
	printf -- '-7%03x-8%03x-%012x\n' $((RANDOM % 4096)) $((RANDOM % 4096)) $((RANDOM * RANDOM * RANDOM))
}
new_id() { uuid | tr -d '\n'; }
# A case of a rehabilitation station, and a centre that has nothing to do with it.
from_site=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	JOIN rec.\"case\" c ON c.home_site = s.id AND c.closed IS NULL GROUP BY 1 HAVING count(DISTINCT c.id) > 3 LIMIT 1")
sender=$(sql "SELECT login FROM auth.account WHERE site = '$from_site' AND role = 'social_worker' LIMIT 1")
case_id=$(sql "SELECT c.id FROM rec.\"case\" c WHERE c.home_site = '$from_site' AND c.closed IS NULL ORDER BY c.id LIMIT 1")
to_site=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	WHERE s.id <> '$from_site' AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = '$case_id' AND r.key = s.id) LIMIT 1")
taker=$(sql "SELECT login FROM auth.account WHERE site = '$to_site' AND role = 'social_worker' LIMIT 1")
third_site=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	WHERE s.id NOT IN ('$from_site', '$to_site') AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = '$case_id' AND r.key = s.id) LIMIT 1")
third=$(sql "SELECT login FROM auth.account WHERE site = '$third_site' AND role = 'social_worker' LIMIT 1")
taker_staff=$(sql "SELECT staff FROM auth.account WHERE login = '$taker'")
ok "there are two sites and a case between them" test -n "$from_site" -a -n "$to_site" -a -n "$case_id" -a -n "$third"
for who in "$sender" "$taker" "$third"; do ok "$who signs in" sign_in "$who"; done

# change OP TYPE REC CASE SET [SEEN]: one change; prints its result.
change() {
	jq -cn --arg id "$(new_id)" --arg op "$1" --arg type "$2" --arg rec "$3" --arg c "$4" --argjson set "$5" --argjson seen "${6:-null}" \
		'{changes: [{id: $id, op: $op, type: $type, rec: $rec, set: $set, entered_at: "2026-11-21T09:30:00+08:00"}
		  + (if $c == "" then {} else {case: $c} end) + (if $seen then {seen: $seen} else {} end)]}' |
		api POST /v1/changes - >"$work/result"
	jq -r '.results[0] | [.status, .code // empty, .field // empty, .accepts // empty] | join(" ")' "$work/result"
}
sees() { # whether the one signed in finds the record in what the site holds
	jq -e --arg r "$1" 'any(.records[]; .id == $r)' <(api GET "/v1/cases/$2") >/dev/null
}
body() { body_of "$1"; }
letter() { jq -cn --arg to "$1" --arg s "$2" --arg k "${3:-service}" --arg day "$today" '{kind: $k, to_site: $to, reason: "需要康复训练",
	letter: "请协助安排社区康复。", client_name: "服务对象", sends: ["assessment", "plan"], status: $s}
	+ (if $s == "requested" then {requested: $day} else {} end)'; }

# ---- the loop
as "$sender"
ref=$(new_id)
ok "a draft is the sender's" is "$(change create referral "$ref" "$case_id" "$(letter "$to_site" draft)")" applied
as "$taker"
ok "and nobody else's" is "$(code GET "/v1/records/$ref/history")" 404
as "$sender"
ok "sent without a word it is not" is "$(change patch referral "$ref" "$case_id" '{"status":"accepted"}' '{"status":"draft"}')" \
	"parked bad_step status requested, withdrawn"
ok "it is sent" is "$(change patch referral "$ref" "$case_id" '{"status":"requested"}' '{"status":"draft"}')" applied
ok "with the day it was sent" is "$(jq -r .requested <<<"$(body "$ref")")" "$today"
as "$taker"
ok "the target reads the letter" is "$(code GET "/v1/records/$ref/history")" 200
ok "and nothing of the case" is "$(code GET "/v1/cases/$case_id")" 404
ok "nor does a third site read the letter" is "$(as "$third"; code GET "/v1/records/$ref/history")" 404
as "$taker"
ok "the target does not rewrite the letter" is "$(change patch referral "$ref" "$case_id" '{"reason":"别的"}' '{"reason":"需要康复训练"}')" \
	"parked forbidden reason site"
ok "a refusal needs its reason" is "$(change patch referral "$ref" "$case_id" '{"status":"declined"}' '{"status":"requested"}')" \
	"parked missing decline_reason declined"
ok "the target accepts" is "$(change patch referral "$ref" "$case_id" '{"status":"accepted"}' '{"status":"requested"}')" applied
ok "by whom is written down" is "$(jq -r .decided_by <<<"$(body "$ref")")" "$taker_staff"
ok "without a consent the case stays closed" is "$(code GET "/v1/cases/$case_id")" 404
as "$sender"
consent=$(new_id)
ok "the client consents to assessments going there" is "$(change create consent "$consent" "$case_id" \
	"{\"purpose\":\"referral\",\"classes\":[\"identity\",\"assessment\"],\"sites\":[\"$to_site\"],\"from\":\"$today\"}")" applied
as "$taker"
ok "now the target reads the case" is "$(code GET "/v1/cases/$case_id")" 200
ok "what was sent and is covered, no more" is "$(jq -r '[.records[] | select(.type != "person") | .class] | unique | map(select(. as $c | [1, 4] | index($c) | not)) | length' "$work/answer")" 0
ok "it has begun" is "$(change patch referral "$ref" "$case_id" '{"status":"in_progress"}' '{"status":"accepted"}')" applied
ok "a return letter closes the target's part" is "$(change patch referral "$ref" "$case_id" '{"status":"returned","return_letter":"已完成六次训练。","outcome":"好转"}' \
	'{"status":"in_progress","return_letter":null,"outcome":null,"returned":null}')" applied
ok "the target cannot acknowledge for the sender" is "$(change patch referral "$ref" "$case_id" '{"status":"acknowledged"}' '{"status":"returned"}')" \
	"parked bad_step status -"
as "$sender"
ok "the sender acknowledges" is "$(change patch referral "$ref" "$case_id" '{"status":"acknowledged","client_confirmed":true}' \
	'{"status":"returned","acknowledged":null,"client_confirmed":null}')" applied
ok "the letter lies with the case" sees "$ref" "$case_id"
as "$taker"
ok "the loop is closed, the case no longer open there" is "$(code GET "/v1/cases/$case_id")" 404
ok "the letter stays" is "$(code GET "/v1/records/$ref/history")" 200
ok "and ended is ended" is "$(change patch referral "$ref" "$case_id" '{"status":"accepted"}' '{"status":"acknowledged"}')" "parked bad_step status -"

# ---- a refusal of last month, written down today
ago() { TZ=Asia/Shanghai date -d "$1 days ago" +%F; }
late=$(new_id)
as "$sender"
ok "a letter of two months ago" is "$(change create referral "$late" "$case_id" "$(letter "$to_site" requested | jq -c --arg d "$(ago 60)" '.requested = $d')")" applied
as "$taker"
ok "declined forty days ago, is written down as declined" is "$(change patch referral "$late" "$case_id" \
	"{\"status\":\"declined\",\"decided\":\"$(ago 40)\",\"decline_reason\":\"no_capacity\"}" '{"status":"requested","decline_reason":null,"decided":null,"decided_by":null,"decision_note":null}')" applied
ok "and stays to be looked at" is "$(code GET "/v1/records/$late/history")" 200
ok "for thirty days from today" is "$(sql "SELECT DISTINCT (to_at AT TIME ZONE 'Asia/Shanghai')::date FROM access.reach WHERE unit_id = '$late' AND key = '$to_site'")" \
	"$(TZ=Asia/Shanghai date -d '30 days' +%F)"
ok "reckoned again, too" is "$(sql "SET ROLE casebridge_maint; SELECT access.refresh('{}', '{}', ARRAY['$late'::uuid], '{}')" >/dev/null
	sql "SELECT DISTINCT (to_at AT TIME ZONE 'Asia/Shanghai')::date FROM access.reach WHERE unit_id = '$late' AND key = '$to_site'")" "$(TZ=Asia/Shanghai date -d '30 days' +%F)"

# ---- hand-over and transfer
as "$sender"
task=$(new_id) foreign=$(new_id) visit=$(new_id) done_task=$(new_id)
ok "an open task" is "$(change create task "$task" "$case_id" "{\"title\":\"联系家属\",\"status\":\"open\",\"due\":\"$today\",\"site\":\"$from_site\"}")" applied
ok "a task of another site" is "$(change create task "$foreign" "$case_id" "{\"title\":\"复诊\",\"status\":\"open\",\"site\":\"$third_site\"}")" applied
ok "a task that is done" is "$(change create task "$done_task" "$case_id" "{\"title\":\"已办\",\"status\":\"done\",\"site\":\"$from_site\"}")" applied
ok "an arranged visit" is "$(change create service "$visit" "$case_id" '{"started_at":"2026-12-20T09:00:00+08:00","kind":"home_visit","status":"planned"}')" applied
move=$(new_id)
ok "a transfer is asked for" is "$(change create referral "$move" "$case_id" \
	"$(letter "$third_site" requested transfer | jq -c '. + {hand_over: true, sends: ["identity","assessment","plan","note"]}')")" applied
as "$third"
ok "without a consent nobody takes it over" is "$(change patch referral "$move" "$case_id" '{"status":"accepted"}' '{"status":"requested"}')" \
	"parked missing consent to_site"
ok "and nothing moved" is "$(sql "SELECT home_site = '$from_site' FROM rec.\"case\" WHERE id = '$case_id'")" t
as "$sender"
consent2=$(new_id)
ok "the client consents to the transfer" is "$(change create consent "$consent2" "$case_id" \
	"{\"purpose\":\"referral\",\"classes\":[\"identity\",\"assessment\",\"plan\",\"note\"],\"sites\":[\"$third_site\"],\"from\":\"$today\"}")" applied
as "$third"
third_staff=$(sql "SELECT staff FROM auth.account WHERE login = '$third'")
ok "the new home accepts, naming who is in charge" is "$(change patch referral "$move" "$case_id" "{\"status\":\"accepted\",\"manager\":\"$third_staff\"}" \
	'{"status":"requested","manager":null}')" applied
ok "the home site moved with it" is "$(sql "SELECT home_site || ' ' || manager FROM rec.\"case\" WHERE id = '$case_id'")" "$third_site $third_staff"
ok "the open task moved" is "$(sql "SELECT site || ' ' || assignee FROM rec.task WHERE id = '$task'")" "$third_site $third_staff"
ok "the visit moved" is "$(sql "SELECT site || ' ' || provider FROM rec.service WHERE id = '$visit'")" "$third_site $third_staff"
ok "what was done stays where it was done" is "$(sql "SELECT site FROM rec.task WHERE id = '$done_task'")" "$from_site"
ok "history names who moved it" is "$(sql "SELECT count(*) FROM log.version WHERE record_id IN ('$case_id', '$task', '$visit') AND by = '$third_staff' AND next_csn IS NULL")" 3
ok "the new home sees all of it" is "$(code GET "/v1/cases/$case_id")" 200
as "$sender"
ok "the old home no longer does" is "$(code GET "/v1/cases/$case_id")" 404
ok "but keeps the letter" is "$(code GET "/v1/records/$move/history")" 200
# Edits that did not know of the move.
ok "what the old home wrote meanwhile is kept whole" is "$(change patch task "$task" "$case_id" '{"result":"已电话联系"}' '{"result":null}')" "parked not_found rec -"
ok "for a person to look at" is "$(sql "SELECT count(*) FROM log.parked WHERE payload LIKE '%已电话联系%'")" 1
as "$third"
ok "of the new home, an edit of something else is taken" is "$(change patch task "$task" "$case_id" '{"title":"联系家属（电话）"}' '{"title":"联系家属"}')" applied
ok "one of who does it is a conflict" is "$(change patch task "$task" "$case_id" "{\"assignee\":\"$taker_staff\"}" "{\"assignee\":null,\"site\":\"$from_site\"}")" conflict
ok "and what the transfer said stands" is "$(sql "SELECT site || ' ' || assignee FROM rec.task WHERE id = '$task'")" "$third_site $third_staff"
as "$sender"
ok "the digests of the case are those of its records" is "$(sql "SELECT count(*) FROM log.digest d WHERE d.unit_id = '$case_id' AND d.class <> 32 AND d.digest <> (
	SELECT sha256(coalesce(string_agg(uuid_send(v.record_id) || int4send(v.version) || v.sha, ''::bytea ORDER BY v.record_id), ''::bytea))
	FROM log.version v WHERE v.unit_id = d.unit_id AND v.class = d.class AND v.next_csn IS NULL)")" 0
ok "the log has no gap" is "$(sql "SELECT count(*) = max(csn) FROM log.commit")" t

# ---- accept and withdraw at the same moment
case2=$(sql "SELECT c.id FROM rec.\"case\" c WHERE c.home_site = '$from_site' AND c.closed IS NULL AND c.id <> '$case_id' ORDER BY c.id LIMIT 1")
both() { # one of the two steps stands, the other is told which
	local r a b pids
	r=$(new_id)
	as "$sender"
	change create referral "$r" "$case2" "$(letter "$to_site" requested)" >/dev/null
	(as "$taker" && step "$r" accepted "$work/ra") &
	pids=$!
	(as "$sender" && step "$r" withdrawn "$work/rb") &
	wait "$pids" $!
	a=$(cat "$work/ra") b=$(cat "$work/rb")
	case "$a|$b" in
	"applied|parked decided status accepted") is "$(sql "SELECT status FROM rec.referral WHERE id = '$r'")" accepted ;;
	"parked decided status withdrawn|applied") is "$(sql "SELECT status FROM rec.referral WHERE id = '$r'")" withdrawn ;;
	*) remark "accept: $a" "withdraw: $b" && return 1 ;;
	esac
}
step() { # REC STATUS OUT, as current_user, without the shared answer files
	jq -cn --arg id "$(new_id)" --arg rec "$1" --arg c "$case2" --arg s "$2" \
		'{changes: [{id: $id, op: "patch", type: "referral", rec: $rec, case: $c, set: {status: $s}, seen: {status: "requested"}, entered_at: "2026-11-21T09:30:00+08:00"}]}' |
		curl -sS --max-time 30 --cacert "$ca_file" -b "$work/jar.$current_user" -H "Origin: $web_url" -H 'X-Casebridge: web' \
			-H 'Content-Type: application/json' --data-binary @- "$web_url/v1/changes" |
		jq -r '.results[0] | [.status, .code // empty, .field // empty, .accepts // empty] | join(" ")' >"$3"
}
rounds=20 fair=0
[ -z "${LONG:-}" ] || rounds=200
for _ in $(seq $rounds); do both || break; fair=$((fair + 1)); done
ok "of two steps at once one stands and the other is told ($rounds rounds)" is "$fair" "$rounds"
ok "no conflict is left to settle" is "$(sql "SELECT count(*) FROM rec.conflict WHERE record_type = 'referral'")" 0
ok "what could not be taken is kept" [ "$(sql "SELECT count(*) FROM log.parked WHERE code = 'decided'")" -ge "$rounds" ]
done_testing
