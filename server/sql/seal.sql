-- Statements of server/notary: what is sealed, and the tree. The role that runs
-- them may name nothing else, so it prepares these alone (db_open_only).

-- query: seal_alone
-- One at a time, whoever else tries.
SELECT pg_try_advisory_lock(7086) AS alone;

-- query: seal_view
-- Which epoch the log is in and why, and the newest head of epoch $1.
SELECT e.epoch::bigint AS epoch, e.why, coalesce(e.reason, '') AS reason, e.base_csn, e.was_csn,
       e.confirmed_at IS NOT NULL AS confirmed, h.size, h.note,
       (SELECT count(*) FROM trail.leaf l WHERE l.epoch = $1::bigint AND l.n >= coalesce(h.size, 0)) AS beyond
  FROM log.epoch e
  LEFT JOIN LATERAL (SELECT x.size, x.note FROM trail.head x WHERE x.epoch = $1::bigint
                      ORDER BY x.size DESC LIMIT 1) h ON true;

-- query: seal_newest
-- The newest head there is, of whichever epoch.
SELECT h.epoch::bigint AS epoch, h.size, h.note FROM trail.head h ORDER BY h.epoch DESC, h.size DESC LIMIT 1;

-- query: seal_next
-- What comes after ($1 transaction, $2 kind, $3 number), below the oldest
-- transaction that still runs; events of a transaction before its commit.
SELECT k.kind, k.no, k.xid FROM (
  (SELECT 0::bigint AS kind, e.id AS no, e.xid::text::bigint AS xid FROM audit.event e
    WHERE e.xid >= ($1::bigint)::text::xid8 AND e.xid < pg_snapshot_xmin(pg_current_snapshot())
      AND (e.xid > ($1::bigint)::text::xid8 OR ($2::bigint = 0 AND e.id > $3::bigint))
      AND NOT EXISTS (SELECT FROM trail.leaf l WHERE l.kind = 'e' AND l.no = e.id)
    ORDER BY e.xid, e.id LIMIT $4::bigint)
  UNION ALL
  (SELECT 1::bigint, c.csn, c.xid::text::bigint FROM log.commit c
    WHERE c.xid >= ($1::bigint)::text::xid8 AND c.xid < pg_snapshot_xmin(pg_current_snapshot())
      AND (c.xid > ($1::bigint)::text::xid8 OR $2::bigint = 0 OR c.csn > $3::bigint)
      AND NOT EXISTS (SELECT FROM trail.leaf l WHERE l.kind = 'c' AND l.no = c.csn)
    ORDER BY c.xid, c.csn LIMIT $4::bigint)) k
 ORDER BY k.xid, k.kind, k.no LIMIT $4::bigint;

-- query: seal_imported
-- A database restored from a dump counts transactions anew: rows with numbers it
-- has not reached. They come first in an epoch, after number $1.
SELECT k.kind, k.no, k.xid FROM (
  (SELECT 0::bigint AS kind, e.id AS no, e.xid::text::bigint AS xid FROM audit.event e
    WHERE e.xid >= pg_snapshot_xmax(pg_current_snapshot())
      AND NOT EXISTS (SELECT FROM trail.leaf l WHERE l.kind = 'e' AND l.no = e.id)
    ORDER BY e.xid, e.id LIMIT $1::bigint)
  UNION ALL
  (SELECT 1::bigint, c.csn, c.xid::text::bigint FROM log.commit c
    WHERE c.xid >= pg_snapshot_xmax(pg_current_snapshot())
      AND NOT EXISTS (SELECT FROM trail.leaf l WHERE l.kind = 'c' AND l.no = c.csn)
    ORDER BY c.xid, c.csn LIMIT $1::bigint)) k
 ORDER BY k.xid, k.kind, k.no LIMIT $1::bigint;

-- query: seal_events
SELECT e.id, e.at, e.xid, e.actor, e.role, e.site_id, e.session, e.device, e.action, e.outcome, e.records,
       e.worker, e.seq, e.mac
  FROM audit.event e WHERE e.id = ANY ($1::bigint[]) ORDER BY e.id;

-- query: seal_commits
SELECT c.csn, c.at, c.xid, c.actor, c.device, c.replica, c.kind, c.n::bigint AS n, c.leaf, c.chain, c.moved
  FROM log.commit c WHERE c.csn = ANY ($1::bigint[]) ORDER BY c.csn;

-- query: seal_leaves
-- The leaves [$2, $3) of epoch $1.
SELECT l.n, l.kind::text AS kind, l.no, l.xid FROM trail.leaf l
 WHERE l.epoch = $1::bigint AND l.n >= $2::bigint AND l.n < $3::bigint ORDER BY l.n;

-- query: seal_tiles
SELECT t.level::bigint AS level, t.no, t.hashes
  FROM unnest($2::bigint[], $3::bigint[]) x (level, no)
  JOIN trail.tile t ON t.epoch = $1::bigint AND t.level = x.level AND t.no = x.no;

-- query: seal_statement
SELECT s.leaf, s.reason FROM trail.statement s WHERE s.epoch = $1::bigint;

-- query: seal_behind
-- Events that were not there when their turn came, up to ($1 transaction).
SELECT e.id FROM audit.event e
 WHERE e.xid < ($1::bigint)::text::xid8
   AND NOT EXISTS (SELECT FROM trail.leaf l WHERE l.kind = 'e' AND l.no = e.id)
 ORDER BY e.id LIMIT 20;

-- query: seal_add_leaves
INSERT INTO trail.leaf (epoch, n, kind, no, xid)
SELECT $1::bigint, x.n, CASE x.kind WHEN 0 THEN 'e' WHEN 1 THEN 'c' ELSE 's' END::"char", x.no, x.xid
  FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) x (n, kind, no, xid);

-- query: seal_add_tiles
INSERT INTO trail.tile AS t (epoch, level, no, hashes)
SELECT $1::bigint, x.level, x.no, x.hashes
  FROM unnest($2::bigint[], $3::bigint[], $4::bytea[]) x (level, no, hashes)
ON CONFLICT (epoch, level, no) DO UPDATE SET hashes = EXCLUDED.hashes;

-- query: seal_add_statement
INSERT INTO trail.statement (epoch, leaf, reason) VALUES ($1::bigint, $2::bytea, $3::text);

-- query: seal_add_head
INSERT INTO trail.head (epoch, size, at, note) VALUES ($1::bigint, $2::bigint, $3::timestamptz, $4::text);

-- query: seal_find
-- The same is told once.
INSERT INTO trail.finding (kind, epoch, n, no, text)
SELECT $1::text, $2::bigint, $3::bigint, $4::bigint, $5::text
 WHERE NOT EXISTS (SELECT FROM trail.finding f WHERE f.kind = $1::text AND f.epoch = $2::bigint AND f.text = $5::text);

-- query: seal_heads
-- The newest head of every epoch, and why it began.
SELECT DISTINCT ON (h.epoch) h.epoch::bigint AS epoch, h.size, h.note, s.reason
  FROM trail.head h LEFT JOIN trail.statement s ON s.epoch = h.epoch
 ORDER BY h.epoch, h.size DESC;

-- query: seal_range
-- The leaves of epoch $1 that are of a time, from the first to behind the last.
SELECT coalesce(min(l.n), 0) AS first, coalesce(max(l.n) + 1, 0) AS behind
  FROM audit.event e JOIN trail.leaf l ON l.kind = 'e' AND l.no = e.id AND l.epoch = $1::bigint
 WHERE e.at >= $2::timestamptz AND e.at < $3::timestamptz;

-- query: seal_open
-- Events behind $1 that are no leaf.
SELECT e.id FROM audit.event e
 WHERE e.id > $1::bigint AND NOT EXISTS (SELECT FROM trail.leaf l WHERE l.kind = 'e' AND l.no = e.id)
 ORDER BY e.id LIMIT $2::bigint;
