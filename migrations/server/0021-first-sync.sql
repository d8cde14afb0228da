-- 0021-first-sync.sql - a first sync one can work with before it ends.
--
-- Why: all persons came before the first case, so on a slow line a worker with
-- a thousand cases saw none of them for minutes. Now a case and the people in
-- it travel together, urgent ones first, then by the nearest date. And a unit
-- larger than a page is read from the log a part at a time, so that neither end
-- ever holds it whole in memory.
-- While the previous release runs: it calls log.sweep() as before, and sends in
-- the older order; nothing it reads has another meaning.
-- Locks: none worth naming; only functions are made.
-- Undo: none; migrations go forward.

-- log.sweep(), and the order of sending of what it found: 0 the directory, 1
-- urgent cases (danger 3 and more, a risk flag of that level that is open), 2
-- the others, by their nearest date; persons and letters as early as the first
-- of their cases.
CREATE FUNCTION log.sweep_ordered(p_replica uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF NOT log.sweep(p_replica) THEN
    RETURN false;
  END IF;
  WITH waits AS MATERIALIZED (
    SELECT m.unit_id, u.kind FROM log.manifest m JOIN log.unit u ON u.unit_id = m.unit_id
     WHERE m.replica = p_replica AND m.state IN ('q', 'o') AND u.kind <> 'directory'),
  line AS MATERIALIZED (
    SELECT w.unit_id AS case_id,
           CASE WHEN s.danger >= 3 OR f.urgent THEN 1 ELSE 2 END AS rank,
           coalesce(s.next_due, 'infinity') AS due
      FROM waits w
      LEFT JOIN log.summary s ON s.case_id = w.unit_id
      LEFT JOIN (SELECT x.case_id, true AS urgent FROM rec.flag x
                  WHERE x.level >= 3 AND x."to" IS NULL AND x.rec_state <> 'retracted'
                  GROUP BY x.case_id) f ON f.case_id = w.unit_id
     WHERE w.kind = 'case'),
  place AS (
    SELECT l.case_id AS unit_id, l.rank, l.due FROM line l
    UNION ALL SELECT c.person, l.rank, l.due FROM line l JOIN rec."case" c ON c.id = l.case_id
    UNION ALL SELECT r.person, l.rank, l.due FROM line l JOIN rec.relation r ON r.case_id = l.case_id
    UNION ALL SELECT w.unit_id, 2, 'infinity' FROM waits w),
  first AS (
    SELECT DISTINCT ON (p.unit_id) p.unit_id, p.rank, p.due FROM place p
     WHERE p.unit_id IS NOT NULL ORDER BY p.unit_id, p.rank, p.due)
  UPDATE log.manifest m SET rank = f.rank, due = f.due
    FROM first f
   WHERE m.replica = p_replica AND m.unit_id = f.unit_id AND m.state IN ('q', 'o')
     AND (m.rank, m.due) IS DISTINCT FROM (f.rank::smallint, f.due);
  RETURN true;
END $$;
COMMENT ON COLUMN log.manifest.rank IS
  'With due the order of sending: 0 directory, 1 urgent, 2 the rest, each by its nearest date (log.sweep_ordered); n and bytes are about what it will be.';

-- The newest versions of one unit after a place in the log, in the order of the
-- log, until p_bytes of bodies are reached: less than that means no more is
-- there. A version that becomes old between two parts has its successor behind
-- the place, so the last part completes a state that existed.
CREATE FUNCTION log.unit_part(p_unit uuid, p_csn bigint, p_ord bigint, p_bytes bigint)
RETURNS TABLE (place bigint, record_id uuid, version integer, csn bigint, ord integer, case_id uuid,
               type smallint, class smallint, state smallint, site_id uuid, author uuid, by uuid, device uuid,
               at timestamptz, entered_at timestamptz, reason text, sha bytea, body text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog ROWS 1000 AS $$
#variable_conflict use_column
DECLARE
  seen integer;
  size integer;
  sum bigint := 0;
  rows bigint := 0;
BEGIN
  IF app.staff() IS NULL THEN
    RETURN;
  END IF;
  SELECT bit_or(r.classes) INTO seen FROM access.reach r
   WHERE r.key = app.key() AND r.unit_id = p_unit
     AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now());
  IF p_unit = app.directory() THEN
    seen := coalesce(seen, 0) | 1;
  END IF;
  FOR size IN
    SELECT octet_length(v.body) + 420 FROM log.version v
     WHERE v.unit_id = p_unit AND v.next_csn IS NULL AND (v.csn, v.ord) > (p_csn, p_ord)
       AND v.class & seen <> 0
       AND (v.class <> 32 OR v.author = app.staff() OR app.staff() = ANY (v.readers))
     ORDER BY v.csn, v.ord LIMIT 20000
  LOOP
    rows := rows + 1;
    sum := sum + size;
    EXIT WHEN sum >= p_bytes;
  END LOOP;
  RETURN QUERY
  SELECT 1::bigint, v.record_id, v.version, v.csn, v.ord, v.case_id, v.type, v.class, v.state, v.site_id, v.author,
         v.by, v.device, v.at, v.entered_at, v.reason, v.sha, v.body
    FROM log.version v
   WHERE v.unit_id = p_unit AND v.next_csn IS NULL AND (v.csn, v.ord) > (p_csn, p_ord)
     AND v.class & seen <> 0
     AND (v.class <> 32 OR v.author = app.staff() OR app.staff() = ANY (v.readers))
   ORDER BY v.csn, v.ord LIMIT rows;
END $$;

-- What a held unit amounts to for this reader, when it is to be sent anew.
CREATE FUNCTION log.resend(p_replica uuid, p_units uuid[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
  UPDATE log.manifest m SET state = 'o', n = d.n, bytes = d.bytes
    FROM (SELECT x.unit_id, sum(x.n) AS n, sum(x.bytes) AS bytes
            FROM log.digest x JOIN log.manifest y ON y.replica = p_replica AND y.unit_id = x.unit_id
           WHERE x.unit_id = ANY (p_units) AND x.class & y.classes <> 0 GROUP BY x.unit_id) d
   WHERE m.replica = p_replica AND p_replica = app.replica() AND m.unit_id = d.unit_id AND m.state = 'h'
$$;

DO $$
DECLARE
  f text;
BEGIN
  GRANT CREATE ON SCHEMA log TO casebridge_maint;
  FOREACH f IN ARRAY ARRAY['log.sweep_ordered', 'log.unit_part', 'log.resend'] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO casebridge_maint', f);
  END LOOP;
  REVOKE CREATE ON SCHEMA log FROM casebridge_maint;
END $$;
GRANT EXECUTE ON FUNCTION log.sweep_ordered, log.unit_part, log.resend TO casebridge_app, casebridge_maint;
