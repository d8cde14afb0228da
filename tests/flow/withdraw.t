#!/bin/bash
# withdraw.t - three stations share a district; what is withdrawn is purged
# first, with a signed receipt, and comes back whole when it is shared again.
. tests/flow/lib.sh
use_district
start_daemon

hospital=$(sql "SELECT id FROM rec.site WHERE kind = 'psychiatric_hospital' LIMIT 1")
doctor=$(sql "SELECT login FROM auth.account WHERE role = 'psychiatrist' AND site = '$hospital' LIMIT 1")
# The rehabilitation station whose cases that doctor's care groups are about.
station_site=$(sql "SELECT c.home_site FROM rec.\"case\" c JOIN access.reach r ON r.unit_id = c.id
	JOIN auth.account a ON a.staff = r.key WHERE a.login = '$doctor'
	GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
worker=$(sql "SELECT login FROM auth.account WHERE site = '$station_site' AND role IN ('rehab_worker', 'social_worker') ORDER BY role DESC LIMIT 1")
centre_worker=$(sql "SELECT a.login FROM auth.account a JOIN rec.site s ON s.id = a.site
	WHERE s.kind = 'community_centre' AND a.role IN ('social_worker', 'case_worker') LIMIT 1")
name_of() { sql "SELECT site FROM auth.account WHERE login = '$1'"; }
ok "the hospital enrols" enrol hospital "$(name_of "$doctor")" "$doctor"
ok "the rehabilitation station enrols" enrol rehab "$(name_of "$worker")" "$worker"
ok "the community centre enrols" enrol community "$(name_of "$centre_worker")" "$centre_worker"
for s in hospital rehab community; do
	ok "$s syncs" station $s sync
	held=$(station $s status --json | jq -c '[.cases, .unsent, .conflicts]')
	reach=$(sql "SELECT count(DISTINCT r.unit_id) FROM access.reach r JOIN log.unit u USING (unit_id)
		JOIN auth.account a ON a.login = '$([ $s = hospital ] && echo "$doctor" || ([ $s = rehab ] && echo "$worker" || echo "$centre_worker"))'
		WHERE u.kind = 'case' AND r.key = CASE WHEN a.role = 'psychiatrist' THEN a.staff ELSE a.site END
		  AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())")
	ok "$s holds every case it may see and no other ($reach)" is "$(jq '.[0]' <<<"$held")" "$reach"
	ok "$s: both digests are equal" is "$(station $s status --json | jq '.matched // .synced')" true
	ok "$s is a fair part of the district" [ "$reach" -gt 0 ]
done

# The doctor leaves one care group.
case_id=$(sql "SELECT m.case_id FROM rec.member m JOIN auth.account a ON a.staff = m.staff
	JOIN rec.\"case\" c ON c.id = m.case_id WHERE a.login = '$doctor' AND c.home_site = '$station_site' AND m.\"to\" IS NULL
	AND EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = m.case_id AND r.key = a.staff AND (r.to_at IS NULL OR r.to_at > now())) LIMIT 1")
member=$(sql "SELECT m.id FROM rec.member m JOIN auth.account a ON a.staff = m.staff WHERE a.login = '$doctor' AND m.case_id = '$case_id' LIMIT 1")
from=$(sql "SELECT \"from\" FROM rec.member WHERE id = '$member'")
today=$(TZ=Asia/Shanghai date +%F)
manager=$(sql "SELECT login FROM auth.account WHERE site = '$station_site' AND role IN ('social_worker', 'supervisor') LIMIT 1")
sign_in "$manager"
end_member() { # SET SEEN
	jq -cn --arg id "$(cat /proc/sys/kernel/random/uuid)" --arg rec "$member" --arg c "$case_id" --argjson set "$1" --argjson seen "$2" \
		'{changes: [{id: $id, rec: $rec, type: "member", case: $c, op: "patch", set: $set, seen: $seen,
		  entered_at: "2026-11-21T09:30:00+08:00"}]}' | api POST /v1/changes - | jq -r '.results[0] | .status + (.code // "")'
}
before=$(station hospital cases --json | jq length)
ok "the membership ends" is "$(end_member "{\"to\":\"$today\"}" "{\"from\":\"$from\",\"to\":null}")" applied
ok "until the station comes, it counts as a holder" is \
	"$(sql "SELECT m.state FROM log.manifest m JOIN log.replica r USING (replica) JOIN auth.account a ON a.staff = r.staff WHERE a.login = '$doctor' AND m.unit_id = '$case_id'")" h
station hospital sync --json >"$work/sync.json" 2>&1
ok "at the next contact the station purges it" is "$(station hospital cases --json | jq length)" $((before - 1))
ok "and nothing of it can be shown" exits 1 station hospital show "$case_id"
ok "the centre has a receipt, signed, for this incarnation" is \
	"$(sql "SELECT m.state, m.receipt IS NOT NULL FROM log.manifest m JOIN log.replica r USING (replica) JOIN auth.account a ON a.staff = r.staff WHERE a.login = '$doctor' AND m.unit_id = '$case_id'")" 'x|t'
ok "the receipt is a commit of the log" [ "$(sql "SELECT count(*) FROM log.commit WHERE kind = 'r'")" -gt 0 ]
ok "the other holders keep it" is "$(station rehab sync >/dev/null 2>&1; station rehab cases --json | jq --arg c "$case_id" '[.[] | select(.case == $c)] | length')" 1
ok "both digests are equal again" is "$(station hospital status --json | jq '.matched // .synced')" true
ok "history still names the doctor" [ "$(sql "SELECT count(*) FROM log.version WHERE record_id = '$member'")" -ge 2 ]

ok "the doctor joins again" is "$(end_member '{"to":null}' "{\"from\":\"$from\",\"to\":\"$today\"}" | head -c 7)" applied
ok "and the case comes back whole" is "$(station hospital sync >/dev/null 2>&1; station hospital cases --json | jq length)" "$before"
ok "in a new incarnation" [ "$(sql "SELECT m.gen FROM log.manifest m JOIN log.replica r USING (replica) JOIN auth.account a ON a.staff = r.staff WHERE a.login = '$doctor' AND m.unit_id = '$case_id'")" -ge 2 ]
ok "with equal digests" is "$(station hospital status --json | jq '.matched // .synced')" true
# A consent to something else opens no record.
push_purpose() { # CONSENT from to
	jq -cn --arg id "$(cat /proc/sys/kernel/random/uuid)" --arg rec "$1" --arg c "$case_id" --arg from "$2" --arg to "$3" \
		'{changes: [{id: $id, rec: $rec, type: "consent", case: $c, op: "patch", set: {purpose: $to}, seen: {purpose: $from},
		  entered_at: "2026-11-21T09:30:00+08:00"}]}' | api POST /v1/changes - | jq -r '.results[0] | .status + (.code // "")'
}
for consent in $(sql "SELECT id FROM rec.consent WHERE case_id = '$case_id' AND '$hospital' = ANY (sites) AND purpose = 'sharing'"); do
	ok "a consent to sharing becomes one to photographs" is "$(push_purpose "$consent" sharing photo)" applied
done
ok "and opens the case to nobody" is "$(station hospital sync >/dev/null 2>&1; station hospital cases --json | jq length)" $((before - 1))
done_testing
