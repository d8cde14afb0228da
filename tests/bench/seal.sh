#!/bin/bash
# seal.sh - how long does the sealer take for what there is? Part of `make bench`;
# README.md says how it is measured.
#
#   tests/bench/seal.sh [EVENTS]
durable=1
. tests/flow/lib.sh
. tests/bench/machine.sh
events=${1:-1000000}
out=tests/bench/results/seal.json
cases=0 records=0 express_pid='' couch_pid='' nginx_pid='' # machine.sh asks for them
fail() {
	printf 'bench: %s\n' "$@" >&2
	exit 1
}
use_blank
start_daemon
stop_daemon # what it writes is not counted
daemon seal init >"$work/seal.pub" 2>/dev/null
daemon seal --once >/dev/null 2>&1 || fail "nothing can be sealed"
# As 200 connections of the daemon would have written them, one after the other.
per=$((events / 200))
for i in {1..200}; do echo "bench$i 1 $per"; done | perl tests/lib/marked.pl "$work/state/trail.key" |
	psql -qX "$(cluster_conninfo "$work/s" postgres)" -c '\copy audit.event (role, action, outcome, records, worker, seq, mac) FROM STDIN'
sql "VACUUM ANALYZE audit.event" >/dev/null && sql CHECKPOINT >/dev/null
events=$((per * 200))

# Seconds, the most memory it held at once in MiB, its processor time and the foreign share.
run_of() { # name option…
	local name=$1 pid most=0 now
	shift
	sample before
	"$CASEBRIDGED" seal --once "$@" --config "$work/daemon.conf" >"$work/said" 2>&1 &
	pid=$!
	while now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do
		most=$now
		sleep 0.05
	done
	wait $pid || fail "$(cat "$work/said")"
	sample after
	between | awk -v name="$name" -v ms="$(awk "BEGIN { print $after_at - $before_at }")" -v kib="$most" \
		'{ printf "%s\t%.3f\t%.1f\t%.3f\t%.3f\n", name, ms / 1000, kib / 1024, $2 / 1000, $4 }' >>"$work/rows"
}
reference() { # the same rows in the same order, read once and hashed
	sample before
	psql -qAtX "$(cluster_conninfo "$work/s" postgres)" -c \
		"COPY (SELECT * FROM audit.event ORDER BY xid, id) TO STDOUT" | sha256sum >/dev/null
	sample after
	between | awk -v ms="$(awk "BEGIN { print $after_at - $before_at }")" \
		'{ printf "reference\t%.3f\t0\t%.3f\t%.3f\n", ms / 1000, $2 / 1000, $4 }' >>"$work/rows"
}
reference
run_of seal
reference
size=$(sql "SELECT max(size) FROM trail.head")
[ "$size" -gt "$events" ] || fail "only $size leaves"
[ "$(sql "SELECT count(*) FROM trail.finding")" = 0 ] || fail "findings"
run_of check --check # all of it read again

jq -Rn --tab --argjson machine "$(machine_json)" --argjson events "$events" '
	def round3: . * 1000 | round / 1000;
	[inputs | split("\t") | {name: .[0], s: (.[1] | tonumber), mib: (.[2] | tonumber), pg: (.[3] | tonumber), foreign: (.[4] | tonumber)}] as $all
	| def of($n): [$all[] | select(.name == $n)];
	def least($n): [of($n)[].s] | min;
	{machine: ($machine | del(.cases, .records, .node, .nginx)), events: $events,
	 rows: [
		{row: "seal", unit: "events/s", ours: ($events / of("seal")[0].s | round), reference: ($events / least("reference") | round),
		 ratio: (least("reference") / of("seal")[0].s | round3), seconds: of("seal")[0].s, memory_mib: of("seal")[0].mib,
		 postgres_cpu_s: of("seal")[0].pg, foreign_cpu: of("seal")[0].foreign},
		{row: "check", unit: "events/s", ours: ($events / of("check")[0].s | round), reference: ($events / least("reference") | round),
		 ratio: (least("reference") / of("check")[0].s | round3), seconds: of("check")[0].s, memory_mib: of("check")[0].mib,
		 postgres_cpu_s: of("check")[0].pg, foreign_cpu: of("check")[0].foreign}]}' <"$work/rows" >"$out.new" &&
	mv "$out.new" "$out" || fail "no result"
jq -r '.rows[] | "\(.row): \(.ours) events/s, \(.memory_mib) MiB, \(.ratio) of reading and hashing alone"' "$out"
