-- Statements of server/records about the calendar of working days.

-- query: holidays
-- Every day that is worked or not against the rule of the week.
SELECT to_char(h.date, 'YYYY-MM-DD') AS date, h.kind FROM log.holidays() h;
