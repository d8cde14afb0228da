-- The digest of all that a reader (:'login') may hold, from the versions and
-- who reaches what; docs/wire.md says how it is made.
WITH who AS (
  SELECT a.staff, CASE WHEN r.reach = 'member' THEN a.staff ELSE a.site END AS key
    FROM auth.account a JOIN access.role r ON r.role = a.role WHERE a.login = :'login'),
mine AS (
  SELECT r.unit_id, bit_or(r.classes) AS classes FROM access.reach r, who
   WHERE r.key = who.key AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now()) GROUP BY 1
  UNION ALL SELECT '00000000-0000-0000-0000-000000000000', 1),
class AS (
  SELECT v.unit_id, v.class,
         sha256(string_agg(uuid_send(v.record_id) || int4send(v.version) || v.sha, ''::bytea ORDER BY v.record_id)) AS digest
    FROM log.version v JOIN mine m USING (unit_id) CROSS JOIN who
   WHERE v.next_csn IS NULL AND v.class & m.classes <> 0
     AND (v.class <> 32 OR v.author = who.staff OR who.staff = ANY (v.readers))
   GROUP BY 1, 2),
unit AS (
  SELECT unit_id, sha256(string_agg(set_byte('\x00'::bytea, 0, class) || digest, ''::bytea ORDER BY class)) AS digest
    FROM class GROUP BY 1)
SELECT encode(sha256(string_agg(uuid_send(unit_id) || digest, ''::bytea ORDER BY unit_id)), 'hex') FROM unit;
