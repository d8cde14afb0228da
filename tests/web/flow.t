#!/bin/bash
# flow.t - one person's morning in a real browser, against the real daemon over
# the demo district. The steps are in flow.mjs.
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
login=$(account social_worker)
CB_URL=$web_url/ CB_LOGIN=$login CB_PASSWORD=$(password_of "$login") \
	"$node" tests/web/flow.mjs >"$work/taps" 2>"$work/said"
take_taps "$work/taps" $?
done_testing
