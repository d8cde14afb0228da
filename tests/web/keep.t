#!/bin/bash
# keep.t - nothing that was typed is lost, in a real browser that is killed, closed
# and left, against the real daemon. The steps are in keep.mjs.
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
login=$(account social_worker)
other=$(awk -F '\t' -v not="$login" '$1 == "nurse" && $2 != not { print $2; exit }' "$work/accounts.tsv")
CB_URL=$web_url/ CB_LOGIN=$login CB_PASSWORD=$(password_of "$login") CB_OTHER=$other CB_OTHER_PASSWORD=$(password_of "$other") \
	CB_PROFILE=$work/profile "$node" tests/web/keep.mjs >"$work/taps" 2>"$work/said"
take_taps "$work/taps" $?
done_testing
