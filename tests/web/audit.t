#!/bin/bash
# audit.t - an auditor's and a supervisor's audit in a real browser, against the real
# daemon. The steps are in audit.mjs.
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
read -r worker boss kase number person <<<"$(sql "SELECT a.login || ' ' || b.login || ' ' || c.id || ' ' || c.number || ' ' || c.person FROM rec.\"case\" c
	JOIN auth.account a ON a.staff = c.manager JOIN auth.account b ON b.site = a.site AND b.role = 'supervisor' AND c.home_site = b.site
	WHERE c.closed IS NULL AND a.role = 'social_worker' ORDER BY c.number LIMIT 1")"
nurse=$(sql "SELECT a.login FROM auth.account a WHERE a.role IN ('nurse', 'rehab_worker') AND NOT EXISTS
	(SELECT 1 FROM access.reach r WHERE r.unit_id = '$kase' AND r.key = a.site) ORDER BY 1 LIMIT 1")
sign_in "$worker" && api GET "/v1/cases/$kase" >/dev/null
sign_in "$boss" && for _ in 1 2 3; do api GET "/v1/cases/$kase" >/dev/null; done
# Enough for a second page.
for _ in $(seq 60); do api GET "/v1/today" >/dev/null; done
sign_in "$nurse"
jq -cn --arg n "$number" --arg p "$(password_of "$nurse")" \
	'{number: $n, category: "medical", reason: "病人昏迷送到急诊，<b>家属</b>不在场，需要知道正在服用的药物", password: $p}' | api POST /v1/break-glass - >"$work/glass"
api GET "/v1/break-glass/$(jq -r .id "$work/glass")" >/dev/null
sql "UPDATE access.emergency SET at = at - interval '73 hours', until = until - interval '73 hours'" >/dev/null
sql "UPDATE audit.event SET at = at - interval '73 hours' WHERE action LIKE 'break_glass%'" >/dev/null
name_of() { sql "SELECT name FROM auth.account WHERE login = '$1'"; }
auditor=$(account auditor)
mkdir -p "$work/orders"
CB_URL=$web_url/ CB_LOGIN=$auditor CB_PASSWORD=$(password_of "$auditor") CB_SECRET=$(secret_of "$auditor") CB_BOSS=$boss CB_BOSS_PASSWORD=$(password_of "$boss") \
	CB_BOSS_NAME=$(name_of "$boss") CB_BOSS_STAFF=$(sql "SELECT staff FROM auth.account WHERE login = '$boss'") CB_WORKER_NAME=$(name_of "$worker") \
	CB_ORDERS=$work/orders CB_NURSE_NAME=$(name_of "$nurse") CB_CASE=$kase CB_NUMBER=$number CB_CLIENT=$(sql "SELECT name FROM rec.person WHERE id = '$person'") \
	timeout 300 "$node" tests/web/audit.mjs >"$work/taps" 2>"$work/said" &
browser_pid=$!
# What the page asks for is done to the trail: sealed, and then changed by somebody who
# may do anything to the database.
until gone "$browser_pid"; do
	[ ! -e "$work/orders/seal" ] || { daemon seal init && daemon seal --once && rm "$work/orders/seal"; } >/dev/null 2>&1
	[ ! -e "$work/orders/change" ] || { sql "UPDATE audit.event SET outcome = 'refused' WHERE id = (SELECT min(id) FROM audit.event WHERE outcome = 'ok')" && { ! daemon seal --once --check; } && rm "$work/orders/change"; } >/dev/null 2>&1
	sleep 0.1
done
rc=0
wait "$browser_pid" || rc=$?
take_taps "$work/taps" $rc
done_testing
