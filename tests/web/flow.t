#!/bin/bash
# flow.t - one person's morning in a real browser, against the real daemon over
# the demo district. The steps are in flow.mjs.
cd "$(dirname "$0")/../.." || exit 1
node=$PWD/client/web/node_modules/node-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')/bin/node
if [ ! -x "$node" ] || [ ! -e "${WEB_ROOT:-build/web}/index.html" ]; then
	echo "1..0 # SKIP the web app was not built: no Node.js here"
	exit 0
fi
. tests/flow/lib.sh

use_district
start_daemon
login=$(account social_worker)
CB_URL=$web_url/ CB_LOGIN=$login CB_PASSWORD=$(password_of "$login") \
	"$node" tests/web/flow.mjs >"$work/taps" 2>"$work/said"
rc=$?
# What is wrong comes before the line that says so, as lib.sh wants it.
while IFS= read -r line; do
	case $line in
	'ok '*) ok "${line#*- }" true ;;
	'not ok '*) ok "${line#*- }" false ;;
	'#'*) remark "${line#\# }" ;;
	esac
done < <(awk '/^not ok/ { held = $0; next } /^#/ && held { print; next }
	{ if (held) { print held; held = "" } print }
	END { if (held) print held }' "$work/taps")
[ $rc = 0 ] || [ "$failed" -gt 0 ] || ok "the browser flow runs to its end" false
done_testing
