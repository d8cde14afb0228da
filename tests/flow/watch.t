#!/bin/bash
# watch.t - sync --watch: own work goes out within seconds, other people's comes
# as it is made, a centre that is away is waited for without noise and without
# work, and a signal ends it in good order.
. tests/flow/lib.sh
use_district
start_daemon

login=$(account prevention_doctor 平桥街道康复站)
head_login=$(account social_worker 平桥街道康复站)
ok "a station" enrol here "$(site_of "$login")" "$login"
ok "and a colleague's" enrol there "$(site_of "$head_login")" "$head_login"
station here sync >/dev/null && station there sync >/dev/null
number=$(comm -12 <(station here cases --json | jq -r '.[].number' | sort) <(station there cases --json | jq -r '.[].number' | sort) | head -n 1)

CASEBRIDGE_PASSPHRASE_FILE=$work/st/here.secret LANG=C.UTF-8 "$CASEBRIDGE" --store "$work/st/here" sync --watch \
	</dev/null >"$work/watch" 2>"$work/watch.err" &
watcher=$!
ok "it begins in step" wait_for 20 grep -q Synced "$work/watch"
note() { # station aim
	station "$1" add service --case "$number" kind=home_visit status=completed "started_at=2026-11-20 09:00" minutes=30 "aim=$2" >/dev/null
}
at_centre() { [ "$(sql "SELECT count(*) FROM rec.service WHERE aim = '$1'")" = 1 ]; }
ok "a note saved in another window" note here first
ok "is at the centre within seconds" wait_for 6 at_centre first
ok "what a colleague sends" note there second
station there sync >/dev/null
arrived() { station here show "$number" --json | jq -e --arg aim "$1" '[.records[] | select(.body.aim == $aim)] | length == 1' >/dev/null; }
ok "is here within seconds" wait_for 6 arrived second
lines=$(wc -l <"$work/watch")
sleep 2
ok "nothing new, nothing is said" is "$(wc -l <"$work/watch")" "$lines"

# --- the centre is away -----------------------------------------------------------------------

stop_daemon
told() { [ -s "$work/watch.err" ]; }
ok "that it is away is said" wait_for 8 told
ticks() { awk '{ print $14 + $15 }' "/proc/$watcher/stat"; }
before=$(ticks)
sleep 5
# It may be refused first, by a daemon that ends, and then find nobody.
ok "and not again, however often it is tried" test "$(grep -c . "$work/watch.err")" -le 2
ok "and trying costs next to nothing" test $(($(ticks) - before)) -lt 100
ok "meanwhile one may work" note here third
start_daemon
ok "when it is back, what was written goes out" wait_for 20 at_centre third

# --- the end -----------------------------------------------------------------------------------

kill -TERM $watcher
ok "a signal ends it" ended_within $watcher 5
rc=0
wait $watcher || rc=$?
ok "in good order" is $rc 0
ok "the store is whole" exits 0 station here doctor
done_testing
