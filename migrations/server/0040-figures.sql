-- 0040-figures.sql - what a district counts, kept up to date from the log.
--
-- Why this shape: a figure over a million notes must not read a million notes. So
-- each unit (a case, a group, a letter) has its contributions written down, by
-- month and by what they are told apart by, and the sums of all of them are kept
-- in cells. When a unit changes, its contributions are reckoned anew from the
-- typed tables and the difference goes to the cells: an edit, a retraction, a
-- merge, a transfer or a late entry is the same to it, because nothing is ever
-- added up from events. What changed is read from the log's own order
-- (log.unit.last_csn), so nobody who writes waits for it, and one number says up
-- to which commit everything is counted.
-- What is counted stands in server/figures/sources: every `casebridged migrate`
-- makes figures.contribution() and figures.live() of them, and when they became others,
-- everything is counted anew.
-- The second wall: the daemon's role sees none of these tables. The functions it
-- may call give sums of the sites the reader answers for, and nothing else.
-- While the previous release runs: it does not know of it. Locks: a short one on
-- rec.district. Undo: none; migrations only go forward.

CREATE SCHEMA figures;
GRANT USAGE ON SCHEMA figures TO casebridge_app, casebridge_maint;
ALTER TABLE rec.district ADD population bigint CHECK (population BETWEEN 0 AND 100000000);

CREATE TABLE figures.fact (
  unit      uuid NOT NULL,
  source    text NOT NULL,
  month     date NOT NULL,
  site      uuid NOT NULL,
  programme text NOT NULL,
  sex       text NOT NULL,
  age       text NOT NULL,
  model     text NOT NULL,
  setting   text NOT NULL,
  kind      text NOT NULL,
  m1 bigint NOT NULL, m2 bigint NOT NULL, m3 bigint NOT NULL, m4 bigint NOT NULL,
  m5 bigint NOT NULL, m6 bigint NOT NULL, m7 bigint NOT NULL, m8 bigint NOT NULL
);
CREATE INDEX fact_unit ON figures.fact (unit);
COMMENT ON TABLE figures.fact IS
  'What each unit contributes, summed by month and by everything it is told apart by. Empty text: not stated.';

CREATE TABLE figures.cell (
  source text NOT NULL,
  dim    text NOT NULL,
  month  date NOT NULL,
  site   uuid NOT NULL,
  value  text NOT NULL,
  m1 bigint NOT NULL, m2 bigint NOT NULL, m3 bigint NOT NULL, m4 bigint NOT NULL,
  m5 bigint NOT NULL, m6 bigint NOT NULL, m7 bigint NOT NULL, m8 bigint NOT NULL,
  PRIMARY KEY (source, dim, month, site, value)
) WITH (fillfactor = 80);
COMMENT ON TABLE figures.cell IS
  'Sums of figures.fact by month, site and one thing more at a time (dim; all: nothing more).';

CREATE TABLE figures.state (
  one    boolean PRIMARY KEY DEFAULT true CHECK (one),
  sha    text NOT NULL DEFAULT '',
  wanted text NOT NULL DEFAULT '',
  csn    bigint NOT NULL DEFAULT 0,
  day    date NOT NULL DEFAULT '-infinity'
);
INSERT INTO figures.state DEFAULT VALUES;
COMMENT ON TABLE figures.state IS
  'Everything up to commit csn is counted, with the sources of that hash, as of that day. wanted: the hash of the sources the database has.';

CREATE TABLE figures.hidden (
  district uuid NOT NULL,
  below    integer NOT NULL,
  part     text NOT NULL,
  year     integer NOT NULL,
  cell     text NOT NULL,
  PRIMARY KEY (district, below, part, year, cell)
);
COMMENT ON TABLE figures.hidden IS
  'Cells that were once hidden so that a small one cannot be reckoned. They stay hidden: else two answers of different days could be compared.';

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['fact', 'cell', 'state', 'hidden'] LOOP
    EXECUTE format('ALTER TABLE figures.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE figures.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY maint ON figures.%I TO casebridge_maint USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON figures.%I TO casebridge_maint', t);
  END LOOP;
END $$;

-- ---- what sources are made of --------------------------------------------------------

-- The record that stays of persons found to be one.
CREATE FUNCTION figures.stays(p_person uuid) RETURNS uuid
LANGUAGE sql STABLE AS $$
  WITH RECURSIVE way (id, n) AS (
    SELECT p_person, 0
    UNION ALL
    SELECT p.merged_into, w.n + 1 FROM way w JOIN rec.person p ON p.id = w.id
     WHERE p.merged_into IS NOT NULL AND w.n < 20)
  SELECT id FROM way ORDER BY n DESC LIMIT 1
$$;

-- Completed years on a day, as a band; of a birth that is only a year or a month,
-- its first day.
CREATE FUNCTION figures.age_band(p_birth text, p_on date) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN a IS NULL OR a < 0 THEN '' WHEN a < 6 THEN '0-5' WHEN a < 14 THEN '6-13'
              WHEN a < 18 THEN '14-17' WHEN a < 45 THEN '18-44' WHEN a < 60 THEN '45-59' ELSE '60+' END
    FROM (SELECT extract(year FROM age(p_on::timestamp, (p_birth || substr('-01-01', length(p_birth) - 3))::timestamp))::integer AS a) x
$$;

-- A day that stands in free JSON, or null when it is none.
CREATE FUNCTION figures.day_of(p text) RETURNS date
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p ~ '^(19|20)[0-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' THEN
    CASE WHEN substr(p, 9, 2)::integer <= extract(day FROM (substr(p, 1, 7) || '-01')::date + interval '1 month' - interval '1 day')
         THEN p::date END END
$$;

CREATE FUNCTION figures.month_of(p_at timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT date_trunc('month', p_at AT TIME ZONE 'Asia/Shanghai')::date $$;

-- A case with what every source tells cases apart by; of a client, the record that stays.
CREATE VIEW figures.kase AS
  SELECT c.id, c.case_id, c.home_site AS site, coalesce(c.programme, '') AS programme,
         coalesce(c.practice_model, '') AS model, coalesce(c.care_setting, '') AS setting,
         coalesce(c.phase, '') AS phase, c.manager, c.opened, c.admitted, c.closed, coalesce(c.close_reason, '') AS close_reason,
         coalesce(q.sex, '') AS sex, q.birth
    FROM rec."case" c
    LEFT JOIN rec.person p ON p.id = c.person
    LEFT JOIN rec.person q ON q.id = CASE WHEN p.merged_into IS NULL THEN p.id ELSE figures.stays(p.id) END
   WHERE c.rec_state <> 'retracted' AND c.home_site IS NOT NULL;
COMMENT ON VIEW figures.kase IS 'Cases that count, for the sources.';

-- Made anew by every `casebridged migrate` (server/figures/sources).
CREATE FUNCTION figures.contribution(p_units uuid[], p_day date) RETURNS SETOF figures.fact
LANGUAGE sql STABLE AS $$ SELECT * FROM figures.fact WHERE false $$;
CREATE FUNCTION figures.live(p_source text, p_day date) RETURNS SETOF figures.fact
LANGUAGE sql STABLE AS $$ SELECT * FROM figures.fact WHERE false $$;

-- ---- keeping count -----------------------------------------------------------------------

-- Contributions as cells, times a sign.
CREATE FUNCTION figures.spread(f figures.fact, s integer) RETURNS SETOF figures.cell
LANGUAGE sql IMMUTABLE ROWS 7 AS $$
  SELECT (f).source, d.dim, (f).month, (f).site, d.value, s * (f).m1, s * (f).m2, s * (f).m3, s * (f).m4,
         s * (f).m5, s * (f).m6, s * (f).m7, s * (f).m8
    FROM (VALUES ('all', ''), ('programme', (f).programme), ('sex', (f).sex), ('age', (f).age),
                 ('model', (f).model), ('setting', (f).setting), ('kind', (f).kind)) d (dim, value)
$$;

-- What depends on these units beside themselves: a person's cases and groups, and
-- letters about a case.
CREATE FUNCTION figures.follow(p_units uuid[]) RETURNS uuid[]
LANGUAGE sql STABLE AS $$
  WITH persons AS MATERIALIZED (
    SELECT access.same_person(ARRAY(SELECT u.unit_id FROM log.unit u WHERE u.unit_id = ANY (p_units) AND u.kind = 'person')) AS id),
  cases AS MATERIALIZED (
    SELECT u.unit_id AS id FROM log.unit u WHERE u.unit_id = ANY (p_units) AND u.kind <> 'person'
    UNION SELECT c.id FROM persons p JOIN rec."case" c ON c.person = p.id
    UNION SELECT m.case_id FROM persons p JOIN rec.participant m ON m.person = p.id)
  SELECT ARRAY(SELECT c.id FROM cases c
    UNION SELECT f.id FROM cases c JOIN rec.referral f ON f.case_id = c.id
    UNION SELECT q.id FROM cases c JOIN rec.request q ON q.case_id = c.id)
$$;

CREATE FUNCTION figures.recount(p_units uuid[], p_day date) RETURNS void
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
END $$;

-- Counts what happened since the last time, at most about p_max units; one at a
-- time, and whoever comes second waits or leaves it to the first. A new day moves
-- whatever goes on: open cases are reckoned again. True: there is more to do.
CREATE FUNCTION figures.catch_up(p_max bigint, p_wait boolean) RETURNS boolean
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
    TRUNCATE figures.fact, figures.cell;
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
COMMENT ON FUNCTION figures.catch_up IS
  'Called every second by the daemon, and before a figure is given.';

-- Everything is counted anew by the next catch_up().
CREATE FUNCTION figures.forget() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS
$$ UPDATE figures.state SET sha = '' $$;

-- Cells that are not what counting anew would give, and how many there are, once
-- all that happened is counted; behind: how many commits came meanwhile.
CREATE FUNCTION figures.compare() RETURNS TABLE (cells bigint, wrong bigint, behind bigint)
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
  full_anew AS (
    SELECT * FROM anew a
     WHERE a.m1 <> 0 OR a.m2 <> 0 OR a.m3 <> 0 OR a.m4 <> 0 OR a.m5 <> 0 OR a.m6 <> 0 OR a.m7 <> 0 OR a.m8 <> 0)
  SELECT (SELECT count(*) FROM full_anew),
         (SELECT count(*) FROM (SELECT * FROM full_anew EXCEPT SELECT * FROM kept) x)
       + (SELECT count(*) FROM (SELECT * FROM kept EXCEPT SELECT * FROM full_anew) x),
         (SELECT h.csn FROM log.head h) - (SELECT t.csn FROM figures.state t);
END $$;

-- ---- what a reader is given -----------------------------------------------------------------

-- The sites whose figures the reader answers for: a coordinator those of the own
-- district and of what belongs to it, staff of a site that site.
CREATE FUNCTION figures.sites()
RETURNS TABLE (id uuid, name text, name_en text, kind text, subdistrict text, district uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  IF app.role() = 'district_coordinator' THEN
    RETURN QUERY
    WITH RECURSIVE area (id) AS (
      SELECT s.district FROM rec.site s WHERE s.id = app.site()
      UNION SELECT d.id FROM area a JOIN rec.district d ON d.parent = a.id AND d.rec_state <> 'retracted')
    SELECT s.id, s.name, s.name_en, s.kind, s.subdistrict, s.district
      FROM rec.site s JOIN area a ON a.id = s.district WHERE s.rec_state <> 'retracted'
     ORDER BY s.id;
  ELSIF app.role() NOT IN ('system_admin', 'auditor') THEN
    RETURN QUERY
    SELECT s.id, s.name, s.name_en, s.kind, s.subdistrict, s.district
      FROM rec.site s WHERE s.id = app.site();
  END IF;
END $$;

CREATE FUNCTION figures.cells(p_source text, p_dim text, p_from date, p_to date) RETURNS SETOF figures.cell
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT k.* FROM figures.cell k JOIN figures.sites() s ON s.id = k.site
   WHERE k.source = p_source AND k.dim = p_dim AND k.month BETWEEN p_from AND p_to;
END $$;

-- The same of what is counted when asked: as of today, in one column.
CREATE FUNCTION figures.now_cells(p_source text, p_dim text) RETURNS SETOF figures.cell
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT c.source, p_dim, date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai')::date, c.site, v.value,
         sum(c.m1)::bigint, sum(c.m2)::bigint, sum(c.m3)::bigint, sum(c.m4)::bigint,
         sum(c.m5)::bigint, sum(c.m6)::bigint, sum(c.m7)::bigint, sum(c.m8)::bigint
    FROM figures.live(p_source, (now() AT TIME ZONE 'Asia/Shanghai')::date) c
    JOIN figures.sites() s ON s.id = c.site
   CROSS JOIN LATERAL (SELECT CASE p_dim WHEN 'programme' THEN c.programme WHEN 'sex' THEN c.sex WHEN 'age' THEN c.age
     WHEN 'model' THEN c.model WHEN 'setting' THEN c.setting WHEN 'kind' THEN c.kind ELSE '' END) v (value)
   GROUP BY c.source, c.site, v.value;
END $$;

-- How far it is counted.
CREATE FUNCTION figures.counted() RETURNS TABLE (csn bigint, head bigint, ready boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT s.csn, h.csn, s.sha = s.wanted FROM figures.state s, log.head h
$$;

-- Cells that were hidden before, for the guard against comparing two answers.
CREATE FUNCTION figures.hidden_before(p_below bigint, p_parts text[], p_from bigint, p_to bigint)
RETURNS TABLE (part text, year bigint, cell text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT h.part, h.year::bigint, h.cell FROM figures.hidden h
   WHERE h.district = (SELECT s.district FROM rec.site s WHERE s.id = app.site())
     AND h.below <= p_below AND h.part = ANY (p_parts) AND h.year BETWEEN p_from AND p_to;
END $$;
CREATE FUNCTION figures.hide(p_below bigint, p_parts text[], p_years bigint[], p_cells text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO figures.hidden (district, below, part, year, cell)
  SELECT s.district, p_below, x.part, x.year, x.cell
    FROM rec.site s CROSS JOIN unnest(p_parts, p_years, p_cells) x (part, year, cell)
   WHERE s.id = app.site() AND s.district IS NOT NULL
   ORDER BY 3, 4, 5
  ON CONFLICT DO NOTHING;
END $$;

GRANT CREATE ON SCHEMA figures TO casebridge_maint;
DO $$
DECLARE
  f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['catch_up', 'forget', 'compare', 'sites', 'cells', 'now_cells', 'counted', 'hidden_before', 'hide',
                           'stays', 'age_band', 'day_of', 'month_of', 'contribution', 'live', 'spread', 'follow', 'recount'] LOOP
    EXECUTE format('ALTER FUNCTION figures.%I OWNER TO casebridge_maint', f);
    EXECUTE format('REVOKE ALL ON FUNCTION figures.%I FROM PUBLIC', f);
  END LOOP;
  ALTER TABLE figures.fact OWNER TO casebridge_maint;
  ALTER TABLE figures.cell OWNER TO casebridge_maint;
  ALTER VIEW figures.kase OWNER TO casebridge_maint;
  FOREACH f IN ARRAY ARRAY['catch_up', 'sites', 'cells', 'now_cells', 'counted', 'hidden_before', 'hide'] LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION figures.%I TO casebridge_app', f);
  END LOOP;
END $$;
