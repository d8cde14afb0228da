-- document.sql - documents in the month they were delivered.
--
-- records: document case
-- codes: kind=document_kind
-- clients: cases
-- m1: documents
SELECT c.id, date_trunc('month', x.delivered)::date, c.site, c.programme, c.sex, figures.age_band(c.birth, x.delivered), c.model, c.setting, coalesce(x.kind, ''),
       1, 0, 0, 0, 0, 0, 0, 0
  FROM figures.kase c JOIN rec.document x ON x.case_id = c.id
 WHERE c.id = ANY (p_units) AND x.rec_state <> 'retracted' AND x.delivered IS NOT NULL
