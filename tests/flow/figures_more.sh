# figures_more.sh - the rest of what figures_plain.sh begins: every other figure, said a
# second time in plain SQL. Appends to $work/plain.sql, and writes $work/plain_now.sql:
# what is only known of today.
# shellcheck shell=bash disable=SC2154
latest_screening="rec.screening s $with_case WHERE NOT EXISTS (SELECT 1 FROM rec.screening n WHERE n.case_id = s.case_id AND n.$live AND n.screened IS NOT NULL AND (n.screened, n.id) > (s.screened, s.id)) AND s.$live AND extract(year FROM s.screened) = %Y"
# What the programmes call an exclusion: met, it speaks against; everything else for.
against=$(jq -r '.screening.criteria[]? | select(.kind == "exclude").code' proto/programmes/*.json | sort -u | sed "s/.*/'&'/" | paste -sd ,)
listed="CASE WHEN jsonb_typeof(s.criteria) = 'array' THEN s.criteria ELSE '[]' END"
fits="(c.opened IS NOT NULL OR s.result = 'eligible' OR s.result = 'waitlist' OR coalesce((SELECT bool_and((coalesce(x ->> 'met', '') = 'true') <> (coalesce(x ->> 'code', '') IN ($against))) FROM jsonb_array_elements($listed) x), false))"
came="(coalesce(s.reached, s.result IS DISTINCT FROM 'unreachable'))"
funnel="SELECT c.opened IS NOT NULL AS enrolled, $fits AS fits, $fits OR $came AS came, $fits OR ($came AND coalesce(s.assessed, jsonb_array_length($listed) > 0)) AS seen FROM $latest_screening"
direct="FROM rec.service s WHERE s.case_id = c.id AND $took_place"
first_days="(SELECT min($(day s.started_at)) $direct) - coalesce(c.admitted, c.opened)"
levels="SELECT s.id, s.case_id, coalesce(s.weight, 1) AS w, (e ->> 'level')::numeric AS level, e ->> 'on' AS d, o FROM rec.goal s $with_case, jsonb_array_elements(s.reached) WITH ORDINALITY j (e, o) WHERE s.$live AND jsonb_typeof(s.reached) = 'array'"
ends="SELECT DISTINCT id, case_id, w, first_value(level) OVER (PARTITION BY id ORDER BY d, o) AS a, first_value(level) OVER (PARTITION BY id ORDER BY d DESC, o DESC) AS b, max(d) OVER (PARTITION BY id) AS d, count(*) OVER (PARTITION BY id) AS n FROM ($levels) l"
t_of() { echo "(50 + 10 * sum(w * $1) / sqrt(0.7 * sum(w ^ 2) + 0.3 * sum(w) ^ 2))"; }
member="rec.participant p JOIN rec.\"group\" g ON g.id = p.case_id AND g.$live AND g.site_id IS NOT NULL WHERE p.$live AND extract(year FROM coalesce(p.joined, g.opened)) = %Y"
came_to="(SELECT count(DISTINCT a.session) FROM rec.attendance a JOIN rec.session v ON v.id = a.session AND v.$live AND v.status = 'held' WHERE a.$live AND a.present AND a.participant = p.id AND a.case_id = g.id)"
letter="rec.referral f WHERE f.$live AND f.status NOT IN ('draft', 'withdrawn') AND extract(year FROM f.requested) = %Y"
taken="f.decided IS NOT NULL AND f.status IS DISTINCT FROM 'declined'"
request="rec.request q WHERE q.$live AND q.status <> 'withdrawn' AND extract(year FROM $(day q.requested)) = %Y"
visit="rec.response s $with_case WHERE s.$live AND s.form = 'smd_follow_up' AND coalesce(s.answers ->> 'visit_result', 'reached') = 'reached' AND extract(year FROM s.responded) = %Y"
asked_for="rec.application s $with_case WHERE s.$live AND extract(year FROM s.submitted) = %Y"
cat >>"$work/plain.sql" <<EOC
closed_early|SELECT count(*) FILTER (WHERE close_reason = 'client_withdrew' OR close_reason = 'moved' OR close_reason = 'lost_contact'), count(*) FROM rec."case" WHERE $live AND opened IS NOT NULL AND extract(year FROM closed) = %Y
first_contact_days|SELECT sum(CASE WHEN $first_days < 0 THEN 0 ELSE $first_days END), count($first_days) FROM rec."case" c WHERE c.$live AND extract(year FROM c.opened) = %Y
first_contact_in_time|SELECT count(*) FILTER (WHERE $first_days < 4), count(*) FROM rec."case" c WHERE c.$live AND extract(year FROM c.opened) = %Y
plans_agreed|SELECT count(s.agreed), count(*) FROM rec.plan s $with_case WHERE s.$live AND extract(year FROM s.approved) = %Y
consents_withdrawn|SELECT count(*), NULL FROM rec.consent s $with_case WHERE s.$live AND to_char(s.withdrawn, 'YYYY') = '%Y'
documents_delivered|SELECT count(*), NULL FROM rec.document s $with_case WHERE s.$live AND to_char(s.delivered, 'YYYY') = '%Y'
applications_approved|SELECT count(*) FILTER (WHERE s.approved > 0), count(*) FROM $asked_for AND s.decided IS NOT NULL
funds_approved|SELECT sum(s.approved) / 100.0, count(*) FROM $asked_for
funds_paid|SELECT sum((SELECT sum(round((x ->> 'amount')::numeric)) FROM jsonb_array_elements(CASE jsonb_typeof(s.payments) WHEN 'array' THEN s.payments ELSE '[]' END) x)) / 100.0, count(*) FROM $asked_for
goals_judged|SELECT count(*), NULL FROM ($ends) x WHERE left(x.d, 4) = '%Y' AND x.n > 1
goals_better|SELECT count(*) FILTER (WHERE b > a), count(*) FROM ($ends) x WHERE left(x.d, 4) = '%Y' AND x.n > 1
gas_change|SELECT sum(t), count(*) FROM (SELECT case_id, max(d) AS d, round(($(t_of b) - $(t_of a))::numeric, 2) AS t FROM ($ends) x WHERE n > 1 GROUP BY 1 HAVING sum(w) > 0) y WHERE left(d, 4) = '%Y'
group_attendances|SELECT n, n FROM (SELECT (SELECT count(DISTINCT (a.session, a.participant)) FROM rec.attendance a JOIN rec.session s ON s.id = a.session WHERE a.$live AND a.present AND s.$live AND s.status = 'held' AND extract(year FROM $(day s.held_at)) = %Y) + (SELECT coalesce(sum(unnamed), 0) FROM rec.session s WHERE s.$live AND s.status = 'held' AND extract(year FROM $(day s.held_at)) = %Y) AS n) x
group_members|SELECT count(*), NULL FROM $member
group_persons|SELECT count(*), NULL FROM $member AND $came_to > 0
group_completion|SELECT count(*) FILTER (WHERE $came_to >= coalesce(g.attend_min, 4)), count(*) FROM $member
group_drop_out|SELECT count(*) FILTER (WHERE coalesce(p.leave_reason, 'completed') <> 'completed'), count(*) FROM $member
hospice_persons|SELECT count(*), NULL FROM (SELECT s.case_id, coalesce(s.setting, '-'), min(s."from") AS d FROM rec.segment s $with_case WHERE s.$live AND c.programme = 'hospice_settings' GROUP BY 1, 2) x WHERE extract(year FROM d) = %Y
referral_acceptance|SELECT count(*) FILTER (WHERE $taken), count(f.decided) FROM $letter AND f.to_site IS NOT NULL
referral_days|SELECT sum(CASE WHEN f.decided > f.requested THEN f.decided - f.requested ELSE 0 END), count(f.decided) FROM $letter AND f.to_site IS NOT NULL
referral_in_time|SELECT count(*) FILTER (WHERE NOT f.decided > f.deadline), count(*) FROM $letter AND f.to_site IS NOT NULL
referral_returned|SELECT count(f.returned), count(*) FROM $letter AND $taken
referral_answered|SELECT count(f.decided), count(*) FROM $letter
referral_closed_loop|SELECT count(CASE WHEN f.returned IS NOT NULL THEN f.acknowledged END), count(*) FROM $letter AND $taken
requests_met|SELECT count(*) FILTER (WHERE q.status = 'done'), count(*) FROM $request
requests_unmet|SELECT count(*), NULL FROM $request AND q.status = 'unmet'
requests_in_time|SELECT count(*) FILTER (WHERE NOT q.responded > q.respond_by), count(*) FROM $request
request_hours|SELECT sum(CASE WHEN q.responded > q.requested THEN div(round(extract(epoch FROM q.responded - q.requested)), 60) ELSE 0 END) / 60.0, count(q.responded) FROM $request
service_hours|SELECT sum(s.minutes) / 60.0, count(*) FROM rec.service s $with_case WHERE $took_place AND extract(year FROM $(day s.started_at)) = %Y
supervisions|SELECT count(*), NULL FROM rec.supervision s $with_case WHERE s.$live AND to_char(s.held, 'YYYY') = '%Y'
screening_reached|SELECT count(*) FILTER (WHERE came), count(*) FROM ($funnel) x
screening_assessed|SELECT count(*) FILTER (WHERE seen), count(*) FILTER (WHERE came) FROM ($funnel) x
screening_eligible|SELECT count(*) FILTER (WHERE fits), count(*) FILTER (WHERE seen) FROM ($funnel) x
screening_enrolled|SELECT count(*) FILTER (WHERE enrolled), count(*) FILTER (WHERE fits) FROM ($funnel) x
smd_face_to_face|SELECT count(*) FILTER (WHERE s.answers ->> 'mode' = 'home_visit' OR s.answers ->> 'mode' = 'outpatient'), count(*) FROM $visit
EOC

# ---- of today ---------------------------------------------------------------------------

today=$(day 'now()')
open_case="c.$live AND c.opened <= $today AND coalesce(c.closed, 'infinity') > $today"
of_year="rec.response s WHERE s.case_id = c.id AND s.$live AND s.form = 'smd_follow_up' AND s.responded BETWEEN $today - 364 AND $today AND coalesce(s.answers ->> 'visit_result', 'reached') = 'reached'"
register="SELECT $today - greatest(c.opened, $today - 365) AS days, (SELECT count(*) FROM $of_year) AS n, (SELECT count(*) FROM $of_year AND s.danger IS NOT NULL) AS judged, (SELECT s.stability FROM $of_year ORDER BY s.responded DESC, s.id LIMIT 1) AS stability, (SELECT s.adherence FROM $of_year ORDER BY s.responded DESC, s.id LIMIT 1) AS adherence FROM rec.\"case\" c WHERE $open_case AND c.programme = 'smd_kinship_care'"
looked_at() { echo "EXISTS (SELECT 1 FROM rec.response s, LATERAL jsonb_array_elements(s.answers -> 'results') x WHERE s.case_id = c.id AND s.$live AND s.form = 't1d_review' AND jsonb_typeof(s.answers -> 'results') = 'array' AND x ->> 'item' = '$1' AND coalesce(x ->> 'done', s.responded::text) >= ($today - interval '4 months')::date::text AND coalesce(x ->> 'done', s.responded::text) <= $today::text)"; }
station="SELECT d.device, max(d.last_seen) AS seen, bool_or(EXISTS (SELECT 1 FROM log.manifest m JOIN log.unit u USING (unit_id) WHERE m.replica = d.replica AND m.state = 'p' AND u.kind = 'case')) AS owes FROM log.replica d WHERE d.site_id IS NOT NULL GROUP BY d.device, d.site_id"
cat >"$work/plain_now.sql" <<EOC
caseload|SELECT count(*), NULL FROM rec."case" c WHERE $open_case
caseload_overdue|SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM log.summary y WHERE y.case_id = c.id AND y.next_due < $today)), count(*) FROM rec."case" c WHERE $open_case
caseload_age|SELECT sum($today - c.opened), count(*) FROM rec."case" c WHERE $open_case
referrals_waiting|SELECT count(*), NULL FROM rec.referral f WHERE f.$live AND f.status = 'requested' AND f.to_site IS NOT NULL
flags_open|SELECT count(*), NULL FROM rec.flag s JOIN rec."case" c ON c.id = s.case_id WHERE s.$live AND $open_case AND coalesce(s."to", 'infinity') > $today
workload|SELECT (SELECT count(*) FROM rec."case" c WHERE $open_case), (SELECT count(*) FROM rec.staff t WHERE t.$live AND coalesce(t.active, true) AND t.site IS NOT NULL AND t.role = ANY ('{nurse,case_worker,rehab_worker,social_worker,psychiatrist,prevention_doctor}'))
workers|SELECT count(*), NULL FROM rec.staff t WHERE t.$live AND coalesce(t.active, true) AND t.site IS NOT NULL
sites|SELECT count(*), NULL FROM rec.site s WHERE s.$live AND coalesce(s.active, true)
stations_unseen|SELECT count(*) FILTER (WHERE $today - $(day seen) > 30), count(*) FROM ($station) x
purges_missing|SELECT count(*) FILTER (WHERE owes), count(*) FROM ($station) x
conflicts_open|SELECT count(*), NULL FROM rec.conflict s $with_case WHERE s.$live AND NOT coalesce(s.settled, false)
smd_management|SELECT count(*) FILTER (WHERE n > 0), count(*) FROM ($register) x
smd_standard|SELECT count(*) FILTER (WHERE n > 0 AND (n + 1) * 91 > days AND judged = n), count(*) FROM ($register) x
smd_medication|SELECT count(*) FILTER (WHERE adherence = 'regular' OR adherence = 'intermittent'), count(*) FROM ($register) x
smd_regular|SELECT count(*) FILTER (WHERE adherence = 'regular'), count(*) FROM ($register) x
smd_stability|SELECT count(*) FILTER (WHERE stability = 'stable'), count(*) FILTER (WHERE stability IS NOT NULL) FROM ($register) x
smd_prevalence|SELECT (SELECT count(*) FROM ($register) x), (SELECT coalesce(sum(d.population), 0) FROM rec.district d WHERE d.$live)
t1d_review|SELECT count(*) FILTER (WHERE $(looked_at hba1c) AND $(looked_at blood_pressure)), count(*) FROM rec."case" c WHERE $open_case AND c.programme = 't1d_families'
t1d_hba1c|SELECT count(*) FILTER (WHERE $(looked_at hba1c)), count(*) FROM rec."case" c WHERE $open_case AND c.programme = 't1d_families'
EOC
