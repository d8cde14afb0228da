#!/bin/bash
# reach_members.t - a membership opens a case only to the staff of the site it
# names, a conflict is seen by whoever sees what it is about, and a group makes
# nobody known to sites they did not agree to.
. tests/flow/lib.sh
. tests/flow/changing.sh
use_district
start_daemon

today=$(TZ=Asia/Shanghai date +%F)
three_sites
admin=$(account system_admin)
ok "two sites and a psychiatrist of a third" test -n "$own" -a -n "$other" -a -n "$doctor" -a -n "$admin"
for who in "$own" "$other" "$doctor" "$admin"; do ok "$who signs in" sign_in "$who"; done

reached() { sql "SELECT count(*) > 0 FROM access.reach WHERE unit_id = '$1' AND key = '$2' AND from_at <= now() AND (to_at IS NULL OR to_at > now())"; }
reads() { as "$1" && code GET "/v1/cases/$case_id"; }
as "$own"
person=$(new_id) case_id=$(new_id) member=$(new_id)
ok "a client" is "$(change create person "$person" "" '{"name":"林月","birth":"1980-01-01","sex":"2","phone":"13800001111"}')" applied
ok "… and a case" is "$(change create case "$case_id" "" "{\"person\":\"$person\",\"phase\":\"intake\",\"home_site\":\"$here\",\"number\":\"M-1\",\"opened\":\"$today\"}")" applied
ok "the other site is covered by a consent, the hospital is not" is "$(change create consent "$(new_id)" "$case_id" \
	"{\"purpose\":\"sharing\",\"classes\":[\"identity\",\"assessment\",\"plan\",\"note\"],\"sites\":[\"$there\"],\"from\":\"$today\"}")" applied

# ---- a member comes in by the site they belong to
seat() { echo "{\"staff\":\"$(staff "$doctor")\",\"site\":\"$1\",\"role\":\"psychiatrist\",\"from\":\"$today\"}"; }
ok "the hospital's doctor is not entered under the covered site" is "$(change create member "$member" "$case_id" "$(seat "$there")")" "parked contradiction site"
ok "nor under the home site" is "$(change create member "$(new_id)" "$case_id" "$(seat "$here")")" "parked contradiction site"
ok "under their own hospital they are" is "$(change create member "$member" "$case_id" "$(seat "$clinic")")" applied
ok "which nobody consented to" is "$(reads "$doctor")" 404
as "$own"
ok "and are not moved under the other" is "$(change patch member "$member" "$case_id" "{\"site\":\"$there\"}" "{\"site\":\"$clinic\"}")" "parked contradiction site"
# The second wall by itself: what an older program, or a repair by hand, wrote.
under() { sql "UPDATE rec.member SET site = '$1' WHERE id = '$member'; SELECT access.refresh(ARRAY['$case_id'::uuid], '{}', '{}', '{}')" >/dev/null; }
under "$there"
ok "a row that says so all the same opens nothing to the doctor" is "$(reached "$case_id" "$(staff "$doctor")")" f
ok "nor to the site that is named without one of its own" is "$(reached "$case_id" "$there")" f
under "$here"
ok "nor does the home site's name on it" is "$(reached "$case_id" "$(staff "$doctor")")" f
ok "the doctor reads nothing" is "$(reads "$doctor")" 404
under "$clinic"
as "$own"
ok "with a consent that covers the hospital" is "$(change create consent "$(new_id)" "$case_id" \
	"{\"purpose\":\"sharing\",\"classes\":[\"identity\",\"note\"],\"sites\":[\"$clinic\"],\"from\":\"$today\"}")" applied
ok "the doctor reads the case" is "$(reads "$doctor")" 200
as "$admin"
ok "and moves to another site" is "$(change patch staff "$(staff "$doctor")" "" "{\"site\":\"$there\"}" "{\"site\":\"$clinic\"}")" applied
ok "which the membership does not name: the case is closed to them" is "$(reached "$case_id" "$(staff "$doctor")")" f
ok "as is every other that came by the old site" is "$(sql "SELECT count(*) FROM access.reach r JOIN rec.\"case\" c ON c.id = r.unit_id WHERE r.key = '$(staff "$doctor")'")" 0
ok "back again" is "$(change patch staff "$(staff "$doctor")" "" "{\"site\":\"$clinic\"}" "{\"site\":\"$there\"}")" applied
ok "and open again" is "$(reached "$case_id" "$(staff "$doctor")")" t
ok "everybody's reach is what the records say" is "$(sql "SELECT count(*) FROM rec.\"case\" c WHERE EXISTS (
	(SELECT key, classes FROM access.reach WHERE unit_id = c.id EXCEPT
	 SELECT key, classes FROM (SELECT * FROM access.case_reach(ARRAY[c.id]) UNION ALL SELECT * FROM access.referral_reach(ARRAY[c.id])) x))")" 0

# ---- a conflict about a person is of no case
as "$own"
loner=$(new_id)
ok "somebody without a case" is "$(change create person "$loner" "" '{"name":"孙平","phone":"13900002222"}')" applied
ok "two telephones: a conflict" is "$(change patch person "$loner" "" '{"phone":"13900003333"}' '{"phone":"13700000000"}')" conflict
conn="$(cluster_conninfo "$work/s" casebridge_app)"
as_reader() { # LOGIN SQL: in that reader's transaction, as the daemon's own role
	psql -AtqX -v ON_ERROR_STOP=1 "$conn" 2>&1 <<-Q | grep -v '^$' | tail -n 1
	BEGIN;
	SELECT app.enter('reader', a[1]::uuid, a[2]::uuid, a[3], NULL) FROM (SELECT string_to_array('$(sql "SELECT staff || ',' || site || ',' || role FROM auth.account WHERE login = '$1'")', ',')) x (a);
	$2;
	ROLLBACK;
	Q
}
of="SELECT count(*) FROM rec.conflict WHERE record = '$loner'"
ok "there is one" is "$(sql "$of AND case_id IS NULL")" 1
ok "who knows the person sees it" is "$(as_reader "$own" "$of")" 1
for who in "$other" "$doctor" "$(account auditor)"; do
	ok "$who, by any SQL, does not" is "$(as_reader "$who" "$of")" 0
done
ok "nor writes one about them" like "$(as_reader "$other" "INSERT INTO rec.conflict (id, rec_ver, rec_state, record, atom) VALUES (gen_random_uuid(), 1, 'live', '$loner', 'phone')")" \
	'row-level security|violates'

# ---- a group makes known who agreed to it, and its own site says with whom it is run
group=$(new_id) seat=$(new_id) third=$clinic
ok "a group with another site" is "$(change create group "$group" "" "{\"name\":\"小组\",\"programme\":\"stroke_rehab\",\"kind\":\"closed\",\"phase\":\"preparation\",\"sites\":[\"$there\"]}")" applied
ok "somebody takes part" is "$(change create participant "$seat" "$group" "{\"person\":\"$loner\",\"name\":\"孙平\",\"kind\":\"client\",\"joined\":\"$today\"}")" applied
ok "the other site has the group" is "$(reached "$group" "$there")" t
ok "but not the person, who did not agree" is "$(reached "$loner" "$there")" f
as "$other"
ok "nor does it write down that they did" is "$(change patch participant "$seat" "$group" '{"consent":true}' '{"consent":null}')" "parked forbidden consent"
ok "it does not bring in a third site" is "$(change patch group "$group" "" "{\"sites\":[\"$there\",\"$third\"]}" "{\"sites\":[\"$there\"]}")" "parked forbidden sites"
ok "nor another's staff to lead it" is "$(change patch group "$group" "" "{\"leader\":\"$(staff "$doctor")\"}" '{"leader":null}')" "parked forbidden leader"
ok "the rest of the group is its own to write, too" is "$(change patch group "$group" "" '{"name":"周三小组"}' '{"name":"小组"}')" applied
as "$own"
ok "they agree" is "$(change patch participant "$seat" "$group" '{"consent":true}' '{"consent":null}')" applied
ok "and are known there" is "$(reached "$loner" "$there")" t
ok "they think better of it" is "$(change patch participant "$seat" "$group" '{"consent":false}' '{"consent":true}')" applied
ok "and are not" is "$(reached "$loner" "$there")" f
ok "their own site still knows them" is "$(reached "$loner" "$here")" t
done_testing
