-- Statements of server/records: the one read and the one write of a batch, and
-- the reads of single cases.

-- query: change_known
-- Results given before for these changes.
SELECT change_id, payload_sha, csn, result
  FROM log.change_result WHERE change_id = ANY ($1::uuid[]);

-- query: lock_units
-- Locks, in order of id, every unit a batch touches: those of the records it
-- names and the cases it says. Writers of one case queue here.
SELECT u.unit_id FROM log.unit u
 WHERE u.unit_id IN (
       SELECT v.unit_id FROM log.version v
        WHERE v.record_id = ANY ($1::uuid[]) AND v.next_csn IS NULL
       UNION SELECT unnest($2::uuid[]))
 ORDER BY u.unit_id FOR UPDATE;

-- query: heads
-- The newest version of records the reader sees; for a conflict also of the
-- record it is about (one array and no OR, which no index could answer).
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.readers, v.body, v.sha
  FROM log.version v
 WHERE v.next_csn IS NULL
   AND v.record_id = ANY (ARRAY(SELECT unnest($1::uuid[]) UNION ALL
       SELECT c.record FROM rec.conflict c WHERE c.id = ANY ($1::uuid[])));

-- query: ref_heads
-- What references may name: type, unit and state, no body.
SELECT v.record_id, v.unit_id, v.type, v.state
  FROM log.version v WHERE v.record_id = ANY ($1::uuid[]) AND v.next_csn IS NULL;

-- query: unit_masks
-- The classes the reader sees of these units; no row: none.
SELECT u.unit_id, u.classes FROM access.visible() u WHERE u.unit_id = ANY ($1::uuid[]);

-- query: taken
-- Ids that exist already, visible or not.
SELECT t AS record_id FROM log.taken($1::uuid[]) t;

-- query: links
-- Where records lead from here along the fields by which a type names records
-- of its own kind; a circle could close anywhere on the way.
WITH RECURSIVE link (id, next) AS NOT MATERIALIZED (
  SELECT t.id, t.parent FROM rec.task t WHERE t.parent IS NOT NULL
  UNION ALL SELECT p.id, p.replaces FROM rec.plan p WHERE p.replaces IS NOT NULL
  UNION ALL SELECT a.id, a.merged_into FROM rec.person a WHERE a.merged_into IS NOT NULL
  UNION ALL SELECT f.id, f.replaces FROM rec.document f WHERE f.replaces IS NOT NULL
  UNION ALL SELECT g.id, g.transcript_of FROM rec.document g WHERE g.transcript_of IS NOT NULL
  UNION ALL SELECT d.id, d.parent FROM rec.district d WHERE d.parent IS NOT NULL
  UNION ALL SELECT s.id, s.parent FROM rec.site s WHERE s.parent IS NOT NULL),
chain (id, next) AS (
  SELECT l.id, l.next FROM link l WHERE l.id = ANY ($1::uuid[])
  UNION
  SELECT l.id, l.next FROM chain c JOIN link l ON l.id = c.next)
SELECT c.id, c.next FROM chain c;

-- query: phase_records
-- The records the gates between phases ask about (proto/phase_facts.c), beside
-- those of the batch itself ($2), as bodies.
SELECT p.case_id, p.type, p.body FROM log.phase_records($1::uuid[], $2::uuid[]) p;

-- query: response_facts
-- What the rules of a form look at, for each response of a batch (id, case,
-- form, day or null, person or null for the client): the case, the person, and
-- the last earlier response of the form about the same person, beside the
-- records of the batch itself ($6).
SELECT w.id, k.body AS kase, p.record_id AS person_id, p.version AS person_version, p.body AS person,
       b.id AS before_id, to_char(b.responded, 'YYYY-MM-DD') AS before_on, b.answers::text AS before
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[])
       AS w (id, kase, form, on_day, person)
  LEFT JOIN log.version k ON k.record_id = w.kase AND k.next_csn IS NULL
  LEFT JOIN rec."case" c ON c.id = w.kase
  LEFT JOIN log.version p ON p.record_id = coalesce(w.person, c.person) AND p.next_csn IS NULL
  LEFT JOIN LATERAL (
    SELECT r.id, r.responded, r.answers FROM rec.response r
     WHERE r.case_id = w.kase AND r.form = w.form AND r.rec_state <> 'retracted'
       AND r.id <> ALL ($6::uuid[])
       AND coalesce(r.subject, c.person) IS NOT DISTINCT FROM coalesce(w.person, c.person)
       AND (r.responded, r.id) < (w.on_day::date, w.id)
     ORDER BY r.responded DESC, r.id DESC LIMIT 1) b ON true;

-- query: beside
-- Bodies of the records the rules look at beside the batch, with the persons
-- that cases and participants name, and who those were found to be.
SELECT v.record_id, v.version, v.body, v.sha FROM log.version v
 WHERE v.next_csn IS NULL AND v.state <> 3 AND v.record_id = ANY (ARRAY(
       WITH RECURSIVE named (id) AS (
         SELECT unnest($1::uuid[])
         UNION
         SELECT x.id FROM named n CROSS JOIN LATERAL (
           SELECT c.person AS id FROM rec."case" c WHERE c.id = n.id
           UNION ALL SELECT p.person FROM rec.participant p WHERE p.id = n.id
           UNION ALL SELECT q.merged_into FROM rec.person q WHERE q.id = n.id) x
          WHERE x.id IS NOT NULL)
       SELECT id FROM named))
 ORDER BY v.record_id;

-- query: baselines
-- The day of the first baseline by an instrument ($2), of a case or group ($1),
-- about a person or participant ($3; null: the client), beside the batch ($4).
SELECT w.unit, w.who, w.instrument, to_char(least(
       (SELECT min(a.assessed) FROM rec.assessment a
         WHERE a.case_id = w.unit AND a.instrument = w.instrument AND a.timepoint = 'baseline'
           AND a.rec_state <> 'retracted' AND a.id <> ALL ($4::uuid[])
           AND coalesce(a.subject, c.person) IS NOT DISTINCT FROM coalesce(w.who, c.person)),
       (SELECT min(g.assessed) FROM rec.group_assessment g
         WHERE g.case_id = w.unit AND g.instrument = w.instrument AND g.timepoint = 'baseline'
           AND g.rec_state <> 'retracted' AND g.id <> ALL ($4) AND g.participant = w.who)), 'YYYY-MM-DD') AS day
  FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS w (unit, instrument, who)
  LEFT JOIN rec."case" c ON c.id = w.unit;

-- query: contracts
-- Contracts in force of the persons of these cases (or of these persons, when
-- their case is only being made), and what these teams carry; beside the batch.
SELECT k.asked, k.team, to_char(k.from_on, 'YYYY-MM-DD') AS from_on, to_char(k.to_on, 'YYYY-MM-DD') AS to_on, k.n
  FROM access.contracts($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) k;

-- query: unit_add
-- New units, so that the next writer can lock them.
INSERT INTO log.unit (unit_id, kind, site_id)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[]) ON CONFLICT DO NOTHING;

-- query: put_district
WITH gone AS (DELETE FROM rec.district WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.district SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.district, $2::text::json) p;

-- query: put_site
WITH gone AS (DELETE FROM rec.site WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.site SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.site, $2::text::json) p;

-- query: put_staff
WITH gone AS (DELETE FROM rec.staff WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.staff SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.staff, $2::text::json) p;

-- query: put_person
WITH gone AS (DELETE FROM rec.person WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.person SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.person, $2::text::json) p;

-- query: put_case
WITH gone AS (DELETE FROM rec."case" WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec."case" SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec."case", $2::text::json) p;

-- query: put_relation
WITH gone AS (DELETE FROM rec.relation WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.relation SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.relation, $2::text::json) p;

-- query: put_member
WITH gone AS (DELETE FROM rec.member WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.member SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.member, $2::text::json) p;

-- query: put_consent
WITH gone AS (DELETE FROM rec.consent WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.consent SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.consent, $2::text::json) p;

-- query: put_screening
WITH gone AS (DELETE FROM rec.screening WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.screening SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.screening, $2::text::json) p;

-- query: put_assessment
WITH gone AS (DELETE FROM rec.assessment WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.assessment SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.assessment, $2::text::json) p;

-- query: put_response
WITH gone AS (DELETE FROM rec.response WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.response SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.response, $2::text::json) p;

-- query: put_need
WITH gone AS (DELETE FROM rec.need WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.need SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.need, $2::text::json) p;

-- query: put_plan
WITH gone AS (DELETE FROM rec.plan WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.plan SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.plan, $2::text::json) p;

-- query: put_goal
WITH gone AS (DELETE FROM rec.goal WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.goal SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.goal, $2::text::json) p;

-- query: put_task
WITH gone AS (DELETE FROM rec.task WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.task SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.task, $2::text::json) p;

-- query: put_service
WITH gone AS (DELETE FROM rec.service WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.service SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.service, $2::text::json) p;

-- query: put_review
WITH gone AS (DELETE FROM rec.review WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.review SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.review, $2::text::json) p;

-- query: put_flag
WITH gone AS (DELETE FROM rec.flag WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.flag SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.flag, $2::text::json) p;

-- query: put_conflict
WITH gone AS (DELETE FROM rec.conflict WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.conflict SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.conflict, $2::text::json) p;

-- query: put_holiday
WITH gone AS (DELETE FROM rec.holiday WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.holiday SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.holiday, $2::text::json) p;

-- query: put_service_item
WITH gone AS (DELETE FROM rec.service_item WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.service_item SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.service_item, $2::text::json) p;

-- query: put_resource
WITH gone AS (DELETE FROM rec.resource WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.resource SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.resource, $2::text::json) p;

-- query: put_team
WITH gone AS (DELETE FROM rec.team WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.team SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.team, $2::text::json) p;

-- query: put_pack
WITH gone AS (DELETE FROM rec.pack WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.pack SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.pack, $2::text::json) p;

-- query: put_application
WITH gone AS (DELETE FROM rec.application WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.application SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.application, $2::text::json) p;

-- query: put_contract
WITH gone AS (DELETE FROM rec.contract WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.contract SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.contract, $2::text::json) p;

-- query: put_closure
WITH gone AS (DELETE FROM rec.closure WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.closure SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.closure, $2::text::json) p;

-- query: put_document
WITH gone AS (DELETE FROM rec.document WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.document SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.document, $2::text::json) p;

-- query: put_segment
WITH gone AS (DELETE FROM rec.segment WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.segment SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.segment, $2::text::json) p;

-- query: put_supervision
WITH gone AS (DELETE FROM rec.supervision WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.supervision SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.supervision, $2::text::json) p;

-- query: put_referral
WITH gone AS (DELETE FROM rec.referral WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.referral SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.referral, $2::text::json) p;

-- query: put_request
WITH gone AS (DELETE FROM rec.request WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.request SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.request, $2::text::json) p;

-- query: put_contact
WITH gone AS (DELETE FROM rec.contact WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.contact SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.contact, $2::text::json) p;

-- query: put_group
WITH gone AS (DELETE FROM rec."group" WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec."group" SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec."group", $2::text::json) p;

-- query: put_participant
WITH gone AS (DELETE FROM rec.participant WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.participant SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.participant, $2::text::json) p;

-- query: put_session
WITH gone AS (DELETE FROM rec.session WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.session SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.session, $2::text::json) p;

-- query: put_attendance
WITH gone AS (DELETE FROM rec.attendance WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.attendance SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.attendance, $2::text::json) p;

-- query: put_group_assessment
WITH gone AS (DELETE FROM rec.group_assessment WHERE id = ANY ($1::uuid[]) RETURNING 1)
INSERT INTO rec.group_assessment SELECT p.* FROM (SELECT count(*) FROM gone) g,
  json_populate_recordset(NULL::rec.group_assessment, $2::text::json) p;

-- query: following
-- What an accepted referral may move: the case, its open tasks and arranged
-- visits that wait for the site that sent it ($2).
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.readers, v.body, v.sha
  FROM log.version v
 WHERE v.next_csn IS NULL AND v.record_id IN (
       SELECT $1::uuid
       UNION ALL
       SELECT t.id FROM rec.task t LEFT JOIN rec.staff s ON s.id = t.assignee
        WHERE t.case_id = $1 AND t.rec_state = 'live' AND coalesce(t.status, 'open') = 'open'
          AND coalesce(t.site, s.site, $2::uuid) = $2
       UNION ALL
       SELECT n.id FROM rec.service n
        WHERE n.case_id = $1 AND n.rec_state = 'live' AND n.status = 'planned'
          AND coalesce(n.site, n.site_id) = $2)
 ORDER BY v.record_id;

-- query: refresh_reach
SELECT access.refresh($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]);

-- query: digest_put
SELECT log.digest_put($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bytea[],
                      $6::bigint[], $7::uuid[], $8::bigint[]);

-- query: summary_dirty
SELECT log.summary_dirty($1::uuid[], $2::uuid[]);

-- query: seal
-- The transaction's number. Everybody else waits from here until COMMIT.
SELECT csn, chain, epoch FROM log.seal($1::uuid, $2::uuid, $3::uuid, $4::text, $5::bigint, $6::bytea);

-- query: supersede
-- The versions that stop being the newest.
UPDATE log.version v SET next_csn = app.csn()
  FROM unnest($1::uuid[], $2::bigint[]) x (record_id, version)
 WHERE v.record_id = x.record_id AND v.version = x.version AND v.next_csn IS NULL;

-- query: version_put
-- `old` marks versions already superseded within this very commit.
INSERT INTO log.version (record_id, version, csn, ord, unit_id, case_id, type, class, state, site_id,
                         author, by, device, change_id, at, entered_at, reason, readers, body, sha, key_no, next_csn)
SELECT x.record_id, x.version, app.csn(), x.ord, x.unit_id, x.case_id, x.type, x.class, x.state, x.site_id,
       x.author, $17::uuid, $18::uuid, x.change_id, $19::timestamptz, x.entered_at, x.reason,
       string_to_array(x.readers, ',')::uuid[], x.body, x.sha, x.key_no,
       CASE WHEN x.old THEN app.csn() END
  FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[], $7::bigint[],
              $8::uuid[], $9::uuid[], $10::uuid[], $11::timestamptz[], $12::text[], $13::text[],
              $14::text[], $15::bytea[], $16::boolean[], $20::bigint[])
       WITH ORDINALITY AS x (record_id, version, unit_id, case_id, type, class, state, site_id, author,
                             change_id, entered_at, reason, readers, body, sha, old, key_no, ord);

-- query: unit_touch
UPDATE log.unit SET last_csn = app.csn() WHERE unit_id = ANY ($1::uuid[]);

-- query: result_put
INSERT INTO log.change_result (change_id, payload_sha, csn, actor, result)
SELECT x.id, x.sha, app.csn(), $4::uuid, x.result
  FROM unnest($1::uuid[], $2::bytea[], $3::text[]) x (id, sha, result);

-- query: parked_put
INSERT INTO log.parked (change_id, csn, actor, site_id, code, field, accepts, payload, key_no)
SELECT x.id, app.csn(), $6::uuid, $7::uuid, x.code, x.field, x.accepts, x.payload, x.key
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $8::bigint[])
       x (id, code, field, accepts, payload, key);

-- query: unit_records
-- Everything the reader sees of a unit, in commit order.
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.readers, v.body, v.sha
  FROM log.version v WHERE v.unit_id = $1::uuid AND v.next_csn IS NULL ORDER BY v.csn, v.ord;

-- query: case_beside
-- What stands beside a case: the persons it names (the client, the people of
-- relations, and who they were before they were found to be the same) and the
-- letters about it; beside a group, the persons who take part.
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.readers, v.body, v.sha
  FROM log.version v
 WHERE v.next_csn IS NULL AND v.unit_id IN (
       SELECT c.person FROM rec."case" c WHERE c.id = $1::uuid
       UNION SELECT r.person FROM rec.relation r WHERE r.case_id = $1::uuid
       UNION SELECT r.subject FROM rec.relation r WHERE r.case_id = $1::uuid
       UNION SELECT access.same_person(ARRAY(SELECT c.person FROM rec."case" c WHERE c.id = $1::uuid))
       UNION SELECT l.id FROM rec.letter l WHERE l.case_id = $1::uuid
       UNION SELECT p.person FROM rec.participant p WHERE p.case_id = $1::uuid)
 ORDER BY v.unit_id, v.csn, v.ord;

-- query: case_files
-- The documents of a case whose file has arrived, as they name it now, and this reader
-- reaches.
SELECT d.id, v.class
  FROM rec.document d
  JOIN log.version v ON v.record_id = d.id AND v.next_csn IS NULL
 WHERE d.case_id = $1::uuid AND d.sha256 IS NOT NULL
   AND EXISTS (SELECT 1 FROM log.file_use u JOIN log.file f ON f.sha256 = u.sha256
                WHERE u.record_id = d.id AND u.sha256 = decode(d.sha256, 'hex'));

-- query: record_now
-- A record as it stands.
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.readers, v.body, v.sha
  FROM log.version v WHERE v.record_id = $1::uuid AND v.next_csn IS NULL;

-- query: record_history
-- Every version, newest first, with names, of a record the reader sees as it stands
-- now: who may not read it since it was restricted, reads nothing of before either.
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.readers, v.body, v.sha,
       s.name AS by_name
  FROM log.version h
  JOIN log.version v ON v.record_id = h.record_id
  LEFT JOIN rec.staff s ON s.id = v.by
 WHERE h.record_id = $1::uuid AND h.next_csn IS NULL ORDER BY v.version DESC;

-- query: caseload
-- A page of the reader's caseload; order, filters and place are in 0003-access.
SELECT case_id, line, whole, key, "left"
  FROM log.caseload($1::text, $2::text, $3::text, $4::uuid, $5::text, $6::text, $7::text, $8::uuid, $9::bigint);

-- query: summary_stale
-- Whether a line this reader sees is to be folded first.
SELECT EXISTS (SELECT 1 FROM log.summary s WHERE s.dirty) AS stale;

-- query: case_line
SELECT s.line, m.classes & 31 = 31 AS whole
  FROM access.visible() m JOIN log.summary s ON s.case_id = m.unit_id
 WHERE m.unit_id = $1::uuid;

-- query: summary_seen
-- A case's records as this reader sees them, with its client and its manager. A line
-- needs nothing that is sealed, so bodies are given as they are stored.
SELECT $1::uuid AS case_id, v.record_id, v.type, v.class, v.state, v.version, v.at, v.body AS plain
  FROM log.version v WHERE v.unit_id = $1::uuid AND v.next_csn IS NULL
UNION ALL
SELECT $1::uuid, v.record_id, v.type, v.class, v.state, v.version, v.at, v.body AS plain
  FROM rec."case" c
 CROSS JOIN LATERAL (SELECT access.same_person(ARRAY[c.person]) AS id UNION ALL SELECT c.manager) x
  JOIN log.version v ON v.record_id = x.id AND v.next_csn IS NULL
 WHERE c.id = $1::uuid
UNION ALL
SELECT $1::uuid, v.record_id, v.type, v.class, v.state, v.version, v.at, v.body AS plain
  FROM rec.letter l JOIN log.version v ON v.record_id = l.id AND v.next_csn IS NULL
 WHERE l.case_id = $1::uuid;

-- query: summary_waiting
SELECT x AS case_id FROM log.summary_waiting($1::uuid[], $2::bigint) x;

-- query: summary_records
SELECT case_id, record_id, type, class, state, version, at, body AS plain
  FROM log.summary_records($1::uuid[]) ORDER BY case_id;

-- query: summary_put
SELECT log.summary_put($1::uuid[], $2::text[]);

-- query: head
-- The newest commit: number, chain, epoch.
SELECT csn, chain, epoch, confirmed FROM log.head;
