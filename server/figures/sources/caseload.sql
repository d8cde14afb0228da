-- caseload.sql - cases that are open.
--
-- live: as of the day asked
-- records: case summary
-- codes: kind=case_phase
-- m1: cases
-- m2: with something overdue
-- m3: days since opening
-- within: m2<m1
-- amounts: m3~m1
-- beside: cases_opened cases_closed
SELECT NULL::uuid, p_day, c.site, c.programme, c.sex, figures.age_band(c.birth, p_day), c.model, c.setting, c.phase, count(*), count(*) FILTER (WHERE s.next_due < p_day), sum(p_day - c.opened), 0, 0, 0, 0, 0
  FROM figures.kase c LEFT JOIN log.summary s ON s.case_id = c.id
 WHERE c.opened <= p_day AND (c.closed IS NULL OR c.closed > p_day)
 GROUP BY 3, 4, 5, 6, 7, 8, 9
