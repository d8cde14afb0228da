-- 0125-salvage-class.sql - what a station offers is as restricted as its body says, or the log.
--
-- Why: the class of an offered version was the station's word, so the body of a restricted
-- note offered as an open one was listed to the site's supervisor without a proof, and lay
-- unsealed; and a version offered as open of a record the log has as restricted showed its
-- author both without one. The daemon now judges the class by the body, and asks here what
-- the log knows (a conflict is as private as the record it is about); what waits is told as
-- the stricter of the two.
-- While the previous release runs: it goes on to take the station's word for what is new to
-- the log. Locks: none. Undo: none; migrations only go forward.

CREATE FUNCTION log.restricted(p_ids uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  RETURN QUERY SELECT v.record_id FROM log.version v
   WHERE v.record_id = ANY (p_ids) AND v.next_csn IS NULL AND v.class = 32
  UNION SELECT s.record_id FROM log.salvage s WHERE s.record_id = ANY (p_ids) AND s.settled IS NULL AND s.class = 32;
END $$;
COMMENT ON FUNCTION log.restricted IS 'Of these records those that are restricted as they stand, or as they wait in log.salvage, whoever reads them.';

-- What was offered before and lies open is judged now, and sealed with the open texts of
-- before.
UPDATE log.salvage s SET class = 32, key_no = NULL
 WHERE s.settled IS NULL AND s.class <> 32 AND coalesce(s.key_no, 0) = 0 AND s.type IN ('service', 'document')
   AND s.body::json ->> 'restricted' = 'true';

CREATE OR REPLACE FUNCTION log.salvage_waiting(p_id uuid, p_limit bigint)
RETURNS TABLE (id uuid, record_id uuid, version integer, csn bigint, case_id uuid, type text, class smallint,
               state text, site_id uuid, site_name text, device uuid, author uuid, author_name text, by uuid, by_name text,
               at timestamptz, entered_at timestamptz, offered_at timestamptz, offers bigint, offered text, reason text, body text,
               now_version integer, now_state smallint, now_body text, now_by uuid, now_by_name text, now_at timestamptz,
               now_site uuid, now_site_name text, now_device uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT s.id, s.record_id, s.version, s.csn, s.case_id, s.type,
         CASE WHEN v.class = 32 THEN v.class ELSE s.class END, s.state, s.site_id, p.name, s.device, s.author, a.name,
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
  ALTER FUNCTION log.restricted OWNER TO casebridge_maint;
  REVOKE CREATE ON SCHEMA log FROM casebridge_maint;
END $$;
REVOKE ALL ON FUNCTION log.restricted FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.restricted TO casebridge_app, casebridge_maint;
