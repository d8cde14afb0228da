-- 0081-day-going.sql - a day that is being counted anew is one day.
--
-- Why: the open cases are counted as of a new day page after page. When midnight
-- came between two pages the rest was counted as of the day after, and then all
-- were taken for counted as of that: the first ones stood a day behind. Which day
-- the pages are of is kept with how far they are, and another day begins again.
-- While the previous release runs: it leaves `going` alone, and at worst begins once
-- more. Locks: figures.state, one row. Undo: none; migrations only go forward.

ALTER TABLE figures.state ADD COLUMN going date;
COMMENT ON COLUMN figures.state.going IS 'The day the pages up to `reached` were counted as of.';

CREATE OR REPLACE FUNCTION figures.new_day(st figures.state, p_max bigint, p_today date) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog AS $$
DECLARE
  page uuid[];
BEGIN
  IF st.day >= p_today THEN
    RETURN false;
  END IF;
  IF st.going IS DISTINCT FROM p_today THEN
    st.reached := NULL;
  END IF;
  SELECT array_agg(x.id ORDER BY x.id) INTO page FROM (
    SELECT c.id FROM rec."case" c
     WHERE c.opened IS NOT NULL AND c.closed IS NULL AND (st.reached IS NULL OR c.id > st.reached)
     ORDER BY c.id LIMIT p_max) x;
  IF page IS NULL THEN
    UPDATE figures.state SET day = p_today, reached = NULL, going = NULL;
    RETURN false;
  END IF;
  PERFORM figures.recount(page, p_today);
  UPDATE figures.state SET reached = page[cardinality(page)], going = p_today;
  RETURN true;
END $$;
