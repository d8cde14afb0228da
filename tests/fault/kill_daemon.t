#!/bin/bash
# kill_daemon.t - the daemon killed at each place of points.txt and at random
# moments: what it answered for is there once, the rest is asked again.
. tests/fault/trial.sh
fault_setup
slowest=0
mapfile -t points < <(points_of d)

dead_or_quiet() { gone "$daemon_pid" || rush_is_over; }
die_at() { # point
	arm "$1"
	trial_rush
	wait_for 20 dead_or_quiet
	disarm
	gone "$daemon_pid" && died=' (it did)' && come_back
	wait_rush
	gone "$daemon_pid" && [ -z "$died" ] && died=' (it did)' && come_back
	note_death "$1" "$died"
}
# What it works from being started to answering, after a kill: on a machine that
# does nothing else that is the time it takes.
worked_ms() { awk -v tick="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print int(($12 + $13) * 1000 / tick) }' "/proc/$1/stat"; }
come_back() {
	local cost
	wait "$daemon_pid" 2>/dev/null
	trial_daemon
	cost=$(worked_ms "$daemon_pid")
	[ "$cost" -lt "$slowest" ] || slowest=$cost
}
die_within() { # milliseconds
	trial_rush
	pause "$1"
	kill -KILL "$daemon_pid"
	come_back
	wait_rush
}
fault_of() {
	local point most
	died=''
	if [ $(($1 % 4)) = 3 ] && [ -z "$at" ]; then
		what="the daemon is killed after $((RANDOM % 400)) ms"
		die_within "$(grep -o '[0-9]*' <<<"$what")"
		return
	fi
	# Every point in turn, so that few trials see all of them.
	read -r point most <<<"${points[($1 - $1 / 4) % ${#points[@]}]}"
	point=$point:$((1 + RANDOM % most))
	[ -z "$at" ] || point=$at:1
	what="the daemon dies at $point"
	die_at "$point"
	what+=$died
}
run_trials 1 "$(trials 14 170)"
each_place_once
ok "after a kill it serves again after a second's work (at most $slowest ms)" [ "$slowest" -gt 0 -a "$slowest" -lt 1000 ]
both_in_step
ok "in the end nothing is lost and nothing doubled ($(wc -l <"$ledger") words)" all_kept
done_testing
