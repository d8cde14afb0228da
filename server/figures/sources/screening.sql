-- screening.sql - candidates in the month they were screened, by how far they came.
--
-- records: screening case
-- codes: kind=screening_reason
-- m1: referred
-- m2: reached
-- m3: assessed
-- m4: eligible
-- m5: enrolled
-- within: m2<m1 m3<m2 m4<m3 m5<m4
SELECT c.id, date_trunc('month', s.screened)::date, c.site, coalesce(NULLIF(s.programme, ''), c.programme), c.sex,
       figures.age_band(c.birth, s.screened), c.model, c.setting, CASE WHEN w.eligible AND c.opened IS NOT NULL THEN '' ELSE coalesce(s.reason, '') END,
       1, w.reached::integer, w.assessed::integer, w.eligible::integer, (c.opened IS NOT NULL)::integer, 0, 0, 0
  FROM figures.kase c
 CROSS JOIN LATERAL (
   SELECT x.* FROM rec.screening x WHERE x.case_id = c.id AND x.rec_state <> 'retracted' AND x.screened IS NOT NULL
    ORDER BY x.screened DESC, x.id DESC LIMIT 1) s
 CROSS JOIN LATERAL (
   SELECT coalesce(c.opened IS NOT NULL OR s.result IN ('eligible', 'waitlist')
            OR (jsonb_typeof(s.criteria) = 'array' AND jsonb_array_length(s.criteria) > 0 AND NOT EXISTS (
              SELECT 1 FROM jsonb_array_elements(s.criteria) x
               WHERE coalesce(x ->> 'met' = 'true', false) = (x ->> 'code' IS NOT NULL AND x ->> 'code' IN (
                 -- exclusions of the programmes (tests/flow/figures.t compares)
                 'acute', 'cared_elsewhere', 'crisis', 'curative', 'delirium', 'discharge', 'in_hospital', 'infectious', 'other_programme', 'other_type', 'severe_physical', 'too_ill', 'type1')))), false) AS eligible) e
 CROSS JOIN LATERAL (
   SELECT e.eligible, e.eligible OR coalesce(s.reached, s.result <> 'unreachable') AS reached,
          e.eligible OR (coalesce(s.reached, s.result <> 'unreachable')
            AND coalesce(s.assessed, CASE WHEN jsonb_typeof(s.criteria) = 'array' THEN jsonb_array_length(s.criteria) ELSE 0 END > 0)) AS assessed) w
 WHERE c.id = ANY (p_units)
