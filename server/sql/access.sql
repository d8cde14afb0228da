-- Statements of server/access.

-- query: guard
SELECT log.guard($1::uuid, $2::uuid, $3::bigint, $4::bytea, $5::bigint, $6::bigint, $7::text,
                 $8::boolean) AS verdict;
