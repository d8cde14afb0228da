#!/bin/bash
# people.t - one person, perhaps two records: matching at intake tells nobody
# what they may not know, and merging loses no record and can be taken back.
. tests/flow/lib.sh
. tests/flow/changing.sh
use_district
start_daemon

today=$(TZ=Asia/Shanghai date +%F)
# Two sites with social workers; a client of the one whom the other does not know.
here=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	JOIN rec.\"case\" c ON c.home_site = s.id AND c.closed IS NULL GROUP BY 1 HAVING count(DISTINCT c.id) > 3 ORDER BY 1 LIMIT 1")
case_id=$(sql "SELECT c.id FROM rec.\"case\" c JOIN rec.person p ON p.id = c.person WHERE c.home_site = '$here' AND c.closed IS NULL
	AND EXISTS (SELECT 1 FROM log.look l WHERE l.record_id = p.id AND l.field = 'id_number') AND p.birth ~ '^....-..-..\$' AND EXISTS (SELECT 1 FROM log.look l WHERE l.record_id = p.id AND l.field = 'phone') ORDER BY c.id LIMIT 1")
there=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	WHERE s.id <> '$here' AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = '$case_id' AND r.key = s.id) ORDER BY 1 LIMIT 1")
own=$(login "$here" social_worker) other=$(login "$there" social_worker)
coordinator=$(sql "SELECT login FROM auth.account WHERE role = 'district_coordinator' LIMIT 1")
person=$(sql "SELECT person FROM rec.\"case\" WHERE id = '$case_id'")
whole() { body_of "$person" | jq -c '{name, birth, sex, phone, id_number}'; }
ok "a client with a document, a birth date and a telephone" test -n "$person" -a -n "$other"
for who in "$own" "$other" "$coordinator"; do ok "$who signs in" sign_in "$who"; done
match() { whole | jq -c "$1" | api POST /v1/match - | jq -c '[(.known | length), .known[0].how // "", .elsewhere]'; }

# ---- what is told to whom
as "$own"
ok "by document, the own site is shown the record" is "$(match '{id_number}')" '[1,"document",false]'
ok "… which one" is "$(jq -r '.known[0].person' "$work/answer")" "$person"
ok "by name, birth date and sex" is "$(match '{name, birth, sex}' | jq -c '.[1]')" '"name"'
ok "by telephone and name" is "$(match '{name, phone}' | jq -c '.[1]')" '"phone"'
as "$other"
for by in '{id_number}' '{name, birth, sex}' '{name, phone}'; do
	ok "elsewhere only: a care group may exist ($by)" is "$(match "$by")" '[0,"",true]'
	ok "… and no more than that" is "$(jq -c 'keys' "$work/answer")" '["elsewhere","known","token"]'
done
ok "not a word of the person is in the answer" unlike "$(cat "$work/answer")" "$(sql "SELECT name FROM rec.person WHERE id = '$person'")"
ok "nor an id" unlike "$(cat "$work/answer")" "$person"
ok "nobody of that description: nothing" is "$(match '{name: "查无此人", birth: "1901-02-03", sex: "1"}')" '[0,"",false]'
ok "a name alone is no question" is "$(whole | jq -c '{name}' | code POST /v1/match -)" 422
ok "who sees no case asks nothing" is "$(as "$coordinator"; whole | jq -c '{id_number}' | code POST /v1/match -)" 403
ok "every question is on the trail, with whom it touched" [ "$(sql "SELECT count(*) FROM audit.event e JOIN auth.account a ON a.staff = e.actor
	WHERE e.action = 'match' AND a.login = '$other' AND e.records @> ARRAY['$person'::uuid]")" = 3 ]

# ---- asking to join
as "$other"
match '{id_number}' >/dev/null
token=$(jq -r .token "$work/answer")
ok "without a reason nobody is asked" is "$(code POST "/v1/match/$token/ask" '{"reason":""}')" 422
ok "another's token is none" is "$(as "$own"; code POST "/v1/match/$token/ask" '{"reason":"x"}')" 404
as "$other"
ok "the care group is asked" is "$(code POST "/v1/match/$token/ask" '{"reason":"社区康复需要协同"}')" 202
ok "once" is "$(code POST "/v1/match/$token/ask" '{"reason":"社区康复需要协同"}')" 404
task=$(sql "SELECT id FROM rec.task WHERE kind = 'join_request' AND case_id IN (SELECT id FROM rec.\"case\" WHERE person = '$person')")
ok "it is a task of the case, an answer owed" is "$(sql "SELECT status || ' ' || (response_owed_to = (SELECT staff FROM auth.account WHERE login = '$other')) FROM rec.task WHERE id = '$task'")" "open true"
ok "the home site reads it" is "$(as "$own"; code GET "/v1/records/$task/history")" 200
ok "who asked does not reach it" is "$(as "$other"; code GET "/v1/records/$task/history")" 404
ok "the trail names who asked, as what they are" is "$(sql "SELECT e.role || ' ' || (e.site_id = '$there') FROM audit.event e WHERE e.records @> ARRAY['$task'::uuid] AND e.action = 'write'")" "social_worker true"

# ---- merging
as "$own"
change() { # OP TYPE REC CASE SET UNSET SEEN
	jq -cn --arg id "$(new_id)" --arg op "$1" --arg type "$2" --arg rec "$3" --arg c "$4" --argjson set "$5" --argjson unset "${6:-null}" --argjson seen "${7:-null}" \
		'{changes: [{id: $id, op: $op, type: $type, rec: $rec, entered_at: "2026-11-21T09:30:00+08:00"}
		  + (if $set then {set: $set} else {} end) + (if $c == "" then {} else {case: $c} end)
		  + (if $unset then {unset: $unset} else {} end) + (if $seen then {seen: $seen} else {} end)]}' |
		api POST /v1/changes - | jq -r '.results[0] | [.status, .code // empty, .field // empty] | join(" ")'
}
people=() cases=()
for i in 1 2 3 4 5; do
	p=$(new_id) c=$(new_id)
	ok "person $i" is "$(change create person "$p" "" "{\"name\":\"合并测试$i\",\"birth\":\"1980-01-0$i\"}")" applied
	ok "case $i" is "$(change create case "$c" "" "{\"person\":\"$p\",\"phase\":\"intake\",\"home_site\":\"$here\",\"number\":\"M-$i\",\"opened\":\"$today\"}")" applied
	people+=("$p") cases+=("$c")
done
shown() { api GET "/v1/cases/${cases[$1]}" | jq -r .summary.name; }
merge() { change patch person "${people[$1]}" "" "{\"merged_into\":\"${people[$2]}\"}" null "{\"merged_into\":${3:-null}}"; }
undo() { change patch person "${people[$1]}" "" null '["merged_into"]' "{\"merged_into\":\"${people[$2]}\"}"; }
ok "the second is found to be the first" is "$(merge 1 0)" applied
ok "her case shows whom she was found to be" is "$(shown 1)" 合并测试1
ok "nobody is their own duplicate" is "$(merge 0 0)" "parked cycle merged_into"
ok "nor a duplicate of a duplicate of theirs" is "$(merge 0 1)" "parked cycle merged_into"
ok "the third is found to be the second, who is the first" is "$(merge 2 1)" applied
ok "her case shows the first" is "$(shown 2)" 合并测试1
ok "taken back" is "$(undo 1 0)" applied
ok "the second is herself again" is "$(shown 1)" 合并测试2
ok "and so is who was found to be her" is "$(shown 2)" 合并测试2
ok "taken back as well" is "$(undo 2 1)" applied
ok "everybody is who they were" is "$(shown 0) $(shown 1) $(shown 2)" "合并测试1 合并测试2 合并测试3"

# A random history of merging and taking back against a model of six lines: who
# each one leads to. No record may move, and every case shows the model's person.
declare -a into=(-1 -1 -1 -1 -1)
RANDOM=${SEED:-2026}
leads() { local p=$1; while [ "${into[$p]}" -ge 0 ]; do p=${into[$p]}; done; echo "$p"; }
children() { sql "SELECT md5(string_agg(id || person::text, ',' ORDER BY id)) FROM rec.\"case\" WHERE number LIKE 'M-%'"; }
before=$(children) wrong=0 steps=40
[ -z "${LONG:-}" ] || steps=400
for _ in $(seq $steps); do
	a=$((RANDOM % 5)) b=$((RANDOM % 5))
	if [ "${into[$a]}" -ge 0 ]; then
		[ "$(undo $a "${into[$a]}")" = applied ] || { wrong=1 && remark "undo $a"; }
		into[$a]=-1
	elif [ "$(leads $b)" = "$a" ]; then
		[ "$(merge $a $b)" = "parked cycle merged_into" ] || { wrong=1 && remark "circle $a $b"; }
	else
		[ "$(merge $a $b)" = applied ] || { wrong=1 && remark "merge $a $b"; }
		into[$a]=$b
	fi
	c=$((RANDOM % 5))
	[ "$(shown $c)" = "合并测试$(($(leads $c) + 1))" ] || { wrong=1 && remark "case $c shows $(shown $c), leads to $(leads $c)"; }
done
ok "after $steps random steps every case showed its person (SEED=${SEED:-2026})" is $wrong 0
ok "no case ever named another person" is "$(children)" "$before"
for i in 0 1 2 3 4; do [ "${into[$i]}" -lt 0 ] || undo $i "${into[$i]}" >/dev/null; done
ok "taken back whole, everybody is who they were" is "$(for i in 0 1 2 3 4; do shown $i; done | tr '\n' ' ')" "合并测试1 合并测试2 合并测试3 合并测试4 合并测试5 "
ok "and every step is in history" [ "$(sql "SELECT max(version) FROM log.version WHERE record_id = '${people[1]}'")" -gt 3 ]

# ---- at a station
ok "a station enrols" enrol desk "$there" "$other"
ok "and syncs" station desk sync
whole | jq -c '{id_number}' >"$work/who.json"
ok "it is told that a care group may exist" is "$(station desk match --file "$work/who.json" --json | jq -c '[(.known | length), .elsewhere, .offline]')" '[0,true,false]'
mine=$(sql "SELECT json_build_object('name', p.name, 'birth', p.birth, 'sex', p.sex) FROM rec.person p JOIN rec.\"case\" c ON c.person = p.id
	WHERE c.home_site = '$there' AND p.birth IS NOT NULL AND p.sex IS NOT NULL LIMIT 1")
jq -c . <<<"$mine" >"$work/mine.json"
if [ -n "$mine" ]; then
	ok "its own people it finds" [ "$(station desk match --file "$work/mine.json" --json | jq '.known | length')" -ge 1 ]
	stop_daemon
	ok "also without a network" [ "$(station desk match --file "$work/mine.json" --json | jq '.known | length')" -ge 1 ]
	ok "saying that the centre was not asked" is "$(station desk match --file "$work/mine.json" --json | jq .offline)" true
fi
done_testing
