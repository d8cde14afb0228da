-- 0030-sweep.sql - comparing a manifest takes time in proportion to its length,
-- whatever PostgreSQL believes about it.
--
-- Why: after a list of thousands was sent, or withdrawn, the tables had grown
-- since anybody counted them, so the planner took a replica's part of the
-- manifest for one row and joined it row by row: 4,000 new cases cost 55 s, four
-- times as many sixteen times as long. The station gave up after 30 s and said
-- "offline", its next try waited for the first and was told "busy"; minutes
-- later autovacuum had counted, and all was well. Joins of the manifest with
-- lists as long as itself are hashed now; what is looked up by key is asked for
-- a list of known length.
-- While the previous release runs: it calls the same functions, which do the
-- same. Locks: none worth naming; only functions are made.
-- Undo: none; migrations go forward.

CREATE OR REPLACE FUNCTION log.sweep(p_replica uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  r log.replica;
  k uuid := app.key();
  v_units uuid[];
  v_classes integer[];
BEGIN
  SELECT * INTO r FROM log.replica x WHERE x.replica = p_replica AND x.staff = app.staff();
  IF NOT FOUND OR p_replica IS DISTINCT FROM app.replica() THEN
    RETURN false;
  END IF;
  IF r.swept_csn IS NOT NULL AND r.swept_key IS NOT DISTINCT FROM k AND r.swept_at <= now()
     AND NOT EXISTS (SELECT 1 FROM log.commit c WHERE c.moved AND c.csn > r.swept_csn)
     AND NOT EXISTS (SELECT 1 FROM access.reach a WHERE a.key = k
                       AND a.from_at > r.swept_at AND a.from_at <= now() AND a.from_at > '-infinity')
     AND NOT EXISTS (SELECT 1 FROM access.reach a WHERE a.key = k
                       AND a.to_at > r.swept_at AND a.to_at <= now()) THEN
    RETURN false;
  END IF;

  PERFORM set_config('enable_nestloop', 'off', true);
  WITH seen AS MATERIALIZED (SELECT * FROM access.visible()),
  held AS MATERIALIZED (SELECT m.unit_id, m.state, m.classes FROM log.manifest m WHERE m.replica = p_replica)
  UPDATE log.manifest m
     SET state = CASE m.state WHEN 'q' THEN 'x'::"char" ELSE 'p' END, asked_at = clock_timestamp(),
         purge_id = CASE m.state WHEN 'q' THEN NULL ELSE gen_random_uuid() END
    FROM held h
   WHERE h.state IN ('q', 'o', 'h') AND m.replica = p_replica AND m.unit_id = h.unit_id
     AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.unit_id = h.unit_id);

  WITH seen AS MATERIALIZED (SELECT * FROM access.visible()),
  held AS MATERIALIZED (SELECT m.unit_id, m.state, m.classes FROM log.manifest m WHERE m.replica = p_replica)
  SELECT array_agg(s.unit_id), array_agg(s.classes) INTO v_units, v_classes
    FROM seen s LEFT JOIN held h ON h.unit_id = s.unit_id
   WHERE h.unit_id IS NULL OR h.state IN ('p', 'x') OR h.classes <> s.classes;
  PERFORM set_config('enable_nestloop', 'on', true);

  INSERT INTO log.manifest AS m (replica, unit_id, state, gen, classes, rank, due, n, bytes)
  SELECT p_replica, c.unit_id, 'q', 0, c.classes,
         CASE u.kind WHEN 'directory' THEN 0 WHEN 'person' THEN 1 ELSE 2 END,
         coalesce(s.next_due, 'infinity'), coalesce(z.n, 0), coalesce(z.bytes, 0)
    FROM unnest(v_units, v_classes) c (unit_id, classes)
    JOIN log.unit u ON u.unit_id = c.unit_id
   CROSS JOIN LATERAL (SELECT sum(d.n) AS n, sum(d.bytes) AS bytes FROM log.digest d
                        WHERE d.unit_id = c.unit_id AND d.class & c.classes <> 0) z
    LEFT JOIN log.summary s ON s.case_id = c.unit_id
  ON CONFLICT (replica, unit_id) DO UPDATE
    SET state = CASE WHEN m.state IN ('q', 'x') THEN 'q'::"char" ELSE 'o' END,
        gen = CASE WHEN m.state IN ('q', 'x') THEN m.gen ELSE m.gen + 1 END,
        classes = EXCLUDED.classes, rank = EXCLUDED.rank, due = EXCLUDED.due,
        n = EXCLUDED.n, bytes = EXCLUDED.bytes,
        purge_id = CASE WHEN m.state = 'x' THEN m.purge_id END,
        receipt = CASE WHEN m.state = 'x' THEN m.receipt END;

  UPDATE log.replica x
     SET swept_csn = (SELECT h.csn FROM log.head h), swept_at = now(), swept_key = k, digest = NULL,
         wait_units = w.units, wait_records = w.records, wait_bytes = w.bytes
    FROM (SELECT count(*) AS units, coalesce(sum(m.n), 0) AS records, coalesce(sum(m.bytes), 0) AS bytes
            FROM log.manifest m WHERE m.replica = p_replica AND m.state IN ('q', 'o')) w
   WHERE x.replica = p_replica;
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION log.sweep_ordered(p_replica uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_cases uuid[];
  v_units uuid[];
  v_ranks smallint[];
  v_dues date[];
BEGIN
  IF NOT log.sweep(p_replica) THEN
    RETURN false;
  END IF;
  SELECT array_agg(u.unit_id) INTO v_cases
    FROM log.manifest m JOIN log.unit u ON u.unit_id = m.unit_id
   WHERE m.replica = p_replica AND m.state IN ('q', 'o') AND u.kind = 'case';
  WITH line AS MATERIALIZED (
    SELECT w.case_id, coalesce(s.next_due, 'infinity') AS due,
           CASE WHEN s.danger >= 3 OR EXISTS (
                  SELECT 1 FROM rec.flag x WHERE x.case_id = w.case_id
                     AND x.level >= 3 AND x."to" IS NULL AND x.rec_state <> 'retracted') THEN 1 ELSE 2 END AS rank
      FROM unnest(v_cases) w (case_id) LEFT JOIN log.summary s ON s.case_id = w.case_id),
  place AS (
    SELECT l.case_id AS unit_id, l.rank, l.due FROM line l
    UNION ALL SELECT c.person, l.rank, l.due FROM line l JOIN rec."case" c ON c.id = l.case_id
    UNION ALL SELECT r.person, l.rank, l.due FROM line l
      CROSS JOIN LATERAL (SELECT x.person FROM rec.relation x WHERE x.case_id = l.case_id) r
    UNION ALL SELECT m.unit_id, 2, 'infinity' FROM log.manifest m
     WHERE m.replica = p_replica AND m.state IN ('q', 'o') AND m.rank > 0),
  first AS (
    SELECT DISTINCT ON (p.unit_id) p.unit_id, p.rank, p.due FROM place p
     WHERE p.unit_id IS NOT NULL ORDER BY p.unit_id, p.rank, p.due)
  SELECT array_agg(f.unit_id), array_agg(f.rank::smallint), array_agg(f.due)
    INTO v_units, v_ranks, v_dues FROM first f;
  PERFORM set_config('enable_nestloop', 'off', true);
  UPDATE log.manifest m SET rank = f.rank, due = f.due
    FROM unnest(v_units, v_ranks, v_dues) f (unit_id, rank, due)
   WHERE m.replica = p_replica AND m.unit_id = f.unit_id AND m.state IN ('q', 'o')
     AND (m.rank, m.due) IS DISTINCT FROM (f.rank, f.due);
  PERFORM set_config('enable_nestloop', 'on', true);
  RETURN true;
END $$;
