#!/bin/bash
# run.sh - `make bench`: what Casebridge takes, beside the best we know of.
#
#   tests/bench/run.sh [--big] [--cases N] [--runs N] [--only ROW…] [--profile] [--keep]
#
# Every row is measured side by side with its reference in the same minutes on
# the same machine: ours, theirs, theirs, ours … and the medians are compared;
# only the ratio is meant to be read. Peers come from npm into build/bench, never
# into the product. What each row does: tests/bench/README.md.
#
#   --big        10,000 cases with 500,000 records instead of a tenth of it
#   --only ROW   first_sync_server first_sync_end_to_end no_change_sync
#                caseload_page push figure; may be given several times
#   --profile    also print, after each row, what PostgreSQL's time went into
#   --keep       leave everything running and say how to reach it, until Ctrl-C
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tools/cluster.sh
. tests/bench/machine.sh
. tests/bench/place.sh
. tests/bench/rows.sh

B=${B:-build}
home=$PWD/$B/bench
casebridged=$PWD/$B/casebridged
casebridge=$PWD/$B/casebridge
results=tests/bench/results
cases=1000 per_case=50 runs=5 slow_runs=3 polls=2000 wrk_seconds=4 keep='' only='' profile=''
rows="first_sync_server first_sync_end_to_end no_change_sync caseload_page push figure"
began=$EPOCHSECONDS

say() { printf '[%3d s] %s\n' $((EPOCHSECONDS - began)) "$*" >&2; }
fail() {
	printf 'bench: %s\n' "$@" >&2
	exit 1
}

while [ $# -gt 0 ]; do
	case $1 in
	--big) cases=10000 slow_runs=1 ;;
	--cases) cases=$2 && shift ;;
	--runs) runs=$2 slow_runs=$2 && shift ;;
	--only) only+=" $2" && shift ;;
	--profile) profile=pg_stat_statements ;;
	--keep) keep=1 ;;
	*) fail "unknown argument '$1': --big --cases N --runs N --only ROW --profile --keep" ;;
	esac
	shift
done
[ -z "$only" ] || rows=$only

# unit, better, goal, as design and issue state them.
traits_of() {
	case $1 in
	first_sync_server) echo "records/s higher 0.8" ;;
	first_sync_end_to_end) echo "s lower 0.2" ;;
	no_change_sync) echo "ms lower 3" ;;
	caseload_page) echo "us_cpu/request lower 0.2" ;;
	push) echo "changes/s higher 0.2" ;;
	figure) echo "ms lower 0.05" ;;
	*) fail "no row '$1'" ;;
	esac
}

# --- the district ---------------------------------------------------------

load_district() {
	local started=$EPOCHSECONDS
	node tests/bench/district.mjs load "$site" "$staff" "$cases" "$per_case" >"$home/load.bodies" ||
		fail "no district"
	station post "$home/load.bodies" /v1/changes >"$home/load.json"
	rm -f "$home/load.bodies"
	count_records
	[ "$(jq .applied "$home/load.json")" = $((cases * per_case)) ] || fail "the district is not whole"
	sql "VACUUM (ANALYZE)" >/dev/null
	sql "CHECKPOINT" >/dev/null
	say "$cases cases with $records records in $((EPOCHSECONDS - started)) s"
}

count_records() { records=$(sql "SELECT count(*) FROM log.version WHERE next_csn IS NULL"); }

build_client() {
	make --no-print-directory -s B="$B" "$B/libproto.a" "$B/tests/fault/proxy" >&2 &&
		${CC:-cc} $(make -s B="$B" flags) -O2 -o "$home/client" tests/bench/client.c tests/bench/wire.c \
			"$B/libproto.a" $(pkg-config --libs libssl libcrypto jansson) -lm || fail "no client"
}

# The last figures of a row count: bytes on the wire, TLS and handshake included.
bytes_of() { # side down up
	printf '%s\t%s\t%s\t%s\n' "$row" "$1" "$2" "$3" >>"$home/bytes.tsv"
}

# --- measuring ------------------------------------------------------------

call() { ! declare -F "$1" >/dev/null || "$@"; }

measure() { # row side run
	local daemon postgres peer foreign
	sample before
	"row_$1_$2"
	sample after
	IFS=$'\t' read -r daemon postgres peer foreign < <(between)
	call "row_$1_cpu" "$daemon" "$postgres" "$peer"
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$value" \
		"$daemon" "$postgres" "$peer" "$foreign" >>"$home/samples.tsv"
}

# A first run of each side warms caches and is thrown away. The order changes
# from run to run, except where the reference needs what ours made.
run_row() { # row
	local i n=$runs saved
	[ "$1" != first_sync_end_to_end ] || n=$slow_runs
	call "row_$1_prepare"
	profile_begin
	for ((i = 0; i <= n; i++)); do
		[ $i -gt 0 ] || [ "$1" != first_sync_end_to_end ] || continue
		if [ $((i % 2)) = 1 ] || declare -F "row_$1_between" >/dev/null; then
			call "row_$1_before" && measure "$1" ours $i
			call "row_$1_between" && measure "$1" reference $i
		else
			measure "$1" reference $i
			call "row_$1_before" && measure "$1" ours $i
		fi
		say "$1 run $i: $(tail -n 2 "$home/samples.tsv" | sort -k2,2 |
			awk -F '\t' '{ printf "%s %.4g (foreign %.0f %%)  ", $2, $4, $8 * 100 }')"
	done
	profile_end "$1"
	call "row_$1_bytes"
	call "row_$1_finish"
}

# Where PostgreSQL's time goes, statement by statement.
profile_begin() {
	[ -z "$profile" ] || sql "CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
		SELECT pg_stat_statements_reset()" >/dev/null
}
profile_end() { # row
	[ -z "$profile" ] || psql -X "$(cluster_conninfo "$sockets" postgres)" -P pager=off -c "
		SELECT calls, round(total_exec_time::numeric, 1) AS ms, round(mean_exec_time::numeric, 3) AS each,
			rows, shared_blks_hit / calls AS blocks, left(regexp_replace(query, '\\s+', ' ', 'g'), 100) AS \"$1\"
			FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 20" >&2
}

# --- telling --------------------------------------------------------------

row_json() { # row
	local unit better goal
	read -r unit better goal < <(traits_of "$1")
	awk -F '\t' -v row="$1" '$1 == row && $3 > 0' "$home/samples.tsv" |
		jq -Rn --rawfile bytes "$home/bytes.tsv" --arg row "$1" --arg unit "$unit" --arg better "$better" --argjson goal "$goal" '
		def median: sort | if length % 2 == 1 then .[length / 2 | floor]
			else (.[length / 2 - 1] + .[length / 2]) / 2 end;
		def round_to($n): if . == 0 then 0 else
			(fabs | log10 | floor) as $m | pow(10; $n - 1 - $m) as $f | (. * $f | round) / $f end;
		[inputs | split("\t") | {side: .[1], value: (.[3] | tonumber), daemon: (.[4] | tonumber),
			postgres: (.[5] | tonumber), peer: (.[6] | tonumber), foreign: (.[7] | tonumber)}] as $all
		| def of($side): [$all[] | select(.side == $side)];
		def side($side): of($side) | {values: map(.value | round_to(4)),
			daemon_cpu_ms: (map(.daemon) | median | round_to(3)),
			postgres_cpu_ms: (map(.postgres) | median | round_to(3)),
			peer_cpu_ms: (map(.peer) | median | round_to(3)),
			foreign_cpu: (map(.foreign | round_to(2)))};
		(of("ours") | map(.value) | median) as $ours | (of("reference") | map(.value) | median) as $reference
		| {row: $row, unit: $unit, ours: ($ours | round_to(4)), reference: ($reference | round_to(4)),
			ratio: ($ours / $reference | round_to(3)), better: $better, goal: $goal,
			runs: (of("ours") | length),
			wire_bytes: ([$bytes | split("\n")[] | select(. != "") | split("\t") | select(.[0] == $row and .[1] != "enrolment")
				| {(.[1]): {down: (.[2] | tonumber), up: (.[3] | tonumber)}}] | add),
			detail: {ours: side("ours"), reference: side("reference")}}'
}

write_results() {
	local row out=$results/$cases-cases.json
	mkdir -p "$results"
	for row in $rows; do row_json "$row"; done |
		jq -s --tab --argjson machine "$(machine_json)" \
			--argjson foreign "$(awk -F '\t' '$3 > 0 { s += $8; n++ } END { printf "%.3f", s / n }' "$home/samples.tsv")" \
			'{machine: ($machine + {foreign_cpu_share: $foreign}), rows: .}' >"$home/results.json" ||
		fail "no results"
	[ -n "$only" ] || cp "$home/results.json" "$out"
	jq -r '.rows[] | [.row, .unit, .ours, .reference, .ratio, .goal, .runs,
		(if (.better == "higher" and .ratio >= .goal) or (.better == "lower" and .ratio <= .goal)
			then "met" else "NOT met" end)] | @tsv' "$home/results.json" |
		awk -F '\t' 'BEGIN { f = "%-22s %-15s %10s %10s %8s %6s %5s  %s\n"
			printf f, "row", "unit", "ours", "reference", "ratio", "goal", "runs", "" }
			{ printf f, $1, $2, $3, $4, $5, $6, $7, $8 }'
	[ -n "$only" ] && say "part of the table: in $home/results.json" || say "written to $out"
}

# --------------------------------------------------------------------------

mkdir -p "$home" || exit 1
trap place_end EXIT
trap 'exit 130' INT TERM HUP
: >"$home/samples.tsv"
: >"$home/bytes.tsv"
build_client
install_peers
say "a cluster, a daemon, a station"
make_cluster
start_daemon
make_people
make_station
load_district
open_psql
for row in $rows; do run_row "$row"; done
write_results
[ -z "$keep" ] || {
	say "psql '$(cluster_conninfo "$sockets" postgres)'; daemon $daemon_pid; sync port $sync_port; files in $home"
	read -r -d '' _ </dev/tty 2>/dev/null || sleep infinity
}
