-- Statements of server/records about who is the same person.

-- query: match_rows
-- Who could be meant, with whether the one who asks reaches them.
SELECT person AS record_id, version, body, sha, own
  FROM access.match_sealed($1::text, $2::text, $3::text, $4::bytea[]);

-- query: in_care
SELECT p AS person FROM access.in_care($1::uuid[]) p;

-- query: match_count
SELECT access.match_count() AS n;

-- query: match_put
SELECT access.match_put($1::uuid) AS token;

-- query: match_ask
SELECT case_id, home_site, manager FROM access.match_ask($1::uuid);
