-- 0037-where.sql - what was salvaged says where: the site and the station it was
-- written at, the stations that hold it, and the same of what stands.
--
-- Why: a supervisor decides whether a version comes back on the word of stations;
-- which, and whose, was kept and not told, nor by whom and where what stands now
-- was written.
-- While the previous release runs: it reads the columns it knows, which are all
-- there. Locks: none. Undo: none; migrations only go forward.

DROP FUNCTION log.salvage_waiting(uuid, bigint);
CREATE FUNCTION log.salvage_waiting(p_id uuid, p_limit bigint)
RETURNS TABLE (id uuid, record_id uuid, version integer, csn bigint, case_id uuid, type text, class smallint,
               state text, site_id uuid, site_name text, device uuid, author uuid, author_name text, by uuid, by_name text,
               at timestamptz, entered_at timestamptz, offered_at timestamptz, offers bigint, offered text, reason text, body text,
               now_version integer, now_state smallint, now_body text, now_by uuid, now_by_name text, now_at timestamptz,
               now_site uuid, now_site_name text, now_device uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT s.id, s.record_id, s.version, s.csn, s.case_id, s.type, s.class, s.state, s.site_id, p.name, s.device, s.author, a.name,
         s.by, b.name, s.at, s.entered_at, s.offered_at, o.n, o.stations::text, s.reason, s.body,
         v.version, v.state, v.body, v.by, n.name, v.entered_at, n.site, q.name, v.device
    FROM log.salvage s
   CROSS JOIN LATERAL (
     SELECT count(*) AS n, json_agg(json_build_object('station', f.device, 'site', f.site_id, 'site_name', y.name, 'staff', f.staff,
              'name', x.name, 'at', f.at) ORDER BY f.at, f.device) AS stations
       FROM log.salvage_offer f LEFT JOIN rec.staff x ON x.id = f.staff LEFT JOIN rec.site y ON y.id = f.site_id
      WHERE f.salvage = s.id) o
    LEFT JOIN rec.site p ON p.id = s.site_id
    LEFT JOIN rec.staff a ON a.id = s.author
    LEFT JOIN rec.staff b ON b.id = s.by
    LEFT JOIN log.version v ON v.record_id = s.record_id AND v.next_csn IS NULL
    LEFT JOIN rec.staff n ON n.id = v.by
    LEFT JOIN rec.site q ON q.id = n.site
   WHERE s.settled IS NULL AND (p_id IS NULL OR s.id = p_id)
     AND log.salvage_is_mine(s)
     AND NOT EXISTS (SELECT 1 FROM log.version w WHERE w.record_id = s.record_id AND w.sha = s.sha)
   ORDER BY s.type NOT IN ('person', 'case', 'group'), s.csn, s.record_id LIMIT p_limit;
END $$;

DO $$
BEGIN
  GRANT CREATE ON SCHEMA log TO casebridge_maint;
  ALTER FUNCTION log.salvage_waiting OWNER TO casebridge_maint;
  REVOKE CREATE ON SCHEMA log FROM casebridge_maint;
END $$;
REVOKE ALL ON FUNCTION log.salvage_waiting FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.salvage_waiting TO casebridge_app, casebridge_maint;
