-- 0100-late-refusals.sql - a refusal that is written down late is written down.
--
-- Why: a letter that was declined stays with the site it went to for thirty days after
-- the decision. Who wrote a decision down more than thirty days after it was made, from
-- paper or after a long time without a network, lost the letter by that very change: the
-- log refused it, and it was parked as if something were wrong with it. The thirty days
-- now run from the decision or from the day it was written down, whichever is later.
-- While the previous release runs: the same to it. Locks: none. Undo: none; migrations
-- only go forward.

CREATE OR REPLACE FUNCTION access.letter_reach(p_letters uuid[])
RETURNS TABLE (key uuid, unit_id uuid, classes integer, from_at timestamptz, to_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT l.site_id, l.id, 63, '-infinity'::timestamptz, NULL::timestamptz
    FROM rec.letter l WHERE l.id = ANY (p_letters)
  UNION
  SELECT k.key, f.id, 63, '-infinity'::timestamptz,
         CASE WHEN f.status = 'withdrawn' THEN app.day_start(coalesce(f.withdrawn, f.decided, f.requested) + 30)
              -- The first version that says so; it is not in the log yet while it is being
              -- written. What is written later, an acknowledgement, begins no new days.
              WHEN f.decline_reason IS NOT NULL THEN app.day_start(greatest(f.decided, (coalesce(
                (SELECT min(v.at) FROM log.version v WHERE v.record_id = f.id
                    AND v.body::jsonb ->> 'decided' = f.decided::text AND v.body::jsonb ? 'decline_reason'),
                now()) AT TIME ZONE 'Asia/Shanghai')::date) + 30) END
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
