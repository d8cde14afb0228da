#!/bin/bash
# markup.t - script in every dress, in every text field of every type of a case, sent
# past the app; then every page that shows them, in a real browser. Steps: markup.mjs.
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
login=$(account social_worker 平桥街道康复站)
CB_URL=$web_url/ CB_LOGIN=$login CB_PASSWORD=$(password_of "$login") \
	CB_CASE=$(sql "SELECT id FROM rec.\"case\" WHERE number = 'QQ-2025-001'") \
	"$node" tests/web/markup.mjs >"$work/taps" 2>"$work/said"
take_taps "$work/taps" $?
held=$(sql "SELECT count(*) FROM log.version WHERE body LIKE '%hit=1%'")
ok "they are really there ($held records)" [ "$held" -ge 30 ]
done_testing
