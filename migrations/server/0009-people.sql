-- 0009-people.sql - is this person known already? Asked at intake, answered
-- without showing anybody's record.
--
-- Why: a client written down twice gets half the care twice. A site may ask for
-- anyone; of people it does not reach it learns only that a care group may exist,
-- and may ask to join. Every question is on the trail, and there is an end to how
-- many one person asks in a day. Names are compared in C (proto/match); here are
-- only the rows that could be meant: a telephone by its last eight digits, however
-- it is written.
-- While the previous release runs: it does not ask. Undo: none; migrations go
-- forward.

CREATE INDEX person_number ON rec.person (id_number) WHERE id_number IS NOT NULL;
CREATE INDEX person_phone ON rec.person (right(regexp_replace(phone, '\D', '', 'g'), 8)) WHERE phone IS NOT NULL;
CREATE INDEX person_birth ON rec.person (birth text_pattern_ops);

CREATE TABLE access.match (
  token  uuid PRIMARY KEY,
  person uuid NOT NULL,
  staff  uuid NOT NULL,
  at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  asked  timestamptz
);
CREATE INDEX match_staff ON access.match (staff, at);
COMMENT ON TABLE access.match IS
  'A person somebody may mean and does not reach, under a name that tells nothing. Good for a day, for who asked.';
ALTER TABLE access.match ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.match FORCE ROW LEVEL SECURITY;
CREATE POLICY maint ON access.match TO casebridge_maint USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON access.match TO casebridge_maint;

-- Who could be meant: `own` is reached by whoever asks. One who was found to be
-- the same as another is looked up as that other. At most a thousand: more than
-- that is no question about a person.
CREATE FUNCTION access.match_rows(p_number text, p_year text, p_phone text)
RETURNS TABLE (person uuid, body text, own boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT p.id, v.body,
         EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = p.id AND r.key = (SELECT app.key())
                    AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now()))
    FROM rec.person p
    JOIN log.version v ON v.record_id = p.id AND v.next_csn IS NULL
   WHERE app.staff() IS NOT NULL AND p.rec_state <> 'retracted'
     AND (p.id_number = p_number OR p.birth LIKE p_year || '%'
          OR right(regexp_replace(p.phone, '\D', '', 'g'), 8) = right(regexp_replace(p_phone, '\D', '', 'g'), 8))
   ORDER BY p.id LIMIT 1000;
END $$;

-- Whether somebody looks after that person: a case that is open, under whichever
-- of their records.
CREATE FUNCTION access.in_care(p_persons uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT p FROM unnest(p_persons) p
   WHERE EXISTS (SELECT 1 FROM access.same_person(ARRAY[p]) s JOIN rec."case" c ON c.person = s
                  WHERE c.rec_state <> 'retracted' AND c.closed IS NULL)
$$;

-- A day's questions of one member of staff, this one counted.
CREATE FUNCTION access.match_count() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT count(*) FROM audit.event e
   WHERE e.actor = app.staff() AND e.action = 'match' AND e.at > now() - interval '1 day'
$$;
CREATE INDEX event_match ON audit.event (actor, at) WHERE action = 'match';

CREATE FUNCTION access.match_put(p_person uuid) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  t uuid := gen_random_uuid();
BEGIN
  DELETE FROM access.match m WHERE m.at < now() - interval '1 day';
  INSERT INTO access.match (token, person, staff) VALUES (t, p_person, app.staff());
  RETURN t;
END $$;

-- To ask to join: the newest open case of that person, and whom it is to be told.
-- Once a token; nothing when the token is not the asker's or too old.
CREATE FUNCTION access.match_ask(p_token uuid)
RETURNS TABLE (case_id uuid, home_site uuid, manager uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  p uuid;
BEGIN
  UPDATE access.match m SET asked = clock_timestamp()
   WHERE m.token = p_token AND m.staff = app.staff() AND m.asked IS NULL
     AND m.at > now() - interval '1 day'
  RETURNING m.person INTO p;
  RETURN QUERY
  SELECT c.id, c.home_site, c.manager
    FROM access.same_person(ARRAY[p]) s JOIN rec."case" c ON c.person = s
   WHERE c.rec_state <> 'retracted' AND c.closed IS NULL
   ORDER BY c.opened DESC NULLS LAST, c.id DESC LIMIT 1;
END $$;

DO $$
DECLARE
  f text;
BEGIN
  GRANT SELECT ON audit.event TO casebridge_maint;
  GRANT CREATE ON SCHEMA access TO casebridge_maint;
  FOREACH f IN ARRAY ARRAY['access.match_rows', 'access.in_care', 'access.match_count', 'access.match_put', 'access.match_ask'] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO casebridge_maint', f);
  END LOOP;
  REVOKE CREATE ON SCHEMA access FROM casebridge_maint;
  GRANT USAGE ON SCHEMA audit TO casebridge_maint;
END $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA access TO casebridge_app, casebridge_maint;
