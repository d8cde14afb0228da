#!/bin/bash
# walk_t1d.t - a family with a newly diagnosed child: team, resources, teaching,
# the periodic reviews by their own rules, knowledge and anxiety before and
# after, and follow-up when the case is closed.
. tests/flow/lib.sh
. tests/flow/walk.sh
use_district
start_daemon
three_seats 吴州儿童医院 平桥社区服务中心
K=T1D-W-01

make desk add person name=蓝小苗 sex=女 birth=2015-03-10 phone=19900003701
child=$made
make desk add person name=蓝秋霞 sex=女 birth=1987-07-01 phone=19900003701
mother=$made
make desk add case person="$child" programme=t1d_families number=$K phase=referral_in opened=2025-09-01 practice_model=family_systems
must desk edit $K phase=screening
must desk add screening --case $K programme=t1d_families reached=yes assessed=yes result=eligible reason=criteria_met screened=2025-09-01
must desk edit $K phase=intake
make desk add relation --case $K subject="$child" person="$mother" kind=52 guardian=yes caregiver=yes
tie=$made
# The guardian consents, and a child of ten is asked.
must desk add consent --case $K purpose=care given_by=蓝秋霞 relation_to_client=52 guardian="$tie" assent=yes evidence=纸质同意书 from=2025-09-01
must desk add consent --case $K purpose=sharing given_by=蓝秋霞 relation_to_client=52 guardian="$tie" assent=yes evidence=纸质同意书 from=2025-09-01 \
	classes=core,identity,assessment,plan,note sites=平桥社区服务中心
# A consent lets the other site see the case once one of its people belongs to the care group.
# shellcheck disable=SC2154
must desk add member --case $K staff="$mate_name" site=平桥社区服务中心 role=social_worker from=2025-09-01
must desk edit $K phase=assessment

# --- when each review falls due (§1.2 of the domain reference) ---------------------
ok "before the day of diagnosis is known nothing can be dated" is "$(due_of desk $K hba1c)" null
ok "a diagnosis before birth is refused" must_not answers.diagnosed desk form t1d_baseline --case $K --date 2025-09-02 diagnosed=2014-05-31 insulin_regimen=pump
must desk form t1d_baseline --case $K --date 2025-09-02 diagnosed=2025-08-31 insulin_regimen=multiple_daily thyroid_antibodies=negative ldl_high=no \
	main_carer=52 onset_event=dka hba1c=11.2 school_stage=primary school_informed=no
all_sync desk mate
# Born 2015-03-10, diagnosed 2025-08-31. At 11 or puberty and 3 years: 2028-08-31.
# At 10 and 5 years: 2030-08-31. Lipids again at 11, two years on at the earliest: 2027-08-31.
# Thyroid, coeliac, lipids three months on: 30 November, which has no 31st.
for s in desk mate; do
	ok "$s: every review by its rule" is "$(for c in hba1c thyroid coeliac coeliac_2y coeliac_5y lipids lipids_repeat albumin retina foot liver; do due_of $s $K $c; done | xargs)" \
		'2025-08-31 2025-11-30 2025-11-30 2027-08-31 2030-08-31 2025-11-30 2027-08-31 2030-08-31 2028-08-31 2030-08-31 2025-08-31'
done
ok "an examination of tomorrow's is refused" must_not answers.results desk form t1d_review --case $K --date 2025-11-28 results+=item:hba1c,done:2025-11-29
must desk form t1d_review --case $K --date 2025-09-02 results+=item:hba1c,done:2025-08-31,value:11.2 results+=item:liver,done:2025-08-31 \
	results+=item:blood_pressure,done:2025-08-31 results+=item:psychosocial,done:2025-09-02
must desk form t1d_review --case $K --date 2025-12-02 results+=item:hba1c,done:2025-11-30,value:7.8,abnormal:yes,follow_up_by:endocrinology \
	results+=item:thyroid,done:2025-11-28 results+=item:coeliac,done:2025-11-28 results+=item:lipids,done:2025-11-28 results+=item:blood_pressure,done:2025-11-30
# HbA1c: three months after 30 November is 28 February. Thyroid without antibodies: two years.
ok "the next come by what was done" is "$(due_of desk $K hba1c) $(due_of desk $K thyroid) $(due_of desk $K coeliac) $(due_of desk $K liver)" \
	'2026-02-28 2027-11-28 null 2026-08-31'
# Puberty on 1 March 2026 moves what hangs on it: retina still waits for three years.
must desk form t1d_baseline --case $K --date 2026-03-02 diagnosed=2025-08-31 puberty=2026-03-01 insulin_regimen=pump thyroid_antibodies=positive ldl_high=no
ok "with antibodies the thyroid is looked at every year" is "$(due_of desk $K thyroid) $(due_of desk $K thyroid_antibodies) $(due_of desk $K retina)" \
	'null 2026-11-28 2028-08-31'

# --- knowledge, anxiety, home, resources ---------------------------------------------
# Right: 1,1,1,0,1,0,1,1,1,1. Five right before, nine after.
must desk add assessment --case $K instrument=t1d_knowledge timepoint=baseline respondent=self subject="$mother" assessed=2025-09-03 answers=1,9,1,1,9,9,1,1,9,1
must desk add assessment --case $K instrument=gad7 timepoint=baseline respondent=self subject="$mother" assessed=2025-09-03 answers=2,2,2,1,2,1,2
make desk form t1d_home_checklist --case $K --date 2025-09-03 insulin_dose=not_yet glucose_checks=with_help diet_carbohydrate=not_yet exercise=not_yet \
	sick_day=not_yet school_plan=not_yet shared_work=not_yet insulin_stopped=no
must desk form resource_inventory --case $K --date 2025-09-03 resources+=kind:family,name:外婆,status:available overall=partly gaps=financial
must desk add need --case $K domain=medical severity=3 priority=1 main=yes identified=2025-09-03
must desk edit $K phase=planning
must desk --lang zh plan $K
ok "the checklist proposes insulin, checks, lows and sick days, school, network" is \
	"$(station desk show $K --json | jq -r '[.records[] | select(.type == "goal").body.title] | sort | join("|")')" \
	"$(printf '%s\n' 按医嘱完成胰岛素治疗 按计划监测血糖 会处理低血糖和生病日 学校照护有安排 扩大支持网络 | jq -Rs 'split("\n")[:-1] | sort | join("|")' -r)"
plan=$(ids_of desk $K plan)
must desk edit "$plan" agreed_by=client_and_guardian agreed=2025-09-05 status=agreed
all_sync desk chief
# shellcheck disable=SC2154
must chief edit "$plan" approved=2025-09-05 approved_by="$chief_name" status=approved
all_sync chief desk
must desk edit $K phase=intervention
cut_off
must desk form teach_back --case $K --date 2025-09-10 topics+=topic:sick_day,learner:mother,method:demonstrate,result:with_help \
	topics+=topic:fast_sugar,learner:child,method:demonstrate,result:independent
# Severe by its rule whatever is ticked: help was needed.
must desk form t1d_event --case $K --date 2025-11-12 event=hypoglycaemia happened_at='2025-11-12 10:20' place=school glucose=2.6 needed_help=yes severity=severe
for d in 2025-09-02 2025-09-16 2025-10-14 2025-11-13 2025-12-09 2026-01-20 2026-03-03 2026-04-28 2026-06-16 2026-07-21 2026-08-11 2026-08-25; do
	must desk add service --case $K started_at="$d 09:30" minutes=30 kind=outpatient_contact status=completed practice_model=family_systems
done
start_daemon
all_sync desk mate
ok "a severe low raised a flag for the team" is "$(station mate show $K --json | jq -c '[.records[] | select(.type == "flag").body | [.kind, .level, .from]]')" '[["medication",3,"2025-11-12"]]'

# --- the end and after ------------------------------------------------------------------
must desk add assessment --case $K instrument=t1d_knowledge timepoint=end respondent=self subject="$mother" assessed=2026-08-25 answers=1,1,1,0,1,0,1,1,1,9
must desk add assessment --case $K instrument=gad7 timepoint=end respondent=self subject="$mother" assessed=2026-08-25 answers=1,1,1,0,1,0,1
must desk add assessment --case $K instrument=satisfaction timepoint=end respondent=self subject="$mother" assessed=2026-08-25 answers=5,5,5,4,5,5,10
while read -r goal; do
	must desk edit "$goal" 'reached=[{"on":"2025-09-05","level":-1},{"on":"2026-08-25","level":0}]' status=achieved
done < <(ids_of desk $K goal)
must desk edit $K phase=evaluation
must desk add review --case $K kind=plan_review held=2026-08-28 findings=五项目标达成
must desk edit "$(ids_of desk $K flag)" to=2025-11-20
must desk edit $K phase=closing close_reason=goals_met closed=2026-08-31
make desk add closure --case $K reason=goals_met closed_on=2026-08-31 attainment=all follow_up_months=3,6,12 informed=2026-08-28
closure=$made
all_sync desk chief
must chief edit "$closure" approved=2026-08-31 approved_by="$chief_name"
all_sync chief desk
must desk edit $K phase=follow_up
all_sync desk mate
for s in desk mate; do
	# 2025-09-01 to 2026-08-31: 364 days; 12 ÷ (364 ÷ 365.25) = 12.04; expected 12 × 364 ÷ 365.25 = 11.96; 12 ÷ 11.9589 = 100.34 %.
	ok "$s: twelve services in a year" is "$(measured $s $K '[.days_open, .services_completed, .services_per_case_year, .services_expected, .services_of_expected]')" '[364,12,12.04,11.96,100.34]'
	ok "$s: knowledge from 5 to 9, anxiety from 12 to 5" is "$(measured $s $K '[.scores[] | [.instrument, .first, .last, .change, .way]]')" \
		'[["gad7",12,5,-7,"better"],["t1d_knowledge",5,9,4,"better"]]'
	ok "$s: five of five goals" is "$(measured $s $K '[.goals, .goals_attained, .goals_summary]')" '[5,5,"all"]'
	# Of 31 August three months on there is no 31st.
	ok "$s: the reviews rest, follow-ups after 3, 6, 12 months" is "$(station $s show $K --json | jq -c '[.due[] | select(.kind == "schedule" or .kind == "after_close").due]')" \
		'["2026-11-30","2027-02-28","2027-08-31"]'
done

# --- this year's completeness: a child diagnosed ten days ago ------------------------------
# HbA1c, blood pressure, liver and psychosocial are due on the day of diagnosis; three are done: 75 %.
today=$(TZ=Asia/Shanghai date +%F)
day=$(date -ud "$today 10 days ago" +%F)
if [ "${day%%-*}" != "${today%%-*}" ]; then
	skip "three of four reviews in time" "the year is younger than ten days"
else
	make desk add person name=蓝小穗 sex=男 birth=2018-01-05
	make desk add case person="$made" programme=t1d_families number=T1D-W-02 phase=intake opened="$day"
	must desk form t1d_baseline --case T1D-W-02 --date "$day" diagnosed="$day" insulin_regimen=pump
	must desk form t1d_review --case T1D-W-02 --date "$day" results+=item:hba1c,done:"$day" results+=item:liver,done:"$day" results+=item:blood_pressure,done:"$day"
	ok "three of four reviews in time" is "$(measured desk T1D-W-02 '[.schedule_due, .schedule_done, .schedule_missing, .schedule_completeness]')" '[4,3,1,75]'
	must desk form t1d_review --case T1D-W-02 --date "$today" results+=item:psychosocial,done:"$today"
	ok "the fourth came late" is "$(measured desk T1D-W-02 '[.schedule_due, .schedule_done, .schedule_late, .schedule_missing]')" '[4,3,1,0]'
	all_sync desk
fi

# --- the demo's family ------------------------------------------------------------------------
ok "the family of the demo: knowledge 5 to 9, GAD-7 12 to 5, ZBI 20 to 12" is "$(measured desk T1D-01 '[.scores[] | [.instrument, .first, .last]]')" \
	'[["gad7",12,5],["t1d_knowledge",5,9],["zbi12",20,12]]'
# Weights 3,2,2,1,1 on -1: T 35.32; 1,0,1,0,0: 58.15 by Kiresuk and Sherman.
ok "… five goals, thirteen services, 3,000 yuan of 3,600" is "$(measured desk T1D-01 '[.goals_attained, .services_completed, .amount_paid, .amount_asked, .gas_first, .gas_last]')" '[5,13,300000,360000,35.32,58.15]'
done_testing
