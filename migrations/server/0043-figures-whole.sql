-- 0043-figures-whole.sql - no figure of what is only partly counted.
--
-- Why: counting anew, after the sources changed or a log was set back, takes many
-- transactions. Until the head of the log was reached once, what is counted is a part:
-- past years look small, and what is hidden in them would be remembered as hidden for
-- good. And the tables are emptied in a transaction of their own: whoever empties a
-- table keeps everybody from it until the end, and a daemon that starts meanwhile could
-- not prepare its statements.
-- While the previous release runs: it tells figures once this one has counted a part.
-- Locks: none. Undo: none; migrations only go forward.

ALTER TABLE figures.state ADD whole boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN figures.state.whole IS 'That the head of the log was reached since the tables were emptied.';

CREATE OR REPLACE FUNCTION figures.catch_up(p_max bigint, p_wait boolean) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  st figures.state;
  today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
  head bigint;
  upto bigint;
  units uuid[];
BEGIN
  IF p_wait THEN
    PERFORM pg_advisory_xact_lock(7002);
  ELSIF NOT pg_try_advisory_xact_lock(7002) THEN
    RETURN false;
  END IF;
  SELECT * INTO st FROM figures.state;
  IF st.sha <> st.wanted THEN
    TRUNCATE figures.fact, figures.cell, figures.client;
    UPDATE figures.state SET sha = wanted, csn = 0, day = today, whole = false;
    RETURN true;
  ELSIF st.day < today THEN
    UPDATE figures.state SET day = today;
    PERFORM figures.recount(ARRAY(SELECT c.id FROM figures.kase c WHERE c.opened IS NOT NULL AND c.closed IS NULL), today);
  END IF;
  SELECT h.csn INTO head FROM log.head h;
  IF head < st.csn THEN -- a log that was set back: what was counted may be undone
    UPDATE figures.state SET sha = '', whole = false;
    RETURN true;
  ELSIF head = st.csn AND st.whole THEN
    RETURN false;
  END IF;
  SELECT array_agg(x.unit_id), max(x.last_csn) INTO units, upto FROM (
    SELECT u.unit_id, u.last_csn FROM log.unit u
     WHERE u.last_csn > st.csn AND u.last_csn <= head
     ORDER BY u.last_csn FETCH FIRST p_max ROWS WITH TIES) x;
  IF units IS NOT NULL THEN
    PERFORM figures.recount(figures.follow(units), today);
  END IF;
  IF units IS NULL OR cardinality(units) < p_max THEN
    upto := head;
  END IF;
  UPDATE figures.state SET csn = upto, whole = st.whole OR upto >= head;
  RETURN upto < head;
END $$;

CREATE OR REPLACE FUNCTION figures.counted() RETURNS TABLE (csn bigint, head bigint, ready boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT s.csn, h.csn, s.sha = s.wanted AND s.whole FROM figures.state s, log.head h
$$;
