-- 0002-records.sql - one typed table a record type, filled from the body.
--
-- Why: PostgreSQL checks types, keys and ranges and answers figures, without a
-- hand-written mapping: a body becomes a row through jsonb_populate_recordset,
-- so a column is a catalogue field of the same name (a test compares the two).
-- The tables hold the newest version only; log.version holds them all.
-- While the previous release runs: this is the first.
-- Undo: none; migrations only go forward.

CREATE TABLE rec.district (
  id uuid PRIMARY KEY,
  case_id uuid,
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  name text,
  code text,
  parent uuid
);
COMMENT ON TABLE rec.district IS 'District';

CREATE TABLE rec.site (
  id uuid PRIMARY KEY,
  case_id uuid,
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  name text,
  name_en text,
  kind text,
  district uuid REFERENCES rec.district,
  parent uuid,
  subdistrict text,
  address text,
  phone text,
  active boolean
);
COMMENT ON TABLE rec.site IS 'Site';

CREATE TABLE rec.staff (
  id uuid PRIMARY KEY,
  case_id uuid,
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  name text,
  pinyin text,
  site uuid REFERENCES rec.site,
  role text,
  title text,
  licence text,
  active boolean
);
COMMENT ON TABLE rec.staff IS 'Staff member';

CREATE TABLE rec.person (
  id uuid PRIMARY KEY,
  case_id uuid,
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  name text,
  pinyin text,
  initials text,
  sex text,
  birth text,
  id_kind text,
  id_number text,
  phone text,
  address text,
  district_code text,
  household_address text,
  marital text,
  education text,
  ethnicity text,
  work_status text,
  insurance text,
  diagnosis text,
  lunar_birthday text,
  note text
);
COMMENT ON TABLE rec.person IS 'Person';

CREATE TABLE rec."case" (
  id uuid PRIMARY KEY,
  case_id uuid,
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  number text,
  person uuid REFERENCES rec.person,
  programme text,
  phase text,
  practice_model text,
  main_problem text,
  care_setting text,
  manager uuid,
  opened date,
  closed date,
  close_reason text,
  home_site uuid REFERENCES rec.site,
  reopened bigint CHECK (reopened BETWEEN 0 AND 99),
  expected_services bigint CHECK (expected_services BETWEEN 0 AND 366)
);
COMMENT ON TABLE rec."case" IS 'Case';
CREATE INDEX case_person ON rec."case" (person);
CREATE INDEX case_home ON rec."case" (home_site);

CREATE TABLE rec.relation (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  subject uuid,
  person uuid,
  name text,
  kind text,
  guardian boolean,
  caregiver boolean,
  lives_together boolean,
  support_kinds text[],
  support_strength bigint CHECK (support_strength BETWEEN 0 AND 3),
  phone text,
  note text
);
COMMENT ON TABLE rec.relation IS 'Relation';
CREATE INDEX relation_case ON rec.relation (case_id);
CREATE INDEX relation_person ON rec.relation (person);
CREATE INDEX relation_subject ON rec.relation (subject);

CREATE TABLE rec.member (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  staff uuid REFERENCES rec.staff,
  name text,
  site uuid REFERENCES rec.site,
  role text,
  lead boolean,
  "from" date,
  "to" date,
  reason text
);
COMMENT ON TABLE rec.member IS 'Care group member';
CREATE INDEX member_case ON rec.member (case_id);

CREATE TABLE rec.consent (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  purpose text,
  classes text[],
  sites uuid[],
  given_by text,
  relation_to_client text,
  evidence text,
  "from" date,
  "to" date,
  withdrawn date,
  withdrawn_reason text,
  basis text,
  basis_reason text
);
COMMENT ON TABLE rec.consent IS 'Consent';
CREATE INDEX consent_case ON rec.consent (case_id);

CREATE TABLE rec.screening (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  programme text,
  criteria jsonb,
  result text,
  reason text,
  reason_note text,
  screener uuid,
  screened date
);
COMMENT ON TABLE rec.screening IS 'Screening';
CREATE INDEX screening_case ON rec.screening (case_id);

CREATE TABLE rec.assessment (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  instrument text,
  version text,
  subject uuid,
  respondent text,
  timepoint text,
  assessed date,
  answers jsonb,
  variant text,
  note text
);
COMMENT ON TABLE rec.assessment IS 'Assessment';
CREATE INDEX assessment_case ON rec.assessment (case_id);

CREATE TABLE rec.response (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  form text,
  version text,
  subject uuid,
  responded date,
  answers jsonb,
  stability text,
  danger bigint CHECK (danger BETWEEN 0 AND 5),
  adherence text,
  insight text,
  next_due date
);
COMMENT ON TABLE rec.response IS 'Form response';
CREATE INDEX response_case ON rec.response (case_id);

CREATE TABLE rec.need (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  domain text,
  maslow text,
  support_dimension text,
  severity bigint CHECK (severity BETWEEN 0 AND 4),
  priority bigint CHECK (priority BETWEEN 1 AND 99),
  main boolean,
  identified date,
  client_view text,
  worker_view text
);
COMMENT ON TABLE rec.need IS 'Need';
CREATE INDEX need_case ON rec.need (case_id);

CREATE TABLE rec.plan (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  version bigint CHECK (version BETWEEN 1 AND 999),
  status text,
  agreed_by text,
  agreed date,
  approved_by uuid,
  approved date,
  review_date date,
  aims text,
  replaces uuid
);
COMMENT ON TABLE rec.plan IS 'Service plan';
CREATE INDEX plan_case ON rec.plan (case_id);

CREATE TABLE rec.goal (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  need uuid,
  plan uuid,
  title text,
  indicator text,
  baseline text,
  target text,
  due date,
  levels jsonb,
  weight bigint CHECK (weight BETWEEN 1 AND 9),
  responsible uuid,
  reached jsonb,
  status text
);
COMMENT ON TABLE rec.goal IS 'Goal';
CREATE INDEX goal_case ON rec.goal (case_id);

CREATE TABLE rec.task (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  title text,
  kind text,
  due date,
  assignee uuid,
  site uuid,
  status text,
  response_owed_to uuid,
  parent uuid,
  result text
);
COMMENT ON TABLE rec.task IS 'Task';
CREATE INDEX task_case ON rec.task (case_id);

CREATE TABLE rec.service (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  started_at timestamptz,
  minutes bigint CHECK (minutes BETWEEN 0 AND 1440),
  kind text,
  setting text,
  practice_model text,
  phase_of_care text,
  dimension text,
  recipient_group text,
  aim text,
  process text,
  client_response text,
  reflection text,
  next_step text,
  next_due date,
  status text,
  goal uuid,
  student boolean,
  restricted boolean,
  readers uuid[]
);
COMMENT ON TABLE rec.service IS 'Service note';
CREATE INDEX service_case ON rec.service (case_id);

CREATE TABLE rec.review (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  held date,
  kind text,
  attendance jsonb,
  findings text,
  decisions text,
  next_review date,
  lead uuid
);
COMMENT ON TABLE rec.review IS 'Review';
CREATE INDEX review_case ON rec.review (case_id);

CREATE TABLE rec.flag (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES rec."case",
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  kind text,
  level bigint CHECK (level BETWEEN 0 AND 5),
  text text,
  "from" date,
  "to" date
);
COMMENT ON TABLE rec.flag IS 'Risk flag';
CREATE INDEX flag_case ON rec.flag (case_id);

CREATE TABLE rec.conflict (
  id uuid PRIMARY KEY,
  case_id uuid,
  site_id uuid,
  rec_ver integer NOT NULL,
  rec_state text NOT NULL,
  record uuid,
  record_type text,
  atom text,
  fields jsonb,
  seen jsonb,
  mine jsonb,
  theirs jsonb,
  mine_by uuid,
  mine_at timestamptz,
  theirs_by uuid,
  theirs_at timestamptz,
  change text,
  settled boolean,
  value jsonb,
  note text,
  settled_by uuid,
  settled_at timestamptz
);
COMMENT ON TABLE rec.conflict IS 'Conflict';
CREATE INDEX conflict_case ON rec.conflict (case_id);
