#!/bin/bash
# due.t - what falls due and what a case amounts to: the centre and a station
# say the same, and both move when a record or the calendar does.
. tests/flow/lib.sh
use_district
start_daemon

worker=$(account social_worker)
sign_in "$worker"
site=$(jq -r .reader.site "$work/session.$worker")
ok "a station is let in" enrol one "$(site_of "$worker")" "$worker"
ok "and synced" exits 0 station one sync

# --- both ends ------------------------------------------------------------
plain='{due, measures, gaps, coverage}'
differing() { # cases whose two answers are not the same
	local case_id
	for case_id in $(api GET '/v1/caseload?limit=5000' | jq -r '.rows[].case'); do
		[ "$(api GET "/v1/cases/$case_id" | jq -cS "$plain")" = \
			"$(station one show "$case_id" --json | jq -cS "$plain")" ] || echo "$case_id"
	done
}
ok "every case of the caseload amounts to the same at both ends" is "$(differing)" ""
lines() { jq -cS '[.[] | {case, next_due, next_what, next_label}] | sort_by(.case)'; }
ok "and its next date and what it is for are the same" \
	is "$(station one cases --json | lines)" "$(api GET '/v1/caseload?limit=5000' | jq '.rows' | lines)"
ok "the line's next date is the first on the list" is "$(for case_id in $(api GET '/v1/caseload?limit=5000' | jq -r '.rows[].case'); do
	api GET "/v1/cases/$case_id" | jq -r 'select(.summary.next_due != .due[0].due or .summary.next_what != (if .due[0].due then .due[0].kind else null end)) | .case'
done)" ""

# --- the worklist ----------------------------------------------------------
today=$(TZ=Asia/Shanghai date +%F)
station one due --json >"$work/due.json"
ok "the worklist has overdue items" [ "$(jq '[.items[] | select(.days_late > 0)] | length' "$work/due.json")" -gt 0 ]
ok "the longest overdue first, then by day, those without a day last" \
	is "$(jq -c '[.items[] | .due // "9999"]' "$work/due.json")" "$(jq -c '[.items[] | .due // "9999"] | sort' "$work/due.json")"
ok "days late are counted from the end of the day" is \
	"$(jq --arg t "$today" '[.items[] | select(.due != null) | select(.days_late != ([0, (($t + "T00:00:00Z" | fromdate) - (.due + "T00:00:00Z" | fromdate)) / 86400] | max))] | length' "$work/due.json")" 0
ok "nothing beyond the days asked for" is \
	"$(station one due --days 0 --json | jq --arg t "$today" '[.items[] | select(.due != null and .due > $t)] | length')" 0
ok "a number of days nobody means is refused" exits 2 station one due --days 1e9
ok "and so is a word" exits 2 station one due --days soon
ok "the list reads in Chinese" like "$(station one due --lang zh)" '逾期[0-9]+天'

# --- a child with type 1 diabetes --------------------------------------------
new() { station one add "$@" --json | jq -r .id; }
child=$(new person name=何小雨 birth=2016-03-10 sex=2)
t1d=$(new case "person=$child" programme=t1d_families phase=intake "home_site=$site" opened=2026-06-01)
items() { station one show "$t1d" --json | jq -c "[.due[] | select(.code == \"$1\")] | .[0] | $2"; }
ok "before the baseline nobody knows when the first review is due" is "$(items hba1c '[.due, .unknown]')" '[null,["diagnosis"]]'
ok "and the list says what is missing" like "$(station one due --lang en)" 'HbA1c|not known: .*iagnos'
cat >"$work/baseline.json" <<-'EOJ'
	{"form": "t1d_baseline", "version": "1.0", "responded": "2026-06-02",
	 "answers": {"diagnosed": "2026-05-31", "insulin_regimen": "pump", "thyroid_antibodies": "negative", "ldl_high": false}}
EOJ
station one add response --case "$t1d" --file "$work/baseline.json" >/dev/null
ok "after it the first is due at the diagnosis" is "$(items hba1c .due)" '"2026-05-31"'
cat >"$work/review.json" <<-'EOJ'
	{"form": "t1d_review", "version": "1.0", "responded": "2026-09-02",
	 "answers": {"results": [{"item": "hba1c", "done": "2026-08-31", "value": "7.1"}]}}
EOJ
station one add response --case "$t1d" --file "$work/review.json" >/dev/null
ok "three months after 31 August is 30 November" is "$(items hba1c '[.due, .last_done, .times]')" '["2026-11-30","2026-08-31",1]'
ok "a child of ten is asked" is "$(items assent .due)" '"2026-06-01"'
ok "the centre takes it" exits 0 station one sync
ok "and reckons the same" is "$(api GET "/v1/cases/$t1d" | jq -cS "$plain")" "$(station one show "$t1d" --json | jq -cS "$plain")"

# --- working days -------------------------------------------------------------
adult=$(new person name=何大山 birth=1980-03-10 sex=1)
signed=$(new case "person=$adult" programme=family_doctor_contract phase=intake "home_site=$site" opened=2026-02-13)
first() { jq -r '[.due[] | select(.kind == "first_contact")] | .[0].due'; }
ok "five working days from Friday 13 February 2026: a make-up Saturday, nine days off, four days" \
	is "$(station one show "$signed" --json | first)" 2026-02-27
station one sync >/dev/null
ok "at the centre too" is "$(api GET "/v1/cases/$signed" | first)" 2026-02-27
printf '{"source": "区里通知", "items": [{"code": "2026-02-24", "kind": "holiday", "zh": "本区放假", "en": "Day off here"}]}' >"$work/day.json"
ok "a day off more is loaded" like "$(daemon calendar load "$work/day.json")" '1 days added'
ok "and the line of a case nobody touched moves to the next make-up Saturday" \
	is "$(api GET '/v1/caseload?limit=5000' | jq -r --arg c "$signed" '.rows[] | select(.case == $c) | .next_due')" 2026-02-28
station one sync >/dev/null
ok "at the station as well" is "$(station one show "$signed" --json | first)" 2026-02-28
ok "loading it again changes nothing" like "$(daemon calendar load "$work/day.json")" '0 days added, 1 were there'

# --- measures ------------------------------------------------------------------
graft=$(new case "person=$adult" programme=organ_transplant phase=intake "home_site=$site" opened=2026-02-13)
one() { station one measures "$graft" --json | jq -c ".measures.$1"; }
ok "late to the first contact, nothing done" is "$(one first_contact_in_time) $(one services_completed)" 'false 0'
station one add service --case "$graft" started_at=2026-02-25T09:00:00+08:00 kind=interview status=completed \
	dimension=treatment recipient_group=recipients_families phase_of_care=in >/dev/null
station one add service --case "$graft" started_at=2026-02-26T09:00:00+08:00 kind=home_visit status=no_show >/dev/null
ok "a service counts, a missed one does not" is "$(one first_contact_in_time) $(one services_completed)" 'true 1'
ok "it fills one of twelve cells" is "$(station one measures "$graft" --json | jq -c '[.coverage.empty, .measures.coverage_share]')" '[11,8.33]'
ok "in words" like "$(station one measures "$graft" --lang zh)" '还有 11 格没有服务'
ok "a case in a list of its gaps" like "$(station one show "$graft" --lang zh)" '证据缺口'
ok "what is neither case nor group has no measures" exits 1 station one measures "$adult"

# --- a group -------------------------------------------------------------------
circle=$(new group name=同伴小组 kind=open phase=working)
for i in 1 2 3; do
	eval "s$i=\$(new session --case \"$circle\" number=$i held_at=2026-10-0${i}T14:00:00+08:00 status=held unnamed=$i)"
done
m1=$(new participant --case "$circle" name=甲 joined=2026-10-01)
m2=$(new participant --case "$circle" name=乙 joined=2026-10-01)
# shellcheck disable=SC2154
for pair in "$s1 $m1" "$s2 $m1" "$s3 $m1" "$s1 $m2"; do
	station one add attendance --case "$circle" "session=${pair% *}" "participant=${pair#* }" present=yes >/dev/null
done
ok "three sessions, ten attendances, two persons" is \
	"$(station one measures "$circle" --json | jq -c '.measures | [.sessions_held, .attendances, .attendances_unnamed, .persons]')" '[3,10,6,2]'
station one sync >/dev/null
ok "the centre counts the group alike" is "$(api GET "/v1/cases/$circle" | jq -cS .measures)" "$(station one measures "$circle" --json | jq -cS .measures)"

# --- programmes ------------------------------------------------------------------
ok "every pack is on the list" is "$(station one programme --json | jq length)" "$(api GET /v1/catalogue | jq '[.packs | keys[] | select(contains("@") | not)] | length')"
ok "with the cases of the own caseload" is "$(station one programme --json | jq '[.[].cases] | add')" "$(station one cases --json | jq '[.[] | select(.programme)] | length')"
station one programme smd_kinship_care --json >"$work/smd.json"
ok "the funnel's reasons sum, step by step" is "$(jq -c '.measures.funnel | [
	.referred - .reached - ([.left.reached[]] | add // 0), .reached - .assessed - ([.left.assessed[]] | add // 0),
	.assessed - .eligible - ([.left.eligible[]] | add // 0), .eligible - .enrolled - ([.left.enrolled[]] | add // 0)]' "$work/smd.json")" '[0,0,0,0]'
ok "and so do the phases" is "$(jq '[.measures.cases_by_phase[]] | add' "$work/smd.json")" "$(jq .measures.cases "$work/smd.json")"
ok "services a case-year are a mean over the cases opened" is \
	"$(jq -c '.rolled.services_per_case_year | [.n, ((.sum / .n * 100 | round) / 100)]' "$work/smd.json")" \
	"$(jq -c '[.measures.funnel.enrolled, .rolled.services_per_case_year.mean]' "$work/smd.json")"
ok "by its Chinese name" like "$(station one programme 严重精神障碍亲情关怀 --lang zh)" '筛查|入组'
ok "one there is not is refused" exits 1 station one programme nothing
done_testing
