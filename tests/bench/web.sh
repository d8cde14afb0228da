#!/bin/bash
# web.sh - `make bench-web`: how long the web app lets people wait, on a slow
# computer and a poor line.
#
#   tests/bench/web.sh [--runs N] [--lines N] [--keep]
#
# Chromium with a CPU four times slower and 10 Mbit/s, against the real daemon over
# 5,000 cases and then 10,000. Every row has a baseline from the same run: an empty
# page of the same daemon, or a frame in which nothing changes. What each row is:
# tests/bench/README.md; the steps are in web.mjs.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tools/cluster.sh
. tests/bench/machine.sh
. tests/bench/place.sh

B=${B:-build}
home=$PWD/$B/bench-web
casebridged=$PWD/$B/casebridged
results=tests/bench/results
# shellcheck disable=SC2034  # place.sh reads profile
runs=5 lines=5000 keep='' profile=''
node=$PWD/client/web/node_modules/node-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')/bin/node
began=$EPOCHSECONDS

say() { printf '[%3d s] %s\n' $((EPOCHSECONDS - began)) "$*" >&2; }
fail() {
	printf 'bench-web: %s\n' "$@" >&2
	exit 1
}

while [ $# -gt 0 ]; do
	case $1 in
	--runs) runs=$2 && shift ;;
	--lines) lines=$2 && shift ;;
	--keep) keep=1 ;;
	*) fail "unknown argument '$1': --runs N --lines N --keep" ;;
	esac
	shift
done
[ -x "$node" ] && [ -e "$B/web/index.html" ] || fail "the web app was not built"

# Through the door like everybody, as the person whose caseload it is.
load() { # first cases records
	"$node" tests/bench/district.mjs load "$site" "$staff" "$2" "$3" "$1" >"$home/load.bodies"
	while IFS= read -r body; do
		printf '%s' "$body" | api_on "$web_port" POST /v1/changes --data-binary @- -H "Origin: https://127.0.0.1:$web_port" \
			-H 'X-Casebridge: web' -H @<(printf 'Cookie: %s\n' "$(cat "$home/cookie")") >"$home/answer" ||
			fail "not taken: $(head -c 300 "$home/answer")"
		[ "$(jq '[.results[].status] | all(. == "applied")' "$home/answer")" = true ] ||
			fail "not all applied: $(jq -c '[.results[] | select(.status != "applied")][0]' "$home/answer")"
	done <"$home/load.bodies"
	rm -f "$home/load.bodies"
	sql "VACUUM (ANALYZE)" >/dev/null
}

# The pages are the ones that were built, and a coordinator looks at them, too.
write_web() {
	rm -rf "$home/web" && cp -a "$B/web" "$home/web"
}
make_coordinator() {
	daemon account add --login area --role district_coordinator --site bench --name area <"$home/password" >>"$home/setup.log" ||
		fail "no coordinator"
}

measure() { # row…
	sample before
	CB_URL=https://127.0.0.1:$web_port/ CB_PASSWORD_FILE=$home/password CB_RUNS=$runs CB_LINES=$lines \
		"$node" tests/bench/web.mjs "$@" >>"$home/rows.ndjson" || fail "the browser failed"
	sample after
	local foreign
	IFS=$'\t' read -r _ _ _ foreign < <(between)
	echo "$foreign" >>"$home/foreign"
	say "$*: $(tail -n $# "$home/rows.ndjson" | jq -r '"\(.row) \(.ours) \(.unit)"' | paste -sd ',') (foreign $foreign)"
}

write_results() {
	cases=$((2 * lines)) records=$(sql "SELECT count(*) FROM log.version WHERE next_csn IS NULL")
	jq -s --tab --argjson machine "$(machine_json)" --argjson foreign "$(awk '{ s += $1 } END { printf "%.3f", s / NR }' "$home/foreign")" \
		--arg browser "$("${CB_CHROMIUM:-/usr/bin/chromium}" --version 2>/dev/null | head -n 1)" \
		'{machine: ($machine + {browser: $browser, slower: 4, mbit: 10, round_trip_ms: 40, foreign_cpu_share: $foreign}), rows: .}' \
		"$home/rows.ndjson" >"$home/web.json" || fail "no results"
	[ "$lines" != 5000 ] || cp "$home/web.json" "$results/web.json"
	jq -r '.rows[] | [.row, .unit, .ours, .reference, (.goal // "-"), .runs, (if .goal == null then "" elif .ours <= .goal then "met" else "NOT met" end)] | @tsv' "$home/web.json" |
		awk -F '\t' 'BEGIN { f = "%-22s %-5s %10s %10s %8s %5s  %s\n"; printf f, "row", "unit", "ours", "baseline", "goal", "runs", "" }
			{ printf f, $1, $2, $3, $4, $5, $6, $7 }'
}

mkdir -p "$home" || exit 1
trap place_end EXIT
trap 'exit 130' INT TERM HUP
: >"$home/rows.ndjson"
: >"$home/foreign"
say "a cluster, a daemon, a person"
make_cluster
write_web
start_daemon
make_people
make_coordinator
make_browser
say "$lines cases, one of them with 200 records"
load 0 $((lines - 1)) 4
load $((lines - 1)) 1 200
measure script_first_page caseload_first_rows caseload_sort caseload_filter case_open figures_first
say "$lines more"
make_browser
load "$lines" "$lines" 4
measure caseload_twice
write_results
[ -z "$keep" ] || { say "daemon $daemon_pid at https://127.0.0.1:$web_port; files in $home" && sleep infinity; }
