-- Statements of server/courier.

-- query: courier_author_put
-- The key of a replica of this reader's on this device; once. No row: not its
-- own, or another key stands.
UPDATE log.replica r SET author = $3::bytea
 WHERE r.replica = $1::uuid AND r.device = $2::uuid AND (r.author IS NULL OR r.author = $3::bytea)
RETURNING r.site_id;

-- query: courier_author
-- Whose a replica is, as they are now; in a transaction of the auth room. No
-- row: no such replica, or one without a key.
SELECT r.staff, r.device, r.author, a.role, a.site, a.district, a.disabled_at IS NULL AS live
  FROM log.replica_author($1::uuid) r JOIN auth.account a ON a.staff = r.staff
 WHERE r.author IS NOT NULL;

-- query: parcel_put
-- Kept as it came, of a station that is wiped; in a transaction of the auth room,
-- like all that follow, after parcel_lock. Where another lies by that name it gets one
-- of its own: of a store nobody knows, no signature says which of them is true. One row
-- with the bytes it added, 0 when it is here already; none: they are more than $7.
WITH known AS (
  SELECT 1 FROM auth.parcel c JOIN auth.parcel p
    ON p.replica = $4::uuid AND (p.parcel = $6::text OR (p.id = $1::uuid AND p.taken_at IS NOT NULL))
   WHERE c.id = $1::uuid LIMIT 1),
room AS (SELECT octet_length($6::text)::bigint AS bytes WHERE octet_length($6::text) <= $7::bigint AND NOT EXISTS (SELECT 1 FROM known)),
new AS (
  INSERT INTO auth.parcel (id, device, kind, replica, code, parcel)
  SELECT $1::uuid, $2::uuid, $3::text, $4::uuid, $5::text, $6::text FROM room ON CONFLICT (id) DO NOTHING RETURNING id),
renamed AS (
  INSERT INTO auth.parcel (id, device, kind, replica, code, parcel)
  SELECT gen_random_uuid(), $2::uuid, $3::text, $4::uuid, $5::text, $6::text FROM room
   WHERE NOT EXISTS (SELECT 1 FROM new) RETURNING id)
SELECT 0::bigint AS bytes FROM known UNION ALL SELECT bytes FROM room;

-- query: parcel_held
-- How much of what this station left is still here, but for the pieces of files.
SELECT coalesce(sum(octet_length(p.parcel)), 0)::bigint AS bytes FROM auth.parcel p WHERE p.device = $1::uuid AND p.taken_at IS NULL;

-- query: parcel_lock
-- Nobody else leaves anything for this station until the transaction ends, so that
-- what it may leave is counted before it grows.
SELECT 1 AS one FROM auth.device WHERE id = $1::uuid FOR NO KEY UPDATE;

-- query: parcel_file
-- A file this station left, by the digest of its parcel's text: an id is only a
-- name, which others know. No row: none.
SELECT p.id AS parcel, taken_at IS NOT NULL AS taken, size,
       (SELECT count(*) FROM auth.parcel_piece x WHERE x.parcel = p.id) AS pieces
  FROM auth.parcel p WHERE p.device = $1::uuid AND p.digest = $2::bytea;

-- query: parcel_file_put
-- After parcel_lock, where parcel_file has no row. No row here: this station has
-- left as much as it may ($7, bytes). Where another lies by that name it gets one of
-- its own, as changes do.
WITH room AS (
  SELECT 1 WHERE (SELECT coalesce(sum(p.size), 0) FROM auth.parcel p WHERE p.device = $2::uuid AND p.taken_at IS NULL) + $6::bigint <= $7::bigint),
new AS (
  INSERT INTO auth.parcel (id, device, kind, replica, code, parcel, size, digest)
  SELECT $1::uuid, $2::uuid, 'file', $3::uuid, $4::text, $5::text, $6::bigint, $8::bytea FROM room
  ON CONFLICT (id) DO NOTHING RETURNING id),
renamed AS (
  INSERT INTO auth.parcel (id, device, kind, replica, code, parcel, size, digest)
  SELECT gen_random_uuid(), $2::uuid, 'file', $3::uuid, $4::text, $5::text, $6::bigint, $8::bytea FROM room
   WHERE NOT EXISTS (SELECT 1 FROM new) RETURNING id)
SELECT id AS parcel FROM new UNION ALL SELECT id FROM renamed;

-- query: parcel_piece_put
INSERT INTO auth.parcel_piece (parcel, no, sealed) VALUES ($1::uuid, $2::bigint::integer, $3::bytea)
ON CONFLICT (parcel, no) DO NOTHING;

-- query: parcel_piece
-- No row: it never came.
SELECT sealed FROM auth.parcel_piece WHERE parcel = $1::uuid AND no = $2::bigint::integer;

-- query: parcel_pieces_drop
DELETE FROM auth.parcel_piece WHERE parcel = $1::uuid;

-- query: parcel_list
-- Whose each is and why it waits; nothing of what is in it. With $1 also those
-- that were taken since.
SELECT p.id AS parcel, p.at AS handed_in, p.device, d.site_name AS site, p.kind, a.login, a.name,
       a.site_name AS author_site, a.disabled_at IS NOT NULL AS disabled, p.code AS why, p.tries::bigint AS tries, p.tried_at, p.taken_at
  FROM auth.parcel p JOIN auth.device d ON d.id = p.device
  LEFT JOIN LATERAL log.replica_author(p.replica) r ON true
  LEFT JOIN auth.account a ON a.staff = r.staff
 WHERE $1::boolean OR p.taken_at IS NULL
 ORDER BY p.at, p.replica, p.id;

-- query: parcel_waiting
-- Those to be tried again, of one author's store in the order in which they were
-- written (their ids grow with time).
SELECT p.id, p.device, p.parcel FROM auth.parcel p
 WHERE p.taken_at IS NULL AND ($1::uuid IS NULL OR p.id = $1::uuid)
 ORDER BY p.device, p.replica, p.id;

-- query: parcel_tried
UPDATE auth.parcel SET tries = tries + 1, tried_at = now(), code = $2::text WHERE id = $1::uuid AND taken_at IS NULL;

-- query: parcel_taken
UPDATE auth.parcel SET tries = tries + 1, tried_at = now(), taken_at = now(), parcel = NULL
 WHERE id = $1::uuid AND taken_at IS NULL;
