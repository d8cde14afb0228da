-- consent.sql - consents in the month they were withdrawn.
--
-- records: consent case
-- codes: kind=consent_purpose
-- clients: cases
-- m1: consents withdrawn
SELECT c.id, date_trunc('month', x.withdrawn)::date, c.site, c.programme, c.sex, figures.age_band(c.birth, x.withdrawn), c.model, c.setting, coalesce(x.purpose, ''),
       1, 0, 0, 0, 0, 0, 0, 0
  FROM figures.kase c JOIN rec.consent x ON x.case_id = c.id
 WHERE c.id = ANY (p_units) AND x.rec_state <> 'retracted' AND x.withdrawn IS NOT NULL
