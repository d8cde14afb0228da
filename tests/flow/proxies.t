#!/bin/bash
# proxies.t - the examples of deploy/proxy as they stand: a browser signs in and writes
# through each, a station is let in and syncs with its own certificate, who has none gets
# nowhere, and who guesses passwords is slowed down by address.
. tests/flow/lib.sh
. tests/flow/proxies.sh
. tests/flow/small.sh
use_blank
start_daemon
use_small
cat "$work/state/server.pem" "$work/state/server.key" >"$work/front.pem"
front=$work/front.pem start_proxies
straight=$sync_url

answers_at() { [ "$(curl -s --max-time 2 --cacert "$ca_file" -o /dev/null -w '%{http_code}' "https://127.0.0.1:$1/v1/session")" = 401 ]; }
guess() { current_user=nobody code POST /v1/session '{"login":"no.body","password":"a wrong password"}'; }
oldest() { # PORT: the status where TLS is older than 1.3
	curl -s --max-time 5 --tls-max 1.2 --cacert "$ca_file" -o /dev/null -w '%{http_code}' "https://127.0.0.1:$1/v1/session"
}
foreign() { curl -s --max-time 5 --cacert "$ca_file" -b "$work/jar.li.na" -H 'X-Casebridge: web' -H 'Origin: https://evil.example' \
	-X DELETE -o /dev/null -w '%{http_code}' "$web_url/v1/session"; }
through() { # name port sync-port
	local name=$1
	web_url=https://127.0.0.1:$2 sync_url=https://127.0.0.1:$3
	ok "$name: it reaches the daemon" wait_for 20 answers_at "$2"
	ok "$name: nothing older than TLS 1.3" is "$(oldest "$2")" 000
	ok "$name: a browser signs in" sign_in li.na
	ok "$name: and reads" is "$(code GET /v1/caseload)" 200
	ok "$name: a body as large as the daemon takes passes" is "$(head -c 1048576 /dev/zero | tr '\0' x | api POST /v1/changes - >/dev/null; status)" 400
	ok "$name: of what passed nothing lies on the disk" is "$(find "$work"/n[1-5] -type f 2>/dev/null)" ''
	ok "$name: from another origin nothing is written" is "$(foreign)" 403
	ok "$name: from its own it is: signed out" is "$(code DELETE /v1/session)" 204
	ok "$name: a station is let in and signs in" enrol "$name" "$(sql "SELECT id FROM rec.site WHERE name = '小站'")" li.na
	ok "$name: and syncs with its own certificate" exits 0 station "$name" sync
	ok "$name: without one there is nothing of a station's" is \
		"$(curl -s --max-time 5 --cacert "$ca_file" -o "$work/answer" -w '%{http_code}' "$sync_url/v1/device")" 403
	for _ in $(seq 25); do guess; echo; done >"$work/guesses"
	ok "$name: who goes on guessing is turned away before the daemon is asked" [ "$(grep -c 429 "$work/guesses")" -ge 5 ]
	# What was counted for this address by the daemon is not the next one's.
	sql 'DELETE FROM auth.attempt' >/dev/null
}
through haproxy "$haproxy_port" "$haproxy_sync"
through nginx "$nginx_port" "$nginx_sync"
ok "the stations came with the certificates they have" is "$(sql 'SELECT count(*) FROM auth.device WHERE revoked_at IS NULL')" 2
ok "neither proxy can read what a station sends: the daemon's own certificate is met" is \
	"$(for port in "$haproxy_sync" "$nginx_sync"; do openssl s_client -connect "127.0.0.1:$port" </dev/null 2>/dev/null | openssl x509 -noout -fingerprint; done | sort -u)" \
	"$(openssl s_client -connect "${straight#https://}" </dev/null 2>/dev/null | openssl x509 -noout -fingerprint)"
# shellcheck disable=SC2086
kill $proxies 2>/dev/null
done_testing
