#!/bin/bash
# arrows.t - no room reaches for one it may not know.
#
# The table is rooms.txt; a file belongs to the longest name in it that begins
# its path. Said aloud, because a build does not notice: an include that
# points up compiles as well as one that points down.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/lint/lib.sh

find proto server client -name node_modules -prune -o -path client/web -prune \
	-o -name '*.[ch]' -print | sort >"$work/files"
xargs grep -Hn '^#[ ]*include' <"$work/files" |
	sed -n 's/^\([^:]*\):\([0-9]*\):#[ ]*include[ ]*\([<"][^>"]*[>"]\).*/\1 \2 \3/p' \
		>"$work/includes"

awk '
function room_of(path,   r, best) {
	best = ""
	for (r in rooms)
		if (length(r) > length(best) && (index(path, r "/") == 1 ||
		    index(path, r ".") == 1 || path == r))
			best = r
	return best
}
/^#/ { next }
FNR == NR && (index($1, "/") || $1 !~ /[.<]/) && !/^</ {
	rooms[$1] = 1
	for (i = 2; i <= NF; i++)
		may[$1, $i] = 1
	next
}
FNR == NR {
	known[++libs] = $1
	for (i = 2; i <= NF; i++)
		in_room[$1, $i] = 1
	next
}
{
	from = room_of($1)
	what = substr($3, 2, length($3) - 2)
	if (from == "")
		print $1 ": belongs to no room of tests/lint/rooms.txt"
	for (l = 1; l <= libs; l++) {
		pattern = known[l]
		bare = pattern
		gsub(/[<>]/, "", bare)
		if (pattern ~ /^</ && $3 !~ /^</)
			continue
		star = index(bare, "*")
		if (star ? index(what, substr(bare, 1, star - 1)) == 1 : what == bare)
			if (!allowed_lib(pattern, from))
				print $1 ":" $2 ": " from " may not include " $3
	}
	if ($3 ~ /^"/ && index(what, "/")) {
		to = room_of(what)
		if (to == "")
			print $1 ":" $2 ": " $3 " is in no room"
		else if (to != from && !((from, to) in may))
			print $1 ":" $2 ": " from " may not include " to " (" what ")"
	}
}
function allowed_lib(pattern, room) {
	return ((pattern, room) in in_room)
}
' tests/lint/rooms.txt "$work/includes" >"$work/arrows"
verdict "every include stays within what its room may know" "$work/arrows"

awk '/^#/ || /^</ || $1 ~ /^[a-z_]+\.h$/ { next } { for (i = 2; i <= NF; i++)
	if ($i != "-") print $1, $i }' tests/lint/rooms.txt | tsort 2>&1 >/dev/null |
	sed 's/^tsort: //' >"$work/circle"
verdict "the rooms form no circle" "$work/circle"

grep '"[^"/]*"' "$work/includes" | grep -v -E '"(server|client)_(sql|migrations)\.h"|"policy(_sql|_reach)?\.h"|"(route_callers|limit_table|demo_stories|figures_sql|figure_(sources|indicators))\.h"' |
	awk '{ print $1 ": " $3 ": our headers are included by their path from the top" }' >"$work/short"
verdict "headers are named by their path from the top" "$work/short"

echo "1..$n"
exit $failed
