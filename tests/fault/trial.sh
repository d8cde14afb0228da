# trial.sh - one trial: work at two stations and at the web, something dies,
# what died comes back, and the ledger is held against both ends.
#
# A test sets fault_of() and calls run_trials. A trial is decided by its seed
# alone: the work, who dies, where and when; what the processes make of it is
# theirs. Each prints its seed and what it was. TRIAL=seed runs that one only,
# TRIALS=n so many, SEED=n begins there.
. tests/fault/lib.sh

# Few workers, so that a daemon that was killed is soon back; two each for what
# two stations and a browser ask for at once.
trial_daemon() {
	disarm
	armable start_daemon --lane-fast=1 --lane-feed=2 --lane-push=2 --lane-password=1 --lane-files=1
}
fault_setup() {
	use_district
	trial_daemon
	two_stations
	note=$(station one add service --case "${numbers[0]}" kind=phone_contact status=completed \
		"started_at=2026-11-20 09:00" minutes=30 "aim=~start~" --json | jq -r .id)
	ok "with a note both may edit" both_in_step
}

# --- the work of a trial ----------------------------------------------------

trial_work() { # seed: what is entered before anything dies
	local seed=$1
	add_note one "~$seed.a~" "${numbers[RANDOM % ${#numbers[@]}]}"
	[ $((RANDOM % 2)) = 0 ] || edit_note one "~$seed.b~" "$note"
	[ $((RANDOM % 2)) = 0 ] || edit_note two "~$seed.c~" "$note"
	batch "$work/batch" $((1 + RANDOM % 12)) "${case_ids[RANDOM % ${#case_ids[@]}]}"
}
# A sync in the background: its pid is the program's own.
begin_sync() { # station
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/$1.secret LANG=C.UTF-8 \
		"$CASEBRIDGE" --store "$work/st/$1" sync --json </dev/null \
		>"$work/$1.said" 2>>"$work/rush.errors" &
	sync_pid=$!
}
# All of it on its way at once; the arguments go before what station one does.
trial_rush() {
	send "$work/batch" &
	rush_pids=$!
	"$@" begin_sync one
	one_pid=$sync_pid
	begin_sync two
	rush_pids+=" $one_pid $sync_pid"
}
wait_rush() {
	wait $rush_pids 2>/dev/null
	:
}
rush_is_over() {
	local pid
	for pid in $rush_pids; do gone "$pid" || return 1; done
}

trial_recover() {
	local try
	answers /readyz || gone "${daemon_pid:-0}" || wait_for 15 answers /readyz
	for ((try = 0; try < 8; try++)); do
		send "$work/batch" && break
		[ "$(status)" != 401 ] || sign_in "$one_login"
		sleep 0.3
	done
	[ $try -lt 8 ] || { remark "the batch is not taken: $(status) $(cat "$work/batch.reply")" && return 1; }
	both_in_step
}

trial() { # seed
	local bad=0
	RANDOM=$1
	what=''
	trial_work "$1"
	fault_of "$1" || bad=1
	trial_recover || bad=1
	all_kept || bad=1
	ok "seed $1: $what" [ $bad = 0 ]
}

run_trials() { # first seed, how many
	local seed
	for ((seed = ${SEED:-$1}; seed < ${SEED:-$1} + ${TRIALS:-$2}; seed++)); do
		[ -z "${TRIAL:-}" ] || seed=$TRIAL
		trial "$seed"
		[ -z "${TRIAL:-}" ] || break
	done
}
# --- the places of points.txt -------------------------------------------------

# What died where, in all trials; the name of a place is $at when it is the one
# a trial is about.
declare -A deaths=()
fired=0 armed=0 at=''
note_death() { # point, whether it was reached
	armed=$((armed + 1))
	[ -n "$2" ] || return 0
	fired=$((fired + 1))
	deaths[${1%%:*}]=1
}
# After the trials; a place nobody came to is tried for alone.
each_place_once() {
	local line try seed=9000 missing=''
	[ -z "${TRIAL:-}${TRIALS:-}" ] || return 0
	for line in "${points[@]}"; do
		at=${line%% *}
		for try in 1 2 3; do
			[ -n "${deaths[$at]:-}" ] || trial $((++seed))
		done
		[ -n "${deaths[$at]:-}" ] || missing+=" $at"
	done
	at=''
	ok "each of the ${#points[@]} places had its death ($fired of $armed came to it)" is "$missing" ''
	ok "most died where they were told to" [ $((fired * 2)) -ge $armed ]
}

# How many trials: in make check, in make check-long.
trials() { if [ -n "${LONG:-}" ]; then echo "$2"; else echo "$1"; fi; }

# A line of points.txt: name and how often it may be passed.
points_of() { awk -v p="$1" '!/^#/ && $2 == p && $4 ~ /^[0-9]+$/ { print $1, $4 }' tests/fault/points.txt; }
