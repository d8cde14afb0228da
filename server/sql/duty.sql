-- query: duty_list
-- Of the kinds asked for, at one site or everywhere; open ones first, by their day.
SELECT n.id, n.kind, n.matter, n.site, n.site_name, n.number, n.opened_on::text AS opened_on, n.due_on::text AS due_on, n.words,
       n.by, n.by_name, n.at, c.at AS closed_at, c.at IS NULL AND n.due_on < (now() AT TIME ZONE 'Asia/Shanghai')::date AS late
  FROM duty.entry n LEFT JOIN duty.step c ON c.entry = n.id AND c.step = 'closed'
 WHERE n.kind = ANY ($1::text[]) AND ($2::uuid IS NULL OR n.site = $2::uuid)
   AND ($3::boolean OR c.at IS NULL)
 ORDER BY c.at IS NOT NULL, n.due_on, n.at, n.id LIMIT $4::bigint;

-- query: duty_steps
SELECT s.entry, s.no, s.step, s.words, s.by, s.by_name, s.at FROM duty.step s WHERE s.entry = ANY ($1::uuid[]) ORDER BY s.entry, s.no;

-- query: duty_add
INSERT INTO duty.entry (kind, matter, site, site_name, number, opened_on, due_on, words, by, by_name)
SELECT $1::text, $2::text, a.site, a.site_name, $3::text, $4::text::date, $5::text::date, $6::text, a.staff, a.name
  FROM auth.account a WHERE a.staff = $7::uuid
RETURNING id;

-- query: duty_get
-- cases: how many the number is of (2: or more); case: which, when it is one's.
SELECT n.kind, n.matter, n.site, (SELECT count(*) FROM duty.step s WHERE s.entry = n.id) AS steps,
       EXISTS (SELECT 1 FROM duty.step s WHERE s.entry = n.id AND s.step = 'closed') AS closed,
       f.cases, f."case"
  FROM duty.entry n
 CROSS JOIN LATERAL (SELECT count(*) AS cases, CASE count(*) WHEN 1 THEN min(x.case_id::text)::uuid END AS "case"
                       FROM duty.find_case(n.number, n.site) x) f
 WHERE n.id = $1::uuid;

-- query: duty_step_add
-- No row: somebody else had the number.
INSERT INTO duty.step (entry, no, step, words, by, by_name, case_id)
SELECT $1::uuid, $2::bigint::integer, $3::text, $4::text, a.staff, a.name, $6::uuid FROM auth.account a WHERE a.staff = $5::uuid
ON CONFLICT DO NOTHING RETURNING no;

-- query: retention_spans
-- With what is proposed of each, and whether reader $1 may grant it.
SELECT s.code, s.least::bigint AS least, s.years::bigint AS years, s.law, s.zh, s.en, s.source_zh, s.source_en,
       q.id AS proposal, q.years::bigint AS to_years, q.made_name, q.due, auth.is_second(q.made_by, $1::uuid) AS second
  FROM duty.span s LEFT JOIN duty.proposal q ON q.span = s.code AND q.decided_at IS NULL AND q.due > now() - interval '7 days'
 ORDER BY s.no;

-- query: retention_rows
-- Cases of a site or of all that may go, for which deletion was granted, that are held, or
-- about which something is proposed; $2: as above.
WITH held AS (
  SELECT DISTINCT ON (h.case_id) h.* FROM duty.hold h
   WHERE NOT EXISTS (SELECT 1 FROM duty.release r WHERE r.hold = h.id) ORDER BY h.case_id, h.at DESC),
known AS (
  SELECT * FROM duty.lapse(NULL)
  UNION SELECT x.* FROM held h CROSS JOIN LATERAL duty.lapse(h.case_id) x
  UNION SELECT x.* FROM duty.proposal p CROSS JOIN LATERAL duty.lapse(p.case_id) x WHERE p.kind = 'destroy' AND p.decided_at IS NULL)
SELECT l.case_id AS "case", l.number, l.site, l.site_name, l.ended::text AS ended, l.span, l.until::text AS until,
       l.law_until::text AS law_until, l.request, duty.ground(l.until, l.law_until, l.request) AS ground,
       h.id AS hold, h.reason AS hold_reason, h.reference AS hold_reference, h.by_name AS hold_by, h.at AS hold_at,
       q.id AS proposal, q.made_name, q.at AS made_at, q.due, auth.is_second(q.made_by, $2::uuid) AS second
  FROM known l
  LEFT JOIN held h ON h.case_id = l.case_id
  LEFT JOIN duty.proposal q ON q.case_id = l.case_id AND q.decided_at IS NULL AND q.due > now() - interval '7 days'
 WHERE ($1::uuid IS NULL OR l.site = $1::uuid)
   AND (h.id IS NOT NULL OR l.request IS NOT NULL OR q.id IS NOT NULL OR duty.ground(l.until, l.law_until, l.request) IS NOT NULL)
 ORDER BY q.id IS NULL, l.until, l.case_id LIMIT $3::bigint;

-- query: retention_case
-- What a case is called: its id, or at a site its number.
SELECT f.case_id, f.site, f.site_name, duty.is_held(f.case_id) AS held, duty.ground(l.until, l.law_until, l.request) AS ground,
       l.until::text AS until
  FROM duty.find_case($1::text, $2::uuid) f CROSS JOIN LATERAL duty.lapse(f.case_id) l;

-- query: hold_add
-- No row: it was destroyed meanwhile.
INSERT INTO duty.hold (case_id, site, site_name, reason, reference, by, by_name)
SELECT $1::uuid, $2::uuid, $3::text, $4::text, $5::text, a.staff, a.name FROM auth.account a WHERE a.staff = $6::uuid
RETURNING id;

-- query: hold_get
SELECT h.case_id, h.site, EXISTS (SELECT 1 FROM duty.release r WHERE r.hold = h.id) AS released FROM duty.hold h WHERE h.id = $1::uuid;

-- query: hold_release
-- No row: somebody else was first.
INSERT INTO duty.release (hold, reason, by, by_name)
SELECT $1::uuid, $2::text, a.staff, a.name FROM auth.account a WHERE a.staff = $3::uuid
ON CONFLICT DO NOTHING RETURNING hold;

-- query: proposal_late
UPDATE duty.proposal q SET decided_at = now(), outcome = 'late' WHERE q.decided_at IS NULL AND q.due <= now() - interval '7 days';

-- query: proposal_destroy
-- No row: it stands already.
INSERT INTO duty.proposal (kind, case_id, site, ground, made_by, made_name)
SELECT 'destroy', $1::uuid, $2::uuid, $3::text, a.staff, a.name FROM auth.account a WHERE a.staff = $4::uuid
ON CONFLICT DO NOTHING RETURNING id, due;

-- query: proposal_span
-- No row: it stands already, or the span is as long.
INSERT INTO duty.proposal (kind, span, years, made_by, made_name)
SELECT 'span', s.code, $2::bigint::integer, a.staff, a.name
  FROM duty.span s CROSS JOIN auth.account a WHERE s.code = $1::text AND s.years < $2::bigint AND a.staff = $3::uuid
ON CONFLICT DO NOTHING RETURNING id, due;

-- query: proposal_get
SELECT q.kind, q.case_id, q.site, q.made_by FROM duty.proposal q WHERE q.id = $1::uuid;

-- query: proposal_refuse
-- No row: it is decided.
UPDATE duty.proposal q SET decided_at = now(), decided_by = $2::uuid, outcome = 'refused'
 WHERE q.id = $1::uuid AND q.decided_at IS NULL RETURNING q.id;

-- query: destroy
SELECT outcome, csn, chain, epoch, case_id, due FROM duty.destroy($1::uuid, $2::uuid);

-- query: lengthen
SELECT outcome, due FROM duty.lengthen($1::uuid, $2::uuid);

-- query: certificates
-- Of a site or of all, or one ($2); waiting: stores whose receipt is not there.
SELECT k.id, k.case_id AS "case", k.site, k.site_name, k.ground, k.span, k.until::text AS until, k.made_name, k.made_at, k.by_name, k.at, k.csn,
       k.records, k.versions, k.files, k.people, encode(k.digest, 'hex') AS digest, k.again::bigint AS again, k.again_at,
       s.zh AS span_zh, s.en AS span_en, s.source_zh, s.source_en,
       (SELECT count(*) FROM duty.copies(k.id) c WHERE c.state <> 'purged') AS waiting
  FROM duty.certificate k LEFT JOIN duty.span s ON s.code = k.span
 WHERE ($1::uuid IS NULL OR k.site = $1::uuid) AND ($2::uuid IS NULL OR k.id = $2::uuid)
 ORDER BY k.at DESC, k.id LIMIT $3::bigint;

-- query: certificate_copies
SELECT c.device, c.site, c.site_name, c.state, c.at, c.receipt FROM duty.copies($1::uuid) c;
