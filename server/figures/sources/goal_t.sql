-- goal_t.sql - goal attainment T of cases in the month their goals were last judged, in hundredths.
--
-- records: goal case
-- m1: cases with a first and a last level
-- m2: change of T, in hundredths
-- amounts: m2~m1!
SELECT c.id, date_trunc('month', t.day)::date, c.site, c.programme, c.sex, figures.age_band(c.birth, t.day), c.model, c.setting, '',
       1, round(1000 * (t.last - t.first) / sqrt(0.7 * t.ww + 0.3 * t.w * t.w))::bigint, 0, 0, 0, 0, 0, 0
  FROM figures.kase c
 CROSS JOIN LATERAL (
   SELECT max(l.day) AS day, sum(l.w * l.first) AS first, sum(l.w * l.last) AS last, sum(l.w) AS w, sum(l.w * l.w) AS ww
     FROM rec.goal g
    CROSS JOIN LATERAL (
      SELECT count(*) AS n, max(figures.day_of(x ->> 'on')) AS day, coalesce(g.weight, 1) AS w,
             (array_agg(round((x ->> 'level')::numeric)::integer ORDER BY x ->> 'on', o))[1] AS first,
             (array_agg(round((x ->> 'level')::numeric)::integer ORDER BY x ->> 'on' DESC, o DESC))[1] AS last
        FROM jsonb_array_elements(CASE WHEN jsonb_typeof(g.reached) = 'array' THEN g.reached ELSE '[]' END) WITH ORDINALITY e (x, o)
       WHERE jsonb_typeof(x -> 'level') = 'number' AND figures.day_of(x ->> 'on') IS NOT NULL) l
    WHERE g.case_id = c.id AND g.rec_state <> 'retracted' AND l.n >= 2) t
 WHERE c.id = ANY (p_units) AND t.w > 0
