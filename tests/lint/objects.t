#!/bin/bash
# objects.t - no mutable data outside the stack and what main() builds.
#
# Read from the object files, where a global and a static inside a function
# look the same. Constant tables with pointers in them are .data.rel.ro and
# count as constant.
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
excepted=$(sed -n 's/^mutable  *\([^ ]*\) .*/\1/p' tests/lint/exceptions.txt)
n=0 failed=0
for room in proto server client; do
	found=$(find "$build/$room" -name '*.o' 2>/dev/null | sort |
		while IFS= read -r object; do
			source=${object#"$build"/} source=${source%.o}.c
			# A source that is gone leaves its object behind.
			[ -e "$source" ] || continue
			grep -qxF "$source" <<<"$excepted" && continue
			objdump -t "$object" | awk -v source="$source" \
				'$0 ~ / O \.(data|bss|tdata|tbss)[ \t]/ { print "# " source ": " $NF }'
		done)
	n=$((n + 1))
	if [ -n "$found" ]; then
		failed=1
		echo "not ok $n - $room keeps no mutable data"
		echo "$found"
	else
		echo "ok $n - $room keeps no mutable data"
	fi
done
echo "1..$n"
exit $failed
