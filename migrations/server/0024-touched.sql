-- 0024-touched.sql - whom a commit concerns.
--
-- Why: every commit woke every station that waits for news, and each of them
-- asked its whole question again: with a thousand stations and a few commits a
-- second that was all the daemon did. Now the waiting are told apart by what
-- was touched. It decides only who asks sooner; what may be seen is decided by
-- the question itself, and who is not woken asks again within half a minute.
-- While the previous release runs: it does not call it. Locks: none. Undo: none;
-- migrations go forward.

-- Keys (sites, members of staff) that reach or hold something that changed
-- after p_from; the nil key is everybody: the directory changed, or the reach
-- of something that was not touched itself.
CREATE FUNCTION log.touched(p_from bigint) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  RETURN QUERY
  WITH u AS MATERIALIZED (
    SELECT x.unit_id, x.kind, x.last_csn FROM log.unit x
     WHERE x.last_csn > p_from AND x.last_csn < 9223372036854775807)
  SELECT r.key FROM u JOIN access.reach r ON r.unit_id = u.unit_id
   UNION
  SELECT p.staff FROM u JOIN log.manifest m ON m.unit_id = u.unit_id AND m.state IN ('o', 'h', 'p')
    JOIN log.replica p ON p.replica = m.replica
   WHERE EXISTS (SELECT 1 FROM log.commit c WHERE c.moved AND c.csn > p_from)
   UNION
  SELECT '00000000-0000-0000-0000-000000000000'::uuid
   WHERE EXISTS (SELECT 1 FROM u WHERE u.kind = 'directory')
      OR EXISTS (SELECT 1 FROM log.commit c WHERE c.moved AND c.csn > p_from
                    AND NOT EXISTS (SELECT 1 FROM u WHERE u.last_csn = c.csn));
END $$;

DO $$
BEGIN
  GRANT CREATE ON SCHEMA log TO casebridge_maint;
  ALTER FUNCTION log.touched OWNER TO casebridge_maint;
  REVOKE CREATE ON SCHEMA log FROM casebridge_maint;
END $$;
GRANT EXECUTE ON FUNCTION log.touched TO casebridge_app, casebridge_maint;
