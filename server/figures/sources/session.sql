-- session.sql - group sessions that were held.
--
-- records: session attendance group
-- codes: kind=group_kind
-- m1: sessions
-- m2: attendances, with those whose name was not asked
SELECT g.id, figures.month_of(s.held_at), g.site_id, coalesce(g.programme, ''), '', '', '', '', coalesce(g.kind, ''),
       count(*), coalesce(sum(a.present + coalesce(s.unnamed, 0)), 0)::bigint, 0, 0, 0, 0, 0, 0
  FROM rec."group" g JOIN rec.session s ON s.case_id = g.id
 CROSS JOIN LATERAL (SELECT count(DISTINCT t.participant) AS present FROM rec.attendance t
   WHERE t.session = s.id AND t.rec_state <> 'retracted' AND t.present) a
 WHERE g.id = ANY (p_units) AND g.rec_state <> 'retracted' AND g.site_id IS NOT NULL
   AND s.rec_state <> 'retracted' AND s.status = 'held' AND s.held_at IS NOT NULL
 GROUP BY 1, 2, 3, 4, 9
