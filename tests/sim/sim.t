#!/bin/bash
# sim.t - thousands of small histories under faults, each decided by its seed.
#
# Simulators side by side, each on a database of its own: one more than there are
# processors, because a simulator and its database wait for each other in turn.
# 2,000 seeds, or 100,000 with LONG=1; SIM_SEEDS says another number, SIM_FIRST
# where to begin.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/sim/cluster.sh

first=${SIM_FIRST:-1}
seeds=${SIM_SEEDS:-$([ -n "${LONG:-}" ] && echo 100000 || echo 2000)}
side=$((${JOBS:-$(nproc)} + 1))

sim_start || { echo "1..0 # the database does not start" && exit 1; }
pids=()
for ((i = 1; i <= side; i++)); do
	info=$(sim_database "sim$i") && mkdir "$sim_work/stores$i" || exit 1
	from=$((seeds * (i - 1) / side)) to=$((seeds * i / side))
	"$BUILD/tests/sim/sim" --db "$info" --dir "$sim_work/stores$i" --seed $((first + from)) \
		--count $((to - from)) >"$sim_work/out$i" 2>&1 </dev/null &
	pids+=($!)
done
rc=0
for pid in "${pids[@]}"; do wait "$pid" || rc=1; done

# One plan for all; a simulator that died without a word is a failure.
for ((i = 1; i <= side; i++)); do cat "$sim_work/out$i"; done | awk -v side="$side" '
	/^(not )?ok - / { n++; sub(/ok - /, "ok " n " - ") }
	{ print }
	/^# [0-9]+ seeds, / { ends++ }
	END {
		if (ends < side) {
			n++
			print "not ok " n " - every simulator comes to an end"
		}
		print "1.." n
	}'
exit $rc
