# lib.sh - a whole Casebridge for one test: cluster, daemon, stations.
#
#   . tests/flow/lib.sh
#   use_district                 the demo district, loaded once a check run
#   start_daemon [--key=value…]  on free ports; ends with the test
#   ok "sentence" command…       one test line;  is got want,  like got regex
#   done_testing
#
# What a test makes is below $work and goes with it: the daemon, PostgreSQL and
# stations still running are ended however the test ends. Clusters are copies
# of a template that the first test of a run makes; they lie in memory
# (/dev/shm) when there is room, so fsync stays on, as the daemon demands, and
# costs nothing. A test about durability says `durable=1` before it reads this.
#
# Sanitized programs write their findings to files; done_testing turns each
# into a failure, also those of programs whose exit code nobody looked at.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tools/cluster.sh

BUILD=${BUILD:-build}
CASEBRIDGED=$PWD/$BUILD/casebridged
CASEBRIDGE=$PWD/$BUILD/casebridge
[ "${BUILD#/}" = "$BUILD" ] || { CASEBRIDGED=$BUILD/casebridged CASEBRIDGE=$BUILD/casebridge; }
QUICK_KEY=${CASEBRIDGE%/*}/tests/lib/quick_key
OPENED=${CASEBRIDGED%/*}/tests/lib/opened
ROUTES=${CASEBRIDGE%/*}/tests/lib/routes
WEB_ROOT=${WEB_ROOT:-$PWD/build/web}
n=0 failed=0
daemon_pid='' pg_dir='' web_port='' sync_port='' ops_port='' current_user=''

# One scratch directory a check run, or one for this test alone.
scratch=${CHECK_SCRATCH:-}
own_scratch=''
if [ -z "$scratch" ]; then
	place=${TMPDIR:-/tmp}
	[ "$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print ($4 > 2000000) }')" != 1 ] ||
		place=/dev/shm
	scratch=$(mktemp -d "$place/cb-flow.XXXXXX") own_scratch=$scratch
	chmod 755 "$scratch"
fi
work=$(mktemp -d "$scratch/t.XXXXXX")
chmod 755 "$work"
pg_home=''
[ -z "${durable:-}" ] || pg_home=$(mktemp -d "${TMPDIR:-/tmp}/cb-durable.XXXXXX")
[ -z "$pg_home" ] || ln -s "$pg_home" "$work/durable"
pg_home=${pg_home:-$work}
chmod 755 "$pg_home"

export ASAN_OPTIONS="log_path=$work/san:exitcode=99:detect_leaks=1:strip_path_prefix=$PWD/"
export UBSAN_OPTIONS="log_path=$work/san:exitcode=99:print_stacktrace=1:halt_on_error=1"
export LSAN_OPTIONS=exitcode=99:suppressions=$PWD/tests/lib/leaks.txt:print_suppressions=0
export LC_ALL=C.UTF-8
unset CASEBRIDGE_STORE CASEBRIDGE_PASSPHRASE_FILE

clean_up() {
	local pid
	trap '' INT TERM HUP
	for pid in $(jobs -p); do kill "$pid" 2>/dev/null; done
	[ -z "$daemon_pid" ] || ended_within "$daemon_pid" 5 ||
		kill -KILL "$daemon_pid" 2>/dev/null
	[ -z "$pg_dir" ] || cluster_stop "$pg_dir" immediate
	rm -rf "$work" "$pg_home" $own_scratch
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

# --- the test lines -------------------------------------------------------

ok() { # "sentence" command…
	local what=$1
	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		failed=$((failed + 1))
		sed 's/^/# /' "$work"/remark 2>/dev/null
	fi
	rm -f "$work/remark"
}
remark() { printf '%s\n' "$@" | head -c 4000 >>"$work/remark"; }
is() { [ "$1" = "$2" ] || { remark "got:  $1" "want: $2" && return 1; }; }
isnt() { [ "$1" != "$2" ] || { remark "got:  $1" "want: anything else" && return 1; }; }
like() { [[ $1 =~ $2 ]] || { remark "got:  $1" "want: something like $2" && return 1; }; }
unlike() { [[ ! $1 =~ $2 ]] || { remark "got:  $1" "want: nothing like $2" && return 1; }; }
# The exit code of a command, whatever it prints.
exits() { # code command…
	local want=$1 got=0
	shift
	"$@" >"$work/said" 2>&1 || got=$?
	[ "$got" = "$want" ] || { remark "exit $got, want $want" "$(tail -n 5 "$work/said")" && return 1; }
}
skip() { n=$((n + 1)) && echo "ok $n - $1 # SKIP $2"; }
# The test cannot go on; other tests can.
bail() {
	ok "$*" false
	echo "1..$n"
	exit 1
}
done_testing() {
	local report
	[ -z "$daemon_pid" ] || ok "the daemon ends cleanly" stop_daemon
	for report in "$work"/san.*; do
		[ -e "$report" ] || continue
		remark "$(grep -vE '^=+$' "$report" | head -n 30)"
		ok "sanitizers find nothing" false
	done
	echo "1..$n"
	exit $((failed > 0))
}

# wait_for SECONDS command… - true as soon as the command is.
wait_for() {
	local end=$((EPOCHSECONDS + $1))
	shift
	until "$@"; do
		[ $EPOCHSECONDS -lt $end ] || return 1
		sleep 0.05
	done
}
gone() { ! kill -0 "$1" 2>/dev/null; }
ended_within() { wait_for "$2" gone "$1"; }

# --- the database ---------------------------------------------------------

# Templates: `blank` is migrated and empty, `district` also holds the demo.
template_of() { # kind: makes it when this run has none yet
	local kind=$1 dir=$scratch/template-$1
	(
		flock 9
		[ ! -e "$dir/ready" ] || exit 0
		rm -rf "$dir"
		mkdir -p "$dir" && chmod 755 "$dir"
		if [ "$kind" = blank ]; then
			CLUSTER_INITDB="--wal-segsize=1 --no-sync" \
				cluster_make "$dir/pg" deploy/demo/postgresql.conf || exit 1
		else
			template_of blank || exit 1
			cp -a "$scratch/template-blank/." "$dir/" && rm -f "$dir/ready"
		fi
		fill_template "$kind" "$dir" >"$dir/log" 2>&1
		rc=$?
		cluster_stop "$dir/pg"
		[ $rc = 0 ] || { remark "$(tail -n 20 "$dir/log")" && exit 1; }
		: >"$dir/ready"
	) 9>"$scratch/template-$kind.lock"
}
fill_template() {
	local kind=$1 dir=$2
	cluster_start "$dir/pg" "$dir/s" || return 1
	write_config "$dir/daemon.conf" "$dir/s" "$dir/state" 8443 8444 8445
	if [ "$kind" = blank ]; then
		cluster_prepare "$dir/s" &&
			"$CASEBRIDGED" ca init --config "$dir/daemon.conf" &&
			"$CASEBRIDGED" migrate --config "$dir/daemon.conf"
	else
		"$CASEBRIDGED" demo --config "$dir/daemon.conf" \
			--accounts "$dir/accounts.tsv" --cases "${DEMO_CASES:-58}"
	fi
}
# Programs of earlier releases know of no sealer; each is asked once a run.
knows_sealer() {
	local help=$scratch/help${CASEBRIDGED//\//.}
	[ -e "$help" ] || { "$CASEBRIDGED" --help >"$help.$$" && mv "$help.$$" "$help"; }
	grep -q '^  database-seal' "$help"
}
write_config() { # file sockets state web sync ops
	mkdir -p "$3" && chmod 700 "$3"
	cat >"$1" <<-EOC
		database = $(cluster_conninfo "$2" casebridge_app)
		database-owner = $(cluster_conninfo "$2" casebridge_owner)
		$(! knows_sealer || printf 'database-seal = %s\nseal-dir = %s' "$(cluster_conninfo "$2" casebridge_seal)" "${3%/*}/seal")
		state-dir = $3
		web-root = $WEB_ROOT
		web-listen = 127.0.0.1:$4
		sync-listen = 127.0.0.1:$5
		ops-listen = 127.0.0.1:$6
		password-cost = floor
	EOC
}
use_template() {
	template_of "$1" || bail "the $1 template could not be made"
	cp -a "$scratch/template-$1/state" "$work/state"
	[ "$1" = blank ] || cp "$scratch/template-$1/accounts.tsv" "$work/"
	cp -a "$scratch/template-$1/pg" "$pg_home/pg"
	pg_dir=$pg_home/pg
	start_postgres
}
use_blank() { use_template blank; }
use_district() { use_template district; }
# shellcheck disable=SC2120
start_postgres() { # [setting=value…]
	cluster_start "$pg_dir" "$work/s" "$@" || bail "PostgreSQL does not start"
}
# Its clock off by so much (+1d, -2h), by libfaketime. Started by its own user with
# the clock already wrong: the library shares a semaphore with what it starts.
faketime=$(find /usr/lib -name libfaketime.so.1 2>/dev/null | head -n 1)
start_postgres_at() { # offset
	local real_bin
	real_bin=$(cluster_bin)
	mkdir -p "$work/bin" && chmod 755 "$work/bin"
	echo "export LD_PRELOAD=$faketime FAKETIME=$1 FAKETIME_DONT_FAKE_MONOTONIC=1" >"$work/clock.env"
	chmod 644 "$work/clock.env"
	printf '#!/bin/sh\n. %s/clock.env\nexec %s/pg_ctl "$@"\n' "$work" "$real_bin" >"$work/bin/pg_ctl"
	chmod 755 "$work/bin/pg_ctl"
	cluster_bin() { echo "$work/bin"; }
	start_postgres
	eval "cluster_bin() { echo '$real_bin'; }"
}
stop_postgres() { cluster_stop "$pg_dir" "${1:-fast}"; }
sql() { psql -AtX -v ON_ERROR_STOP=1 "$(cluster_conninfo "$work/s" postgres)" -c "$1"; }

# The newest bodies of records, as people read them: what is sealed at rest is open.
# Without ids every version that has something sealed.
body_of() { # RECORD
	local stored
	stored=$(sql "SELECT body FROM log.version WHERE record_id = '$1' AND next_csn IS NULL")
	case $stored in '{"~":'*) opened "$1" ;; *) echo "$stored" ;; esac
}
opened() { "$OPENED" "$(cluster_conninfo "$work/s" postgres)" "$work/state/files.key" "$@"; }

# --- the daemon -----------------------------------------------------------

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
free_port() {
	local port
	while port=$((20000 + RANDOM % 12000)); do
		mkdir "$scratch/port.$port" 2>/dev/null || continue
		port_is_taken "$port" || { echo "$port" && return 0; }
	done
}
answers() { # path of the ops port: true when it says 200; asked so often that a program for it would be dear
	local line='' port
	{ exec {port}<>"/dev/tcp/127.0.0.1/$ops_port"; } 2>/dev/null || return 1
	{ printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$1" >&"$port"; } 2>/dev/null && IFS= read -r -t 5 -u "$port" line
	exec {port}>&-
	[[ $line == HTTP/1.?' 200 '* ]]
}
ready_or_gone() { answers /readyz || gone "$daemon_pid"; }

# The first call takes three free ports, later ones come back on the same.
start_daemon() { # [--key=value…]
	[ -n "$web_port" ] ||
		{ web_port=$(free_port) && sync_port=$(free_port) && ops_port=$(free_port); }
	web_url=https://127.0.0.1:$web_port sync_url=https://127.0.0.1:$sync_port
	write_config "$work/daemon.conf" "$work/s" "$work/state" \
		"$web_port" "$sync_port" "$ops_port"
	"$CASEBRIDGED" serve --config "$work/daemon.conf" "$@" \
		</dev/null >>"$work/daemon.log" 2>&1 &
	daemon_pid=$!
	wait_for 60 ready_or_gone && answers /readyz && ca_file=$(echo "$work"/state/ca*.pem) &&
		return 0
	remark "$(tail -n 20 "$work/daemon.log")" "$(gone "$daemon_pid" && echo "it has ended")"
	bail "the daemon does not start"
}
# One that finds another log than it knew: it comes up unconfirmed, so /readyz
# says 503.
unready() { [ "$(curl -s --max-time 5 -o "$work/said" -w '%{http_code}' "http://127.0.0.1:$ops_port/readyz")" = 503 ] && grep -q unconfirmed "$work/said"; }
start_unconfirmed() {
	"$CASEBRIDGED" serve --config "$work/daemon.conf" </dev/null >>"$work/daemon.log" 2>&1 &
	daemon_pid=$!
	wait_for 60 unready || { remark "$(tail -n 5 "$work/daemon.log")" && return 1; }
}
# Ends it as systemd would; false when it had died, hangs or says it failed.
stop_daemon() {
	local pid=$daemon_pid rc=0
	daemon_pid=''
	kill -TERM "$pid" 2>/dev/null || { remark "it had ended" "$(tail -n 5 "$work/daemon.log")" && return 1; }
	ended_within "$pid" 40 || { kill -KILL "$pid"; remark "it did not end in 40 s" && return 1; }
	wait "$pid" || rc=$?
	[ $rc = 0 ] || { remark "exit code $rc" "$(tail -n 5 "$work/daemon.log")" && return 1; }
}
kill_daemon() { # as a power cut would
	local pid=$daemon_pid
	daemon_pid=''
	kill -KILL "$pid" && wait "$pid" 2>/dev/null
	:
}
daemon() { "$CASEBRIDGED" "$@" --config "$work/daemon.conf"; }

# --- people and calls -----------------------------------------------------

# accounts.tsv: role, login, password, name, site, secret of the second factor.
account() { # role [part of the site's name]: the first such login
	awk -F '\t' -v role="$1" -v site="${2:-}" \
		'$1 == role && index($5, site) { print $2; exit }' "$work/accounts.tsv"
}
site_of() { awk -F '\t' -v l="$1" '$2 == l { print $5; exit }' "$work/accounts.tsv"; }
password_of() { awk -F '\t' -v l="$1" '$2 == l { print $3; exit }' "$work/accounts.tsv"; }

# As the browser does it: a cookie jar a person, on the web listener. The body
# goes through standard input, so that no password is in a list of processes.
sign_in() { # login: later api calls are this person's
	current_user=$1
	rm -f "$work/jar.$1"
	jq -cn --arg l "$1" --arg p "$(password_of "$1")" '{login: $l, password: $p}' |
		api POST /v1/session - >"$work/session.$1"
	[ "$(status)" = 201 ] || { remark "sign-in answered $(status)" && return 1; }
	case $(jq -r '.step // ""' "$work/session.$1") in
	factor) give_factor "$1" ;;
	enrol) set_up_factor "$1" ;;
	esac
}
secret_of() { awk -F '\t' -v l="$1" '$2 == l { print $6; exit }' "$work/accounts.tsv"; }
# The app of a person: a program of others says what the code is. No code is good
# twice, and no test wants to wait for the next.
code_of() { # login
	sql "UPDATE auth.factor f SET last_step = 0 FROM auth.account a WHERE a.id = f.account AND a.login = '$1'" >/dev/null
	oathtool --totp -b "$(secret_of "$1")"
}
give_factor() { # login
	api POST /v1/session/factor "{\"code\":\"$(code_of "$1")\"}" >"$work/session.$1"
	[ "$(status)" = 200 ] || { remark "the second factor answered $(status)" && return 1; }
}
set_up_factor() { # login: the secret goes where the demo's are
	local secret
	secret=$(api POST /v1/account/factor | jq -r .secret)
	awk -F '\t' -v OFS='\t' -v l="$1" -v s="$secret" '$2 == l { $6 = s } 1' "$work/accounts.tsv" >"$work/accounts.new" &&
		mv "$work/accounts.new" "$work/accounts.tsv"
	api POST /v1/account/factor/confirm "{\"code\":\"$(code_of "$1")\"}" >"$work/codes.$1"
	[ "$(status)" = 200 ] || { remark "setting up the second factor answered $(status)" && return 1; }
	api GET /v1/session >"$work/session.$1"
}
as() { current_user=$1; }
# api METHOD PATH [BODY|-] [curl option…]: prints the answer, remembers status.
api() {
	local method=$1 path=$2 body=${3:-}
	shift $(($# < 3 ? $# : 3))
	local jar=$work/jar.${current_user:-nobody}
	local options=(-sS --max-time 60 -X "$method" --cacert "$ca_file" -b "$jar" -c "$jar" -o "$work/answer"
		-D "$work/headers" -w '%{http_code}' -H "Origin: $web_url" -H 'X-Casebridge: web')
	[ -z "$body" ] || options+=(-H 'Content-Type: application/json' --data-binary @-)
	: >"$work/answer"
	if [ "$body" = - ]; then
		curl "${options[@]}" "$@" "$web_url$path" >"$work/status"
	else
		printf '%s' "$body" | curl "${options[@]}" "$@" "$web_url$path" >"$work/status"
	fi
	cat "$work/answer"
}
status() { cat "$work/status"; }
header() { # name: of the last answer
	sed -n "s/^$1: *\(.*\)\r\$/\1/Ip" "$work/headers" | head -n 1
}
# The status alone; the answer is in $work/answer.
code() { api "$@" >/dev/null && status; }

# --- stations -------------------------------------------------------------

# station NAME verb…: casebridge with that station's store, unlocked by the
# password of the person who signed in there.
station() {
	local name=$1
	shift
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/$name.secret LANG=C.UTF-8 \
		"$CASEBRIDGE" --store "$work/st/$name" "$@" </dev/null
}
enrol() { # name site login: enrolled, signed in, not yet synced
	local name=$1 site=$2 login=$3 factor=''
	[ -z "$(secret_of "$login")" ] || factor=$work/st/$name.factor
	mkdir -p "$work/st" && chmod 700 "$work/st"
	(umask 077 && password_of "$login" >"$work/st/$name.secret" &&
		daemon enrol-code ${enrol_alone---alone} --site "$site" --json | jq -r .code >"$work/st/$name.code")
	[ -z "$(secret_of "$login")" ] || (umask 077 && code_of "$login" >"$work/st/$name.factor")
	station "$name" enrol --server "$sync_url" --ca "$ca_file" \
		--code-file "$work/st/$name.code" >"$work/said" 2>&1 &&
		station "$name" login --user "$login" \
			--password-file "$work/st/$name.secret" ${factor:+--code-file "$factor"} >>"$work/said" 2>&1 ||
		{ remark "$(tail -n 8 "$work/said")" && return 1; }
	quick_key "$name"
}
# Opening a store is dear on purpose; from the second time on it need not be here.
quick_key() { # name
	[ ! -x "$QUICK_KEY" ] || "$QUICK_KEY" "$work/st/$1.secret" "$work/st/$1"/*.store 2>/dev/null
	:
}
