#!/bin/bash
# points.t - the places to die are where the list says, and nowhere in what is
# released.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
build=${BUILD:-build} n=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ok() { # "sentence" command…
	local what=$1
	shift
	n=$((n + 1))
	if "$@" >"$work/said" 2>&1; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		sed 's/^/# /' "$work/said"
		failed=1
	fi
}
marks() { strings "$1" | grep -c -e CASEBRIDGE_CRASH -e 'crash point' || :; }
symbols() { nm "$1" | grep -c crash_point || :; }
# A name may be stored as the end of a longer text.
has_all() { # program letter
	local name missing=0
	for name in $(awk -v l="$2" '!/^#/ && $2 == l { print $1 }' tests/fault/points.txt); do
		LC_ALL=C grep -qaP "$name\x00" "$1" || { echo "$name" && missing=1; }
	done
	return $missing
}

grep -v '^#' tests/fault/points.txt | awk '{ print $1 }' | sort >"$work/listed"
grep -rhoE --include='*.c' 'CRASH_POINT\("[a-z_]+"\)' proto server client |
	sed 's/.*"\(.*\)".*/\1/' | sort >"$work/placed"
ok "every place in the sources is listed once, and every one listed is there" \
	diff "$work/listed" "$work/placed"
# At random (trial.sh sees to it that each came about), or in a test of its own.
untried() {
	local name test
	awk '!/^#/ { print $1, $4 }' tests/fault/points.txt | while read -r name test; do
		[[ $test =~ ^[0-9]+$ ]] || grep -qw "$name" "tests/fault/$test" 2>/dev/null || echo "$name: not in $test"
	done
}
ok "each has its trial" diff /dev/null <(untried)
for program in casebridge casebridged; do
	letter=$([ $program = casebridge ] && echo s || echo d)
	ok "a fault build of $program has the switch" [ "$(marks "$build/fault/$program")" -gt 0 ]
	ok "and each of its places" has_all "$build/fault/$program" $letter
	ok "a released $program has no such switch" [ "$(marks "$build/$program")" = 0 ]
	ok "and no place to die" [ "$(symbols "$build/$program")" = 0 ]
done
CASEBRIDGE_CRASH=accepted ok "nor does arming it do anything" "$build/casebridged" --version
echo "1..$n"
exit $failed
