-- 0071-trail.sql - the trail is searched, by those who may and no further.
--
-- Why this shape: the daemon adds events and reads none; what is read goes
-- through functions that ask for the role themselves, give ids and never a body.
-- An event names the records it touched in an array. There is no index over
-- those arrays: it would cost every reading of a caseload thousands of entries,
-- and a search has a time it begins at.
-- While the previous release runs: it adds events as before.
-- Locks: two indexes on a table that is only added to; on a large trail stop the
-- daemon first. Undo: none; migrations only go forward.

CREATE INDEX event_actor ON audit.event (actor, id DESC);

-- A case by its number, for somebody who asks about it by that.
CREATE FUNCTION audit.case_of(p_number text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT c.id FROM rec."case" c WHERE app.role() = 'auditor' AND c.number = p_number ORDER BY c.id LIMIT 1
$$;

-- What is meant by an id: a record; of a case all its records, of a person also
-- their cases with all records of those.
CREATE FUNCTION audit.about(p_id uuid) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  units uuid[] := ARRAY(SELECT p_id UNION SELECT c.id FROM rec."case" c WHERE c.person = p_id);
BEGIN
  RETURN ARRAY(SELECT unnest(units) UNION SELECT v.record_id FROM log.version v WHERE v.unit_id = ANY (units));
END $$;

CREATE FUNCTION audit.search(p_actor uuid, p_about uuid, p_actions text[], p_refused boolean,
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
     AND (NOT p_refused OR e.outcome <> 'ok')
     AND (ids IS NULL OR e.records && ids OR (p_actor IS NULL AND e.actor = p_about))
   ORDER BY e.id DESC LIMIT p_limit;
END $$;
COMMENT ON FUNCTION audit.search IS
  'Newest first, before an id; of each event at most twenty of its records. Nothing for anybody but an auditor.';

-- Who saw it, told by person, site and what they did; also copies at stations.
CREATE FUNCTION audit.readers(p_about uuid, p_from timestamptz, p_to timestamptz)
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
   ORDER BY max(s.name), max(t.name), 1, 6 LIMIT 5000;
END $$;

-- What was done in an emergency, for those who may see the emergency.
CREATE FUNCTION access.emergency_events(p_id uuid)
RETURNS TABLE (at timestamptz, action text, outcome text, n bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  g access.emergency;
BEGIN
  SELECT * INTO g FROM access.emergency x WHERE x.id = p_id;
  IF NOT FOUND OR NOT access.emergency_shown(g) THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT e.at, e.action, e.outcome, greatest(coalesce(cardinality(e.records), 0) - 1, 0)::bigint
    FROM audit.event e
   WHERE e.actor = g.staff AND e.at >= g.at - interval '1 minute' AND e.at < g.until + interval '1 day'
     AND e.records @> ARRAY[p_id]
   ORDER BY e.id LIMIT 500;
END $$;

DO $$
DECLARE
  f text;
BEGIN
  GRANT CREATE ON SCHEMA audit, access TO casebridge_maint;
  FOREACH f IN ARRAY ARRAY['audit.case_of', 'audit.about', 'audit.search', 'audit.readers', 'access.emergency_events'] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO casebridge_maint', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
  REVOKE CREATE ON SCHEMA audit, access FROM casebridge_maint;
END $$;
GRANT EXECUTE ON FUNCTION audit.about TO casebridge_maint;
GRANT EXECUTE ON FUNCTION audit.case_of, audit.search, audit.readers, access.emergency_events TO casebridge_app;
