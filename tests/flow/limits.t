#!/bin/bash
# limits.t - every limit of proto/limits.csv, and every route's largest body, through
# the real daemon: one less and as many are let in, one more is refused by its name.
#
# A row without a function try_NAME here fails; the function sends n of it and says
# "in" or "over", the latter only when the refusal is the one of this limit.
. tests/flow/lib.sh
. tests/flow/small.sh
. tests/flow/by_hand.sh
use_blank
start_daemon
use_small
add_person zhou.min supervisor 周敏
let_in pc li.na
sign_in li.na

times() { head -c "$2" /dev/zero | tr '\0' "$1"; }
repeat() { # what n separator
	awk -v what="$1" -v n="$2" -v between="$3" 'BEGIN { for (i = 1; i <= n; i++) printf "%s%s", (i > 1 ? between : ""), what }'
}
# "over" when the answer is refused for that: status code field accepts, as one line.
verdict() { # regex
	local line
	line="$(status) $(jq -r '[.code, .field, .accepts] | map(. // "-") | join(" ")' "$work/answer" 2>/dev/null)"
	if [[ $line =~ $1 ]]; then echo over; else echo "in ($line)"; fi
}
bare() { # target [curl option…]: as nobody, and only the headers that are given
	curl -sS --max-time 20 --cacert "$ca_file" -H 'User-Agent:' -H 'Accept:' -o "$work/answer" -w '%{http_code}' "${@:2}" "$web_url$1" >"$work/status" 2>/dev/null
}
web() { api "$@" >/dev/null; }
pc() { numbered pc "$@" >/dev/null; }

try_HEADERS() {
	local extra=() i
	for ((i = 1; i < $1; i++)); do extra+=(-H "X-$i: y"); done
	bare /v1/session "${extra[@]}" && verdict '^400 bad_request headers <= 64$'
}
try_HEADER_BYTES() {
	bare /v1/session -H "X: $(times y $(($1 - 4 - ${#web_url} + 8 - 1)))" && verdict '^400 bad_request headers <= 16384 bytes'
}
try_TARGET_BYTES() { bare "/v1/$(times a $(($1 - 4)))" && verdict '^400 bad_request target'; }
try_SEGMENTS() { bare "/$(repeat v1 "$1" /)" && verdict '^400 bad_request path'; }
try_PARAMETERS() { bare "/v1/session?$(awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "%sp%d=1", (i > 1 ? "&" : ""), i }')" && verdict '^400 bad_request query <= 12 parameters'; }
try_BODY_DEPTH() { web POST /v1/score "{\"a\":$(times '[' $(($1 - 1)))$(times ']' $(($1 - 1)))}" && verdict '^400 bad_json - <= 16 levels|^400 bad_json <= 16'; }
values() { printf '[' && repeat 1 $(($1 - 1)) , && printf ']'; }
try_BODY_VALUES() { values "$1" | web POST /v1/score - && verdict 'bad_json.* <= 20000 values'; }
try_BATCH_VALUES() { values "$1" | web POST /v1/changes - && verdict 'bad_json.* <= 60000 values'; }
try_SEALED_VALUES() { values "$1" | call pc POST /v1/courier - >/dev/null && verdict 'bad_json.* <= 4000 values'; }
try_LIST_VALUES() { values "$1" >"$work/body" && pc POST /v1/digest "@$work/body" && verdict 'bad_json.* <= 400000 values'; }
try_CHANGES() { printf '{"changes":[%s]}' "$(repeat '{}' "$1" ,)" | web POST /v1/changes - && verdict '^413 too_large changes 1-200'; }
try_LOGIN_BYTES() {
	local login
	login=$(times x "$1")
	as nobody
	daemon account add --login "$login" --role nurse --site 小站 --name "长$1" <<<"a long password of nobody's" >/dev/null 2>"$work/said" || { echo over && return; }
	jq -cn --arg l "$login" '{login: $l, password: "a long password of nobody'\''s"}' | web POST /v1/session - && echo "in ($(status))"
}
try_PASSWORD_BYTES() { as nobody && jq -cn --arg p "$(times x "$1")" '{login: "nobody", password: $p}' | web POST /v1/session - && verdict '^4(00|22) [a-z_]+ password'; }
glass() { # login number reason
	as "$1" && jq -cn --arg n "$2" --arg r "$3" --arg p "$(password_of "$1")" '{number: $n, category: "medical", reason: $r, password: $p}' | web POST /v1/break-glass -
}
try_GLASS_REASON() { glass li.na QQ-1900-001 "$(repeat 昏 "$1" '')" && verdict '^422 missing reason'; }
# At least: one less is over.
try_GLASS_REASON_LEAST() { glass li.na QQ-1900-001 "$(repeat 昏 "$1" '')" && verdict '^422 missing reason'; }
# Those that count what was done before: how far the last one came.
done_of() { cat "$work/done.$1" 2>/dev/null || echo 0; }
try_GLASS_TRIES() {
	local i
	for ((i = $(done_of glass); i < $1; i++)); do glass zhou.min "QQ-1900-$i" '病人昏迷送到急诊，家属不在场，需要知道正在服用的药物'; done
	echo "$1" >"$work/done.glass"
	verdict '^429 '
}
try_MATCHES() { # one program asks them all
	local jar=$work/jar.li.na i
	: >"$work/curl.many"
	for ((i = $(done_of match); i < $1; i++)); do
		cat >>"$work/curl.many" <<-C
			url = "$web_url/v1/match"
			cacert = "$ca_file"
			cookie = "$jar"
			header = "X-Casebridge: web"
			header = "Content-Type: application/json"
			data = "{\"name\":\"某某某\",\"birth\":\"1990-01-01\",\"sex\":\"1\"}"
			output = "$work/answer"
			write-out = "%{http_code}\n"
			silent
			next
		C
	done
	sed -i '$d' "$work/curl.many"
	echo "$1" >"$work/done.match"
	sql 'UPDATE auth.session SET refused_at = NULL' >/dev/null
	curl -K "$work/curl.many" | tail -n 1 >"$work/status"
	verdict '^429 '
}
try_MATCH_REASON() { as li.na && web POST "/v1/match/$(new_id)/ask" "{\"reason\":\"$(repeat 问 "$1" '')\"}" && verdict '^422 missing reason'; }
withdrawal() { as li.na && printf '{"case":"%s","records":[%s],"reason":"%s"}' "$(new_id)" "$1" "$2" | web POST /v1/withdrawals -; }
try_WITHDRAWAL_RECORDS() { withdrawal "$(repeat "\"$(new_id)\"" "$1" ,)" 因 && verdict '^400 bad_request records 1-50'; }
try_WITHDRAWAL_REASON() { withdrawal "\"$(new_id)\"" "$(repeat 因 "$1" '')" && verdict '^400 bad_request reason'; }
try_CASELOAD_LINES() { as li.na && web GET "/v1/caseload?limit=$1" && verdict '^400 bad_request limit'; }
try_REVIEW_LINES() { as zhou.min && web GET "/v1/review?limit=$1" && verdict '^400 bad_request limit'; }
try_TRAIL_LINES() { as auditor && web GET "/v1/audit?limit=$1" && verdict '^400 bad_request limit'; }
try_FILE_PIECE() {
	as li.na && times x "$1" >"$work/body" && api PATCH "/v1/uploads/$(new_id)" '' -H 'Content-Type: application/offset+octet-stream' -H 'Upload-Offset: 0' \
		--data-binary "@$work/body" >/dev/null && verdict '^413 too_large body'
}
try_UPLOADS_OPEN() { # each of another file
	local i
	as li.na
	for ((i = $(done_of uploads); i < $1; i++)); do
		web POST /v1/uploads "{\"sha256\":\"$(printf '%s' "$i" | sha256sum | cut -d' ' -f1)\",\"size\":9,\"media\":\"image/png\",\"rec\":\"$letter\"}"
	done
	echo "$1" >"$work/done.uploads"
	verdict '^4[0-9]* quota upload'
}
try_FEED_PAGE() { pc GET "/v1/changes?since=&max_bytes=$1" && verdict '^400 bad_request max_bytes'; }
try_FEED_PIECE() { pc GET "/v1/changes?since=&piece=$1" && verdict '^400 bad_request piece'; }
try_FEED_WAIT() { pc GET "/v1/changes?since=&wait=$1" && verdict '^400 bad_request wait'; }
try_RECEIPTS() { printf '{"receipts":[%s]}' "$(repeat '{}' "$1" ,)" >"$work/body" && pc POST /v1/receipts "@$work/body" && verdict '^400 bad_request receipts'; }
try_DIGEST_UNITS() { printf '{"units":[%s]}' "$(repeat 1 "$1" ,)" >"$work/body" && pc POST /v1/digest "@$work/body" && verdict '^4[0-9]* bad_request units 0-100000'; }
try_PARCELS() { printf '{"parcels":[%s]}' "$(repeat 1 "$1" ,)" | call pc POST /v1/courier - >/dev/null && verdict '^400 bad_request parcels'; }
# What a station left already is put there by hand: the last parcel makes it n.
try_KEPT_BYTES() {
	local one device
	one=$(jq -cn --arg s "$(times A 1000)" '{kind: "change", id: "01900000-0000-7000-8000-00000000cafe", tx: null, replica: "01900000-0000-7000-8000-00000000beef", key: "0123456789abcdef", sealed: $s, sig: "AAAA"}')
	device=$(sql "SELECT id FROM auth.device ORDER BY 1 LIMIT 1")
	sql "DELETE FROM auth.parcel; INSERT INTO auth.parcel (id, device, kind, replica, code, parcel)
		SELECT gen_random_uuid(), '$device', 'change', gen_random_uuid(), 'unknown_replica', repeat('x', $1 - ${#one})" >/dev/null
	jq -cn --argjson one "$one" '{keep: true, parcels: [$one]}' | call pc POST /v1/courier - >/dev/null
	verdict '^429 kept_full parcels <= 268435456 bytes$'
}
try_FIGURE_GROUPS() { # so many sites in a coordinator's district
	sql "SET session_replication_role = replica; DELETE FROM rec.site WHERE name LIKE 'group %';
		INSERT INTO rec.site (id, rec_ver, rec_state, name, kind, district) SELECT gen_random_uuid(), 1, 'live', 'group ' || i, 'rehab_station', d.district
		  FROM (SELECT s.district FROM rec.site s JOIN auth.account a ON a.site = s.id WHERE a.login = 'coordinator') d,
		       generate_series(1, $1 - (SELECT count(*) FROM rec.site x WHERE x.district = (
		         SELECT s.district FROM rec.site s JOIN auth.account a ON a.site = s.id WHERE a.login = 'coordinator')))  i" >/dev/null
	as coordinator && web GET '/v1/figures/workers?by=site' && verdict '^400 bad_request by'
}
entry() { # words number
	as zhou.min && jq -cn --arg w "$1" --arg n "$2" '{kind: "request", matter: "copy", number: $n, opened_on: "2026-11-02", due_on: "2026-12-02", words: $w}' | web POST /v1/duties -
}
try_DUTY_WORDS() { entry "$(repeat 字 "$1" '')" QQ-1 && verdict '^422 missing words 1-2000'; }
try_DUTY_NUMBER() { entry 字 "$(times 9 "$1")" && verdict '^422 out_of_range number'; }
try_DUTY_LINES() { # what is over is not in the list
	sql "SET session_replication_role = replica; DELETE FROM duty.entry; INSERT INTO duty.entry (kind, matter, site, site_name, opened_on, due_on, words, by, by_name)
		SELECT 'request', 'copy', a.site, a.site_name, '2026-11-02', '2026-12-02', '字', a.staff, a.name FROM auth.account a, generate_series(1, $1) WHERE a.login = 'zhou.min'" >/dev/null
	as zhou.min
	if [ "$(api GET /v1/duties | jq '.rows | length')" = "$1" ]; then echo "in"; else echo over; fi
}
hold() { as zhou.min && jq -cn --arg c "$(new_id)" --arg w "$1" --arg n "$2" '{case: $c, reason: $w, reference: $n}' | web POST /v1/retention/holds -; }
try_RETENTION_REASON() { hold "$(repeat 字 "$1" '')" x && verdict '^422 missing reason'; }
try_RETENTION_REFERENCE() { hold 字 "$(repeat 字 "$1" '')" && verdict '^422 missing reference'; }
try_RETENTION_LINES() {
	sql "SET session_replication_role = replica; DELETE FROM duty.certificate;
		INSERT INTO duty.certificate (id, case_id, site, site_name, ground, span, until, made_by, made_name, made_at, by, by_name, at, csn, records, versions, files, people, digest)
		SELECT gen_random_uuid(), gen_random_uuid(), a.site, a.site_name, 'span', 'casework', '2020-01-01', a.staff, a.name, now(), a.staff, a.name, now(), 1, 1, 1, 0, 0, sha256('x')
		  FROM auth.account a, generate_series(1, $1) WHERE a.login = 'zhou.min'" >/dev/null
	as zhou.min
	if [ "$(api GET /v1/retention | jq '.certificates | length')" = "$1" ]; then echo "in"; else echo over; fi
}
try_SESSIONS() { # over when the first is no longer there
	local i
	for ((i = 0; i < $1; i++)); do
		sign_in zhou.min && cp "$work/jar.zhou.min" "$work/jar.zhou.$i"
	done
	as zhou.0
	if [ "$(code GET /v1/account)" = 200 ]; then echo "in"; else echo over; fi
}

add_person auditor auditor 审计
add_person coordinator district_coordinator 统筹
sign_in zhou.min
sign_in coordinator
sign_in auditor
letter=$(new_id)

awk -v out=sh -f tools/limitsgen.awk proto/limits.csv >"$work/table"
ok "there are thirty limits or more" [ "$(wc -l <"$work/table")" -ge 30 ]
ok "docs/limits.md is made of the table" diff -q docs/limits.md <(awk -v out=md -f tools/limitsgen.awk proto/limits.csv)
while IFS=$'\t' read -r name value; do
	declare -F "try_$name" >/dev/null || { ok "$name is tried" false && continue; }
	below="$("try_$name" $((value - 1)))"
	at="$("try_$name" "$value")"
	if [[ $name = *_LEAST ]]; then
		ok "$name: $value is let in, one less is not" is "$below ${at%% *}" "over in"
		continue
	fi
	above="$("try_$name" $((value + 1)))"
	ok "$name: $((value - 1)) and $value are let in, $((value + 1)) is not" is "${below%% *} ${at%% *} $above" "in in over"
done < <(sort -k1,1 "$work/table" | awk '$1 == "SESSIONS" { last = $0; next } { print } END { print last }')

ok "who asks for more than a day's emergencies or people is on the trail, though nothing was looked up" is \
	"$(sql "SELECT string_agg(DISTINCT outcome, ' ' ORDER BY outcome) FROM audit.event WHERE action = 'refused' AND outcome IN ('glass_limit', 'locked_out')")" 'glass_limit locked_out'

# Every body of the route table: the gate judges before anybody is asked who they are.
bodies() { # listener url
	while IFS=$'\t' read -r method path on _ lane body _; do
		[[ $on = *$1* ]] && [ "$body" -gt 0 ] || continue
		type=application/json
		[ "$lane" != files ] || type=application/offset+octet-stream
		path=${path//\{*\}/$(new_id)}
		for size in $((body - 1)) "$body" $((body + 1)); do
			times x "$size" >"$work/body"
			curl -sS --max-time 20 -X "$method" --cacert "$ca_file" -H 'X-Casebridge: web' -H "Content-Type: $type" -H 'Expect: 100-continue' --expect100-timeout 9 --data-binary "@$work/body" \
				-o "$work/answer" -w '%{http_code}' "$2$path" >"$work/status" 2>/dev/null
			echo "$method $path $((size - body)) $(if [ "$(status)" = 413 ]; then echo over; else echo in; fi)"
		done
	done < <("$ROUTES")
}
bodies web "$web_url" >"$work/bodies" && bodies sync "$sync_url" >>"$work/bodies"
ok "every route that takes a body takes what it says ($(wc -l <"$work/bodies") requests)" is \
	"$(awk '($3 == 1) != ($4 == "over")' "$work/bodies" | head -n 5)" ''
ok "and there were enough" [ "$(wc -l <"$work/bodies")" -ge 150 ]
done_testing
