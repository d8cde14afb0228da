#!/bin/bash
# limits.t - no descriptors left, at the daemon and at a station; callers who
# send and read slowly; a database restarted again and again under load.
. tests/fault/lib.sh
use_district
start_daemon
two_stations

cpu_ms() { # of a process, so far
	awk -v hz="$(getconf CLK_TCK)" '{ print int(($14 + $15) * 1000 / hz) }' "/proc/$1/stat"
}
quick() { # true when a short read is answered within two seconds
	local began
	began=$(now_ms)
	[ "$(code GET '/v1/caseload?limit=1')" = 200 ] || { remark "$(status)" && return 1; }
	began=$(($(now_ms) - began))
	[ $began -lt 3000 ] || { remark "$began ms" && return 1; }
	slowest=$((began > slowest ? began : slowest))
}
slowest=0

# --- no descriptors: the daemon -------------------------------------------------

add_note one ~fd.a~ "${numbers[0]}"
open_now=$(ls "/proc/$daemon_pid/fd" | wc -l)
prlimit --pid "$daemon_pid" --nofile=$((open_now + 6)):
holders=()
for ((i = 0; i < 40; i++)); do
	exec {fd}<>"/dev/tcp/127.0.0.1/$sync_port" && holders+=("$fd")
done 2>/dev/null
sleep 0.5
before=$(cpu_ms "$daemon_pid")
station one sync --json >"$work/said" 2>&1 &
sync_pid=$!
sleep 3
spent=$(($(cpu_ms "$daemon_pid") - before))
ok "out of descriptors the daemon is still there" kill -0 "$daemon_pid"
ok "and does not spin ($spent ms of processor in 3 s)" [ $spent -lt 1500 ]
for fd in "${holders[@]}"; do exec {fd}>&-; done
prlimit --pid "$daemon_pid" --nofile=4096:
wait $sync_pid
rc=$?
ok "a station is served late, or told to come later (exit $rc)" [ $rc = 0 -o $rc = 3 ]
ok "with descriptors again everybody is served" both_in_step
ok "and quickly" quick

why_not() { # limit answer: what a program out of descriptors may not say
	local code
	code=$(jq -r '.error | .code + " " + .retry' <<<"$2" 2>/dev/null)
	[ "$code" = 'exhausted later' ] || echo " $1: ${code:-$(tail -n 1 "$work/errors")}"
}
# --- no descriptors: a station ----------------------------------------------------

# Short of them it knows nothing about its files, and must not say it does: not
# enrolled, no key, a certificate of somebody else.
few=0 odd='' late=''
for limit in 5 6 7 8 9 10 11 12 14 18; do
	said=$(ulimit -n $limit && station one add service --case "${numbers[0]}" kind=phone_contact status=completed \
		"started_at=2026-11-20 09:00" minutes=30 "aim=~few$limit~" --json 2>"$work/errors")
	rc=$?
	if note_saved "~few$limit~" "$said"; then few=$((few + 1)); else note_tried "~few$limit~"; fi
	[ $rc = 0 ] || odd+=$(why_not "$limit" "$said")
	said=$(ulimit -n $limit && station one sync --json 2>"$work/errors")
	rc=$?
	[ $rc = 0 ] || odd+=$(why_not "$limit" "$said")
	[ $rc != 3 ] || late+=" $limit"
done
ok "with hardly any descriptors a station saves and syncs, or says what it is short of" is "$odd" ''
ok "to be tried later ($late)" [ "$(wc -w <<<"$late")" -ge 3 ]
ok "with a few it saves ($few of 10)" [ $few -ge 5 ]
ok "the store is whole" is "$(station one doctor --json | jq .ok)" true
ok "everybody is in step" both_in_step
ok "nothing was lost or doubled" all_kept

# --- slow senders, slow readers -----------------------------------------------------

batch "$work/batch.slow" 60 "${case_ids[0]}"
slow_pids=''
proxy_port=''
web_line() { # direction bytes ms: a line to the web port that drips
	web_proxy_port=$(free_port)
	"$PROXY" "$web_proxy_port" "$web_port" $$ "$1" "$2" drip "$3" >"$work/web.line" 2>/dev/null
}
web_line up 100 200
for ((i = 0; i < 24; i++)); do
	curl -sk --max-time 25 --cacert "$ca_file" -b "$work/jar.$one_login" -H "Origin: https://127.0.0.1:$web_proxy_port" \
		-H 'X-Casebridge: web' -H 'Content-Type: application/json' --data-binary @"$work/batch.slow" \
		-o /dev/null "https://127.0.0.1:$web_proxy_port/v1/changes" &
	slow_pids+=" $!"
done
slow_senders=$(cat "$work/web.line")
web_line down 100 200
for ((i = 0; i < 24; i++)); do
	curl -sk --max-time 25 --cacert "$ca_file" -b "$work/jar.$one_login" -o /dev/null \
		"https://127.0.0.1:$web_proxy_port/v1/caseload?limit=5000" &
	slow_pids+=" $!"
done
sleep 2
bad=0
for ((i = 0; i < 10; i++)); do
	quick || bad=$((bad + 1))
	batch "$work/batch" 3 "${case_ids[0]}"
	send "$work/batch" || bad=$((bad + 1))
	sleep 0.2
done
ok "while 24 send and 24 read a few bytes a second, others are served (slowest $slowest ms)" is "$bad" 0
ok "stations, too" both_in_step
kill "$slow_senders" "$(cat "$work/web.line")" 2>/dev/null
kill $slow_pids 2>/dev/null
wait $slow_pids 2>/dev/null
# What a slow sender got through before it was cut has its one place as well.
ok "what they sent is taken whole, or not at all" send "$work/batch.slow"
ok "nothing was lost or doubled" all_kept

# --- the database, restarted under load ----------------------------------------------

restarts=4
[ -z "${LONG:-}" ] || restarts=100
# Batches until it is told to stop, each asked again until it is answered.
pusher() { # number
	local b=0 code
	while [ ! -e "$work/enough" ]; do
		b=$((b + 1))
		batch "$work/load.$1" 5 "${case_ids[(b + $1) % ${#case_ids[@]}]}"
		for code in $(seq 200); do
			code=$(curl -s --max-time 20 --cacert "$ca_file" -b "$work/jar.$one_login" -o "$work/load.$1.reply" \
				-w '%{http_code}' -H "Origin: $web_url" -H 'X-Casebridge: web' -H 'Content-Type: application/json' \
				--data-binary @"$work/load.$1" "$web_url/v1/changes")
			[ "$code" != 200 ] || break
			echo "$code" >>"$work/load.errors"
			sleep 0.1
		done
		mv "$work/load.$1.reply" "$work/load.$1.$b.reply"
	done
}
load_pids='' slowest_back=0
: >"$work/load.errors"
pusher 1 2>/dev/null &
load_pids=$!
pusher 2 2>/dev/null &
load_pids+=" $!"
for ((i = 0; i < restarts; i++)); do
	add_note one "~r$i~" "${numbers[0]}"
	begin_at=$(now_ms)
	if [ $((i % 2)) = 0 ]; then stop_postgres immediate; else stop_postgres fast; fi
	restart_postgres
	wait_for 20 answers /readyz || bail "the daemon does not find the database again"
	back=$(($(now_ms) - begin_at))
	slowest_back=$((back > slowest_back ? back : slowest_back))
	station one sync >/dev/null 2>&1
	sleep 0.3
done
: >"$work/enough"
wait $load_pids 2>/dev/null
answered=0
for file in "$work"/load.*.*.reply; do note_answer "$file" && answered=$((answered + 1)); done
ok "$restarts restarts under load; $answered batches were answered, served again after at most $slowest_back ms" [ "$answered" -gt "$restarts" ]
ok "callers were told to come later and nothing else" is "$(sort -u "$work/load.errors" | grep -vE '^(503|000)$')" ''
sign_in "$one_login"
ok "everybody is in step" both_in_step
ok "nothing was lost or doubled ($(wc -l <"$ledger") words)" all_kept
done_testing
