-- 0078-door.sql - what a sign-in leaves behind, and what it may push out.
--
-- Why this shape: a sign-in that somebody has not finished is worth nothing and must
-- cost nobody anything. It says so now (whole_at), so that unfinished ones make room
-- for each other only, and those of a browser the account is known at for those of
-- that browser only: whoever has no more than a password ends no session of its owner.
-- A session knows the browser it is in by the name the account keeps of it, so that
-- forgetting a browser ends what is open there. What was there before (when, where,
-- how many wrong passwords since) is kept with the session that is shown it.
-- A wait notes once on the trail that somebody was made to wait (told): a million
-- guesses leave as many rows as there are waits.
-- While the previous release runs: its sessions are never whole here; they are pruned
-- by its own statement, and by this release's as unfinished ones, so stop it first.
-- Locks: auth.session, auth.account and auth.attempt for the columns, for a moment.
-- Undo: none; migrations only go forward.

ALTER TABLE auth.session
  ADD COLUMN whole_at timestamptz,
  ADD COLUMN known uuid,
  ADD COLUMN idle_most smallint CHECK (idle_most > 0),
  ADD COLUMN refused_at timestamptz,
  ADD COLUMN before_at timestamptz,
  ADD COLUMN before_place text,
  ADD COLUMN before_missed integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN auth.session.whole_at IS 'When the last step of its sign-in was taken; null: not yet.';
COMMENT ON COLUMN auth.session.known IS 'The known_browser it is in; null: a station, or a browser the account was not known at.';
COMMENT ON COLUMN auth.session.idle_most IS 'Minutes after which it is left, where that is less than the setting.';
COMMENT ON COLUMN auth.session.refused_at IS 'When a refusal of it was noted that is noted once a minute.';
COMMENT ON COLUMN auth.session.before_at IS 'The sign-in of the account before this one.';

ALTER TABLE auth.account
  ADD COLUMN first_until timestamptz,
  ADD COLUMN last_at timestamptz,
  ADD COLUMN last_place text,
  ADD COLUMN missed integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN auth.account.first_until IS
  'A password somebody else chose is taken until then, unless it was changed; null: it is the own.';
COMMENT ON COLUMN auth.account.missed IS 'Wrong passwords since last_at.';

ALTER TABLE auth.attempt ADD COLUMN told boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN auth.attempt.told IS 'That somebody was made to wait is on the trail, for the wait that stands.';
ALTER TABLE auth.attempt DROP CONSTRAINT attempt_scope_check;
ALTER TABLE auth.attempt ADD CONSTRAINT attempt_scope_check
  CHECK (scope IN ('account', 'device', 'source', 'factor', 'recovery', 'proof'));

UPDATE auth.session SET whole_at = created_at;
UPDATE auth.session s SET idle_most = 10, expires_at = least(s.expires_at, s.created_at + interval '8 hours')
  FROM auth.account a WHERE a.id = s.account AND a.role IN ('site_admin', 'system_admin', 'auditor');
UPDATE auth.account SET first_until = now() + interval '24 hours' WHERE must_change;
-- Who is asked for a second factor is not shut to every new place by strangers.
UPDATE auth.attempt t SET until_at = now() FROM auth.factor f
 WHERE t.scope = 'account' AND t.key = uuid_send(f.account) AND t.until_at > now() + interval '15 minutes';

CREATE OR REPLACE FUNCTION auth.look_up_session(p_token bytea, p_spki bytea, p_idle interval)
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
  SELECT x.id, x.device, x.last_seen, x.expires_at, x.factor_at, x.locked_at, x.proved_at, x.created_at, x.idle_most,
         a.id AS account, a.staff, a.site, a.district, a.role, a.disabled_at, a.must_change, a.must_enrol, f.account IS NOT NULL AS has_factor
    INTO s FROM auth.session x JOIN auth.account a ON a.id = x.account LEFT JOIN auth.factor f ON f.account = a.id
   WHERE x.token = p_token;
  IF NOT FOUND OR s.expires_at <= now() OR s.disabled_at IS NOT NULL THEN
    verdict := 'signed_out';
    RETURN NEXT;
    RETURN;
  END IF;
  -- Whose session it is goes on the trail when it is refused, too.
  session := s.id;
  account := s.account;
  staff := s.staff;
  site := s.site;
  district := s.district;
  role := s.role;
  device := d;
  IF s.device IS DISTINCT FROM d OR (p_spki IS NOT NULL AND d IS NULL) THEN
    verdict := 'device_unknown';
    RETURN NEXT;
    RETURN;
  END IF;
  verdict := 'ok';
  must_change := s.must_change;
  must_enrol := s.must_enrol;
  has_factor := s.has_factor;
  factored := s.factor_at IS NOT NULL;
  locked := s.device IS NULL
            AND (s.locked_at IS NOT NULL OR s.last_seen + least(p_idle, make_interval(mins => s.idle_most)) <= now());
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
