#!/bin/bash
# changes.t - the one door for writes: what is taken, what is refused and how,
# and that one bad change never touches its neighbours.
. tests/flow/lib.sh
use_district
start_daemon

new_id() { cat /proc/sys/kernel/random/uuid; }
now=2026-11-21T09:30:00+08:00
# change OP TYPE REC [extra members as JSON]
change() {
	jq -cn --arg id "$(new_id)" --arg op "$1" --arg type "$2" --arg rec "$3" --arg at "$now" \
		--argjson more "${4:-{\}}" '{id: $id, op: $op, type: $type, rec: $rec, entered_at: $at} + $more'
}
# push CHANGE…: one request; prints the answer.
push() { printf '%s\n' "$@" | jq -cs '{changes: .}' | api POST /v1/changes -; }
status_of() { jq -r ".results[${2:-0}].status" <<<"$1"; }
why() { jq -r ".results[${2:-0}] | \"\(.code) \(.field)\"" <<<"$1"; }
refused() { # "what" "code field" change: parked, with both sentences
	local answer
	answer=$(push "$3")
	ok "$1: parked with code and field" is "$(status_of "$answer") $(why "$answer")" "parked $2"
	ok "$1: a sentence in zh and en" is \
		"$(jq '.results[0].text | (.zh | length > 3) and (.en | length > 3)' <<<"$answer")" true
}

worker=$(account social_worker)
sign_in "$worker"
case_id=$(api GET '/v1/caseload?limit=1' | jq -r '.rows[0].case')
other_case=$(api GET '/v1/caseload?limit=2' | jq -r '.rows[1].case')
site=$(jq -r .reader.site "$work/session.$worker")
note='{"started_at":"2026-11-20T10:00:00+08:00","minutes":30,"kind":"home_visit","status":"completed"}'
in_case() { jq -cn --arg c "$case_id" --argjson set "$1" '{case: $c, set: $set}'; }

# ---- taken, known, merged --------------------------------------------------
rec=$(new_id)
made=$(change create service "$rec" "$(in_case "$note")")
first=$(push "$made")
ok "a new note is applied as version 1" is "$(jq -c '.results[0] | [.status, .ver]' <<<"$first")" '["applied",1]'
again=$(push "$made")
ok "the same change again gives the same result, commit number and all" \
	is "$(jq -c .results <<<"$again")" "$(jq -c .results <<<"$first")"
ok "and makes no second version" is "$(sql "SELECT count(*) FROM log.version WHERE record_id = '$rec'")" 1
reused=$(jq -c '.set.minutes = 31' <<<"$made")
ok "the same id with another body is refused" is "$(why "$(push "$reused")")" "id_reuse id"
seen='{"minutes":30,"started_at":"2026-11-20T10:00:00+08:00"}'
patch() { # SET SEEN
	change patch service "$rec" "$(jq -cn --arg c "$case_id" --argjson set "$1" --argjson seen "$2" \
		'{case: $c, set: $set, seen: $seen, base_ver: 1}')"
}
mine=$(push "$(patch '{"minutes":45}' "$seen")")
ok "a patch over what was seen is applied" is "$(status_of "$mine")" applied
late=$(push "$(patch '{"minutes":60}' "$seen")")
ok "a patch over what is no longer there is a conflict" is "$(status_of "$late")" conflict
ok "the value that stands is still the first one" is \
	"$(api GET "/v1/cases/$case_id" | jq --arg r "$rec" '.records[] | select(.id == $r) | .body.minutes')" 45
conflict=$(jq -r '.results[0].conflict' <<<"$late")
ok "the value that lost is kept in a conflict of the case" is \
	"$(api GET "/v1/cases/$case_id" | jq -c --arg r "$conflict" '.records[] | select(.id == $r) | [.body.mine.minutes, .body.theirs.minutes, .body.settled]')" '[60,45,false]'
ok "saying what is already so is noted" is \
	"$(status_of "$(push "$(patch '{"minutes":45}' "$seen")")")" noted
settle=$(change resolve conflict "$conflict" "$(jq -cn --arg c "$case_id" \
	'{case: $c, set: {value: {minutes: 60, started_at: "2026-11-20T10:00:00+08:00"}, note: "核对过"},
	  seen: {minutes: 45, started_at: "2026-11-20T10:00:00+08:00"}}')")
ok "what the centre fills in is not the settler's to say" is \
	"$(why "$(push "$(jq -c --arg i "$(new_id)" '.id = $i | .set.settled = true' <<<"$settle")")")" "server_owned settled"
ok "a person settles it" is "$(status_of "$(push "$settle")")" applied
ok "and all three values are in history" is \
	"$(api GET "/v1/records/$rec/history" | jq -c '[.versions[].body.minutes]')" '[60,45,30]'
ok "a settled conflict is not settled again" is \
	"$(why "$(push "$(jq -c --arg i "$(new_id)" '.id = $i' <<<"$settle")")")" "nothing_to_settle rec"

# ---- each bad input, by code and field -----------------------------------------
bad() { change create service "$(new_id)" "$(in_case "$(jq -c "$1" <<<"$note")")"; }
refused "an unknown type" "unknown_type type" "$(change create prescription "$(new_id)" "$(in_case "$note")")"
refused "an unknown field" "unknown_field mood" "$(bad '.mood = "calm"')"
refused "a code outside its list" "bad_code kind" "$(bad '.kind = "telepathy"')"
refused "an impossible date" "bad_date started_at" "$(bad '.started_at = "2023-02-29T10:00:00+08:00"')"
refused "a number out of range" "out_of_range minutes" "$(bad '.minutes = 1441')"
refused "a value of another kind" "bad_kind minutes" "$(bad '.minutes = "30"')"
refused "a missing field" "missing kind" "$(bad 'del(.kind)')"
refused "a text too long" "out_of_range aim" "$(bad '.aim = ("字" * 2001)')"
refused "a record of another case named" "wrong_case goal" "$(
	goal=$(api GET "/v1/cases/$other_case" | jq -r 'first(.records[] | select(.type == "goal") | .id) // empty')
	[ -n "$goal" ] || goal=$(sql "SELECT id FROM rec.goal WHERE case_id IN (SELECT unit_id FROM access.reach WHERE key = '$site') AND case_id <> '$case_id' LIMIT 1")
	bad ".goal = \"$goal\"")"
refused "a record only the centre makes" "forbidden conflict" \
	"$(change create conflict "$(new_id)" "$(in_case '{"settled":true}')")"
refused "an identity number with a wrong check digit" "bad_id_number id_number" \
	"$(change create person "$(new_id)" '{"set":{"name":"测试","id_kind":"01","id_number":"110105194912310021"}}')"
refused "an identity number with an impossible birthday" "bad_id_number id_number" \
	"$(change create person "$(new_id)" '{"set":{"name":"测试","id_kind":"01","id_number":"320508198502290124"}}')"
refused "a body for another case" "wrong_case case" \
	"$(change patch service "$rec" "$(jq -cn --arg c "$other_case" '{case: $c, set: {aim: "x"}, seen: {aim: null}}')")"
refused "a stranger's record" "not_found rec" \
	"$(change patch service "$(sql "SELECT s.id FROM rec.service s WHERE NOT EXISTS (SELECT 1 FROM access.reach a WHERE a.unit_id = s.case_id AND a.key = '$site') LIMIT 1")" \
		"$(jq -cn '{set: {aim: "x"}, seen: {aim: null}, case: "'"$case_id"'"}')")"
refused "a record that is nowhere" "not_found rec" \
	"$(change patch service "$(new_id)" "$(jq -cn '{set: {aim: "x"}, seen: {aim: null}, case: "'"$case_id"'"}')")"
refused "a phase out of turn" "bad_move phase" \
	"$(change patch case "$case_id" '{"set":{"phase":"referral_in"},"seen":{"phase":"'"$(sql "SELECT phase FROM rec.\"case\" WHERE id = '$case_id'")"'"}}')"
refused "a case for another site" "forbidden home_site" "$(
	other=$(sql "SELECT id FROM rec.site WHERE id <> '$site' LIMIT 1")
	person=$(sql "SELECT person FROM rec.\"case\" WHERE id = '$case_id'")
	change create case "$(new_id)" "$(jq -cn --arg s "$other" --arg p "$person" '{set: {person: $p, phase: "intake", home_site: $s}}')")"
a=$(new_id) b=$(new_id)
circle=$(push "$(change create task "$a" "$(in_case '{"title":"甲","status":"open"}')")" \
	"$(change create task "$b" "$(in_case '{"title":"乙","status":"open","parent":"'"$a"'"}')")" \
	"$(change patch task "$a" "$(jq -cn --arg c "$case_id" --arg b "$b" '{case: $c, set: {parent: $b}, seen: {parent: null}}')")")
ok "tasks that name each other in a circle" is \
	"$(jq -c '[.results[].status]' <<<"$circle") $(why "$circle" 2)" '["applied","applied","parked"] cycle parent'

# ---- neighbours, groups, nothing half-written --------------------------------------
good=$(new_id)
mixed=$(push "$(bad '.minutes = -1')" "$(change create service "$good" "$(in_case "$note")")" "$(bad '.kind = 7')")
ok "the bad ones do not touch their neighbour" is "$(jq -c '[.results[].status]' <<<"$mixed")" '["parked","applied","parked"]'
ok "the bad ones are kept whole for a person" is \
	"$(sql "SELECT count(*) FROM log.parked WHERE payload LIKE '%\"minutes\":-1%'")" 1
tx=$(new_id) x=$(new_id)
group=$(push "$(change create service "$x" "$(in_case "$note")" | jq -c --arg t "$tx" '.tx = $t')" \
	"$(bad '.minutes = 9999' | jq -c --arg t "$tx" '.tx = $t')")
ok "a group stands or falls together" is "$(jq -c '[.results[] | .status, .code]' <<<"$group")" \
	'["parked","tx_failed","parked","out_of_range"]'
ok "and nothing of it was written" is "$(sql "SELECT count(*) FROM log.version WHERE record_id = '$x'")" 0
waits=$(push "$(change create service "$(new_id)" "$(in_case "$note")" | jq -c --arg a "$(new_id)" '.after = $a')")
ok "a change whose predecessor has not come is deferred" is "$(status_of "$waits")" deferred

# ---- signing -----------------------------------------------------------------------
body_sha() { api GET "/v1/cases/$case_id" | jq -r --arg r "$1" '.records[] | select(.id == $r) | .sha'; }
sign() { change sign service "$1" "$(jq -cn --arg c "$case_id" --arg s "$2" '{case: $c, sha: $s}')"; }
old=$(body_sha "$good")
push "$(change patch service "$good" "$(jq -cn --arg c "$case_id" '{case: $c, set: {aim: "了解近况"}, seen: {aim: null}}')")" >/dev/null
ok "signing what is no longer there is refused" is "$(why "$(push "$(sign "$good" "$old")")")" "sign_stale sha"
ok "signing what was read is applied" is "$(status_of "$(push "$(sign "$good" "$(body_sha "$good")")")")" applied
late=$(push "$(change patch service "$good" "$(jq -cn --arg c "$case_id" '{case: $c, set: {aim: "别的"}, seen: {aim: "了解近况"}}')")")
ok "what comes after the signature is kept for a person" is "$(status_of "$late")" conflict
ok "and the signed note stays as it is" is "$(api GET "/v1/cases/$case_id" | jq -c --arg r "$good" \
	'.records[] | select(.id == $r) | [.state, .body.aim]')" '["signed","了解近况"]'
ok "it can be retracted, with a reason, and stays in history" is \
	"$(push "$(change retract service "$good" "$(jq -cn --arg c "$case_id" '{case: $c, reason: "记错对象"}')")" | jq -r '.results[0].status') $(
		api GET "/v1/records/$good/history" | jq -c '[.versions[].state]')" 'applied ["retracted","signed","live","live"]'

# ---- the request itself ---------------------------------------------------------------
problem() { # "what" "status code" body
	ok "$1" is "$(code POST /v1/changes "$3") $(jq -r .code "$work/answer")" "$2"
}
problem "no JSON" "400 bad_json" '{"changes":['
problem "a key twice" "400 bad_json" '{"changes":[],"changes":[]}'
problem "bad UTF-8" "400 bad_json" $'{"changes":["\xff"]}'
problem "thirty levels deep" "400 bad_json" "$(printf '[%.0s' {1..30})$(printf ']%.0s' {1..30})"
problem "no changes at all" "400 bad_request" '{"changes":[]}'
problem "another member beside them" "400 bad_request" '{"changes":[],"force":true}'
ok "201 changes are too many" is "$(jq -cn '{changes: [range(201) | {}]}' | api POST /v1/changes - >/dev/null; status)" 413
ok "more than a mebibyte is too large" is \
	"$(head -c 1100000 /dev/zero | tr '\0' ' ' | api POST /v1/changes - >/dev/null; status)" 413

# ---- who ------------------------------------------------------------------------------
coordinator=$(account district_coordinator)
sign_in "$coordinator"
ok "a coordinator sees no person and no case" is "$(api GET /v1/caseload | jq -c '[.rows, .total]')" '[[],0]'
ok "nor a case by its id, exactly as if it did not exist" is \
	"$(code GET "/v1/cases/$case_id") $(jq -Sc . "$work/answer")" \
	"$(code GET "/v1/cases/$(new_id)") $(jq -Sc . "$work/answer")"
ok "nor writes one" is "$(why "$(push "$(change patch service "$rec" "$(jq -cn --arg c "$case_id" '{case: $c, set: {aim: "x"}, seen: {}}')")")")" "not_found rec"
done_testing
