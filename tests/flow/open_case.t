#!/bin/bash
# open_case.t - what the page of a case asks of a station beyond its records:
# files up in pieces and down again, kept where they came from or not; who would
# lose what, with and without the centre; copies; what a restored centre was told.
. tests/flow/lib.sh
use_district
start_daemon

number=QQ-2025-001
case_id=$(sql "SELECT id FROM rec.\"case\" WHERE number = '$number'")
home=$(sql "SELECT home_site FROM rec.\"case\" WHERE id = '$case_id'")
login=$(sql "SELECT login FROM auth.account WHERE site = '$home' AND role = 'social_worker' ORDER BY 1 LIMIT 1")
boss=$(sql "SELECT login FROM auth.account WHERE site = '$home' AND role = 'supervisor' ORDER BY 1 LIMIT 1")
ok "the home site has a station" enrol desk "$home" "$login"
ok "and the supervisor there another" enrol boss "$home" "$boss"
for s in desk boss; do station $s sync >/dev/null 2>&1; done

open_pid='' page=''
open_pages() { # store: its pages, signed in
	: >"$work/open.out"
	rm -f "$work/jar"
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/$1.secret LANG=C.UTF-8 "$CASEBRIDGE" --store "$work/st/$1" \
		open --no-browser --json --web "$WEB_ROOT" "${@:2}" </dev/null >"$work/open.out" 2>"$work/open.err" &
	open_pid=$!
	wait_for 20 test -s "$work/open.out" || return 1
	url=$(jq -r .url "$work/open.out")
	page=${url%%/#*}
	ask POST /v1/session "{\"key\":\"${url#*#key=}\"}" >/dev/null
}
close_pages() { kill -TERM "$open_pid" && ended_within "$open_pid" 20 && wait "$open_pid"; }
ask() { # METHOD PATH [BODY] [curl option…]
	local method=$1 path=$2 body=${3:-}
	shift $(($# < 3 ? $# : 3))
	local options=(-sS --max-time 60 -X "$method" -b "$work/jar" -c "$work/jar" -D "$work/headers"
		-o "$work/answer" -w '%{http_code}' -H "Origin: $page" -H "X-Casebridge: web")
	[ -z "$body" ] || options+=(-H 'Content-Type: application/json' --data-binary "$body")
	: >"$work/answer"
	curl "${options[@]}" "$@" "$page$path" >"$work/status"
	cat "$work/answer"
}
said() { ask "$@" >/dev/null && cat "$work/status"; }
piece() { # rec offset file: the answer
	ask PATCH "/v1/uploads/$1" '' -H "Upload-Offset: $2" -H 'Content-Type: application/offset+octet-stream' --data-binary "@$3"
}
fetch() { # sha rec file: as the page does, range after range
	local at=0 size=1
	: >"$3"
	while [ "$at" -lt "$size" ]; do
		ask GET "/v1/files/$1?rec=$2" '' -H "Range: bytes=$at-" >/dev/null
		[ "$(cat "$work/status")" = 206 ] || return 1
		cat "$work/answer" >>"$3"
		at=$(wc -c <"$3")
		size=$(tr -d '\r' <"$work/headers" | awk -F / 'tolower($1) ~ /^content-range/ { print $NF }')
	done
}
uuid() { # a UUIDv7 as a page makes it
	printf '%012x7%03x8%03x%012x' "$(date +%s%3N)" $((RANDOM % 4096)) $((RANDOM % 4096)) "$((RANDOM * RANDOM))" |
		sed -E 's/(.{8})(.{4})(.{4})(.{4})(.{12})/\1-\2-\3-\4-\5/'
}
file_here() { ask GET /v1/sync | jq '.count.files_here'; }

# --- files --------------------------------------------------------------------

{ printf '%%PDF-1.7\n' && head -c 3000000 /dev/urandom; } >"$work/report.pdf"
sha=$(sha256sum "$work/report.pdf" | cut -d ' ' -f 1) size=$(wc -c <"$work/report.pdf")
split -b 262144 -d "$work/report.pdf" "$work/part."
ok "the pages are opened without a network" open_pages desk --offline
doc=$(uuid)
document() { # id sha media: the change that makes it
	jq -cn --arg id "$(uuid)" --arg rec "$1" --arg case "$case_id" --arg sha "$2" --arg media "$3" --argjson size "$size" \
		'{changes: [{id: $id, tx: null, rec: $rec, type: "document", case: $case, op: "create", unset: [], seen: {}, base_ver: 0, after: null,
		entered_at: "2026-11-22T10:00:00+08:00", set: {title: "评估报告", kind: "assessment_report", status: "final", sha256: $sha, size: $size, media: $media, file_name: "report.pdf"}}]}'
}
announce() { jq -cn --arg sha "$1" --arg rec "$2" --arg media "${3:-application/pdf}" --argjson size "$size" '{sha256: $sha, size: $size, media: $media, rec: $rec}'; }
ok "a file nobody has a record of is not taken" is "$(said POST /v1/uploads "$(announce "$sha" "$doc")")" 404
ok "its record is kept here" is "$(ask POST /v1/changes "$(document "$doc" "$sha" application/pdf)" | jq -r '.results[0].status')" applied
ok "announced, it begins at the beginning" is "$(ask POST /v1/uploads "$(announce "$sha" "$doc")" | jq -c '[.offset, .size, .done]')" "[0,$size,false]"
ok "pieces go in" is "$(piece "$doc" 0 "$work/part.00" | jq -c '[.offset, .done]')" '[262144,false]'
ok "one that is not next is refused, with the place" is "$(piece "$doc" 0 "$work/part.00" | jq -r '.code + " " + .accepts')" 'offset 262144'
ok "a part of a chunk is not taken" is "$(head -c 1000 "$work/part.01" >"$work/short" && piece "$doc" 262144 "$work/short" | jq -r .code)" bad_request
ok "nor does it count as sent" is "$(file_here)" 0
ok "the pages are closed in the middle" close_pages
ok "and opened again" open_pages desk --offline
place() { ask GET "/v1/cases/$case_id" | jq -r --arg r "${1:-$doc}" '.files[$r].state // "-"'; } # [REC]
ok "the case says that a part of it is here" is "$(place)" part
ok "it goes on where it was" is "$(ask POST /v1/uploads "$(announce "$sha" "$doc")" | jq .offset)" 262144
offset=262144
for p in "$work"/part.0[1-9] "$work"/part.1*; do
	offset=$(piece "$doc" "$offset" "$p" | jq .offset)
done
ok "to the last byte" is "$(ask GET "/v1/uploads/$doc" | jq -c '[.offset, .done]')" "[$size,true]"
ok "and waits to be sent" is "$(file_here)" 1
ok "which its case says, too" is "$(place)" waiting
ok "without a network it is given back" fetch "$sha" "$doc" "$work/back.pdf"
ok "as it was" cmp "$work/report.pdf" "$work/back.pdf"
no_part() { # range…: each is refused, with the size and nothing of the file
	for range in "$@"; do
		[ "$(said GET "/v1/files/$sha?rec=$doc" '' -H "Range: $range")" = 416 ] &&
			[ "$(jq -r '.code + " " + .accepts' "$work/answer")" = "bad_range $size" ] &&
			tr -d '\r' <"$work/headers" | grep -qix "content-range: bytes \*/$size" || return 1
	done
}
ok "from a place before its beginning nothing is" no_part bytes=-500 bytes=-65536 bytes=-262144 "bytes=-$((size + 500))"
ok "nor from its end on" no_part "bytes=$size-" "bytes=$((size + 500))-" bytes=99999999999999999999-
ok "nor from what is no number" no_part bytes=x- bytes=5-3 lines=0-
ok "and it is still there to be asked" is "$(said GET "/v1/files/$sha?rec=$doc" '' -H 'Range: bytes=0-')" 206
ok "a station's disk has none of it in the clear" exits 1 grep -rqa '%PDF-1.7' "$work/st/desk"

other=$(uuid)
bad=$(printf 'x%.0s' {1..20} | sha256sum | cut -d ' ' -f 1)
ask POST /v1/changes "$(document "$other" "$bad" application/pdf)" >/dev/null
ask POST /v1/uploads "$(announce "$bad" "$other")" >/dev/null
offset=0
for p in "$work"/part.*; do
	offset=$(piece "$other" "$offset" "$p" | tee "$work/last" | jq '.offset // 0')
done
ok "bytes that are not the file its record names are thrown away" is "$(jq -r .code "$work/last")" file_mismatch
ok "all of them" is "$(ask POST /v1/uploads "$(announce "$bad" "$other")" | jq .offset)" 0
ok "the pages are closed" close_pages

ok "with a network the file goes with a round" open_pages desk
ask POST /v1/sync '{"do":"start"}' >/dev/null
ok "and is at the centre" wait_for 40 eval '[ "$(file_here)" = 0 ]'
ok "the case says that it is here for good" is "$(place)" here
# The centre has those bytes already, by its books one byte longer.
sql "UPDATE log.file SET size = size + 1 WHERE sha256 = '\\x$sha'" >/dev/null
broken=$(uuid)
ask POST /v1/changes "$(document "$broken" "$sha" application/pdf)" >/dev/null
ask POST /v1/uploads "$(announce "$sha" "$broken")" >/dev/null
offset=0
for p in "$work"/part.*; do offset=$(piece "$broken" "$offset" "$p" | jq .offset); done
ask POST /v1/sync '{"do":"start"}' >/dev/null
ok "a file the centre refuses is told of" wait_for 40 eval '[ "$(ask GET /v1/sync | jq .count.files_refused)" = 1 ]'
sql "UPDATE log.file SET size = size - 1 WHERE sha256 = '\\x$sha'" >/dev/null
ok "with which it is, of whom, and why" is "$(ask GET /v1/sync | jq -c '.files[] | select(.state == "refused") | [.rec, .title, .case, .number, .field, (.text.zh | length > 0)]')" \
	"[\"$broken\",\"评估报告\",\"$case_id\",\"$number\",\"size\",true]"
ok "its case says that it was not taken" is "$(place "$broken")" refused
ok "what was taken is not given up" is "$(said DELETE "/v1/files/$sha?rec=$doc")" 422
ok "nor what is not here" is "$(said DELETE "/v1/files/$bad?rec=$doc") $(said DELETE "/v1/files/x?rec=$doc") $(said DELETE "/v1/files/$sha")" '404 422 422'
ok "what was refused is" is "$(said DELETE "/v1/files/$sha?rec=$broken") $(ask GET /v1/sync | jq .count.files_refused)" '204 0'
ok "and its record stays" is "$(ask GET "/v1/cases/$case_id" | jq -r ".records[] | select(.id == \"$broken\").body.title")" 评估报告
ok "the pages are closed again" close_pages
sign_in "$login" >/dev/null
ok "where others fetch it" is "$(api GET "/v1/files/$sha?rec=$doc" '' -H 'Range: bytes=0-8' | head -c 8)" '%PDF-1.7'

station boss sync >/dev/null 2>&1
ok "another station's pages" open_pages boss
ok "say that it is to be fetched" is "$(place)" -
ok "fetch it when they are asked" fetch "$sha" "$doc" "$work/fetched.pdf"
ok "as it was sent" cmp "$work/report.pdf" "$work/fetched.pdf"
ok "and then that it is here" is "$(place)" here
ok "what names another file is not there" is "$(said GET "/v1/files/$bad?rec=$doc")" 404
ok "copies are told as the centre tells them" is "$(ask GET "/v1/cases/$case_id/copies" | jq '.held')" 2
ok "nothing waits from a restore" is "$(ask GET /v1/salvage | jq -c '.rows')" '[]'
ok "and a stranger's offer is not there" is "$(said POST "/v1/salvage/$(uuid)" '{"take":false,"note":"x"}')" 404

# --- who would lose what --------------------------------------------------------

consent=$(ask GET "/v1/cases/$case_id" | jq -r '[.records[] | select(.type == "consent" and .body.purpose == "sharing")][0].id')
order="{\"case\":\"$case_id\",\"records\":[\"$consent\"],\"reason\":\"不再共享\"}"
ask POST /v1/withdrawals/preview "$order" >"$work/centre"
ok "the preview is the centre's" is "$(jq -r .from "$work/centre")" centre
stop_daemon
ask POST /v1/withdrawals/preview "$order" >"$work/here"
ok "and our own without it" is "$(jq -r .from "$work/here")" station
same() { jq -S -c '[(.losses | map(.people |= sort_by(.role)) | sort_by([.site, .staff])), (.falls | sort_by(.rec))]' "$1"; }
ok "which says the same" is "$(same "$work/here")" "$(same "$work/centre")"
ok "and not nothing" is "$(jq '.losses | length > 0' "$work/here")" true
ok "the file that was fetched is here to stay" fetch "$sha" "$doc" "$work/again.pdf"
ok "whole" cmp "$work/report.pdf" "$work/again.pdf"
ok "copies are not known without the centre" is "$(ask GET "/v1/cases/$case_id/copies" | jq -r .code)" offline
ok "a record that cannot be ended is named" is "$(ask POST /v1/withdrawals "${order//$consent/$doc}" | jq -r '.code + " " + .field')" 'bad_input records[0]'
ok "without a reason it is not done" is "$(ask POST /v1/withdrawals "${order/不再共享/}" | jq -r .field)" reason
ok "done, it is kept here" is "$(ask POST /v1/withdrawals "$order" | jq -c '[.kept, .ended]')" "[true,[\"$consent\"]]"
ok "and stands in the case" like "$(ask GET "/v1/cases/$case_id" | jq -r ".records[] | select(.id == \"$consent\").body | .withdrawn + \" \" + .withdrawn_reason")" '^20.* 不再共享$'
ok "said twice it is one change" is "$(ask POST /v1/withdrawals "$order" >/dev/null; ask GET /v1/sync | jq '[.records[] | select(.rec == "'"$consent"'").changes[]] | length')" 1
start_daemon
ask POST /v1/sync '{"do":"start"}' >/dev/null
ok "with the centre back it takes effect there" wait_for 40 eval "[ \"\$(sql \"SELECT withdrawn IS NOT NULL FROM rec.consent WHERE id = '$consent'\")\" = t ]"
ok "the pages end when told to" close_pages
done_testing
