#!/bin/bash
# withdraw_station.t - withdrawing, looking who holds a copy, and break-glass from
# the command line of real stations, with and without the centre.
. tests/flow/lib.sh
use_district
start_daemon

today=$(TZ=Asia/Shanghai date +%F)
staff() { sql "SELECT staff FROM auth.account WHERE login = '$1'"; }
site_id() { sql "SELECT site FROM auth.account WHERE login = '$1'"; }
number=QQ-2025-001
case_id=$(sql "SELECT id FROM rec.\"case\" WHERE number = '$number'")
home=$(sql "SELECT home_site FROM rec.\"case\" WHERE id = '$case_id'")
own=$(sql "SELECT login FROM auth.account WHERE site = '$home' AND role = 'social_worker' ORDER BY 1 LIMIT 1")
boss=$(sql "SELECT login FROM auth.account WHERE site = '$home' AND role = 'supervisor' ORDER BY 1 LIMIT 1")
# Somebody of a site that has nothing to do with the case.
other=$(sql "SELECT a.login FROM auth.account a WHERE a.role = 'social_worker' AND a.site <> '$home'
	AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = '$case_id' AND r.key = a.site) ORDER BY 1 LIMIT 1")
there=$(site_id "$other")
ok "a case, its home site with a supervisor, and a stranger" test -n "$case_id" -a -n "$own" -a -n "$boss" -a -n "$other"
ok "the home site enrols" enrol home "$home" "$own"
ok "the supervisor enrols" enrol boss "$home" "$boss"
ok "the other site enrols" enrol other "$there" "$other"
for s in home boss other; do station $s sync >/dev/null 2>&1; done
made() { station home add "$@" --json 2>"$work/said" | jq -r .id; }
seat=$(made member --case $number "staff=$(staff "$other")" "site=$there" role=social_worker "from=$today")
consent=$(made consent --case $number purpose=sharing classes=identity,assessment,plan,note "sites=$there" given_by=本人 evidence=书面 "from=$today")
task=$(made task --case $number title=上门查看 "site=$there" status=open)
ok "shared, with work for the other site" is "$(station home sync --json | jq .synced)" true
ok "which has it" is "$(station other sync >/dev/null 2>&1; station other cases $number --json | jq length)" 1

# ---- the preview: the centre's, and our own, are one
station home withdraw $number "$consent" --preview --json >"$work/centre"
stop_daemon
station home withdraw $number "$consent" --preview --json >"$work/here"
ok "asked, the centre answers" is "$(jq -r .from "$work/centre")" centre
ok "away, the station says what it knows, and that it does" is "$(jq -r .from "$work/here")" station
same() { jq -S -c '[(.losses | map(.people |= sort_by(.role)) | sort_by([.site, .staff])), (.falls | sort_by(.rec))]' "$1"; }
ok "which is the same" is "$(same "$work/here")" "$(same "$work/centre")"
ok "and not nothing" is "$(jq -c '[(.losses | length), (.falls | map(.rec))]' "$work/here")" "[1,[\"$task\"]]"
ok "for a person it is marked" like "$(station home withdraw $number "$consent" --preview --lang zh)" '本机所知'
ok "in English, too" like "$(station home withdraw $number "$consent" --preview --lang en)" 'could not be asked'
ok "nothing is kept by looking" is "$(station home status --json | jq '.unsent // .waiting')" 0

# ---- done offline, it takes effect with the sync
ok "without a reason it is not done" exits 2 station home withdraw $number "$consent" --yes
ok "nor a task withdrawn" exits 1 station home withdraw $number "$task" --reason x --yes
ok "nor without a yes" exits 1 station home withdraw $number "$consent" --reason 不再共享
ok "offline it is kept" exits 0 station home withdraw $number "$consent" "$seat" --reason 不再共享 --yes
ok "as one group" is "$(station home status --json | jq '.unsent // .waiting')" 2
ok "said twice nothing more" exits 1 station home withdraw $number "$consent" --reason 不再共享 --yes
ok "copies are the centre's to tell" exits 3 station home copies $number
start_daemon
ok "until the sync it is shared" is "$(sql "SELECT count(*) > 0 FROM access.reach WHERE unit_id = '$case_id' AND key = '$there'")" t
ok "sent" is "$(station home sync --json | jq -c '[.synced, .parked]')" '[true,0]'
ok "sharing has ended" is "$(sql "SELECT count(*) FROM access.reach WHERE unit_id = '$case_id' AND key = '$there' AND (to_at IS NULL OR to_at > now())")" 0
ok "both records, and what fell, are of one transaction" is "$(sql "SELECT count(DISTINCT k.xid) FROM log.version v JOIN log.commit k USING (csn)
	WHERE v.next_csn IS NULL AND v.record_id IN ('$consent', '$seat', '$task')")" 1
ok "the station has the cancellation back" is "$(station home show "$task" --json | jq -r '.body | .status + " " + .cancel_reason')" "cancelled 同意已撤回：不再共享"

# ---- who holds it
ok "the owner sees who must purge it" like "$(station home copies $number --lang en)" '0 of 1 stations purged, 1 last seen up to 0 days ago'
sql "UPDATE log.replica SET last_seen = now() - interval '6 days' WHERE staff = '$(staff "$other")'" >/dev/null
ok "and since when it was away" like "$(station home copies $number --lang zh)" '1 个工作站中 0 个已清除，1 个未清除，最久 6 天前'
ok "with the case, when asked" like "$(station home show $number --copies --lang en)" '0 of 1 stations purged'
station other sync >/dev/null 2>&1
ok "once it came, it has" like "$(station home copies $number --lang en)" '1 of 1 stations purged'
ok "and it has nothing left" exits 1 station other show $number

# ---- an emergency
emergency() { station "$@" --password-file "$work/st/$1.secret"; }
why=病人昏迷送到急诊，家属不在场，需要知道正在服用的药物
ok "not without a kind" exits 2 emergency other break-glass $number --reason "$why"
ok "not with two words" exits 1 emergency other break-glass $number --kind medical --reason 急救
emergency other break-glass $number --kind medical --reason "$why" --lang zh >"$work/shown" 2>"$work/said"
ok "opened, the case is shown" like "$(cat "$work/shown")" "$number"
ok "with until when, and that it is told" like "$(head -n 1 "$work/shown")" '已开始，到 .*个案管理员'
glass=$(sql "SELECT id FROM access.emergency WHERE staff = '$(staff "$other")'")
ok "it is shown again" like "$(station other break-glass show "$glass")" "$number"
ok "a note is added" exits 0 station other break-glass add "$glass" service "started_at=$today 00:10" kind=phone_contact status=completed process=急诊用药核对
ok "a consent is not" exits 1 station other break-glass add "$glass" consent purpose=sharing "sites=$there" "from=$today"
station other sync >/dev/null 2>&1
ok "the station keeps nothing of it" exits 1 station other show $number
ok "nor any byte" is "$(grep -rlE '急诊用药核对|病人昏迷' "$work/st/other" | wc -l)" 0
ok "not of one's own" exits 1 station other break-glass review "$glass" justified --note 好
ok "the supervisor finds it" like "$(station boss break-glass list --lang zh)" "$glass.*急救就诊.*进行中.*$why"
ok "and reviews it" exits 0 station boss break-glass review "$glass" justified --note 已核实
ok "then it is on the list of all" is "$(station boss break-glass list --all --json | jq -c '[.rows[].outcome]')" '["justified"]'
ok "the manager's notice came with the sync" is "$(station home sync >/dev/null 2>&1; station home list task kind=break_glass --json | jq length)" 1
stop_daemon
ok "without the centre there is no emergency" exits 3 emergency other break-glass $number --kind medical --reason "$why"
done_testing
