#!/bin/bash
# station.t - two stations, one caseload: edits made offline meet, a conflict
# is settled, both values stay in history; killed stations go on where they
# were; what is withdrawn is gone.
. tests/flow/lib.sh
use_district
start_daemon

rehab_login=$(account prevention_doctor 平桥街道康复站)
head_login=$(account social_worker 平桥街道康复站) # manages cases there
comm_login=$(account social_worker 平桥社区服务中心)
field() { jq -r "$1" <<<"$2"; }
waiting_at() { station "$1" status --json | jq -r .unsent; }

# --- enrolment and the first sync -----------------------------------------

ok "a rehabilitation station is enrolled" enrol rehab "$(site_of "$rehab_login")" "$rehab_login"
ok "a community centre is enrolled" enrol comm "$(site_of "$comm_login")" "$comm_login"
ok "a colleague's computer at the first station too" enrol head "$(site_of "$head_login")" "$head_login"
ok "a code works once" exits 1 station again enrol --server "$sync_url" --ca "$ca_file" \
	--code-file "$work/st/rehab.code"
ok "before the first sync nothing is here" is "$(station rehab status --json | jq .cases)" 0
for name in rehab comm head; do
	ok "$name syncs and both digests are equal" is \
		"$(station $name sync --json | jq -c '[.synced, .digest == .centre_digest, .waiting]')" '[true,true,0]'
done
rehab_cases=$(station rehab cases --json | jq -r '.[].number' | sort)
comm_cases=$(station comm cases --json | jq -r '.[].number' | sort)
shared=$(comm -12 <(echo "$rehab_cases") <(echo "$comm_cases"))
ok "the stations share cases" isnt "$shared" ''
sign_in "$rehab_login"
api GET '/v1/caseload?limit=5000' | jq -cS '.rows | sort_by(.case)[]' >"$work/lines.centre"
station rehab cases --json | jq -cS 'sort_by(.case)[] | del(.waiting)' >"$work/lines.station"
ok "the centre lists the cases the station holds, line for line" \
	is "$(cat "$work/lines.station")" "$(cat "$work/lines.centre")"

# --- a case both may write -------------------------------------------------

# Of the first station's own cases, one it shares; it can be taken back.
rehab_site=$(station rehab status --json | jq -r .reader.site)
number=$(station rehab cases --json | jq -r --arg s "$rehab_site" '.[] | select(.home_site == $s) | .number' |
	sort | comm -12 - <(echo "$shared") | head -n 1)
ok "a note is added at the first station" exits 0 station rehab add service --case "$number" \
	kind=home_visit status=completed "started_at=2026-11-20 09:00" minutes=30 "aim=MARKER-AIM 首访"
note=$(station rehab show "$number" --json |
	jq -r '.records[] | select(.type == "service" and .waiting > 0) | .id')
ok "it is sent" is "$(station rehab sync --json | jq -c '[.applied, .synced, .waiting]')" '[1,true,0]'
ok "and arrives at the other" is "$(station comm sync --json | jq .synced)" true
ok "as it was written" is "$(station comm show "$note" --json | jq -r .body.aim)" 'MARKER-AIM 首访'

# --- offline at both -------------------------------------------------------

stop_daemon
ok "offline, somebody who was here before may open their store" exits 0 station comm login \
	--user "$comm_login" --password-file "$work/st/comm.secret"
ok "nobody else" exits 3 station comm login --user "$head_login" --password-file "$work/st/head.secret"
ok "offline, one station edits" exits 0 station rehab edit "$note" minutes=45
ok "and the other edits the same" exits 0 station comm edit "$note" minutes=60 aim=二访
ok "each sees its own" is "$(station rehab show "$note" --json | jq -c '[.body.minutes, .waiting]')" '[45,1]'
ok "work is kept when there is no network" exits 3 station rehab sync
ok "and counted" is "$(waiting_at rehab)" 1
ok "the first line says that it is only here" like "$(station rehab status --lang en | head -n 1)" \
	'^1 record is only on this machine; last in step with the centre (today|yesterday) [0-9]{2}:[0-9]{2}\.$'
ok "in Chinese, too" like "$(station rehab status --lang zh | head -n 1)" '^1 条记录只在本机；上次与中心一致：(今天|昨天)'
ok "and which record it is, of which case; an attempt was made" is "$(station rehab status --json |
	jq -c --arg n "$number" --arg r "$note" '.report.records | map([.rec == $r, .number == $n, .state, .type])')" \
	'[[true,true,"sent","service"]]'
start_daemon
ok "the first to sync is taken" is "$(station rehab sync --json | jq -c '[.applied, .conflicts, .synced]')" '[1,0,true]'
ok "the second meets a conflict" is "$(station comm sync --json | jq -c '[.applied, .conflicts, .synced]')" '[0,1,true]'
ok "the report names the conflict" is "$(station comm status --json |
	jq -c --arg r "$note" '.report.records | map(select(.rec == $r) | [.state, (.conflicts | length)])')" '[["conflict",1]]'
ok "the first value stands, what did not collide is taken" is \
	"$(station comm show "$note" --json | jq -c '[.body.minutes, .body.aim]')" '[45,"二访"]'
conflict=$(station comm conflicts --json | jq -c '.[0]')
ok "both values are there to choose from" is \
	"$(jq -c '[.body.mine.minutes, .body.theirs.minutes, .body.settled]' <<<"$conflict")" '[60,45,false]'
ok "and the other station sees the conflict too" is \
	"$(station rehab sync >/dev/null && station rehab conflicts --json | jq -r '.[0].id')" "$(field .id "$conflict")"

# --- settled by a person ---------------------------------------------------

stop_daemon
ok "it is settled, offline as well" exits 0 station comm settle "$(field .id "$conflict")" mine --note 核对过
ok "which shows at once" is "$(station comm show "$note" --json | jq .body.minutes)" 60
start_daemon
ok "the settlement is taken" is "$(station comm sync --json | jq -c '[.applied, .synced]')" '[1,true]'
ok "and reaches the other" is "$(station rehab sync >/dev/null && station rehab show "$note" --json | jq .body.minutes)" 60
ok "the report of the record says that the centre has it" is \
	"$(station rehab status "$note" --json | jq -c '[.report.records[].state]')" '["confirmed"]'
ok "and with all records, there are as many as are held" is "$(station rehab status --all --json |
	jq -c '[.report.count.confirmed == .records, (.report.records | length) == .records, .report.step.equal]')" '[true,true,true]'
ok "nothing is left to settle" is "$(station rehab conflicts --json | jq length)" 0
ok "history holds both values" is "$(
	station rehab show "$note" --history --json | jq -c '[.versions[].body.minutes] | reverse')" '[30,45,45,60]'
ok "both ends still agree" is "$(station rehab sync --json | jq -c '[.synced, .digest == .centre_digest]')" '[true,true]'

# --- signing ---------------------------------------------------------------

ok "the author signs offline" exits 0 station rehab sign "$note"
ok "meanwhile the other changes the note" exits 0 station comm edit "$note" "next_step=再访"
station comm sync >/dev/null
sync_says=$(station rehab sync --json)
ok "a signature under an older text does not count" is "$(jq .parked <<<"$sync_says")" 1
ok "and is shown with its reason" is "$(
	station rehab conflicts --json | jq -r '.[] | select(.kind == "parked") | .result.code')" sign_stale
ok "the report gives the reason in both languages" is "$(station rehab status --json |
	jq -c '.report.records[0] | [.state, .changes[0].code, (.changes[0].text | .zh != "" and .en != "")]')" '["refused","sign_stale",true]'
ok "and its first line does not hide it" like "$(station rehab status --lang en | head -n 1)" '1 not taken by the centre, see below'
parked=$(station rehab conflicts --json | jq -r '.[] | select(.kind == "parked") | .id')
ok "signed again, under the new text" exits 0 station rehab settle "$parked" mine
ok "it counts" is "$(station rehab sync --json | jq -c '[.applied, .parked, .waiting]')" '[1,0,0]'
ok "signed is final at the other too" is "$(
	station comm sync >/dev/null && station comm show "$note" --json | jq -r .state)" signed
ok "and says so before anything is sent" exits 1 station comm edit "$note" minutes=1

# --- a list a station keeps -----------------------------------------------

printf '姓名,性别,出生日期,项目,个案编号\n%s\n%s\n%s\n' \
	'欧阳测试,男,1980年3月5日,严重精神障碍亲情关怀,IMP-1' \
	'坏日期,女,1980-02-30,,IMP-2' \
	'司马测试,女,19820304,caregiver_group,IMP-3' | iconv -f UTF-8 -t GB18030 >"$work/list.csv"
ok "a dry run saves nothing" is "$(
	station head import "$work/list.csv" --dry-run --json | jq -c '[.new, .refused, .waiting]')" '[2,1,0]'
ok "a list in GB 18030 is taken row by row" is "$(
	station head import "$work/list.csv" --json | jq -c '[.new, .refused, .waiting]')" '[2,1,4]'
ok "and sent" is "$(station head sync --json | jq -c '[.applied, .parked, .deferred, .synced]')" '[4,0,0,true]'
ok "the centre has the cases" is "$(
	api GET '/v1/caseload?q=IMP-3' | jq -r '.rows[].name')" 司马测试
ok "the same list again brings nothing" is "$(
	station head import "$work/list.csv" --json | jq -c '[.new, .duplicate, .waiting]')" '[0,2,0]'

# --- a session that ends --------------------------------------------------

station comm add task --case "$number" title=会话 >/dev/null
sql "UPDATE auth.session SET expires_at = now() - interval '1 hour'" >/dev/null
ok "without a session work waits" exits 4 station comm sync
ok "and is kept" is "$(waiting_at comm)" 1
ok "signing in again is all it takes" exits 0 station comm login --user "$comm_login" \
	--password-file "$work/st/comm.secret"
printf 'an older passphrase\n' >"$work/other"
ok "a store sealed with another passphrase says how to open it" exits 1 station comm login \
	--user "$comm_login" --password-file "$work/st/comm.secret" --passphrase-file "$work/other"
ok "naming the recovery key" like "$(cat "$work/said")" recovery-file
ok "then it goes" is "$(station comm sync --json | jq -c '[.applied, .waiting]')" '[1,0]'

# --- what is withdrawn -----------------------------------------------------

comm_site=$(station comm status --json | jq -r .reader.site)
for name in head rehab; do
	login=${name}_login
	station $name login --user "${!login}" --password-file "$work/st/$name.secret" >/dev/null
	station $name sync >/dev/null
done
members=$(station head show "$number" --json |
	jq -r --arg s "$comm_site" '.records[] | select(.type == "member" and .body.site == $s and (.body.to | not)) | .id')
ok "the centre's members of the group are known" isnt "$members" ''
for member in $members; do
	ok "the station in charge ends a membership" exits 0 station head edit "$member" to=2026-11-21 reason=移交
done
ok "which is taken" is "$(station head sync --json | jq -c '[.parked, .conflicts, .synced]')" '[0,0,true]'
ok "work on a case that is about to go" exits 0 station comm add task --case "$number" title=赶在撤回之前
said=$(station comm sync --json)
ok "it is sent before the case goes, and not dropped" is "$(jq '.applied + .parked' <<<"$said")" 1
ok "then the case is gone" is "$(station comm cases "$number" --json | jq length)" 0
ok "and the ends agree on that" is "$(station comm sync --json | jq -c '[.synced, .waiting]')" '[true,0]'
ok "the centre has the receipt" is "$(sql "SELECT count(*) FROM log.manifest m JOIN log.replica r USING (replica)
	WHERE m.state = 'x' AND m.receipt IS NOT NULL" | awk '{ print ($1 > 0) }')" 1
ok "no note of it lies on the disk" is "$(cat "$work"/st/comm/*.store* | grep -c 'MARKER-AIM')" 0

# --- two commands, wrong keys, other people's servers ---------------------

CASEBRIDGE_PASSPHRASE_FILE=$work/st/rehab.secret "$CASEBRIDGE" --store "$work/st/rehab" sync --watch \
	</dev/null >"$work/watch" 2>&1 &
watcher=$!
ok "a watching station says that it is synced" wait_for 20 grep -q Synced "$work/watch"
ok "and leaves the store to others meanwhile" exits 0 \
	station rehab add task --case "$(tail -n 1 <<<"$rehab_cases")" title=同时
ok "news reaches it while it waits" exits 0 station head add task --case "$number" title=新消息
station head sync >/dev/null
heard() { station rehab show "$number" --json | grep -q 新消息; }
ok "without anybody asking" wait_for 20 heard
{ kill -KILL $watcher && wait $watcher; } 2>/dev/null
ok "killed while it waited, it syncs at once" is "$(station rehab sync --json | jq -c '[.synced, .waiting]')" '[true,0]'
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/x.key" -out "$work/x.crt" \
	-subj /CN=x -days 2 2>/dev/null
cp "$work/st/rehab/ca.crt" "$work/ca.kept"
cp "$work/x.crt" "$work/st/rehab/ca.crt" && chmod 600 "$work/st/rehab/ca.crt"
ok "another authority's server is not believed" exits 3 station rehab sync
ok "and the sentence speaks of the certificate" like "$(cat "$work/said")" certificate
cp "$work/ca.kept" "$work/st/rehab/ca.crt"

# The right certificate, but not the centre's answers: a portal's page, half an
# answer, and two kilobytes that unpack to 64 MiB.
fake_port=$(free_port)
page=$work/fake/v1/records/$note/history
mkdir -p "${page%/*}"
(cd "$work/fake" && exec openssl s_server -accept "127.0.0.1:$fake_port" -key "$work/state/server.key" \
	-cert "$work/state/server.pem" -tls1_3 -HTTP -quiet >/dev/null 2>&1) &
cp "$work/st/rehab/station.json" "$work/station.kept"
jq -c --arg s "https://127.0.0.1:$fake_port" '.server = $s' "$work/station.kept" >"$work/st/rehab/station.json"
wait_for 10 port_is_taken "$fake_port"
answer_with() { # headers…: the body comes on standard input
	{ printf 'HTTP/1.1 200 OK\r\nConnection: close\r\n'; printf '%s\r\n' "$@" ''; cat; } >"$page"
}
printf '<html>sign in</html>' | answer_with 'Content-Type: text/html' 'Content-Length: 20'
ok "a portal's page is no answer" exits 3 station rehab show "$note" --history
printf '{"versions":[' | answer_with 'Content-Type: application/json' 'Content-Length: 500'
ok "nor is half of one" exits 3 station rehab show "$note" --history
{ printf '\x28\xb5\x2f\xfd\x00\x38'
	for i in $(seq 511); do printf '\x02\x00\x10\x00'; done
	printf '\x03\x00\x10\x00'; } |
	answer_with 'Content-Type: application/json' 'Content-Encoding: zstd' 'Content-Length: 2054'
bounded() { (ulimit -v 400000 && exits 3 station rehab show "$note" --history); }
[[ $BUILD = *asan* ]] || ok "a small answer that becomes a huge one is given up early" bounded
cp "$work/station.kept" "$work/st/rehab/station.json"
ok "doctor finds nothing" is "$(station rehab doctor --json | jq .ok)" true

done_testing
