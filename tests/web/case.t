#!/bin/bash
# case.t - everything on the page of a case in a real browser, against the real
# daemon over the demo district. The steps are in case.mjs.
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
login=$(account social_worker 平桥街道康复站)
mkdir -p "$work/files"
CB_URL=$web_url/ CB_LOGIN=$login CB_PASSWORD=$(password_of "$login") CB_FILES=$work/files \
	"$node" tests/web/case.mjs >"$work/taps" 2>"$work/said"
take_taps "$work/taps" $?
done_testing
