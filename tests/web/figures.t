#!/bin/bash
# figures.t - a coordinator's look at the figures in a real browser, against the real
# daemon over a demo district of its own, which is large enough for numbers to be
# told. The steps are in figures.mjs.
unset CHECK_SCRATCH
DEMO_CASES=1400
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
login=$(account district_coordinator) staff=$(account social_worker 康复站)
CB_URL=$web_url/ CB_LOGIN=$login CB_PASSWORD=$(password_of "$login") CB_STAFF=$staff CB_STAFF_PASSWORD=$(password_of "$staff") \
	"$node" tests/web/figures.mjs >"$work/taps" 2>"$work/said"
take_taps "$work/taps" $?
done_testing
