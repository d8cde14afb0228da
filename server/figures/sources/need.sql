-- need.sql - needs in the month they were found.
--
-- records: need case
-- codes: kind=need_domain
-- clients: cases
-- m1: needs
-- m2: severity 3 or more
-- within: m2<m1
SELECT c.id, date_trunc('month', x.identified)::date, c.site, c.programme, c.sex, figures.age_band(c.birth, x.identified), c.model, c.setting, coalesce(x.domain, ''),
       1, coalesce(x.severity >= 3, false)::integer, 0, 0, 0, 0, 0, 0
  FROM figures.kase c JOIN rec.need x ON x.case_id = c.id
 WHERE c.id = ANY (p_units) AND x.rec_state <> 'retracted' AND x.identified IS NOT NULL
