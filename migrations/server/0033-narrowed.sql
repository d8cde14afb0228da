-- 0033-narrowed.sql - a consent that opens less than before is a decision, and
-- reaches stations first.
--
-- Why: only a withdrawal was written down beside the database; fewer classes,
-- fewer sites or an earlier last day were not, so a restore opened again what the
-- client had closed. And at a station the narrowed copy waited its turn among
-- everything else that was to be delivered, and until then showed what it should
-- not. Now the decision says what may still be opened, and a copy that holds more
-- than it may is replaced behind the purges and before all else.
-- A decision about a consent has, besides `case` and `to` (withdrawn), when it was
-- ever narrowed: `classes`, `sites` (none: it opens nothing) and `until`.
-- While the previous release runs: it enters such decisions as it enters others
-- and leaves their record as it is; the typed row is held all the same.
-- Locks: none worth naming. Undo: none; migrations only go forward.

-- ---- what a consent opens ---------------------------------------------------------

-- The sites a consent opens the case to, on whatever day: the rule of
-- access.member_reach.
CREATE FUNCTION access.opened_to(p_purpose text, p_basis text, p_reason text, p_sites uuid[]) RETURNS uuid[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_purpose IN ('sharing', 'referral') AND (coalesce(p_basis, 'consent') = 'consent' OR p_reason IS NOT NULL)
              THEN coalesce(p_sites, '{}') ELSE '{}' END
$$;

CREATE FUNCTION log.consent_doc(c rec.consent, p_narrowed boolean) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT jsonb_build_object('case', c.case_id, 'to',
           least(c.withdrawn, CASE c.rec_state WHEN 'retracted' THEN (now() AT TIME ZONE 'Asia/Shanghai')::date END))
      || CASE WHEN p_narrowed THEN jsonb_build_object('until', c."to",
           'classes', (SELECT coalesce(jsonb_agg(x ORDER BY x), '[]') FROM unnest(c.classes) x),
           'sites', (SELECT coalesce(jsonb_agg(x ORDER BY x), '[]')
                       FROM unnest(access.opened_to(c.purpose, c.basis, c.basis_reason, c.sites)) x))
         ELSE '{}' END
$$;
COMMENT ON FUNCTION log.consent_doc IS 'What a decision about a consent says; p_narrowed: also what it still opens.';

-- Whether an earlier version of it opened what this one does not.
CREATE FUNCTION log.is_narrower(c rec.consent) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT EXISTS (
    SELECT 1 FROM log.version v CROSS JOIN LATERAL jsonb_to_record(v.body::jsonb)
        AS w (purpose text, basis text, basis_reason text, sites uuid[], classes text[], "to" date)
     WHERE v.record_id = c.id AND v.version < c.rec_ver
       AND access.opened_to(w.purpose, w.basis, w.basis_reason, w.sites) <> '{}'
       AND (NOT access.opened_to(w.purpose, w.basis, w.basis_reason, w.sites)
                <@ access.opened_to(c.purpose, c.basis, c.basis_reason, c.sites)
         OR access.mask(w.classes) & ~access.mask(c.classes) <> 0
         OR c."to" < coalesce(w."to", 'infinity')))
$$;

CREATE OR REPLACE FUNCTION log.consent_decided() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  narrowed boolean := NEW.rec_ver > 1 AND (log.is_narrower(NEW) OR EXISTS (
    SELECT 1 FROM log.decision d WHERE d.about = NEW.id AND d.kind = 'consent' AND d.doc ? 'sites'));
  doc jsonb := log.consent_doc(NEW, narrowed);
BEGIN
  PERFORM log.decide('consent', NEW.id, doc, narrowed OR doc ->> 'to' IS NOT NULL);
  RETURN NULL;
END $$;

-- ---- what a restore brought back holds --------------------------------------------

-- A consent within what was decided about it, and not a bit wider.
CREATE FUNCTION log.consent_within(c rec.consent, p_doc jsonb) RETURNS rec.consent
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
BEGIN
  c.withdrawn := least(c.withdrawn, (p_doc ->> 'to')::date);
  IF p_doc ? 'sites' THEN
    c."to" := least(c."to", (p_doc ->> 'until')::date);
    c.sites := ARRAY(SELECT x FROM unnest(c.sites) x WHERE p_doc -> 'sites' ? x::text);
    c.classes := ARRAY(SELECT x FROM unnest(c.classes) x WHERE p_doc -> 'classes' ? x);
  END IF;
  RETURN c;
END $$;

CREATE OR REPLACE FUNCTION log.consent_held() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  d record;
  held rec.consent := NEW;
BEGIN
  FOR d IN SELECT x.doc FROM log.decision x WHERE x.about = NEW.id AND x.owed AND x.kind = 'consent' LOOP
    held := log.consent_within(held, d.doc);
  END LOOP;
  IF held IS NOT DISTINCT FROM NEW OR NEW.rec_state = 'retracted' OR (
      held.withdrawn IS NOT DISTINCT FROM NEW.withdrawn AND held."to" IS NOT DISTINCT FROM NEW."to"
      AND cardinality(held.sites) IS NOT DISTINCT FROM cardinality(coalesce(NEW.sites, '{}'))
      AND cardinality(held.classes) IS NOT DISTINCT FROM cardinality(coalesce(NEW.classes, '{}'))) THEN
    UPDATE log.decision SET owed = false WHERE about = NEW.id AND owed;
    RETURN NEW;
  END IF;
  RETURN held;
END $$;

CREATE OR REPLACE FUNCTION log.decisions_again(p_lines text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  lost bigint;
  first bigint := (SELECT coalesce(max(d.no), 0) FROM log.decision d);
  cases uuid[];
  room text := current_setting('app.room', true);
BEGIN
  INSERT INTO log.decision (id, at, csn, by, kind, about, doc, filed)
  SELECT (l.j ->> 'id')::uuid, (l.j ->> 'at')::timestamptz, (l.j ->> 'csn')::bigint,
         (l.j ->> 'by')::uuid, l.j ->> 'kind', (l.j ->> 'about')::uuid, l.j -> 'doc', true
    FROM (SELECT x.line::jsonb AS j, x.n FROM unnest(p_lines) WITH ORDINALITY x (line, n)) l
   ORDER BY l.n
  ON CONFLICT (id) DO NOTHING;
  GET DIAGNOSTICS lost = ROW_COUNT;
  IF lost = 0 THEN
    RETURN 0;
  END IF;
  PERFORM set_config('app.room', 'auth', true);

  -- The last word on each matters; that something was allowed again is left to
  -- people.
  CREATE TEMP TABLE last_word ON COMMIT DROP AS
  SELECT DISTINCT ON (d.kind, d.about) d.no, d.kind, d.about, d.at, d.doc
    FROM log.decision d WHERE d.no > first ORDER BY d.kind, d.about, d.no DESC;
  UPDATE log.decision d SET owed = true FROM pg_temp.last_word w
   WHERE d.no = w.no AND w.kind IN ('member', 'consent') AND (w.doc ->> 'to' IS NOT NULL OR w.doc ? 'sites');
  UPDATE rec.member m SET "to" = (w.doc ->> 'to')::date FROM pg_temp.last_word w
   WHERE w.kind = 'member' AND w.about = m.id AND (m."to" IS NULL OR m."to" > (w.doc ->> 'to')::date);
  UPDATE rec.consent s SET withdrawn = h.withdrawn, "to" = h."to", sites = h.sites, classes = h.classes
    FROM pg_temp.last_word w JOIN rec.consent c ON c.id = w.about
   CROSS JOIN LATERAL log.consent_within(c, w.doc) h
   WHERE w.kind = 'consent' AND s.id = w.about AND (w.doc ->> 'to' IS NOT NULL OR w.doc ? 'sites');
  UPDATE auth.account a SET disabled_at = w.at FROM pg_temp.last_word w
   WHERE w.kind = 'account' AND w.about = a.id AND (w.doc ->> 'disabled')::boolean AND a.disabled_at IS NULL;
  INSERT INTO auth.device (id, site, site_name, spki, enrolled_at, expires_at)
  SELECT w.about, s.id, s.name, decode(w.doc ->> 'spki', 'hex'), w.at, (w.doc ->> 'expires')::timestamptz
    FROM pg_temp.last_word w JOIN rec.site s ON s.id = (w.doc ->> 'site')::uuid
   WHERE w.kind = 'enrolled' ON CONFLICT DO NOTHING;
  UPDATE auth.device v SET revoked_at = w.at FROM pg_temp.last_word w
   WHERE w.kind = 'device' AND w.about = v.id AND (w.doc ->> 'revoked')::boolean AND v.revoked_at IS NULL;
  INSERT INTO log.replica (replica, device, staff, site_id, store, epoch, created_at, last_seen)
  SELECT w.about, (w.doc ->> 'device')::uuid, (w.doc ->> 'staff')::uuid, (w.doc ->> 'site')::uuid, w.doc ->> 'store',
         e.epoch, w.at, w.at
    FROM pg_temp.last_word w CROSS JOIN log.epoch e WHERE w.kind = 'replica' ON CONFLICT DO NOTHING;
  cases := ARRAY(SELECT DISTINCT c.id FROM pg_temp.last_word w JOIN rec."case" c ON c.id = (w.doc ->> 'case')::uuid
                  WHERE w.kind IN ('member', 'consent') ORDER BY 1);
  DROP TABLE pg_temp.last_word;
  PERFORM set_config('app.room', coalesce(room, ''), true);
  IF cardinality(cases) > 0 THEN
    PERFORM access.refresh(cases, '{}', '{}', '{}');
  END IF;
  RETURN lost;
END $$;

-- The same as before, and what was decided as a whole.
DROP FUNCTION log.decisions_owed();
CREATE FUNCTION log.decisions_owed()
RETURNS TABLE (id uuid, kind text, about uuid, by uuid, at timestamptz, ends text, case_id uuid, home_site uuid, body text, doc text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT d.id, d.kind, d.about, d.by, d.at, d.doc ->> 'to', v.case_id, c.home_site, v.body, d.doc::text
    FROM log.decision d
    JOIN log.version v ON v.record_id = d.about AND v.next_csn IS NULL
    JOIN rec."case" c ON c.id = v.case_id
   WHERE d.owed AND d.by IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM log.change_result r WHERE r.change_id = d.id)
   ORDER BY d.no LIMIT 100;
END $$;

-- ---- and at the stations ------------------------------------------------------------

COMMENT ON COLUMN log.manifest.rank IS
  'With due the order of sending: -1 what the station holds more of than it may, 0 the directory, 1 urgent cases, 2 the others, the nearest date first; n and bytes are about what it will be.';

CREATE OR REPLACE FUNCTION log.sweep(p_replica uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  r log.replica;
  k uuid := app.key();
  v_units uuid[];
  v_classes integer[];
  v_less boolean[];
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

  PERFORM set_config('enable_nestloop', 'off', true);
  WITH seen AS MATERIALIZED (SELECT * FROM access.visible()),
  held AS MATERIALIZED (SELECT m.unit_id, m.state, m.classes FROM log.manifest m WHERE m.replica = p_replica)
  UPDATE log.manifest m
     SET state = CASE m.state WHEN 'q' THEN 'x'::"char" ELSE 'p' END, asked_at = clock_timestamp(),
         purge_id = CASE m.state WHEN 'q' THEN NULL ELSE gen_random_uuid() END
    FROM held h
   WHERE h.state IN ('q', 'o', 'h') AND m.replica = p_replica AND m.unit_id = h.unit_id
     AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.unit_id = h.unit_id);

  WITH seen AS MATERIALIZED (SELECT * FROM access.visible()),
  held AS MATERIALIZED (SELECT m.unit_id, m.state, m.classes FROM log.manifest m WHERE m.replica = p_replica)
  SELECT array_agg(s.unit_id), array_agg(s.classes),
         array_agg(coalesce(h.state IN ('o', 'h') AND h.classes & ~s.classes <> 0, false))
    INTO v_units, v_classes, v_less
    FROM seen s LEFT JOIN held h ON h.unit_id = s.unit_id
   WHERE h.unit_id IS NULL OR h.state IN ('p', 'x') OR h.classes <> s.classes;
  PERFORM set_config('enable_nestloop', 'on', true);

  -- What is to be replaced stays in front until it has arrived.
  INSERT INTO log.manifest AS m (replica, unit_id, state, gen, classes, rank, due, n, bytes)
  SELECT p_replica, c.unit_id, 'q', 0, c.classes,
         CASE WHEN c.less THEN -1 WHEN u.kind = 'directory' THEN 0 WHEN u.kind = 'person' THEN 1 ELSE 2 END,
         coalesce(s.next_due, 'infinity'), coalesce(z.n, 0), coalesce(z.bytes, 0)
    FROM unnest(v_units, v_classes, v_less) c (unit_id, classes, less)
    JOIN log.unit u ON u.unit_id = c.unit_id
   CROSS JOIN LATERAL (SELECT sum(d.n) AS n, sum(d.bytes) AS bytes FROM log.digest d
                        WHERE d.unit_id = c.unit_id AND d.class & c.classes <> 0) z
    LEFT JOIN log.summary s ON s.case_id = c.unit_id
  ON CONFLICT (replica, unit_id) DO UPDATE
    SET state = CASE WHEN m.state IN ('q', 'x') THEN 'q'::"char" ELSE 'o' END,
        gen = CASE WHEN m.state IN ('q', 'x') THEN m.gen ELSE m.gen + 1 END,
        classes = EXCLUDED.classes, due = EXCLUDED.due, n = EXCLUDED.n, bytes = EXCLUDED.bytes,
        rank = CASE WHEN m.state = 'o' THEN least(m.rank, EXCLUDED.rank) ELSE EXCLUDED.rank END,
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

CREATE OR REPLACE FUNCTION log.sweep_ordered(p_replica uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_cases uuid[];
  v_units uuid[];
  v_ranks smallint[];
  v_dues date[];
BEGIN
  IF NOT log.sweep(p_replica) THEN
    RETURN false;
  END IF;
  SELECT array_agg(u.unit_id) INTO v_cases
    FROM log.manifest m JOIN log.unit u ON u.unit_id = m.unit_id
   WHERE m.replica = p_replica AND m.state IN ('q', 'o') AND u.kind = 'case';
  WITH line AS MATERIALIZED (
    SELECT w.case_id, coalesce(s.next_due, 'infinity') AS due,
           CASE WHEN s.danger >= 3 OR EXISTS (
                  SELECT 1 FROM rec.flag x WHERE x.case_id = w.case_id
                     AND x.level >= 3 AND x."to" IS NULL AND x.rec_state <> 'retracted') THEN 1 ELSE 2 END AS rank
      FROM unnest(v_cases) w (case_id) LEFT JOIN log.summary s ON s.case_id = w.case_id),
  place AS (
    SELECT l.case_id AS unit_id, l.rank, l.due FROM line l
    UNION ALL SELECT c.person, l.rank, l.due FROM line l JOIN rec."case" c ON c.id = l.case_id
    UNION ALL SELECT r.person, l.rank, l.due FROM line l
      CROSS JOIN LATERAL (SELECT x.person FROM rec.relation x WHERE x.case_id = l.case_id) r
    UNION ALL SELECT m.unit_id, 2, 'infinity' FROM log.manifest m
     WHERE m.replica = p_replica AND m.state IN ('q', 'o') AND m.rank > 0),
  first AS (
    SELECT DISTINCT ON (p.unit_id) p.unit_id, p.rank, p.due FROM place p
     WHERE p.unit_id IS NOT NULL ORDER BY p.unit_id, p.rank, p.due)
  SELECT array_agg(f.unit_id), array_agg(f.rank::smallint), array_agg(f.due)
    INTO v_units, v_ranks, v_dues FROM first f;
  PERFORM set_config('enable_nestloop', 'off', true);
  UPDATE log.manifest m SET rank = f.rank, due = f.due
    FROM unnest(v_units, v_ranks, v_dues) f (unit_id, rank, due)
   WHERE m.replica = p_replica AND m.unit_id = f.unit_id AND m.state IN ('q', 'o') AND m.rank >= 0
     AND (m.rank, m.due) IS DISTINCT FROM (f.rank, f.due);
  PERFORM set_config('enable_nestloop', 'on', true);
  RETURN true;
END $$;

DO $$
DECLARE
  f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['access.opened_to', 'log.consent_doc', 'log.is_narrower', 'log.consent_within', 'log.decisions_owed'] LOOP
    EXECUTE format('GRANT CREATE ON SCHEMA %I TO casebridge_maint', split_part(f, '.', 1));
    EXECUTE format('ALTER FUNCTION %s OWNER TO casebridge_maint', f);
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM casebridge_maint', split_part(f, '.', 1));
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO casebridge_maint', f);
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION log.decisions_owed TO casebridge_app;
