#!/bin/bash
# stuck.t - work the centre refuses outright, in a case that is taken away: the
# case is destroyed all the same, and the work is handed in, closed, for the
# centre to keep.
. tests/flow/lib.sh
use_district
start_daemon

today=$(TZ=Asia/Shanghai date +%F)
staff() { sql "SELECT staff FROM auth.account WHERE login = '$1'"; }
home=$(sql "SELECT home_site FROM rec.\"case\" WHERE number = 'QQ-2025-001'")
number=QQ-2025-001 case_id=$(sql "SELECT id FROM rec.\"case\" WHERE number = 'QQ-2025-001'")
own=$(sql "SELECT login FROM auth.account WHERE site = '$home' AND role = 'social_worker' ORDER BY 1 LIMIT 1")
other=$(sql "SELECT a.login FROM auth.account a WHERE a.role = 'social_worker' AND a.site <> '$home'
	AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = '$case_id' AND r.key = a.site) ORDER BY 1 LIMIT 1")
there=$(sql "SELECT site FROM auth.account WHERE login = '$other'")
# The other station's line, on which what goes to the centre is counted.
line_port=$(free_port)
line_up() { line_pid=$("$BUILD/tests/fault/proxy" "$line_port" "$sync_port" $$ 2>"$work/line") || bail "no line: $(cat "$work/line")"; }
line_again() { kill "$line_pid" && wait_for 5 gone "$line_pid" && line_up; }
up_so_far() { kill "$line_pid" && wait_for 5 gone "$line_pid" && sed -n 's/.*\bup=\([0-9]*\).*/\1/p' "$work/line"; }
ok "the home site enrols" enrol home "$home" "$own"
line_up
ok "the other site enrols" eval 'sync_url=https://127.0.0.1:$line_port enrol other "$there" "$other"'
for s in home other; do station $s sync >/dev/null 2>&1; done
made() { station home add "$@" --json 2>"$work/said" | jq -r .id; }
share() {
	seat=$(made member --case $number "staff=$(staff "$other")" "site=$there" role=social_worker "from=$today")
	consent=$(made consent --case $number purpose=sharing classes=identity,assessment,plan,note "sites=$there" given_by=本人 evidence=书面 "from=$today")
	station home sync >/dev/null 2>&1
	station other sync >/dev/null 2>&1
}
holds() { station other cases $number --json 2>/dev/null | jq length; }
state() { sql "SELECT m.state FROM log.manifest m JOIN log.replica r USING (replica) WHERE m.unit_id = '$case_id' AND r.staff = '$(staff "$other")'"; }
stored() { sql "SELECT count(*) FROM log.file WHERE encode(sha256, 'hex') = '$1'"; }
share
ok "a case is shared with the other" is "$(holds) $(state)" '1 h'

# A page of the station saves one group in two calls; together they are more than
# the centre takes in one.
pages() { # option…
	: >"$work/open.out"
	rm -f "$work/jar"
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/other.secret "$CASEBRIDGE" --store "$work/st/other" \
		open --no-browser --json --web "$WEB_ROOT" "$@" </dev/null >"$work/open.out" 2>"$work/open.err" &
	open_pid=$!
	wait_for 20 test -s "$work/open.out" && url=$(jq -r .url "$work/open.out") && page=${url%%/#*}
}
to_page() { # PATH, the body on standard input
	curl -sS --max-time 60 -b "$work/jar" -c "$work/jar" -o "$work/answer" -H "Origin: $page" -H 'X-Casebridge: web' \
		-H 'Content-Type: application/json' --data-binary @- "$page$1"
}
new_id() { sed 's/\(.\{14\}\)./\17/' /proc/sys/kernel/random/uuid; }
group=$(new_id)
notes() { # FROM TO: of the group
	local i
	for ((i = $1; i <= $2; i++)); do echo "$(new_id) $(new_id) STUCK-$i"; done |
		jq -cRn --arg c "$case_id" --arg tx "$group" '("长" * 19000) as $long | {changes: [inputs | split(" ") | {id: .[0], rec: .[1], tx: $tx,
			type: "service", case: $c, op: "create", entered_at: "2026-11-21T09:30:00+08:00", set: {kind: "phone_contact",
			status: "completed", started_at: "2026-11-20T10:00:00+08:00", aim: .[2], process: $long, client_response: $long, reflection: $long}}]}'
}
ok "the pages of the station are opened" pages --offline
jq -cn --arg k "${url#*#key=}" '{key: $k}' | to_page /v1/session
notes 1 4 | to_page /v1/changes
note_rec=$(jq -r '.results[0].rec' "$work/answer")
ok "four long notes are saved" is "$(jq -c '[.results[].status] | unique' "$work/answer")" '["applied"]'
# One of the group is a document: the bytes of its file cannot go without it.
{ printf '%%PDF-1.7\n' && head -c 200000 /dev/urandom; } >"$work/lost.pdf"
lost=$(sha256sum <"$work/lost.pdf" | cut -d ' ' -f 1) size=$(wc -c <"$work/lost.pdf") doc=$(new_id)
notes 5 7 | jq -c --arg id "$(new_id)" --arg rec "$doc" --arg sha "$lost" --argjson size "$size" '.changes += [.changes[0] + {id: $id, rec: $rec, type: "document",
	set: {title: "STUCK-file", kind: "other", status: "final", sha256: $sha, size: $size, media: "application/pdf", file_name: "lost.pdf"}}]' | to_page /v1/changes
ok "and four more of the same group" is "$(jq -c '[.results[].status] | unique' "$work/answer")" '["applied"]'
jq -cn --arg sha "$lost" --arg rec "$doc" --argjson size "$size" '{sha256: $sha, size: $size, media: "application/pdf", rec: $rec}' | to_page /v1/uploads
curl -sS --max-time 60 -b "$work/jar" -X PATCH -H "Origin: $page" -H 'X-Casebridge: web' -H 'Upload-Offset: 0' \
	-H 'Content-Type: application/offset+octet-stream' --data-binary "@$work/lost.pdf" "$page/v1/uploads/$doc" >"$work/answer"
ok "its file is here" is "$(jq .done "$work/answer")" true
# A form that was begun on a note of the case, one on a new note, and what is of no case.
other_rec=$note_rec
draft() { jq -cn --arg key "$1" --arg c "$case_id" --arg r "$2" --argjson base "$3" '{key: $key, at: 1, value: {case: $c, type: "service", rec: $r, base: $base, values: {aim: "STUCK-typed"}}}'; }
drafts() { jq -cn --argjson a "$(draft draft/edit "$other_rec" '{"ver":0,"body":{"aim":"STUCK-5"}}')" --argjson b "$(draft draft/new "$(new_id)" null)" '{put: [$a, $b, {key: "views", at: 1, value: []}]}'; }
kept_now() { curl -sS --max-time 60 -b "$work/jar" -H "Origin: $page" "$page/v1/kept" | jq -c '[.kept[].key] | sort'; }
drafts | to_page /v1/kept
ok "drafts of it are kept" is "$(kept_now)" '["draft/edit","draft/new","views"]'
kill -TERM "$open_pid" && wait "$open_pid"
{ printf '%%PDF-1.7\n' && head -c 300000 /dev/urandom; } >"$work/paper.pdf"
paper=$(sha256sum <"$work/paper.pdf" | cut -d ' ' -f 1)
ok "a file is attached to the case" exits 0 station other attach $number "$work/paper.pdf" --kind other --title 家访记录
note=$(station other add service --case $number kind=home_visit status=completed "started_at=2026-11-20 09:00" "aim=STUCK-behind" --json | jq -r .id)

why() { station other status --json | jq -c '[.unsent, ([.report.records[].changes[]? | select(.state == "refused") | .code] | unique)]'; }
line_again
station other sync --json >"$work/said" 2>&1
ok "the centre refuses them outright, and says why" is "$(why)" '[8,["too_large"]]'
# It may close on what comes unasked, and its word be lost with the line.
up=$(up_so_far)
ok "having been asked, before a megabyte was sent for nothing ($up bytes)" [ "$up" -lt 600000 ]
line_up
ok "what was written behind them has arrived" is "$(sql "SELECT count(*) FROM rec.service WHERE id = '$note'")" 1
ok "and so has the file" is "$(stored "$paper")" 1
ok "they are in the store, to be read" is "$(station other show $number --json | jq '[.records[].body.aim? | strings | select(startswith("STUCK-"))] | length')" 8

# A file the centre never had, whose bytes a bad disk turned.
kill "$line_pid" && wait_for 5 gone "$line_pid"
{ printf '%%PDF-1.7\n' && head -c 90000 /dev/urandom; } >"$work/dead.pdf"
ok "another is attached without a network" exits 0 station other attach $number "$work/dead.pdf" --kind other --title STUCK-damaged
bad=$(find "$work"/st/other/*-files -type f -newer "$work/dead.pdf" | head -n 1)
printf 'no longer what was sealed' | dd of="$bad" bs=1 seek=5000 conv=notrunc status=none
line_up

# --- the case is taken away -----------------------------------------------------

ok "the consent is withdrawn" exits 0 station home withdraw $number "$consent" "$seat" --reason 不再共享 --yes
station home sync >/dev/null 2>&1
ok "at its next contact the other destroys it" eval 'station other sync --json >"$work/said" 2>&1; is "$(holds) $(state)" " x" || is "$(holds) $(state)" "0 x"'
ok "nothing of it is shown any more" exits 1 station other show $number
ok "not the notes either" exits 1 station other show "$note"
at_centre() { sql "SELECT (SELECT count(*) FROM log.parked WHERE payload LIKE '%STUCK-%') || ' ' || (SELECT count(*) FROM auth.parcel p WHERE p.device =
	(SELECT device FROM log.replica WHERE staff = '$(staff "$other")' ORDER BY created_at DESC LIMIT 1) AND taken_at IS NULL)"; }
ok "all nine are at the centre, in the queue or closed as they came" is "$(at_centre | awk '{ print $1 + $2 }')" 9
ok "none waits at the station" is "$(station other status --json | jq .unsent)" 0
ok "so is the file" is "$(stored "$lost")" 1
left() { station other status --json | jq -c '[.report.count.left_waiting, .report.count.left_refused]'; }
ok "of the one nobody can open closed bytes are left, which the station says" is "$(find "$work"/st/other/*-files -type f | wc -l) $(left)" '1 [0,1]'
ok "in words, with what to do" like "$(station other --lang zh status)" '1 个中心不能接收.*casebridge discard withdrawn'
ok "a person gives it up" is "$(station other discard withdrawn --yes --json | jq .discarded) $(left)" '1 [0,0]'
ok "once" exits 1 station other discard withdrawn --yes
ok "and none of it is left at the station" is "$(find "$work"/st/other/*-files -type f | wc -l)" 0
ok "both hold what they may" is "$(station other sync --json | jq .synced)" true
ok "the pages are opened again" pages --offline
jq -cn --arg k "${url#*#key=}" '{key: $k}' | to_page /v1/session
ok "of the drafts those of the case are gone" is "$(kept_now)" '["views"]'
drafts | to_page /v1/kept
ok "and are not kept when a page brings them again" is "$(jq -c '.gone | sort' "$work/answer") $(kept_now)" '["draft/edit","draft/new"] ["views"]'
kill -TERM "$open_pid" && wait "$open_pid"
ok "and they are there once" is "$(at_centre | awk '{ print $1 + $2 }')" 9

# --- the centre lost what it was handed ---------------------------------------------

stop_daemon
sql "DELETE FROM log.parked WHERE payload LIKE '%STUCK-%'; DELETE FROM log.change_result r WHERE result::jsonb ->> 'status' = 'parked'; DELETE FROM auth.parcel" >/dev/null
daemon epoch change >"$work/said" 2>&1
daemon epoch confirm --reason "restored" >"$work/said" 2>&1
start_daemon
# Each time by the pages of the station, whose rounds are the same.
ok "its pages are opened with a network" pages
jq -cn --arg k "${url#*#key=}" '{key: $k}' | to_page /v1/session
all_there() { echo '{"do":"start"}' | to_page /v1/sync && [ "$(at_centre | awk '{ print $1 + $2 }')" = 9 ]; }
ok "with the log another, they hand them in again" wait_for 60 all_there
kill -TERM "$open_pid" && wait "$open_pid"
ok "and nothing waits" is "$(station other status --json | jq .unsent)" 0
done_testing
