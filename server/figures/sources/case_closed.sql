-- case_closed.sql - cases in the month they were closed.
--
-- records: case
-- codes: kind=close_reason
-- m1: cases
-- m2: goals met, all or most
-- m3: left early: withdrew, moved or lost
-- m4: days open
-- within: m2<m1 m3<m1-m2
-- amounts: m4~m1
-- kinds: m2=goals_met,mostly_met m3=client_withdrew,moved,lost_contact
-- feeds: caseload
SELECT c.id, date_trunc('month', c.closed)::date, c.site, c.programme, c.sex, figures.age_band(c.birth, c.closed), c.model, c.setting, c.close_reason,
       1, (c.close_reason IN ('goals_met', 'mostly_met'))::integer,
       (c.close_reason IN ('client_withdrew', 'moved', 'lost_contact'))::integer,
       greatest(c.closed - coalesce(c.opened, c.closed), 0), 0, 0, 0, 0
  FROM figures.kase c
 WHERE c.id = ANY (p_units) AND c.opened IS NOT NULL AND c.closed IS NOT NULL
