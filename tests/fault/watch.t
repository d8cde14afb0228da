#!/bin/bash
# watch.t - sync --watch while the centre is gone, busy, broken, mute or
# somebody else: nobody is asked more often than is decent, what the centre says
# of coming again is kept to, SIGTERM ends it at once wherever it is - and news
# is here within two seconds when all is well.
. tests/fault/lib.sh
use_district
start_daemon
login=$(account social_worker 平桥街道康复站)
site=$(site_of "$login")

# Each station has a way to the centre of its own, on which something else is
# put afterwards.
declare -A port pid
names=(gone busy fails html mute drips)
behind() { # name: enrolled over a line of its own
	proxy_port=${port[$1]}
	line_up
	sync_url=https://127.0.0.1:$proxy_port
	enrol "$1" "$site" "$login" && { [ "$1" = drips ] || in_step "$1" "$login"; }
	local rc=$?
	line_down
	return $rc
}
for name in "${names[@]}"; do
	port[$name]=$(free_port)
	behind "$name" &
	pid[$name]=$!
done
enrolled=0
for name in "${names[@]}"; do wait "${pid[$name]}" && enrolled=$((enrolled + 1)); done
enrol well "$site" "$login" && in_step well "$login" && enrolled=$((enrolled + 1))
ok "seven stations are enrolled" is $enrolled 7
number=$(station gone cases --json | jq -r '.[0].number')

portal() { # name [hold]: answers with $work/answer.NAME from now on
	"$PORTAL" "${port[$1]}" "$work/state/server.pem" "$work/state/server.key" $$ "$work/answer.$1" ${2:-} 2>>"$work/portal.log" ||
		bail "no portal: $(cat "$work/portal.log")"
}
http() { # "status" type [header…], the body on standard input
	local body
	body=$(cat)
	printf 'HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n' "$1" "$2" "$(printf %s "$body" | wc -c)"
	shift 2
	printf '%s\r\n' "$@" ''
	printf %s "$body"
}
problem() { # status code [header…]
	local status=$1 code=$2
	shift 2
	jq -cn --argjson s "$status" --arg c "$code" '{type: "about:blank", title: "no", status: $s, code: $c, retry: "later"}' |
		http "$status No" application/problem+json "$@"
}
problem 503 busy 'Retry-After: 6' >"$work/answer.busy"
problem 500 internal >"$work/answer.fails"
echo '<html>Down for maintenance</html>' | http '503 Down' text/html 'Retry-After: 6' >"$work/answer.html"
: >"$work/answer.mute"
portals=()
for name in busy fails html; do portals+=("$(portal $name)"); done
portals+=("$(portal mute hold)")
gone_pid=$("$PROXY" "${port[gone]}" "$(free_port)" $$ 2>"$work/line.gone") # nobody listens behind it

watch() { # name
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/$1.secret LANG=C.UTF-8 "$CASEBRIDGE" --store "$work/st/$1" sync --watch \
		</dev/null >"$work/watch.$1" 2>"$work/watch.$1.err" &
	pid[$1]=$!
}
watching=$(now_ms)
for name in gone busy fails html mute well; do
	station "$name" add service --case "$number" kind=home_visit status=completed "started_at=2026-11-20 09:00" \
		minutes=30 "aim=written at $name" >/dev/null
	watch "$name"
done

# --- when all is well --------------------------------------------------------------------------

at_centre() { [ "$(sql "SELECT count(*) FROM rec.service WHERE aim = '$1'")" = 1 ]; }
ok "what is written goes out" wait_for 20 at_centre "written at well"
sign_in "$login" || bail "nobody signs in"
case=$(station well cases --json | jq -r --arg n "$number" '.[] | select(.number == $n) | .case')
here() { # mark
	station well show "$number" --json | jq -e --arg aim "$1" 'any(.records[]; .body.aim == $aim)' >/dev/null
}
took=()
for i in 1 2 3; do
	sleep 1
	id=$(cat /proc/sys/kernel/random/uuid) rec=$(cat /proc/sys/kernel/random/uuid)
	jq -cn --arg id "$id" --arg rec "$rec" --arg c "$case" --arg aim "news $i" '{changes: [{id: $id, rec: $rec,
		type: "service", case: $c, op: "create", entered_at: "2026-11-21T09:30:00+08:00", set: {minutes: 30,
		started_at: "2026-11-20T10:00:00+08:00", kind: "phone_contact", status: "completed", aim: $aim}}]}' |
		api POST /v1/changes - >/dev/null
	began=$(now_ms)
	wait_for 10 here "news $i" || took+=(99999)
	took+=($(($(now_ms) - began)))
done
echo "# news is here after ${took[*]} ms"
ok "news is here within two seconds" test "$(printf '%s\n' "${took[@]}" | sort -n | sed -n 2p)" -le 2000
saved() { # mark: at station well, by another command
	station well add service --case "$number" kind=home_visit status=completed "started_at=2026-11-20 09:00" minutes=30 "aim=$1" >/dev/null
}
took=()
for i in 1 2 3; do
	saved "own $i"
	began=$(now_ms)
	wait_for 10 at_centre "own $i" || took+=(99999)
	took+=($(($(now_ms) - began)))
done
echo "# own work is there after ${took[*]} ms"
ok "own work is there within two seconds" test "$(printf '%s\n' "${took[@]}" | sort -n | sed -n 2p)" -le 2000
requests() { sql 'SELECT sum(last_req) FROM log.replica'; } # only one of them reaches it
sleep 1
before=$(requests)
sleep 6
ok "with nothing to say nothing is asked" test $(($(requests) - before)) -le 1

# --- when it is not ----------------------------------------------------------------------------

# What was asked in the first half minute of each.
window=30000
until [ $(($(now_ms) - watching)) -ge $window ]; do sleep 0.2; done
kill "$gone_pid" && wait_for 5 gone "$gone_pid"
when() { awk -v most=$window 'NR == 1 { first = $1 } $1 - first < most' "$work/answer.$1.log"; }
asked() { when "$1" | wc -l; }
gaps() { when "$1" | awk 'NR > 1 { print $1 - last } { last = $1 }'; }
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
for name in busy fails html mute; do echo "# $name: $(asked $name) requests, $(gaps $name | paste -sd' ') ms apart"; done
least() { # name milliseconds: between any two requests
	[ "$(asked "$1")" -ge 2 ] || { remark "asked $(asked "$1") times" && return 1; }
	[ "$(gaps "$1" | sort -n | head -n 1)" -ge "$2" ] || { remark "$(gaps "$1")" && return 1; }
}
ok "a busy centre is not asked before the time it gave" least busy 6000
ok "nor one whose gateway says so" least html 6000
ok "one that fails is asked, less and less" test "$(asked fails)" -ge 3 -a "$(asked fails)" -le 8
ok "the longer, the more rarely" test "$(gaps fails | tail -n 1)" -gt $((2 * $(gaps fails | head -n 1)))
ok "one that says nothing is waited for" is "$(asked mute)" 1
tries=$(sed -n 's/.*connections=\([0-9]*\).*/\1/p' "$work/line.gone")
ok "one that is gone is looked for, not sought ($tries times)" test "$tries" -ge 3 -a "$tries" -le 8
busy_ticks=0
for name in gone busy fails html mute; do busy_ticks=$((busy_ticks + $(ticks "${pid[$name]}"))); done
echo "# five who waited took $((busy_ticks * 10)) ms of CPU"
ok "waiting costs next to nothing" test $busy_ticks -lt 500
for name in gone busy fails html; do
	lines=$(grep -c . "$work/watch.$name.err")
	ok "$name: it is said once" test "$lines" -ge 1 -a "$lines" -le 2
done

# --- and when it is over -----------------------------------------------------------------------

proxy_port=${port[drips]} proxy_pid=''
line_up down 1000000000 cuts 4 # KB a second
watch drips
coming() { [ "$(station drips status --json 2>/dev/null | jq '.units > 0 and .cases_coming > 0')" = true ]; }
ok "a first sync is on its way" wait_for 20 coming
ends() { # name: within two seconds, in good order, store whole
	local rc=0
	kill -TERM "${pid[$1]}"
	ended_within "${pid[$1]}" 2 || { remark "still there" && return 1; }
	wait "${pid[$1]}" || rc=$?
	is $rc 0 && exits 0 station "$1" status
}
ok "SIGTERM ends it in the middle of a transfer" ends drips
ok "while news is awaited" ends well
ok "in a pause the centre asked for" ends busy
ok "or its gateway" ends html
ok "in a pause of its own" ends gone
ok "or one of a centre that fails" ends fails
ok "in front of somebody who never answers" ends mute

# --- nothing is lost by it ----------------------------------------------------------------------

kill "${portals[@]}"
for p in "${portals[@]}"; do wait_for 5 gone "$p"; done
line_down
for name in busy html; do
	proxy_port=${port[$name]}
	line_up
	station "$name" sync >/dev/null
	ok "$name: the next sync sends what was written" at_centre "written at $name"
	line_down
done
done_testing
