#!/bin/bash
# wall.t - the second wall stands alone: with the access room out of the way, a
# reader who may run any SQL as the daemon's role still gets nothing outside
# the reach, and changes nothing they may not.
. tests/flow/lib.sh
use_district

conn="$(cluster_conninfo "$work/s" casebridge_app)"
# as STAFF SITE ROLE SQL: in a reader's transaction, as the daemon's own role
as_reader() {
	psql -AtqX -v ON_ERROR_STOP=1 "$conn" 2>&1 <<-Q | grep -v '^$' | tail -n 1
	BEGIN;
	SELECT app.enter('reader', NULLIF('$1', '')::uuid, NULLIF('$2', '')::uuid, NULLIF('$3', ''), NULL);
	$4;
	ROLLBACK;
	Q
}
reader() { sql "SELECT staff, site, role FROM auth.account WHERE login = '$1'" | tr '|' ' '; }
tables=$(sql "SELECT string_agg(format('%I.%I', n.nspname, c.relname), ' ') FROM pg_class c
	JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'rec' AND c.relkind = 'r'
	 AND c.relname NOT IN ('district', 'site', 'staff', 'team', 'resource', 'service_item', 'holiday', 'pack')")

# What a role may create it may also put in the way of what it is not given.
ok "no role the daemon takes may make anything in a schema" is "$(sql "SELECT string_agg(r.rolname || ' in ' || n.nspname, ', ') FROM pg_roles r, pg_namespace n
	WHERE r.rolname IN ('casebridge_app', 'casebridge_maint') AND n.nspname NOT LIKE 'pg_%' AND has_schema_privilege(r.rolname, n.nspname, 'CREATE')")" ''
write_config "$work/daemon.conf" "$work/s" "$work/state" 8443 8444 8445
ok "and the sources of figures are made anew all the same" exits 0 daemon migrate

read -r staff site role <<<"$(reader "$(account rehab_worker)")"
seen=$(as_reader "$staff" "$site" "$role" 'SELECT count(DISTINCT unit_id) FROM log.version')
want=$(sql "SELECT 1 + count(DISTINCT unit_id) FROM access.reach WHERE key = '$site' AND from_at <= now() AND (to_at IS NULL OR to_at > now())")
ok "a station's worker reads exactly the units the site reaches ($seen)" is "$seen" "$want"
ok "which is not everything" [ "$seen" -lt "$(sql 'SELECT count(*) FROM log.unit')" ]
for t in $tables; do
	rows=$(as_reader "$staff" "$site" "$role" "SELECT count(*) FROM $t")
	allowed=$(sql "SELECT count(*) FROM $t x WHERE EXISTS (SELECT 1 FROM access.reach a WHERE a.key = '$site'
		AND a.unit_id = $([ "$t" = 'rec."case"' ] || [ "$t" = rec.person ] && echo x.id || echo x.case_id)
		AND a.from_at <= now() AND (a.to_at IS NULL OR a.to_at > now()))")
	ok "$t: no row outside the reach ($rows)" is "$rows" "$allowed"
done

read -r pstaff psite prole <<<"$(reader "$(account psychiatrist)")"
mine=$(as_reader "$pstaff" "$psite" "$prole" "SELECT count(DISTINCT unit_id) FROM log.version WHERE type = 6")
ok "a psychiatrist reads the care groups they belong to ($mine), not the whole hospital's" is "$mine" \
	"$(sql "SELECT count(*) FROM rec.\"case\" c WHERE EXISTS (SELECT 1 FROM access.reach a WHERE a.key = '$pstaff' AND a.unit_id = c.id
		AND a.from_at <= now() AND (a.to_at IS NULL OR a.to_at > now()))")"
for who in district_coordinator site_admin system_admin auditor; do
	read -r s i r <<<"$(reader "$(account $who)")"
	ok "$who: no case, no person" is \
		"$(as_reader "$s" "$i" "$r" 'SELECT count(*) FROM log.version WHERE unit_id <> app.directory()')" 0
done
ok "nobody: nothing at all" is "$(as_reader '' '' '' 'SELECT count(*) FROM log.version')" 0
ok "a made-up role: nothing but the directory" is \
	"$(as_reader "$staff" "$site" superuser 'SELECT count(*) FROM log.version WHERE unit_id <> app.directory()')" 0

outside=$(sql "SELECT record_id FROM log.version v WHERE type = 16 AND next_csn IS NULL AND NOT EXISTS
	(SELECT 1 FROM access.reach a WHERE a.unit_id = v.unit_id AND a.key = '$site') LIMIT 1")
ok "an update outside the reach touches no row" is "$(as_reader "$staff" "$site" "$role" \
	"WITH u AS (UPDATE log.version SET next_csn = 1 WHERE record_id = '$outside' RETURNING 1) SELECT count(*) FROM u")" 0
like_refused() { like "$(as_reader "$staff" "$site" "$role" "$2")" 'permission denied|row-level security|violates'; }
ok "history is not rewritten" like_refused x "UPDATE log.version SET body = '{}'"
ok "nor deleted" like_refused x "DELETE FROM log.version"
ok "nor is the trail read" like_refused x "SELECT * FROM audit.event"
ok "nor changed" like_refused x "DELETE FROM audit.event"
ok "the reach is not widened by hand" like_refused x "INSERT INTO access.reach (key, unit_id, classes, from_at) VALUES ('$site', '$(sql "SELECT unit_id FROM log.unit LIMIT 1")', 63, now())"
ok "the policy is not rewritten" like_refused x "UPDATE access.may SET role = 'rehab_worker'"
ok "accounts are not read from a reader's transaction" is \
	"$(as_reader "$staff" "$site" "$role" 'SELECT count(*) FROM auth.account')" 0
ok "a version under another's name is refused" like_refused x \
	"INSERT INTO log.version (record_id, version, csn, ord, unit_id, type, class, state, by, at, entered_at, body, sha)
	 VALUES (gen_random_uuid(), 1, 1, 1, app.directory(), 1, 1, 1, '$pstaff', now(), now(), '{}', '\x00')"
done_testing
