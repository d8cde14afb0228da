-- 0129-gone-records.sql - what was destroyed is known by its records, too, however their ids
-- are written.
--
-- Why: of a destroyed case only its units were known. A file sent late names a record, so it
-- was taken, sealed and kept until its time was over; a change that says no case (a conflict
-- settled, a note patched) was parked with all it said; and so was one that writes its ids in
-- capitals, because they were compared as text. The ids of records stay on the trail anyway.
-- A late change that is refused adds its own record, whose file comes behind it.
-- While the previous release runs: it takes late files as before; its refusals leave no text.
-- Of cases destroyed before only the units are known.
-- Locks: none worth naming. Undo: none; migrations only go forward.

CREATE TABLE duty.gone_record (
  record uuid PRIMARY KEY
);
COMMENT ON TABLE duty.gone_record IS 'Records that were destroyed with their case, and those that came for it later.';
ALTER TABLE duty.gone_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE duty.gone_record FORCE ROW LEVEL SECURITY;
CREATE POLICY maint ON duty.gone_record TO casebridge_maint USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON duty.gone_record TO casebridge_maint;

CREATE OR REPLACE FUNCTION duty.names_gone(p_ids text[]) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  ids uuid[] := ARRAY(SELECT CASE WHEN x ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN x::uuid END FROM unnest(p_ids) x);
BEGIN
  RETURN EXISTS (SELECT 1 FROM duty.gone g WHERE g.unit = ANY (ids))
      OR EXISTS (SELECT 1 FROM duty.gone_record g WHERE g.record = ANY (ids));
END $$;
COMMENT ON FUNCTION duty.names_gone IS 'Whether one of these ids is of a unit or a record that was destroyed.';

CREATE OR REPLACE FUNCTION duty.parked_gone() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  rec text := NEW.payload::json ->> 'rec';
BEGIN
  IF duty.names_gone(ARRAY[NEW.payload::json ->> 'case', rec]) THEN
    IF rec ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
      INSERT INTO duty.gone_record (record)
      SELECT rec::uuid WHERE NOT EXISTS (SELECT 1 FROM log.version v WHERE v.record_id = rec::uuid) ON CONFLICT DO NOTHING;
    END IF;
    NEW.payload := '{}';
    NEW.key_no := 0;
    NEW.accepts := '-';
  END IF;
  RETURN NEW;
END $$;

-- Versions go in one way only (duty.wipe), and what was parked of them goes with them.
CREATE FUNCTION duty.versions_gone() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO duty.gone_record (record) SELECT DISTINCT o.record_id FROM gone o ON CONFLICT DO NOTHING;
  DELETE FROM log.parked p
   WHERE ARRAY[lower(p.payload::json ->> 'case'), lower(p.payload::json ->> 'rec')]
      && ARRAY(SELECT o.record_id::text FROM gone o UNION SELECT o.unit_id::text FROM gone o WHERE o.unit_id <> app.directory());
  RETURN NULL;
END $$;
CREATE TRIGGER gone AFTER DELETE ON log.version REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION duty.versions_gone();

DO $$
BEGIN
  GRANT CREATE ON SCHEMA duty TO casebridge_maint;
  ALTER FUNCTION duty.versions_gone OWNER TO casebridge_maint;
  REVOKE CREATE ON SCHEMA duty FROM casebridge_maint;
  REVOKE ALL ON FUNCTION duty.versions_gone FROM PUBLIC;
END $$;
GRANT EXECUTE ON FUNCTION duty.names_gone TO casebridge_app;

UPDATE log.parked p SET payload = '{}', key_no = 0, accepts = '-'
 WHERE duty.names_gone(ARRAY[p.payload::json ->> 'case', p.payload::json ->> 'rec']);
