#!/bin/bash
# sweep.t - a page compares what a station may hold with what it reaches, but
# only when something can have moved: each way the reach can move is noticed at
# the very next contact, those that leave no commit behind as well.
. tests/flow/lib.sh
use_district
start_daemon

manager=$(sql "SELECT a.login FROM auth.account a JOIN access.reach r ON r.key = a.site
	JOIN log.unit u USING (unit_id) WHERE a.role = 'social_worker' AND u.kind = 'case' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
site=$(sql "SELECT site FROM auth.account WHERE login = '$manager'")
replica="(SELECT replica FROM log.replica r JOIN auth.account a USING (staff) WHERE a.login = '$manager')"
ok "a station enrols" enrol desk "$(site_of "$manager")" "$manager"
ok "and syncs" station desk sync

cases() { station desk sync >/dev/null 2>&1 && station desk cases --json | jq length; }
reached() { # how many cases the site reaches now
	sql "SELECT count(DISTINCT r.unit_id) FROM access.reach r JOIN log.unit u USING (unit_id)
		WHERE u.kind = 'case' AND r.key = '$site' AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())"
}
swept() { sql "SELECT swept_at FROM log.replica WHERE replica = $replica"; }
matched() { station desk status --json | jq '.matched // .synced'; }

before=$(swept)
ok "with nothing new the caseload is not compared again" is "$(cases >/dev/null; swept)" "$before"
ok "and the digests are equal all the same" is "$(matched)" true

# A case is taken out by hand: no commit tells of it.
all=$(reached)
one=$(sql "SELECT u.unit_id FROM log.unit u JOIN access.reach r USING (unit_id) WHERE u.kind = 'case' AND r.key = '$site' LIMIT 1")
sql "CREATE TABLE public.kept AS SELECT key, unit_id, classes, from_at, to_at FROM access.reach WHERE unit_id = '$one';
	DELETE FROM access.reach WHERE unit_id = '$one'" >/dev/null
ok "what was taken out by hand is purged at the next contact" is "$(cases)" $((all - 1))
ok "with a receipt" is "$(sql "SELECT state, receipt IS NOT NULL FROM log.manifest WHERE replica = $replica AND unit_id = '$one'")" 'x|t'
ok "and the digests are equal" is "$(matched)" true
sql "INSERT INTO access.reach (key, unit_id, classes, from_at, to_at) SELECT * FROM public.kept" >/dev/null
ok "what was put back by hand is delivered at the next contact" is "$(cases)" "$all"
ok "in a new incarnation" is "$(sql "SELECT gen FROM log.manifest WHERE replica = $replica AND unit_id = '$one'")" 2
ok "and the digests are equal again" is "$(matched)" true

# A period ends by itself: nothing is written when its moment comes.
# On a busy machine it may come before all was asked: then another, later one is set.
comes() { sql "SELECT coalesce(max($1), now()) > now() FROM access.reach WHERE unit_id = '$one' AND key = '$site'"; }
wait_until() { sql "SELECT pg_sleep(greatest(0, extract(epoch FROM max($1) - now())) + 0.1) FROM access.reach WHERE unit_id = '$one' AND key = '$site'" >/dev/null; }
for soon in 6 30 120; do
	sql "UPDATE access.reach SET to_at = now() + interval '$soon seconds' WHERE unit_id = '$one' AND key = '$site'" >/dev/null
	counted=$(cases) before=$(swept)
	cases >/dev/null
	after=$(swept)
	[ "$(comes to_at)" = f ] || break
done
ok "a period that will end soon still counts" is "$counted" "$all"
ok "until it ends nothing is compared again" is "$after" "$before"
wait_until to_at
ok "when it has ended, the case is purged" is "$(cases)" $((all - 1))
ok "with equal digests" is "$(matched)" true

# A period begins by itself.
for soon in 4 30 120; do
	sql "DELETE FROM access.reach WHERE unit_id = '$one' AND key = '$site';
		INSERT INTO access.reach (key, unit_id, classes, from_at) VALUES ('$site', '$one', 63, now() + interval '$soon seconds')" >/dev/null
	counted=$(cases)
	[ "$(comes from_at)" = f ] || break
done
ok "a period that will begin soon does not count yet" is "$counted" $((all - 1))
wait_until from_at
ok "when it has begun, the case is delivered" is "$(cases)" "$all"

# Fewer classes than before: what is held is replaced by what may be seen.
gen=$(sql "SELECT gen FROM log.manifest WHERE replica = $replica AND unit_id = '$one'")
sql "UPDATE access.reach SET classes = 1 WHERE unit_id = '$one' AND key = '$site'" >/dev/null
station desk sync >/dev/null 2>&1
ok "when classes are taken away the case comes anew" [ "$(sql "SELECT gen FROM log.manifest WHERE replica = $replica AND unit_id = '$one'")" -gt "$gen" ]
ok "and only the class left is held" is "$(matched)" true
ok "which the manifest says" is "$(sql "SELECT state, classes FROM log.manifest WHERE replica = $replica AND unit_id = '$one'")" 'h|1'
sql "UPDATE access.reach SET classes = 63 WHERE unit_id = '$one' AND key = '$site'" >/dev/null
ok "and comes back whole" is "$(cases >/dev/null; matched)" true

# Reached and out of reach again before anything was sent.
sql "DELETE FROM access.reach WHERE unit_id = '$one'" >/dev/null
cases >/dev/null
sql "INSERT INTO access.reach (key, unit_id, classes, from_at, to_at) SELECT * FROM public.kept" >/dev/null
sql "UPDATE log.manifest SET state = 'q' WHERE replica = $replica AND unit_id = '$one';
	DELETE FROM access.reach WHERE unit_id = '$one'" >/dev/null
ok "what was only about to be offered needs no purge" is "$(cases >/dev/null
	sql "SELECT state FROM log.manifest WHERE replica = $replica AND unit_id = '$one'")" x
ok "and the digests are equal at the end" is "$(matched)" true
done_testing
