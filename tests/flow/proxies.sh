# proxies.sh - two proxies in front of the daemon, as Debian has them and with the very
# files of deploy/proxy; only addresses, names and where they write are the test's.
#
#   . tests/flow/lib.sh
#   . tests/flow/proxies.sh
#   start_daemon
#   start_proxies HAPROXY NGINX     without TLS towards browsers; lines for the listener of
#                                   the one, for the server of the other
#   front=FILE start_proxies        with TLS, FILE is certificate and key
#                                   $haproxy_port, $nginx_port for browsers,
#                                   $haproxy_sync, $nginx_sync for stations; $proxies
#   reaches PORT                    the daemon answers through it
#   haproxy_to                      haproxy's line to the daemon, for further listeners

haproxy_to() { echo "server d 127.0.0.1:$web_port ssl verify required ca-file $ca_file verifyhost localhost"; }

# Every place the example says is to be changed; one that is not there is a mistake.
example() { # FILE [FROM TO…]
	local text from
	text=$(cat "deploy/proxy/$1")
	shift
	while [ $# -gt 0 ]; do
		from=$1
		[[ $text == *"$from"* ]] || bail "the example has no '$from'"
		text=${text//"$from"/"$2"}
		shift 2
	done
	printf '%s\n' "$text"
}
to_daemon() { printf '%s\n' 127.0.0.1:8443 "127.0.0.1:$web_port" 127.0.0.1:8444 "127.0.0.1:$sync_port" casebridge.example localhost; }
start_proxies() {
	local daemon
	haproxy_port=$(free_port) nginx_port=$(free_port) haproxy_sync=$(free_port) nginx_sync=$(free_port)
	readarray -t daemon < <(to_daemon)
	example haproxy.cfg 192.0.2.10:8444 "127.0.0.1:$haproxy_sync" \
		'192.0.2.10:443 ssl crt /etc/haproxy/casebridge.pem' "127.0.0.1:$haproxy_port${front:+ ssl crt $front}" \
		/etc/haproxy/casebridge-ca.pem "$ca_file" "${daemon[@]}" >"$work/haproxy.cfg"
	printf '  %s\n' "${1:-}" >>"$work/haproxy.cfg"
	example nginx.conf 192.0.2.10:8444 "127.0.0.1:$nginx_sync" '192.0.2.10:443 ssl' "127.0.0.1:$nginx_port${front:+ ssl}" \
		'ssl_certificate /etc/nginx/casebridge.pem;' "${front:+ssl_certificate $front;}" \
		'ssl_certificate_key /etc/nginx/casebridge.pem;' "${front:+ssl_certificate_key $front;}" \
		/etc/nginx/casebridge-ca.pem "$ca_file" "${daemon[@]}" 'http {' "http {
  client_body_temp_path $work/n1; proxy_temp_path $work/n2; fastcgi_temp_path $work/n3; uwsgi_temp_path $work/n4; scgi_temp_path $work/n5;" \
		'location / { proxy_pass https://casebridged; }' "location / { proxy_pass https://casebridged; }
    ${2:-}" >"$work/nginx.conf"
	/usr/sbin/haproxy -f "$work/haproxy.cfg" >"$work/haproxy.log" 2>&1 </dev/null &
	proxies=$!
	/usr/sbin/nginx -c "$work/nginx.conf" -g "daemon off; pid $work/nginx.pid; error_log $work/nginx.log;" >"$work/nginx.out" 2>&1 </dev/null &
	proxies="$proxies $!"
}
reaches() { [ "$(curl -s --max-time 2 -o /dev/null -w '%{http_code}' -H 'Host: localhost' "http://127.0.0.1:$1/v1/session")" = 401 ]; }
