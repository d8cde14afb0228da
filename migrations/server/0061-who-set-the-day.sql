-- 0061-who-set-the-day.sql - what ends on a day ends as by who set that day.
--
-- Why: it was taken from the newest version of the membership or the consent, so whoever
-- mended a typing error in a note was later held to have ended it. It is the version that
-- brought the day. And a list of everything still to be purged asked of each line anew
-- whether its station was wiped: now once a station.
-- While the previous release runs: it takes who this says. Locks: none. Undo: none; migrations only go forward.

-- The day a version says a membership or a consent ends on.
CREATE FUNCTION log.ends_on(p_body text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS
$$ SELECT least(p_body::jsonb ->> 'to', p_body::jsonb ->> 'withdrawn') $$;

CREATE OR REPLACE FUNCTION log.ran_out_next(p_limit bigint)
RETURNS TABLE (case_id uuid, home_site uuid, by uuid, before_day text, day text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  r log.ran_out;
  today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
  SELECT * INTO r FROM log.ran_out;
  IF r.going IS NULL AND r.upto >= today THEN
    RETURN;
  END IF;
  IF r.going IS NULL THEN
    UPDATE log.ran_out SET going = today, after = '00000000-0000-0000-0000-000000000000' RETURNING * INTO r;
  END IF;
  RETURN QUERY
  WITH ended AS (
    SELECT m.case_id, m.id, m."to" AS day FROM rec.member m
     WHERE m."to" > r.upto AND m."to" <= r.going AND m.rec_state <> 'retracted' AND m.case_id > r.after
    UNION ALL
    SELECT s.case_id, s.id, least(s."to", s.withdrawn) FROM rec.consent s
     WHERE least(s."to", s.withdrawn) > r.upto AND least(s."to", s.withdrawn) <= r.going
       AND s.rec_state <> 'retracted' AND s.case_id > r.after)
  SELECT DISTINCT ON (e.case_id) e.case_id, c.home_site, v.by, to_char(e.day - 1, 'YYYY-MM-DD'), to_char(r.going, 'YYYY-MM-DD')
    FROM ended e
    JOIN rec."case" c ON c.id = e.case_id
   CROSS JOIN LATERAL (
     SELECT x.by FROM log.version x
      WHERE x.record_id = e.id AND x.version > coalesce((
        SELECT max(o.version) FROM log.version o
         WHERE o.record_id = e.id AND log.ends_on(o.body) IS DISTINCT FROM to_char(e.day, 'YYYY-MM-DD')), 0)
      ORDER BY x.version LIMIT 1) v
   ORDER BY e.case_id, e.day LIMIT p_limit;
  IF NOT FOUND THEN
    UPDATE log.ran_out SET upto = r.going, going = NULL, after = NULL;
  END IF;
END $$;

CREATE OR REPLACE FUNCTION log.unpurged(p_units uuid[])
RETURNS TABLE (replica uuid, unit_id uuid, since timestamptz, asked boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH held AS MATERIALIZED (
    SELECT r.replica, r.swept_key FROM log.replica r
     WHERE log.wiped_at(r.device) IS NULL AND NOT log.is_superseded(r.replica))
  SELECT m.replica, m.unit_id, coalesce(l.at, d.at, m.asked_at), m.state = 'p'
    FROM log.manifest m
    JOIN held r ON r.replica = m.replica
    LEFT JOIN access.lost l ON l.unit_id = m.unit_id AND l.key = r.swept_key
    LEFT JOIN LATERAL (SELECT max(x.to_at) AS at FROM access.reach x
                        WHERE x.unit_id = m.unit_id AND x.key = r.swept_key AND x.to_at <= now()) d ON true
   WHERE m.state IN ('o', 'h', 'p') AND m.unit_id <> app.directory()
     AND (p_units IS NULL AND (l.at IS NOT NULL OR d.at IS NOT NULL OR m.state = 'p') OR m.unit_id = ANY (p_units))
     AND NOT EXISTS (SELECT 1 FROM access.reach x WHERE x.unit_id = m.unit_id AND x.key = r.swept_key
                        AND x.from_at <= now() AND (x.to_at IS NULL OR x.to_at > now()));
END $$;

DO $$
BEGIN
  REVOKE ALL ON FUNCTION log.ends_on FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION log.ends_on TO casebridge_maint;
END $$;
