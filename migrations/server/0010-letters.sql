-- 0010-letters.sql - letters between sites: the day one was taken back, how long
-- it then stays, and which are owed an answer.
--
-- Why: a referral taken back stays thirty days with the site it went to, so that
-- both can look. Counted from the day it was sent, one taken back after a month
-- was gone at once, so the day it was taken back is written down. A draft that was
-- dropped was never sent and is nobody else's, and a refusal that was seen does
-- not stay for ever. The typed rows of what was written before say the same as
-- ever; their reach is made anew here.
-- Overdue letters climb to the coordinator as numbers: the function that counts
-- them looks past the reach of the reader and gives neither case nor person nor
-- letter, only how many a pair of sites owes, and since when.
-- While the previous release runs: it never fills the new column, and then the
-- older days count.
-- Locks: a short one on rec.referral for the column, and one on each index's table.
-- Undo: none; migrations only go forward.

ALTER TABLE rec.referral ADD withdrawn date;

CREATE INDEX referral_late ON rec.referral (deadline) WHERE status = 'requested';
CREATE INDEX request_late ON rec.request (respond_by) WHERE status IN ('open', 'triaged');

-- A letter is reached by the site that wrote it, by the one it goes to once it
-- is sent, and by everyone who reaches the case it is about. Declined or taken
-- back, it stays with both for thirty days, so that both can look.
CREATE OR REPLACE FUNCTION access.letter_reach(p_letters uuid[])
RETURNS TABLE (key uuid, unit_id uuid, classes integer, from_at timestamptz, to_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT l.site_id, l.id, 63, '-infinity'::timestamptz, NULL::timestamptz
    FROM rec.letter l WHERE l.id = ANY (p_letters)
  UNION
  SELECT k.key, f.id, 63, '-infinity'::timestamptz,
         CASE WHEN f.status = 'withdrawn' THEN app.day_start(coalesce(f.withdrawn, f.decided, f.requested) + 30)
              WHEN f.decline_reason IS NOT NULL THEN app.day_start(f.decided + 30) END
    FROM rec.referral f CROSS JOIN LATERAL (VALUES (f.to_site), (f.to_staff)) k (key)
   WHERE f.id = ANY (p_letters) AND k.key IS NOT NULL AND f.rec_state <> 'retracted'
     AND f.status <> 'draft' AND f.requested IS NOT NULL
  UNION
  SELECT q.to_site, q.id, 63, '-infinity'::timestamptz, NULL::timestamptz
    FROM rec.request q WHERE q.id = ANY (p_letters) AND q.rec_state <> 'retracted'
  UNION
  SELECT a.key, l.id, 63, a.from_at, a.to_at
    FROM rec.letter l JOIN access.reach a ON a.unit_id = l.case_id AND a.classes & 1 <> 0
   WHERE l.id = ANY (p_letters)
$$;
SELECT access.refresh('{}', '{}', ARRAY(SELECT f.id FROM rec.referral f WHERE f.status IN ('withdrawn', 'acknowledged')), '{}');

-- What a pair of sites owes: of referrals nobody answered by their deadline, of
-- requests nobody took up in time. A supervisor sees what their site sent or
-- owes, a coordinator the sites of their district and of what belongs to it.
CREATE FUNCTION log.overdue(p_district uuid)
RETURNS TABLE (letter text, kind text, from_site uuid, to_site uuid, n bigint, oldest date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH RECURSIVE area (id) AS (
    SELECT p_district
    UNION SELECT d.id FROM area a JOIN rec.district d ON d.parent = a.id AND d.rec_state <> 'retracted'),
  own (site) AS (
    SELECT app.site() WHERE app.role() = 'supervisor'
    UNION SELECT s.id FROM rec.site s JOIN area a ON a.id = s.district WHERE app.role() = 'district_coordinator'),
  late (letter, kind, from_site, to_site, due) AS (
    SELECT 'referral', f.kind, f.site_id, f.to_site, f.deadline
      FROM rec.referral f
     WHERE f.rec_state <> 'retracted' AND f.status = 'requested'
       AND f.deadline < (now() AT TIME ZONE 'Asia/Shanghai')::date
    UNION ALL
    SELECT 'request', NULL, q.site_id, q.to_site, (q.respond_by AT TIME ZONE 'Asia/Shanghai')::date
      FROM rec.request q
     WHERE q.rec_state <> 'retracted' AND q.status IN ('open', 'triaged') AND q.respond_by < now())
  SELECT l.letter, l.kind, l.from_site, l.to_site, count(*), min(l.due)
    FROM late l
   WHERE EXISTS (SELECT 1 FROM own o WHERE o.site IN (l.from_site, l.to_site))
   GROUP BY 1, 2, 3, 4;
END $$;
COMMENT ON FUNCTION log.overdue IS
  'Letters owed an answer, counted: for supervisors of their own site, for coordinators of their district; nothing for others.';

DO $$
BEGIN
  GRANT CREATE ON SCHEMA log TO casebridge_maint;
  ALTER FUNCTION log.overdue OWNER TO casebridge_maint;
  REVOKE CREATE ON SCHEMA log FROM casebridge_maint;
  GRANT EXECUTE ON FUNCTION log.overdue(uuid) TO casebridge_app;
END $$;
