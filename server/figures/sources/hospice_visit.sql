-- hospice_visit.sql - services of hospice cases, by the care setting the client was in.
--
-- records: service segment case
-- codes: setting=care_setting
-- clients: cases
-- m1: visits
-- m2: minutes
-- within: m1<service.m1@sex,age
-- amounts: m2~m1
-- same: m1=service.m1:programme=hospice_settings
SELECT c.id, figures.month_of(s.started_at), c.site, c.programme, c.sex, figures.age_band(c.birth, figures.month_of(s.started_at)), c.model,
       coalesce(g.setting, CASE s.setting WHEN 'home' THEN 'home' WHEN 'outpatient' THEN 'outpatient' WHEN 'ward' THEN 'inpatient'
         WHEN 'community' THEN 'community' ELSE '' END), '', count(*), coalesce(sum(s.minutes), 0), 0, 0, 0, 0, 0, 0
  FROM figures.kase c JOIN rec.service s ON s.case_id = c.id
  LEFT JOIN LATERAL (
    SELECT x.setting FROM rec.segment x
     WHERE x.case_id = c.id AND x.rec_state <> 'retracted' AND x."from" <= (s.started_at AT TIME ZONE 'Asia/Shanghai')::date
       AND (x."to" IS NULL OR x."to" >= (s.started_at AT TIME ZONE 'Asia/Shanghai')::date)
     ORDER BY x."from" DESC, x.id LIMIT 1) g ON true
 WHERE c.id = ANY (p_units) AND c.programme = 'hospice_settings' AND s.rec_state <> 'retracted' AND s.status = 'completed'
   AND s.kind NOT IN ('resource_link', 'coordination', 'administration') AND s.started_at IS NOT NULL
 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
