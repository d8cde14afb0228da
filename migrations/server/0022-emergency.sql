-- 0022-emergency.sql - break-glass: a case nobody shared, for an hour, and never
-- unseen.
--
-- Why this shape: what an emergency opens is a key of its own. A transaction that
-- names the grant (app.glass) reaches with that key and no other: exactly the case,
-- its persons and the letters about it, until the second it ends; and every policy
-- there is holds for it as it stands. It adds and reads: what would change or
-- withdraw a record, make a unit, or offer one to a station is refused by policies
-- of the grant alone. The grant, the notice to the case manager and the task to
-- review it are one commit, and the database refuses the one without the others.
-- Roles come from the account, not from whoever asks. Nothing prolongs a grant: the
-- daemon's role may not write the table, and for the same case a second is given
-- only when the first was reviewed.
-- While the previous release runs: it never names a grant. Locks: a short one on
-- every typed table for its policies. Undo: none; migrations only go forward.

CREATE TABLE access.emergency (
  id          uuid PRIMARY KEY,
  staff       uuid NOT NULL,
  site_id     uuid NOT NULL,
  role        text NOT NULL,
  case_id     uuid NOT NULL,
  home_site   uuid NOT NULL,
  at          timestamptz NOT NULL DEFAULT now(),
  until       timestamptz NOT NULL,
  category    text NOT NULL,
  reason      text NOT NULL,
  task        uuid NOT NULL,
  reviewed_at timestamptz,
  reviewed_by uuid,
  outcome     text CHECK (outcome IN ('justified', 'unjustified')),
  note        text,
  CHECK (until <= at + interval '60 minutes'),
  CHECK (reviewed_by <> staff)
);
CREATE INDEX emergency_staff ON access.emergency (staff, at);
CREATE INDEX emergency_case ON access.emergency (case_id);
CREATE INDEX emergency_waiting ON access.emergency (at) WHERE reviewed_at IS NULL;
COMMENT ON TABLE access.emergency IS
  'Break-glass: who opened which case, when, why, until when; who reviewed it. Written by its functions only.';
ALTER TABLE access.emergency ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.emergency FORCE ROW LEVEL SECURITY;
CREATE POLICY maint ON access.emergency TO casebridge_maint USING (true) WITH CHECK (true);
CREATE POLICY own ON access.emergency FOR SELECT TO casebridge_app USING (staff = (SELECT app.staff()));
GRANT SELECT, INSERT, UPDATE ON access.emergency TO casebridge_maint;
GRANT SELECT ON access.emergency TO casebridge_app;

-- ---- the key of an emergency --------------------------------------------------------

CREATE FUNCTION app.glass() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.glass', true), '')::uuid $$;

-- A grant that is over, or another's, or on behalf of a station opens nothing.
CREATE OR REPLACE FUNCTION app.key() RETURNS uuid LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  IF app.glass() IS NOT NULL THEN
    RETURN (SELECT g.id FROM access.emergency g
             WHERE g.id = app.glass() AND g.staff = app.staff() AND g.until > now() AND app.replica() IS NULL);
  END IF;
  RETURN CASE (SELECT r.reach FROM access.role r WHERE r.role = app.role())
         WHEN 'site' THEN app.site() WHEN 'member' THEN app.staff() END;
END $$;

ALTER FUNCTION access.case_reach(uuid[]) RENAME TO member_reach;
CREATE FUNCTION access.case_reach(p_cases uuid[])
RETURNS TABLE (key uuid, unit_id uuid, classes integer, from_at timestamptz, to_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT * FROM access.member_reach(p_cases)
  UNION ALL
  SELECT g.id, g.case_id, 31, g.at, g.until
    FROM access.emergency g WHERE g.case_id = ANY (p_cases) AND g.until > now()
$$;
COMMENT ON FUNCTION access.case_reach IS
  'Who reaches cases: their home site and members (member_reach), and emergencies while they last, without what is restricted.';

-- ---- read and add only -----------------------------------------------------------------

CREATE FUNCTION access.adds(p_type smallint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM access.may m WHERE m.role = app.role() AND m.verb = 'glass_create' AND m.type = p_type)
$$;
CREATE POLICY glass_add ON log.version AS RESTRICTIVE FOR INSERT TO casebridge_app
  WITH CHECK ((SELECT app.glass()) IS NULL OR (version = 1 AND access.adds(type)));
CREATE POLICY glass_change ON log.version AS RESTRICTIVE FOR UPDATE TO casebridge_app
  USING ((SELECT app.glass()) IS NULL);
CREATE POLICY glass_add ON log.unit AS RESTRICTIVE FOR INSERT TO casebridge_app
  WITH CHECK ((SELECT app.glass()) IS NULL);
CREATE POLICY glass ON log.manifest AS RESTRICTIVE TO casebridge_app
  USING ((SELECT app.glass()) IS NULL) WITH CHECK ((SELECT app.glass()) IS NULL);
CREATE POLICY glass ON log.replica AS RESTRICTIVE TO casebridge_app
  USING ((SELECT app.glass()) IS NULL) WITH CHECK ((SELECT app.glass()) IS NULL);
CREATE POLICY glass ON log.upload AS RESTRICTIVE TO casebridge_app
  USING ((SELECT app.glass()) IS NULL) WITH CHECK ((SELECT app.glass()) IS NULL);
CREATE POLICY glass ON log.file_chunk AS RESTRICTIVE TO casebridge_app
  USING ((SELECT app.glass()) IS NULL) WITH CHECK ((SELECT app.glass()) IS NULL);

ALTER FUNCTION access.wall(text, text) RENAME TO wall_reach;
CREATE FUNCTION access.wall_glass(p_type text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  EXECUTE format('CREATE POLICY glass_add ON rec.%I AS RESTRICTIVE FOR INSERT TO casebridge_app
    WITH CHECK ((SELECT app.glass()) IS NULL OR access.adds((SELECT t.no FROM access.type_no t WHERE t.name = %L)))', p_type, p_type);
  EXECUTE format('CREATE POLICY glass_change ON rec.%I AS RESTRICTIVE FOR DELETE TO casebridge_app
    USING ((SELECT app.glass()) IS NULL)', p_type);
END $$;
CREATE FUNCTION access.wall(p_type text, p_scope text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM access.wall_reach(p_type, p_scope);
  PERFORM access.wall_glass(p_type);
END $$;
COMMENT ON FUNCTION access.wall IS
  'The second wall of a new typed table: by the scope of its type, and in an emergency only to add.';
SELECT access.wall_glass(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'rec' AND c.relkind = 'r' ORDER BY c.relname;

-- ---- opening, reviewing, listing --------------------------------------------------------

-- Which case it is about: the newest open case of whom a token of POST /v1/match
-- means, or the only case of that very number. `reached`: all of it is shared with
-- the asker anyway. `reviewer`: a supervisor of the home site other than the asker,
-- else the manager.
CREATE FUNCTION access.emergency_case(p_token uuid, p_number text)
RETURNS TABLE (case_id uuid, home_site uuid, manager uuid, reviewer uuid, reached boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH meant AS (
    (SELECT c.id FROM access.match m
      CROSS JOIN LATERAL access.same_person(ARRAY[m.person]) s
       JOIN rec."case" c ON c.person = s
      WHERE m.token = p_token AND m.staff = app.staff() AND m.at > now() - interval '1 day'
        AND c.rec_state <> 'retracted' AND c.closed IS NULL
      ORDER BY c.opened DESC NULLS LAST, c.id DESC LIMIT 1)
    UNION
    SELECT c.id FROM rec."case" c WHERE c.number = p_number AND c.rec_state <> 'retracted')
  SELECT c.id, c.home_site, c.manager,
         coalesce((SELECT s.id FROM rec.staff s WHERE s.site = c.home_site AND s.role = 'supervisor' AND s.active IS NOT FALSE
                      AND s.rec_state <> 'retracted' AND s.id <> app.staff() ORDER BY s.id LIMIT 1),
                  NULLIF(c.manager, app.staff())),
         coalesce((SELECT bit_or(r.classes) & 31 = 31 FROM access.reach r WHERE r.unit_id = c.id AND r.key = app.key()
                      AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())), false)
    FROM rec."case" c WHERE c.id = (SELECT m.id FROM meant m) AND (SELECT count(*) FROM meant) = 1;
END $$;

-- 'ok', or why not. Role and site are the account's.
CREATE FUNCTION access.emergency_open(p_id uuid, p_case uuid, p_category text, p_reason text, p_task uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  room text := current_setting('app.room', true);
  who record;
BEGIN
  PERFORM set_config('app.room', 'auth', true);
  SELECT a.role, a.site INTO who FROM auth.account a JOIN rec.staff s ON s.id = a.staff
   WHERE a.staff = app.staff() AND a.disabled_at IS NULL AND s.active IS NOT FALSE AND s.rec_state <> 'retracted';
  PERFORM set_config('app.room', coalesce(room, ''), true);
  IF who IS NULL OR NOT EXISTS (SELECT 1 FROM access.may m WHERE m.role = who.role AND m.verb = 'glass_read') THEN
    RETURN 'role';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(app.staff()::text, 22));
  IF EXISTS (SELECT 1 FROM access.emergency g WHERE g.staff = app.staff() AND g.until > now()) THEN
    RETURN 'active';
  ELSIF EXISTS (SELECT 1 FROM access.emergency g WHERE g.staff = app.staff() AND g.case_id = p_case AND g.reviewed_at IS NULL) THEN
    RETURN 'same_case';
  ELSIF EXISTS (SELECT 1 FROM access.emergency g WHERE g.staff = app.staff() AND g.reviewed_at IS NULL AND g.at < now() - interval '72 hours') THEN
    RETURN 'unreviewed';
  ELSIF (SELECT count(*) FROM access.emergency g WHERE g.staff = app.staff() AND g.at > now() - interval '1 day') >= 3 THEN
    RETURN 'day';
  END IF;
  -- Units first, like every writer.
  PERFORM 1 FROM log.unit u WHERE u.unit_id = p_case FOR UPDATE;
  INSERT INTO access.emergency (id, staff, site_id, role, case_id, home_site, until, category, reason, task)
  SELECT p_id, app.staff(), who.site, who.role, c.id, c.home_site, now() + interval '60 minutes', p_category, p_reason, p_task
    FROM rec."case" c WHERE c.id = p_case AND c.rec_state <> 'retracted';
  IF NOT FOUND THEN
    RETURN 'case';
  END IF;
  PERFORM access.refresh(ARRAY[p_case], '{}', '{}', '{}');
  RETURN 'ok';
END $$;

-- No emergency without its review: the task is of the same commit.
CREATE FUNCTION access.emergency_noticed() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM rec.task t WHERE t.id = NEW.task AND t.case_id = NEW.case_id AND t.kind = 'break_glass_review') THEN
    RAISE EXCEPTION 'an emergency without a task to review it' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER noticed AFTER INSERT ON access.emergency DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION access.emergency_noticed();

-- By another: a supervisor of the home site, or its manager where that site has no
-- other supervisor. 'ok', 'done' (reviewed before), or why not.
CREATE FUNCTION access.emergency_review(p_id uuid, p_outcome text, p_note text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  g access.emergency;
BEGIN
  SELECT * INTO g FROM access.emergency x WHERE x.id = p_id FOR UPDATE;
  IF NOT FOUND OR NOT access.emergency_shown(g) THEN
    RETURN 'none';
  ELSIF g.staff = app.staff() OR NOT access.emergency_answers(g) THEN
    RETURN 'role';
  ELSIF g.reviewed_at IS NOT NULL THEN
    RETURN 'done';
  END IF;
  UPDATE access.emergency x SET reviewed_at = now(), reviewed_by = app.staff(), outcome = p_outcome, note = p_note WHERE x.id = p_id;
  RETURN 'ok';
END $$;
CREATE FUNCTION access.emergency_answers(g access.emergency) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT g.staff IS DISTINCT FROM app.staff() AND g.home_site = app.site() AND (app.role() = 'supervisor' OR (
      EXISTS (SELECT 1 FROM rec."case" c WHERE c.id = g.case_id AND c.manager = app.staff())
      AND NOT EXISTS (SELECT 1 FROM rec.staff s WHERE s.site = g.home_site AND s.role = 'supervisor'
                         AND s.active IS NOT FALSE AND s.rec_state <> 'retracted' AND s.id <> g.staff)))
$$;
CREATE FUNCTION access.emergency_shown(g access.emergency) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT g.staff = app.staff() OR app.role() = 'auditor' OR (g.home_site = app.site() AND (app.role() = 'supervisor'
      OR EXISTS (SELECT 1 FROM rec."case" c WHERE c.id = g.case_id AND c.manager = app.staff())))
$$;

-- Emergencies: one's own, those one reviews or manages the case of, and for an
-- auditor all, in ids, without the reason that was given.
CREATE FUNCTION access.emergencies(p_all boolean)
RETURNS TABLE (id uuid, staff uuid, site_id uuid, role text, case_id uuid, home_site uuid, at timestamptz, until timestamptz,
               category text, reason text, task uuid, reviewed_at timestamptz, reviewed_by uuid, outcome text, note text, mine_to_review boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT g.id, g.staff, g.site_id, g.role, g.case_id, g.home_site, g.at, g.until, g.category,
         CASE WHEN app.role() <> 'auditor' THEN g.reason END, g.task, g.reviewed_at, g.reviewed_by, g.outcome,
         CASE WHEN app.role() <> 'auditor' THEN g.note END, access.emergency_answers(g)
    FROM access.emergency g
   WHERE (p_all OR g.reviewed_at IS NULL) AND access.emergency_shown(g)
   ORDER BY g.at DESC, g.id LIMIT 1000;
END $$;

-- Reviews that are overdue, counted by home site.
CREATE FUNCTION access.emergencies_late(p_district uuid)
RETURNS TABLE (site_id uuid, n bigint, oldest timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH RECURSIVE area (id) AS (
    SELECT p_district
    UNION SELECT d.id FROM area a JOIN rec.district d ON d.parent = a.id AND d.rec_state <> 'retracted'),
  own (site) AS (
    SELECT app.site() WHERE app.role() = 'supervisor'
    UNION SELECT s.id FROM rec.site s JOIN area a ON a.id = s.district WHERE app.role() = 'district_coordinator')
  SELECT g.home_site, count(*), min(g.at + interval '72 hours')
    FROM access.emergency g
   WHERE g.reviewed_at IS NULL AND g.at < now() - interval '72 hours' AND g.home_site IN (SELECT o.site FROM own o)
   GROUP BY 1;
END $$;

-- Who is no longer let in is out of it at once.
CREATE FUNCTION access.emergency_ends() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  UPDATE access.emergency g SET until = now() WHERE g.staff = NEW.staff AND g.until > now();
  RETURN NULL;
END $$;

-- A day's tries of one member of staff to open one, this one counted.
CREATE FUNCTION access.emergency_tries() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT count(*) FROM audit.event e
   WHERE e.actor = app.staff() AND e.action = 'break_glass' AND e.at > now() - interval '1 day'
$$;
CREATE INDEX event_glass ON audit.event (actor, at) WHERE action = 'break_glass';

DO $$
DECLARE
  f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['emergency_case', 'emergency_open', 'emergency_noticed', 'emergency_review', 'emergency_answers',
      'emergency_shown', 'emergencies', 'emergencies_late', 'emergency_ends', 'emergency_tries'] LOOP
    EXECUTE 'GRANT CREATE ON SCHEMA access TO casebridge_maint';
    EXECUTE format('ALTER FUNCTION access.%s OWNER TO casebridge_maint', f);
    EXECUTE 'REVOKE CREATE ON SCHEMA access FROM casebridge_maint';
    EXECUTE format('REVOKE ALL ON FUNCTION access.%s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION access.%s TO casebridge_maint', f);
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION access.emergency_case, access.emergency_open, access.emergency_review, access.emergencies,
  access.emergencies_late, access.emergency_tries TO casebridge_app;
GRANT EXECUTE ON FUNCTION app.glass, access.adds TO casebridge_app, casebridge_maint;
GRANT EXECUTE ON FUNCTION access.case_reach, access.member_reach TO casebridge_maint;
CREATE TRIGGER emergency_ends AFTER UPDATE OF disabled_at ON auth.account
  FOR EACH ROW WHEN (NEW.disabled_at IS NOT NULL AND OLD.disabled_at IS NULL) EXECUTE FUNCTION access.emergency_ends();
