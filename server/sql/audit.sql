-- Statements of server/audit.

-- query: audit_add
INSERT INTO audit.event (actor, role, site_id, session, device, action, outcome, records, worker, seq, mac)
VALUES ($1::uuid, $2::text, $3::uuid, $4::uuid, $5::uuid, $6::text, $7::text, $8::uuid[], $9::uuid, $10::bigint, $11::bytea);

-- query: audit_noted
-- The functions of the database write no event in this transaction: the caller does.
SELECT set_config('app.noted', 'yes', true);

-- query: audit_search
SELECT id, at, actor, actor_name, role, site_id, site_name, device, action, outcome, n, records
  FROM audit.search($1::uuid, $2::uuid, $3::text[], $4::text[], $5::timestamptz, $6::timestamptz, $7::bigint, $8::bigint);

-- query: audit_readers
SELECT actor, actor_name, role, site_id, site_name, action, n, first, last
  FROM audit.readers($1::uuid, $2::timestamptz, $3::timestamptz, $4::bigint);

-- query: audit_case_of
SELECT audit.case_of($1::text) AS id;

-- query: audit_glass
SELECT at, action, outcome, n FROM access.emergency_events($1::uuid);
