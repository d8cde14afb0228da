-- 0041-clients.sql - of how many clients a figure is.
--
-- Why: eleven services are no small number, but those of a single child in a
-- programme are that child's. So beside what is counted it is kept how many cases
-- it comes from, by year: a row of fewer than the limit is hidden, however much they
-- had. Distinct cases cannot be added up over months, but a case that comes or goes
-- moves the number of a year by one, and that is what recount() sees.
-- While the previous release runs: it counts without; this one then counts anew.
-- Locks: none. Undo: none; migrations only go forward.

CREATE TABLE figures.client (
  source text NOT NULL,
  dim    text NOT NULL,
  year   integer NOT NULL,
  site   uuid NOT NULL,
  value  text NOT NULL,
  n      bigint NOT NULL,
  PRIMARY KEY (source, dim, year, site, value)
) WITH (fillfactor = 80);
COMMENT ON TABLE figures.client IS
  'How many units have a contribution in cells of figures.cell, by year.';
ALTER TABLE figures.client ENABLE ROW LEVEL SECURITY;
ALTER TABLE figures.client FORCE ROW LEVEL SECURITY;
CREATE POLICY maint ON figures.client TO casebridge_maint USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON figures.client TO casebridge_maint;

CREATE OR REPLACE FUNCTION figures.recount(p_units uuid[], p_day date) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog AS $$
BEGIN
  WITH gone AS (DELETE FROM figures.fact f WHERE f.unit = ANY (p_units) RETURNING f.*),
  come AS MATERIALIZED (SELECT x.* FROM figures.contribution(p_units, p_day) x),
  put AS (INSERT INTO figures.fact SELECT c.* FROM come c),
  moved AS (
    SELECT s.* FROM gone g CROSS JOIN LATERAL figures.spread(
      ROW(g.unit, g.source, g.month, g.site, g.programme, g.sex, g.age, g.model, g.setting, g.kind,
          g.m1, g.m2, g.m3, g.m4, g.m5, g.m6, g.m7, g.m8)::figures.fact, -1) s
    UNION ALL
    SELECT s.* FROM come c CROSS JOIN LATERAL figures.spread(
      ROW(c.unit, c.source, c.month, c.site, c.programme, c.sex, c.age, c.model, c.setting, c.kind,
          c.m1, c.m2, c.m3, c.m4, c.m5, c.m6, c.m7, c.m8)::figures.fact, 1) s),
  clients AS (
    SELECT x.source, x.dim, x.year, x.site, x.value, sum(x.s) AS n FROM (
      SELECT DISTINCT g.unit, s.source, s.dim, extract(year FROM s.month)::integer AS year, s.site, s.value, -1 AS s
        FROM gone g CROSS JOIN LATERAL figures.spread(
          ROW(g.unit, g.source, g.month, g.site, g.programme, g.sex, g.age, g.model, g.setting, g.kind,
              g.m1, g.m2, g.m3, g.m4, g.m5, g.m6, g.m7, g.m8)::figures.fact, 1) s
      UNION ALL
      SELECT DISTINCT c.unit, s.source, s.dim, extract(year FROM s.month)::integer, s.site, s.value, 1
        FROM come c CROSS JOIN LATERAL figures.spread(
          ROW(c.unit, c.source, c.month, c.site, c.programme, c.sex, c.age, c.model, c.setting, c.kind,
              c.m1, c.m2, c.m3, c.m4, c.m5, c.m6, c.m7, c.m8)::figures.fact, 1) s) x
     GROUP BY 1, 2, 3, 4, 5 HAVING sum(x.s) <> 0),
  come_and_gone AS (
    INSERT INTO figures.client AS t
    SELECT * FROM clients ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (source, dim, year, site, value) DO UPDATE SET n = t.n + EXCLUDED.n)
  INSERT INTO figures.cell AS k
  SELECT m.source, m.dim, m.month, m.site, m.value, sum(m.m1), sum(m.m2), sum(m.m3), sum(m.m4),
         sum(m.m5), sum(m.m6), sum(m.m7), sum(m.m8)
    FROM moved m GROUP BY 1, 2, 3, 4, 5
  HAVING sum(m.m1) <> 0 OR sum(m.m2) <> 0 OR sum(m.m3) <> 0 OR sum(m.m4) <> 0
      OR sum(m.m5) <> 0 OR sum(m.m6) <> 0 OR sum(m.m7) <> 0 OR sum(m.m8) <> 0
   ORDER BY 1, 2, 3, 4, 5
  ON CONFLICT (source, dim, month, site, value) DO UPDATE
    SET m1 = k.m1 + EXCLUDED.m1, m2 = k.m2 + EXCLUDED.m2, m3 = k.m3 + EXCLUDED.m3, m4 = k.m4 + EXCLUDED.m4,
        m5 = k.m5 + EXCLUDED.m5, m6 = k.m6 + EXCLUDED.m6, m7 = k.m7 + EXCLUDED.m7, m8 = k.m8 + EXCLUDED.m8;
END $$;

CREATE OR REPLACE FUNCTION figures.catch_up(p_max bigint, p_wait boolean) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  st figures.state;
  today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
  head bigint;
  upto bigint;
  units uuid[];
BEGIN
  IF p_wait THEN
    PERFORM pg_advisory_xact_lock(7002);
  ELSIF NOT pg_try_advisory_xact_lock(7002) THEN
    RETURN false;
  END IF;
  SELECT * INTO st FROM figures.state;
  IF st.sha <> st.wanted THEN
    TRUNCATE figures.fact, figures.cell, figures.client;
    st.csn := 0;
    UPDATE figures.state SET sha = wanted, csn = 0, day = today;
  ELSIF st.day < today THEN
    UPDATE figures.state SET day = today;
    PERFORM figures.recount(ARRAY(SELECT c.id FROM figures.kase c WHERE c.opened IS NOT NULL AND c.closed IS NULL), today);
  END IF;
  SELECT h.csn INTO head FROM log.head h;
  IF head <= st.csn THEN
    IF head < st.csn THEN -- a log that was set back: what was counted may be undone
      UPDATE figures.state SET sha = '';
      RETURN true;
    END IF;
    RETURN false;
  END IF;
  SELECT array_agg(x.unit_id), max(x.last_csn) INTO units, upto FROM (
    SELECT u.unit_id, u.last_csn FROM log.unit u
     WHERE u.last_csn > st.csn AND u.last_csn <= head
     ORDER BY u.last_csn FETCH FIRST p_max ROWS WITH TIES) x;
  IF units IS NULL THEN
    UPDATE figures.state SET csn = head;
    RETURN false;
  END IF;
  PERFORM figures.recount(figures.follow(units), today);
  IF cardinality(units) < p_max THEN
    upto := head;
  END IF;
  UPDATE figures.state SET csn = upto;
  RETURN upto < head;
END $$;

CREATE OR REPLACE FUNCTION figures.compare() RETURNS TABLE (cells bigint, wrong bigint, behind bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  PERFORM pg_advisory_xact_lock(7002);
  WHILE figures.catch_up(2000, true) LOOP
  END LOOP;
  RETURN QUERY
  WITH anew AS MATERIALIZED (
    SELECT s.source, s.dim, s.month, s.site, s.value, sum(s.m1) AS m1, sum(s.m2) AS m2, sum(s.m3) AS m3, sum(s.m4) AS m4,
           sum(s.m5) AS m5, sum(s.m6) AS m6, sum(s.m7) AS m7, sum(s.m8) AS m8
      FROM figures.contribution(ARRAY(SELECT u.unit_id FROM log.unit u WHERE u.kind NOT IN ('person', 'directory')),
                      (SELECT t.day FROM figures.state t)) c
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
      FROM figures.contribution(ARRAY(SELECT u.unit_id FROM log.unit u WHERE u.kind NOT IN ('person', 'directory')),
                      (SELECT t.day FROM figures.state t)) c
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

-- Of the sites the reader answers for.
CREATE FUNCTION figures.clients(p_source text, p_dim text, p_from bigint, p_to bigint)
RETURNS TABLE (year bigint, site uuid, value text, n bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT k.year::bigint, k.site, k.value, k.n FROM figures.client k JOIN figures.sites() s ON s.id = k.site
   WHERE k.source = p_source AND k.dim = p_dim AND k.year BETWEEN p_from AND p_to AND k.n > 0;
END $$;

DO $$
BEGIN
  GRANT CREATE ON SCHEMA figures TO casebridge_maint;
  ALTER TABLE figures.client OWNER TO casebridge_maint;
  ALTER FUNCTION figures.clients OWNER TO casebridge_maint;
  REVOKE ALL ON FUNCTION figures.clients FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION figures.clients TO casebridge_app;
END $$;
