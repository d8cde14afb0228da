-- referral_waiting.sql - referrals that nobody has answered.
--
-- live: as of the day asked
-- records: referral case
-- codes: kind=referral_kind
-- m1: waiting
-- m2: past the deadline
-- within: m2<m1
-- beside: referral_in_time referral_acceptance
SELECT NULL::uuid, p_day, f.to_site, coalesce(c.programme, ''), coalesce(c.sex, ''), coalesce(figures.age_band(c.birth, p_day), ''),
       coalesce(c.model, ''), coalesce(c.setting, ''), coalesce(f.kind, ''), count(*), count(*) FILTER (WHERE f.deadline < p_day), 0, 0, 0, 0, 0, 0
  FROM rec.referral f LEFT JOIN figures.kase c ON c.id = f.case_id
 WHERE f.rec_state <> 'retracted' AND f.status = 'requested' AND f.to_site IS NOT NULL
 GROUP BY 3, 4, 5, 6, 7, 8, 9
