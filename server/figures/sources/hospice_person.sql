-- hospice_person.sql - hospice cases, once in each care setting, in the month it first began.
--
-- records: segment case
-- codes: setting=care_setting
-- m1: persons
-- m2: days of the settings, up to the day it is counted
-- amounts: m2~m1
SELECT c.id, date_trunc('month', min(s."from"))::date, c.site, c.programme, c.sex, figures.age_band(c.birth, min(s."from")), c.model,
       coalesce(s.setting, ''), '', 1, sum(greatest(least(coalesce(s."to", c.closed, p_day), p_day) - s."from", 0)), 0, 0, 0, 0, 0, 0
  FROM figures.kase c JOIN rec.segment s ON s.case_id = c.id
 WHERE c.id = ANY (p_units) AND c.programme = 'hospice_settings' AND s.rec_state <> 'retracted' AND s."from" IS NOT NULL
 GROUP BY c.id, c.site, c.programme, c.sex, c.birth, c.model, s.setting
