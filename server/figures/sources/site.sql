-- site.sql - sites of the district.
--
-- live: as of the day asked
-- records: site
-- m1: sites
-- public: not about clients
SELECT NULL::uuid, p_day, s.id, '', '', '', '', '', '', 1, 0, 0, 0, 0, 0, 0, 0
  FROM rec.site s WHERE s.rec_state <> 'retracted' AND s.active IS NOT FALSE
