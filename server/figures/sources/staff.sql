-- staff.sql - members of staff in post, and the cases they carry.
--
-- live: as of the day asked
-- records: staff case
-- codes: kind=staff_role
-- m1: members of staff
-- m2: who work with clients
-- public: not about clients
SELECT NULL::uuid, p_day, t.site, '', '', '', '', '', coalesce(t.role, ''), count(*),
       count(*) FILTER (WHERE t.role IN ('rehab_worker', 'case_worker', 'nurse', 'prevention_doctor', 'social_worker', 'psychiatrist')), 0, 0, 0, 0, 0, 0
  FROM rec.staff t
 WHERE t.rec_state <> 'retracted' AND t.active IS NOT FALSE AND t.site IS NOT NULL
 GROUP BY 3, 9
