-- 0070-administration.sql - what administrators do in the web app.
--
-- Why this shape: a station is let in by two people. Who makes a code is noted
-- with it; a code made by an administrator brings a request, kept whole, that
-- somebody else looks at and grants, and only then is there a device. A code
-- made at the server's own console may do without, and says so (`alone`).
-- A certificate is made anew for the same key: the key is what is looked up on
-- every request, so nothing but its end moves.
-- An account repeats what the staff record says; it now follows it in the same
-- transaction, and whoever got another role or site signs in again.
-- Settings that the server takes while it runs lie beside the file; it may only
-- be made stricter here than the file says (server/config.c).
-- While the previous release runs: it lets in with codes as before; a code made
-- by this one for two people it would take alone, so stop it first.
-- Locks: small tables, for a moment. Undo: none; migrations only go forward.

ALTER TABLE rec.site ADD COLUMN hours text;

ALTER TABLE auth.enrol_code
  ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  ADD COLUMN made_by uuid,
  ADD COLUMN alone boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN auth.enrol_code.alone IS 'One person is enough: made at the console, with that said.';

CREATE TABLE auth.enrolment (
  id         uuid PRIMARY KEY,
  code       bytea NOT NULL UNIQUE REFERENCES auth.enrol_code,
  site       uuid NOT NULL,
  site_name  text NOT NULL,
  made_by    uuid,
  spki       bytea NOT NULL UNIQUE CHECK (length(spki) = 32),
  at         timestamptz NOT NULL DEFAULT now(),
  decided_at timestamptz,
  decided_by uuid,
  granted    boolean,
  device     uuid REFERENCES auth.device,
  CHECK ((decided_at IS NULL) = (granted IS NULL)),
  CHECK (made_by IS DISTINCT FROM decided_by OR decided_by IS NULL)
);
COMMENT ON TABLE auth.enrolment IS
  'Requests of stations to be let in. Who made the code never decides: the database refuses it, too.';

ALTER TABLE auth.device
  ADD COLUMN program text CHECK (length(program) <= 40),
  ADD COLUMN told_at timestamptz,
  ADD COLUMN unsent integer CHECK (unsent >= 0),
  ADD COLUMN unsent_since timestamptz,
  ADD COLUMN renewed_at timestamptz,
  ADD COLUMN granted_by uuid;
COMMENT ON COLUMN auth.device.unsent IS
  'Changes not yet sent, of everybody at the station, as it said at told_at.';

CREATE TABLE auth.setting (
  key   text PRIMARY KEY,
  value bigint NOT NULL,
  by    uuid NOT NULL,
  at    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE auth.setting IS 'What is stricter than the file says.';

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['enrolment', 'setting'] LOOP
    EXECUTE format('ALTER TABLE auth.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE auth.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY room ON auth.%I USING (app.room() = ''auth'') WITH CHECK (app.room() = ''auth'')', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON auth.%I TO casebridge_app', t);
  END LOOP;
END $$;
GRANT DELETE ON auth.setting TO casebridge_app;

-- ---- an account follows its staff record --------------------------------------

CREATE FUNCTION auth.account_follows() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  room text := current_setting('app.room', true);
  was record;
BEGIN
  PERFORM set_config('app.room', 'auth', true);
  SELECT a.id, a.role, a.site INTO was FROM auth.account a WHERE a.staff = NEW.id FOR UPDATE;
  IF FOUND THEN
    UPDATE auth.account a SET name = NEW.name, role = NEW.role, site = NEW.site, site_name = s.name, district = s.district
      FROM rec.site s WHERE a.id = was.id AND s.id = NEW.site;
    IF was.role <> NEW.role OR was.site <> NEW.site THEN
      DELETE FROM auth.session x WHERE x.account = was.id;
    END IF;
  END IF;
  PERFORM set_config('app.room', coalesce(room, ''), true);
  RETURN NULL;
END $$;

CREATE FUNCTION auth.site_renamed() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  room text := current_setting('app.room', true);
BEGIN
  PERFORM set_config('app.room', 'auth', true);
  UPDATE auth.account a SET site_name = NEW.name, district = NEW.district
   WHERE a.site = NEW.id AND (a.site_name <> NEW.name OR a.district IS DISTINCT FROM NEW.district);
  UPDATE auth.device d SET site_name = NEW.name WHERE d.site = NEW.id AND d.site_name <> NEW.name;
  PERFORM set_config('app.room', coalesce(room, ''), true);
  RETURN NULL;
END $$;

-- ---- what is asked of the directory and the log on behalf of an administrator ----

CREATE FUNCTION auth.staff_record(p_staff uuid)
RETURNS TABLE (name text, role text, active boolean, site uuid, site_name text, district uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT t.name, t.role, t.active IS NOT FALSE AND t.rec_state <> 'retracted', s.id, s.name, s.district
    FROM rec.staff t JOIN rec.site s ON s.id = t.site WHERE t.id = p_staff
$$;

CREATE FUNCTION auth.device_work()
RETURNS TABLE (device uuid, stores bigint, seen timestamptz, waiting bigint, owed bigint, owed_since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT r.device, count(*), max(r.last_seen), sum(r.wait_records)::bigint, sum(coalesce(u.n, 0))::bigint, min(u.since)
    FROM log.replica r
    LEFT JOIN (SELECT x.replica, count(*) AS n, min(x.since) AS since FROM log.unpurged(NULL) x GROUP BY x.replica) u
      ON u.replica = r.replica
   WHERE NOT r.gone AND NOT log.is_superseded(r.replica)
   GROUP BY r.device
$$;
COMMENT ON FUNCTION auth.device_work IS
  'Of each station: when a store of it was last in touch, records that wait for it, purges it has not confirmed.';

DO $$
DECLARE
  f text;
BEGIN
  GRANT CREATE ON SCHEMA auth TO casebridge_maint;
  FOREACH f IN ARRAY ARRAY['account_follows()', 'site_renamed()', 'staff_record(uuid)', 'device_work()'] LOOP
    EXECUTE format('ALTER FUNCTION auth.%s OWNER TO casebridge_maint', f);
    EXECUTE format('REVOKE ALL ON FUNCTION auth.%s FROM PUBLIC', f);
  END LOOP;
  REVOKE CREATE ON SCHEMA auth FROM casebridge_maint;
END $$;
GRANT SELECT, DELETE ON auth.session TO casebridge_maint;
GRANT SELECT, UPDATE ON auth.device TO casebridge_maint;
GRANT EXECUTE ON FUNCTION auth.staff_record(uuid), auth.device_work() TO casebridge_app;
CREATE TRIGGER account_follows AFTER INSERT ON rec.staff
  FOR EACH ROW EXECUTE FUNCTION auth.account_follows();
CREATE TRIGGER site_renamed AFTER INSERT ON rec.site
  FOR EACH ROW EXECUTE FUNCTION auth.site_renamed();
