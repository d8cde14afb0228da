-- 0034-ran-out.sql - a membership or a consent that ends on a day ends then,
-- without anybody's act.
--
-- Why: dates run by themselves in access.reach, so from that day on nobody reads
-- what they may not, and stations are asked to purge. But what nobody could do any
-- more stayed open: tasks, visits and letters of a site that was gone since weeks;
-- only an ending by hand cancelled them. Once a day the daemon looks which endings
-- have come, and does for each case what the ending by hand does, as the person
-- who set the day. How far it has come is kept here, so a daemon that was off for a
-- week makes up for it, and one that dies in the middle goes on.
-- What ended stands among the decisions, too (0014), so a restore knows of it.
-- Endings of before this migration are left as they are.
-- While the previous release runs: it does not look; the new one makes up for it.
-- Locks: none worth naming. Undo: none; migrations only go forward.

CREATE TABLE log.ran_out (
  one   boolean PRIMARY KEY DEFAULT true CHECK (one),
  upto  date NOT NULL,
  going date,
  after uuid,
  CHECK ((going IS NULL) = (after IS NULL))
);
INSERT INTO log.ran_out (upto) VALUES ((now() AT TIME ZONE 'Asia/Shanghai')::date);
COMMENT ON TABLE log.ran_out IS
  'Endings up to the day upto are done; of those up to going the cases up to after.';
ALTER TABLE log.ran_out ENABLE ROW LEVEL SECURITY;
ALTER TABLE log.ran_out FORCE ROW LEVEL SECURITY;
CREATE POLICY maint ON log.ran_out TO casebridge_maint USING (true) WITH CHECK (true);
GRANT SELECT, UPDATE ON log.ran_out TO casebridge_maint;

-- The next cases in which something ends up to the day that is being worked up
-- to (day): since which day one has to look back, and who set the first of the
-- days. No row: nothing has ended, or all is done.
CREATE FUNCTION log.ran_out_next(p_limit bigint)
RETURNS TABLE (case_id uuid, home_site uuid, by uuid, before_day text, day text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  r log.ran_out;
  today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
  SELECT * INTO r FROM log.ran_out;
  IF r.going IS NULL AND r.upto >= today THEN
    RETURN;
  END IF;
  IF r.going IS NULL THEN
    UPDATE log.ran_out SET going = today, after = '00000000-0000-0000-0000-000000000000' RETURNING * INTO r;
  END IF;
  RETURN QUERY
  WITH ended AS (
    SELECT m.case_id, m.id, m."to" AS day FROM rec.member m
     WHERE m."to" > r.upto AND m."to" <= r.going AND m.rec_state <> 'retracted' AND m.case_id > r.after
    UNION ALL
    SELECT s.case_id, s.id, least(s."to", s.withdrawn) FROM rec.consent s
     WHERE least(s."to", s.withdrawn) > r.upto AND least(s."to", s.withdrawn) <= r.going
       AND s.rec_state <> 'retracted' AND s.case_id > r.after)
  SELECT DISTINCT ON (e.case_id) e.case_id, c.home_site, v.by, to_char(e.day - 1, 'YYYY-MM-DD'), to_char(r.going, 'YYYY-MM-DD')
    FROM ended e
    JOIN rec."case" c ON c.id = e.case_id
    JOIN log.version v ON v.record_id = e.id AND v.next_csn IS NULL
   ORDER BY e.case_id, e.day LIMIT p_limit;
  IF NOT FOUND THEN
    UPDATE log.ran_out SET upto = r.going, going = NULL, after = NULL;
  END IF;
END $$;

-- One case is done, in the transaction that did it.
CREATE FUNCTION log.ran_out_done(p_case uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  r log.ran_out;
BEGIN
  SELECT * INTO r FROM log.ran_out FOR UPDATE;
  PERFORM log.decide('member', m.id, jsonb_build_object('case', m.case_id, 'to', m."to"), true)
     FROM rec.member m WHERE m.case_id = p_case AND m."to" > r.upto AND m."to" <= r.going AND m.rec_state <> 'retracted';
  PERFORM log.decide('consent', s.id, log.consent_doc(s, true), true)
     FROM rec.consent s WHERE s.case_id = p_case AND least(s."to", s.withdrawn) > r.upto AND least(s."to", s.withdrawn) <= r.going
      AND s.rec_state <> 'retracted';
  UPDATE log.ran_out SET after = p_case WHERE going IS NOT NULL;
END $$;

DO $$
DECLARE
  f text;
BEGIN
  GRANT CREATE ON SCHEMA log TO casebridge_maint;
  FOREACH f IN ARRAY ARRAY['ran_out_next', 'ran_out_done'] LOOP
    EXECUTE format('ALTER FUNCTION log.%s OWNER TO casebridge_maint', f);
    EXECUTE format('REVOKE ALL ON FUNCTION log.%s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION log.%s TO casebridge_app, casebridge_maint', f);
  END LOOP;
  REVOKE CREATE ON SCHEMA log FROM casebridge_maint;
END $$;
