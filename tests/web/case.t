#!/bin/bash
# case.t - everything on the page of a case in a real browser, against the real
# daemon over the demo district. The steps are in case.mjs.
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
login=$(account social_worker 平桥街道康复站)
case_id=$(sql "SELECT id FROM rec.\"case\" WHERE number = 'QQ-2025-001'")
stranger=$(sql "SELECT a.login FROM auth.account a WHERE a.role = 'nurse' AND NOT EXISTS
	(SELECT 1 FROM access.reach r WHERE r.unit_id = '$case_id' AND r.key IN (a.site, a.staff)) ORDER BY 1 LIMIT 1")
mkdir -p "$work/files"
CB_URL=$web_url/ CB_LOGIN=$login CB_PASSWORD=$(password_of "$login") CB_FILES=$work/files \
	CB_STRANGER=$stranger CB_STRANGER_PASSWORD=$(password_of "$stranger") \
	"$node" tests/web/case.mjs >"$work/taps" 2>"$work/said"
take_taps "$work/taps" $?
done_testing
