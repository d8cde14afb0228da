#!/bin/bash
# line.t - a line that cuts, resets, ends early, turns a bit, stands still or
# drips, at any byte: nothing false is taken, nothing is lost, nothing spins.
. tests/fault/lib.sh
use_district
start_daemon
proxy_port=$(free_port)
line_up
two_stations "https://127.0.0.1:$proxy_port"
line_down
cases=$([ -n "${LONG:-}" ] && echo 400 || echo 16)
[ -z "${TRIALS:-}" ] || cases=$TRIALS
RANDOM=${SEED:-4}

# How many bytes an ordinary round with a note and a conflict moves each way.
prepare() { # mark: one note at each station, so that both have to push and pull
	add_note one "~$1.a~" "${numbers[RANDOM % ${#numbers[@]}]}" &&
		add_note two "~$1.b~" "${numbers[0]}"
}
direct() { # the line without a fault, until both are in step
	line_up
	both_in_step
	local rc=$?
	line_down
	return $rc
}
direct_over() { add_note two ~drip~ "${numbers[1]}" && in_step two "$two_login"; }
prepare 0
line_up
station two sync >/dev/null
line_down
line_up
ok "an undisturbed round" in_step one "$one_login"
line_down
up=$(line_says up) down=$(line_says down)
ok "moves some bytes each way ($up, $down)" [ "$up" -gt 1000 -a "$down" -gt 1000 ]
ok "over few connections ($(line_says connections))" [ "$(line_says connections)" -le 2 ]

# --- lines that stand still, beside all the others ----------------------------

# Before anything, in the middle of the request, in the middle of the answer.
# Each has to be given up in its time, and to take no processor meanwhile.
stalled=(silent answered) stall_pids=()
[ -z "${LONG:-}" ] || stalled+=(asked) # a minute and a half
stand_still() { # name way offset
	local port
	port=$(free_port)
	echo "$port" >"$work/$1.port"
	proxy=$("$PROXY" "$port" "$sync_port" $$)
	sync_url_was=$sync_url sync_url=https://127.0.0.1:$port
	enrol "$1" "$(site_of "$one_login")" "$one_login" && in_step "$1" "$one_login" &&
		add_note "$1" "~$1~" "${numbers[0]}" || bail "station $1"
	sync_url=$sync_url_was
	kill "$proxy" && wait_for 5 gone "$proxy"
	"$PROXY" "$port" "$sync_port" $$ "$2" "$3" stall >"$work/$1.proxy" 2>&1
	(
		TIMEFORMAT='%R %U %S'
		time CASEBRIDGE_PASSPHRASE_FILE=$work/st/$1.secret timeout 180 "$CASEBRIDGE" --store "$work/st/$1" \
			sync --json </dev/null >"$work/$1.said" 2>"$work/$1.errors"
		echo "rc $?" >"$work/$1.rc"
		kill "$(cat "$work/$1.proxy")"
	) 2>"$work/$1.time" &
	stall_pids+=($!)
}
stand_still silent up 0
[ -z "${LONG:-}" ] || stand_still asked up $((up - 700))
stand_still answered down 4000

# --- one bad thing at a byte -------------------------------------------------

# What the program may say: done, or offline with the work kept. Not "damaged",
# not "refused", and never "synced" when it is not so.
bad_line() { # way offset action
	local rc=0 began seconds
	began=$(now_ms)
	line_up "$@"
	timeout 60 bash -c 'exec "$@"' - env CASEBRIDGE_PASSPHRASE_FILE="$work/st/one.secret" "$CASEBRIDGE" \
		--store "$work/st/one" sync --json </dev/null >"$work/one.said" 2>"$work/one.errors" || rc=$?
	line_down
	seconds=$((($(now_ms) - began) / 1000))
	[ $rc = 0 ] || [ $rc = 3 ] || { remark "$*: exit $rc" "$(tail -n 3 "$work/one.errors")" && return 1; }
	[ $rc != 0 ] || [ "$(jq '.synced and .waiting == 0' "$work/one.said")" = true ] ||
		{ remark "$*: $(cat "$work/one.said")" && return 1; }
	[ $seconds -lt 40 ] || { remark "$*: $seconds s" && return 1; }
	[ "$(line_says connections)" -le 6 ] || { remark "$*: $(line_says connections) connections" && return 1; }
	happened=$((happened + $(line_says happened)))
}
actions=(cut reset half flip) happened=0 failures=0
for ((i = 1; i <= cases; i++)); do
	way=up most=$up
	[ $((RANDOM % 3)) = 0 ] || way=down most=$down
	offset=$(((RANDOM * 32768 + RANDOM) % most))
	action=${actions[RANDOM % 4]}
	add_note one "~l$i~" "${numbers[RANDOM % ${#numbers[@]}]}" || { remark "note $i not saved" && failures=$((failures + 1)); }
	bad_line $way $offset "$action" || failures=$((failures + 1))
	[ $((i % 8)) != 0 ] || direct || failures=$((failures + 1))
done
ok "cut, reset, ended or with a bit turned at $cases bytes ($happened happened): done or offline, work kept" is "$failures" 0
ok "most of it happened" [ $((happened * 2)) -ge "$cases" ]
ok "afterwards both ends agree" direct
ok "and the station was never taken for another" is "$(sql 'SELECT count(*) FROM log.replica')" $((2 + ${#stalled[@]}))

# Whoever reads "certificate" calls the administrator instead of trying again.
for at in 100 900; do
	for action in cut reset half; do
		line_up down $at $action
		said=$(station one sync --json 2>&1)
		line_down
		ok "a handshake that ends ($action) at byte $at is no false certificate" \
			like "$said" '"synced":true|"code":"(offline|void_page)"'
	done
done

# The last request, its first half and the end of the stream in one.
for back in 120 250 380; do
	add_note one "~half$back~" "${numbers[0]}"
	ok "a request that ends $back bytes before its end is given up at once" bad_line up $((up - back)) half
	ok "and asked again" direct
done

# --- a line that drips, and the end of those that stood still -----------------

line_up down 700 drip 20
ok "a line of 35 kB/s gets through" direct_over
line_down
wait "${stall_pids[@]}"
for name in "${stalled[@]}"; do
	read -r real user system <"$work/$name.time"
	ok "a line that stands still is given up as offline ($name: $real s, $user s of processor)" \
		is "$(cat "$work/$name.rc")" 'rc 3'
	ok "in bounded time, without spinning" awk "BEGIN { exit !($real < 130 && $user + $system < 1.5) }"
	"$PROXY" "$(cat "$work/$name.port")" "$sync_port" $$ >/dev/null 2>&1
	ok "and goes on when the line does" in_step "$name" "$one_login"
done
sign_in "$one_login" # it may have taken longer than a session lasts unused
ok "the centre still serves everybody" [ "$(code GET '/v1/caseload?limit=1')" = 200 ]

# --- what a killed daemon looks like from there: mid TLS (C2), mid answer (C14)

for at in 300 $((down / 2)) $((down - 300)); do
	add_note one "~k$at~" "${numbers[0]}"
	line_up down "$at" kill "$daemon_pid"
	station one sync >/dev/null 2>&1
	line_down
	ended_within "$daemon_pid" 3 && daemon_pid=''
	[ -n "$daemon_pid" ] || start_daemon
	ok "the daemon killed when byte $at of its answers had passed" direct
done
ok "nothing was lost or doubled in all of it ($(wc -l <"$ledger") words)" all_kept
done_testing
