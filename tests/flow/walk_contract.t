#!/bin/bash
# walk_contract.t - a family-doctor contract: assessed, recommended with a reason,
# chosen by the resident, one team at a time, and the end of the term in sight.
. tests/flow/lib.sh
. tests/flow/walk.sh
use_district
start_daemon
home=平桥街道社区卫生服务中心（安宁疗护）
seat desk social_worker $home
seat mate social_worker 平桥社区服务中心
K=FD-W-01
day() { TZ=Asia/Shanghai date -d "$1" +%F; }
from=$(day '-100 days') to=$(day '+264 days') # a year less a day: both days belong to it

make desk add person name=任桂枝 sex=女 birth=1956-02-03 phone=19900003921
client=$made
make desk add case person="$client" programme=family_doctor_contract number=$K phase=intake opened="$from"
must desk add consent --case $K purpose=care given_by=任桂枝 relation_to_client=0 evidence=纸质同意书 from="$from"
must desk add consent --case $K purpose=sharing given_by=任桂枝 relation_to_client=0 evidence=纸质同意书 from="$from" \
	classes=core,identity,assessment,plan,note sites=平桥社区服务中心
# shellcheck disable=SC2154
must desk add member --case $K staff="$mate_name" site=平桥社区服务中心 role=social_worker from="$from"
ok "not assessed, not explained, no choice, no contract" is "$(gaps desk $K | jq -c sort)" '["assessed","explained","in_force","own_choice"]'
must desk edit $K phase=assessment
cut_off
assess() { # extra answers
	station desk --lang en form contract_assessment --case $K --date "$from" groups=older,living_alone medicines=3 medication=regular \
		self_care=independent mobility=out_alone support=some prefers=near_home expects=有事能找到医生 intensity=chronic "$@"
}
ok "a diastolic above the systolic is refused" exits 1 assess purpose=first conditions=hypertension systolic=88 diastolic=152 specialty=hypertension
assess purpose=first conditions=hypertension systolic=152 diastolic=88 risk_factors=salt,inactivity specialty=hypertension >"$work/out"
ok "hypertension is proposed for hypertension" like "$(cat "$work/out")" '[Hh]ypertension'
recommend() { # understood decision
	station desk form contract_recommendation --case $K --date "$from" explained=services,term,one_team,voluntary how=talk understood="$1" decision="$2" \
		teams+=team:平桥第三团队（高血压）,specialty:hypertension,recommended:yes,why:管理高血压有经验 teams+=team:平桥第一团队（全科）,specialty:general
}
ok "who has not understood has not chosen" exits 1 recommend again recommended
ok "explained, and the choice is hers" quiet recommend clear recommended
must desk edit $K phase=planning
make desk add contract --case $K assessed="$from" recommended_team=平桥第三团队（高血压） reason=高血压，希望离家近 status=proposed
deal=$made
must desk edit "$deal" choice=recommended chosen_team=平桥第三团队（高血压） chosen_on="$from"
ok "chosen, but not yet in force" is "$(measured desk $K '[.contract_choice, .contract_in_force]') $(gaps desk $K)" '["recommended",false] ["in_force"]'
must desk edit "$deal" from="$from" to="$to" status=active
ok "a second team at the same time is refused here already" must_not status desk add contract --case $K chosen_team=平桥第一团队（全科） \
	choice=other_team chosen_on="$from" from="$(day +1day)" to="$(day '+2 years')" status=active
must desk plan $K
must desk edit $K phase=intervention
must desk add service --case $K started_at="$from 10:00" minutes=20 kind=interview status=completed phase_of_care=pre
start_daemon
all_sync desk mate
# First contract: one_doctor. Hypertension: pressure. Salt: self_management.
# Living alone: support.
for s in desk mate; do
	ok "$s: nothing is missing" is "$(gaps $s $K)" '[]'
	ok "$s: in force, four goals, met on the day" is "$(measured $s $K '[.contract_in_force, .goals, .first_contact_in_time]')" '[true,4,true]'
	ok "$s: thirty days before the end renewal is talked over" is "$(due_of $s $K renewal)" "$(day '+234 days')"
	ok "$s: the end of the term is on the list" is "$(station $s show $K --json | jq -r '[.due[] | select(.kind == "contract")][0].due')" "$to"
done
# The first quarter has been over for some days: it counts from the first contact.
ok "a quarter after the first contact" is "$(due_of desk $K quarterly_contact)" "$(day "$from + 3 months")"

# --- the same person, two desks, no network --------------------------------------
make desk add person name=任桂兰 sex=女 birth=1950-06-01
make desk add case person="$made" programme=family_doctor_contract number=FD-W-02 phase=intake opened="$from"
must desk add consent --case FD-W-02 purpose=care given_by=任桂兰 relation_to_client=0 evidence=纸质同意书 from="$from"
must desk add consent --case FD-W-02 purpose=sharing given_by=任桂兰 relation_to_client=0 evidence=纸质同意书 from="$from" \
	classes=core,identity,assessment,plan,note sites=平桥社区服务中心
must desk add member --case FD-W-02 staff="$mate_name" site=平桥社区服务中心 role=social_worker from="$from"
all_sync desk mate
cut_off
sign_up() { # station team
	must "$1" add contract --case FD-W-02 chosen_team="$2" choice=other_team chosen_on="$(day today)" from="$(day today)" to="$(day '+364 days')" status=active
}
sign_up desk 平桥第一团队（全科）
sign_up mate 平桥第三团队（高血压）
start_daemon
all_sync desk
station mate sync --json >"$work/synced" 2>"$work/said"
ok "who comes second is told, nothing is lost" is "$(jq -c '.parked' "$work/synced")" 1
ok "and one contract is in force" is "$(sql "SELECT count(*) FROM rec.contract k JOIN rec.\"case\" c ON c.id = k.case_id WHERE c.number = 'FD-W-02' AND k.status = 'active'")" 1
ok "the demo's resident: chosen, in force, two goals of three" is "$(measured desk FD-01 '[.contract_choice, .contract_in_force, .goals_attained, .goals]') $(gaps desk FD-01)" \
	'["recommended",true,2,3] []'
done_testing
