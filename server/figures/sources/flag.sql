-- flag.sql - risk flags in the month they were raised.
--
-- records: flag case
-- codes: kind=flag_kind
-- clients: cases
-- m1: flags
-- m2: level 3 or more
-- within: m2<m1
SELECT c.id, date_trunc('month', x."from")::date, c.site, c.programme, c.sex, figures.age_band(c.birth, x."from"), c.model, c.setting, coalesce(x.kind, ''),
       1, coalesce(x.level >= 3, false)::integer, 0, 0, 0, 0, 0, 0
  FROM figures.kase c JOIN rec.flag x ON x.case_id = c.id
 WHERE c.id = ANY (p_units) AND x.rec_state <> 'retracted' AND x."from" IS NOT NULL
