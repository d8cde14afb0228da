#!/bin/bash
# restricted.t - a restricted note is told with its case, and opened alone: with a proof
# that is not old, and as a reading of its own on the trail. Wherever else its record goes
# (what waits today, its history, its file, a conflict about it) the same holds, at the
# centre and at a station.
. tests/flow/lib.sh
use_district
start_daemon
new_id() { cat /proc/sys/kernel/random/uuid; }
now=2026-11-21T09:30:00+08:00
login=$(sql "SELECT a.login FROM auth.account a JOIN rec.\"case\" c ON c.home_site = a.site AND c.closed IS NULL WHERE a.role = 'social_worker'
	AND EXISTS (SELECT FROM auth.account o WHERE o.site = a.site AND o.id <> a.id AND o.role IN ('social_worker', 'supervisor', 'rehab_worker', 'case_worker')) ORDER BY 1 LIMIT 1")
ok "a worker signs in" sign_in "$login"
as "$login"
site=$(sql "SELECT site FROM auth.account WHERE login = '$login'")
case_id=$(sql "SELECT id FROM rec.\"case\" WHERE home_site = '$site' AND closed IS NULL ORDER BY id LIMIT 1")
note=$(new_id) doc=$(new_id)
send() { # OP TYPE REC SET [more as JSON]
	jq -cn --arg id "$(new_id)" --arg op "$1" --arg type "$2" --arg rec "$3" --arg c "$case_id" --argjson set "$4" --arg at "$now" --argjson more "${5:-{\}}" \
		'{changes: [{id: $id, op: $op, type: $type, rec: $rec, case: $c, set: $set, entered_at: $at} + $more]}' |
		api POST /v1/changes - | jq -r '.results[0] | .status + (if .status == "parked" then " \(.code) \(.field) \(.accepts)" else "" end)'
}
said() { jq -r '[.code, .field // empty, .accepts // empty] | join(" ")' "$work/answer"; }
aged() { sql "UPDATE auth.session SET proved_at = now() - interval '6 minutes'" >/dev/null; }
prove() { code POST /v1/session/proof "$(jq -cn --arg p "$(password_of "$login")" '{password: $p}')"; }
opens() { sql "SELECT count(*) FROM audit.event WHERE action = 'record_open' AND outcome = 'ok' AND records = ARRAY['$note']::uuid[]"; }
readings() { sql "SELECT count(*) FROM audit.event WHERE action IN ('case', 'today') AND '$note' = ANY (records)"; }
words='饕餮之言|魑魅之思|魑魅之因|鼙鼓之声|传承之录'

ok "a restricted note is written" is "$(send create service "$note" '{"started_at":"2026-11-20T09:30:00+08:00","kind":"home_visit","status":"completed",
	"minutes":50,"restricted":true,"aim":"鼙鼓之声","process":"饕餮之言","reflection":"魑魅之思"}')" applied
head -c 3000 /dev/zero | tr '\0' x >"$work/own.txt"
sha=$(sha256sum "$work/own.txt" | cut -d' ' -f1)
ok "and a restricted document" is "$(send create document "$doc" "{\"title\":\"传承之录\",\"kind\":\"transcript\",\"status\":\"draft\",\"restricted\":true,
	\"sha256\":\"$sha\",\"size\":3000,\"media\":\"text/plain\",\"file_name\":\"传承之录.txt\"}")" applied
upload=$(jq -cn --arg sha "$sha" --arg rec "$doc" '{sha256: $sha, size: 3000, media: "text/plain", rec: $rec}' | api POST /v1/uploads - | jq -r .upload)
ok "with its file" is "$(api PATCH "/v1/uploads/$upload" '' -H 'Content-Type: application/offset+octet-stream' -H 'Upload-Offset: 0' --data-binary "@$work/own.txt" | jq .done)" true

# --- with its case -----------------------------------------------------------------
api GET "/v1/cases/$case_id" >"$work/case"
ok "the case says that it is there, of which kind and day, and whose" is "$(jq -c --arg r "$note" '.records[] | select(.id == $r) | [.withheld, .type, .author == .by, .body]' "$work/case")" \
	'[true,"service",true,{"kind":"home_visit","restricted":true,"started_at":"2026-11-20T09:30:00+08:00","status":"completed"}]'
ok "and nothing of what was written, just signed in as one is" unlike "$(cat "$work/case")" "$words"
ok "its hash is of what is told" is "$(jq -r --arg r "$note" '.records[] | select(.id == $r) | .sha' "$work/case")" \
	"$(jq -cjS --arg r "$note" '.records[] | select(.id == $r) | .body' "$work/case" | sha256sum | cut -d' ' -f1)"
ok "what else there is comes whole" is "$(jq '[.records[] | select(.withheld and .class != 32)] | length' "$work/case")" 0
ok "what waits to be signed names it" like "$(api GET /v1/today | tee "$work/today")" "$note"
ok "without a word of it" unlike "$(cat "$work/today")" "$words"
ok "nobody read it so far, says the trail" is "$(readings) $(opens)" '0 0'

# --- opened ------------------------------------------------------------------------
aged
ok "to open it asks for a proof" is "$(code GET "/v1/records/$note") $(said)" '403 step_up session password'
ok "so do its versions" is "$(code GET "/v1/records/$note/history") $(said)" '403 step_up session password'
ok "and its file" is "$(code GET "/v1/files/$sha?rec=$doc") $(said)" '403 step_up session password'
ok "which is no reading" is "$(opens)" 0
ok "the password is given" is "$(prove)" 204
ok "then it is all there" is "$(api GET "/v1/records/$note" | jq -c '[.withheld, .body.process, .body.aim, .body.minutes]')" '[null,"饕餮之言","鼙鼓之声",50]'
ok "and is a reading of its own" is "$(opens) $(readings)" '1 0'
ok "with its versions" is "$(api GET "/v1/records/$note/history" | jq -r '.versions[0].body.reflection')" 魑魅之思
ok "and its file" is "$(code GET "/v1/files/$sha?rec=$doc")" 200
ok "the case goes on to withhold it" unlike "$(api GET "/v1/cases/$case_id")" "$words"
other=$(sql "SELECT login FROM auth.account WHERE role IN ('social_worker', 'supervisor', 'rehab_worker', 'case_worker') AND site = '$site' AND login <> '$login' ORDER BY 1 LIMIT 1")
ok "a colleague signs in" sign_in "$other"
as "$other"
ok "for whom there is none" is "$(code GET "/v1/records/$note") $(said)" '404 not_found id -'
ok "nor with the case" unlike "$(api GET "/v1/cases/$case_id")" "$note"
as "$login"
seen=$(api GET "/v1/records/$note" | jq -c '.body | {aim}')
ok "who opened it changes it" is "$(send patch service "$note" '{"aim":"鼙鼓之声二"}' "{\"seen\":$seen,\"base_ver\":1}")" applied
ok "a second who saw the same" is "$(send patch service "$note" '{"aim":"鼙鼓之声三"}' "{\"seen\":$seen,\"base_ver\":1}")" conflict
ok "makes a conflict that says between whom, and no value" is "$(api GET "/v1/cases/$case_id" | jq -c --arg r "$note" '[.records[] | select(.type == "conflict" and .body.record == $r)] |
	map([.withheld, (.body | keys)])')" '[[true,["mine_at","mine_by","mine_site","record","record_type","settled","theirs_at","theirs_by","theirs_site"]]]'

# --- a note restricted while a colleague changed it --------------------------------------
tick=$(new_id) plain=$(new_id) asked=$(new_id)
rival='{"started_at":"2026-11-20T10:30:00+08:00","kind":"home_visit","status":"completed","minutes":20,"aim":"初稿"}'
unseen='{"seen":{"aim":"初稿","restricted":null,"readers":null},"base_ver":1}'
kept() { # REC: classes and readers of what lost there
	sql "SELECT string_agg(v.class || coalesce(':' || array_to_string(v.readers, ','), ''), ' ' ORDER BY v.csn, v.ord) FROM rec.conflict k
		JOIN log.version v ON v.record_id = k.id AND v.next_csn IS NULL WHERE k.record = '$1'"
}
for note_id in "$tick" "$plain" "$asked"; do
	ok "a note open to all is written" is "$(send create service "$note_id" "$rival")" applied
	ok "and its aim changed" is "$(send patch service "$note_id" '{"aim":"同事之见"}' '{"seen":{"aim":"初稿"},"base_ver":1}')" applied
done
ok "who ticks it restricted offline and rewrites the aim, differs" is "$(send patch service "$tick" "{\"restricted\":true,\"aim\":\"饕餮之言二\",\"readers\":[]}" "$unseen")" conflict
ok "and what lost is as restricted as the note is now" is "$(kept "$tick")" 32
ok "without the tick it is what the note is" is "$(send patch service "$plain" '{"aim":"寻常之言"}' '{"seen":{"aim":"初稿"},"base_ver":1}') $(kept "$plain")" 'conflict 16'
hash=$(api GET "/v1/cases/$case_id" | jq -r --arg r "$asked" '.records[] | select(.id == $r) | .sha')
ok "a third is signed" is "$(send sign service "$asked" null "{\"sha\":\"$hash\"}")" applied
ok "to restrict it then, with other words, differs" is "$(send patch service "$asked" '{"restricted":true,"aim":"魑魅之思二"}' "$unseen")" conflict
ok "and all of it is kept as it was asked" is "$(kept "$asked")" '32 32'
ok "sealed where it lies" unlike "$(sql "SELECT string_agg(v.body, ' ') FROM rec.conflict k JOIN log.version v ON v.record_id = k.id WHERE k.record IN ('$tick', '$asked')")" "$words"
as "$other"
api GET "/v1/cases/$case_id" >"$work/case"
ok "a station of theirs is in step" eval 'enrol theirs "$site" "$other" && station theirs sync >"$work/said" 2>&1'
station theirs conflicts --json >"$work/feed" 2>&1
ok "the colleague's case has the note that stayed open" like "$(cat "$work/case")" "$asked"
ok "so has the station, with what lost in the open one" like "$(cat "$work/feed")" 寻常之言
ok "and neither a word of what was to be restricted" unlike "$(cat "$work/case" "$work/feed")" "$words"
as "$login"
ok "when that one is restricted, too, what lost goes with it" is "$(send patch service "$plain" '{"restricted":true}' '{"seen":{"restricted":null,"readers":null},"base_ver":2}') $(kept "$plain")" 'applied 32'
as "$other"
ok "their station is in step again" eval 'station theirs sync >"$work/said" 2>&1'
station theirs conflicts --json >"$work/feed" 2>&1
ok "the colleague has it no longer, nor their station" unlike "$(api GET "/v1/cases/$case_id" | cat - "$work/feed")" 寻常之言
as "$login"
ok "who wrote the note settles it as before" is "$(api GET "/v1/records/$(sql "SELECT id FROM rec.conflict WHERE record = '$plain'")" | jq -r .body.mine.aim)" 寻常之言

# --- what was written before a note was restricted, and while it was ----------------------
once=$(new_id)
ok "a note open to all is written" is "$(send create service "$once" '{"started_at":"2026-11-20T11:30:00+08:00","kind":"home_visit","status":"completed","minutes":20,"aim":"鼙鼓之初"}')" applied
ok "which a colleague reads" is "$(as "$other"; api GET "/v1/records/$once/history" | jq -r '.versions[0].body.aim')" 鼙鼓之初
ok "it is restricted" is "$(send patch service "$once" '{"restricted":true,"aim":"饕餮之后"}' '{"seen":{"restricted":null,"readers":null,"aim":"鼙鼓之初"},"base_ver":1}')" applied
ok "then its colleague reads no version of it" is "$(as "$other"; code GET "/v1/records/$once/history") $(said)" '404 not_found id -'
aged
ok "nor who wrote it, without a proof" is "$(code GET "/v1/records/$once/history") $(said)" '403 step_up session password'
ok "the password is given" is "$(prove)" 204
ok "then both are there" is "$(api GET "/v1/records/$once/history" | jq -c '[.versions[].class]')" '[32,16]'
ok "it is opened to all again" is "$(send patch service "$once" '{"restricted":false,"aim":"寻常之后"}' '{"seen":{"restricted":true,"readers":null,"aim":"饕餮之后"},"base_ver":2}')" applied
ok "a colleague reads what was written since and before" is "$(as "$other"; api GET "/v1/records/$once/history" | jq -c '[.versions[].class]')" '[16,16]'
aged
ok "what was restricted then is told its author with a proof" is "$(code GET "/v1/records/$once/history") $(said)" '403 step_up session password'
ok "the password is given" is "$(prove)" 204
ok "and is there" like "$(api GET "/v1/records/$once/history")" 饕餮之后

# --- who says who reads it ----------------------------------------------------------------
shared=$(new_id) named=$(sql "SELECT staff FROM auth.account WHERE login = '$other'")
third=$(sql "SELECT staff FROM auth.account WHERE staff <> '$named' AND login <> '$login' AND role = 'social_worker' LIMIT 1")
ok "a restricted note names a reader" is "$(send create service "$shared" "{\"started_at\":\"2026-11-20T13:30:00+08:00\",\"kind\":\"home_visit\",\"status\":\"completed\",\"minutes\":20,\"restricted\":true,\"readers\":[\"$named\"]}")" applied
as "$other"
ok "who writes in it" is "$(send patch service "$shared" '{"aim":"鼙鼓之见"}' '{"seen":{"aim":null},"base_ver":1}')" applied
ok "and does not open it to all" is "$(send patch service "$shared" '{"restricted":false}' "{\"seen\":{\"restricted\":true,\"readers\":[\"$named\"]},\"base_ver\":2}")" 'parked forbidden restricted author'
ok "nor to somebody else" is "$(send patch service "$shared" "{\"readers\":[\"$named\",\"$third\"]}" "{\"seen\":{\"restricted\":true,\"readers\":[\"$named\"]},\"base_ver\":2}")" 'parked forbidden readers author'
as "$login"
ok "its author does" is "$(send patch service "$shared" "{\"readers\":[\"$named\",\"$third\"]}" "{\"seen\":{\"restricted\":true,\"readers\":[\"$named\"]},\"base_ver\":2}")" applied

# --- on what ground one was taken back ----------------------------------------------------
back=$(new_id)
ok "a restricted note is written" is "$(send create service "$back" '{"started_at":"2026-11-20T12:30:00+08:00","kind":"home_visit","status":"completed","minutes":20,"restricted":true}')" applied
ok "and taken back" is "$(send retract service "$back" null '{"reason":"魑魅之因"}')" applied
api GET "/v1/cases/$case_id" >"$work/case"
ok "the case says that it was" is "$(jq -c --arg r "$back" '.records[] | select(.id == $r) | [.state, .withheld, .reason]' "$work/case")" '["retracted",true,null]'
ok "and on what ground nowhere" unlike "$(cat "$work/case")" "$words"
ok "who opens it reads it" is "$(api GET "/v1/records/$back" | jq -r .reason)" 魑魅之因

# --- at a station ---------------------------------------------------------------------
ok "a station holds it, with the proof that is old" eval 'enrol desk "$site" "$login" && aged && station desk sync >"$work/said" 2>&1'
station desk show "$case_id" >"$work/shown" 2>&1
station desk show "$case_id" --json >"$work/shown.json"
station desk list service "case=$case_id" --json >>"$work/shown.json"
ok "the case at the station tells of it" like "$(cat "$work/shown.json")" "$note"
ok "and no word" unlike "$(cat "$work/shown" "$work/shown.json")" "$words"
ok "asked for by itself it is shown, with the passphrase given for that" like "$(station desk show "$note")" 饕餮之言
ok "and its versions come from the centre" like "$(station desk show "$note" --history --json)" 魑魅之思

ask() { # METHOD PATH [BODY]: of the pages
	curl -sS --max-time 60 -X "$1" -b "$work/page.jar" -c "$work/page.jar" -o "$work/answer" -w '%{http_code}' -H "Origin: $page" -H 'X-Casebridge: web' \
		${3:+-H 'Content-Type: application/json' --data-binary "$3"} "$page$2"
}
: >"$work/open.out"
CASEBRIDGE_PASSPHRASE_FILE=$work/st/desk.secret LANG=C.UTF-8 "$CASEBRIDGE" --store "$work/st/desk" open --no-browser --json --offline --web "$WEB_ROOT" </dev/null >"$work/open.out" 2>"$work/open.err" &
pages=$!
wait_for 20 test -s "$work/open.out"
url=$(jq -r .url "$work/open.out") page=${url%%/#*}
ok "its pages are opened" is "$(ask POST /v1/session "{\"key\":\"${url#*#key=}\"}")" 201
ok "the case they show withholds it" is "$(ask GET "/v1/cases/$case_id"; jq -c --arg r "$note" '.records[] | select(.id == $r) | .withheld' "$work/answer")" 200true
ok "with no word of it" unlike "$(cat "$work/answer")" "$words"
ok "a wrong passphrase proves nothing" is "$(ask POST /v1/session/proof '{"passphrase":"another"}') $(jq -r .code "$work/answer")" '401 bad_passphrase'
ok "the store's does" is "$(ask POST /v1/session/proof "$(jq -cn --arg p "$(cat "$work/st/desk.secret")" '{passphrase: $p}')")" 204
ok "and opens it" is "$(ask GET "/v1/records/$note"; jq -r .body.process "$work/answer")" 200饕餮之言
kill -TERM "$pages"
wait "$pages" 2>/dev/null
done_testing
