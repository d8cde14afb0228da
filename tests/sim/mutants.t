#!/bin/bash
# mutants.t - the protocol with one rule left out at a time: some seed notices.
#
# A harness that stays silent when the rule it guards is gone guards nothing.
# The rules are in mutants.c; two simulators side by side, each mutant on a
# database of its own, over at most 400 seeds (4,000 with LONG=1; MUTANT_SEEDS
# says another number). Released programs contain none of it.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/sim/cluster.sh

seeds=${MUTANT_SEEDS:-$([ -n "${LONG:-}" ] && echo 4000 || echo 400)}
sim=$BUILD/tests/sim/mutants
export sim seeds sim_work

one() { # name: its line of TAP
	local info
	info=$(sim_database "m_$1") && mkdir "$sim_work/$1" &&
		"$sim" --db "$info" --dir "$sim_work/$1" --mutant "$1" --count "$seeds" \
			</dev/null 2>&1 | sed '/^ok - \|^not ok - /!s/^/# /' ||
		echo "not ok - $1 does not run"
	sim_sql postgres -c "DROP DATABASE m_$1"
	rm -rf "${sim_work:?}/$1"
}

sim_start || { echo "1..0 # the database does not start" && exit 1; }
export -f one sim_sql sim_database
export CLUSTER_DB
{
	for name in "$BUILD"/casebridged "$BUILD"/casebridge "$BUILD"/lib{proto,server,client}.a; do
		! nm "$name" 2>/dev/null | grep -q ' mutant_' ||
			echo "not ok - $name holds rules that can be left out"
	done
	echo "ok - released programs were looked at"
	n=$("$sim" --list | wc -l)
	[ "$n" -ge 15 ] && echo "ok - there are $n mutants" || echo "not ok - there are $n mutants"
	"$sim" --list | xargs -n 1 -P 2 bash -c 'one "$0"'
} | awk '
	/^not ok - / { failed = 1 }
	/^(not )?ok - / { n++; sub(/ok - /, "ok " n " - ") }
	{ print; fflush() }
	END { print "1.." n; exit failed }'
