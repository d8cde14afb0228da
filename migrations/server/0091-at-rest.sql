-- 0091-at-rest.sql - data keys, what was sealed by which, and what sealed values are
-- looked for by.
--
-- Why this shape: a version's text stays one text and stays JSON (sealed values are
-- null in it and stand together in a member "~", server/vault/body.h), so that what is
-- looked for inside texts (the hash of a file, the day a consent ends) still is, and
-- hashes, digests and what stations hold do not change: PostgreSQL never sees either
-- a key or the values. Typed columns of sealed values are null. A telephone and an
-- identity number are found by a keyed hash (log.look). Data keys lie here wrapped by
-- a key that is not here, so that one can be replaced while the centre works, and a
-- backup opens with the key file it was made under.
-- While the previous release runs: it goes on writing and reading open texts; it would
-- send what the new one sealed as it is stored, so it must be stopped before the new
-- one serves. Old texts are sealed by `casebridged keys rotate`.
-- Locks: log.version, log.salvage and log.parked for a column, for a moment.
-- Undo: none; migrations only go forward.

CREATE TABLE log.data_key (
  no       integer PRIMARY KEY CHECK (no > 0),
  by       bytea NOT NULL CHECK (length(by) = 8),
  wrapped  bytea CHECK (length(wrapped) = 92),
  state    text NOT NULL CHECK (state IN ('coming', 'active', 'old', 'destroyed')),
  made_at  timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  CHECK ((wrapped IS NULL) = (state = 'destroyed'))
);
CREATE UNIQUE INDEX data_key_active ON log.data_key (state) WHERE state = 'active';
COMMENT ON TABLE log.data_key IS
  'What seals at rest, wrapped by a key of the key file. coming: known, not used yet; active: seals; old: still opens; destroyed: nothing is left that it sealed.';

CREATE TABLE log.key_work (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  key_no  integer NOT NULL REFERENCES log.data_key,
  stage   text NOT NULL CHECK (stage IN ('spread', 'seal')),
  place   text NOT NULL DEFAULT 'version',
  row_id  uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  version integer NOT NULL DEFAULT 0,
  left_over bigint NOT NULL DEFAULT 0,
  done    bigint NOT NULL DEFAULT 0,
  began   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE log.key_work IS
  'A change of data keys that is not finished, and how far it is: it goes on there, whatever stopped it.';

CREATE TABLE log.look (
  record_id uuid NOT NULL,
  field     text NOT NULL,
  key_no    integer NOT NULL,
  mac       bytea NOT NULL CHECK (length(mac) = 16),
  PRIMARY KEY (record_id, field)
);
CREATE INDEX look_mac ON log.look (mac);
COMMENT ON TABLE log.look IS
  'Sealed values of the newest version of a person, as keyed hashes: equal ones are found, and nothing else is told.';

ALTER TABLE log.version ADD COLUMN key_no integer;
COMMENT ON COLUMN log.version.key_no IS
  'The data key its body is sealed by; 0: nothing in it is; null: of before, nobody has looked.';
ALTER TABLE log.salvage ADD COLUMN key_no integer;
ALTER TABLE log.parked ADD COLUMN key_no integer;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['data_key', 'key_work', 'look'] LOOP
    EXECUTE format('ALTER TABLE log.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE log.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY maint ON log.%I TO casebridge_maint USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON log.%I TO casebridge_maint', t);
  END LOOP;
END $$;

-- ---- keys -----------------------------------------------------------------------

CREATE FUNCTION log.data_keys() RETURNS TABLE (no bigint, by bytea, wrapped bytea, active boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT k.no::bigint, k.by, k.wrapped, k.state = 'active' FROM log.data_key k
   WHERE k.state <> 'destroyed' ORDER BY k.no DESC
$$;
COMMENT ON FUNCTION log.data_keys IS 'All that open something, newest first.';

CREATE FUNCTION log.data_key_first(p_by bytea, p_wrapped bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO log.data_key (no, by, wrapped, state) SELECT 1, p_by, p_wrapped, 'active'
   WHERE NOT EXISTS (SELECT 1 FROM log.data_key) ON CONFLICT DO NOTHING;
END $$;

-- Whoever seals keeps the key from being destroyed until the commit; the lock is one
-- that writers share.
CREATE FUNCTION log.key_use(p_no bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM 1 FROM log.data_key k WHERE k.no = p_no AND k.state IN ('active', 'old') FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'this data key is not in use' USING ERRCODE = '55006';
  END IF;
END $$;

-- ---- what sealed values are looked for by -----------------------------------------

CREATE FUNCTION log.look_put(p_gone uuid[], p_record uuid[], p_field text[], p_key bigint[], p_mac bytea[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  DELETE FROM log.look l WHERE l.record_id = ANY (p_gone);
  INSERT INTO log.look (record_id, field, key_no, mac)
  SELECT * FROM unnest(p_record, p_field, p_key, p_mac);
END $$;

-- As match_rows(), which knew only open values: those are still found, until they are
-- sealed.
CREATE FUNCTION access.match_sealed(p_number text, p_year text, p_phone text, p_macs bytea[])
RETURNS TABLE (person uuid, version integer, body text, sha bytea, own boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT p.id, v.version, v.body, v.sha,
         EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = p.id AND r.key = (SELECT app.key())
                    AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now()))
    FROM rec.person p
    JOIN log.version v ON v.record_id = p.id AND v.next_csn IS NULL
   WHERE app.staff() IS NOT NULL AND p.rec_state <> 'retracted'
     AND p.id = ANY (ARRAY(
       SELECT q.id FROM rec.person q
        WHERE q.id_number = p_number OR q.birth LIKE p_year || '%'
           OR right(regexp_replace(q.phone, '\D', '', 'g'), 8) = right(regexp_replace(p_phone, '\D', '', 'g'), 8)
       UNION SELECT l.record_id FROM log.look l WHERE l.mac = ANY (p_macs)))
   ORDER BY p.id LIMIT 1000;
END $$;

DO $$
DECLARE
  f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['log.data_keys', 'log.data_key_first', 'log.key_use', 'log.look_put', 'access.match_sealed'] LOOP
    EXECUTE format('GRANT CREATE ON SCHEMA %I TO casebridge_maint', split_part(f, '.', 1));
    EXECUTE format('ALTER FUNCTION %s OWNER TO casebridge_maint', f);
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM casebridge_maint', split_part(f, '.', 1));
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO casebridge_app, casebridge_maint', f);
  END LOOP;
END $$;

-- ---- what is salvaged or parked, with the key it is sealed by --------------------------

CREATE FUNCTION log.salvage_key(p_record uuid[], p_version bigint[], p_sha bytea[], p_key bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  UPDATE log.salvage s SET key_no = x.key
    FROM unnest(p_record, p_version, p_sha, p_key) x (record, version, sha, key)
   WHERE s.record_id = x.record AND s.version = x.version AND s.sha = x.sha AND s.key_no IS NULL;
END $$;

-- A typed row whose values were open: those columns become what the text now says.
-- For the operator's tool alone.
CREATE FUNCTION log.close_row(p_type text, p_id uuid, p_columns text[], p_row text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog AS $$
DECLARE
  columns text := (SELECT string_agg(format('%I', c), ', ') FROM unnest(p_columns) c);
BEGIN
  EXECUTE format('UPDATE rec.%1$I t SET (%2$s) = (SELECT %2$s FROM json_populate_record(NULL::rec.%1$I, $1)) WHERE t.id = $2',
                 p_type, columns) USING p_row::json, p_id;
END $$;
REVOKE ALL ON FUNCTION log.close_row FROM PUBLIC;
DO $$
BEGIN
  GRANT CREATE ON SCHEMA log TO casebridge_maint;
  ALTER FUNCTION log.salvage_key OWNER TO casebridge_maint;
  REVOKE CREATE ON SCHEMA log FROM casebridge_maint;
END $$;
REVOKE ALL ON FUNCTION log.salvage_key FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.salvage_key TO casebridge_app, casebridge_maint;
GRANT UPDATE ON ALL TABLES IN SCHEMA rec TO casebridge_maint;
