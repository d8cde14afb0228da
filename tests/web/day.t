#!/bin/bash
# day.t - the working day of each role, from the morning to the evening, in a real
# browser over the demo: the staff of a station (with and without a network, a
# conflict, a referral both ways, a group), a psychiatrist, the coordinator, an
# administrator, an auditor. The steps are in day_*.mjs; the manual's pages on the
# roles tell the same days, and its pictures are taken on the way (make pictures).
#
#   DAYS="station auditor" tests/web/day.t      only those
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
worker=$(account social_worker 平桥街道康复站) colleague=$(account social_worker 平桥社区服务中心) other=$(account social_worker 石鼓街道康复站)
case_of() { sql "SELECT id FROM rec.\"case\" WHERE number = '$1'"; }
mine=$(case_of QQ-2025-001) theirs=$(case_of QQ-2025-015)
# A need, and two opinions on it that are neither each other's nor what stands.
IFS='|' read -r need stood <<<"$(sql "SELECT id, severity FROM rec.need WHERE case_id = '$mine' ORDER BY id LIMIT 1")"
here=$(((stood + 1) % 5)) there=$(((stood + 2) % 5))
mkdir -p "$work/orders"

# The line of the station, which can be cut while others go on.
line_port=$(free_port)
line_up() { line_pid=$("$BUILD/tests/fault/proxy" "$line_port" "$sync_port" $$ 2>"$work/line") || bail "no line: $(cat "$work/line")"; }
line_up
# The steps, doing beside the browser what they ask for.
walk() { # file VAR=…
	local file=$1 rc=0 pid
	shift
	env "$@" CB_ORDERS="$work/orders" timeout 300 "$node" "tests/web/$file" >"$work/taps" 2>"$work/said" &
	pid=$!
	until gone "$pid"; do
		[ ! -e "$work/orders/cut" ] || { kill "$line_pid" && rm "$work/orders/cut"; }
		[ ! -e "$work/orders/colleague" ] || { at_the_colleague && line_up && rm "$work/orders/colleague"; }
		[ ! -e "$work/orders/enrol" ] || { ask_to_be_let_in && rm "$work/orders/enrol"; }
		sleep 0.1
	done
	wait "$pid" || rc=$?
	[ $rc = 0 ] || remark "$(tail -n 5 "$work/said")"
	take_taps "$work/taps" $rc
}
at_the_colleague() {
	CB_PART=colleague CB_URL=$web_url/ CB_LOGIN=$colleague CB_PASSWORD=$(password_of "$colleague") CB_CASE=$mine CB_NEED=$need CB_THERE=$there \
		timeout 100 "$node" tests/web/day_station.mjs >"$work/taps.colleague" 2>"$work/said.colleague"
}

day_of_station() {
	sync_url=https://127.0.0.1:$line_port
	ok "a station is enrolled" enrol desk "$(site_of "$worker")" "$worker"
	walk day_station.mjs CB_PART=desk CB_URL="$web_url/" CB_LOGIN="$worker" CB_PASSWORD="$(password_of "$worker")" CB_OTHER="$other" \
		CB_OTHER_PASSWORD="$(password_of "$other")" CB_OTHER_NAME="$(site_of "$other")" CB_OWN_NAME="$(site_of "$worker")" CB_CASE="$mine" CB_THEIRS="$theirs"
	ok "both letters are closed" is "$(sql "SELECT string_agg(status, ' ') FROM rec.referral WHERE case_id IN ('$mine', '$theirs')")" "acknowledged acknowledged"
	ok "it is in step before going out" is "$(station desk sync --json | jq .synced)" true
	local open_pid
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/desk.secret "$CASEBRIDGE" --store "$work/st/desk" open --json --web "$WEB_ROOT" \
		</dev/null >"$work/open.out" 2>"$work/open.err" &
	open_pid=$!
	wait_for 20 test -s "$work/open.out" || bail "the pages do not open"
	walk day_station.mjs CB_PART=away CB_URL="$(jq -r .url "$work/open.out")" CB_PASSPHRASE="$work/st/desk.secret" CB_CASE="$mine" CB_NEED="$need" CB_HERE="$here" CB_THERE="$there"
	kill -TERM "$open_pid"
	ok "the pages end when told to" wait "$open_pid"
	ok "the colleague's steps went well" is "$(grep -c '^not ok' "$work/taps.colleague")" 0
	ok "the value decided for stands at the centre" is "$(sql "SELECT severity FROM rec.need WHERE id = '$need'")" "$here"
	ok "both values are in its history" is "$(sql "SELECT string_agg(DISTINCT body::jsonb->>'severity', ' ') FROM log.version WHERE record_id = '$need'")" "$(printf '%s\n' "$stood" "$here" "$there" | sort | paste -sd ' ')"
}

day_of_psychiatrist() {
	local doctor
	doctor=$(account psychiatrist)
	walk day_psychiatrist.mjs CB_URL="$web_url/" CB_LOGIN="$doctor" CB_PASSWORD="$(password_of "$doctor")" CB_FIRST="$(case_of QQ-2025-028)"
	ok "the decision is a task of the station" is "$(sql "SELECT s.name FROM rec.task t JOIN rec.site s ON s.id = t.site WHERE t.title = '三日内家访，核对服药'")" 平桥街道康复站
}

day_of_coordinator() {
	local who
	who=$(account district_coordinator)
	walk day_coordinator.mjs CB_URL="$web_url/" CB_LOGIN="$who" CB_PASSWORD="$(password_of "$who")" CB_PAPER="$work/paper.pdf"
}

# The computer beside which somebody types the code.
ask_to_be_let_in() {
	mkdir -p "$work/st" && chmod 700 "$work/st"
	(
		station new enrol --server "https://127.0.0.1:$sync_port" --ca "$ca_file" --code-file "$work/st/new.code" >"$work/st/said" 2>"$work/st/check"
		echo $? >"$work/st/ended"
	) &
}
day_of_administrator() {
	local first second
	first=$(account site_admin) second=$(account system_admin)
	mkdir -p "$work/st" && chmod 700 "$work/st"
	walk day_administrator.mjs CB_URL="$web_url/" CB_LOGIN="$first" CB_PASSWORD="$(password_of "$first")" CB_SECRET="$(secret_of "$first")" \
		CB_SECOND="$second" CB_SECOND_PASSWORD="$(password_of "$second")" CB_SECOND_SECRET="$(secret_of "$second")" \
		CB_CODE="$work/st/new.code" CB_CHECK="$work/st/check" CB_ENDED="$work/st/ended"
}

day_of_auditor() {
	local auditor nurse
	auditor=$(account auditor)
	# Somebody looked at the case, and somebody else had to in an emergency.
	sign_in "$worker" >/dev/null && api GET "/v1/cases/$mine" >/dev/null
	nurse=$(sql "SELECT a.login FROM auth.account a WHERE a.role IN ('nurse', 'rehab_worker') AND NOT EXISTS
		(SELECT 1 FROM access.reach r WHERE r.unit_id = '$mine' AND r.key IN (a.site, a.staff)) ORDER BY 1 LIMIT 1")
	sign_in "$nurse" >/dev/null
	jq -cn --arg p "$(password_of "$nurse")" '{number: "QQ-2025-001", category: "medical", reason: "昏迷送到急诊，家属不在场，需要知道正在服用的药物", password: $p}' |
		api POST /v1/break-glass - >"$work/glass"
	api GET "/v1/break-glass/$(jq -r .id "$work/glass")" >/dev/null
	walk day_auditor.mjs CB_URL="$web_url/" CB_LOGIN="$auditor" CB_PASSWORD="$(password_of "$auditor")" CB_SECRET="$(secret_of "$auditor")" \
		CB_NUMBER=QQ-2025-001 CB_WHO="$(sql "SELECT name FROM auth.account WHERE login = '$worker'")"
}

for one in ${DAYS:-psychiatrist station coordinator administrator auditor}; do "day_of_$one"; done
done_testing
