-- 0004-courier.sql - own work, closed for the centre, for others to carry.
--
-- Why this shape: what somebody wrote on a shared computer must not wait there
-- until they come back. A parcel (proto/courier.h) stands beside each entry of
-- the outbox, written in the same transaction, so neither is ever there without
-- the other; it opens at the centre alone, so it need not be sealed again here,
-- and it can be read without this store's key. What stands in clear is random
-- numbers: whose replica, which change. `state` is written by whoever carried
-- it: 0 waits, 1 the centre has it, 2 the centre will never take it as it is.
-- The passport says whose key signed them.
-- keywrap.shared: the wrapped key is sealed once more, with a share that the
-- centre can take back (client/store/share.h).
--
-- While older programs run: they refuse the newer store and say so.
-- Locks: new tables and a column, for a moment.
-- Undo: none. Migrations only go forward.

CREATE TABLE courier (
  id    BLOB    PRIMARY KEY,
  place INTEGER NOT NULL,
  blob  BLOB,
  state INTEGER NOT NULL DEFAULT 0,
  entry BLOB    NOT NULL
) STRICT;
CREATE INDEX courier_place ON courier (place, id) WHERE state = 0;

CREATE TABLE passport (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  entry    BLOB    NOT NULL
) STRICT;

ALTER TABLE keywrap ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;

PRAGMA user_version = 4;
