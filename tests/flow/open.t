#!/bin/bash
# open.t - casebridge open: the pages of a station, served from its store. Who
# gets in, what is answered and in which shape, what happens without a network,
# and that what a page saves is the centre's after a round.
. tests/flow/lib.sh
use_district
start_daemon

login=$(account social_worker 平桥社区服务中心)
ok "a station is enrolled" enrol desk "$(site_of "$login")" "$login"
ok "and synced" is "$(station desk sync --json | jq .synced)" true
station desk cases --json | jq -cS 'sort_by(.case)[]' >"$work/lines.said"
number=$(station desk cases --json | jq -r 'map(select(.name))[0].number') # all of it is shared
station desk show "$number" --json | jq -S . >"$work/case.said"
case_id=$(jq -r .case "$work/case.said")

# --- opening ----------------------------------------------------------------

open_pid=''
open_pages() { # option…: the address is in $url, its parts in $key and $page
	: >"$work/open.out"
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/desk.secret LANG=C.UTF-8 "$CASEBRIDGE" --store "$work/st/desk" \
		open --no-browser --json --web "$WEB_ROOT" "$@" </dev/null >"$work/open.out" 2>"$work/open.err" &
	open_pid=$!
	wait_for 20 test -s "$work/open.out" || return 1
	url=$(jq -r .url "$work/open.out")
	key=${url#*#key=} page=${url%%/#*}
}
close_pages() { kill -TERM "$open_pid" && ended_within "$open_pid" 20 && wait "$open_pid"; }
ask() { # METHOD PATH [BODY] [curl option…]: prints the answer, remembers status
	local method=$1 path=$2 body=${3:-}
	shift $(($# < 3 ? $# : 3))
	local options=(-sS --max-time 60 -X "$method" -b "$work/jar" -c "$work/jar" -D "$work/headers"
		-o "$work/answer" -w '%{http_code}' -H "Origin${origin-: $page}" -H "X-Casebridge${by-: web}")
	[ -z "$body" ] || options+=(-H 'Content-Type: application/json' --data-binary "$body")
	: >"$work/answer"
	curl "${options[@]}" "$@" "$page$path" >"$work/status"
	cat "$work/answer"
}
said() { ask "$@" >/dev/null && status; }

ok "the pages are opened" open_pages --offline
ok "on a loopback address of their own, at a free port" like "$page" '^http://127\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.[0-9]+\.[0-9]+:[0-9]+$'
ok "the key is 32 random bytes, behind the #" like "$url" '/#key=[0-9a-f]{64}$'
ok "no other command is let in meanwhile" exits 1 station desk status
ok "nobody listens on other addresses" is "$(ss -Hltn "sport = :${page##*:}" | awk '{print $4}')" "${page#http://}"

# --- the door ---------------------------------------------------------------

ok "the page itself is there for anybody who knows the address" is "$(said GET /)" 200
ok "with the policy that lets it do nothing else" like "$(header Content-Security-Policy)" "require-trusted-types-for 'script'"
ok "and is not kept by caches" is "$(header Cache-Control)" no-cache
ok "without a session nothing is told" is "$(said GET /v1/caseload)" 401
ok "not even who is there" is "$(said GET /v1/session)" 401
ok "another host name (rebinding) is refused" is "$(said GET / '' -H 'Host: evil.example')" 400
ok "and so is localhost" is "$(said GET / '' -H "Host: localhost:${page##*:}")" 400
ok "a request from another page is refused" is "$(origin=': https://evil.example' said POST /v1/session "{\"key\":\"$key\"}")" 403
ok "one without an origin too" is "$(origin=: said POST /v1/session "{\"key\":\"$key\"}")" 403
ok "a form of another page too" is "$(by=: said POST /v1/session "{\"key\":\"$key\"}")" 403
ok "what the browser says came across sites too" is "$(said GET /v1/session '' -H 'Sec-Fetch-Site: cross-site')" 403
ok "a wrong key opens nothing" is "$(said POST /v1/session "{\"key\":\"${key//?/0}\"}")" 401
ok "the key does" is "$(said POST /v1/session "{\"key\":\"$key\"}")" 201
ok "the cookie is out of reach of scripts and other sites" like "$(header Set-Cookie)" '^casebridge-[0-9]+=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=/$'
ok "nobody may share the answer" is "$(header Cache-Control)" no-store
mv "$work/jar" "$work/jar.mine"
ok "the key is good for once" is "$(said POST /v1/session "{\"key\":\"$key\"}")" 401
ok "a made-up session is none" is "$(said GET /v1/session '' -H "Cookie: casebridge-${page##*:}=${key}")" 401
mv "$work/jar.mine" "$work/jar"
ok "the session says who it is, and where" is "$(ask GET /v1/session | jq -r '[.mode, .reader.name] | join(" ")')" \
	"station $(awk -F '\t' -v l="$login" '$2 == l { print $4 }' "$work/accounts.tsv")"

reader=$(ask GET /v1/session | jq -r .reader.staff)
ok "a page of the person it belongs to is answered" is "$(said GET /v1/caseload '' -H "Casebridge-Staff: $reader")" 200
ok "one of somebody else is not, and is told why" is "$(said GET /v1/caseload '' -H 'Casebridge-Staff: 01890000-0000-7000-8000-000000000000') $(jq -r .code "$work/answer")" \
	'401 other_reader'
ok "nor may it lock the screen" is "$(said DELETE /v1/session '' -H 'Casebridge-Staff: 01890000-0000-7000-8000-000000000000') $(said GET /v1/session)" '401 200'

# --- what is read -----------------------------------------------------------

ok "the caseload is what the command lists, line for line" \
	is "$(ask GET '/v1/caseload?limit=5000' | jq -cS '.rows | sort_by(.case)[]')" "$(cat "$work/lines.said")"
total=$(wc -l <"$work/lines.said")
ok "pages of it meet without a gap" is "$(
	after='' seen=''
	while :; do
		ask GET "/v1/caseload?limit=7&sort=number&after=$(jq -rn --arg a "$after" '$a|@uri')" >"$work/page"
		seen="$seen $(jq -r '.rows[].case' "$work/page" | tr '\n' ' ')"
		after=$(jq -r '.next // ""' "$work/page")
		[ -n "$after" ] || break
	done
	tr ' ' '\n' <<<"$seen" | grep . | sort | uniq | wc -l)" "$total"
ok "search finds by number" is "$(ask GET "/v1/caseload?q=$number" | jq -r '.rows[].case')" "$case_id"
# A case of which the reader sees only part is put last by the centre, which keeps one line for all.
sign_in "$login" >/dev/null
for order in due name number danger opened; do
	ok "sorted by $order, as the centre sorts" is "$(ask GET "/v1/caseload?limit=5000&sort=$order" | jq -c '[.rows[] | select(.name) | .case]')" \
		"$(api GET "/v1/caseload?limit=5000&sort=$order" | jq -c '[.rows[] | select(.name) | .case]')"
done
ok "an order there is not is refused with those there are" is "$(said GET '/v1/caseload?sort=colour') $(jq -r .accepts "$work/answer")" \
	'400 due, name, number, danger, opened'
ok "a case is what the command shows" is "$(ask GET "/v1/cases/$case_id" | jq -S .)" "$(cat "$work/case.said")"
ok "with what the centre has: records, digest, what is due" is \
	"$(ask GET "/v1/cases/$case_id" | jq -c '[([.records[].id] | sort), .digest, [.due[].code], .gaps, .measures]')" \
	"$(api GET "/v1/cases/$case_id" | jq -c '[([.records[].id] | sort), .digest, [.due[].code], .gaps, .measures]')"
ok "the directory is the centre's" is "$(ask GET /v1/directory | jq -c '[.records[].id] | sort')" \
	"$(api GET /v1/directory | jq -c '[.records[].id] | sort')"
ok "the catalogue is, byte for byte" is "$(ask GET /v1/catalogue | sha256sum)" "$(api GET /v1/catalogue | sha256sum)"
etag=$(header ETag)
ok "and is not sent twice" is "$(said GET /v1/catalogue '' -H "If-None-Match: $etag")" 304
ok "a scale is scored" is "$(ask POST /v1/score '{"instrument":"phq9","answers":[2,2,3,2,1,1,2,0,1]}' | jq -c '[.scores, .band]')" \
	"$(api POST /v1/score '{"instrument":"phq9","answers":[2,2,3,2,1,1,2,0,1]}' | jq -c '[.scores, .band]')"
ok "history comes from the centre" is "$(ask GET "/v1/records/$case_id/history" | jq '.versions | length > 0')" true
ok "what is not there is not found" is "$(said GET /v1/cases/01890000-0000-7000-8000-000000000000)" 404
ok "an address there is not is not found" is "$(said GET /v1/admin)" 404
ok "a method it does not take is told" is "$(said DELETE /v1/caseload)" 405
ok "a path that climbs leads nowhere" is "$(said GET /../device.key '' --path-as-is)" 404

# --- what is saved ----------------------------------------------------------

change() { # op json: a change with its own id
	jq -cn --arg id "$(station_uuid)" --argjson more "$1" \
		'{changes: [{id: $id, tx: null, rec: "", type: "service", case: null, unset: [], seen: {}, set: {}, base_ver: 0,
		entered_at: "2026-11-20T09:00:00+08:00", after: null} + $more]}'
}
station_uuid() { printf '%012x' $(($(date +%s%3N))) | sed 's/\(.\{8\}\)\(.*\)/\1-\2/' | tr -d '\n' &&
	printf -- '-7%03x-8%03x-%012x' $((RANDOM % 4096)) $((RANDOM % 4096)) $((RANDOM * 32768 + RANDOM)); }
rec=$(station_uuid)
create=$(change "$(jq -cn --arg r "$rec" --arg c "$case_id" '{op: "create", rec: $r, case: $c, set: {kind: "home_visit", status: "completed",
	started_at: "2026-11-20T01:00:00Z", minutes: 30, aim: "首访"}}')")
ok "a note is saved" is "$(ask POST /v1/changes "$create" | jq -c '.results[0] | [.status, has("csn")]')" '["applied",false]'
ok "it stands in the case, waiting" is "$(ask GET "/v1/cases/$case_id" |
	jq -c --arg r "$rec" '[.records[] | select(.id == $r) | .body.aim, .waiting, .ver]')" '["首访",1,0]'
ok "the caseload says so" is "$(ask GET "/v1/caseload?q=$number" | jq '.rows[0].waiting')" 1
ok "the same again is taken once" is "$(ask POST /v1/changes "$create" | jq -r '.results[0].status') $(ask GET /v1/sync | jq .count.here)" 'noted 1'
ok "a field that cannot be is refused, with what could" is "$(ask POST /v1/changes "$(change "$(jq -cn --arg r "$rec" --arg c "$case_id" \
	'{op: "patch", rec: $r, case: $c, set: {minutes: 9000}, seen: {minutes: 30}}')")" | jq -c '.results[0] | [.status, .field, .accepts]')" \
	'["refused","minutes","0-1440"]'
ok "nothing of it is kept" is "$(ask GET /v1/sync | jq '[.records[].changes[]] | length')" 1
ok "what the other page saw is told to the centre" is "$(ask POST /v1/changes "$(change "$(jq -cn --arg r "$rec" --arg c "$case_id" \
	'{op: "patch", rec: $r, case: $c, set: {minutes: 40}, seen: {minutes: 30}}')")" | jq -r '.results[0].status')" applied
ok "of a group that cannot be whole nothing is kept" is "$(ask POST /v1/changes "$(jq -cn --arg a "$(station_uuid)" --arg b "$(station_uuid)" \
	--arg t "$(station_uuid)" --arg r "$rec" --arg c "$case_id" \
	'{changes: [[$a, {minutes: 41}, {minutes: 40}], [$b, {minutes: -1}, {minutes: 41}]] | map({id: .[0], tx: $t, rec: $r, type: "service", case: $c,
	op: "patch", set: .[1], unset: [], seen: .[2], base_ver: 0, entered_at: "2026-11-20T09:00:00+08:00", after: null}) | {changes: .}}' |
	jq -c .changes)" | jq -c '[.results[].code]')" '["tx_failed","out_of_range"]'

# --- what pages keep ----------------------------------------------------------

kept() { ask GET /v1/kept | jq -c '[.kept[] | [.key, .value, .at]] | sort'; }
ok "a draft is kept as typed" is "$(said POST /v1/kept '{"put":[{"key":"draft/a","value":{"aim":"写到一半 <b>"},"at":5}],"drop":[]}') $(kept)" '200 [["draft/a",{"aim":"写到一半 <b>"},5]]'
ok "a newer one takes its place" is "$(said POST /v1/kept '{"put":[{"key":"draft/a","value":1,"at":6},{"key":"views","value":[],"at":6}]}') $(kept)" '200 [["draft/a",1,6],["views",[],6]]'
ok "what is not wanted any more goes" is "$(said POST /v1/kept '{"drop":["views","never there"]}') $(kept)" '200 [["draft/a",1,6]]'
ok "without a name it is refused, with what could be" is "$(said POST /v1/kept '{"put":[{"key":"","value":1}]}') $(jq -r '.field + " " + .accepts' "$work/answer")" '422 put.key 1-200'
ok "without a value too" is "$(said POST /v1/kept '{"put":[{"key":"x"}]}') $(jq -r .field "$work/answer")" '422 put.value'
ok "and more than a form can hold" is "$(jq -cn '{put: [{key: "x", value: ("y" * 300000)}]}' >"$work/big"; said POST /v1/kept "@$work/big") $(jq -r .field "$work/answer")" '413 put.value'
ok "a list that is none is refused" is "$(said POST /v1/kept '{"put":{"key":"x"}}') $(jq -r .field "$work/answer") $(said POST /v1/kept '{"drop":"draft/a"}') $(jq -r .field "$work/answer")" '422 put 422 drop'
ok "a name of 200 characters is one" is "$(said POST /v1/kept "$(jq -cn '{put: [{key: ("字" * 200), value: 1}]}')") $(said POST /v1/kept "$(jq -cn '{put: [{key: ("字" * 201), value: 1}]}')") $(said POST /v1/kept "$(jq -cn '{drop: ["字" * 200]}')")" '200 422 200'
many() { jq -cn --argjson from "$1" --argjson to "$2" --argjson bytes "${3:-1}" '{put: [range($from; $to) | {key: "m/\(.)", value: ("y" * $bytes)}]}' >"$work/many" && said POST /v1/kept "@$work/many"; }
ok "as many as there may be are kept" is "$(many 1 500) $(jq -cn '{put: [{key: "m/1", value: 2}, {key: "draft/a", value: 1, at: 6}]}' >"$work/many"; said POST /v1/kept "@$work/many")" '200 200'
ok "one more is refused" is "$(many 500 501) $(jq -r '.field + " " + .accepts' "$work/answer")" '413 put 500'
ok "also in the place of one that goes" is "$(said POST /v1/kept '{"put":[{"key":"m/500","value":1}],"drop":["m/499"]}')" 200
ok "nor more than eight million bytes of them" is "$(for i in 1 4 7 10 13 16 19 22 25 28 31; do many $i $((i + 3)) 260000; done | tr -d '\n' | sed 's/\(200\)*//') $(jq -r .field "$work/answer")" '413 put'
ok "they go" is "$(jq -cn '{drop: [range(1; 501) | "m/\(.)"]}' >"$work/many"; said POST /v1/kept "@$work/many")" 200
ok "nothing of that was kept, and nothing is on the disk in clear" is "$(kept)$(grep -c '写到一半' "$work/st/desk/"* 2>/dev/null | grep -v ':0$')" '[["draft/a",1,6]]'

# --- a draft and what was made of it ------------------------------------------

second=$(station_uuid)
saving() { # op json, keys: a change, and what it was made of
	change "$1" | jq -c --argjson keys "$2" '. + {drop: {(.changes[0].id): $keys}}'
}
said POST /v1/kept '{"put":[{"key":"draft/form","value":{"aim":"二访"},"at":8}]}' >/dev/null
ok "what is saved is on the disk when it is said" is "$(ask POST /v1/changes "$(saving "$(jq -cn --arg r "$second" --arg c "$case_id" '{op: "create", rec: $r, case: $c,
	set: {kind: "phone_contact", status: "completed", started_at: "2026-11-20T02:00:00Z", aim: "二访"}}')" '["draft/form"]')" | jq -c '[.results[0].status, .kept]')" '["applied",true]'
ok "its draft went with it" is "$(kept)" '[["draft/a",1,6]]'
said POST /v1/kept '{"put":[{"key":"draft/form","value":{"minutes":-1},"at":9}]}' >/dev/null
ok "what is refused keeps its draft" is "$(ask POST /v1/changes "$(saving "$(jq -cn --arg r "$second" --arg c "$case_id" \
	'{op: "patch", rec: $r, case: $c, set: {minutes: -1}}')" '["draft/form"]')" | jq -r '.results[0].status') $(kept)" 'refused [["draft/a",1,6],["draft/form",{"minutes":-1},9]]'
ok "an order that is none is refused" is "$(said POST /v1/changes "$(saving '{}' '[1]')") $(jq -r .field "$work/answer")" '422 drop'
said POST /v1/kept '{"drop":["draft/form"]}' >/dev/null

# --- a round ----------------------------------------------------------------

round_is() { [ "$(ask GET /v1/sync | jq -r "$1")" = "$2" ]; }
ok "of the trail nothing is wrong" is "$(ask GET /v1/sync | jq .trail.wrong)" 0
echo '[{"id":"01890000-0000-7000-8000-000000000001","at":1,"kind":"back","mine":"a","theirs":"b","told":true}]' >"$work/st/desk/trail.evidence"
ok "what was shown that does not go on from its own is told" is "$(ask GET /v1/sync | jq .trail.wrong)" 1
rm "$work/st/desk/trail.evidence"
ok "the report says what is only here" is "$(ask GET /v1/sync | jq -c '[.count.here, .round.state, .round.last]')" '[2,"idle",null]'
ok "a round is asked for" is "$(said POST /v1/sync '{"do":"start"}')" 202
ok "it comes to an end, matched" wait_for 30 round_is '.round.last.matched' true
ok "nothing is only here any more" is "$(ask GET /v1/sync | jq -c '[.count.here, .step.equal]')" '[0,true]'
ok "the centre has the note" is "$(api GET "/v1/cases/$case_id" | jq -c --arg r "$rec" '[.records[] | select(.id == $r) | .body.minutes]')" '[40]'
ok "something else is no order" is "$(said POST /v1/sync '{"do":"dance"}')" 422

# --- without a network --------------------------------------------------------

stop_daemon
ok "without a network the pages are read" is "$(ask GET "/v1/cases/$case_id" | jq -r .case)" "$case_id"
ok "and written" is "$(ask POST /v1/changes "$(change "$(jq -cn --arg r "$rec" --arg c "$case_id" \
	'{op: "patch", rec: $r, case: $c, set: {minutes: 55}, seen: {minutes: 40}}')")" | jq -r '.results[0].status')" applied
ok "history says that it is the centre's to tell" is "$(ask GET "/v1/records/$case_id/history" | jq -r .code)" offline
ok "a round is asked for" is "$(said POST /v1/sync '{"do":"start"}')" 202
ok "it says why it failed, in both languages" wait_for 30 round_is '.round.last.why.code' offline
ok "while it runs the pages answer" is "$(said GET /v1/session)" 200

# --- the screen is locked ------------------------------------------------------

ok "the screen is locked" is "$(said DELETE /v1/session)" 204
ok "nothing that was kept is told" is "$(said GET /v1/kept)" 401
ok "nothing is shown then" is "$(said GET /v1/caseload) $(jq -r .code "$work/answer")" '401 screen_locked'
ok "not by another page that knows the passphrase" is "$(curl -s -o /dev/null -w '%{http_code}' -X POST -H "Origin: $page" -H 'X-Casebridge: web' \
	-H 'Content-Type: application/json' --data '{"passphrase":"x"}' "$page/v1/session")" 401
ok "a wrong passphrase opens nothing" is "$(said POST /v1/session '{"passphrase":"not this"}') $(jq -r .code "$work/answer")" '401 bad_passphrase'
for _ in 2 3 4 5; do ask POST /v1/session '{"passphrase":"not this"}' >/dev/null; done
ok "after five one has to wait" is "$(said POST /v1/session '{"passphrase":"not this"}') $(jq -r .code "$work/answer")" '429 locked_out'
ok "and so has who knows it" is "$(jq -Rc '{passphrase: .}' "$work/st/desk.secret" | ask POST /v1/session @- | jq -r .code)" locked_out
ok "it ends when told to" close_pages
ok "its file for the browser is gone" test ! -e "$work/st/desk/open.html"
ok "what was saved without a network is kept" is "$(station desk status --json | jq .unsent)" 1

# --- again, with a network -------------------------------------------------------

start_daemon
old=$url
rm -f "$work/jar"
ok "opened with a network" open_pages
ok "it has another address and key" isnt "$url" "$old"
ok "its key lets in" is "$(said POST /v1/session "{\"key\":\"$key\"}")" 201
ok "it syncs by itself" wait_for 30 round_is '.round.last.matched' true
ok "and brings what waited" is "$(sign_in "$login" && api GET "/v1/cases/$case_id" |
	jq -c --arg r "$rec" '[.records[] | select(.id == $r) | .body.minutes]')" '[55]'
ok "the screen is locked and opened again" is "$(said DELETE /v1/session) $(jq -Rc '{passphrase: .}' "$work/st/desk.secret" >"$work/pp" &&
	sleep 0.2 && said POST /v1/session "@$work/pp")" '204 201'
ok "what was kept outlived the pages and the lock" is "$(kept)" '[["draft/a",1,6]]'
ok "with the same cookie everything is there again" is "$(said GET "/v1/cases/$case_id")" 200
ok "a draft is kept" is "$(said POST /v1/kept '{"put":[{"key":"draft/b","value":{"aim":"断电之前"},"at":7}]}')" 200
kill -KILL "$open_pid" && wait "$open_pid" 2>/dev/null
rm -f "$work/jar"
ok "the pages are killed, and opened again" open_pages --offline
ok "their key lets in" is "$(said POST /v1/session "{\"key\":\"$key\"}")" 201
ok "what was typed is there" is "$(kept)" '[["draft/a",1,6],["draft/b",{"aim":"断电之前"},7]]'
ok "it ends" close_pages
ok "nothing of the person is in what it printed" is "$(cat "$work/open.err" "$work/open.out" | grep -c "$number")" 0
done_testing
