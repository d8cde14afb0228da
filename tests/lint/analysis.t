#!/bin/bash
# analysis.t - clang-tidy, cppcheck, shellcheck and the formatter have nothing
# to say.
#
# clang-tidy takes seconds a file, so a file whose preprocessed text was clean
# once is not looked at again; the stamps are in the build directory. It also
# reports what clang itself warns about, which makes this the check that the
# code is clean under both compilers.
set -uo pipefail
cd "$(dirname "$0")/../.."
export build=${BUILD:-build}
flags=$(make -s B="$build" flags)
export flags
stamps=$build/tidy
mkdir -p "$stamps" "$build/cppcheck"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0 failed=0

verdict() { # "sentence" file-of-complaints
	n=$((n + 1))
	if [ -s "$2" ]; then
		failed=1
		echo "not ok $n - $1"
		head -n 60 "$2" | sed 's/^/# /'
	else
		echo "ok $n - $1"
	fi
}

sources=$(find proto server client tests -name node_modules -prune -o \
	-path client/web -prune -o -name '*.c' -print | sort)

tidy_one() {
	local sum report
	sum=$({ clang $flags -E "$1" 2>&1 && cat .clang-tidy; } | sha256sum)
	sum=${sum%% *}
	[ ! -e "$build/tidy/$sum" ] || return 0
	if report=$(clang-tidy --quiet "$1" -- $flags 2>/dev/null) && [ -z "$report" ]; then
		: >"$build/tidy/$sum"
	else
		printf '%s\n' "${report:-$1: clang-tidy ended without a word}"
	fi
}
export -f tidy_one
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
	while IFS= read -r script; do
		[ ! -e "$script" ] || ! head -n 1 "$script" | grep -qE 'bash|bin/sh|^# lib' ||
			printf '%s\n' "$script"
	done | xargs -r shellcheck -s bash -S warning -f gcc \
		-e SC2119,SC2086,SC2046,SC2034,SC1091,SC2154,SC2164,SC2178,SC2128 >"$work/shell" 2>&1
verdict "shellcheck finds nothing" "$work/shell"

echo "1..$n"
exit $failed
