#!/bin/bash
# releases_server.t - this release's station at the previous release's server,
# as when a site updates before the centre does.
unset CHECK_SCRATCH # the other server has its own database
. tests/flow/lib.sh
. tests/flow/releases.sh

if [[ $BUILD = *asan* ]]; then
	skip "this station at an older server" "ours do the same at their own server in station.t, sanitized"
	done_testing
fi
version=0.2.0
if ! past=$(past_release $version); then
	skip "this station at the server of release $version" "$(tail -n 1 "$work/why")"
	done_testing
fi
CASEBRIDGED=$past/casebridged enrol_alone=
use_district
start_daemon

comm_login=$(account social_worker 平桥社区服务中心)
rehab_login=$(account social_worker 平桥街道康复站)
enrol_past() { CASEBRIDGE=$past/casebridge enrol "$@"; }
ok "our program enrols and signs in at the older server" enrol new "$(site_of "$comm_login")" "$comm_login"
ok "the older program as well" enrol_past old "$(site_of "$rehab_login")" "$rehab_login"
old() { CASEBRIDGE=$past/casebridge station old "$@"; }
ok "ours syncs whole, though it would rather have pieces" is "$(station new sync --json | jq -c '[.synced, .digest == .centre_digest, (.records > 100)]')" '[true,true,true]'
ok "and asks nothing twice that was refused once" is "$(station new sync --json | jq .synced; grep -c 'GET /v1/changes status=400' "$work/daemon.log")" 'true
1'
ok "what a first sync would bring is not known there, and nothing breaks" exits 0 station new status
old sync >/dev/null
number=$(comm -12 <(station new cases --json | jq -r '.[].number' | sort) <(old cases --json | jq -r '.[].number' | sort) | head -n 1)

task=$(station new add task --case "$number" title=新程序 status=open --json | jq -r .id)
ok "it adds and sends" is "$(station new sync --json | jq -c '[.applied, .parked, .synced]')" '[1,0,true]'
ok "it edits offline" exits 0 station new edit "$task" title=新
old sync >/dev/null && old edit "$task" title=旧 >/dev/null && old sync >/dev/null
ok "and meets a conflict" is "$(station new sync --json | jq -c '[.conflicts, .synced]')" '[1,true]'
said=$(station new conflicts --lang zh)
ok "shown as far as that server tells: who and when, not which station" like "$(sed -n 2p <<<"$said")" '^  mine    新（.+，平桥社区服务中心，2[0-9: -]+；修改前所见：新程序）$'
ok "it settles it" exits 0 station new settle "$(station new conflicts --json | jq -r '.[0].id')" mine
ok "which is taken" is "$(station new sync --json | jq -c '[.applied, .synced]') $(old sync >/dev/null; old show "$task" --json | jq -r .body.title)" '[1,true] 新'

# What the older server has no idea of is kept there whole, and told.
segment=$(station new add segment --case "$number" setting=home from=2026-11-01 --json | jq -r .id)
ok "a type that server does not know is not taken" is "$(station new sync --json | jq -c '[.applied, .parked, .synced]')" '[0,1,true]'
ok "with the reason" is "$(station new conflicts --json | jq -r --arg r "$segment" '.[] | select(.change.rec == $r) | .result.code')" unknown_type
ok "a field it does not know neither" is "$(station new edit "$task" response=x responded=2026-11-20 >/dev/null; station new sync --json | jq .parked)" 1
ok "and nothing of it is lost" is "$(sql "SELECT count(*) FROM log.parked WHERE payload LIKE '%\"responded\"%' OR payload LIKE '%$segment%'")" 2
ok "a watching station waits as it would" is "$(CASEBRIDGE_PASSPHRASE_FILE=$work/st/new.secret timeout 6 "$CASEBRIDGE" --store "$work/st/new" sync --watch </dev/null >"$work/watch" 2>&1
	grep -ciE 'malformed|error' "$work/watch")" 0
done_testing
