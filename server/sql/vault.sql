-- Statements about the keys of what is sealed at rest (server/vault), and of the verbs
-- that change them. Those of the verbs run as the owner of the tables.

-- query: data_keys
SELECT no, by, wrapped, active FROM log.data_keys();

-- query: data_key_first
SELECT log.data_key_first($1::bytea, $2::bytea);

-- query: key_use
-- Keeps a key from being destroyed until this transaction ends.
SELECT log.key_use($1::bigint);

-- query: look_put
-- In the place of what was kept of these persons ($1).
SELECT log.look_put($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bytea[]);

-- query: salvage_key
SELECT log.salvage_key($1::uuid[], $2::bigint[], $3::bytea[], $4::bigint[]);

-- query: keys_status
-- Data keys, and how many texts each has sealed.
SELECT k.no, encode(k.by, 'hex') AS by, k.state, k.made_at, k.ended_at,
       (SELECT count(*) FROM log.version v WHERE v.key_no = k.no)
       + (SELECT count(*) FROM log.salvage s WHERE s.key_no = k.no)
       + (SELECT count(*) FROM log.parked p WHERE p.key_no = k.no) AS texts
  FROM log.data_key k ORDER BY k.no;

-- query: keys_open
-- Texts of before that nobody has looked at: of types that may hold something secret
-- ($1: numbers; null: all), or restricted.
SELECT (SELECT count(*) FROM log.version v WHERE v.key_no IS NULL AND (v.type = ANY ($1::bigint[]) OR v.class = 32))
     + (SELECT count(*) FROM log.salvage s WHERE s.key_no IS NULL)
     + (SELECT count(*) FROM log.parked p WHERE p.key_no IS NULL) AS n;

-- query: keys_wrapped
-- What the keys of the key file wrap, by key: data keys, files, second factors.
SELECT encode(x.by, 'hex') AS by, x.kind, count(*) AS n FROM (
  SELECT k.by, 'data key' AS kind FROM log.data_key k WHERE k.wrapped IS NOT NULL
  UNION ALL SELECT f.key_id, 'file' FROM log.file f
  UNION ALL SELECT u.key_id, 'file' FROM log.upload u
  UNION ALL SELECT a.key, 'second factor' FROM auth.factor a
  UNION ALL SELECT o.key, 'second factor' FROM auth.factor_offer o) x
 GROUP BY 1, 2 ORDER BY 1, 2;

-- query: key_work
SELECT w.key_no, w.stage, w.place, w.row_id, w.version, w.left_over, w.done, w.began FROM log.key_work w FOR UPDATE;

-- query: key_begin
-- A new data key, by the number after the last.
WITH k AS (
  INSERT INTO log.data_key (no, by, wrapped, state) VALUES ($1::bigint, $2::bytea, $3::bytea, 'coming') RETURNING no)
INSERT INTO log.key_work (key_no, stage) SELECT k.no, 'spread' FROM k RETURNING key_no;

-- query: key_next
SELECT coalesce(max(k.no), 0) + 1 AS no FROM log.data_key k;

-- query: key_retreat
-- What sealed until now only opens from here on.
UPDATE log.data_key k SET state = 'old' WHERE k.state = 'active' AND k.no <> $1::bigint;

-- query: key_activate
UPDATE log.data_key k SET state = 'active' WHERE k.no = $1::bigint;

-- query: key_stage
UPDATE log.key_work w SET stage = $1::text;

-- query: key_place
-- How far it is.
UPDATE log.key_work w SET place = $1::text, row_id = $2::uuid, version = $3::bigint,
       left_over = $4::bigint, done = w.done + $5::bigint;

-- query: reseal_versions
-- The next versions that are not sealed by key $3: by another, or nobody looked, and
-- their type ($4) or class may hold something. What somebody else has in hand waits for
-- the next round.
SELECT v.record_id, v.version, v.type, v.class, v.state, v.body, v.sha, v.key_no, v.next_csn IS NULL AS newest
  FROM log.version v
 WHERE (v.record_id, v.version) > ($1::uuid, $2::bigint)
   AND v.key_no IS DISTINCT FROM $3::bigint AND v.key_no IS DISTINCT FROM 0
   AND (v.key_no IS NOT NULL OR v.type = ANY ($4::bigint[]) OR v.class = 32)
 ORDER BY v.record_id, v.version LIMIT $5::bigint FOR UPDATE SKIP LOCKED;

-- query: reseal_version_put
UPDATE log.version v SET body = x.body, key_no = x.key
  FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[]) x (record_id, version, body, key)
 WHERE v.record_id = x.record_id AND v.version = x.version;

-- query: reseal_close_row
SELECT log.close_row($1::text, $2::uuid, $3::text[], $4::text);

-- query: reseal_salvages
SELECT s.id, s.record_id, s.version, s.type, s.class, s.body AS salvaged, s.sha, s.key_no FROM log.salvage s
 WHERE s.id > $1::uuid AND s.key_no IS DISTINCT FROM $2::bigint AND s.key_no IS DISTINCT FROM 0
 ORDER BY s.id LIMIT $3::bigint FOR UPDATE SKIP LOCKED;

-- query: reseal_salvage_put
UPDATE log.salvage s SET body = $2::text, key_no = $3::bigint WHERE s.id = $1::uuid;

-- query: reseal_parked
SELECT p.change_id, p.payload, p.key_no FROM log.parked p
 WHERE p.change_id > $1::uuid AND p.key_no IS DISTINCT FROM $2::bigint AND p.key_no IS DISTINCT FROM 0
 ORDER BY p.change_id LIMIT $3::bigint FOR UPDATE SKIP LOCKED;

-- query: reseal_parked_put
UPDATE log.parked p SET payload = $2::text, key_no = $3::bigint WHERE p.change_id = $1::uuid;

-- query: keys_left
-- What is still sealed by another key than $1. Other keys are locked first, so that
-- whoever is writing with one of them is waited for.
WITH others AS MATERIALIZED (SELECT k.no FROM log.data_key k WHERE k.state = 'old' FOR UPDATE)
SELECT count(*) AS keys FROM others;

-- query: keys_left_texts
SELECT (SELECT count(*) FROM log.version v WHERE v.key_no <> $1::bigint AND v.key_no <> 0)
     + (SELECT count(*) FROM log.salvage s WHERE s.key_no <> $1::bigint AND s.key_no <> 0)
     + (SELECT count(*) FROM log.parked p WHERE p.key_no <> $1::bigint AND p.key_no <> 0)
     + (SELECT count(*) FROM log.look l WHERE l.key_no <> $1::bigint)
     + (SELECT count(*) FROM log.version v WHERE v.key_no IS NULL AND (v.type = ANY ($2::bigint[]) OR v.class = 32)) AS n;

-- query: keys_destroy
-- No copy is left of those that sealed before.
UPDATE log.data_key k SET state = 'destroyed', wrapped = NULL, ended_at = now() WHERE k.state = 'old';

-- query: key_work_end
DELETE FROM log.key_work;

-- query: rewrap_data_keys
SELECT k.no, k.by, k.wrapped, k.state = 'active' AS active FROM log.data_key k
 WHERE k.wrapped IS NOT NULL AND k.by <> $1::bytea ORDER BY k.no FOR UPDATE;

-- query: rewrap_data_key_put
UPDATE log.data_key k SET by = $2::bytea, wrapped = $3::bytea WHERE k.no = $1::bigint;

-- query: rewrap_files
SELECT f.sha256, f.size, f.key_id, f.sealed_key FROM log.file f
 WHERE f.key_id <> $1::bytea ORDER BY f.sha256 LIMIT $2::bigint FOR UPDATE;

-- query: rewrap_file_put
UPDATE log.file f SET key_id = $2::bytea, sealed_key = $3::bytea WHERE f.sha256 = $1::bytea;

-- query: rewrap_uploads
SELECT u.id, u.sha256, u.size, u.key_id, u.sealed_key FROM log.upload u
 WHERE u.key_id <> $1::bytea ORDER BY u.id LIMIT $2::bigint FOR UPDATE;

-- query: rewrap_upload_put
UPDATE log.upload u SET key_id = $2::bytea, sealed_key = $3::bytea WHERE u.id = $1::uuid;

-- query: rewrap_factors
SELECT f.account, f.key, f.sealed FROM auth.factor f WHERE f.key <> $1::bytea ORDER BY f.account LIMIT $2::bigint FOR UPDATE;

-- query: rewrap_factor_put
UPDATE auth.factor f SET key = $2::bytea, sealed = $3::bytea WHERE f.account = $1::uuid;

-- query: rewrap_offers
SELECT o.account, o.key, o.sealed FROM auth.factor_offer o WHERE o.key <> $1::bytea ORDER BY o.account LIMIT $2::bigint FOR UPDATE;

-- query: rewrap_offer_put
UPDATE auth.factor_offer o SET key = $2::bytea, sealed = $3::bytea WHERE o.account = $1::uuid;
