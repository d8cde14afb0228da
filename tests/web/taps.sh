# taps.sh - a browser's test lines as this test's own.
#
#   . tests/web/taps.sh          after tests/flow/lib.sh
#   take_taps FILE EXIT-CODE

# The Node.js the web app was built with, or the test is skipped.
node=$PWD/client/web/node_modules/node-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')/bin/node
if [ ! -x "$node" ] || [ ! -e "${WEB_ROOT:-build/web}/index.html" ]; then
	echo "1..0 # SKIP the web app was not built: no Node.js here"
	exit 0
fi

# What is wrong comes before the line that says so, as lib.sh wants it.
take_taps() {
	local line
	while IFS= read -r line; do
		case $line in
		'ok '*) ok "${line#*- }" true ;;
		'not ok '*) ok "${line#*- }" false ;;
		'#'*) remark "${line#\# }" ;;
		esac
	done < <(awk '/^not ok/ { held = $0; next } /^#/ && held { print; next }
		{ if (held) { print held; held = "" } print }
		END { if (held) print held }' "$1")
	[ "$2" = 0 ] || [ "$failed" -gt 0 ] || ok "the browser flow runs to its end" false
}
