#!/bin/bash
# web.sh - build the web app into the directory given.
#
# Node.js is needed to build the pages, not to serve them. A machine without
# it still builds both programs: the daemon then answers programs and shows no
# pages, and this says so. The libraries are the ones of the lock file, among
# them the node that runs the tools; they are fetched again only when that
# file changes.
set -euo pipefail

out=$1
cd "$(dirname "$0")/../client/web"

if ! command -v npm >/dev/null ||
	! node -e 'process.exit(process.versions.node.split(".")[0] < 18 ? 1 : 0)' 2>/dev/null; then
	echo "web: Node.js 18 or newer and npm are not here: both programs are" \
		"built, the web pages are not. 'make setup' installs them." >&2
	exit 0
fi

stamp=node_modules/.installed
lock=$(sha256sum package.json package-lock.json)
if [ "$(cat $stamp 2>/dev/null)" != "$lock" ]; then
	echo "  npm     client/web"
	log=$(mktemp)
	trap 'rm -f "$log"' EXIT
	# Patient with a slow network, not with none.
	if ! npm ci --no-audit --no-fund --prefer-offline --fetch-retry-mintimeout=1000 \
		--fetch-retry-maxtimeout=4000 </dev/null >"$log" 2>&1; then
		grep -v WARN "$log" | tail -n 8 >&2
		echo "web: the libraries of the web app could not be fetched. Connect" \
			"this machine to the internet and run make again." >&2
		exit 1
	fi
	echo "$lock" >$stamp
fi
echo "  web     $out"
OUT_DIR=$out npm run --silent build </dev/null
