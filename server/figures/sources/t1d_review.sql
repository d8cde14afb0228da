-- t1d_review.sql - families with type 1 diabetes in care, by the reviews of the child.
--
-- live: as of the day asked
-- records: case response
-- m1: cases
-- m2: HbA1c in the last 4 months
-- m3: blood pressure in the last 4 months
-- m4: both
-- within: m1<caseload.m1@all,sex,age m2<m1 m3<m1 m4<m2 m4<m3
-- same: m1=caseload.m1:programme=t1d_families
SELECT NULL::uuid, p_day, c.site, c.programme, c.sex, figures.age_band(c.birth, p_day), c.model, c.setting, '', count(*), count(*) FILTER (WHERE f.a > 0), count(*) FILTER (WHERE f.b > 0),
       count(*) FILTER (WHERE f.a > 0 AND f.b > 0), 0, 0, 0, 0
  FROM figures.kase c
 CROSS JOIN LATERAL (
   SELECT count(*) FILTER (WHERE x ->> 'item' = 'hba1c') AS a, count(*) FILTER (WHERE x ->> 'item' = 'blood_pressure') AS b
     FROM rec.response r
    CROSS JOIN LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof(r.answers -> 'results') = 'array' THEN r.answers -> 'results' ELSE '[]' END) x
    WHERE r.case_id = c.id AND r.rec_state <> 'retracted' AND r.form = 't1d_review'
      AND coalesce(x ->> 'done', r.responded::text) BETWEEN (p_day - interval '4 months')::date::text AND p_day::text) f
 WHERE c.programme = 't1d_families' AND c.opened <= p_day AND (c.closed IS NULL OR c.closed > p_day)
 GROUP BY 3, 4, 5, 6, 7, 8
