#!/bin/bash
# figures.t - numbers for those who answer for many cases: what is offered, what is
# given to whom, what is hidden, and that it is right.
#
# What a figure should be is said here a second time, in plain SQL over the typed
# tables, and compared for every year of the demo's district.
. tests/flow/lib.sh
. tests/flow/figures_plain.sh
use_district
# Nothing but a single one is hidden, so that there is something to compare.
start_daemon --figures-below-sites=2 --figures-below-outside=11

coordinator=$(account district_coordinator)
sign_in "$coordinator"

# ---- what is offered ---------------------------------------------------------------

ok "the list is there without a server" is "$(daemon indicators --json | jq 'length >= 40')" true
ok "each with definition and SQL" is "$(daemon indicators --json | jq '[.[] | select((.definition.zh and .definition.en and .numerator_of.sql) | not)] | length')" 0
ok "people read it, too" like "$(daemon indicators)" "caseload  在管个案  Caseload"
api GET /v1/figures >"$work/list.json"
ok "the coordinator is offered as many" is "$(jq '.figures | length' "$work/list.json")" "$(daemon indicators --json | jq length)"
ok "of the district" is "$(jq -r .scope "$work/list.json")" district

every_one_answers() {
	local id by bad=''
	while read -r id by; do
		[ "$(code GET "/v1/figures/$id${by:+?by=$by}")" = 200 ] || bad="$bad $id/$by"
	done < <(jq -r '.figures[] | .id as $i | ($i, (.by[] | select(IN("month", "quarter", "year") | not) | "\($i) \(.)"))' "$work/list.json")
	is "$bad" ''
}
ok "each of them answers, and by everything it says" every_one_answers

refused() { # path field accepts
	ask "$1" >"$work/refused.json"
	is "$(status) $(jq -r '"\(.code) \(.field)"' "$work/refused.json")" "400 bad_request $2" &&
		like "$(jq -r .accepts "$work/refused.json")" "$3"
}
ok "an unknown figure is answered with some that are like it" refused "referral" figure "referral_acceptance.*/v1/figures"
ok "an impossible period with possible ones" refused "services?from=2026-13" from "2026, 2026-Q2, 2026-05"
ok "dates swapped" refused "services?from=2026&to=2025" from "from ≤ to"
ok "what it is not told apart by, with what it is" refused "services?by=weather" by "month, quarter, year, site, .*service"
ok "two things at once" refused "services?by=site,programme" by "month | quarter | year, site"
ok "no fixed period" refused "services?from=2026-02&to=2026-04" by "month, quarter, year"
ok "half a quarter" refused "services?from=2026-02&to=2026-04&by=quarter" from "quarter"
ok "a period of what is counted today" refused "caseload?from=2026" from "leave it out"
ok "an audience there is not" refused "services?for=everybody" for "sites, outside"
ok "a parameter there is not" is "$(code GET '/v1/figures/services?where=x')" 400

# ---- right ---------------------------------------------------------------------------

ok "every figure there is has a second definition" is "$(jq -r '.figures[].id' "$work/list.json" | sort)" "$(cut -d'|' -f1 "$work/plain.sql" "$work/plain_now.sql" | sort)"
ok "figures are what plain SQL counts" as_plain_sql 160

adds_up() { # figure by
	ask "$1?from=$((this_year - 1))&to=$this_year&by=quarter,$2" >"$work/quarters.json"
	ask "$1?from=$((this_year - 1))&to=$this_year&by=year,$2" |
		jq -e --slurpfile q "$work/quarters.json" '
		def visible: [.rows[] | select(.hidden | not)];
		(visible | length > 0) and all(visible[]; . as $y
			| [$q[0].rows[] | select(.key == $y.key and (.period | startswith($y.period)))] as $parts
			| any($parts[]; .hidden) or ($parts | map(.num) | add) == $y.num)' >/dev/null
}
for by in site site_kind subdistrict programme sex age; do
	ok "quarters by $by add up to years" adds_up services "$by"
done
kinds_add_up() {
	jq -en --argjson of "$(sql "SELECT json_object_agg(id, kind) FROM rec.site")" --argjson kinds "$(ask "services?by=site_kind")" --argjson sites "$(ask "services?by=site")" '
		[$kinds.rows[] | select(.hidden | not) | . as $k | [$sites.rows[] | select($of[.key] == $k.key)]
			| select(all(.[]; .hidden | not)) | (map(.num) | add) == $k.num] | length > 0 and all' >/dev/null
}
ok "what is counted by kind of site is what is counted by site" kinds_add_up
ok "people's words stand beside the codes" is "$(ask "services?by=programme" | jq -r '.labels.smd_kinship_care.zh')" "$(jq -r .label.zh proto/programmes/smd_kinship_care.json)"
ok "the funnel of the demo is the one of its source" is \
	"$(sql "SELECT string_agg(s::text, ' ') FROM (SELECT unnest(ARRAY[sum(m1), sum(m2), sum(m3), sum(m4), sum(m5)]) AS s FROM figures.cell WHERE source = 'screening' AND dim = 'programme' AND value = 'smd_kinship_care') x")" \
	"58 49 41 31 26"
ok "the exclusions it knows are those of the programmes" is \
	"$(sed -n "/^ *'acute'/p" server/figures/sources/screening.sql | grep -o "'[a-z0-9_]*'" | tr -d "'" | sort -u | paste -sd ' ')" \
	"$(jq -r '.screening.criteria[]? | select(.kind == "exclude").code' proto/programmes/*.json | sort -u | paste -sd ' ')"
ok "about fifteen services a case-year" is "$(ask "services_per_case_year?from=$this_year&by=programme" | jq '[.rows[] | select(.key == "smd_kinship_care").value] | .[0] > 12 and .[0] < 18')" true

# ---- fresh ---------------------------------------------------------------------------

worker=$(account social_worker 康复站)
sign_in "$worker"
case_id=$(api GET '/v1/caseload?limit=1' | jq -r '.rows[0].case')
count_here() { ask "services?from=$this_year" | jq '.totals[0].num'; }
uuid() { cat /proc/sys/kernel/random/uuid; }
change() { # op type rec extra
	jq -cn --arg id "$(uuid)" --arg rec "$3" --arg op "$1" --arg type "$2" --arg case "$case_id" --argjson extra "$4" \
		'{changes: [{$id, $rec, $type, $case, $op, entered_at: (now | todate)} + $extra]}' | api POST /v1/changes -
}
before=$(count_here)
note=$(uuid)
change create service "$note" "{\"set\":{\"kind\":\"home_visit\",\"status\":\"completed\",\"started_at\":\"$this_year-01-05T09:00:00+08:00\",\"minutes\":30}}" >"$work/made.json"
ok "a service is written" is "$(jq -r '.results[0].status' "$work/made.json")" applied
ok "the next answer has it" is "$(count_here)" $((before + 1))
change patch service "$note" '{"set":{"status":"cancelled"},"seen":{"status":"completed"},"base_ver":1}' >/dev/null
ok "cancelled, it is gone" is "$(count_here)" "$before"
change patch service "$note" '{"set":{"status":"completed"},"seen":{"status":"cancelled"},"base_ver":2}' >/dev/null
ok "an edit brings it back" is "$(count_here)" $((before + 1))
change retract service "$note" '{"reason":"entered by mistake","base_ver":3}' >/dev/null
ok "retracted, it is gone" is "$(count_here)" "$before"
up_to_date() { [ "$(sql "SELECT s.csn = h.csn FROM figures.state s, log.head h")" = t ]; }
change create service "$(uuid)" "{\"set\":{\"kind\":\"home_visit\",\"status\":\"completed\",\"started_at\":\"$((this_year - 1))-12-31T23:30:00+08:00\"}}" >/dev/null
ok "two seconds after a commit it is counted, though nobody asks" wait_for 3 up_to_date
ok "the kept counts are what counting anew gives" daemon figures check
ok "so they are after everything was thrown away" daemon figures rebuild
sql "UPDATE figures.cell SET m1 = m1 + 1 WHERE ctid = (SELECT ctid FROM figures.cell LIMIT 1)" >/dev/null
ok "a single wrong cell is found" exits 1 daemon figures check
ok "and mended" daemon figures rebuild

# ---- to whom ---------------------------------------------------------------------------

ok "staff of a site are given their site" is "$(api GET /v1/figures | jq -r .scope)" site
ok "and of others nothing" is "$(ask "services?by=site" | jq -c '[.rows[].key]')" "[\"$(jq -r .reader.site "$work/session.$worker")\"]"
ok "as it is" is "$(ask "services?by=site" | jq -c '[.below, ([.rows[], .totals[] | select(.hidden)] | length)]')" "[null,0]"
ok "and no figure that is of no single site" is "$(ask smd_prevalence | jq -r .code) $(api GET /v1/figures | jq '[.figures[] | select(.id == "smd_prevalence")] | length')" "forbidden 0"
for role in auditor system_admin; do
	sign_in "$(account $role)"
	ok "$role is given none" is "$(code GET /v1/figures) $(code GET /v1/figures/services)" "403 403"
done
sign_in "$(account site_admin)"
ok "a site's administrator not its small numbers" is "$(ask "services" | jq .below)" 2
as "$coordinator"
ok "each question is on the trail, in its own transaction" is \
	"$(n=$(sql "SELECT count(*) FROM audit.event WHERE action = 'figure workload today by=- below=2'"); ask workload >/dev/null; echo $(($(sql "SELECT count(*) FROM audit.event WHERE action = 'figure workload today by=- below=2'") - n)))" 1
ok "with its period, and what it was told apart by" is \
	"$(ask "services?from=$this_year-Q1&by=month,site" >/dev/null; sql "SELECT action FROM audit.event WHERE action LIKE 'figure services %' ORDER BY at DESC LIMIT 1")" \
	"figure services $this_year-01..$this_year-03 by=month,site below=2"
sql "INSERT INTO rec.district (id, rec_ver, rec_state, name) VALUES ('0192f5a0-0000-7000-8000-00000000d157', 1, 'live', 'elsewhere')" >/dev/null
away=$(ask "services?by=site" | jq -r '[.rows[] | select(.num > 20)][0].key')
sql "UPDATE rec.site SET district = '0192f5a0-0000-7000-8000-00000000d157' WHERE id = '$away'" >/dev/null
ok "a site of another district is not the coordinator's" is "$(ask "services?by=site" | jq --arg s "$away" '[.rows[] | select(.key == $s)] | length')" 0
ok "the database itself gives others nothing" is \
	"$(sql "BEGIN; SET ROLE casebridge_app; SELECT app.enter('figures', NULL, NULL, 'auditor', NULL); SELECT count(*) FROM figures.cells('services', 'all', '2000-01-01', '2100-01-01'); COMMIT" | tail -n 2 | head -n 1)" 0
may_not() { ! sql "SET ROLE casebridge_app; SELECT count(*) FROM $1" >"$work/said" 2>&1 && grep -q 'permission denied' "$work/said"; }
for t in fact cell hidden kase; do ok "nor figures.$t" may_not "figures.$t"; done
no_person() {
	jq -r '.figures[].id' "$work/list.json" | while read -r id; do ask "$id?by=site" 2>/dev/null; done >"$work/all.json"
	sql "SELECT p.name FROM rec.person p WHERE length(p.name) > 1 UNION SELECT c.number FROM rec.\"case\" c UNION SELECT p.id::text FROM rec.person p UNION SELECT c.id::text FROM rec.\"case\" c UNION SELECT t.id::text FROM rec.staff t" |
		grep -v '^$' >"$work/persons"
	! grep -qFf "$work/persons" "$work/all.json"
}
ok "no answer holds a person, a case or a member of staff" no_person

# ---- hidden -----------------------------------------------------------------------------

stop_daemon
refuses() { ! daemon serve --figures-below-sites=6 --figures-below-outside=5 >"$work/refused" 2>&1 && grep -q figures-below-outside "$work/refused"; }
ok "what is given to others hides no less" refuses
start_daemon
sign_in "$coordinator"
hidden_of() { jq -c '[.rows[] | .hidden] | group_by(.) | map({key: (.[0] // "shown"), value: length}) | from_entries' <<<"$1"; }
ok "small cells are hidden at five" is "$(ask "flags_raised?from=$this_year" | jq .below)" 5
ok "none that is shown is small" is "$(for id in services needs_found smd_follow_ups screened cases_closed; do ask "$id?from=$((this_year - 1))&to=$this_year&by=month,site" | jq -c '[.rows[], .totals[] | select(.hidden == null and .num > 0 and .num < 5)] | length'; done | sort -u)" 0
ok "some are hidden beside them" is "$(for id in services needs_found smd_follow_ups; do ask "$id?from=$((this_year - 1))&to=$this_year&by=quarter,site"; done | jq -s 'any(.[].rows[]; .hidden == "also")')" true
ok "and some are shown" is "$(ask "services?from=$this_year&by=site" | jq 'any(.rows[]; .hidden == null and .num > 4)')" true
single=$(sql "SELECT c.programme FROM rec.service s JOIN rec.\"case\" c ON c.id = s.case_id WHERE s.rec_state <> 'retracted' AND s.status = 'completed'
	AND s.kind NOT IN ('administration', 'resource_link', 'coordination') AND extract(year FROM s.started_at) = $this_year
	GROUP BY 1 HAVING count(*) > 5 AND count(DISTINCT c.id) = 1 LIMIT 1")
ok "many services of a single client are hidden, too" is "$(ask "services?from=$this_year&by=programme" | jq -r --arg p "$single" '.rows[] | select(.key == $p).hidden')" also
open_by() { ask "caseload?by=$1" | jq -c '[.rows[] | select(.hidden == null).key]'; }
flows_hidden_by() { for id in cases_opened cases_closed; do for y in 1 0; do ask "$id?from=$((this_year - y))&by=$1"; done; done | jq -cs '[.[].rows[] | select(.hidden).key] | unique'; }
for by in programme site site_kind; do
	ok "no open cases by $by where what came or went is hidden" is "$(jq -cn --argjson a "$(open_by $by)" --argjson b "$(flows_hidden_by $by)" '[$a[] | select(IN($b[]))]')" '[]'
done
ok "with the rule in both languages" is "$(ask "services" | jq '.rule | (.zh | contains("＜5")) and (.en | contains("<5"))')" true
ok "outside the district at eleven" is "$(ask "services?for=outside&by=site" | jq -c '[.below, ([.rows[] | select(.hidden == null and .num > 0 and .num < 11)] | length)]')" "[11,0]"
first=$(ask "services?from=$((this_year - 1))&by=month,site")
ok "asked again it is the same" is "$(ask "services?from=$((this_year - 1))&by=month,site" | jq -cS '[.rows, .totals]' | sha256sum)" "$(jq -cS '[.rows, .totals]' <<<"$first" | sha256sum)"
ok "and for a part of the year, too" is "$(ask "services?from=$((this_year - 1))-Q2&by=month,site" | jq -cS .rows | sha256sum)" \
	"$(jq -cS --arg y $((this_year - 1)) '[.rows[] | select(.period >= "\($y)-04" and .period <= "\($y)-06")]' <<<"$first" | sha256sum)"

# ---- at a station -----------------------------------------------------------------------

enrol desk "$(site_of "$coordinator")" "$coordinator"
ok "a station lists them" like "$(station desk figures --lang en)" "services_per_case_year"
station desk figures services --lang zh --from "$this_year" --by site >"$work/shown"
ok "and shows one with bars" grep -q '█' "$work/shown"
ok "with the rule" grep -q '小于5的数不显示' "$work/shown"
station desk figures services --from "$this_year" --by site --csv >"$work/table.csv"
ok "as CSV with a mark for spreadsheets" is "$(head -c 3 "$work/table.csv" | od -An -tx1 | tr -d ' ')" efbbbf
ok "a line a row, and the totals" is "$(grep -c $'\r$' "$work/table.csv")" "$(($(ask "services?from=$this_year&by=site" | jq '(.rows | length) + (.totals | length)') + 1))"
ok "as JSON" is "$(station desk figures services --json | jq -r .id)" services
ok "what there is not is refused, naming what there is" like "$(station desk figures referral --lang en 2>&1)" "referral_acceptance"
ok "so is what was typed for a period" like "$(station desk figures services --from '2025&to=2026' --lang en 2>&1)" "2026-Q2"

# ---- a day is counted anew page after page, and midnight comes between ---------------
stop_daemon
page_of() { sql "SELECT figures.new_day(s, 1, '2099-01-0$1') FROM figures.state s; SELECT s.reached = (SELECT min(id::text)::uuid FROM rec.\"case\" WHERE opened IS NOT NULL AND closed IS NULL) FROM figures.state s" | tail -n 1; }
ok "the first page of a day" is "$(page_of 1)" t
ok "and the next" is "$(page_of 1)" f
ok "of the day after begins at the first case again" is "$(page_of 2)" t
done_testing
