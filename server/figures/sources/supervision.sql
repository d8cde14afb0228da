-- supervision.sql - supervision that took place.
--
-- records: supervision case
-- codes: kind=supervision_kind
-- clients: cases
-- m1: supervisions
SELECT c.id, date_trunc('month', x.held)::date, c.site, c.programme, c.sex, figures.age_band(c.birth, x.held), c.model, c.setting, coalesce(x.kind, ''),
       1, 0, 0, 0, 0, 0, 0, 0
  FROM figures.kase c JOIN rec.supervision x ON x.case_id = c.id
 WHERE c.id = ANY (p_units) AND x.rec_state <> 'retracted' AND x.held IS NOT NULL
