-- Statements of server/records about what waits for a person (GET /v1/today).

-- query: today_tasks
-- The reader's own tasks in these states, and those given to their site and to nobody there.
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.readers, v.body, v.sha
  FROM rec.task t JOIN log.version v ON v.record_id = t.id AND v.next_csn IS NULL
 WHERE (t.assignee = app.staff() OR (t.assignee IS NULL AND t.site = app.site()))
   AND t.status = ANY ($1::text[]) AND t.rec_state <> 'retracted'
 ORDER BY t.due, v.record_id LIMIT $2::bigint;

-- query: today_visits
-- Services the reader's site planned ($1: the state), up to so many days from today, the first first.
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.readers, v.body, v.sha
  FROM rec.service s JOIN log.version v ON v.record_id = s.id AND v.next_csn IS NULL
 WHERE s.status = ANY ($1::text[]) AND s.rec_state <> 'retracted' AND s.site_id = app.site()
   AND s.started_at < app.day_start((now() AT TIME ZONE 'Asia/Shanghai')::date + $2::bigint::int + 1)
 ORDER BY s.started_at, v.record_id LIMIT $3::bigint;

-- query: today_unsigned
-- What the reader wrote and has not signed, of the types that are signed ($1: numbers);
-- $2: the number a live record's state has; $4 and $5: the states in which a service
-- and a plan ask nobody for a signature. The longest unsigned first.
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.readers, v.body, v.sha
  FROM log.version v
 WHERE v.next_csn IS NULL AND v.author = app.staff() AND v.state = $2::bigint
   AND v.type = ANY ($1::bigint[])
   AND NOT EXISTS (SELECT 1 FROM rec.service s WHERE s.id = v.record_id AND s.status = ANY ($4::text[]))
   AND NOT EXISTS (SELECT 1 FROM rec.plan p WHERE p.id = v.record_id AND p.status = ANY ($5::text[]))
 ORDER BY v.entered_at, v.record_id LIMIT $3::bigint;

-- query: today_shared
-- Cases of other sites that were first opened to the reader within so many days.
SELECT r.unit_id AS case_id, to_char(min(r.from_at) AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') AS since
  FROM access.reach r JOIN rec."case" c ON c.id = r.unit_id AND c.home_site <> app.site()
 WHERE r.key = app.key() AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())
   AND r.from_at > now() - make_interval(days => $1::bigint::int)
   AND NOT EXISTS (SELECT 1 FROM access.reach o
                    WHERE o.key = r.key AND o.unit_id = r.unit_id
                      AND o.from_at <= now() - make_interval(days => $1::bigint::int))
 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $2::bigint;

-- query: review_records
-- The newest version of every record of these cases ($1) the reader sees, and of
-- the letters about them: of types that are read ($2: numbers) with the body, of
-- others that there is one; and the site of who wrote it.
SELECT v.unit_id AS of, v.record_id, v.version, v.csn, v.type, v.class, v.state, v.author, v.by,
       v.at, v.entered_at, CASE WHEN v.type = ANY ($2::bigint[]) THEN v.body END AS body, s.site AS by_site
  FROM log.version v LEFT JOIN rec.staff s ON s.id = v.by
 WHERE v.next_csn IS NULL AND v.unit_id = ANY ($1::uuid[])
UNION ALL
SELECT l.case_id, v.record_id, v.version, v.csn, v.type, v.class, v.state, v.author, v.by,
       v.at, v.entered_at, NULL, s.site
  FROM rec.letter l JOIN log.version v ON v.record_id = l.id AND v.next_csn IS NULL
  LEFT JOIN rec.staff s ON s.id = v.by
 WHERE l.case_id = ANY ($1::uuid[]);
