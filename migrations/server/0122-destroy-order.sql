-- 0122-destroy-order.sql - a case is judged behind its lock, and takes no people along
-- whom something else still names.
--
-- Why: whether a case may go was asked before its unit was locked, so a push that opened
-- it again, or a hold, acknowledged in between, was destroyed with it. The certificate's
-- commit was reckoned before the commit had its number. A case that had not ended could be
-- proposed when deletion was granted, and was then refused by a constraint. And a person
-- named by a letter, an assessment, a form or a document of another case went, too.
-- While the previous release runs: the same answers; a hold that comes too late is none.
-- Locks: none worth naming. Undo: none; migrations only go forward.

-- On what ground a case may go today: span, request, or null: it is kept. One that has
-- not ended is kept whatever was asked.
CREATE OR REPLACE FUNCTION duty.ground(p_until date, p_law_until date, p_request uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN p_until IS NULL THEN NULL
              WHEN p_until < (now() AT TIME ZONE 'Asia/Shanghai')::date THEN 'span'
              WHEN p_request IS NOT NULL AND (p_law_until IS NULL OR p_law_until < (now() AT TIME ZONE 'Asia/Shanghai')::date) THEN 'request' END
$$;

-- The units that go with a case: itself, the letters about it, and of its people those
-- nothing else names - no other case, nothing of one, no letter, no group -, with the
-- records they were found to be.
CREATE OR REPLACE FUNCTION duty.units_of(p_case uuid) RETURNS TABLE (unit uuid, kind text, goes boolean)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  people uuid[];
  tied uuid[];
BEGIN
  people := ARRAY(SELECT access.same_person(ARRAY(
    SELECT c.person FROM rec."case" c WHERE c.id = p_case AND c.person IS NOT NULL
    UNION SELECT r.person FROM rec.relation r WHERE r.case_id = p_case AND r.person IS NOT NULL
    UNION SELECT r.subject FROM rec.relation r WHERE r.case_id = p_case AND r.subject IS NOT NULL)));
  tied := ARRAY(SELECT access.same_person(ARRAY(
    SELECT c.person FROM rec."case" c WHERE c.id <> p_case AND c.person = ANY (people)
    UNION SELECT r.person FROM rec.relation r WHERE r.case_id <> p_case AND r.person = ANY (people)
    UNION SELECT r.subject FROM rec.relation r WHERE r.case_id <> p_case AND r.subject = ANY (people)
    UNION SELECT w.person FROM rec.contact w WHERE w.case_id IS DISTINCT FROM p_case AND w.person = ANY (people)
    UNION SELECT w.person FROM rec.request w WHERE w.case_id IS DISTINCT FROM p_case AND w.person = ANY (people)
    UNION SELECT a.subject FROM rec.assessment a WHERE a.case_id <> p_case AND a.subject = ANY (people)
    UNION SELECT a.subject FROM rec.response a WHERE a.case_id <> p_case AND a.subject = ANY (people)
    UNION SELECT o.about FROM rec.document o WHERE o.case_id <> p_case AND o.about = ANY (people)
    UNION SELECT m.person FROM rec.participant m WHERE m.person = ANY (people))));
  RETURN QUERY
  SELECT u.unit_id, 'case', true FROM log.unit u WHERE u.unit_id = p_case
  UNION ALL SELECT l.id, 'letter', true FROM rec.letter l WHERE l.case_id = p_case
  UNION ALL SELECT p, 'person', p <> ALL (tied) FROM unnest(people) p;
END $$;

-- The grant of a proposal by p_by. outcome: done, or why nothing was: not_found, decided,
-- not_second, early, held, kept (the span is not over any more, and nothing was granted).
CREATE OR REPLACE FUNCTION duty.destroy(p_proposal uuid, p_by uuid)
RETURNS TABLE (outcome text, csn bigint, chain bytea, epoch bigint, case_id uuid, due timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
  q duty.proposal;
  l record;
  w record;
  who text;
  ground text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('casebridge destroy', 0));
  SELECT * INTO q FROM duty.proposal p WHERE p.id = p_proposal AND p.kind = 'destroy';
  case_id := q.case_id;
  -- Units first, like every writer: what is judged is what stands until it goes.
  PERFORM 1 FROM log.unit u WHERE u.unit_id IN (SELECT x.unit FROM duty.units_of(q.case_id) x) ORDER BY u.unit_id FOR UPDATE;
  SELECT * INTO q FROM duty.proposal p WHERE p.id = p_proposal AND p.kind = 'destroy' FOR UPDATE;
  due := q.due;
  SELECT * INTO l FROM duty.lapse(q.case_id);
  ground := duty.ground(l.until, l.law_until, l.request);
  outcome := CASE WHEN q.id IS NULL THEN 'not_found'
                  WHEN q.decided_at IS NOT NULL OR q.due < now() - interval '7 days' THEN 'decided'
                  WHEN NOT auth.is_second(q.made_by, p_by) THEN 'not_second'
                  WHEN q.due > now() THEN 'early'
                  WHEN duty.is_held(q.case_id) THEN 'held'
                  WHEN ground IS NULL THEN 'kept' ELSE 'done' END;
  IF outcome <> 'done' THEN
    RETURN NEXT;
    RETURN;
  END IF;
  SELECT a.name INTO who FROM auth.account a WHERE a.staff = p_by;
  SELECT * INTO w FROM duty.wipe(q.case_id);
  UPDATE duty.proposal p SET decided_at = now(), decided_by = p_by, outcome = 'granted' WHERE p.id = q.id;
  SELECT s.csn, s.chain, s.epoch::bigint INTO csn, chain, epoch FROM log.seal(p_by, NULL, NULL, 'd', w.versions, w.digest) s;
  -- Behind the seal: its number is known, and nobody else's.
  PERFORM log.decide('destroyed', q.case_id, jsonb_build_object('certificate', q.id, 'site', l.site,
    'ground', ground, 'span', l.span, 'until', l.until, 'made_by', q.made_by, 'made_at', q.at,
    'by', p_by, 'at', now(), 'csn', csn, 'records', w.records, 'versions', w.versions, 'files', w.files,
    'people', w.people, 'digest', encode(w.digest, 'hex'), 'units', w.units), true);
  INSERT INTO duty.certificate (id, case_id, site, site_name, ground, span, until, made_by, made_name, made_at, by, by_name, at, csn,
                                records, versions, files, people, digest)
  VALUES (q.id, q.case_id, l.site, coalesce(l.site_name, '-'),
          ground, l.span, l.until, q.made_by, q.made_name, q.at, p_by, coalesce(who, '-'), now(), csn,
          w.records, w.versions, w.files, w.people, w.digest);
  INSERT INTO duty.gone (unit, certificate) SELECT u, q.id FROM unnest(w.units) u;
  -- What is counted follows what moved (figures.catch_up).
  UPDATE log.unit u SET last_csn = csn WHERE u.unit_id = ANY (w.units);
  RETURN NEXT;
END $$;

-- A hold waits for what is going on with its case, and there is none on one that is gone.
CREATE FUNCTION duty.hold_gone() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM 1 FROM log.unit u WHERE u.unit_id = NEW.case_id FOR UPDATE;
  IF EXISTS (SELECT 1 FROM duty.gone g WHERE g.unit = NEW.case_id) THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER gone BEFORE INSERT ON duty.hold FOR EACH ROW EXECUTE FUNCTION duty.hold_gone();

DO $$
BEGIN
  GRANT CREATE ON SCHEMA duty TO casebridge_maint;
  ALTER FUNCTION duty.hold_gone OWNER TO casebridge_maint;
  REVOKE CREATE ON SCHEMA duty FROM casebridge_maint;
  REVOKE ALL ON FUNCTION duty.hold_gone FROM PUBLIC;
END $$;
