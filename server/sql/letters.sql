-- Statements of server/records about letters between sites.

-- query: overdue
-- Letters owed an answer, counted for who answers for both sites.
SELECT o.letter, o.kind, o.from_site, o.to_site, o.n, to_char(o.oldest, 'YYYY-MM-DD') AS oldest
  FROM log.overdue($1::uuid) o;

-- query: item_hours
-- Within how many hours these service items are answered.
SELECT i.id, coalesce(i.respond_hours, -1) AS hours FROM rec.service_item i
 WHERE i.id = ANY ($1::uuid[]) AND i.rec_state <> 'retracted';
