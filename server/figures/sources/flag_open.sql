-- flag_open.sql - risk flags that stand.
--
-- live: as of the day asked
-- records: flag case
-- codes: kind=flag_kind
-- m1: flags
-- m2: level 3 or more
-- within: m2<m1
-- beside: flags_raised
SELECT NULL::uuid, p_day, c.site, c.programme, c.sex, figures.age_band(c.birth, p_day), c.model, c.setting, coalesce(x.kind, ''), count(*), count(*) FILTER (WHERE x.level >= 3), 0, 0, 0, 0, 0, 0
  FROM figures.kase c JOIN rec.flag x ON x.case_id = c.id
 WHERE x.rec_state <> 'retracted' AND (x."to" IS NULL OR x."to" > p_day) AND c.opened <= p_day AND (c.closed IS NULL OR c.closed > p_day)
 GROUP BY 3, 4, 5, 6, 7, 8, 9
