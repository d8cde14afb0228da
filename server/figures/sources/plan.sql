-- plan.sql - service plans in the month they were approved.
--
-- records: plan case
-- codes: kind=agreed_by
-- clients: cases
-- m1: plans approved
-- m2: agreed by the client or the guardian
-- within: m2<m1
SELECT c.id, date_trunc('month', x.approved)::date, c.site, c.programme, c.sex, figures.age_band(c.birth, x.approved), c.model, c.setting, coalesce(x.agreed_by, ''),
       1, (x.agreed IS NOT NULL)::integer, 0, 0, 0, 0, 0, 0
  FROM figures.kase c JOIN rec.plan x ON x.case_id = c.id
 WHERE c.id = ANY (p_units) AND x.rec_state <> 'retracted' AND x.approved IS NOT NULL
