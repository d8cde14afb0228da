#!/bin/bash
# station_kill.t - a station killed at any moment of a large first sync, or of
# a push, goes on where it was; in the end both ends hold the same, and nothing
# typed is lost or entered twice.
. tests/flow/lib.sh
use_blank
start_daemon
cases=1400
[ -z "${LONG:-}" ] || cases=2000
daemon demo --cases $cases --accounts "$work/accounts.tsv" >/dev/null 2>&1 || bail "no district"

login=$(account social_worker 吴州儿童医院)
site=$(site_of "$login")
held() { station "$1" status --json | jq -r .units; }

ok "a station with many cases is enrolled" enrol whole "$site" "$login"
began=$(date +%s%3N)
ok "one that nobody kills syncs" is "$(station whole sync --json | jq .synced)" true
took=$(($(date +%s%3N) - began)) # of this machine, as busy as it is now
units=$(held whole)
ok "there are hundreds of units" [ "$units" -gt 400 ]

# Killed later and later, until it gets through by itself.
ok "another is enrolled" enrol cut "$site" "$login"
most=28 step=$((took / 16 + 1))
[ -z "${LONG:-}" ] || { most=200 step=$((took / 100 + 1)); }
kills=0 partial=0 through=''
for ((ms = took / 8; ms < 60000 && kills < most; ms += step)); do
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/cut.secret "$CASEBRIDGE" --store "$work/st/cut" sync --json \
		</dev/null >"$work/cut.out" 2>&1 &
	pid=$!
	sleep "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))"
	if kill -KILL $pid 2>/dev/null; then
		kills=$((kills + 1))
	else
		through=1
	fi
	wait $pid 2>/dev/null
	now=$(held cut)
	[ "$now" -le 0 ] || [ "$now" -ge "$units" ] || partial=$((partial + 1))
	[ -z "$through" ] || break
done
remark "killed $kills times, $partial times with part of the caseload here"
ok "it was killed, and at least once half way" [ $kills -gt 1 -a $partial -gt 0 ]
ok "left alone it finishes" is "$(station cut sync --json | jq -c '[.synced, .digest == .centre_digest]')" '[true,true]'
ok "with exactly what the other holds" is "$(station cut status --json | jq -r .digest)" \
	"$(station whole sync >/dev/null; station whole status --json | jq -r .digest)"
ok "every row of the store opens" is "$(station cut doctor --json | jq .ok)" true
ok "it is still the replica it was" is "$(sql 'SELECT count(*) FROM log.replica')" 2

# Killed while it sends: each entry once.
number=$(station cut cases --json | jq -r .[0].number)
for i in $(seq 1 12); do
	station cut add task --case "$number" "title=KILL-$i" >/dev/null
done
for ms in 150 190 210 230 250 270 300; do
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/cut.secret "$CASEBRIDGE" --store "$work/st/cut" sync \
		</dev/null >/dev/null 2>&1 &
	pid=$!
	sleep "0.$ms"
	kill -KILL $pid 2>/dev/null
	wait $pid 2>/dev/null
done
ok "what was being sent arrives" is "$(station cut sync --json | jq -c '[.synced, .waiting]')" '[true,0]'
ok "once each" is "$(sql "SELECT count(*), count(DISTINCT title) FROM rec.task WHERE title LIKE 'KILL-%'")" '12|12'

# The daemon dies instead: the station says so, and finishes later.
ok "a third is enrolled" enrol third "$site" "$login"
CASEBRIDGE_PASSPHRASE_FILE=$work/st/third.secret "$CASEBRIDGE" --store "$work/st/third" sync --json \
	</dev/null >"$work/third.out" 2>&1 &
pid=$!
sleep 0.45
kill_daemon
wait $pid
rc=$?
ok "a daemon that dies leaves work and copy as they were" [ $rc = 3 -o $rc = 0 ]
start_daemon
ok "and the sync finishes when it is back" is "$(station third sync --json | jq .synced)" true
done_testing
