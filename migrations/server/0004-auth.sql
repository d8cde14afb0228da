-- 0004-auth.sql - accounts, sessions, devices, and what guessing costs.
--
-- Why this shape: nothing here can be used to sign in. Passwords are Argon2id
-- hashes, session tokens and enrolment codes are kept as SHA-256, devices as
-- the hash of their public key. The rows of a member of staff's account repeat
-- site and names on purpose: whoever is asking is found with one read before
-- any row of the case records may be seen.
-- While the previous release runs: there is none.
-- Locks: none worth naming. Undo: none; migrations only go forward.

CREATE SCHEMA auth;
GRANT USAGE ON SCHEMA auth TO casebridge_app, casebridge_maint;

CREATE TABLE auth.account (
  id          uuid PRIMARY KEY,
  login       text NOT NULL UNIQUE CHECK (login ~ '^[a-z0-9][a-z0-9._@-]{0,63}$'),
  staff       uuid NOT NULL UNIQUE,
  role        text NOT NULL,
  site        uuid NOT NULL,
  district    uuid,
  name        text NOT NULL,
  site_name   text NOT NULL,
  hash        text NOT NULL,
  must_change boolean NOT NULL DEFAULT false,
  disabled_at timestamptz,
  created_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE auth.account IS
  'Who may sign in, as which member of staff. Logins are lower case only: one spelling, one counter.';
COMMENT ON COLUMN auth.account.hash IS 'Argon2id, as libsodium writes it.';

CREATE TABLE auth.device (
  id          uuid PRIMARY KEY,
  site        uuid NOT NULL,
  site_name   text NOT NULL,
  spki        bytea NOT NULL UNIQUE CHECK (length(spki) = 32),
  enrolled_at timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz NOT NULL,
  revoked_at  timestamptz
);
COMMENT ON TABLE auth.device IS
  'Stations with a certificate of ours. Looked at on every request, so revoking one works at once.';
COMMENT ON COLUMN auth.device.spki IS 'SHA-256 of its SubjectPublicKeyInfo.';

CREATE TABLE auth.session (
  id         uuid PRIMARY KEY,
  token      bytea NOT NULL UNIQUE CHECK (length(token) = 32),
  account    uuid NOT NULL REFERENCES auth.account,
  device     uuid REFERENCES auth.device,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_seen  timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX session_account ON auth.session (account, created_at);
COMMENT ON COLUMN auth.session.token IS 'SHA-256 of the 32 bytes the other end holds.';
COMMENT ON COLUMN auth.session.device IS
  'The station it was opened on; it is good on no other.';

CREATE TABLE auth.enrol_code (
  code       bytea PRIMARY KEY,
  site       uuid NOT NULL,
  site_name  text NOT NULL,
  made_at    timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  device     uuid
);
COMMENT ON COLUMN auth.enrol_code.code IS 'SHA-256 of the sixteen characters.';

CREATE TABLE auth.attempt (
  scope    text NOT NULL CHECK (scope IN ('account', 'device', 'source')),
  key      bytea NOT NULL,
  fails    integer NOT NULL DEFAULT 0,
  last_at  timestamptz NOT NULL DEFAULT now(),
  until_at timestamptz NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (scope, key)
) WITH (fillfactor = 70);
COMMENT ON TABLE auth.attempt IS
  'Tries charged before the password is looked at and taken back when it was right. Keys are ids or HMACs: no login, no address.';

CREATE TABLE auth.known_device (
  account uuid NOT NULL REFERENCES auth.account,
  device  uuid NOT NULL REFERENCES auth.device,
  last_ok timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account, device)
);
COMMENT ON TABLE auth.known_device IS
  'Where an account has signed in before. Such a pair has its own counter, so that an outsider cannot lock a clinician out.';

-- ---- the second wall ---------------------------------------------------------
-- Only the auth room sees these tables, whichever role is connected.

DO $$
DECLARE
  t record;
BEGIN
  FOR t IN SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'auth' AND c.relkind = 'r' LOOP
    EXECUTE format('ALTER TABLE auth.%I ENABLE ROW LEVEL SECURITY', t.relname);
    EXECUTE format('ALTER TABLE auth.%I FORCE ROW LEVEL SECURITY', t.relname);
    EXECUTE format('CREATE POLICY room ON auth.%I USING (app.room() = ''auth'') WITH CHECK (app.room() = ''auth'')',
                   t.relname);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON auth.%I TO casebridge_app', t.relname);
  END LOOP;
END $$;

-- ---- who is asking --------------------------------------------------------------

CREATE FUNCTION auth.find_session(p_token bytea, p_spki bytea, p_idle interval)
RETURNS TABLE (verdict text, session uuid, staff uuid, site uuid, district uuid, role text, device uuid)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  s record;
  d uuid;
BEGIN
  PERFORM set_config('app.room', 'auth', true);
  SELECT x.id, x.device, x.last_seen, x.expires_at, a.staff, a.site, a.district, a.role, a.disabled_at
    INTO s FROM auth.session x JOIN auth.account a ON a.id = x.account WHERE x.token = p_token;
  IF NOT FOUND OR s.expires_at <= now() OR s.disabled_at IS NOT NULL
     OR (s.device IS NULL AND s.last_seen + p_idle <= now()) THEN
    verdict := 'signed_out';
    RETURN NEXT;
    RETURN;
  END IF;
  SELECT v.id INTO d FROM auth.device v
   WHERE v.spki = p_spki AND v.revoked_at IS NULL AND v.expires_at > now();
  IF s.device IS DISTINCT FROM d OR (p_spki IS NOT NULL AND d IS NULL) THEN
    verdict := 'device_unknown';
    RETURN NEXT;
    RETURN;
  END IF;
  IF s.last_seen < now() - interval '30 seconds' THEN
    -- losing this write in a crash costs nothing
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE auth.session x SET last_seen = now() WHERE x.id = s.id;
  END IF;
  RETURN QUERY SELECT 'ok', s.id, s.staff, s.site, s.district, s.role, d;
END $$;
COMMENT ON FUNCTION auth.find_session IS
  'One read a request: session, account and device, all live now. Runs as its caller and opens the auth room for itself only; called outside a transaction.';

-- ---- what the verbs of an administrator need of the directory ---------------------

CREATE FUNCTION auth.find_sites(p_what text)
RETURNS TABLE (id uuid, name text, district uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT s.id, s.name, s.district FROM rec.site s
   WHERE s.id::text = lower(p_what) OR s.name = p_what OR s.name_en = p_what
   ORDER BY s.id LIMIT 2
$$;
CREATE FUNCTION auth.find_districts(p_what text)
RETURNS TABLE (id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT d.id FROM rec.district d
   WHERE d.id::text = lower(p_what) OR d.name = p_what ORDER BY d.id LIMIT 2
$$;
CREATE FUNCTION auth.find_staff(p_site uuid, p_name text, p_role text)
RETURNS TABLE (id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT t.id FROM rec.staff t
   WHERE t.site = p_site AND t.name = p_name AND t.role = p_role
   ORDER BY t.id LIMIT 2
$$;

GRANT CREATE ON SCHEMA auth TO casebridge_maint;
ALTER FUNCTION auth.find_sites OWNER TO casebridge_maint;
ALTER FUNCTION auth.find_districts OWNER TO casebridge_maint;
ALTER FUNCTION auth.find_staff OWNER TO casebridge_maint;
REVOKE CREATE ON SCHEMA auth FROM casebridge_maint;
GRANT EXECUTE ON FUNCTION auth.find_session, auth.find_sites, auth.find_districts,
  auth.find_staff TO casebridge_app;
