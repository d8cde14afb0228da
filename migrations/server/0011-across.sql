-- 0011-across.sql - rules that look across cases: one family-doctor team at a
-- time, and a guardian suspected of harm.
--
-- Why: a contract binds a person, not a case; whoever writes the second one need
-- not see the first. The function below tells of contracts in force only their
-- term, and of those the reader reaches which they are. It locks the persons and
-- the teams it was asked about until the transaction ends, after the units and
-- before seal(), always in the same order: of two stations that make a contract
-- active at once the second waits and then sees the first.
-- While the previous release runs: it does not ask. Locks: rec.relation for the
-- moment of ADD. Undo: none; migrations go forward.

ALTER TABLE rec.relation ADD suspected boolean;

-- For cases (or persons, of cases that are only being made) the reader reaches:
-- contracts in force of the same persons, one row each, `asked` being the case or
-- person. For teams: how many contracts of one term they carry. Contracts the
-- batch holds itself are left out.
CREATE FUNCTION access.contracts(p_cases uuid[], p_persons uuid[], p_teams uuid[], p_held uuid[])
RETURNS TABLE (asked uuid, id uuid, team uuid, from_on date, to_on date, n bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  k bigint;
BEGIN
  FOR k IN
    SELECT hashtextextended(x.id::text, 20) FROM (
      SELECT access.same_person(p_persons || ARRAY(SELECT c.person FROM rec."case" c WHERE c.id = ANY (p_cases))) AS id
      UNION SELECT unnest(p_teams)) x
     ORDER BY 1
  LOOP
    PERFORM pg_advisory_xact_lock(k);
  END LOOP;
  RETURN QUERY
  WITH mine (asked, person) AS (
    SELECT c.id, c.person FROM rec."case" c WHERE c.id = ANY (p_cases)
    UNION ALL SELECT p, p FROM unnest(p_persons) p),
  reached AS (
    SELECT m.asked, m.person FROM mine m
     WHERE EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = m.asked AND r.key = app.key()
                      AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())))
  SELECT r.asked,
         CASE WHEN EXISTS (SELECT 1 FROM access.reach a WHERE a.unit_id = t.case_id AND a.key = app.key() AND a.classes & 8 <> 0
                              AND a.from_at <= now() AND (a.to_at IS NULL OR a.to_at > now())) THEN t.id END,
         CASE WHEN EXISTS (SELECT 1 FROM access.reach a WHERE a.unit_id = t.case_id AND a.key = app.key() AND a.classes & 8 <> 0
                              AND a.from_at <= now() AND (a.to_at IS NULL OR a.to_at > now())) THEN t.chosen_team END,
         t."from", t."to", 1::bigint
    FROM reached r
   CROSS JOIN LATERAL access.same_person(ARRAY[r.person]) s
    JOIN rec."case" c ON c.person = s
    JOIN rec.contract t ON t.case_id = c.id
   WHERE t.status = 'active' AND t.rec_state <> 'retracted' AND t.id <> ALL (p_held)
  UNION ALL
  SELECT NULL, NULL, t.chosen_team, t."from", t."to", count(*)
    FROM rec.contract t
   WHERE t.chosen_team = ANY (p_teams) AND t.status = 'active' AND t.rec_state <> 'retracted' AND t.id <> ALL (p_held)
   GROUP BY t.chosen_team, t."from", t."to";
END $$;

DO $$
BEGIN
  GRANT CREATE ON SCHEMA access TO casebridge_maint;
  ALTER FUNCTION access.contracts OWNER TO casebridge_maint;
  REVOKE CREATE ON SCHEMA access FROM casebridge_maint;
END $$;
GRANT EXECUTE ON FUNCTION access.contracts TO casebridge_app, casebridge_maint;
