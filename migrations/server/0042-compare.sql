-- 0042-compare.sql - proving the counts reads everything once, not twice.
--
-- Why: over a million notes the proof took minutes, half of them for the number of
-- clients. While the previous release runs: it does the same, slower.
-- Locks: none. Undo: none; migrations only go forward.

CREATE OR REPLACE FUNCTION figures.compare() RETURNS TABLE (cells bigint, wrong bigint, behind bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  PERFORM pg_advisory_xact_lock(7002);
  WHILE figures.catch_up(2000, true) LOOP
  END LOOP;
  RETURN QUERY
  WITH every AS MATERIALIZED (
    SELECT x.* FROM figures.contribution(ARRAY(SELECT u.unit_id FROM log.unit u WHERE u.kind NOT IN ('person', 'directory')),
                                         (SELECT t.day FROM figures.state t)) x),
  anew AS MATERIALIZED (
    SELECT s.source, s.dim, s.month, s.site, s.value, sum(s.m1) AS m1, sum(s.m2) AS m2, sum(s.m3) AS m3, sum(s.m4) AS m4,
           sum(s.m5) AS m5, sum(s.m6) AS m6, sum(s.m7) AS m7, sum(s.m8) AS m8
      FROM every c
     CROSS JOIN LATERAL figures.spread(
       ROW(c.unit, c.source, c.month, c.site, c.programme, c.sex, c.age, c.model, c.setting, c.kind,
           c.m1, c.m2, c.m3, c.m4, c.m5, c.m6, c.m7, c.m8)::figures.fact, 1) s
     GROUP BY 1, 2, 3, 4, 5),
  kept AS MATERIALIZED (
    SELECT k.source, k.dim, k.month, k.site, k.value, k.m1::numeric, k.m2::numeric, k.m3::numeric, k.m4::numeric,
           k.m5::numeric, k.m6::numeric, k.m7::numeric, k.m8::numeric
      FROM figures.cell k
     WHERE k.m1 <> 0 OR k.m2 <> 0 OR k.m3 <> 0 OR k.m4 <> 0 OR k.m5 <> 0 OR k.m6 <> 0 OR k.m7 <> 0 OR k.m8 <> 0),
  clients_anew AS MATERIALIZED (
    SELECT s.source, s.dim, extract(year FROM s.month)::integer AS year, s.site, s.value, count(DISTINCT c.unit) AS n
      FROM every c
     CROSS JOIN LATERAL figures.spread(
       ROW(c.unit, c.source, c.month, c.site, c.programme, c.sex, c.age, c.model, c.setting, c.kind,
           c.m1, c.m2, c.m3, c.m4, c.m5, c.m6, c.m7, c.m8)::figures.fact, 1) s
     GROUP BY 1, 2, 3, 4, 5),
  clients_kept AS (SELECT k.source, k.dim, k.year, k.site, k.value, k.n FROM figures.client k WHERE k.n <> 0),
  full_anew AS (
    SELECT * FROM anew a
     WHERE a.m1 <> 0 OR a.m2 <> 0 OR a.m3 <> 0 OR a.m4 <> 0 OR a.m5 <> 0 OR a.m6 <> 0 OR a.m7 <> 0 OR a.m8 <> 0)
  SELECT (SELECT count(*) FROM full_anew),
         (SELECT count(*) FROM (SELECT * FROM full_anew EXCEPT SELECT * FROM kept) x)
       + (SELECT count(*) FROM (SELECT * FROM kept EXCEPT SELECT * FROM full_anew) x)
       + (SELECT count(*) FROM (SELECT * FROM clients_anew EXCEPT SELECT * FROM clients_kept) x)
       + (SELECT count(*) FROM (SELECT * FROM clients_kept EXCEPT SELECT * FROM clients_anew) x),
         (SELECT h.csn FROM log.head h) - (SELECT t.csn FROM figures.state t);
END $$;
