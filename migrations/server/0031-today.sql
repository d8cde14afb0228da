-- 0031-today.sql - what waits for a person, found without reading what does not.
--
-- Why: the first page of the web app asks for the letters, tasks and unsigned
-- records of one person, many times a day; each came from a scan of all there are.
-- While the previous release runs: it does not look at them.
-- Locks: a short one on each table while its index is built.
-- Undo: drop the indexes.

-- Live records that could still be signed are few beside all that are signed.
CREATE INDEX version_unsigned ON log.version (author, type) WHERE next_csn IS NULL AND state = 1;
CREATE INDEX task_assignee ON rec.task (assignee) WHERE status = 'open';
CREATE INDEX referral_waits_to ON rec.referral (to_site) WHERE status IN ('requested', 'declined', 'failed', 'returned');
CREATE INDEX referral_waits_from ON rec.referral (site_id) WHERE status IN ('requested', 'declined', 'failed', 'returned');
CREATE INDEX request_waits_to ON rec.request (to_site) WHERE status IN ('open', 'triaged');
CREATE INDEX request_waits_from ON rec.request (site_id) WHERE status IN ('open', 'triaged');
