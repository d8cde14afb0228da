#!/bin/bash
# walk_emergency.t - the emergency room: one menu in two wordings, asked from the
# menu, triaged, matched, the clock, the result brought back, and what was unmet.
. tests/flow/lib.sh
. tests/flow/walk.sh
use_district
start_daemon
seat nurse nurse 姑河区人民医院
seat desk social_worker 姑河区人民医院
seat mate social_worker 平桥社区服务中心
K=ED-W-01

ok "the clinical wording and the patient's are of one item" is "$(station nurse list service_item code=unaccompanied_patient --json |
	jq -c '[.. | objects | select(.code? == "unaccompanied_patient") | [.clinical_name, .patient_name, .respond_hours, .capacity_day]] | unique')" \
	'[["无陪护患者支持","一个人来看急诊，需要帮手",2,5]]'

# --- asked without a network ---------------------------------------------------
cut_off
make nurse request 无陪护患者支持 --ward 抢救室 --label 抢救室3床 --urgency urgent --by nurse --need 老人独自就诊，等待手术
ask=$made
make nurse request 听不懂、说不清，我们帮忙 --ward 急诊内科 --label 12号候诊 --urgency soon --by patient --need 需要手语翻译
sign=$made
field() { station "$1" list request --json | jq -r --arg id "$2" "[.. | objects | select(.id? == \$id)][0] | .body // . | $3"; }
seconds() { echo $(($(date -d "$(field "$1" "$2" .respond_by)" +%s) - $(date -d "$(field "$1" "$2" .requested)" +%s))); }
ok "the item's clock is two hours" is "$(seconds nurse "$ask")" 7200
start_daemon
all_sync nurse desk
ok "desk: both wordings lead to the same menu" is "$(sql "SELECT string_agg(code, ' ' ORDER BY code) FROM rec.service_item i JOIN rec.request r ON r.item = i.id WHERE r.id IN ('$ask', '$sign')")" \
	'communication_help unaccompanied_patient'
must desk answer "$ask" triage --urgency urgent
must desk answer "$ask" accept
must desk answer "$ask" start
ok "who answers is who took it" is "$(field desk "$ask" '[.status, .triage, (.responded != null)] | join(" ")')" 'in_progress urgent true'

make desk add person name=任福生 sex=男 birth=1944-05-17
make desk add case person="$made" programme=emergency_services number=$K phase=intake opened=2026-09-07
must desk add consent --case $K purpose=care basis=emergency basis_reason=昏迷入院，家属未到 from=2026-09-07
must desk add consent --case $K purpose=sharing basis=emergency basis_reason=昏迷入院，家属未到 from=2026-09-07 classes=core,identity,assessment,plan,note sites=平桥社区服务中心
ok "neither triaged nor seen" is "$(gaps desk $K | jq -c sort)" '["same_day","served","triaged"]'
triage() { # extra answers
	station desk --lang zh form ed_triage --case $K --date 2026-09-07 asked_by=nurse asked_at='2026-09-07 09:00' clinical_level=2 need=老人独自就诊 \
		situation=unaccompanied,frail_elder item=unaccompanied_patient handling=at_once safe_to_leave=with_help open_case=yes "$@"
}
ok "no risk and a risk contradict each other" exits 1 triage risks=none,self_harm can_decide=no urgency=urgent
# Who cannot decide is urgent, whatever else.
ok "urgent is proposed with its reason" like "$(triage risks=none can_decide=no urgency=urgent)" '紧急|加急'
must desk edit $K phase=intervention
must desk add service --case $K started_at='2026-09-07 09:30' minutes=60 kind=crisis_intervention status=completed phase_of_care=in setting=emergency
ok "seen on the day" is "$(measured desk $K '[.first_contact_in_time, .services_completed]') $(gaps desk $K)" '[true,1] []'
# 7 September and three days.
ok "a second contact within three days" is "$(due_of desk $K second_contact)" 2026-09-10
ok "no result, not done" must_not result desk answer "$ask" "done"
must desk answer "$ask" "done" --note 已联系到女儿，陪同至手术室
ok "a reason there is not is refused" isnt "$(station desk answer "$sign" unmet --reason whatever >/dev/null 2>&1; echo $?)" 0
must desk answer "$sign" unmet --reason no_resource --note 夜间没有手语翻译
all_sync desk nurse
ok "the nurse reads the result" is "$(field nurse "$ask" '[.status, .result] | join(" ")')" 'done 已联系到女儿，陪同至手术室'
# One of today, and the demo's one night without an interpreter.
ok "unmet are two, both for want of a resource" is "$(station nurse requests --unmet --all --json | jq -c '[.. | objects | select(.unmet_reason?) | .unmet_reason]')" \
	'["no_resource","no_resource"]'
ok "and nothing that was met" unlike "$(station nurse requests --unmet --all)" 抢救室3床

# --- after discharge the community goes on ----------------------------------------
# shellcheck disable=SC2154
must desk add member --case $K staff="$mate_name" site=平桥社区服务中心 role=social_worker from=2026-09-07
all_sync desk mate
must mate add service --case $K started_at='2026-09-09 10:00' minutes=15 kind=phone_contact status=completed phase_of_care=post
all_sync mate desk
ok "two services of the two expected" is "$(measured desk $K '[.services_completed, .services_of_expected]')" '[2,100]'
ok "the demo's old man: seen on the day, two contacts more, and a month after" is "$(measured desk ED-01 '[.first_contact_in_time, .services_completed, .schedule_missing]') $(gaps desk ED-01)" '[true,4,0] []'
done_testing
