-- 0080-second-person.sql - what no administrator does alone.
--
-- Why this shape: whoever can give an account, a password or a way past the second
-- factor by themselves can become any clinician, and a second account of their own
-- can grant whatever the first asks for. So these are requests: one administrator
-- asks, another carries it out. Where it is done to somebody who has a password of
-- their own there is a day between, in which they are told and may end it (due).
-- Who is a second person follows from the same rows: nobody whose account, password
-- or factor the other one had a hand in within the last day. Letting a station in
-- asks the same question (is_second). An account that is raised to administer or to
-- audit is suspended, so that it comes into use as a new one does.
-- An account and its staff record are now changed under one lock, whichever side
-- begins: none is made, resumed or granted by a record that changed meanwhile.
-- While the previous release runs: it goes on alone; stop it first.
-- Locks: none worth naming. Undo: none; migrations only go forward.

CREATE TABLE auth.request (
  id         uuid PRIMARY KEY,
  kind       text NOT NULL CHECK (kind IN ('account', 'password', 'factor', 'resume')),
  staff      uuid NOT NULL,
  login      text CHECK ((login IS NOT NULL) = (kind = 'account')),
  made_by    uuid NOT NULL,
  at         timestamptz NOT NULL DEFAULT now(),
  due        timestamptz NOT NULL,
  decided_at timestamptz,
  decided_by uuid,
  outcome    text CHECK (outcome IN ('granted', 'refused', 'objected', 'late')),
  CHECK ((decided_at IS NULL) = (outcome IS NULL)),
  CHECK (staff <> made_by),
  CHECK (outcome IS DISTINCT FROM 'granted'
         OR decided_by IS NOT NULL AND decided_by <> made_by AND decided_by <> staff AND decided_at >= due),
  CHECK (outcome IS DISTINCT FROM 'objected' OR decided_by = staff)
);
CREATE UNIQUE INDEX request_open ON auth.request (staff, kind) WHERE decided_at IS NULL;
CREATE INDEX request_granted ON auth.request (decided_at) WHERE outcome = 'granted';
COMMENT ON TABLE auth.request IS
  'What takes a second administrator. The database refuses a grant by who asked, by whom it is about, and before it is due, too.';
COMMENT ON COLUMN auth.request.due IS 'Not to be granted before: the person it is about may object until then, and as long as it stands.';

ALTER TABLE auth.request ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.request FORCE ROW LEVEL SECURITY;
CREATE POLICY room ON auth.request USING (app.room() = 'auth') WITH CHECK (app.room() = 'auth');
GRANT SELECT, INSERT, UPDATE ON auth.request TO casebridge_app;

CREATE FUNCTION auth.is_second(p_by uuid, p_staff uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT p_by IS DISTINCT FROM p_staff
     AND NOT EXISTS (SELECT 1 FROM auth.request q
                      WHERE q.outcome = 'granted' AND q.decided_at > now() - interval '24 hours'
                        AND (q.staff = p_staff AND p_by IN (q.made_by, q.decided_by)
                             OR q.staff = p_by AND p_staff IN (q.made_by, q.decided_by)))
$$;
COMMENT ON FUNCTION auth.is_second IS
  'Whether p_staff may grant what p_by asked for: another person, and neither gave the other an account, a password or a way past the factor within a day.';
GRANT EXECUTE ON FUNCTION auth.is_second TO casebridge_app;

-- ---- an account and its record, under one lock -----------------------------------

CREATE FUNCTION auth.lock_staff(p_staff uuid) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('casebridge staff ' || p_staff, 0))
$$;

-- Volatile: what is read behind the lock is what is there then.
CREATE OR REPLACE FUNCTION auth.staff_record(p_staff uuid)
RETURNS TABLE (name text, role text, active boolean, site uuid, site_name text, district uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  PERFORM auth.lock_staff(p_staff);
  RETURN QUERY
  SELECT t.name, t.role, t.active IS NOT FALSE AND t.rec_state <> 'retracted', s.id, s.name, s.district
    FROM rec.staff t JOIN rec.site s ON s.id = t.site WHERE t.id = p_staff;
END $$;

-- For a list: nothing is locked.
CREATE FUNCTION auth.staff_shown(p_staff uuid) RETURNS TABLE (name text, role text, site uuid, site_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT t.name, t.role, s.id, s.name FROM rec.staff t JOIN rec.site s ON s.id = t.site WHERE t.id = p_staff
$$;

CREATE OR REPLACE FUNCTION auth.staff_left() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  room text := current_setting('app.room', true);
BEGIN
  PERFORM auth.lock_staff(NEW.id);
  PERFORM set_config('app.room', 'auth', true);
  UPDATE auth.account a SET disabled_at = now() WHERE a.staff = NEW.id AND a.disabled_at IS NULL;
  PERFORM set_config('app.room', coalesce(room, ''), true);
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION auth.account_follows() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  room text := current_setting('app.room', true);
  was record;
  office CONSTANT text[] := ARRAY['site_admin', 'system_admin', 'auditor'];
BEGIN
  PERFORM auth.lock_staff(NEW.id);
  PERFORM set_config('app.room', 'auth', true);
  SELECT a.id, a.role, a.site INTO was FROM auth.account a WHERE a.staff = NEW.id FOR UPDATE;
  IF FOUND THEN
    UPDATE auth.account a SET name = NEW.name, role = NEW.role, site = NEW.site, site_name = s.name, district = s.district,
           disabled_at = CASE WHEN NEW.role = ANY (office) AND was.role <> NEW.role THEN coalesce(a.disabled_at, now())
                              ELSE a.disabled_at END
      FROM rec.site s WHERE a.id = was.id AND s.id = NEW.site;
    IF was.role <> NEW.role OR was.site <> NEW.site THEN
      DELETE FROM auth.session x WHERE x.account = was.id;
    END IF;
  END IF;
  PERFORM set_config('app.room', coalesce(room, ''), true);
  RETURN NULL;
END $$;

DO $$
BEGIN
  GRANT CREATE ON SCHEMA auth TO casebridge_maint;
  ALTER FUNCTION auth.lock_staff OWNER TO casebridge_maint;
  ALTER FUNCTION auth.staff_shown OWNER TO casebridge_maint;
  REVOKE ALL ON FUNCTION auth.lock_staff, auth.staff_shown FROM PUBLIC;
  REVOKE CREATE ON SCHEMA auth FROM casebridge_maint;
END $$;
GRANT EXECUTE ON FUNCTION auth.staff_shown TO casebridge_app;
