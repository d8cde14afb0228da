-- Statements of server/feed. All of one page run in one snapshot.

-- query: replica_put
-- Registers a copy of a store; the same id again changes nothing.
INSERT INTO log.replica (replica, device, staff, site_id, store, epoch)
SELECT $1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::text, h.epoch FROM log.head h
ON CONFLICT (replica) DO NOTHING;

-- query: replica_get
SELECT r.replica, r.device, r.staff, r.epoch FROM log.replica r WHERE r.replica = $1::uuid;

-- query: feed_light
-- The counter of a read need not wait for the disk (server/access/guard.c).
SET LOCAL synchronous_commit = off;

-- query: feed_durable
-- What is offered or asked back must not be forgotten once the page has left. A
-- standby need not have it: when one takes over another epoch begins, in which
-- every copy is unknown until its station has told what it holds.
SET LOCAL synchronous_commit = local;

-- query: feed_sweep
-- The manifest as it must be now: what to offer and in which order, what to
-- purge (0003-access, 0021-first-sync).
SELECT log.sweep_ordered($1::uuid) AS compared;

-- query: feed_open
-- Where the log stands, about what is still to be sent, and the last digest.
SELECT h.csn, h.chain, h.epoch, h.durable, r.wait_units, r.wait_records, r.wait_bytes,
       r.digest, r.digest_csn, r.digest_units, r.digest_records,
       CASE WHEN r.wait_units > 0 THEN
         (SELECT count(*) FROM log.manifest m JOIN log.unit u ON u.unit_id = m.unit_id
           WHERE m.replica = r.replica AND m.state IN ('q', 'o') AND u.kind = 'case') ELSE 0 END AS wait_cases
  FROM log.head h JOIN log.replica r ON r.replica = $1::uuid;

-- query: feed_purges
-- Held or offered units that are not visible now. Repeated until the receipt.
SELECT m.unit_id, m.gen, m.purge_id FROM log.manifest m WHERE m.replica = $1::uuid AND m.state = 'p';

-- query: feed_changed
-- Held units with commits after $2, and what of them is newer. It begins with
-- the units that changed, of which there are few whatever the reader holds; the
-- upper bound, which holds for all, tells the planner so.
WITH u AS MATERIALIZED (
  SELECT x.unit_id, x.kind FROM log.unit x
   WHERE x.last_csn > $2::bigint AND x.last_csn < 9223372036854775807)
SELECT u.unit_id, u.kind, m.gen, d.n, d.bytes
  FROM u
  JOIN log.manifest m ON m.replica = $1::uuid AND m.unit_id = u.unit_id AND m.state = 'h'
 CROSS JOIN LATERAL (SELECT count(*) AS n, coalesce(sum(octet_length(v.body)), 0) AS bytes
                       FROM log.version v WHERE v.unit_id = u.unit_id AND v.next_csn IS NULL
                        AND v.csn > $2::bigint AND v.class & m.classes <> 0) d
 ORDER BY u.unit_id;

-- query: feed_waiting
-- The next units to be offered: what the station holds too much of, the
-- directory, then urgent cases, then those with the nearest date, each behind the
-- people in it. More than a page holds
-- are not looked at.
SELECT m.unit_id, u.kind, m.gen, m.n, m.bytes, m.rank::bigint AS rank
  FROM log.manifest m JOIN log.unit u ON u.unit_id = m.unit_id
 WHERE m.replica = $1::uuid AND m.state IN ('q', 'o')
 ORDER BY m.rank, m.due, u.kind <> 'person', m.unit_id LIMIT $2::bigint;

-- query: feed_offer
-- Written before the bytes leave: what a replica may hold, in which incarnation.
UPDATE log.manifest m
   SET state = 'o', gen = m.gen + 1, purge_id = NULL, asked_at = clock_timestamp(), receipt = NULL, purged_at = NULL
 WHERE m.replica = $1::uuid AND m.unit_id = ANY ($2::uuid[]);

-- query: feed_sent
UPDATE log.replica r
   SET wait_units = greatest(r.wait_units - $2::bigint, 0),
       wait_records = greatest(r.wait_records - $3::bigint, 0),
       wait_bytes = greatest(r.wait_bytes - $4::bigint, 0)
 WHERE r.replica = $1::uuid;

-- query: feed_rows
-- The newest versions of the chosen units; place is theirs in the list.
SELECT * FROM log.unit_rows($1::uuid[], $2::bigint[]);

-- query: feed_part
-- The next rows of a unit that travels in parts, after a place in the log.
SELECT * FROM log.unit_part($1::uuid, $2::bigint, $3::bigint, $4::bigint);

-- query: feed_part_of
-- A unit on its way in parts, if it is still the incarnation it was begun in.
SELECT m.unit_id, u.kind, m.gen, m.n, m.bytes
  FROM log.manifest m JOIN log.unit u ON u.unit_id = m.unit_id
 WHERE m.replica = $1::uuid AND m.unit_id = $2::uuid AND m.gen = $3::bigint AND m.state = 'o';

-- query: feed_resend
-- So much of these units is new that they are offered again, in parts.
SELECT log.resend($1::uuid, $2::uuid[]);

-- query: feed_digest
-- What the reader should hold at commit $2, as one value (proto/digest.h), kept
-- for the next time.
WITH d AS (
  SELECT count(*) AS units, coalesce(sum(u.n), 0)::bigint AS records,
         sha256(coalesce(string_agg(uuid_send(u.unit_id) || u.digest, ''::bytea ORDER BY u.unit_id), ''::bytea)) AS digest
    FROM log.unit_digests() u)
UPDATE log.replica r
   SET digest = d.digest, digest_csn = $2::bigint, digest_units = d.units, digest_records = d.records
  FROM d WHERE r.replica = $1::uuid
RETURNING r.digest_units, r.digest_records, r.digest;

-- query: feed_unit_digests
-- The same, unit by unit, to find which differ.
SELECT u.unit_id, u.digest FROM log.unit_digests() u;

-- query: feed_again
-- The next page compares everything anew.
UPDATE log.replica r SET swept_csn = NULL WHERE r.replica = $1::uuid;

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
INSERT INTO log.manifest AS m (replica, unit_id, state, gen, classes)
SELECT $1::uuid, x.unit_id, 'o', 1, 0 FROM unnest($2::uuid[]) x (unit_id)
ON CONFLICT (replica, unit_id) DO UPDATE SET state = 'o', gen = m.gen + 1, classes = 0
 WHERE m.state IN ('q', 'x') RETURNING m.unit_id;

-- query: receipt_purged
UPDATE log.manifest m SET state = 'x', receipt = x.sig, purged_at = clock_timestamp()
  FROM unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::text[]) x (unit_id, gen, purge_id, sig)
 WHERE m.replica = $1::uuid AND m.unit_id = x.unit_id AND m.gen = x.gen
   AND m.purge_id = x.purge_id AND m.state = 'p'
RETURNING m.unit_id;

-- query: feed_reconciled
-- Units of a store that are equal ($1), and the others it holds ($2).
SELECT log.reconciled($1::uuid[], $2::uuid[]) AS held;

-- query: touched
-- The newest commit, and whom what came after $1 concerns: a row a key, the nil
-- key for everybody, and one row without any for nobody.
SELECT h.csn, h.epoch, t.key, (t.key IS NOT NULL)::integer AS touched
  FROM log.head h LEFT JOIN LATERAL log.touched($1::bigint) t (key) ON true;
