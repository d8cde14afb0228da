#!/bin/sh
# bundle.sh - put the catalogue's JSON files into the one document that is
# linked into both programs and served as it stands.
#
#   tools/bundle.sh OUT.json
#
# Written in sh and sed because it runs in every build, before anything of ours
# is compiled. It only joins and unwraps lines: a raw line break cannot be part
# of a JSON string, so nothing inside the data changes. Whether the data make
# sense is checked when the program loads them.
set -eu
LC_ALL=C
export LC_ALL

[ $# -eq 1 ] || { echo "usage: tools/bundle.sh OUT.json" >&2; exit 2; }
proto=$(dirname "$0")/../proto
out=$1

# section KEY FOLDER: "KEY":{"name":…,"name":…}, in order of file name
section() {
	printf '"%s":{' "$1"
	comma=
	for file in "$proto/$2"/*.json; do
		[ -e "$file" ] || continue
		printf '%s"%s":' "$comma" "$(basename "$file" .json)"
		sed 's/^[ 	]*//' "$file" | tr -d '\r\n'
		comma=,
	done
	printf '}'
}

{
	printf '{'
	section types catalogue
	printf ','
	section codes codes
	printf ','
	section scales scales
	printf ','
	section forms forms
	printf ','
	section packs programmes
	printf '}\n'
} >"$out.tmp"
mv "$out.tmp" "$out"
