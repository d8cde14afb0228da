#!/bin/bash
# reach_letters.t - nobody gets hold of a case, or keeps hold of a person, by way
# of a letter, a group, a merge or a question.
. tests/flow/lib.sh
. tests/flow/changing.sh
use_district
start_daemon

today=$(TZ=Asia/Shanghai date +%F)
three_sites
worker=$(login "$here" rehab_worker) boss=$(login "$there" supervisor)
ok "two sites and a psychiatrist of a third" test -n "$own" -a -n "$worker" -a -n "$other" -a -n "$boss" -a -n "$doctor"
for who in "$own" "$worker" "$other" "$boss" "$doctor"; do ok "$who signs in" sign_in "$who"; done

letter() { # TO [more]
	jq -cn --arg to "$1" --argjson more "${2:-null}" \
		'{kind: "service", to_site: $to, reason: "需要康复训练", letter: "请协助安排。", status: "requested", sends: ["identity","assessment","plan","note"]} + ($more // {})'
}
accept() { change patch referral "$1" "$2" '{"status":"accepted"}' '{"status":"requested"}'; }
home() { sql "SELECT home_site FROM rec.\"case\" WHERE id = '$1'"; }
reached() { sql "SELECT count(*) > 0 FROM access.reach WHERE unit_id = '$1' AND key = '$2' AND from_at <= now() AND (to_at IS NULL OR to_at > now())"; }
client() { # NAME: a person and a case of the own site; sets $person, $case_id
	person=$(new_id) case_id=$(new_id)
	ok "$1" is "$(change create person "$person" "" "{\"name\":\"$1\",\"birth\":\"1980-01-01\",\"sex\":\"1\"}")" applied
	ok "… and a case" is "$(change create case "$case_id" "" "{\"person\":\"$person\",\"phase\":\"intake\",\"home_site\":\"$here\",\"number\":\"R-$1\",\"opened\":\"$today\"}")" applied
}
consents() { change create consent "$(new_id)" "$case_id" "{\"purpose\":\"sharing\",\"classes\":[\"identity\",\"assessment\",\"plan\",\"note\"],\"sites\":[\"$1\"],\"from\":\"$today\"}"; }

# ---- a case is not taken by a letter
as "$own"
client 甲
ok "the other site is in the care group" is "$(change create member "$(new_id)" "$case_id" "{\"staff\":\"$(staff "$other")\",\"site\":\"$there\",\"role\":\"social_worker\",\"from\":\"$today\"}")" applied
ok "with the client's consent" is "$(consents "$there")" applied
as "$other"
ok "it reads the case" is "$(code GET "/v1/cases/$case_id")" 200
steal=$(new_id)
change create referral "$steal" "$case_id" "$(letter "$there" '{"kind":"transfer"}')" >/dev/null
ok "but does not transfer it to itself" is "$(accept "$steal" "$case_id")" "parked bad_step kind"
ok "the case stays at home" is "$(home "$case_id")" "$here"
as "$worker"
ok "who may not change a case sends no transfer of it" is "$(change create referral "$(new_id)" "$case_id" "$(letter "$there" '{"kind":"transfer"}')")" "parked forbidden case"
ok "but a referral" is "$(change create referral "$(new_id)" "$case_id" "$(letter "$there")")" applied
as "$own"
client 乙
back=$(new_id)
ok "the other site is to take the next one over" is "$(change create referral "$back" "$case_id" "$(letter "$there" '{"kind":"transfer"}')")" applied
ok "the client agrees" is "$(consents "$there")" applied
as "$other"
ok "and it does" is "$(accept "$back" "$case_id")" applied
again=$(new_id)
ok "it is to go back" is "$(change create referral "$again" "$case_id" "$(letter "$here" '{"kind":"transfer"}')")" applied
ok "with consent" is "$(consents "$here")" applied
as "$worker"
ok "who may not change a case accepts no transfer" is "$(accept "$again" "$case_id")" "parked forbidden case"
ok "nothing moved" is "$(home "$case_id")" "$there"
ok "who may does" is "$(as "$own"; accept "$again" "$case_id")" applied
ok "and it moved" is "$(home "$case_id")" "$here"

# ---- a letter opens a case to the site it goes to, and to nobody besides
as "$own"
client 丙
ok "a consent covers the other site" is "$(consents "$there")" applied
named=$(new_id)
change create referral "$named" "$case_id" "$(letter "$there" "{\"to_staff\":\"$(staff "$doctor")\"}")" >/dev/null
as "$other"
ok "the letter is accepted there" is "$(accept "$named" "$case_id")" applied
ok "which opens the case there" is "$(code GET "/v1/cases/$case_id")" 200
ok "not to a psychiatrist of a hospital the consent does not cover" is "$(as "$doctor"; code GET "/v1/cases/$case_id")" 404
ok "nor by the table" is "$(reached "$case_id" "$(staff "$doctor")")" f

# ---- who owes an answer does not undo the question
as "$own"
owed=$(new_id) asked=$(new_id)
ok "a letter waits" is "$(change create referral "$owed" "$case_id" "$(letter "$there")")" applied
ok "a request, too" is "$(change create request "$asked" "" "{\"to_site\":\"$there\",\"item_name\":\"陪同\",\"status\":\"open\",\"urgency\":\"urgent\",\"requested_by_kind\":\"nurse\",\"client_label\":\"12床\"}")" applied
as "$boss"
for r in "referral $owed $case_id" "request $asked "; do
	read -r type rec of <<<"$r"
	ok "the other site's supervisor reads the $type" is "$(code GET "/v1/records/$rec/history")" 200
	ok "but does not retract it" is "$(change retract "$type" "$rec" "$of" null)" "parked forbidden rec"
done
ok "its own site may" is "$(as "$own"; change retract referral "$owed" "$case_id" null)" applied

# ---- a letter is about a case, and about nothing else
group=$(new_id)
as "$own"
ok "a group" is "$(change create group "$group" "" "{\"name\":\"小组\",\"programme\":\"stroke_rehab\",\"kind\":\"closed\",\"phase\":\"preparation\"}")" applied
foreign=$(sql "SELECT c.id FROM rec.\"case\" c WHERE NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = c.id AND r.key = '$here') LIMIT 1")
for u in "$group" "$person" "$asked" "$foreign" "$(new_id)"; do
	ok "not about $(sql "SELECT coalesce((SELECT kind FROM log.unit WHERE unit_id = '$u'), 'nothing')")" is \
		"$(change create referral "$(new_id)" "$u" "$(letter "$there")")" "parked not_found case"
done
ok "no such letter leaves a line" is "$(sql "SELECT count(*) FROM log.summary s WHERE NOT EXISTS (SELECT 1 FROM rec.\"case\" c WHERE c.id = s.case_id)")" 0

# ---- who is out is out: a leader, a member's person, a merge taken back
leads() { sql "SELECT count(*) FROM access.reach WHERE unit_id = '$group' AND key = '$(staff "$doctor")'"; }
ok "a psychiatrist leads the group" is "$(change patch group "$group" "" "{\"leader\":\"$(staff "$doctor")\"}" '{"leader":null}')" applied
ok "and reaches it" is "$(leads)" 1
ok "another leads it" is "$(change patch group "$group" "" "{\"leader\":\"$(staff "$own")\"}" "{\"leader\":\"$(staff "$doctor")\"}")" applied
ok "then the first no longer does" is "$(leads)" 0
client 丁
first=$person
client 戊
seat=$(new_id)
ok "the group is shared" is "$(change patch group "$group" "" "{\"sites\":[\"$there\"]}" '{"sites":null}')" applied
ok "somebody takes part" is "$(change create participant "$seat" "$group" "{\"person\":\"$first\",\"name\":\"丁\",\"kind\":\"client\",\"consent\":true,\"joined\":\"$today\"}")" applied
ok "and is known there" is "$(reached "$first" "$there")" t
ok "it was somebody else" is "$(change patch participant "$seat" "$group" "{\"person\":\"$person\"}" "{\"person\":\"$first\"}")" applied
ok "who is known there" is "$(reached "$person" "$there")" t
ok "and the first no longer" is "$(reached "$first" "$there")" f
ok "the two are found to be one" is "$(change patch person "$person" "" "{\"merged_into\":\"$first\"}" '{"merged_into":null}')" applied
ok "so both are known" is "$(reached "$first" "$there")" t
ok "they are not, after all" is "$(change patch person "$person" "" null "{\"merged_into\":\"$first\"}" '["merged_into"]')" applied
ok "and the first is unknown again" is "$(reached "$first" "$there")" f
ok "everybody's reach is what the records say" is "$(sql "SELECT count(*) FROM rec.person p WHERE EXISTS (
	(SELECT key, classes FROM access.reach WHERE unit_id = p.id EXCEPT SELECT key, classes FROM access.person_reach(ARRAY[p.id])))")" 0

# ---- a question is put once
whole=$(sql "SELECT json_build_object('name', p.name, 'birth', p.birth, 'sex', p.sex) FROM rec.person p WHERE p.id = '$first'")
ask() {
	api POST /v1/match "$whole" >/dev/null
	code POST "/v1/match/$(jq -r .token "$work/answer")/ask" '{"reason":"社区康复需要协同"}'
}
as "$other"
ok "the care group is asked" is "$(ask)" 202
ok "not a second time under a new token, while the question is open" is "$(ask)" 404
ok "there is one task of it" is "$(sql "SELECT count(*) FROM rec.task WHERE kind = 'join_request' AND response_owed_to = '$(staff "$other")' AND status = 'open'
	AND case_id IN (SELECT id FROM rec.\"case\" WHERE person = '$first')")" 1
done_testing
