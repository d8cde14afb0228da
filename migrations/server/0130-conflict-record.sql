-- 0130-conflict-record.sql - conflicts are found by the record they are about.
--
-- Why: when a record becomes restricted, so does what differed about it before, in the same
-- commit (server/records/conflict.c).
-- While the previous release runs: it does not use it. What became restricted under it keeps
-- conflicts open to all until a person restricts it anew.
-- Locks: rec.conflict, while the index is built. Undo: none; migrations only go forward.

CREATE INDEX conflict_record ON rec.conflict (record);
