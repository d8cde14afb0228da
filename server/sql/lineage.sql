-- Statements of server/lineage: which log this is, and what is kept beside it.

-- query: lineage_view
-- Where the log stands, whether PostgreSQL is the one we knew, and its chain at
-- commit $1 (null: there is no such commit).
SELECT h.csn, h.chain, h.epoch, h.durable, h.confirmed, e.at,
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

-- query: salvage_want
SELECT w AS record_id FROM log.salvage_want($1::uuid[], $2::bytea[]) w;

-- query: salvage_restricted
-- Of these records, those that are restricted here, whoever reads them.
SELECT r AS record_id FROM log.restricted($1::uuid[]) r;

-- query: salvage_put
-- Ids of the records that are new.
SELECT p AS record_id
  FROM log.salvage_put($1::uuid[], $2::bigint[], $3::bytea[], $4::bigint[], $5::uuid[], $6::uuid[], $7::text[],
                       $8::bigint[], $9::text[], $10::uuid[], $11::uuid[], $12::uuid[], $13::uuid[],
                       $14::timestamptz[], $15::timestamptz[], $16::text[], $17::text[], $18::bigint) p;

-- query: salvage_waiting
-- What waits for this reader to decide, with where it was written and which
-- stations hold it; $1: one of them, or null.
SELECT id, record_id, version, csn, case_id, type, class, state, site_id, site_name, device, author, author_name, by, by_name,
       at, entered_at, offered_at, offers, offered, reason, body AS salvaged,
       now_version, now_state, now_body, now_by, now_by_name, now_at, now_site, now_site_name, now_device
  FROM log.salvage_waiting($1::uuid, $2::bigint);

-- query: salvage_settle
SELECT log.salvage_settle($1::uuid, $2::text, $3::text) AS settled;

-- query: decisions_owed
SELECT id, kind, about, by, at, case_id, home_site, body, doc FROM log.decisions_owed();
