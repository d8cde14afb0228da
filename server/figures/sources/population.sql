-- population.sql - residents, as the directory says of the district; they stand with one site of it. Of a
-- district those of the districts below it that have their own are taken away, so that nobody counts twice.
--
-- live: as of the day asked
-- records: district site
-- m1: residents
-- public: not about clients
WITH RECURSIVE d AS MATERIALIZED (
  SELECT x.id, x.parent, x.population,
         (SELECT s.id FROM rec.site s WHERE s.district = x.id AND s.rec_state <> 'retracted' ORDER BY s.id LIMIT 1) AS site
    FROM rec.district x WHERE x.rec_state <> 'retracted'),
up (id, above, n) AS ( -- to the nearest district above that has residents of its own
  SELECT c.id, c.parent, 0 FROM d c WHERE c.population IS NOT NULL AND c.site IS NOT NULL
  UNION ALL
  SELECT u.id, p.parent, u.n + 1 FROM up u JOIN d p ON p.id = u.above
   WHERE (p.population IS NULL OR p.site IS NULL) AND u.n < 20)
SELECT NULL::uuid, p_day, d.site, '', '', '', '', '', '',
       greatest(d.population - coalesce((SELECT sum(c.population) FROM up u JOIN d c ON c.id = u.id WHERE u.above = d.id), 0), 0),
       0, 0, 0, 0, 0, 0, 0
  FROM d WHERE d.population IS NOT NULL AND d.site IS NOT NULL
