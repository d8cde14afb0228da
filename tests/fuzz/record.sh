#!/bin/bash
# record.sh - a long run of every fuzz target, one after the other on one
# processor, and what came of it as a file that is kept.
#
#   tests/fuzz/record.sh SECONDS FILE     SECONDS in all, shared by the targets
#
# Built before: make sanitized-fuzz. What a target finds on the way is brought
# back into its corpus only as far as it reaches something nothing there reaches
# (libFuzzer's merge), and only small inputs, so that the repository stays small.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
[ $# = 2 ] || { echo "usage: tests/fuzz/record.sh SECONDS FILE" >&2 && exit 2; }
found=${BUILD:-build}/fuzz out=$2
mapfile -t targets < <(for source in tests/fuzz/fuzz_*.c; do source=${source##*/} && echo "${source%.c}"; done)
each=$(($1 / ${#targets[@]}))

one() { # target: its object
	local target=$1 corpus=tests/fuzz/corpus/${1#fuzz_} log=$found/$1.record broken=0 file keep=$found/keep/$1
	mkdir -p "$found/new/$target" "$found/broken" "$keep" "$corpus"
	nice -n 19 "$found/tests/fuzz/$target" -max_total_time="$each" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$found/broken/$target-" "$found/new/$target" "$corpus" </dev/null >"$log" 2>&1
	for file in "$found/broken/$target"-*; do [ ! -e "$file" ] || broken=$((broken + 1)); done
	rm -rf "$keep" && mkdir -p "$keep"
	nice -n 19 "$found/tests/fuzz/$target" -merge=1 -max_len=1024 "$keep" "$corpus" "$found/new/$target" </dev/null >"$log.merge" 2>&1 &&
		bring_back "$corpus" "$keep"
	jq -cn --arg t "$target" --argjson s "$each" --argjson broken $broken \
		--argjson runs "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1 | grep . || echo 0)" \
		--argjson edges "$(grep -oE ' cov: [0-9]+' "$log" | awk '{ print $2 }' | sort -n | tail -n 1 | grep . || echo 0)" \
		--argjson features "$(grep -oE ' ft: [0-9]+' "$log" | awk '{ print $2 }' | sort -n | tail -n 1 | grep . || echo 0)" \
		--argjson corpus "$(find "$corpus" -type f | wc -l)" \
		'{target: $t, seconds: $s, runs: $runs, edges: $edges, features: $features, corpus: $corpus, findings: $broken}'
}
# New inputs that the merge kept, the smallest first, until the corpus has 64.
bring_back() { # corpus keep
	local file n
	n=$(find "$1" -type f | wc -l)
	while read -r _ file; do
		[ "$n" -lt 64 ] || break
		[ -e "$1/${file##*/}" ] || { cp "$file" "$1/" && n=$((n + 1)); }
	done < <(find "$2" -type f -printf '%s %p\n' | sort -n)
}

for target in "${targets[@]}"; do one "$target"; done | tee /dev/stderr |
	jq -s --arg at "$(date -u +%F)" --arg machine "$(nproc) processors, $(uname -m)" --arg with "$(clang --version | head -n 1)" \
		'{at: $at, machine: $machine, with: $with, seconds: (map(.seconds) | add), runs: (map(.runs) | add), findings: (map(.findings) | add), targets: .}' >"$out.new" && mv "$out.new" "$out"
