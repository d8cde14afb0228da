-- goal.sql - goals in the month they were last judged; where they began is no judgement.
--
-- records: goal case
-- codes: kind=goal_status
-- clients: cases
-- m1: goals judged
-- m2: level 0 or more
-- m3: better than at first
-- within: m2<m1 m3<m1
SELECT c.id, date_trunc('month', l.day)::date, c.site, c.programme, c.sex, figures.age_band(c.birth, l.day), c.model, c.setting, coalesce(g.status, ''),
       1, (l.last >= 0)::integer, (l.last > l.first)::integer, 0, 0, 0, 0, 0
  FROM figures.kase c JOIN rec.goal g ON g.case_id = c.id
 CROSS JOIN LATERAL (
   SELECT count(*) AS n, max(figures.day_of(x ->> 'on')) AS day,
          (array_agg(round((x ->> 'level')::numeric)::integer ORDER BY x ->> 'on', o))[1] AS first,
          (array_agg(round((x ->> 'level')::numeric)::integer ORDER BY x ->> 'on' DESC, o DESC))[1] AS last
     FROM jsonb_array_elements(CASE WHEN jsonb_typeof(g.reached) = 'array' THEN g.reached ELSE '[]' END) WITH ORDINALITY e (x, o)
    WHERE jsonb_typeof(x -> 'level') = 'number' AND figures.day_of(x ->> 'on') IS NOT NULL) l
 WHERE c.id = ANY (p_units) AND g.rec_state <> 'retracted' AND l.n > 1
