#!/bin/bash
# soak.t - the short form of `make soak`: 200 stations, a day of 40 seconds with
# an outage in it, and not one answer that is not as it should be. In check-long.
cd "$(dirname "$0")/../.." || exit 1
if [ -z "${LONG:-}" ]; then
	echo "ok 1 - a day of 200 stations # SKIP only in check-long"
	echo 1..1
	exit 0
fi
out=$(mktemp)
if B=${BUILD:-build} tests/bench/soak.sh --short >"$out" 2>&1; then
	echo "ok 1 - a day of 200 stations"
else
	echo "not ok 1 - a day of 200 stations"
	failed=1
fi
sed 's/^/# /' "$out"
rm -f "$out"
echo 1..1
exit "${failed:-0}"
