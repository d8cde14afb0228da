-- Statements of server/courier.

-- query: courier_author_put
-- The key of a replica of this reader's on this device; once. No row: not its
-- own, or another key stands.
UPDATE log.replica r SET author = $3::bytea
 WHERE r.replica = $1::uuid AND r.device = $2::uuid AND (r.author IS NULL OR r.author = $3::bytea)
RETURNING r.site_id;

-- query: courier_author
-- Whose a replica is, as they are now; in a transaction of the auth room. No
-- row: no such replica, or one without a key.
SELECT r.staff, r.device, r.author, a.role, a.site, a.district, a.disabled_at IS NULL AS live
  FROM log.replica_author($1::uuid) r JOIN auth.account a ON a.staff = r.staff
 WHERE r.author IS NOT NULL;
