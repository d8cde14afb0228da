-- service.sql - services that took place, in the month they began.
--
-- records: service case
-- codes: setting=service_setting kind=service_kind
-- clients: cases
-- m1: services
-- m2: minutes
-- m3: signed notes
SELECT c.id, figures.month_of(s.started_at), coalesce(s.site, s.site_id, c.site), c.programme, c.sex,
       figures.age_band(c.birth, figures.month_of(s.started_at)), coalesce(s.practice_model, c.model), coalesce(s.setting, ''), coalesce(s.kind, ''),
       count(*), coalesce(sum(s.minutes), 0), count(*) FILTER (WHERE s.rec_state = 'signed'), 0, 0, 0, 0, 0
  FROM figures.kase c JOIN rec.service s ON s.case_id = c.id
 WHERE c.id = ANY (p_units) AND s.rec_state <> 'retracted' AND s.status = 'completed' AND s.started_at IS NOT NULL
   AND s.kind NOT IN ('resource_link', 'coordination', 'administration')
 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
