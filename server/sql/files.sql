-- Statements of server/files. Row-level security (migration of files) shows a
-- reader only files they reach and uploads of their own.

-- query: upload_again
-- An upload of the same file for the same record goes on where it was, or is
-- done: whoever missed the last answer need not send the file once more.
UPDATE log.upload u SET expires = now() + $4::bigint * interval '1 hour'
 WHERE u.staff = $1::uuid AND u.record_id = $2::uuid AND u.sha256 = $3::bytea
RETURNING u.id, u.size, u."offset";

-- query: upload_gone
-- Whether the record was destroyed with its case.
SELECT duty.names_gone(ARRAY[$1::uuid::text]) AS gone;

-- query: file_seen
-- The size of a file the reader reaches already. No row: not reached, or none.
SELECT f.size FROM log.file f WHERE f.sha256 = $1::bytea;

-- query: file_use_add
INSERT INTO log.file_use (record_id, sha256, staff) VALUES ($1::uuid, $2::bytea, $3::uuid)
ON CONFLICT DO NOTHING;

-- query: upload_load
-- How many of this reader's uploads are open, and when the first of them ends.
SELECT count(*) AS n, coalesce(ceil(extract(epoch FROM min(u.expires) - now())), 0)::bigint AS seconds
  FROM log.upload u WHERE u.staff = $1::uuid AND NOT u.done AND u.expires > now();

-- query: upload_charge
-- Takes the size from the site's quota of the day. No row: it does not fit.
INSERT INTO log.upload_day AS d (site_id, day, bytes)
SELECT $1::uuid, (now() AT TIME ZONE 'Asia/Shanghai')::date, $2::bigint WHERE $2::bigint <= $3::bigint
ON CONFLICT (site_id, day) DO UPDATE SET bytes = d.bytes + EXCLUDED.bytes
  WHERE d.bytes + EXCLUDED.bytes <= $3::bigint
RETURNING d.bytes;

-- query: upload_wait
-- Seconds until the next day begins in China.
SELECT ceil(extract(epoch FROM app.day_start((now() AT TIME ZONE 'Asia/Shanghai')::date + 1) - now()))::bigint AS seconds;

-- query: upload_add
-- No row: the same one was announced at the same moment.
INSERT INTO log.upload (id, staff, site_id, device, record_id, sha256, size, media, key_id, sealed_key,
                        "offset", done, expires)
VALUES ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::bytea, $7::bigint, $8::text, $9::bytea, $10::bytea,
        $11::bigint, $11::bigint = $7::bigint, now() + $12::bigint * interval '1 hour')
ON CONFLICT DO NOTHING
RETURNING id;

-- query: upload_get
SELECT u.size, u."offset", u.done FROM log.upload u WHERE u.id = $1::uuid AND u.expires > now();

-- query: upload_lock
-- Only one piece at a time.
SELECT u.record_id, u.sha256, u.size, u.media, u.key_id, u.sealed_key, u."offset"
  FROM log.upload u WHERE u.id = $1::uuid AND u.expires > now() FOR UPDATE;

-- query: upload_chunks
-- Chunks $2 … $3 of an upload or a file, in order.
SELECT c.no, c.sealed FROM log.file_chunk c
 WHERE c.chunks = $1::uuid AND c.no BETWEEN $2::bigint AND $3::bigint ORDER BY c.no;

-- query: upload_put
-- A chunk that was not full is written again.
INSERT INTO log.file_chunk AS c (chunks, no, sealed)
SELECT $1::uuid, x.no, x.sealed FROM unnest($2::bigint[], $3::bytea[]) x (no, sealed)
ON CONFLICT (chunks, no) DO UPDATE SET sealed = EXCLUDED.sealed;

-- query: upload_advance
UPDATE log.upload u SET "offset" = $2::bigint WHERE u.id = $1::uuid;

-- query: upload_finish
SELECT log.upload_finish($1::uuid) AS done;

-- query: upload_drop_chunks
DELETE FROM log.file_chunk c WHERE c.chunks = $1::uuid;

-- query: upload_drop
DELETE FROM log.upload u WHERE u.id = $1::uuid;

-- query: file_get
-- A file through a record: the record itself names it, or is a consent whose
-- scan is the document that does. No row: there is none, or not for this reader.
SELECT f.chunks, f.size, f.media, f.key_id, f.sealed_key, v.record_id, v.version, v.type, v.class, v.author, v.readers, v.body,
       (SELECT coalesce(bit_or(m.classes), 0) FROM access.visible() m WHERE m.unit_id = v.unit_id) AS mask
  FROM log.version v
  JOIN log.file_use u ON u.record_id = v.record_id AND u.sha256 = $1::bytea
  JOIN log.file f ON f.sha256 = u.sha256
 WHERE v.next_csn IS NULL
   AND v.record_id = coalesce(
         (SELECT (c.body::jsonb ->> 'scan')::uuid FROM log.version c JOIN access.type_no t ON t.no = c.type
           WHERE c.record_id = $2::uuid AND c.next_csn IS NULL AND t.name = 'consent'), $2::uuid);

-- query: files_sweep
-- What nobody finished in time, and what nothing names.
SELECT s.uploads, s.files FROM log.files_sweep() s;
