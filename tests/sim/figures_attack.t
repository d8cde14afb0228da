#!/bin/bash
# figures_attack.t - what figures hide cannot be reckoned: random tables as they are
# published, and a solver that knows everything but the hidden cells (tests/attack).
#
# 300 tables, or 10,000 with LONG=1; FIGURE_TABLES says another number.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
tables=${FIGURE_TABLES:-$([ -n "${LONG:-}" ] && echo 10000 || echo 300)}
make -s --no-print-directory B="$build" DEV=1 "$build/tests/attack/attack" >&2 || exit 1
exec "$build/tests/attack/attack" "$tables" "${FIGURE_SEED:-20261122}"
