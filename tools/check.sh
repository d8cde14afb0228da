#!/bin/bash
# check.sh - run the steps of `make check`, count every test, show the time.
#
#   tools/check.sh BUILD step…      steps: build lint unit fuzz flow fault sim model web asan
#
# Every step but `build` consists of programs that print TAP. A failed step
# does not stop the ones after it, except that nothing runs on a failed build.
# All scratch files, among them the PostgreSQL clusters of the flow tests, are
# below one directory that is gone in the end, however it ends.
#
# FUZZ_SECONDS  how long each fuzz target runs (4)
# LONG=1        also what flow tests keep for the long run
# JOBS          tests side by side (2); of those that wait for programs of theirs, one
#               more, and of those that wait for what they killed two
set -uo pipefail
cd "$(dirname "$0")/.."

build=$1
shift
jobs=${JOBS:-2}
waiting=${JOBS:-3}
patient=${JOBS:-4}
cpus=$(nproc)
# In memory when there is room for a cluster or two: fsync then costs nothing.
place=${TMPDIR:-/tmp}
[ "$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print ($4 > 4000000) }')" != 1 ] || place=/dev/shm
scratch=$(mktemp -d "$place/cb-check.XXXXXX")
chmod 755 "$scratch"
export BUILD=$build CHECK_SCRATCH=$scratch LONG=${LONG:-}
export FUZZ_SECONDS=${FUZZ_SECONDS:-4}
rows=() passed=0 failed=0 began=$EPOCHSECONDS

# Hundredths of a second the machine's processors have worked, whoever for: beside
# the seconds of a step it tells where they stood idle.
worked() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 }' /proc/stat; }

# Ends a PostgreSQL that a killed test left behind, by the pid it wrote down.
sweep() {
	local file pid
	for file in "$scratch"/*/pg/postmaster.pid "$scratch"/*/durable/pg/postmaster.pid; do
		[ -e "$file" ] || continue
		read -r pid <"$file" && kill -QUIT "$pid" 2>/dev/null
	done
	umount -l "$scratch"/*/disk* "$scratch"/*/st 2>/dev/null # small ones of tests/fault/disk.t
	for file in "$scratch"/*/durable; do
		[ ! -L "$file" ] || rm -rf "$(readlink "$file")"
	done
	rm -rf "$scratch"
}
trap sweep EXIT
trap 'exit 130' INT TERM HUP

run_make() { make --no-print-directory -j"$cpus" B="$build" "$@"; }

run_tap() { # jobs test…
	local side=$1
	shift
	[ $# -gt 0 ] || { echo "there are no tests here" && return 1; }
	tools/tap.pl "$side" "${TEST_SECONDS:-900}" "$scratch/totals" "$@"
}

existing() { # the files among the patterns given
	local file
	for file in "$@"; do [ ! -e "$file" ] || printf '%s\n' "$file"; done
}

unit_tests() { # directory the programs were built in
	local source
	for source in $(existing tests/unit/*/test_*.c); do
		printf '%s\n' "$1/${source%.c}"
	done
}

step_build() { run_make DEV=1 all unit-programs; }
step_lint() { run_make DEV=1 generated && run_tap "$jobs" $(existing tests/lint/*.t); }
step_unit() { run_make DEV=1 unit-programs && run_tap "$jobs" $(unit_tests "$build"); }
step_fuzz() { run_make sanitized-fuzz && run_tap 1 tests/fuzz/run.t; }
# What is sanitized in `check` says there what it would say here; in check-long both are asked.
flow_tests() {
	local test
	for test in $(existing tests/authz/*.t tests/flow/*.t); do
		[ -n "${LONG:-}" ] || [ "${steps#* asan }" = "$steps" ] || ! is_sanitized "$test" || continue
		printf '%s\n' "$test"
	done
}
step_flow() { run_make DEV=1 flow-programs && TEST_SECONDS=${LONG:+3600} run_tap "$waiting" $(flow_tests); }
# Programs that die where they are told to; each test has its own time in the long run.
step_fault() {
	run_make DEV=1 programs fault-programs &&
		TEST_SECONDS=${LONG:+3600} run_tap "$patient" $(existing tests/fault/*.t)
}
# Histories decided by a seed; in the long run so many that they have an hour and more.
step_sim() {
	run_make DEV=1 programs "$build"/tests/sim/{sim,mutants} &&
		TEST_SECONDS=${LONG:+7200} run_tap 1 $(existing tests/sim/*.t)
}
# Every state of the model; in the long run also of worlds that take minutes; FAR=1: hours and 12 GB.
step_model() { TEST_SECONDS=${LONG:+14400} run_tap 1 tests/model/run.t; }
step_web() {
	local rc=0
	run_make DEV=1 all || return 1
	rm -rf "$build/gallery"
	CB_GALLERY=$PWD/$build/gallery run_tap "$jobs" $(existing tests/web/*.t) || rc=1
	tools/gallery.sh "$build/gallery"
	return $rc
}
# The flows whose programs are sanitized are those of tests/flow/sanitized.txt, in the
# long run all of them.
is_sanitized() { [ -n "${LONG:-}" ] || grep -q "^${1##*/} " tests/flow/sanitized.txt; }
sanitized_flows() {
	local test
	for test in $(existing tests/flow/*.t); do
		! is_sanitized "$test" || printf '%s\n' "$test"
	done
}
step_asan() {
	run_make asan-programs || return 1
	LSAN_OPTIONS=suppressions=$PWD/tests/lib/leaks.txt:print_suppressions=0 \
		BUILD=$build/asan run_tap "$waiting" $(unit_tests "$build/asan") \
		$(sanitized_flows)
}

run_step() {
	local step=$1 start=$EPOCHREALTIME rc=0 ok=0 bad=0 a b work
	work=$(worked)
	printf '\n== %s\n' "$step"
	: >"$scratch/totals" && : >"$scratch/totals.times" && : >"$scratch/totals.failed"
	"step_$step" || rc=$?
	while read -r a b; do
		ok=$((ok + a)) bad=$((bad + b))
	done <"$scratch/totals"
	[ $rc = 0 ] || [ $bad -gt 0 ] || bad=1
	[ $rc = 0 ] || [ -s "$scratch/totals.failed" ] || echo "--- the step itself" >>"$scratch/totals.failed"
	sed "s/^/$step /" "$scratch/totals.times" >>"$scratch/times"
	sed "s/^---/--- $step:/" "$scratch/totals.failed" >>"$scratch/failures"
	rows+=("$(awk -v w=$(($(worked) - work)) -v s="$start" -v e="$EPOCHREALTIME" -v cpus="$cpus" \
		-v step="$step" -v ok=$ok -v bad=$bad 'BEGIN {
			printf "%-8s %8d %8d %8.1f %4d %%", step, ok, bad, e - s, w / (e - s + 0.01) / cpus }')")
	passed=$((passed + ok)) failed=$((failed + bad))
	[ "$step" != build ] || [ $rc = 0 ] || return 1
}

steps=" $* "
for step in "$@"; do
	declare -F "step_$step" >/dev/null || {
		echo "check: no step '$step'; there are: build lint unit fuzz flow fault sim model web asan" >&2
		exit 2
	}
done
for step in "$@"; do
	run_step "$step" || break
done
[ ! -s "$scratch/times" ] || {
	printf '\nthe slowest\n'
	sort -k2,2rn "$scratch/times" | awk 'NR <= 10 { printf "%8.1f  %-6s %s\n", $2, $1, $3 }'
}
# Last, because some who run this keep only the end of what it says.
[ ! -s "$scratch/failures" ] || {
	printf '\nwhat failed\n'
	cat "$scratch/failures"
}
printf '\n%-8s %8s %8s %8s %6s\n' step passed failed seconds busy
printf '%s\n' "${rows[@]}"
printf '%-8s %8d %8d %8d\n' total $passed $failed $((EPOCHSECONDS - began))
mkdir -p "$build"
echo "$passed $failed" >"$build/check.totals"
[ $failed = 0 ]
