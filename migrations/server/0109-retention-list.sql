-- 0109-retention-list.sql - the list of cases that may go is made of those that may; and two
-- things about restores.
--
-- Why: it read every case that ever ended, and all persons for each. Now cases younger
-- than the shortest span are left out, unless somebody asked for deletion, and a person is
-- found by id.
-- While the previous release runs: the same answers. Locks: none worth naming.
-- Undo: none; migrations only go forward.

-- All cases that ended so long ago that they may go, or for which deletion was granted; or
-- one, ended or not (then without days): when, until when it is kept and by which span;
-- law_until: before that day no request lets it go; request: the entry of the register by
-- which deletion was granted. Whose birth is not known counts as born on the day the case
-- was opened. Days are those of China.
CREATE OR REPLACE FUNCTION duty.lapse(p_case uuid)
RETURNS TABLE (case_id uuid, site uuid, site_name text, number text, ended date, span text, until date, law_until date, request uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH k AS (
    SELECT c.id, c.home_site, c.number, c.opened, c.care_setting, c.admitted, c.programme, h.kind AS site_kind, h.name AS site_name,
           who.birth, who.diagnosed,
           CASE WHEN c.closed IS NOT NULL AND c.phase = 'ended' THEN greatest(c.closed, (
             SELECT max((s.started_at AT TIME ZONE 'Asia/Shanghai')::date) FROM rec.service s
              WHERE s.case_id = c.id AND s.rec_state <> 'retracted' AND coalesce(s.status, 'completed') = 'completed')) END AS ended
      FROM rec."case" c
      LEFT JOIN rec.site h ON h.id = c.home_site
     CROSS JOIN LATERAL (
       SELECT max(duty.born_by(p.birth)) AS birth, coalesce(bool_or(p.diagnosis IS NOT NULL), false) AS diagnosed
         FROM access.same_person(ARRAY[c.person]) x (id) JOIN rec.person p ON p.id = x.id) who
     WHERE c.id = p_case
        OR p_case IS NULL AND c.closed IS NOT NULL AND c.phase = 'ended'
           AND (c.closed + make_interval(years => (SELECT s.years FROM duty.span s WHERE s.code = 'casework')) < now()
                OR c.number IN (SELECT n.number FROM duty.entry n WHERE n.kind = 'request' AND n.matter = 'delete'))),
  kept AS (
    SELECT k.id, s.code, s.no, s.law,
           (CASE s.code WHEN 'minor' THEN coalesce(k.birth, k.opened, k.ended) + interval '18 years' ELSE k.ended END
            + make_interval(years => s.years))::date AS until
      FROM k JOIN duty.span s ON k.ended IS NOT NULL AND CASE s.code
             WHEN 'casework' THEN true
             WHEN 'outpatient' THEN k.care_setting = 'outpatient' OR k.site_kind IN
               ('psychiatric_hospital', 'childrens_hospital', 'general_hospital', 'rehab_hospital', 'community_health_center')
             WHEN 'inpatient' THEN k.care_setting = 'inpatient' OR k.admitted IS NOT NULL
               OR EXISTS (SELECT 1 FROM rec.contact w WHERE w.case_id = k.id AND w.rec_state <> 'retracted')
             WHEN 'mental' THEN k.diagnosed OR k.site_kind = 'psychiatric_hospital' OR k.programme LIKE 'smd%'
               OR EXISTS (SELECT 1 FROM rec.response r WHERE r.case_id = k.id AND r.form LIKE 'smd%' AND r.rec_state <> 'retracted')
             WHEN 'minor' THEN coalesce(k.birth, k.opened, k.ended) + interval '18 years' > coalesce(k.opened, k.ended) END),
  longest AS (SELECT DISTINCT ON (x.id) x.id, x.code, x.until FROM kept x ORDER BY x.id, x.until DESC, x.no)
  SELECT k.id, k.home_site, k.site_name, k.number, k.ended, l.code, l.until,
         (SELECT max(x.until) FROM kept x WHERE x.id = k.id AND x.law),
         (SELECT n.id FROM duty.entry n JOIN duty.step g ON g.entry = n.id AND g.step = 'granted'
           WHERE n.kind = 'request' AND n.matter = 'delete' AND n.site = k.home_site AND n.number = k.number
             AND NOT EXISTS (SELECT 1 FROM duty.step f WHERE f.entry = n.id AND f.step = 'refused' AND f.no > g.no)
           ORDER BY n.at DESC LIMIT 1)
    FROM k LEFT JOIN longest l ON l.id = k.id;
END $$;

-- ---- what else a restore may do to it ----------------------------------------------

-- Nothing is destroyed while nobody has said that this is the log.
CREATE FUNCTION duty.certificate_confirmed() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.again = 0 AND EXISTS (SELECT 1 FROM log.epoch e WHERE e.confirmed_at IS NULL OR e.timeline <> log.timeline()) THEN
    RAISE EXCEPTION 'destroy: the epoch is not confirmed' USING ERRCODE = 'CB001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER confirmed BEFORE INSERT ON duty.certificate FOR EACH ROW EXECUTE FUNCTION duty.certificate_confirmed();

-- Who may no longer see a case that is gone is owed to no record.
CREATE FUNCTION duty.owed_gone() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF duty.names_gone(ARRAY[NEW.doc ->> 'case']) THEN
    NEW.owed := false;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER gone BEFORE UPDATE OF owed ON log.decision FOR EACH ROW WHEN (NEW.owed) EXECUTE FUNCTION duty.owed_gone();

COMMENT ON TABLE log.commit IS
  'One row a transaction that changed something, dense, in commit order. kind: c changes, r receipts, e epoch, s salvage, d a case was destroyed.';

DO $$
BEGIN
  GRANT CREATE ON SCHEMA duty TO casebridge_maint;
  ALTER FUNCTION duty.certificate_confirmed OWNER TO casebridge_maint;
  ALTER FUNCTION duty.owed_gone OWNER TO casebridge_maint;
  REVOKE CREATE ON SCHEMA duty FROM casebridge_maint;
  REVOKE ALL ON FUNCTION duty.certificate_confirmed, duty.owed_gone FROM PUBLIC;
END $$;
