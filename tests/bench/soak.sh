#!/bin/bash
# soak.sh - `make soak`: a thousand stations against one daemon, a working day
# pressed into minutes (soak.c says what a day is).
#
#   tests/bench/soak.sh [--stations N] [--sites N] [--cases N] [--records N] [--day SECONDS] [--short|--big]
#
# Fails when an answer was not as it should be, a connection was cut while the
# daemon was up, an acknowledged change is not in the database, a copy differs
# from its neighbour's, or the daemon's memory still grows in the second half of
# the day. --short: 200 stations, 40 seconds; writes no results. --big: 10,000 stations,
# twenty minutes; letting them in takes longer than their day.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tools/cluster.sh
. tests/bench/machine.sh
. tests/bench/place.sh

B=${B:-build}
home=$PWD/$B/soak
casebridged=$PWD/$B/casebridged
results=tests/bench/results
stations=1000 sites=25 cases=20 per_case=20 day=300 short='' profile=''
began=$EPOCHSECONDS

say() { printf '[%3d s] %s\n' $((EPOCHSECONDS - began)) "$*" >&2; }
fail() {
	printf 'soak: %s\n' "$@" >&2
	exit 1
}
while [ $# -gt 0 ]; do
	case $1 in
	--stations) stations=$2 && shift ;;
	--sites) sites=$2 && shift ;;
	--cases) cases=$2 && shift ;;
	--records) per_case=$2 && shift ;;
	--day) day=$2 && shift ;;
	--short) short=1 stations=200 sites=10 cases=10 day=40 ;;
	--big) stations=10000 sites=100 cases=5 day=1200 ;;
	*) fail "unknown argument '$1': --stations --sites --cases --records --day --short --big" ;;
	esac
	shift
done

# A site, somebody who works there, and its caseload, written as the web app writes.
make_site() { # number
	local name=soak$1 staff site jar=$home/jar
	daemon site add --name "$name" --kind rehab_station --district soak >>"$home/setup.log" &&
		staff=$(daemon account add --login "$name" --role social_worker --site "$name" \
			--name "$name" <"$home/password") || fail "no account $name"
	site=$(sql "SELECT id FROM rec.site WHERE name = '$name'")
	echo "$site $staff $name" >>"$home/sites"
	node tests/bench/district.mjs load "$site" "$staff" "$cases" "$per_case" $(($1 * cases)) >"$home/load.bodies" ||
		fail "no caseload"
	jq -cn --arg l "$name" --rawfile p "$home/password" '{login: $l, password: ($p | rtrimstr("\n"))}' |
		api_on "$web_port" POST /v1/session --data-binary @- -o /dev/null -c "$jar" \
			-H "Origin: https://127.0.0.1:$web_port" -H 'X-Casebridge: web' || fail "no session $name"
	while read -r body; do
		printf '%s' "$body" | api_on "$web_port" POST /v1/changes --data-binary @- -o /dev/null -b "$jar" \
			-H "Origin: https://127.0.0.1:$web_port" -H 'X-Casebridge: web' || fail "caseload of $name"
	done <"$home/load.bodies"
}

# Codes 1 … N, of station i for the site it belongs to.
make_codes() {
	sql "INSERT INTO auth.enrol_code (code, site, site_name, expires_at)
		SELECT sha256(convert_to(lpad(i::text, 16, '0'), 'UTF8')), s.id, s.name, now() + interval '1 day'
		  FROM generate_series(1, $stations) i
		  JOIN (SELECT id, name, row_number() OVER () - 1 AS no FROM rec.site JOIN
			unnest(string_to_array('$(cut -d' ' -f1 "$home/sites" | paste -sd,)', ',')::uuid[])
			WITH ORDINALITY o (site, no2) ON o.site = id ORDER BY no2) s ON s.no = (i - 1) % $sites" >/dev/null ||
		fail "no codes"
}

# Down in good order, and up again, as an administrator would.
outage() {
	# shellcheck disable=SC2016
	printf '%s' "kill -TERM \$(cat '$home/pid'); while kill -0 \$(cat '$home/pid') 2>/dev/null; do sleep 0.1; done; sleep 2;
		'$casebridged' serve --config '$home/daemon.conf' </dev/null >>'$home/daemon.log' 2>&1 & echo \$! >'$home/pid'"
}

soak_end() {
	daemon_pid=''
	kill -TERM "$(cat "$home/pid" 2>/dev/null)" 2>/dev/null
	for ((i = 0; i < 100; i++)); do kill -0 "$(cat "$home/pid" 2>/dev/null)" 2>/dev/null || break; sleep 0.1; done
	place_end
}

[ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -gt $((stations + 1000)) ] ||
	fail "$stations stations need as many open files, and $(ulimit -Hn) are allowed here"
DAEMON_SETTINGS="connections = $((stations * 2 + 4096))
		connections-per-source = $((stations * 2 + 4096))
		password-cost = floor"
rm -rf "$home"
mkdir -p "$home" || exit 1
trap soak_end EXIT
trap 'exit 130' INT TERM HUP
ulimit -n "$(ulimit -Hn)"
make --no-print-directory -s B="$B" "$B/libproto.a" >&2 &&
	${CC:-cc} $(make -s B="$B" flags) -O2 -o "$home/soak" tests/bench/soak.c tests/bench/soak_station.c "$B/libproto.a" \
		$(pkg-config --libs libssl libcrypto libzstd jansson) -lm || fail "no generator"
make_cluster
start_daemon
echo "$daemon_pid" >"$home/pid"
(umask 077 && head -c 24 /dev/urandom | base64 >"$home/password")
: >"$home/sites"
for ((i = 0; i < sites; i++)); do make_site "$i"; done
make_codes
sql 'VACUUM (ANALYZE)' >/dev/null
before=$(sql "SELECT count(*) FROM log.version WHERE type = (SELECT no FROM access.type_no WHERE name = 'service')")
records=$(sql 'SELECT count(*) FROM log.version WHERE next_csn IS NULL')
say "$sites sites with $records records"
read -r _ _ _ _ idle0 _ </proc/stat
total0=$(awk '/^cpu / { for (i = 2; i <= 9; i++) s += $i; print s }' /proc/stat)
"$home/soak" --port "$sync_port" --ca "$home/state/ca.pem" --stations "$stations" --sites "$home/sites" --day "$day" \
	--password-file "$home/password" --pid-file "$home/pid" --outage "$(outage)" >"$home/soak.json"
rc=$?
[ -s "$home/soak.json" ] || fail "the generator ended with $rc: $(tail -n 3 "$home/daemon.log")"
busy=$(awk -v i0="$idle0" -v t0="$total0" '/^cpu / { for (i = 2; i <= 9; i++) s += $i; printf "%.2f", 1 - ($5 - i0) / (s - t0) }' /proc/stat)

# --- what must hold -------------------------------------------------------------------------

written=$(($(sql "SELECT count(*) FROM log.version WHERE type = (SELECT no FROM access.type_no WHERE name = 'service')") - before))
held=$(sql "SELECT count(*) FROM log.manifest WHERE state NOT IN ('h', 'x')")
jq --tab --argjson written "$written" --argjson open "$held" --argjson busy "$busy" --argjson machine "$(machine_json)" '
	# Kilobytes since the daemon last started: those of the last quarter over those of the one before.
	(.back_s // 0) as $back | ([.daemon[] | select(.[0] >= $back) | .[1]]) as $kb | ($kb | length) as $n
	| {machine: ($machine + {busy: $busy})} + . + {written: $written, unreceipted: $open,
		memory: {max_mib: (([.daemon[] | .[1]] | max) / 1024 | floor), end_mib: ($kb[$n - 1] / 1024 | floor),
			growth: (($kb[($n * 0.75 | floor):] | add / length) / ($kb[($n * 0.5 | floor):($n * 0.75 | floor)] | add / length)
				* 100 | floor / 100)}}' \
	"$home/soak.json" >"$home/result.json" || fail "no results"
jq -r '"\(.stations) stations, a day of \(.day_s) s, machine busy \(.machine.busy * 100 | floor) %",
	(.kinds | to_entries[] | "  \(.key): \(.value.n), p50 \(.value.p50_ms) ms, p99 \(.value.p99_ms) ms, max \(.value.max_ms) ms"),
	"  memory: at most \(.memory.max_mib) MiB, in the end \(.memory.end_mib) MiB, growth \(.memory.growth)",
	"  errors \(.errors), cut \(.cut), cut by the outage \(.cut_in_outage), asked to come later \(.asked_to_come_later)",
	"  changes acknowledged \(.applied), written \(.written)",
	(.first_error // empty | "  first error: \(.)"), (.first_cut // empty | "  first cut: \(.)")' "$home/result.json"
[ -n "$short" ] || { mkdir -p "$results" && cp "$home/result.json" "$results/soak-$stations.json"; }
# An acknowledgement the outage cut off may be missing, a change may not.
jq -e '.errors == 0 and .cut == 0 and .synced == .stations and .written >= .applied
	and .written - .applied <= 3 * .cut_in_outage and .memory.growth < 1.15' "$home/result.json" >/dev/null ||
	fail "not as it should be: $home/result.json"
say "as it should be"
