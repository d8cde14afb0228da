-- 0145-tries.sql - what is counted for a day is counted one by one.
--
-- Why this shape: whether an emergency or a question after a person may still be
-- asked is read from the trail, where it is written at the end of the same
-- transaction; so as many as there are workers read the same number and all went
-- through. Now whoever asks waits until the same person's question before is on
-- the trail. Volatile, so that what is counted behind the lock is what is there
-- then. Nobody else waits.
-- While the previous release runs: it is held to it as well. Locks: none. Undo:
-- none; migrations only go forward.

CREATE OR REPLACE FUNCTION access.emergency_tries() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('casebridge break_glass ' || app.staff(), 0));
  RETURN (SELECT count(*) FROM audit.event e
           WHERE e.actor = app.staff() AND e.action = 'break_glass' AND e.at > now() - interval '1 day');
END $$;

CREATE OR REPLACE FUNCTION access.match_count() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('casebridge match ' || app.staff(), 0));
  RETURN (SELECT count(*) FROM audit.event e
           WHERE e.actor = app.staff() AND e.action = 'match' AND e.at > now() - interval '1 day');
END $$;
