#!/bin/bash
# letter_pages.t - what the pages about letters and groups read: who is told of
# which letter and whose turn it is, what a referral would send before it
# leaves, and that a station answers from its store what the centre answers.
. tests/flow/lib.sh
. tests/flow/changing.sh
use_district
start_daemon

today=$(TZ=Asia/Shanghai date +%F)
from_site=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	JOIN rec.\"case\" c ON c.home_site = s.id AND c.closed IS NULL AND c.person IS NOT NULL GROUP BY 1 HAVING count(DISTINCT c.id) > 3 LIMIT 1")
sender=$(sql "SELECT login FROM auth.account WHERE site = '$from_site' AND role = 'social_worker' LIMIT 1")
case_id=$(sql "SELECT c.id FROM rec.\"case\" c WHERE c.home_site = '$from_site' AND c.closed IS NULL AND c.person IS NOT NULL ORDER BY c.id LIMIT 1")
to_site=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	WHERE s.id <> '$from_site' AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = '$case_id' AND r.key = s.id)
	AND NOT EXISTS (SELECT 1 FROM rec.consent n WHERE n.case_id = '$case_id' AND s.id = ANY (n.sites)) LIMIT 1")
taker=$(sql "SELECT login FROM auth.account WHERE site = '$to_site' AND role = 'social_worker' LIMIT 1")
third=$(sql "SELECT a.login FROM auth.account a WHERE a.role = 'social_worker' AND a.site NOT IN ('$from_site', '$to_site')
	AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = '$case_id' AND r.key = a.site) LIMIT 1")
name=$(sql "SELECT p.name FROM rec.person p JOIN rec.\"case\" c ON c.person = p.id WHERE c.id = '$case_id'")
phone=$(body_of "$(sql "SELECT person FROM rec.\"case\" WHERE id = '$case_id'")" | jq -r '.phone // empty')
ok "there are two sites and a case between them" test -n "$from_site" -a -n "$to_site" -a -n "$case_id" -a -n "$third" -a -n "$name"
coordinator=$(account district_coordinator)
for who in "$sender" "$taker" "$third" "$coordinator"; do
	ok "$who signs in" sign_in "$who"
done
coordinator=$(account district_coordinator)

change() { # OP TYPE REC CASE SET [SEEN]: one change; prints its result
	jq -cn --arg id "$(new_id)" --arg op "$1" --arg type "$2" --arg rec "$3" --arg c "$4" --argjson set "$5" --argjson seen "${6:-null}" \
		'{changes: [{id: $id, op: $op, type: $type, rec: $rec, set: $set, entered_at: (now - 60 | todate | sub("Z$"; "+00:00"))}
		  + (if $c == "" then {} else {case: $c} end) + (if $seen then {seen: $seen} else {} end)]}' |
		api POST /v1/changes - >"$work/result"
	jq -r '.results[0] | [.status, .code // empty, .field // empty, .accepts // empty] | join(" ")' "$work/result"
}
# One line of the list as the one signed in is told it, in a few words.
line_of() { # id [state]
	api GET "/v1/letters${2:+?state=$2}" | jq -r --arg id "$1" '.letters[] | select(.letter.id == $id)
		| [.direction, .turn // "nobody", (if .late then "late" else "in-time" end), (.next | join(","))] | join(" ")'
}

# ---- before it leaves
body() { jq -cn --arg to "$to_site" '{kind: "service", to_site: $to, reason: "需要康复训练", letter: "请协助安排社区康复。", sends: ["identity", "assessment", "plan"]} + $more' --argjson more "${1:-{\}}"; }
preview() { jq -cn --arg c "$case_id" --argjson b "$1" --argjson more "${2:-{\}}" '{case: $c, body: $b} + $more' | api POST /v1/letters/preview -; }
as "$sender"
ok "what would be sent is shown" is "$(preview "$(body)" >/dev/null; status)" 200
ok "… the client's name with it" is "$(jq -r .letter.client_name "$work/answer")" "$name"
ok "… by when an answer is owed, reckoned" like "$(jq -r .letter.deadline "$work/answer")" '^20[0-9-]{8}$'
ok "… that no consent covers the site" is "$(jq -c '[.consent, (.opens | length)]' "$work/answer")" '[null,0]'
ok "… and what stays closed for it" is "$(jq -c '.stays_closed | keys' "$work/answer")" '["assessment","core","identity","plan"]'
ok "… without the telephone" is "$(jq -r '.letter.client_phone // "none"' "$work/answer")" none
ok "nameless it goes without a name" is "$(preview "$(body)" '{"nameless":true}' | jq -r '.letter.client_name // "none"')" none
ok "nothing was written by that" is "$(sql "SELECT count(*) FROM rec.referral WHERE case_id = '$case_id' AND to_site = '$to_site'")" 0
ok "to one's own site it is refused" is "$(preview "$(body "{\"to_site\":\"$from_site\"}")" | jq -r .field)" to_site
ok "and without a letter" is "$(preview "$(body '{"letter":""}')" | jq -r .field)" letter
ok "a field nobody knows is refused" is "$(preview "$(body '{"colour":"red"}')" | jq -r '[.status, .field] | join(" ")')" "422 colour"
ok "a body that is none too" is "$(api POST /v1/letters/preview "{\"case\":\"$case_id\",\"body\":[]}" | jq -r '[.status, .field] | join(" ")')" "400 body"
as "$taker"
ok "of a case one does not reach nothing is shown" is "$(preview "$(body "{\"to_site\":\"$from_site\"}")" | jq -r '[.status, .code] | join(" ")')" "404 not_found"
as "$coordinator"
ok "nor to who reaches no case" is "$(preview "$(body)" | jq -r .status)" 404
as "$sender"
consent=$(new_id)
ok "the client consents to some of it" is "$(change create consent "$consent" "$case_id" \
	"{\"purpose\":\"referral\",\"classes\":[\"identity\",\"assessment\"],\"sites\":[\"$to_site\"],\"from\":\"$today\"}")" applied
ok "now that is what opens" is "$(preview "$(body)" | jq -c '[.consent, (.opens | keys), (.stays_closed | keys)]')" "[\"$consent\",[\"assessment\",\"core\",\"identity\"],[\"plan\"]]"
ok "with as many records as there are" is "$(jq .opens.assessment "$work/answer")" \
	"$(sql "SELECT count(*) FROM log.version WHERE unit_id = '$case_id' AND next_csn IS NULL AND class = 4 AND state <> 3")"
ok "and the telephone goes along" is "$(jq -r '.letter.client_phone // ""' "$work/answer")" "$phone"

# ---- who is told of it
ref=$(new_id)
sent=$(jq -c .letter "$work/answer")
ok "the letter as shown is sent" is "$(change create referral "$ref" "$case_id" "$sent")" applied
ok "the sender waits" is "$(line_of "$ref")" "out them in-time withdrawn"
ok "the list does without the long texts" is "$(api GET /v1/letters | jq '[.letters[].letter.body | has("letter", "return_letter")] | any')" false
ok "the letter itself has them" is "$(api GET "/v1/letters/$ref" | jq -r .letter.body.letter)" "请协助安排社区康复。"
as "$taker"
ok "the other side is to answer" is "$(line_of "$ref")" "in us in-time accepted,declined"
ok "and reads it" is "$(code GET "/v1/letters/$ref")" 200
for who in "$third" "$coordinator"; do
	as "$who"
	ok "$who does not hear of it" is "$(line_of "$ref" all)" ""
	ok "… nor by its id" is "$(code GET "/v1/letters/$ref")" 404
done
ok "a case is no letter" is "$(as "$sender"; code GET "/v1/letters/$case_id")" 404
ok "a state that is none is refused" is "$(as "$sender"; code GET '/v1/letters?state=late')" 400
ok "nobody is told without a session" is "$(as nobody-at-all; code GET /v1/letters)" 401
ok "each look is on the trail" is "$(sql "SELECT count(DISTINCT action) FROM audit.event WHERE action IN ('letters', 'letter', 'letter_preview')")" 3

# ---- a request, and who could take it
as "$sender"
ask=$(new_id)
ok "something is asked of the other site" is "$(change create request "$ask" "" \
	"{\"item_name\":\"手语翻译\",\"to_site\":\"$to_site\",\"client_label\":\"3床\",\"requested_by_kind\":\"nurse\",\"urgency\":\"emergency\",\"requested\":\"2026-01-05T09:00:00+08:00\",\"status\":\"open\"}")" applied
as "$taker"
ok "it is late by its own clock" is "$(line_of "$ask")" "in us late triaged,accepted,unmet"
ok "and those who could take it are named, the least loaded first" is "$(api GET "/v1/letters/$ask" | jq '[.proposal.providers | length > 0, ([.[].open] == ([.[].open] | sort))] | all')" true
ok "all of them of that site" is "$(jq -r '.proposal.providers[].staff' "$work/answer" | while read -r s; do sql "SELECT site FROM rec.staff WHERE id = '$s'"; done | sort -u)" "$to_site"
ok "the one who asked is proposed nobody" is "$(as "$sender"; api GET "/v1/letters/$ask" | jq -r '.proposal // "none"')" none

# ---- over
as "$taker"
ok "it is declined" is "$(change patch referral "$ref" "$case_id" '{"status":"declined","decline_reason":"no_capacity"}' '{"status":"requested","decline_reason":null,"decided":null,"decided_by":null,"decision_note":null}')" applied
as "$sender"
ok "the sender is to acknowledge" is "$(line_of "$ref")" "out us in-time acknowledged"
ok "and does" is "$(change patch referral "$ref" "$case_id" '{"status":"acknowledged"}' '{"status":"declined","acknowledged":null,"client_confirmed":null}')" applied
ok "what is over is not in the list" is "$(line_of "$ref")" ""
ok "unless asked for" is "$(line_of "$ref" all)" "out nobody in-time "

# ---- groups
as "$sender"
ok "a group is planned from a template" is "$(api POST /v1/groups/plan '{"template":"all_the_way","opened":"2026-09-03"}' | jq -c '[(.sessions | length), .group.opened, .sessions[1].held_at]')" '[6,"2026-09-03","2026-09-10T14:00:00+08:00"]'
ok "in English too" is "$(api POST /v1/groups/plan '{"template":"all_the_way","lang":"en"}' | jq -r '.group.name | test("\\p{Han}")')" false
ok "a template that is none is refused" is "$(api POST /v1/groups/plan '{"template":"nonsense"}' | jq -r '[.code, .field] | join(" ")')" "bad_code template"
ok "and a day that is none" is "$(api POST /v1/groups/plan '{"template":"all_the_way","opened":"2026-02-30"}' | jq -r '[.code, .field] | join(" ")')" "bad_date opened"
group=$(new_id) first=$(new_id) second=$(new_id) member=$(new_id)
ok "a group" is "$(change create group "$group" "" '{"name":"周四小组","kind":"closed","phase":"forming","opened":"2026-09-03"}')" applied
ok "with a session held" is "$(change create session "$first" "$group" '{"number":1,"held_at":"2026-09-03T14:00:00+08:00","status":"held"}')" applied
ok "and one to come" is "$(change create session "$second" "$group" '{"number":2,"held_at":"2099-09-10T14:00:00+08:00","status":"planned"}')" applied
ok "one who stays" is "$(change create participant "$member" "$group" '{"name":"王芳","joined":"2026-09-03"}')" applied
ok "and one who left" is "$(change create participant "$(new_id)" "$group" '{"name":"李强","joined":"2026-09-03","left":"2026-09-04"}')" applied
group_line() { api GET /v1/groups | jq -c --arg id "$group" '.groups[] | select(.group.id == $id) | [.group.body.name, .members, .held, .sessions, .next]'; }
ok "is a line of what it comes to" is "$(group_line)" '["周四小组",1,1,2,"2099-09-10T06:00:00.000Z"]'
ok "it is read like a case" is "$(api GET "/v1/cases/$group" | jq '[.records[].type] | sort | unique | length')" 3
for who in "$taker" "$coordinator"; do
	as "$who"
	ok "$who has no such group" is "$(group_line)" ""
	ok "… nor by its id" is "$(code GET "/v1/cases/$group")" 404
done

# ---- a station says the same from its store
ok "a station of the sender's" enrol desk "$from_site" "$sender"
ok "synced" is "$(station desk sync --json | jq .synced)" true
as "$sender"
same='del(.. | .csn?, .waiting?, .collides?) | (.letters // .groups) |= (if . then sort_by(.letter.id // .group.id) else empty end)'
api GET '/v1/letters?state=all' | jq -S "$same" >"$work/centre.letters"
api GET /v1/groups | jq -S "$same" >"$work/centre.groups"
preview "$(body)" | jq -S . >"$work/centre.preview"
CASEBRIDGE_PASSPHRASE_FILE=$work/st/desk.secret LANG=C.UTF-8 "$CASEBRIDGE" --store "$work/st/desk" \
	open --no-browser --json --offline --web "$WEB_ROOT" </dev/null >"$work/open.out" 2>"$work/open.err" &
open_pid=$!
wait_for 20 test -s "$work/open.out" || bail "the pages do not open"
url=$(jq -r .url "$work/open.out")
local_ask() { # METHOD PATH [BODY]
	curl -sS --max-time 30 -X "$1" -b "$work/local" -c "$work/local" -H "Origin: ${url%%/#*}" -H 'X-Casebridge: web' \
		-o "$work/answer" -w '%{http_code}' ${3:+-H 'Content-Type: application/json' --data-binary "$3"} "${url%%/#*}$2" >"$work/status"
	cat "$work/answer"
}
ok "without its key the station tells nothing" is "$(local_ask GET /v1/letters >/dev/null; status)" 401
ok "nor prints" is "$(local_ask GET "/v1/print?doc=referral&id=$ref" >/dev/null; status)" 401
ok "nor of groups" is "$(local_ask GET /v1/groups >/dev/null; status)" 401
ok "with the key one is in" is "$(local_ask POST /v1/session "{\"key\":\"${url#*#key=}\"}" >/dev/null; status)" 201
local_ask GET '/v1/letters?state=all' | jq -S "$same" >"$work/station.letters"
local_ask GET /v1/groups | jq -S "$same" >"$work/station.groups"
local_ask POST /v1/letters/preview "$(jq -cn --arg c "$case_id" --argjson b "$(body)" '{case: $c, body: $b}')" | jq -S . >"$work/station.preview"
for what in letters groups preview; do
	ok "the station's $what are the centre's" diff "$work/centre.$what" "$work/station.$what"
done
ok "one letter too" is "$(local_ask GET "/v1/letters/$ref" | jq -r '[.direction, .letter.body.letter] | join(" ")')" "out 请协助安排社区康复。"
ok "a case is no letter there either" is "$(local_ask GET "/v1/letters/$case_id" >/dev/null; status)" 404
ok "a plan of a group as well" is "$(local_ask POST /v1/groups/plan '{"template":"all_the_way","opened":"2026-09-03"}' | jq '.sessions | length')" 6
ok "a letter is made a PDF there" is "$(local_ask GET "/v1/print?doc=referral&id=$ref&lang=zh" >/dev/null; status) $(head -c 5 "$work/answer")" "200 %PDF-"
ok "with what it says, and the client's name" like "$(pdftotext "$work/answer" -)" "请协助安排社区康复.*"
ok "… as long as names are not hidden" unlike "$(local_ask GET "/v1/print?doc=referral&id=$ref&masked=1" >/dev/null; pdftotext "$work/answer" -)" "$name"
ok "a document that is none is refused, saying which there are" like "$(local_ask GET "/v1/print?doc=secret&id=$ref" | jq -r '[.status, .field, .accepts] | join(" ")')" "^400 doc .*referral"
ok "of a record that is not here there is none" is "$(local_ask GET "/v1/print?doc=referral&id=$(new_id)" | jq -r .status)" 404
ok "nor of one of another kind" is "$(local_ask GET "/v1/print?doc=group&id=$ref" >/dev/null; [ "$(status)" -ge 400 ] && echo refused)" refused
kill -TERM "$open_pid"
ok "the pages end when told to" wait "$open_pid"
done_testing
