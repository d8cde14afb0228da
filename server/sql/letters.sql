-- Statements of server/records about letters between sites, and about groups.

-- query: overdue
-- Letters owed an answer, counted for who answers for both sites.
SELECT o.letter, o.kind, o.from_site, o.to_site, o.n, to_char(o.oldest, 'YYYY-MM-DD') AS oldest
  FROM log.overdue($1::uuid) o;

-- query: item_hours
-- Within how many hours these service items are answered.
SELECT i.id, coalesce(i.respond_hours, -1) AS hours FROM rec.service_item i
 WHERE i.id = ANY ($1::uuid[]) AND i.rec_state <> 'retracted';

-- query: letters
-- Referrals and requests the reader sees, newest first: also those nobody has
-- anything left to do about ($1), or only what is in those states ($2).
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.readers, v.body, v.sha, k.home_site
  FROM (SELECT f.id FROM rec.referral f WHERE f.rec_state <> 'retracted' AND ($1::boolean OR f.status = ANY ($2::text[]))
        UNION ALL
        SELECT q.id FROM rec.request q WHERE q.rec_state <> 'retracted' AND ($1::boolean OR q.status = ANY ($2::text[]))) l
  JOIN log.version v ON v.record_id = l.id AND v.next_csn IS NULL
  LEFT JOIN rec."case" k ON k.id = v.case_id
 ORDER BY v.entered_at DESC, v.record_id DESC LIMIT $3::bigint;

-- query: letter
-- One of them, whatever became of it.
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.readers, v.body, v.sha, k.home_site
  FROM rec.letter l
  JOIN log.version v ON v.record_id = l.id AND v.next_csn IS NULL
  LEFT JOIN rec."case" k ON k.id = v.case_id
 WHERE l.id = $1::uuid;

-- query: letter_hands
-- Who could take a request of that site ($1) up, the item it names ($2), and
-- what is in hand or was taken up since ($3).
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.readers, v.body, v.sha
  FROM log.version v
 WHERE v.next_csn IS NULL AND v.record_id IN (
       SELECT s.id FROM rec.staff s WHERE s.site = $1::uuid
       UNION SELECT $2::uuid
       UNION SELECT q.id FROM rec.request q
              WHERE q.to_site = $1::uuid AND q.rec_state <> 'retracted'
                AND (q.status IN ('accepted', 'in_progress') OR q.responded >= $3::timestamptz));

-- query: case_hands
-- Those whose tasks a case has.
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.readers, v.body, v.sha
  FROM log.version v
 WHERE v.next_csn IS NULL AND v.record_id IN (SELECT t.assignee FROM rec.task t WHERE t.case_id = $1::uuid);

-- query: groups
-- Records of these types ($1) of every group the reader sees.
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.readers, v.body, v.sha
  FROM rec."group" g JOIN log.version v ON v.unit_id = g.id AND v.next_csn IS NULL AND v.type = ANY ($1::bigint[])
 WHERE g.rec_state <> 'retracted' ORDER BY v.unit_id, v.csn, v.ord;
