-- 0003-access.sql - the second wall: forced row-level security, and the few
-- functions that may look past it.
--
-- Why: the access room decides first, in C; if it were switched off, these
-- policies alone still give a reader nothing outside the reach. The functions
-- below run as casebridge_maint, touch only what their names say and take no
-- text that becomes SQL. They are plpgsql where an SQL function would be planned
-- anew at every call: one with another owner cannot become part of its caller.
-- While the previous release runs: this is the first. Undo: none.

-- The key under which the reader reaches units: the site, or for those who see
-- only their care groups, the member of staff. NULL: the directory only.
CREATE FUNCTION app.key() RETURNS uuid LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN CASE (SELECT r.reach FROM access.role r WHERE r.role = app.role())
         WHEN 'site' THEN app.site() WHEN 'member' THEN app.staff() END;
END $$;
COMMENT ON FUNCTION app.key IS
  'In plpgsql, because every policy asks and an SQL function with a query in it is planned anew each time.';

CREATE FUNCTION access.visible() RETURNS TABLE (unit_id uuid, classes integer)
LANGUAGE sql STABLE AS $$
  SELECT r.unit_id, bit_or(r.classes)
    FROM access.reach r
   WHERE r.key = (SELECT app.key())
     AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())
   GROUP BY r.unit_id
  UNION ALL
  SELECT app.directory(), 1 WHERE app.staff() IS NOT NULL
$$;
COMMENT ON FUNCTION access.visible IS
  'Every unit this reader may see now, with the mask of classes.';

-- ---- what follows from cases, members and consents --------------------------

CREATE FUNCTION access.mask(p_classes text[]) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
  SELECT 1 | coalesce(bit_or(CASE c WHEN 'identity' THEN 2
    WHEN 'assessment' THEN 4 WHEN 'plan' THEN 8 WHEN 'note' THEN 48 ELSE 1 END), 0)
    FROM unnest(p_classes) c
$$;
COMMENT ON FUNCTION access.mask IS
  'core always; note brings restricted, whose records check their readers one by one.';

-- Member periods crossed with what makes them lawful at that site: the home
-- site needs nothing more; elsewhere a consent to sharing, or a legal basis and
-- the reason for it, must cover the site: leave to photograph opens no record. A period ends when its last day begins: ending today ends now.
CREATE FUNCTION access.case_reach(p_cases uuid[])
RETURNS TABLE (key uuid, unit_id uuid, classes integer, from_at timestamptz, to_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT c.home_site, c.id, 63, '-infinity'::timestamptz, NULL::timestamptz
    FROM rec."case" c WHERE c.id = ANY (p_cases) AND c.rec_state <> 'retracted'
  UNION ALL
  SELECT k.key, m.case_id, 63, app.day_start(m."from"), app.day_start(m."to")
    FROM rec.member m
    JOIN rec."case" c ON c.id = m.case_id
    CROSS JOIN LATERAL (VALUES (m.site), (m.staff)) k (key)
   WHERE m.case_id = ANY (p_cases) AND m.rec_state <> 'retracted'
     AND m.site = c.home_site AND k.key IS NOT NULL AND m.staff IS NOT NULL
     AND (k.key <> c.home_site OR c.rec_state = 'retracted') -- else the first line says it
  UNION ALL
  SELECT k.key, m.case_id, access.mask(s.classes),
         greatest(app.day_start(m."from"), app.day_start(s."from")),
         least(app.day_start(m."to"), app.day_start(s."to"), app.day_start(s.withdrawn))
    FROM rec.member m
    JOIN rec."case" c ON c.id = m.case_id
    JOIN rec.consent s ON s.case_id = m.case_id AND s.rec_state <> 'retracted'
                      AND m.site = ANY (s.sites) AND s.purpose IN ('sharing', 'referral')
                      AND (coalesce(s.basis, 'consent') = 'consent' OR s.basis_reason IS NOT NULL)
    CROSS JOIN LATERAL (VALUES (m.site), (m.staff)) k (key)
   WHERE m.case_id = ANY (p_cases) AND m.rec_state <> 'retracted'
     AND m.site <> c.home_site AND k.key IS NOT NULL AND m.staff IS NOT NULL
$$;

-- A person is shared wherever one of their cases is; a person without a case
-- belongs to the site that wrote them down.
CREATE FUNCTION access.person_reach(p_persons uuid[])
RETURNS TABLE (key uuid, unit_id uuid, classes integer, from_at timestamptz, to_at timestamptz)
LANGUAGE sql STABLE AS $$
  WITH tie AS (
    SELECT c.person, c.id AS case_id FROM rec."case" c WHERE c.person = ANY (p_persons)
    UNION SELECT r.person, r.case_id FROM rec.relation r WHERE r.person = ANY (p_persons)
    UNION SELECT r.subject, r.case_id FROM rec.relation r WHERE r.subject = ANY (p_persons))
  SELECT DISTINCT a.key, t.person, 63, a.from_at, a.to_at
    FROM tie t JOIN access.reach a ON a.unit_id = t.case_id
   WHERE a.classes & 2 <> 0
  UNION ALL
  SELECT p.site_id, p.id, 63, '-infinity', NULL
    FROM rec.person p
   WHERE p.id = ANY (p_persons) AND NOT EXISTS (SELECT 1 FROM tie t WHERE t.person = p.id)
$$;

CREATE FUNCTION access.refresh(p_cases uuid[], p_persons uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  persons uuid[];
BEGIN
  IF cardinality(p_cases) > 0 THEN
    -- The new rows copy the line's date: whoever folds it now does so again.
    UPDATE log.summary s SET dirty = true
      FROM (SELECT x.case_id FROM log.summary x WHERE x.case_id = ANY (p_cases)
             ORDER BY x.case_id FOR UPDATE) l
     WHERE s.case_id = l.case_id;
    DELETE FROM access.reach WHERE unit_id = ANY (p_cases);
    INSERT INTO access.reach (key, unit_id, classes, from_at, to_at)
    SELECT * FROM access.case_reach(p_cases) r
     WHERE r.to_at IS NULL OR r.to_at > r.from_at;
  END IF;
  SELECT array_agg(DISTINCT p) INTO persons FROM (
    SELECT unnest(p_persons) AS p
    UNION SELECT c.person FROM rec."case" c WHERE c.id = ANY (p_cases)
    UNION SELECT r.person FROM rec.relation r
           WHERE r.case_id = ANY (p_cases) AND r.person IS NOT NULL
    UNION SELECT r.subject FROM rec.relation r
           WHERE r.case_id = ANY (p_cases)) x;
  IF cardinality(persons) > 0 THEN
    DELETE FROM access.reach WHERE unit_id = ANY (persons);
    INSERT INTO access.reach (key, unit_id, classes, from_at, to_at)
    SELECT * FROM access.person_reach(persons);
  END IF;
END $$;
COMMENT ON FUNCTION access.refresh IS
  'Recomputes who reaches these cases and persons, from the typed tables as they stand in this transaction.';

CREATE INDEX reach_from ON access.reach (key, from_at) WHERE from_at > '-infinity';
CREATE INDEX reach_to ON access.reach (key, to_at) WHERE to_at IS NOT NULL;

-- The daemon's transactions tell of it by their number (log.seal). Whoever
-- repairs the table by hand has none: then every replica is compared anew.
CREATE FUNCTION access.reach_moved() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM set_config('app.moved', 'yes', true);
  IF app.room() IS NULL THEN
    UPDATE log.replica SET swept_csn = NULL WHERE swept_csn IS NOT NULL;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER moved AFTER INSERT OR DELETE OR TRUNCATE
  OR UPDATE OF key, unit_id, classes, from_at, to_at ON access.reach
  FOR EACH STATEMENT EXECUTE FUNCTION access.reach_moved();

CREATE FUNCTION access.reach_due() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  NEW.due := (SELECT coalesce(CASE WHEN NEW.classes & 31 = 31 THEN s.next_due END, 'infinity')
                FROM log.summary s WHERE s.case_id = NEW.unit_id AND s.line IS NOT NULL);
  RETURN NEW;
END $$;
CREATE TRIGGER due BEFORE INSERT OR UPDATE OF unit_id, classes ON access.reach
  FOR EACH ROW EXECUTE FUNCTION access.reach_due();

-- ---- what a replica is to be told ----------------------------------------------

-- Compares the manifest of the asking reader's replica with everything this
-- reader reaches now, and writes down what follows: newly reached or in other
-- classes: to be offered; out of reach: to be purged. Afterwards the manifest
-- says exactly what may be held, so that nothing else has to be compared.
--
-- Comparing reads the whole caseload, so it is left out when nothing can have
-- moved since the last time: no commit that touched the reach, no date that
-- passed, the same key. All of it is looked at in this snapshot, for every page.
CREATE FUNCTION log.sweep(p_replica uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  r log.replica;
  k uuid := app.key();
BEGIN
  SELECT * INTO r FROM log.replica x WHERE x.replica = p_replica AND x.staff = app.staff();
  IF NOT FOUND OR p_replica IS DISTINCT FROM app.replica() THEN
    RETURN false;
  END IF;
  IF r.swept_csn IS NOT NULL AND r.swept_key IS NOT DISTINCT FROM k AND r.swept_at <= now()
     AND NOT EXISTS (SELECT 1 FROM log.commit c WHERE c.moved AND c.csn > r.swept_csn)
     AND NOT EXISTS (SELECT 1 FROM access.reach a WHERE a.key = k
                       AND a.from_at > r.swept_at AND a.from_at <= now() AND a.from_at > '-infinity')
     AND NOT EXISTS (SELECT 1 FROM access.reach a WHERE a.key = k
                       AND a.to_at > r.swept_at AND a.to_at <= now()) THEN
    RETURN false;
  END IF;

  WITH seen AS MATERIALIZED (SELECT * FROM access.visible()),
  held AS MATERIALIZED (SELECT m.unit_id, m.state, m.classes FROM log.manifest m WHERE m.replica = p_replica)
  UPDATE log.manifest m
     SET state = CASE m.state WHEN 'q' THEN 'x'::"char" ELSE 'p' END, asked_at = clock_timestamp(),
         purge_id = CASE m.state WHEN 'q' THEN NULL ELSE gen_random_uuid() END
    FROM held h
   WHERE h.state IN ('q', 'o', 'h') AND m.replica = p_replica AND m.unit_id = h.unit_id
     AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.unit_id = h.unit_id);

  WITH seen AS MATERIALIZED (SELECT * FROM access.visible()),
  held AS MATERIALIZED (SELECT m.unit_id, m.state, m.classes FROM log.manifest m WHERE m.replica = p_replica),
  come AS MATERIALIZED (
    SELECT s.unit_id, s.classes FROM seen s LEFT JOIN held h ON h.unit_id = s.unit_id
     WHERE h.unit_id IS NULL OR h.state IN ('p', 'x') OR h.classes <> s.classes),
  size AS (
    SELECT c.unit_id, sum(d.n) AS n, sum(d.bytes) AS bytes
      FROM come c JOIN log.digest d ON d.unit_id = c.unit_id AND d.class & c.classes <> 0
     GROUP BY c.unit_id)
  INSERT INTO log.manifest AS m (replica, unit_id, state, gen, classes, rank, due, n, bytes)
  SELECT p_replica, c.unit_id, 'q', 0, c.classes,
         CASE u.kind WHEN 'directory' THEN 0 WHEN 'person' THEN 1 ELSE 2 END,
         coalesce(s.next_due, 'infinity'), coalesce(z.n, 0), coalesce(z.bytes, 0)
    FROM come c
    JOIN log.unit u ON u.unit_id = c.unit_id
    LEFT JOIN size z ON z.unit_id = c.unit_id
    LEFT JOIN log.summary s ON s.case_id = c.unit_id
  ON CONFLICT (replica, unit_id) DO UPDATE
    SET state = CASE WHEN m.state IN ('q', 'x') THEN 'q'::"char" ELSE 'o' END,
        gen = CASE WHEN m.state IN ('q', 'x') THEN m.gen ELSE m.gen + 1 END,
        classes = EXCLUDED.classes, rank = EXCLUDED.rank, due = EXCLUDED.due,
        n = EXCLUDED.n, bytes = EXCLUDED.bytes,
        purge_id = CASE WHEN m.state = 'x' THEN m.purge_id END,
        receipt = CASE WHEN m.state = 'x' THEN m.receipt END;

  UPDATE log.replica x
     SET swept_csn = (SELECT h.csn FROM log.head h), swept_at = now(), swept_key = k, digest = NULL,
         wait_units = w.units, wait_records = w.records, wait_bytes = w.bytes
    FROM (SELECT count(*) AS units, coalesce(sum(m.n), 0) AS records, coalesce(sum(m.bytes), 0) AS bytes
            FROM log.manifest m WHERE m.replica = p_replica AND m.state IN ('q', 'o')) w
   WHERE x.replica = p_replica;
  RETURN true;
END $$;

-- The digest of everything the reader should hold (proto/digest.h), unit by
-- unit. Restricted records differ by reader, so their class is hashed here.
CREATE FUNCTION log.unit_digests() RETURNS TABLE (unit_id uuid, n bigint, digest bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH seen AS MATERIALIZED (SELECT v.unit_id, v.classes FROM access.visible() v),
  own AS (
    SELECT v.unit_id, count(*) AS n,
           sha256(string_agg(uuid_send(v.record_id) || int4send(v.version) || v.sha, ''::bytea
                             ORDER BY v.record_id)) AS digest
      FROM log.version v JOIN seen s ON s.unit_id = v.unit_id AND s.classes & 32 <> 0
     WHERE v.class = 32 AND v.next_csn IS NULL
       AND (v.author = app.staff() OR app.staff() = ANY (v.readers))
     GROUP BY v.unit_id),
  cls AS (
    SELECT d.unit_id, d.class, d.n, d.digest
      FROM seen s JOIN log.digest d ON d.unit_id = s.unit_id AND d.class & s.classes <> 0
     WHERE d.class <> 32 AND d.n > 0
    UNION ALL SELECT o.unit_id, 32, o.n, o.digest FROM own o)
  SELECT s.unit_id, coalesce(sum(c.n), 0)::bigint,
         sha256(coalesce(string_agg(set_byte('\x00'::bytea, 0, c.class) || c.digest, ''::bytea
                                    ORDER BY c.class), ''::bytea))
    FROM seen s LEFT JOIN cls c ON c.unit_id = s.unit_id
   GROUP BY s.unit_id;
END $$;

-- The newest versions of units after a commit each, as far as the asking reader
-- may see them now; place is the unit's in the list. The same rule as the policy
-- on log.version, looked up once a unit instead of once a row: a page of the
-- feed is a thousand rows of twenty units. In plpgsql because its plan is kept.
CREATE FUNCTION log.unit_rows(p_units uuid[], p_since bigint[])
RETURNS TABLE (place bigint, record_id uuid, version integer, csn bigint, ord integer, case_id uuid,
               type smallint, class smallint, state smallint, site_id uuid, author uuid, by uuid, device uuid,
               at timestamptz, entered_at timestamptz, reason text, sha bytea, body text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog ROWS 1000 AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT p.ord, v.record_id, v.version, v.csn, v.ord, v.case_id, v.type, v.class, v.state, v.site_id, v.author,
         v.by, v.device, v.at, v.entered_at, v.reason, v.sha, v.body
    FROM unnest(p_units, p_since) WITH ORDINALITY p (unit_id, since, ord)
   CROSS JOIN LATERAL (
          SELECT bit_or(r.classes) AS classes FROM access.reach r
           WHERE r.key = (SELECT app.key()) AND r.unit_id = p.unit_id
             AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())
          UNION ALL
          SELECT 1 WHERE p.unit_id = app.directory()) a
    JOIN log.version v ON v.unit_id = p.unit_id AND v.next_csn IS NULL AND v.csn > p.since
                      AND v.class & a.classes <> 0
   WHERE (SELECT app.staff()) IS NOT NULL
     AND (v.class <> 32 OR v.author = (SELECT app.staff()) OR (SELECT app.staff()) = ANY (v.readers));
END $$;


-- ---- kept with every write ---------------------------------------------------

CREATE FUNCTION log.digest_put(
  p_rec uuid[], p_unit uuid[], p_ver bigint[], p_class bigint[], p_sha bytea[],
  p_bytes bigint[], p_old_unit uuid[], p_old_class bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  WITH fresh AS MATERIALIZED (
    SELECT * FROM unnest(p_rec, p_unit, p_ver, p_class, p_sha, p_bytes)
      AS f (rec, unit_id, ver, class, sha, bytes)),
  touched AS (
    SELECT unit_id, class::smallint AS class FROM fresh
    UNION SELECT u, c::smallint FROM unnest(p_old_unit, p_old_class) o (u, c)),
  leaf AS (
    SELECT v.unit_id, v.class, v.record_id, v.version, v.sha, octet_length(v.body)::bigint AS bytes
      FROM touched t
      JOIN log.version v ON v.unit_id = t.unit_id AND v.class = t.class AND v.next_csn IS NULL
     WHERE v.record_id NOT IN (SELECT f.rec FROM fresh f) -- one hash table, however many
    UNION ALL
    SELECT unit_id, class::smallint, rec, ver::integer, sha, bytes FROM fresh)
  INSERT INTO log.digest AS d (unit_id, class, n, bytes, digest)
  SELECT t.unit_id, t.class, count(l.record_id), coalesce(sum(l.bytes), 0),
         sha256(coalesce(string_agg(uuid_send(l.record_id) || int4send(l.version) || l.sha,
                                    ''::bytea ORDER BY l.record_id), ''::bytea))
    FROM touched t LEFT JOIN leaf l ON l.unit_id = t.unit_id AND l.class = t.class
   GROUP BY t.unit_id, t.class
  ON CONFLICT (unit_id, class) DO UPDATE
    SET n = EXCLUDED.n, bytes = EXCLUDED.bytes, digest = EXCLUDED.digest;
END $$;

-- True for ids that are taken, visible or not: a create must not meet one.
CREATE FUNCTION log.taken(p_ids uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT v.record_id FROM log.version v WHERE v.record_id = ANY (p_ids) AND v.version = 1;
END $$;

-- A view, not a function: it becomes part of the statement that asks.
CREATE VIEW log.head AS
  SELECT coalesce(k.csn, 0) AS csn, coalesce(k.chain, ''::bytea) AS chain, e.epoch
    FROM log.epoch e
    LEFT JOIN LATERAL (SELECT c.csn, c.chain FROM log.commit c ORDER BY c.csn DESC LIMIT 1) k ON true;
COMMENT ON VIEW log.head IS 'The newest commit: number, chain, epoch.';
CREATE VIEW log.chain AS SELECT c.csn, c.chain FROM log.commit c;
COMMENT ON VIEW log.chain IS 'What a replica must be able to show of a commit it has seen.';

-- The guard of every request of a replica (reference: sync specification §2.3).
CREATE FUNCTION log.guard(p_replica uuid, p_device uuid, p_req bigint, p_sha bytea,
                          p_epoch bigint, p_csn bigint, p_chain text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog AS $$
DECLARE
  r log.replica;
  h record;
BEGIN
  SELECT * INTO h FROM log.head;
  IF p_epoch IS NOT NULL AND (p_epoch <> h.epoch OR p_csn > h.csn OR (p_csn > 0 AND
     p_chain IS DISTINCT FROM left(encode((SELECT k.chain FROM log.chain k WHERE k.csn = p_csn), 'hex'), 16))) THEN
    RETURN 'epoch';
  END IF;
  SELECT * INTO r FROM log.replica x WHERE x.replica = p_replica FOR UPDATE;
  IF NOT FOUND OR r.device <> p_device THEN
    RETURN 'unknown_replica';
  ELSIF r.epoch <> h.epoch THEN
    RETURN 'epoch';
  ELSIF p_req < r.last_req THEN
    RETURN 'stale';
  ELSIF p_req = r.last_req AND p_sha <> r.last_sha THEN
    RETURN 'forked';
  END IF;
  UPDATE log.replica x SET last_req = p_req, last_sha = p_sha, last_seen = clock_timestamp(),
         seen_csn = greatest(x.seen_csn, coalesce(p_csn, 0)) WHERE x.replica = p_replica;
  RETURN 'ok';
END $$;

-- ---- the line of each case -----------------------------------------------------

CREATE TABLE log.summary (
  case_id    uuid PRIMARY KEY,
  dirty      boolean NOT NULL DEFAULT true,
  line       text,
  number     text,
  name       text,
  pinyin     text,
  initials   text,
  programme  text,
  phase      text,
  manager    uuid,
  next_due   date,
  danger     integer,
  opened     date
) WITH (fillfactor = 80);
CREATE INDEX summary_dirty ON log.summary (case_id) WHERE dirty;
COMMENT ON TABLE log.summary IS
  'proto/summary''s line per case. A write marks it dirty; whoever reads first, or the writer after its reply, folds it anew.';

CREATE FUNCTION log.summary_dirty(p_cases uuid[], p_persons uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO log.summary AS s (case_id)
  SELECT x FROM (SELECT unnest(p_cases) AS x
    UNION SELECT c.id FROM rec."case" c WHERE c.person = ANY (p_persons)) y
  ORDER BY x
  ON CONFLICT (case_id) DO UPDATE SET dirty = true WHERE NOT s.dirty;
END $$;


CREATE FUNCTION access.writes(p_type text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM access.may m JOIN access.type_no t ON t.no = m.type
                  WHERE m.role = app.role() AND t.name = p_type AND m.verb IN ('create', 'patch'))
$$;

-- ---- row-level security, forced, on every table ---------------------------------

DO $$
DECLARE
  t record;
BEGIN
  FOR t IN SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('log', 'access', 'rec', 'audit') AND c.relkind = 'r' LOOP
    EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', t.nspname, t.relname);
    EXECUTE format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', t.nspname, t.relname);
    EXECUTE format('CREATE POLICY maint ON %I.%I TO casebridge_maint USING (true) WITH CHECK (true)',
                   t.nspname, t.relname);
  END LOOP;
  -- Typed tables: the case (or, for a person, the person) must be reached; a
  -- case or person just made in this transaction belongs to the own site.
  FOR t IN SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'rec' AND c.relkind = 'r' LOOP
    IF t.relname IN ('district', 'site', 'staff') THEN
      EXECUTE format('CREATE POLICY read ON rec.%I FOR SELECT TO casebridge_app USING (app.staff() IS NOT NULL)', t.relname);
      EXECUTE format('CREATE POLICY write ON rec.%I TO casebridge_app USING (access.writes(%L)) WITH CHECK (access.writes(%L))', t.relname, t.relname, t.relname);
    ELSIF t.relname = 'case' THEN
      CREATE POLICY reach ON rec."case" TO casebridge_app
        USING (EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = "case".id AND r.key = (SELECT app.key()) AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())) OR home_site = (SELECT app.key()))
        WITH CHECK (EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = "case".id AND r.key = (SELECT app.key()) AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())) OR home_site = (SELECT app.key()));
    ELSIF t.relname = 'person' THEN
      CREATE POLICY reach ON rec.person TO casebridge_app
        USING (EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = person.id AND r.key = (SELECT app.key()) AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())) OR site_id = (SELECT app.key()))
        WITH CHECK (EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = person.id AND r.key = (SELECT app.key()) AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())) OR site_id = (SELECT app.key()));
    ELSIF t.relname = 'conflict' THEN
      CREATE POLICY reach ON rec.conflict TO casebridge_app
        USING (case_id IS NULL OR EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = conflict.case_id AND r.key = (SELECT app.key()) AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now()))) WITH CHECK (case_id IS NULL OR EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = conflict.case_id AND r.key = (SELECT app.key()) AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())));
    ELSE
      EXECUTE format('CREATE POLICY reach ON rec.%I TO casebridge_app
        USING (EXISTS (SELECT 1 FROM rec."case" c WHERE c.id = %I.case_id))
        WITH CHECK (EXISTS (SELECT 1 FROM rec."case" c WHERE c.id = %I.case_id))',
        t.relname, t.relname, t.relname);
    END IF;
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON rec.%I TO casebridge_app', t.relname);
  END LOOP;
END $$;

-- Versions. The first EXISTS has nothing but equality inside, so a long read
-- turns it into one hash table; only readers with part of the classes reach
-- the second.
CREATE POLICY read ON log.version FOR SELECT TO casebridge_app USING (
  (unit_id = app.directory() AND (SELECT app.staff()) IS NOT NULL
   OR EXISTS (SELECT 1 FROM access.reach r
               WHERE r.unit_id = version.unit_id AND r.key = (SELECT app.key()) AND r.whole
                 AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now()))
   OR EXISTS (SELECT 1 FROM access.reach r
               WHERE r.unit_id = version.unit_id AND r.key = (SELECT app.key())
                 AND r.classes & version.class <> 0
                 AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())))
  AND (class <> 32 OR author = (SELECT app.staff()) OR (SELECT app.staff()) = ANY (readers)));
CREATE POLICY add ON log.version FOR INSERT TO casebridge_app WITH CHECK (
  by = (SELECT app.staff()) AND csn = (SELECT app.csn())
  AND (unit_id = app.directory() OR EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = version.unit_id AND r.key = (SELECT app.key()) AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now()))));
CREATE INDEX version_restricted ON log.version (unit_id) WHERE class = 32 AND next_csn IS NULL;
CREATE POLICY supersede ON log.version FOR UPDATE TO casebridge_app
  USING (next_csn IS NULL) WITH CHECK (next_csn = (SELECT app.csn()));
GRANT SELECT, INSERT ON log.version TO casebridge_app;
GRANT UPDATE (next_csn) ON log.version TO casebridge_app;

CREATE POLICY read ON log.unit FOR SELECT TO casebridge_app
  USING (unit_id = app.directory() OR EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = unit.unit_id AND r.key = (SELECT app.key()) AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())) OR site_id = (SELECT app.key()));
CREATE POLICY add ON log.unit FOR INSERT TO casebridge_app
  WITH CHECK (site_id = (SELECT app.site()) AND kind <> 'directory');
CREATE POLICY touch ON log.unit FOR UPDATE TO casebridge_app
  USING (unit_id = app.directory() OR EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = unit.unit_id AND r.key = (SELECT app.key()) AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())) OR site_id = (SELECT app.key()));
GRANT SELECT, INSERT ON log.unit TO casebridge_app;
GRANT UPDATE (last_csn) ON log.unit TO casebridge_app;

CREATE POLICY read ON log.digest FOR SELECT TO casebridge_app
  USING (unit_id = app.directory() OR EXISTS (SELECT 1 FROM access.reach r
     WHERE r.unit_id = digest.unit_id AND r.key = (SELECT app.key())));
GRANT SELECT ON log.digest TO casebridge_app;

CREATE POLICY own ON log.change_result TO casebridge_app
  USING (app.staff() IS NOT NULL) WITH CHECK (actor = (SELECT app.staff()) AND csn = (SELECT app.csn()));
GRANT SELECT, INSERT ON log.change_result TO casebridge_app;
CREATE POLICY own ON log.parked TO casebridge_app
  USING (actor = (SELECT app.staff()) OR site_id = (SELECT app.site()))
  WITH CHECK (actor = (SELECT app.staff()) AND csn = (SELECT app.csn()));
GRANT SELECT, INSERT ON log.parked TO casebridge_app;

CREATE POLICY own ON log.replica TO casebridge_app
  USING (staff = (SELECT app.staff())) WITH CHECK (staff = (SELECT app.staff()));
GRANT SELECT, INSERT, UPDATE ON log.replica TO casebridge_app;
CREATE POLICY own ON log.manifest TO casebridge_app
  USING (replica = (SELECT app.replica())) WITH CHECK (replica = (SELECT app.replica()));
GRANT SELECT, INSERT, UPDATE ON log.manifest TO casebridge_app;

CREATE POLICY read ON log.summary FOR SELECT TO casebridge_app USING (
  EXISTS (SELECT 1 FROM access.reach r
           WHERE r.unit_id = summary.case_id AND r.key = (SELECT app.key())
             AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())));
GRANT SELECT ON log.summary TO casebridge_app;

CREATE POLICY own ON access.reach FOR SELECT TO casebridge_app USING (key = (SELECT app.key()));
GRANT SELECT ON access.reach TO casebridge_app;
CREATE POLICY read ON access.role FOR SELECT TO casebridge_app USING (true);
CREATE POLICY read ON access.may FOR SELECT TO casebridge_app USING (true);
CREATE POLICY read ON access.type_no FOR SELECT TO casebridge_app USING (true);
CREATE POLICY read ON log.epoch FOR SELECT TO casebridge_app USING (true);
GRANT SELECT ON access.role, access.may, access.type_no, log.epoch TO casebridge_app;

CREATE POLICY add ON audit.event FOR INSERT TO casebridge_app WITH CHECK (true);
GRANT INSERT ON audit.event TO casebridge_app;

-- ---- the summary room's two statements look at a case as a whole ------------------
-- A line is one for all readers (it leaves restricted records out), so it is
-- folded from all the case's records, whoever asks.

CREATE FUNCTION log.summary_records(p_cases uuid[])
RETURNS TABLE (case_id uuid, record_id uuid, type smallint, class smallint,
               state smallint, version integer, at timestamptz, body text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT v.unit_id, v.record_id, v.type, v.class, v.state, v.version, v.at, v.body
    FROM log.version v WHERE v.unit_id = ANY (p_cases) AND v.next_csn IS NULL
  UNION ALL
  SELECT c.id, v.record_id, v.type, v.class, v.state, v.version, v.at, v.body
    FROM rec."case" c JOIN log.version v
      ON v.record_id IN (c.person, c.manager) AND v.next_csn IS NULL
   WHERE c.id = ANY (p_cases);
END $$;
CREATE FUNCTION log.summary_put(p_case uuid[], p_line text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  UPDATE log.summary s
     SET dirty = false, line = x.line, number = j->>'number', name = j->>'name',
         pinyin = j->>'pinyin', initials = j->>'initials', programme = j->>'programme',
         phase = j->>'phase', manager = (j->>'manager')::uuid,
         next_due = (j->>'next_due')::date, danger = (j->>'danger')::integer,
         opened = (j->>'opened')::date
    FROM unnest(p_case, p_line) x (case_id, line)
   CROSS JOIN LATERAL (SELECT x.line::jsonb AS j) k
   WHERE s.case_id = x.case_id;
  UPDATE access.reach r
     SET due = coalesce(CASE WHEN r.whole THEN s.next_due END, 'infinity')
    FROM log.summary s
   WHERE s.case_id = ANY (p_case) AND r.unit_id = s.case_id
     AND r.due IS DISTINCT FROM coalesce(CASE WHEN r.whole THEN s.next_due END, 'infinity');
END $$;
CREATE FUNCTION log.summary_waiting(p_cases uuid[], p_limit bigint) RETURNS SETOF uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT s.case_id FROM log.summary s
   WHERE s.dirty AND (p_cases IS NULL OR s.case_id = ANY (p_cases))
   ORDER BY s.case_id LIMIT p_limit FOR UPDATE SKIP LOCKED;
END $$;

-- ---- the list of cases ------------------------------------------------------------
-- Lines the reader sees, in the order asked for, after a place in it; `left` is
-- how many there are from there on. The place is (text key, case id): every
-- order is turned into one text. Who sees only some classes of a case neither
-- searches nor sorts by the others, and gets a line folded from what they see
-- (`whole` is false). Past row-level security, because it looks at a case once,
-- not each row several times: the reach of app.key() is the first thing it reads.
--
-- The order people open first, by the next date, is kept in access.reach, so that
-- a page reads as many rows as it has; any other reads the whole caseload.
CREATE FUNCTION log.caseload(p_sort text, p_programme text, p_phase text, p_manager uuid, p_due text,
                             p_q text, p_key text, p_case uuid, p_limit bigint)
RETURNS TABLE (case_id uuid, line text, whole boolean, key text, "left" bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog ROWS 50 AS $$
#variable_conflict use_column
DECLARE
  k uuid := app.key();
  d date;
  c uuid := coalesce(p_case, app.directory());
  n bigint;
BEGIN
  IF p_sort = 'due' AND num_nonnulls(p_programme, p_phase, p_manager, p_due, p_q) = 0 THEN
    d := coalesce(CASE p_key WHEN '~' THEN 'infinity' ELSE p_key END, '-infinity')::date;
    SELECT count(DISTINCT r.unit_id) INTO n FROM access.reach r
     WHERE r.key = k AND r.due IS NOT NULL AND (r.due, r.unit_id) > (d, c)
       AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now());
    RETURN QUERY
    WITH page AS MATERIALIZED (
      SELECT r.unit_id, r.due FROM access.reach r
       WHERE r.key = k AND r.due IS NOT NULL AND (r.due, r.unit_id) > (d, c)
         AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())
         -- Reached twice, a case stands at its first place. (A question of its
         -- own for each row: as NOT EXISTS it could become a join of everything.)
         AND (SELECT count(*) FROM access.reach x
               WHERE x.key = k AND x.unit_id = r.unit_id AND (x.due, x.ctid) < (r.due, r.ctid)
                 AND x.from_at <= now() AND (x.to_at IS NULL OR x.to_at > now())) = 0
       ORDER BY r.due, r.unit_id LIMIT p_limit)
    SELECT s.case_id, s.line, m.classes & 31 = 31,
           CASE p.due WHEN 'infinity' THEN '~' ELSE p.due::text END, n
      FROM page p
      JOIN log.summary s ON s.case_id = p.unit_id
     CROSS JOIN LATERAL (SELECT bit_or(x.classes) AS classes FROM access.reach x
                          WHERE x.key = k AND x.unit_id = p.unit_id
                            AND x.from_at <= now() AND (x.to_at IS NULL OR x.to_at > now())) m
     ORDER BY p.due, p.unit_id;
    RETURN;
  END IF;

  RETURN QUERY
  WITH page AS MATERIALIZED (
    SELECT s.case_id, m.classes & 31 = 31 AS whole, k.key, count(*) OVER () AS count
      FROM access.visible() m
      JOIN log.summary s ON s.case_id = m.unit_id
     CROSS JOIN LATERAL (SELECT
          CASE WHEN m.classes & 2 <> 0 THEN s.name END AS name,
          CASE WHEN m.classes & 2 <> 0 THEN s.pinyin END AS pinyin,
          CASE WHEN m.classes & 2 <> 0 THEN s.initials END AS initials,
          CASE WHEN m.classes & 31 = 31 THEN s.next_due END AS next_due,
          CASE WHEN m.classes & 4 <> 0 THEN s.danger END AS danger) f
     CROSS JOIN LATERAL (SELECT CASE p_sort
          WHEN 'name' THEN coalesce(f.pinyin, '~') || '|' || coalesce(f.name, '')
          WHEN 'number' THEN coalesce(s.number, '~')
          WHEN 'danger' THEN to_char(9 - coalesce(f.danger, -1), 'FM00') || coalesce(f.next_due::text, '~')
          WHEN 'opened' THEN to_char(99999999 - to_char(coalesce(s.opened, '0001-01-01'), 'YYYYMMDD')::integer, 'FM00000000')
          ELSE coalesce(f.next_due::text, '~') END AS key) k
     WHERE s.line IS NOT NULL
       AND (p_programme IS NULL OR s.programme = p_programme)
       AND (p_phase IS NULL OR s.phase = p_phase)
       AND (p_manager IS NULL OR s.manager = p_manager)
       AND (p_due IS NULL OR f.next_due <= p_due::date)
       AND (p_q IS NULL OR s.number ILIKE '%' || p_q || '%' OR f.name LIKE '%' || p_q || '%'
            OR f.pinyin ILIKE p_q || '%' OR f.pinyin ILIKE '% ' || p_q || '%'
            OR f.initials ILIKE p_q || '%' OR f.initials ILIKE '% ' || p_q || '%')
       AND (p_key IS NULL OR (k.key COLLATE "C", s.case_id) > (p_key, p_case))
     ORDER BY k.key COLLATE "C", s.case_id LIMIT p_limit)
  SELECT p.case_id, s.line, p.whole, p.key, p.count
    FROM page p JOIN log.summary s ON s.case_id = p.case_id
   ORDER BY p.key COLLATE "C", p.case_id;
END $$;

-- ---- who owns and may call what ---------------------------------------------------

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA log, access, rec TO casebridge_maint;
DO $$
DECLARE
  f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['log.seal', 'access.refresh', 'access.reach_moved', 'log.sweep', 'log.unit_digests', 'log.unit_rows', 'log.digest_put', 'log.taken',
      'log.caseload', 'access.reach_due', 'log.summary_dirty', 'log.summary_records', 'log.summary_put', 'log.summary_waiting'] LOOP
    EXECUTE format('GRANT CREATE ON SCHEMA %I TO casebridge_maint', split_part(f, '.', 1));
    EXECUTE format('ALTER FUNCTION %s OWNER TO casebridge_maint', f);
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM casebridge_maint', split_part(f, '.', 1));
  END LOOP;
  GRANT CREATE ON SCHEMA log TO casebridge_maint;
  ALTER VIEW log.head OWNER TO casebridge_maint;
  ALTER VIEW log.chain OWNER TO casebridge_maint;
  REVOKE CREATE ON SCHEMA log FROM casebridge_maint;
  GRANT SELECT ON log.head, log.chain TO casebridge_app;
END $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA app, log, access TO casebridge_app, casebridge_maint;
