-- Statements of server/audit.

-- query: audit_add
INSERT INTO audit.event (actor, role, site_id, session, device, action, outcome, records)
VALUES ($1::uuid, $2::text, $3::uuid, $4::uuid, $5::uuid, $6::text, $7::text, $8::uuid[]);
