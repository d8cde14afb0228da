#!/bin/bash
# admin.t - administration in a real browser, against the real daemon and a station
# that asks to be let in. The steps are in admin.mjs.
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
first=$(account site_admin)
site=$(site_of "$first")
second=$(account system_admin)
mkdir -p "$work/st" && chmod 700 "$work/st"
# The computer beside which somebody types the code.
(
	wait_for 120 test -s "$work/st/new.code" || exit 1
	station new enrol --server "$sync_url" --ca "$ca_file" --code-file "$work/st/new.code" >"$work/st/said" 2>"$work/st/check"
	echo $? >"$work/st/ended"
) &
CB_URL=$web_url/ CB_SITE=$site CB_CODE=$work/st/new.code CB_CHECK=$work/st/check CB_ENDED=$work/st/ended \
	CB_FIRST=$first CB_FIRST_PASSWORD=$(password_of "$first") CB_FIRST_SECRET=$(secret_of "$first") \
	CB_SECOND=$second CB_SECOND_PASSWORD=$(password_of "$second") CB_SECOND_SECRET=$(secret_of "$second") \
	timeout 300 "$node" tests/web/admin.mjs >"$work/taps" 2>"$work/said"
take_taps "$work/taps" $?
done_testing
