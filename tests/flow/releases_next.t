#!/bin/bash
# releases_next.t - a station, then a server, of a release to come beside ours:
# what ours does not know is kept whole, comes back untouched, and is never
# merged by guessing. In check-long: a second set of programs is built for it.
. tests/flow/lib.sh
. tests/flow/releases.sh

if [ -z "${LONG:-}" ]; then
	skip "a release to come beside ours" "only in check-long"
	done_testing
fi
if [[ $BUILD = *asan* ]]; then
	skip "a release to come beside ours" "its programs are not sanitized, and ours do the same in releases.t"
	done_testing
fi
next=$(next_release) || bail "the release to come does not build: $(tail -n 3 "$work/why")"
use_district
start_daemon
ours=$CASEBRIDGED
ok "it is another release" like "$("$next/casebridge" --version)" '99\.0\.0'
newer() { CASEBRIDGE=$next/casebridge station new "$@"; }
old() { station old "$@"; }
rehab_login=$(account social_worker 平桥街道康复站) comm_login=$(account social_worker 平桥社区服务中心)
enrol_new() { CASEBRIDGE=$next/casebridge enrol "$@"; }

# ---- a newer station at our server ----------------------------------------------------
ok "a newer station is let in" enrol_new new "$(site_of "$rehab_login")" "$rehab_login"
ok "beside one of ours" enrol old "$(site_of "$comm_login")" "$comm_login"
ok "and is in step at once" is "$(newer sync --json | jq .synced) $(old sync --json | jq .synced)" 'true true'
number=$(comm -12 <(newer cases --json | jq -r '.[] | select(.phase != "ended") | .number' | sort) <(old cases --json | jq -r '.[].number' | sort) | head -n 1)
wish=$(newer add wish --case "$number" text=去看海 day=2026-12-01 --json | jq -r .id)
note=$(newer add service --case "$number" kind=home_visit status=completed "started_at=2026-11-20 09:00" minutes=30 aim=首访 mood=calm --json | jq -r .id)
drone=$(newer add service --case "$number" kind=drone_visit status=completed "started_at=2026-11-20 09:00" --json | jq -r .id)
task=$(newer add task --case "$number" title=都懂的 status=open --json | jq -r .id)
ok "what our server does not know it keeps for later, the rest it takes" is \
	"$(newer sync --json | jq -c '[.applied, .parked, .synced]')" '[1,3,true]'
why() { newer conflicts --json | jq -r --arg r "$1" '.[] | select(.kind == "parked" and .change.rec == $r) | .result | "\(.code) \(.field)"'; }
ok "the station is told which type" is "$(why "$wish")" 'unknown_type type'
ok "which field" is "$(why "$note")" 'unknown_field mood'
ok "and which code" is "$(why "$drone")" 'bad_code kind'
# What is secret in a type nobody knows here is not known either: it is sealed whole.
ok "and all of it is in the review queue" is \
	"$(sql "SELECT count(*) FILTER (WHERE payload LIKE '%\"mood\"%' OR payload LIKE '%drone_visit%') || ' ' || count(*) FILTER (WHERE payload LIKE '%\"~\":%' AND payload NOT LIKE '%去看海%') FROM log.parked")" '2 1'

# ---- the server follows ----------------------------------------------------------------
stop_daemon
CASEBRIDGED=$next/casebridged
ok "the server is brought up to date" exits 0 daemon migrate
start_daemon
for rec in "$wish" "$note" "$drone"; do
	id=$(newer conflicts --json | jq -r --arg r "$rec" '.[] | select(.kind == "parked" and .change.rec == $r) | .id')
	ok "what was kept is submitted again" exits 0 newer settle "$id" mine
done
ok "and taken" is "$(newer sync --json | jq -c '[.applied, .parked, .synced]')" '[3,0,true]'
ok "word for word" is "$(body_of "$wish" | jq -r .text) $(body_of "$note" | jq -r .mood) $(body_of "$drone" | jq -r .kind)" '去看海 calm drone_visit'

# ---- our station at the newer server -------------------------------------------------------
ok "ours stays in step with what it does not know" is "$(old sync --json | jq -c '[.synced, .digest == .centre_digest, .waiting]')" '[true,true,0]'
sha_at_centre() { sql "SELECT encode(sha, 'hex') FROM log.version WHERE record_id = '$1' AND next_csn IS NULL"; }
for rec in "$wish" "$note" "$drone"; do
	ok "the same bytes at the server, the newer station and ours" is \
		"$(old show "$rec" --json | jq -r .sha) $(newer show "$rec" --json | jq -r .sha)" "$(sha_at_centre "$rec") $(sha_at_centre "$rec")"
done
ok "an unknown type shows as it came" like "$(old show "$wish")" '去看海'
ok "it is not edited by guessing" exits 1 old edit "$wish" text=别的
ok "an unknown code shows as it came" like "$(old show "$drone")" 'drone_visit'
ok "ours lists the case all the same" exits 0 old show "$number"
ok "and its own check finds nothing" is "$(old doctor --json | jq .ok)" true

# ---- edits pass through ------------------------------------------------------------------------
ok "ours edits what it knows" exits 0 old edit "$note" minutes=45
ok "which is taken" is "$(old sync --json | jq -c '[.applied, .conflicts, .parked]')" '[1,0,0]'
newer sync >/dev/null
ok "and what it does not know is where it was" is "$(newer show "$note" --json | jq -c '[.body.minutes, .body.mood]')" '[45,"calm"]'
newer edit "$note" aim_reason=家属要求 >/dev/null && newer sync >/dev/null && old sync >/dev/null
before=$(sha_at_centre "$note")
ok "ours changes a field whose atom has grown" exits 0 old edit "$note" aim=二访
ok "that is a conflict, never a silent merge" is "$(old sync --json | jq -c '[.applied, .conflicts, .parked, .synced]')" '[0,1,0,true]'
ok "and what stood, stands" is "$(sha_at_centre "$note")" "$before"
newer sync >/dev/null
said=$(newer conflicts --json | jq -c --arg r "$note" '[.[] | select(.body.record == $r) | .body | [.mine.aim, .mine.aim_reason, .theirs.aim]]')
ok "both values are kept, and of the unseen field nobody has an opinion" is "$said" '[["二访","家属要求","首访"]]'
ok "ours shows it, the field it does not know by its name" like "$(old conflicts --lang zh)" 'aim_reason: "家属要求"'
ok "and settles it" exits 0 old settle "$(old conflicts --json | jq -r --arg r "$note" '.[] | select(.body.record == $r) | .id')" mine
ok "which is taken" is "$(old sync --json | jq -c '[.applied, .parked]')" '[1,0]'
newer sync >/dev/null
ok "with nothing lost beside it" is "$(newer show "$note" --json | jq -c '[.body.aim, .body.aim_reason, .body.mood, .body.minutes]')" '["二访","家属要求","calm",45]'

# A conflict wholly about what ours does not know.
newer edit "$note" mood=low >/dev/null
sign_in "$rehab_login"
jq -cn --arg id "$(cat /proc/sys/kernel/random/uuid)" --arg r "$note" --arg c "$(sql "SELECT case_id FROM log.version WHERE record_id = '$note' LIMIT 1")" \
	'{changes: [{id: $id, rec: $r, type: "service", case: $c, op: "patch", unset: ["mood"], seen: {mood: "calm"}, base_ver: 1, entered_at: "2026-11-21T09:30:00+08:00"}]}' |
	api POST /v1/changes - >/dev/null
ok "two newer authors disagree about the new field" is "$(newer sync --json | jq .conflicts)" 1
old sync >/dev/null
ok "ours shows both values" like "$(old conflicts --lang zh)" 'mine    "low"（.*theirs  （空）（'
ok "and may settle even that" exits 0 old settle "$(old conflicts --json | jq -r --arg r "$note" '.[] | select(.body.record == $r) | .id')" mine
ok "as it was written there" is "$(old sync --json | jq -c '[.applied, .parked]') $(newer sync >/dev/null; newer show "$note" --json | jq -r .body.mood)" '[1,0] low'

# ---- too old, too new ------------------------------------------------------------------------------
stop_daemon
start_daemon --min-push-schema=99
old add task --case "$number" title=旧程序写的 status=open >/dev/null
newer add task --case "$number" title=新程序写的 status=open >/dev/null && newer sync >/dev/null
ok "a server may take changes of newer programs only" exits 1 old sync --lang zh
ok "the person is told to update, and that nothing is lost" like "$(cat "$work/said")" '程序版本过旧，请更新；未发送的内容已保留'
ok "in English, too" like "$(old sync --lang en 2>&1)" 'too old; please update. Unsent work is kept'
ok "reading goes on" like "$(old show "$number")" '新程序写的'
ok "and what could not go is here" is "$(old status --json | jq .unsent)" 1
stop_daemon
start_daemon
ok "until it may" is "$(old sync --json | jq -c '[.applied, .waiting, .synced]')" '[1,0,true]'
ok "the newer station agrees" is "$(newer sync --json | jq .synced)" true
stop_daemon
"$ours" serve --config "$work/daemon.conf" </dev/null >"$work/refused" 2>&1
ok "our server refuses a database that has gone on, and says why" like "$(cat "$work/refused")" 'migration'
done_testing
