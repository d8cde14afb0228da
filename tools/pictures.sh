#!/bin/bash
# pictures.sh - `make pictures`: the pictures of the manual, taken anew.
#
# The working day of each role (tests/web/day.t) is walked through the demo with the
# real daemon, a real station and Chromium, in both languages; every scene is kept,
# reduced to 40 colours and put where the manual's pages show it. People and cases are
# the same every time, dates are reckoned back from the day it is run.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
B=${B:-build}
raw=$PWD/$B/pictures place=docs/manual/pictures
rm -rf "$raw"
mkdir -p "$raw"
# As many cases as `make demo` has, so that figures are shown as there.
DEMO_CASES=1400 CB_PICTURES=$raw CB_SHOTS=$raw/trouble BUILD=$B tests/web/day.t >"$raw/days" || {
	grep -A 20 '^not ok' "$raw/days" >&2
	echo "pictures: a day did not go as it should; nothing was changed" >&2
	exit 1
}
for lang in zh en; do
	mkdir -p "$place/$lang"
	rm -f "$place/$lang"/*.png
	for file in "$raw/$lang"/*.png; do
		pngquant --force --nofs --speed 1 --strip --output "$place/$lang/${file##*/}" 40 "$file" || exit 1
	done
done
printf '%s: %s pictures, %s KB\n' "$place" "$(find "$place" -name '*.png' | wc -l)" "$(($(cat "$place"/*/*.png | wc -c) / 1024))"
