#!/bin/bash
# trail.t - the trail is searched by an auditor and nobody else; it says who saw a
# record, what was done in an emergency, and that it was searched itself. It is only
# ever added to.
. tests/flow/lib.sh
use_district
start_daemon

staff() { sql "SELECT staff FROM auth.account WHERE login = '$1'"; }
auditor=$(account auditor) worker=$(account social_worker) boss=''
line=$(sql "SELECT a.login || ' ' || c.id || ' ' || c.number || ' ' || c.person FROM rec.\"case\" c
	JOIN auth.account a ON a.staff = c.manager JOIN auth.account b ON b.site = a.site AND b.role = 'supervisor'
	WHERE c.closed IS NULL AND a.role = 'social_worker' ORDER BY c.number LIMIT 1")
read -r worker kase number person <<<"$line"
other=$(sql "SELECT c.id FROM rec.\"case\" c WHERE c.id <> '$kase' ORDER BY c.number LIMIT 1")
boss=$(sql "SELECT b.login FROM auth.account a JOIN auth.account b ON b.site = a.site AND b.role = 'supervisor' WHERE a.login = '$worker' LIMIT 1")
today=$(TZ=Asia/Shanghai date +%F) tomorrow=$(TZ=Asia/Shanghai date -d '+1 day' +%F)
said() { jq -r '[.code, .field // empty] | join(" ")' "$work/answer"; }
search() { api GET "/v1/audit?$1"; }
has() { search "$1" | jq -r "$2"; }

for who in "$worker" "$boss" "$auditor" "$(account system_admin)" "$(account site_admin)" "$(account district_coordinator)"; do
	ok "$(awk -F'\t' -v l="$who" '$2 == l { print $1 }' "$work/accounts.tsv") signs in" sign_in "$who"
done

# ---- something to find
as "$worker"
api GET "/v1/cases/$kase" >"$work/case"
need=$(jq -r '[.records[] | select(.type == "task" or .type == "need")][0].id' "$work/case")
ok "a case is read" is "$(status)" 200
ok "it is on the trail with whatever was told with it, its people, too" is "$(sql "SELECT records FROM audit.event WHERE action = 'case' ORDER BY id DESC LIMIT 1" | tr -d '{}' | tr , '\n' | sort | comm -13 - \
	<(jq -r '.records[] | select(.withheld | not) | .id' "$work/case" | sort))" ''
ok "and a record's history" is "$(code GET "/v1/records/$need/history")" 200
as "$boss"
ok "the supervisor reads it twice" is "$(code GET "/v1/cases/$kase") $(code GET "/v1/cases/$kase")" '200 200'
ok "somebody is refused" is "$(code GET "/v1/cases/$(sql "SELECT gen_random_uuid()")") $(code GET /v1/admin/settings)" '404 403'

# ---- who may
for role in social_worker supervisor system_admin site_admin district_coordinator; do
	who=$(account $role)
	[ $role != social_worker ] || who=$worker
	[ $role != supervisor ] || who=$boss
	as "$who"
	ok "$role: not the trail" is "$(code GET /v1/audit) $(said) $(code GET "/v1/audit/readers?record=$kase")" '403 forbidden trail 403'
done
as_app() { psql -AtX -v ON_ERROR_STOP=1 "$(cluster_conninfo "$work/s" casebridge_app)" -c "$1" 2>&1; }
every="NULL, NULL, NULL, NULL::text[], '-infinity', 'infinity', NULL, 9"
ok "the database gives a supervisor nothing" is \
	"$(as_app "BEGIN; SELECT FROM app.enter('reader', '$(staff "$boss")', NULL, 'supervisor', NULL); SELECT count(*) FROM audit.search($every)" | tail -n 1)" 0
ok "and nobody signed in nothing" is "$(as_app "SELECT count(*) FROM audit.search($every)")" 0
ok "the daemon's role reads no event itself" like "$(as_app 'SELECT count(*) FROM audit.event')" 'permission denied'
ok "nor changes one" like "$(as_app "UPDATE audit.event SET outcome = 'ok'")" 'permission denied'
ok "nor takes one away" like "$(as_app 'DELETE FROM audit.event') $(as_app 'TRUNCATE audit.event')" 'permission denied.*permission denied'

# ---- the search
as "$auditor"
ok "the newest are first, fifty at a time" is "$(has 'x=' '.' >/dev/null; search '' | jq '[(.rows | length <= 50), (.rows == (.rows | sort_by(-.id)))]' -c)" '[true,true]'
ok "a record finds who touched it" is "$(has "record=$need" '[.rows[] | select(.action == "history") | .actor_name] | join(",")')" "$(sql "SELECT name FROM rec.staff WHERE id = '$(staff "$worker")'")"
ok "a case finds what was done to any record of it" is "$(has "record=$kase&kind=history" '.rows | length')" 1
ok "by its number as well" is "$(has "record=$number&kind=history" '.rows | length')" 1
ok "and the person whose it is" is "$(has "record=$person&kind=case&staff=$(staff "$boss")" '.rows | length')" 2
ok "a number there is not is not found" is "$(search record=QQ-1900-001 >/dev/null && status) $(said)" '404 not_found record'
ok "a member of staff finds what they did" is "$(has "staff=$(staff "$boss")&kind=read" '[.rows[].action] | unique | join(" ")')" case
ok "of another case nothing of it is there" is "$(has "record=$other&staff=$(staff "$boss")&kind=case" '.rows | length')" 0
ok "a kind is many actions" is "$(has "staff=$(staff "$worker")&kind=read" '[.rows[].action] | unique | sort | join(" ")')" 'case history'
ok "a refusal is told, and of what" is "$(has "staff=$(staff "$boss")&kind=refused" '[.rows[] | .outcome] | join(" ")')" 'forbidden forbidden forbidden not_found'
ok "anything else is refused by name, and is not everything" is "$(code GET '/v1/audit?refused=true') $(jq -r '.code + " " + .field + " " + .accepts' "$work/answer")" '400 bad_request refused yes'
ok "refused=yes finds those alone" is "$(has 'refused=yes' '[.rows[] | select(.outcome == "ok")] | length')" 0
ok "today ends tonight" is "$(has "record=$need&from=$today&to=$today" '.rows | length > 0') $(has "record=$need&from=$tomorrow&to=$tomorrow" '.rows | length')" 'true 0'
ok "a day is a day of China" is "$(sql "UPDATE audit.event SET at = '2026-03-01T15:59:59Z' WHERE id = (SELECT min(id) FROM audit.event)" >/dev/null
	has 'from=2026-03-01&to=2026-03-01' '.rows | length') $(has 'from=2026-03-02&to=2026-03-02' '.rows | length')" '1 0'
ok "what is no date is told" is "$(code GET '/v1/audit?from=yesterday') $(said)" '400 bad_request from'
ok "what is no kind is told" is "$(code GET '/v1/audit?kind=gossip') $(said)" '400 bad_request kind'
ok "what is nobody is told" is "$(code GET '/v1/audit?staff=li') $(said)" '400 bad_request staff'
ids='' next='' pages=0
while [ $pages -lt 40 ]; do
	search "limit=7${next:+&before=$next}" >"$work/page"
	ids+=$(jq -r '.rows[].id' "$work/page")$'\n'
	next=$(jq -r '.next // empty' "$work/page")
	pages=$((pages + 1))
	[ -n "$next" ] || break
done
ok "page after page each comes once" is "$(sort <<<"$ids" | grep . | uniq -d | wc -l) $((pages > 2))" '0 1'
mine=$(sql "SELECT count(*) FROM audit.event WHERE action = 'trail' AND actor = '$(staff "$auditor")'")
search "record=$need" >/dev/null
ok "each search is on the trail, with what was asked" is \
	"$(sql "SELECT count(*) - $mine FROM audit.event WHERE action = 'trail' AND actor = '$(staff "$auditor")'") $(sql "SELECT records FROM audit.event ORDER BY id DESC LIMIT 1")" "1 {$need}"
ok "no body, name of a client or number comes with it" is "$(search "record=$kase&limit=500" >/dev/null; grep -c "$number" "$work/answer") $(grep -cF "$(sql "SELECT name FROM rec.person WHERE id = '$person'")" "$work/answer")" '0 0'

# ---- who saw it
api GET "/v1/audit/readers?record=$person" >"$work/readers"
ok "who saw a person's records is told by person" is \
	"$(jq -r "[.rows[] | select(.action == \"case\") | \"\(.actor) \(.n)\"] | sort | join(\",\")" "$work/readers")" \
	"$(printf '%s 2\n%s 1\n' "$(staff "$boss")" "$(staff "$worker")" | sort | paste -sd,)"
ok "with where they work" is "$(jq -r "[.rows[] | select(.action == \"case\") | .site_name] | unique | join(\",\")" "$work/readers")" "$(site_of "$boss")"
ok "of few it says that these are all" is "$(jq .cut "$work/readers")" false
sql "INSERT INTO audit.event (actor, role, site_id, action, outcome, records) SELECT gen_random_uuid(), 'nurse', gen_random_uuid(), 'case', 'ok', ARRAY['$other'::uuid] FROM generate_series(1, 5001)" >/dev/null
ok "of more than it tells it says so" is "$(api GET "/v1/audit/readers?record=$other" | jq -c '[(.rows | length), .cut]')" '[5000,true]'
ok "and not who asked who" is "$(jq '[.rows[] | select(.action == "trail" or .action == "readers")] | length' "$work/readers")" 0
ok "asking it is on the trail" is "$(sql "SELECT count(*) FROM audit.event WHERE action = 'readers' AND records = ARRAY['$person'::uuid]")" 1
ok "without a record it is not asked" is "$(code GET /v1/audit/readers) $(said)" '400 bad_request record'

# ---- at a station
ok "the auditor has a station" enrol desk "$(site_of "$auditor")" "$auditor"
station desk sync >/dev/null
ok "casebridge audit finds the same" like "$(station desk audit "$need" --kind history)" "$(sql "SELECT name FROM rec.staff WHERE id = '$(staff "$worker")'")"
ok "as JSON, all pages of it" is "$(station desk audit "$number" --kind read --all --json | jq -c '[(.rows | length), .next]')" '[4,null]'
ok "by somebody's name" is "$(station desk audit --staff "$(sql "SELECT name FROM rec.staff WHERE id = '$(staff "$boss")'")" --kind read --json | jq '.rows | length')" 2
ok "and who saw it" like "$(station desk audit "$number" --readers)" "$(sql "SELECT name FROM rec.staff WHERE id = '$(staff "$boss")'")"
ok "who saw what is asked of something" exits 2 station desk audit --readers
ok "every event has its name" is "$(sql "SELECT DISTINCT split_part(action, ' ', 1) FROM audit.event" | while read -r action; do
	jq -e --arg a "$action" '.items | any(.code == $a)' proto/codes/audit_action.json >/dev/null || echo "$action"; done | xargs)" ''

# ---- an emergency
nurse=$(sql "SELECT a.login FROM auth.account a WHERE a.role IN ('nurse', 'rehab_worker') AND NOT EXISTS
	(SELECT 1 FROM access.reach r WHERE r.unit_id = '$kase' AND r.key = a.site) ORDER BY 1 LIMIT 1")
sign_in "$nurse"
jq -cn --arg n "$number" --arg p "$(password_of "$nurse")" \
	'{number: $n, category: "medical", reason: "病人昏迷送到急诊，家属不在场，需要知道正在服用的药物", password: $p}' | api POST /v1/break-glass - >"$work/glass"
glass=$(jq -r .id "$work/glass")
ok "a case is opened and read in an emergency" is "$(status) $(code GET "/v1/break-glass/$glass")" '201 200'
as "$boss"
ok "who reviews it sees what was done" is "$(api GET "/v1/break-glass/$glass/trail" | jq -r '[.rows[].action] | join(" ")')" 'break_glass_open break_glass_read'
as "$auditor"
ok "so does the auditor" is "$(code GET "/v1/break-glass/$glass/trail")" 200
as "$(account site_admin)"
ok "nobody else" is "$(code GET "/v1/break-glass/$glass/trail")" 404
sql "UPDATE access.emergency SET at = at - interval '73 hours', until = until - interval '73 hours' WHERE id = '$glass'" >/dev/null
as "$auditor"
ok "after three days without a review it is late" is "$(api GET /v1/break-glass | jq -r --arg g "$glass" '.rows[] | select(.id == $g) | .late')" true
as "$boss"
ok "reviewed it is out of the list" is "$(code POST "/v1/break-glass/$glass/review" '{"outcome":"justified","note":"急诊记录核对无误"}') $(api GET /v1/break-glass | jq --arg g "$glass" '[.rows[] | select(.id == $g)] | length')" '200 0'
done_testing
