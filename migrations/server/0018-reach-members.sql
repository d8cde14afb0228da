-- 0018-reach-members.sql - whom a membership opens a case to, who sees a conflict
-- that is of no case, and whom a group makes known to the sites it is run with.
--
-- Why: a member names a site and a member of staff, and the consent is looked up
-- by the site. Nothing said that the one belongs to the other, so a psychiatrist
-- of a hospital nobody consented to read the case when they were entered under a
-- site that was covered; 0013 mended the same of referrals. Who moves to another
-- site leaves both behind. A conflict about a person or a letter has no case, and
-- was shown to everybody: it follows the record it is about. A person who takes
-- part in a group was known to every site it is run with, number and telephone
-- included; now to the group's own site, and to the others when they consented.
-- Reach that stood from before is made anew at the end.
-- While the previous release runs: it holds, being of the functions. Undo: none;
-- migrations go forward.

-- Member periods crossed with what makes them lawful at that site, as before;
-- only that site's own staff count.
CREATE OR REPLACE FUNCTION access.case_reach(p_cases uuid[])
RETURNS TABLE (key uuid, unit_id uuid, classes integer, from_at timestamptz, to_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT c.home_site, c.id, 63, '-infinity'::timestamptz, NULL::timestamptz
    FROM rec."case" c WHERE c.id = ANY (p_cases) AND c.rec_state <> 'retracted'
  UNION ALL
  SELECT k.key, m.case_id, 63, app.day_start(m."from"), app.day_start(m."to")
    FROM rec.member m
    JOIN rec."case" c ON c.id = m.case_id
    JOIN rec.staff t ON t.id = m.staff AND t.site = m.site AND t.rec_state <> 'retracted'
    CROSS JOIN LATERAL (VALUES (m.site), (m.staff)) k (key)
   WHERE m.case_id = ANY (p_cases) AND m.rec_state <> 'retracted'
     AND m.site = c.home_site
     AND (k.key <> c.home_site OR c.rec_state = 'retracted') -- else the first line says it
  UNION ALL
  SELECT k.key, m.case_id, access.mask(s.classes),
         greatest(app.day_start(m."from"), app.day_start(s."from")),
         least(app.day_start(m."to"), app.day_start(s."to"), app.day_start(s.withdrawn))
    FROM rec.member m
    JOIN rec."case" c ON c.id = m.case_id
    JOIN rec.staff t ON t.id = m.staff AND t.site = m.site AND t.rec_state <> 'retracted'
    JOIN rec.consent s ON s.case_id = m.case_id AND s.rec_state <> 'retracted'
                      AND m.site = ANY (s.sites) AND s.purpose IN ('sharing', 'referral')
                      AND (coalesce(s.basis, 'consent') = 'consent' OR s.basis_reason IS NOT NULL)
    CROSS JOIN LATERAL (VALUES (m.site), (m.staff)) k (key)
   WHERE m.case_id = ANY (p_cases) AND m.rec_state <> 'retracted'
     AND m.site <> c.home_site
$$;

-- Who moves to another site, or is struck off, is no longer of the one their
-- memberships and letters name.
CREATE INDEX member_staff ON rec.member (staff) WHERE staff IS NOT NULL;
CREATE INDEX referral_staff ON rec.referral (to_staff) WHERE to_staff IS NOT NULL;
CREATE FUNCTION access.staff_moved() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  home uuid := CASE WHEN NEW.rec_state <> 'retracted' THEN NEW.site END;
  cases uuid[];
BEGIN
  -- A row of the reach through another site than the one they belong to now, or
  -- none through the one they do.
  cases := ARRAY(
    SELECT m.case_id FROM rec.member m WHERE m.staff = NEW.id AND m.rec_state <> 'retracted'
       AND (m.site IS NOT DISTINCT FROM home) <> EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = m.case_id AND r.key = NEW.id)
    UNION
    SELECT f.case_id FROM rec.referral f WHERE f.to_staff = NEW.id AND f.rec_state <> 'retracted' AND f.case_id IS NOT NULL
       AND (f.to_site IS NOT DISTINCT FROM home) <> EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = f.case_id AND r.key = NEW.id)
    ORDER BY 1);
  IF cardinality(cases) > 0 THEN
    PERFORM access.refresh(cases, '{}', '{}', '{}');
  END IF;
  RETURN NULL;
END $$;

-- ---- conflicts that are of no case ------------------------------------------------

-- Seen by whoever sees the record the conflict is about. It is written before the
-- version of that record, which may be of the same batch.
DROP POLICY reach ON rec.conflict;
CREATE POLICY reach ON rec.conflict TO casebridge_app
  USING (CASE WHEN case_id IS NULL
    THEN EXISTS (SELECT 1 FROM log.version v WHERE v.record_id = conflict.record)
    ELSE EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = conflict.case_id AND r.key = (SELECT app.key())
                    AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())) END)
  WITH CHECK (CASE WHEN case_id IS NULL
    THEN EXISTS (SELECT 1 FROM log.version v WHERE v.record_id = conflict.record)
      OR (app.staff() IS NOT NULL AND NOT EXISTS (SELECT 1 FROM log.taken(ARRAY[conflict.record])))
    ELSE EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = conflict.case_id AND r.key = (SELECT app.key())
                    AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())) END);

-- ---- members of groups -------------------------------------------------------------

-- A person is shared wherever one of their cases is, under whichever record; a
-- person without a case belongs to the site that wrote them down. A group makes
-- them known to its own site, and where they consented to taking part also to the
-- sites it is run with and to who leads it.
CREATE OR REPLACE FUNCTION access.person_reach(p_persons uuid[])
RETURNS TABLE (key uuid, unit_id uuid, classes integer, from_at timestamptz, to_at timestamptz)
LANGUAGE sql STABLE AS $$
  WITH alias AS (
    SELECT p AS person, s AS same FROM unnest(p_persons) p CROSS JOIN LATERAL access.same_person(ARRAY[p]) s),
  tie AS (
    SELECT a.person, c.id AS unit_id, NULL::uuid AS only_site FROM alias a JOIN rec."case" c ON c.person = a.same
    UNION SELECT a.person, r.case_id, NULL FROM alias a JOIN rec.relation r ON r.person = a.same
    UNION SELECT a.person, r.case_id, NULL FROM alias a JOIN rec.relation r ON r.subject = a.same
    UNION SELECT a.person, m.case_id, CASE WHEN m.consent THEN NULL ELSE g.site_id END
            FROM alias a JOIN rec.participant m ON m.person = a.same AND m.rec_state <> 'retracted'
            JOIN rec."group" g ON g.id = m.case_id),
  reached AS (
    SELECT DISTINCT a.key, t.person, a.from_at, a.to_at
      FROM tie t JOIN access.reach a ON a.unit_id = t.unit_id
     WHERE a.classes & 2 <> 0 AND (t.only_site IS NULL OR a.key = t.only_site))
  SELECT r.key, r.person, 63, r.from_at, r.to_at FROM reached r
  UNION ALL
  SELECT p.site_id, p.id, 63, '-infinity', NULL
    FROM rec.person p
   WHERE p.id = ANY (p_persons) AND NOT EXISTS (SELECT 1 FROM reached r WHERE r.person = p.id)
$$;

DO $$
BEGIN
  GRANT CREATE ON SCHEMA access TO casebridge_maint;
  ALTER FUNCTION access.staff_moved OWNER TO casebridge_maint;
  REVOKE CREATE ON SCHEMA access FROM casebridge_maint;
END $$;
REVOKE ALL ON FUNCTION access.staff_moved FROM PUBLIC;
CREATE TRIGGER staff_moved AFTER INSERT ON rec.staff
  FOR EACH ROW EXECUTE FUNCTION access.staff_moved();

SELECT access.refresh(
  ARRAY(SELECT DISTINCT m.case_id FROM rec.member m LEFT JOIN rec.staff t ON t.id = m.staff
         WHERE m.staff IS NOT NULL AND t.site IS DISTINCT FROM m.site),
  ARRAY(SELECT DISTINCT p.person FROM rec.participant p WHERE p.person IS NOT NULL AND p.consent IS NOT TRUE), '{}', '{}');
