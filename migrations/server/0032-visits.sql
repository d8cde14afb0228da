-- 0032-visits.sql - the visits a site has planned, found without reading all it
-- ever made (see 0031).
-- While the previous release runs: it does not look at it. Locks: a short one on
-- rec.service while the index is built. Undo: drop the index.
CREATE INDEX service_planned ON rec.service (site_id, started_at) WHERE status = 'planned';
