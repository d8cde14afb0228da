#!/bin/bash
# sim.t - thousands of small histories under faults, each decided by its seed.
#
# Two simulators side by side, each on a database of its own. 2,000 seeds, or
# 100,000 with LONG=1; SIM_SEEDS says another number, SIM_FIRST where to begin.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/sim/cluster.sh

first=${SIM_FIRST:-1}
seeds=${SIM_SEEDS:-$([ -n "${LONG:-}" ] && echo 100000 || echo 2000)}
half=$(((seeds + 1) / 2))

sim_start || { echo "1..0 # the database does not start" && exit 1; }
pids=()
for i in 1 2; do
	info=$(sim_database "sim$i") && mkdir "$sim_work/stores$i" || exit 1
	"$BUILD/tests/sim/sim" --db "$info" --dir "$sim_work/stores$i" \
		--seed $((first + (i - 1) * half)) \
		--count $((i == 1 ? half : seeds - half)) >"$sim_work/out$i" 2>&1 </dev/null &
	pids+=($!)
done
rc=0
for pid in "${pids[@]}"; do wait "$pid" || rc=1; done

# One plan for both; a simulator that died without a word is a failure.
cat "$sim_work/out1" "$sim_work/out2" | awk '
	/^(not )?ok - / { n++; sub(/ok - /, "ok " n " - ") }
	{ print }
	/^# [0-9]+ seeds, / { ends++ }
	END {
		if (ends < 2) {
			n++
			print "not ok " n " - both simulators come to an end"
		}
		print "1.." n
	}'
exit $rc
