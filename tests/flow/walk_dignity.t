#!/bin/bash
# walk_dignity.t - dignity therapy at a hospice: consent point by point, a draft
# nobody but its readers sees, no delivery before approval, and delivery after
# the death as the person had wished.
. tests/flow/lib.sh
. tests/flow/walk.sh
use_district
start_daemon
H=平桥街道社区卫生服务中心（安宁疗护）
seat desk social_worker $H
seat nurse nurse $H
seat mate psychiatrist 姑河区精神专科医院
K=ZY-W-01

make desk add person name=殷德海 sex=男 birth=1945-01-09 phone=19900004001
client=$made
make desk add case person="$client" programme=dignity_therapy number=$K phase=referral_in opened=2026-08-03 practice_model=dignity_therapy
must desk edit $K phase=screening
must desk add screening --case $K programme=dignity_therapy reached=yes assessed=yes result=eligible reason=criteria_met screened=2026-08-03
fits() { # wants decision
	station desk form dignity_eligibility --case $K --date 2026-08-03 life_limiting=yes wants="$1" communicates=speech cognition=clear delirium=no fatigue=5 distress=6 decision=suitable
}
ok "who does not want it is not suitable" must_not answers.decision desk form dignity_eligibility --case $K --date 2026-08-03 life_limiting=yes wants=no \
	communicates=speech cognition=clear delirium=no fatigue=5 distress=6 decision=suitable
ok "who wants it and is clear is" exits 0 fits yes
must desk edit $K phase=intake
must desk add consent --case $K purpose=care given_by=殷德海 relation_to_client=0 evidence=本人签字 from=2026-08-04
must desk add consent --case $K purpose=recording given_by=殷德海 relation_to_client=0 evidence=本人签字 from=2026-08-04 recipients=女儿
must desk add consent --case $K purpose=sharing given_by=殷德海 relation_to_client=0 evidence=本人签字 from=2026-08-04 \
	classes=core,identity,assessment,plan,note sites=姑河区精神专科医院
# shellcheck disable=SC2154
must desk add member --case $K staff="$mate_name" site=姑河区精神专科医院 role=psychiatrist from=2026-08-04
agree() { # given_by_self
	station desk form dignity_consent --case $K --date 2026-08-04 given_by_self="$1" capacity_checked=yes interview=yes recording=yes recording_after=erase \
		after_death=deliver_draft stop_explained=yes signed_on=2026-08-04 recipients+=name:殷悦,relation:3,part:whole,moment:after_death
}
ok "nobody consents for somebody else" exits 1 agree no
ok "and for oneself one does" exits 0 agree yes
# 3 days and 10 days after the consent of 4 August.
ok "the interview is due on the 7th, the approval on the 14th" is "$(due_of desk $K interview) $(due_of desk $K approval)" '2026-08-07 2026-08-14'
must desk edit $K phase=assessment
must desk edit $K phase=intervention
must desk --lang zh plan $K legacy family_words
must desk add service --case $K started_at='2026-08-03 09:00' minutes=40 kind=home_visit status=completed
must desk add service --case $K started_at='2026-08-06 09:00' minutes=55 kind=interview status=completed practice_model=dignity_therapy restricted=yes process=按提纲访谈

# --- the document: a draft, restricted, read by its readers only -----------------------
ok "a dignity document without restriction there is none" must_not restricted desk add document --case $K kind=dignity_document status=draft title=殷德海的话 made=2026-08-09
make desk add document --case $K kind=dignity_document status=draft title=殷德海的话 text='给悦悦：爸爸这辈子最骄傲的是你。' made=2026-08-09 restricted=yes \
	'recipients=[{"name":"殷悦","relation":"3"}]'
doc=$made
ok "before the approval it is not delivered" must_not approved desk edit "$doc" status=delivered delivered=2026-08-10
ok "nor printed" exits 1 station desk print dignity $K -o "$work/early.pdf"
all_sync desk nurse mate
ok "a nurse of the same site has the case" exits 0 station nurse show $K
ok "… and not the document" is "$(station nurse show $K --json | jq '[.records[] | select(.type == "document")] | length')" 0
ok "… not even by its id" exits 1 station nurse show "$doc"
ok "… nor the interview" is "$(station nurse show $K --json | jq '[.records[] | select(.type == "service")] | length')" 1
ok "nor does the psychiatrist of the care group, whatever is shared" is "$(station mate show $K --json | jq '[.records[] | select(.type == "document")] | length')" 0
cut_off
must desk form dignity_approval --case $K --date 2026-08-10 draft_no=1 read_on=2026-08-10 read_how=aloud approved_by=self approved=no changes=改一处
must desk edit "$doc" text='给悦悦：爸爸这辈子最骄傲的是有你。'
must desk form dignity_approval --case $K --date 2026-08-12 draft_no=2 read_on=2026-08-12 read_how=both approved_by=self approved=yes approved_on=2026-08-12 recipients_confirmed=yes
must desk edit "$doc" status=approved approved_by=殷德海 approved=2026-08-12
ok "while alive nothing is delivered after death" exits 1 station desk form dignity_delivery --case $K --date 2026-08-13 approval=approved \
	deliveries+=recipient:殷悦,relation:3,delivered:2026-08-13,how:by_worker,after_death:yes
start_daemon
# 7 days after the approval of 12 August.
ok "the delivery is due on the 19th" is "$(due_of desk $K delivery)" 2026-08-19
all_sync desk nurse
# The author names a reader, and she reads it.
# shellcheck disable=SC2154
must desk edit "$doc" readers="$nurse_name"
all_sync desk nurse
ok "a reader who is named reads it" is "$(station nurse show "$doc" --json | jq -r '.body.status')" approved
must desk edit "$doc" readers=
all_sync desk nurse
ok "no longer named, no longer hers" exits 1 station nurse show "$doc"

# --- the death, the delivery, the family -------------------------------------------------
must desk edit "$client" deceased=2026-08-16
# 30 days after 16 August: 15 September. 14 days: 30 August.
ok "the delivery after death is due by 15 September, comfort for the family by 30 August" is \
	"$(due_of desk $K delivery) $(due_of desk $K delivery_after_death) $(due_of desk $K bereavement)" 'null 2026-09-15 2026-08-30'
must desk add service --case $K started_at='2026-08-25 09:00' minutes=50 kind=home_visit status=completed practice_model=bereavement_support
must desk form dignity_delivery --case $K --date 2026-09-01 approval=approved recording_done=erased bereavement_offered=yes \
	deliveries+=recipient:殷悦,relation:3,delivered:2026-09-01,how:by_worker,part:whole,after_death:yes,signed:yes
must desk edit "$doc" status=delivered delivered=2026-09-01 after_death=yes 'recipients=[{"name":"殷悦","relation":"3","delivered":"2026-09-01"}]'
reached desk $K 留下自己认可的尊严文档 2026-08-06 -1 2026-08-12 0
reached desk $K 与家人说出重要的话 2026-08-06 -1 2026-09-01 0
must desk edit $K phase=closing close_reason=deceased closed=2026-09-02
must desk add closure --case $K reason=deceased closed_on=2026-09-02 attainment=all follow_up_months=1,3 informed=2026-09-02 \
	approved=2026-09-02 approved_by=朱红燕 approval_note=电话督导，签字页存档
must desk edit $K phase=follow_up
all_sync desk nurse mate
# 3 August to 2 September: 30 days, three services of five expected: 60 %.
ok "what it amounts to" is "$(measured desk $K '[.days_open, .services_completed, .services_of_expected, .documents, .documents_delivered, .goals_attained]')" \
	'[30,3,60,["dignity_document"],1,2]'
ok "nothing is missing" is "$(gaps desk $K)" '[]'
ok "the family is called after 1 and 3 months" is "$(station desk show $K --json | jq -c '[.due[] | select(.kind == "after_close").due]')" '["2026-10-02","2026-12-02"]'
ok "the nurse still has nothing of it" is "$(station nurse show $K --json | jq '[.records[] | select(.type == "document")] | length')" 0
ok "its author prints it" exits 0 station desk print dignity $K -o "$work/doc.pdf"
# The demo: approved 46 days ago, delivered 14 days ago, 16 days after the death; IPOS 24 to 17.
ok "the demo's document was delivered after the death, three goals of three" is "$(measured desk ZY-01 '[.documents_delivered, .goals_attained, .services_completed, .scores[0].first, .scores[0].last]')" '[1,3,6,24,17]'
done_testing
