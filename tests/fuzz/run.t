#!/bin/bash
# run.t - run every fuzz target for FUZZ_SECONDS on its corpus, JOBS (2) of them
# side by side.
#
# The corpus in the repository is read, what is found on the way goes to the
# build directory. An input that breaks a target is kept there too and named,
# so that it can be run again and be added to the corpus with its repair.
set -uo pipefail

export found=${BUILD:-build}/fuzz
export seconds=${FUZZ_SECONDS:-4}

fuzz_one() { # target: its line
	local target=$1 corpus=tests/fuzz/corpus/${1#fuzz_} log=$found/$1.log runs
	mkdir -p "$found/new/$target" "$found/broken"
	if "$found/tests/fuzz/$target" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$found/broken/$target-" \
		"$found/new/$target" $([ -d "$corpus" ] && echo "$corpus") \
		</dev/null >"$log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
		echo "ok - $target survives $runs inputs in $seconds s"
	else
		echo "not ok - $target survives $seconds s of inputs
$(grep -E 'ERROR|SUMMARY|runtime error|Test unit written' "$log" | sed 's/^/# /')
# the whole report is in $log"
	fi
}
export -f fuzz_one

for source in tests/fuzz/fuzz_*.c; do
	source=${source##*/}
	echo "${source%.c}"
done | xargs -n 1 -P "${JOBS:-2}" bash -c 'fuzz_one "$0"' | awk '
	/^not ok - / { failed = 1 }
	/^(not )?ok - / { n++; sub(/ok - /, "ok " n " - ") }
	{ print; fflush() }
	END { print "1.." n + 0; exit failed }'
