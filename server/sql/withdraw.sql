-- Statements of server/records about withdrawals and the copies they leave.

-- query: withdrawing
-- What a withdrawal in a case looks at (proto/withdraw.h).
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.body, v.sha
  FROM log.version v
 WHERE v.next_csn IS NULL AND v.record_id = ANY (ARRAY(
       SELECT c.id FROM rec."case" c WHERE c.id = $1::uuid
       UNION ALL SELECT m.id FROM rec.member m WHERE m.case_id = $1
       UNION ALL SELECT s.id FROM rec.consent s WHERE s.case_id = $1
       UNION ALL SELECT t.id FROM rec.task t WHERE t.case_id = $1 AND t.rec_state = 'live' AND coalesce(t.status, 'open') = 'open'
       UNION ALL SELECT s.id FROM rec.service s WHERE s.case_id = $1 AND s.rec_state = 'live' AND s.status = 'planned'
       UNION ALL SELECT s.id FROM rec.supervision s WHERE s.case_id = $1 AND s.rec_state = 'live' AND s.status IN ('requested', 'scheduled')
       UNION ALL SELECT f.id FROM rec.referral f WHERE f.case_id = $1 AND f.rec_state <> 'retracted'
       UNION ALL SELECT q.id FROM rec.request q WHERE q.case_id = $1 AND q.rec_state = 'live'
       UNION ALL SELECT p.id FROM rec.participant p WHERE p.linked_case = $1 AND p.rec_state = 'live'
       UNION ALL SELECT p.case_id FROM rec.participant p WHERE p.linked_case = $1 AND p.rec_state = 'live'
       UNION ALL SELECT s.id FROM rec.staff s WHERE s.site IN (
         SELECT m.site FROM rec.member m WHERE m.case_id = $1
         UNION SELECT f.to_site FROM rec.referral f WHERE f.case_id = $1
         UNION SELECT q.to_site FROM rec.request q WHERE q.case_id = $1)))
 ORDER BY v.record_id;

-- query: home_of
SELECT c.home_site FROM rec."case" c WHERE c.id = $1::uuid;

-- query: answers_for
-- Whether the reader answers for a case, or at least reaches it.
SELECT access.answers_for($1::uuid)::integer AS answers,
       EXISTS (SELECT 1 FROM access.visible() v WHERE v.unit_id = $1::uuid AND v.unit_id <> app.directory())::integer AS reaches;

-- query: copies
-- Who holds a case, for those who answer for it.
SELECT c.replica, c.device, c.staff, c.site_id, c.state, c.since, c.last_seen,
       s.name AS staff_name, p.name AS site_name
  FROM log.copies($1::uuid) c
  LEFT JOIN rec.staff s ON s.id = c.staff
  LEFT JOIN rec.site p ON p.id = c.site_id;

-- query: unpurged_late
-- Purges without a receipt for longer than so many days.
SELECT u.site_id, u.staff, u.last_seen, u.n, u.oldest FROM log.unpurged_late($1::bigint, $2::uuid) u;

-- query: emergencies_late
-- Emergencies nobody reviewed within three days, by home site.
SELECT g.site_id, g.n, g.oldest FROM access.emergencies_late($1::uuid) g;

-- query: fell_with
-- What was written in the transaction of these versions, beside them.
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.body, v.sha
  FROM log.version v
 WHERE v.record_id <> ALL ($2::uuid[])
   AND v.csn IN (SELECT log.commits_with(x) FROM unnest($1::bigint[]) x)
 ORDER BY v.csn, v.ord;

-- query: ran_out_next
-- Cases in which a membership or a consent ended by its date, the next of them.
SELECT case_id, home_site, by, before_day, day FROM log.ran_out_next($1::bigint);

-- query: ran_out_done
SELECT log.ran_out_done($1::uuid) AS done;
