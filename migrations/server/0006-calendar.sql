-- 0006-calendar.sql - what falls due hangs on the calendar and on the packs, and
-- so do the lines that are kept of the cases.
--
-- Why: a line's next date may be some working days away, and what a programme
-- asks stands in its pack. When a holiday or a pack changes, every line is
-- folded anew. Whoever folds them reads the calendar as a whole, on behalf of
-- nobody, so that is a function of the maintainer's.
-- While the previous release runs: it marks no line and reads no calendar.
-- Locks: none that last. Undo: none; migrations go forward.

CREATE FUNCTION log.holidays() RETURNS TABLE (date date, kind text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT h.date, h.kind FROM rec.holiday h WHERE h.rec_state <> 'retracted' AND h.date IS NOT NULL;
END $$;

-- In order of the cases, as everybody locks them.
CREATE FUNCTION log.summaries_dirty() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  UPDATE log.summary s SET dirty = true
    FROM (SELECT x.case_id FROM log.summary x WHERE NOT x.dirty ORDER BY x.case_id FOR UPDATE) l
   WHERE s.case_id = l.case_id;
  RETURN NULL;
END $$;
CREATE TRIGGER lines AFTER INSERT OR UPDATE OR DELETE ON rec.holiday
  FOR EACH STATEMENT EXECUTE FUNCTION log.summaries_dirty();
CREATE TRIGGER lines AFTER INSERT OR UPDATE OR DELETE ON rec.pack
  FOR EACH STATEMENT EXECUTE FUNCTION log.summaries_dirty();

DO $$
DECLARE
  f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['log.holidays', 'log.summaries_dirty'] LOOP
    EXECUTE format('GRANT CREATE ON SCHEMA %I TO casebridge_maint', split_part(f, '.', 1));
    EXECUTE format('ALTER FUNCTION %s OWNER TO casebridge_maint', f);
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM casebridge_maint', split_part(f, '.', 1));
  END LOOP;
  GRANT EXECUTE ON FUNCTION log.holidays() TO casebridge_app;
END $$;
