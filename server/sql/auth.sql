-- Statements of server/auth. All but auth_session_find run inside a
-- transaction of the auth room (db_begin_system).

-- query: auth_session_find
-- Who is asking, what is still between them and the records, and whether a pack
-- was added. Always one row; verdict is ok, signed_out or device_unknown.
SELECT verdict, session, account, staff, site, district, role, device, must_change, must_enrol, has_factor, factored, locked,
       age, proof_age, app.pack_stamp() AS packs
  FROM auth.look_up_session($1::bytea, $2::bytea, make_interval(mins => $3::bigint::integer));

-- query: auth_session_show
SELECT s.expires_at, s.factor_at IS NOT NULL AS factored, s.whole_at IS NOT NULL AS whole,
       s.before_at, s.before_place, s.before_missed, a.id, a.login, a.staff, a.name, a.site, a.site_name, a.district, a.role, a.hash,
       a.must_change, a.must_enrol, EXISTS (SELECT 1 FROM auth.factor f WHERE f.account = a.id) AS has_factor
  FROM auth.session s JOIN auth.account a ON a.id = s.account WHERE s.id = $1::uuid;

-- query: auth_session_add
-- `known` and `idle_most`: see 0078-door.sql.
INSERT INTO auth.session (id, token, account, device, expires_at, browser, idle_most, known)
VALUES ($1::uuid, $2::bytea, $3::uuid, $4::uuid, now() + make_interval(hours => $5::bigint::integer), $6::text, $7::bigint::smallint,
        (SELECT b.id FROM auth.known_browser b WHERE b.account = $3::uuid AND b.browser = $8::bytea))
RETURNING expires_at;

-- query: auth_session_whole
-- The last step was taken. What was there before goes with the session; no row: it was whole already.
WITH mine AS (
       SELECT s.id, s.account, coalesce(s.browser, d.site_name) AS place, a.last_at, a.last_place, a.missed
         FROM auth.session s JOIN auth.account a ON a.id = s.account LEFT JOIN auth.device d ON d.id = s.device
        WHERE s.id = $1::uuid AND s.whole_at IS NULL FOR UPDATE OF s, a),
     told AS (UPDATE auth.account a SET last_at = now(), last_place = m.place, missed = 0 FROM mine m WHERE a.id = m.account)
UPDATE auth.session s SET whole_at = now(), before_at = m.last_at, before_place = m.last_place, before_missed = m.missed
  FROM mine m WHERE s.id = m.id RETURNING s.id;

-- query: auth_session_renew
-- The person proved once more who they are: an open screen, and a new token when
-- there is one. The second factor, when $3 says that it was given.
UPDATE auth.session SET token = coalesce($2::bytea, token), proved_at = now(), last_seen = now(), locked_at = NULL,
       factor_at = CASE WHEN $3::boolean THEN now() ELSE factor_at END
 WHERE id = $1::uuid;

-- query: auth_session_lock
UPDATE auth.session SET locked_at = coalesce(locked_at, now()) WHERE id = $1::uuid AND device IS NULL;

-- query: auth_sessions_of
-- Where an account is signed in, the newest use first.
SELECT s.id, s.created_at, s.last_seen, s.expires_at, s.browser, d.site_name AS station
  FROM auth.session s LEFT JOIN auth.device d ON d.id = s.device
 WHERE s.account = $1::uuid AND s.expires_at > now() ORDER BY s.last_seen DESC, s.id;

-- query: auth_session_kill
-- No row: not one of this account.
DELETE FROM auth.session WHERE id = $2::uuid AND account = $1::uuid RETURNING id;

-- query: auth_sessions_kill_others
DELETE FROM auth.session WHERE account = $1::uuid AND id <> $2::uuid RETURNING id;

-- query: auth_account_still
-- Whether the account is as it was when its password was looked at, and holds it so.
SELECT 1 AS still FROM auth.account a
 WHERE a.id = $1::uuid AND a.hash = $2::text AND a.disabled_at IS NULL FOR UPDATE;

-- query: auth_session_prune
-- Ended sessions; and beyond the newest $3 the sign-ins of this account nobody finished, each browser it is known at
-- for itself and all others together, so that who has no more than the password pushes nobody out.
DELETE FROM auth.session
 WHERE expires_at < now() - interval '1 day'
    OR id IN (SELECT s.id FROM auth.session s
               WHERE s.account = $1::uuid AND s.device IS NULL AND s.whole_at IS NULL
                 AND s.known IS NOT DISTINCT FROM (SELECT x.known FROM auth.session x WHERE x.id = $2::uuid)
               ORDER BY s.created_at DESC, s.id DESC OFFSET $3::bigint);

-- query: auth_session_prune_whole
-- Beyond this one and those used last, $2 together, whole sessions of its account in browsers.
DELETE FROM auth.session
 WHERE id IN (SELECT s.id FROM auth.session s
               WHERE s.account = (SELECT x.account FROM auth.session x WHERE x.id = $1::uuid)
                 AND s.device IS NULL AND s.whole_at IS NOT NULL
               ORDER BY s.id = $1::uuid DESC, s.last_seen DESC, s.id OFFSET $2::bigint);

-- query: auth_session_refused
-- Once a minute. No row: it was noted already.
UPDATE auth.session SET refused_at = now()
 WHERE id = $1::uuid AND (refused_at IS NULL OR refused_at < now() - interval '1 minute') RETURNING id;

-- query: auth_session_end
DELETE FROM auth.session WHERE id = $1::uuid;

-- query: auth_sessions_end
-- All sessions of an account.
DELETE FROM auth.session WHERE account = $1::uuid;

-- query: auth_account_taken
SELECT 1 AS one FROM auth.account a WHERE a.login = $1::text OR a.staff = $2::uuid LIMIT 1;

-- query: auth_request_late
-- What is too old to be granted makes room.
UPDATE auth.request SET decided_at = now(), outcome = 'late'
 WHERE staff = $1::uuid AND kind = $2::text AND decided_at IS NULL AND at < now() - make_interval(days => $3::bigint::integer);

-- query: auth_request_add
-- No row: the same stands already.
INSERT INTO auth.request (id, kind, staff, login, made_by, due)
VALUES ($1::uuid, $2::text, $3::uuid, $4::text, $5::uuid, now() + CASE WHEN $6::boolean THEN interval '24 hours' ELSE interval '0' END)
ON CONFLICT DO NOTHING RETURNING due;

-- query: auth_request_list
-- Those that stand and can be granted, of a site or of all. `second`: by $2.
SELECT q.id, q.kind, q.staff, t.name, t.role, q.login, t.site, t.site_name, q.made_by, q.at, q.due,
       auth.is_second(q.made_by, $2::uuid) AND q.staff <> $2::uuid AS second
  FROM auth.request q CROSS JOIN LATERAL auth.staff_shown(q.staff) t
 WHERE q.decided_at IS NULL AND q.at >= now() - make_interval(days => $3::bigint::integer)
   AND ($1::uuid IS NULL OR t.site = $1::uuid)
 ORDER BY q.at;

-- query: auth_request_get
SELECT q.kind, q.staff, q.login, q.made_by, q.due, q.due > now() AS early, q.decided_at IS NOT NULL AS decided,
       auth.is_second(q.made_by, $2::uuid) AS second
  FROM auth.request q
 WHERE q.id = $1::uuid AND q.at >= now() - make_interval(days => $3::bigint::integer) FOR UPDATE;

-- query: auth_request_decide
UPDATE auth.request SET decided_at = now(), decided_by = $2::uuid, outcome = $3::text
 WHERE id = $1::uuid AND decided_at IS NULL;

-- query: auth_request_object
-- By whom it is about. No row: there is none of theirs.
UPDATE auth.request q SET decided_at = now(), decided_by = a.staff, outcome = 'objected'
  FROM auth.account a
 WHERE a.id = $1::uuid AND q.id = $2::uuid AND q.staff = a.staff AND q.decided_at IS NULL RETURNING q.id;

-- query: auth_notices
-- What administrators ask to do to an account, while it can be granted.
SELECT q.id, q.kind, q.at, q.due, coalesce(b.name, '') AS by
  FROM auth.account a JOIN auth.request q ON q.staff = a.staff LEFT JOIN auth.account b ON b.staff = q.made_by
 WHERE a.id = $1::uuid AND q.decided_at IS NULL AND q.at >= now() - interval '7 days' ORDER BY q.at;

-- query: auth_account_find
-- No row: no such login.
SELECT a.id, a.staff, a.role, a.site, a.district, a.name, a.site_name, a.hash, a.must_change, a.must_enrol, a.disabled_at,
       EXISTS (SELECT 1 FROM auth.factor f WHERE f.account = a.id) AS has_factor, a.first_until <= now() AS too_late
  FROM auth.account a WHERE a.login = $1::text;

-- query: auth_account_add
-- No row: the login or the member of staff has an account already.
INSERT INTO auth.account (id, login, staff, role, site, district, name, site_name, hash, must_change, first_until)
VALUES ($1::uuid, $2::text, $3::uuid, $4::text, $5::uuid, $6::uuid, $7::text, $8::text, $9::text, $10::boolean,
        CASE WHEN $10::boolean THEN now() + interval '24 hours' END)
ON CONFLICT DO NOTHING RETURNING id;

-- query: auth_account_hash
-- One that somebody else chose is good for a day. Who chooses their first has something to be taken over from then on, so
-- that what was asked before, without a notice, gets one now.
WITH first AS (
       SELECT a.staff FROM auth.account a WHERE a.id = $1::uuid AND a.must_change AND NOT $3::boolean),
     told AS (
       UPDATE auth.request q SET due = greatest(q.due, now() + interval '24 hours') FROM first f
        WHERE q.staff = f.staff AND q.kind IN ('password', 'factor') AND q.decided_at IS NULL)
UPDATE auth.account SET hash = $2::text, must_change = $3::boolean,
       first_until = CASE WHEN $3::boolean THEN now() + interval '24 hours' END
 WHERE id = $1::uuid;

-- query: auth_account_rehash
-- The same password, hashed as it is now.
UPDATE auth.account SET hash = $2::text WHERE id = $1::uuid;

-- query: auth_account_missed
UPDATE auth.account SET missed = missed + 1 WHERE id = $1::uuid;

-- query: auth_account_disable
-- Null enables the account again.
UPDATE auth.account SET disabled_at = CASE WHEN $2::boolean THEN now() END WHERE id = $1::uuid;

-- query: auth_attempt_lock
-- The counter, made when it is missing, locked until the transaction ends.
INSERT INTO auth.attempt AS a (scope, key) VALUES ($1::text, $2::bytea)
ON CONFLICT (scope, key) DO UPDATE SET scope = a.scope
RETURNING fails, last_at, GREATEST(until_at, 'epoch'::timestamptz) AS until_at, told, now() AS at;

-- query: auth_attempt_put
UPDATE auth.attempt SET fails = $3::bigint, last_at = $4::timestamptz, until_at = $5::timestamptz, told = $6::boolean
 WHERE scope = $1::text AND key = $2::bytea;

-- query: auth_attempt_forgive
-- All an account has: their keys begin with its id.
DELETE FROM auth.attempt WHERE substring(key FROM 1 FOR 16) = $1::bytea AND scope <> 'source';

-- query: auth_attempt_prune
-- Counters nobody has touched for two days have nothing more to say. One that is just being counted by is left to whoever
-- has it: they may wait for one this transaction holds.
DELETE FROM auth.attempt a USING (
       SELECT o.scope, o.key FROM auth.attempt o
        WHERE o.last_at < now() - interval '2 days' AND o.until_at < now() FOR UPDATE SKIP LOCKED) old
 WHERE a.scope = old.scope AND a.key = old.key;

-- query: auth_device_find
-- The device with this public key. No row: none, revoked, or expired.
SELECT d.id, d.site, d.site_name FROM auth.device d
 WHERE d.spki = $1::bytea AND d.revoked_at IS NULL AND d.expires_at > now();

-- query: auth_device_knows
-- Whether this account has signed in on this device before.
SELECT 1 AS one FROM auth.known_device WHERE account = $1::uuid AND device = $2::uuid;

-- query: auth_device_learn
INSERT INTO auth.known_device (account, device) VALUES ($1::uuid, $2::uuid)
ON CONFLICT (account, device) DO UPDATE SET last_ok = now();

-- query: auth_device_add
-- No row: the key is another device's.
INSERT INTO auth.device (id, site, site_name, spki, expires_at, granted_by)
VALUES ($1::uuid, $2::uuid, $3::text, $4::bytea, $5::timestamptz, $6::uuid)
ON CONFLICT DO NOTHING RETURNING id;

-- query: auth_device_revoke
-- No row: no such device.
UPDATE auth.device SET revoked_at = COALESCE(revoked_at, now()) WHERE id = $1::uuid RETURNING id;

-- query: auth_device_site
-- Where a device is; no row: there is none, or not at that site.
SELECT d.site FROM auth.device d WHERE d.id = $1::uuid AND ($2::uuid IS NULL OR d.site = $2::uuid);

-- query: auth_device_list
-- `days`: since anybody was seen there. `kept`: parcels of it that still wait.
-- `lost`, `unread`: entries and stores that were wiped without anybody having them.
SELECT d.id AS device, d.site_name AS site, d.enrolled_at AS enrolled, d.expires_at AS expires, d.revoked_at AS revoked,
       k.last_ok AS last_sign_in, o.kind AS "order", o.done_at AS receipt, w.kept,
       coalesce(o.left_entries, 0)::bigint AS lost, coalesce(o.unread_stores, 0)::bigint AS unread,
       floor(extract(epoch FROM now() - greatest(d.last_seen, d.enrolled_at, k.last_ok)) / 86400)::bigint AS days
  FROM auth.device d LEFT JOIN auth.device_order o ON o.device = d.id AND o.ended_at IS NULL
 CROSS JOIN LATERAL (SELECT max(k.last_ok) AS last_ok FROM auth.known_device k WHERE k.device = d.id) k
 CROSS JOIN LATERAL (SELECT count(*) AS kept FROM auth.parcel p WHERE p.device = d.id AND p.taken_at IS NULL) w
 ORDER BY d.site_name, d.enrolled_at;

-- query: auth_code_add
INSERT INTO auth.enrol_code (code, site, site_name, expires_at, made_by, alone)
VALUES ($1::bytea, $2::uuid, $3::text, now() + make_interval(mins => $4::bigint::integer), $5::uuid, $6::boolean)
RETURNING id, expires_at;

-- query: auth_code_take
-- Uses a code up. No row: unknown, used or expired.
UPDATE auth.enrol_code SET used_at = now(), device = $2::uuid
 WHERE code = $1::bytea AND used_at IS NULL AND expires_at > now()
RETURNING site, site_name, made_by, alone;

-- query: auth_code_open
-- Codes nobody has used yet, at one site or everywhere.
SELECT c.id, c.site, c.site_name, c.made_by, c.made_at, c.expires_at FROM auth.enrol_code c
 WHERE c.used_at IS NULL AND c.expires_at > now() AND ($1::uuid IS NULL OR c.site = $1::uuid) ORDER BY c.made_at;

-- query: auth_code_end
-- No row: none that could still be used.
UPDATE auth.enrol_code SET expires_at = now()
 WHERE id = $1::uuid AND used_at IS NULL AND expires_at > now() AND ($2::uuid IS NULL OR site = $2::uuid) RETURNING site;

-- query: auth_enrolment_add
-- No row: the key has asked before.
INSERT INTO auth.enrolment (id, code, site, site_name, made_by, spki)
VALUES ($1::uuid, $2::bytea, $3::uuid, $4::text, $5::uuid, $6::bytea) ON CONFLICT DO NOTHING RETURNING id;

-- query: auth_enrolment_find
-- What became of the request this code and key made.
-- `out`: the station it brought was shut out or is ordered to be.
SELECT n.id, n.site, n.site_name, n.decided_by, n.granted, n.device,
       n.at < now() - make_interval(hours => $3::bigint::integer) AS late,
       d.revoked_at IS NOT NULL OR d.expires_at <= now()
         OR EXISTS (SELECT 1 FROM auth.device_order o WHERE o.device = d.id AND o.ended_at IS NULL) AS out
  FROM auth.enrolment n LEFT JOIN auth.device d ON d.id = n.device
 WHERE n.code = $1::bytea AND n.spki = $2::bytea;

-- query: auth_device_again
-- A certificate made anew since its answer was lost.
UPDATE auth.device SET expires_at = $2::timestamptz WHERE id = $1::uuid;

-- query: auth_enrolment_device
UPDATE auth.enrolment SET device = $2::uuid WHERE id = $1::uuid;

-- query: auth_enrolment_list
-- Requests that wait, at one site or everywhere.
SELECT n.id, n.site, n.site_name, n.made_by, n.at, n.spki FROM auth.enrolment n
 WHERE n.decided_at IS NULL AND n.at > now() - make_interval(hours => $2::bigint::integer)
   AND ($1::uuid IS NULL OR n.site = $1::uuid) ORDER BY n.at;

-- query: auth_enrolment_get
SELECT n.site, n.spki, n.decided_at IS NOT NULL AS decided, auth.is_second(n.made_by, $4::uuid) AS second FROM auth.enrolment n
 WHERE n.id = $1::uuid AND n.at > now() - make_interval(hours => $3::bigint::integer)
   AND ($2::uuid IS NULL OR n.site = $2::uuid) FOR UPDATE;

-- query: auth_enrolment_decide
UPDATE auth.enrolment SET decided_at = now(), decided_by = $2::uuid, granted = $3::boolean
 WHERE id = $1::uuid AND decided_at IS NULL;

-- query: auth_device_told
-- What a station says of itself. No row: it is shut out, or an order stands.
UPDATE auth.device d SET told_at = now(), last_seen = now(), program = $2::text, unsent = $3::bigint::integer,
       unsent_since = $4::timestamptz
 WHERE d.id = $1::uuid AND d.revoked_at IS NULL AND d.expires_at > now()
   AND NOT EXISTS (SELECT 1 FROM auth.device_order o WHERE o.device = d.id AND o.ended_at IS NULL)
RETURNING d.expires_at;

-- query: auth_device_renew
UPDATE auth.device SET expires_at = $2::timestamptz, renewed_at = now() WHERE id = $1::uuid;

-- query: auth_site_find
-- By id or name. Two rows: the name is not unique.
SELECT id, name, district FROM auth.find_sites($1::text);

-- query: auth_district_find
-- By id or name. Two rows: the name is not unique.
SELECT id FROM auth.find_districts($1::text);

-- query: auth_staff_find
SELECT id FROM auth.find_staff($1::uuid, $2::text, $3::text);

-- query: auth_station
-- A certificate of ours, whatever became of it since. No row: none.
SELECT d.id, d.site, d.site_name, d.revoked_at IS NULL AND d.expires_at > now() AS active,
       o.id AS order_id, o.kind, o.at, o.done_at IS NOT NULL AS done
  FROM auth.device d LEFT JOIN auth.device_order o ON o.device = d.id AND o.ended_at IS NULL
 WHERE d.spki = $1::bytea;

-- query: auth_station_seen
UPDATE auth.device SET last_seen = now() WHERE id = $1::uuid;

-- query: auth_order_add
-- No row: no such device.
INSERT INTO auth.device_order (id, device, kind, reason)
SELECT $1::uuid, d.id, $3::text, $4::text FROM auth.device d WHERE d.id = $2::uuid
RETURNING id;

-- query: auth_order_end
-- The one that stands, unless the station was wiped. No row: none.
UPDATE auth.device_order SET ended_at = now()
 WHERE device = $1::uuid AND ended_at IS NULL AND NOT (kind = 'wipe' AND done_at IS NOT NULL)
RETURNING id;

-- query: auth_order_standing
SELECT kind, done_at IS NOT NULL AS done FROM auth.device_order
 WHERE device = $1::uuid AND ended_at IS NULL;

-- query: auth_order_done
-- The first receipt counts. No row: not the order that stands.
UPDATE auth.device_order SET done_at = coalesce(done_at, now()), receipt = coalesce(receipt, $3::text),
       stores = coalesce(stores, $4::bigint::integer),
       left_entries = coalesce(left_entries, $5::bigint::integer), unread_stores = coalesce(unread_stores, $6::bigint::integer),
       kept = coalesce(kept, (SELECT count(*) FROM auth.parcel p WHERE p.device = $1::uuid)::integer)
 WHERE device = $1::uuid AND id = $2::uuid AND ended_at IS NULL
RETURNING kind;

-- query: auth_sessions_of_device
DELETE FROM auth.session WHERE device = $1::uuid;

-- query: auth_share_put
-- The first share of a store stays.
INSERT INTO auth.store_share (store, device, staff, share)
VALUES ($1::uuid, $2::uuid, $3::uuid, $4::bytea) ON CONFLICT (store) DO NOTHING;

-- query: auth_share_get
-- No row: none, or somebody else's.
SELECT share FROM auth.store_share
 WHERE store = $1::uuid AND device = $2::uuid AND (staff IS NULL OR staff = $3::uuid);

-- query: auth_staff_record
SELECT name, role, active, site, site_name, district FROM auth.staff_record($1::uuid);

-- query: auth_account_by_staff
SELECT id, login, must_change FROM auth.account
 WHERE staff = $1::uuid AND ($2::uuid IS NULL OR site = $2::uuid);

-- query: auth_accounts
-- Accounts of one site or of all, with when each was last seen.
SELECT a.staff, a.login, a.name, a.role, a.site, a.must_change, a.disabled_at, a.created_at,
       (SELECT count(*) FROM auth.session s WHERE s.account = a.id AND s.expires_at > now()) AS sessions,
       greatest((SELECT max(s.last_seen) FROM auth.session s WHERE s.account = a.id),
                (SELECT max(k.last_ok) FROM auth.known_device k WHERE k.account = a.id)) AS seen
  FROM auth.account a WHERE $1::uuid IS NULL OR a.site = $1::uuid ORDER BY a.site_name, a.name, a.login;

-- query: auth_devices
SELECT d.id, d.site, d.site_name, d.enrolled_at, d.expires_at, d.revoked_at, d.renewed_at, d.granted_by, d.program, d.unsent,
       d.unsent_since, d.told_at, o.kind AS ordered, o.at AS ordered_at, o.done_at, o.reason,
       coalesce(w.stores, 0) AS stores, coalesce(w.waiting, 0) AS waiting, coalesce(w.owed, 0) AS owed, w.owed_since,
       (SELECT count(*) FROM auth.parcel p WHERE p.device = d.id AND p.taken_at IS NULL) AS kept,
       coalesce(o.left_entries, 0)::bigint AS lost, coalesce(o.unread_stores, 0)::bigint AS unread,
       greatest(d.last_seen, w.seen, (SELECT max(k.last_ok) FROM auth.known_device k WHERE k.device = d.id)) AS seen
  FROM auth.device d
  LEFT JOIN auth.device_order o ON o.device = d.id AND o.ended_at IS NULL
  LEFT JOIN auth.device_work() w ON w.device = d.id
 WHERE $1::uuid IS NULL OR d.site = $1::uuid
 ORDER BY d.site_name, d.enrolled_at;

-- query: auth_settings
SELECT s.key, s.value, s.by, s.at FROM auth.setting s ORDER BY s.key;

-- query: auth_setting_put
INSERT INTO auth.setting (key, value, by) VALUES ($1::text, $2::bigint, $3::uuid)
ON CONFLICT (key) DO UPDATE SET value = $2::bigint, by = $3::uuid, at = now();

-- query: auth_setting_drop
DELETE FROM auth.setting WHERE key = $1::text;

-- query: auth_browser_knows
SELECT 1 AS one FROM auth.known_browser WHERE account = $1::uuid AND browser = $2::bytea;

-- query: auth_browser_learn
-- And that the session is in it.
WITH b AS (INSERT INTO auth.known_browser (id, account, browser, label) VALUES ($1::uuid, $2::uuid, $3::bytea, $4::text)
           ON CONFLICT (account, browser) DO UPDATE SET last_ok = now(), label = EXCLUDED.label RETURNING id)
UPDATE auth.session s SET known = b.id FROM b WHERE s.id = $5::uuid;

-- query: auth_browser_prune
-- Cookies that have run out, and beyond the newest $2: a browser that keeps none is a new one every time.
DELETE FROM auth.known_browser
 WHERE account = $1::uuid
   AND (last_ok < now() - interval '180 days'
        OR id IN (SELECT b.id FROM auth.known_browser b WHERE b.account = $1::uuid ORDER BY b.last_ok DESC, b.id OFFSET $2::bigint));

-- query: auth_devices_of
-- Where an account has signed in before: stations and browsers, the newest first.
SELECT d.id, d.site_name AS station, NULL AS browser, k.last_ok
  FROM auth.known_device k JOIN auth.device d ON d.id = k.device WHERE k.account = $1::uuid AND d.revoked_at IS NULL
UNION ALL
SELECT b.id, NULL, b.label, b.last_ok FROM auth.known_browser b WHERE b.account = $1::uuid
 ORDER BY last_ok DESC, id;

-- query: auth_device_forget
-- A browser or a station an account was known at; its sessions there end. No row: none.
WITH browser AS (DELETE FROM auth.known_browser WHERE account = $1::uuid AND id = $2::uuid RETURNING id),
     station AS (DELETE FROM auth.known_device WHERE account = $1::uuid AND device = $2::uuid RETURNING device AS id),
     ended AS (DELETE FROM auth.session s USING (SELECT id FROM browser UNION ALL SELECT id FROM station) g
                WHERE s.account = $1::uuid AND (s.device = g.id OR s.known = g.id))
SELECT id FROM browser UNION ALL SELECT id FROM station;

-- query: auth_factor_offer
INSERT INTO auth.factor_offer (account, session, key, sealed) VALUES ($1::uuid, $2::uuid, $3::bytea, $4::bytea)
ON CONFLICT (account) DO UPDATE SET session = EXCLUDED.session, key = EXCLUDED.key, sealed = EXCLUDED.sealed, made_at = now();

-- query: auth_factor_offered
-- No row: none begun by that session within a quarter of an hour.
SELECT key, sealed FROM auth.factor_offer
 WHERE account = $1::uuid AND session = $2::uuid AND made_at > now() - interval '15 minutes' FOR UPDATE;

-- query: auth_factor_offer_end
DELETE FROM auth.factor_offer WHERE account = $1::uuid;

-- query: auth_factor_put
WITH enrolled AS (UPDATE auth.account SET must_enrol = false WHERE id = $1::uuid)
INSERT INTO auth.factor (account, key, sealed, last_step) VALUES ($1::uuid, $2::bytea, $3::bytea, $4::bigint)
ON CONFLICT (account) DO UPDATE SET key = EXCLUDED.key, sealed = EXCLUDED.sealed, last_step = EXCLUDED.last_step, since = now();

-- query: auth_factor_find
SELECT key, sealed, last_step, since FROM auth.factor WHERE account = $1::uuid;

-- query: auth_factor_use
-- No row: this step, or a later one, was used meanwhile.
UPDATE auth.factor SET last_step = $2::bigint WHERE account = $1::uuid AND last_step < $2::bigint RETURNING account;

-- query: auth_factor_remove
DELETE FROM auth.factor WHERE account = $1::uuid RETURNING account;

-- query: auth_factor_demand
-- Another has reset it: a new one is set up before anything else.
UPDATE auth.account SET must_enrol = true WHERE id = $1::uuid;

-- query: auth_recovery_clear
DELETE FROM auth.recovery_code WHERE account = $1::uuid;

-- query: auth_recovery_add
INSERT INTO auth.recovery_code (account, code) SELECT $1::uuid, c FROM unnest($2::bytea[]) c;

-- query: auth_recovery_use
DELETE FROM auth.recovery_code WHERE account = $1::uuid AND code = $2::bytea RETURNING code;

-- query: auth_account_show
-- What its own person may know of it.
SELECT a.login, a.role, f.since, (SELECT count(*) FROM auth.recovery_code c WHERE c.account = a.id) AS codes
  FROM auth.account a LEFT JOIN auth.factor f ON f.account = a.id WHERE a.id = $1::uuid;
