#!/bin/bash
# trouble.t - what nobody tidied: ten thousand lines, names of three hundred characters,
# script and markup in every field, nothing at all. In a real browser; the steps are in
# trouble.mjs.
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
login=$(account social_worker 平桥街道康复站)
CB_URL=$web_url/ CB_LOGIN=$login CB_PASSWORD=$(password_of "$login") \
	CB_CASE=$(sql "SELECT id FROM rec.\"case\" WHERE number = 'QQ-2025-001'") \
	"$node" tests/web/trouble.mjs >"$work/taps" 2>"$work/said"
take_taps "$work/taps" $?
done_testing
