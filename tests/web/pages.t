#!/bin/bash
# pages.t - every page of every role, with the keyboard alone, at 200 % and read out, in
# a real browser against the real daemon. The steps are in pages.mjs.
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
people=$(for role in social_worker psychiatrist supervisor district_coordinator system_admin auditor; do
	where=''
	[ "$role" != social_worker ] || where=康复站
	login=$(account "$role" "$where")
	jq -nc --arg role "$role" --arg login "$login" --arg password "$(password_of "$login")" --arg secret "$(secret_of "$login")" '$ARGS.named'
done | jq -sc .)
CB_URL=$web_url/ CB_PEOPLE=$people timeout 400 "$node" tests/web/pages.mjs >"$work/taps" 2>"$work/said"
take_taps "$work/taps" $?
done_testing
