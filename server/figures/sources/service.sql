-- service.sql - services that took place, in the month they began.
--
-- records: service case
-- codes: setting=service_setting kind=service_kind
-- clients: cases
-- m1: services
-- m2: minutes
-- m3: signed notes
-- within: m3<m1
-- amounts: m2~m1
SELECT x.id, x.month, x.site, x.programme, x.sex, figures.age_band(x.birth, x.month), x.model, x.setting, x.kind, x.m1, x.m2, x.m3, 0, 0, 0, 0, 0
  FROM (
    SELECT c.id, figures.month_of(s.started_at) AS month, coalesce(s.site, s.site_id, c.site) AS site, c.programme, c.sex, c.birth,
           coalesce(s.practice_model, c.model) AS model, coalesce(s.setting, '') AS setting, coalesce(s.kind, '') AS kind,
           count(*) AS m1, coalesce(sum(s.minutes), 0) AS m2, count(*) FILTER (WHERE s.rec_state = 'signed') AS m3
      FROM figures.kase c JOIN rec.service s ON s.case_id = c.id
     WHERE c.id = ANY (p_units) AND s.rec_state <> 'retracted' AND s.status = 'completed' AND s.started_at IS NOT NULL
      AND s.kind NOT IN ('resource_link', 'coordination', 'administration')
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9) x
