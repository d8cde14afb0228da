-- participant.sql - members of groups, in the month they joined.
--
-- records: participant attendance session group person
-- codes: kind=leave_reason
-- m1: members
-- m2: came to as many sessions as completing takes
-- m3: left for another reason than completing
-- m4: came at least once
-- within: m4<m1 m2<m1 m3<m1
SELECT g.id, date_trunc('month', coalesce(p.joined, g.opened))::date, g.site_id, coalesce(g.programme, ''), coalesce(w.sex, ''),
       figures.age_band(w.birth, coalesce(p.joined, g.opened)), '', '', coalesce(p.leave_reason, ''),
       1, (a.n >= coalesce(g.attend_min, 4))::integer, (p.leave_reason IS NOT NULL AND p.leave_reason <> 'completed')::integer,
       (a.n > 0)::integer, 0, 0, 0, 0
  FROM rec."group" g JOIN rec.participant p ON p.case_id = g.id
  LEFT JOIN rec.person w ON w.id = figures.stays(p.person)
 CROSS JOIN LATERAL (
   SELECT count(DISTINCT s.id) AS n FROM rec.attendance t JOIN rec.session s ON s.id = t.session
    WHERE t.case_id = g.id AND t.participant = p.id AND t.rec_state <> 'retracted' AND t.present
      AND s.rec_state <> 'retracted' AND s.status = 'held') a
 WHERE g.id = ANY (p_units) AND g.rec_state <> 'retracted' AND g.site_id IS NOT NULL
   AND p.rec_state <> 'retracted' AND coalesce(p.joined, g.opened) IS NOT NULL
