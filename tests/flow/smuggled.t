#!/bin/bash
# smuggled.t - hundreds of requests with two readings, at the daemon and through
# two proxies in front of it, as Debian has them: in none of them does the sign-in
# that is hidden in the body reach anybody (tests/attack/smuggle.pl).
. tests/flow/lib.sh
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
bytes_port=$(free_port) haproxy_port=$(free_port) nginx_port=$(free_port)
cat >"$work/haproxy.cfg" <<-EOC
	defaults
	  timeout connect 5s
	  timeout client 5s
	  timeout server 5s
	listen bytes
	  mode tcp
	  bind 127.0.0.1:$bytes_port
	  server d 127.0.0.1:$web_port ssl verify required ca-file $ca_file verifyhost localhost
	listen http
	  mode http
	  bind 127.0.0.1:$haproxy_port
	  http-reuse always
	  http-request deny deny_status 403 if METH_POST { path /v1/session }
	  server d 127.0.0.1:$web_port ssl verify required ca-file $ca_file verifyhost localhost
EOC
cat >"$work/nginx.conf" <<-EOC
	daemon off;
	pid $work/nginx.pid;
	error_log $work/nginx.log;
	events { }
	http {
	  access_log off;
	  client_body_temp_path $work/n1; proxy_temp_path $work/n2; fastcgi_temp_path $work/n3; uwsgi_temp_path $work/n4; scgi_temp_path $work/n5;
	  upstream d { server 127.0.0.1:$web_port; keepalive 8; }
	  server {
	    listen 127.0.0.1:$nginx_port;
	    proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host localhost;
	    proxy_ssl_protocols TLSv1.3; proxy_ssl_verify on; proxy_ssl_trusted_certificate $ca_file; proxy_ssl_name localhost;
	    location / { proxy_pass https://d; }
	    location = /v1/session { limit_except GET { deny all; } proxy_pass https://d; }
	  }
	}
EOC
/usr/sbin/haproxy -f "$work/haproxy.cfg" >"$work/haproxy.log" 2>&1 </dev/null &
/usr/sbin/nginx -c "$work/nginx.conf" >"$work/nginx.out" 2>&1 </dev/null &
reaches() { [ "$(curl -s --max-time 2 -o /dev/null -w '%{http_code}' -H 'Host: localhost' "http://127.0.0.1:$1/v1/session")" = 401 ]; }

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
