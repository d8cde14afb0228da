#!/bin/bash
# groups.t - a group in a real browser: made from a template, attendance noted by
# keyboard, measured before and after; then at a station's own pages without the
# centre, and what was noted there is the centre's after a sync. The steps are
# in groups.mjs.
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
site=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	JOIN auth.account b ON b.site = s.id AND b.role IN ('rehab_worker', 'prevention_doctor', 'case_worker') ORDER BY 1 LIMIT 1")
worker=$(sql "SELECT login FROM auth.account WHERE site = '$site' AND role = 'social_worker' LIMIT 1")
mate=$(sql "SELECT login FROM auth.account WHERE site = '$site' AND role IN ('rehab_worker', 'prevention_doctor', 'case_worker') LIMIT 1")
CB_URL=$web_url/ CB_WORKER=$worker CB_WORKER_PASSWORD=$(password_of "$worker") CB_OUT=$work/group \
	CB_OPENED=$(TZ=Asia/Shanghai date -d '-15 days' +%F) "$node" tests/web/groups.mjs >"$work/taps" 2>"$work/said"
rc=$?
remark "$(tail -n 5 "$work/said")"
take_taps "$work/taps" $rc
group=$(cat "$work/group" 2>/dev/null)
attended() { sql "SELECT string_agg(p.name || ' ' || (s.number) || ' ' || CASE WHEN a.present THEN 'yes' ELSE coalesce(a.reason, 'no') END, ', ' ORDER BY p.name COLLATE \"C\", s.number)
	FROM rec.attendance a JOIN rec.session s ON s.id = a.session JOIN rec.participant p ON p.id = a.participant WHERE a.case_id = '$group' AND a.rec_state <> 'retracted'"; }
ok "who was there is on file as it was noted" is "$(attended)" "李强 1 illness, 李强 2 yes, 王芳 1 yes, 王芳 2 yes, 赵敏 1 no"

ok "a station of a colleague" enrol mate "$site" "$mate"
ok "synced" is "$(station mate sync --json | jq .synced)" true
CASEBRIDGE_PASSPHRASE_FILE=$work/st/mate.secret LANG=C.UTF-8 "$CASEBRIDGE" --store "$work/st/mate" \
	open --json --offline --web "$WEB_ROOT" </dev/null >"$work/open.out" 2>"$work/open.err" &
open_pid=$!
wait_for 20 test -s "$work/open.out" || bail "the pages do not open"
CB_OPEN=$(jq -r .url "$work/open.out") CB_GROUP=$group "$node" tests/web/groups.mjs >"$work/taps" 2>"$work/said"
rc=$?
remark "$(tail -n 5 "$work/said")"
take_taps "$work/taps" $rc
kill -TERM "$open_pid"
ok "the pages end when told to" wait "$open_pid"
ok "the centre has it after a sync" is "$(station mate sync --json | jq .synced; attended)" "true
李强 1 illness, 李强 2 yes, 王芳 1 yes, 王芳 2 illness, 赵敏 1 no, 赵敏 2 caring"
done_testing
