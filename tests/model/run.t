#!/bin/bash
# run.t - the model of the protocol (sync.pml), every state of it: what it must
# never do it never does, without each safeguard it does, and what it is about
# happens in it. docs/model.md says what that proves.
#
# LONG=1 also explores worlds of some minutes, FAR=1 those that need 12 GB and more
# (make model-long). JOBS side by side (2), each with 4 GB at most.
set -uo pipefail
cd "$(dirname "$0")" || exit 1
scratch=${CHECK_SCRATCH:-}
work=$(mktemp -d "${scratch:-${TMPDIR:-/tmp}}/model.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
n=0 failed=0

# Rows of a table, without remarks: fields after `|`, in the variables f0, f1 …
rows() { grep -v -e '^#' -e '^$' "$1" | sed 's/ *| */\x1f/g'; }

# One line a search: name, definitions, how, megabytes, seconds.
plan() {
	local i=0 when how definitions what names seen where
	while IFS=$'\x1f' read -r when how definitions what; do
		i=$((i + 1))
		case $when in
		core) printf 'c%d\x1f%s\x1f%s\x1f4000\x1f800\n' $i "$definitions" "$how" ;;
		long) [ -z "${LONG:-}" ] || printf 'c%d\x1f%s\x1f%s\x1f4000\x1f800\n' $i "$definitions" "$how" ;;
		far) [ -z "${FAR:-}" ] || printf 'c%d\x1f%s\x1f%s\x1f20000\x1f7200\n' $i "$definitions" "$how" ;;
		esac
	done < <(rows configurations.txt)
	i=0
	while IFS=$'\x1f' read -r names how definitions what; do
		printf 'm%d\x1f%s\x1f%s\x1f2000\x1f300\n' $((i += 1)) "$definitions $names" "$how"
	done < <(rows mutations.txt)
	i=0
	while IFS=$'\x1f' read -r seen definitions where what; do
		printf 's%d\x1f%s\x1fsafety\x1f2000\x1f300\n' $((i += 1)) "$definitions REACH=${where// or / || }"
	done < <(rows seen.txt)
}
# The far ones one at a time: two of them do not fit into memory side by side.
search() {
	IFS=$'\x1f' read -r name definitions how memory seconds <<<"$1"
	./explore.sh "$work/$name" "$definitions" "$how" "$memory" "$seconds"
}
export -f search
export work
plan >"$work/plan"
for size in 4000 2000 20000; do
	awk -F '\x1f' -v s=$size '$4 == s' "$work/plan" | tr '\n' '\0' |
		xargs -0 -r -n 1 -P "$([ $size = 20000 ] && echo 1 || echo "${JOBS:-2}")" bash -c 'search "$1"' search
done

line() { # "sentence" name wanted
	local said
	n=$((n + 1))
	said=$(cat "$work/$2/result" 2>/dev/null)
	if [ "${said%% *}" = "$3" ]; then
		[ "$3" != ok ] || said=$(awk '{ printf "%d states, %d deep, %d MB, %s s", $2, $3, $4, $5 }' <<<"$said")
		echo "ok $n - $1 (${said#broken })"
	else
		echo "not ok $n - $1"
		failed=1
		printf '%s\n' "$said" "$(cat "$work/$2/trail" 2>/dev/null)" | sed 's/^/# /'
	fi
}
i=0
while IFS=$'\x1f' read -r when how definitions what; do
	i=$((i + 1))
	[ ! -d "$work/c$i" ] || line "$what [$definitions]" "c$i" ok
done < <(rows configurations.txt)
i=0
while IFS=$'\x1f' read -r names how definitions what; do
	line "noticed: $what [$names]" "m$((i += 1))" broken
done < <(rows mutations.txt)
i=0
while IFS=$'\x1f' read -r seen definitions where what; do
	line "$([ "$seen" = yes ] && echo happens || echo never): $what" "s$((i += 1))" "$([ "$seen" = yes ] && echo broken || echo ok)"
done < <(rows seen.txt)
ok_tables() { [ "$(wc -l <"$work/plan")" -gt 40 ]; }
ok_tables || { n=$((n + 1)) failed=1 && echo "not ok $n - the tables were read"; }
echo "1..$n"
exit $failed
