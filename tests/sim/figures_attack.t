#!/bin/bash
# figures_attack.t - what figures hide cannot be reckoned: random families of tables as
# they are published on two days, and a solver that knows everything but the hidden
# cells (tests/attack). The same solver reckons them when each figure is hidden by itself.
#
# 600 families, or 10,000 with LONG=1; FIGURE_TABLES and FIGURE_SEED say others.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
tables=${FIGURE_TABLES:-$([ -n "${LONG:-}" ] && echo 10000 || echo 600)}
seed=${FIGURE_SEED:-20261122}
make -s --no-print-directory B="$build" DEV=1 "$build/tests/attack/attack" >&2 || exit 1
"$build/tests/attack/attack" "$tables" "$seed" | grep -v '^1\.\.'
safe=${PIPESTATUS[0]}
alone=$("$build/tests/attack/attack" 60 "$seed" --alone | sed -n 's/.* \([0-9]*\) of [0-9]* families broken.*/\1/p')
if [ "${alone:-0}" -ge 15 ]; then
	echo "ok 3 - figures that are hidden each by itself it reckons"
else
	echo "not ok 3 - figures that are hidden each by itself it reckons"
	safe=1
fi
echo "# of 60 families so hidden it breaks ${alone:-none}"
echo "1..3"
exit "$safe"
