-- Statements of server/records about conflicts nobody settled yet.

-- query: conflicts_reached
-- Those the reader reaches, counted by unit; in the directory only for who may
-- settle something there. log.version's policy looks at classes and readers.
SELECT v.unit_id, u.kind, v.case_id, n.site, count(*) AS n, min(v.at) AS oldest
  FROM rec.conflict k
  JOIN log.version v ON v.record_id = k.id AND v.next_csn IS NULL AND v.state <> 3
  JOIN log.unit u ON u.unit_id = v.unit_id
  LEFT JOIN rec."case" c ON c.id = k.case_id
 CROSS JOIN LATERAL (SELECT CASE WHEN u.kind <> 'directory' THEN coalesce(c.home_site, v.site_id) END AS site) n
 WHERE k.settled IS NOT TRUE
   AND (u.kind <> 'directory' OR app.role() IN ('site_admin', 'system_admin'))
 GROUP BY 1, 2, 3, 4
 ORDER BY oldest, v.unit_id;

-- query: conflicts_open
-- The same one by one, oldest first: who wrote each of the two values, when and
-- where. Not the values, which are in the records.
SELECT k.id, v.unit_id, v.case_id, k.record, k.record_type, k.fields::text AS fields, coalesce(k.signed, false) AS signed,
       k.mine_by, a.name AS mine_name, k.mine_site, p.name AS mine_site_name, k.mine_device, k.mine_at,
       k.theirs_by, b.name AS theirs_name, k.theirs_site, q.name AS theirs_site_name, k.theirs_device, k.theirs_at
  FROM rec.conflict k
  JOIN log.version v ON v.record_id = k.id AND v.next_csn IS NULL AND v.state <> 3
  LEFT JOIN rec.staff a ON a.id = k.mine_by
  LEFT JOIN rec.staff b ON b.id = k.theirs_by
  LEFT JOIN rec.site p ON p.id = k.mine_site
  LEFT JOIN rec.site q ON q.id = k.theirs_site
 WHERE k.settled IS NOT TRUE
   AND (v.unit_id <> app.directory() OR app.role() IN ('site_admin', 'system_admin'))
 ORDER BY v.at, k.id LIMIT $1::bigint;

-- query: conflicts_of_district
-- Counts of a district's sites, for its coordinator.
SELECT o.site, o.n, o.oldest FROM log.open_conflicts($1::uuid) o ORDER BY o.oldest, o.site;

-- query: value_origins
-- The newest version of these records and the twenty before it, newest first, with who
-- wrote them: whose the values are that stand is found out by server/records/origin.c.
SELECT v.record_id, v.version, v.by, v.device, v.entered_at, s.site, v.body, v.sha
  FROM (SELECT DISTINCT x FROM unnest($1::uuid[]) x) w (rec)
  JOIN log.version h ON h.record_id = w.rec AND h.next_csn IS NULL
  JOIN log.version v ON v.record_id = w.rec AND v.version >= h.version - 20
  LEFT JOIN rec.staff s ON s.id = v.by
 ORDER BY v.record_id, v.version DESC;

-- query: conflicts_about
-- Those about these records ($1, or about what a conflict there is about), settled or not,
-- that are open to more than the record will be, now that it is restricted.
SELECT v.record_id, v.version, v.csn, v.unit_id, v.case_id, v.type, v.class, v.state,
       v.site_id, v.author, v.by, v.device, v.at, v.entered_at, v.reason, v.readers, v.body, v.sha
  FROM rec.conflict k
  JOIN log.version v ON v.record_id = k.id AND v.next_csn IS NULL AND v.class <> 32
 WHERE k.record = ANY (ARRAY(SELECT unnest($1::uuid[]) UNION ALL
       SELECT c.record FROM rec.conflict c WHERE c.id = ANY ($1::uuid[])));
