#!/bin/bash
# run.t - run every fuzz target for FUZZ_SECONDS on its corpus.
#
# The corpus in the repository is read, what is found on the way goes to the
# build directory. An input that breaks a target is kept there too and named,
# so that it can be run again and be added to the corpus with its repair.
set -uo pipefail

found=${BUILD:-build}/fuzz
seconds=${FUZZ_SECONDS:-4}
n=0 failed=0

for source in tests/fuzz/fuzz_*.c; do
	[ -e "$source" ] || continue
	target=${source##*/} target=${target%.c}
	corpus=tests/fuzz/corpus/${target#fuzz_}
	n=$((n + 1))
	mkdir -p "$found/new/$target" "$found/broken"
	log=$found/$target.log
	if "$found/tests/fuzz/$target" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$found/broken/$target-" \
		"$found/new/$target" $([ -d "$corpus" ] && echo "$corpus") \
		</dev/null >"$log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
		echo "ok $n - $target survives $runs inputs in $seconds s"
	else
		failed=1
		echo "not ok $n - $target survives $seconds s of inputs"
		grep -E 'ERROR|SUMMARY|runtime error|Test unit written' "$log" | sed 's/^/# /'
		echo "# the whole report is in $log"
	fi
done
echo "1..$n"
exit $failed
