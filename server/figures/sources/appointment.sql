-- appointment.sql - services agreed for a day that has come, whether they took place or not.
--
-- records: service case
-- codes: setting=service_setting kind=service_status
-- clients: cases
-- m1: appointments
-- m2: the client did not come or was not reached
-- within: m2<m1
-- kinds: m2=no_show,not_reached
SELECT x.id, x.month, x.site, x.programme, x.sex, figures.age_band(x.birth, x.month), x.model, x.setting, x.kind, x.m1, x.m2, x.m3, 0, 0, 0, 0, 0
  FROM (
    SELECT c.id, figures.month_of(s.started_at) AS month, coalesce(s.site, s.site_id, c.site) AS site, c.programme, c.sex, c.birth,
           coalesce(s.practice_model, c.model) AS model, coalesce(s.setting, '') AS setting, coalesce(s.status, '') AS kind,
           count(*) AS m1, count(*) FILTER (WHERE s.status IN ('no_show', 'not_reached')) AS m2, 0 AS m3
      FROM figures.kase c JOIN rec.service s ON s.case_id = c.id
     WHERE c.id = ANY (p_units) AND s.rec_state <> 'retracted' AND s.status <> 'planned' AND s.started_at IS NOT NULL
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9) x
