-- Statements of server/records about the calendar of working days.

-- query: holidays
-- Every day that is worked or not against the rule of the week.
SELECT to_char(h.date, 'YYYY-MM-DD') AS date, h.kind FROM log.holidays() h;

-- query: holiday_years
-- How many of them there are, by year.
SELECT extract(year FROM h.date)::bigint AS year, count(*) FILTER (WHERE h.kind = 'holiday') AS holidays,
       count(*) FILTER (WHERE h.kind = 'workday') AS workdays
  FROM log.holidays() h GROUP BY 1 ORDER BY 1;
