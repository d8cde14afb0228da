# lib.sh - what the fault tests share: programs that can be made to die, a bad
# line, and the ledger (ledger.sh).
#
# Everything of tests/flow/lib.sh is here too.
FAULT_BUILD=${BUILD:-build}
BUILD=$FAULT_BUILD/fault
. "$(dirname "${BASH_SOURCE[0]}")/../flow/lib.sh"
. tests/fault/ledger.sh

PROXY=$PWD/$FAULT_BUILD/tests/fault/proxy
PORTAL=$PWD/$FAULT_BUILD/tests/fault/portal
[ "${FAULT_BUILD#/}" = "$FAULT_BUILD" ] || PROXY=$FAULT_BUILD/tests/fault/proxy PORTAL=$FAULT_BUILD/tests/fault/portal
proxy_pid='' proxy_port=''

# --- a bad line -------------------------------------------------------------

# line_up [up|down OFFSET ACTION [ARGUMENT]] - the line to the sync port, at
# $proxy_port; what it did is known after line_down.
line_up() {
	[ -n "$proxy_port" ] || proxy_port=$(free_port)
	proxy_pid=$("$PROXY" "$proxy_port" "$sync_port" $$ "$@" 2>"$work/line") ||
		bail "no line: $(cat "$work/line")"
}
line_down() {
	[ -n "$proxy_pid" ] || return 0
	kill "$proxy_pid" 2>/dev/null
	wait_for 5 gone "$proxy_pid"
	proxy_pid=''
}
# connections, up, down or happened, of the line that was taken down last
line_says() { sed -n "s/.*\b$1=\([0-9]*\).*/\1/p" "$work/line"; }

# --- stations ---------------------------------------------------------------

# Milliseconds since some moment; only differences mean anything.
now_ms() { echo $((${EPOCHREALTIME/./} / 1000)); }
pause() { sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; } # milliseconds

# armed POINT command…: the programs it starts die at that place.
armed() {
	local point=$1
	shift
	CASEBRIDGE_CRASH=$point "$@"
}
# The same for a daemon that runs already (armable start_daemon …).
armable() { armed "@$work/state/crash" "$@"; }
arm() { # POINT:n[:stop]
	orders=$((orders + 1))
	[[ $1 == *:*:* ]] || set -- "$1:kill"
	echo "$1:$orders" >"$work/state/crash.new" && mv "$work/state/crash.new" "$work/state/crash"
}
disarm() { rm -f "$work/state/crash"; }
orders=0
# Both ends hold the same, nothing waits, and it is what the reader may see.
in_step() { # station login [tries]
	local name=$1 login=$2 tries=${3:-4} said=''
	while [ $((tries--)) -gt 0 ]; do
		said=$(station "$name" sync --json 2>>"$work/sync.errors")
		[ "$(jq -c '[.synced, .waiting]' <<<"$said" 2>/dev/null)" != '[true,0]' ] || break
		sleep 0.2
	done
	[ "$(jq -c '[.synced, .waiting]' <<<"$said" 2>/dev/null)" = '[true,0]' ] ||
		{ remark "$name: ${said:-nothing said}" "$(tail -n 3 "$work/sync.errors")" && return 1; }
	[ "$(jq -r .digest <<<"$said")" = "$(may_hold "$login")" ] ||
		{ remark "$name holds another set than $login may see" && return 1; }
}

# --- the district of the trials ---------------------------------------------

# Two stations that share cases, and a person at the web who writes into them:
# $numbers are the cases both hold, $case_ids the same as ids.
two_stations() { # [server-url]
	one_login=$(account social_worker 平桥街道康复站)
	two_login=$(account social_worker 平桥社区服务中心)
	local url=$sync_url
	sync_url=${1:-$sync_url}
	enrol one "$(site_of "$one_login")" "$one_login" &&
		enrol two "$(site_of "$two_login")" "$two_login" || bail "the stations do not enrol"
	sync_url=$url
	ok "two stations begin in step" both_in_step
	station one cases --json | jq -r '.[] | "\(.number) \(.case)"' | sort >"$work/cases.one"
	station two cases --json | jq -r '.[] | "\(.number) \(.case)"' | sort >"$work/cases.two"
	mapfile -t numbers < <(comm -12 "$work/cases.one" "$work/cases.two" | cut -d' ' -f1)
	mapfile -t case_ids < <(comm -12 "$work/cases.one" "$work/cases.two" | cut -d' ' -f2)
	[ ${#numbers[@]} -gt 3 ] || bail "the stations share no cases"
	sign_in "$one_login" || bail "nobody signs in"
}
# Both at once, until a round in which neither had anything to send.
both_in_step() {
	local try one two
	for ((try = 0; try < 8; try++)); do
		station one sync --json >"$work/one.step" 2>>"$work/sync.errors" &
		one=$!
		station two sync --json >"$work/two.step" 2>>"$work/sync.errors"
		wait "$one"
		[ "$(jq -c '[.synced, .waiting]' "$work"/{one,two}.step 2>/dev/null)" = $'[true,0]\n[true,0]' ] ||
			{ sleep 0.2 && continue; }
		[ "$(jq -r .digest "$work"/{one,two}.step)" != "$(may_hold "$one_login" "$two_login")" ] || return 0
		# What one sent the other may have asked for too early, once.
		[ "$(jq -s 'map(.sent + .applied + .conflicts + .parked) | add' "$work"/{one,two}.step)" != 0 ] ||
			{ remark "another set than they may see" "$(cat "$work"/{one,two}.step)" && return 1; }
	done
	remark "not in step: $(cat "$work"/{one,two}.step)" "$(tail -n 3 "$work/sync.errors")"
	return 1
}
restart_postgres() { # after it was killed; its children may still be going
	local try
	for ((try = 0; try < 20; try++)); do
		cluster_start "$pg_dir" "$work/s" 2>/dev/null && return 0
		sleep 0.3
	done
	bail "PostgreSQL does not start again"
}

# --- work that is told to the ledger ----------------------------------------

# add STATION MARK CASE - a note; true when the station said saved.
add_note() {
	local said
	said=$(station "$1" add service --case "$3" kind=phone_contact status=completed \
		"started_at=2026-11-20 09:00" minutes=30 "aim=$2" --json 2>/dev/null)
	note_saved "$2" "$said"
}
edit_note() { # STATION MARK RECORD
	local said
	said=$(station "$1" edit "$3" "aim=$2" --json 2>/dev/null)
	note_saved "$2" "$said"
}
# batch FILE COUNT CASE - new notes with ids of ours, made before anything is sent
batch() {
	local i id rec
	for ((i = 0; i < $2; i++)); do
		read -r id </proc/sys/kernel/random/uuid && read -r rec </proc/sys/kernel/random/uuid
		echo "$id $rec"
	done | jq -cRn --arg c "$3" '{changes: [inputs | split(" ") | {id: .[0], rec: .[1],
		type: "service", case: $c, op: "create", entered_at: "2026-11-21T09:30:00+08:00",
		set: {started_at: "2026-11-20T10:00:00+08:00", minutes: 30, kind: "phone_contact",
		      status: "completed", aim: "批"}}]}' >"$1"
}
# send FILE - true when the centre answered for all of it; the ledger knows.
send() {
	rm -f "$1.reply"
	api POST /v1/changes - --max-time 30 <"$1" >"$1.reply" 2>/dev/null
	[ "$(status)" = 200 ] && note_answer "$1.reply"
}
