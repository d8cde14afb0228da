-- case_time.sql - how long cases were open in each month, up to the day it is counted.
--
-- records: case
-- clients: cases
-- m1: days
-- m2: cases open in the month
-- amounts: m1~m2
-- beside: cases_opened cases_closed
SELECT c.id, m::date, c.site, c.programme, c.sex, figures.age_band(c.birth, m::date), c.model, c.setting, '',
       least(coalesce(c.closed, p_day) + 1, (m + interval '1 month')::date, p_day + 1) - greatest(c.opened, m::date), 1, 0, 0, 0, 0, 0, 0
  FROM figures.kase c
 CROSS JOIN LATERAL generate_series(date_trunc('month', c.opened), least(coalesce(c.closed, p_day), p_day), interval '1 month') m
 WHERE c.id = ANY (p_units) AND c.opened IS NOT NULL AND c.opened >= '1990-01-01'
   AND least(coalesce(c.closed, p_day) + 1, (m + interval '1 month')::date, p_day + 1) > greatest(c.opened, m::date)
