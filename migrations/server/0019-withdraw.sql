-- 0019-withdraw.sql - what a withdrawal leaves behind: why work was cancelled, who
-- lost what and when, and which stations still hold it.
--
-- Why: that a station must give a case up is written into its manifest when it
-- comes to ask. One that never comes again would never be counted as owing a
-- purge. So the moment somebody's reach ends is kept here (access.lost), by key and
-- unit, in the transaction that ends it; where only a date ends it, that date is
-- the moment. log.copies() puts both beside the manifests: every station that held
-- a case, whether it may, whether it was told, whether it sent its receipt. It
-- looks past the reach, because who answers for a case answers for copies at
-- stations of people who left; it shows stations and names, no content.
-- While the previous release runs: it cancels nothing when a consent is withdrawn,
-- and leaves purged_at empty; the state is right all the same. Locks: short ones
-- for the columns. Undo: none; migrations only go forward.

ALTER TABLE rec.task ADD cancel_reason text;
ALTER TABLE rec.service ADD cancel_reason text;
ALTER TABLE rec.supervision ADD cancel_reason text;
ALTER TABLE rec.referral ADD cancel_reason text;
ALTER TABLE rec.request ADD cancel_reason text;
CREATE INDEX participant_linked ON rec.participant (linked_case) WHERE linked_case IS NOT NULL;

ALTER TABLE log.manifest ADD purged_at timestamptz;
UPDATE log.manifest SET purged_at = asked_at WHERE state = 'x' AND receipt IS NOT NULL;
COMMENT ON COLUMN log.manifest.purged_at IS 'When the receipt for its purge came; null while it may be held.';

CREATE TABLE access.lost (
  key     uuid NOT NULL,
  unit_id uuid NOT NULL,
  at      timestamptz NOT NULL,
  PRIMARY KEY (key, unit_id)
);
CREATE INDEX lost_unit ON access.lost (unit_id);
COMMENT ON TABLE access.lost IS
  'Since when a key no longer reaches a unit it reached; gone when it does again. What a date ends is not here, but in access.reach.';
ALTER TABLE access.lost ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.lost FORCE ROW LEVEL SECURITY;
CREATE POLICY maint ON access.lost TO casebridge_maint USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON access.lost TO casebridge_maint;

CREATE OR REPLACE FUNCTION access.refresh(p_cases uuid[], p_persons uuid[], p_letters uuid[], p_groups uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  persons uuid[];
  letters uuid[];
  units uuid[];
  had_key uuid[];
  had_unit uuid[];
BEGIN
  letters := ARRAY(SELECT l.id FROM rec.letter l WHERE l.case_id = ANY (p_cases)
                   UNION SELECT unnest(p_letters));
  persons := ARRAY(SELECT access.same_person(ARRAY(
    SELECT unnest(p_persons) AS p
    UNION SELECT c.person FROM rec."case" c WHERE c.id = ANY (p_cases)
    UNION SELECT r.person FROM rec.relation r
           WHERE r.case_id = ANY (p_cases) AND r.person IS NOT NULL
    UNION SELECT r.subject FROM rec.relation r WHERE r.case_id = ANY (p_cases)
    UNION SELECT m.person FROM rec.participant m
           WHERE m.case_id = ANY (p_groups) AND m.person IS NOT NULL)));
  units := p_groups || p_cases || letters || persons;
  SELECT array_agg(h.key), array_agg(h.unit_id) INTO had_key, had_unit FROM (
    SELECT DISTINCT r.key, r.unit_id FROM access.reach r
     WHERE r.unit_id = ANY (units) AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())) h;

  IF cardinality(p_groups) > 0 THEN
    DELETE FROM access.reach WHERE unit_id = ANY (p_groups);
    INSERT INTO access.reach (key, unit_id, classes, from_at, to_at)
    SELECT * FROM access.group_reach(p_groups);
  END IF;
  IF cardinality(p_cases) > 0 THEN
    -- The new rows copy the line's date: whoever folds it now does so again.
    UPDATE log.summary s SET dirty = true
      FROM (SELECT x.case_id FROM log.summary x WHERE x.case_id = ANY (p_cases)
             ORDER BY x.case_id FOR UPDATE) l
     WHERE s.case_id = l.case_id;
    DELETE FROM access.reach WHERE unit_id = ANY (p_cases);
    INSERT INTO access.reach (key, unit_id, classes, from_at, to_at)
    SELECT * FROM (
      SELECT * FROM access.case_reach(p_cases)
      UNION ALL SELECT * FROM access.referral_reach(p_cases)) r
     WHERE r.to_at IS NULL OR r.to_at > r.from_at;
  END IF;
  IF cardinality(letters) > 0 THEN
    DELETE FROM access.reach WHERE unit_id = ANY (letters);
    INSERT INTO access.reach (key, unit_id, classes, from_at, to_at)
    SELECT * FROM access.letter_reach(letters) r WHERE r.to_at IS NULL OR r.to_at > r.from_at;
  END IF;
  IF cardinality(persons) > 0 THEN
    DELETE FROM access.reach WHERE unit_id = ANY (persons);
    INSERT INTO access.reach (key, unit_id, classes, from_at, to_at)
    SELECT * FROM access.person_reach(persons);
  END IF;

  INSERT INTO access.lost AS l (key, unit_id, at)
  SELECT h.key, h.unit_id, now() FROM unnest(had_key, had_unit) h (key, unit_id)
   WHERE NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = h.unit_id AND r.key = h.key
                        AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now()))
   ORDER BY 1, 2
  ON CONFLICT (key, unit_id) DO UPDATE SET at = EXCLUDED.at;
  DELETE FROM access.lost l USING access.reach r
   WHERE l.unit_id = ANY (units) AND r.unit_id = l.unit_id AND r.key = l.key
     AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now());
END $$;

-- Copies whose holder no longer reaches what is in them, since when, and whether
-- the station was told (asked). A store that began anew under another id does not
-- count twice: only a copy that spoke after the newer one was made is another.
CREATE FUNCTION log.unpurged(p_units uuid[])
RETURNS TABLE (replica uuid, unit_id uuid, since timestamptz, asked boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT m.replica, m.unit_id, coalesce(l.at, d.at, m.asked_at), m.state = 'p'
    FROM log.manifest m
    JOIN log.replica r ON r.replica = m.replica
    LEFT JOIN access.lost l ON l.unit_id = m.unit_id AND l.key = r.swept_key
    LEFT JOIN LATERAL (SELECT max(x.to_at) AS at FROM access.reach x
                        WHERE x.unit_id = m.unit_id AND x.key = r.swept_key AND x.to_at <= now()) d ON true
   WHERE m.state IN ('o', 'h', 'p') AND m.unit_id <> app.directory()
     AND (p_units IS NULL AND (l.at IS NOT NULL OR d.at IS NOT NULL OR m.state = 'p') OR m.unit_id = ANY (p_units))
     AND NOT EXISTS (SELECT 1 FROM access.reach x WHERE x.unit_id = m.unit_id AND x.key = r.swept_key
                        AND x.from_at <= now() AND (x.to_at IS NULL OR x.to_at > now()))
     AND NOT log.is_superseded(r.replica);
END $$;

CREATE FUNCTION log.is_superseded(p_replica uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM log.replica o JOIN log.replica n
      ON n.store = o.store AND n.replica <> o.replica AND n.device = o.device AND n.staff = o.staff AND n.created_at > o.last_seen
   WHERE o.replica = p_replica);
END $$;
CREATE INDEX replica_store ON log.replica (store, device, staff);

-- Whether the reader answers for a case: at its home site, its manager and those
-- who may withdraw a consent.
CREATE FUNCTION access.answers_for(p_case uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM rec."case" c WHERE c.id = p_case AND c.home_site = app.site()
      AND (c.manager = app.staff() OR EXISTS (
        SELECT 1 FROM access.may m JOIN access.type_no t ON t.no = m.type
         WHERE m.role = app.role() AND m.verb = 'patch' AND t.name = 'consent')));
END $$;

-- Every station that holds or held a case, for whoever answers for it. What a
-- station holds of the case besides, its persons and letters, counts as long as it
-- may not.
CREATE FUNCTION log.copies(p_case uuid)
RETURNS TABLE (replica uuid, device uuid, staff uuid, site_id uuid, state text, since timestamptz, last_seen timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  units uuid[];
BEGIN
  IF NOT access.answers_for(p_case) THEN
    RETURN;
  END IF;
  units := ARRAY(
    SELECT p_case
    UNION SELECT l.id FROM rec.letter l WHERE l.case_id = p_case
    UNION SELECT access.same_person(ARRAY(
      SELECT c.person FROM rec."case" c WHERE c.id = p_case
      UNION SELECT r.person FROM rec.relation r WHERE r.case_id = p_case AND r.person IS NOT NULL
      UNION SELECT r.subject FROM rec.relation r WHERE r.case_id = p_case)));
  RETURN QUERY
  WITH owed AS (
    SELECT u.replica, min(u.since) AS since, bool_or(u.asked) AS asked FROM log.unpurged(units) u GROUP BY u.replica),
  held AS (
    SELECT m.replica, m.state, m.purged_at, m.asked_at FROM log.manifest m WHERE m.unit_id = p_case AND NOT log.is_superseded(m.replica))
  SELECT r.replica, r.device, r.staff, r.site_id,
         CASE WHEN o.asked THEN 'purge_asked' WHEN o.replica IS NOT NULL THEN 'purge_due'
              WHEN h.state = 'o' THEN 'offered' WHEN h.state IN ('h', 'p') THEN 'held' ELSE 'purged' END,
         CASE WHEN o.replica IS NOT NULL THEN o.since WHEN h.state IN ('o', 'h', 'p') THEN h.asked_at ELSE h.purged_at END,
         r.last_seen
    FROM log.replica r
    LEFT JOIN held h ON h.replica = r.replica
    LEFT JOIN owed o ON o.replica = r.replica
   WHERE o.replica IS NOT NULL OR h.state IN ('o', 'h', 'p') OR h.purged_at IS NOT NULL
   ORDER BY 5, 6 DESC, 1;
END $$;
COMMENT ON FUNCTION log.copies IS
  'Who holds a case: stations, names and states for those who answer for it; nothing for others.';

-- Purges nobody confirmed for longer than that: a supervisor sees which stations
-- of their own site, a coordinator counts of their district. Neither learns of a
-- case from it.
CREATE FUNCTION log.unpurged_late(p_days bigint, p_district uuid)
RETURNS TABLE (site_id uuid, staff uuid, last_seen timestamptz, n bigint, oldest timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  IF app.role() IS NULL OR app.role() NOT IN ('supervisor', 'district_coordinator') THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH RECURSIVE area (id) AS (
    SELECT p_district
    UNION SELECT d.id FROM area a JOIN rec.district d ON d.parent = a.id AND d.rec_state <> 'retracted'),
  own (site) AS (
    SELECT app.site() WHERE app.role() = 'supervisor'
    UNION SELECT s.id FROM rec.site s JOIN area a ON a.id = s.district WHERE app.role() = 'district_coordinator')
  SELECT r.site_id, CASE WHEN app.role() = 'supervisor' THEN r.staff END, min(r.last_seen), count(*), min(u.since)
    FROM log.unpurged(NULL) u
    JOIN log.replica r ON r.replica = u.replica
    JOIN log.unit k ON k.unit_id = u.unit_id AND k.kind = 'case'
   WHERE u.since <= now() - make_interval(days => p_days::integer)
     AND r.site_id IN (SELECT o.site FROM own o)
   GROUP BY 1, 2;
END $$;

-- The commits of the transaction a commit belongs to: a withdrawal is one, what
-- falls with it the next.
CREATE FUNCTION log.commits_with(p_csn bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT n.csn FROM log.commit c JOIN log.commit n ON n.csn BETWEEN c.csn - 1 AND c.csn + 1 AND n.xid = c.xid
   WHERE c.csn = p_csn
$$;

DO $$
DECLARE
  f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['access.answers_for', 'log.is_superseded', 'log.unpurged', 'log.copies', 'log.unpurged_late', 'log.commits_with'] LOOP
    EXECUTE format('GRANT CREATE ON SCHEMA %I TO casebridge_maint', split_part(f, '.', 1));
    EXECUTE format('ALTER FUNCTION %s OWNER TO casebridge_maint', f);
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM casebridge_maint', split_part(f, '.', 1));
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION access.answers_for, log.copies, log.unpurged_late, log.commits_with TO casebridge_app;
GRANT EXECUTE ON FUNCTION log.is_superseded, log.unpurged TO casebridge_maint;
