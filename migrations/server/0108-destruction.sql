-- 0108-destruction.sql - a case is destroyed: by two people, after a day, for good.
--
-- Why this shape: one asks, another person (an administrator) carries it out, as with
-- auth.request (0080), whose rule of who is a second person holds here too. What is the
-- case's own goes in one transaction and at once: every version of its records, its
-- letters and the people nobody else's case names, their files, what was parked, salvaged
-- or looked up by, and the typed rows; with them everybody's reach, so that every station
-- is told to purge before it gets anything else, and its receipt is waited for. It does not
-- wait for receipts itself: a station that never comes back would keep the case at the
-- centre for ever. What stays: the certificate, ids (on the trail, in manifests, with
-- receipts), the commits (hashes), and an entry somebody made in the register.
-- The log stays dense and linked, because commits are kept and versions of whole records
-- go; a commit of kind d carries the digest of what went. It stands among the decisions
-- that outlive a restore (0014), so an older backup that comes back loses it again, in the
-- transaction that begins the epoch. Nothing of a unit that is gone is taken in any more.
-- While the previous release runs: it serves what there is; nothing is destroyed by it.
-- Locks: none worth naming. Undo: none; migrations only go forward.

CREATE TABLE duty.proposal (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind       text NOT NULL CHECK (kind IN ('destroy', 'span')),
  case_id    uuid,
  site       uuid,
  ground     text CHECK (ground IN ('span', 'request')),
  span       text REFERENCES duty.span,
  years      integer CHECK (years BETWEEN 1 AND 100),
  made_by    uuid NOT NULL,
  made_name  text NOT NULL,
  at         timestamptz NOT NULL DEFAULT now(),
  due        timestamptz NOT NULL DEFAULT now() + interval '24 hours',
  decided_at timestamptz,
  decided_by uuid,
  outcome    text CHECK (outcome IN ('granted', 'refused', 'held', 'late')),
  CHECK ((kind = 'destroy') = (case_id IS NOT NULL AND site IS NOT NULL AND ground IS NOT NULL)),
  CHECK ((kind = 'span') = (span IS NOT NULL AND years IS NOT NULL)),
  CHECK ((decided_at IS NULL) = (outcome IS NULL)),
  CHECK (outcome IS DISTINCT FROM 'granted' OR decided_by IS NOT NULL AND decided_by <> made_by AND decided_at >= due)
);
CREATE UNIQUE INDEX proposal_case ON duty.proposal (case_id) WHERE decided_at IS NULL AND kind = 'destroy';
CREATE UNIQUE INDEX proposal_span ON duty.proposal (span) WHERE decided_at IS NULL AND kind = 'span';
COMMENT ON TABLE duty.proposal IS
  'What takes a second person. The database refuses a grant by who asked and before it is due, too.';

CREATE TABLE duty.certificate (
  id        uuid PRIMARY KEY,
  case_id   uuid NOT NULL UNIQUE,
  site      uuid NOT NULL,
  site_name text NOT NULL,
  ground    text NOT NULL CHECK (ground IN ('span', 'request')),
  span      text NOT NULL,
  until     date NOT NULL,
  made_by   uuid NOT NULL,
  made_name text NOT NULL,
  made_at   timestamptz NOT NULL,
  by        uuid NOT NULL,
  by_name   text NOT NULL,
  at        timestamptz NOT NULL,
  csn       bigint NOT NULL,
  records   bigint NOT NULL,
  versions  bigint NOT NULL,
  files     bigint NOT NULL,
  people    bigint NOT NULL,
  digest    bytea NOT NULL CHECK (length(digest) = 32),
  again     integer NOT NULL DEFAULT 0,
  again_at  timestamptz
);
CREATE INDEX certificate_at ON duty.certificate (at);
COMMENT ON TABLE duty.certificate IS
  'That a case was destroyed. digest: SHA-256 over record id, version and hash of every version that went, in order. again: how often a restored backup had it once more.';

CREATE TABLE duty.gone (
  unit        uuid PRIMARY KEY,
  certificate uuid NOT NULL REFERENCES duty.certificate
);
CREATE INDEX gone_certificate ON duty.gone (certificate);
COMMENT ON TABLE duty.gone IS 'Units that were destroyed. Nothing of them is taken in any more.';

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['proposal', 'certificate', 'gone'] LOOP
    EXECUTE format('ALTER TABLE duty.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE duty.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY room ON duty.%I TO casebridge_app USING (app.room() = ''auth'') WITH CHECK (app.room() = ''auth'')', t);
    EXECUTE format('CREATE POLICY maint ON duty.%I TO casebridge_maint USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON duty.%I TO casebridge_maint', t);
  END LOOP;
END $$;
GRANT SELECT, INSERT ON duty.proposal TO casebridge_app;
GRANT UPDATE (decided_at, decided_by, outcome) ON duty.proposal TO casebridge_app;
GRANT SELECT ON duty.certificate, duty.gone TO casebridge_app;
GRANT UPDATE ON duty.span, duty.hold, duty.release TO casebridge_maint;

-- A hold ends what was proposed.
CREATE FUNCTION duty.hold_stops() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  UPDATE duty.proposal p SET decided_at = now(), decided_by = NEW."by", outcome = 'held'
   WHERE p.case_id = NEW.case_id AND p.decided_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER stops AFTER INSERT ON duty.hold FOR EACH ROW EXECUTE FUNCTION duty.hold_stops();

-- ---- nothing of it is taken in any more ----------------------------------------------

CREATE OR REPLACE FUNCTION log.taken(p_ids uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT v.record_id FROM log.version v WHERE v.record_id = ANY (p_ids) AND v.version = 1
  UNION ALL
  SELECT g.unit FROM duty.gone g WHERE g.unit = ANY (p_ids);
END $$;

CREATE FUNCTION duty.names_gone(p_ids text[]) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM duty.gone g WHERE g.unit::text = ANY (p_ids));
END $$;
COMMENT ON FUNCTION duty.names_gone IS 'duty.gone is small, and asked of what is refused only.';

-- What a station sends too late is refused like everything that is not there; that it was
-- is kept, what it said is not.
CREATE FUNCTION duty.parked_gone() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF duty.names_gone(ARRAY[NEW.payload::json ->> 'case', NEW.payload::json ->> 'rec']) THEN
    NEW.payload := '{}';
    NEW.key_no := 0;
    NEW.accepts := '-';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER gone BEFORE INSERT ON log.parked FOR EACH ROW EXECUTE FUNCTION duty.parked_gone();

CREATE FUNCTION duty.salvage_gone() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF duty.names_gone(ARRAY[NEW.unit_id::text, NEW.case_id::text]) THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER gone BEFORE INSERT ON log.salvage FOR EACH ROW EXECUTE FUNCTION duty.salvage_gone();

-- ---- what goes ------------------------------------------------------------------------

-- The units that go with a case: itself, the letters about it, and of its people those no
-- other case and no group names, with the records they were found to be.
CREATE FUNCTION duty.units_of(p_case uuid) RETURNS TABLE (unit uuid, kind text, goes boolean)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  people uuid[];
  tied uuid[];
BEGIN
  people := ARRAY(SELECT access.same_person(ARRAY(
    SELECT c.person FROM rec."case" c WHERE c.id = p_case AND c.person IS NOT NULL
    UNION SELECT r.person FROM rec.relation r WHERE r.case_id = p_case AND r.person IS NOT NULL
    UNION SELECT r.subject FROM rec.relation r WHERE r.case_id = p_case AND r.subject IS NOT NULL)));
  tied := ARRAY(SELECT access.same_person(ARRAY(
    SELECT c.person FROM rec."case" c WHERE c.id <> p_case AND c.person = ANY (people)
    UNION SELECT r.person FROM rec.relation r WHERE r.case_id <> p_case AND r.person = ANY (people)
    UNION SELECT r.subject FROM rec.relation r WHERE r.case_id <> p_case AND r.subject = ANY (people)
    UNION SELECT m.person FROM rec.participant m WHERE m.person = ANY (people))));
  RETURN QUERY
  SELECT u.unit_id, 'case', true FROM log.unit u WHERE u.unit_id = p_case
  UNION ALL SELECT l.id, 'letter', true FROM rec.letter l WHERE l.case_id = p_case
  UNION ALL SELECT p, 'person', p <> ALL (tied) FROM unnest(people) p;
END $$;

-- Everything of the units of a case, in the caller's transaction. units: those that went.
CREATE FUNCTION duty.wipe(p_case uuid)
RETURNS TABLE (units uuid[], people bigint, records bigint, versions bigint, files bigint, digest bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  v_units uuid[];
  v_people uuid[];
  v_letters uuid[];
  v_records uuid[];
  v_files bytea[];
  v_dead bytea[];
  v_chunks uuid[];
  t text;
BEGIN
  -- Writers of a case lock its unit first; behind it nothing more can hang itself on.
  PERFORM 1 FROM log.unit u WHERE u.unit_id = p_case FOR UPDATE;
  SELECT array_agg(u.unit) FILTER (WHERE u.goes), array_agg(u.unit) FILTER (WHERE u.kind = 'person'),
         array_agg(u.unit) FILTER (WHERE u.kind = 'letter'), count(*) FILTER (WHERE u.goes AND u.kind = 'person')
    INTO v_units, v_people, v_letters, people FROM duty.units_of(p_case) u;
  PERFORM 1 FROM log.unit u WHERE u.unit_id = ANY (v_units) ORDER BY u.unit_id FOR UPDATE;
  v_records := ARRAY(SELECT v.record_id FROM log.version v WHERE v.unit_id = ANY (v_units) AND v.next_csn IS NULL);
  SELECT count(*), sha256(coalesce(string_agg(uuid_send(v.record_id) || int4send(v.version) || v.sha, ''::bytea
                                              ORDER BY v.record_id, v.version), ''::bytea))
    INTO versions, digest FROM log.version v WHERE v.record_id = ANY (v_records);

  -- Files nobody else sent for a record that stays; and what is on its way.
  v_files := ARRAY(SELECT DISTINCT u.sha256 FROM log.file_use u WHERE u.record_id = ANY (v_records));
  DELETE FROM log.file_use u WHERE u.record_id = ANY (v_records);
  WITH dead AS (DELETE FROM log.file f WHERE f.sha256 = ANY (v_files)
                   AND NOT EXISTS (SELECT 1 FROM log.file_use u WHERE u.sha256 = f.sha256) RETURNING f.sha256, f.chunks)
  SELECT array_agg(d.sha256), array_agg(d.chunks) INTO v_dead, v_chunks FROM dead d;
  WITH dead AS (DELETE FROM log.upload u WHERE u.record_id = ANY (v_records) RETURNING u.id)
  SELECT coalesce(v_chunks, '{}') || array_agg(d.id) INTO v_chunks FROM dead d
   WHERE NOT EXISTS (SELECT 1 FROM log.file f WHERE f.chunks = d.id);
  DELETE FROM log.file_chunk c WHERE c.chunks = ANY (v_chunks);

  FOR t IN SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'rec' AND c.relkind = 'r' ORDER BY c.relname = 'person', c.relname = 'case', c.relname LOOP
    EXECUTE format('DELETE FROM rec.%I x WHERE x.id = ANY ($1)', t) USING v_records;
  END LOOP;
  PERFORM access.refresh(ARRAY[p_case], coalesce(v_people, '{}'), coalesce(v_letters, '{}'), '{}');
  DELETE FROM log.version v WHERE v.record_id = ANY (v_records);
  DELETE FROM log.digest d WHERE d.unit_id = ANY (v_units);
  DELETE FROM log.summary s WHERE s.case_id = p_case;
  DELETE FROM log.look l WHERE l.record_id = ANY (v_records);
  DELETE FROM log.parked p WHERE ARRAY[p.payload::json ->> 'case', p.payload::json ->> 'rec'] && (v_units || v_records)::text[];
  DELETE FROM log.salvage_offer o USING log.salvage s WHERE s.id = o.salvage AND (s.unit_id = ANY (v_units) OR s.case_id = p_case);
  DELETE FROM log.salvage s WHERE s.unit_id = ANY (v_units) OR s.case_id = p_case;
  DELETE FROM access.match m WHERE m.person = ANY (v_units);
  UPDATE access.emergency g SET reason = '-', note = CASE WHEN g.note IS NOT NULL THEN '-' END WHERE g.case_id = p_case;
  UPDATE duty.release r SET reason = '-' FROM duty.hold h WHERE h.id = r.hold AND h.case_id = p_case;
  UPDATE duty.hold h SET reason = '-', reference = '-' WHERE h.case_id = p_case;
  units := v_units;
  records := cardinality(v_records);
  files := coalesce(cardinality(v_dead), 0);
  RETURN NEXT;
END $$;

-- The grant of a proposal by p_by. outcome: done, or why nothing was: not_found, decided,
-- not_second, early, held, kept (the span is not over any more, and nothing was granted).
CREATE FUNCTION duty.destroy(p_proposal uuid, p_by uuid)
RETURNS TABLE (outcome text, csn bigint, chain bytea, epoch bigint, case_id uuid, due timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  q duty.proposal;
  l record;
  w record;
  who text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('casebridge destroy', 0));
  SELECT * INTO q FROM duty.proposal p WHERE p.id = p_proposal AND p.kind = 'destroy' FOR UPDATE;
  case_id := q.case_id;
  due := q.due;
  SELECT * INTO l FROM duty.lapse(q.case_id);
  outcome := CASE WHEN q.id IS NULL THEN 'not_found'
                  WHEN q.decided_at IS NOT NULL OR q.due < now() - interval '7 days' THEN 'decided'
                  WHEN NOT auth.is_second(q.made_by, p_by) THEN 'not_second'
                  WHEN q.due > now() THEN 'early'
                  WHEN duty.is_held(q.case_id) THEN 'held'
                  WHEN duty.ground(l.until, l.law_until, l.request) IS NULL THEN 'kept' ELSE 'done' END;
  IF outcome <> 'done' THEN
    RETURN NEXT;
    RETURN;
  END IF;
  SELECT a.name INTO who FROM auth.account a WHERE a.staff = p_by;
  SELECT * INTO w FROM duty.wipe(q.case_id);
  UPDATE duty.proposal p SET decided_at = now(), decided_by = p_by, outcome = 'granted' WHERE p.id = q.id;
  PERFORM log.decide('destroyed', q.case_id, jsonb_build_object('certificate', q.id, 'site', l.site,
    'ground', duty.ground(l.until, l.law_until, l.request), 'span', l.span, 'until', l.until, 'made_by', q.made_by, 'made_at', q.at,
    'by', p_by, 'at', now(), 'csn', (SELECT h.csn + 1 FROM log.head h), 'records', w.records, 'versions', w.versions, 'files', w.files,
    'people', w.people, 'digest', encode(w.digest, 'hex'), 'units', w.units), true);
  SELECT s.csn, s.chain, s.epoch::bigint INTO csn, chain, epoch FROM log.seal(p_by, NULL, NULL, 'd', w.versions, w.digest) s;
  INSERT INTO duty.certificate (id, case_id, site, site_name, ground, span, until, made_by, made_name, made_at, by, by_name, at, csn,
                                records, versions, files, people, digest)
  VALUES (q.id, q.case_id, l.site, coalesce(l.site_name, '-'),
          duty.ground(l.until, l.law_until, l.request), l.span, l.until, q.made_by, q.made_name, q.at, p_by, coalesce(who, '-'), now(), csn,
          w.records, w.versions, w.files, w.people, w.digest);
  INSERT INTO duty.gone (unit, certificate) SELECT u, q.id FROM unnest(w.units) u;
  -- What is counted follows what moved (figures.catch_up).
  UPDATE log.unit u SET last_csn = csn WHERE u.unit_id = ANY (w.units);
  RETURN NEXT;
END $$;

-- A line of the file a restored log does not have any more: what it decided holds again.
CREATE FUNCTION duty.destroy_again() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  d jsonb := NEW.doc;
  room text := current_setting('app.room', true);
BEGIN
  PERFORM set_config('app.room', 'auth', true);
  IF EXISTS (SELECT 1 FROM rec."case" c WHERE c.id = NEW.about) THEN
    PERFORM duty.wipe(NEW.about);
    UPDATE figures.state SET sha = '', whole = false;
  END IF;
  INSERT INTO duty.certificate AS k (id, case_id, site, site_name, ground, span, until, made_by, made_name, made_at, by, by_name, at, csn,
                                     records, versions, files, people, digest, again, again_at)
  VALUES ((d ->> 'certificate')::uuid, NEW.about, (d ->> 'site')::uuid,
          coalesce((SELECT s.name FROM rec.site s WHERE s.id = (d ->> 'site')::uuid), '-'), d ->> 'ground', d ->> 'span', (d ->> 'until')::date,
          (d ->> 'made_by')::uuid, coalesce((SELECT a.name FROM auth.account a WHERE a.staff = (d ->> 'made_by')::uuid), '-'), (d ->> 'made_at')::timestamptz,
          (d ->> 'by')::uuid, coalesce((SELECT a.name FROM auth.account a WHERE a.staff = (d ->> 'by')::uuid), '-'), (d ->> 'at')::timestamptz,
          (d ->> 'csn')::bigint, (d ->> 'records')::bigint, (d ->> 'versions')::bigint, (d ->> 'files')::bigint, (d ->> 'people')::bigint,
          decode(d ->> 'digest', 'hex'), 1, now())
  ON CONFLICT (id) DO UPDATE SET again = k.again + 1, again_at = now();
  INSERT INTO duty.gone (unit, certificate)
  SELECT u::uuid, (d ->> 'certificate')::uuid FROM jsonb_array_elements_text(d -> 'units') u ON CONFLICT DO NOTHING;
  PERFORM set_config('app.room', coalesce(room, ''), true);
  RETURN NULL;
END $$;
CREATE TRIGGER destroy_again AFTER INSERT ON log.decision FOR EACH ROW
  WHEN (NEW.filed AND NEW.kind = 'destroyed') EXECUTE FUNCTION duty.destroy_again();

-- ---- who still holds it ------------------------------------------------------------------

-- Each store that held something of it: held (not told yet), asked, unknown (since a
-- restore), or purged, with the hash of its receipt.
CREATE FUNCTION duty.copies(p_certificate uuid)
RETURNS TABLE (replica uuid, device uuid, site uuid, site_name text, state text, at timestamptz, receipt text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT r.replica, r.device, r.site_id, s.name,
         CASE WHEN bool_or(m.state IN ('o', 'h')) THEN 'held' WHEN bool_or(m.state = 'p') THEN 'asked'
              WHEN bool_or(m.state = 'u') THEN 'unknown' ELSE 'purged' END,
         CASE WHEN bool_and(m.state = 'x') THEN max(m.purged_at) END,
         CASE WHEN bool_and(m.state = 'x')
              THEN encode(sha256(convert_to(string_agg(m.receipt, E'\n' ORDER BY m.unit_id), 'UTF8')), 'hex') END
    FROM duty.gone g
    JOIN log.manifest m ON m.unit_id = g.unit
    JOIN log.replica r ON r.replica = m.replica
    LEFT JOIN rec.site s ON s.id = r.site_id
   WHERE g.certificate = p_certificate AND (m.state IN ('o', 'h', 'p', 'u') OR m.receipt IS NOT NULL)
     AND NOT r.gone AND NOT log.is_superseded(r.replica)
   GROUP BY r.replica, r.device, r.site_id, s.name
   ORDER BY 5, 4, 1;
END $$;

-- A span is made longer by two administrators.
CREATE FUNCTION duty.lengthen(p_proposal uuid, p_by uuid) RETURNS TABLE (outcome text, due timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  q duty.proposal;
BEGIN
  SELECT * INTO q FROM duty.proposal p WHERE p.id = p_proposal AND p.kind = 'span' FOR UPDATE;
  due := q.due;
  outcome := CASE WHEN q.id IS NULL THEN 'not_found'
                  WHEN q.decided_at IS NOT NULL OR q.due < now() - interval '7 days' THEN 'decided'
                  WHEN NOT auth.is_second(q.made_by, p_by) THEN 'not_second'
                  WHEN q.due > now() THEN 'early' ELSE 'done' END;
  IF outcome = 'done' THEN
    UPDATE duty.span s SET years = q.years WHERE s.code = q.span;
    UPDATE duty.proposal p SET decided_at = now(), decided_by = p_by, outcome = 'granted' WHERE p.id = q.id;
  END IF;
  RETURN NEXT;
END $$;

DO $$
DECLARE
  f text;
BEGIN
  GRANT CREATE ON SCHEMA duty TO casebridge_maint;
  FOREACH f IN ARRAY ARRAY['hold_stops', 'names_gone', 'parked_gone', 'salvage_gone', 'units_of', 'wipe', 'destroy', 'destroy_again',
      'copies', 'lengthen'] LOOP
    EXECUTE format('ALTER FUNCTION duty.%I OWNER TO casebridge_maint', f);
    EXECUTE format('REVOKE ALL ON FUNCTION duty.%I FROM PUBLIC', f);
  END LOOP;
  REVOKE CREATE ON SCHEMA duty FROM casebridge_maint;
END $$;
GRANT EXECUTE ON FUNCTION duty.destroy, duty.copies, duty.lengthen TO casebridge_app;
GRANT EXECUTE ON FUNCTION auth.is_second TO casebridge_maint;
GRANT SELECT ON auth.request TO casebridge_maint;
GRANT SELECT, UPDATE ON figures.state TO casebridge_maint;
