-- 0015-salvage.sql - after a restore: what stations hold that the log lacks, and
-- copies that are compared instead of sent again.
--
-- Why this shape: a version nobody's journal brings back (its author's station
-- is gone) lives on in the copies of others. It is not put into the log by
-- itself, because a copy proves nothing: it waits, whole and with who offered it,
-- until a person decides. What a store holds is learnt from its digests; equal
-- units are held, and not sent again.
-- While the previous release runs: it does not know these.
-- Locks: none worth naming. Undo: none; migrations only go forward.

CREATE TABLE log.salvage (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  record_id  uuid NOT NULL,
  version    integer NOT NULL CHECK (version > 0),
  sha        bytea NOT NULL CHECK (length(sha) = 32),
  csn        bigint NOT NULL,
  unit_id    uuid NOT NULL,
  case_id    uuid,
  type       text NOT NULL,
  class      smallint NOT NULL,
  state      text NOT NULL,
  site_id    uuid,
  author     uuid,
  by         uuid,
  device     uuid,
  at         timestamptz NOT NULL,
  entered_at timestamptz NOT NULL,
  reason     text,
  body       text NOT NULL,
  epoch      integer NOT NULL,
  offered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  settled    text CHECK (settled IN ('reinstated', 'declined')),
  settled_at timestamptz,
  settled_by uuid,
  note       text,
  UNIQUE (record_id, version, sha)
);
CREATE INDEX salvage_open ON log.salvage (site_id) WHERE settled IS NULL;
COMMENT ON TABLE log.salvage IS
  'Versions stations hold and this log lacks since it was restored, as they were offered. csn: the number they say they had.';

CREATE TABLE log.salvage_offer (
  salvage uuid NOT NULL REFERENCES log.salvage,
  device  uuid NOT NULL,
  replica uuid NOT NULL,
  staff   uuid NOT NULL,
  site_id uuid NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (salvage, device)
);
CREATE INDEX salvage_offer_device ON log.salvage_offer (device);
COMMENT ON TABLE log.salvage_offer IS
  'Which station offered it, and who was signed in there. What two hold alike is more than what one says.';

-- ---- offers ---------------------------------------------------------------------

-- Of records with a hash each, those whose bytes the log does not have in any
-- version and nobody has offered yet. Who holds what was offered before is noted.
CREATE FUNCTION log.salvage_want(p_rec uuid[], p_sha bytea[]) RETURNS SETOF uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO log.salvage_offer (salvage, device, replica, staff, site_id)
  SELECT s.id, r.device, r.replica, r.staff, r.site_id
    FROM unnest(p_rec, p_sha) x (rec, sha)
    JOIN log.salvage s ON s.record_id = x.rec AND s.sha = x.sha AND s.settled IS NULL
   CROSS JOIN log.replica r
   WHERE r.replica = app.replica() AND r.staff = app.staff()
  ON CONFLICT DO NOTHING;
  RETURN QUERY
  SELECT DISTINCT x.rec FROM unnest(p_rec, p_sha) x (rec, sha)
   WHERE NOT EXISTS (SELECT 1 FROM log.version v WHERE v.record_id = x.rec AND v.sha = x.sha)
     AND NOT EXISTS (SELECT 1 FROM log.salvage s WHERE s.record_id = x.rec AND s.sha = x.sha);
END $$;

-- Parks versions; answers which are new. More than a station may offer is an
-- error, so that none can fill the disk.
CREATE FUNCTION log.salvage_put(
  p_rec uuid[], p_ver bigint[], p_sha bytea[], p_csn bigint[], p_unit uuid[], p_case uuid[], p_type text[],
  p_class bigint[], p_state text[], p_site uuid[], p_author uuid[], p_by uuid[], p_device uuid[],
  p_at timestamptz[], p_entered timestamptz[], p_reason text[], p_body text[], p_most bigint)
RETURNS SETOF uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  r log.replica;
  e log.epoch;
BEGIN
  SELECT * INTO e FROM log.epoch;
  IF e.confirmed_at IS NULL THEN
    RAISE EXCEPTION 'salvage: epoch % is not confirmed', e.epoch USING ERRCODE = 'CB001';
  END IF;
  SELECT * INTO r FROM log.replica x WHERE x.replica = app.replica() AND x.staff = app.staff();
  IF NOT FOUND OR (SELECT coalesce(sum(octet_length(s.body)), 0) FROM log.salvage_offer o JOIN log.salvage s ON s.id = o.salvage
        WHERE o.device = r.device AND s.settled IS NULL AND s.epoch = e.epoch) > p_most THEN
    RAISE EXCEPTION 'salvage: too much of one station' USING ERRCODE = 'CB002';
  END IF;
  RETURN QUERY
  WITH x AS (
    SELECT * FROM unnest(p_rec, p_ver, p_sha, p_csn, p_unit, p_case, p_type, p_class, p_state, p_site, p_author, p_by,
                         p_device, p_at, p_entered, p_reason, p_body)
      AS x (rec, ver, sha, csn, unit, case_id, type, class, state, site, author, by, device, at, entered, reason, body)),
  fresh AS (
    INSERT INTO log.salvage (record_id, version, sha, csn, unit_id, case_id, type, class, state, site_id, author, by,
                             device, at, entered_at, reason, body, epoch)
    SELECT x.rec, x.ver, x.sha, x.csn, x.unit, x.case_id, x.type, x.class, x.state, x.site, x.author, x.by, x.device,
           x.at, x.entered, x.reason, x.body, e.epoch
      FROM x
     WHERE NOT EXISTS (SELECT 1 FROM log.version v WHERE v.record_id = x.rec AND v.sha = x.sha)
    ON CONFLICT DO NOTHING
    RETURNING id, record_id),
  noted AS (
    INSERT INTO log.salvage_offer (salvage, device, replica, staff, site_id)
    SELECT f.id, r.device, r.replica, r.staff, r.site_id FROM fresh f
    UNION
    SELECT s.id, r.device, r.replica, r.staff, r.site_id
      FROM x JOIN log.salvage s ON s.record_id = x.rec AND s.version = x.ver AND s.sha = x.sha
    ON CONFLICT DO NOTHING)
  SELECT f.record_id FROM fresh f;
END $$;

-- ---- deciding -------------------------------------------------------------------

-- Who decides: of a site's records its supervisor, of the directory the system's
-- administrator, of a restricted record its author, because nobody else reads it.
CREATE FUNCTION log.salvage_is_mine(s log.salvage) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN s.class = 32 THEN s.author IS NOT DISTINCT FROM app.staff()
              WHEN s.unit_id = app.directory() THEN app.role() = 'system_admin'
              ELSE app.role() = 'supervisor' AND s.site_id = app.site() END
$$;

-- What waits for this reader, records others hang on first. What came back by
-- itself in the meantime is left out.
CREATE FUNCTION log.salvage_waiting(p_id uuid, p_limit bigint)
RETURNS TABLE (id uuid, record_id uuid, version integer, csn bigint, case_id uuid, type text, class smallint,
               state text, site_id uuid, author uuid, author_name text, by uuid, by_name text, at timestamptz,
               entered_at timestamptz, offered_at timestamptz, offers bigint, reason text, body text,
               now_version integer, now_state smallint, now_body text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT s.id, s.record_id, s.version, s.csn, s.case_id, s.type, s.class, s.state, s.site_id, s.author, a.name, s.by,
         b.name, s.at, s.entered_at, s.offered_at, o.n, s.reason, s.body, v.version, v.state, v.body
    FROM log.salvage s
   CROSS JOIN LATERAL (SELECT count(*) AS n FROM log.salvage_offer f WHERE f.salvage = s.id) o
    LEFT JOIN rec.staff a ON a.id = s.author
    LEFT JOIN rec.staff b ON b.id = s.by
    LEFT JOIN log.version v ON v.record_id = s.record_id AND v.next_csn IS NULL
   WHERE s.settled IS NULL AND (p_id IS NULL OR s.id = p_id)
     AND log.salvage_is_mine(s)
     AND NOT EXISTS (SELECT 1 FROM log.version w WHERE w.record_id = s.record_id AND w.sha = s.sha)
   ORDER BY s.type NOT IN ('person', 'case', 'group'), s.csn, s.record_id LIMIT p_limit;
END $$;

CREATE FUNCTION log.salvage_settle(p_id uuid, p_how text, p_note text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  UPDATE log.salvage s SET settled = p_how, settled_at = clock_timestamp(), settled_by = app.staff(), note = p_note
   WHERE s.id = p_id AND s.settled IS NULL
     AND log.salvage_is_mine(s);
  RETURN FOUND;
END $$;

-- ---- copies compared -------------------------------------------------------------

-- A store has said all it holds: what is equal is held from now on, what this
-- reader does not reach is known to be there, and its earlier selves are gone.
CREATE FUNCTION log.reconciled(p_equal uuid[], p_extra uuid[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  r log.replica;
  held bigint;
BEGIN
  SELECT * INTO r FROM log.replica x WHERE x.replica = app.replica() AND x.staff = app.staff();
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  WITH same AS (
    UPDATE log.manifest m SET state = 'h', gen = m.gen + 1
     WHERE m.replica = r.replica AND m.unit_id = ANY (p_equal) AND m.state IN ('q', 'o')
    RETURNING m.n, m.bytes),
  sums AS (SELECT count(*) AS units, coalesce(sum(n), 0) AS records, coalesce(sum(bytes), 0) AS bytes FROM same)
  UPDATE log.replica x
     SET wait_units = greatest(x.wait_units - s.units, 0), wait_records = greatest(x.wait_records - s.records, 0),
         wait_bytes = greatest(x.wait_bytes - s.bytes, 0)
    FROM sums s WHERE x.replica = r.replica RETURNING s.units INTO held;
  INSERT INTO log.manifest (replica, unit_id, state, gen, classes)
  SELECT r.replica, x, 'o', 1, 0 FROM unnest(p_extra) x ON CONFLICT DO NOTHING;
  IF FOUND THEN
    UPDATE log.replica x SET swept_csn = NULL WHERE x.replica = r.replica;
  END IF;
  UPDATE log.replica x SET gone = true
   WHERE x.store = r.store AND x.staff = r.staff AND x.device = r.device AND x.epoch < r.epoch AND NOT x.gone;
  UPDATE log.manifest m SET state = 'x' FROM log.replica x
   WHERE x.store = r.store AND x.staff = r.staff AND x.device = r.device AND x.gone
     AND m.replica = x.replica AND m.state = 'u';
  RETURN held;
END $$;

-- ---- decisions back into their records ---------------------------------------------

-- What a restore brought back (0014) and a record does not say yet, where the
-- record is there and nobody tried: to be entered as whoever decided it, at the
-- door of the case's home.
CREATE FUNCTION log.decisions_owed()
RETURNS TABLE (id uuid, kind text, about uuid, by uuid, at timestamptz, ends text, case_id uuid, home_site uuid, body text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT d.id, d.kind, d.about, d.by, d.at, d.doc ->> 'to', v.case_id, c.home_site, v.body
    FROM log.decision d
    JOIN log.version v ON v.record_id = d.about AND v.next_csn IS NULL
    JOIN rec."case" c ON c.id = v.case_id
   WHERE d.owed AND d.by IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM log.change_result r WHERE r.change_id = d.id)
   ORDER BY d.no LIMIT 100;
END $$;

DO $$
DECLARE
  t text;
  f text;
BEGIN
  FOREACH t IN ARRAY ARRAY['salvage', 'salvage_offer'] LOOP
    EXECUTE format('ALTER TABLE log.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE log.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY maint ON log.%I TO casebridge_maint USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON log.%I TO casebridge_maint', t);
  END LOOP;
  GRANT CREATE ON SCHEMA log TO casebridge_maint;
  FOREACH f IN ARRAY ARRAY['salvage_want', 'salvage_put', 'salvage_is_mine', 'salvage_waiting', 'salvage_settle', 'reconciled',
      'decisions_owed'] LOOP
    EXECUTE format('ALTER FUNCTION log.%s OWNER TO casebridge_maint', f);
  END LOOP;
  REVOKE CREATE ON SCHEMA log FROM casebridge_maint;
END $$;
GRANT EXECUTE ON FUNCTION log.salvage_want, log.salvage_put, log.salvage_waiting, log.salvage_settle, log.reconciled,
  log.decisions_owed
  TO casebridge_app;
COMMENT ON TABLE log.commit IS
  'One row a transaction that changed something, dense, in commit order. kind: c changes, r receipts, e epoch, s salvage.';
