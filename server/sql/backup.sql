-- Statements of server/admin/backup_check.c: is a restored copy whole?

-- query: backup_commits
-- The log after commit $1, to be linked anew.
SELECT c.csn, c.leaf, c.chain FROM log.commit c WHERE c.csn > $1::bigint ORDER BY c.csn LIMIT $2::bigint;

-- query: backup_problems
-- One row for each thing that is not as it should be; no row: all is well.
SELECT 'a version whose commit is not in the log' AS problem
 WHERE EXISTS (SELECT 1 FROM log.version v WHERE NOT EXISTS (SELECT 1 FROM log.commit c WHERE c.csn = v.csn))
UNION ALL
SELECT 'a record with a version missing, or without one newest version'
 WHERE EXISTS (SELECT 1 FROM log.version v GROUP BY v.record_id
                HAVING max(v.version) <> count(*) OR count(*) FILTER (WHERE v.next_csn IS NULL) <> 1)
UNION ALL
SELECT 'a version whose text does not have its hash'
 WHERE EXISTS (SELECT 1 FROM log.version v WHERE coalesce(v.key_no, 0) = 0 AND sha256(convert_to(v.body, 'UTF8')) <> v.sha)
UNION ALL
SELECT 'a digest that is not that of its records'
 WHERE EXISTS (
  SELECT 1
    FROM (SELECT v.unit_id, v.class, count(*) AS n,
                 sha256(string_agg(uuid_send(v.record_id) || int4send(v.version) || v.sha, ''::bytea
                                   ORDER BY v.record_id)) AS digest
            FROM log.version v WHERE v.next_csn IS NULL AND v.class <> 32 GROUP BY v.unit_id, v.class) r
    FULL JOIN (SELECT d.unit_id, d.class, d.n, d.digest FROM log.digest d WHERE d.class <> 32 AND d.n > 0) d
      ON d.unit_id = r.unit_id AND d.class = r.class
   WHERE r.n IS DISTINCT FROM d.n OR r.digest IS DISTINCT FROM d.digest)
UNION ALL
SELECT 'a result whose commit is not in the log'
 WHERE EXISTS (SELECT 1 FROM log.change_result x WHERE NOT EXISTS (SELECT 1 FROM log.commit c WHERE c.csn = x.csn));

-- query: backup_sealed
-- Versions with something sealed, after a place; each is opened and hashed on the way.
SELECT v.record_id, v.version, v.body, v.sha FROM log.version v
 WHERE v.key_no > 0 AND (v.record_id, v.version) > ($1::uuid, $2::bigint)
 ORDER BY v.record_id, v.version LIMIT $3::bigint;

-- query: backup_files
-- Files after hash $1, with what opens them.
SELECT f.sha256, f.size, f.chunks, f.key_id, f.sealed_key FROM log.file f
 WHERE f.sha256 > $1::bytea ORDER BY f.sha256 LIMIT $2::bigint;

-- query: backup_put
-- False: this log has no such commit.
SELECT log.backup_put($1::bigint, $2::bytea, $3::timestamptz, $4::bytea) AS counts;
