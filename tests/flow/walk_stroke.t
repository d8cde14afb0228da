#!/bin/bash
# walk_stroke.t - a stroke: before, during and after rehabilitation, more than
# one profession, and goals of one's own (1 + 1 + 1).
. tests/flow/lib.sh
. tests/flow/walk.sh
use_district
start_daemon
seat desk social_worker 姑河区康复医院
seat mate social_worker 平桥社区服务中心
seat chief supervisor 姑河区康复医院
K=SR-W-01

make desk add person name=任大川 sex=男 birth=1955-03-08 phone=19900003911
# Admitted on a Friday: Monday and Tuesday are the two working days.
make desk add case person="$made" programme=stroke_rehab number=$K phase=intake opened=2026-09-04 admitted=2026-09-04
must desk add consent --case $K purpose=care given_by=任大川 relation_to_client=0 evidence=纸质同意书 from=2026-09-04
must desk add consent --case $K purpose=sharing given_by=任大川 relation_to_client=0 evidence=纸质同意书 from=2026-09-04 \
	classes=core,identity,assessment,plan,note sites=平桥社区服务中心
# shellcheck disable=SC2154
must desk add member --case $K staff="$mate_name" site=平桥社区服务中心 role=social_worker from=2026-09-04
ok "first seen by Tuesday" is "$(station desk show $K --json | jq -r '[.due[] | select(.kind == "first_contact")][0].due')" 2026-09-08
must desk edit $K phase=assessment
ok "nothing of 1+1+1 is there yet" is "$(gaps desk $K | jq -c sort)" '["full_cycle","multidisciplinary","personal","round_held"]'

# --- at the bedside, without a network ---------------------------------------
cut_off
must desk form stroke_baseline --case $K --date 2026-09-07 onset=2026-09-01 kind=infarction side=right care_phase=in nihss=9 nihss_on=2026-09-03 mrs=3 \
	adl=45 adl_tool=BI problems=limbs,speech mood=low self_harm=none living=spouse caregiver=1 caregiver_state=strained \
	home_barriers=stairs,bathroom discharge_to=home own_goal=自己端碗吃饭 support_level=regular
ok "before the stroke nobody can have scored it" must_not nihss_on desk form stroke_baseline --case $K --date 2026-09-07 onset=2026-09-01 side=right \
	care_phase=in nihss=9 nihss_on=2026-08-30 mood=low self_harm=none own_goal=走路 support_level=regular
must desk add need --case $K domain=medical severity=3 priority=1 main=yes identified=2026-09-07 client_view=想自己端碗吃饭
must desk edit $K phase=planning
must desk plan $K
# A goal of his own, low mood, a strained wife, stairs and bathroom, home: five.
ok "five goals, and personal is no gap" is "$(measured desk $K .goals) $(gaps desk $K | jq -c sort)" '5 ["full_cycle","multidisciplinary","round_held"]'
plan=$(ids_of desk $K plan)
must desk edit "$plan" agreed_by=client agreed=2026-09-07 status=agreed
serve() { # station time kind phase
	must "$1" add service --case $K started_at="$2" minutes=30 kind="$3" status=completed phase_of_care="$4"
}
serve desk '2026-09-08 10:00' ward_contact pre
ok "a round of social workers alone is none" must_not professions desk form stroke_mdt_round --case $K --date 2026-09-11 care_phase=in \
	professions=social_worker course=first goal_view=set individual=左手端碗
must desk form stroke_mdt_round --case $K --date 2026-09-11 care_phase=in professions=rehab_physician,physiotherapist,social_worker client_present=yes \
	course=first goal_view=set individual=左手端碗，碗底加防滑垫 discharge_on=2026-09-28 handed_to=平桥社区服务中心
ok "the round closes two gaps; after discharge there was nothing" is "$(gaps desk $K)" '["full_cycle"]'
start_daemon
all_sync desk chief
# shellcheck disable=SC2154
must chief edit "$plan" approved=2026-09-09 approved_by="$chief_name" status=approved
all_sync chief desk mate
must desk edit $K phase=intervention
serve desk '2026-09-15 10:00' ward_contact in

# --- home: the community's worker, offline too --------------------------------
cut_off
serve mate '2026-10-05 09:30' home_visit post
ok "mate: before, during, after" is "$(measured mate $K '[.phases_of_care_count, .professions_count >= 2]') $(gaps mate $K)" '[3,true] []'
start_daemon
all_sync mate desk
# Five goals from -1 each to 1, 0, 0, 1, 0. T = 50 + 10·Σx / √(0.7·5 + 0.3·25) =
# 50 + 10·Σx / 3.31662: Σ = -5 gives 34.92, Σ = 2 gives 56.03, the change 21.11.
levels=(1 0 0 1 0) i=0
while read -r goal; do
	must desk edit "$goal" "reached=[{\"on\":\"2026-09-07\",\"level\":-1},{\"on\":\"2026-10-20\",\"level\":${levels[$i]}}]" status=achieved
	i=$((i + 1))
done < <(ids_of desk $K goal)
all_sync desk mate
for s in desk mate; do
	ok "$s: 1+1+1 is whole" is "$(gaps $s $K)" '[]'
	ok "$s: seen on the second working day" is "$(measured $s $K '[.first_contact_working_days, .first_contact_in_time]')" '[2,true]'
	ok "$s: goal attainment from 34.92 to 56.03" is "$(measured $s $K '[.gas_first, .gas_last, .gas_change, .goals_attained]')" '[34.92,56.03,21.11,5]'
	# 1 September and 90 days: 29 to the end of September, 31 of October, 30.
	ok "$s: function after 90 days" is "$(due_of $s $K day_90)" 2026-11-30
	ok "$s: while in hospital the next round, two weeks after the last" is "$(station $s show $K --json | jq -c '[.due[] | select(.due == "2026-09-25")] | length')" 1
done
ok "a week after discharge somebody had called" is "$(due_of desk $K after_discharge)" null
# The demo's: mRS 4 to 2 is told in rounds; (3+3+2+2+3+1+4+3+3+1+2+4) = 31 of 48
# and 13 of 48; 4×4 and 16×4; 21 and 11 of the carer's burden.
must desk sync
ok "the demo's patient went all the way" is "$(measured desk SR-01 '[.phases_of_care_count, .goals_attained, .pairs_improved]') $(gaps desk SR-01)" '[3,4,3] []'
done_testing
