-- population.sql - residents, as the directory says of the district; they stand with one site of it.
--
-- live: as of the day asked
-- records: district site
-- m1: residents
SELECT NULL::uuid, p_day, (SELECT s.id FROM rec.site s WHERE s.district = d.id AND s.rec_state <> 'retracted' ORDER BY s.id LIMIT 1),
       '', '', '', '', '', '', d.population, 0, 0, 0, 0, 0, 0, 0
  FROM rec.district d
 WHERE d.rec_state <> 'retracted' AND d.population IS NOT NULL
   AND EXISTS (SELECT 1 FROM rec.site s WHERE s.district = d.id AND s.rec_state <> 'retracted')
