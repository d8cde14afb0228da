-- 0050-key.sql - who asks is found out without planning anything anew.
--
-- Why: every policy asks app.key(), now on behalf of the application and now of
-- casebridge_maint inside one of the functions that look past the policies. What it
-- reads is under row-level security, and it had no search path of its own: at each
-- change of sides PostgreSQL took its four expressions apart, rewrote and planned
-- them again, several times a request, a twelfth of what a request cost the
-- database. It always runs as the same role with the same search path now.
-- It looks past nothing it did not see before: access.role is open to everybody,
-- and of the emergencies it reads the asker's own.
-- While the previous release runs: it calls the same function. Locks: none worth
-- naming. Undo: none; migrations go forward.

DO $$
BEGIN
  GRANT CREATE ON SCHEMA app TO casebridge_maint;
  ALTER FUNCTION app.key() OWNER TO casebridge_maint;
  REVOKE CREATE ON SCHEMA app FROM casebridge_maint;
END $$;
ALTER FUNCTION app.key() SECURITY DEFINER SET search_path = pg_catalog;
