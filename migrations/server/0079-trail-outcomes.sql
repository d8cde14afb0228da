-- 0079-trail-outcomes.sql - which ends of an event are refusals; who saw it, whole.
--
-- Why this shape: a password that is right and has a second step to go is no
-- refusal, nor is a file that was there already. The list of outcomes
-- (proto/codes/audit_outcome.json) says which are none; an outcome that is not on
-- it counts as one, so that a new kind of refusal is never missed. Who saw a record
-- is told to the last, and where it is cut the caller asks for one more and says so.
-- While the previous release runs: it asks with the old function, which stays.
-- Locks: none. Undo: none; migrations only go forward.

CREATE FUNCTION audit.search(p_actor uuid, p_about uuid, p_actions text[], p_fine text[],
                             p_from timestamptz, p_to timestamptz, p_before bigint, p_limit bigint)
RETURNS TABLE (id bigint, at timestamptz, actor uuid, actor_name text, role text, site_id uuid, site_name text,
               device uuid, action text, outcome text, n bigint, records uuid[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  ids uuid[] := CASE WHEN p_about IS NOT NULL THEN audit.about(p_about) END;
BEGIN
  IF app.role() IS DISTINCT FROM 'auditor' THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT e.id, e.at, e.actor, t.name, e.role, e.site_id, s.name, e.device, e.action, e.outcome,
         coalesce(cardinality(e.records), 0)::bigint, e.records[1:20]
    FROM audit.event e
    LEFT JOIN rec.staff t ON t.id = e.actor
    LEFT JOIN rec.site s ON s.id = e.site_id
   WHERE (p_actor IS NULL OR e.actor = p_actor)
     AND (p_before IS NULL OR e.id < p_before)
     AND e.at >= p_from AND e.at < p_to
     AND (p_actions IS NULL OR split_part(e.action, ' ', 1) = ANY (p_actions))
     AND (p_fine IS NULL OR e.outcome <> ALL (p_fine) AND split_part(e.action, ' ', 1) <> 'epoch')
     AND (ids IS NULL OR e.records && ids OR (p_actor IS NULL AND e.actor = p_about))
   ORDER BY e.id DESC LIMIT p_limit;
END $$;
COMMENT ON FUNCTION audit.search(uuid, uuid, text[], text[], timestamptz, timestamptz, bigint, bigint) IS
  'Newest first, before an id; of each event at most twenty of its records; with p_fine only what ended otherwise. Nothing for anybody but an auditor.';

CREATE FUNCTION audit.readers(p_about uuid, p_from timestamptz, p_to timestamptz, p_limit bigint)
RETURNS TABLE (actor uuid, actor_name text, role text, site_id uuid, site_name text, action text,
               n bigint, first timestamptz, last timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  ids uuid[] := audit.about(p_about);
BEGIN
  IF app.role() IS DISTINCT FROM 'auditor' THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT e.actor, max(t.name), e.role, e.site_id, max(s.name), split_part(e.action, ' ', 1), count(*), min(e.at), max(e.at)
    FROM audit.event e
    LEFT JOIN rec.staff t ON t.id = e.actor
    LEFT JOIN rec.site s ON s.id = e.site_id
   WHERE e.at >= p_from AND e.at < p_to AND e.outcome = 'ok' AND e.records && ids
     AND split_part(e.action, ' ', 1) NOT IN ('trail', 'readers')
   GROUP BY e.actor, e.role, e.site_id, split_part(e.action, ' ', 1)
   ORDER BY max(s.name), max(t.name), 1, 6 LIMIT p_limit;
END $$;

DO $$
DECLARE
  f text;
BEGIN
  GRANT CREATE ON SCHEMA audit TO casebridge_maint;
  FOREACH f IN ARRAY ARRAY['audit.search(uuid, uuid, text[], text[], timestamptz, timestamptz, bigint, bigint)',
                           'audit.readers(uuid, timestamptz, timestamptz, bigint)'] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO casebridge_maint', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO casebridge_app', f);
  END LOOP;
  REVOKE CREATE ON SCHEMA audit FROM casebridge_maint;
END $$;
