#!/bin/bash
# yearly.t - the year of a kinship-care project, as its source tells of it, in the
# figures of the demo as everybody gets it: 58 referred and 26 enrolled, about fifteen
# services a case-year, six sessions of a group for carers.
#
# And what the demo is for: a coordinator can say which stations fall behind, which
# programme helps and where referrals get stuck, because sites and programmes are told.
unset CHECK_SCRATCH
DEMO_CASES=1400 # the default of the verb; below, that it is
. tests/flow/lib.sh
use_district
# shellcheck disable=SC2119
start_daemon
sign_in "$(account district_coordinator)"
this_year=$(TZ=Asia/Shanghai date +%Y)
counted_all() { [ "$(code GET /v1/figures/sites)" = 200 ]; }
figure() { wait_for 60 counted_all && api GET "/v1/figures/$1" | jq -r "$2"; }

ok "that many cases are the default" grep -q "define DEMO_CASES *$DEMO_CASES\$" server/admin/demo.h
# The funnel ran at three stations. By reason of dropping out it is of a few people each, so
# a coordinator is not told its middle; each station is told its own.
enrolled() { # figure: at the three stations together
	local site sum=0
	for site in 平桥 柳巷 石鼓; do
		as "$(account social_worker "$site街道康复站")"
		sum=$((sum + $(figure "$1?from=$((this_year - 2))&to=$this_year&by=year,programme" '[.rows[] | select(.key == "smd_kinship_care").num] | add // 0')))
	done
	echo $sum
}
for site in 平桥 柳巷 石鼓; do sign_in "$(account social_worker "$site街道康复站")"; done
ok "58 referred, 49 reached, 41 assessed, 31 eligible, 26 enrolled" is \
	"$(enrolled screened) $(enrolled screening_reached) $(enrolled screening_assessed) $(enrolled screening_eligible) $(enrolled screening_enrolled)" '58 49 41 31 26'
as "$(account district_coordinator)"
per_year=$(figure "services_per_case_year?from=$((this_year - 1))&to=$this_year&by=year,programme" \
	'[.rows[] | select(.key == "smd_kinship_care").value] | map(tostring) | join(" ")')
ok "about fifteen services a case-year ($per_year)" awk -v v="$per_year" 'BEGIN { n = split(v, a, " "); for (i = 1; i <= n; i++) if (a[i] < 12.5 || a[i] > 17.5) exit 1; exit n != 2 }'
ok "a group for carers has its six sessions" is "$(figure "group_sessions?from=$((this_year - 1))&to=$this_year&by=year,programme" \
	'[.rows[] | select(.key == "caregiver_group").num] | add')" 6

# Somebody reads the list of what is overdue: a district in which two cases in three are on
# it has none. Not nothing either, or there would be nobody to look at.
overdue=$(sql "SELECT 100 * count(*) FILTER (WHERE s.next_due < '$(TZ=Asia/Shanghai date +%F)') / count(*) FROM log.summary s
	JOIN rec.\"case\" c ON c.id = s.case_id WHERE c.closed IS NULL AND c.opened IS NOT NULL")
ok "a few cases in a hundred are overdue ($overdue)" awk -v n="$overdue" 'BEGIN { exit !(n >= 5 && n <= 20) }'

# ---- three questions, answered -----------------------------------------------------------

# What is told hangs on the day: a year that is young has few of everything, and of some
# numbers there happen to be too few now and then. So: nearly all, of a year that is not
# young.
total_told() { figure "$1" '.totals[0] | .hidden == null and .value != null'; }
told() { # figure by: "told of", of the rows with something to count
	figure "$1?by=$2" '[.rows[] | select(.num != 0 or .hidden != null)] | "\([.[] | select(.hidden == null)] | length) \(length)"'
}
if [ "$(TZ=Asia/Shanghai date +%-j)" -gt 150 ]; then
	hidden=''
	for id in caseload_overdue first_contact_days contacts_missed smd_face_to_face services_signed goals_attained gas_change closed_goals_met \
		closed_early referral_in_time referral_days requests_met referral_acceptance referral_returned referral_closed_loop \
		smd_management smd_medication smd_regular smd_stability; do
		[ "$(total_told $id)" = true ] || hidden+=" $id"
	done
	ok "of the district nearly all that the three questions ask is told (not:${hidden:- none})" [ "$(wc -w <<<"$hidden")" -le 2 ]
	few=''
	for one in caseload_overdue:site first_contact_days:site contacts_missed:site services_signed:site gas_change:programme closed_goals_met:programme; do
		read -r some all < <(told "${one%:*}" "${one#*:}")
		echo "# $one: $some of $all are told"
		[ $((some * 2)) -ge "$all" ] || few+=" $one"
	done
	ok "and of most sites and programmes (not:${few:- none})" [ "$(wc -w <<<"$few")" -le 1 ]
fi
at_most() { # figure: the worst of the sites that are told, by name
	figure "$1?by=site" "[.rows[] | select(.hidden == null and .value != null)] as \$r | .labels as \$l | \$r | sort_by(.value) | .[$2] | \$l[.key].zh"
}
ok "who falls behind is one of the three that were made to" like "$(at_most first_contact_days -1)" '姑河区人民医院|新桥街道康复站|望河街道康复站'
ok "likewise whose notes are signed least" like "$(at_most services_signed 0)" '姑河区人民医院|新桥街道康复站|望河街道康复站'
ok "where referrals wait longest is the hospital that answers late" is "$(at_most referral_days -1)" 姑河区人民医院
done_testing
