#!/bin/bash
# kill_daemon.t - the daemon killed at each place of points.txt and at random
# moments: what it answered for is there once, the rest is asked again.
. tests/fault/trial.sh
fault_setup
fired=0 armed=0 slowest=0
mapfile -t points < <(points_of d)

die_at() { # point: it is started anew, so that it will die there
	armed=$((armed + 1))
	stop_daemon || return 1
	armed "$1" start_daemon
	trial_rush
	ended_within "$daemon_pid" 6 && died=' (it did)' && wait "$daemon_pid" 2>/dev/null
	wait_rush
	[ -n "$died" ] || { stop_daemon && start_daemon && return 0; }
	fired=$((fired + 1))
	daemon_pid=''
	come_back
}
# How long it takes from being started to answering, after a kill.
come_back() {
	local began
	began=$(now_ms)
	start_daemon
	began=$(($(now_ms) - began))
	[ $began -lt $slowest ] || slowest=$began
}
die_within() { # milliseconds
	trial_rush
	pause "$1"
	kill_daemon
	come_back
	wait_rush
}
fault_of() {
	local point most
	died=''
	if [ $(($1 % 4)) = 3 ]; then
		what="the daemon is killed after $((RANDOM % 700)) ms"
		die_within "$(grep -o '[0-9]*' <<<"$what")"
		return
	fi
	# Every point in turn, so that few trials see all of them.
	read -r point most <<<"${points[($1 - $1 / 4) % ${#points[@]}]}"
	point=$point:$((1 + RANDOM % most))
	what="the daemon dies at $point"
	die_at "$point"
	what+=$died
}
run_trials 1 "$(trials 14 170)"
ok "most died where they were told to ($fired of $armed)" [ $((fired * 2)) -ge $armed ]
ok "after a kill it serves again within seconds (at most $slowest ms)" [ $slowest -lt 10000 ]
both_in_step
ok "in the end nothing is lost and nothing doubled ($(wc -l <"$ledger") words)" all_kept
done_testing
