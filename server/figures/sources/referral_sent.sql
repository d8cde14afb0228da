-- referral_sent.sql - referrals sent, by who sent them; what was taken back does not count.
--
-- records: referral case
-- codes: kind=referral_kind
-- clients: cases
-- m1: sent
-- m2: answered
-- m3: accepted
-- m4: days to the answer
-- m5: answered by the deadline
-- m6: of the accepted: return letter written
-- m7: of those with a return letter: it was acknowledged, the loop is closed
-- within: m2<m1 m3<m2 m5<m2 m6<m3 m7<m6
-- amounts: m4~m2
SELECT coalesce(f.case_id, f.id), date_trunc('month', f.requested)::date, f.site_id, coalesce(c.programme, ''), coalesce(c.sex, ''),
       coalesce(figures.age_band(c.birth, f.requested), ''), coalesce(c.model, ''), coalesce(c.setting, ''), coalesce(f.kind, ''),
       1, (f.decided IS NOT NULL)::integer, (f.decided IS NOT NULL AND f.status <> 'declined')::integer,
       greatest(coalesce(f.decided - f.requested, 0), 0), coalesce(f.decided <= f.deadline, false)::integer,
       (f.decided IS NOT NULL AND f.status <> 'declined' AND f.returned IS NOT NULL)::integer,
       (f.decided IS NOT NULL AND f.status <> 'declined' AND f.returned IS NOT NULL AND f.acknowledged IS NOT NULL)::integer, 0
  FROM rec.referral f LEFT JOIN figures.kase c ON c.id = f.case_id
 WHERE (f.case_id = ANY (p_units) OR (f.case_id IS NULL AND f.id = ANY (p_units))) AND f.rec_state <> 'retracted' AND f.status NOT IN ('draft', 'withdrawn') AND f.requested IS NOT NULL
   AND f.site_id IS NOT NULL
