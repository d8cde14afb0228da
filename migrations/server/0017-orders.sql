-- 0017-orders.sql - a lost station is locked or wiped at its next contact.
--
-- Why this shape: an order is a row that is never deleted, with who it is for,
-- why, and what came of it, so the trail of a lost station is whole; at most one
-- stands for a device. It is looked at in the read every request begins with,
-- before the session, and also for a certificate that was revoked: a station
-- that is shut out must still hear that it is to be wiped.
-- The share is half of what opens a store beside the passphrase
-- (client/store/share.h); alone it opens nothing.
-- What a wiped station could not hand over as changes is kept closed as it is.
-- While the previous release runs: it knows no orders and delivers on; its
-- find_session() is the one below, whose verdicts it takes for signed out.
-- Locks: new tables, a function; one column without a default, for a moment.
-- Undo: none; migrations only go forward.

ALTER TABLE auth.device ADD COLUMN last_seen timestamptz;

CREATE TABLE auth.device_order (
  id       uuid PRIMARY KEY,
  device   uuid NOT NULL REFERENCES auth.device,
  kind     text NOT NULL CHECK (kind IN ('lock', 'wipe')),
  reason   text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
  at       timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  done_at  timestamptz,
  stores   integer,
  kept     integer,
  receipt  text
);
CREATE UNIQUE INDEX device_order_one ON auth.device_order (device) WHERE ended_at IS NULL;
COMMENT ON COLUMN auth.device_order.receipt IS
  'Signed with the device key: a statement of our program, not proof of what happened to the disk.';

CREATE TABLE auth.store_share (
  store   uuid PRIMARY KEY,
  device  uuid NOT NULL REFERENCES auth.device,
  staff   uuid,
  share   bytea NOT NULL CHECK (length(share) = 32),
  made_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE auth.parcel (
  id     uuid PRIMARY KEY,
  device uuid NOT NULL REFERENCES auth.device,
  at     timestamptz NOT NULL DEFAULT now(),
  code   text NOT NULL,
  parcel text NOT NULL
);
COMMENT ON TABLE auth.parcel IS
  'Of stations that were locked or wiped: work that could not be taken then, sealed as it came.';

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['device_order', 'store_share', 'parcel'] LOOP
    EXECUTE format('ALTER TABLE auth.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE auth.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY room ON auth.%I USING (app.room() = ''auth'') WITH CHECK (app.room() = ''auth'')', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON auth.%I TO casebridge_app', t);
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION auth.find_session(p_token bytea, p_spki bytea, p_idle interval)
RETURNS TABLE (verdict text, session uuid, staff uuid, site uuid, district uuid, role text, device uuid)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  s record;
  d uuid;
  active boolean;
  ordered text;
BEGIN
  PERFORM set_config('app.room', 'auth', true);
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
  SELECT x.id, x.device, x.last_seen, x.expires_at, a.staff, a.site, a.district, a.role, a.disabled_at
    INTO s FROM auth.session x JOIN auth.account a ON a.id = x.account WHERE x.token = p_token;
  IF NOT FOUND OR s.expires_at <= now() OR s.disabled_at IS NOT NULL
     OR (s.device IS NULL AND s.last_seen + p_idle <= now()) THEN
    verdict := 'signed_out';
    RETURN NEXT;
    RETURN;
  END IF;
  IF s.device IS DISTINCT FROM d OR (p_spki IS NOT NULL AND d IS NULL) THEN
    verdict := 'device_unknown';
    RETURN NEXT;
    RETURN;
  END IF;
  IF s.last_seen < now() - interval '30 seconds' THEN
    -- losing this write in a crash costs nothing
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE auth.session x SET last_seen = now() WHERE x.id = s.id;
    UPDATE auth.device v SET last_seen = now() WHERE v.id = d;
  END IF;
  RETURN QUERY SELECT 'ok', s.id, s.staff, s.site, s.district, s.role, d;
END $$;
COMMENT ON FUNCTION auth.find_session IS
  'One read a request: orders for the device, session, account and device, all live now. Runs as its caller and opens the auth room for itself only; called outside a transaction.';
