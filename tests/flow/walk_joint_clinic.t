#!/bin/bash
# walk_joint_clinic.t - the diabetes joint clinic: an issue goes round the loop
# and is closed only with its answer, an opinion finds who answers it.
. tests/flow/lib.sh
. tests/flow/walk.sh
use_district
start_daemon
home=平桥街道社区卫生服务中心（安宁疗护）
seat nurse nurse $home
seat desk social_worker $home
seat mate social_worker 平桥社区服务中心
K=DJ-W-01

make desk add person name=任建平 sex=男 birth=1962-07-19 phone=19900003931
make desk add case person="$made" programme=diabetes_joint_clinic number=$K phase=screening opened=2026-09-01
must desk add screening --case $K programme=diabetes_joint_clinic reached=yes assessed=yes result=eligible reason=criteria_met screened=2026-09-01
must desk edit $K phase=intake
must desk add consent --case $K purpose=care given_by=任建平 relation_to_client=0 evidence=纸质同意书 from=2026-09-01
must desk add consent --case $K purpose=sharing given_by=任建平 relation_to_client=0 evidence=纸质同意书 from=2026-09-01 \
	classes=core,identity,assessment,plan,note sites=平桥社区服务中心
# shellcheck disable=SC2154
must desk add member --case $K staff="$mate_name" site=平桥社区服务中心 role=social_worker from=2026-09-01
# shellcheck disable=SC2154
must desk add member --case $K staff="$nurse_name" site=$home role=nurse from=2026-09-01
must desk edit $K phase=assessment
ok "the first HbA1c within two weeks" is "$(due_of desk $K hba1c)" 2026-09-15
cut_off
visit() { # extra answers
	station desk --lang en form joint_clinic_visit --case $K --date 2026-09-01 hba1c=8.6 hba1c_on=2026-08-31 hba1c_target=7 fasting=9.1 feet=normal \
		barriers=knowledge,family mood=weary control=above "$@"
}
ok "social work alone is no joint clinic" exits 1 visit professions=social_worker
ok "more severe lows than lows are refused" exits 1 visit professions=nurse hypos=0 severe_hypos=1
ok "four professions in one visit" quiet visit professions=tcm_physician,general_practitioner,nurse,social_worker hypos=1 severe_hypos=0 eyes=normal
must desk form adherence_check --case $K --date 2026-09-01 prescribed=yes days_taken=4 stopped=no reasons=forgot,many_drugs adherence=intermittent
must desk add need --case $K domain=medical severity=2 priority=1 main=yes identified=2026-09-01 client_view=药太多
must desk plan $K
# Above target: hba1c. Knowledge: measuring. Weary: weariness. Family: family_table.
ok "four goals" is "$(measured desk $K .goals)" 4
start_daemon
all_sync desk nurse
# 31 August and three months is the last of November; from 1 September on a visit
# is due each month, eyes once a year.
ok "HbA1c in three months, on the last day of a shorter one" is "$(due_of desk $K hba1c)" 2026-11-30
ok "the next clinic in a month, the eyes in a year" is "$(station desk show $K --json | jq -c '[.due[] | select(.due == "2026-10-01")] | length') $(due_of desk $K eyes)" "1 2027-09-01"

# --- the loop -------------------------------------------------------------------
raise() { # kind title
	# shellcheck disable=SC2154
	make desk add task --case $K kind="$1" status=open title="$2" raised_by=client assignee="$nurse_name" response_owed_to="$desk_name" due=2026-09-08
}
raise issue 药太多记不住
issue=$made
raise issue 聚餐怎么吃
other=$made
ok "raised and not closed is a gap" is "$(measured desk $K '[.issues, .issues_closed]') $(gaps desk $K)" '[2,0] ["loops_closed"]'
ok "open it cannot be closed" must_not response desk edit "$issue" status=closed
all_sync desk nurse
cut_off
must nurse edit "$issue" status=done response=与全科医生商定合并为早晚两次 responded=2026-09-07
ok "who did it does not verify it" must_not verified_by nurse edit "$issue" status=verified verified_by="$nurse_name" verified=2026-09-08
start_daemon
all_sync nurse desk
must desk edit "$issue" status=verified verified_by="$desk_name" verified=2026-09-08 result=本人说记得住了
must desk edit "$issue" status=closed
ok "one of two closed" is "$(measured desk $K '[.issues_closed, .issues_closed_share]') $(gaps desk $K)" '[1,50] ["loops_closed"]'
must desk edit "$other" status=done response=先菜后饭的盘子图 responded=2026-09-09
all_sync desk nurse
must desk edit "$other" status=verified verified_by="$desk_name" verified=2026-09-10
must desk edit "$other" status=closed
all_sync desk nurse
ok "both of two" is "$(measured desk $K .issues_closed_share) $(gaps desk $K)" '100 []'

# --- opinions -------------------------------------------------------------------
opinion() { # about to extra
	station desk --lang en form opinion --case $K --date 2026-09-14 heard_in=vent_session said_by=client named=no words=抽血要排两次队 about="$1" to="$2" harm="$3" --json
}
ok "what harms goes to the doctor, and waits one working day" is "$(opinion waiting general_practitioner yes | jq -c '[.. | strings | select(. == "general_practitioner" or . == "2026-09-15")] | unique')" \
	'["2026-09-15","general_practitioner"]'
# Monday and five working days; Sunday the 20th is one, made up for the National Day.
ok "waiting alone goes to the manager, within a week" is "$(opinion waiting manager no | jq -c '[.. | strings | select(. == "manager" or . == "2026-09-20")] | unique')" '["2026-09-20","manager"]'
raise client_opinion 抽血要排两次队
voice=$made
ok "an opinion without an answer is a gap" is "$(measured desk $K '[.opinions, .opinions_answered]') $(gaps desk $K)" '[1,0] ["opinions_answered"]'
all_sync desk nurse
must nurse edit "$voice" status=done response=下周起开单即取号 responded=2026-09-15
all_sync nurse desk mate
for s in desk mate; do
	ok "$s: answered; nothing is missing" is "$(measured $s $K '[.opinions_answered, .issues_closed, .professions_count]') $(gaps $s $K)" '[1,2,4] []'
done
# The demo's: two issues and an opinion, 8.6 to 7.4; (2+1+1+2+2)×4 and 16×4.
ok "the demo's loops are closed, and he feels better" is "$(measured desk DJ-01 '[.issues_closed, .opinions_answered, (.scores[0] | .first, .last)]') $(gaps desk DJ-01)" '[2,1,32,64] []'
done_testing
