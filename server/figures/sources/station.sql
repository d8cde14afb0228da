-- station.sql - stations that hold a copy, and what they still have to confirm.
--
-- live: as of the day asked
-- records: replica manifest
-- m1: stations
-- m2: not seen for 30 days
-- m3: with a withdrawn case whose destruction is not confirmed
-- m4: such cases
-- public: not about clients
SELECT NULL::uuid, p_day, d.site_id, '', '', '', '', '', '', count(*),
       count(*) FILTER (WHERE (d.seen AT TIME ZONE 'Asia/Shanghai')::date < p_day - 30),
       count(*) FILTER (WHERE d.owed > 0), sum(d.owed)::bigint, 0, 0, 0, 0
  FROM (
    SELECT r.device, r.site_id, max(r.last_seen) AS seen, sum(o.n) AS owed
      FROM log.replica r
     CROSS JOIN LATERAL (SELECT count(*) AS n FROM log.manifest m JOIN log.unit u ON u.unit_id = m.unit_id
                          WHERE m.replica = r.replica AND m.state = 'p' AND u.kind = 'case') o
     GROUP BY r.device, r.site_id) d
 WHERE d.site_id IS NOT NULL
 GROUP BY 3
