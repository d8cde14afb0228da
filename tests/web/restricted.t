#!/bin/bash
# restricted.t - a restricted document on the page of its case, in a real browser against
# the real daemon: told of, closed, opened with a fresh proof. The steps are in
# restricted.mjs.
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
login=$(account social_worker 平桥街道康复站)
mkdir -p "$work/orders"
CB_URL=$web_url/ CB_LOGIN=$login CB_PASSWORD=$(password_of "$login") CB_ORDERS=$work/orders \
	CB_CASE=$(sql "SELECT id FROM rec.\"case\" WHERE number = 'QQ-2025-001'") \
	"$node" tests/web/restricted.mjs >"$work/taps" 2>"$work/said" &
browser_pid=$!
until gone "$browser_pid"; do
	[ ! -e "$work/orders/stale" ] || { sql "UPDATE auth.session SET proved_at = now() - interval '1 day'" >/dev/null && rm "$work/orders/stale"; }
	sleep 0.1
done
rc=0
wait "$browser_pid" || rc=$?
take_taps "$work/taps" $rc
ok "each reading of it is on the trail by itself" is "$(sql "SELECT count(*) FROM audit.event WHERE action = 'record_open'")" 2
done_testing
