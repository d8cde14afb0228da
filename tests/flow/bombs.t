#!/bin/bash
# bombs.t - bodies that are small on the line and large in memory: nothing packed is
# taken, brackets and values are counted before anything is built of them, and what
# is built is bounded for all requests together. Meanwhile others are answered.
. tests/flow/lib.sh
. tests/flow/small.sh
. tests/flow/by_hand.sh
use_blank
start_daemon
use_small
sign_in li.na
let_in pc li.na

rss() { awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$daemon_pid/status"; }
peak() { awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$daemon_pid/status"; }
fill() { # text times
	awk -v t="$1" -v n="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", t }'
}
verdict() { echo "$(status) $(jq -r '.code // "-"' "$work/answer" 2>/dev/null)"; }

# --- packed ---------------------------------------------------------------------------
head -c 1048000 /dev/zero | tr '\0' ' ' >"$work/blanks"
gzip -9c "$work/blanks" >"$work/gz" && zstd -q -19 -c "$work/blanks" >"$work/zst"
ok "a thousandth of what it was" [ "$(wc -c <"$work/gz")" -lt 2000 ]
for coding in gzip deflate br zstd compress identity 'gzip, gzip' 'x-unknown'; do
	while IFS=$'\t' read -r method path on _ lane body _; do
		[[ $on = *web* ]] && [ "$body" -gt 0 ] || continue
		type=application/json
		[ "$lane" != files ] || type=application/offset+octet-stream
		printf 'url = "%s%s"\nrequest = "%s"\ncacert = "%s"\ncookie = "%s"\nheader = "X-Casebridge: web"\nheader = "Content-Type: %s"\nheader = "Content-Encoding: %s"\ndata-binary = "@%s"\noutput = "/dev/null"\nsilent\nwrite-out = "%%{http_code}\\n"\nnext\n' \
			"$web_url" "${path//\{*\}/$(new_id)}" "$method" "$ca_file" "$work/jar.li.na" "$type" "$coding" "$work/gz"
	done < <("$ROUTES")
done | sed '$d' >"$work/curl.packed"
curl -K "$work/curl.packed" >"$work/codes"
ok "nothing packed is taken, by any address ($(wc -l <"$work/codes") tried)" is "$(sort "$work/codes" | uniq -c | awk '{ print $2 }')" 415
ok "and there were enough" [ "$(wc -l <"$work/codes")" -ge 200 ]

# --- brackets and values --------------------------------------------------------------
before=$(rss)
deep() { fill '[' "$1" && fill ']' "$1"; }
for levels in 17 2049 500000; do
	deep "$levels" >"$work/body"
	api POST /v1/changes - <"$work/body" >/dev/null
	ok "$levels brackets in each other" is "$(verdict)" "400 bad_json"
done
bombs=('{},' '[],' '"",' '1,' '{"a":[]},')
for bomb in "${bombs[@]}"; do
	{ printf '{"changes":[' && fill "$bomb" $((1040000 / ${#bomb})) && printf '1]}'; } >"$work/body"
	api POST /v1/changes - <"$work/body" >/dev/null
	ok "a megabyte of $bomb" is "$(verdict)" "400 bad_json"
done
ok "none of it was built ($before MiB before, $(rss) after)" [ "$(rss)" -le $((before + 32)) ]

# --- as much as is let in, sixty-four times at once ------------------------------------
# The dearest body within its limits: 59 990 values, and the rest of the megabyte text.
{ printf '{"changes":[' && fill '{},' 29990 && printf '"' && head -c 950000 /dev/zero | tr '\0' x && printf '"]}'; } >"$work/body"
ok "the dearest body is within the limits" is "$(api POST /v1/changes - <"$work/body" >/dev/null && verdict)" "413 too_large"
for i in $(seq 64); do
	printf 'url = "%s/v1/changes"\ncacert = "%s"\ncookie = "%s"\nheader = "X-Casebridge: web"\nheader = "Content-Type: application/json"\ndata-binary = "@%s"\noutput = "/dev/null"\nsilent\nwrite-out = "%%{http_code}\\n"\n%s' \
		"$web_url" "$ca_file" "$work/jar.li.na" "$work/body" "$([ "$i" = 64 ] || printf 'next\n ')"
done >"$work/curl.many"
curl --parallel --parallel-immediate --parallel-max 64 -K "$work/curl.many" >"$work/many" 2>/dev/null &
bombing=$!
asked=0 answered=0
while ! gone $bombing && [ $asked -lt 200 ]; do
	asked=$((asked + 1))
	[ "$(code GET /v1/account)" != 200 ] || answered=$((answered + 1))
done
wait $bombing
ok "they are refused, one by one or for want of room" is "$(grep -cvE '^(413|503)$' "$work/many")" 0
ok "all of them" is "$(wc -l <"$work/many")" 64
ok "others were answered meanwhile ($answered of $asked)" [ "$asked" -gt 0 -a "$answered" = "$asked" ]
ok "all together it never took more than 512 MiB (it took $(peak))" [ "$(peak)" -le 512 ]

# --- what is large and honest -----------------------------------------------------------
# Thirty-five thousand units of a station: nearly all its body may have.
{ printf '{"units":[' && awk 'BEGIN { for (i = 0; i < 35000; i++) printf "%s[\"%08x-0000-7000-8000-000000000000\",\"%064d\"]", (i ? "," : ""), i, i }' && printf ']}'; } >"$work/body"
ok "it has $(wc -c <"$work/body") bytes" [ "$(wc -c <"$work/body")" -gt 3700000 ]
numbered pc POST /v1/digest "@$work/body" >/dev/null
ok "and is not taken for a bomb" is "$(verdict)" "200 -"
done_testing
