#!/bin/bash
# form.t - responses to forms, from the question to the flag: the follow-up of
# severe mental disorder at the centre and at a station. Classes and intervals
# are those of the 2017 norm (domain reference 2.4 and 11 `interval`).
. tests/flow/lib.sh
use_district
start_daemon

new_id() { cat /proc/sys/kernel/random/uuid; }
change() { # OP TYPE REC [members as JSON]: of the case in hand
	jq -cn --arg id "$(new_id)" --arg op "$1" --arg type "$2" --arg rec "$3" --arg c "$case_id" \
		--argjson more "${4:-{\}}" '{id: $id, op: $op, type: $type, rec: $rec, case: $c,
		entered_at: "2026-11-21T09:30:00+08:00"} + $more'
}
push() { printf '%s\n' "$@" | jq -cs '{changes: .}' | api POST /v1/changes -; }
said() { jq -r '[.results[] | .status + (if .code then " \(.code) \(.field)" else "" end)] | join(", ")'; }
sheet='{"visit_result":"reached","mode":"phone","insight":"partial","adherence":"regular"}'
fill_in() { jq -cn --argjson s "$sheet" --argjson more "$1" '$s + $more'; }
# fill REC DAY ANSWERS: the change that makes a response
fill() {
	change create response "$1" "$(jq -cn --arg on "$2" --argjson a "$3" \
		'{set: {form: "smd_follow_up", responded: $on, answers: $a}}')"
}
body() { body_of "$1"; }
flags() { # REC: those of its commit
	sql "SELECT f.kind || ' ' || f.level FROM rec.flag f JOIN log.version v ON v.record_id = f.id AND v.version = 1
		WHERE v.csn IN (SELECT csn FROM log.version WHERE record_id = '$1') ORDER BY 1"
}

doctor=$(account prevention_doctor)
sign_in "$doctor"
case_id=$(api GET '/v1/caseload?limit=200' |
	jq -r '[.rows[] | select(.programme == "smd_kinship_care")][0].case')

# ---- while it is filled in ---------------------------------------------------
suggest() { # ANSWERS [other members]
	jq -cn --argjson a "$1" --argjson more "${2:-{\}}" '{form: "smd_follow_up", answers: $a} + $more' |
		api POST /v1/suggest -
}
class() { jq -r '.suggest.stability.value'; }
ok "danger of three is proposed as unstable" is "$(suggest "$(fill_in '{"danger":3}')" | class)" unstable
ok "so are absent insight" is "$(suggest "$(fill_in '{"danger":0,"insight":"absent"}')" | class)" unstable
ok "and obvious symptoms" is "$(suggest "$(fill_in \
	'{"danger":0,"symptoms":["hallucination"],"obvious_symptoms":true}')" | class)" unstable
ok "danger of one or two is basically stable" is "$(suggest "$(fill_in '{"danger":2}')" | class)" basically_stable
whole='{"danger":0,"symptoms":[],"insight":"full","self_care":"good","housework":"fair","work":"not_applicable",
	"learning":"good","social":"fair","adverse_reaction":"none","severe_physical":false}'
ok "nothing wrong in any respect is stable" is "$(suggest "$(fill_in "$whole")" | class)" stable
ok "… and one poor function is not" is "$(suggest "$(fill_in "$whole" | jq -c '.social = "poor"')" | class)" \
	basically_stable
partly=$(suggest "$(fill_in '{"danger":0,"insight":"full"}')")
ok "where answers are missing it is not called stable" is "$(class <<<"$partly")" basically_stable
ok "… and they are named" is "$(jq -c '.suggest.stability.missing | index("social") != null and
	index("symptoms") != null and index("danger") == null' <<<"$partly")" true
ok "a proposal has its reason in both languages" is "$(suggest "$(fill_in '{"danger":4}')" |
	jq -c '.suggest.stability | (.zh | test("3～5级")) and (.en | test("3 to 5"))')" true
due() { suggest "$(fill_in "{\"stability\":\"$2\"}")" "{\"responded\":\"$1\",\"previous\":${3:-{\}}}" | jq -r .due; }
ok "stable: three months, to the last day of November" is "$(due 2025-08-31 stable)" 2025-11-30
ok "unstable: two weeks" is "$(due 2025-03-01 unstable)" 2025-03-15
ok "basically stable for the first time: two weeks" is "$(due 2025-03-01 basically_stable)" 2025-03-15
ok "basically stable again: a month, to the end of February" is \
	"$(due 2025-01-31 basically_stable '{"stability":"basically_stable"}')" 2025-02-28
ok "a class that was not chosen gives no date, and says so" is "$(suggest "$(fill_in '{}')" |
	jq -c '[.due, (.due_missing | index("stability") != null)]')" '[null,true]'
ok "contradictions are told with their level" is "$(suggest "$(fill_in \
	'{"danger":3,"stability":"stable","danger_acts_none":true,"danger_acts_other":1}')" |
	jq -c '[.warnings[] | .level] | unique')" '["refuse","warn"]'
ok "a flag it would raise is told" is "$(suggest "$(fill_in '{"danger":4}')" |
	jq -c '[.flags[] | [.kind, .level]]')" '[["danger",4]]'
ok "a form nobody knows" is "$(code POST /v1/suggest '{"form":"nothing","answers":{}}')" 422
ok "a version nobody knows names the one there is" is "$(api POST /v1/suggest \
	'{"form":"smd_follow_up","version":"1999","answers":{}}' | jq -r '"\(.code) \(.field) \(.accepts)"')" \
	"bad_code version 2018.1"
ok "answers that are none" is "$(api POST /v1/suggest '{"form":"smd_follow_up","answers":[]}' | jq -r .field)" answers
ok "a day that is none" is "$(api POST /v1/suggest \
	'{"form":"smd_follow_up","answers":{},"responded":"2025-02-30"}' | jq -r .field)" responded
as nobody
ok "who is not signed in gets nothing" is "$(code POST /v1/suggest '{"form":"smd_follow_up","answers":{}}')" 401
as "$doctor"

# ---- kept at the centre ------------------------------------------------------
calm=$(fill_in '{"danger":0,"stability":"basically_stable"}')
one=$(new_id) two=$(new_id)
ok "two follow-ups are taken" is "$(push "$(fill "$one" 2024-01-17 "$calm")" \
	"$(fill "$two" 2024-01-31 "$calm")" | said)" "applied, applied"
ok "with the version they were made with" is "$(body "$one" | jq -r .version)" 2018.1
ok "the answers stand in the record's own fields, too" is \
	"$(body "$one" | jq -c '[.stability, .danger, .insight, .adherence]')" '["basically_stable",0,"partial","regular"]'
ok "the first is due again after two weeks" is "$(body "$one" | jq -r .next_due)" 2024-01-31
ok "the second, basically stable again, after a month" is "$(body "$two" | jq -r .next_due)" 2024-02-29
later=$(new_id)
ok "one more, days after" is "$(push "$(fill "$later" 2024-02-29 "$(fill_in '{"danger":0,"stability":"stable"}')")" | said)" applied
ok "it is due after three months, from a last day of February" is "$(body "$later" | jq -r .next_due)" 2024-05-29
given=$(new_id)
ok "a date the person gave is kept" is "$(push "$(fill "$given" 2024-06-01 \
	"$(fill_in '{"danger":0,"stability":"stable","next_due":"2024-06-09"}')")" | said) $(body "$given" | jq -r .next_due)" \
	"applied 2024-06-09"

danger=$(new_id)
raising=$(fill "$danger" 2024-07-01 "$(fill_in '{"danger":3,"stability":"basically_stable"}')")
ok "a doctor who calls danger of three basically stable is believed" is "$(push "$raising" | said)" applied
ok "… the class stands as the doctor chose it" is "$(body "$danger" | jq -r .stability)" basically_stable
ok "… and a flag is raised in the same commit" is "$(flags "$danger")" "danger 3"
ok "sent again, it raises none" is "$(push "$raising" | said) $(flags "$danger")" "applied danger 3"
seen=$(body "$danger" | jq -c '{form, version, answers}')
patch() { # ANSWERS SEEN
	change patch response "$danger" "$(jq -cn --argjson a "$1" --argjson s "$2" '{set: {answers: $a}, seen: $s, base_ver: 1}')"
}
flag=$(sql "SELECT f.id FROM rec.flag f JOIN log.version v ON v.record_id = f.id
	WHERE v.csn = (SELECT csn FROM log.version WHERE record_id = '$danger')")
ended=$(change patch flag "$flag" '{"set":{"to":"2024-07-09"},"seen":{"from":"2024-07-01","to":null},"base_ver":1}')
ok "a person ends the flag" is "$(push "$ended" | said)" applied
again=$(fill_in '{"danger":3,"stability":"basically_stable","sleep":"poor"}')
ok "the sheet is corrected" is "$(push "$(patch "$again" "$seen")" | said)" applied
ok "… and what was ended is not raised again" is "$(sql "SELECT \"to\" FROM rec.flag WHERE id = '$flag'")" 2024-07-09
ok "more danger raises the higher flag" is "$(push "$(patch "$(fill_in '{"danger":4,"stability":"unstable"}')" \
	"$(body "$danger" | jq -c '{form, version, answers}')")" | said) $(flags "$danger")" "applied danger 3
danger 4"

ok "what does not fit is parked with its question" is "$(push \
	"$(fill "$(new_id)" 2024-08-01 "$(fill_in '{"danger":9,"stability":"stable"}')")" \
	"$(fill "$(new_id)" 2024-08-01 "$(fill_in '{"danger":0}')")" \
	"$(fill "$(new_id)" 2024-08-01 "$(fill_in '{"danger":0,"stability":"stable","death_date":"2024-01-01"}')")" \
	"$(fill "$(new_id)" 2024-08-01 "$(fill_in '{"danger":0,"stability":"stable","danger_acts_none":true,"danger_acts_other":2}')")" \
	"$(fill "$(new_id)" 2024-08-01 "$(fill_in '{"danger":0,"stability":"stable","medication":[{"drug":"甲"},{"times":3}]}')")" |
	said)" "parked out_of_range answers.danger, parked missing answers.stability, parked not_asked answers.death_date, parked contradiction answers.danger_acts_none, parked missing answers.medication[1].drug"
refusal=$(push "$(fill "$(new_id)" 2024-08-01 "$(fill_in \
	'{"danger":0,"stability":"stable","danger_acts_none":true,"danger_acts_other":2}')")")
ok "a contradiction says its sentence in each language" is "$(jq -c '.results[0].text |
	(.zh | test("无以上行为") and (test("None") | not)) and (.en | test("None of these"))' <<<"$refusal")" true

# ---- at the station ----------------------------------------------------------
enrol rehab "$(site_of "$doctor")" "$doctor" || bail "the station cannot be enrolled"
station rehab sync >/dev/null || bail "the station cannot sync"
form() { station rehab form smd_follow_up --case "$case_id" "$@"; }
ok "the questions are listed" like "$(station rehab form smd_follow_up)" "danger .*0 … 5"
ok "forms are listed" like "$(station rehab form)" smd_supplement
stop_daemon || bail "the daemon does not stop"
typed='visit_result=reached mode=home_visit insight=partial adherence=regular'
# shellcheck disable=SC2086
dry=$(form $typed danger=3 stability=unstable --date 2024-09-01 --dry-run)
ok "without the centre: the proposal with its reason" like "$dry" "Unstable.*danger level is 3 to 5"
ok "… the next date" like "$dry" 2024-09-15
ok "… the flag the centre will raise" like "$dry" "emergency procedure"
ok "… and nothing is kept" like "$(station rehab status)" "unsent +0"
# shellcheck disable=SC2086
ok "an answer out of range is refused by its question" is "$(form $typed danger=9 --json 2>/dev/null |
	jq -r '.error | "\(.code) \(.field)"')" "out_of_range answers.danger"
# shellcheck disable=SC2086
ok "so is a contradiction" is "$(form $typed danger=0 stability=stable danger_acts_none=yes danger_acts_other=1 \
	--json 2>/dev/null | jq -r '.error | "\(.code) \(.field)"')" "contradiction answers.danger_acts_none"
# shellcheck disable=SC2086
ok "with exit code 1" exits 1 form $typed danger=0
# shellcheck disable=SC2086
kept=$(form $typed danger=4 stability=unstable 'symptoms=hallucination,suspicion' --date 2024-09-01 \
	'medication+=drug:利培酮，口服,times:2,per:day,dose_mg:2.5' 'medication+=drug:碳酸锂,times:1,per:day' --json)
rec=$(jq -r .id <<<"$kept")
ok "it is kept, with what was told" is "$(jq -c '[.saved, .due, .suggest.stability.value, .flags[0].level]' <<<"$kept")" \
	'[true,"2024-09-15","unstable",4]'
ok "rows and sets are as they were typed" is "$(station rehab show "$rec" --json | jq -c \
	'.body.answers | [.symptoms, .medication[0].drug, .medication[0].dose_mg, .medication[1].times]')" \
	'[["hallucination","suspicion"],"利培酮，口服",2.5,1]'
jq -cn --argjson s "$sheet" '$s + {danger: 0, stability: "stable", symptoms: []}' >"$work/answers.json"
filed=$(form --answers "$work/answers.json" --date 2024-10-31 --json)
ok "answers may come from a file" is "$(jq -r .due <<<"$filed")" 2025-01-31
start_daemon
ok "both are sent" like "$(station rehab sync)" "sent 2.*applied 2"
sign_in "$doctor"
ok "the centre took what the station kept, word for word" is "$(body "$rec")" "$(
	station rehab show "$rec" --json | jq -cS .body)"
ok "the flag was raised at the centre" is "$(flags "$rec")" "danger 4"
ok "… and is at the station" is "$(station rehab show "$case_id" --json |
	jq -c '[.records[] | select(.type == "flag" and .body.from == "2024-09-01") | .body.level]')" '[4]'
ok "both ends hold the same" like "$(station rehab sync)" "digests are equal"
done_testing
