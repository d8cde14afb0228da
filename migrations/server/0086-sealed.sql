-- 0086-sealed.sql - the trail becomes evidence: what is on it is sealed into a
-- hash tree by a process of its own (docs/trail.md).
--
-- Why this shape: an event gets the number of its transaction, so that whoever
-- seals takes what lies below the oldest transaction still running and never
-- passes a slow one by; and a mark (which connection wrote it, its how many-th,
-- an HMAC by a key that is not in the database), so that a row taken away, put in
-- or changed in the second before it is sealed shows. The tree lies in tables
-- beside the trail: hashes 256 wide, as tiles. Nothing there can be trusted by
-- itself, nor needs to be: heads are signed by a key that neither the database nor
-- the daemon has, and kept by every station.
-- The role casebridge_seal reads events and commits, and writes the tree; it
-- changes no event, and nobody but it writes the tree.
-- While the previous release runs: its events carry no mark, which the sealer
-- reports; begin to seal when it has ended.
-- Locks: audit.event and log.commit for as long as their indexes take.
-- Undo: none; migrations only go forward.

DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'casebridge_seal') THEN
    CREATE ROLE casebridge_seal LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
  END IF;
END $$;

-- Rows of before have no transaction any more; they are sealed first.
ALTER TABLE audit.event
  ADD xid    xid8 NOT NULL DEFAULT '0',
  ADD worker uuid,
  ADD seq    bigint,
  ADD mac    bytea;
ALTER TABLE audit.event ALTER xid SET DEFAULT pg_current_xact_id();
CREATE INDEX event_xid ON audit.event (xid, id);
CREATE INDEX commit_xid ON log.commit (xid, csn);
COMMENT ON COLUMN audit.event.worker IS 'The connection that wrote it; null: the database itself did, or it is of before.';
COMMENT ON COLUMN audit.event.seq IS 'Its how many-th event that was committed. Dense.';
COMMENT ON COLUMN audit.event.mac IS 'Until it is sealed: HMAC over all but id, at, xid and mac (server/audit).';

-- ---- the tree ------------------------------------------------------------------

CREATE SCHEMA trail;
GRANT USAGE ON SCHEMA trail TO casebridge_seal, casebridge_app, casebridge_maint;
GRANT USAGE ON SCHEMA audit, log TO casebridge_seal;
GRANT SELECT ON public.casebridge_migration TO casebridge_seal;

CREATE TABLE trail.leaf (
  epoch integer NOT NULL,
  n     bigint NOT NULL CHECK (n >= 0),
  kind  "char" NOT NULL CHECK (kind IN ('e', 'c', 's')),
  no    bigint NOT NULL,
  xid   bigint NOT NULL,
  PRIMARY KEY (epoch, n)
);
CREATE UNIQUE INDEX leaf_of ON trail.leaf (kind, no);
COMMENT ON TABLE trail.leaf IS
  'Which row became which leaf. e an event, c a commit of the log, s the statement an epoch begins with.';

CREATE TABLE trail.tile (
  epoch  integer NOT NULL,
  level  smallint NOT NULL CHECK (level BETWEEN 0 AND 6),
  no     bigint NOT NULL,
  hashes bytea NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
  PRIMARY KEY (epoch, level, no)
);
COMMENT ON TABLE trail.tile IS
  'Hashes of complete subtrees of 256^level leaves, 256 of them a row; the last row of a level grows.';

CREATE TABLE trail.statement (
  epoch  integer PRIMARY KEY,
  leaf   bytea NOT NULL,
  reason text
);
COMMENT ON TABLE trail.statement IS 'The first leaf of each epoch: why it began, and what it follows.';

CREATE TABLE trail.head (
  epoch integer NOT NULL,
  size  bigint NOT NULL,
  at    timestamptz NOT NULL,
  note  text NOT NULL CHECK (length(note) <= 512),
  PRIMARY KEY (epoch, size)
);
COMMENT ON TABLE trail.head IS 'Signed heads, as notes.';

CREATE TABLE trail.finding (
  id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  kind  text NOT NULL CHECK (kind IN ('missing', 'twice', 'forged', 'unmarked', 'inserted', 'changed', 'gone', 'back', 'rewritten', 'tree')),
  epoch integer NOT NULL,
  n     bigint,
  no    bigint,
  text  text NOT NULL CHECK (length(text) <= 400)
);
COMMENT ON TABLE trail.finding IS 'What the sealer found not to be as it should. Numbers and ids only.';

-- ---- what stations hold of it -----------------------------------------------------

CREATE TABLE trail.held (
  replica uuid PRIMARY KEY,
  device  uuid NOT NULL,
  epoch   integer NOT NULL,
  size    bigint NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 70);
COMMENT ON TABLE trail.held IS 'The newest head each store says it keeps.';

CREATE TABLE trail.report (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  evidence uuid NOT NULL UNIQUE,
  replica uuid NOT NULL,
  device  uuid,
  kind    text NOT NULL CHECK (kind IN ('fork', 'back', 'key', 'proof')),
  mine    text NOT NULL CHECK (length(mine) <= 512),
  theirs  text NOT NULL CHECK (length(theirs) <= 512)
);
COMMENT ON TABLE trail.report IS 'Stations that were shown a head that does not go on from theirs, with both.';

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['leaf', 'tile', 'statement', 'head', 'finding', 'held', 'report'] LOOP
    EXECUTE format('ALTER TABLE trail.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE trail.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY maint ON trail.%I TO casebridge_maint USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT ON trail.%I TO casebridge_maint', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['leaf', 'tile', 'statement', 'head', 'finding'] LOOP
    EXECUTE format('CREATE POLICY seal ON trail.%I TO casebridge_seal USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT ON trail.%I TO casebridge_seal', t);
  END LOOP;
  -- A tile grows until it is full; nothing else is ever written twice.
  GRANT UPDATE (hashes) ON trail.tile TO casebridge_seal;
  -- What anybody may know: hashes and signed heads.
  FOREACH t IN ARRAY ARRAY['tile', 'head'] LOOP
    EXECUTE format('CREATE POLICY read ON trail.%I FOR SELECT TO casebridge_app USING (true)', t);
    EXECUTE format('GRANT SELECT ON trail.%I TO casebridge_app', t);
  END LOOP;
END $$;
CREATE POLICY seal ON audit.event FOR SELECT TO casebridge_seal USING (true);
CREATE POLICY seal ON log.commit FOR SELECT TO casebridge_seal USING (true);
CREATE POLICY seal ON log.epoch FOR SELECT TO casebridge_seal USING (true);
GRANT SELECT ON audit.event, log.commit, log.epoch TO casebridge_seal;
GRANT INSERT, UPDATE ON trail.held TO casebridge_maint;
GRANT INSERT ON trail.report TO casebridge_maint;
