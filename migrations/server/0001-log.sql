-- 0001-log.sql - the log: commits in commit order, every version of every
-- record, and who holds what.
--
-- Why this shape: a commit sequence number given by seal() as the last act of
-- a transaction, under a lock held only for COMMIT, makes feed order equal to
-- commit order. A plain sequence loses rows under concurrent writers, because
-- numbers are handed out before commit. Versions are only ever inserted; the
-- one later write is next_csn, which turns "newest now" into an index.
-- While the previous release runs: this is the first.
-- Locks: none worth naming. Undo: none; migrations only go forward.

DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'casebridge_app') THEN
    CREATE ROLE casebridge_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB
      NOCREATEROLE NOINHERIT;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'casebridge_maint') THEN
    CREATE ROLE casebridge_maint NOLOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT;
  END IF;
END $$;
-- So that an owner without superuser's rights can give functions to it.
GRANT casebridge_maint TO CURRENT_USER;

CREATE SCHEMA app;
CREATE SCHEMA log;
CREATE SCHEMA access;
CREATE SCHEMA rec;
CREATE SCHEMA audit;
GRANT USAGE ON SCHEMA app, log, access, rec, audit
  TO casebridge_app, casebridge_maint;
GRANT USAGE ON SCHEMA public TO casebridge_app;
GRANT SELECT ON public.casebridge_migration TO casebridge_app;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- ---- who is asking ---------------------------------------------------------
-- Set at the start of every transaction (server/db) and gone with it. A
-- setting that was ever set reads '' afterwards, hence NULLIF.

CREATE FUNCTION app.enter(p_room text, p_staff uuid, p_site uuid, p_role text,
                          p_replica uuid) RETURNS void
LANGUAGE sql VOLATILE AS $$
  SELECT set_config('app.room', p_room, true),
         set_config('app.staff', coalesce(p_staff::text, ''), true),
         set_config('app.site', coalesce(p_site::text, ''), true),
         set_config('app.role', coalesce(p_role, ''), true),
         set_config('app.replica', coalesce(p_replica::text, ''), true)
$$;
CREATE FUNCTION app.room() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.room', true), '') $$;
CREATE FUNCTION app.staff() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.staff', true), '')::uuid $$;
CREATE FUNCTION app.site() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.site', true), '')::uuid $$;
CREATE FUNCTION app.role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.role', true), '') $$;
CREATE FUNCTION app.replica() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.replica', true), '')::uuid $$;
CREATE FUNCTION app.directory() RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT '00000000-0000-0000-0000-000000000000'::uuid $$;
-- A calendar day's first instant where our users live.
CREATE FUNCTION app.day_start(d date) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT d::timestamp AT TIME ZONE 'Asia/Shanghai' $$;

-- ---- the log ---------------------------------------------------------------

CREATE TABLE log.epoch (
  one      boolean PRIMARY KEY DEFAULT true CHECK (one),
  epoch    integer NOT NULL,
  sysid    bigint NOT NULL,
  timeline integer NOT NULL,
  base_csn bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE log.epoch IS
  'The lineage of the log. It changes on restore, fork or promotion.';
INSERT INTO log.epoch (epoch, sysid, timeline)
SELECT 1, s.system_identifier, c.timeline_id
  FROM pg_control_system() s, pg_control_checkpoint() c;

CREATE TABLE log.commit (
  csn     bigint PRIMARY KEY,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  xid     xid8 NOT NULL DEFAULT pg_current_xact_id(),
  actor   uuid,
  device  uuid,
  replica uuid,
  kind    "char" NOT NULL,
  n       integer NOT NULL,
  leaf    bytea NOT NULL,
  chain   bytea NOT NULL,
  moved   boolean NOT NULL DEFAULT false
);
CREATE INDEX commit_moved ON log.commit (csn) WHERE moved;
COMMENT ON COLUMN log.commit.moved IS
  'It may have changed who reaches what: every replica is compared anew.';
COMMENT ON TABLE log.commit IS
  'One row a transaction that changed something, dense, in commit order. kind: c changes, r receipts, e epoch.';
COMMENT ON COLUMN log.commit.chain IS 'sha256(previous chain || csn || leaf)';

CREATE FUNCTION log.seal(p_actor uuid, p_device uuid, p_replica uuid,
                         p_kind text, p_n bigint, p_leaf bytea)
RETURNS TABLE (csn bigint, chain bytea, epoch integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  c bigint;
  h bytea;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'seal: read committed only';
  END IF;
  PERFORM pg_advisory_xact_lock(7001);
  SELECT k.csn, k.chain INTO c, h
    FROM log.commit k ORDER BY k.csn DESC LIMIT 1;
  c := coalesce(c, 0) + 1;
  h := sha256(coalesce(h, ''::bytea) || int8send(c) || p_leaf);
  INSERT INTO log.commit (csn, actor, device, replica, kind, n, leaf, chain, moved)
  VALUES (c, p_actor, p_device, p_replica, p_kind::"char", p_n, p_leaf, h,
          current_setting('app.moved', true) IS NOT DISTINCT FROM 'yes');
  PERFORM set_config('app.csn', c::text, true);
  RETURN QUERY SELECT c, h, e.epoch FROM log.epoch e;
END $$;
COMMENT ON FUNCTION log.seal IS
  'Gives the transaction its number. Last before COMMIT, in the same message: everybody else waits from here on.';
-- The number seal() gave this transaction, for the rows written after it.
CREATE FUNCTION app.csn() RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT NULLIF(current_setting('app.csn', true), '')::bigint $$;

CREATE TABLE log.unit (
  unit_id  uuid PRIMARY KEY,
  kind     text NOT NULL CHECK (kind IN ('directory', 'person', 'case')),
  site_id  uuid,
  last_csn bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE log.unit IS
  'What is shared, proved and withdrawn together. A writer locks the rows of the units it touches, in order of id.';
CREATE INDEX unit_last ON log.unit (last_csn);
INSERT INTO log.unit (unit_id, kind) VALUES (app.directory(), 'directory');

CREATE TABLE log.version (
  record_id  uuid NOT NULL,
  version    integer NOT NULL CHECK (version > 0),
  csn        bigint NOT NULL,
  ord        integer NOT NULL,
  unit_id    uuid NOT NULL,
  case_id    uuid,
  type       smallint NOT NULL,
  class      smallint NOT NULL,
  state      smallint NOT NULL,
  site_id    uuid,
  author     uuid,
  by         uuid,
  device     uuid,
  change_id  uuid,
  at         timestamptz NOT NULL,
  entered_at timestamptz NOT NULL,
  reason     text,
  readers    uuid[],
  body       text NOT NULL,
  sha        bytea NOT NULL,
  next_csn   bigint,
  PRIMARY KEY (record_id, version)
) WITH (fillfactor = 90);
CREATE INDEX version_head ON log.version (unit_id, csn, ord) WHERE next_csn IS NULL;
COMMENT ON TABLE log.version IS
  'Every version of every record. Append-only: the only later write is next_csn.';
COMMENT ON COLUMN log.version.body IS
  'Canonical text, hashed and sent as it stands; never jsonb, which reorders keys and rewrites numbers.';
COMMENT ON COLUMN log.version.readers IS
  'Of a restricted record: who besides the author may read it.';

CREATE TABLE log.digest (
  unit_id uuid NOT NULL,
  class   smallint NOT NULL,
  n       integer NOT NULL,
  bytes   bigint NOT NULL,
  digest  bytea NOT NULL,
  PRIMARY KEY (unit_id, class)
) WITH (fillfactor = 80);
COMMENT ON TABLE log.digest IS
  'Per unit and class: SHA-256 over the sorted leaves (proto/digest.h), kept with every write. Class 32 (restricted) differs by reader and is computed when asked; its row only counts.';

CREATE TABLE log.change_result (
  change_id   uuid PRIMARY KEY,
  payload_sha bytea NOT NULL,
  csn         bigint NOT NULL,
  actor       uuid,
  result      text NOT NULL
);
COMMENT ON TABLE log.change_result IS
  'What became of each change; the same id again gets the same answer, for ever.';

CREATE TABLE log.parked (
  change_id uuid PRIMARY KEY,
  csn       bigint NOT NULL,
  at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor     uuid,
  site_id   uuid,
  code      text NOT NULL,
  field     text NOT NULL,
  accepts   text NOT NULL,
  payload   text NOT NULL,
  settled_csn bigint
);
COMMENT ON TABLE log.parked IS
  'Changes that could not be taken, kept whole until a person looks at them.';

-- ---- what each station may hold ---------------------------------------------

CREATE TABLE log.replica (
  replica    uuid PRIMARY KEY,
  device     uuid NOT NULL,
  staff      uuid NOT NULL,
  site_id    uuid NOT NULL,
  store      text NOT NULL,
  epoch      integer NOT NULL,
  last_req   bigint NOT NULL DEFAULT 0,
  last_sha   bytea,
  seen_csn   bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_seen  timestamptz NOT NULL DEFAULT clock_timestamp(),
  swept_csn  bigint,
  swept_at   timestamptz,
  swept_key  uuid,
  wait_units   bigint NOT NULL DEFAULT 0,
  wait_records bigint NOT NULL DEFAULT 0,
  wait_bytes   bigint NOT NULL DEFAULT 0,
  digest     bytea,
  digest_csn bigint,
  digest_units   bigint,
  digest_records bigint
) WITH (fillfactor = 50);
COMMENT ON COLUMN log.replica.last_req IS
  'Dense counter of its requests: a clone or a rolled-back store breaks it.';
COMMENT ON COLUMN log.replica.swept_csn IS
  'The manifest was last compared with all this reader reaches at this commit, at swept_at, under swept_key; null: compare anew. See log.sweep().';
COMMENT ON COLUMN log.replica.wait_units IS
  'About what is still to be sent; an estimate for people.';
COMMENT ON COLUMN log.replica.digest IS
  'What the reader should hold as of digest_csn; null once the reach moved. Anything held that changed later makes it void.';

CREATE TABLE log.manifest (
  replica    uuid NOT NULL,
  unit_id    uuid NOT NULL,
  state      "char" NOT NULL CHECK (state IN ('q', 'o', 'h', 'p', 'x')),
  gen        integer NOT NULL,
  classes    integer NOT NULL,
  rank       smallint NOT NULL DEFAULT 0,
  due        date NOT NULL DEFAULT 'infinity',
  n          integer NOT NULL DEFAULT 0,
  bytes      bigint NOT NULL DEFAULT 0,
  purge_id   uuid,
  asked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  receipt    text,
  PRIMARY KEY (replica, unit_id)
) WITH (fillfactor = 80);
CREATE INDEX manifest_holders ON log.manifest (unit_id) WHERE state IN ('o', 'h', 'p');
CREATE INDEX manifest_waiting ON log.manifest (replica, rank, due, unit_id) WHERE state IN ('q', 'o');
CREATE INDEX manifest_purges ON log.manifest (replica) WHERE state = 'p';
COMMENT ON TABLE log.manifest IS
  'What a replica may hold, written before it is sent: q to be offered, o offered, h held, p purge sent, x nothing held; gen names the incarnation a receipt is about.';
COMMENT ON COLUMN log.manifest.rank IS
  'With due the order of sending: 0 directory, 1 persons, 2 cases, the nearest date first; n and bytes are about what it will be.';

-- ---- who reaches what --------------------------------------------------------

CREATE TABLE access.reach (
  key     uuid NOT NULL,
  unit_id uuid NOT NULL,
  classes integer NOT NULL,
  whole   boolean NOT NULL GENERATED ALWAYS AS (classes & 31 = 31) STORED,
  from_at timestamptz NOT NULL,
  to_at   timestamptz,
  due     date
);
CREATE INDEX reach_key ON access.reach (key, unit_id);
CREATE INDEX reach_due ON access.reach (key, due, unit_id) INCLUDE (from_at, to_at) WHERE due IS NOT NULL;
COMMENT ON COLUMN access.reach.due IS
  'Of a case that has its line: its place in the caseload of this key. The next date, where all classes are reached; else infinity.';
CREATE INDEX reach_unit ON access.reach (unit_id);
COMMENT ON TABLE access.reach IS
  'Derived by access.refresh(): key is a site (its staff reach the unit) or a member of staff (psychiatrists), classes a mask of record classes. Dates run by themselves: a row counts while from_at <= now() < to_at.';

-- Filled from server/access/policy.csv by every `casebridged migrate`.
CREATE TABLE access.role (
  role  text PRIMARY KEY,
  reach text NOT NULL CHECK (reach IN ('site', 'member', 'directory'))
);
CREATE TABLE access.type_no (
  no   smallint PRIMARY KEY,
  name text NOT NULL UNIQUE
);
CREATE TABLE access.may (
  role text NOT NULL,
  verb text NOT NULL,
  type smallint NOT NULL,
  PRIMARY KEY (role, verb, type)
);

-- ---- the trail ---------------------------------------------------------------

CREATE TABLE audit.event (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor   uuid,
  role    text,
  site_id uuid,
  session uuid,
  device  uuid,
  action  text NOT NULL,
  outcome text NOT NULL,
  records uuid[]
);
CREATE INDEX event_at ON audit.event (at);
COMMENT ON TABLE audit.event IS
  'Who did or read what, ids only, written in the transaction of the act. The daemon may add and never change or read.';
