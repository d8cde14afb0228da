#!/bin/bash
# run.sh - a district on one machine: everything Casebridge is, in one command.
#
#   make demo [DEMO_ARGS="--once --fresh"] [WEB_PORT=8443] [SYNC_PORT=8444] [OPS_PORT=8445]
#
# Installs what is missing, builds, makes a private PostgreSQL cluster, device
# CA and certificates below var/demo, loads the demo district, starts the
# daemon, enrols three stations and syncs each. Every step looks first whether
# it is done, so a second run takes seconds and an interrupted one goes on
# where it was. It stays until Ctrl-C and then stops daemon and cluster;
# nothing is installed as a service.
#
#   --once    end after printing what the stations hold
#   --fresh   throw the district of earlier runs away first
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tools/cluster.sh

build=$(realpath -m "${B:-build}")
home=$PWD/var/demo
stations="hospital rehab community"
once='' fresh='' daemon_pid='' seal_pid='' sockets='' stopping=''
began=$EPOCHSECONDS

say() { printf '[%3d s] %s\n' $((EPOCHSECONDS - began)) "$*"; }
fail() {
	printf 'demo: %s\n' "$@" >&2
	exit 1
}

# --- before anything is touched -------------------------------------------

read_arguments() {
	local argument
	for argument in "$@"; do
		case $argument in
		--once) once=1 ;;
		--fresh) fresh=1 ;;
		*) fail "unknown argument '$argument': there are --once and --fresh" ;;
		esac
	done
}

right_user() {
	local place owner
	for place in var var/demo "$build"; do
		[ -e "$place" ] && [ ! -O "$place" ] || continue
		owner=$(stat -c %U "$place")
		fail "$place belongs to $owner and you are $(id -un):" \
			"run the demo as $owner, or remove $place first."
	done
	[ -w . ] || fail "you may not write here: $PWD"
}

only_one() {
	mkdir -p "$home" && chmod 711 "$home" || exit 1
	exec 8>>"$home/lock"
	flock -w 3 8 || fail "another demo is running in $home (process $(cat "$home/lock"))." \
		"Stop it with Ctrl-C, or look at it: it has printed its web address."
	echo $$ >"$home/lock"
}

# What an earlier run left when it was killed: its daemon, its cluster.
end_leftovers() {
	local pid program
	for program in seal daemon; do
		if read -r pid 2>/dev/null <"$home/$program.pid" &&
			[ "$(readlink "/proc/$pid/exe")" = "$(readlink -f "$build/casebridged")" ]; then
			say "ending the $program of a demo that was killed"
			kill -TERM "$pid" && while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
		fi
		rm -f "$home/$program.pid"
	done
	[ ! -e "$home/pg/postmaster.pid" ] || cluster_stop "$home/pg" fast ||
		rm -f "$home/pg/postmaster.pid"
	if read -r sockets 2>/dev/null <"$home/sockets"; then
		[[ $sockets != /tmp/casebridge-demo.?????? ]] || rm -rf "$sockets"
		rm -f "$home/sockets"
		sockets=''
	fi
}

# Stations keep the address they enrolled with, so it is chosen once.
choose_ports() {
	local name number wanted=${SYNC_PORT:-} known=''
	[ ! -e "$home/ports" ] || . "$home/ports"
	known=${demo_sync_port:-}
	[ -z "$wanted" ] || [ -z "$known" ] || [ "$wanted" = "$known" ] || fail \
		"the stations of this demo were enrolled at port $known." \
		"Leave SYNC_PORT out, or start anew: make demo DEMO_ARGS=--fresh SYNC_PORT=$wanted"
	WEB_PORT=${WEB_PORT:-${demo_web_port:-8443}}
	SYNC_PORT=${SYNC_PORT:-${known:-8444}}
	OPS_PORT=${OPS_PORT:-${demo_ops_port:-8445}}
	for name in WEB_PORT SYNC_PORT OPS_PORT; do
		number=${!name}
		[[ $number =~ ^[0-9]{1,5}$ ]] && ((number > 0 && number < 65536)) ||
			fail "$name=$number is not a port: give a number from 1024 to 65535."
		! (exec 3<>"/dev/tcp/127.0.0.1/$number") 2>/dev/null || fail \
			"port $number is in use by another program." \
			"Choose another one: make demo $name=$((number + 1000))"
	done
	[ "$WEB_PORT" != "$SYNC_PORT" ] && [ "$WEB_PORT" != "$OPS_PORT" ] &&
		[ "$SYNC_PORT" != "$OPS_PORT" ] || fail "the three ports must differ."
	printf 'demo_web_port=%s\ndemo_sync_port=%s\ndemo_ops_port=%s\n' \
		"$WEB_PORT" "$SYNC_PORT" "$OPS_PORT" >"$home/ports"
}

remove_cluster() {
	cluster_stop "$home/pg" immediate
	[ ! -L "$home/pg" ] || rm -rf "$(readlink "$home/pg")"
	rm -rf "$home/pg"
}

throw_away() {
	say "throwing the old district away"
	remove_cluster
	find "$home" -mindepth 1 -maxdepth 1 ! -name lock -exec rm -rf {} +
}

# --- build, database, daemon ----------------------------------------------

install_and_build() {
	local log=$home/build.log pid seen=0 now
	tools/setup.sh demo || exit 1
	make --no-print-directory -j"$(nproc)" B="$build" all </dev/null >"$log" 2>&1 &
	pid=$!
	while kill -0 $pid 2>/dev/null; do
		sleep 0.2
		now=$(grep -c '^  ' "$log")
		if [ -t 1 ] && [ "$now" -gt "$seen" ]; then
			printf '\r\033[K[%3d s] building: %s' $((EPOCHSECONDS - began)) \
				"$(grep '^  ' "$log" | tail -n 1)"
			seen=$now
		elif [ "$now" -ge $((seen + 25)) ]; then
			say "building: $now steps done"
			seen=$now
		fi
	done
	[ ! -t 1 ] || printf '\r\033[K'
	wait $pid || {
		grep -v '^  ' "$log" | tail -n 15 >&2
		fail "the build failed; everything it said is in $log"
	}
	say "the programs are built"
}

# Root's own folders are closed to the user PostgreSQL runs as; then the
# cluster goes where Debian keeps clusters, and var/demo/pg points there.
make_cluster() {
	local place
	[ ! -e "$home/loaded" ] || return 0
	[ ! -e "$home/pg" ] || say "an earlier run was interrupted: starting anew"
	remove_cluster
	if ! cluster_reaches "$home"; then
		place=/var/lib/postgresql/casebridge-demo-$(printf '%s' "$home" | sha256sum | cut -c1-8)
		rm -rf "$place"
		ln -s "$place" "$home/pg"
		say "user postgres cannot enter $PWD: the cluster is in $place"
	fi
	say "making a private PostgreSQL cluster"
	cluster_make "$(readlink -m "$home/pg")" deploy/demo/postgresql.conf ||
		fail "the cluster could not be made"
}

start_cluster() {
	make_cluster
	sockets=$(mktemp -d /tmp/casebridge-demo.XXXXXX)
	echo "$sockets" >"$home/sockets"
	cluster_start "$(readlink -f "$home/pg")" "$sockets" 8>&- || fail "PostgreSQL does not start"
	psql -AtX "host=$sockets user=postgres dbname=postgres" \
		-c "SELECT 1 FROM pg_database WHERE datname = '$CLUSTER_DB'" | grep -q 1 ||
		cluster_prepare "$sockets" || fail "the database could not be made"
}

write_config() {
	mkdir -p "$home/state" && chmod 700 "$home/state"
	cat >"$home/casebridged.conf" <<-EOC
		# Made by deploy/demo/run.sh at every start.
		database = $(cluster_conninfo "$sockets" casebridge_app)
		database-owner = $(cluster_conninfo "$sockets" casebridge_owner)
		database-seal = $(cluster_conninfo "$sockets" casebridge_seal)
		seal-dir = $home/seal
		state-dir = $home/state
		web-root = $build/web
		web-listen = 127.0.0.1:$WEB_PORT
		sync-listen = 127.0.0.1:$SYNC_PORT
		ops-listen = 127.0.0.1:$OPS_PORT
		data = demo
	EOC
}

daemon() { "$build/casebridged" "$@" --config "$home/casebridged.conf"; }

load_district() {
	say "certificates and tables"
	daemon ca init && daemon seal init >/dev/null && daemon migrate || fail "the database could not be set up"
	[ ! -e "$home/loaded" ] || return 0
	say "loading the demo district"
	(umask 077 && daemon demo --accounts "$home/accounts.tsv") ||
		fail "the demo district could not be loaded"
	: >"$home/loaded"
}

start_daemon() {
	setsid "$build/casebridged" serve --config "$home/casebridged.conf" \
		</dev/null >>"$home/casebridged.log" 2>&1 8>&- &
	daemon_pid=$!
	echo $daemon_pid >"$home/daemon.pid"
	local i
	for ((i = 0; i < 300; i++)); do
		! (exec 3<>"/dev/tcp/127.0.0.1/$SYNC_PORT") 2>/dev/null || break
		kill -0 $daemon_pid 2>/dev/null || break
		sleep 0.1
	done
	kill -0 $daemon_pid 2>/dev/null || {
		tail -n 5 "$home/casebridged.log" >&2
		daemon_pid=''
		fail "the daemon did not start; its log is $home/casebridged.log"
	}
	say "casebridged answers at https://localhost:$WEB_PORT"
}

# Beside the daemon, as on a server: what seals the trail.
start_seal() {
	setsid "$build/casebridged" seal --config "$home/casebridged.conf" \
		</dev/null >>"$home/seal.log" 2>&1 8>&- &
	seal_pid=$!
	echo $seal_pid >"$home/seal.pid"
}

stop_all() {
	trap '' INT TERM HUP
	if [ -n "$seal_pid" ]; then
		kill -TERM "$seal_pid" 2>/dev/null
		wait "$seal_pid" 2>/dev/null
		rm -f "$home/seal.pid"
	fi
	if [ -n "$daemon_pid" ]; then
		kill -TERM "$daemon_pid" 2>/dev/null
		wait "$daemon_pid" 2>/dev/null
		rm -f "$home/daemon.pid"
	fi
	if [ -n "$sockets" ]; then
		cluster_stop "$(readlink -f "$home/pg")" fast
		rm -rf "$sockets" "$home/sockets"
	fi
}

# --- stations -------------------------------------------------------------

# The person who uses each station: role, login, password, name, site.
person_at() {
	local role
	case $1 in
	hospital) role=psychiatrist ;;
	rehab) role=prevention_doctor ;;
	community) role=social_worker ;;
	esac
	awk -F '\t' -v role="$role" '$1 == role { print; exit }' "$home/accounts.tsv"
}

# A station is one command: its store, and its passphrase from a file.
write_command() {
	cat >"$home/$1" <<-EOC
		#!/bin/sh
		# Made by deploy/demo/run.sh: casebridge with the store of this station.
		CASEBRIDGE_PASSPHRASE_FILE='$home/secrets/$1' exec '$build/casebridge' \\
			--store '$home/stations/$1' "\$@"
	EOC
	chmod 755 "$home/$1"
}

# Administrators and the auditor sign in with a second factor. In place of a phone
# there is var/demo/code: it says what their app would show now.
write_app() {
	cat >"$home/code" <<-'EOC'
		#!/usr/bin/perl
		# Made by deploy/demo/run.sh: the code of a second factor of the demo (RFC 6238).
		#   var/demo/code [ROLE or LOGIN]
		use strict; use warnings; use Digest::SHA 'hmac_sha1';
		my ($who) = @ARGV;
		(my $tsv = $0) =~ s{[^/]*$}{accounts.tsv};
		open my $file, '<', $tsv or die "$tsv: $!\n";
		my ($found, %seen);
		while (<$file>) {
			chomp;
			my ($role, $login, $secret) = (split /\t/)[0, 1, 5];
			next if !$secret || ($who && $who ne $role && $who ne $login);
			my $bits = join '', map { sprintf '%05b', index 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', $_ } split //, $secret;
			my $mac = hmac_sha1(pack('Q>', int(time / 30)), pack 'B*', $bits);
			my $code = (unpack('N', substr $mac, ord(substr $mac, -1) & 15, 4) & 0x7fffffff) % 1_000_000;
			printf "%-14s %-18s %06d  (%d s)\n", $role, $login, $code, 30 - time() % 30;
			$found = 1;
		}
		$found or die "nobody with a second factor has that role or login\n";
	EOC
	chmod 755 "$home/code"
}

enrol_station() {
	local name=$1 role login password person site
	IFS=$'\t' read -r role login password person site < <(person_at "$name")
	[ -n "$site" ] || fail "the district has nobody for the station '$name'"
	say "$name: $site, $person"
	write_command "$name"
	[ ! -e "$home/stations/$name.enrolled" ] || return 0
	mkdir -p "$home/stations" "$home/secrets" && chmod 700 "$home/stations" "$home/secrets"
	rm -rf "$home/stations/$name"
	(umask 077 && printf '%s\n' "$password" >"$home/secrets/$name" &&
		daemon enrol-code --alone --site "$site" --json | jq_code >"$home/secrets/code") &&
		"$home/$name" enrol --server "https://localhost:$SYNC_PORT" \
			--ca "$home/state/ca.pem" --code-file "$home/secrets/code" &&
		"$home/$name" login --user "$login" --password-file "$home/secrets/$name" ||
		fail "the station '$name' could not be enrolled"
	rm -f "$home/secrets/code"
	: >"$home/stations/$name.enrolled"
}
jq_code() { sed -n 's/.*"code" *: *"\([^"]*\)".*/\1/p'; }

sync_station() {
	local name=$1 rc=0 role login rest
	"$home/$name" sync || rc=$?
	if [ $rc = 4 ]; then
		IFS=$'\t' read -r role login rest < <(person_at "$name")
		"$home/$name" login --user "$login" --password-file "$home/secrets/$name" &&
			"$home/$name" sync
		rc=$?
	fi
	[ $rc = 0 ] || fail "the station '$name' could not sync"
}

# The community centre's first cases come from the list it kept so far. One
# line of it stands there twice and one has a wrong check digit: the import
# says so, takes the rest and ends with 1. Those taken in are of one month: nobody
# has seen them yet, and fewer than five such in a month would hide the district's
# time to first contact.
import_list() {
	[ ! -e "$home/stations/community.imported" ] || return 0
	say "community: taking in deploy/demo/caseload.csv, the list it kept so far"
	"$home/community" import deploy/demo/caseload.csv --yes
	[ $? -le 1 ] && sync_station community ||
		fail "the list could not be taken in"
	: >"$home/stations/community.imported"
}

numbers_at() { # station: the numbers of its cases
	"$home/$1" --json cases | grep -o '"number":"[^"]*"' | cut -d'"' -f4 | sort
}

# A need of a case that both stations hold, and two values it does not have.
print_offline() {
	local number need severity
	number=$(comm -12 <(numbers_at rehab) <(numbers_at community) | head -n 1)
	IFS=' ' read -r need severity < <("$home/rehab" --json show "$number" | tr '{' '\n' |
		sed -n 's/.*"severity":\([0-9]\).*"id":"\([^"]*\)".*"type":"need".*/\2 \1/p')
	cat <<-EOT

		Nothing but sync needs the network. Two stations write about the same thing
		before either has sent (case $number, how severe a need is):

		  var/demo/rehab     edit $need severity=$(((severity + 1) % 5))
		  var/demo/community edit $need severity=$(((severity + 2) % 5))
		  var/demo/rehab sync; var/demo/community sync
		  var/demo/community conflicts              both values, side by side
		  var/demo/community settle CONFLICT mine   the id is in the line above
		  var/demo/community sync; var/demo/rehab sync
		  var/demo/rehab show $need --history

		More: var/demo/rehab --help, cases, show $number, status, doctor.

	EOT
}

print_district() {
	local name
	for name in $stations; do
		printf '\n%s\n' "--- var/demo/$name status"
		"$home/$name" status
	done
	printf '\nweb address   https://localhost:%s   (certificate authority: var/demo/state/ca.pem)\n' \
		"$WEB_PORT"
	printf '\n%-22s %-18s %-20s %s\n' role login password "name, site"
	awk -F '\t' '!seen[$1]++ { printf "%-22s %-18s %-20s %s, %s%s\n", $1, $2, $3, $4, $5, $6 ? " *" : "" }' \
		"$home/accounts.tsv"
	printf '* with a second factor: var/demo/code says what their app would show now\n'
	print_offline
}

# --------------------------------------------------------------------------

read_arguments "$@"
right_user
only_one
trap stop_all EXIT
trap 'stopping=1; exit 130' INT TERM HUP
end_leftovers
[ -z "$fresh" ] || throw_away
choose_ports
install_and_build
start_cluster
write_config
load_district
write_app
start_daemon
start_seal
for name in $stations; do
	enrol_station "$name"
	sync_station "$name"
done
import_list
print_district
say "ready"
[ -z "$once" ] || exit 0
trap 'stopping=1' INT TERM HUP
echo "Ctrl-C stops the daemon and its PostgreSQL; the district stays in var/demo."
wait "$daemon_pid"
rc=$?
[ -n "$stopping" ] || {
	tail -n 5 "$home/casebridged.log" >&2
	daemon_pid=''
	fail "the daemon ended by itself with code $rc; its log is $home/casebridged.log"
}
say "stopping"
