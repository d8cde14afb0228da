-- 0087-sealed-read.sql - what stations say of the heads they keep, and what an
-- auditor is told of the seal.
--
-- Why this shape: the daemon's role sees hashes and heads; the rest goes through
-- functions, as the trail does (0071): a station's claim is only written, and what
-- an auditor reads is asked of the role again.
-- While the previous release runs: it knows none of this.
-- Locks: none. Undo: none; migrations only go forward.

CREATE FUNCTION trail.hold(p_device uuid, p_epoch bigint, p_size bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO trail.held AS h (replica, device, epoch, size) VALUES (p_device, p_device, p_epoch, p_size)
  ON CONFLICT (replica) DO UPDATE SET epoch = EXCLUDED.epoch, size = EXCLUDED.size, at = clock_timestamp();
END $$;
COMMENT ON FUNCTION trail.hold IS 'The newest head a station keeps, as it says.';

-- True when it is news.
CREATE FUNCTION trail.evidence(p_id uuid, p_device uuid, p_kind text, p_mine text, p_theirs text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO trail.report (evidence, replica, device, kind, mine, theirs)
  VALUES (p_id, p_device, p_device, p_kind, p_mine, p_theirs) ON CONFLICT (evidence) DO NOTHING;
  RETURN FOUND;
END $$;

CREATE FUNCTION trail.state()
RETURNS TABLE (epoch bigint, size bigint, at timestamptz, note text, waiting bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  IF app.role() IS DISTINCT FROM 'auditor' THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT h.epoch::bigint, h.size, h.at, h.note,
         (SELECT count(*) FROM audit.event e
           WHERE e.id > (SELECT coalesce(max(l.no), 0) - 10000 FROM trail.leaf l WHERE l.kind = 'e')
             AND NOT EXISTS (SELECT FROM trail.leaf l WHERE l.kind = 'e' AND l.no = e.id))
    FROM (SELECT 1) one
    LEFT JOIN LATERAL (SELECT * FROM trail.head x ORDER BY x.epoch DESC, x.size DESC LIMIT 1) h ON true;
END $$;

CREATE FUNCTION trail.holders()
RETURNS TABLE (epoch bigint, size bigint, n bigint, at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  IF app.role() IS DISTINCT FROM 'auditor' THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT h.epoch::bigint, h.size, count(*), max(h.at) FROM trail.held h
   GROUP BY 1, 2 ORDER BY 1 DESC, 2 DESC LIMIT 200;
END $$;

-- What the sealer found and what stations reported, newest first.
CREATE FUNCTION trail.troubles()
RETURNS TABLE (at timestamptz, source text, kind text, no bigint, device uuid, said text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  IF app.role() IS DISTINCT FROM 'auditor' THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT f.at, 'seal', f.kind, f.no, NULL::uuid, f.text FROM trail.finding f
  UNION ALL
  SELECT r.at, 'station', r.kind, NULL, r.device, r.mine || E'\n' || r.theirs FROM trail.report r
  ORDER BY 1 DESC LIMIT 200;
END $$;

-- An event that is sealed: where, and what its leaf is made of.
CREATE FUNCTION trail.event(p_id bigint)
RETURNS TABLE (epoch bigint, n bigint, id bigint, at timestamptz, xid xid8, actor uuid, role text, site_id uuid, session uuid,
               device uuid, action text, outcome text, records uuid[], worker uuid, seq bigint, mac bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  IF app.role() IS DISTINCT FROM 'auditor' THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT l.epoch::bigint, l.n, e.id, e.at, e.xid, e.actor, e.role, e.site_id, e.session, e.device, e.action, e.outcome,
         e.records, e.worker, e.seq, e.mac
    FROM audit.event e JOIN trail.leaf l ON l.kind = 'e' AND l.no = e.id WHERE e.id = p_id;
END $$;

DO $$
DECLARE
  f text;
BEGIN
  GRANT CREATE ON SCHEMA trail TO casebridge_maint;
  FOREACH f IN ARRAY ARRAY['hold', 'evidence', 'state', 'holders', 'troubles', 'event'] LOOP
    EXECUTE format('ALTER FUNCTION trail.%s OWNER TO casebridge_maint', f);
    EXECUTE format('REVOKE ALL ON FUNCTION trail.%s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION trail.%s TO casebridge_app', f);
  END LOOP;
  REVOKE CREATE ON SCHEMA trail FROM casebridge_maint;
END $$;
