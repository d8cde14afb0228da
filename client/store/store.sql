-- Statements of client/store. Nothing here sees a name, a date or an id of the
-- centre: keys are HMACs and the rest is sealed.

-- query: begin
-- Takes the write lock at once, so that a transaction cannot fail half way for
-- want of it.
BEGIN IMMEDIATE;

-- query: commit
COMMIT;

-- query: rollback
ROLLBACK;

-- query: quick_check
-- One row 'ok', or what is wrong.
PRAGMA quick_check(1);

-- query: truncate_wal
PRAGMA wal_checkpoint(TRUNCATE);

-- query: schema_version
PRAGMA user_version;

-- query: keywrap_get
SELECT cost, block, lanes, salt, sealed, shared FROM keywrap WHERE kind = ?1;

-- query: keywrap_put
INSERT INTO keywrap (kind, cost, block, lanes, salt, sealed)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (kind) DO UPDATE
   SET cost = ?2, block = ?3, lanes = ?4, salt = ?5, sealed = ?6, shared = 0;

-- query: keywrap_share
-- Sealed once more, or read back.
UPDATE keywrap SET sealed = ?2, shared = ?3 WHERE kind = ?1;

-- query: keywrap_shared
SELECT coalesce(max(shared), 0) FROM keywrap;

-- query: state_get
SELECT counter, sealed, store FROM state;

-- query: state_put
INSERT INTO state (only_row, store, counter, sealed)
VALUES (1, ?1, ?2, ?3)
ON CONFLICT (only_row) DO UPDATE SET counter = ?2, sealed = ?3;

-- query: unit_all
SELECT key, rev, data_key, sealed FROM unit;

-- query: unit_put
INSERT INTO unit (key, rev, data_key, sealed) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (key) DO UPDATE SET rev = ?2, data_key = ?3, sealed = ?4;

-- query: unit_drop
DELETE FROM unit WHERE key = ?1;

-- query: record_get
SELECT rev, sealed FROM record WHERE key = ?1;

-- query: record_put
INSERT INTO record (key, rev, sealed) VALUES (?1, ?2, ?3)
ON CONFLICT (key) DO UPDATE SET rev = ?2, sealed = ?3;

-- query: record_drop
DELETE FROM record WHERE key = ?1;

-- query: record_revisions
SELECT key, rev FROM record ORDER BY key;

-- query: work_all
SELECT seq, rev, state, sealed FROM work ORDER BY seq;

-- query: work_put
INSERT INTO work (seq, rev, state, sealed) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (seq) DO UPDATE SET rev = ?2, state = ?3, sealed = ?4;

-- query: work_drop
DELETE FROM work WHERE seq = ?1;

-- query: receipt_all
SELECT key, rev, sealed FROM receipt ORDER BY rev, key;

-- query: receipt_put
INSERT INTO receipt (key, rev, sealed) VALUES (?1, ?2, ?3)
ON CONFLICT (key) DO UPDATE SET rev = ?2, sealed = ?3;

-- query: receipt_drop
DELETE FROM receipt WHERE key = ?1;

-- query: paper_revisions
SELECT key, rev FROM paper;

-- query: paper_all
SELECT key, rev, sealed FROM paper;

-- query: paper_get
-- No row: there is no such paper.
SELECT rev, sealed FROM paper WHERE key = ?1;

-- query: paper_put
INSERT INTO paper (key, rev, sealed) VALUES (?1, ?2, ?3)
ON CONFLICT (key) DO UPDATE SET rev = ?2, sealed = ?3;

-- query: paper_drop
DELETE FROM paper WHERE key = ?1;

-- query: file_unit_all
SELECT key, data_key FROM file_unit;

-- query: file_unit_put
INSERT INTO file_unit (key, data_key) VALUES (?1, ?2);

-- query: file_unit_drop
DELETE FROM file_unit WHERE key = ?1;

-- query: file_all
SELECT key, unit, rev, sealed FROM file;

-- query: file_put
INSERT INTO file (key, unit, rev, sealed) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (key) DO UPDATE SET rev = ?3, sealed = ?4;

-- query: file_drop
DELETE FROM file WHERE key = ?1;

-- query: courier_state
-- No row: nothing of it is closed for the centre.
SELECT state FROM courier WHERE id = ?1;

-- query: courier_entry
-- No row: nothing of it is closed for the centre.
SELECT entry FROM courier WHERE id = ?1;

-- query: courier_put
INSERT INTO courier (id, place, blob, state, entry) VALUES (?1, ?2, ?3, 0, ?4)
ON CONFLICT (id) DO UPDATE SET place = ?2, blob = ?3, state = 0, entry = ?4;

-- query: courier_drop
DELETE FROM courier WHERE id = ?1;

-- query: courier_next
-- The next that waits to be carried, behind another.
SELECT id, place, blob, entry FROM courier
 WHERE state = 0 AND (place, id) > (?1, ?2) ORDER BY place, id LIMIT 1;

-- query: courier_mark
UPDATE courier SET state = ?2 WHERE id = ?1;

-- query: courier_left
-- A file whose case is gone from here, of which only the parcel is left.
SELECT id, blob, state, entry FROM courier
 WHERE blob IS NOT NULL AND state < 2 AND blob NOT IN (SELECT key FROM file) ORDER BY place, id LIMIT 1;

-- query: courier_left_count
-- Files of withdrawn cases that wait to be handed in, and those the centre will
-- never take.
SELECT count(*) FILTER (WHERE state < 2), count(*) FILTER (WHERE state = 2) FROM courier
 WHERE blob IS NOT NULL AND blob NOT IN (SELECT key FROM file);

-- query: courier_dead
SELECT blob FROM courier
 WHERE state = 2 AND blob IS NOT NULL AND blob NOT IN (SELECT key FROM file) ORDER BY place, id LIMIT 1;

-- query: courier_dead_drop
DELETE FROM courier WHERE blob = ?1;

-- query: courier_count
-- Entries that wait for the centre's answer, and how many of them are closed
-- for it; files that are; parcels the centre will never take.
SELECT (SELECT count(*) FROM work WHERE state < 3),
       (SELECT count(*) FROM courier WHERE blob IS NULL),
       (SELECT count(*) FROM courier WHERE state = 0 AND blob IS NULL),
       (SELECT count(*) FROM courier WHERE state = 0 AND blob IS NOT NULL),
       (SELECT count(*) FROM courier WHERE state = 2);

-- query: passport_put
INSERT INTO passport (only_row, entry) VALUES (1, ?1)
ON CONFLICT (only_row) DO UPDATE SET entry = ?1;

-- query: passport_get
SELECT entry FROM passport;

-- query: store_id
SELECT store FROM state;

-- query: set_secure_delete
-- Deleted bytes are overwritten, not only forgotten.
PRAGMA secure_delete = ON;

-- query: set_temp_store
-- No temporary file ever.
PRAGMA temp_store = MEMORY;

-- query: set_trusted_schema
PRAGMA trusted_schema = OFF;

-- query: set_cell_size_check
PRAGMA cell_size_check = ON;

-- query: set_mmap
PRAGMA mmap_size = 0;

-- query: set_synchronous
-- A commit that was reported is on the disk.
PRAGMA synchronous = FULL;

-- query: set_locking
-- One program at a time, as place_lock() sees to; the index of the log is then
-- kept in memory, and a store can be opened and read on a full disk.
PRAGMA locking_mode = EXCLUSIVE;

-- query: set_cache
-- 32 MiB, so that the first sync does not read back what it just wrote.
PRAGMA cache_size = -32768;

-- query: set_wal
PRAGMA journal_mode = WAL;
