#!/bin/bash
# files.t - bytes up, bytes down: cut and gone on with, sealed where they lie,
# reached only through a record the reader sees.
. tests/flow/lib.sh
use_district
start_daemon

new_id() { cat /proc/sys/kernel/random/uuid; }
sha_of() { sha256sum "$1" | cut -d' ' -f1; }
size_of() { stat -c %s "$1"; }

# ---- who is there -----------------------------------------------------------
# A case two sites reach in full, and somebody of a third site with another case.
read -r case_id home_site other_site <<<"$(sql "SELECT c.id, c.home_site, r.key FROM rec.\"case\" c
	JOIN access.reach r ON r.unit_id = c.id AND r.whole AND r.key <> c.home_site AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())
	JOIN auth.account a ON a.site = r.key AND a.role IN ('social_worker', 'case_worker')
	JOIN auth.account b ON b.site = c.home_site AND b.role = 'social_worker' ORDER BY c.id LIMIT 1" | tr '|' ' ')"
login_at() { sql "SELECT login FROM auth.account WHERE site = '$1' AND role IN ('social_worker', 'case_worker') ORDER BY role DESC, login LIMIT 1"; }
owner=$(login_at "$home_site") partner=$(login_at "$other_site")
stranger=$(sql "SELECT a.login FROM auth.account a JOIN rec.\"case\" c ON c.home_site = a.site
	WHERE a.role = 'social_worker' AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.key = a.site AND r.unit_id = '$case_id') LIMIT 1")
strange_case=$(sql "SELECT c.id FROM rec.\"case\" c JOIN auth.account a ON a.site = c.home_site WHERE a.login = '$stranger' LIMIT 1")
ok "there are an owner, a partner and a stranger" [ -n "$owner" -a -n "$partner" -a -n "$stranger" -a -n "$strange_case" ]
for who in "$stranger" "$partner" "$owner"; do sign_in "$who"; done

# ---- records and requests ------------------------------------------------------
# document REC CASE SHA [extra fields as JSON]: a document record; its status
document() {
	jq -cn --arg id "$(new_id)" --arg rec "$1" --arg c "$2" --arg sha "$3" --argjson more "${4:-{\}}" \
		'{changes: [{id: $id, op: "create", type: "document", rec: $rec, case: $c, entered_at: "2026-11-21T09:30:00+08:00",
		  set: ({title: "扫描件", kind: "consent_scan", status: "final", sha256: $sha} + $more)}]}' |
		api POST /v1/changes - | jq -r '.results[0] | .status + " " + (.code // "")' | xargs
}
announce() { # FILE MEDIA REC: the answer
	jq -cn --arg sha "$(sha_of "$1")" --argjson size "$(size_of "$1")" --arg media "$2" --arg rec "$3" \
		'{sha256: $sha, size: $size, media: $media, rec: $rec}' | api POST /v1/uploads -
}
piece() { # UPLOAD OFFSET [curl option…]: standard input as the next piece; the answer
	local id=$1 at=$2
	shift 2
	cat >"$work/piece"
	api PATCH "/v1/uploads/$id" '' -H 'Content-Type: application/offset+octet-stream' \
		-H "Upload-Offset: $at" --data-binary "@$work/piece" "$@"
}
cut_of() { tail -c +$(($2 + 1)) "$1" | head -c "$3"; } # FILE FROM BYTES
send_all() { # FILE UPLOAD [FROM]: in pieces of a MiB; the last answer
	local at=${3:-0} size
	size=$(size_of "$1")
	while [ "$at" -lt "$size" ]; do
		cut_of "$1" "$at" 1048576 | piece "$2" "$at" >"$work/last"
		[ "$(status)" = 200 ] || break
		at=$(jq .offset "$work/last")
	done
	cat "$work/last"
}
put() { # FILE MEDIA REC: announced and sent whole; the last answer
	send_all "$1" "$(announce "$1" "$2" "$3" | jq -r .upload)"
}
fetch() { # SHA REC [curl option…]: into $work/answer; the status
	local sha=$1 rec=$2
	shift 2
	code GET "/v1/files/$sha?rec=$rec" '' "$@"
}
marker='MARKER-平桥-5d41402abc4b2a76b9719d911017c592'
make_pdf() { # FILE BYTES: a PDF by its first bytes, with a marker in every chunk
	{ printf '%%PDF-1.7\n%s\n' "$marker"
		openssl rand -base64 "$2" | sed "1000~1000s/\$/$marker/"; } 2>/dev/null | head -c "$2" >"$1"
}
make_pdf "$work/scan.pdf" 700000
scan=$(sha_of "$work/scan.pdf")

# ---- a file is sent in pieces, cut anywhere ----------------------------------------
as "$owner"
doc=$(new_id)
ok "a document names a file that is not here yet" is "$(document "$doc" "$case_id" "$scan")" applied
ok "which nobody can read yet" is "$(fetch "$scan" "$doc")" 404
told() { api GET "/v1/cases/$case_id" | jq -r --arg r "${1:-$doc}" '.files[$r].state // "-"'; } # [REC]
ok "and its case does not say that it has arrived" is "$(told)" -
upload=$(announce "$work/scan.pdf" application/pdf "$doc")
id=$(jq -r .upload <<<"$upload")
ok "it is announced" is "$(status) $(jq -c '[.offset, .size, .done, .chunk_max]' <<<"$upload")" '201 [0,700000,false,1048576]'
at=0
for length in 1 8 4087 61440 65536 131071 1 262144 1000; do
	cut_of "$work/scan.pdf" $at $length | piece "$id" $at >"$work/last"
	at=$((at + length))
	[ "$(status) $(jq .offset "$work/last")" = "200 $at" ] || break
done
ok "pieces of any length are taken" is "$at $(jq -c '[.offset, .done]' "$work/last")" "525288 [525288,false]"
ok "the centre says where to go on" is "$(api GET "/v1/uploads/$id" | jq -c '[.offset, .size, .done]')" '[525288,700000,false]'
curl -sI --cacert "$ca_file" -b "$work/jar.$owner" -o "$work/headers" -w '%{http_code}' "$web_url/v1/uploads/$id" >"$work/status"
ok "also without a body" is "$(status) $(header upload-offset)" '200 525288'
cut_of "$work/scan.pdf" 525000 1000 | piece "$id" 525000 >"$work/last"
ok "another place than that is refused, with the right one" is \
	"$(status) $(header upload-offset) $(jq -r '[.code, .accepts] | join(" ")' "$work/last")" '409 525288 offset 525288'
token=$(awk '$6 ~ /Host-session/ { print $7 }' "$work/jar.$owner")
{ printf 'PATCH /v1/uploads/%s HTTP/1.1\r\nHost: localhost\r\nX-Casebridge: web\r\nCookie: __Host-session=%s\r\n' "$id" "$token"
	printf 'Content-Type: application/offset+octet-stream\r\nUpload-Offset: 525288\r\nContent-Length: 174712\r\n\r\n'
	cut_of "$work/scan.pdf" 525288 100000; } |
	timeout 5 openssl s_client -quiet -verify_quiet -connect "127.0.0.1:$web_port" >/dev/null 2>&1
ok "a piece cut on the way counts for nothing" is "$(api GET "/v1/uploads/$id" | jq .offset)" 525288
ok "announced again, it goes on where it was" is \
	"$(announce "$work/scan.pdf" application/pdf "$doc" | jq -c '[.upload, .offset]')" "[\"$id\",525288]"
kill_daemon
start_daemon
ok "also after the server was killed" is "$(api GET "/v1/uploads/$id" | jq .offset)" 525288
ok "before the last byte nobody reads it" is "$(fetch "$scan" "$doc")" 404
as "$partner"
ok "an upload is its sender's own" is "$(code GET "/v1/uploads/$id")" 404
cut_of "$work/scan.pdf" 525288 10 | piece "$id" 525288 >/dev/null
ok "nobody else adds to it" is "$(status)" 404
as "$owner"
ok "the last byte makes it a file" is "$(send_all "$work/scan.pdf" "$id" 525288 | jq -c '[.offset, .done]')" '[700000,true]'
ok "and may be asked about again" is "$(api GET "/v1/uploads/$id" | jq .done)" true
ok "its case says that it is there" is "$(told)" centre
ok "it comes back as it was" is "$(fetch "$scan" "$doc") $(sha_of "$work/answer")" "200 $scan"
as "$partner"
ok "for the partner too, who sees the record" is "$(fetch "$scan" "$doc") $(sha_of "$work/answer")" "200 $scan"

# ---- parts ----------------------------------------------------------------------------
part_is() { # RANGE STATUS CONTENT-RANGE FROM BYTES
	is "$(fetch "$scan" "$doc" -H "Range: $1") $(header content-range)" "$2 $3" &&
		is "$(sha_of "$work/answer")" "$(cut_of "$work/scan.pdf" "$4" "$5" | sha256sum | cut -d' ' -f1)"
}
ok "the first byte" part_is bytes=0-0 206 'bytes 0-0/700000' 0 1
ok "a part across two chunks" part_is bytes=262100-262200 206 'bytes 262100-262200/700000' 262100 101
ok "from somewhere to the end" part_is bytes=650000- 206 'bytes 650000-699999/700000' 650000 50000
ok "the last bytes" part_is bytes=-300000 206 'bytes 400000-699999/700000' 400000 300000
ok "more than there is" part_is bytes=699990-9999999 206 'bytes 699990-699999/700000' 699990 10
ok "several parts at once are the whole" part_is 'bytes=0-1,5-6' 200 '' 0 700000
ok "nonsense is the whole" part_is 'bytes=a-b' 200 '' 0 700000
ok "a part of this very file" is "$(fetch "$scan" "$doc" -H 'Range: bytes=0-9' -H "If-Range: \"$scan\"")" 206
ok "of another one, the whole" is "$(fetch "$scan" "$doc" -H 'Range: bytes=0-9' -H 'If-Range: "x"')" 200
ok "beyond the end is refused with the size" is "$(fetch "$scan" "$doc" -H 'Range: bytes=700000-') $(header content-range)" '416 bytes */700000'
fetch "$scan" "$doc" >/dev/null
ok "it is a download, never a page" is "$(header content-type) | $(header content-disposition) | $(header x-content-type-options) | $(header accept-ranges)" \
	'application/pdf | attachment; filename="file.pdf" | nosniff | bytes'
ok "in a sandbox, and kept nowhere" is "$(sed -n 's/^content-security-policy: \(sandbox.*\)\r$/\1/Ip' "$work/headers") | $(header cache-control)" \
	"sandbox; default-src 'none' | no-store"

# ---- long files --------------------------------------------------------------------------
as "$owner"
make_pdf "$work/long.pdf" 9500000
long=$(sha_of "$work/long.pdf") long_doc=$(new_id)
document "$long_doc" "$case_id" "$long" '{"file_name":"同意书 (1).pdf"}' >/dev/null
ok "a file of several chunks" is "$(put "$work/long.pdf" application/pdf "$long_doc" | jq .done)" true
ok "is too long for one answer" is "$(fetch "$long" "$long_doc") $(jq -r '[.field, .accepts] | join(" ")' "$work/answer")" '400 range bytes=0-4194303'
ok "which holds four MiB at most" is "$(fetch "$long" "$long_doc" -H 'Range: bytes=0-') $(header content-range)" '206 bytes 0-4194303/9500000'
: >"$work/got"
while [ "$(size_of "$work/got")" -lt 9500000 ] &&
	[ "$(fetch "$long" "$long_doc" -H "Range: bytes=$(size_of "$work/got")-")" = 206 ]; do
	cat "$work/answer" >>"$work/got"
done
ok "the parts are the file" is "$(sha_of "$work/got")" "$long"
ok "its name is written for any language" is "$(header content-disposition)" \
	"attachment; filename*=UTF-8''%E5%90%8C%E6%84%8F%E4%B9%A6%20%281%29.pdf"

# ---- what is refused -------------------------------------------------------------------------
refuses() { # STATUS CODE FIELD BODY-FILTER: an announcement changed by jq
	is "$(jq -cn --arg sha "$scan" --arg rec "$doc" '{sha256: $sha, size: 700000, media: "application/pdf", rec: $rec}' | jq -c "$4" |
		api POST /v1/uploads - | jq -r '[.status, .code, .field] | join(" ")')" "$1 $2 $3" &&
		is "$(jq '.text | (.zh | length > 3) and (.en | length > 3)' "$work/answer")" true
}
ok "no hash" refuses 422 bad_kind sha256 '.sha256 = "abc"'
ok "no record" refuses 422 bad_kind rec 'del(.rec)'
ok "a kind nobody takes" refuses 415 bad_media media '.media = "text/html"'
ok "nor a program" refuses 415 bad_media media '.media = "application/x-msdownload"'
ok "too large for its kind" refuses 413 too_large size '.size = 52428801'
ok "no bytes" refuses 422 out_of_range size '.size = 0'
ok "another size than the file with that hash" refuses 422 bad_input size '.size = 699999'
chunks_now() { sql 'SELECT count(*) FROM log.file_chunk'; }
before=$(chunks_now) files=$(sql 'SELECT count(*) FROM log.file')
printf '<!doctype html><script>alert(1)</script>' >"$work/page.jpg"
page_id=$(announce "$work/page.jpg" image/jpeg "$doc" | jq -r .upload)
ok "a page that says it is a picture" is "$(piece "$page_id" 0 <"$work/page.jpg" | jq -r '[.status, .code, .accepts] | join(" ")')" '415 bad_media jpg jpeg'
ok "is thrown away" is "$(code GET "/v1/uploads/$page_id")" 404
printf 'MZ\x90\x00' | cat - "$work/scan.pdf" >"$work/program.pdf"
program_id=$(announce "$work/program.pdf" application/pdf "$doc" | jq -r .upload)
cut_of "$work/program.pdf" 0 100 | piece "$program_id" 0 >/dev/null
ok "the kind is judged as soon as it shows" is "$(cut_of "$work/program.pdf" 100 70000 | piece "$program_id" 100 | jq -r .code)" bad_media
make_pdf "$work/real.pdf" 300000
real_id=$(announce "$work/real.pdf" application/pdf "$doc" | jq -r .upload)
sed 's/MARKER/MARKET/' "$work/real.pdf" >"$work/other.pdf"
ok "bytes that are not what was announced" is "$(piece "$real_id" 0 <"$work/other.pdf" | jq -r '[.status, .code] | join(" ")')" '422 file_mismatch'
ok "are thrown away" is "$(code GET "/v1/uploads/$real_id")" 404
ok "and leave nothing behind" is "$(chunks_now) $(sql 'SELECT count(*) FROM log.file')" "$before $files"
real_id=$(announce "$work/real.pdf" application/pdf "$doc" | jq -r .upload)
ok "more than was announced" is "$(head -c 300001 "$work/scan.pdf" | piece "$real_id" 0 | jq -r '[.status, .accepts] | join(" ")')" '400 1 … 300000 bytes'
ok "a piece of more than a MiB" is "$(head -c 1048577 "$work/long.pdf" | piece "$real_id" 0 | jq -r .code)" too_large
ok "a piece without its place" is "$(api PATCH "/v1/uploads/$real_id" '' -H 'Content-Type: application/offset+octet-stream' --data-binary x | jq -r .field)" upload-offset
for bad in -1 +0 0x0 1e3 ' ' 99999999999999999999; do
	ok "a place that is none: '$bad'" is "$(printf x | piece "$real_id" "$bad" | jq -r .code)" bad_request
done
ok "a piece that says it is JSON" is "$(printf '{}' | api PATCH "/v1/uploads/$real_id" - -H 'Upload-Offset: 0' | jq -r .code)" bad_media
ok "a write from elsewhere" is "$(printf x | piece "$real_id" 0 -H 'Sec-Fetch-Site: cross-site' | jq -r .code)" forbidden
for role in district_coordinator site_admin system_admin auditor; do
	sign_in "$(account $role)"
	ok "$role: sends nothing" is "$(announce "$work/real.pdf" application/pdf "$doc" | jq -r .status)" 404
	ok "$role: reads nothing" is "$(fetch "$scan" "$doc")" 404
done
as nobody
ok "nobody is not signed in" is "$(fetch "$scan" "$doc")" 401

# ---- a hash is no key ---------------------------------------------------------------------------
as "$stranger"
unknown=$(printf x | sha256sum | cut -d' ' -f1)
fetch "$unknown" "$(new_id)" >/dev/null
cp "$work/answer" "$work/no-such"
ok "the other site's record gives nothing" is "$(fetch "$scan" "$doc") $(cmp "$work/answer" "$work/no-such" && echo same)" '404 same'
own_doc=$(new_id)
ok "the hash in a record of one's own" is "$(document "$own_doc" "$strange_case" "$scan")" applied
ok "gives nothing" is "$(fetch "$scan" "$own_doc") $(cmp "$work/answer" "$work/no-such" && echo same)" '404 same'
guess=$(announce "$work/scan.pdf" application/pdf "$own_doc")
ok "announced, it looks like any new file" is "$(jq -c '[.offset, .done]' <<<"$guess")" '[0,false]'
guess_id=$(jq -r .upload <<<"$guess")
{ head -c 20 "$work/scan.pdf"; head -c 699980 /dev/zero; } >"$work/made-up"
ok "without the bytes it fails" is "$(piece "$guess_id" 0 <"$work/made-up" | jq -r .code)" file_mismatch
ok "and still gives nothing" is "$(fetch "$scan" "$own_doc")" 404
ok "who has the bytes may send them" is "$(put "$work/scan.pdf" application/pdf "$own_doc" | jq -c '[.offset, .done]')" '[700000,true]'
ok "and reads them through the own record" is "$(fetch "$scan" "$own_doc") $(sha_of "$work/answer")" "200 $scan"
ok "not through the other one" is "$(fetch "$scan" "$doc")" 404
ok "stored they are once" is "$(sql "SELECT count(*), (SELECT count(*) FROM log.file_chunk c JOIN log.file f USING (chunks) WHERE f.sha256 = '\\x$scan') FROM log.file WHERE sha256 = '\\x$scan'")" '1|3'
ok "and no chunk belongs to nothing" is "$(sql "SELECT count(*) FROM log.file_chunk c WHERE NOT EXISTS (SELECT 1 FROM log.file f WHERE f.chunks = c.chunks)
	AND NOT EXISTS (SELECT 1 FROM log.upload u WHERE u.id = c.chunks AND NOT u.done)")" 0
as "$owner"
second=$(new_id)
document "$second" "$case_id" "$scan" >/dev/null
ok "who reads it already need not send it again" is "$(announce "$work/scan.pdf" application/pdf "$second" | jq -c '[.offset, .done]')" '[700000,true]'
ok "and reads it through both" is "$(fetch "$scan" "$second")" 200
consent=$(sql "SELECT id FROM rec.consent WHERE case_id = '$case_id' LIMIT 1")
jq -cn --arg id "$(new_id)" --arg rec "$consent" --arg c "$case_id" --arg doc "$doc" '{changes: [{id: $id, op: "patch", type: "consent",
	rec: $rec, case: $c, entered_at: "2026-11-21T09:30:00+08:00", set: {scan: $doc}, seen: {scan: null}}]}' | api POST /v1/changes - >"$work/last"
ok "a consent's scan is its document's file" is "$(jq -r '.results[0].status' "$work/last") $(fetch "$scan" "$consent")" 'applied 200'
ok "a record of another kind names none" is "$(fetch "$scan" "$case_id")" 404

# ---- restricted, withdrawn ------------------------------------------------------------------------
make_pdf "$work/dignity.pdf" 5000
dignity=$(sha_of "$work/dignity.pdf") dignity_doc=$(new_id)
ok "a restricted document is written" is "$(document "$dignity_doc" "$case_id" "$dignity" '{"kind":"dignity_document","status":"draft","restricted":true}')" applied
put "$work/dignity.pdf" application/pdf "$dignity_doc" >/dev/null
ok "of a restricted one its case says nothing" is "$(told "$dignity_doc")" -
ok "a restricted document's author reads it" is "$(fetch "$dignity" "$dignity_doc")" 200
as "$partner"
ok "nobody else who reaches the case" is "$(fetch "$dignity" "$dignity_doc")" 404
named=$(jq -r .reader.staff "$work/session.$partner")
as "$owner"
jq -cn --arg id "$(new_id)" --arg rec "$dignity_doc" --arg c "$case_id" --arg who "$named" '{changes: [{id: $id, op: "patch", type: "document",
	rec: $rec, case: $c, entered_at: "2026-11-21T09:30:00+08:00", set: {restricted: true, readers: [$who]}, seen: {restricted: true, readers: null}}]}' |
	api POST /v1/changes - >/dev/null
as "$partner"
ok "but a named reader" is "$(fetch "$dignity" "$dignity_doc")" 200
sql "DELETE FROM access.reach WHERE key = '$other_site' AND unit_id = '$case_id'" >/dev/null
ok "when the reach has ended, so has the file" is "$(fetch "$scan" "$doc") $(cmp "$work/answer" "$work/no-such" && echo same)" '404 same'
ok "named or not" is "$(fetch "$dignity" "$dignity_doc")" 404
as "$owner"
ok "the trail says who read and sent, by record" is "$(sql "SELECT string_agg(DISTINCT action || ' ' || outcome, ', ' ORDER BY action || ' ' || outcome)
	FROM audit.event WHERE records = ARRAY['$doc']::uuid[] AND action IN ('file', 'upload')")" 'file kept, file ok, upload discarded, upload ok'

# ---- as it lies in the database ----------------------------------------------------------------------
bytes_of() { printf '%s' "$1" | od -An -tx1 | tr -d ' \n'; }
ok "no chunk holds a word of it" is "$(sql "SELECT count(*) FROM log.file_chunk WHERE position('\\x$(bytes_of "$marker")'::bytea IN sealed) > 0")" 0
sql CHECKPOINT >/dev/null
ok "nor does any file of PostgreSQL" is "$(grep -rlF "$marker" "$pg_dir/base" "$pg_dir/pg_wal" | wc -l)" 0
ok "equal bytes are sealed differently" is "$(sql "SELECT count(*) - count(DISTINCT sealed) FROM log.file_chunk")" 0
chunks=$(sql "SELECT chunks FROM log.file WHERE sha256 = '\\x$scan'")
broken() { is "$(fetch "$scan" "$doc") $(jq -r .code "$work/answer")" '500 internal' && unlike "$(cat "$work/answer")" "$marker"; }
keep="CREATE TABLE public.kept AS SELECT * FROM log.file_chunk WHERE chunks = '$chunks'"
restore() { sql "DELETE FROM log.file_chunk WHERE chunks = '$chunks'; INSERT INTO log.file_chunk SELECT * FROM public.kept; UPDATE log.file SET size = 700000 WHERE sha256 = '\\x$scan'" >/dev/null; }
sql "$keep" >/dev/null
sql "UPDATE log.file_chunk c SET sealed = k.sealed FROM public.kept k WHERE c.chunks = '$chunks' AND k.no = 1 - c.no AND c.no < 2" >/dev/null
ok "two chunks put in each other's place are noticed" broken
restore
sql "UPDATE log.file_chunk SET sealed = set_byte(sealed, 100, get_byte(sealed, 100) # 1) WHERE chunks = '$chunks' AND no = 1" >/dev/null
ok "a bit turned is noticed" broken
ok "where it is; other parts can be read" is "$(fetch "$scan" "$doc" -H 'Range: bytes=0-1000')" 206
restore
sql "DELETE FROM log.file_chunk WHERE chunks = '$chunks' AND no = 2; UPDATE log.file SET size = 524288 WHERE sha256 = '\\x$scan'" >/dev/null
ok "an end cut off is noticed, with the size made to fit" broken
restore
sql "DELETE FROM log.file_chunk WHERE chunks = '$chunks' AND no = 1" >/dev/null
ok "a chunk taken away is noticed" broken
restore
ok "put back, it is whole" is "$(fetch "$scan" "$doc") $(sha_of "$work/answer")" "200 $scan"
ok "the log says what was wrong, and no name" like "$(grep internal "$work/daemon.log" | tail -n 4)" 'chunk 1 of a file is damaged|missing'

# ---- the second wall ---------------------------------------------------------------------------------
as_reader() { # STAFF SITE ROLE SQL
	psql -AtqX -v ON_ERROR_STOP=1 "$(cluster_conninfo "$work/s" casebridge_app)" 2>&1 <<-Q | grep -v '^$' | tail -n 1
	BEGIN;
	SELECT app.enter('reader', '$1', '$2', '$3', NULL);
	$4;
	ROLLBACK;
	Q
}
reader() { sql "SELECT staff, site, role FROM auth.account WHERE login = '$1'" | tr '|' ' '; }
read -r staff site role <<<"$(reader "$owner")"
mine=$(as_reader "$staff" "$site" "$role" "SELECT count(*) FROM log.file_chunk c WHERE c.chunks = '$chunks'")
ok "whoever reaches the record sees its chunks" is "$mine" 3
read -r staff site role <<<"$(reader "$partner")"
for t in file file_chunk file_use; do
	ok "$t: nothing for whom it is withdrawn from" is "$(as_reader "$staff" "$site" "$role" "SELECT count(*) FROM log.$t")" 0
done
ok "nor another's upload" is "$(as_reader "$staff" "$site" "$role" "SELECT count(*) FROM log.upload WHERE staff <> '$staff'")" 0
refused() { like "$(as_reader "$staff" "$site" "$role" "$1")" 'permission denied|row-level security|violates'; }
ok "no use is made up" refused "INSERT INTO log.file_use (record_id, sha256, staff) VALUES (gen_random_uuid(), '\\x$scan', '$staff')"
ok "no chunk is put into another's file" refused "INSERT INTO log.file_chunk (chunks, no, sealed) VALUES ('$chunks', 9, 'x')"
ok "no file is made without an upload" refused "INSERT INTO log.file (sha256, chunks, size, media, key_id, sealed_key) VALUES (sha256('x'), gen_random_uuid(), 1, 'x', 'x', 'x')"
ok "no chunk goes" is "$(as_reader "$staff" "$site" "$role" "WITH d AS (DELETE FROM log.file_chunk RETURNING 1) SELECT count(*) FROM d")" 0

# ---- limits of time and amount ----------------------------------------------------------------------------
as "$owner"
make_pdf "$work/late.pdf" 400000
late_id=$(announce "$work/late.pdf" application/pdf "$doc" | jq -r .upload)
cut_of "$work/late.pdf" 0 300000 | piece "$late_id" 0 >/dev/null
sql "UPDATE log.upload SET expires = now() - interval '1 minute' WHERE id = '$late_id'" >/dev/null
ok "an upload left alone expires" is "$(code GET "/v1/uploads/$late_id")" 404
make_pdf "$work/orphan.pdf" 3000
nowhere=$(new_id)
put "$work/orphan.pdf" application/pdf "$nowhere" >/dev/null
ok "whoever missed the last answer need not send it again" is \
	"$(announce "$work/orphan.pdf" application/pdf "$nowhere" | jq -c '[.offset, .done]')" '[3000,true]'
sql "UPDATE log.file SET touched = now() - interval '91 days'" >/dev/null
known=$(sql "SELECT count(*) FROM log.file f WHERE EXISTS (SELECT 1 FROM log.file_use u JOIN log.version v USING (record_id)
	WHERE u.sha256 = f.sha256 AND v.body LIKE '%' || encode(f.sha256, 'hex') || '%')")
stop_daemon
start_daemon --file-quota-mib=1
swept() { is "$(sql "SELECT count(*) FROM log.upload WHERE id = '$late_id'")" 0; }
ok "and is swept away" wait_for 10 swept
ok "chunks and all" is "$(sql "SELECT count(*) FROM log.file_chunk WHERE chunks = '$late_id'")" 0
ok "so is a file no record named for ninety days" is "$(sql "SELECT count(*) FROM log.file WHERE sha256 = '\\x$(sha_of "$work/orphan.pdf")'")" 0
ok "and no other" is "$(sql "SELECT count(*) FROM log.file") $(fetch "$scan" "$doc")" "$known 200"
late=$(announce "$work/late.pdf" application/pdf "$doc")
ok "a site has a quota of a day" is "$(status) $(jq -r .code <<<"$late")" '429 quota'
ok "and hears when the next begins" like "$(header retry-after)" '^[0-9]{1,5}$'
ok "what it reads already costs nothing" is "$(announce "$work/scan.pdf" application/pdf "$(new_id)" | jq .done)" true

# ---- the key that seals --------------------------------------------------------------------------------------
stop_daemon
key=$work/state/files.key
ok "the key is the daemon's alone" is "$(stat -c %a "$key") $(wc -c <"$key")" '600 65'
chmod 640 "$key"
ok "one that others may read is refused" exits 2 daemon check
ok "saying so" like "$(cat "$work/said")" 'mode 0600'
mv "$key" "$work/old.key"
ok "without it nothing starts" exits 2 daemon check
ok "a new one is made" exits 0 daemon ca init
ok "but opens nothing old, so the daemon does not start with it" exits 2 daemon check
ok "and says which line is missing" like "$(cat "$work/said")" 'wrapped by key [0-9a-f]{16}, which is not in files-key'
cat "$work/old.key" >>"$key"
start_daemon
ok "with the old one below it, it does" is "$(fetch "$scan" "$doc") $(sha_of "$work/answer")" "200 $scan"
make_pdf "$work/newer.pdf" 3000
newer_doc=$(new_id)
document "$newer_doc" "$case_id" "$(sha_of "$work/newer.pdf")" >/dev/null
put "$work/newer.pdf" application/pdf "$newer_doc" >/dev/null
ok "and the new one seals" is "$(sql "SELECT count(DISTINCT key_id) FROM log.file") $(fetch "$(sha_of "$work/newer.pdf")" "$newer_doc")" '2 200'
ok "no file's name or hash is in the log" is "$(grep -cE "$scan|同意书|pdf" "$work/daemon.log")" 0

done_testing
