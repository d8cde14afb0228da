-- 0023-unknown-copies.sql - who holds a case, when the log was restored.
--
-- Why: what was given to a station after the backup is in no row any more. Until
-- a station has come back and compared, it may hold anything it could reach
-- since, so it is listed for every case, as unknown, since the epoch began.
-- While the previous release runs: it shows one state more. Locks: none.
-- Undo: none; migrations go forward.

CREATE OR REPLACE FUNCTION log.copies(p_case uuid)
RETURNS TABLE (replica uuid, device uuid, staff uuid, site_id uuid, state text, since timestamptz, last_seen timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  units uuid[];
BEGIN
  IF NOT access.answers_for(p_case) THEN
    RETURN;
  END IF;
  units := ARRAY(
    SELECT p_case
    UNION SELECT l.id FROM rec.letter l WHERE l.case_id = p_case
    UNION SELECT access.same_person(ARRAY(
      SELECT c.person FROM rec."case" c WHERE c.id = p_case
      UNION SELECT r.person FROM rec.relation r WHERE r.case_id = p_case AND r.person IS NOT NULL
      UNION SELECT r.subject FROM rec.relation r WHERE r.case_id = p_case)));
  RETURN QUERY
  WITH owed AS (
    SELECT u.replica, min(u.since) AS since, bool_or(u.asked) AS asked FROM log.unpurged(units) u GROUP BY u.replica),
  away AS (
    SELECT r.replica, e.at FROM log.replica r CROSS JOIN log.epoch e
     WHERE r.epoch < e.epoch AND NOT r.gone AND NOT log.is_superseded(r.replica)),
  held AS (
    SELECT m.replica, m.state, m.purged_at, m.asked_at FROM log.manifest m WHERE m.unit_id = p_case AND NOT log.is_superseded(m.replica))
  SELECT r.replica, r.device, r.staff, r.site_id,
         CASE WHEN a.replica IS NOT NULL THEN 'unknown' WHEN o.asked THEN 'purge_asked' WHEN o.replica IS NOT NULL THEN 'purge_due'
              WHEN h.state = 'o' THEN 'offered' WHEN h.state IN ('h', 'p') THEN 'held' ELSE 'purged' END,
         CASE WHEN a.replica IS NOT NULL THEN a.at WHEN o.replica IS NOT NULL THEN o.since WHEN h.state IN ('o', 'h', 'p') THEN h.asked_at ELSE h.purged_at END,
         r.last_seen
    FROM log.replica r
    LEFT JOIN held h ON h.replica = r.replica
    LEFT JOIN owed o ON o.replica = r.replica
    LEFT JOIN away a ON a.replica = r.replica
   WHERE a.replica IS NOT NULL OR o.replica IS NOT NULL OR h.state IN ('o', 'h', 'p') OR h.purged_at IS NOT NULL
   ORDER BY 5, 6 DESC, 1;
END $$;

GRANT CREATE ON SCHEMA log TO casebridge_maint;
ALTER FUNCTION log.copies OWNER TO casebridge_maint;
REVOKE CREATE ON SCHEMA log FROM casebridge_maint;
