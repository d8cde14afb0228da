#!/bin/bash
# letters.t - by when an answer is owed, how long a letter stays with whom it went
# to, and what of it climbs to the coordinator: numbers, and nothing else.
. tests/flow/lib.sh
. tests/flow/changing.sh
use_district
start_daemon

today=$(TZ=Asia/Shanghai date +%F)
ago() { date -d "$today - $1 days" +%F; }
# Counted day by day on the published calendar, not by our own code.
is_workday() {
	case $(jq -r --arg d "$1" '.items[] | select(.code == $d) | .kind' proto/codes/public_holiday.json) in
	workday) return 0 ;;
	holiday) return 1 ;;
	esac
	[ "$(date -d "$1" +%u)" -le 5 ]
}
after_workdays() { # DAY N
	local d=$1 left=$2
	while [ "$left" -gt 0 ]; do
		d=$(date -d "$d + 1 day" +%F)
		! is_workday "$d" || left=$((left - 1))
	done
	echo "$d"
}
workdays_to_today() { # DAY: how many lie after it, up to today
	local d=$1 count=0
	while [ "$d" != "$today" ]; do
		d=$(date -d "$d + 1 day" +%F)
		! is_workday "$d" || count=$((count + 1))
	done
	echo $count
}

from_site=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	JOIN auth.account b ON b.site = s.id AND b.role = 'supervisor'
	JOIN rec.\"case\" c ON c.home_site = s.id AND c.closed IS NULL GROUP BY 1 HAVING count(DISTINCT c.id) > 1 ORDER BY 1 LIMIT 1")
case_id=$(sql "SELECT c.id FROM rec.\"case\" c WHERE c.home_site = '$from_site' AND c.closed IS NULL ORDER BY c.id LIMIT 1")
to_site=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	WHERE s.id <> '$from_site' AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = '$case_id' AND r.key = s.id) ORDER BY 1 LIMIT 1")
third_site=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	WHERE s.id NOT IN ('$from_site', '$to_site') AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = '$case_id' AND r.key = s.id) ORDER BY 1 LIMIT 1")
sender=$(login "$from_site" social_worker) taker=$(login "$to_site" social_worker) third=$(login "$third_site" social_worker)
supervisor=$(login "$from_site" supervisor)
admin=$(sql "SELECT login FROM auth.account WHERE role = 'site_admin' LIMIT 1")
coordinator=$(sql "SELECT login FROM auth.account WHERE role = 'district_coordinator' LIMIT 1")
auditor=$(sql "SELECT login FROM auth.account WHERE role = 'auditor' LIMIT 1")
ok "two sites, a case, and who answers for them" test -n "$sender" -a -n "$taker" -a -n "$third" -a -n "$supervisor" -a -n "$admin" -a -n "$coordinator"
for who in "$sender" "$taker" "$third" "$supervisor" "$admin" "$coordinator" "$auditor"; do ok "$who signs in" sign_in "$who"; done

change() { # OP TYPE REC CASE SET [SEEN [UNSET]]: one change; prints its result
	jq -cn --arg id "$(new_id)" --arg op "$1" --arg type "$2" --arg rec "$3" --arg c "$4" --argjson set "$5" --argjson seen "${6:-null}" --argjson unset "${7:-null}" \
		'{changes: [{id: $id, op: $op, type: $type, rec: $rec, set: $set, entered_at: "2026-11-21T09:30:00+08:00"}
		  + (if $c == "" then {} else {case: $c} end) + (if $seen then {seen: $seen} else {} end) + (if $unset then {unset: $unset} else {} end)]}' |
		api POST /v1/changes - >"$work/result"
	jq -r '.results[0] | [.status, .code // empty, .field // empty] | join(" ")' "$work/result"
}
letter() { jq -cn --arg to "${to:-$to_site}" --argjson more "${1:-null}" \
	'{kind: "service", to_site: $to, reason: "需要康复训练", letter: "请协助安排。", status: "requested"} + ($more // {})'; }
send() { # [more]: a referral of today; its id
	local id
	id=$(new_id)
	[ "$(change create referral "$id" "$case_id" "$(letter "${1:-}")")" = applied ] || remark "$(cat "$work/result")"
	echo "$id"
}
typed() { sql "SELECT $3 FROM rec.$1 WHERE id = '$2'"; }
reads() { code GET "/v1/records/$1/history"; }
# Time passes for a letter: its days move back, and who reaches it is made anew.
passes() { # REC DAYS column…
	local rec=$1 days=$2 set=''
	shift 2
	for c in "$@"; do set+="${set:+, }$c = $c - $days"; done
	sql "UPDATE rec.referral SET $set WHERE id = '$rec'" >/dev/null
	sql "SELECT access.refresh('{}', '{}', ARRAY['$rec'::uuid], '{}')" >/dev/null
}

# ---- clocks
as "$sender"
ok "five working days when nothing else is said" is "$(typed referral "$(send)" deadline)" "$(after_workdays "$today" 5)"
ok "who reads the case reads its letters, says the trail" is "$(api GET "/v1/cases/$case_id" | jq -r '[.records[] | select(.type == "referral") | .id] | sort | join(",")')" \
	"$(sql "SELECT string_agg(x::text, ',' ORDER BY x) FROM (SELECT unnest(records) x FROM (SELECT records FROM audit.event WHERE action = 'case' ORDER BY id DESC LIMIT 1) e) u JOIN rec.referral f ON f.id = x")"
ok "three when it is to be soon" is "$(typed referral "$(send '{"urgency":"soon"}')" deadline)" "$(after_workdays "$today" 3)"
ok "one when it is urgent" is "$(typed referral "$(send '{"urgency":"urgent"}')" deadline)" "$(after_workdays "$today" 1)"
ok "the same day in an emergency" is "$(typed referral "$(send '{"urgency":"emergency"}')" deadline)" "$today"
ok "a deadline somebody gave stands" is "$(typed referral "$(send '{"deadline":"2099-12-31"}')" deadline)" 2099-12-31
over=$(send '{"requested":"2025-09-30"}')
ok "over a long holiday with two days made up for" is "$(typed referral "$over" deadline)" 2025-10-14
ok "a clock that is taken away is set again" is "$(change patch referral "$over" "$case_id" '{"reason":"x"}' \
	'{"reason":"需要康复训练","deadline":"2025-10-14"}' '["deadline"]') $(typed referral "$over" deadline)" "applied 2025-10-14"
ok "a deadline before the day it was sent is none" is "$(change create referral "$(new_id)" "$case_id" "$(letter '{"deadline":"2026-01-01"}')")" "parked bad_order deadline"
ok "a draft has none" is "$(typed referral "$(send '{"status":"draft"}')" "deadline IS NULL")" t
item=$(new_id)
item_of() { jq -cn --arg s "$1" '{code: "crisis", site: $s, clinical_name: "危机情绪支持", patient_name: "有人陪", respond_hours: 4, capacity_day: 2, active: true}'; }
as "$admin"
ok "a site offers a service" is "$(change create service_item "$item" "" "$(item_of "$(sql "SELECT site FROM auth.account WHERE login = '$admin'")")")" applied
ok "nobody else's site does" is "$(change create service_item "$(new_id)" "" "$(item_of "$from_site")")" "parked forbidden site"
as "$sender"
ask() { jq -cn --arg to "$to_site" --arg at "$(ago 2)T23:30:00+08:00" --argjson more "$1" '{to_site: $to, requested_by_kind: "nurse", urgency: "urgent", status: "open", ward: "急诊", client_label: "12床",
	requested: $at} + $more'; }
q1=$(new_id) q2=$(new_id)
ok "a request for it" is "$(change create request "$q1" "" "$(ask "{\"item\":\"$item\"}")")" applied
ok "is answered within its hours" is "$(typed request "$q1" "respond_by AT TIME ZONE 'UTC'")" "$(ago 2) 19:30:00"
ok "one for nothing on the menu" is "$(change create request "$q2" "" "$(ask '{"item_name":"陪同"}')")" applied
ok "by its urgency" is "$(typed request "$q2" "respond_by AT TIME ZONE 'UTC'")" "$(ago 2) 17:30:00"
ok "who is asked does not push the clock" is "$(as "$taker"; change patch request "$q2" "" '{"respond_by":"2099-01-01T00:00:00Z"}' "{\"respond_by\":\"$(ago 2)T17:30:00.000Z\"}")" "parked forbidden respond_by"

# ---- how long a letter stays
as "$sender"
never=$(send '{"status":"draft"}')
ok "a draft is dropped" is "$(change patch referral "$never" "$case_id" '{"status":"withdrawn"}' '{"status":"draft"}')" applied
ok "and was never the other site's" is "$(as "$taker"; reads "$never")" 404
old=$(send "{\"requested\":\"$(ago 40)\"}")
ok "a letter of forty days ago" is "$(as "$taker"; reads "$old")" 200
ok "is taken back today" is "$(change patch referral "$old" "$case_id" '{"status":"withdrawn"}' '{"status":"requested"}')" applied
ok "the day is written down" is "$(typed referral "$old" withdrawn)" "$today"
ok "and both can still look" is "$(as "$taker"; reads "$old")" 200
passes "$old" 29 withdrawn
ok "for thirty days" is "$(as "$taker"; reads "$old")" 200
passes "$old" 1 withdrawn
ok "and no longer" is "$(as "$taker"; reads "$old")" 404
ok "its own site keeps it" is "$(as "$sender"; reads "$old")" 200
as "$sender"
no=$(send)
ok "another is declined" is "$(as "$taker"; change patch referral "$no" "$case_id" '{"status":"declined","decline_reason":"no_capacity"}' '{"status":"requested","decline_reason":null,"decided":null,"decided_by":null,"decision_note":null}')" applied
ok "and the refusal is seen" is "$(change patch referral "$no" "$case_id" '{"status":"acknowledged"}' '{"status":"declined","acknowledged":null,"client_confirmed":null}')" applied
ok "it stays" is "$(as "$taker"; reads "$no")" 200
# The refusal was written down as long ago; that it was seen, today.
sql "UPDATE log.version SET at = at - interval '30 days', body = replace(body, '\"decided\":\"$today\"', '\"decided\":\"$(TZ=Asia/Shanghai date -d '30 days ago' +%F)\"')
	WHERE record_id = '$no' AND next_csn IS NOT NULL" >/dev/null
passes "$no" 30 decided requested
ok "for thirty days from then, whatever was added since" is "$(as "$taker"; reads "$no")" 404
done_id=$(send)
seen='"decided":null,"decided_by":null,"decline_reason":null,"decision_note":null'
as "$taker"
change patch referral "$done_id" "$case_id" '{"status":"accepted"}' "{\"status\":\"requested\",$seen}" >/dev/null
change patch referral "$done_id" "$case_id" '{"status":"returned","return_letter":"已完成。"}' '{"status":"accepted","return_letter":null,"outcome":null,"returned":null}' >/dev/null
as "$sender"
ok "a loop that went its way" is "$(change patch referral "$done_id" "$case_id" '{"status":"acknowledged"}' '{"status":"returned","acknowledged":null,"client_confirmed":null}')" applied
passes "$done_id" 400 requested decided returned acknowledged
ok "stays readable at both ends" is "$(as "$taker"; reads "$done_id")" 200

# ---- what climbs
sql "DELETE FROM rec.referral WHERE id IN ('$over')" >/dev/null # counted by hand below
late1=$(send "{\"requested\":\"$(ago 30)\"}") late2=$(send "{\"requested\":\"$(ago 20)\"}")
to=$third_site send "{\"requested\":\"$(ago 20)\",\"kind\":\"transfer\"}" >/dev/null
rows() { api GET /v1/overdue | jq -c '.rows[] | [.letter, .kind, .from_site, .to_site, .n, .days]'; }
row() { rows | grep -F "\"$1\",${2:-null},\"$from_site\",\"${3:-$to_site}\"" || echo none; }
oldest=$(workdays_to_today "$(after_workdays "$(ago 30)" 5)")
as "$coordinator"
ok "the coordinator sees how many, and the longest delay" is "$(row referral '"service"')" "[\"referral\",\"service\",\"$from_site\",\"$to_site\",2,$oldest]"
ok "each kind by itself" like "$(row referral '"transfer"' "$third_site")" ',1,[0-9]+]$'
ok "requests not taken up in time" is "$(row request)" "[\"request\",null,\"$from_site\",\"$to_site\",2,$(workdays_to_today "$(ago 1)")]"
ok "longest delay first" is "$(api GET /v1/overdue | jq '[.rows[].days] | . == (sort | reverse)')" true
ok "of everything in it only sites have an id" is "$(api GET /v1/overdue | grep -oE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' | sort -u |
	while read -r u; do sql "SELECT count(*) FROM rec.site WHERE id = '$u'"; done | sort -u)" 1
ok "and nothing but the members of the wire" is "$(api GET /v1/overdue | jq -c '[keys, (.rows | map(keys) | unique)] | flatten | unique')" '["days","from_site","kind","letter","n","on","purges","reviews","rows","to_site"]'
ok "that they looked is on the trail" [ "$(sql "SELECT count(*) FROM audit.event e JOIN auth.account a ON a.staff = e.actor WHERE e.action = 'overdue' AND a.login = '$coordinator'")" -ge 5 ]
ok "they still see no letter" is "$(reads "$late1")" 404
as "$supervisor"
ok "the supervisor sees the own site's" is "$(row referral '"service"')" "[\"referral\",\"service\",\"$from_site\",\"$to_site\",2,$oldest]"
ok "and only that" is "$(rows | grep -cvF "$from_site")" 0
for who in "$sender" "$admin" "$auditor"; do ok "$who does not" is "$(as "$who"; code GET /v1/overdue)" 403; done
ok "the database itself gives others nothing" is "$(sql "BEGIN; SELECT app.enter('records', NULL, '$from_site', 'social_worker', NULL); SELECT count(*) FROM log.overdue((SELECT district FROM rec.site LIMIT 1)); COMMIT" | sed -n 3p)" 0
as "$taker"
ok "one is answered" is "$(change patch referral "$late1" "$case_id" '{"status":"accepted"}' "{\"status\":\"requested\",$seen}")" applied
as "$coordinator"
ok "then one is left" is "$(row referral '"service"' | jq '.[4]')" 1
ok "and the delay is the other's" is "$(row referral '"service"' | jq '.[5]')" "$(workdays_to_today "$(after_workdays "$(ago 20)" 5)")"
as "$sender"
change retract referral "$late2" "$case_id" null >/dev/null 2>&1
jq -cn --arg id "$(new_id)" --arg rec "$late2" --arg c "$case_id" '{changes: [{id: $id, op: "retract", type: "referral", rec: $rec, case: $c, reason: "误录", entered_at: "2026-11-21T09:30:00+08:00"}]}' | api POST /v1/changes - >/dev/null
ok "what was a mistake does not count" is "$(as "$coordinator"; row referral '"service"')" none
elsewhere=$(sql "INSERT INTO rec.district (id, rec_ver, rec_state, name) VALUES (gen_random_uuid(), 1, 'live', '别处') RETURNING id" | head -n 1)
sql "UPDATE auth.account SET district = '$elsewhere' WHERE login = '$coordinator'" >/dev/null
ok "of another district nothing is told" is "$(as "$coordinator"; rows | wc -l)" 0
sql "UPDATE rec.district SET parent = '$elsewhere' WHERE id = (SELECT district FROM rec.site WHERE id = '$from_site')" >/dev/null
ok "unless it belongs to it" isnt "$(as "$coordinator"; rows | wc -l)" 0
done_testing
