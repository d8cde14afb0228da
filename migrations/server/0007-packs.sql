-- 0007-packs.sql - a district's own programmes, forms and scales, as the daemon
-- reads them.
--
-- Why: they are records of the directory, and every request is answered with
-- the newest of them. So each request asks for a number that grows with every
-- version of a pack (with who is asking, in the same read), and only when it
-- has grown are the packs read again, whole and on behalf of nobody.
-- While the previous release runs: it asks for neither. Locks: none. Undo:
-- none; migrations go forward.

CREATE FUNCTION app.pack_stamp() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS
$$ SELECT coalesce(sum(p.rec_ver), 0)::bigint FROM rec.pack p $$;
COMMENT ON FUNCTION app.pack_stamp IS
  'Grows with every version of every pack: nothing is ever deleted.';

-- The text as it was written: jsonb would reorder it.
CREATE FUNCTION app.packs() RETURNS TABLE (id uuid, version integer, body text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT p.id, v.version, v.body FROM rec.pack p JOIN log.version v ON v.record_id = p.id AND v.next_csn IS NULL
   WHERE p.rec_state <> 'retracted'
   ORDER BY p.id
$$;

DO $$
DECLARE
  f text;
BEGIN
  GRANT CREATE ON SCHEMA app TO casebridge_maint;
  FOREACH f IN ARRAY ARRAY['app.pack_stamp', 'app.packs'] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO casebridge_maint', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s() TO casebridge_app', f);
  END LOOP;
  REVOKE CREATE ON SCHEMA app FROM casebridge_maint;
END $$;
