#!/bin/bash
# score.t - instruments at the real daemon: scores with what an age and an
# earlier sheet say, versions that are told apart, and licensed wordings that
# only the site with the licence sees.
. tests/flow/lib.sh
use_district
start_daemon

new_id() { cat /proc/sys/kernel/random/uuid; }
score() { api POST /v1/score "$1"; }
refusal() { jq -r '"\(.code) \(.field) \(.accepts)"' <<<"$1"; }

worker=$(account social_worker)
sign_in "$worker"

# ---- scores: tests/data/vectors.json ---------------------------------------
failures=$(jq -c '{zbi12, zbi22, csq8, ipos, ngasr, financial, satisfaction, t1d_knowledge, gad7, apgar} |
	to_entries[] | .key as $i | .value[] | {instrument: $i, answers: .a, want: .}' tests/data/vectors.json |
	while read -r v; do
		got=$(score "$(jq -c 'del(.want)' <<<"$v")")
		jq -en --argjson v "$v" --argjson got "$got" '
			($got.scores | to_entries | map(select($v.want[.key] != null and $v.want[.key] != .value)) == [])
			and ($v.want.band == null or $v.want.band == $got.band)
			and ($v.want.alerts == null or $v.want.alerts == $got.alerts)
			and ($v.want.missed == null or $v.want.missed == $got.missed)' >/dev/null || echo "$v"
	done)
ok "ten instruments score as the vectors say" is "$failures" ''
ok "a percentage has two decimals" is "$(score '{"instrument":"whodas12","answers":[1,2,1,2,2,1,0,0,0,2,2,1]}' |
	jq -cS .scores)" '{"percentage":29.17,"total":14}'

answer=$(score '{"instrument":"phq8","answers":[]}')
ok "an instrument there is not: those there are come from the catalogue" like "$(refusal "$answer")" \
	'^bad_code instrument .*apgar c_smod_a_23 csq8 .*zbi22'
answer=$(score '{"instrument":"phq9","version":"1999","answers":[0,0,0,0,0,0,0,0,0]}')
ok "a version there is not names the one there is" is "$(status) $(refusal "$answer")" '422 bad_code version 2001'

# ---- age and change ----------------------------------------------------------
ssrs='"instrument":"ssrs","answers":[2,4,2,1,1,3,1,2,1,2,2,2,2,1]'
ok "somebody too young for it is warned of" is "$(score "{$ssrs,\"age\":12}" |
	jq -c '[.scores.total, (.warnings[] | .field, .accepts)]')" '[26,"age","≥ 14"]'
ok "somebody of its age is not" is "$(score "{$ssrs,\"age\":14}" | jq -c .warnings)" '[]'
ok "an age nobody has is refused" is "$(refusal "$(score "{$ssrs,\"age\":200}")")" 'out_of_range age 0-130'

phq9='"instrument":"phq9","answers":[1,1,1,1,1,1,1,1,0]'
ok "PHQ-9 15 to 8 is reliable by the published rule, and RCI is -2.25" is "$(
	score "{$phq9,\"before\":{\"answers\":[2,2,2,2,2,2,2,1,0]}}" |
		jq -c '.change | [.change, .way, .reliable, .by, .rci.value, .rule.points]')" \
	'[-7,"better",true,"rule",-2.25,6]'
answer=$(score "{$ssrs,\"before\":{\"variant\":\"4D\",\"answers\":[2,4,2,1,1,3,1,2,1,2,2,2,2,1]}}")
ok "results of two versions are no pair" is "$(status) $(refusal "$answer")" '422 bad_input before.version 10-5E'
answer=$(score "{$phq9,\"before\":{\"answers\":[2,2]}}")
ok "what is wrong with the earlier sheet is named" is "$(refusal "$answer")" \
	'missing before.answers[3] 0, 1, 2, 3'

# ---- an assessment names a version there is --------------------------------
case_id=$(api GET '/v1/caseload?limit=1' | jq -r '.rows[0].case')
assess() { # VERSION: what became of it
	jq -cn --arg id "$(new_id)" --arg rec "$(new_id)" --arg c "$case_id" --arg v "$1" '{changes: [{id: $id,
		op: "create", type: "assessment", rec: $rec, case: $c, entered_at: "2026-11-21T09:30:00+08:00",
		set: {instrument: "sds", version: $v, assessed: "2026-11-20", answers: [range(20) | 1]}}]}' |
		api POST /v1/changes - | jq -r '.results[0] | "\(.status) \(.field) \(.accepts)"'
}
ok "the instrument's version is taken" is "$(assess 1965-floor)" 'applied null null'
ok "the variant's is not, without the variant" is "$(assess 1965-round)" 'parked version 1965-floor'

# ---- a wording, for the site with the licence --------------------------------
items() { api GET /v1/catalogue | jq -r '.scales.zbi12 | "\(.wording) \(.items[0].zh)"'; }
tags=$(items)
ok "a site without a licence has tags only" is "$tags" 'tags 个人时间'
jq -n '{scale: "zbi12", version: "2001", licence: "某院, 2026-001",
	items: [range(1; 13) | {no: "\(.)", zh: "第\(.)题的题文"}]}' >"$work/wording.json"
jq '.items[3].reverse = true' "$work/wording.json" >"$work/scoring.json"
ok "a wording that scores is refused" exits 1 daemon pack add --sites "$(site_of "$worker")" "$work/scoring.json"
ok "one that holds words is added" exits 0 daemon pack add --sites "$(site_of "$worker")" "$work/wording.json"
has_words() { [ "$(items)" = 'full 第1题的题文' ]; }
ok "the site sees the words, without a restart" wait_for 20 has_words
ok "scores and version stay what they were" is "$(score \
	'{"instrument":"zbi12","answers":[1,2,2,1,1,2,3,1,0,2,1,2]}' | jq -c '[.scores.total, .version]')" '[18,"2001"]'
elsewhere=$(awk -F '\t' -v s="$(site_of "$worker")" '$1 == "social_worker" && $5 != s { print $2; exit }' \
	"$work/accounts.tsv")
sign_in "$elsewhere"
ok "another site does not" is "$(items)" "$tags"
done_testing
