#!/bin/bash
# review.t - the review queue (GET /v1/review): its order and why, what others
# changed since, a review signed together with the tasks it became, the loop of
# these tasks; bounded, refused to who may not, and the same at a station that
# has no network.
. tests/flow/lib.sh
use_district
start_daemon

today=$(TZ=Asia/Shanghai date +%F)
new_id() {
	printf '%012x' "$(date +%s%3N)" | sed 's/\(.\{8\}\)\(.\{4\}\)/\1-\2/'
	printf -- '-7%03x-8%03x-%012x' $((RANDOM % 4096)) $((RANDOM % 4096)) $((RANDOM * RANDOM * RANDOM))
}
change() { # OP TYPE REC CASE SET [MORE]
	jq -cn --arg id "$(new_id)" --arg op "$1" --arg type "$2" --arg rec "$3" --arg c "$4" --argjson set "$5" --argjson more "${6:-{\}}" --arg at "$(date -Is)" \
		'{id: $id, op: $op, type: $type, rec: $rec, set: $set, case: $c, entered_at: $at} + $more'
}
send() { jq -cs '{changes: .}' | api POST /v1/changes - | jq -r '[.results[] | [.status, .code // empty, .field // empty] | join(" ")] | join(", ")'; }
sha() { jq -cSj . <<<"$1" | sha256sum | cut -d ' ' -f 1; }
row() { api GET /v1/review | jq -c --arg c "$1" '.rows[] | select(.case == $c)'; }
why() { row "$1" | jq -r --arg w "$2" '[.why[] | select(.code == $w).value][0] // "none"'; }
place() { api GET /v1/review | jq -r --arg c "$1" '.rows | map(.case) | index($c)'; }
login_at() { sql "SELECT login FROM auth.account WHERE site = '$1' AND role = '$2' ORDER BY login LIMIT 1"; }
staff() { sql "SELECT staff FROM auth.account WHERE login = '$1'"; }

# The psychiatrist with the most cases that go on.
doctor=$(sql "SELECT a.login FROM auth.account a JOIN rec.member m ON m.staff = a.staff AND m.rec_state <> 'retracted' AND m.to IS NULL
	JOIN rec.\"case\" c ON c.id = m.case_id AND c.phase <> 'ended' WHERE a.role = 'psychiatrist' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
me=$(staff "$doctor")
ok "a psychiatrist signs in" sign_in "$doctor"

# ---- the order, argued from the lists and the tables there were before

said=$(api GET /v1/review)
ok "every case of theirs that goes on is there, and no other" is "$(jq -r '.rows[].case' <<<"$said" | sort)" \
	"$(api GET '/v1/caseload?limit=5000' | jq -r '.rows[] | select(.phase != "ended").case' | sort)"
ok "there are several" test "$(jq .total <<<"$said")" -ge 5
flags=$(sql "SELECT json_object_agg(case_id, level) FROM (SELECT case_id, max(level) AS level FROM rec.flag WHERE \"to\" IS NULL AND rec_state <> 'retracted' GROUP BY 1) x")
key='map([([(.line.danger // 0), ($flags[.case] // 0)] | max | if . >= 3 then . else 0 end), (if .line.stability == "unstable" then 1 else 0 end),
	(if .line.next_due and .line.next_due < $today then (($today | strptime("%Y-%m-%d") | mktime) - (.line.next_due | strptime("%Y-%m-%d") | mktime)) / 86400 else 0 end)])'
keys=$(jq -c --argjson flags "${flags:-{\}}" --arg today "$today" ".rows | $key" <<<"$said")
ok "danger, then instability, then how long something is overdue" is "$keys" "$(jq -c 'sort | reverse' <<<"$keys")"
ok "each says so" is "$(jq -c '[.rows[] | [.why[] | select(.code == "danger" or .code == "unstable" or .code == "overdue")] | map({(.code): .value}) | add // {} | [.danger // 0, .unstable // 0, .overdue // 0]]' <<<"$said")" "$keys"
ok "nobody was reviewed, and each says so" is "$(jq '([.rows[] | select(.last == null and ([.why[].code] | index("never")))] | length) == .total' <<<"$said")" true
ok "the table comes with it, each reason with a source" is "$(jq -c '[.order[:4][].code], ([.order[] | select(.source.zh == "" or .source.en == "")] | length)' <<<"$said" | tr '\n' ' ')" '["danger","unstable","overdue","discharged"] 0 '

# What is known of the medicine, against the newest sheet.
medicine=$(sql "SELECT r.adherence FROM rec.response r WHERE r.case_id = '$(jq -r '.rows[0].case' <<<"$said")' AND r.adherence IS NOT NULL AND r.rec_state <> 'retracted' ORDER BY r.responded DESC, r.id DESC LIMIT 1")
ok "with how the medicine is taken" is "$(jq -r '.rows[0].medication.adherence // ""' <<<"$said")" "$medicine"

# ---- what others write moves a case up

case_id=$(jq -r '[.rows[] | select((.why | map(.code) | index("danger") or index("unstable") or index("overdue")) | not)][-1].case // .rows[-1].case' <<<"$said")
home=$(sql "SELECT home_site FROM rec.\"case\" WHERE id = '$case_id'")
worker=$(login_at "$home" social_worker) rehab=$(sql "SELECT a.login FROM auth.account a JOIN access.reach r ON r.key = a.site AND r.unit_id = '$case_id'
	WHERE a.role IN ('rehab_worker', 'prevention_doctor', 'nurse', 'case_worker', 'social_worker', 'supervisor') AND a.site <> '$home' ORDER BY 1 LIMIT 1")
[ -n "$worker" ] || worker=$(sql "SELECT login FROM auth.account WHERE site = '$home' AND role IN ('rehab_worker', 'prevention_doctor', 'supervisor') ORDER BY 1 LIMIT 1")
there=$(sql "SELECT site FROM auth.account WHERE login = '$rehab'")
ok "staff of the home site sign in" sign_in "$worker"
ok "staff of another site of the group sign in" sign_in "$rehab"
ok "somebody who may not sign a review is refused" is "$(sign_in "$(account district_coordinator)" && code GET /v1/review)" 403
as "$doctor"
stay=$(new_id)
since=$(sql "SELECT greatest(max((started_at AT TIME ZONE 'Asia/Shanghai')::date), max(r.responded)) FROM rec.service s FULL JOIN rec.response r ON false
	WHERE coalesce(s.case_id, r.case_id) = '$case_id'")
out=$(date -d "$since + 1 day" +%F)
[[ $out > $today ]] && out=$today
ok "a stay in hospital that ended is written by the other site" is "$(as "$rehab"; change create segment "$stay" "$case_id" "{\"setting\":\"inpatient\",\"from\":\"$(date -d "$out - 20 days" +%F)\",\"to\":\"$out\"}" | send)" applied
ok "who was not met since says since how many days" is "$(why "$case_id" discharged)" $((($(date -d "$today" +%s) - $(date -d "$out" +%s)) / 86400))
ok "a visit at home" is "$(as "$worker"; change create service "$(new_id)" "$case_id" "{\"started_at\":\"${today}T00:30:00+08:00\",\"kind\":\"home_visit\",\"status\":\"completed\"}" | send)" applied
ok "ends that" is "$(why "$case_id" discharged)" none
before=$(place "$case_id")
flag=$(new_id)
ok "an open flag of level 5" is "$(as "$worker"; change create flag "$flag" "$case_id" "{\"kind\":\"danger\",\"level\":5,\"from\":\"$today\"}" | send)" applied
ok "puts it first" is "$(place "$case_id")" 0
ok "which it was not" isnt "$before" 0
ok "and says why" is "$(why "$case_id" danger)" 5

# ---- a review, signed, with what was decided, in one step

owed=$(row "$case_id" | jq -c .decisions) # of decisions there were before

known=$(api GET "/v1/cases/$case_id")
seen=$(jq '[.records[].csn // 0] | max' <<<"$known")
ok "somebody writes while it is being looked at" is "$(as "$rehab"; change create task "$(new_id)" "$case_id" "{\"title\":\"在此期间\",\"status\":\"open\"}" | send)" applied
review=$(new_id) tx=$(new_id) one=$(new_id) two=$(new_id)
body="{\"held\":\"$today\",\"kind\":\"case_review\",\"findings\":\"情绪平稳，睡眠一般。\\n继续观察\",\"lead\":\"$me\",\"next_review\":\"$(date -d "$today + 14 days" +%F)\",\"seen\":$seen}"
task() { echo "{\"title\":\"$1\",\"kind\":\"decision\",\"status\":\"open\",\"due\":\"$(date -d "$today + 7 days" +%F)\",\"raised_by\":\"review\",\"response_owed_to\":\"$me\",\"review\":\"$review\",$2}"; }
group="{\"tx\":\"$tx\"}"
batch() { # sha
	change create review "$review" "$case_id" "$body" "$group"
	change create task "$one" "$case_id" "$(task 每日督促服药 "\"site\":\"$there\"")" "$group"
	change create task "$two" "$case_id" "$(task 家访一次 "\"site\":\"$home\",\"assignee\":\"$(staff "$worker")\"")" "$group"
	change sign review "$review" "$case_id" '{}' "{\"tx\":\"$tx\",\"base_ver\":1,\"sha\":\"$1\"}"
}
ok "a signature to other words signs nothing, and nothing is kept of the rest" like "$(batch "$(sha '{"held":"2020-01-01"}')" | send)" 'sign_stale|tx_failed'
ok "no task of it is there" is "$(sql "SELECT count(*) FROM rec.task WHERE id IN ('$one', '$two')")" 0
tx=$(new_id) group="{\"tx\":\"$tx\"}"
ok "a review, two decisions and the signature are taken together" is "$(batch "$(sha "$body")" | send)" 'applied, applied, applied, applied'
ok "it is signed" is "$(api GET "/v1/cases/$case_id" | jq -r --arg r "$review" '.records[] | select(.id == $r) | .state')" signed
ok "in one commit" is "$(sql "SELECT count(DISTINCT csn) FROM log.version WHERE record_id IN ('$review', '$one', '$two')")" 1
ok "the last review is known" is "$(row "$case_id" | jq -r .last.rec)" "$review"
ok "with what it became" is "$(row "$case_id" | jq -c '[.last.findings, (.last.decided | map([.rec, .title, .site, .status]))]')" "[\"情绪平稳，睡眠一般。\\n继续观察\",[[\"$one\",\"每日督促服药\",\"$there\",\"open\"],[\"$two\",\"家访一次\",\"$home\",\"open\"]]]"
ok "what came while it was written counts as changed" is "$(row "$case_id" | jq -c '[.changed.n, .changed.what[0].type, .changed.what[0].site, .done]')" "[1,\"task\",\"$there\",false]"
second=$(new_id) body2="{\"held\":\"$today\",\"kind\":\"case_review\",\"seen\":$(api GET "/v1/cases/$case_id" | jq '[.records[].csn // 0] | max')}"
tx=$(new_id) group="{\"tx\":\"$tx\"}"
ok "looked at again" is "$({ change create review "$second" "$case_id" "$body2" "$group" && change sign review "$second" "$case_id" '{}' "{\"tx\":\"$tx\",\"base_ver\":1,\"sha\":\"$(sha "$body2")\"}"; } | send)" 'applied, applied'
ok "it is done for today" is "$(row "$case_id" | jq -c '[.done, .changed.n]')" '[true,0]'
ok "and stands last, danger or not" is "$(place "$case_id")" "$(($(jq .total <<<"$said") - 1))"
ok "one fewer waits" is "$(api GET /v1/review | jq .waiting)" "$(($(jq .waiting <<<"$said") - 1))"
ok "a review that claims to have seen what is still to come hides nothing" is "$(
	third=$(new_id) body3="{\"held\":\"$today\",\"kind\":\"case_review\",\"seen\":999999999}" tx=$(new_id) group="{\"tx\":\"$tx\"}"
	{ change create review "$third" "$case_id" "$body3" "$group" && change sign review "$third" "$case_id" '{}' "{\"tx\":\"$tx\",\"base_ver\":1,\"sha\":\"$(sha "$body3")\"}"; } | send >/dev/null
	as "$worker"; change patch flag "$flag" "$case_id" '{"text":"已联系家属"}' '{"seen":{"text":null},"base_ver":1}' | send >/dev/null
	as "$doctor"; row "$case_id" | jq -c '[.changed.n, .done, .changed.what[0].site]')" "[1,false,\"$home\"]"

# ---- the loop of what was decided

ok "the other site finds its task on its day, though nobody there was named" is "$(as "$rehab"; api GET /v1/today | jq -r --arg t "$one" '[.tasks[] | select(.id == $t)] | length')" 1
ok "and not the one that is somebody's at the first" is "$(as "$rehab"; api GET /v1/today | jq -r --arg t "$two" '[.tasks[] | select(.id == $t)] | length')" 0
ok "who was named finds theirs" is "$(as "$worker"; api GET /v1/today | jq -r --arg t "$two" '[.tasks[] | select(.id == $t)] | length')" 1
as "$doctor"
ok "two decisions are open" is "$(row "$case_id" | jq -cS .decisions)" "$(jq -cS '.open += 2' <<<"$owed")"
ok "the other site answers" is "$(as "$rehab"; change patch task "$one" "$case_id" "{\"status\":\"done\",\"response\":\"已约定每晚电话提醒\",\"responded\":\"$today\"}" '{"seen":{"status":"open","response":null,"responded":null},"base_ver":1}' | send)" applied
as "$doctor"
ok "and the psychiatrist is told" is "$(row "$case_id" | jq -c '[.decisions.open, .decisions.answered, ([.why[] | select(.code == "answered").value][0])]')" "$(jq -c '[.open + 1, .answered + 1, .answered + 1]' <<<"$owed")"
ok "who closes the loop" is "$(change patch task "$one" "$case_id" '{"status":"verified"}' '{"seen":{"status":"done"},"base_ver":2}' | send)" applied
ok "which then wants nothing more" is "$(row "$case_id" | jq -c '.decisions.answered')" "$(jq .answered <<<"$owed")"
ok "the review of one person is no meeting of the group" is "$(api GET "/v1/cases/$case_id" | jq -c '.measures.reviews')" "$(jq -c '.measures.reviews' <<<"$known")"
ok "and does not put off the meeting that was agreed" is "$(api GET "/v1/cases/$case_id" | jq -c '[.due[] | select(.kind == "review" or .kind == "plan")]')" "$(jq -c '[.due[] | select(.kind == "review" or .kind == "plan")]' <<<"$known")"

# ---- bounded, and on the trail

walk=$(after='' && while :; do
	page=$(api GET "/v1/review?limit=3${after:+&after=$after}") && jq -r '.rows[].case' <<<"$page"
	after=$(jq -r '.next // empty' <<<"$page") && [ -n "$after" ] || break
done)
ok "in pages, every case once and in the same order" is "$walk" "$(api GET /v1/review | jq -r '.rows[].case')"
for bad in 0 201 x; do ok "limit=$bad is refused" is "$(api GET "/v1/review?limit=$bad" | jq -r '.field')" limit; done
ok "what was told is on the trail" is "$(sql "SELECT '$case_id' = ANY (records) FROM audit.event WHERE action = 'review' AND actor = '$me' ORDER BY at DESC LIMIT 1")" t

# A membership that ends takes the case out of the queue, and brings it back.
seat=$(sql "SELECT id FROM rec.member WHERE case_id = '$case_id' AND staff = '$me' AND rec_state <> 'retracted' LIMIT 1")
from=$(sql "SELECT \"from\" FROM rec.member WHERE id = '$seat'")
ok "the membership ends" is "$(as "$worker"; change patch member "$seat" "$case_id" "{\"to\":\"$today\"}" "{\"seen\":{\"from\":\"$from\",\"to\":null},\"base_ver\":1}" | send)" applied
ok "and with it the case leaves the queue" is "$(as "$doctor"; row "$case_id")" ''
ok "taken back, it returns" is "$(as "$worker"; change patch member "$seat" "$case_id" '{"to":null}' "{\"seen\":{\"from\":\"$from\",\"to\":\"$today\"},\"unset\":[\"to\"],\"base_ver\":2}" | jq -c 'del(.set.to)' | send) $(as "$doctor"; row "$case_id" | jq -r .case)" "applied $case_id"

# ---- at a station, without a network

# What is stored and cannot be read is not left out: its case would stand where it does not belong.
sql "CREATE TABLE public.kept AS SELECT body FROM log.version WHERE record_id = '$flag' AND next_csn IS NULL" >/dev/null
sql "ALTER TABLE log.version DISABLE TRIGGER ALL; UPDATE log.version SET body = repeat('{', octet_length(body)) WHERE record_id = '$flag' AND next_csn IS NULL" >/dev/null
ok "a record that cannot be read is no queue without it" is "$(code GET /v1/review)" 500
sql "UPDATE log.version SET body = k.body FROM public.kept k WHERE record_id = '$flag' AND next_csn IS NULL; ALTER TABLE log.version ENABLE TRIGGER ALL" >/dev/null
shape='[.on, .total, .waiting, .left_out, (.rows | map([.case, .why, .done, .last, (.changed | [.n, (.what | map([.site, .type, .n]))]), .medication, .decisions]))]'
ok "a station of the psychiatrist is enrolled" enrol doctor "$(site_of "$doctor")" "$doctor"
ok "and synced" is "$(station doctor sync --json | jq .synced)" true
centre=$(api GET /v1/review | jq -cS "$shape")
stop_daemon
: >"$work/open.out"
CASEBRIDGE_PASSPHRASE_FILE=$work/st/doctor.secret "$CASEBRIDGE" --store "$work/st/doctor" \
	open --no-browser --offline --json --web "$WEB_ROOT" </dev/null >"$work/open.out" 2>"$work/open.err" &
pages=$!
ok "its pages open, the centre gone" wait_for 20 test -s "$work/open.out"
url=$(jq -r .url "$work/open.out") page=${url%%/#*}
at() { curl -sS -b "$work/local" -c "$work/local" -H "Origin: $page" -H 'X-Casebridge: web' -H 'Content-Type: application/json' "$@"; }
at -o /dev/null --data "{\"key\":\"${url#*#key=}\"}" "$page/v1/session"
here=$(at "$page/v1/review")
ok "the queue is the same there" is "$(jq -cS "$shape" <<<"$here")" "$centre"
ok "as is what limits it" is "$(at "$page/v1/review?limit=201" | jq -r .field)" limit
other=$(jq -r '.rows[0].case' <<<"$here")
offline=$(new_id) task=$(new_id) tx=$(new_id) group="{\"tx\":\"$tx\"}"
body="{\"held\":\"$today\",\"kind\":\"case_review\",\"findings\":\"断网时复核\",\"seen\":$(at "$page/v1/cases/$other" | jq '[.records[].csn // 0] | max')}"
reply=$({ change create review "$offline" "$other" "$body" "$group" && change create task "$task" "$other" "$(review=$offline task 断网时的决定 "\"site\":\"$there\"")" "$group" &&
	change sign review "$offline" "$other" '{}' "{\"tx\":\"$tx\",\"base_ver\":1,\"sha\":\"$(sha "$body")\"}"; } | jq -cs '{changes: .}' | at --data-binary @- "$page/v1/changes")
ok "a review is signed with its decision there" is "$(jq -r '[.results[].status] | join(" ")' <<<"$reply")" 'applied applied applied'
ok "and the case is done there" is "$(at "$page/v1/review" | jq -c --arg c "$other" '.rows[] | select(.case == $c) | [.done, .decisions.open]')" "[true,$(($(jq --arg c "$other" '.rows[] | select(.case == $c).decisions.open' <<<"$here") + 1))]"
kill -TERM "$pages" && ended_within "$pages" 20 && wait "$pages"
start_daemon
ok "it goes to the centre when that is back" is "$(station doctor sync --json | jq .synced)" true
sign_in "$doctor" >/dev/null
ok "signed, in one commit" is "$(sql "SELECT string_agg(DISTINCT v.csn::text, ' ') ~ '^[0-9]+$' AND bool_or(v.state = 2) FROM log.version v WHERE v.record_id IN ('$offline', '$task')")" t
ok "and done there too" is "$(row "$other" | jq .done)" true
done_testing
