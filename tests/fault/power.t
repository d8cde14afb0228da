#!/bin/bash
# power.t - PostgreSQL dies just after a page left. What the station then holds
# must still be known, so that it is asked back, and first, when it is withdrawn.
#
# A commit that does not wait for the disk is lost here for certain: PostgreSQL
# is told not to write its log until somebody asks it to.
. tests/fault/lib.sh
use_district
lazy="wal_writer_delay=10s wal_writer_flush_after=1GB"
stop_postgres
# shellcheck disable=SC2086
start_postgres $lazy
start_daemon

doctor=$(sql "SELECT a.login FROM auth.account a JOIN access.reach r ON r.key = a.staff
	WHERE a.role = 'psychiatrist' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
hospital=$(sql "SELECT site FROM auth.account WHERE login = '$doctor'")
read -r case_id member site < <(sql "SELECT m.case_id, m.id, c.home_site FROM rec.member m
	JOIN auth.account a ON a.staff = m.staff JOIN rec.\"case\" c ON c.id = m.case_id
	JOIN access.reach r ON r.unit_id = m.case_id AND r.key = a.staff AND r.to_at IS NULL
	WHERE a.login = '$doctor' AND m.\"to\" IS NULL LIMIT 1" | tr '|' ' ')
from=$(sql "SELECT \"from\" FROM rec.member WHERE id = '$member'")
today=$(TZ=Asia/Shanghai date +%F)
sign_in "$(sql "SELECT login FROM auth.account WHERE site = '$site' AND role IN ('social_worker', 'supervisor') LIMIT 1")"
change_member() { # SET SEEN
	jq -cn --arg id "$(cat /proc/sys/kernel/random/uuid)" --arg rec "$member" --arg c "$case_id" \
		--argjson set "$1" --argjson seen "$2" \
		'{changes: [{id: $id, rec: $rec, type: "member", case: $c, op: "patch", set: $set, seen: $seen,
		  entered_at: "2026-11-21T09:30:00+08:00"}]}' | api POST /v1/changes - | jq -r '.results[0].status'
}
leave() { change_member "{\"to\":\"$today\"}" "{\"from\":\"$from\",\"to\":null}"; }
join() { change_member '{"to":null}' "{\"from\":\"$from\",\"to\":\"$today\"}"; }
holds() { station hospital cases --json | jq --arg c "$case_id" '[.[] | select(.case == $c)] | length'; }
state() { sql "SELECT m.state FROM log.manifest m WHERE m.unit_id = '$case_id'
	AND m.replica = (SELECT replica FROM log.replica ORDER BY created_at DESC LIMIT 1)"; }
power_cut() {
	stop_postgres immediate
	# shellcheck disable=SC2086
	start_postgres $lazy
	wait_for 30 answers /readyz
}

ok "the hospital enrols" enrol hospital "$hospital" "$doctor"
ok "and syncs" exits 0 station hospital sync
ok "it holds the case" is "$(holds)" 1
power_cut
ok "after a power cut the centre knows what it gave away" [ "$(state)" = o -o "$(state)" = h ]
ok "the case is withdrawn" is "$(leave)" applied
station hospital sync >/dev/null 2>&1
ok "and the station gives it back" is "$(holds) $(state)" "0 x"

# The row of an earlier incarnation says that nothing is held.
ok "the case is shared again" is "$(join)" applied
ok "the station fetches it" exits 0 station hospital sync
ok "and holds it" is "$(holds)" 1
power_cut
ok "after a power cut the centre knows that too" [ "$(state)" = o -o "$(state)" = h ]
ok "it is withdrawn again" is "$(leave)" applied
station hospital sync >/dev/null 2>&1
ok "and given back again" is "$(holds) $(state)" "0 x"

# A purge that was asked for and carried out, and then forgotten by the centre.
ok "shared once more" is "$(join)" applied
ok "fetched" exits 0 station hospital sync
ok "withdrawn" is "$(leave)" applied
station hospital sync >/dev/null 2>&1
power_cut
ok "the purge was not forgotten" is "$(state)" x

# However a row came to be wrong, a copy the centre thinks purged is purged.
ok "shared" is "$(join)" applied
ok "fetched" exits 0 station hospital sync
sql "UPDATE log.manifest SET state = 'x' WHERE unit_id = '$case_id'" >/dev/null
ok "withdrawn, and the manifest says nothing is held" is "$(leave)" applied
station hospital sync >/dev/null 2>&1
ok "comparing digests finds the copy, and it is purged" is "$(holds) $(state)" "0 x"
ok "both digests are equal" is "$(station hospital status --json | jq '.matched // .synced')" true

# So much is new of a held case that it is put back among those to be sent; the
# station has the place in the log after it, and dies before it asks again.
ok "shared" is "$(join)" applied
ok "fetched" exits 0 station hospital sync
notes() { # a number of long ones
	for ((i = 0; i < $1; i++)); do
		echo "$(cat /proc/sys/kernel/random/uuid) $(cat /proc/sys/kernel/random/uuid)"
	done | jq -cRn --arg c "$case_id" '("记" * 19000) as $text | {changes: [inputs | split(" ") | {id: .[0], rec: .[1],
		type: "service", case: $c, op: "create", entered_at: "2026-11-21T09:30:00+08:00",
		set: {started_at: "2026-11-20T10:00:00+08:00", minutes: 30, kind: "phone_contact",
		      status: "completed", process: $text}}]}' | api POST /v1/changes - | jq -c '[.results[].status] | unique'
}
for k in 1 2 3 4 5; do
	ok "much is written ($k)" is "$(notes 17)" '["applied"]'
done
sleep 3 # the lines of the cases are folded after the reply, in commits that wait for the disk
armed asking:2 station hospital sync >/dev/null 2>&1
power_cut
ok "after a power cut the centre knows that it must be sent" is "$(state)" o
ok "the station fetches it" exits 0 station hospital sync
ok "and both digests are equal" is "$(station hospital status --json | jq '.matched // .synced')" true

# The log has become another. The station says what it holds, and the answer is
# lost; meanwhile something is written. The second answer counts.
somebody=$(sql "SELECT login FROM auth.account WHERE site = '$site' AND role IN ('social_worker', 'supervisor') LIMIT 1")
stop_daemon
daemon epoch change >/dev/null 2>&1
daemon epoch confirm --reason "a test" >/dev/null 2>&1
start_daemon
sign_in "$somebody"
said_so() { [ "$(sql "SELECT count(*) FROM log.manifest m WHERE m.state = 'h' AND m.replica = (SELECT replica
	FROM log.replica ORDER BY created_at DESC LIMIT 1)")" -gt 0 ]; }
# Refused and made another; registered and compared: each time it dies at the second answer.
for ((k = 0; k < 4; k++)); do
	armed answered:2 station hospital sync >/dev/null 2>&1
	said_so && break
done
ok "it is compared, and the station dies before it knows" is "$(state)" h
ok "something is written" is "$(notes 1)" '["applied"]'
for k in 2 3; do # it may have something else to ask first
	armed asking:$k station hospital sync >/dev/null 2>&1
	[ "$(state)" = h ] || break
done
ok "compared again, the case is to be sent" is "$(state)" o
ok "the station fetches it" exits 0 station hospital sync
ok "and both digests are equal at last" is "$(station hospital status --json | jq '.matched // .synced')" true
done_testing
