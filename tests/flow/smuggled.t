#!/bin/bash
# smuggled.t - hundreds of requests with two readings, at the daemon and through
# two proxies in front of it, as Debian has them: in none of them does the sign-in
# that is hidden in the body reach anybody (tests/attack/smuggle.pl).
. tests/flow/lib.sh
. tests/flow/proxies.sh
. tests/flow/small.sh
use_blank
start_daemon
use_small

tests/attack/smuggle.pl >"$work/corpus"
count=$(wc -l <"$work/corpus")
ok "$count requests, five hundred or more" [ "$count" -ge 500 ]
attempts() { sql "SELECT count(*) FROM audit.event"; }
before=$(attempts)
echo '{"login":"smuggled","password":"smuggled-password"}' | api POST /v1/session - >/dev/null
ok "a sign-in that is sent is refused, and on the trail" [ "$(status)" = 401 -a "$(attempts)" -gt "$before" ]

# One only undoes TLS and passes every byte on; two speak HTTP themselves, keep and
# share their connections to the daemon, and let nobody sign in: a sign-in that
# arrives all the same went past them unseen.
bytes_port=$(free_port)
start_proxies "http-request deny deny_status 403 if METH_POST { path /v1/session }
	listen bytes
	  mode tcp
	  bind 127.0.0.1:$bytes_port
	  $(haproxy_to)" 'location = /v1/session { limit_except GET { deny all; } proxy_pass https://casebridged; }'

through() { # name port
	local before
	ok "$1: it reaches the daemon" wait_for 20 reaches "$2"
	before=$(attempts)
	tests/attack/send.pl "$2" <"$work/corpus" >"$work/answers"
	ok "$1: all were sent" is "$(wc -l <"$work/answers")" "$count"
	ok "$1: nobody tried to sign in" is "$(attempts)" "$before"
}
through 'the daemon' "$bytes_port"
# What reads "400 400" is one answer: the library under the daemon writes the head
# of its own refusal twice, and ends the connection.
ok "the daemon: none was answered twice" is "$(grep -vE ': ((400 400|413 413)|[0-9]*)$' "$work/answers" | head -n 5)" ''
ok "the daemon: none of them was taken for a good one" is "$(grep -E ': 2' "$work/answers" | head -n 5)" ''
through haproxy "$haproxy_port"
through nginx "$nginx_port"
done_testing
