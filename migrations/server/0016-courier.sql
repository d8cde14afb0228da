-- 0016-courier.sql - the key each station's store signs its work with.
--
-- Why: what one person wrote on a shared computer is carried by another's sync
-- (proto/courier.h). The centre takes it as the author's, and must know it by
-- more than the word of whoever brings it: the store's own key, registered once
-- with the replica and never exchanged.
-- log.replica_author() is asked before anybody is signed in as the author, so
-- it is the maintainer's, and says only whose a replica is.
-- While the previous release runs: it leaves the column empty, and nothing of
-- such a store is carried. Locks: one column without a default, for a moment.
-- Undo: none; migrations only go forward.

ALTER TABLE log.replica ADD COLUMN author bytea CHECK (length(author) BETWEEN 32 AND 256);
COMMENT ON COLUMN log.replica.author IS
  'Public key (DER) of the store: what it signs may be carried by others. Null: an older program.';

CREATE FUNCTION log.replica_author(p_replica uuid)
RETURNS TABLE (staff uuid, device uuid, author bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT r.staff, r.device, r.author FROM log.replica r WHERE r.replica = p_replica
$$;

DO $$
BEGIN
  GRANT CREATE ON SCHEMA log TO casebridge_maint;
  ALTER FUNCTION log.replica_author OWNER TO casebridge_maint;
  REVOKE CREATE ON SCHEMA log FROM casebridge_maint;
END $$;
REVOKE ALL ON FUNCTION log.replica_author FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.replica_author TO casebridge_app, casebridge_maint;
