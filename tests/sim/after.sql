-- after.sql - the simulator's own view of a migrated database: everything, past
-- every policy, for the model to compare with. The code under test never calls
-- it.
CREATE SCHEMA sim;
GRANT USAGE ON SCHEMA sim TO casebridge_app;

CREATE FUNCTION sim.versions(p_since bigint)
RETURNS TABLE (csn bigint, record_id uuid, version integer, unit_id uuid, case_id uuid, type text, class smallint,
               state smallint, site_id uuid, author uuid, by uuid, change_id uuid, readers text, body text, sha text)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT v.csn, v.record_id, v.version, v.unit_id, v.case_id, t.name, v.class, v.state, v.site_id, v.author, v.by,
         v.change_id, array_to_string(v.readers, ' '), v.body, encode(v.sha, 'hex')
    FROM log.version v JOIN access.type_no t ON t.no = v.type
   WHERE v.csn > p_since ORDER BY v.csn, v.ord, v.record_id;
END $$;

CREATE FUNCTION sim.manifest()
RETURNS TABLE (replica uuid, unit_id uuid, state text, gen integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT m.replica, m.unit_id, m.state::text, m.gen FROM log.manifest m ORDER BY m.replica, m.unit_id;
END $$;

CREATE FUNCTION sim.results() RETURNS TABLE (change_id uuid, csn bigint, result text)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT r.change_id, r.csn, r.result FROM log.change_result r ORDER BY r.csn, r.change_id
$$;

CREATE FUNCTION sim.parked() RETURNS TABLE (change_id uuid, code text, field text, payload text)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT p.change_id, p.code, p.field, p.payload FROM log.parked p ORDER BY p.csn, p.change_id
$$;

-- Commits that are not one above the one before, or whose chain does not follow
-- from it.
CREATE FUNCTION sim.broken_links() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT count(*) FROM (
    SELECT c.csn, c.chain, c.leaf, row_number() OVER w AS place, lag(c.chain) OVER w AS before
      FROM log.commit c WINDOW w AS (ORDER BY c.csn)) l
   WHERE l.csn <> l.place
      OR l.chain <> sha256(coalesce(l.before, ''::bytea) || int8send(l.csn) || l.leaf)
$$;

CREATE FUNCTION sim.head() RETURNS TABLE (csn bigint, epoch integer)
LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT h.csn, h.epoch FROM log.head h $$;

-- The file of decisions the daemon keeps beside the database, as it is now.
CREATE FUNCTION sim.decisions() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT coalesce(array_agg(jsonb_build_object('id', d.id, 'at', d.at, 'csn', d.csn, 'by', d.by, 'kind', d.kind,
                                               'about', d.about, 'doc', d.doc)::text ORDER BY d.no), '{}')::text
    FROM log.decision d
$$;

-- What the daemon does when it finds itself behind its high water, and what the
-- operator does then.
CREATE FUNCTION sim.restored(p_epoch bigint, p_csn bigint, p_decisions text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
  e bigint;
BEGIN
  SELECT b.epoch INTO e FROM log.epoch_bump((SELECT x.epoch FROM log.epoch x), 'high_water', p_epoch, p_csn,
                                            p_decisions::text[]) b;
  PERFORM log.epoch_confirm(e, 'restored');
END $$;

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA sim TO casebridge_app;
