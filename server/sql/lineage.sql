-- Statements of server/lineage: which log this is, and what is kept beside it.

-- query: lineage_view
-- Where the log stands, whether PostgreSQL is the one we knew, and its chain at
-- commit $1 (null: there is no such commit).
SELECT h.csn, h.chain, h.epoch, h.durable, h.confirmed,
       e.sysid = s.system_identifier AS same_system, e.timeline = log.timeline() AS same_timeline,
       (SELECT k.chain FROM log.chain k WHERE k.csn = $1::bigint) AS then_chain
  FROM log.head h CROSS JOIN log.epoch e CROSS JOIN pg_control_system() s;

-- query: epoch_bump
SELECT bumped, epoch, csn, chain, entered
  FROM log.epoch_bump($1::bigint, $2::text, $3::bigint, $4::bigint, $5::text[]);

-- query: epoch_confirm
SELECT log.epoch_confirm($1::bigint, $2::text) AS confirmed;

-- query: epoch_list
-- Every epoch there was, the current one last.
SELECT epoch, at, why, base_csn, was_csn, confirmed_at, reason FROM log.epoch_before
UNION ALL
SELECT epoch, at, why, base_csn, was_csn, confirmed_at, reason FROM log.epoch
ORDER BY epoch;

-- query: decisions_unfiled
SELECT no, line FROM log.decisions_unfiled();

-- query: decisions_filed
SELECT log.decisions_filed($1::bigint[]) AS filed;

-- query: epoch_counts
-- Copies of stations that have not come back since the epoch began, and
-- decisions a restore brought back that are not in their record yet.
SELECT h.csn, h.durable, h.confirmed, log.replicas_away() AS away,
       (SELECT count(*) FROM log.decision d WHERE d.owed) AS owed
  FROM log.head h;
