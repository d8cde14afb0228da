#!/bin/bash
# letters.t - referrals and requests in a real browser, against the real daemon:
# both ways between two sites, with a refusal, a return letter and the closed
# loop. The steps are in letters.mjs.
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
new_id() { sql "SELECT gen_random_uuid()" | sed 's/^\(.\{14\}\).\(.\{4\}\)./\17\28/'; }
site=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	JOIN rec.\"case\" c ON c.home_site = s.id AND c.closed IS NULL AND c.person IS NOT NULL GROUP BY 1 HAVING count(DISTINCT c.id) > 3 LIMIT 1")
sender=$(sql "SELECT login FROM auth.account WHERE site = '$site' AND role = 'social_worker' LIMIT 1")
case_id=$(sql "SELECT c.id FROM rec.\"case\" c WHERE c.home_site = '$site' AND c.closed IS NULL AND c.person IS NOT NULL ORDER BY c.id LIMIT 1")
other=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	WHERE s.id <> '$site' AND EXISTS (SELECT 1 FROM rec.\"case\" c WHERE c.home_site = s.id AND c.closed IS NULL AND c.person IS NOT NULL)
	AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = '$case_id' AND r.key = s.id)
	AND NOT EXISTS (SELECT 1 FROM rec.consent n WHERE n.case_id = '$case_id' AND s.id = ANY (n.sites)) LIMIT 1")
taker=$(sql "SELECT login FROM auth.account WHERE site = '$other' AND role = 'social_worker' LIMIT 1")
# What the other site offers, and a consent that covers some of the case.
admin=$(sql "SELECT login FROM auth.account WHERE role = 'system_admin' LIMIT 1")
item() { # code clinical patient
	jq -cn --arg id "$(new_id)" --arg rec "$(new_id)" --arg s "$other" --arg code "$1" --arg c "$2" --arg p "$3" '{id: $id, op: "create", type: "service_item", rec: $rec,
		entered_at: (now - 60 | todate), set: {code: $code, site: $s, clinical_name: $c, patient_name: $p, clinical_text: "两周内评估", patient_text: "有人听您说话", minutes: 40, respond_hours: 2, capacity_day: 6, active: true}}'
}
ok "the administrator signs in" sign_in "$admin"
ok "the other site has a menu" is "$( (item crisis 夜间情绪陪护 陪您说说话; item rehab 康复训练指导 教您做康复) | jq -cs '{changes: .}' | api POST /v1/changes - | jq -r '[.results[].status] | join(" ")')" "applied applied"
ok "the sender signs in" sign_in "$sender"
ok "and has a consent" is "$(jq -cn --arg id "$(new_id)" --arg rec "$(new_id)" --arg c "$case_id" --arg s "$other" '{changes: [{id: $id, op: "create", type: "consent", rec: $rec, case: $c,
	entered_at: (now - 60 | todate), set: {purpose: "referral", classes: ["identity", "assessment"], sites: [$s], from: "2026-01-01"}}]}' | api POST /v1/changes - | jq -r '.results[].status')" applied

back=$(sql "SELECT c.id FROM rec.\"case\" c WHERE c.home_site = '$other' AND c.closed IS NULL AND c.person IS NOT NULL ORDER BY c.id LIMIT 1")
CB_URL=$web_url/ CB_CASE=$case_id CB_BACK=$back CB_OWN_NAME=$(sql "SELECT name FROM rec.site WHERE id = '$site'") CB_SITE_NAME=$(sql "SELECT name FROM rec.site WHERE id = '$other'") \
	CB_SENDER=$sender CB_SENDER_PASSWORD=$(password_of "$sender") CB_TAKER=$taker CB_TAKER_PASSWORD=$(password_of "$taker") \
	CB_CLIENT=$(sql "SELECT p.name FROM rec.person p JOIN rec.\"case\" c ON c.person = p.id WHERE c.id = '$case_id'") \
	"$node" tests/web/letters.mjs >"$work/taps" 2>"$work/said"
rc=$?
remark "$(tail -n 5 "$work/said")"
take_taps "$work/taps" $rc
ok "the letters are on file as they ended" is "$(sql "SELECT string_agg(status, ' ' ORDER BY status) FROM rec.referral WHERE case_id = '$case_id' AND to_site = '$other'")" "acknowledged acknowledged withdrawn"
ok "the one that went the other way too" is "$(sql "SELECT status FROM rec.referral WHERE case_id = '$back' AND to_site = '$site' ORDER BY requested DESC LIMIT 1")" accepted
ok "and so is the request" is "$(sql "SELECT status || ' ' || unmet_reason FROM rec.request WHERE to_site = '$other' AND item_name = '夜间情绪陪护'")" "unmet no_provider"
done_testing
