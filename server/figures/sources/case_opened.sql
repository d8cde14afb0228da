-- case_opened.sql - cases in the month they were opened.
--
-- records: case service
-- m1: cases
-- m2: with a first contact
-- m3: days to it
-- m4: within three days
-- within: m2<m1 m4<m2
-- amounts: m3~m2
SELECT c.id, date_trunc('month', c.opened)::date, c.site, c.programme, c.sex, figures.age_band(c.birth, c.opened), c.model, c.setting, '',
       1, (f.day IS NOT NULL)::integer, greatest(coalesce(f.day - coalesce(c.admitted, c.opened), 0), 0),
       coalesce(f.day - coalesce(c.admitted, c.opened) <= 3, false)::integer, 0, 0, 0, 0
  FROM figures.kase c
 CROSS JOIN LATERAL (
   SELECT min((s.started_at AT TIME ZONE 'Asia/Shanghai')::date) AS day FROM rec.service s
    WHERE s.case_id = c.id AND s.rec_state <> 'retracted' AND s.status = 'completed'
      AND s.kind NOT IN ('resource_link', 'coordination', 'administration')) f
 WHERE c.id = ANY (p_units) AND c.opened IS NOT NULL
