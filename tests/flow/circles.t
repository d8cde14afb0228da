#!/bin/bash
# circles.t - what needs a look at records outside the batch: circles that close
# through what stands, gates that ask what is on file, and conflicts settled
# later by the same rules.
. tests/flow/lib.sh
use_district
start_daemon

new_id() { cat /proc/sys/kernel/random/uuid; }
# change OP TYPE REC [members as JSON]: of the case in hand
change() {
	jq -cn --arg id "$(new_id)" --arg op "$1" --arg type "$2" --arg rec "$3" --arg c "$case_id" \
		--argjson more "${4:-{\}}" '{id: $id, op: $op, type: $type, rec: $rec, case: $c,
		entered_at: "2026-11-21T09:30:00+08:00"} + $more'
}
create() { change create "$1" "$2" "{\"set\":$3}"; }
patch() { change patch "$1" "$2" "{\"set\":$3,\"seen\":$4}"; } # TYPE REC SET SEEN
push() { printf '%s\n' "$@" | jq -cs '{changes: .}' | api POST /v1/changes -; }
said() { jq -r '[.results[] | .status + (if .code then " \(.code) \(.field)" else "" end)] | join(", ")'; }

sign_in "$(account social_worker)"
site=$(jq -r .reader.site "$work/session.$current_user")
person=$(api GET '/v1/caseload?limit=1' | jq -r '.rows[0].person')

# A case of one's own, so that what is on file is known.
case_id=$(new_id)
new_case=$(jq -cn --arg i "$(new_id)" --arg c "$case_id" --arg p "$person" --arg s "$site" \
	'{id: $i, rec: $c, type: "case", op: "create", entered_at: "2026-11-21T09:00:00+08:00",
	  set: {person: $p, phase: "intake", home_site: $s}}')
ok "a case is made" is "$(push "$new_case" | said)" applied

# ---- circles ---------------------------------------------------------------
a=$(new_id) b=$(new_id) c=$(new_id)
ok "three tasks stand in a row" is "$(push "$(create task "$a" '{"title":"甲"}')" \
	"$(create task "$b" "{\"title\":\"乙\",\"parent\":\"$a\"}")" \
	"$(create task "$c" "{\"title\":\"丙\",\"parent\":\"$b\"}")" | said)" "applied, applied, applied"
ok "a circle that closes through tasks no change names is refused" is \
	"$(push "$(patch task "$a" "{\"parent\":\"$c\"}" '{"parent":null}')" | said)" "parked cycle parent"
ok "let go in the middle, it is none" is \
	"$(push "$(change patch task "$b" "{\"unset\":[\"parent\"],\"seen\":{\"parent\":\"$a\"}}")" \
		"$(patch task "$a" "{\"parent\":\"$c\"}" '{"parent":null}')" | said)" "applied, applied"
one=$(new_id) two=$(new_id)
ok "plans replace each other in a row" is "$(push "$(create plan "$one" '{"version":1}')" \
	"$(create plan "$two" "{\"version\":2,\"replaces\":\"$one\"}")" | said)" "applied, applied"
ok "but not in a circle" is \
	"$(push "$(patch plan "$one" "{\"replaces\":\"$two\"}" '{"replaces":null}')" | said)" "parked cycle replaces"

# ---- gates -----------------------------------------------------------------
move() { patch case "$case_id" "{\"phase\":\"$2\"}" "{\"phase\":\"$1\"}"; } # FROM TO
consent=$(new_id)
ok "without a consent the gate stays shut" is "$(push "$(move intake assessment)" | said)" "parked gate phase"
ok "a consent given" is "$(push "$(create consent "$consent" '{"purpose":"care"}')" | said)" applied
ok "and taken back in the same push opens nothing" is \
	"$(push "$(change retract consent "$consent" '{"reason":"填错"}')" "$(move intake assessment)" | said)" \
	"applied, parked gate phase"
ok "one that stands opens it" is "$(push "$(create consent "$(new_id)" '{"purpose":"care"}')" | said) $(
	push "$(move intake assessment)" | said)" "applied applied"
flag=$(new_id)
ok "a need and a flag lead on to the plan" is \
	"$(push "$(create need "$(new_id)" '{"domain":"medical","main":true}')" \
		"$(create flag "$flag" '{"kind":"danger","level":4}')" "$(move assessment planning)" | said)" \
	"applied, applied, applied"

# ---- settled by the same rules -----------------------------------------------
conflict_of() { jq -r '.results[0].conflict'; }
settle() { # CONFLICT VALUE SEEN
	change resolve conflict "$1" "{\"set\":{\"value\":$2},\"seen\":$3}"
}
k=$(push "$(patch case "$case_id" '{"phase":"closing"}' '{"phase":"intake"}')" | conflict_of)
ok "a phase nobody saw is a conflict" like "$k" '^[0-9a-f-]{36}$'
ok "settling does not lead past the gate" is \
	"$(push "$(settle "$k" '{"phase":"closing"}' '{"phase":"planning"}')" | said)" "parked gate phase"
ok "nor does it leave out a word of what is in dispute" is \
	"$(push "$(settle "$k" '{}' '{"phase":"planning"}')" | said)" "parked missing phase"
ok "leaving what stands is always possible" is \
	"$(push "$(settle "$k" '{"phase":"planning"}' '{"phase":"planning"}')" | said)" applied
k=$(push "$(patch task "$b" "{\"parent\":\"$a\"}" "{\"parent\":\"$c\"}")" | conflict_of)
ok "a circle is not settled into either" is \
	"$(push "$(settle "$k" "{\"parent\":\"$a\"}" '{"parent":null}')" | said)" "parked cycle parent"
other=$(sql "SELECT id FROM rec.task t WHERE case_id <> '$case_id' AND EXISTS (
	SELECT 1 FROM access.reach r WHERE r.unit_id = t.case_id AND r.key = '$site') LIMIT 1")
[ -n "$other" ] || bail "no task of another case"
ok "nor a record of another case" is \
	"$(push "$(settle "$k" "{\"parent\":\"$other\"}" '{"parent":null}')" | said)" "parked wrong_case parent"
k=$(push "$(jq -c '.case = null' <<<"$(patch person "$person" '{"lunar_birthday":"正月初一"}' \
	'{"lunar_birthday":"二月二"}')")" | conflict_of)
ok "a conflict about a person has no case and is settled without one" is \
	"$(push "$(jq -c '.case = null' <<<"$(settle "$k" '{"lunar_birthday":"正月初一"}' '{"lunar_birthday":null}')")" | said)" \
	applied
done_testing
