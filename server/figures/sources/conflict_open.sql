-- conflict_open.sql - conflicts nobody has settled, of cases.
--
-- live: as of the day asked
-- records: conflict case
-- m1: conflicts
-- m2: older than 14 days
-- within: m2<m1
SELECT NULL::uuid, p_day, c.site, c.programme, c.sex, figures.age_band(c.birth, p_day), c.model, c.setting, '', count(*),
       count(*) FILTER (WHERE (x.theirs_at AT TIME ZONE 'Asia/Shanghai')::date < p_day - 14), 0, 0, 0, 0, 0, 0
  FROM figures.kase c JOIN rec.conflict x ON x.case_id = c.id
 WHERE x.rec_state <> 'retracted' AND x.settled IS NOT TRUE
 GROUP BY 3, 4, 5, 6, 7, 8
