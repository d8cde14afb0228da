-- after.sql - the simulator's own view of a migrated database: everything, past
-- every policy, for the model to compare with. The code under test never calls
-- it.
CREATE SCHEMA sim;
GRANT USAGE ON SCHEMA sim TO casebridge_app;

-- Views, not functions: they belong to the superuser, who passes every policy, and
-- become part of the statement that asks.
CREATE VIEW sim.version AS
SELECT v.csn, v.ord, v.record_id, v.version, v.unit_id, v.case_id, t.name AS type, v.class, v.state, v.site_id, v.author,
       v.by, v.change_id, array_to_string(v.readers, ' ') AS readers, v.body, encode(v.sha, 'hex') AS sha
  FROM log.version v JOIN access.type_no t ON t.no = v.type;
CREATE VIEW sim.manifest AS SELECT m.replica, m.unit_id, m.state FROM log.manifest m;
CREATE VIEW sim.result AS SELECT r.change_id, r.csn, r.result FROM log.change_result r;
CREATE VIEW sim.parked AS SELECT p.change_id, p.csn, p.code, p.field, p.payload FROM log.parked p;
CREATE VIEW sim.head AS SELECT h.csn, h.epoch FROM log.head h;

-- Parcels that could not be taken when they came, and orders that stand.
CREATE VIEW sim.kept AS SELECT p.id, p.taken_at IS NOT NULL AS taken FROM auth.parcel p;
CREATE VIEW sim.order AS SELECT o.device, o.kind, o.done_at IS NOT NULL AS done FROM auth.device_order o WHERE o.ended_at IS NULL;

-- Stations and the people at them, as enrolling and accounts have them.
CREATE FUNCTION sim.enrol(p_device uuid, p_site uuid, p_spki text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER AS $$
  INSERT INTO auth.device (id, site, site_name, spki, expires_at)
  VALUES (p_device, p_site, '-', decode(p_spki, 'hex'), now() + '900 days')
$$;
-- Whose the stores of a station are is not known any more, as after a restore to
-- a day before they were introduced: what others bring of them cannot be taken.
CREATE FUNCTION sim.forget_author(p_device uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER AS $$
  UPDATE log.replica SET author = NULL WHERE device = p_device
$$;
CREATE FUNCTION sim.account(p_staff uuid, p_role text, p_site uuid, p_district uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER AS $$
  INSERT INTO auth.account (id, login, staff, role, site, district, name, site_name, hash)
  VALUES (p_staff, 's' || right(p_staff::text, 4), p_staff, p_role, p_site, p_district, '-', '-', '-')
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
GRANT SELECT ON ALL TABLES IN SCHEMA sim TO casebridge_app;
