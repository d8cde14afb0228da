-- 0025-reconciled.sql - a store that begins anew: everything it holds is known.
--
-- Why: of what a store said it holds, only what was equal and what its reader
-- does not reach was written down. A unit that differed stayed "to be offered",
-- which means nothing is there: withdrawn before it was sent, it was not asked
-- back. And the comparison may be asked for twice, when its answer was lost: what
-- was equal the first time and is not the second stayed "held" at a place in the
-- log behind the change, and the change was not sent. Both were put right only
-- when digests were compared at the end.
-- While the previous release runs: it passes fewer of p_extra, as before.
-- Locks: none worth naming. Undo: none; migrations only go forward.

CREATE OR REPLACE FUNCTION log.reconciled(p_equal uuid[], p_extra uuid[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  r log.replica;
  held bigint;
BEGIN
  SELECT * INTO r FROM log.replica x WHERE x.replica = app.replica() AND x.staff = app.staff();
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  WITH same AS (
    UPDATE log.manifest m SET state = 'h', gen = m.gen + 1
     WHERE m.replica = r.replica AND m.unit_id = ANY (p_equal) AND m.state IN ('q', 'o')
    RETURNING m.n, m.bytes),
  sums AS (SELECT count(*) AS units, coalesce(sum(n), 0) AS records, coalesce(sum(bytes), 0) AS bytes FROM same)
  UPDATE log.replica x
     SET wait_units = greatest(x.wait_units - s.units, 0), wait_records = greatest(x.wait_records - s.records, 0),
         wait_bytes = greatest(x.wait_bytes - s.bytes, 0)
    FROM sums s WHERE x.replica = r.replica RETURNING s.units INTO held;
  -- An earlier comparison, whose answer was lost, found these equal.
  UPDATE log.manifest m SET state = 'o'
   WHERE m.replica = r.replica AND m.state = 'h' AND m.unit_id <> ALL (p_equal);
  -- What is there and not equal: sent anew, or asked back.
  INSERT INTO log.manifest AS m (replica, unit_id, state, gen, classes)
  SELECT r.replica, x, 'o', 1, 0 FROM unnest(p_extra) x
  ON CONFLICT (replica, unit_id) DO UPDATE SET state = 'o', gen = m.gen + 1 WHERE m.state IN ('q', 'x');
  IF FOUND THEN
    UPDATE log.replica x SET swept_csn = NULL WHERE x.replica = r.replica;
  END IF;
  UPDATE log.replica x SET gone = true
   WHERE x.store = r.store AND x.staff = r.staff AND x.device = r.device AND x.epoch < r.epoch AND NOT x.gone;
  UPDATE log.manifest m SET state = 'x' FROM log.replica x
   WHERE x.store = r.store AND x.staff = r.staff AND x.device = r.device AND x.gone
     AND m.replica = x.replica AND m.state = 'u';
  RETURN held;
END $$;
