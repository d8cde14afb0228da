#!/bin/bash
# station.t - a station's own pages in a real browser, with the centre taken
# away in the middle. The steps are in station.mjs.
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
login=$(account social_worker 平桥社区服务中心)
ok "a station is enrolled" enrol desk "$(site_of "$login")" "$login"
ok "and synced" is "$(station desk sync --json | jq .synced)" true

CASEBRIDGE_PASSPHRASE_FILE=$work/st/desk.secret LANG=C.UTF-8 "$CASEBRIDGE" --store "$work/st/desk" \
	open --json --web "$WEB_ROOT" </dev/null >"$work/open.out" 2>"$work/open.err" &
open_pid=$!
wait_for 20 test -s "$work/open.out" || bail "the pages do not open"
mkdir -p "$work/orders"
CB_OPEN=$(jq -r .url "$work/open.out") CB_PASSPHRASE=$(cat "$work/st/desk.secret") CB_ORDERS=$work/orders \
	"$node" tests/web/station.mjs >"$work/taps" 2>"$work/said" &
browser_pid=$!
until gone "$browser_pid"; do
	[ ! -e "$work/orders/stop" ] || { stop_daemon && rm "$work/orders/stop"; }
	[ ! -e "$work/orders/start" ] || { start_daemon && rm "$work/orders/start"; }
	sleep 0.1
done
rc=0
wait "$browser_pid" || rc=$?
take_taps "$work/taps" $rc
kill -TERM "$open_pid"
ok "the pages end when told to" wait "$open_pid"
ok "the centre has all three notes" is "$(sign_in "$login" && api GET '/v1/caseload?limit=5000' |
	jq -r '.rows[] | select(.name and .phase == "intervention") | .case' | head -n 1 |
	while read -r id; do api GET "/v1/cases/$id"; done | jq '[.records[].body.aim // "" | select(startswith("station "))] | length')" 3
done_testing
