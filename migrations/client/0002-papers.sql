-- 0002-papers.sql - what a station keeps for itself and never sends.
--
-- Why this shape: lists that were taken in can be taken back, and what the
-- columns of a list mean is remembered; neither is a record of the centre.
-- One table for all such papers, sealed like every row: the kind and the name
-- of a paper are in the seal, the key is an HMAC of both.
--
-- While older programs run: they refuse the newer store and say so.
-- Locks: a new table, for a moment.
-- Undo: none. Migrations only go forward, and never drop `work`.

CREATE TABLE paper (
  key    BLOB    PRIMARY KEY,
  rev    INTEGER NOT NULL,
  sealed BLOB    NOT NULL
) STRICT;

PRAGMA user_version = 2;
