-- 0003-files.sql - files of documents: what is here, what waits to be sent.
--
-- Why this shape: the bytes lie in sealed files beside the store, because the
-- store is checked from end to end whenever it is opened. Here stand the rows
-- that say what they are, and one key for the files of each unit; deleting it
-- makes every copy of them unreadable. What stands in clear is which files
-- belong together, not to whom.
--
-- While older programs run: they refuse the store, and say so.
-- Locks: none worth naming; the tables are new.
-- Undo: none. Migrations only go forward.

CREATE TABLE file_unit (
  key      BLOB PRIMARY KEY,
  data_key BLOB NOT NULL
) STRICT;

CREATE TABLE file (
  key    BLOB    PRIMARY KEY,
  unit   BLOB    NOT NULL,
  rev    INTEGER NOT NULL,
  sealed BLOB    NOT NULL
) STRICT;

PRAGMA user_version = 3;
