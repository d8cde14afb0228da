-- referral_received.sql - referrals received, by who is to answer them.
--
-- records: referral case
-- codes: kind=decline_reason
-- clients: cases
-- m1: received
-- m2: answered
-- m3: accepted
-- m4: days to the answer
-- m5: answered by the deadline
-- within: m2<m1 m3<m2 m5<m2
-- amounts: m4~m2
SELECT coalesce(f.case_id, f.id), date_trunc('month', f.requested)::date, f.to_site, coalesce(c.programme, ''), coalesce(c.sex, ''),
       coalesce(figures.age_band(c.birth, f.requested), ''), coalesce(c.model, ''), coalesce(c.setting, ''), coalesce(f.decline_reason, ''),
       1, (f.decided IS NOT NULL)::integer, (f.decided IS NOT NULL AND f.status <> 'declined')::integer,
       greatest(coalesce(f.decided - f.requested, 0), 0), coalesce(f.decided <= f.deadline, false)::integer, 0, 0, 0
  FROM rec.referral f LEFT JOIN figures.kase c ON c.id = f.case_id
 WHERE (f.case_id = ANY (p_units) OR (f.case_id IS NULL AND f.id = ANY (p_units))) AND f.rec_state <> 'retracted' AND f.status NOT IN ('draft', 'withdrawn') AND f.requested IS NOT NULL
   AND f.to_site IS NOT NULL
