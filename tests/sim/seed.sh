#!/bin/bash
# seed.sh - one seed of the simulator, on a database made for it.
#
#   tests/sim/seed.sh N [--trace] [--steps 3,7,12] [--count M] [--quick]
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/sim/cluster.sh

[ $# -gt 0 ] || { sed -n '2,4s/^# \{0,1\}//p' "$0" && exit 2; }
seed=$1
shift
sim_start && info=$(sim_database sim1) && mkdir "$sim_work/stores" || exit 1
"$BUILD/tests/sim/sim" --db "$info" --dir "$sim_work/stores" --seed "$seed" "$@"
