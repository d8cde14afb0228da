#!/bin/bash
# walk_cleft.t - a cleft palate: met on the day of admission, a questionnaire
# that becomes a plan in one step, taught back, booked, home.
. tests/flow/lib.sh
. tests/flow/walk.sh
use_district
start_daemon
three_seats 吴州儿童医院 平桥社区服务中心
K=CP-W-01

make desk add person name=任小鱼 sex=女 birth=2025-08-20 phone=19900003801
child=$made
make desk add person name=任文静 sex=女 birth=1996-04-02 phone=19900003801
mother=$made
make desk add case person="$child" programme=cleft_lip_palate number=$K phase=intake opened=2026-09-07 admitted=2026-09-07
make desk add relation --case $K subject="$child" person="$mother" kind=52 guardian=yes caregiver=yes
tie=$made
must desk add consent --case $K purpose=care given_by=任文静 relation_to_client=52 guardian="$tie" evidence=纸质同意书 from=2026-09-07
must desk add consent --case $K purpose=sharing given_by=任文静 relation_to_client=52 guardian="$tie" evidence=纸质同意书 from=2026-09-07 \
	classes=core,identity,assessment,plan,note sites=平桥社区服务中心
# A consent lets the other site see the case once one of its people belongs to the care group.
# shellcheck disable=SC2154
must desk add member --case $K staff="$mate_name" site=平桥社区服务中心 role=social_worker from=2026-09-07
ok "the contact is owed on the day" is "$(station desk show $K --json | jq -r '[.due[] | select(.kind == "first_contact")][0].due')" 2026-09-07
ok "and the questionnaire" is "$(due_of desk $K questionnaire)" 2026-09-07
cut_off
must desk add service --case $K started_at='2026-09-07 10:30' minutes=30 kind=ward_contact status=completed phase_of_care=pre aim=说明入院与治疗流程
ask() { # extra answers
	station desk --lang zh form cleft_admission --case $K --date 2026-09-07 admitted=2026-09-07 cleft_type=palate operation=palate_repair answered_by=52 \
		carer_worry=3 carer_low=1 appearance_worry=0 self_harm_thoughts=no care_shared=mostly_one feeding=with_help wound_care=not_yet \
		sequence_knowledge=not_yet cost_pressure=1 family_attitude=supportive knows_peers=no from_afar=no "$@"
}
ok "what is not asked is said" exits 1 ask
ok "the questionnaire takes ten minutes" exits 0 ask knows_funds=yes
must desk edit $K phase=assessment
must desk edit $K phase=planning
must desk --lang zh plan $K
# Worry of 3: calm. Feeding with help, wound care not yet: feeding. Sequence not yet:
# sequence. No other family known: peers. Costs of 1 with funds known, care not
# alone, not from afar: nothing.
ok "and is a plan of four goals in one step" is "$(station desk show $K --json | jq -r '[.records[] | select(.type == "goal").body.title] | sort | join("|")')" \
	"$(printf '%s\n' 家长情绪平稳地面对手术 家长掌握喂养和术后护理 了解并按时接受序列治疗 认识其他唇腭裂家庭 | jq -Rs 'split("\n")[:-1] | sort | join("|")' -r)"
ok "all of it without a network" exits 3 station desk sync
start_daemon
plan=$(ids_of desk $K plan)
must desk edit "$plan" agreed_by=guardian agreed=2026-09-07 status=agreed
all_sync desk chief
# shellcheck disable=SC2154
must chief edit "$plan" approved=2026-09-07 approved_by="$chief_name" status=approved
all_sync chief desk
must desk edit $K phase=intervention
must desk add member --case $K name=责任护士 role=nurse from=2026-09-07
must desk add member --case $K name=语音治疗师 role=speech_therapist from=2026-09-08
must desk form teach_back --case $K --date 2026-09-11 topics+=topic:other,topic_other:勺喂,learner:mother,method:demonstrate,result:independent
must desk add service --case $K started_at='2026-09-10 09:00' minutes=30 kind=ward_contact status=completed phase_of_care=in
must desk add service --case $K started_at='2026-09-14 09:00' minutes=20 kind=ward_contact status=completed phase_of_care=post
must desk sync
must mate sync
must mate add service --case $K started_at='2026-09-21 09:00' minutes=20 kind=phone_contact status=completed phase_of_care=post
while read -r goal; do
	must desk edit "$goal" 'reached=[{"on":"2026-09-07","level":-1},{"on":"2026-09-14","level":0}]' status=achieved
done < <(ids_of desk $K goal)
must desk edit $K phase=closing close_reason=goals_met closed=2026-09-22
must desk edit $K phase=follow_up
all_sync mate desk mate
for s in desk mate; do
	# Four contacts of the three expected: 133.33 %.
	ok "$s: met the same day, before, during and after" is "$(measured $s $K '[.first_contact_days, .first_contact_in_time, .services_completed, .services_of_expected, .phases_of_care_count]')" '[0,true,4,133.33,3]'
	ok "$s: four goals of four" is "$(measured $s $K '[.goals, .goals_attained, .goals_summary, .professions_count]')" '[4,4,"all",3]'
	ok "$s: nothing is missing" is "$(gaps $s $K)" '[]'
	ok "$s: a contact a month after" is "$(due_of $s $K after_close_1)" 2026-10-22
done

# A day late is not the day: another child, met on the next morning.
make desk add person name=任小舟 sex=男 birth=2026-03-01
make desk add case person="$made" programme=cleft_lip_palate number=CP-W-02 phase=intake opened=2026-09-07 admitted=2026-09-07
must desk add service --case CP-W-02 started_at='2026-09-08 08:30' minutes=30 kind=ward_contact status=completed
ok "the next morning is late" is "$(measured desk CP-W-02 '[.first_contact_days, .first_contact_in_time]')" '[1,false]'
ok "and shows as a gap" like "$(gaps desk CP-W-02)" same_day
ok "the demo's child was met on the day, four goals of four" is "$(measured desk CP-01 '[.first_contact_in_time, .goals_attained, .goals]')" '[true,4,4]'
done_testing
