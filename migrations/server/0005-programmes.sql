-- 0005-programmes.sql - the records of all programmes: groups, letters between
-- sites, what a directory offers, and who reaches them.
--
-- Why: a programme is data over few record types. Two kinds of unit are new: a
-- group, whose members, sessions and attendances hang on it as records hang on
-- a case, and a letter (a referral, a request, a ward contact), which is a unit
-- of its own because the site it goes to may not see the case it is about.
-- While the previous release runs: it knows neither the types nor the units and
-- passes both on untouched; access.refresh takes two lists more, so both
-- daemons must not run at the same time. Undo: none; migrations go forward.

ALTER TABLE log.unit DROP CONSTRAINT unit_kind_check;
ALTER TABLE log.unit ADD CONSTRAINT unit_kind_check
  CHECK (kind IN ('directory', 'person', 'case', 'group', 'letter'));

-- ---- the second wall of a typed table, by the scope of its type -----------------

CREATE FUNCTION access.wall(p_type text, p_scope text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  reached text := 'EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = %1$I.%2$s AND r.key = (SELECT app.key())'
               || ' AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now()))';
  rule text;
BEGIN
  EXECUTE format('ALTER TABLE rec.%I ENABLE ROW LEVEL SECURITY', p_type);
  EXECUTE format('ALTER TABLE rec.%I FORCE ROW LEVEL SECURITY', p_type);
  EXECUTE format('CREATE POLICY maint ON rec.%I TO casebridge_maint USING (true) WITH CHECK (true)', p_type);
  EXECUTE format('GRANT SELECT, INSERT, DELETE ON rec.%I TO casebridge_app', p_type);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON rec.%I TO casebridge_maint', p_type);
  IF p_scope = 'directory' THEN
    EXECUTE format('CREATE POLICY read ON rec.%I FOR SELECT TO casebridge_app USING (app.staff() IS NOT NULL)', p_type);
    EXECUTE format('CREATE POLICY write ON rec.%I TO casebridge_app USING (access.writes(%L)) WITH CHECK (access.writes(%L))',
                   p_type, p_type, p_type);
    RETURN;
  END IF;
  rule := CASE p_scope
    WHEN 'case' THEN format('EXISTS (SELECT 1 FROM rec."case" c WHERE c.id = %I.case_id)', p_type)
    WHEN 'group' THEN format('EXISTS (SELECT 1 FROM rec."group" g WHERE g.id = %I.case_id)', p_type)
    -- A unit by itself; made in this transaction, it belongs to the own site.
    ELSE format(reached, p_type, 'id') || format(' OR site_id = (SELECT app.site())', p_type) END;
  EXECUTE format('CREATE POLICY reach ON rec.%I TO casebridge_app USING (%s) WITH CHECK (%s)', p_type, rule, rule);
END $$;
COMMENT ON FUNCTION access.wall IS
  'What every typed table needs: forced row security, the policy its scope asks for, grants. Scope: directory, case, group (parts of one), own (a unit by itself).';

-- ---- more about what there is ----------------------------------------------------

ALTER TABLE rec.person ADD aliases text, ADD deceased date, ADD merged_into uuid;
CREATE INDEX person_merged ON rec.person (merged_into) WHERE merged_into IS NOT NULL;
ALTER TABLE rec."case" ADD programme_version text, ADD origin uuid, ADD admitted date, ADD override_reason text;
ALTER TABLE rec.task ADD raised_by text, ADD response text, ADD responded date, ADD verified_by uuid, ADD verified date;
ALTER TABLE rec.consent ADD guardian uuid, ADD assent text, ADD recipients text, ADD scan uuid, ADD notice_version text;
ALTER TABLE rec.service ADD provider uuid, ADD site uuid;
ALTER TABLE rec.screening ADD campaign text, ADD reached boolean, ADD assessed boolean;

CREATE TABLE rec.holiday (
  id uuid PRIMARY KEY,
  case_id uuid,
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  date date,
  kind text,
  name text,
  source text
);
COMMENT ON TABLE rec.holiday IS 'Holiday calendar day';
SELECT access.wall('holiday', 'directory');

CREATE TABLE rec.service_item (
  id uuid PRIMARY KEY,
  case_id uuid,
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  code text,
  site uuid,
  programme text,
  clinical_name text,
  clinical_text text,
  patient_name text,
  patient_text text,
  minutes bigint CHECK (minutes BETWEEN 0 AND 1440),
  respond_hours bigint CHECK (respond_hours BETWEEN 0 AND 720),
  capacity_day bigint CHECK (capacity_day BETWEEN 0 AND 1000),
  active boolean
);
COMMENT ON TABLE rec.service_item IS 'Service item';
SELECT access.wall('service_item', 'directory');

CREATE TABLE rec.resource (
  id uuid PRIMARY KEY,
  case_id uuid,
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  name text,
  kind text,
  organisation text,
  description text,
  eligibility text,
  application_process text,
  min_age bigint CHECK (min_age BETWEEN 0 AND 150),
  max_age bigint CHECK (max_age BETWEEN 0 AND 150),
  programmes text[],
  fund_max bigint CHECK (fund_max BETWEEN 0 AND 1000000000000),
  documents_required text[],
  phone text,
  address text,
  status text,
  assured date,
  site uuid
);
COMMENT ON TABLE rec.resource IS 'Resource';
SELECT access.wall('resource', 'directory');

CREATE TABLE rec.team (
  id uuid PRIMARY KEY,
  case_id uuid,
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  name text,
  site uuid,
  specialties text[],
  members uuid[],
  capacity bigint CHECK (capacity BETWEEN 0 AND 100000),
  about text,
  active boolean
);
COMMENT ON TABLE rec.team IS 'Family-doctor team';
SELECT access.wall('team', 'directory');

CREATE TABLE rec.pack (
  id uuid PRIMARY KEY,
  case_id uuid,
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  kind text,
  name text,
  version text,
  data jsonb,
  sites uuid[],
  active boolean
);
COMMENT ON TABLE rec.pack IS 'Pack';
SELECT access.wall('pack', 'directory');

CREATE TABLE rec.application (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  resource uuid,
  fund_name text,
  reason text,
  owed text[],
  received text[],
  asked bigint CHECK (asked BETWEEN 0 AND 1000000000000),
  status text,
  submitted date,
  decided date,
  approved bigint CHECK (approved BETWEEN 0 AND 1000000000000),
  decision_reason text,
  appealed date,
  appeal text,
  payments jsonb,
  contact uuid
);
COMMENT ON TABLE rec.application IS 'Fund application';
CREATE INDEX application_case ON rec.application (case_id);
SELECT access.wall('application', 'case');

CREATE TABLE rec.contract (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  assessed date,
  recommended_team uuid,
  reason text,
  choice text,
  chosen_team uuid,
  chosen_on date,
  choice_reason text,
  "from" date,
  "to" date,
  status text,
  end_reason text
);
COMMENT ON TABLE rec.contract IS 'Family-doctor contract';
CREATE INDEX contract_case ON rec.contract (case_id);
SELECT access.wall('contract', 'case');

CREATE TABLE rec.closure (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  reason text,
  closed_on date,
  attainment text,
  goal_summary text,
  unresolved text,
  separation text,
  follow_up_months text[],
  follow_up_plan text,
  informed date,
  approved_by uuid,
  approved date,
  approval_note text
);
COMMENT ON TABLE rec.closure IS 'Closure';
CREATE INDEX closure_case ON rec.closure (case_id);
SELECT access.wall('closure', 'case');

CREATE TABLE rec.document (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  title text,
  kind text,
  status text,
  text text,
  sha256 text,
  size bigint CHECK (size BETWEEN 0 AND 2147483648),
  media text,
  file_name text,
  made date,
  about uuid,
  transcript_of uuid,
  replaces uuid,
  consent uuid,
  approved_by text,
  approved date,
  recipients jsonb,
  delivered date,
  after_death boolean,
  restricted boolean,
  readers uuid[]
);
COMMENT ON TABLE rec.document IS 'Document';
CREATE INDEX document_case ON rec.document (case_id);
SELECT access.wall('document', 'case');

CREATE TABLE rec.segment (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  setting text,
  "from" date,
  "to" date,
  site uuid,
  reason text,
  note text
);
COMMENT ON TABLE rec.segment IS 'Care-setting segment';
CREATE INDEX segment_case ON rec.segment (case_id);
SELECT access.wall('segment', 'case');

CREATE TABLE rec.supervision (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  requested date,
  kind text,
  question text,
  concerns text,
  supervisor uuid,
  status text,
  held date,
  advice text,
  learning text
);
COMMENT ON TABLE rec.supervision IS 'Supervision';
CREATE INDEX supervision_case ON rec.supervision (case_id);
SELECT access.wall('supervision', 'case');

CREATE TABLE rec.referral (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL,
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  kind text,
  to_site uuid,
  to_staff uuid,
  reason text,
  urgency text,
  client_name text,
  client_phone text,
  letter text,
  sends text[],
  consent uuid,
  hand_over boolean,
  status text,
  requested date,
  deadline date,
  decided date,
  decided_by uuid,
  decline_reason text,
  decision_note text,
  manager uuid,
  started date,
  outcome text,
  return_letter text,
  returned date,
  acknowledged date,
  client_confirmed boolean
);
COMMENT ON TABLE rec.referral IS 'Referral';
CREATE INDEX referral_case ON rec.referral (case_id);
SELECT access.wall('referral', 'own');

CREATE TABLE rec.request (
  id uuid PRIMARY KEY,
  case_id uuid,
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  item uuid,
  item_name text,
  to_site uuid,
  client_label text,
  ward text,
  person uuid,
  requested_by_kind text,
  urgency text,
  need text,
  requested timestamptz,
  respond_by timestamptz,
  status text,
  triage text,
  provider uuid,
  responded timestamptz,
  result text,
  result_at timestamptz,
  unmet_reason text,
  case_opened uuid
);
COMMENT ON TABLE rec.request IS 'Service request';
CREATE INDEX request_case ON rec.request (case_id);
SELECT access.wall('request', 'own');

CREATE TABLE rec.contact (
  id uuid PRIMARY KEY,
  case_id uuid,
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  at timestamptz,
  place text,
  client_label text,
  person uuid,
  needs text[],
  minutes bigint CHECK (minutes BETWEEN 0 AND 1440),
  note text,
  next_step text,
  next_due date,
  programme text,
  case_opened uuid
);
COMMENT ON TABLE rec.contact IS 'Ward contact';
CREATE INDEX contact_case ON rec.contact (case_id);
SELECT access.wall('contact', 'own');

CREATE TABLE rec."group" (
  id uuid PRIMARY KEY,
  case_id uuid,
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  number text,
  name text,
  programme text,
  kind text,
  template text,
  theory text,
  aims text,
  criteria text,
  size_min bigint CHECK (size_min BETWEEN 1 AND 500),
  size_max bigint CHECK (size_max BETWEEN 1 AND 500),
  recruitment text,
  risk_plan text,
  budget bigint CHECK (budget BETWEEN 0 AND 1000000000000),
  evaluation_plan text,
  phase text,
  sessions_planned bigint CHECK (sessions_planned BETWEEN 1 AND 500),
  attend_min bigint CHECK (attend_min BETWEEN 1 AND 500),
  instruments text[],
  leader uuid,
  sites uuid[],
  opened date,
  closed date,
  approved_by uuid,
  approved date,
  approval_note text,
  report text
);
COMMENT ON TABLE rec."group" IS 'Group';
SELECT access.wall('group', 'own');

CREATE TABLE rec.participant (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."group",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  person uuid,
  name text,
  linked_case uuid,
  kind text,
  joined date,
  "left" date,
  leave_reason text,
  screened boolean,
  consent boolean,
  photo_consent boolean,
  peer_contact boolean,
  note text
);
COMMENT ON TABLE rec.participant IS 'Group member';
CREATE INDEX participant_case ON rec.participant (case_id);
SELECT access.wall('participant', 'group');

CREATE TABLE rec.session (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."group",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  number bigint CHECK (number BETWEEN 1 AND 500),
  title text,
  held_at timestamptz,
  minutes bigint CHECK (minutes BETWEEN 0 AND 1440),
  status text,
  stage text,
  aim text,
  steps text,
  materials text,
  workers uuid[],
  volunteers bigint CHECK (volunteers BETWEEN 0 AND 500),
  unnamed bigint CHECK (unnamed BETWEEN 0 AND 1000),
  process text,
  dynamics text,
  reflection text,
  feedback text
);
COMMENT ON TABLE rec.session IS 'Group session';
CREATE INDEX session_case ON rec.session (case_id);
SELECT access.wall('session', 'group');

CREATE TABLE rec.attendance (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."group",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  session uuid,
  participant uuid,
  present boolean,
  reason text,
  note text
);
COMMENT ON TABLE rec.attendance IS 'Attendance';
CREATE INDEX attendance_case ON rec.attendance (case_id);
SELECT access.wall('attendance', 'group');

CREATE TABLE rec.group_assessment (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."group",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  participant uuid,
  instrument text,
  version text,
  variant text,
  answers jsonb,
  respondent text,
  timepoint text,
  assessed date
);
COMMENT ON TABLE rec.group_assessment IS 'Group member assessment';
CREATE INDEX group_assessment_case ON rec.group_assessment (case_id);
SELECT access.wall('group_assessment', 'group');

CREATE INDEX participant_person ON rec.participant (person);
CREATE INDEX contract_team ON rec.contract (chosen_team);
CREATE INDEX referral_to ON rec.referral (to_site);

CREATE VIEW rec.letter WITH (security_invoker = true) AS
  SELECT id, case_id, site_id, rec_state FROM rec.referral
  UNION ALL SELECT id, case_id, site_id, rec_state FROM rec.request
  UNION ALL SELECT id, case_id, site_id, rec_state FROM rec.contact;
COMMENT ON VIEW rec.letter IS 'Every letter, of whatever type, with the case it is about.';
GRANT SELECT ON rec.letter TO casebridge_app, casebridge_maint;

-- ---- who reaches what ------------------------------------------------------------

-- A referral that was taken up opens what was sent with it, as far as a consent
-- covers the site it went to, until the loop is closed.
CREATE FUNCTION access.referral_reach(p_cases uuid[])
RETURNS TABLE (key uuid, unit_id uuid, classes integer, from_at timestamptz, to_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT k.key, f.case_id, access.mask(s.classes) & access.mask(f.sends),
         greatest(app.day_start(f.decided), app.day_start(s."from")),
         least(app.day_start(f.acknowledged), app.day_start(s."to"), app.day_start(s.withdrawn))
    FROM rec.referral f
    JOIN rec.consent s ON s.case_id = f.case_id AND s.rec_state <> 'retracted'
                      AND f.to_site = ANY (s.sites) AND s.purpose IN ('sharing', 'referral')
                      AND (coalesce(s.basis, 'consent') = 'consent' OR s.basis_reason IS NOT NULL)
    CROSS JOIN LATERAL (VALUES (f.to_site), (f.to_staff)) k (key)
   WHERE f.case_id = ANY (p_cases) AND f.rec_state <> 'retracted' AND k.key IS NOT NULL
     AND f.status IN ('accepted', 'in_progress', 'on_hold', 'returned')
$$;

-- A letter is reached by the site that wrote it, by the one it goes to once it
-- is sent, and by everyone who reaches the case it is about. Declined or taken
-- back, it stays with both for thirty days, so that both can look.
CREATE FUNCTION access.letter_reach(p_letters uuid[])
RETURNS TABLE (key uuid, unit_id uuid, classes integer, from_at timestamptz, to_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT l.site_id, l.id, 63, '-infinity'::timestamptz, NULL::timestamptz
    FROM rec.letter l WHERE l.id = ANY (p_letters)
  UNION
  SELECT k.key, f.id, 63, '-infinity'::timestamptz,
         CASE WHEN f.status IN ('declined', 'withdrawn') THEN app.day_start(coalesce(f.decided, f.requested) + 30) END
    FROM rec.referral f CROSS JOIN LATERAL (VALUES (f.to_site), (f.to_staff)) k (key)
   WHERE f.id = ANY (p_letters) AND k.key IS NOT NULL AND f.status <> 'draft' AND f.rec_state <> 'retracted'
  UNION
  SELECT q.to_site, q.id, 63, '-infinity'::timestamptz, NULL::timestamptz
    FROM rec.request q WHERE q.id = ANY (p_letters) AND q.rec_state <> 'retracted'
  UNION
  SELECT a.key, l.id, 63, a.from_at, a.to_at
    FROM rec.letter l JOIN access.reach a ON a.unit_id = l.case_id AND a.classes & 1 <> 0
   WHERE l.id = ANY (p_letters)
$$;

CREATE FUNCTION access.group_reach(p_groups uuid[])
RETURNS TABLE (key uuid, unit_id uuid, classes integer, from_at timestamptz, to_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT g.site_id, g.id, 63, '-infinity'::timestamptz, NULL::timestamptz
    FROM rec."group" g WHERE g.id = ANY (p_groups)
  UNION
  SELECT k, g.id, 63, '-infinity'::timestamptz, NULL::timestamptz
    FROM rec."group" g CROSS JOIN LATERAL unnest(g.sites || g.leader) k
   WHERE g.id = ANY (p_groups) AND k IS NOT NULL AND g.rec_state <> 'retracted'
$$;

-- Persons found to be one: everybody on the way to the one that stays, and all
-- who lead there.
CREATE FUNCTION access.same_person(p_persons uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE AS $$
  WITH RECURSIVE same (id) AS (
    SELECT unnest(p_persons)
    UNION
    SELECT x.id FROM same s CROSS JOIN LATERAL (
      SELECT p.merged_into AS id FROM rec.person p WHERE p.id = s.id AND p.merged_into IS NOT NULL
      UNION ALL SELECT q.id FROM rec.person q WHERE q.merged_into = s.id) x)
  SELECT id FROM same
$$;

-- A person is shared wherever one of their cases is, under whichever record; a
-- person without a case belongs to the site that wrote them down, and to the
-- sites of the groups they take part in.
CREATE OR REPLACE FUNCTION access.person_reach(p_persons uuid[])
RETURNS TABLE (key uuid, unit_id uuid, classes integer, from_at timestamptz, to_at timestamptz)
LANGUAGE sql STABLE AS $$
  WITH alias AS (
    SELECT p AS person, s AS same FROM unnest(p_persons) p CROSS JOIN LATERAL access.same_person(ARRAY[p]) s),
  tie AS (
    SELECT a.person, c.id AS unit_id FROM alias a JOIN rec."case" c ON c.person = a.same
    UNION SELECT a.person, r.case_id FROM alias a JOIN rec.relation r ON r.person = a.same
    UNION SELECT a.person, r.case_id FROM alias a JOIN rec.relation r ON r.subject = a.same
    UNION SELECT a.person, m.case_id FROM alias a JOIN rec.participant m ON m.person = a.same AND m.rec_state <> 'retracted')
  SELECT DISTINCT a.key, t.person, 63, a.from_at, a.to_at
    FROM tie t JOIN access.reach a ON a.unit_id = t.unit_id
   WHERE a.classes & 2 <> 0
  UNION ALL
  SELECT p.site_id, p.id, 63, '-infinity', NULL
    FROM rec.person p
   WHERE p.id = ANY (p_persons) AND NOT EXISTS (
     SELECT 1 FROM tie t JOIN access.reach a ON a.unit_id = t.unit_id AND a.classes & 2 <> 0
      WHERE t.person = p.id)
$$;

DROP FUNCTION access.refresh(uuid[], uuid[]);
CREATE FUNCTION access.refresh(p_cases uuid[], p_persons uuid[], p_letters uuid[], p_groups uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  persons uuid[];
  letters uuid[];
BEGIN
  IF cardinality(p_groups) > 0 THEN
    DELETE FROM access.reach WHERE unit_id = ANY (p_groups);
    INSERT INTO access.reach (key, unit_id, classes, from_at, to_at)
    SELECT * FROM access.group_reach(p_groups);
  END IF;
  IF cardinality(p_cases) > 0 THEN
    -- The new rows copy the line's date: whoever folds it now does so again.
    UPDATE log.summary s SET dirty = true
      FROM (SELECT x.case_id FROM log.summary x WHERE x.case_id = ANY (p_cases)
             ORDER BY x.case_id FOR UPDATE) l
     WHERE s.case_id = l.case_id;
    DELETE FROM access.reach WHERE unit_id = ANY (p_cases);
    INSERT INTO access.reach (key, unit_id, classes, from_at, to_at)
    SELECT * FROM (
      SELECT * FROM access.case_reach(p_cases)
      UNION ALL SELECT * FROM access.referral_reach(p_cases)) r
     WHERE r.to_at IS NULL OR r.to_at > r.from_at;
  END IF;
  letters := ARRAY(SELECT l.id FROM rec.letter l WHERE l.case_id = ANY (p_cases)
                   UNION SELECT unnest(p_letters));
  IF cardinality(letters) > 0 THEN
    DELETE FROM access.reach WHERE unit_id = ANY (letters);
    INSERT INTO access.reach (key, unit_id, classes, from_at, to_at)
    SELECT * FROM access.letter_reach(letters) r WHERE r.to_at IS NULL OR r.to_at > r.from_at;
  END IF;
  persons := ARRAY(SELECT access.same_person(ARRAY(
    SELECT unnest(p_persons) AS p
    UNION SELECT c.person FROM rec."case" c WHERE c.id = ANY (p_cases)
    UNION SELECT r.person FROM rec.relation r
           WHERE r.case_id = ANY (p_cases) AND r.person IS NOT NULL
    UNION SELECT r.subject FROM rec.relation r WHERE r.case_id = ANY (p_cases)
    UNION SELECT m.person FROM rec.participant m
           WHERE m.case_id = ANY (p_groups) AND m.person IS NOT NULL)));
  IF cardinality(persons) > 0 THEN
    DELETE FROM access.reach WHERE unit_id = ANY (persons);
    INSERT INTO access.reach (key, unit_id, classes, from_at, to_at)
    SELECT * FROM access.person_reach(persons);
  END IF;
END $$;
COMMENT ON FUNCTION access.refresh IS
  'Recomputes who reaches these cases, persons, letters and groups, from the typed tables as they stand in this transaction.';

CREATE OR REPLACE FUNCTION log.summary_dirty(p_cases uuid[], p_persons uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO log.summary AS s (case_id)
  SELECT x FROM (SELECT unnest(p_cases) AS x
    UNION SELECT c.id FROM rec."case" c
           WHERE cardinality(p_persons) > 0 AND c.person IN (SELECT access.same_person(p_persons))) y
  ORDER BY x
  ON CONFLICT (case_id) DO UPDATE SET dirty = true WHERE NOT s.dirty;
END $$;

CREATE OR REPLACE FUNCTION log.summary_records(p_cases uuid[])
RETURNS TABLE (case_id uuid, record_id uuid, type smallint, class smallint,
               state smallint, version integer, at timestamptz, body text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT v.unit_id, v.record_id, v.type, v.class, v.state, v.version, v.at, v.body
    FROM log.version v WHERE v.unit_id = ANY (p_cases) AND v.next_csn IS NULL
  UNION ALL
  SELECT l.case_id, v.record_id, v.type, v.class, v.state, v.version, v.at, v.body
    FROM rec.letter l JOIN log.version v ON v.record_id = l.id AND v.next_csn IS NULL
   WHERE l.case_id = ANY (p_cases)
  UNION ALL
  SELECT c.id, v.record_id, v.type, v.class, v.state, v.version, v.at, v.body
    FROM rec."case" c
   CROSS JOIN LATERAL (SELECT access.same_person(ARRAY[c.person]) AS id UNION ALL SELECT c.manager) x
    JOIN log.version v ON v.record_id = x.id AND v.next_csn IS NULL
   WHERE c.id = ANY (p_cases);
END $$;

DO $$
DECLARE
  f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['access.refresh', 'log.summary_dirty', 'log.summary_records'] LOOP
    EXECUTE format('GRANT CREATE ON SCHEMA %I TO casebridge_maint', split_part(f, '.', 1));
    EXECUTE format('ALTER FUNCTION %s OWNER TO casebridge_maint', f);
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM casebridge_maint', split_part(f, '.', 1));
  END LOOP;
END $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA app, log, access TO casebridge_app, casebridge_maint;
