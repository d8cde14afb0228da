-- 0064-outcomes.sql - scores before and after, for figures of change.
--
-- Why this shape: a score is made of answers by the program (packs of the district say
-- how), so it is not a sum SQL could keep. figures.scores() therefore gives the sheets
-- themselves, without any person or case: numbers stand for both, good for one answer
-- only. The daemon makes means of them; nothing else of them leaves it.
-- figures.outcome remembers which pairs were in what was given to somebody who must not
-- see persons: an answer of another day holds these or many others, never one more
-- (server/figures/outcome_given.h).
-- While the previous release runs: it does not know of it. Locks: none. Undo: none;
-- migrations only go forward.

CREATE TABLE figures.outcome (
  scope uuid NOT NULL,
  year  integer NOT NULL,
  given jsonb NOT NULL,
  PRIMARY KEY (scope, year)
);
COMMENT ON TABLE figures.outcome IS
  'Pairs of scores that figures of change were last made of: of a district, or of a site. The daemon writes and reads it as it is.';
ALTER TABLE figures.outcome ENABLE ROW LEVEL SECURITY;
ALTER TABLE figures.outcome FORCE ROW LEVEL SECURITY;
CREATE POLICY maint ON figures.outcome TO casebridge_maint USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON figures.outcome TO casebridge_maint;

-- Sheets of the sites the reader answers for, up to a day. unit: the case or group; who: the
-- person (of one found to be another, the one that stays), else the member of the group.
CREATE FUNCTION figures.scores(p_until date)
RETURNS TABLE (id uuid, unit bigint, who bigint, site uuid, programme text, instrument text, version text, variant text,
               respondent text, timepoint text, assessed date, answers text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH sheets AS (
    SELECT a.id, k.id AS unit, coalesce(a.subject, c.person) AS person, k.id AS otherwise, k.site, k.programme, a.instrument, a.version,
           a.variant, a.respondent, a.timepoint, a.assessed, a.answers
      FROM figures.sites() s JOIN figures.kase k ON k.site = s.id JOIN rec."case" c ON c.id = k.id
      JOIN rec.assessment a ON a.case_id = k.id
     WHERE a.rec_state <> 'retracted' AND a.assessed <= p_until
    UNION ALL
    SELECT a.id, g.id, m.person, m.id, g.site_id, coalesce(g.programme, ''), a.instrument, a.version,
           a.variant, a.respondent, a.timepoint, a.assessed, a.answers
      FROM figures.sites() s JOIN rec."group" g ON g.site_id = s.id JOIN rec.group_assessment a ON a.case_id = g.id
      JOIN rec.participant m ON m.id = a.participant
     WHERE g.rec_state <> 'retracted' AND a.rec_state <> 'retracted' AND m.rec_state <> 'retracted' AND a.assessed <= p_until),
  told AS (
    SELECT h.*, CASE WHEN h.person IS NULL THEN h.otherwise WHEN p.merged_into IS NULL THEN h.person ELSE figures.stays(h.person) END AS human
      FROM sheets h LEFT JOIN rec.person p ON p.id = h.person)
  SELECT t.id, dense_rank() OVER (ORDER BY t.unit), dense_rank() OVER (ORDER BY t.human), t.site, t.programme, t.instrument, t.version, t.variant,
         t.respondent, t.timepoint, t.assessed, t.answers::text
    FROM told t;
END $$;

-- The district of a coordinator, the site of everybody else who is given figures.
CREATE FUNCTION figures.outcome_scope() RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN app.role() = 'district_coordinator' THEN (SELECT s.district FROM rec.site s WHERE s.id = app.site())
              WHEN app.role() NOT IN ('system_admin', 'auditor') THEN app.site() END
$$;

-- What was given before, or null; whoever comes second waits until the first has given.
CREATE FUNCTION figures.outcome_given(p_year bigint) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7003, hashtext(figures.outcome_scope()::text));
  RETURN (SELECT o.given::text FROM figures.outcome o WHERE o.scope = figures.outcome_scope() AND o.year = p_year);
END $$;
CREATE FUNCTION figures.outcome_give(p_year bigint, p_given text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO figures.outcome AS o (scope, year, given)
  SELECT x.scope, p_year, p_given::jsonb FROM (SELECT figures.outcome_scope() AS scope) x WHERE x.scope IS NOT NULL
  ON CONFLICT (scope, year) DO UPDATE SET given = EXCLUDED.given;
END $$;

DO $$
DECLARE
  f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['scores', 'outcome_scope', 'outcome_given', 'outcome_give'] LOOP
    EXECUTE format('ALTER FUNCTION figures.%I OWNER TO casebridge_maint', f);
    EXECUTE format('REVOKE ALL ON FUNCTION figures.%I FROM PUBLIC', f);
  END LOOP;
  FOREACH f IN ARRAY ARRAY['scores', 'outcome_given', 'outcome_give'] LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION figures.%I TO casebridge_app', f);
  END LOOP;
END $$;
