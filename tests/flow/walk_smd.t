#!/bin/bash
# walk_smd.t - kinship care for severe mental disorder: a year with a family,
# from the screening to the follow-up, by a rehabilitation station, its
# supervisor and the psychiatric hospital. All days have passed, so that the
# figures stay what the comments reckon by hand.
. tests/flow/lib.sh
. tests/flow/walk.sh
use_district
start_daemon
seat desk social_worker 平桥街道康复站
seat chief supervisor 平桥街道康复站
seat mate psychiatrist 姑河区精神专科医院
before=$(station desk programme smd_kinship_care --json | jq -c '.measures.funnel | [.referred, .enrolled]')

# --- the campaign of the demo (seed figures: 58 referred … 26 enrolled) ------
# 9 not reached, 8 refused assessment, 10 not eligible, 5 did not enrol (4 declined, 1 moved)
ok "the funnel: 58, 49, 41, 31, 26" is "$(sql "SELECT count(*), count(*) FILTER (WHERE result <> 'unreachable'), count(criteria),
	count(*) FILTER (WHERE criteria IS NOT NULL AND NOT criteria @> '[{\"met\": false}]'), count(*) FILTER (WHERE result = 'eligible')
	FROM rec.screening WHERE programme = 'smd_kinship_care'")" '58|49|41|31|26'
ok "and 58 - 49 + 49 - 41 + 41 - 31 + 31 - 26 reasons of those who left" is "$(sql "SELECT count(reason) FROM rec.screening
	WHERE programme = 'smd_kinship_care' AND result <> 'eligible'")" 32

# --- screening, consent, care group -------------------------------------------
must desk match name=冯建华 birth=1980-06-15 sex=男
make desk add person name=冯建华 sex=男 birth=1980-06-15 phone=19900003601 diagnosis=SCZ
client=$made
make desk add person name=冯玉兰 sex=女 birth=1953-02-20 phone=19900003601
mother=$made
make desk add case person="$client" programme=smd_kinship_care number=QQ-W-01 phase=referral_in opened=2025-09-01 practice_model=case_management
must desk edit QQ-W-01 phase=screening
ok "nobody is enrolled before the screening says so" must_not screening desk edit QQ-W-01 phase=intake
must desk add screening --case QQ-W-01 programme=smd_kinship_care reached=yes assessed=yes result=eligible reason=criteria_met screened=2025-09-01 \
	'criteria=[{"code":"registered","met":true},{"code":"resident","met":true},{"code":"settled","met":true},{"code":"family","met":true},{"code":"agrees","met":true}]'
must desk edit QQ-W-01 phase=intake
must desk add relation --case QQ-W-01 subject="$client" person="$mother" kind=52 caregiver=yes guardian=yes
ok "without consent no assessment" must_not consent desk edit QQ-W-01 phase=assessment
must desk add consent --case QQ-W-01 purpose=care given_by=冯建华 relation_to_client=0 evidence=纸质同意书 from=2025-09-01
must desk add consent --case QQ-W-01 purpose=sharing given_by=冯建华 relation_to_client=0 evidence=纸质同意书 from=2025-09-01 \
	classes=core,identity,assessment,plan,note sites=姑河区精神专科医院
# shellcheck disable=SC2154
must desk add member --case QQ-W-01 staff="$desk_name" role=social_worker lead=yes from=2025-09-01
# shellcheck disable=SC2154
must desk add member --case QQ-W-01 staff="$mate_name" site=姑河区精神专科医院 role=psychiatrist from=2025-09-01
must desk add member --case QQ-W-01 name=崔医生 role=psych_prev_doctor from=2025-09-01
must desk form smd_supplement --case QQ-W-01 --date 2025-09-02 mgmt_consent=agreed mgmt_consent_date=2025-09-01 household_type=urban \
	first_onset=2003 admission_count=3 diagnosis=SCZ danger_acts_none=yes
must desk edit QQ-W-01 phase=assessment
all_sync desk mate

# --- classes and days: the doctor's word stands, the days follow the norm ------
follow() { # station day danger insight symptoms adherence class: the next day
	make "$1" form smd_follow_up --case QQ-W-01 --date "$2" visit_result=reached mode=home_visit interviewees=self danger="$3" \
		insight="$4" symptoms="$5" self_care=fair housework=fair work=not_applicable learning=fair social=fair \
		adherence="$6" adverse_reaction=none admission=none confinement=none danger_acts_none=yes stability="$7"
}
next_due() { station "$1" show "$made" --json | jq -r '[.body.stability, .body.next_due] | join(" ")'; }
follow mate 2025-09-03 1 partial hallucination intermittent unstable
ok "danger 1 suggests basically stable" like "$(cat "$work/made" "$work/said")" basically_stable
ok "the psychiatrist says unstable: 14 days after 3 September" is "$(next_due mate)" 'unstable 2025-09-17'
all_sync mate desk
follow desk 2025-09-17 1 partial hallucination intermittent basically_stable
ok "basically stable for the first time: 14 days" is "$(next_due desk)" 'basically_stable 2025-10-01'
follow desk 2025-10-01 1 partial hallucination regular basically_stable
ok "basically stable again: a month" is "$(next_due desk)" 'basically_stable 2025-11-01'
follow desk 2025-11-30 0 full '[]' regular stable
ok "stable: three months; of 30 November the last of February" is "$(next_due desk)" 'stable 2026-02-28'
follow desk 2026-02-28 0 full '[]' regular stable
ok "and of 28 February 28 May" is "$(next_due desk)" 'stable 2026-05-28'

# --- before --------------------------------------------------------------------
# SSRS vectors A and B of the scoring reference: 26 and 38; SDSS 8 and 4.
must desk add assessment --case QQ-W-01 instrument=ssrs timepoint=baseline respondent=self assessed=2025-09-05 answers=2,4,2,1,1,3,1,2,1,2,2,2,2,1
must desk add assessment --case QQ-W-01 instrument=sdss timepoint=baseline respondent=worker assessed=2025-09-05 answers=1,1,1,1,0,1,1,1,1,0
must desk add need --case QQ-W-01 domain=medical severity=3 priority=1 main=yes identified=2025-09-05 client_view=不想再住院
must desk edit QQ-W-01 phase=planning
# The newest follow-up asks for less than the first: named goals are added to what it proposes.
make desk --lang zh plan QQ-W-01 medication insight_relapse
plan=$(station desk show QQ-W-01 --json | jq -r '[.records[] | select(.type == "plan")][0].id')
ok "a social life that is fair proposes one goal, two are named" is "$(ids_of desk QQ-W-01 goal | wc -l)" 3
must desk edit "$plan" agreed_by=client agreed=2025-09-08 status=agreed
sync_one desk >/dev/null; sync_one chief >/dev/null
# shellcheck disable=SC2154
must chief edit "$plan" approved=2025-09-09 approved_by="$chief_name" status=approved
all_sync chief desk
must desk edit QQ-W-01 phase=intervention

# --- community rehabilitation: two clocks of five working days -------------------
# Received Friday 26 September 2025. Sunday 28 is a make-up workday (1), 29 (2),
# 30 (3); 1 to 8 October are off; 9 (4), 10 (5).
must desk form smd_rehab_application --case QQ-W-01 --date 2025-09-26 route=self_guardian received=2025-09-26 applicant=冯建华 \
	applicant_relation=0 consent=yes wishes=vocational,social_skills
ok "the check is owed by 10 October" is "$(due_of desk QQ-W-01 rehab_check)" 2025-10-10
must desk form smd_rehab_check --case QQ-W-01 --date 2025-10-10 decision=accepted registered=2025-10-10 suitable=day_centre
# Saturday 11 October is a make-up workday (1), 13 (2), 14 (3), 15 (4), 16 (5).
ok "the referral by 16 October" is "$(due_of desk QQ-W-01 rehab_referral)" 2025-10-16
must desk form smd_rehab_referral --case QQ-W-01 --date 2025-10-15 referred=2025-10-15 institution=新桥街道康复站 client_agrees=yes
ok "and done it is owed no more" is "$(due_of desk QQ-W-01 rehab_referral)" null

# --- a year of services: fifteen, three of them in a cut-off week ----------------
serve() { # station day kind status
	must "$1" add service --case QQ-W-01 started_at="$2 10:00" minutes=45 kind="$3" status="$4" practice_model=case_management aim=按计划开展服务
}
for d in 2025-09-04 2025-09-19 2025-10-13 2025-11-05 2025-11-27 2025-12-18 2026-01-09 2026-02-05 2026-03-03 2026-03-27 2026-04-21; do
	serve desk "$d" home_visit completed
done
serve mate 2026-05-14 outpatient_contact completed
all_sync desk mate
cut_off
for d in 2026-06-10 2026-07-08 2026-08-05; do serve desk "$d" station_activity completed; done
serve desk 2026-07-22 home_visit no_show       # not counted
serve desk 2026-06-20 phone_contact not_reached # not counted
serve desk 2026-08-06 administration completed # not counted
ok "without a network work is kept" exits 3 station desk sync
start_daemon
all_sync desk mate

# --- after, and the end -----------------------------------------------------------
must desk add assessment --case QQ-W-01 instrument=ssrs timepoint=end respondent=self assessed=2026-08-20 answers=3,4,3,2,1,4,1,3,2,4,3,3,3,2
must desk add assessment --case QQ-W-01 instrument=sdss timepoint=end respondent=worker assessed=2026-08-20 answers=1,0,0,1,0,1,0,0,1,0
must desk add assessment --case QQ-W-01 instrument=satisfaction timepoint=end respondent=self assessed=2026-08-20 answers=5,5,4,5,4,5,9
reached desk QQ-W-01 按医嘱规律服药 2025-09-08 -1 2026-08-20 1
reached desk QQ-W-01 能识别复发先兆并及时求助 2025-09-08 -1 2026-08-20 0
reached desk QQ-W-01 参加康复站或社区活动 2025-09-08 -1 2026-08-20 0
must desk edit QQ-W-01 phase=evaluation
must desk add review --case QQ-W-01 kind=care_group_review held=2026-08-25 findings=目标达成 decisions=结案 \
	'attendance=[{"role":"social_worker"},{"role":"psychiatrist"},{"role":"psych_prev_doctor"}]'
must desk edit QQ-W-01 phase=closing close_reason=goals_met closed=2026-09-01
make desk add closure --case QQ-W-01 reason=goals_met closed_on=2026-09-01 attainment=all follow_up_months=1,3,6,12 informed=2026-08-28
closure=$made
all_sync desk chief
must chief edit "$closure" approved=2026-09-01 approved_by="$chief_name"
all_sync chief desk
must desk edit QQ-W-01 phase=follow_up
all_sync desk mate

# --- what it amounts to --------------------------------------------------------------
# 365 days open; 15 services ÷ (365 ÷ 365.25) = 15.01; expected 15 × 365 ÷ 365.25 = 14.99; 15 ÷ 14.99 = 100.07 %.
for s in desk mate; do
	ok "$s: fifteen services in a year" is "$(measured $s QQ-W-01 '[.days_open, .services_completed, .services_per_case_year, .services_expected, .services_of_expected]')" \
		'[365,15,15.01,14.99,100.07]'
	# Three goals of the same weight, from -1 to 1, 0, 0: T 36.31 and 54.56.
	ok "$s: three of three goals" is "$(measured $s QQ-W-01 '[.goals, .goals_attained, .goals_summary, .gas_first, .gas_last]')" '[3,3,"all",36.31,54.56]'
	ok "$s: SSRS from 26 to 38, SDSS from 8 to 4" is "$(measured $s QQ-W-01 '[.scores[] | [.instrument, .first, .last, .change, .way]]')" \
		'[["sdss",8,4,-4,"better"],["ssrs",26,38,12,"better"]]'
	ok "$s: first contact on the third working day, three professions" is \
		"$(measured $s QQ-W-01 '[.first_contact_working_days, .first_contact_in_time, .professions_count]')" '[3,true,3]'
	ok "$s: nothing is missing" is "$(gaps $s QQ-W-01)" '[]'
	ok "$s: contacts after 1, 3, 6 and 12 months" is "$(station $s show QQ-W-01 --json | jq -c '[.due[] | select(.kind == "after_close").due]')" \
		'["2026-10-01","2026-12-01","2027-03-01","2027-09-01"]'
done
# Threshold 5.49 (SD 7, r 0.92): 12 is a reliable change.
ok "the change is more than chance" like "$(station desk score ssrs 3,4,3,2,1,4,1,3,2,4,3,3,3,2 --before 2,4,2,1,1,3,1,2,1,2,2,2,2,1 2>&1)" '[Rr]eliabl'
ok "one more is referred and enrolled here" is "$(station desk programme smd_kinship_care --json | jq -c '.measures.funnel | [.referred - 1, .enrolled - 1]')" "$before"
ok "on the worklist" like "$(station desk due --days 3650 --json | jq -c '[.items[].number]')" QQ-W-01
done_testing
