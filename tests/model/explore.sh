#!/bin/bash
# explore.sh - visits every state of the model in one world.
#
#   tests/model/explore.sh DIR "NW=3 C=1 …" [safety|cycles] [MEGABYTES [SECONDS]]
#
# The world is made by these definitions; what came of it is in DIR/result: `ok STATES DEPTH MEGABYTES SECONDS`, `broken WHAT` with the way
# there in DIR/trail, or `failed WHY`.
# REACH (the rest of the line) ends the search where that is so.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && cd "$1" || exit 1
definitions=$2 what=${3:-safety} most=${4:-4000} seconds=${5:-300}

say() { echo "$*" >result; }
{
	for word in ${definitions%%REACH=*}; do
		name=${word%%=*} value=''
		[ "$name" = "$word" ] || value=${word#*=}
		echo "#define $name $value"
	done
	[ "${definitions#*REACH=}" = "$definitions" ] || echo "#define REACH (${definitions#*REACH=})"
	echo "#include \"$here/sync.pml\""
} >model.pml
flags=(-DSAFETY) options=()
# What is large pays for its compilation.
effort=-O$((most < 4000 ? 0 : most < 12000 ? 1 : 2))
[ "$what" = safety ] || { flags=(-DNP) options=(-l); }
spin -a model.pml >spin.log 2>&1 &&
	gcc "$effort" -w -DNOFAIR "-DMEMLIM=$most" "${flags[@]}" -o pan pan.c 2>>spin.log ||
	{ say "failed $(grep -m 1 -i error spin.log)" && exit 1; }
timeout "$seconds" ./pan -m10000 -w24 "${options[@]}" >pan.log 2>&1
if grep -q '^State-vector.* errors: 0$' pan.log && ! grep -q -e 'not completed' -e 'depth too small' pan.log; then
	awk '/^State-vector/ { sub(/,/, "", $6); depth = $6 } / states, stored/ { states = $1 }
		/total actual memory usage/ { memory = $1 } /elapsed time/ { time = $4 }
		END { printf "ok %d %d %d %.1f\n", states, depth, memory + 0.5, time }' pan.log >result
elif grep -q '^State-vector.* errors: 1$' pan.log; then
	spin -t model.pml 2>/dev/null | grep -E 'station|case|answer|database|backup|restored|request|CYCLE' |
		grep -v 'spin: ' | sed 's/^ *//' | head -n 60 >trail
	say "broken $(grep -m 1 -o -e 'assertion violated.*' -e 'non-progress cycle.*' pan.log)"
else
	say "failed $(grep -m 1 -e 'pan: ' -e 'not completed' pan.log || echo "not done within $seconds s")"
fi
rm -f pan pan.[bchmtp] _spin_nvr.tmp
