#!/bin/bash
# pack.t - a district's own programme, form, scale and code list, put into a
# running daemon as JSON: checked by line, used from the next request on, at a
# station after its next sync, and never changing what was made with them.
. tests/flow/lib.sh
use_district
start_daemon

new_id() { cat /proc/sys/kernel/random/uuid; }
change() { # OP TYPE REC [members as JSON]
	jq -cn --arg id "$(new_id)" --arg op "$1" --arg type "$2" --arg rec "$3" \
		--argjson more "${4:-{\}}" '{id: $id, op: $op, type: $type, rec: $rec,
		entered_at: "2026-11-21T09:30:00+08:00"} + $more'
}
push() { printf '%s\n' "$@" | jq -cs '{changes: .}' | api POST /v1/changes -; }
said() { jq -r '[.results[] | .status + (if .code then " \(.code) \(.field)" else "" end)] | join(", ")'; }
body() { sql "SELECT body FROM log.version WHERE record_id = '$1' AND next_csn IS NULL"; }
catalogue() { api GET /v1/catalogue | jq -c "$1"; }

# ---- the files -----------------------------------------------------------------
mkdir "$work/mine"
cat >"$work/mine/garden_mood.json" <<'END'
{"codes":"garden_mood","version":"1","label":{"zh":"园艺心情","en":"Mood in the garden"},
 "items":[
  {"code":"calm","zh":"平静","en":"Calm"},
  {"code":"tense","zh":"紧张","en":"Tense"}]}
END
cat >"$work/mine/garden_visit.json" <<'END'
{"form":"garden_visit","version":"1.0","label":{"zh":"园艺活动记录","en":"Garden visit"},
 "source":"ours",
 "fields":[
  {"name":"mood","kind":"code","codes":"garden_mood","required":true,"label":{"zh":"心情","en":"Mood"}},
  {"name":"minutes","kind":"int","min":0,"max":600,"label":{"zh":"时长","en":"Minutes"}},
  {"name":"seeds","kind":"int","min":0,"max":100000,"unit":"fen","label":{"zh":"种子费用","en":"Cost of seeds"}}],
 "due":{"field":"next_due","from":"responded","rules":[
  {"if":{"field":"mood","is":"tense"},"days":7},{"months":1}]},
 "flags":[{"if":{"field":"mood","is":"tense"},"kind":"other","level":2,"zh":"园艺时紧张","en":"Tense in the garden"}]}
END
jq -c '.scale = "garden_ease" | .version = "2026" | .label = {zh: "园艺自在量表", en: "Ease in the garden"}' \
	proto/scales/gad7.json >"$work/mine/garden_ease.json"
cat >"$work/mine/garden.json" <<'END'
{"pack":"garden_group","version":"1.0","label":{"zh":"园艺疗愈","en":"Garden programme"},
 "target":{"zh":"社区居民","en":"residents"},"about":{"zh":"每周一次园艺活动","en":"A garden visit a week"},
 "unit":"client","phases":["intake","assessment","planning","intervention","closing","ended"],"waive":["eligible"],
 "consents":["care"],
 "instruments":[{"instrument":"garden_ease","who":"client","timepoints":["baseline","end"]}],
 "forms":[{"form":"garden_visit","phase":"intervention","required":true}],
 "schedule":[{"code":"visit","zh":"园艺活动","en":"Garden visit","start":{"of":"opened","add":{"days":7}},
  "every":{"weeks":1},"done_by":{"form":"garden_visit"}}],
 "indicators":["services_completed"]}
END
mine() { printf "$work/mine/%s.json " "$@"; }

# ---- checking ------------------------------------------------------------------
check() { "$CASEBRIDGED" pack check "$@"; }
# shellcheck disable=SC2046
ok "files that name each other are sound together" exits 0 check $(mine garden garden_visit garden_ease garden_mood)
ok "alone, what a file names is missing" exits 1 check "$work/mine/garden.json"
ok "… each with its line and place" is "$(check --lang en "$work/mine/garden.json" 2>/dev/null | sed 's/.*garden.json://')" \
	"5: instruments[0].instrument: there is no instrument 'garden_ease'
6: forms[0].form: there is no form 'garden_visit'
8: schedule[0].done_by.form: there is no form 'garden_visit'"
ok "… and in Chinese" like "$(env LC_ALL=zh_CN.UTF-8 "$CASEBRIDGED" pack check "$work/mine/garden.json" 2>/dev/null)" '没有量表“garden_ease”'
ok "… and for programs" is "$(check --json "$work/mine/garden.json" 2>/dev/null |
	jq -c '[.mistakes, .files[0].kind, .files[0].mistakes[0].line, .files[0].mistakes[0].code]')" \
	'[3,"pack",5,"unknown_instrument"]'
ok "a file that is not there" exits 1 check "$work/mine/nothing.json"
ok "no file at all is wrong usage" exits 2 check
ok "every file of this program is sound" exits 0 check proto/programmes/*.json proto/forms/*.json proto/scales/*.json proto/codes/*.json
ok "they are listed without a database" is "$("$CASEBRIDGED" pack list --json |
	jq -c '[.packs[] | select(.kind == "pack")] | length >= 12 and all(.id and .version and .zh and .en)')" true

# ---- a running daemon takes them over ----------------------------------------------
worker=$(account social_worker)
sign_in "$worker"
site=$(jq -r .reader.site "$work/session.$worker")
enrol desk "$(site_of "$worker")" "$worker" || bail "the station cannot be enrolled"
station desk sync >/dev/null || bail "the station cannot sync"
person=$(api GET '/v1/caseload?limit=1' | jq -r '.rows[0].person')
api GET /v1/catalogue >/dev/null
before=$(header ETag)
ok "a programme nobody knows is refused" is "$(push "$(change create case "$(new_id)" \
	"$(jq -cn --arg p "$person" --arg s "$site" '{set: {person: $p, phase: "intake", programme: "garden_group", home_site: $s}}')")" |
	said)" "parked bad_code programme"
ok "one file with a mistake, and none is added" exits 1 daemon pack add "$work/mine/garden.json" "$work/mine/garden_mood.json"
ok "… nothing was written" is "$(sql 'SELECT count(*) FROM rec.pack')" 0
# shellcheck disable=SC2046
ok "all four are added" exits 0 daemon pack add $(mine garden garden_visit garden_ease garden_mood)
ok "they are on file" is "$(sql 'SELECT count(*) FROM rec.pack')" 4
ok "the next request is answered with them" is "$(catalogue '[.packs.garden_group.version, .forms.garden_visit.version,
	.scales.garden_ease.version, .codes.garden_mood.items[0].code]')" '["1.0","1.0","2026","calm"]'
ok "… under another tag" isnt "$(header ETag)" "$before"
ok "they are in the code lists" is "$(catalogue '[(.codes.programme, .codes.form, .codes.instrument) |
	[.items[] | select(.code | startswith("garden_"))][0].en]')" '["Garden programme","Garden visit","Ease in the garden"]'
# shellcheck disable=SC2046
ok "added again, they are there already" like "$(daemon pack add $(mine garden garden_visit garden_ease garden_mood))" \
	"garden_visit@1.0: is there already"
ok "… and not twice" is "$(sql 'SELECT count(*) FROM rec.pack')" 4
case_id=$(new_id)
opened=$(jq -cn --arg p "$person" --arg s "$site" --arg d 2026-11-01 '{set: {person: $p, phase: "intake",
	number: "GARDEN-1", programme: "garden_group", home_site: $s, opened: $d}}')
ok "a case of the programme is opened" is "$(push "$(change create case "$case_id" "$opened")" | said)" applied
ok "… and stands in the caseload with what is due" is "$(api GET '/v1/caseload?programme=garden_group' |
	jq -c '[.total, .rows[0].next_due, .rows[0].next_label.en]')" '[1,"2026-11-08","Garden visit"]'
ok "the scale is scored" is "$(api POST /v1/score '{"instrument":"garden_ease","answers":[2,2,1,1,0,1,1]}' |
	jq -c '[.version, .scores.total]')" '["2026",8]'
old=$(new_id)
fill() { # REC ANSWERS [members]
	change create response "$1" "$(jq -cn --arg c "$case_id" --argjson a "$2" --argjson more "${3:-{\}}" \
		'{case: $c, set: ({form: "garden_visit", responded: "2026-11-10", answers: $a} + $more)}')"
}
ok "a response is taken" is "$(push "$(fill "$old" '{"mood":"tense","minutes":30}')" | said)" applied
ok "… with its version and the date the form gives" is "$(body "$old" | jq -c '[.version, .next_due]')" '["1.0","2026-11-17"]'
ok "… and its flag" is "$(sql "SELECT kind || ' ' || level FROM rec.flag WHERE case_id = '$case_id'")" "other 2"
ok "a mood the code list has not is refused" is "$(push "$(fill "$(new_id)" '{"mood":"odd"}')" | said)" \
	"parked bad_code answers.mood"

# ---- the station works with them ----------------------------------------------------
ok "before its sync the station does not know the form" exits 1 station desk form garden_visit
station desk sync >/dev/null
ok "afterwards it lists the questions" like "$(station desk form garden_visit)" "mood.*required.*calm tense"
ok "… and money in yuan" like "$(station desk form garden_visit)" "seeds .*0.00 … 1000.00"
ok "a response is made without the centre's help" is "$(station desk form garden_visit --case GARDEN-1 mood=平静 minutes=45 \
	seeds=12.50 --date 2026-11-17 --json | jq -c '[.saved, .due]')" '[true,"2026-12-17"]'
ok "the scale is used" like "$(station desk add assessment --case GARDEN-1 instrument=garden_ease answers=1,1,1,0,0,0,1 \
	assessed=2026-11-17 timepoint=baseline)" aved
ok "the centre takes both" like "$(station desk sync)" "sent 2.*applied 2"
ok "… the money in fen" is "$(sql "SELECT answers->>'seeds' FROM rec.response WHERE case_id = '$case_id' AND responded = '2026-11-17'")" 1250

# ---- another version ------------------------------------------------------------------
jq -c '.version = "1.1" | .fields += [{name: "plants", kind: "int", min: 0, max: 99, required: true,
	label: {zh: "植物数", en: "Plants"}}]' "$work/mine/garden_visit.json" >"$work/mine/garden_visit2.json"
jq -c '.fields = .fields[:1] | del(.due)' "$work/mine/garden_visit.json" >"$work/mine/changed.json"
ok "a version is not given other content" like "$(daemon pack add "$work/mine/changed.json" 2>&1)" \
	"1: version: 'garden_visit@1.0' exists with other content"
ok "its next version is added" exits 0 daemon pack add "$work/mine/garden_visit2.json"
ok "it is the newest, and the old one is found by its number" is "$(catalogue '[.forms.garden_visit.version,
	.forms["garden_visit@1.0"].version, (.codes.form.items | map(select(.code | startswith("garden"))) | length)]')" '["1.1","1.0",1]'
ok "a new response must answer the new question" is "$(push "$(fill "$(new_id)" '{"mood":"calm"}')" | said)" \
	"parked missing answers.plants"
ok "… but one made with the old version need not" is "$(push "$(fill "$(new_id)" '{"mood":"calm"}' '{"version":"1.0"}')" | said)" applied
ok "the old response keeps its version" is "$(body "$old" | jq -r .version)" 1.0
seen=$(body "$old" | jq -c '{form, version, answers}')
ok "… and is corrected by it" is "$(push "$(change patch response "$old" "$(jq -cn --arg c "$case_id" --argjson s "$seen" \
	'{case: $c, set: {answers: {mood: "tense", minutes: 40}}, seen: $s, base_ver: 1}')")" | said) $(body "$old" | jq -r .version)" \
	"applied 1.0"
ok "a version there never was is refused" is "$(push "$(fill "$(new_id)" '{"mood":"calm"}' '{"version":"0.9"}')" | said)" \
	"parked bad_code version"
# Not in step yet, the station still has 1.0 only; what it makes says so.
ok "a station that has not heard of it works on" is "$(station desk form garden_visit --case GARDEN-1 mood=calm \
	--date 2026-11-19 --json | jq -c .saved)" true
ok "… and is understood" like "$(station desk sync)" "sent 1.*applied 1"
ok "… by its own version" is "$(sql "SELECT version FROM rec.response WHERE case_id = '$case_id' AND responded = '2026-11-19'")" 1.0
ok "then it has the new question, too" like "$(station desk form garden_visit)" "plants"
ok "… and still reads the old response" like "$(station desk show "$old")" tense

# ---- out of use, for some sites, broken --------------------------------------------------
ok "a version is retired" exits 0 daemon pack retire --kind form --name garden_visit@1.1
ok "… and the one before is the newest in use" is "$(catalogue .forms.garden_visit.version)" '"1.0"'
ok "the last is retired" exits 0 daemon pack retire --kind form --name garden_visit@1.0
ok "… nothing new is made with it" is "$(push "$(fill "$(new_id)" '{"mood":"calm"}')" | said)" "parked bad_code form"
ok "… and what was made stays and is corrected" is "$(push "$(change patch response "$old" "$(jq -cn --arg c "$case_id" \
	--argjson s "$(body "$old" | jq -c '{form, version, answers}')" \
	'{case: $c, set: {answers: {mood: "calm"}}, seen: $s, base_ver: 2}')")" | said)" applied
ok "a programme is retired" exits 0 daemon pack retire --kind pack --name garden_group@1.0
ok "… no case is opened in it" is "$(push "$(change create case "$(new_id)" "$opened")" | said)" "parked bad_code programme"
ok "… and one that was goes on" is "$(push "$(change patch case "$case_id" \
	'{"set":{"main_problem":"独居"},"seen":{"main_problem":null},"base_ver":1}')" | said)" applied
ok "what is not there is not retired" exits 2 daemon pack retire --kind form --name garden_visit@7
jq -c '.form = "garden_here" | .fields[0].name = "feeling" | del(.due, .flags)' "$work/mine/garden_visit.json" >"$work/mine/here.json"
other=$(account social_worker "$(awk -F '\t' -v s="$(site_of "$worker")" '$1 == "social_worker" && $5 != s { print $5; exit }' "$work/accounts.tsv")")
ok "a form is added for one site" exits 0 daemon pack add --sites "$site" "$work/mine/here.json"
here() { catalogue '[.codes.form.items[] | select(.code == "garden_here") | .retired // false]'; }
ok "there it is in use" is "$(here)" '[false]'
sign_in "$other"
ok "elsewhere it only explains records" is "$(here)" '[true]'
admin=$(account system_admin)
sign_in "$admin"
bad=$(change create pack "$(new_id)" '{"case":null,"set":{"kind":"form","name":"broken","version":"1",
	"data":{"form":"broken","version":"1","label":{"zh":"坏","en":"Broken"},"source":"x","fields":[{"name":"a","kind":"bol",
	"label":{"zh":"甲","en":"A"}}]}}}')
answer=$(push "$bad")
ok "through the door a mistake is parked with its place" is "$(said <<<"$answer")" "parked bad_input data.fields[0].kind"
ok "… and its sentence" like "$(jq -r '.results[0].text.zh' <<<"$answer")" '“bol”不能接受'
pack=$(sql "SELECT id FROM rec.pack WHERE name = 'garden_ease'")
ok "what a pack says is not changed through the door either" is "$(push "$(change patch pack "$pack" \
	'{"case":null,"set":{"version":"2027"},"seen":{"version":"2026"},"base_ver":1}')" | said)" "parked forbidden version"
sql "UPDATE log.version SET body = replace(body, '\"good\":\"low\"', '\"good\":\"x\"') WHERE record_id = '$pack'" >/dev/null
kill -HUP "$daemon_pid"
sign_in "$worker"
left_out() { [ "$(catalogue '.scales.garden_ease')" = null ]; }
ok "a record that broke is left out" wait_for 10 left_out
ok "… with what needs it, and nothing else" is "$(catalogue '[.packs.garden_group, .codes.garden_mood.codes, (.packs | length >= 12)]')" \
	'[null,"garden_mood",true]'
ok "… and told to the operator" is "$(grep -c 'left out: scale garden_ease@2026' "$work/daemon.log")" 1
stop_daemon || bail "the daemon does not stop"
start_daemon
ok "the daemon starts all the same" is "$(code GET /v1/catalogue)" 200
done_testing
