-- 0077-classes.sql - the second wall of the typed tables knows classes, too.
--
-- Why: a row of a typed table was shown to whoever reaches its case, whatever
-- classes a consent opens to them and whoever may read what is restricted; only
-- log.version was held to both. No statement of the daemon gives such a row away,
-- but the wall is there for the day one does (tests/authz/walk.t asks for
-- everything as everybody). The gates between phases look at a case as a whole, so
-- they ask a function of their own, for cases the reader reaches.
-- While the previous release runs: it reads the typed tables as before; of a reader
-- with part of the classes it may think a gate shut that is open.
-- Locks: a short one on each table. Undo: none; migrations only go forward.

CREATE FUNCTION access.wall_class(p_type text, p_class integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  EXECUTE format('CREATE POLICY class ON rec.%1$I AS RESTRICTIVE FOR SELECT TO casebridge_app
    USING (EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = %1$I.case_id AND r.key = (SELECT app.key())
      AND r.classes & %2$s <> 0 AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())))', p_type, p_class);
END $$;
COMMENT ON FUNCTION access.wall_class IS
  'The second wall of a type whose records lie in a case: shown where their class is open (1 core needs none: every reach has it).';
REVOKE ALL ON FUNCTION access.wall_class FROM PUBLIC;

SELECT access.wall_class(t.type, t.class) FROM (VALUES
  ('relation', 2),
  ('screening', 4), ('assessment', 4), ('response', 4), ('need', 4),
  ('plan', 8), ('goal', 8), ('review', 8), ('application', 8), ('contract', 8), ('closure', 8),
  ('supervision', 16)) t (type, class);

-- What is restricted is as its newest version is, and that says who may read it;
-- a conflict is as private as what it is about.
DO $$
DECLARE
  newest text := 'EXISTS (SELECT 1 FROM log.version v WHERE v.record_id = %1$I.id AND v.next_csn IS NULL)';
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['service', 'document'] LOOP
    PERFORM access.wall_class(t, 16);
    EXECUTE format('CREATE POLICY named ON rec.%1$I AS RESTRICTIVE FOR SELECT TO casebridge_app USING (restricted IS NOT TRUE OR ' || newest || ')', t);
  END LOOP;
  EXECUTE format('CREATE POLICY class ON rec.%1$I AS RESTRICTIVE FOR SELECT TO casebridge_app USING (' || newest || ')', 'conflict');
END $$;

CREATE FUNCTION log.phase_records(p_cases uuid[], p_but uuid[])
RETURNS TABLE (case_id uuid, type text, body text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  p_seen uuid[] := ARRAY(SELECT v.unit_id FROM access.visible() v WHERE v.unit_id = ANY (p_cases));
BEGIN
  RETURN QUERY
  SELECT s.case_id, 'consent', to_json(s)::text FROM rec.consent s
   WHERE s.case_id = ANY (p_seen) AND s.rec_state <> 'retracted' AND s.id <> ALL (p_but)
  UNION ALL SELECT s.case_id, 'screening', to_json(s)::text FROM rec.screening s
   WHERE s.case_id = ANY (p_seen) AND s.rec_state <> 'retracted' AND s.id <> ALL (p_but)
  UNION ALL SELECT s.case_id, 'need', to_json(s)::text FROM rec.need s
   WHERE s.case_id = ANY (p_seen) AND s.rec_state <> 'retracted' AND s.id <> ALL (p_but)
  UNION ALL SELECT s.case_id, 'flag', to_json(s)::text FROM rec.flag s
   WHERE s.case_id = ANY (p_seen) AND s.rec_state <> 'retracted' AND s.id <> ALL (p_but)
  UNION ALL SELECT s.case_id, 'response', json_build_object('danger', s.danger)::text FROM rec.response s
   WHERE s.case_id = ANY (p_seen) AND s.rec_state <> 'retracted' AND s.id <> ALL (p_but)
  UNION ALL SELECT s.case_id, 'plan', json_build_object('agreed', s.agreed, 'approved', s.approved)::text FROM rec.plan s
   WHERE s.case_id = ANY (p_seen) AND s.rec_state <> 'retracted' AND s.id <> ALL (p_but)
  UNION ALL SELECT s.case_id, 'service', json_build_object('status', s.status, 'started_at', s.started_at)::text FROM rec.service s
   WHERE s.case_id = ANY (p_seen) AND s.rec_state <> 'retracted' AND s.id <> ALL (p_but)
  UNION ALL SELECT s.case_id, 'review', '{}' FROM rec.review s
   WHERE s.case_id = ANY (p_seen) AND s.rec_state <> 'retracted' AND s.id <> ALL (p_but)
  UNION ALL SELECT s.case_id, 'goal', json_build_object('reached', s.reached)::text FROM rec.goal s
   WHERE s.case_id = ANY (p_seen) AND s.rec_state <> 'retracted' AND s.id <> ALL (p_but)
  UNION ALL SELECT s.case_id, 'closure', json_build_object('approved', s.approved)::text FROM rec.closure s
   WHERE s.case_id = ANY (p_seen) AND s.rec_state <> 'retracted' AND s.id <> ALL (p_but)
  UNION ALL SELECT s.case_id, 'referral', json_build_object('status', s.status, 'manager', s.manager, 'to_staff', s.to_staff)::text FROM rec.referral s
   WHERE s.case_id = ANY (p_seen) AND s.rec_state <> 'retracted' AND s.id <> ALL (p_but);
END $$;
COMMENT ON FUNCTION log.phase_records IS
  'What the gates between phases ask about (proto/phase_facts.c), of cases the reader reaches, whatever classes are open to them.';
DO $$
BEGIN
  GRANT CREATE ON SCHEMA log TO casebridge_maint;
  ALTER FUNCTION log.phase_records OWNER TO casebridge_maint;
  REVOKE CREATE ON SCHEMA log FROM casebridge_maint;
END $$;
REVOKE ALL ON FUNCTION log.phase_records FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.phase_records(uuid[], uuid[]) TO casebridge_app;
