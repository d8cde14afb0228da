-- appointment.sql - services agreed for a day that has come, whether they took place or not.
--
-- records: service case
-- codes: setting=service_setting kind=service_status
-- clients: cases
-- m1: appointments
-- m2: the client did not come or was not reached
SELECT c.id, figures.month_of(s.started_at), coalesce(s.site, s.site_id, c.site), c.programme, c.sex,
       figures.age_band(c.birth, figures.month_of(s.started_at)), coalesce(s.practice_model, c.model), coalesce(s.setting, ''), coalesce(s.status, ''),
       count(*), count(*) FILTER (WHERE s.status IN ('no_show', 'not_reached')), 0, 0, 0, 0, 0, 0
  FROM figures.kase c JOIN rec.service s ON s.case_id = c.id
 WHERE c.id = ANY (p_units) AND s.rec_state <> 'retracted' AND s.status <> 'planned' AND s.started_at IS NOT NULL
 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
