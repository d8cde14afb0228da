#!/bin/bash
# files.t - bytes of files cut on the way, up and down (in the long run at every
# chunk), and thrown away as unfinished in the very moments in which they end: a
# file the centre called whole stays whole, and one that is not is nobody's.
. tests/fault/lib.sh
use_district
start_daemon

login=$(account social_worker 平桥街道康复站)
sign_in "$login" || bail "nobody signs in"
mkdir -p "$work/st" && chmod 700 "$work/st"
proxy_port=$(free_port)
line_up
real=$sync_url sync_url=https://127.0.0.1:$proxy_port
for name in one two; do
	enrol $name "$(site_of "$login")" "$login" && in_step $name "$login" || bail "station $name"
done
sync_url=$real
line_down
number=$(station one cases --json | jq -r '.[0].number')
case=$(station one cases --json | jq -r '.[0].case')
sha_of() { sha256sum "$1" | cut -d' ' -f1; }
make_m4a() { # FILE BYTES: sound that cannot be pressed smaller
	{ printf '\0\0\0\030ftypM4A \0\0\0\0M4A mp42'; head -c "$2" /dev/urandom; } | head -c "$2" >"$1"
}
# Nothing half, nothing of nobody: every file has all its chunks of 256 KiB, and
# every chunk belongs to a file or to an upload that is not over.
sound() {
	is "$(sql "SELECT (SELECT count(*) FROM log.file f WHERE (SELECT count(*) FROM log.file_chunk c WHERE c.chunks = f.chunks)
			<> (f.size + 262143) / 262144),
		(SELECT count(*) FROM log.file_chunk c WHERE NOT EXISTS (SELECT 1 FROM log.file f WHERE f.chunks = c.chunks)
			AND NOT EXISTS (SELECT 1 FROM log.upload u WHERE u.id = c.chunks)),
		(SELECT count(*) FROM log.upload u WHERE u.done AND NOT EXISTS (SELECT 1 FROM log.file f WHERE f.sha256 = u.sha256))")" '0|0|0'
}
list() { # FROM STEP TO, as the proxy reads it
	seq -s, "$1" "$2" "$3"
}

# --- cut at every chunk, up and down ---------------------------------------------------------------

size=4300000
step=$([ -n "${LONG:-}" ] && echo 262144 || echo 2000000)
make_m4a "$work/talk.m4a" $size
doc=$(station one attach "$number" "$work/talk.m4a" --kind recording --json | jq -r .id)
station one sync --estimate >/dev/null 2>&1
line_up up "$(list 60000 $step 6000000)" cuts 8000
tries=0
until [ "$(station one sync --json 2>/dev/null | jq -c '[.synced, .files_waiting]')" = '[true,0]' ] || [ $((tries += 1)) -gt 40 ]; do
	: # once more
done
line_down
ok "sent over a line that is cut $(line_says happened) times" test "$(line_says happened)" -ge 2
ok "it is whole at the centre" is "$(sql "SELECT size FROM log.file WHERE sha256 = '\\x$(sha_of "$work/talk.m4a")'")" $size
ok "of everything else there is nothing" sound
more=$(($(line_says up) - size))
ok "what was cut cost at most a piece each time ($more bytes more)" test "$more" -lt $(($(line_says happened) * 1100000))
station two sync >/dev/null 2>&1
line_up
station two sync >/dev/null
line_down
line_up down "$(list 60000 $step 6000000)" cuts 8000
tries=0
until station two fetch "$doc" --output "$work/talk.out" >/dev/null 2>&1 || [ $((tries += 1)) -gt 40 ]; do
	rm -f "$work/talk.out"
done
line_down
ok "fetched over such a line, cut $(line_says happened) times, byte for byte" cmp "$work/talk.m4a" "$work/talk.out"
echo "# down: $(line_says down) of $size, cut $(line_says happened) times, $tries tries"
ok "with no more than a chunk sent twice" test "$(line_says down)" -lt $((size + 60000 + $(line_says happened) * 300000))
line_up
ok "the station's own copy is sound" is "$(station two doctor --json | jq .ok)" true
line_down

# --- thrown away while they end ---------------------------------------------------------------------

# Uploads run out at every moment, and are swept as fast as it goes.
(
	while [ ! -e "$work/enough" ]; do
		sql "UPDATE log.upload SET expires = now() - interval '1 second' WHERE random() < 0.15; SELECT log.files_sweep()" >/dev/null 2>&1
	done
) &
sweeping=$!
new_id() { cat /proc/sys/kernel/random/uuid; }
whole=0 gone=0 other=''
files=$([ -n "${LONG:-}" ] && echo 60 || echo 14)
for ((i = 0; i < files; i++)); do
	make_m4a "$work/f$i" $((400000 + RANDOM))
	sha=$(sha_of "$work/f$i") rec=$(new_id)
	jq -cn --arg id "$(new_id)" --arg rec "$rec" --arg c "$case" --arg sha "$sha" '{changes: [{id: $id, op: "create", type: "document",
		rec: $rec, case: $c, entered_at: "2026-11-21T09:30:00+08:00", set: {title: "录音", kind: "recording", status: "final", sha256: $sha}}]}' |
		api POST /v1/changes - >/dev/null
	up=$(jq -cn --arg sha "$sha" --argjson size "$(stat -c %s "$work/f$i")" --arg rec "$rec" \
		'{sha256: $sha, size: $size, media: "audio/mp4", rec: $rec}' | api POST /v1/uploads - | jq -r .upload)
	at=0
	while :; do
		tail -c +$((at + 1)) "$work/f$i" | head -c 150000 >"$work/piece"
		api PATCH "/v1/uploads/$up" '' -H 'Content-Type: application/offset+octet-stream' -H "Upload-Offset: $at" \
			--data-binary "@$work/piece" >"$work/last"
		[ "$(status)" = 200 ] || break
		at=$(jq .offset "$work/last")
		[ "$(jq .done "$work/last")" != true ] || break
	done
	case $(status) in
	200)
		whole=$((whole + 1))
		[ "$(code GET "/v1/files/$sha?rec=$rec")" = 200 ] && [ "$(sha_of "$work/answer")" = "$sha" ] || other+=" $i:called-whole"
		;;
	404)
		gone=$((gone + 1))
		[ "$(code GET "/v1/files/$sha?rec=$rec")" = 404 ] || other+=" $i:not-whole-but-read"
		;;
	*) other+=" $i:$(status)" ;;
	esac
done
: >"$work/enough"
wait $sweeping
echo "# $whole files became whole, $gone uploads ran out first"
ok "each is whole or gone, and what was called whole can be read" is "$other" ''
ok "both happened" test $whole -gt 0 -a $gone -gt 0
sql "UPDATE log.upload SET expires = now() - interval '1 second' WHERE NOT done; SELECT log.files_sweep()" >/dev/null
ok "and nothing is left of those that ran out" sound
ok "nor of their bytes" is "$(sql "SELECT count(DISTINCT chunks) FROM log.file_chunk")" "$(sql 'SELECT count(*) FROM log.file')"
done_testing
