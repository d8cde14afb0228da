-- What the ledger says against what PostgreSQL holds: one line a complaint, no
-- line when all is well.
--
-- Run by judge() of ledger.sh as the owner of the cluster, behind a temporary
-- table `book` with the ledger in it (a word given twice stands there once). Nothing here asks our programs, and the
-- hashes are reckoned anew.

-- Every mark there is, and the records that brought it: ~…~ stands in what a
-- person typed and nowhere else.
CREATE TEMP TABLE brought AS
SELECT m.mark, v.record_id, min(v.version) AS version
  FROM log.version v JOIN access.type_no t ON t.no = v.type AND t.name <> 'conflict'
 CROSS JOIN LATERAL (SELECT DISTINCT x[1] AS mark FROM regexp_matches(v.body, '~[0-9a-z.]+~', 'g') x) m
 GROUP BY 1, 2;
CREATE TEMP TABLE contested AS
SELECT (regexp_match(c.mine::text, '~[0-9a-z.]+~'))[1] AS mark FROM rec.conflict c;
CREATE TEMP TABLE put_aside AS
SELECT (regexp_match((p.payload::jsonb -> 'set')::text, '~[0-9a-z.]+~'))[1] AS mark FROM log.parked p;

CREATE TEMP TABLE fate AS
SELECT b.kind, b.mark, b.rec,
       (SELECT count(*) FROM brought x WHERE x.mark = b.mark) AS taken,
       (SELECT count(*) FROM brought x WHERE x.mark = b.mark AND x.record_id <> b.rec) AS elsewhere,
       (SELECT count(*) FROM contested x WHERE x.mark = b.mark) AS conflicts,
       (SELECT count(*) FROM put_aside x WHERE x.mark = b.mark) AS parked
  FROM book b WHERE b.mark IS NOT NULL;

-- saved: somebody was told "saved". tried: the program died before it could say
-- so; then it may be there or not, but not twice.
SELECT 'lost: ' || mark || ' was saved and is nowhere' FROM fate
 WHERE kind = 'saved' AND taken + conflicts + parked = 0
UNION ALL
SELECT 'doubled: ' || mark || ' is there as ' || taken || ' values, ' || conflicts || ' conflicts, '
       || parked || ' parked' FROM fate WHERE taken + conflicts + parked > 1
UNION ALL
SELECT 'misplaced: ' || mark || ' is in another record' FROM fate WHERE elsewhere > 0 AND rec IS NOT NULL
UNION ALL

-- answer: the centre answered for this change.
SELECT 'lost: change ' || b.id || ' was answered ' || b.status || ' and has no such result'
  FROM book b LEFT JOIN log.change_result r ON r.change_id = b.id
 WHERE b.kind = 'answer'
   AND (r.change_id IS NULL OR r.csn <> b.csn OR r.result::jsonb ->> 'status' <> b.status)
UNION ALL
SELECT CASE count(v.csn) WHEN 0 THEN 'lost' ELSE 'doubled' END || ': change ' || b.id || ' has '
       || count(v.csn) || ' versions'
  FROM book b LEFT JOIN log.version v ON v.change_id = b.id AND v.record_id = b.rec
 WHERE b.kind = 'answer' AND b.status = 'applied'
 GROUP BY b.id, b.rec, b.ver, b.csn
HAVING count(v.csn) <> 1 OR min(v.version) <> b.ver OR min(v.csn) <> b.csn
UNION ALL
SELECT 'lost: the conflict of change ' || b.id FROM book b
 WHERE b.kind = 'answer' AND b.status = 'conflict' AND NOT EXISTS (
       SELECT 1 FROM log.version v JOIN access.type_no t ON t.no = v.type
        WHERE v.change_id = b.id AND t.name = 'conflict')
UNION ALL
SELECT 'lost: change ' || b.id || ' was parked and is not' FROM book b
 WHERE b.kind = 'answer' AND b.status = 'parked'
   AND NOT EXISTS (SELECT 1 FROM log.parked p WHERE p.change_id = b.id)
UNION ALL
SELECT 'lost: head ' || max(b.csn) || ' was told, the log ends at ' || (SELECT max(csn) FROM log.commit)
  FROM book b WHERE b.kind = 'answer' HAVING max(b.csn) > (SELECT max(csn) FROM log.commit)
UNION ALL

-- The log itself.
SELECT 'chain: commit ' || x.csn || ' stands at place ' || x.place || CASE WHEN x.chain <> x.want THEN ', its link is wrong' ELSE '' END
  FROM (SELECT csn, chain, row_number() OVER (ORDER BY csn) AS place,
          sha256(coalesce(lag(chain) OVER (ORDER BY csn), ''::bytea) || int8send(csn) || leaf) AS want
          FROM log.commit) x
 WHERE x.csn <> x.place OR x.chain <> x.want
UNION ALL
SELECT 'half: commit ' || c.csn || ' says ' || c.n || ' versions' FROM log.commit c
 WHERE c.kind = 'c' AND c.n <> (SELECT count(*) FROM log.version v WHERE v.csn = c.csn)
UNION ALL
SELECT 'half: versions of commit ' || v.csn || ', which is not there' FROM log.version v
 WHERE NOT EXISTS (SELECT 1 FROM log.commit c WHERE c.csn = v.csn)
UNION ALL
SELECT 'history: record ' || x.record_id || ' version ' || x.version FROM (
       SELECT record_id, version, next_csn, row_number() OVER w AS place, lead(csn) OVER w AS next
         FROM log.version WINDOW w AS (PARTITION BY record_id ORDER BY version)) x
 WHERE x.version <> x.place OR x.next_csn IS DISTINCT FROM x.next
UNION ALL
SELECT 'doubled: change ' || change_id || ' made ' || count(*) || ' versions of ' || record_id
  FROM log.version WHERE change_id IS NOT NULL GROUP BY change_id, record_id HAVING count(*) > 1
UNION ALL
SELECT 'body: version ' || version || ' of ' || record_id || ' is not what was hashed' FROM log.version
 WHERE coalesce(key_no, 0) = 0 AND sha <> sha256(convert_to(body, 'UTF8'))
UNION ALL
SELECT 'digest: unit ' || d.unit_id || ' class ' || d.class FROM log.digest d
 WHERE d.class <> 32 AND d.digest IS DISTINCT FROM (
       SELECT sha256(coalesce(string_agg(uuid_send(v.record_id) || int4send(v.version) || v.sha, ''::bytea
                     ORDER BY v.record_id), ''))
         FROM log.version v WHERE v.unit_id = d.unit_id AND v.class = d.class AND v.next_csn IS NULL)
UNION ALL
SELECT 'typed: note ' || v.record_id FROM log.version v
  JOIN access.type_no t ON t.no = v.type AND t.name = 'service'
  LEFT JOIN rec.service s ON s.id = v.record_id
 WHERE v.next_csn IS NULL
   AND (s.rec_ver IS DISTINCT FROM v.version OR s.aim IS DISTINCT FROM v.body::jsonb ->> 'aim');
