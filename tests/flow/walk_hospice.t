#!/bin/bash
# walk_hospice.t - one hospice service at home, in the outpatient room and on the
# ward: dated settings, persons and visits in each, and the family after a death.
. tests/flow/lib.sh
. tests/flow/walk.sh
use_district
start_daemon
home=平桥街道社区卫生服务中心（安宁疗护）
seat desk social_worker $home
seat ward social_worker 姑河区人民医院
seat chief supervisor $home
K=HS-W-01

make desk add person name=任玉珍 sex=女 birth=1948-11-30 phone=19900003941
client=$made
make desk add case person="$client" programme=hospice_settings number=$K phase=screening opened=2026-08-12
must desk add screening --case $K programme=hospice_settings reached=yes assessed=yes result=eligible reason=criteria_met screened=2026-08-12
must desk edit $K phase=intake
must desk add consent --case $K purpose=care given_by=任玉珍 relation_to_client=0 evidence=纸质同意书 from=2026-08-12
must desk add consent --case $K purpose=sharing given_by=任玉珍 relation_to_client=0 evidence=纸质同意书 from=2026-08-12 \
	classes=core,identity,assessment,plan,note sites=姑河区人民医院
# shellcheck disable=SC2154
must desk add member --case $K staff="$ward_name" site=姑河区人民医院 role=social_worker from=2026-08-12
must desk add member --case $K name=安宁病房护士 role=nurse from=2026-08-19
must desk edit $K phase=assessment
ok "IPOS within three days, the family within seven" is "$(due_of desk $K ipos_baseline) $(due_of desk $K family_meeting)" '2026-08-15 2026-08-19'
ok "all but the second profession is missing" is "$(gaps desk $K | jq -c sort)" '["baseline","family_met","settings_dated","symptoms"]'

# --- at home, without a network -------------------------------------------------
cut_off
make desk add segment --case $K setting=home from=2026-08-12
segment=$made
must desk form hospice_baseline --case $K --date 2026-08-12 illness=胰腺癌 prognosis=weeks performance=40 performance_tool=PPS symptoms=pain \
	symptom_control=fair person_knows=partly family_on_telling=agrees wants_to_talk=no place_wish=home wishes=看一次老家的桂花 caregiver=3 \
	caregiver_state=strained can_travel=yes money=enough self_harm=none setting=home
must desk add assessment --case $K instrument=ipos timepoint=baseline respondent=self assessed=2026-08-13 answers=3,2,1,0,2,1,0,1,2,2,3,2,3,1,2,1,2
must desk add need --case $K domain=medical severity=3 priority=1 main=yes identified=2026-08-13 client_view=夜里疼
must desk edit $K phase=planning
must desk plan $K
# Pain: comfort. A wish: wish. At home: preferred_place. Strained: carer_rest.
ok "four goals" is "$(measured desk $K .goals)" 4
plan=$(ids_of desk $K plan)
must desk edit "$plan" agreed_by=client agreed=2026-08-13 status=agreed
visit() { # station time kind setting
	must "$1" add service --case $K started_at="$2" minutes=40 kind="$3" setting="$4" status=completed phase_of_care=in
}
visit desk '2026-08-13 10:00' home_visit home
start_daemon
all_sync desk chief
# shellcheck disable=SC2154
must chief edit "$plan" approved=2026-08-13 approved_by="$chief_name" status=approved
all_sync chief desk
must desk edit $K phase=intervention
move() { # date setting
	must desk edit "$segment" to="$1"
	make desk add segment --case $K setting="$2" from="$1"
	segment=$made
}
ok "a setting does not end before it begins" must_not to desk edit "$segment" to=2026-08-11
move 2026-08-16 outpatient
visit desk '2026-08-17 09:00' outpatient_contact outpatient
move 2026-08-19 inpatient
all_sync desk ward
cut_off
visit ward '2026-08-20 10:00' ward_contact ward
visit ward '2026-08-22 10:00' ward_contact ward
meeting() { # topics professions
	station ward form hospice_family_meeting --case $K --date 2026-08-22 occasion=transfer person_present=present family+=relation:3,view:接回家 \
		topics="$1" professions="$2" outcome=agreed agreed+=what:租护理床,who:社工
}
ok "nobody speaks of symptoms without nurse or doctor" exits 1 meeting symptoms,setting social_worker
ok "with them it is kept" quiet meeting symptoms,setting physician,nurse,social_worker
start_daemon
all_sync ward desk
move 2026-08-23 home
visit desk '2026-08-24 10:00' home_visit home
must desk edit "$segment" to=2026-08-31
must desk edit "$client" deceased=2026-08-31
must desk edit $K phase=closing close_reason=deceased closed=2026-08-31
all_sync desk ward
# Home 12–16 and 23–31 August: 4 + 8 days, 2 visits; outpatient 16–19: 3 days, 1;
# inpatient 19–23: 4 days, 2. From 12 to 31 August: 19 days, three moves.
for s in desk ward; do
	ok "$s: persons, visits and days of each setting" is "$(measured $s $K .by_setting)" \
		'{"home":{"days":12,"persons":1,"segments":2,"visits":2},"inpatient":{"days":4,"persons":1,"segments":1,"visits":2},"outpatient":{"days":3,"persons":1,"segments":1,"visits":1}}'
	# Five visits of the nine expected.
	ok "$s: three transfers, five visits of nine" is "$(measured $s $K '[.setting_transfers, .segments, .services_completed, .services_of_expected]')" '[3,4,5,55.56]'
	ok "$s: met the next day, nothing is missing" is "$(measured $s $K .first_contact_in_time) $(gaps $s $K)" 'true []'
	# A month from the last of August is the last of September; six months, of
	# February.
	ok "$s: the family after 1, 3, 6 and 13 months" is "$(for m in 1 3 6 13; do due_of $s $K bereavement_$m; done | xargs)" '2026-09-30 2026-11-30 2027-02-28 2027-09-30'
	ok "$s: no IPOS is asked of the dead" is "$(due_of $s $K ipos_weekly)" null
done
bereaved() { # extra answers
	station desk --lang en form bereavement_contact --case $K --date 2026-09-30 point=1 reached=talked way=phone relation=3 "$@"
}
ok "what must be asked of the bereaved is asked" exits 1 bereaved daily_life=hardly follow=closer
ok "who hardly manages is called again sooner" like "$(bereaved daily_life=hardly self_harm=none follow=closer)" '2026-10-14'
ok "the first is done, three stand" is "$(for m in 1 3 6 13; do due_of desk $K bereavement_$m; done | xargs)" 'null 2026-11-30 2027-02-28 2027-09-30'
all_sync desk
# The demo's: home 14 + 11 days, outpatient 16, inpatient 10.
ok "the demo's settings" is "$(measured desk HS-01 '[.by_setting | .home, .outpatient, .inpatient | .days, .visits]') $(gaps desk HS-01)" '[25,4,16,2,10,2] []'
done_testing
