#!/bin/bash
# web.sh - build the web app into the directory given.
#
# Node.js is needed to build the pages, not to serve them. A machine without
# it still builds both programs: the daemon then answers programs and shows no
# pages, and this says so. The libraries are the ones of the lock file and are
# fetched again only when that file changes.
#
# Debian 12's node 18 is too old for the bundler, and npm leaves out optional
# packages that its own node is too old for, the bundler's engine among them.
# So there npm first fetches the node the lock file pins, and that one fetches
# the rest.
set -euo pipefail

out=$1
cd "$(dirname "$0")/../client/web"

# True when the node of this machine is new enough, or at least "old".
node_is() {
	node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
		const new_enough = major === 20 ? minor >= 19 : major === 22 ? minor >= 12 : major > 22;
		process.exit((process.argv[1] === "new" ? new_enough : major >= 18) ? 0 : 1)' \
		"$1" 2>/dev/null
}
if ! command -v npm >/dev/null || ! node_is old; then
	echo "web: Node.js 18 or newer and npm are not here: both programs are" \
		"built, the web pages are not. 'make setup' installs them." >&2
	exit 0
fi

# Patient with a slow network, not with none.
npm_ci() {
	"$@" ci --no-audit --no-fund --prefer-offline --fetch-retry-mintimeout=1000 \
		--fetch-retry-maxtimeout=4000 </dev/null
}
fetch_libraries() {
	if node_is new; then
		npm_ci npm
		return
	fi
	npm_ci npm --omit=dev &&
		cp node_modules/node-linux-*/bin/node "$scratch/node" &&
		PATH=$scratch:$PATH npm_ci "$scratch/node" "$(readlink -f "$(command -v npm)")"
}

stamp=node_modules/.installed
lock=$(sha256sum package.json package-lock.json)
if [ "$(cat $stamp 2>/dev/null)" != "$lock" ]; then
	echo "  npm     client/web"
	scratch=$(mktemp -d)
	trap 'rm -rf "$scratch"' EXIT
	if ! fetch_libraries >"$scratch/log" 2>&1; then
		grep -v WARN "$scratch/log" | tail -n 8 >&2
		echo "web: the libraries of the web app could not be fetched. Connect" \
			"this machine to the internet and run make again." >&2
		exit 1
	fi
	echo "$lock" >$stamp
fi
echo "  web     $out"
OUT_DIR=$out npm run --silent build </dev/null
