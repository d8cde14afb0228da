-- 0013-reach-letters.sql - what a letter opens, and how often one asks to join.
--
-- Why: a referral may name a member of staff beside the site. The consent is
-- looked up by the site, so it must be that site's staff: named with a covered
-- site, a psychiatrist of another hospital read the case without anybody's
-- leave. And a question for the same case that is still open is not put again:
-- every match gives a new token, so the care group's list could be filled.
-- Reach that stood from before is made anew at the end.
-- While the previous release runs: it holds, being of the functions. Undo: none;
-- migrations go forward.

-- A referral that was taken up opens what was sent with it, as far as a consent
-- covers the site it went to, until the loop is closed.
CREATE OR REPLACE FUNCTION access.referral_reach(p_cases uuid[])
RETURNS TABLE (key uuid, unit_id uuid, classes integer, from_at timestamptz, to_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT k.key, f.case_id, access.mask(s.classes) & access.mask(f.sends),
         greatest(app.day_start(f.decided), app.day_start(s."from")),
         least(app.day_start(f.acknowledged), app.day_start(s."to"), app.day_start(s.withdrawn))
    FROM rec.referral f
    JOIN rec.consent s ON s.case_id = f.case_id AND s.rec_state <> 'retracted'
                      AND f.to_site = ANY (s.sites) AND s.purpose IN ('sharing', 'referral')
                      AND (coalesce(s.basis, 'consent') = 'consent' OR s.basis_reason IS NOT NULL)
    LEFT JOIN rec.staff t ON t.id = f.to_staff AND t.site = f.to_site AND t.rec_state <> 'retracted'
    CROSS JOIN LATERAL (VALUES (f.to_site), (t.id)) k (key)
   WHERE f.case_id = ANY (p_cases) AND f.rec_state <> 'retracted' AND k.key IS NOT NULL
     AND f.status IN ('accepted', 'in_progress', 'on_hold', 'returned')
$$;

-- To ask to join: the newest open case of that person, and whom it is to be told.
-- Once a token, and once while the question is open; nothing when the token is
-- not the asker's or too old.
CREATE OR REPLACE FUNCTION access.match_ask(p_token uuid)
RETURNS TABLE (case_id uuid, home_site uuid, manager uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  p uuid;
BEGIN
  UPDATE access.match m SET asked = clock_timestamp()
   WHERE m.token = p_token AND m.staff = app.staff() AND m.asked IS NULL
     AND m.at > now() - interval '1 day'
  RETURNING m.person INTO p;
  RETURN QUERY
  SELECT n.id, n.home_site, n.manager FROM (
    SELECT c.id, c.home_site, c.manager
      FROM access.same_person(ARRAY[p]) s JOIN rec."case" c ON c.person = s
     WHERE c.rec_state <> 'retracted' AND c.closed IS NULL
     ORDER BY c.opened DESC NULLS LAST, c.id DESC LIMIT 1) n
   WHERE NOT EXISTS (
     SELECT 1 FROM rec.task t
      WHERE t.case_id = n.id AND t.kind = 'join_request' AND t.rec_state <> 'retracted'
        AND coalesce(t.status, 'open') = 'open' AND t.response_owed_to = app.staff());
END $$;

SELECT access.refresh(ARRAY(SELECT DISTINCT f.case_id FROM rec.referral f JOIN rec."case" c ON c.id = f.case_id
                             WHERE f.to_staff IS NOT NULL), '{}', '{}', '{}');
