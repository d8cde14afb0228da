-- 0107-retention.sql - how long a case is kept, and what keeps it longer.
--
-- Why this shape: whether a span is over is reckoned where the records are, so that
-- whoever must not read cases (administrators) can still be told which are due, by id
-- and day alone. Spans are rows: they may be made longer, never shorter than the law or
-- the house rule they began with, and never shorter than they once were. A hold says
-- who, why and by which reference; it and its end are only ever added, and both stand
-- among the decisions that outlive a restore (0014), so that no older backup lets go of
-- a case somebody asked to keep.
-- While the previous release runs: it knows nothing of it.
-- Locks: log.decision for its check, for a moment. Undo: none; migrations only go forward.

CREATE TABLE duty.span (
  code      text PRIMARY KEY,
  no        integer NOT NULL UNIQUE,
  least     integer NOT NULL CHECK (least > 0),
  years     integer NOT NULL CHECK (years BETWEEN 1 AND 100),
  law       boolean NOT NULL,
  zh        text NOT NULL,
  en        text NOT NULL,
  source_zh text NOT NULL,
  source_en text NOT NULL,
  CHECK (years >= least)
);
COMMENT ON TABLE duty.span IS
  'How many years a case is kept: from its end, a minor''s from the 18th birthday. Of those that apply (duty.lapse) the longest holds.';
COMMENT ON COLUMN duty.span.law IS 'No request of the person shortens it (PIPL 47).';
INSERT INTO duty.span (no, code, least, years, law, zh, en, source_zh, source_en) VALUES
  (1, 'casework', 15, 15, false, '社会工作个案', 'Social casework',
   '没有全国性规定；本系统默认自结案起十五年', 'No national rule; by default 15 years from the closing'),
  (2, 'outpatient', 15, 15, true, '门（急）诊病历', 'Outpatient record',
   '《医疗机构病历管理规定（2013年版）》第二十九条：自最后一次就诊之日起不少于十五年', 'Rules on medical records of institutions (2013), article 29: at least 15 years from the last visit'),
  (3, 'inpatient', 30, 30, true, '住院病历', 'Inpatient record',
   '《医疗机构病历管理规定（2013年版）》第二十九条：自最后一次出院之日起不少于三十年', 'Rules on medical records of institutions (2013), article 29: at least 30 years from the last discharge'),
  (4, 'mental', 30, 30, true, '精神障碍病历', 'Record of a mental disorder',
   '《精神卫生法》第四十七条：不少于三十年', 'Mental Health Law, article 47: at least 30 years'),
  (5, 'minor', 15, 15, false, '未成年人', 'Minor',
   '没有全国性规定；本系统默认自满十八周岁起十五年', 'No national rule; by default 15 years from the 18th birthday');

CREATE FUNCTION duty.span_grows() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.years <= OLD.years OR NEW.least <> OLD.least OR NEW.law <> OLD.law OR NEW.code <> OLD.code THEN
    RAISE EXCEPTION 'a span only grows';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grows BEFORE UPDATE ON duty.span FOR EACH ROW EXECUTE FUNCTION duty.span_grows();

CREATE TABLE duty.hold (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  case_id   uuid NOT NULL,
  site      uuid NOT NULL,
  site_name text NOT NULL,
  reason    text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
  reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 200),
  by        uuid NOT NULL,
  by_name   text NOT NULL,
  at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX hold_case ON duty.hold (case_id);
CREATE TABLE duty.release (
  hold    uuid PRIMARY KEY REFERENCES duty.hold,
  reason  text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
  by      uuid NOT NULL,
  by_name text NOT NULL,
  at      timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE duty.hold IS 'A case that is kept whatever its span says, until each hold on it has its release.';

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['span', 'hold', 'release'] LOOP
    EXECUTE format('ALTER TABLE duty.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE duty.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY room ON duty.%I TO casebridge_app USING (app.room() = ''auth'') WITH CHECK (app.room() = ''auth'')', t);
    EXECUTE format('CREATE POLICY maint ON duty.%I TO casebridge_maint USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT ON duty.%I TO casebridge_maint', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['entry', 'step'] LOOP
    EXECUTE format('CREATE POLICY maint ON duty.%I TO casebridge_maint USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT ON duty.%I TO casebridge_maint', t);
  END LOOP;
  GRANT USAGE ON SCHEMA duty TO casebridge_maint;
  GRANT SELECT ON duty.span TO casebridge_app;
  GRANT SELECT, INSERT ON duty.hold, duty.release TO casebridge_app;
END $$;

-- ---- when a case may go ------------------------------------------------------------

-- The last day on which somebody may have been born, of what is written of it.
CREATE FUNCTION duty.born_by(p_birth text) RETURNS date LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT CASE length(p_birth) WHEN 4 THEN (p_birth || '-12-31')::date
              WHEN 7 THEN ((p_birth || '-01')::date + interval '1 month' - interval '1 day')::date
              WHEN 10 THEN p_birth::date END
$$;

-- All cases that have ended, or one, ended or not (then without days): when, until when it is
-- kept and by which span; law_until: before that day no request lets it go; request: the
-- entry of the register by which deletion was granted. Whose birth is not known counts as
-- born on the day the case was opened. Days are those of China.
CREATE FUNCTION duty.lapse(p_case uuid)
RETURNS TABLE (case_id uuid, site uuid, site_name text, number text, ended date, span text, until date, law_until date, request uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH k AS (
    SELECT c.id, c.home_site, c.number, c.opened, c.care_setting, c.admitted, c.programme, h.kind AS site_kind, h.name AS site_name,
           who.birth, who.diagnosed,
           CASE WHEN c.closed IS NOT NULL AND c.phase = 'ended' THEN greatest(c.closed, (
             SELECT max((s.started_at AT TIME ZONE 'Asia/Shanghai')::date) FROM rec.service s
              WHERE s.case_id = c.id AND s.rec_state <> 'retracted' AND coalesce(s.status, 'completed') = 'completed')) END AS ended
      FROM rec."case" c
      LEFT JOIN rec.site h ON h.id = c.home_site
     CROSS JOIN LATERAL (
       SELECT max(duty.born_by(p.birth)) AS birth, coalesce(bool_or(p.diagnosis IS NOT NULL), false) AS diagnosed
         FROM rec.person p WHERE p.id IN (SELECT access.same_person(ARRAY[c.person]))) who
     WHERE p_case IS NULL AND c.closed IS NOT NULL AND c.phase = 'ended' OR c.id = p_case),
  kept AS (
    SELECT k.id, s.code, s.no, s.law,
           (CASE s.code WHEN 'minor' THEN coalesce(k.birth, k.opened, k.ended) + interval '18 years' ELSE k.ended END
            + make_interval(years => s.years))::date AS until
      FROM k JOIN duty.span s ON k.ended IS NOT NULL AND CASE s.code
             WHEN 'casework' THEN true
             WHEN 'outpatient' THEN k.care_setting = 'outpatient' OR k.site_kind IN
               ('psychiatric_hospital', 'childrens_hospital', 'general_hospital', 'rehab_hospital', 'community_health_center')
             WHEN 'inpatient' THEN k.care_setting = 'inpatient' OR k.admitted IS NOT NULL
               OR EXISTS (SELECT 1 FROM rec.contact w WHERE w.case_id = k.id AND w.rec_state <> 'retracted')
             WHEN 'mental' THEN k.diagnosed OR k.site_kind = 'psychiatric_hospital' OR k.programme LIKE 'smd%'
               OR EXISTS (SELECT 1 FROM rec.response r WHERE r.case_id = k.id AND r.form LIKE 'smd%' AND r.rec_state <> 'retracted')
             WHEN 'minor' THEN coalesce(k.birth, k.opened, k.ended) + interval '18 years' > coalesce(k.opened, k.ended) END),
  longest AS (SELECT DISTINCT ON (x.id) x.id, x.code, x.until FROM kept x ORDER BY x.id, x.until DESC, x.no)
  SELECT k.id, k.home_site, k.site_name, k.number, k.ended, l.code, l.until,
         (SELECT max(x.until) FROM kept x WHERE x.id = k.id AND x.law),
         (SELECT n.id FROM duty.entry n JOIN duty.step g ON g.entry = n.id AND g.step = 'granted'
           WHERE n.kind = 'request' AND n.matter = 'delete' AND n.site = k.home_site AND n.number = k.number
             AND NOT EXISTS (SELECT 1 FROM duty.step f WHERE f.entry = n.id AND f.step = 'refused' AND f.no > g.no)
           ORDER BY n.at DESC LIMIT 1)
    FROM k LEFT JOIN longest l ON l.id = k.id;
END $$;

CREATE FUNCTION duty.is_held(p_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT EXISTS (SELECT 1 FROM duty.hold h WHERE h.case_id = p_case
                    AND NOT EXISTS (SELECT 1 FROM duty.release r WHERE r.hold = h.id))
$$;

-- On what ground a case may go today: span, request, or null: it is kept.
CREATE FUNCTION duty.ground(p_until date, p_law_until date, p_request uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN p_until < (now() AT TIME ZONE 'Asia/Shanghai')::date THEN 'span'
              WHEN p_request IS NOT NULL AND (p_law_until IS NULL OR p_law_until < (now() AT TIME ZONE 'Asia/Shanghai')::date) THEN 'request' END
$$;

-- A case by its id, or by its number at a site, for those who keep the register.
CREATE FUNCTION duty.find_case(p_name text, p_site uuid)
RETURNS TABLE (case_id uuid, site uuid, site_name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT c.id, s.id, s.name FROM rec."case" c JOIN rec.site s ON s.id = c.home_site
   WHERE (p_site IS NULL OR c.home_site = p_site) AND (c.id::text = p_name OR (p_site IS NOT NULL AND c.number = p_name))
   LIMIT 2;
END $$;

-- ---- holds outlive a restore -------------------------------------------------------

ALTER TABLE log.decision DROP CONSTRAINT decision_kind_check;
ALTER TABLE log.decision ADD CONSTRAINT decision_kind_check
  CHECK (kind IN ('member', 'consent', 'account', 'device', 'enrolled', 'replica', 'hold', 'destroyed'));

CREATE FUNCTION duty.hold_decided() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF TG_TABLE_NAME = 'hold' THEN
    PERFORM log.decide('hold', NEW.id, jsonb_build_object('of', NEW.case_id, 'site', NEW.site, 'by', NEW."by", 'at', NEW.at), true);
  ELSE
    PERFORM log.decide('hold', NEW.hold, jsonb_build_object('released', true, 'by', NEW."by", 'at', NEW.at), true);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER decided AFTER INSERT ON duty.hold FOR EACH ROW EXECUTE FUNCTION duty.hold_decided();
CREATE TRIGGER decided AFTER INSERT ON duty.release FOR EACH ROW EXECUTE FUNCTION duty.hold_decided();

-- A line of the file that a restored log did not have any more (only those are filed
-- when they come). Words are in no such line.
CREATE FUNCTION duty.hold_again() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  room text := current_setting('app.room', true);
  lost CONSTANT text := '（说明在恢复备份时丢失） (the words were lost by a restore)';
  who text;
BEGIN
  PERFORM set_config('app.room', 'auth', true);
  SELECT a.name INTO who FROM auth.account a WHERE a.staff = (NEW.doc ->> 'by')::uuid;
  IF NEW.doc ? 'released' THEN
    INSERT INTO duty.release (hold, reason, by, by_name, at)
    SELECT NEW.about, lost, (NEW.doc ->> 'by')::uuid, coalesce(who, '-'), (NEW.doc ->> 'at')::timestamptz
     WHERE EXISTS (SELECT 1 FROM duty.hold h WHERE h.id = NEW.about) ON CONFLICT DO NOTHING;
  ELSE
    INSERT INTO duty.hold (id, case_id, site, site_name, reason, reference, by, by_name, at)
    SELECT NEW.about, (NEW.doc ->> 'of')::uuid, (NEW.doc ->> 'site')::uuid,
           coalesce((SELECT s.name FROM rec.site s WHERE s.id = (NEW.doc ->> 'site')::uuid), '-'), lost, '-',
           (NEW.doc ->> 'by')::uuid, coalesce(who, '-'), (NEW.doc ->> 'at')::timestamptz
    ON CONFLICT DO NOTHING;
  END IF;
  PERFORM set_config('app.room', coalesce(room, ''), true);
  RETURN NULL;
END $$;
CREATE TRIGGER hold_again AFTER INSERT ON log.decision FOR EACH ROW
  WHEN (NEW.filed AND NEW.kind = 'hold') EXECUTE FUNCTION duty.hold_again();

DO $$
DECLARE
  f text;
BEGIN
  GRANT CREATE ON SCHEMA duty TO casebridge_maint;
  FOREACH f IN ARRAY ARRAY['lapse', 'is_held', 'find_case', 'hold_decided', 'hold_again'] LOOP
    EXECUTE format('ALTER FUNCTION duty.%I OWNER TO casebridge_maint', f);
    EXECUTE format('REVOKE ALL ON FUNCTION duty.%I FROM PUBLIC', f);
  END LOOP;
  REVOKE CREATE ON SCHEMA duty FROM casebridge_maint;
  REVOKE ALL ON FUNCTION duty.born_by, duty.ground, duty.span_grows FROM PUBLIC;
END $$;
GRANT EXECUTE ON FUNCTION duty.lapse, duty.is_held, duty.find_case, duty.ground TO casebridge_app;
GRANT EXECUTE ON FUNCTION duty.born_by, duty.is_held, duty.ground, duty.lapse TO casebridge_maint;
