# proxies.sh - two proxies in front of the daemon, as Debian has them: both speak
# HTTP themselves, keep their connections to it and share them.
#
#   . tests/flow/lib.sh
#   . tests/flow/proxies.sh
#   start_daemon
#   start_proxies HAPROXY NGINX     lines for the listener of the one, for the server
#                                   of the other; $haproxy_port, $nginx_port, $proxies
#   reaches PORT                    the daemon answers through it
#   haproxy_to                      haproxy's line to the daemon, for further listeners

haproxy_to() { echo "server d 127.0.0.1:$web_port ssl verify required ca-file $ca_file verifyhost localhost"; }
start_proxies() {
	haproxy_port=$(free_port) nginx_port=$(free_port)
	cat >"$work/haproxy.cfg" <<-EOC
		defaults
		  timeout connect 5s
		  timeout client 5s
		  timeout server 5s
		listen http
		  mode http
		  bind 127.0.0.1:$haproxy_port
		  http-reuse always
		  $(haproxy_to)
		  $1
	EOC
	cat >"$work/nginx.conf" <<-EOC
		daemon off;
		pid $work/nginx.pid;
		error_log $work/nginx.log;
		events { worker_connections 4096; }
		http {
		  access_log off;
		  client_body_temp_path $work/n1; proxy_temp_path $work/n2; fastcgi_temp_path $work/n3; uwsgi_temp_path $work/n4; scgi_temp_path $work/n5;
		  upstream d { server 127.0.0.1:$web_port; keepalive 8; }
		  server {
		    listen 127.0.0.1:$nginx_port;
		    proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host localhost;
		    proxy_ssl_protocols TLSv1.3; proxy_ssl_verify on; proxy_ssl_trusted_certificate $ca_file; proxy_ssl_name localhost;
		    location / { proxy_pass https://d; }
		    $2
		  }
		}
	EOC
	/usr/sbin/haproxy -f "$work/haproxy.cfg" >"$work/haproxy.log" 2>&1 </dev/null &
	proxies=$!
	/usr/sbin/nginx -c "$work/nginx.conf" >"$work/nginx.out" 2>&1 </dev/null &
	proxies="$proxies $!"
}
reaches() { [ "$(curl -s --max-time 2 -o /dev/null -w '%{http_code}' -H 'Host: localhost' "http://127.0.0.1:$1/v1/session")" = 401 ]; }
