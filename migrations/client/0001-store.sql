-- 0001-store.sql - one person's store at one station.
--
-- Why this shape: nothing readable is in a column. A `sealed` blob opens only
-- with a key from the passphrase, and only in the row and revision it was
-- written for. What stands in clear is what a thief may see: how many rows
-- there are, how big, and which of the outbox still wait to be sent.
-- A row's revision is the number of the transaction that wrote it and is never
-- used twice, so an old row put back does not open.
--
-- While older programs run: there are none before this one.
-- Locks: the file is new.
-- Undo: none. Migrations only go forward, and never drop `work`.

CREATE TABLE keywrap (
  kind   TEXT    PRIMARY KEY CHECK (kind IN ('passphrase', 'recovery')),
  cost   INTEGER NOT NULL,
  block  INTEGER NOT NULL,
  lanes  INTEGER NOT NULL,
  salt   BLOB    NOT NULL,
  sealed BLOB    NOT NULL
) STRICT;

-- One row, rewritten by every transaction: who, where, which position in the
-- feed, and the sum over the rows of unit, work and receipt.
CREATE TABLE state (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  store    BLOB    NOT NULL,
  counter  INTEGER NOT NULL,
  sealed   BLOB    NOT NULL
) STRICT;

-- What is shared and withdrawn together. data_key opens the unit's rows; it is
-- itself sealed, and deleting it makes every copy of them unreadable.
CREATE TABLE unit (
  key      BLOB    PRIMARY KEY,
  rev      INTEGER NOT NULL,
  data_key BLOB    NOT NULL,
  sealed   BLOB    NOT NULL
) STRICT;

CREATE TABLE record (
  id     INTEGER PRIMARY KEY,
  key    BLOB    NOT NULL UNIQUE,
  rev    INTEGER NOT NULL,
  sealed BLOB    NOT NULL
) STRICT;

-- The outbox and, behind it, the journal of what the centre acknowledged.
CREATE TABLE work (
  seq    INTEGER PRIMARY KEY,
  rev    INTEGER NOT NULL,
  state  INTEGER NOT NULL,
  sealed BLOB    NOT NULL
) STRICT;

CREATE TABLE receipt (
  key    BLOB    PRIMARY KEY,
  rev    INTEGER NOT NULL,
  sealed BLOB    NOT NULL
) STRICT;

PRAGMA user_version = 1;
