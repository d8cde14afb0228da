#!/bin/bash
# releases.t - the previous release's station at this server: it syncs, works,
# meets conflicts and settles them; what it does not know comes back as it was.
. tests/flow/lib.sh
. tests/flow/releases.sh

version=0.2.0
if ! past=$(past_release $version); then
	skip "the station of release $version at this server" "$(tail -n 1 "$work/why")"
	done_testing
fi
use_district
start_daemon
ours=$CASEBRIDGE theirs=$past/casebridge
old() { CASEBRIDGE=$theirs station "$@"; }
ok "release $version is what it says it is" isnt "$("$theirs" --version)" "$("$ours" --version)"

comm_login=$(account social_worker 平桥社区服务中心)
rehab_login=$(account social_worker 平桥街道康复站)
enrol_old() { CASEBRIDGE=$theirs enrol "$@"; }
ok "the old program enrols and signs in" enrol_old old "$(site_of "$comm_login")" "$comm_login"
ok "ours as well" enrol new "$(site_of "$rehab_login")" "$rehab_login"

# Record types that release knew nothing of, and fields in types it did.
rehab_site=$(sql "SELECT site FROM auth.account WHERE login = '$rehab_login'")
comm_site=$(sql "SELECT site FROM auth.account WHERE login = '$comm_login'")
station new sync >/dev/null
number=$(comm -12 <(station new cases --json | jq -r --arg s "$rehab_site" '.[] | select(.home_site == $s) | .number' | sort) \
	<(sql "SELECT c.number FROM rec.\"case\" c JOIN access.reach r ON r.unit_id = c.id AND r.whole AND r.to_at IS NULL AND r.key = '$comm_site'" | sort) | head -n 1)
add() { # type field=value…: its id
	station new add "$1" --case "$number" "${@:2}" --json | jq -r .id
}
seg=$(add segment setting=home from=2026-11-01)
task=$(add task title=MARK status=open "response=要答复" responded=2026-11-20)
ok "our station sends a type and fields that release does not know" is \
	"$(station new sync --json | jq -c '[.parked, .synced]')" '[0,true]'

# --- everything arrives, also what is not understood ------------------------------
ok "the old program syncs, and both digests are equal" is \
	"$(old old sync --json | jq -c '[.synced, .digest == .centre_digest]')" '[true,true]'
sha_at_centre() { sql "SELECT encode(sha, 'hex') FROM log.version WHERE record_id = '$1' AND next_csn IS NULL"; }
sha_at() { "$1" "$2" show "$3" --json | jq -r .sha; } # program station record
ok "a record of an unknown type has the centre's bytes" is "$(sha_at old old "$seg")" "$(sha_at_centre "$seg")"
ok "a record with unknown fields, too" is "$(sha_at old old "$task")" "$(sha_at_centre "$task")"
ok "and they are there to be seen" is "$(old old show "$seg" --json | jq -c '[.type, .body.setting]')" '["segment","home"]'
ok "its own check finds nothing wrong" is "$(old old doctor --json | jq .ok)" true

# --- it works, and destroys nothing ----------------------------------------------
ok "it edits a record that has fields it does not know" exits 0 old old edit "$task" title=改过
ok "adds one" exits 0 old old add task --case "$number" title=旧程序写的 status=open
ok "and sends both" is "$(old old sync --json | jq -c '[.applied, .parked, .conflicts, .synced]')" '[2,0,0,true]'
station new sync >/dev/null
ok "the unknown fields are where they were" is "$(station new show "$task" --json | jq -c '[.body.title, .body.response, .body.responded]')" \
	'["改过","要答复","2026-11-20"]'
ok "server, old and new program hold the same bytes" is "$(sha_at old old "$task") $(sha_at station new "$task")" \
	"$(sha_at_centre "$task") $(sha_at_centre "$task")"

# --- conflicts, both ways ------------------------------------------------------------
ok "the old program edits offline" exits 0 old old edit "$task" title=旧
station new edit "$task" title=新 >/dev/null
ok "ours comes first" is "$(station new sync --json | jq .applied)" 1
ok "the old one meets a conflict" is "$(old old sync --json | jq -c '[.conflicts, .synced]')" '[1,true]'
id=$(old old conflicts --json | jq -r --arg r "$task" '.[] | select(.body.record == $r) | .id')
ok "with both values" is "$(old old conflicts --json | jq -c --arg i "$id" '.[] | select(.id == $i) | [.body.mine.title, .body.theirs.title]')" '["旧","新"]'
ok "settles it" exits 0 old old settle "$id" mine
ok "and that is taken" is "$(old old sync --json | jq -c '[.applied, .synced]')" '[1,true]'
ok "here, too" is "$(station new sync >/dev/null; station new show "$task" --json | jq -r .body.title)" 旧
# A field the old program does not know.
station new edit "$task" response=甲 responded=2026-11-20 >/dev/null
stop_daemon
start_daemon
sign_in "$comm_login"
jq -cn --arg r "$task" --arg id "$(cat /proc/sys/kernel/random/uuid)" --arg c "$(sql "SELECT id FROM rec.\"case\" WHERE number = '$number'")" \
	'{changes: [{id: $id, rec: $r, type: "task", case: $c, op: "patch", set: {response: "乙"},
	  seen: {response: "要答复", responded: "2026-11-20"}, base_ver: 1, entered_at: "2026-11-21T09:30:00+08:00"}]}' | api POST /v1/changes - >/dev/null
ok "ours comes second" is "$(station new sync --json | jq -c '[.conflicts, .synced]')" '[1,true]'
ok "the old one gets a conflict about a field it does not know" is "$(old old sync --json | jq .synced)" true
id=$(old old conflicts --json | jq -r --arg r "$task" '.[] | select(.body.record == $r) | .id')
ok "and can settle it all the same" exits 0 old old settle "$id" mine
ok "with the value as it stands there" is "$(old old sync --json | jq -c '[.applied, .parked]') $(
	station new sync >/dev/null; station new show "$task" --json | jq -c '[.body.response, .body.responded]')" '[1,0] ["甲","2026-11-20"]'

# --- signing and retracting ------------------------------------------------------------
note=$(old old add service --case "$number" kind=home_visit status=completed "started_at=2026-11-20 09:00" minutes=30 aim=旧 >/dev/null
	old old show "$number" --json | jq -r '.records[] | select(.type == "service" and .waiting > 0) | .id')
old old sync >/dev/null
ok "the old program signs what is read there" exits 0 old old sign "$note"
ok "and it counts" is "$(old old sync --json | jq -c '[.applied, .parked]') $(station new sync >/dev/null; station new show "$note" --json | jq -r .state)" '[1,0] signed'
ok "both ends of both agree" is "$(old old sync --json | jq .synced) $(station new sync --json | jq .synced)" 'true true'

# --- too old to send -----------------------------------------------------------------------
stop_daemon
start_daemon --min-push-schema=3
old old add task --case "$number" title=太旧 status=open >/dev/null
station new add task --case "$number" title=够新 status=open >/dev/null
ok "a centre may ask for a newer schema: ours sends" is "$(station new sync --json | jq -c '[.applied, .synced]')" '[1,true]'
ok "the old program does not" exits 1 old old sync
ok "is told so in its own words" like "$(cat "$work/said")" 'too old|过旧'
ok "and keeps what it could not send" is "$(old old status --json | jq .unsent)" 1
stop_daemon
start_daemon
ok "which goes when it may" is "$(old old sync --json | jq -c '[.applied, .waiting, .synced]')" '[1,0,true]'

done_testing
