-- 0051-wiped-copies.sql - a station that was wiped holds nothing.
--
-- Why: what a station was given stands in the manifest until its receipt for each
-- case comes, and a wiped station sends one receipt, for all it was. Its copies
-- were listed as held or to be purged for ever, and its supervisor was told of
-- purges nobody will ever confirm. They are listed as wiped, since that receipt.
-- While the previous release runs: it shows one state more. Locks: none.
-- Undo: none; migrations go forward.

CREATE FUNCTION log.wiped_at(p_device uuid) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT o.done_at FROM auth.device_order o WHERE o.device = p_device AND o.kind = 'wipe' AND o.ended_at IS NULL
$$;
GRANT SELECT ON auth.device_order TO casebridge_maint;
CREATE POLICY copies ON auth.device_order FOR SELECT TO casebridge_maint USING (true);

CREATE OR REPLACE FUNCTION log.unpurged(p_units uuid[])
RETURNS TABLE (replica uuid, unit_id uuid, since timestamptz, asked boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT m.replica, m.unit_id, coalesce(l.at, d.at, m.asked_at), m.state = 'p'
    FROM log.manifest m
    JOIN log.replica r ON r.replica = m.replica
    LEFT JOIN access.lost l ON l.unit_id = m.unit_id AND l.key = r.swept_key
    LEFT JOIN LATERAL (SELECT max(x.to_at) AS at FROM access.reach x
                        WHERE x.unit_id = m.unit_id AND x.key = r.swept_key AND x.to_at <= now()) d ON true
   WHERE m.state IN ('o', 'h', 'p') AND m.unit_id <> app.directory()
     AND (p_units IS NULL AND (l.at IS NOT NULL OR d.at IS NOT NULL OR m.state = 'p') OR m.unit_id = ANY (p_units))
     AND NOT EXISTS (SELECT 1 FROM access.reach x WHERE x.unit_id = m.unit_id AND x.key = r.swept_key
                        AND x.from_at <= now() AND (x.to_at IS NULL OR x.to_at > now()))
     AND log.wiped_at(r.device) IS NULL
     AND NOT log.is_superseded(r.replica);
END $$;

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
         CASE WHEN w.at IS NOT NULL THEN 'wiped' WHEN a.replica IS NOT NULL THEN 'unknown' WHEN o.asked THEN 'purge_asked' WHEN o.replica IS NOT NULL THEN 'purge_due'
              WHEN h.state = 'o' THEN 'offered' WHEN h.state IN ('h', 'p') THEN 'held' ELSE 'purged' END,
         CASE WHEN w.at IS NOT NULL THEN w.at WHEN a.replica IS NOT NULL THEN a.at WHEN o.replica IS NOT NULL THEN o.since WHEN h.state IN ('o', 'h', 'p') THEN h.asked_at ELSE h.purged_at END,
         r.last_seen
    FROM log.replica r
    LEFT JOIN held h ON h.replica = r.replica
    LEFT JOIN owed o ON o.replica = r.replica
    LEFT JOIN away a ON a.replica = r.replica
   CROSS JOIN LATERAL (SELECT log.wiped_at(r.device) AS at) w
   WHERE a.replica IS NOT NULL OR o.replica IS NOT NULL OR h.state IN ('o', 'h', 'p') OR h.purged_at IS NOT NULL
   ORDER BY 5, 6 DESC, 1;
END $$;

GRANT CREATE ON SCHEMA log TO casebridge_maint;
ALTER FUNCTION log.wiped_at OWNER TO casebridge_maint;
ALTER FUNCTION log.unpurged OWNER TO casebridge_maint;
ALTER FUNCTION log.copies OWNER TO casebridge_maint;
REVOKE CREATE ON SCHEMA log FROM casebridge_maint;
REVOKE EXECUTE ON FUNCTION log.wiped_at FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.wiped_at TO casebridge_maint;
