-- application.sql - fund applications in the month they were submitted; money in fen.
--
-- records: application case
-- codes: kind=application_status
-- clients: cases
-- m1: applications
-- m2: asked
-- m3: approved
-- m4: paid
-- m5: decided
-- m6: approved, all or part
-- within: m5<m1 m6<m5
-- amounts: m2~m1 m3~m1 m4~m1
SELECT c.id, date_trunc('month', a.submitted)::date, c.site, c.programme, c.sex, figures.age_band(c.birth, a.submitted), c.model, c.setting, coalesce(a.status, ''),
       1, coalesce(a.asked, 0), coalesce(a.approved, 0), p.paid, (a.decided IS NOT NULL)::integer,
       (a.decided IS NOT NULL AND coalesce(a.approved, 0) > 0)::integer, 0, 0
  FROM figures.kase c JOIN rec.application a ON a.case_id = c.id
 CROSS JOIN LATERAL (
   SELECT coalesce(sum(round((x ->> 'amount')::numeric)), 0)::bigint AS paid
     FROM jsonb_array_elements(CASE WHEN jsonb_typeof(a.payments) = 'array' THEN a.payments ELSE '[]' END) x
    WHERE jsonb_typeof(x -> 'amount') = 'number') p
 WHERE c.id = ANY (p_units) AND a.rec_state <> 'retracted' AND a.submitted IS NOT NULL
