-- 0020-conflicts.sql - a conflict says where each value was written and what
-- each author had seen; it may be about a signed record; open ones are counted.
--
-- Why this shape: a value that comes too late for a signed record is kept in a
-- conflict like any other, and chosen, stays there as its addendum: of the
-- same unit, class and readers as the record, without a type that every role
-- would have to be given.
-- While the previous release runs: it writes conflicts without these columns.
-- Locks: ALTER TABLE without rewriting. Undo: none; migrations only go forward.

ALTER TABLE rec.conflict
  ADD theirs_seen jsonb, ADD mine_site uuid, ADD mine_device text,
  ADD theirs_site uuid, ADD theirs_device text, ADD signed boolean, ADD addendum boolean;
CREATE INDEX conflict_open ON rec.conflict (case_id) WHERE settled IS NOT TRUE;

-- Open conflicts of a district, counted by the home site of the case (or the
-- site of the record, where there is no case). Nobody learns of a case from it.
CREATE FUNCTION log.open_conflicts(p_district uuid)
RETURNS TABLE (site uuid, n bigint, oldest timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  IF app.role() IS DISTINCT FROM 'district_coordinator' THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH RECURSIVE area (id) AS (
    SELECT p_district
    UNION SELECT d.id FROM area a JOIN rec.district d ON d.parent = a.id AND d.rec_state <> 'retracted')
  SELECT s.id, count(*), min(v.at)
    FROM rec.conflict k
    JOIN log.version v ON v.record_id = k.id AND v.version = 1
    LEFT JOIN rec."case" c ON c.id = k.case_id
    JOIN rec.site s ON s.id = coalesce(c.home_site, k.site_id)
    JOIN area a ON a.id = s.district
   WHERE k.settled IS NOT TRUE AND v.unit_id <> app.directory()
   GROUP BY 1;
END $$;
COMMENT ON FUNCTION log.open_conflicts IS
  'Conflicts nobody settled yet, counted by site for the coordinator of a district; nothing for others.';

DO $$
BEGIN
  GRANT CREATE ON SCHEMA log TO casebridge_maint;
  ALTER FUNCTION log.open_conflicts OWNER TO casebridge_maint;
  REVOKE CREATE ON SCHEMA log FROM casebridge_maint;
  GRANT EXECUTE ON FUNCTION log.open_conflicts(uuid) TO casebridge_app;
END $$;
