-- 0060-figures-persons.sql - of how many clients each sum is, letters too; a new day by pages.
--
-- Why: forty follow-ups of twelve clients are no small number, but six of them with danger
-- are, when they are one client's. So cases are counted for each sum, not for each source,
-- and a letter counts with its case. Adding up sites or the values of a trait counted a case
-- twice that two sites gave services to; beside the cases of each site (n) there are now those
-- that stand with it first (o), which add up. Of a unit both follow from what is written down of it
-- (figures.persons), before and after a change.
-- A new day counts open cases anew; it did so in one statement, which holds up whoever asks.
-- Whoever asks now waits two seconds for others who count, and is then told what is
-- counted, with the commit it is counted up to. What is counted anew also when a view or
-- a helper of the sources is changed.
-- While the previous release runs: it hides by what is counted once (figures.clients).
-- Locks: a short one on figures.state. Undo: none; migrations only go forward.

DROP TABLE figures.client;
CREATE TABLE figures.client (
  source text NOT NULL,
  dim    text NOT NULL,
  year   integer NOT NULL,
  site   uuid NOT NULL,
  value  text NOT NULL,
  n1 bigint NOT NULL, n2 bigint NOT NULL, n3 bigint NOT NULL, n4 bigint NOT NULL, n5 bigint NOT NULL, n6 bigint NOT NULL, n7 bigint NOT NULL, n8 bigint NOT NULL,
  o1 bigint NOT NULL, o2 bigint NOT NULL, o3 bigint NOT NULL, o4 bigint NOT NULL, o5 bigint NOT NULL, o6 bigint NOT NULL, o7 bigint NOT NULL, o8 bigint NOT NULL,
  PRIMARY KEY (source, dim, year, site, value)
) WITH (fillfactor = 80);
COMMENT ON TABLE figures.client IS
  'How many units have something of each sum in cells of figures.cell, by year: n at that site, o those of them that stand with no site before it.';
ALTER TABLE figures.client ENABLE ROW LEVEL SECURITY;
ALTER TABLE figures.client FORCE ROW LEVEL SECURITY;
CREATE POLICY maint ON figures.client TO casebridge_maint USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON figures.client TO casebridge_maint;

ALTER TABLE figures.state ADD reached uuid;
COMMENT ON COLUMN figures.state.reached IS 'Open cases up to this one are counted as of a day that has begun; day is the last one that is whole.';
UPDATE figures.state SET sha = '';

-- What is hidden of a sum no longer hangs on the figure it is asked for in.
INSERT INTO figures.hidden (district, below, part, year, cell)
  SELECT h.district, h.below, regexp_replace(h.part, ' of m[1-8]', ''), h.year, h.cell FROM figures.hidden h WHERE h.part LIKE '% of m%'
  ON CONFLICT DO NOTHING;
DELETE FROM figures.hidden WHERE part LIKE '% of m%';

-- What some units are to figures.client, times a sign.
CREATE FUNCTION figures.persons(p_units uuid[], p_sign integer) RETURNS SETOF figures.client
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  WITH own AS (
    SELECT f.unit, f.source, d.dim, extract(year FROM f.month)::integer AS year, f.site, d.value,
           bool_or(f.m1 <> 0)::integer AS h1, bool_or(f.m2 <> 0)::integer AS h2, bool_or(f.m3 <> 0)::integer AS h3, bool_or(f.m4 <> 0)::integer AS h4, bool_or(f.m5 <> 0)::integer AS h5, bool_or(f.m6 <> 0)::integer AS h6, bool_or(f.m7 <> 0)::integer AS h7, bool_or(f.m8 <> 0)::integer AS h8
      FROM figures.fact f
     CROSS JOIN LATERAL (VALUES ('all', ''), ('programme', f.programme), ('sex', f.sex), ('age', f.age),
       ('model', f.model), ('setting', f.setting), ('kind', f.kind)) d (dim, value)
     WHERE f.unit = ANY (p_units)
     GROUP BY 1, 2, 3, 4, 5, 6),
  placed AS (
    SELECT o.*, p_sign * (row_number() OVER (PARTITION BY o.unit, o.source, o.dim, o.year, o.value ORDER BY o.site) = 1)::integer AS once
      FROM own o)
  SELECT p.source, p.dim, p.year, p.site, p.value,
         (p_sign * sum(p.h1))::bigint, (p_sign * sum(p.h2))::bigint, (p_sign * sum(p.h3))::bigint, (p_sign * sum(p.h4))::bigint, (p_sign * sum(p.h5))::bigint, (p_sign * sum(p.h6))::bigint, (p_sign * sum(p.h7))::bigint, (p_sign * sum(p.h8))::bigint,
         sum(p.once * p.h1)::bigint, sum(p.once * p.h2)::bigint, sum(p.once * p.h3)::bigint, sum(p.once * p.h4)::bigint, sum(p.once * p.h5)::bigint, sum(p.once * p.h6)::bigint, sum(p.once * p.h7)::bigint, sum(p.once * p.h8)::bigint
    FROM placed p GROUP BY 1, 2, 3, 4, 5
$$;

CREATE FUNCTION figures.put_persons(p_units uuid[], p_sign integer) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog AS $$
  INSERT INTO figures.client AS t
  SELECT p.* FROM figures.persons(p_units, p_sign) p ORDER BY 1, 2, 3, 4, 5
  ON CONFLICT (source, dim, year, site, value) DO UPDATE SET
    n1 = t.n1 + EXCLUDED.n1, n2 = t.n2 + EXCLUDED.n2, n3 = t.n3 + EXCLUDED.n3, n4 = t.n4 + EXCLUDED.n4, n5 = t.n5 + EXCLUDED.n5, n6 = t.n6 + EXCLUDED.n6, n7 = t.n7 + EXCLUDED.n7, n8 = t.n8 + EXCLUDED.n8,
    o1 = t.o1 + EXCLUDED.o1, o2 = t.o2 + EXCLUDED.o2, o3 = t.o3 + EXCLUDED.o3, o4 = t.o4 + EXCLUDED.o4, o5 = t.o5 + EXCLUDED.o5, o6 = t.o6 + EXCLUDED.o6, o7 = t.o7 + EXCLUDED.o7, o8 = t.o8 + EXCLUDED.o8
$$;

CREATE OR REPLACE FUNCTION figures.follow(p_units uuid[]) RETURNS uuid[]
LANGUAGE sql STABLE AS $$
  WITH persons AS MATERIALIZED (
    SELECT access.same_person(ARRAY(SELECT u.unit_id FROM log.unit u WHERE u.unit_id = ANY (p_units) AND u.kind = 'person')) AS id)
  SELECT ARRAY(
    SELECT u.unit_id FROM log.unit u WHERE u.unit_id = ANY (p_units) AND u.kind <> 'person'
    UNION SELECT c.id FROM persons p JOIN rec."case" c ON c.person = p.id
    UNION SELECT m.case_id FROM persons p JOIN rec.participant m ON m.person = p.id
    UNION SELECT f.case_id FROM rec.referral f WHERE f.id = ANY (p_units) AND f.case_id IS NOT NULL
    UNION SELECT q.case_id FROM rec.request q WHERE q.id = ANY (p_units) AND q.case_id IS NOT NULL)
$$;

CREATE OR REPLACE FUNCTION figures.recount(p_units uuid[], p_day date) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog AS $$
BEGIN
  PERFORM figures.put_persons(p_units, -1);
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
          c.m1, c.m2, c.m3, c.m4, c.m5, c.m6, c.m7, c.m8)::figures.fact, 1) s)
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
  PERFORM figures.put_persons(p_units, 1);
END $$;

-- A page of the open cases that are still counted as of an older day; true: there are more.
CREATE FUNCTION figures.new_day(st figures.state, p_max bigint, p_today date) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog AS $$
DECLARE
  page uuid[];
BEGIN
  IF st.day >= p_today THEN
    RETURN false;
  END IF;
  SELECT array_agg(x.id ORDER BY x.id) INTO page FROM (
    SELECT c.id FROM rec."case" c
     WHERE c.opened IS NOT NULL AND c.closed IS NULL AND (st.reached IS NULL OR c.id > st.reached)
     ORDER BY c.id LIMIT p_max) x;
  IF page IS NULL THEN
    UPDATE figures.state SET day = p_today, reached = NULL;
    RETURN false;
  END IF;
  PERFORM figures.recount(page, p_today);
  UPDATE figures.state SET reached = page[cardinality(page)];
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION figures.catch_up(p_max bigint, p_wait boolean) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  st figures.state;
  today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
  head bigint;
  upto bigint;
  units uuid[];
  older boolean;
BEGIN
  IF NOT pg_try_advisory_xact_lock(7002) THEN
    IF NOT p_wait THEN
      RETURN false;
    END IF;
    BEGIN
      PERFORM set_config('lock_timeout', '2s', true);
      PERFORM pg_advisory_xact_lock(7002);
      PERFORM set_config('lock_timeout', '0', true);
    EXCEPTION WHEN lock_not_available THEN
      RETURN false;
    END;
  END IF;
  SELECT * INTO st FROM figures.state;
  IF st.sha <> st.wanted THEN
    TRUNCATE figures.fact, figures.cell, figures.client;
    UPDATE figures.state SET sha = wanted, csn = 0, day = today, reached = NULL, whole = false;
    RETURN true;
  END IF;
  SELECT h.csn INTO head FROM log.head h;
  IF head < st.csn THEN -- a log that was set back: what was counted may be undone
    UPDATE figures.state SET sha = '', whole = false;
    RETURN true;
  END IF;
  older := head = st.csn AND figures.new_day(st, p_max, today);
  IF head = st.csn AND st.whole THEN
    RETURN older;
  END IF;
  SELECT array_agg(x.unit_id), max(x.last_csn) INTO units, upto FROM (
    SELECT u.unit_id, u.last_csn FROM log.unit u
     WHERE u.last_csn > st.csn AND u.last_csn <= head
     ORDER BY u.last_csn FETCH FIRST p_max ROWS WITH TIES) x;
  IF units IS NOT NULL THEN
    PERFORM figures.recount(figures.follow(units), today);
  END IF;
  IF units IS NULL OR cardinality(units) < p_max THEN
    upto := head;
  END IF;
  UPDATE figures.state SET csn = upto, whole = st.whole OR upto >= head;
  RETURN older OR upto < head OR st.day < today;
END $$;

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
  facts AS ( -- what is written down of each unit is what would be
    SELECT count(*) AS n FROM (
      (SELECT f.unit, f.source, sum(f.m1), sum(f.m2), sum(f.m3), count(*) FROM figures.fact f GROUP BY 1, 2
        EXCEPT SELECT c.unit, c.source, sum(c.m1), sum(c.m2), sum(c.m3), count(*) FROM every c GROUP BY 1, 2)
      UNION ALL
      (SELECT c.unit, c.source, sum(c.m1), sum(c.m2), sum(c.m3), count(*) FROM every c GROUP BY 1, 2
        EXCEPT SELECT f.unit, f.source, sum(f.m1), sum(f.m2), sum(f.m3), count(*) FROM figures.fact f GROUP BY 1, 2)) x),
  clients_anew AS MATERIALIZED (SELECT p.* FROM figures.persons(ARRAY(SELECT DISTINCT f.unit FROM figures.fact f), 1) p),
  clients_kept AS (SELECT k.* FROM figures.client k WHERE (k.source, k.dim, k.year, k.site, k.value) IN
    (SELECT c.source, c.dim, c.year, c.site, c.value FROM clients_anew c) OR k.n1 <> 0 OR k.o1 <> 0 OR k.n2 <> 0 OR k.o2 <> 0 OR k.n3 <> 0 OR k.o3 <> 0 OR k.n4 <> 0 OR k.o4 <> 0 OR k.n5 <> 0 OR k.o5 <> 0 OR k.n6 <> 0 OR k.o6 <> 0 OR k.n7 <> 0 OR k.o7 <> 0 OR k.n8 <> 0 OR k.o8 <> 0),
  full_anew AS (
    SELECT * FROM anew a
     WHERE a.m1 <> 0 OR a.m2 <> 0 OR a.m3 <> 0 OR a.m4 <> 0 OR a.m5 <> 0 OR a.m6 <> 0 OR a.m7 <> 0 OR a.m8 <> 0)
  SELECT (SELECT count(*) FROM full_anew),
         (SELECT count(*) FROM (SELECT * FROM full_anew EXCEPT SELECT * FROM kept) x)
       + (SELECT count(*) FROM (SELECT * FROM kept EXCEPT SELECT * FROM full_anew) x)
       + (SELECT f.n FROM facts f)
       + (SELECT count(*) FROM (SELECT * FROM clients_anew EXCEPT SELECT * FROM clients_kept) x)
       + (SELECT count(*) FROM (SELECT * FROM clients_kept EXCEPT SELECT * FROM clients_anew) x),
         (SELECT h.csn FROM log.head h) - (SELECT t.csn FROM figures.state t);
END $$;

-- Of the sites the reader answers for.
CREATE FUNCTION figures.clients_by_sum(p_source text, p_dim text, p_from bigint, p_to bigint) RETURNS SETOF figures.client
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT k.* FROM figures.client k JOIN figures.sites() s ON s.id = k.site
   WHERE k.source = p_source AND k.dim = p_dim AND k.year BETWEEN p_from AND p_to;
END $$;
CREATE OR REPLACE FUNCTION figures.clients(p_source text, p_dim text, p_from bigint, p_to bigint)
RETURNS TABLE (year bigint, site uuid, value text, n bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT k.year::bigint, k.site, k.value, greatest(k.o1, 0) FROM figures.clients_by_sum(p_source, p_dim, p_from, p_to) k
$$;
COMMENT ON FUNCTION figures.clients IS 'For the release before this one.';

-- The hash of everything that decides what is counted.
CREATE FUNCTION figures.sources_hash() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT md5((SELECT string_agg(p.prosrc, '' ORDER BY p.proname) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
               WHERE n.nspname = 'figures' AND p.proname IN ('contribution', 'live', 'spread', 'follow', 'recount', 'persons',
                 'age_band', 'stays', 'month_of', 'day_of'))
          || (SELECT string_agg(pg_get_viewdef(c.oid), '' ORDER BY c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'figures' AND c.relkind = 'v'))
$$;

DO $$
DECLARE
  f text;
BEGIN
  ALTER TABLE figures.client OWNER TO casebridge_maint;
  FOREACH f IN ARRAY ARRAY['persons', 'put_persons', 'new_day', 'clients_by_sum', 'sources_hash'] LOOP
    EXECUTE format('ALTER FUNCTION figures.%I OWNER TO casebridge_maint', f);
    EXECUTE format('REVOKE ALL ON FUNCTION figures.%I FROM PUBLIC', f);
  END LOOP;
  GRANT EXECUTE ON FUNCTION figures.clients_by_sum TO casebridge_app;
END $$;
