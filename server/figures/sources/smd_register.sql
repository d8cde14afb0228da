-- smd_register.sql - people with a severe mental disorder in care, by their follow-ups of the last twelve months.
--
-- live: as of the day asked
-- records: case response site district
-- codes: kind=stability_class
-- m1: registered
-- m2: managed: followed up at least once
-- m3: managed by the norm: followed up as often as four times a year asks, with a danger level each time
-- m4: taking medicine
-- m5: taking it as prescribed
-- m6: stable at the last follow-up
-- m7: with a class at the last follow-up
-- within: m1<caseload.m1@all,sex,age m2<m1 m3<m2 m4<m2 m5<m4 m7<m2 m6<m7
-- same: m1=caseload.m1:programme=smd_kinship_care
SELECT NULL::uuid, p_day, c.site, c.programme, c.sex, figures.age_band(c.birth, p_day), c.model, c.setting, coalesce(f.stability, ''), count(*), count(*) FILTER (WHERE f.n > 0),
       count(*) FILTER (WHERE f.n > 0 AND f.n >= (p_day - greatest(c.opened, p_day - 365)) / 91 AND f.n = f.danger),
       count(*) FILTER (WHERE f.adherence IN ('regular', 'intermittent')), count(*) FILTER (WHERE f.adherence = 'regular'),
       count(*) FILTER (WHERE f.stability = 'stable'), count(f.stability), 0
  FROM figures.kase c
 CROSS JOIN LATERAL (
   SELECT count(*) AS n, count(r.danger) AS danger,
          (array_agg(r.stability ORDER BY r.responded DESC, r.id))[1] AS stability,
          (array_agg(r.adherence ORDER BY r.responded DESC, r.id))[1] AS adherence
     FROM rec.response r
    WHERE r.case_id = c.id AND r.rec_state <> 'retracted' AND r.form = 'smd_follow_up'
      AND r.responded > p_day - 365 AND r.responded <= p_day AND coalesce(r.answers ->> 'visit_result', 'reached') = 'reached') f
 WHERE c.programme = 'smd_kinship_care' AND c.opened <= p_day AND (c.closed IS NULL OR c.closed > p_day)
 GROUP BY 3, 4, 5, 6, 7, 8, 9
