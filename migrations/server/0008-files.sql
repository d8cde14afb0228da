-- 0008-files.sql - files: sealed chunks, what names them, and uploads on their
-- way.
--
-- Why this shape: a file is kept once, by the hash of its bytes, and its chunks
-- are sealed by a key PostgreSQL never sees. Reaching it is another matter: the
-- hash is no secret, so it gives nothing. A file is reached through a record
-- the reader sees, that names its hash, and for which somebody sent the bytes
-- (log.file_use). Whoever writes a hash they read somewhere into a record of
-- their own has not sent the bytes, and gets nothing.
-- An upload is (member of staff, record, hash): asked for again it goes on where
-- it was. Its chunks are already where they will stay.
-- While the previous release runs: it does not know these tables.
-- Locks: none worth naming. Undo: none; migrations only go forward.

CREATE TABLE log.upload (
  id         uuid PRIMARY KEY,
  staff      uuid NOT NULL,
  site_id    uuid NOT NULL,
  device     uuid,
  record_id  uuid NOT NULL,
  sha256     bytea NOT NULL CHECK (length(sha256) = 32),
  size       bigint NOT NULL CHECK (size > 0),
  media      text NOT NULL,
  key_id     bytea NOT NULL,
  sealed_key bytea NOT NULL,
  "offset"   bigint NOT NULL DEFAULT 0,
  done       boolean NOT NULL DEFAULT false,
  created    timestamptz NOT NULL DEFAULT now(),
  expires    timestamptz NOT NULL,
  CHECK ("offset" BETWEEN 0 AND size),
  CHECK (NOT done OR "offset" = size)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX upload_open ON log.upload (staff, record_id, sha256) WHERE NOT done;
CREATE INDEX upload_expires ON log.upload (expires);
COMMENT ON TABLE log.upload IS
  'Files on their way. A row stays a while after the last byte, so that whoever missed the answer may ask again.';
COMMENT ON COLUMN log.upload.sha256 IS
  'As promised; compared with the bytes before anybody can reach them.';

CREATE TABLE log.file (
  sha256     bytea PRIMARY KEY CHECK (length(sha256) = 32),
  chunks     uuid NOT NULL UNIQUE,
  size       bigint NOT NULL,
  media      text NOT NULL,
  key_id     bytea NOT NULL,
  sealed_key bytea NOT NULL,
  created    timestamptz NOT NULL DEFAULT now(),
  touched    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE log.file IS
  'Whole files, each once. key_id names the server key that opens sealed_key, which opens the chunks (server/files/seal.h).';
COMMENT ON COLUMN log.file.touched IS
  'When somebody last sent these bytes, or they were last found in use: looked at again 90 days later.';
CREATE INDEX file_touched ON log.file (touched);

CREATE TABLE log.file_chunk (
  chunks uuid NOT NULL,
  no     integer NOT NULL CHECK (no >= 0),
  sealed bytea NOT NULL,
  PRIMARY KEY (chunks, no)
);
-- Sealed bytes do not compress: trying costs, and stores the same.
ALTER TABLE log.file_chunk ALTER COLUMN sealed SET STORAGE EXTERNAL;
COMMENT ON TABLE log.file_chunk IS
  'chunks is the id of the upload that brought them.';

CREATE TABLE log.file_use (
  record_id uuid NOT NULL,
  sha256    bytea NOT NULL,
  staff     uuid NOT NULL,
  created   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (record_id, sha256)
);
CREATE INDEX file_use_sha256 ON log.file_use (sha256);
COMMENT ON TABLE log.file_use IS
  'For this record somebody sent these bytes, or could already read them. The record may come later.';

CREATE TABLE log.upload_day (
  site_id uuid NOT NULL,
  day     date NOT NULL,
  bytes   bigint NOT NULL,
  PRIMARY KEY (site_id, day)
) WITH (fillfactor = 50);
COMMENT ON TABLE log.upload_day IS
  'Bytes announced by a site on a day in China, whether they came or not.';

-- ---- who reaches what ----------------------------------------------------------
-- These two run with the rights of whoever asks, so the policies on log.version
-- and log.file decide. Functions, because a policy that looks into the table
-- of another policy that looks back is refused as a circle.

-- The record as it stands is visible, and it names the hash now or did so.
CREATE FUNCTION log.names_file(p_record uuid, p_sha bytea) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM log.version v WHERE v.record_id = p_record AND v.next_csn IS NULL)
     AND EXISTS (SELECT 1 FROM log.version v WHERE v.record_id = p_record
                    AND v.body::jsonb ->> 'sha256' = encode(p_sha, 'hex'));
END $$;
CREATE FUNCTION log.sees_file(p_sha bytea) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM log.file f WHERE f.sha256 = p_sha);
END $$;
CREATE FUNCTION log.own_upload(p_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM log.upload u WHERE u.id = p_id AND NOT u.done);
END $$;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['upload', 'file', 'file_chunk', 'file_use', 'upload_day'] LOOP
    EXECUTE format('ALTER TABLE log.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE log.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY maint ON log.%I TO casebridge_maint USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON log.%I TO casebridge_maint', t);
  END LOOP;
END $$;

CREATE POLICY own ON log.upload TO casebridge_app
  USING (staff = (SELECT app.staff()))
  WITH CHECK (staff = (SELECT app.staff()) AND site_id = (SELECT app.site()));
GRANT SELECT, INSERT, UPDATE, DELETE ON log.upload TO casebridge_app;

CREATE POLICY read ON log.file_use FOR SELECT TO casebridge_app
  USING (log.names_file(record_id, sha256));
CREATE POLICY add ON log.file_use FOR INSERT TO casebridge_app
  WITH CHECK (staff = (SELECT app.staff()) AND log.sees_file(sha256));
GRANT SELECT, INSERT ON log.file_use TO casebridge_app;

CREATE POLICY read ON log.file FOR SELECT TO casebridge_app
  USING (EXISTS (SELECT 1 FROM log.file_use u WHERE u.sha256 = file.sha256));
GRANT SELECT ON log.file TO casebridge_app;

CREATE POLICY read ON log.file_chunk FOR SELECT TO casebridge_app
  USING (EXISTS (SELECT 1 FROM log.file f WHERE f.chunks = file_chunk.chunks)
         OR log.own_upload(chunks));
CREATE POLICY add ON log.file_chunk FOR INSERT TO casebridge_app WITH CHECK (log.own_upload(chunks));
CREATE POLICY grow ON log.file_chunk FOR UPDATE TO casebridge_app
  USING (log.own_upload(chunks)) WITH CHECK (log.own_upload(chunks));
CREATE POLICY remove ON log.file_chunk FOR DELETE TO casebridge_app USING (log.own_upload(chunks));
GRANT SELECT, INSERT, UPDATE, DELETE ON log.file_chunk TO casebridge_app;

CREATE POLICY own ON log.upload_day TO casebridge_app
  USING (site_id = (SELECT app.site())) WITH CHECK (site_id = (SELECT app.site()));
GRANT SELECT, INSERT, UPDATE ON log.upload_day TO casebridge_app;

-- ---- the end of an upload ---------------------------------------------------------

-- The daemon has compared the bytes with the hash. What another upload brought
-- before is kept, and these chunks go: nobody can tell from the answer.
CREATE FUNCTION log.upload_finish(p_id uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  u log.upload;
BEGIN
  SELECT * INTO u FROM log.upload x
   WHERE x.id = p_id AND x.staff = app.staff() AND NOT x.done AND x."offset" = x.size FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  LOOP
    UPDATE log.file f SET touched = now() WHERE f.sha256 = u.sha256;
    EXIT WHEN FOUND;
    INSERT INTO log.file (sha256, chunks, size, media, key_id, sealed_key)
    VALUES (u.sha256, u.id, u.size, u.media, u.key_id, u.sealed_key)
    ON CONFLICT (sha256) DO NOTHING;
    EXIT WHEN FOUND;
  END LOOP;
  DELETE FROM log.file_chunk c WHERE c.chunks = u.id
     AND NOT EXISTS (SELECT 1 FROM log.file f WHERE f.chunks = u.id);
  INSERT INTO log.file_use (record_id, sha256, staff) VALUES (u.record_id, u.sha256, u.staff)
  ON CONFLICT DO NOTHING;
  UPDATE log.upload x SET done = true WHERE x.id = u.id;
  RETURN true;
END $$;

-- What nobody finished, and what nothing names any more: no version of any
-- record it was sent for, no conflict about one, no change that is parked.
CREATE FUNCTION log.files_sweep() RETURNS TABLE (uploads bigint, files bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  gone uuid[];
  old bytea[];
  alone bytea[];
  dropped uuid[];
BEGIN
  SELECT coalesce(array_agg(x.id), '{}') INTO gone FROM (
    SELECT u.id FROM log.upload u WHERE u.expires <= now() ORDER BY u.id FOR UPDATE SKIP LOCKED) x;
  DELETE FROM log.file_chunk c WHERE c.chunks = ANY (gone)
     AND NOT EXISTS (SELECT 1 FROM log.file f WHERE f.chunks = c.chunks);
  DELETE FROM log.upload x WHERE x.id = ANY (gone);
  DELETE FROM log.upload_day d WHERE d.day < current_date - 7;

  SELECT array_agg(x.sha256) INTO old FROM (
    SELECT f.sha256 FROM log.file f WHERE f.touched < now() - interval '90 days'
     ORDER BY f.touched LIMIT 200 FOR UPDATE SKIP LOCKED) x;
  WITH dead AS (
    DELETE FROM log.file f
     WHERE f.sha256 = ANY (old)
       AND NOT EXISTS (SELECT 1 FROM log.parked p WHERE p.payload LIKE '%' || encode(f.sha256, 'hex') || '%')
       AND NOT EXISTS (
             SELECT 1 FROM log.file_use u JOIN log.version v ON v.record_id = u.record_id
              WHERE u.sha256 = f.sha256
                AND (v.body LIKE '%' || encode(f.sha256, 'hex') || '%'
                     OR EXISTS (SELECT 1 FROM log.version c
                                 WHERE c.unit_id = v.unit_id AND c.next_csn IS NULL
                                   AND c.body LIKE '%' || encode(f.sha256, 'hex') || '%')))
    RETURNING f.sha256, f.chunks)
  SELECT array_agg(d.sha256), array_agg(d.chunks) INTO alone, dropped FROM dead d;
  DELETE FROM log.file_use u WHERE u.sha256 = ANY (alone);
  DELETE FROM log.file_chunk c WHERE c.chunks = ANY (dropped);
  UPDATE log.file f SET touched = now() WHERE f.sha256 = ANY (old);
  RETURN QUERY SELECT cardinality(gone)::bigint, coalesce(cardinality(alone), 0)::bigint;
END $$;

DO $$
DECLARE
  f text;
BEGIN
  GRANT CREATE ON SCHEMA log TO casebridge_maint;
  FOREACH f IN ARRAY ARRAY['log.upload_finish', 'log.files_sweep'] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO casebridge_maint', f);
  END LOOP;
  REVOKE CREATE ON SCHEMA log FROM casebridge_maint;
END $$;
GRANT EXECUTE ON FUNCTION log.names_file, log.sees_file, log.own_upload, log.upload_finish, log.files_sweep
  TO casebridge_app, casebridge_maint;
