#!/bin/bash
# portal.t - somebody else answers: a captive portal, a proxy, a server gone
# mad. No answer but the centre's own moves the outbox or the copy.
. tests/fault/lib.sh
use_district
start_daemon
proxy_port=$(free_port)
line_up
two_stations "https://127.0.0.1:$proxy_port"
line_down

portal_up() { # certificate key answer [hold]
	portal_pid=$("$PORTAL" "$proxy_port" "$1" "$2" $$ "$work/answer.portal" ${3:-} 2>"$work/portal.log") ||
		bail "no portal: $(cat "$work/portal.log")"
}
portal_down() { kill "$portal_pid" 2>/dev/null && wait_for 5 gone "$portal_pid"; }
asked() { cat "$work"/answer.portal.log 2>/dev/null | wc -l; }
snapshot() { # station: what an answer could have moved
	station "$1" status --json | jq -c '[.units, .records, .unsent, .parked, .journal, .conflicts, .digest]'
}
# sync as it is, in little memory and little time
try_sync() { # station
	(
		ulimit -v 800000
		CASEBRIDGE_PASSPHRASE_FILE=$work/st/$1.secret timeout 150 "$CASEBRIDGE" --store "$work/st/$1" \
			sync --json </dev/null
	) >"$work/$1.said" 2>"$work/$1.errors"
}
# Both stations at once, one with work to send and one with a page to fetch.
unmoved() { # code
	local name
	for name in one two; do
		{
			try_sync $name
			echo $? >"$work/rc.$name"
			snapshot $name >"$work/after.$name"
		} &
	done
	wait $(jobs -p | grep -vx "$daemon_pid")
	for name in one two; do
		[ "$(cat "$work/rc.$name")" = "$1" ] ||
			{ remark "$name: exit $(cat "$work/rc.$name")" "$(cat "$work/$name.said" "$work/$name.errors")" && return 1; }
		is "$(cat "$work/after.$name")" "$(cat "$work/before.$name")" || return 1
	done
}

add_note one ~portal~ "${numbers[0]}"
batch "$work/batch" 3 "${case_ids[0]}"
send "$work/batch"
for name in one two; do snapshot $name >"$work/before.$name"; done
answer() { cat >"$work/answer.portal"; }
http() { # "status" type, the body on standard input
	local body
	body=$(cat)
	printf 'HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s' "$1" "$2" "$(printf %s "$body" | wc -c)" "$body"
}

# --- not the centre's certificate -------------------------------------------

echo '<html>Welcome! Accept our terms.</html>' | http '200 OK' text/html | answer
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=127.0.0.1 \
	-addext subjectAltName=IP:127.0.0.1 -keyout "$work/other.key" -out "$work/other.pem" 2>/dev/null
portal_up "$work/other.pem" "$work/other.key"
ok "a portal with a certificate of its own is refused" unmoved 3
ok "as somebody else, not as a bad network" like "$(cat "$work/one.errors" "$work/one.said")" 'tls|certificate'
ok "before a single request reaches it" is "$(asked)" 0
portal_down
proxy_pid=$("$PROXY" "$proxy_port" "$ops_port" $$ 2>/dev/null)
ok "plain HTTP in place of TLS is an offline centre" unmoved 3
line_down

# --- the right certificate, the wrong answer --------------------------------

station_cert="$work/state/server.pem" station_key="$work/state/server.key"
portal_up "$station_cert" "$station_key"
# A round that meets nothing but void answers tries for seconds: make check has
# every third of them, the long run all.
k=0
wrong() {
	k=$((k + 1))
	[ -n "${LONG:-}" ] || [ $((k % 3)) = 1 ] || return 0
	ok "$1" unmoved "${2:-3}"
}
echo '<html>Welcome!</html>' | http '200 OK' text/html | answer
wrong "200 and a page of HTML"
ok "which is called what it is" like "$(cat "$work/one.errors" "$work/one.said")" 'void_page|incomplete'
ok "and asked for a few times only ($(asked))" [ "$(asked)" -le 24 ]
echo '<html>Welcome!</html>' | http '200 OK' application/x-ndjson | answer
wrong "HTML that says it is a feed"
echo '{"hello":"world"}' | http '200 OK' application/json | answer
wrong "JSON of another service"
echo '{"head":"1.99999.0000000000000000","results":[]}' | http '200 OK' application/json | answer
wrong "an answer without the results that were asked for"
jq -n --arg i "$(cat /proc/sys/kernel/random/uuid)" '{head: "1.9.0000000000000000",
	results: [{id: $i, rec: $i, status: "dropped", csn: 9}]}' | http '200 OK' application/json | answer
wrong "a result that does not exist"
printf '' | http '200 OK' application/x-ndjson | answer
wrong "an empty feed"
printf '{"h":{"v":1,"head":"1.9.0000000000000000","units":0,"records":0,"bytes":0}}\n{"d":{"head":"1.9.0000000000000000","units":0,"records":0,"digest":"%064d"}}\n' 0 |
	http '200 OK' application/x-ndjson | answer
wrong "a feed without its last line"
printf '{"h":{"v":1,"head":"1.9.0000000000000000","units":0,"records":0,"bytes":0}}\n{"f":{"lines":1,"sha256":"%064d","next":"x","more":false}}\n' 0 |
	http '200 OK' application/x-ndjson | answer
wrong "a feed whose last line does not fit"
printf 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"results":[' | answer
wrong "an answer shorter than it says"
printf 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n{"results":[]}' | answer
wrong "an answer longer than it says"
printf 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n{"results":' | answer
wrong "pieces that never end"
{
	printf 'HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Encoding: zstd\r\n\r\n'
	head -c 2000000000 /dev/zero | zstd -q -1 -c
} | answer
wrong "2 GB of nothing in a small answer"
printf 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: zstd\r\n\r\nnot zstd at all' | answer
wrong "a compression that is none"
printf 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08junk' | answer
wrong "a compression nobody asked for"
printf 'HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:%s/\r\nContent-Length: 0\r\n\r\n' "$web_port" | answer
wrong "sent elsewhere"
{ printf 'HTTP/1.1 200 OK\r\nX-Long: ' && head -c 3000000 /dev/zero | tr '\0' a && printf '\r\n\r\n'; } | answer
wrong "a header of 3 MB"
{ printf 'HTTP/1.1 200 OK\r\n' && yes $'X-More: again\r' | head -n 200000; } | answer
wrong "headers without end"
printf 'SSH-2.0-OpenSSH_9.2\r\n' | answer
wrong "another protocol altogether"
statuses=('403 Forbidden' '404 Not Found' '409 Conflict' '503 Busy')
[ -z "${LONG:-}" ] || statuses+=('401 Unauthorized' '410 Gone' '413 Too Large' '422 Bad' '429 Slow' '500 Oops' '502 Bad Gateway')
for status in "${statuses[@]}"; do
	echo "<html>$status</html>" | http "$status" text/html | answer
	wrong "$status from somebody's gateway"
done
echo '{"type":"about:blank","title":"Gone","status":410,"code":"forget_everything","retry":"never"}' |
	http '410 Gone' application/problem+json | answer
wrong "a refusal with a code nobody knows"
portal_down

# --- the centre again ---------------------------------------------------------

line_up
ok "when the centre answers, all of it is exchanged" both_in_step
line_down
ok "nothing was lost or doubled" all_kept
ok "and no station had to become another" is "$(sql 'SELECT count(*) FROM log.replica')" 2
done_testing
