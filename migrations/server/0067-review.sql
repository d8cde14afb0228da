-- 0067-review.sql - one person's review of a case, and the tasks it became.
--
-- Why: a review says how much of the case was looked at (`seen`, a commit number),
-- because what arrives while somebody writes was not; a task says in which review it
-- was decided. And a task given to a site, to nobody there, waits for all of that
-- site, so it is looked for by site as well as by person.
-- While the previous release runs: it writes neither column and reads neither.
-- Locks: short ones on both tables; no row is rewritten.
-- Undo: drop the columns and the index; migrations only go forward.

ALTER TABLE rec.review ADD COLUMN seen bigint CHECK (seen BETWEEN 0 AND 9007199254740991);
ALTER TABLE rec.task ADD COLUMN review uuid;
CREATE INDEX task_of_site ON rec.task (site) WHERE status = 'open' AND assignee IS NULL;
