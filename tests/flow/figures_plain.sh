# figures_plain.sh - what figures should be, said a second time in plain SQL over the
# typed tables, another way than server/figures/sources says it.
#
#   as_plain_sql LEAST    as the signed-in coordinator, of the last three years: false
#                         when one differs, or fewer than LEAST could be compared
# shellcheck shell=bash disable=SC2034,SC2154
ask() { api GET "/v1/figures/$1"; }
day() { echo "(($1) AT TIME ZONE 'Asia/Shanghai')::date"; }
live="rec_state <> 'retracted'"
took_place="s.$live AND s.status = 'completed' AND s.kind NOT IN ('administration', 'resource_link', 'coordination')"
with_case="JOIN rec.\"case\" c ON c.id = s.case_id AND c.$live"
# id, then SQL with %Y for the year: numerator and denominator.
cat >"$work/plain.sql" <<EOC
cases_opened|SELECT count(*), NULL FROM rec."case" WHERE $live AND extract(year FROM opened) = %Y
cases_closed|SELECT count(*), NULL FROM rec."case" WHERE $live AND opened IS NOT NULL AND extract(year FROM closed) = %Y
closed_goals_met|SELECT count(*) FILTER (WHERE close_reason = ANY ('{goals_met,mostly_met}')), count(*) FROM rec."case" WHERE $live AND opened IS NOT NULL AND to_char(closed, 'YYYY') = '%Y'
days_to_close|SELECT sum(closed - opened), count(*) FROM rec."case" WHERE $live AND opened IS NOT NULL AND extract(year FROM closed) = %Y
services|SELECT count(*), NULL FROM rec.service s $with_case WHERE $took_place AND extract(year FROM $(day s.started_at)) = %Y
service_length|SELECT sum(s.minutes), count(*) FROM rec.service s $with_case WHERE $took_place AND extract(year FROM $(day s.started_at)) = %Y
services_signed|SELECT sum((s.rec_state = 'signed')::int), count(*) FROM rec.service s $with_case WHERE $took_place AND extract(year FROM $(day s.started_at)) = %Y
contacts_missed|SELECT count(*) FILTER (WHERE s.status = 'no_show' OR s.status = 'not_reached'), count(*) FROM rec.service s $with_case WHERE s.$live AND s.status <> 'planned' AND extract(year FROM $(day s.started_at)) = %Y
services_per_case_year|SELECT (SELECT count(*) FROM rec.service s $with_case WHERE $took_place AND extract(year FROM $(day s.started_at)) = %Y), (SELECT count(*) FROM rec."case" c, generate_series('%Y-01-01'::date, '%Y-12-31'::date, '1 day') d WHERE c.$live AND c.opened <= d AND (c.closed IS NULL OR c.closed >= d) AND d <= $(day "now()"))
screened|SELECT count(DISTINCT s.case_id), NULL FROM rec.screening s $with_case WHERE NOT EXISTS (SELECT 1 FROM rec.screening n WHERE n.case_id = s.case_id AND n.$live AND (n.screened, n.id) > (s.screened, s.id)) AND s.$live AND extract(year FROM s.screened) = %Y
screening_yield|SELECT count(*) FILTER (WHERE c.opened IS NOT NULL), count(*) FROM rec.screening s $with_case WHERE NOT EXISTS (SELECT 1 FROM rec.screening n WHERE n.case_id = s.case_id AND n.$live AND (n.screened, n.id) > (s.screened, s.id)) AND s.$live AND extract(year FROM s.screened) = %Y
smd_follow_ups|SELECT count(*), NULL FROM rec.response s $with_case WHERE s.$live AND s.form = 'smd_follow_up' AND s.answers ->> 'visit_result' IS DISTINCT FROM 'lost' AND s.answers ->> 'visit_result' IS DISTINCT FROM 'died' AND extract(year FROM s.responded) = %Y
smd_danger|SELECT count(*) FILTER (WHERE s.danger > 2), count(s.danger) FROM rec.response s $with_case WHERE s.$live AND s.form = 'smd_follow_up' AND coalesce(s.answers ->> 'visit_result', 'reached') = 'reached' AND extract(year FROM s.responded) = %Y
needs_found|SELECT count(*), NULL FROM rec.need s $with_case WHERE s.$live AND extract(year FROM s.identified) = %Y
needs_severe|SELECT count(*) FILTER (WHERE s.severity IN (3, 4)), count(*) FROM rec.need s $with_case WHERE s.$live AND extract(year FROM s.identified) = %Y
plans_approved|SELECT count(*), NULL FROM rec.plan s $with_case WHERE s.$live AND extract(year FROM s.approved) = %Y
care_reviews|SELECT count(*), NULL FROM rec.review s $with_case WHERE s.$live AND extract(year FROM s.held) = %Y
flags_raised|SELECT count(*), NULL FROM rec.flag s $with_case WHERE s.$live AND extract(year FROM s."from") = %Y
group_sessions|SELECT count(*), NULL FROM rec.session s JOIN rec."group" g ON g.id = s.case_id WHERE s.$live AND g.$live AND s.status = 'held' AND extract(year FROM $(day s.held_at)) = %Y
group_size|SELECT (SELECT count(DISTINCT (a.session, a.participant)) FROM rec.attendance a JOIN rec.session s ON s.id = a.session WHERE a.$live AND a.present AND s.$live AND s.status = 'held' AND extract(year FROM $(day s.held_at)) = %Y) + (SELECT coalesce(sum(unnamed), 0) FROM rec.session s WHERE s.$live AND s.status = 'held' AND extract(year FROM $(day s.held_at)) = %Y), (SELECT count(*) FROM rec.session s WHERE s.$live AND s.status = 'held' AND extract(year FROM $(day s.held_at)) = %Y)
goals_attained|SELECT count(*) FILTER (WHERE x.level >= 0), count(*) FROM (SELECT DISTINCT ON (s.id) s.id, (e ->> 'level')::int AS level, e ->> 'on' AS d, jsonb_array_length(s.reached) AS n FROM rec.goal s $with_case, jsonb_array_elements(s.reached) WITH ORDINALITY j (e, o) WHERE s.$live AND jsonb_typeof(s.reached) = 'array' ORDER BY s.id, e ->> 'on' DESC, o DESC) x WHERE left(x.d, 4) = '%Y' AND x.n >= 2
applications|SELECT count(*), NULL FROM rec.application s $with_case WHERE s.$live AND extract(year FROM s.submitted) = %Y
funds_asked|SELECT sum(s.asked) / 100.0, count(*) FROM rec.application s $with_case WHERE s.$live AND extract(year FROM s.submitted) = %Y
requests|SELECT count(*), NULL FROM rec.request q WHERE q.$live AND q.status <> 'withdrawn' AND extract(year FROM $(day q.requested)) = %Y
referrals_sent|SELECT count(*), NULL FROM rec.referral f WHERE f.$live AND f.status NOT IN ('draft', 'withdrawn') AND extract(year FROM f.requested) = %Y
hospice_visits|SELECT count(*), NULL FROM rec.service s $with_case WHERE c.programme = 'hospice_settings' AND $took_place AND extract(year FROM $(day s.started_at)) = %Y
EOC
this_year=$(TZ=Asia/Shanghai date +%Y)
. tests/flow/figures_more.sh
# Whether a figure is what its second definition says; hidden ones cannot be compared.
as_said() { # "what for people" figure?query SQL
	local got want
	got=$(ask "$2" | jq -r '.totals[0] | if .hidden then "hidden" else "\(.num // 0 | . * 100 | round / 100) \(.den // "")" end')
	[ "$got" != hidden ] || return 0
	want=$(sql "SELECT round(coalesce(n, 0), 2)::double precision || ' ' || coalesce(d::text, '') FROM ($3) x (n, d)")
	compared=$((compared + 1))
	[ "$got" = "$want" ] || { remark "$1: got $got, want $want" && return 1; }
}
as_plain_sql() { # least
	local id query year compared=0
	while IFS='|' read -r id query; do
		for year in $((this_year - 2)) $((this_year - 1)) "$this_year"; do
			as_said "$id of $year" "$id?from=$year" "${query//%Y/$year}" || return 1
		done
	done <"$work/plain.sql"
	while IFS='|' read -r id query; do
		as_said "$id" "$id" "$query" || return 1
	done <"$work/plain_now.sql"
	[ $compared -ge "$1" ] || { remark "only $compared compared" && return 1; }
}
