#!/bin/bash
# walk_group.t - carers in six sessions, from the survey of needs to the report,
# and the children's open series of 78 sessions, whose attendances and persons
# are two figures.
. tests/flow/lib.sh
. tests/flow/walk.sh
use_district
start_daemon
seat desk social_worker 吴州儿童医院
seat mate social_worker 平桥社区服务中心

# --- who needs it, who joins -----------------------------------------------------
make desk add person name=卓月英 sex=女 birth=1983-03-03 phone=19900003901
carer=$made
make desk add case person="$carer" programme=caregiver_group number=ZG-W-01 phase=intake opened=2026-07-01
must desk add consent --case ZG-W-01 purpose=care given_by=卓月英 relation_to_client=0 evidence=纸质同意书 from=2026-07-01
must desk edit ZG-W-01 phase=assessment
must desk form caregiver_needs --case ZG-W-01 --date 2026-07-01 family_understanding=3 similar_families=2 neighbours=1 outlet=3 emotional_quality=1 \
	self_identity=2 knowledge=0 joins=yes
must desk --lang zh plan ZG-W-01
ok "the survey proposes relief, a self, understanding, peers" is "$(ids_of desk ZG-W-01 goal | wc -l)" 4
make desk --lang zh group new all_the_way name=一路走来 number=G-W-01 opened=2026-07-08 sites=平桥社区服务中心
group=$made
ok "six sessions a week apart" is "$(station desk show "$group" --json | jq -r '[.records[] | select(.type == "session") | .body.held_at[:10]] | sort | join(" ")')" \
	'2026-07-08 2026-07-15 2026-07-22 2026-07-29 2026-08-05 2026-08-12'
declare -A member
for name in 卓月英 童美玲 辛桂花 阮秋萍 康大海 尤晓云; do
	make desk add participant --case G-W-01 name=$name kind=caregiver joined=2026-07-08 consent=yes screened=yes
	member[$name]=$made
done
must desk edit "${member[卓月英]}" person="$carer" linked_case=ZG-W-01
all_sync desk mate

# --- six sessions, two of them noted by the other site, one without a network ----------
# Present:   1 2 3 4 5 6
# 卓月英     + + + + + +   6
# 童美玲     + + - + + +   5   caring
# 辛桂花     + - + + - +   4   illness, work
# 阮秋萍     + + + - + -   4   caring, transport
# 康大海     + + - - - -   2   left after the second: time
# 尤晓云     + - + - + -   3   illness, unwilling, unknown
must desk group attend G-W-01 1 all
must desk group attend G-W-01 2 all 辛桂花=illness 尤晓云=illness
must desk edit "${member[康大海]}" left=2026-07-20 leave_reason=time
cut_off
must desk group attend G-W-01 3 卓月英 童美玲=caring 辛桂花 阮秋萍 尤晓云
start_daemon
all_sync desk mate
must mate group attend G-W-01 4 卓月英 童美玲 辛桂花 阮秋萍=caring 尤晓云=unwilling
must mate group attend G-W-01 5 卓月英 童美玲 辛桂花=work 阮秋萍 尤晓云
all_sync mate desk
must desk group attend G-W-01 6 卓月英 童美玲 辛桂花 阮秋萍=transport 尤晓云=unknown
for session in $(ids_of desk G-W-01 session); do must desk edit "$session" status=held; done

# --- before and after ---------------------------------------------------------------------
# APGAR: 2 is almost always. Totals 3 5 4 | 6 7 4: three pairs, two better, mean 4 and 5.67,
# change 1.67; a fourth has no second.
apgar() { must desk add group_assessment --case G-W-01 participant="${member[$1]}" instrument=apgar respondent=self timepoint="$2" assessed="$3" answers="$4"; }
apgar 卓月英 baseline 2026-07-08 1,1,0,1,0
apgar 童美玲 baseline 2026-07-08 1,1,1,1,1
apgar 辛桂花 baseline 2026-07-08 1,1,1,1,0
apgar 康大海 baseline 2026-07-08 1,1,1,1,0
apgar 卓月英 end 2026-08-12 2,1,1,1,1
apgar 童美玲 end 2026-08-12 2,2,1,1,1
apgar 辛桂花 end 2026-08-12 1,1,1,1,0
# Satisfaction, six answers each: 5 5 5 5 5 5, 4 4 4 4 4 4, 5 4 5 4 3 3: mean (5 + 4 + 4) ÷ 3 = 4.33; 16 of 18 answers are 4 or 5: 88.89 %.
happy() { must desk add group_assessment --case G-W-01 participant="${member[$1]}" instrument=satisfaction respondent=self timepoint=end assessed=2026-08-12 answers="$2"; }
happy 卓月英 5,5,5,5,5,5,10
happy 童美玲 4,4,4,4,4,4,8
happy 辛桂花 5,4,5,4,3,3,8
must desk edit "${member[卓月英]}" peer_contact=yes
must desk edit "${member[童美玲]}" peer_contact=yes
must desk edit "$group" phase=archived closed=2026-08-12 report=六节全部开展
all_sync desk mate
for s in desk mate; do
	# 6 + 5 + 4 + 4 + 2 + 3 = 24 attendances of 6 persons; 24 ÷ 6 = 4 a session. Possible: 5 × 6 + 2 = 32; 24 ÷ 32 = 75 %.
	ok "$s: sessions, attendances, persons" is "$(measured $s G-W-01 '[.sessions_planned, .sessions_held, .attendances, .persons, .members, .attendance_mean, .attendance_rate]')" '[6,6,24,6,6,4,75]'
	# Four of six came four times or more: 66.67 %.
	ok "$s: four of six completed it" is "$(measured $s G-W-01 '[.completed, .completion]')" '[4,66.67]'
	ok "$s: one dropped out, for want of time" is "$(measured $s G-W-01 '[.drop_outs, .drop_out_reasons]')" '[1,{"time":1}]'
	# 辛桂花 illness, work; 尤晓云 illness, unwilling, unknown; 阮秋萍 caring, transport; 童美玲 caring.
	ok "$s: eight absences by reason" is "$(measured $s G-W-01 .absence_reasons)" '{"caring":2,"illness":2,"transport":1,"unknown":1,"unwilling":1,"work":1}'
	ok "$s: satisfied, and staying in touch" is "$(measured $s G-W-01 '[.satisfaction_mean, .satisfaction_top, .peer_contacts]')" '[4.33,88.89,2]'
	ok "$s: three pairs and one without an end" is "$(measured $s G-W-01 '[.battery[] | select(.instrument == "apgar") | del(.version)][0]' | jq -c '[.. | numbers] | sort')" '[1,1.67,2,3,4,5.67]'
done

# --- 78 sessions and the two readings of 256 ---------------------------------------------------
sign_in "$(account social_worker 吴州儿童医院)"
series() { # participants, rule: PRESENT[i] lists sessions as a jq expression of $i
	jq -cn --argjson n "$1" --arg name "$2" --arg salt "$3" --arg now "$(date -u +%FT%TZ)" '
		def hex($w): . as $v | [range($w)] | map(($v / pow(16; $w - 1 - .) | floor) % 16) | map("0123456789abcdef"[.:. + 1]) | add;
		def id($k): "01a0c0de-" + $salt + "-7000-8000-" + ($k | hex(12));
		def change($k; $type; $case; $set): {id: id(1000000 + $k), op: "create", type: $type, rec: id($k), set: $set, entered_at: $now}
			+ (if $case then {case: id(1)} else {} end);
		[change(1; "group"; false; {name: $name, number: $name, kind: "open", programme: "caregiver_group", template: "peer_support", phase: "working", opened: "2024-09-02"})]
		+ [range(78) | change(100 + .; "session"; true; {number: (. + 1), status: "held",
			held_at: ((1725242400 + . * 604800) | strftime("%Y-%m-%dT%H:%M:%SZ"))})]
		+ [range($n) | change(1000 + .; "participant"; true; {name: ("患儿" + (. + 1 | tostring)), kind: "peer", joined: "2024-09-01"})]
		+ [range($n) as $i | (if $n == 256 then ([$i % 78] + (if $i == 0 then [range(1; 78)] else [] end)) else [range(4) | ($i + . * 19) % 78] end)[]
			| change(10000 + $i * 100 + .; "attendance"; true; {session: id(100 + .), participant: id(1000 + $i), present: true})]
		| _nwise(200) | {changes: .}'
}
send() { # every batch is taken whole
	local batch
	while read -r batch; do
		api POST /v1/changes - <<<"$batch" >"$work/sent"
		is "$(jq -c '[.results[].status] | unique' "$work/sent")" '["applied"]' || return 1
	done
}
ok "a series of 256 children goes in" send < <(series 256 同伴系列甲 a001)
ok "and one of 64, four times each" send < <(series 64 同伴系列乙 a002)
must desk sync
# 256 children once each, and the first at the other 77 sessions as well: 333.
ok "256 persons, 333 attendances in 78 sessions" is "$(measured desk 同伴系列甲 '[.sessions_held, .persons, .attendances]')" '[78,256,333]'
# 64 × 4 = 256; 256 ÷ 78 = 3.28.
ok "256 attendances of 64 persons, 3.28 a session" is "$(measured desk 同伴系列乙 '[.sessions_held, .persons, .attendances, .attendance_mean]')" '[78,64,256,3.28]'
ok "the centre counts alike" is "$(api GET /v1/cases/01a0c0de-a001-7000-8000-000000000001 | jq -c '.measures | [.sessions_held, .persons, .attendances]')" '[78,256,333]'

# --- the demo's group ---------------------------------------------------------------------------
# Eight members; 施小玲 left after two. Absent: five times. 8 + 8 + 7 × 4 - 5 = 39.
ok "the demo's six sessions: 39 attendances of 8 persons, seven completed it" is "$(measured desk G-01 '[.sessions_held, .attendances, .persons, .completed, .drop_outs, .peer_contacts]')" '[6,39,8,7,1,5]'
done_testing
