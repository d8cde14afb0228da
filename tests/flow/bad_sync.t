#!/bin/bash
# bad_sync.t - what no honest station sends: positions, digests, receipts,
# changes and files that are forged, foreign, torn, repeated or too large. Each
# is refused by its code; nothing moves; and nothing of it is in the log.
. tests/flow/lib.sh
. tests/flow/by_hand.sh
use_district
start_daemon

canary='金丝雀-7f3a-李时珍' # in whatever is sent; never to be found in a log

# ---- two stations
comm_login=$(account social_worker 平桥社区服务中心)
rehab_login=$(account social_worker 平桥街道康复站)
ok "a station is let in" let_in comm "$comm_login"
ok "and another" let_in rehab "$rehab_login"

# ---- nothing moves ----------------------------------------------------------------------
# Every row of the log, the typed tables and what stations may hold; a replica's
# counter of requests may go on, and that a decision was put into its file beside.
state() {
	sql "SELECT n.nspname || '.' || c.relname || ' ' || (xpath('/row/h/text()', query_to_xml(
		'SELECT coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), ''-'') AS h FROM ' || CASE c.relname
		WHEN 'replica' THEN '(SELECT replica, device, staff, site_id, store, epoch FROM log.replica)'
		WHEN 'decision' THEN '(SELECT no, id, csn, by, kind, about, doc, owed FROM log.decision)'
		ELSE format('%I.%I', n.nspname, c.relname) END || ' t', false, true, '')))[1]::text
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname IN ('log', 'rec', 'access') AND c.relkind = 'r' ORDER BY 1"
}
# As it is once whatever the daemon does by itself after an answer is done.
steady() {
	local again
	before=$(state)
	while again=$(state) && [ "$again" != "$before" ]; do before=$again; done
}
# The tables that are not what they were.
moved() { diff <(echo "$before") <(state) | sed -n 's/^> \([^ ]*\) .*/\1/p'; }
bad() { # "what" "status code field" command…: refused, and nothing moved
	local what=$1 want=$2
	shift 2
	"$@" >/dev/null
	ok "$what: refused" is "$(said)" "$want"
	ok "$what: nothing moved" is "$(moved)" ''
}

pull comm '' >"$work/page.comm"
ok "an honest station is served" is "$(status)" 200
pull rehab '' >"$work/page.rehab"
held=$(jq -r 'select(.u) | .u | "\(.unit) \(.gen)"' "$work/page.comm" | tail -n 1)
jq -c 'select(.u) | {kind: "stored", unit: .u.unit, gen: .u.gen}' "$work/page.comm" | jq -cs '{receipts: .}' >"$work/receipts.comm"
numbered comm POST /v1/receipts "@$work/receipts.comm" >/dev/null
ok "its receipts count" is "$(jq -c '[.accepted > 10, .ignored]' "$work/answer")" '[true,0]'
steady

# ---- positions ------------------------------------------------------------------------------
token=$(next_of "$work/page.comm") foreign=$(next_of "$work/page.rehab")
bad "another station's position" "400 bad_token since" pull comm "$foreign"
bad "a position with a letter changed" "400 bad_token since" pull comm "${token:0:20}$([ "${token:20:1}" = A ] && echo B || echo A)${token:21}"
bad "a position cut short" "400 bad_token since" pull comm "${token:0:40}"
bad "a position made up" "400 bad_token since" pull comm "$(head -c 57 /dev/urandom | base64 -w0 | tr '+/' '-_')"
bad "a position that is a name" "400 bad_token since" pull comm "$(jq -rn --arg c "$canary" '$c | @uri')"
bad "a page of no size" "400 bad_request max_bytes" numbered comm GET '/v1/changes?since=&max_bytes=banana'
bad "a question nobody asks" "400 bad_request query" numbered comm GET '/v1/changes?since=&whose=all'
cp -p "$work/state/token.key" "$work/token.key.ours"
stop_daemon && head -c 32 /dev/urandom >"$work/state/token.key" && start_daemon
bad "a position under another key" "400 bad_token since" pull comm "$token"
stop_daemon && cp -p "$work/token.key.ours" "$work/state/token.key" && start_daemon
ok "under ours it is good again" is "$(pull comm "$token" >/dev/null; status)" 200
steady

# ---- who speaks, and in which order -----------------------------------------------------------
headers() { call comm GET "/v1/changes?since=" '' "$@"; }
mine=${replica[comm]}
bad "no replica" "400 bad_request Sync-Replica" headers
bad "a replica that is no id" "400 bad_request Sync-Replica" headers -H "Sync-Replica: $canary" -H 'Sync-Req: 9'
bad "a replica nobody knows" "409 unknown_replica" headers -H "Sync-Replica: $(new_id)" -H 'Sync-Req: 9'
bad "another station's replica" "409 unknown_replica" headers -H "Sync-Replica: ${replica[rehab]}" -H 'Sync-Req: 9'
bad "no number" "400 bad_request Sync-Req" headers -H "Sync-Replica: $mine"
for n_ in 0 -1 +7 7.0 0x10 1e3 99999999999999999999 sieben; do
	bad "number '$n_'" "400 bad_request Sync-Req" headers -H "Sync-Replica: $mine" -H "Sync-Req: $n_"
done
bad "a number already used, for something else" "409 forked" call comm GET "/v1/changes?since=&max_bytes=70001" '' \
	-H "Sync-Replica: $mine" -H "Sync-Req: $(number comm)"
bad "a number long past" "409 stale" headers -H "Sync-Replica: $mine" -H 'Sync-Req: 1'
seen() { headers -H "Sync-Replica: $mine" -H "Sync-Req: $(($(number comm) + 1))" -H "Sync-Seen: $1"; }
for s in 'x' '1' '1.2' '1.2.3' '-1.5.0123456789abcdef' '1.-5.0123456789abcdef' "1.5.$canary" '1.2.0123456789abcdef.zz'; do
	bad "a head '${s/$canary/…}'" "400 bad_request Sync-Seen" seen "$s"
done
bad "a head of another epoch" "409 epoch" seen '7.1.0123456789abcdef'
bad "a head above ours" "409 epoch" seen '1.999999.0123456789abcdef'
bad "a head with another chain" "409 epoch" seen '1.5.0123456789abcdef'
bad "a protocol to come" "400 centre_old Sync-Protocol" headers -H "Sync-Replica: $mine" -H 'Sync-Req: 99' -H 'Sync-Protocol: 2'
bad "a protocol that is none" "400 bad_request Sync-Protocol" headers -H "Sync-Replica: $mine" -H 'Sync-Req: 99' -H 'Sync-Protocol: one'
bad "a protocol long gone" "426 upgrade Sync-Protocol" headers -H "Sync-Replica: $mine" -H 'Sync-Req: 99' -H 'Sync-Protocol: 0'

# ---- digests ----------------------------------------------------------------------------------------
digest() { numbered comm POST /v1/digest "$1"; }
hex=$(printf '0%.0s' {1..64})
bad "digests that are no list" "400 bad_request units" digest '{"units":{}}'
bad "a digest that is none" "400 bad_request units" digest "{\"units\":[[\"${held% *}\",\"$canary\"]]}"
bad "a unit that is none" "400 bad_request units" digest "{\"units\":[[\"$canary\",\"$hex\"]]}"
bad "half a pair" "400 bad_request units" digest "{\"units\":[[\"${held% *}\"]]}"
ok "a wrong digest is told to differ, and a unit out of reach to be extra" is \
	"$(digest "{\"units\":[[\"${held% *}\",\"$hex\"],[\"$(new_id)\",\"$hex\"]]}" | jq -c '[(.differ | length), (.extra | length)]')" '[1,1]'
ok "which moves nothing by itself" is "$(moved)" ''

# ---- receipts -----------------------------------------------------------------------------------------
unit=${held% *} gen=${held#* }
receipt() { jq -cn --arg k "$1" --arg u "$2" --argjson g "$3" '{receipts: [{kind: $k, unit: $u, gen: $g}]}'; }
ignored() { # "what" station receipts: taken note of, and nothing moved
	ok "$1: ignored" is "$(receipts "$2" "$3" | jq -c '[.accepted, .ignored]')" '[0,1]'
	ok "$1: nothing moved" is "$(moved)" ''
}
their_unit=$(jq -r 'select(.u) | .u.unit' "$work/page.rehab" | grep -vxF -f <(jq -r 'select(.u) | .u.unit' "$work/page.comm") | tail -n 1)
ignored "stored, of the incarnation before" comm "$(receipt stored "$unit" $((gen - 1)))"
ignored "stored, of the next" comm "$(receipt stored "$unit" $((gen + 1)))"
ignored "stored, of a unit of another station" comm "$(receipt stored "$their_unit" 1)"
ignored "stored, again" comm "$(receipt stored "$unit" "$gen")"
ignored "stored, of nothing there is" comm "$(receipt stored "$(new_id)" 1)"
purged() { # unit gen purge signer: a purge receipt, signed
	local sig
	sig=$(printf 'casebridge purge v1\n%s\n%s\n%s\n%s\n' "${replica[comm]}" "$1" "$2" "$3" |
		openssl dgst -sha256 -sign "$work/keys/$4.key" | base64 -w0 | tr '+/' '-_' | tr -d =)
	jq -cn --arg u "$1" --argjson g "$2" --arg p "$3" --arg s "$sig" '{receipts: [{kind: "purged", unit: $u, gen: $g, purge: $p, sig: $s}]}'
}
ignored "purged, though nobody asked" comm "$(purged "$unit" "$gen" "$(new_id)" comm)"
bad "a receipt of no kind" "422 bad_code kind" receipts comm "{\"receipts\":[{\"kind\":\"$canary\",\"unit\":\"$unit\",\"gen\":1}]}"
bad "a receipt of no unit" "422 bad_kind unit" receipts comm "{\"receipts\":[{\"kind\":\"stored\",\"unit\":\"$canary\",\"gen\":1}]}"
bad "a purge without its signature" "422 missing purge" receipts comm "{\"receipts\":[{\"kind\":\"purged\",\"unit\":\"$unit\",\"gen\":1}]}"
bad "one good and one bad receipt" "422 bad_code kind" receipts comm \
	"{\"receipts\":[{\"kind\":\"damaged\",\"unit\":\"$unit\",\"gen\":$gen},{\"kind\":\"x\",\"unit\":\"$unit\",\"gen\":1}]}"

# A case is withdrawn: its purge is the one that counts, once.
case_id=$(sql "SELECT m.unit_id FROM log.manifest m JOIN log.unit u USING (unit_id) JOIN rec.member b ON b.case_id = m.unit_id
	JOIN rec.\"case\" c ON c.id = m.unit_id
	WHERE m.replica = '$mine' AND m.state = 'h' AND u.kind = 'case' AND c.home_site <> (SELECT site FROM auth.account WHERE login = '$comm_login')
	  AND b.site = (SELECT site FROM auth.account WHERE login = '$comm_login') AND b.\"to\" IS NULL LIMIT 1")
member=$(sql "SELECT json_agg(json_build_object('id', id, 'from', \"from\")) FROM rec.member WHERE case_id = '$case_id' AND \"to\" IS NULL
	AND site = (SELECT site FROM auth.account WHERE login = '$comm_login')")
head_login=$(sql "SELECT login FROM auth.account a JOIN rec.\"case\" c ON c.home_site = a.site WHERE c.id = '$case_id' AND a.role = 'social_worker' LIMIT 1")
sign_in "$head_login"
jq -c --arg c "$case_id" '{changes: [.[] | {id: ("0192f5a9-0000-7000-8000-" + .id[-12:]), rec: .id, type: "member", case: $c, op: "patch",
	set: {to: "2026-11-21"}, seen: {from: .from, to: null}, entered_at: "2026-11-21T09:30:00+08:00"}]}' <<<"$member" | api POST /v1/changes - >/dev/null
pull comm "$token" >"$work/purges"
purge=$(jq -r --arg u "$case_id" 'select(.p.unit == $u) | .p.purge' "$work/purges") gen=$(jq -r --arg u "$case_id" 'select(.p.unit == $u) | .p.gen' "$work/purges")
ok "a withdrawn case is to be purged" like "$purge" '^[0-9a-f-]{36}$'
before=$(state)
ignored "purged, of the incarnation before" comm "$(purged "$case_id" $((gen - 1)) "$purge" comm)"
ignored "purged, of the next" comm "$(purged "$case_id" $((gen + 1)) "$purge" comm)"
ignored "purged, under another purge's id" comm "$(purged "$case_id" "$gen" "$(new_id)" comm)"
ignored "purged, signed by another station" comm "$(purged "$case_id" "$gen" "$purge" rehab)"
ignored "purged, said by another station" rehab "$(purged "$case_id" "$gen" "$purge" rehab)"
ignored "purged, signed with rubbish" comm "$(purged "$case_id" "$gen" "$purge" comm | jq -c --arg c "$canary" '.receipts[0].sig = $c')"
purged "$case_id" "$gen" "$purge" comm >"$work/purged"
ok "the station's own counts" is "$(receipts comm "$(cat "$work/purged")" | jq -c '[.accepted, .ignored]')" '[1,0]'
before=$(state)
ignored "once" comm "$(cat "$work/purged")"

# ---- changes ---------------------------------------------------------------------------------------------
unset before
unit=$(jq -r 'select(.u.kind == "case") | .u.unit' "$work/page.comm" | grep -v "$case_id" | head -n 1)
task() { jq -cn --arg id "$1" --arg rec "$2" --arg c "$unit" --arg t "${3:-$canary}" \
	'{id: $id, rec: $rec, type: "task", case: $c, op: "create", set: {title: $t}, entered_at: "2026-11-21T09:30:00+08:00"}'; }
push() { numbered comm POST /v1/changes "$1"; }
id=$(new_id) rec=$(new_id)
push "{\"changes\":[$(task "$id" "$rec")]}" >/dev/null
before=$(state)
result() { jq -r '.results[0] | .status + " " + (.code // "")' "$work/answer"; }
push "{\"changes\":[$(task "$id" "$rec" other)]}" >/dev/null
ok "an id used for another body" is "$(result)" 'refused id_reuse'
ok "an id used for another body: nothing moved but the log's count" is \
	"$(sql "SELECT count(*) FROM log.version WHERE record_id = '$rec'") $(sql "SELECT count(*) FROM log.change_result WHERE change_id = '$id'")" '1 1'
before=$(state)
many() { # n: so many changes, each refused by itself
	jq -cn --argjson n "$1" '{changes: [range($n) | {}]}'
}
push "$(many 200)" >/dev/null
ok "two hundred changes are looked at" is "$(status) $(jq '.results | length' "$work/answer")" '200 200'
before=$(state)
bad "two hundred and one are too many" "413 too_large changes" push "$(many 201)"
bad "none is too few" "400 bad_request changes" push '{"changes":[]}'
bad "changes that are no list" "400 bad_request changes" push '{"changes":{}}'
bad "an author of the sender's choice" "400 bad_request changes" push "{\"changes\":[],\"author\":\"$(new_id)\"}"
sized() { # bytes: a body of exactly so many
	local text
	text="{\"changes\":[$(task "$id" "$rec")]}"
	printf '%s%*s' "$text" $(($1 - $(printf %s "$text" | wc -c))) ''
}
sized 1048576 >"$work/sized" && push "@$work/sized" >/dev/null
ok "a mebibyte is taken" is "$(status)" 200
before=$(state)
sized 1048577 >"$work/sized"
bad "one byte more is not" "413 too_large body" push "@$work/sized"
deep() { printf '{"changes":'; printf '%*s' "$1" '' | tr ' ' '['; printf '%*s}' "$1" '' | tr ' ' ']'; }
bad "sixteen thousand levels" "400 bad_json" push "$(deep 16000)"
jq -cn '{changes: [range(30000) | [1]]}' >"$work/wide"
bad "a hundred thousand values" "400 bad_json" push "@$work/wide"
bad "half of it" "400 bad_json" push "{\"changes\":[{\"title\":\"$canary"
bad "a key twice" "400 bad_json" push '{"changes":[],"changes":[]}'
bad "bytes that are no text" "400 bad_json" push "$(printf '{"changes":[{"title":"\xff\xfe"}]}')"
bad "two kinds of content at once" "400 bad_request content-type" numbered comm POST /v1/changes '{"changes":[]}' -H 'Content-Type: text/plain'

# Of a group torn over two requests no half may stand alone unseen.
tx=$(new_id)
torn() { task "$(new_id)" "$1" | jq -c --arg t "$tx" '.tx = $t'; }
one=$(new_id) two=$(new_id)
push "{\"changes\":[$(torn "$one"),$(task "$(new_id)" "$(new_id)" between),$(torn "$two")]}" >/dev/null
ok "a group torn within a request is not taken" is "$(jq -c '[.results[] | .status]' "$work/answer")" '["parked","applied","parked"]'
ok "neither half stands" is "$(sql "SELECT count(*) FROM log.version WHERE record_id IN ('$one', '$two')")" 0
# Somebody else's name and time are not the sender's to give.
for member in author by site ver state csn class; do
	task "$(new_id)" "$(new_id)" | jq -c --arg m "$member" --arg c "$canary" '{changes: [.[$m] = $c]}' >"$work/forged"
	push "@$work/forged" >/dev/null
	ok "a change that says its own $member" is "$(result)" 'parked unknown_field'
done

# ---- files ----------------------------------------------------------------------------------------------------
doc=$(new_id) bytes="%PDF-1.4 $canary" sha=$(printf '%%PDF-1.4 another' | sha256sum | cut -d' ' -f1)
jq -cn --arg id "$(new_id)" --arg rec "$doc" --arg c "$unit" --arg s "$sha" --argjson n "$(printf %s "$bytes" | wc -c)" \
	'{changes: [{id: $id, rec: $rec, type: "document", case: $c, op: "create", entered_at: "2026-11-21T09:30:00+08:00",
	  set: {kind: "other", title: "t", file_name: "a.pdf", sha256: $s, size: $n, media: "application/pdf"}}]}' >"$work/doc"
push "@$work/doc" >/dev/null
upload=$(call comm POST /v1/uploads "{\"sha256\":\"$sha\",\"size\":$(printf %s "$bytes" | wc -c),\"media\":\"application/pdf\",\"rec\":\"$doc\"}" | jq -r .upload)
before=$(state)
curl_piece() { # upload offset bytes
	printf '%s' "$3" | curl -sS --cacert "$ca_file" --cert "$work/keys/comm.pem" --key "$work/keys/comm.key" -X PATCH -o "$work/answer" -w '%{http_code}' \
		-H "Authorization: Bearer $(cat "$work/keys/comm.token")" -H 'Content-Type: application/offset+octet-stream' -H "Upload-Offset: $2" \
		--data-binary @- "$sync_url/v1/uploads/$1" >"$work/status"
}
bad "bytes at another place" "409 offset upload-offset" curl_piece "$upload" 7 "$bytes"
curl_piece "$upload" 0 "$bytes"
ok "bytes that are not those announced: refused" is "$(said)" "422 file_mismatch sha256"
before=$(state)
bad "and the upload is gone" "404 not_found id" curl_piece "$upload" 0 "$bytes"
bad "an upload nobody began" "404 not_found id" curl_piece "$(new_id)" 0 "$bytes"
ok "no file came of it" is "$(call comm GET "/v1/files/$sha?rec=$doc" >/dev/null; status)" 404

# ---- the log -----------------------------------------------------------------------------------------------------
ok "each refusal is in the log" [ "$(grep -c 'code=bad_token' "$work/daemon.log")" -ge 6 ]
for word in "$canary" "${canary%%-*}" 李时珍 "$(head -c 20 "$work/keys/comm.token")" "$token" "$(jq -r '.receipts[0].sig' "$work/purged" | head -c 20)"; do
	ok "and nothing of what was sent" is "$(grep -cF -- "$word" "$work/daemon.log")" 0
done
ok "PostgreSQL's log has nothing of it either" is "$(grep -rlF -- "$canary" "$pg_dir"/*.log "$pg_dir"/log "$work"/*.pglog 2>/dev/null | wc -l)" 0
ok "an honest station is still served" is "$(pull rehab '' >/dev/null; status)" 200
done_testing
