#!/bin/bash
# walk_transplant.t - a child waiting for a liver: the fund with its papers, the
# table of four dimensions and three groups, and the months after the operation.
. tests/flow/lib.sh
. tests/flow/walk.sh
use_district
start_daemon
three_seats 吴州儿童医院 平桥社区服务中心
K=OT-W-01

make desk add person name=任小柏 sex=男 birth=2019-04-12 insurance=resident
child=$made
make desk add person name=任远山 sex=男 birth=1988-01-20 phone=19900003901
father=$made
make desk add case person="$child" programme=organ_transplant number=$K phase=screening opened=2026-06-15
must desk add screening --case $K programme=organ_transplant reached=yes assessed=yes result=eligible reason=criteria_met screened=2026-06-15
must desk edit $K phase=intake
ok "without a consent no assessment" must_not phase desk edit $K phase=assessment
make desk add relation --case $K subject="$child" person="$father" kind=51 guardian=yes caregiver=yes
tie=$made
must desk add consent --case $K purpose=care given_by=任远山 relation_to_client=51 guardian="$tie" evidence=纸质同意书 from=2026-06-15
must desk add consent --case $K purpose=sharing given_by=任远山 relation_to_client=51 guardian="$tie" evidence=纸质同意书 from=2026-06-15 \
	classes=core,identity,assessment,plan,note sites=平桥社区服务中心
# shellcheck disable=SC2154
must desk add member --case $K staff="$mate_name" site=平桥社区服务中心 role=social_worker from=2026-06-15
ok "a week for the finances" is "$(due_of desk $K financial_screen)" 2026-06-22
must desk edit $K phase=assessment
# Of the evidence nothing is there: not the form, the finances, 3 of 12 cells,
# a second profession, a goal.
ok "all five things good work shows are missing" is "$(gaps desk $K | jq -c sort)" '["baseline","financial","four_dimensions","goals","team"]'

# --- on the ward, without a network ----------------------------------------
cut_off
baseline() { # date extra answers
	local on=$1
	shift
	station desk form transplant_baseline --case $K --date "$on" organ=liver listed=2026-06-10 insurance=resident away_from_home=no \
		caregiver=51 family_view=agreed self_harm=none intensity=regular "$@"
}
ok "an operation before the listing is refused" must_not operated desk form transplant_baseline --case $K --date 2026-06-16 organ=liver \
	stage=recovery_year listed=2026-06-10 operated=2026-06-01 cost_effect=none mood=calm self_harm=none intensity=regular
ok "the sheet is kept" quiet baseline 2026-06-16 stage=waiting donor_kind=undecided understanding=partly special_outpatient=not_applied \
	cost_effect=worry caregiver_backup=no schooling=not_yet mood=tense worries=money
must desk add assessment --case $K instrument=financial timepoint=baseline respondent=worker assessed=2026-06-16 answers=3,2,1,2
must desk add need --case $K domain=economic severity=3 priority=1 main=yes identified=2026-06-16 client_view=手术费还差一半
must desk edit $K phase=planning
must desk plan $K
# Money worries and no benefit applied for: fund_gap. Understood in part:
# understanding. Tense, nobody takes over: caregiver_calm. Waiting, not yet at
# school: no medication, no return.
ok "three goals follow from it" is "$(measured desk $K .goals)" 3
plan=$(ids_of desk $K plan)
must desk edit "$plan" agreed_by=guardian agreed=2026-06-16 status=agreed
ok "a month from the listing somebody calls" is "$(due_of desk $K waiting_contact)" 2026-07-10
start_daemon
all_sync desk chief
# shellcheck disable=SC2154
must chief edit "$plan" approved=2026-06-17 approved_by="$chief_name" status=approved
all_sync chief desk mate
must desk edit $K phase=intervention

# --- the fund ----------------------------------------------------------------
papers=application_form,identity,guardian,diagnosis,cost_list,income
make desk add application --case $K resource=新芽儿童肝移植专项基金 status=draft asked=60000 owed=$papers received=application_form,identity reason=等待肝移植
fund=$made
ok "with papers owed it does not go out" must_not received desk edit "$fund" status=submitted submitted=2026-06-18
must desk edit "$fund" received=$papers
must desk edit "$fund" status=submitted submitted=2026-06-18
ok "no more is granted than was asked for" must_not approved desk edit "$fund" status=approved decided=2026-07-01 approved=60000.01
must desk edit "$fund" status=partly_approved decided=2026-07-01 approved=40000 decision_reason=按本年度上限
must desk edit "$fund" status=paid 'payments=[{"date":"2026-07-10","amount":2500000},{"date":"2026-09-01","amount":1500000}]'
ok "60 000 yuan asked, 40 000 granted, 25 000 and 15 000 paid" is "$(measured desk $K '[.applications, .amount_asked, .amount_approved, .amount_paid]')" \
	'[1,6000000,4000000,4000000]'

# --- four dimensions, three groups ---------------------------------------------
serve() { # station date kind dimension group status
	must "$1" add service --case $K started_at="$2 09:00" minutes=30 kind="$3" status="${6:-completed}" phase_of_care=in dimension="$4" recipient_group="$5"
}
serve desk 2026-06-16 interview treatment recipients_families
serve desk 2026-06-30 ward_contact treatment recipients_families
serve desk 2026-07-08 ward_contact humanistic_care recipients_families
serve desk 2026-07-09 home_visit rehabilitation recipients_families no_show
ok "two cells are not three" like "$(gaps desk $K)" four_dimensions
serve desk 2026-07-14 interview humanistic_care medical_team
serve mate 2026-07-20 station_activity pre_disease public
must desk add member --case $K name=移植外科医生 role=physician from=2026-06-16
ok "after the operation the sheet says when" quiet baseline 2026-09-15 stage=recovery_year operated=2026-08-31 donor_kind=deceased understanding=clear \
	special_outpatient=enjoyed cost_effect=none caregiver_backup=sometimes schooling=not_yet mood=calm
all_sync desk mate desk
for s in desk mate; do
	ok "$s: every cell of the table" is "$(station $s measures $K --json | jq -c .coverage.cells)" '[[0,0,1],[2,0,0],[0,0,0],[1,1,0]]'
	# 4 of 12 cells; the visit where nobody was in fills none.
	ok "$s: four of twelve, eight are empty" is "$(station $s measures $K --json | jq -c '[.measures.coverage_filled, .coverage.empty, .measures.coverage_share]')" '[4,8,33.33]'
	ok "$s: the public, the team and the family: nothing is missing" is "$(gaps $s $K)" '[]'
	# 31 August and a month: September has no 31st.
	ok "$s: medicines a month after the operation" is "$(due_of $s $K adherence)" 2026-09-30
	ok "$s: the finances again after three" is "$(due_of $s $K financial_again)" 2026-11-30
	ok "$s: nobody waits any more" is "$(due_of $s $K waiting_contact)" null
done
must mate form transplant_adherence --case $K --date 2026-09-30 respondent=caregiver missed_doses=1 own_change=none reasons=forgot adherence=intermittent
# A dose left out: again in two weeks, instead of the month of the schedule.
ok "the next in two weeks, for a dose was left out" is "$(due_of mate $K adherence) $(station mate show $K --json | jq -c '[.due[] | select(.due == "2026-10-14")] | length')" 'null 1'
all_sync mate desk
# The demo's family: seven contacts, 6 of 12 cells, 40 000 yuan paid; answers
# 3+2+2+2 and 2+1+0+1; 2+2+2+1+1+2+2 and 1+1+0+1+0+1+1; (2+1+1+1+2)×4 and 16×4.
ok "the demo's family is told as it was" is "$(measured desk OT-01 '[.services_completed, .coverage_filled, .amount_paid, .goals_attained]')" '[7,6,4000000,4]'
ok "and its scores add up" is "$(measured desk OT-01 '[.scores[] | [.first, .last]] | sort')" '[[9,4],[12,5],[28,64]]'
done_testing
