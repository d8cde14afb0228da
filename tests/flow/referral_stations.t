#!/bin/bash
# referral_stations.t - referrals between real stations: the whole loop, two of
# them offline deciding at once, work that moves with a hand-over, and a letter
# that is given up when its time is over.
. tests/flow/lib.sh
use_district
start_daemon

name_of() { sql "SELECT name FROM rec.site WHERE id = '$1'"; }
staff_of() { sql "SELECT staff FROM auth.account WHERE login = '$1'"; }
# A station with many cases, a site with two who can answer, and one more.
from=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	JOIN rec.\"case\" c ON c.home_site = s.id AND c.closed IS NULL GROUP BY 1 ORDER BY count(DISTINCT c.id) DESC LIMIT 1")
read -r case_id number <<<"$(sql "SELECT c.id || ' ' || c.number FROM rec.\"case\" c JOIN rec.person p ON p.id = c.person AND EXISTS (SELECT 1 FROM log.look l WHERE l.record_id = p.id AND l.field = 'phone')
	WHERE c.home_site = '$from' AND c.closed IS NULL ORDER BY c.id LIMIT 1")"
unreached="NOT EXISTS (SELECT 1 FROM access.reach r JOIN rec.\"case\" c ON c.id = r.unit_id WHERE c.home_site = '$from' AND r.key = s.id)"
to=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	JOIN auth.account b ON b.site = s.id AND b.role IN ('nurse', 'case_worker', 'rehab_worker')
	WHERE s.id <> '$from' AND $unreached ORDER BY s.id LIMIT 1")
sender=$(sql "SELECT login FROM auth.account WHERE site = '$from' AND role = 'social_worker' ORDER BY login LIMIT 1")
taker=$(sql "SELECT login FROM auth.account WHERE site = '$to' AND role = 'social_worker' ORDER BY login LIMIT 1")
mate=$(sql "SELECT login FROM auth.account WHERE site = '$to' AND role IN ('nurse', 'case_worker', 'rehab_worker') ORDER BY login LIMIT 1")
mate_name=$(sql "SELECT name FROM auth.account WHERE login = '$mate'")
ok "two sites, two who can answer, a case" test -n "$case_id" -a -n "$to" -a -n "$sender" -a -n "$taker" -a -n "$mate"
ok "the sender's station is enrolled" enrol a "$(name_of "$from")" "$sender"
ok "the receiver's" enrol b "$(name_of "$to")" "$taker"
ok "a colleague's" enrol c "$(name_of "$to")" "$mate"
for s in a b c; do ok "station $s is in step" exits 0 station $s sync; done

to_name=$(name_of "$to")
printf '各位同事：\n请协助安排社区康复，谢谢。\n' >"$work/letter"
printf '已完成六次训练，情况好转。\n' >"$work/return"
other=$(sql "SELECT c.number FROM rec.\"case\" c WHERE c.home_site = '$from' AND c.closed IS NULL AND c.id <> '$case_id' ORDER BY c.id LIMIT 1")
refer() { # [option…]: a referral from station a; its id
	station a refer "${about:-$number}" --to "$to_name" --reason 需要社区康复 --letter "$work/letter" --yes --json "$@" | tee "$work/refer.json" | jq -r .id
}
synced() { station "$1" sync --json | tee "$work/sync.$1" | jq -r .synced; }
field() { station "$1" referral "$2" --json | jq -r ".body.$3 // empty"; }
holds() { station "$1" show "$2" --json >"$work/said" 2>&1; }
lacks() { ! holds "$1" "$2"; }

# ---- the loop, offline at both ends
ref=$(refer --sends assessment,plan)
ok "shown first: nothing opens without a consent" is "$(jq -c '.sends | [.consent, .opens]' "$work/refer.json")" '[null,{}]'
ok "and what stays closed is counted" is "$(jq -c '.sends.stays_closed | keys' "$work/refer.json")" '["assessment","core","plan"]'
ok "as many as there are" is "$(jq -r '.sends.stays_closed.assessment' "$work/refer.json")" \
	"$(sql "SELECT count(*) FROM log.version v WHERE v.unit_id = '$case_id' AND v.class = 4 AND v.next_csn IS NULL AND v.state <> 3")"
due=$(field a "$ref" deadline)
ok "it goes" is "$(synced a)" true
ok "the centre has the same deadline" is "$(sql "SELECT deadline FROM rec.referral WHERE id = '$ref'")" "$due"
ok "and comes" is "$(synced b)" true
ok "the other station counts it" is "$(station b status --json | jq -c '.letters | [.referrals, .referral_due]')" "[1,\"$due\"]"
ok "and reads the letter" like "$(station b referral "$ref" --lang zh)" '请协助安排社区康复'
ok "but nothing of the case" lacks b "$case_id"
ok "accepted offline" exits 0 station b referral "$ref" accept --manager "$mate_name"
ok "and sent" is "$(synced b)" true
ok "without a consent the case stays closed" lacks b "$case_id"
ok "the client consents" exits 0 station a add consent --case "$number" purpose=referral classes=assessment,identity "sites=$to_name" from=today
ok "the consent goes" is "$(synced a)" true
ok "now the case comes" is "$(synced b) $(holds b "$case_id" && echo there)" "true there"
ok "of it what was sent and is covered" is "$(jq -c '[.records[] | select(.type != "person" and .type != "referral") | .class] | unique' "$work/said")" '[1,4]'
ok "the case's line tells both ends of the open loop" is "$(station a show "$number" --json | jq -c '.summary | [.open_referrals, .referral_due]')" '[1,null]'
ok "begun, and returned" exits 0 station b referral "$ref" start
ok "with a letter" exits 0 station b referral "$ref" return --letter "$work/return" --note 情况好转
ok "which goes" is "$(synced b)" true
ok "and comes back" is "$(synced a)" true
ok "where it waits to be seen" is "$(station a status --json | jq .letters.acknowledgements)" 1
ok "it is acknowledged" exits 0 station a referral "$ref" acknowledge --confirmed
ok "which goes, too" is "$(synced a)" true
ok "and closes the case there" is "$(synced b) $(lacks b "$case_id" && echo gone)" "true gone"
ok "the letter stays at both ends" test "$(field a "$ref" status)$(field b "$ref" status)" = acknowledgedacknowledged
ok "nothing is open any more" is "$(station a referrals --json | jq length)$(station b referrals --json | jq length)" 00

# ---- two at once, in both orders: the first to come stands, the other is told
# race STEP-OF-b STEP-OF-a FIRST SECOND: b and a each take a step offline.
race() {
	local ref first=$3 second=$4 stands told
	ref=$(refer)
	[ "$(synced a)$(synced b)" = truetrue ] || { remark "not in step"; return 1; }
	# shellcheck disable=SC2086
	station b referral "$ref" $1 >"$work/said" 2>&1 || { remark "$(cat "$work/said")"; return 1; }
	# shellcheck disable=SC2086
	station a referral "$ref" $2 >"$work/said" 2>&1 || { remark "$(cat "$work/said")"; return 1; }
	[ "$(synced "$first")" = true ] || { remark "$first does not sync"; return 1; }
	stands=$(sql "SELECT status FROM rec.referral WHERE id = '$ref'")
	station "$second" sync --lang zh >"$work/told" 2>&1
	told=$(jq -n --arg t "$(cat "$work/told")" '$t | contains("没有生效")')
	[ "$(sql "SELECT status FROM rec.referral WHERE id = '$ref'")" = "$stands" ] || { remark "it moved on"; return 1; }
	[ "$told" = true ] || { remark "$second was not told:" "$(cat "$work/told")"; return 1; }
	[ "$(field "$second" "$ref" status)" = "$stands" ] || { remark "$second shows $(field "$second" "$ref" status), not $stands"; return 1; }
	# What was not taken is kept at both ends, with the reason.
	station "$second" conflicts --json | jq -e --arg r "$ref" 'any(.[]; .kind == "parked" and .change.rec == $r and .result.code == "decided")' >/dev/null ||
		{ remark "$(station "$second" conflicts --json)"; return 1; }
	[ "$(sql "SELECT count(*) FROM log.parked WHERE payload LIKE '%$ref%' AND code = 'decided'")" = 1 ] || { remark "the centre kept nothing"; return 1; }
	[ "$(synced "$first")" = true ] && [ "$(jq -c .decided "$work/sync.$first")" = '[]' ] || { remark "$first was told something"; return 1; }
	# Looked at, the person lets it go.
	station "$second" settle "$(station "$second" conflicts --json | jq -r --arg r "$ref" '.[] | select(.kind == "parked" and .change.rec == $r) | .id')" theirs >"$work/said" 2>&1 ||
		{ remark "$(cat "$work/said")"; return 1; }
	echo "$stands" >"$work/stands"
}
ok "accept and withdraw: the acceptance comes first" race accept withdraw b a
ok "… and stands" is "$(cat "$work/stands")" accepted
ok "accept and withdraw: the withdrawal comes first" race accept withdraw a b
ok "… and stands" is "$(cat "$work/stands")" withdrawn
ok "decline and withdraw: the refusal comes first" race "decline --reason no_capacity" withdraw b a
ok "… and stands" is "$(cat "$work/stands")" declined
ok "decline and withdraw: the withdrawal comes first" race "decline --reason no_capacity" withdraw a b
ok "… and stands" is "$(cat "$work/stands")" withdrawn

both_accept() { # FIRST SECOND: of the same site
	local ref first=$1 second=$2 who
	ref=$(refer)
	[ "$(synced a)$(synced b)$(synced c)" = truetruetrue ] || { remark "not in step"; return 1; }
	for s in b c; do station $s referral "$ref" accept --note "由本人负责" >"$work/said" 2>&1 || { remark "$(cat "$work/said")"; return 1; }; done
	[ "$(synced "$first")$(synced "$second")$(synced "$first")" = truetruetrue ] || { remark "not in step after"; return 1; }
	who=$(if [ "$first" = b ]; then staff_of "$taker"; else staff_of "$mate"; fi)
	is "$(sql "SELECT status || ' ' || decided_by FROM rec.referral WHERE id = '$ref'")" "accepted $who" || return 1
	is "$(jq -r --arg r "$ref" '.decided[] | select(.rec == $r) | .stands' "$work/sync.$second")" accepted || return 1
	is "$(field "$second" "$ref" decided_by)" "$who" || return 1
	is "$(sql "SELECT count(*) FROM rec.conflict WHERE record = '$ref'")" 0 || return 1
	station "$second" settle "$(station "$second" conflicts --json | jq -r --arg r "$ref" '.[] | select(.kind == "parked" and .change.rec == $r) | .id')" theirs >"$work/said" 2>&1
}
ok "two of the same site accept: the first is in charge" both_accept b c
ok "and the other way round" both_accept c b

# ---- a hand-over moves what waits here
task=$(station a add task --case "$number" title=联系家属 status=open due=today "site=$(name_of "$from")" --json | jq -r .id)
kept=$(station a add task --case "$number" title=已办 status=done "site=$(name_of "$from")" --json | jq -r .id)
visit=$(station a add service --case "$number" kind=home_visit status=planned "started_at=2099-01-01 09:00" --json | jq -r .id)
waiting=$(sql "SELECT count(*) FROM rec.task t LEFT JOIN rec.staff s ON s.id = t.assignee WHERE t.case_id = '$case_id' AND t.rec_state = 'live'
	AND coalesce(t.status, 'open') = 'open' AND coalesce(t.site, s.site, '$from') = '$from'")
ok "a consent for the whole of it" exits 0 station a add consent --case "$number" purpose=referral classes=identity,assessment,plan,note "sites=$to_name" from=today
ok "goes first" is "$(synced a)" true
ref=$(refer --sends identity,assessment,plan,note --hand-over)
ok "what would move is said before" is "$(jq -c '.sends | [.tasks, .visits]' "$work/refer.json")" "[$((waiting + 1)),1]"
ok "the client's telephone goes where they may be known" is "$(jq -r '.sends.letter.client_phone' "$work/refer.json")" \
	"$(body_of "$(sql "SELECT person FROM rec.\"case\" WHERE id = '$case_id'")" | jq -r .phone)"
ok "nothing stays closed" is "$(jq -c '.sends.stays_closed' "$work/refer.json")" '{}'
ok "it goes" is "$(synced a)$(synced b)" truetrue
ok "it is accepted" exits 0 station b referral "$ref" accept --manager "$mate_name"
ok "the work moves" is "$(synced b)" true
ok "to the site and whom it named" is "$(sql "SELECT site || ' ' || assignee FROM rec.task WHERE id = '$task'")" "$to $(staff_of "$mate")"
ok "with the visit" is "$(sql "SELECT site || ' ' || provider FROM rec.service WHERE id = '$visit'")" "$to $(staff_of "$mate")"
ok "what was done stays" is "$(sql "SELECT site FROM rec.task WHERE id = '$kept'")" "$from"
ok "the new station has the task" is "$(synced b) $(station b show "$task" --json | jq -r .body.site)" "true $to"
ok "and so has the old one, as the other's" is "$(synced a) $(station a show "$task" --json | jq -r .body.site)" "true $to"
line() { jq -cS 'del(.waiting)'; }
ok "both ends have the same line of the case" is "$(station a show "$number" --json | jq .summary | line)" \
	"$(sign_in "$sender"; as "$sender"; api GET "/v1/cases/$case_id" | jq .summary | line)"

# ---- a letter is given up when its time is over
ref=$(about=$other refer)
ok "one more letter" is "$(synced a)$(synced b)" truetrue
ok "is taken back" exits 0 station a referral "$ref" withdraw
ok "both look" is "$(synced a)$(synced b) $(field b "$ref" status)" "truetrue withdrawn"
sql "UPDATE rec.referral SET withdrawn = withdrawn - 29 WHERE id = '$ref'; SELECT access.refresh('{}', '{}', ARRAY['$ref'::uuid], '{}')" >/dev/null
ok "for thirty days" is "$(synced b) $(field b "$ref" status)" "true withdrawn"
sql "UPDATE rec.referral SET withdrawn = withdrawn - 1 WHERE id = '$ref'; SELECT access.refresh('{}', '{}', ARRAY['$ref'::uuid], '{}')" >/dev/null
ok "then it is given up" is "$(synced b) $(jq .purged "$work/sync.b") $(lacks b "$ref" && echo gone)" "true 1 gone"
ok "and the centre has the receipt" is "$(synced b) $(sql "SELECT m.state::text || ' ' || (m.receipt IS NOT NULL) FROM log.manifest m JOIN log.replica r USING (replica)
	WHERE m.unit_id = '$ref' AND r.staff = '$(staff_of "$taker")'")" "true x true"
ok "its own site keeps it" is "$(synced a) $(field a "$ref" status)" "true withdrawn"

# ---- a ward's request becomes a case here
ok "something is asked for" exits 0 station b request 陪同就医 --other --to "$(name_of "$from")" --ward 急诊 --label 12床 --urgency urgent --by patient
ok "it goes and comes" is "$(synced b)$(synced a)" truetrue
q=$(station a requests --open --json | jq -r '.[0].id')
ok "with who could take it" is "$(station a requests --open --json | jq '.[0].proposal.providers | length > 0')" true
ok "the best is assigned" exits 0 station a answer "$q" accept --assign best
ok "a case is opened from it" exits 0 station a promote "$q" name=王小二 sex=1
ok "all of it goes" is "$(synced a) $(jq -c '[.applied, .parked]' "$work/sync.a")" "true [4,0]"
ok "the case says where it came from" is "$(sql "SELECT origin FROM rec.\"case\" WHERE id = (SELECT case_opened FROM rec.request WHERE id = '$q')")" "$q"
ok "and it is answered" exits 0 station a answer "$q" "done" --note 已陪同
ok "which the ward reads" is "$(synced a)$(synced b) $(station b requests --all --json | jq -r '.[0].body.result')" "truetrue 已陪同"
ok "but not whose case it became" lacks b "$(sql "SELECT case_opened FROM rec.request WHERE id = '$q'")"
ok "every digest is that of its records" is "$(sql "SELECT count(*) FROM log.digest d WHERE d.class <> 32 AND d.digest <> (
	SELECT sha256(coalesce(string_agg(uuid_send(v.record_id) || int4send(v.version) || v.sha, ''::bytea ORDER BY v.record_id), ''::bytea))
	FROM log.version v WHERE v.unit_id = d.unit_id AND v.class = d.class AND v.next_csn IS NULL)")" 0
ok "the log has no gap" is "$(sql "SELECT count(*) = max(csn) FROM log.commit")" t
done_testing
