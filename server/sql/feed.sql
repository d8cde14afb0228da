-- Statements of server/feed. All of one page run in one snapshot.

-- query: replica_put
-- Registers a copy of a store; the same id again changes nothing.
INSERT INTO log.replica (replica, device, staff, site_id, store, epoch)
SELECT $1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::text, h.epoch FROM log.head() h
ON CONFLICT (replica) DO NOTHING;

-- query: replica_get
SELECT r.replica, r.device, r.staff, r.epoch FROM log.replica r WHERE r.replica = $1::uuid;

-- query: feed_light
-- The counter of a read need not wait for the disk (server/access/guard.c).
SET LOCAL synchronous_commit = off;

-- query: feed_purges
-- Held or offered units that are not visible now. Repeated until the receipt.
UPDATE log.manifest m
   SET state = 'p', purge_id = coalesce(m.purge_id, gen_random_uuid()), asked_at = clock_timestamp()
 WHERE m.replica = $1::uuid AND m.state IN ('o', 'h', 'p')
   AND NOT EXISTS (SELECT 1 FROM access.visible() v WHERE v.unit_id = m.unit_id)
RETURNING m.unit_id, m.gen, m.purge_id;

-- query: feed_plan
-- What there is to send: units not held as they are visible now, and held ones
-- that changed. Cases with the nearest date first, persons with their cases.
SELECT v.unit_id, u.kind, v.classes, u.last_csn,
       m.state = 'h' AND m.classes = v.classes AS held,
       d.n, d.bytes
  FROM access.visible() v
  JOIN log.unit u ON u.unit_id = v.unit_id
  LEFT JOIN log.manifest m ON m.replica = $1::uuid AND m.unit_id = v.unit_id
  LEFT JOIN log.summary s ON s.case_id = v.unit_id
 CROSS JOIN LATERAL (SELECT coalesce(sum(x.n), 0) AS n, coalesce(sum(x.bytes), 0)::bigint AS bytes
                       FROM log.digest x WHERE x.unit_id = v.unit_id AND x.class & v.classes <> 0) d
 WHERE m.state IS DISTINCT FROM 'h' OR m.classes <> v.classes OR u.last_csn > $2::bigint
 ORDER BY CASE u.kind WHEN 'directory' THEN 0 WHEN 'person' THEN 1 ELSE 2 END,
          s.next_due NULLS LAST, v.unit_id;

-- query: feed_offer
-- Written before the bytes leave: what a replica may hold, and in which
-- incarnation.
INSERT INTO log.manifest AS m (replica, unit_id, state, gen, classes)
SELECT $1::uuid, x.unit_id, 'o', 1, x.classes FROM unnest($2::uuid[], $3::bigint[]) x (unit_id, classes)
ON CONFLICT (replica, unit_id) DO UPDATE
  SET state = 'o', gen = m.gen + 1, classes = EXCLUDED.classes, purge_id = NULL,
      asked_at = clock_timestamp(), receipt = NULL
RETURNING m.unit_id, m.gen;

-- query: feed_rows
-- The newest versions of the chosen units, in the order chosen.
SELECT p.ord::bigint AS place, v.record_id, v.version, v.csn, v.case_id, v.type, v.class, v.state, v.site_id,
       v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.sha, v.body
  FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) WITH ORDINALITY p (unit_id, classes, since, ord)
  JOIN log.version v ON v.unit_id = p.unit_id AND v.next_csn IS NULL
                    AND v.csn > p.since AND v.class & p.classes <> 0
 ORDER BY p.ord, v.csn, v.ord;

-- query: feed_digest
-- What the reader should hold, as one value (proto/digest.h). Restricted
-- records differ by reader, so their class is hashed here.
WITH seen AS MATERIALIZED (SELECT * FROM access.visible()),
own AS (
  SELECT v.unit_id, count(*) AS n,
         sha256(string_agg(uuid_send(v.record_id) || int4send(v.version) || v.sha, ''::bytea
                           ORDER BY v.record_id)) AS digest
    FROM log.version v JOIN seen s ON s.unit_id = v.unit_id AND s.classes & 32 <> 0
   WHERE v.class = 32 AND v.next_csn IS NULL
   GROUP BY v.unit_id),
cls AS (
  SELECT d.unit_id, d.class, d.n, d.digest
    FROM seen s JOIN log.digest d ON d.unit_id = s.unit_id AND d.class & s.classes <> 0
   WHERE d.class <> 32 AND d.n > 0
  UNION ALL SELECT o.unit_id, 32, o.n, o.digest FROM own o),
unit AS (
  SELECT s.unit_id, coalesce(sum(c.n), 0) AS n,
         sha256(coalesce(string_agg(set_byte('\x00'::bytea, 0, c.class) || c.digest, ''::bytea
                                    ORDER BY c.class), ''::bytea)) AS digest
    FROM seen s LEFT JOIN cls c ON c.unit_id = s.unit_id
   GROUP BY s.unit_id)
SELECT count(*) AS units, coalesce(sum(n), 0)::bigint AS records,
       sha256(coalesce(string_agg(uuid_send(unit_id) || digest, ''::bytea ORDER BY unit_id), ''::bytea)) AS digest
  FROM unit;

-- query: feed_unit_digests
-- The same, unit by unit, to find which differ.
WITH seen AS MATERIALIZED (SELECT * FROM access.visible()),
own AS (
  SELECT v.unit_id, count(*) AS n,
         sha256(string_agg(uuid_send(v.record_id) || int4send(v.version) || v.sha, ''::bytea
                           ORDER BY v.record_id)) AS digest
    FROM log.version v JOIN seen s ON s.unit_id = v.unit_id AND s.classes & 32 <> 0
   WHERE v.class = 32 AND v.next_csn IS NULL
   GROUP BY v.unit_id),
cls AS (
  SELECT d.unit_id, d.class, d.digest
    FROM seen s JOIN log.digest d ON d.unit_id = s.unit_id AND d.class & s.classes <> 0
   WHERE d.class <> 32 AND d.n > 0
  UNION ALL SELECT o.unit_id, 32, o.digest FROM own o)
SELECT s.unit_id,
       sha256(coalesce(string_agg(set_byte('\x00'::bytea, 0, c.class) || c.digest, ''::bytea
                                  ORDER BY c.class), ''::bytea)) AS digest
  FROM seen s LEFT JOIN cls c ON c.unit_id = s.unit_id
 GROUP BY s.unit_id;

-- query: receipt_stored
-- Only the incarnation named counts; the rest is ignored.
UPDATE log.manifest m SET state = 'h'
  FROM unnest($2::uuid[], $3::bigint[]) x (unit_id, gen)
 WHERE m.replica = $1::uuid AND m.unit_id = x.unit_id AND m.gen = x.gen AND m.state = 'o'
RETURNING m.unit_id;

-- query: receipt_damaged
-- The copy does not match: the unit is offered again, in full.
UPDATE log.manifest m SET state = 'o'
  FROM unnest($2::uuid[]) x (unit_id)
 WHERE m.replica = $1::uuid AND m.unit_id = x.unit_id AND m.state = 'h'
RETURNING m.unit_id;

-- query: receipt_unlisted
-- Held without our knowing: from now on we know, and purge or deliver.
INSERT INTO log.manifest (replica, unit_id, state, gen, classes)
SELECT $1::uuid, x.unit_id, 'o', 1, 0 FROM unnest($2::uuid[]) x (unit_id)
ON CONFLICT DO NOTHING RETURNING unit_id;

-- query: receipt_purged
UPDATE log.manifest m SET state = 'x', receipt = x.sig
  FROM unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::text[]) x (unit_id, gen, purge_id, sig)
 WHERE m.replica = $1::uuid AND m.unit_id = x.unit_id AND m.gen = x.gen
   AND m.purge_id = x.purge_id AND m.state = 'p'
RETURNING m.unit_id;
