-- Statements of server/emergency.

-- query: emergency_case
SELECT c.case_id, c.home_site, c.manager, c.reviewer, c.reached::integer AS reached
  FROM access.emergency_case($1::uuid, $2::text) c;

-- query: emergency_tries
SELECT access.emergency_tries() AS n;

-- query: emergency_open
SELECT access.emergency_open($1::uuid, $2::uuid, $3::text, $4::text, $5::uuid) AS verdict;

-- query: emergency_get
-- One's own: of which case, until when, whether that is over.
SELECT g.case_id, g.until, (g.until <= now())::integer AS over FROM access.emergency g WHERE g.id = $1::uuid;

-- query: emergency_review
SELECT access.emergency_review($1::uuid, $2::text, $3::text) AS verdict;

-- query: emergencies
SELECT g.id, g.staff, g.site_id, g.role, g.case_id, g.home_site, g.at, g.until, g.category, g.reason, g.task,
       g.reviewed_at, g.reviewed_by, g.outcome, g.note, g.mine_to_review::integer AS mine,
       (g.until > now())::integer AS live, (g.reviewed_at IS NULL AND g.at < now() - interval '72 hours')::integer AS late,
       s.name AS staff_name, p.name AS site_name, c.number
  FROM access.emergencies($1::boolean) g
  LEFT JOIN rec.staff s ON s.id = g.staff
  LEFT JOIN rec.site p ON p.id = g.site_id
  LEFT JOIN rec."case" c ON c.id = g.case_id
 ORDER BY g.at DESC, g.id;
