-- Statements of server/trail: the seal, as stations and auditors are told of it.

-- query: trail_newest
SELECT h.epoch::bigint AS epoch, h.size, h.note FROM trail.head h ORDER BY h.epoch DESC, h.size DESC LIMIT 1;

-- query: trail_head_of
SELECT h.size, h.note FROM trail.head h WHERE h.epoch = $1::bigint ORDER BY h.size DESC LIMIT 1;

-- query: trail_hold
SELECT trail.hold($1::uuid, $2::bigint, $3::bigint);

-- query: trail_evidence
SELECT trail.evidence($1::uuid, $2::uuid, $3::text, $4::text, $5::text) AS news;

-- query: trail_state
SELECT epoch, size, at, note, waiting FROM trail.state();

-- query: trail_holders
SELECT epoch, size, n, at FROM trail.holders();

-- query: trail_troubles
SELECT at, source, kind, no, device, said FROM trail.troubles();

-- query: trail_event
SELECT epoch, n, id, at, xid, actor, role, site_id, session, device, action, outcome, records, worker, seq, mac
  FROM trail.event($1::bigint);
