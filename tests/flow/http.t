#!/bin/bash
# http.t - the door: what is refused, what every answer carries, what happens
# when it is slow, full, reloaded or told to stop.
. tests/flow/lib.sh
. tests/flow/small.sh
use_blank
mkdir -p "$work/web/assets"
echo '<!doctype html><title>page</title>' >"$work/web/index.html"
echo 'let a;' >"$work/web/assets/a-1.js"
WEB_ROOT=$work/web
start_daemon --password-cost=standard --lane-password=1 --threads=1
use_small

# Slow clients run beside the other tests: a handshake that never comes, and a
# header that arrives one byte a second.
began=$EPOCHSECONDS
(exec 3<>"/dev/tcp/127.0.0.1/$web_port" && timeout 30 cat <&3 >/dev/null
	echo $((EPOCHSECONDS - began)) >"$work/silent") 2>/dev/null &
( (printf 'GET / HTTP/1.1\r\nHost: localhost\r\nX: '
	for _ in $(seq 30); do printf a && sleep 1; done) 2>/dev/null |
	timeout 30 openssl s_client -quiet -verify_quiet -connect "127.0.0.1:$web_port" 2>/dev/null
	echo $((EPOCHSECONDS - began)) >"$work/slow") >/dev/null &

# --- requests with two readings -------------------------------------------
host='Host: localhost\r\n'
post="POST /v1/session HTTP/1.1\r\n${host}Content-Type: application/json\r\nX-Casebridge: web\r\n"
next='GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
refused() { # bytes: one answer, 400, and nothing after it
	local reply
	reply=$(raw "$1$next")
	like "$reply" '^HTTP/1.1 400' && is "$(grep -c '^HTTP/1.1' <<<"$reply")" 1 &&
		like "$reply" 'Connection: close' && like "$reply" '"code":"bad_request"'
}
while IFS='|' read -r what bytes; do
	ok "refused: $what" refused "$bytes"
done <<-EOC
	two lengths|${post}Content-Length: 2\r\nContent-Length: 30\r\n\r\n{}
	a length twice|${post}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}
	a length and a coding|${post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n
	a coding nobody knows|${post}Transfer-Encoding: xchunked\r\n\r\n{}
	a space before the colon|${post}Content-Length : 2\r\n\r\n
	a folded length|${post}Content-Length: 2\r\n 0\r\n\r\n{}
	a folded host|GET / HTTP/1.1\r\nHost: localhost\r\n evil\r\n\r\n
	two hosts|GET / HTTP/1.1\r\n${host}Host: evil.example\r\n\r\n
	no host|GET / HTTP/1.1\r\n\r\n
	another host|GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n
	a NUL in the path|GET /v1/session%%00 HTTP/1.1\r\n${host}\r\n
	an encoded slash|GET /v1%%2fsession HTTP/1.1\r\n${host}\r\n
	an encoded backslash|GET /v1%%5csession HTTP/1.1\r\n${host}\r\n
	dot segments|GET /v1/../v1/session HTTP/1.1\r\n${host}\r\n
	encoded dot segments|GET /v1/%%2e%%2e/v1/session HTTP/1.1\r\n${host}\r\n
	an empty segment|GET //v1/session HTTP/1.1\r\n${host}\r\n
	a whole URL|GET https://localhost/ HTTP/1.1\r\n${host}\r\n
	HTTP/1.0|GET / HTTP/1.0\r\n${host}\r\n
	a hundred headers|GET / HTTP/1.1\r\n${host}$(printf 'X: y\\r\\n%.0s' $(seq 100))\r\n
	a header of 20 kB|GET / HTTP/1.1\r\n${host}X: $(head -c 20000 /dev/zero | tr '\0' a)\r\n\r\n
EOC
is_status() { is "$(raw "$2" | head -n 1 | cut -d' ' -f2)" "$1"; }
ok "TRACE is no method of ours" is_status 405 "TRACE /v1/session HTTP/1.1\r\n${host}Connection: close\r\n\r\n"
ok "an unknown address is not found" is_status 404 "GET /v1/nothing HTTP/1.1\r\n${host}Connection: close\r\n\r\n"
ok "a form is no JSON" is_status 415 "POST /v1/session HTTP/1.1\r\n${host}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b"
ok "a body has a limit" is_status 413 "${post}Content-Length: 4097\r\n\r\n"
ok "and none where none is taken" is_status 413 "GET /v1/session HTTP/1.1\r\n${host}Content-Length: 1\r\n\r\na"
ok "a query takes known names" is_status 400 "GET /v1/session?a=b HTTP/1.1\r\n${host}\r\n"

# --- what every answer carries -----------------------------------------------
protected() { # the last answer's headers
	like "$(header content-security-policy)" "^default-src 'none'; script-src 'self';.*require-trusted-types-for 'script'" &&
		is "$(header x-content-type-options)" nosniff && is "$(header referrer-policy)" no-referrer &&
		is "$(header strict-transport-security)" "max-age=31536000; includeSubDomains" && is "$(header cross-origin-opener-policy)" same-origin &&
		is "$(header server)" ''
}
api GET / >/dev/null
ok "the page is there" is "$(cat "$work/answer")" '<!doctype html><title>page</title>'
ok "and protected" protected
ok "and asked for again each time" is "$(header cache-control)" no-cache
etag=$(header etag)
ok "unless it is the same" is "$(code GET / '' -H "If-None-Match: $etag")" 304
api GET /assets/a-1.js >/dev/null
ok "what has a hash in its name is kept" like "$(header cache-control)" immutable
ok "a file that is not there" is "$(code GET /v2 '')" 404
ok "a refusal is protected too" protected
ok "and never kept" is "$(header cache-control)" no-store
ok "and a problem document" like "$(header content-type)" application/problem
ok "HEAD gives no body" is "$(curl -sI --cacert "$ca_file" "$web_url/" | head -n 1 | cut -d' ' -f2)" 200
code PATCH /v1/session '{}' >/dev/null
ok "a wrong method names the right ones" is "$(header allow)" 'POST, GET, DELETE'
ok "the health of the ops listener is not on the web" is "$(code GET /healthz '')" 404

sign_in li.na
api GET /v1/catalogue '' -H 'Accept-Encoding: zstd' >/dev/null
ok "long answers are compressed when wanted" is "$(header content-encoding)" zstd
zstd_magic=$(head -c 4 "$work/answer" | od -An -tx1 | tr -d ' ')
ok "really" is "$zstd_magic" 28b52ffd
api GET /v1/catalogue >/dev/null
ok "and not otherwise" is "$(header content-encoding)" ''
tag=$(header etag)
ok "the catalogue is not sent twice" is "$(code GET /v1/catalogue '' -H "If-None-Match: $tag")" 304

# --- TLS -------------------------------------------------------------------------
shakes() { # port option…: whether a handshake succeeds
	local port=$1
	shift
	openssl s_client -connect "127.0.0.1:$port" "$@" </dev/null >"$work/tls" 2>&1
}
ok "browsers speak TLS 1.3" shakes "$web_port" -tls1_3
refuses() { ! shakes "$@"; }
ok "and nothing older unless the setting says so" refuses "$web_port" -tls1_2
ok "stations neither" refuses "$sync_port" -tls1_2
ok "a browser is never asked for a certificate" grep -q 'No client certificate CA names sent' <(shakes "$web_port"; cat "$work/tls")
shakes "$sync_port"
ok "a station is" grep -q 'Casebridge device CA' <(sed -n '/Acceptable client/,/Peer/p' "$work/tls")
(printf 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' && sleep 1) |
	openssl s_client -connect "127.0.0.1:$web_port" -sess_out "$work/ticket" >/dev/null 2>&1
ok "a session is taken up again" grep -q '^Reused' <(shakes "$web_port" -sess_in "$work/ticket"; cat "$work/tls")

# --- many at once ---------------------------------------------------------------
# A hundred sign-ins at one worker with room for 32: the rest hear so at once.
echo '{"login":"nobody","password":"wrong password"}' >"$work/guess"
for _ in $(seq 100); do
	printf 'url = "%s/v1/session"\noutput = "/dev/null"\n' "$web_url"
done >"$work/urls"
curl -sS --parallel --parallel-immediate --parallel-max 100 --cacert "$ca_file" -K "$work/urls" \
	-H 'Content-Type: application/json' -H 'X-Casebridge: web' --data-binary @"$work/guess" \
	-w '%{http_code} %header{retry-after}\n' 2>/dev/null | sort | uniq -c >"$work/codes"
ok "a full lane answers 503 and when to come again" like "$(cat "$work/codes")" ' 503 2'
ok "and nothing else goes wrong" is "$(grep -cvE ' (401 |429 [0-9]+|503 2)$' "$work/codes")" 0
ok "meanwhile other lanes answer" is "$(code GET /v1/session)" 200

refuses_readyz() { ! answers /readyz; }
# All connections ask while the daemon is stopped, so that it finds all of them
# ready at once: an event loop that waits with 128 ready stands still here
# (docs/threads.md).
lockstep() { # connections rounds
	perl - "$ops_port" "$1" "$2" "$daemon_pid" <<-'EOP'
		use strict; use warnings; use IO::Socket::INET; use IO::Select; use Time::HiRes 'time';
		my ($port, $count, $rounds, $pid) = @ARGV;
		my @all = map { IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port") or die "connect: $!\n" } 1 .. $count;
		my ($worst, $end) = (0, time + 3);
		for my $round (1 .. $rounds) {
			last if time > $end && $round > 3;
			my ($start, %got) = (time);
			kill STOP => $pid;
			syswrite $_, "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n" for @all;
			kill CONT => $pid;
			my $waiting = IO::Select->new(@all);
			while ($waiting->count) {
				my @ready = $waiting->can_read(20) or die "stood still for 20 s in round $round, " . $waiting->count . " waiting\n";
				for my $s (@ready) {
					sysread($s, $got{$s}, 65536, length($got{$s} // '')) or die "closed in round $round\n";
					$waiting->remove($s) if $got{$s} =~ /"ready"\}/;
				}
			}
			/^HTTP\/1.1 200/ or die "not 200\n" for values %got;
			$worst = time - $start if time - $start > $worst;
		}
		die sprintf("a round took %.1f s\n", $worst) if $worst > 5;
	EOP
}
stays_busy() { lockstep "$@" 2>"$work/remark"; }
ok "128 connections at once never stand still" stays_busy 128 400
ok "nor do 256" stays_busy 256 400

# --- certificates change under it ---------------------------------------------
serial() {
	openssl s_client -connect "127.0.0.1:$web_port" </dev/null 2>/dev/null |
		openssl x509 -noout -serial
}
before=$(serial)
daemon ca renew >/dev/null
ok "a new certificate waits for the signal" is "$(serial)" "$before"
kill -HUP "$daemon_pid"
other_serial() { [ "$(serial)" != "$before" ]; }
ok "SIGHUP takes it up" wait_for 5 other_serial
ok "and it is good" is "$(code GET /v1/session)" 200
now=$(serial)
cp "$work/state/server.key" "$work/kept" && echo garbage >"$work/state/server.key"
kill -HUP "$daemon_pid"
ok "a damaged key is told" wait_for 5 grep -q 'certificates not changed' "$work/daemon.log"
ok "and the old one kept" is "$(serial)" "$now"
cp "$work/kept" "$work/state/server.key"

# --- slow ones are cut -------------------------------------------------------------
between() { [ -n "$1" ] && [ "$1" -ge "$2" ] && [ "$1" -le "$3" ] || { remark "$1 s" && return 1; }; }
wait_for 20 test -s "$work/silent"
ok "a handshake that never comes is cut after 10 s" between "$(cat "$work/silent")" 9 14
wait_for 20 test -s "$work/slow"
ok "so is a header that drips" between "$(cat "$work/slow")" 9 15
ok "the figures say so" like "$(curl -s "http://127.0.0.1:$ops_port/metrics")" 'connections_cut_total [1-9]'

# --- what the log may say ----------------------------------------------------------
ok "the log names routes" grep -q 'POST /v1/session status=' "$work/daemon.log"
ok "and no person, password or address of a record" is \
	"$(grep -cE 'li\.na|李娜|pass-word|nobody|127\.0\.0\.1 ' "$work/daemon.log")" 0

# --- the database goes and comes -----------------------------------------------------
stop_postgres immediate
ok "without the database it says so" is "$(code GET /v1/session)" 503
ok "but the process is well" answers /healthz
ok "and not ready" refuses_readyz
start_postgres
ok "when the database is back" wait_for 10 answers /readyz
ok "the session goes on" is "$(code GET /v1/session)" 200

# --- told to stop in the middle ------------------------------------------------------
(jq -cn --arg p "$(password_of wang.wei)" '{login: "wang.wei", password: $p}' |
	curl -s -o /dev/null -w '%{http_code}' --cacert "$ca_file" -H 'Content-Type: application/json' \
		-H 'X-Casebridge: web' --data-binary @- "$web_url/v1/session" >"$work/last") &
asked=$!
running() { curl -s "http://127.0.0.1:$ops_port/metrics" | grep -q 'lane_running{lane="password"} 1'; }
wait_for 5 running
ok "SIGTERM ends it cleanly" stop_daemon
wait "$asked"
ok "and what was running was answered" is "$(cat "$work/last")" 201
done_testing
