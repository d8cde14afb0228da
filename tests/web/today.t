#!/bin/bash
# today.t - the first page of station staff in a real browser, against the real
# daemon over the demo district. The steps are in today.mjs.
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
login=$(account nurse)
[ -n "$login" ] || login=$(account prevention_doctor)
CB_URL=$web_url/ CB_LOGIN=$login CB_PASSWORD=$(password_of "$login") \
	"$node" tests/web/today.mjs >"$work/taps" 2>"$work/said"
take_taps "$work/taps" $?
done_testing
