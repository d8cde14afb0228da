-- 0106-duties.sql - the register of duties: what people ask about their own
-- records, assessments of impact, incidents; each with a day by which, and steps.
--
-- Why this shape: it is evidence, so rows are only ever added: an entry says what
-- stood at its beginning, and whatever came of it is a step, the last one
-- `closed`. It is no record: no station holds it, and administrators, who see no
-- case, keep most of it. The number of a case stands only with what a person
-- asked, and is shown to the site that answers.
-- While the previous release runs: it knows nothing of it.
-- Locks: none worth naming. Undo: none; migrations only go forward.

CREATE SCHEMA duty;
GRANT USAGE ON SCHEMA duty TO casebridge_app;

CREATE TABLE duty.entry (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind      text NOT NULL CHECK (kind IN ('request', 'impact', 'incident')),
  matter    text NOT NULL,
  site      uuid NOT NULL,
  site_name text NOT NULL,
  number    text CHECK (length(number) <= 40),
  opened_on date NOT NULL,
  due_on    date NOT NULL CHECK (due_on >= opened_on),
  words     text NOT NULL CHECK (length(words) BETWEEN 1 AND 4000),
  by        uuid NOT NULL,
  by_name   text NOT NULL,
  at        timestamptz NOT NULL DEFAULT now(),
  CHECK (number IS NULL OR kind = 'request')
);
CREATE INDEX entry_due ON duty.entry (kind, due_on);
COMMENT ON TABLE duty.entry IS 'Kept for ever; the law wants three years of assessments.';

CREATE TABLE duty.step (
  entry   uuid NOT NULL REFERENCES duty.entry,
  no      integer NOT NULL CHECK (no > 0),
  step    text NOT NULL,
  words   text NOT NULL CHECK (length(words) BETWEEN 1 AND 4000),
  by      uuid NOT NULL,
  by_name text NOT NULL,
  at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (entry, no)
);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['entry', 'step'] LOOP
    EXECUTE format('ALTER TABLE duty.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE duty.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY room ON duty.%I USING (app.room() = ''auth'') WITH CHECK (app.room() = ''auth'')', t);
    EXECUTE format('GRANT SELECT, INSERT ON duty.%I TO casebridge_app', t);
  END LOOP;
END $$;
