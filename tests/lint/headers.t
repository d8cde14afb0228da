#!/bin/bash
# headers.t - every header compiles alone, so none leans on who came before it.
set -uo pipefail
cd "$(dirname "$0")/../.."
flags=$(make -s B="${BUILD:-build}" flags)
n=0 failed=0
while IFS= read -r header; do
	n=$((n + 1))
	# A header without a declaration would be an empty unit to -Wpedantic.
	if complaints=$(printf '#include "%s"\ntypedef int unit;\n' "$header" |
		${CC:-cc} $flags -Werror -Wno-unused -fsyntax-only -x c - 2>&1); then
		echo "ok $n - $header"
	else
		failed=1
		echo "not ok $n - $header"
		head -n 8 <<<"$complaints" | sed 's/^/# /'
	fi
done < <(find proto server client tests -name node_modules -prune -o \
	-name '*.h' -print | sort)
echo "1..$n"
exit $failed
