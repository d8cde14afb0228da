-- 0012-staff-left.sql - who is no longer in post does not sign in.
--
-- Why: the directory says who works where, a site's administrator keeps it, and
-- an account is another thing, kept by the system's. Somebody who left would
-- keep theirs until both had heard of it. One direction only: an account is
-- enabled again by hand, because it may have been disabled for another reason.
-- Sessions end with it; the next request of each finds the account disabled.
-- While the previous release runs: it holds, being of the table. Undo: none;
-- migrations go forward.

CREATE FUNCTION auth.staff_left() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  room text := current_setting('app.room', true);
BEGIN
  PERFORM set_config('app.room', 'auth', true);
  UPDATE auth.account a SET disabled_at = now() WHERE a.staff = NEW.id AND a.disabled_at IS NULL;
  PERFORM set_config('app.room', coalesce(room, ''), true);
  RETURN NULL;
END $$;

DO $$
BEGIN
  GRANT CREATE ON SCHEMA auth TO casebridge_maint;
  ALTER FUNCTION auth.staff_left OWNER TO casebridge_maint;
  REVOKE CREATE ON SCHEMA auth FROM casebridge_maint;
END $$;
GRANT USAGE ON SCHEMA auth TO casebridge_maint;
GRANT SELECT, UPDATE ON auth.account TO casebridge_maint;
REVOKE ALL ON FUNCTION auth.staff_left FROM PUBLIC;
CREATE TRIGGER staff_left AFTER INSERT ON rec.staff
  FOR EACH ROW WHEN (NEW.active IS FALSE OR NEW.rec_state = 'retracted') EXECUTE FUNCTION auth.staff_left();
