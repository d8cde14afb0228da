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
# Two cases of long ago; somebody proposed a day ago that the first of them is destroyed.
mapfile -t old <<<"$(sql "SELECT id FROM rec.\"case\" WHERE rec_state <> 'retracted' ORDER BY id LIMIT 2")"
both="('${old[0]}', '${old[1]}')"
sql "SET session_replication_role = replica; UPDATE rec.\"case\" SET opened = '1980-01-01', closed = '1981-02-03', phase = 'ended' WHERE id IN $both;
	UPDATE rec.service SET started_at = '1980-05-01' WHERE case_id IN $both; UPDATE rec.person p SET birth = '1950' FROM rec.\"case\" c WHERE c.person = p.id AND c.id IN $both;
	INSERT INTO duty.proposal (kind, case_id, site, ground, made_by, made_name, due) SELECT 'destroy', c.id, c.home_site, 'span', a.staff, a.name, now()
	  FROM rec.\"case\" c CROSS JOIN auth.account a WHERE c.id = '${old[0]}' AND a.login = '$first'" >/dev/null
mkdir -p "$work/st" && chmod 700 "$work/st"
# The computer beside which somebody types the code.
(
	wait_for 120 test -s "$work/st/new.code" || exit 1
	station new enrol --server "$sync_url" --ca "$ca_file" --code-file "$work/st/new.code" >"$work/st/said" 2>"$work/st/check"
	echo $? >"$work/st/ended"
) &
CB_OLD=${old[*]} CB_URL=$web_url/ CB_SITE=$site CB_CODE=$work/st/new.code CB_CHECK=$work/st/check CB_ENDED=$work/st/ended \
	CB_FIRST=$first CB_FIRST_PASSWORD=$(password_of "$first") CB_FIRST_SECRET=$(secret_of "$first") \
	CB_SECOND=$second CB_SECOND_PASSWORD=$(password_of "$second") CB_SECOND_SECRET=$(secret_of "$second") \
	timeout 300 "$node" tests/web/admin.mjs >"$work/taps" 2>"$work/said"
take_taps "$work/taps" $?
ok "what was destroyed in the page is not in the database" is "$(sql "SELECT count(*) FROM log.version WHERE unit_id = '${old[0]}'") $(sql "SELECT count(*) > 0 FROM log.version WHERE unit_id = '${old[1]}'")" '0 t'
done_testing
