-- 0045-second-factor.sql - the second step of a sign-in, what it is proved with,
-- and where somebody is signed in.
--
-- Why this shape: what stands between a password and the records is worked out
-- anew at every request from what is here (a factor that is on, a password that
-- is to be changed, a screen that was left), and is never a state of its own that
-- could fall behind. So a factor that is reset, a password that was set by another
-- or a screen that is locked counts at once, also on connections that are open.
-- Secrets are sealed by the key file of the server (bound to the account), codes
-- and browsers are kept as SHA-256: the tables sign nobody in.
-- While the previous release runs: find_session() lets nobody in it would not let
-- in alone, that is, who has a second factor. Locks: auth.session and auth.account
-- for the columns, for a moment. Undo: none; migrations only go forward.

ALTER TABLE auth.account ADD COLUMN must_enrol boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN auth.account.must_enrol IS
  'The factor was reset by another: a new one is to be set up before anything else, whatever the role.';

ALTER TABLE auth.session
  ADD COLUMN factor_at timestamptz,
  ADD COLUMN proved_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN locked_at timestamptz,
  ADD COLUMN browser text CHECK (length(browser) <= 60);
COMMENT ON COLUMN auth.session.factor_at IS 'When its second factor was given; null: not, or there was none.';
COMMENT ON COLUMN auth.session.proved_at IS 'When password or factor were given last; dangerous acts ask how long ago.';
COMMENT ON COLUMN auth.session.locked_at IS 'The screen was locked; the password opens it again.';
COMMENT ON COLUMN auth.session.browser IS 'Which browser on which system, in our own few words.';

CREATE TABLE auth.factor (
  account   uuid PRIMARY KEY REFERENCES auth.account,
  key       bytea NOT NULL,
  sealed    bytea NOT NULL,
  since     timestamptz NOT NULL DEFAULT now(),
  last_step bigint NOT NULL
);
COMMENT ON TABLE auth.factor IS 'Second factors (RFC 6238) that were confirmed by a code.';
COMMENT ON COLUMN auth.factor.last_step IS 'The newest 30 s step a code was taken of; none up to it is taken again.';

CREATE TABLE auth.factor_offer (
  account uuid PRIMARY KEY REFERENCES auth.account,
  session uuid NOT NULL,
  key     bytea NOT NULL,
  sealed  bytea NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE auth.factor_offer IS
  'A factor that is being set up, by one session. Until a code confirms it, the old one counts.';

CREATE TABLE auth.recovery_code (
  account uuid NOT NULL REFERENCES auth.account,
  code    bytea NOT NULL CHECK (length(code) = 32),
  made_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account, code)
);
COMMENT ON TABLE auth.recovery_code IS 'SHA-256 of 80 random bits each; a code that was used is not there any more.';

CREATE TABLE auth.known_browser (
  id       uuid PRIMARY KEY,
  account  uuid NOT NULL REFERENCES auth.account,
  browser  bytea NOT NULL CHECK (length(browser) = 32),
  label    text NOT NULL CHECK (length(label) <= 60),
  first_ok timestamptz NOT NULL DEFAULT now(),
  last_ok  timestamptz NOT NULL DEFAULT now(),
  UNIQUE (account, browser)
);
COMMENT ON TABLE auth.known_browser IS
  'As known_device, of browsers: the SHA-256 of a cookie. It lets nobody in; it only has its own counter of wrong guesses.';

ALTER TABLE auth.attempt DROP CONSTRAINT attempt_scope_check;
ALTER TABLE auth.attempt ADD CONSTRAINT attempt_scope_check
  CHECK (scope IN ('account', 'device', 'source', 'factor', 'proof'));

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['factor', 'factor_offer', 'recovery_code', 'known_browser'] LOOP
    EXECUTE format('ALTER TABLE auth.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE auth.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY room ON auth.%I USING (app.room() = ''auth'') WITH CHECK (app.room() = ''auth'')', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON auth.%I TO casebridge_app', t);
  END LOOP;
END $$;

-- ---- who is asking, and what is still between -------------------------------------

CREATE FUNCTION auth.look_up_session(p_token bytea, p_spki bytea, p_idle interval)
RETURNS TABLE (verdict text, session uuid, account uuid, staff uuid, site uuid, district uuid, role text, device uuid,
               must_change boolean, must_enrol boolean, has_factor boolean, factored boolean, locked boolean,
               age bigint, proof_age bigint)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  s record;
  d uuid;
  active boolean;
  ordered text;
BEGIN
  PERFORM set_config('app.room', 'auth', true);
  -- An order counts before the session, also for a certificate that was revoked.
  IF p_spki IS NOT NULL THEN
    SELECT v.id, v.revoked_at IS NULL AND v.expires_at > now(), o.kind INTO d, active, ordered
      FROM auth.device v LEFT JOIN auth.device_order o ON o.device = v.id AND o.ended_at IS NULL
     WHERE v.spki = p_spki;
    IF ordered IS NOT NULL THEN
      verdict := CASE ordered WHEN 'lock' THEN 'device_locked' ELSE 'device_wipe' END;
      RETURN NEXT;
      RETURN;
    END IF;
    IF active IS NOT TRUE THEN
      d := NULL;
    END IF;
  END IF;
  SELECT x.id, x.device, x.last_seen, x.expires_at, x.factor_at, x.locked_at, x.proved_at, x.created_at,
         a.id AS account, a.staff, a.site, a.district, a.role, a.disabled_at, a.must_change, a.must_enrol, f.account IS NOT NULL AS has_factor
    INTO s FROM auth.session x JOIN auth.account a ON a.id = x.account LEFT JOIN auth.factor f ON f.account = a.id
   WHERE x.token = p_token;
  IF NOT FOUND OR s.expires_at <= now() OR s.disabled_at IS NOT NULL THEN
    verdict := 'signed_out';
    RETURN NEXT;
    RETURN;
  END IF;
  IF s.device IS DISTINCT FROM d OR (p_spki IS NOT NULL AND d IS NULL) THEN
    verdict := 'device_unknown';
    RETURN NEXT;
    RETURN;
  END IF;
  verdict := 'ok';
  session := s.id;
  account := s.account;
  staff := s.staff;
  site := s.site;
  district := s.district;
  role := s.role;
  device := d;
  must_change := s.must_change;
  must_enrol := s.must_enrol;
  has_factor := s.has_factor;
  factored := s.factor_at IS NOT NULL;
  locked := s.device IS NULL AND (s.locked_at IS NOT NULL OR s.last_seen + p_idle <= now());
  age := extract(epoch FROM now() - s.created_at)::bigint;
  proof_age := extract(epoch FROM now() - s.proved_at)::bigint;
  IF NOT locked AND s.last_seen < now() - interval '30 seconds' THEN
    -- losing this write in a crash costs nothing
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE auth.session x SET last_seen = now() WHERE x.id = s.id;
    UPDATE auth.device v SET last_seen = now() WHERE v.id = d;
  END IF;
  RETURN NEXT;
END $$;
COMMENT ON FUNCTION auth.look_up_session IS
  'One read a request: session, account, factor and device, all live now, and what is still between them and the records. Runs as its caller and opens the auth room for itself only; called outside a transaction.';

CREATE OR REPLACE FUNCTION auth.find_session(p_token bytea, p_spki bytea, p_idle interval)
RETURNS TABLE (verdict text, session uuid, staff uuid, site uuid, district uuid, role text, device uuid)
LANGUAGE sql VOLATILE AS $$
  SELECT CASE WHEN l.verdict = 'ok' AND (l.locked OR l.must_enrol OR (l.has_factor AND NOT l.factored)) THEN 'signed_out' ELSE l.verdict END,
         l.session, l.staff, l.site, l.district, l.role, l.device
    FROM auth.look_up_session(p_token, p_spki, p_idle) l
$$;
COMMENT ON FUNCTION auth.find_session IS 'What the release before asks, until it has been replaced.';

GRANT EXECUTE ON FUNCTION auth.look_up_session TO casebridge_app;
