#!/bin/bash
# duties.t - the register of what the law wants written down: who keeps what, that
# nothing in it is changed, and who is not told what it says.
. tests/flow/lib.sh
. tests/flow/small.sh
use_blank
start_daemon
use_small
add_person root.one system_admin 甲
add_person boss.one supervisor 主
add_person boss.two supervisor 远
add_person audit.one auditor 审
daemon site add --name 大站 --kind rehab_station --district 小区 >/dev/null
sql "UPDATE auth.account SET site = (SELECT id FROM rec.site WHERE name = '大站'), site_name = '大站' WHERE login = 'boss.two'" >/dev/null
says() { echo "$(code "$@") $(jq -r '[.code, .field] | map(select(.)) | join(" ")' <"$work/answer")"; }
entry() { # kind matter [member value]…
	local kind=$1 matter=$2
	shift 2
	jq -cn --arg kind "$kind" --arg matter "$matter" \
		'{kind: $kind, matter: $matter, opened_on: "2026-11-02", due_on: "2026-12-02", words: "女儿代母亲要一份复印件"} + ($ARGS.positional | [recurse(.[2:]; length > 1) | select(length > 1) | {(.[0]): .[1]}] | add // {})' --args "$@"
}
rows() { api GET "/v1/duties$1" | jq -c "$2"; }

sign_in li.na
ok "a social worker neither reads nor keeps it" is "$(says GET /v1/duties) $(says POST /v1/duties "$(entry request copy)")" '403 forbidden duties 403 forbidden duties'

# --- what a supervisor is asked -------------------------------------------------
sign_in boss.one
ok "a supervisor keeps requests" is "$(rows '' '[.keeps, .rows]')" '[["request"],[]]'
ok "nothing else" is "$(says POST /v1/duties "$(entry incident leak)")" '403 forbidden incident'
while IFS='|' read -r what said body; do
	ok "refused: $what" is "$(says POST /v1/duties "$body")" "422 $said"
done <<-EOC
	no matter|bad_code matter|$(entry request copy matter '')
	a matter of incidents|bad_code matter|$(entry request lost_device)
	a kind there is not|bad_code kind|$(entry complaint copy)
	no words|missing words|$(entry request copy words '')
	too many words|missing words|$(entry request copy words "$(printf '字%.0s' $(seq 2001))")
	a day there is not|bad_date due_on|$(entry request copy due_on 2026-02-30)
	due before it was made|bad_order due_on|$(entry request copy due_on 2026-11-01)
	a number that is too long|out_of_range number|$(entry request copy number "$(printf '9%.0s' $(seq 41))")
	a member nobody knows|unknown_field site|$(entry request copy site x)
EOC
ok "none of it was entered" is "$(sql "SELECT count(*) FROM duty.entry")" 0
ok "only all=yes asks for those that are closed" is "$(says GET '/v1/duties?all=true') $(jq -r .accepts "$work/answer")" '400 bad_request all yes'
ok "a request is entered" is "$(code POST /v1/duties "$(entry request copy number QQ-2026-007)")" 201
request=$(jq -r .id <"$work/answer")
ok "with who, where and when" is "$(rows '' '.rows[0] | [.kind, .matter, .number, .site_name, .by_name, .opened_on, .due_on, .closed_at, .late, .steps]')" \
	'["request","copy","QQ-2026-007","小站","主","2026-11-02","2026-12-02",null,false,[]]'
sign_in boss.two
ok "another site does not see it" is "$(rows '?all=yes' '.rows')" '[]'
ok "nor answers it" is "$(says POST "/v1/duties/$request" '{"step":"answered","words":"已给"}')" '404 not_found id'
as boss.one
ok "a step of incidents is none of a request" is "$(says POST "/v1/duties/$request" '{"step":"contained","words":"已给"}')" '422 bad_code step'
ok "a step says what was done" is "$(says POST "/v1/duties/$request" '{"step":"answered","words":""}')" '422 missing words'
code POST "/v1/duties/$request" '{"step":"identity","words":"看了户口本"}' >/dev/null
code POST "/v1/duties/$request" '{"step":"answered","words":"当面交给了女儿"}' >/dev/null
ok "steps stand in their order" is "$(rows '' '[.rows[0].steps[] | [.step, .by_name]]')" '[["identity","主"],["answered","主"]]'
sql "SET session_replication_role = replica; UPDATE duty.entry SET due_on = '2026-11-03'" >/dev/null
ok "open after its day it is late" is "$(rows '' '.rows[0].late')" true
steps=()
# Four at one moment: each step is kept, or its author told to try again.
for i in 1 2 3 4; do
	curl -s -o /dev/null -w '%{http_code}' --cacert "$ca_file" -b "$work/jar.boss.one" -H "Origin: $web_url" -H 'X-Casebridge: web' \
		-H 'Content-Type: application/json' -d "{\"step\":\"note\",\"words\":\"第 $i 条\"}" "$web_url/v1/duties/$request" >"$work/step.$i" &
	steps+=($!)
done
wait "${steps[@]}"
ok "of steps at one moment none is lost unsaid" is "$(grep -l 201 "$work"/step.? | grep -c .)" "$(($(sql "SELECT count(*) FROM duty.step") - 2))"
ok "closed" is "$(code POST "/v1/duties/$request" '{"step":"closed","words":"已办结"}')" 201
ok "nothing is added any more" is "$(says POST "/v1/duties/$request" '{"step":"note","words":"再说一句"}')" '422 bad_step step'
ok "it leaves the list of what is open" is "$(rows '' '.rows')" '[]'
ok "and stays for good" is "$(rows '?all=yes' '.rows[0] | [.id, (.closed_at != null), .late]')" "[\"$request\",true,false]"

# --- what administrators keep ----------------------------------------------------
sign_in wang.wei
ok "a site's administrator keeps assessments and incidents, and sees no request" is "$(rows '?all=yes' '[.keeps, .rows]')" '[["impact","incident"],[]]'
ok "an incident has no case" is "$(says POST /v1/duties "$(entry incident lost_device number QQ-1)")" '422 out_of_range number'
ok "an incident is entered" is "$(code POST /v1/duties "$(entry incident lost_device words '一台工作站在公交车上丢失，已下令清除')")" 201
incident=$(jq -r .id <"$work/answer")
ok "a request is not theirs" is "$(says POST /v1/duties "$(entry request see)") $(says POST "/v1/duties/$request" '{"step":"note","words":"看看"}')" '403 forbidden request 404 not_found id'
sign_in root.one
ok "the system's administrator sees those of every site" is "$(rows '' '[.rows[].id]')" "[\"$incident\"]"
ok "and goes on with them" is "$(code POST "/v1/duties/$incident" '{"step":"told_authority","words":"已报告区卫生健康局"}')" 201

# --- who audits -------------------------------------------------------------------
sign_in audit.one
ok "the auditor sees all of it, and keeps none" is "$(rows '?all=yes' '[.keeps, [.rows[].kind]]')" '[[],["incident","request"]]'
ok "of a request neither what was asked nor of whom" is "$(rows '?all=yes' '.rows[1] | [.words, .number, ([.steps[].words] | unique)]')" '[null,null,[null]]'
ok "of an incident what was done" is "$(rows '?all=yes' '.rows[0].steps | map(.words)')" '["已报告区卫生健康局"]'
ok "the auditor enters nothing" is "$(says POST /v1/duties "$(entry incident leak)") $(says POST "/v1/duties/$incident" '{"step":"note","words":"看看"}')" '403 forbidden duties 403 forbidden duties'
ok "every entry and every reading is on the trail" is "$(sql "SELECT string_agg(DISTINCT action, ' ' ORDER BY action) FROM audit.event WHERE action LIKE 'dut%' AND outcome = 'ok'")" \
	'duties duty incident duty request duty_step answered duty_step closed duty_step identity duty_step note duty_step told_authority'
as_app() { psql -AtX -v ON_ERROR_STOP=1 "$(cluster_conninfo "$work/s" casebridge_app)" -c "BEGIN; SELECT set_config('app.room', 'auth', true); $1; COMMIT" 2>&1; }
for s in "UPDATE duty.entry SET words = 'x'" "DELETE FROM duty.entry" "UPDATE duty.step SET words = 'x'" "DELETE FROM duty.step" "TRUNCATE duty.step"; do
	ok "the daemon's own role may not: ${s:0:24}" like "$(as_app "$s")" 'permission denied'
done
ok "no word of it is in the log" unlike "$(cat "$work/daemon.log")" '户口本|公交车|QQ-2026'
done_testing
