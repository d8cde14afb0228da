-- 0140-marked-acts.sql - a new epoch, its confirmation and a verified backup leave
-- events that carry a mark, like all others.
--
-- Why: these three functions wrote their event themselves, without a mark, so that the
-- sealer had to let every unmarked event of those names pass: whoever may write into the
-- database could put in as many as they liked. Now whoever calls them writes the
-- event, marked and in the same transaction, and says so (app.noted); an unmarked event
-- is always a finding.
-- While the previous release runs: it says nothing, the functions write the event as
-- before, and the sealer reports it. What was written so far and never sealed counts as of
-- before there were marks; where a sealer is at work, an act of the second before is told.
-- Locks: audit.event, a few rows. Undo: none; migrations only go forward.

UPDATE audit.event SET xid = '0'
 WHERE mac IS NULL AND worker IS NULL AND action IN ('epoch', 'epoch_confirm', 'backup') AND NOT EXISTS (SELECT FROM trail.head);

CREATE OR REPLACE FUNCTION log.epoch_bump(p_seen bigint, p_why text, p_known bigint, p_csn bigint, p_lines text[])
RETURNS TABLE (bumped boolean, epoch integer, csn bigint, chain bytea, entered bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  e log.epoch;
  n bigint := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(7001);
  SELECT * INTO e FROM log.epoch FOR UPDATE;
  IF e.epoch <> p_seen THEN
    RETURN QUERY SELECT false, h.epoch, h.csn, h.chain, 0::bigint FROM log.head h;
    RETURN;
  END IF;
  n := log.decisions_again(p_lines);
  INSERT INTO log.epoch_before (epoch, at, why, base_csn, was_csn, confirmed_at, reason)
  VALUES (e.epoch, e.at, e.why, e.base_csn, e.was_csn, e.confirmed_at, e.reason);
  UPDATE log.epoch x
     SET epoch = greatest(e.epoch, p_known)::integer + 1, sysid = s.system_identifier, timeline = log.timeline(),
         base_csn = h.csn, was_csn = greatest(p_csn, h.csn), at = clock_timestamp(), why = p_why,
         confirmed_at = NULL, reason = NULL, durable = 0
    FROM pg_control_system() s, log.head h;
  -- Rows written after the backup are gone, and no chain covers them.
  UPDATE log.manifest SET state = 'u', purge_id = NULL WHERE state IN ('q', 'o', 'h', 'p');
  IF current_setting('app.noted', true) IS DISTINCT FROM 'yes' THEN
    INSERT INTO audit.event (action, outcome) VALUES ('epoch', p_why);
  END IF;
  PERFORM log.seal(NULL, NULL, NULL, 'e', n, sha256(convert_to(format('epoch %s %s %s %s', x.epoch, x.why, x.base_csn,
                                                                      x.was_csn), 'UTF8')))
     FROM log.epoch x;
  RETURN QUERY SELECT true, h.epoch, h.csn, h.chain, n FROM log.head h;
END $$;

CREATE OR REPLACE FUNCTION log.epoch_confirm(p_epoch bigint, p_reason text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7001);
  UPDATE log.epoch SET confirmed_at = clock_timestamp(), reason = p_reason
   WHERE epoch = p_epoch AND confirmed_at IS NULL;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  IF current_setting('app.noted', true) IS DISTINCT FROM 'yes' THEN
    INSERT INTO audit.event (action, outcome) VALUES ('epoch_confirm', 'ok');
  END IF;
  PERFORM log.seal(NULL, NULL, NULL, 'e', 1, sha256(convert_to('confirmed ' || p_epoch || ' ' || p_reason, 'UTF8')));
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION log.backup_put(p_csn bigint, p_chain bytea, p_made timestamptz, p_sha bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM log.commit c WHERE c.csn = p_csn AND c.chain = p_chain) THEN
    RETURN false;
  END IF;
  INSERT INTO log.backup (csn, epoch, made, sha256) SELECT p_csn, e.epoch, p_made, p_sha FROM log.epoch e
  ON CONFLICT (csn) DO UPDATE SET epoch = EXCLUDED.epoch, made = EXCLUDED.made, verified = clock_timestamp(),
                                  sha256 = EXCLUDED.sha256;
  UPDATE log.epoch SET durable = greatest(durable, p_csn);
  IF current_setting('app.noted', true) IS DISTINCT FROM 'yes' THEN
    INSERT INTO audit.event (action, outcome) VALUES ('backup', 'ok');
  END IF;
  RETURN true;
END $$;
