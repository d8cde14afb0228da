#!/bin/bash
# kill_station.t - a station killed at each place of points.txt and at random
# moments, while it saves and while it syncs: what it called saved arrives once.
. tests/fault/trial.sh
fault_setup
mapfile -t points < <(points_of s)

# Saving is cut short: nobody was told, so it may be there or not.
die_saving() { # point mark
	local said
	said=$(armed "$1" station one add service --case "${numbers[0]}" kind=phone_contact \
		status=completed "started_at=2026-11-20 09:00" minutes=30 "aim=$2" --json 2>/dev/null)
	note_saved "$2" "$said" || note_tried "$2"
}
die_at() { # point
	trial_rush armed "$1"
	wait_rush
	[ -s "$work/one.said" ] || died=' (it did)'
	note_death "$1" "$died"
}
# One of the two, a random moment after it began.
die_within() { # milliseconds
	trial_rush
	pause "$1"
	kill -KILL "$one_pid" 2>/dev/null
	wait_rush
}
fault_of() {
	local point most
	died=''
	case ${at:+0}$(($1 % 5)) in
	4)
		what="a station is killed $((RANDOM % 400)) ms into its sync"
		die_within "$(grep -o '[0-9]*' <<<"$what")"
		;;
	3)
		point=before_commit
		[ $((RANDOM % 2)) = 0 ] || point=after_commit
		what="a station dies at $point while it saves, then syncs"
		die_saving $point "~$1.d~"
		trial_rush
		wait_rush
		;;
	*)
		read -r point most <<<"${points[($1 / 5 * 3 + $1 % 5) % ${#points[@]}]}"
		point=$point:$((1 + RANDOM % most))
		[ -z "$at" ] || point=$at:1
		what="a station dies at $point"
		die_at "$point"
		what+=$died
		;;
	esac
}

# A page asked for before this was entered says nothing about it: the round goes
# on until a page has come after the push.
add_note one ~before~ "${numbers[0]}"
armed asking:2 station one sync >/dev/null 2>&1
add_note one ~behind~ "${numbers[0]}"
ok "what is entered while a page is asked for is part of the next round" in_step one "$one_login" 1

run_trials 1 "$(trials 14 170)"
each_place_once
both_in_step
ok "in the end nothing is lost and nothing doubled ($(wc -l <"$ledger") words)" all_kept
ok "every row of both stores opens" is \
	"$(station one doctor --json | jq .ok) $(station two doctor --json | jq .ok)" 'true true'
ok "they are still the replicas they were" is "$(sql 'SELECT count(*) FROM log.replica')" 2
done_testing
