#!/bin/bash
# conflicts.t - two people wrote the same thing: what each is told, how it is
# settled and by whom, and that nothing written is lost on the way.
. tests/flow/lib.sh
use_district
start_daemon

rehab_login=$(account prevention_doctor 平桥街道康复站)
head_login=$(account social_worker 平桥街道康复站)
comm_login=$(account social_worker 平桥社区服务中心)
for name in rehab comm head; do
	login=${name}_login
	ok "$name is enrolled and in step" enrol $name "$(site_of "${!login}")" "${!login}"
	station $name sync >/dev/null
done
staff_of() { station "$1" status --json | jq -r .reader.staff; }
where_of() { station "$1" status --json | jq -r .reader.site; }
rehab=$(staff_of rehab) comm=$(staff_of comm)
rehab_site=$(where_of rehab) comm_site=$(where_of comm)
device_of() { sql "SELECT device FROM log.replica WHERE staff = '$1' ORDER BY created_at DESC LIMIT 1"; }
number=$(comm -12 <(station rehab cases --json | jq -r --arg s "$rehab_site" '.[] | select(.home_site == $s) | .number' | sort) \
	<(station comm cases --json | jq -r '.[].number' | sort) | head -n 1)
case_id=$(sql "SELECT id FROM rec.\"case\" WHERE number = '$number'")
sync() { station "$1" sync >/dev/null 2>&1; }
note_with() { # field=value…: a new note everybody has
	station rehab add service --case "$number" kind=home_visit status=completed "started_at=2026-11-20 09:00" "$@" --json | jq -r .id
	sync rehab && sync comm && sync head
}
conflicts_of() { station "$1" conflicts --json | jq -c --arg r "$2" '[.[] | select(.kind == "conflict" and .body.record == $r)]'; }
parked_at() { station "$1" conflicts --json | jq -c '[.[] | select(.kind == "parked")]'; }
value() { sql "SELECT body::json ->> '$2' FROM log.version WHERE record_id = '$1' AND next_csn IS NULL"; }

# ---- who, when, where, and what each had seen -----------------------------------------
note=$(note_with minutes=30)
station rehab edit "$note" "minutes=45" >/dev/null && sync rehab
sync head && station head edit "$note" "aim=了解近况" >/dev/null && sync head
station comm edit "$note" "minutes=60" >/dev/null && sync comm
found=$(conflicts_of comm "$note")
ok "a value that came second is kept in a conflict" is "$(jq length <<<"$found")" 1
ok "it says who wrote each value, whoever wrote last" is \
	"$(jq -r '.[0].body | [.mine_by, .theirs_by] | join(" ")' <<<"$found")" "$comm $rehab"
ok "at which site" is "$(jq -r '.[0].body | [.mine_site, .theirs_site] | join(" ")' <<<"$found")" "$comm_site $rehab_site"
ok "at which station" is "$(jq -r '.[0].body | [.mine_device, .theirs_device] | join(" ")' <<<"$found")" \
	"$(device_of "$comm") $(device_of "$rehab")"
ok "and what each had seen" is "$(jq -c '.[0].body | [.seen.minutes, .theirs_seen.minutes, .mine.minutes, .theirs.minutes]' <<<"$found")" '[30,30,60,45]'
id=$(jq -r '.[0].id' <<<"$found")

said=$(station comm conflicts --lang zh)
ok "three lines are enough to decide: which" like "$(sed -n 1p <<<"$said")" "^[0-9a-f-]{8,36}  $number .+ · 服务记录 · .*家访.* · 开始时间 \(started_at\), 时长.* \(minutes\)$"
ok "mine" like "$(sed -n 2p <<<"$said")" "^  mine    开始时间: .*; 时长.*: 60（$(awk -F '\t' -v l="$comm_login" '$2 == l { print $4 }' "$work/accounts.tsv")，平桥社区服务中心 工作站 [0-9a-f]{6}，2[0-9-]+ [0-9:]+；修改前所见：.*: 30）$"
ok "theirs" like "$(sed -n 3p <<<"$said")" "^  theirs  开始时间: .*; 时长.*: 45（.+，平桥街道康复站 工作站 [0-9a-f]{6}，.*；修改前所见：.*: 30）$"
ok "and how" like "$(tail -n 1 <<<"$said")" 'casebridge settle 编号 mine \| theirs \| 字段=值'
ok "in English, too" like "$(station comm conflicts --lang en | sed -n 2p)" "^  mine    Start: .*60  \(.+, .+ station [0-9a-f]{6}, .+; had seen: .*30\)$"

# ---- counted ------------------------------------------------------------------------------
ok "the case's line counts it" is "$(station rehab sync >/dev/null; station rehab cases "$number" --json | jq '.[0].open_conflicts')" \
	"$(station comm cases "$number" --json | jq '.[0].open_conflicts')"
ok "the station's status counts it, by case" is "$(station comm status --json | jq -c --arg c "$case_id" '[.conflicts, (.conflict_cases[] | select(.case == $c) | .n)]')" '[1,1]'
ok "also for people" like "$(station comm status --lang zh)" "冲突 +1  $number 1"
sign_in "$comm_login"
ok "the centre counts them for whoever reaches the case" is "$(api GET /v1/conflicts |
	jq -c --arg c "$case_id" --arg s "$rehab_site" '[.total, ([.units[] | select(.case == $c) | .n]), ([.sites[] | select(.site == $s) | .n])]')" '[1,[1],[1]]'
station_of() { jq -r .device "$work/st/$1/station.json"; }
ok "one by one, with who, when and where, and without the values" is "$(api GET /v1/conflicts | jq -c --arg r "$note" '.open[] | select(.record == $r) |
	[.record_type, .case != null, .fields, .signed, (.mine | [.site_name, .station, (.by_name | length > 0), (.at | length > 0)]), (.theirs | [.site_name, .station])], (.mine | has("value"))')" \
	"[\"service\",true,[\"started_at\",\"minutes\"],false,[\"$(site_of "$comm_login")\",\"$(station_of comm)\",true,true],[\"$(site_of "$rehab_login")\",\"$(station_of rehab)\"]]
false"
coordinator=$(account district_coordinator)
sign_in "$coordinator"
ok "a coordinator gets numbers of sites and nothing else" is \
	"$(api GET /v1/conflicts | jq -c --arg s "$rehab_site" '[keys, .total, .sites[0].site == $s, .sites[0].n, (.sites[0] | keys)]')" \
	'[["oldest","sites","total"],1,true,1,["n","oldest","site"]]'
sign_in "$(account auditor)"
ok "an auditor nothing" is "$(code GET /v1/conflicts)" 403

# ---- settled once ---------------------------------------------------------------------------
sync rehab
ok "one station settles it" exits 0 station rehab settle "$id" theirs --note 已电话核对
ok "the other otherwise, not knowing" exits 0 station comm settle "$id" minutes=50
ok "and is told what will stand" like "$(cat "$work/said")" "50"
sync rehab
ok "who comes second is told" is "$(station comm sync --json | jq -c '[.applied, .parked]')" '[0,1]'
ok "that it is settled" is "$(parked_at comm | jq -r '.[0].result.code')" nothing_to_settle
said=$(station comm conflicts --lang zh)
ok "by whom and how" like "$said" "已由 .+ 于 2[0-9: -]+ 处理为：.*45"
ok "and what they chose themselves" like "$said" "您的选择：.*50"
ok "nothing moved" is "$(value "$note" minutes)" 45
ok "who insists edits what stands now" exits 0 station comm settle "$(parked_at comm | jq -r '.[0].id')" mine
ok "which is a change like any other" is "$(station comm sync --json | jq -c '[.applied, .conflicts, .parked, .synced]') $(value "$note" minutes)" '[1,0,0,true] 50'
ok "and all of it is in history" is "$(station rehab show "$note" --history --json | jq -c '[.versions[].body.minutes] | unique')" '[30,45,50]'

# ---- what stands moves on meanwhile ------------------------------------------------------------
note=$(note_with aim=A)
station rehab edit "$note" aim=B >/dev/null && sync rehab
station comm edit "$note" aim=C >/dev/null && sync comm
id=$(conflicts_of comm "$note" | jq -r '.[0].id')
ok "it is settled for the value that lost" exits 0 station comm settle "$id" mine
station rehab edit "$note" aim=D >/dev/null && sync rehab
ok "against a value that is no longer there" is "$(station comm sync --json | jq .parked) $(parked_at comm | jq -r '.[0].result.code')" '1 moved_on'
ok "nothing is overwritten" is "$(value "$note" aim)" D
said=$(station comm conflicts --lang zh)
ok "the conflict shows what stands now, and what stood then" like "$said" "theirs  D（此后又有修改；冲突时为：B（"
ok "and the reason speaks of the value" like "$said" "又有了新的值"
ok "having seen it, they choose again" exits 0 station comm settle "$(parked_at comm | jq -r '.[0].id')" mine
ok "and that is taken" is "$(station comm sync --json | jq -c '[.applied, .parked]') $(value "$note" aim)" '[1,0] C'

# ---- several of one record -------------------------------------------------------------------------
note=$(note_with aim=A minutes=10)
sync head
station rehab edit "$note" aim=B minutes=20 >/dev/null && sync rehab
station comm edit "$note" aim=C minutes=30 >/dev/null && sync comm
station head edit "$note" aim=D >/dev/null && sync head
sync comm
ok "three conflicts of one record" is "$(conflicts_of comm "$note" | jq -c '[.[].body.mine | .aim // .minutes] | sort_by(tostring)')" '[30,"C","D"]'
of() { conflicts_of comm "$note" | jq -r --arg v "$1" '.[] | select(.body.mine.aim == $v or (.body.mine.minutes | tostring) == $v) | .id'; }
ok "each is settled by itself" exits 0 station comm settle "$(of 30)" mine
ok "the next" exits 0 station comm settle "$(of C)" mine
ok "and the last, on what the one before made" exits 0 station comm settle "$(of D)" "aim=C；D"
ok "all are taken" is "$(station comm sync --json | jq -c '[.applied, .parked, .conflicts]') $(value "$note" aim) $(value "$note" minutes)" '[3,0,0] C；D 30'
ok "and none is left" is "$(conflicts_of comm "$note")" '[]'

# ---- about a signed record -----------------------------------------------------------------------------
note=$(note_with aim=首访)
station comm edit "$note" aim=二访 >/dev/null
ok "the author signs" exits 0 station rehab sign "$note"
sync rehab
ok "what comes after the signature is a conflict" is "$(station comm sync --json | jq -c '[.conflicts, .parked]')" '[1,0]'
ok "which says so" like "$(station comm conflicts --lang zh)" "记录已签名，不再改动"
id=$(conflicts_of comm "$note" | jq -r '.[0].id')
ok "a person keeps it as an addendum" exits 0 station comm settle "$id" mine
ok "and is told that it will be one" like "$(cat "$work/said")" "addendum: 二访"
ok "the signed text shows as it was, here too" is "$(station comm show "$note" --json | jq -c '[.state, .body.aim]')" '["signed","首访"]'
sync comm && sync rehab
ok "it stands beside the record everywhere" is "$(station rehab show "$note" --json | jq -c '[.state, .body.aim, (.addenda | map(.value.aim))]')" '["signed","首访",["二访"]]'
ok "with its author" like "$(station rehab show "$note" --lang zh)" "补充：二访（$(awk -F '\t' -v l="$comm_login" '$2 == l { print $4 }' "$work/accounts.tsv")，"
station rehab edit "$note" aim=首访，家属补充用药史 --reason 当晚家属来电 --json >"$work/added" 2>&1
ok "who knows it as signed adds to it, without a network" is "$(jq -r .id "$work/added")" "$note"
added_to() { station "$1" show "$note" --json | jq -c '[.state, .body.aim, (.addenda | map(.value.aim) | sort)]'; }
both='["signed","首访",["二访","首访，家属补充用药史"]]'
ok "which shows at once, and the signed text as it was" is "$(added_to rehab)" "$both"
ok "it goes out, and is no conflict" is "$(station rehab sync --json | jq -c '[.applied, .conflicts, .parked, .synced]')" '[1,0,0,true]'
sync comm
ok "it stands beside the record for everybody, once" is "$(added_to rehab) $(added_to comm)" "$both $both"
ok "with why it was added" is "$(station comm show "$note" --json | jq -r '.addenda[] | select(.note) | .note')" 当晚家属来电
ok "nobody is asked about it" is "$(conflicts_of comm "$note")" '[]'
ok "without saying why it is not taken for an addition" exits 1 station rehab edit "$note" aim=X
ok "signed is final" is "$(sql "SELECT count(*) FROM log.version WHERE record_id = '$note' AND version > (SELECT min(version) FROM log.version WHERE record_id = '$note' AND state = 2)")" 0

# ---- in the directory ------------------------------------------------------------------------------------
site_admin=$(account site_admin)
system_admin=$(account system_admin)
resource=$(cat /proc/sys/kernel/random/uuid)
change() { # OP TYPE REC SET SEEN: prints the result
	jq -cn --arg id "$(cat /proc/sys/kernel/random/uuid)" --arg op "$1" --arg type "$2" --arg rec "$3" --argjson set "$4" --argjson seen "${5:-null}" \
		'{changes: [{id: $id, op: $op, type: $type, rec: $rec, set: $set, entered_at: "2026-11-21T09:30:00+08:00", base_ver: 1}
		  + (if $seen then {seen: $seen} else {} end)]}' | api POST /v1/changes - | jq -c '.results[0] | [.status, .code // .conflict]'
}
sign_in "$site_admin" && sign_in "$system_admin"
as "$system_admin"
ok "an administrator makes a resource" is "$(change create resource "$resource" '{"name":"救助基金","kind":"fund","status":"active"}')" '["applied",null]'
ok "and names it" is "$(change patch resource "$resource" '{"name":"大病救助基金"}' '{"name":"救助基金"}')" '["applied",null]'
as "$site_admin"
said=$(change patch resource "$resource" '{"name":"慈善救助基金"}' '{"name":"救助基金"}')
ok "another named it otherwise" is "$(jq -r '.[0]' <<<"$said")" conflict
id=$(jq -r '.[1]' <<<"$said")
ok "the directory shows the conflict" is "$(api GET /v1/directory | jq -r --arg r "$resource" '.records[] | select(.type == "conflict" and .body.record == $r) | .id')" "$id"
ok "it is counted for administrators" is "$(api GET /v1/conflicts | jq -c '[.total, .units[0].kind, .sites]')" '[1,"directory",[]]'
ok "not at a station of others" is "$(sync comm; station comm status --json | jq .conflicts)" 0
as "$comm_login"
ok "who may not write the directory settles nothing there" is \
	"$(change resolve conflict "$id" '{"value":{"name":"x"}}' '{"name":"大病救助基金"}')" '["parked","forbidden"]'
as "$site_admin"
ok "an administrator settles it" is "$(change resolve conflict "$id" '{"value":{"name":"慈善救助基金"},"note":"改名"}' '{"name":"大病救助基金"}')" '["applied",null]'
ok "and the name is chosen" is "$(value "$resource" name)" 慈善救助基金
ok "a second decision finds it settled" is "$(as "$system_admin"; change resolve conflict "$id" '{"value":{"name":"y"}}' '{"name":"慈善救助基金"}')" '["parked","nothing_to_settle"]'
ok "stations agree with the centre about the directory" is "$(station comm sync --json | jq .synced)" true

# ---- an author from whom the case was withdrawn --------------------------------------------------------------
note=$(note_with aim=A)
station rehab edit "$note" aim=B >/dev/null && sync rehab
station comm edit "$note" aim=C >/dev/null && sync comm
sync head
members=$(station head show "$number" --json |
	jq -r --arg s "$comm_site" '.records[] | select(.type == "member" and .body.site == $s and (.body.to | not)) | .id')
for member in $members; do station head edit "$member" to=2026-11-21 reason=移交 >/dev/null; done
sync head && sync comm
ok "the case is gone from the author's station" is "$(station comm cases "$number" --json | jq length)" 0
ok "and the conflict with it" is "$(conflicts_of comm "$note")" '[]'
ok "the others still have the value" is "$(sync rehab; conflicts_of rehab "$note" | jq -c '[.[].body.mine.aim]')" '["C"]'
ok "and may take it" exits 0 station rehab settle "$(conflicts_of rehab "$note" | jq -r '.[0].id')" mine
ok "with its author named" is "$(station rehab sync --json | jq -c '[.applied, .parked]') $(value "$note" aim) $(
	sql "SELECT body::json ->> 'mine_by' FROM log.version WHERE next_csn IS NULL AND body::json ->> 'record' = '$note'")" "[1,0] C $comm"
for name in rehab head comm; do ok "$name and the centre hold the same" is "$(station $name sync --json | jq .synced)" true; done

done_testing
