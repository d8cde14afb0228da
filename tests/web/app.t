#!/bin/bash
# app.t - the web app by itself: types, rules, pages over a made-up centre, and
# the whole flow in a real browser against the mock daemon.
#
# What the app does with the real daemon is flow.t's. Skipped where there is no
# Node.js, as the build then makes no pages either.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

n=0 failed=0
node=client/web/node_modules/node-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')/bin/node
work=$(mktemp -d "${CHECK_SCRATCH:-${TMPDIR:-/tmp}}/web.XXXXXX")
mock=''
# shellcheck disable=SC2317
clean_up() {
	[ -z "$mock" ] || kill "$mock" 2>/dev/null
	rm -rf "$work"
}
trap clean_up EXIT

[ -x "$node" ] || {
	echo "1..0 # SKIP client/web/node_modules is not there: no Node.js when the app was built"
	exit 0
}

ok() { # "sentence" command…: its output is shown when it fails
	local what=$1
	shift
	n=$((n + 1))
	if "$@" >"$work/said" 2>&1; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		failed=$((failed + 1))
		tail -n 40 "$work/said" | sed 's/^/# /'
	fi
}
# Takes over another program's test lines under this test's numbers.
take_over() { # prefix command…
	local prefix=$1 line before=$n
	shift
	"$@" >"$work/taps" 2>"$work/said"
	local rc=$?
	while IFS= read -r line; do
		case $line in
		'ok '* | 'not ok '*)
			n=$((n + 1))
			[ "${line%%ok *}" = '' ] || failed=$((failed + 1))
			echo "${line%%ok *}ok $n - $prefix: ${line#*- }"
			;;
		'#'* | ' '*) echo "# ${line#\# }" ;;
		esac
	done <"$work/taps"
	[ $rc = 0 ] || [ $failed -gt 0 ] || ok "$prefix runs to its end" false
	[ $n -gt "$before" ] || ok "$prefix has tests" false
}
nothing_like() { ! grep -nE "$@"; }
unit() { (cd client/web && ../../"$node" node_modules/vitest/vitest.mjs run --reporter=tap-flat --no-color); }

ok 'the lock file says neither where packages come from nor what node they ask' \
	nothing_like '"(resolved|engines)"' client/web/package-lock.json
ok 'every version is pinned' nothing_like '": "[\^~><*]' client/web/package.json
ok 'types hold, and both languages say everything' "$node" client/web/scripts/run.mjs types
take_over rules unit

OUT_DIR=$work/app "$node" client/web/scripts/run.mjs build >"$work/built" 2>&1
ok 'it builds within its budget, without inline script or style' \
	grep "first page's script" "$work/built"
ok 'every built file has its compressed twin' bash -c \
	'find "$1" -type f ! -name "*.br" | while read -r f; do [ -s "$f.br" ] || { echo "$f" && exit 1; }; done' _ "$work/app"
ok 'no page names another host' nothing_like -r -o 'https?://[a-z0-9.-]+\.[a-z]{2,}[^"'"'"' )]*\.(js|css|woff2?)' "$work/app/assets" --include='*.js' --include='*.css' --include='*.html'

"$node" tests/web/mock/server.mjs --port 0 --app "$work/app" --cases 400 >"$work/mock" 2>&1 &
mock=$!
for _ in $(seq 100); do [ ! -s "$work/mock" ] || break; sleep 0.1; done
url=$(head -n 1 "$work/mock")
export CB_URL=$url CB_LOGIN=demo CB_PASSWORD=demo
take_over browser timeout 400 "$node" tests/web/flow.mjs

echo "1..$n"
exit $((failed > 0))
