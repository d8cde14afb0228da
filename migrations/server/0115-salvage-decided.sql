-- 0115-salvage-decided.sql - who decides on what a station offers is what the log says.
--
-- Why: class, site, author and unit of an offered version are what the station says. A
-- station that lies could offer anything as a restricted record of its own user, who then
-- decided it and was shown what the log has of it. Of a record the log has, the log's
-- newest version says whose it is; a restricted one stays its author's on either side's
-- word, so that nobody reads it who could not, and while they reach its unit. Of one it has not, the offer's word stands,
-- and puts back no more than who decides may write (server/records/h_salvaged.c).
-- While the previous release runs: the same to it. Locks: none. Undo: none; migrations
-- only go forward.

CREATE OR REPLACE FUNCTION log.salvage_is_mine(s log.salvage) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN s.class = 32 OR coalesce(v.class, 0) = 32
                THEN coalesce(CASE WHEN v.record_id IS NULL THEN s.author ELSE v.author END = app.staff(), false)
                     AND (v.record_id IS NULL OR EXISTS (
                       SELECT 1 FROM access.reach r WHERE r.unit_id = v.unit_id AND r.key = (SELECT app.key())
                          AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())))
              WHEN s.unit_id = app.directory() OR coalesce(v.unit_id = app.directory(), false)
                THEN app.role() = 'system_admin' AND coalesce(v.unit_id, app.directory()) = s.unit_id
              ELSE app.role() = 'supervisor' AND s.site_id = app.site()
                   AND (v.record_id IS NULL OR v.unit_id = s.unit_id AND coalesce(v.site_id = app.site(), false)) END
    FROM (SELECT 1) one
    LEFT JOIN log.version v ON v.record_id = s.record_id AND v.next_csn IS NULL
$$;
