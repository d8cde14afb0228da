#!/bin/bash
# emergency.t - break-glass: a case nobody shared, with a reason and a password,
# for an hour, to read and add; told to its manager, reviewed by another; and the
# database alone holds it to that.
. tests/flow/lib.sh
use_district
start_daemon

new_id() {
	printf '%012x' "$(date +%s%3N)" | sed 's/\(.\{8\}\)\(.\{4\}\)/\1-\2/'
	printf -- '-7%03x-8%03x-%012x' $((RANDOM % 4096)) $((RANDOM % 4096)) $((RANDOM * RANDOM * RANDOM))
}
login() { sql "SELECT login FROM auth.account WHERE site = '$1' AND role = '$2' ORDER BY login LIMIT 1"; }
staff() { sql "SELECT staff FROM auth.account WHERE login = '$1'"; }
# The home site has a supervisor; the one who asks is of another.
home=$(sql "SELECT a.site FROM auth.account a WHERE a.role = 'supervisor' AND EXISTS (SELECT 1 FROM rec.\"case\" c WHERE c.home_site = a.site AND c.closed IS NULL) ORDER BY 1 LIMIT 1")
boss=$(login "$home" supervisor)
auditor=$(account auditor) coordinator=$(account district_coordinator)
# Cases of the home site neither the nurse nor that doctor has anything to do with.
strangers() { # ROLES KEY: who of them reach the fewest of its cases
	sql "SELECT a.login FROM auth.account a JOIN rec.\"case\" c ON c.home_site = '$home' AND c.closed IS NULL AND c.manager IS NOT NULL
		WHERE a.role IN ($1) AND a.site <> '$home' AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = c.id AND r.key = a.$2)
		GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
}
nurse=$(strangers "'nurse', 'rehab_worker', 'prevention_doctor', 'social_worker'" site) doctor=$(strangers "'psychiatrist'" staff)
ward=$(sql "SELECT site FROM auth.account WHERE login = '$nurse'")
out_of='c.closed IS NULL AND c.manager IS NOT NULL AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = c.id AND r.key = '
hidden() { sql "SELECT c.number FROM rec.\"case\" c WHERE c.home_site = '$home' AND $out_of '$ward') ORDER BY NOT EXISTS (SELECT 1 FROM access.reach r
	WHERE r.unit_id = c.id AND r.key = '$(staff "$doctor")') DESC, c.number OFFSET $1 LIMIT 1"; }
second=$(hidden 0) number=$(hidden 1) third=$(hidden 2) fourth=$(hidden 3)
of() { sql "SELECT id FROM rec.\"case\" WHERE number = '$1'"; }
case_id=$(of "$number")
manager=$(sql "SELECT a.login FROM rec.\"case\" c JOIN auth.account a ON a.staff = c.manager WHERE c.id = '$case_id'")
ok "a case of another site, its manager and supervisor, and a nurse elsewhere" test -n "$number" -a -n "$fourth" -a -n "$boss" -a -n "$nurse" -a -n "$doctor"
for who in "$boss" "$nurse" "$doctor" "$auditor" "$coordinator" "$(account site_admin)" "$(account system_admin)"; do ok "$who signs in" sign_in "$who"; done
as "$nurse"
why=病人昏迷送到急诊，家属不在场，需要知道正在服用的药物
order() { # NUMBER [more]
	jq -cn --arg n "$1" --arg p "$(password_of "$current_user")" --arg r "$why" --argjson more "${2:-null}" \
		'{number: $n, category: "medical", reason: $r, password: $p} + ($more // {})'
}
open_it() { order "$@" | code POST /v1/break-glass -; }
said() { jq -r '[.code, .field // empty] | join(" ")' "$work/answer"; }

# ---- what it asks for
ok "the nurse does not reach the case" is "$(code GET "/v1/cases/$case_id")" 404
before=$(sql "SELECT max(csn) FROM log.commit")
ok "a reason of two words is none" is "$(open_it "$number" '{"reason":"急救"}') $(said)" "422 missing reason"
ok "a kind of emergency there is not" is "$(open_it "$number" '{"category":"curious"}') $(said)" "422 bad_code category"
ok "without the password" is "$(open_it "$number" '{"password":""}') $(said)" "403 step_up password"
ok "with a wrong one" is "$(open_it "$number" '{"password":"wrong-password"}') $(said)" "403 step_up password"
ok "of a case there is not" is "$(open_it QQ-1900-001) $(said)" "404 not_found number"
ok "of part of a number" is "$(open_it "${number%?}") $(said)" "404 not_found number"
ok "of a case one reaches anyway" is "$(as "$boss" && open_it "$number") $(said)" "409 reached number"
for who in "$coordinator" "$auditor" "$(account site_admin)" "$(account system_admin)"; do
	ok "$(sql "SELECT role FROM auth.account WHERE login = '$who'"): never" is "$(as "$who" && open_it "$number") $(said)" "403 forbidden break_glass"
	ok "and is not told whether there is such a case" is "$(as "$who" && open_it QQ-1900-001) $(said)" "403 forbidden break_glass"
done
as "$nurse"
ok "nothing was written by any of it" is "$(sql "SELECT max(csn) FROM log.commit") $(sql "SELECT count(*) FROM access.emergency")" "$before 0"
ok "but all of it is on the trail" [ "$(sql "SELECT count(*) FROM audit.event WHERE action IN ('break_glass', 'break_glass_open', 'step_up') OR action = 'refused' AND outcome = 'forbidden'")" -ge 12 ]

# ---- opened
ok "with all of it the case is open" is "$(open_it "$number")" 201
glass=$(jq -r .id "$work/answer")
ok "for an hour" is "$(sql "SELECT until - at FROM access.emergency WHERE id = '$glass'")" 01:00:00
ok "the grant, the notice and the task to review it are one commit" is "$(sql "SELECT string_agg(t.kind, ' ' ORDER BY t.kind), count(DISTINCT v.csn)
	FROM rec.task t JOIN log.version v ON v.record_id = t.id WHERE t.case_id = '$case_id' AND t.kind LIKE 'break_glass%'")" "break_glass break_glass_review|1"
ok "the notice is the manager's, the review a supervisor's, within three days" is \
	"$(sql "SELECT string_agg(coalesce(t.assignee::text, '-') || ' ' || (t.due - (now() AT TIME ZONE 'Asia/Shanghai')::date), ' ' ORDER BY t.kind) FROM rec.task t WHERE t.case_id = '$case_id' AND t.kind LIKE 'break_glass%'")" \
	"$(staff "$manager") 0 $(sql "SELECT id FROM rec.staff WHERE site = '$home' AND role = 'supervisor' AND active IS NOT FALSE ORDER BY id LIMIT 1") 3"
ok "the manager finds who and why in the case" like "$(sql "SELECT title FROM rec.task WHERE case_id = '$case_id' AND kind = 'break_glass'")" "急救就诊.*$why"
api GET "/v1/break-glass/$glass" >"$work/case"
ok "the nurse reads it" is "$(status) $(jq -r .case "$work/case")" "200 $case_id"
ok "all of it but what is restricted" is "$(jq '[.records[] | select(.case == "'"$case_id"'" and (.type | IN("referral", "request", "contact") | not))] | length' "$work/case")" \
	"$(sql "SELECT count(*) FROM log.version WHERE unit_id = '$case_id' AND next_csn IS NULL AND class <> 32")"
ok "the client with it" is "$(jq '[.records[] | select(.type == "person")] | length > 0' "$work/case")" true
ok "by the usual door it is as closed as before" is "$(code GET "/v1/cases/$case_id")" 404
ok "nor is it in the caseload" is "$(api GET '/v1/caseload?limit=5000' | jq --arg c "$case_id" '[.rows[] | select(.case == $c)] | length')" 0
ok "nobody else reads by it" is "$(as "$doctor" && code GET "/v1/break-glass/$glass")" 404
ok "not the one at the next desk" is "$(sql "SELECT count(*) FROM access.reach WHERE unit_id = '$case_id' AND key = '$ward'")" 0
as "$nurse"
send() { # OP TYPE REC [member=JSON…]
	jq -cn --arg id "$(new_id)" --arg op "$1" --arg type "$2" --arg rec "$3" --arg c "$case_id" --argjson more "$4" \
		'{changes: [{id: $id, op: $op, type: $type, rec: $rec, case: $c, entered_at: "2026-11-21T09:30:00+08:00"} + $more]}' |
		api POST "/v1/break-glass/$glass/changes" - | jq -r '.results[0] | [.status, .code // empty] | join(" ")'
}
note=$(new_id)
ok "a note is added" is "$(send create service "$note" '{"set":{"started_at":"2026-11-21T09:00:00+08:00","kind":"phone_contact","status":"completed","process":"急诊用药核对"}}')" applied
ok "and a flag" is "$(send create flag "$(new_id)" '{"set":{"kind":"medication","level":2}}')" applied
task=$(sql "SELECT id FROM rec.task WHERE case_id = '$case_id' AND kind = 'break_glass_review'")
ok "not even the own note is changed" is "$(send patch service "$note" '{"set":{"aim":"x"},"seen":{"aim":null}}')" "parked forbidden"
ok "the review is not taken off the list" is "$(send patch task "$task" '{"set":{"status":"done"},"seen":{"status":"open"}}')" "parked forbidden"
ok "nothing is signed" is "$(send sign service "$note" "{\"sha\":\"$(sql "SELECT encode(sha, 'hex') FROM log.version WHERE record_id = '$note'")\"}")" "parked forbidden"
ok "nor taken back" is "$(send retract service "$note" '{"reason":"误录"}')" "parked forbidden"
ok "no consent is written" is "$(send create consent "$(new_id)" "{\"set\":{\"purpose\":\"sharing\",\"sites\":[\"$ward\"]}}")" "parked forbidden"
ok "nor a membership" is "$(send create member "$(new_id)" "{\"set\":{\"staff\":\"$(staff "$nurse")\",\"site\":\"$ward\",\"from\":\"2026-11-01\"}}")" "parked forbidden"
ok "nor a letter" is "$(send create referral "$(new_id)" "{\"set\":{\"kind\":\"service\",\"to_site\":\"$ward\",\"reason\":\"x\",\"status\":\"draft\"}}")" "parked forbidden"
ok "the home site sees the note" is "$(as "$boss" && api GET "/v1/cases/$case_id" | jq --arg n "$note" '[.records[] | select(.id == $n)] | length')" 1
ok "every access is on the trail with the emergency, and that others were refused" is "$(sql "SELECT string_agg(DISTINCT action, ' ' ORDER BY action) FROM audit.event WHERE '$glass' = ANY (records)")" \
	"break_glass_open break_glass_read break_glass_write refused"

# ---- never for a station
ok "the nurse's station enrols" enrol ward "$ward" "$nurse"
station ward sync >/dev/null 2>&1
ok "and gets nothing of it" exits 1 station ward show "$number"
ok "nor was it ever offered" is "$(sql "SELECT count(*) FROM log.manifest m JOIN log.replica r USING (replica) WHERE m.unit_id = '$case_id' AND r.staff = '$(staff "$nurse")'")" 0

# ---- not prolonged, not repeated
as "$nurse"
ok "a second one while it lasts" is "$(open_it "$second") $(said)" "429 glass_limit break_glass"
age() { sql "UPDATE access.emergency SET at = at - interval '$2', until = until - interval '$2' WHERE id = '$1';
	SELECT access.refresh(ARRAY['$case_id'::uuid], '{}', '{}', '{}')" >/dev/null; }
conn="$(cluster_conninfo "$work/s" casebridge_app)"
in_glass() { # LOGIN GLASS SQL: any SQL, in the reader's transaction with that emergency, as the daemon's own role
	psql -AtqX -v ON_ERROR_STOP=1 "$conn" 2>&1 <<-Q | grep -v '^$' | tail -n 1
	BEGIN;
	SELECT app.enter('reader', a[1]::uuid, a[2]::uuid, a[3], ${4:-NULL}) FROM (SELECT string_to_array('$(sql "SELECT staff || ',' || site || ',' || role FROM auth.account WHERE login = '$1'")', ',')) x (a);
	SELECT set_config('app.glass', '$2', true);
	$3;
	ROLLBACK;
	Q
}
# How many were asked for today is known when the one before is on the trail, and not before.
entered() { echo "SELECT app.enter('reader', a.staff, a.site, a.role, NULL) FROM (SELECT $(sql "SELECT quote_literal(staff) || '::uuid staff, ' || quote_literal(site) || '::uuid site, ' || quote_literal(role) || ' AS role' FROM auth.account WHERE login = '$1'")) a;"; }
counting() { # LOGIN FUNCTION: what it says when it may wait for a moment
	psql -AtqX "$conn" 2>&1 <<-Q | grep -oE 'lock timeout|^[0-9]+$' | tail -n 1
	SET lock_timeout = '500ms'; BEGIN;
	$(entered "$1")
	SELECT $2;
	ROLLBACK;
	Q
}
for f in 'access.emergency_tries()' 'access.match_count()'; do
	printf 'BEGIN;\n%s\nSELECT %s;\nSELECT pg_sleep(60);\n' "$(entered "$nurse")" "$f" | PGAPPNAME=asker psql -qX "$conn" >/dev/null 2>&1 &
	ok "$f: one is being asked" wait_for 10 eval 'is "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = '"'asker'"' AND query LIKE '"'%pg_sleep%'"' AND state = '"'active'"'")" 1'
	ok "the same person's next waits" like "$(counting "$nurse" "$f")" 'lock timeout'
	ok "nobody else does" like "$(counting "$doctor" "$f")" '^[0-9]+$'
	sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'asker'" >/dev/null
done
seen='SELECT count(DISTINCT unit_id) FROM log.version WHERE unit_id <> app.directory()'
mine=$(sql "SELECT count(DISTINCT unit_id) FROM access.reach WHERE key = '$glass'")
ok "by any SQL the emergency reaches the case and what hangs on it ($mine units), nothing of the own site" is "$(in_glass "$nurse" "$glass" "$seen")" "$mine"
ok "another with the same id reaches nothing" is "$(in_glass "$doctor" "$glass" "$seen")" 0
ok "nor does a station of the same person" is "$(in_glass "$nurse" "$glass" "$seen" "'$(sql "SELECT replica FROM log.replica LIMIT 1")'")" 0
ok "nor a made-up one" is "$(in_glass "$nurse" "$(new_id)" "$seen")" 0
ok "restricted records are not in it" is "$(in_glass "$nurse" "$glass" 'SELECT count(*) FROM log.version WHERE class = 32')" 0
refused() { like "$(in_glass "$nurse" "$glass" "$1")" 'permission denied|row-level security|violates|emergency'; }
for s in "UPDATE access.emergency SET until = now() + interval '1 day'" "INSERT INTO access.emergency SELECT * FROM access.emergency" \
	"DELETE FROM access.emergency" "UPDATE access.reach SET to_at = NULL" \
	"INSERT INTO rec.member (id, rec_ver, rec_state, case_id, \"from\") VALUES (gen_random_uuid(), 1, 'live', '$case_id', '2026-01-01')" \
	"INSERT INTO rec.consent (id, rec_ver, rec_state, case_id, purpose) VALUES (gen_random_uuid(), 1, 'live', '$case_id', 'sharing')" \
	"INSERT INTO log.unit (unit_id, kind, site_id) VALUES (gen_random_uuid(), 'case', app.site())" \
	"INSERT INTO log.manifest (replica, unit_id, state, gen, classes) VALUES (gen_random_uuid(), '$case_id', 'o', 1, 63)" \
	"SELECT access.emergency_open('$(new_id)', '$case_id', 'medical', 'x', '$(new_id)'); SET CONSTRAINTS ALL IMMEDIATE; SELECT 'emergency ' || access.emergency_open('$(new_id)', '$case_id', 'medical', 'x', '$(new_id)')"; do
	ok "the second wall refuses: ${s:0:60}" refused "$s"
done
ok "rows are not taken out" is "$(in_glass "$nurse" "$glass" "WITH d AS (DELETE FROM rec.service WHERE case_id = '$case_id' RETURNING 1) SELECT count(*) FROM d")" 0
ok "a version is not superseded" is "$(in_glass "$nurse" "$glass" "SELECT set_config('app.csn', '1', true); WITH u AS (UPDATE log.version SET next_csn = 1 WHERE record_id = '$note' RETURNING 1) SELECT count(*) FROM u")" 0
# Nobody opens one without its review, whatever they run.
alone() { psql -AtqX -v ON_ERROR_STOP=1 "$conn" 2>&1 <<-Q | grep ERROR
	BEGIN; SELECT app.enter('reader', '$(staff "$doctor")', '$(sql "SELECT site FROM auth.account WHERE login = '$doctor'")', 'psychiatrist', NULL);
	SELECT access.emergency_open(gen_random_uuid(), '$case_id', 'medical', 'x', gen_random_uuid()); COMMIT;
	Q
}
ok "an emergency without a task to review it is rolled back" like "$(alone)" 'without a task'
ok "as if it had not been" is "$(sql "SELECT count(*) FROM access.emergency")" 1
ok "an administrator in another's role is still one" is "$(psql -AtqX "$conn" <<-Q | tail -n 1
	BEGIN; SELECT app.enter('reader', '$(staff "$auditor")', '$ward', 'nurse', NULL);
	SELECT access.emergency_open(gen_random_uuid(), '$case_id', 'medical', 'x', gen_random_uuid()); ROLLBACK;
	Q
)" role

# ---- over to the second
ends_in() { sql "UPDATE access.emergency SET until = now() + interval '$1 seconds' WHERE id = '$glass'; SELECT access.refresh(ARRAY['$case_id'::uuid], '{}', '{}', '{}')" >/dev/null; }
ends_in 60
ok "before the end it is open" is "$(code GET "/v1/break-glass/$glass")" 200
ends_in 1 && sleep 1.1
ok "and no longer after" is "$(code GET "/v1/break-glass/$glass") $(said)" "403 glass_over id"
ok "who tries is on the trail" is "$(sql "SELECT count(*) FROM audit.event WHERE actor = '$(staff "$nurse")' AND action = 'refused' AND outcome = 'glass_over' AND '$glass' = ANY (records)")" 1
ok "nothing is added any more" is "$(code POST "/v1/break-glass/$glass/changes" '{"changes":[]}')" 403
ok "by any SQL neither" is "$(in_glass "$nurse" "$glass" "$seen")" 0
ok "the same case is not opened again before somebody looked" is "$(open_it "$number") $(jq -r .accepts "$work/answer" | grep -c 复核)" "429 1"

# ---- reviewed by another, within three days
list() { api GET "/v1/break-glass$1" | jq -c "$2"; }
ok "the supervisor has it to review, with the reason" is "$(as "$boss" && list '' "[.rows[] | [.id, .mine, .late, .reason]]")" "[[\"$glass\",true,false,\"$why\"]]"
ok "the nurse sees the own, not to review" is "$(as "$nurse" && list '' '[.rows[] | [.id, .mine]]')" "[[\"$glass\",false]]"
ok "the auditor sees ids, no reason, no content" is "$(as "$auditor" && list '' '[.rows[] | [.id, .case_id, .reason, .number, .mine]]')" "[[\"$glass\",\"$case_id\",null,null,false]]"
ok "others see none" is "$(as "$doctor" && list '' '.rows')" '[]'
review() { code POST "/v1/break-glass/$glass/review" "{\"outcome\":\"$1\",\"note\":\"已与急诊核实\"}"; }
ok "nobody reviews their own" is "$(as "$nurse" && review justified)" 403
ok "nor does the auditor" is "$(as "$auditor" && review justified)" 403
ok "for whom it is not there, it is not" is "$(as "$doctor" && review justified)" 404
age "$glass" '73 hours'
as "$boss"
ok "after three days it is overdue" is "$(list '' '[.rows[].late]') $(api GET /v1/overdue | jq -c '.reviews | map(.n)')" "[true] [1]"
ok "the coordinator sees a number" is "$(as "$coordinator" && api GET /v1/overdue | jq -c --arg s "$home" '[.reviews[] | select(.site == $s) | [.n, (keys | join(" "))]]')" '[[1,"days n site"]]'
ok "and who has one such opens no other" is "$(as "$nurse" && open_it "$second") $(jq -r .accepts "$work/answer" | grep -c 72)" "429 1"
as "$boss"
ok "an outcome there is not" is "$(review perhaps)" 422
ok "the supervisor reviews it" is "$(review justified)" 200
ok "the task is done in the same step" is "$(sql "SELECT status, result FROM rec.task WHERE id = '$task'")" 'done|合理：已与急诊核实'
ok "once" is "$(review unjustified) $(said)" "422 decided outcome"
ok "it is no longer to review" is "$(list '' .rows)" '[]'
ok "and stays on the list of all" is "$(as "$auditor" && list '?all=yes' '[.rows[] | [.outcome, .note]]')" '[["justified",null]]'
ok "the trail names all of it" is "$(sql "SELECT count(*) FROM audit.event WHERE action = 'break_glass_review' AND '$glass' = ANY (records)")" 1

# ---- by a token of match; three a day; who is disabled is out
as "$doctor"
api POST /v1/match "$(sql "SELECT json_build_object('name', p.name, 'birth', p.birth, 'sex', p.sex) FROM rec.person p JOIN rec.\"case\" c ON c.person = p.id WHERE c.number = '$second'")" >/dev/null
token=$(jq -r .token "$work/answer")
by_token() { order x "{\"token\":\"$token\"}" | jq -c 'del(.number)' | code POST /v1/break-glass -; }
ok "another may use no token that is not theirs" is "$(as "$nurse" && by_token)" 404
ok "by the token the case is found" is "$(as "$doctor" && by_token) $(jq -r .case "$work/answer")" "201 $(of "$second")"
glass=$(sql "SELECT id FROM access.emergency WHERE staff = '$(staff "$doctor")'")
ok "and read" is "$(code GET "/v1/break-glass/$glass")" 200
sql "UPDATE auth.account SET disabled_at = now() WHERE login = '$doctor'" >/dev/null
ok "who is disabled is out at once" is "$(code GET "/v1/break-glass/$glass")" 401
ok "by any SQL, too" is "$(in_glass "$doctor" "$glass" "$seen")" 0
ok "and opens none" is "$(psql -AtqX "$conn" <<-Q | tail -n 1
	BEGIN; SELECT app.enter('reader', '$(staff "$doctor")', '$ward', 'psychiatrist', NULL);
	SELECT access.emergency_open(gen_random_uuid(), '$(of "$third")', 'medical', 'x', gen_random_uuid()); ROLLBACK;
	Q
)" role
as "$nurse"
for one in "$second" "$third"; do
	ok "the nurse opens $one" is "$(open_it "$one")" 201
	sql "UPDATE access.emergency SET until = at + interval '1 second', at = at - interval '1 second' WHERE staff = '$(staff "$nurse")' AND until > now()" >/dev/null
	sleep 1.1
done
sql "UPDATE access.emergency SET at = now() - interval '3 hours', until = now() - interval '2 hours' WHERE staff = '$(staff "$nurse")'" >/dev/null
ok "three a day" is "$(open_it "$fourth") $(jq -r .accepts "$work/answer")" "429 3 / 24 h"
ok "how each of it ended can be read by an auditor" is "$(sql "SELECT DISTINCT outcome FROM audit.event ORDER BY 1" | grep -vxFf <(jq -r '.items[].code' proto/codes/audit_outcome.json))" ''
done_testing
