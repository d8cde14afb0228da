-- 0114-reports.sql - what stations report of the trail, in measure.
--
-- Why this shape: a report names itself, so that one that is sent again is one; but
-- a station that lies makes up a new name each time. It could fill the table, and
-- the list of an auditor, which is the newest two hundred of all, would show nothing
-- of what the sealer found. Now a station has sixteen reports a day, which is more
-- than any has reasons for, and both kinds of news have their own room.
-- While the previous release runs: the same. Locks: none. Undo: none; migrations
-- only go forward.

CREATE INDEX report_device ON trail.report (device, at);

-- True when it is news. What is too much is no news; the station is told nothing else.
CREATE OR REPLACE FUNCTION trail.evidence(p_id uuid, p_device uuid, p_kind text, p_mine text, p_theirs text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('casebridge report ' || p_device, 0));
  INSERT INTO trail.report (evidence, replica, device, kind, mine, theirs)
  SELECT p_id, p_device, p_device, p_kind, p_mine, p_theirs
   WHERE (SELECT count(*) FROM trail.report r WHERE r.device = p_device AND r.at > now() - interval '1 day') < 16
  ON CONFLICT (evidence) DO NOTHING;
  RETURN FOUND;
END $$;

-- What the sealer found and what stations reported, newest first, a hundred of each.
CREATE OR REPLACE FUNCTION trail.troubles()
RETURNS TABLE (at timestamptz, source text, kind text, no bigint, device uuid, said text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  IF app.role() IS DISTINCT FROM 'auditor' THEN
    RETURN;
  END IF;
  RETURN QUERY
  (SELECT f.at, 'seal', f.kind, f.no, NULL::uuid, f.text FROM trail.finding f ORDER BY f.at DESC LIMIT 100)
  UNION ALL
  (SELECT r.at, 'station', r.kind, NULL, r.device, r.mine || E'\n' || r.theirs FROM trail.report r ORDER BY r.at DESC LIMIT 100)
  ORDER BY 1 DESC;
END $$;
