#!/bin/bash
# analysis.t - clang-tidy, cppcheck, shellcheck and the formatter have nothing
# to say.
#
# clang-tidy takes seconds a file and shellcheck a tenth of one, so what was clean
# once is not looked at again; the stamps are in the build directory. clang-tidy also
# reports what clang itself warns about, which makes this the check that the
# code is clean under both compilers.
#
# Nearly all of its time goes into the analyzer's walk along the paths of a function,
# and most of that into a few functions of many branches. `make check` lets it look
# at 32,000 places of a function and the depth of its calls, which takes a quarter of the time;
# LONG=1 (make lint, make check-long) at as many as it wants.
set -uo pipefail
cd "$(dirname "$0")/../.."
export build=${BUILD:-build}
flags=$(make -s B="$build" flags)
bound="-Xclang -analyzer-config -Xclang max-nodes=32000"
[ -z "${LONG:-}" ] || bound=''
export flags bound
mkdir -p "$build/tidy" "$build/cppcheck"
. tests/lint/lib.sh

sources=$(find proto server client tests -name node_modules -prune -o \
	-path client/web -prune -o -name '*.c' -print | sort)

# What the analyzer found clean with all its time is clean with less of it.
tidy_one() {
	local sum report
	sum=$({ clang $flags -E "$1" 2>&1 && cat .clang-tidy; } | sha256sum)
	sum=$build/tidy/${sum%% *}
	[ ! -e "$sum" ] || return 0
	[ -z "$bound" ] || [ ! -e "$sum.bound" ] || return 0
	if report=$(clang-tidy --quiet "$1" -- $flags $bound 2>/dev/null) && [ -z "$report" ]; then
		: >"$sum${bound:+.bound}"
	else
		printf '%s\n' "${report:-$1: clang-tidy ended without a word}"
	fi
}
shell_one() {
	local sum report
	! head -n 1 "$1" | grep -qE 'bash|bin/sh|^# lib' && return
	sum=$({ echo "$omitted" && cat "$1"; } | sha256sum)
	sum=$build/tidy/shell.${sum%% *}
	[ ! -e "$sum" ] || return 0
	if report=$(shellcheck -s bash -S warning -f gcc -e "$omitted" "$1" 2>&1); then
		: >"$sum"
	else
		printf '%s\n' "${report:-$1: shellcheck ended without a word}"
	fi
}
export omitted=SC2119,SC2086,SC2046,SC2034,SC1091,SC2154,SC2164,SC2178,SC2128
export -f tidy_one shell_one
xargs -r -n 1 -P "$(nproc)" bash -c 'tidy_one "$0"' <<<"$sources" >"$build/tidy.log"
grep -E "(error|warning): |without a word" "$build/tidy.log" |
	sed "s,^$PWD/,," | sort -u >"$work/tidy"
verdict "clang-tidy finds nothing" "$work/tidy"

cppcheck --quiet --std=c11 --language=c --inline-suppr -j "$(nproc)" \
	--enable=warning,performance,portability --error-exitcode=0 \
	--suppressions-list=tests/lint/cppcheck.txt --cppcheck-build-dir="$build/cppcheck" \
	--template='{file}:{line}: {severity}: {message} [{id}]' \
	-I. -I"$build/gen" -D_POSIX_C_SOURCE=200809L $sources >/dev/null 2>"$work/cppcheck"
verdict "cppcheck finds nothing" "$work/cppcheck"

find proto server client tests -name node_modules -prune -o -path client/web -prune \
	-o -name '*.[ch]' -print0 | xargs -0 clang-format --dry-run -Werror 2>&1 |
	sed -n 's/:.*error: .*/ is not/p' | uniq -c | awk '{ print $2 ": " $1 " places" }' >"$work/format"
verdict "the C is laid out by .clang-format" "$work/format"

git -c safe.directory='*' ls-files -co --exclude-standard | grep -E '\.sh$|\.t$|^\.ci/run$' |
	while IFS= read -r script; do [ ! -e "$script" ] || printf '%s\n' "$script"; done |
	xargs -r -n 1 -P "$(nproc)" bash -c 'shell_one "$0"' >"$work/shell"
verdict "shellcheck finds nothing" "$work/shell"

echo "1..$n"
exit $failed
