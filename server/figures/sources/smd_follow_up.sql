-- smd_follow_up.sql - follow-ups of people with a severe mental disorder.
--
-- records: response case
-- codes: kind=stability_class
-- clients: cases
-- m1: follow-ups in which somebody was reached
-- m2: class stable
-- m3: danger 3 or more
-- m4: with a class
-- m5: face to face
-- m6: with a danger level
-- within: m4<m1 m2<m4 m6<m1 m3<m6 m5<m1
SELECT c.id, date_trunc('month', r.responded)::date, c.site, c.programme, c.sex, figures.age_band(c.birth, r.responded), c.model, c.setting, coalesce(r.stability, ''),
       1, coalesce(r.stability = 'stable', false)::integer, coalesce(r.danger >= 3, false)::integer, (r.stability IS NOT NULL)::integer,
       coalesce(r.answers ->> 'mode' IN ('outpatient', 'home_visit'), false)::integer, (r.danger IS NOT NULL)::integer, 0, 0
  FROM figures.kase c JOIN rec.response r ON r.case_id = c.id
 WHERE c.id = ANY (p_units) AND r.rec_state <> 'retracted' AND r.form = 'smd_follow_up' AND r.responded IS NOT NULL
   AND coalesce(r.answers ->> 'visit_result', 'reached') = 'reached'
