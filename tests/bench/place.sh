# place.sh - what the bench measures: a cluster, the daemon, a station's keys,
# and the peers. Read by run.sh; everything made lies below $home and $pg_home
# and is ended by place_end, however the bench ends.
#
# The cluster is on a real disk with fsync on: what a commit costs is part of
# what is measured.

pg_home='' sockets='' daemon_pid='' couch_pid='' express_pid='' nginx_pid=''
web_port='' sync_port='' ops_port='' couch_port='' express_port='' nginx_port=''

free_port() {
	local port
	while port=$((20000 + RANDOM % 12000)); do
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port" && return 0; }
	done
}

wait_for_port() { # port pid name
	local i
	for ((i = 0; i < 600; i++)); do
		! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || return 0
		kill -0 "$2" 2>/dev/null || break
		sleep 0.1
	done
	tail -n 5 "$home/$3.log" >&2
	fail "$3 did not start"
}

end_process() { # pid
	[ -n "$1" ] || return 0
	kill -TERM "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

# --- PostgreSQL and the daemon --------------------------------------------

# Root's own folders are closed to the user PostgreSQL runs as.
make_cluster() {
	pg_home=$home
	cluster_reaches "$home" || { pg_home=$(mktemp -d /var/tmp/casebridge-bench.XXXXXX) &&
		chmod 755 "$pg_home"; }
	rm -rf "$pg_home/pg"
	sockets=$(mktemp -d /tmp/casebridge-bench.XXXXXX)
	cluster_make "$pg_home/pg" deploy/demo/postgresql.conf &&
		cluster_start "$pg_home/pg" "$sockets" shared_preload_libraries="$profile" &&
		cluster_prepare "$sockets" || fail "the cluster could not be made"
}

write_config() {
	rm -rf "$home/state"
	mkdir -p "$home/state" "$home/web" && chmod 700 "$home/state"
	cat >"$home/daemon.conf" <<-EOC
		database = $(cluster_conninfo "$sockets" casebridge_app)
		database-owner = $(cluster_conninfo "$sockets" casebridge_owner)
		state-dir = $home/state
		web-root = $home/web
		web-listen = 127.0.0.1:$web_port
		sync-listen = 127.0.0.1:$sync_port
		ops-listen = 127.0.0.1:$ops_port
		log-level = warn
		${DAEMON_SETTINGS:-}
	EOC
}

daemon() { "$casebridged" "$@" --config "$home/daemon.conf"; }
sql() { psql -AtX -v ON_ERROR_STOP=1 "$(cluster_conninfo "$sockets" postgres)" -c "$1"; }

start_daemon() {
	web_port=$(free_port) sync_port=$(free_port) ops_port=$(free_port)
	write_config
	daemon ca init >"$home/setup.log" && daemon migrate >>"$home/setup.log" || fail "no tables"
	serve
}

serve() {
	"$casebridged" serve --config "$home/daemon.conf" </dev/null >>"$home/daemon.log" 2>&1 &
	daemon_pid=$!
	wait_for_port "$sync_port" $daemon_pid daemon
}

# --- a site, a person, a station ------------------------------------------

make_people() {
	daemon site add --name bench --kind rehab_station --district bench >>"$home/setup.log" &&
		(umask 077 && head -c 24 /dev/urandom | base64 >"$home/password") &&
		staff=$(daemon account add --login bench --role social_worker --site bench \
			--name bench <"$home/password") || fail "no account"
	site=$(sql "SELECT id FROM rec.site WHERE name = 'bench'")
}

# api METHOD PATH [curl option…]: the body is standard input.
api_on() { # port method path option…
	local port=$1 method=$2 path=$3
	shift 3
	curl -sS --max-time 60 --fail-with-body --cacert "$home/state/ca.pem" -X "$method" \
		-H 'Content-Type: application/json' "$@" "https://127.0.0.1:$port$path"
}

sign_in_body() {
	jq -cn --rawfile p "$home/password" '{login: "bench", password: ($p | rtrimstr("\n"))}'
}

# The bare station: a key, a certificate for it, a session on the sync listener.
make_station() {
	openssl ecparam -name prime256v1 -genkey -noout -out "$home/station.key" &&
		openssl req -new -key "$home/station.key" -subj /CN=bench -out "$home/station.csr" &&
		daemon enrol-code --alone --site bench --json | jq -r .code >"$home/code" &&
		jq -cn --rawfile c "$home/code" --rawfile r "$home/station.csr" \
			'{code: ($c | rtrimstr("\n")), csr: $r}' |
		api_on "$sync_port" POST /v1/devices --data-binary @- >"$home/device.json" &&
		jq -r '.certificate' "$home/device.json" >"$home/station.pem" &&
		sign_in_body | api_on "$sync_port" POST /v1/session --data-binary @- \
			--cert "$home/station.pem" --key "$home/station.key" >"$home/session.json" &&
		(umask 077 && jq -r .token "$home/session.json" >"$home/token") ||
		fail "no station: $(cat "$home/device.json" "$home/session.json" 2>/dev/null)"
}

new_replica() { # prints its id
	local id
	id=$(cat /proc/sys/kernel/random/uuid)
	printf '{"replica":"%s","store":"bench"}' "$id" | api_on "$sync_port" POST /v1/replicas \
		--data-binary @- --cert "$home/station.pem" --key "$home/station.key" \
		-H @<(printf 'Authorization: Bearer %s\n' "$(cat "$home/token")") >"$home/replica.json" ||
		fail "no replica: $(cat "$home/replica.json")"
	echo "$id"
}

station() { # [client option…] verb…: as the bare station
	"$home/client" --port "$sync_port" --ca "$home/state/ca.pem" \
		--certificate "$home/station.pem" --key "$home/station.key" \
		--token-file "$home/token" "$@" || fail "the bench's client failed"
}

# The browser's session: its cookie, as a header.
make_browser() {
	sign_in_body | api_on "$web_port" POST /v1/session --data-binary @- -o /dev/null \
		-H "Origin: https://127.0.0.1:$web_port" -H 'X-Casebridge: web' -D "$home/browser" ||
		fail "no browser session"
	(umask 077 && sed -n 's/^Set-Cookie: *\(__Host-session=[^;]*\).*/\1/Ip' "$home/browser" >"$home/cookie")
}

# --- the peers ------------------------------------------------------------

install_peers() {
	local lock stamp=$home/peers/.installed
	mkdir -p "$home/peers"
	cp tests/bench/peers/* "$home/peers/"
	lock=$(cd "$home/peers" && sha256sum package-lock.json)
	[ "$(cat "$stamp" 2>/dev/null)" != "$lock" ] || return 0
	say "installing the peers"
	(cd "$home/peers" && npm ci --no-audit --no-fund </dev/null >"$home/npm.log" 2>&1) || {
		tail -n 5 "$home/npm.log" >&2
		fail "the peers could not be fetched: connect this machine to the internet"
	}
	echo "$lock" >"$stamp"
}

# The same certificate and the same TLS for everybody.
start_nginx() {
	nginx_port=$(free_port)
	mkdir -p "$home/nginx/www"
	head -c 300 /dev/zero | tr '\0' x >"$home/nginx/www/file"
	sed -e "s|@PORT@|$nginx_port|; s|@HOME@|$home|; s|@USER@|$(id -un)|" tests/bench/peers/nginx.conf \
		>"$home/nginx/nginx.conf"
	nginx -p "$home/nginx" -e "$home/nginx.log" -c "$home/nginx/nginx.conf" >>"$home/nginx.log" 2>&1 &
	nginx_pid=$!
	wait_for_port "$nginx_port" $nginx_pid nginx
}

start_express() {
	express_port=$(free_port)
	NODE_ENV=production PORT=$express_port DATABASE_HOST=$sockets STATE=$home/state \
		node "$home/peers/express.js" </dev/null >"$home/express.log" 2>&1 &
	express_pid=$!
	wait_for_port "$express_port" $express_pid express
}

start_couch() {
	couch_port=$(free_port)
	rm -rf "$home/couch" && mkdir -p "$home/couch"
	NODE_ENV=production PORT=$couch_port DOCS=$home/docs.ndjson PLACE=$home/couch \
		node "$home/peers/couch.js" </dev/null >"$home/couch.log" 2>&1 &
	couch_pid=$!
	wait_for_port "$couch_port" $couch_pid couch
}

place_end() {
	trap '' INT TERM HUP
	end_process "$express_pid"
	end_process "$couch_pid"
	end_process "$nginx_pid"
	end_process "$daemon_pid"
	[ -z "$sockets" ] || cluster_stop "$pg_home/pg" immediate
	[ -z "$sockets" ] || rm -rf "$sockets"
	[ -z "$pg_home" ] || rm -rf "$pg_home/pg"
	[ -z "$pg_home" ] || [ "$pg_home" = "$home" ] || rm -rf "$pg_home"
	rm -rf "$home/couch" "$home/pouch" "$home/stations" "$home/state" "$home/docs.ndjson" \
		"$home"/*.bodies "$home/password" "$home/token" "$home/cookie" "$home/station.key"
}
