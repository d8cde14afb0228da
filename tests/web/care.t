#!/bin/bash
# care.t - a psychiatrist reviews 26 cases in one sitting with the keyboard alone,
# in a real browser: once online, with a session that is lost in the middle; once
# at a station whose network is cut in the middle. Then the staff who were given
# something find it on their day. The steps are in care.mjs.
. tests/flow/lib.sh
. tests/web/taps.sh

CASES=26
use_district
start_daemon
hospital=$(sql "SELECT site FROM auth.account WHERE role = 'psychiatrist' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
mapfile -t doctors < <(sql "SELECT a.login FROM auth.account a LEFT JOIN rec.member m ON m.staff = a.staff
	WHERE a.role = 'psychiatrist' AND a.site = '$hospital' GROUP BY 1 ORDER BY count(m.id) DESC, 1 LIMIT 2")

# Cases enough for both, by who may: the consent that opens a case to the hospital, and the membership.
new_id() {
	printf '%012x' "$(date +%s%3N)" | sed 's/\(.\{8\}\)\(.\{4\}\)/\1-\2/'
	printf -- '-7%03x-8%03x-%012x' $((RANDOM % 4096)) $((RANDOM % 4096)) $((RANDOM * RANDOM * RANDOM))
}
in_hand() { sql "SELECT count(DISTINCT c.id) FROM rec.\"case\" c JOIN access.reach r ON r.unit_id = c.id AND r.key = (SELECT staff FROM auth.account WHERE login = '$1') WHERE c.phase <> 'ended'"; }
widen() { # login of the doctor
	local doctor=$1 staff site case_id worker day
	staff=$(sql "SELECT staff FROM auth.account WHERE login = '$doctor'") day=$(TZ=Asia/Shanghai date +%F)
	while IFS='|' read -r case_id site; do
		worker=$(sql "SELECT login FROM auth.account WHERE site = '$site' AND role = 'social_worker' ORDER BY 1 LIMIT 1")
		[ -s "$work/jar.$worker" ] || sign_in "$worker" >/dev/null
		as "$worker"
		jq -cn --arg a "$(new_id)" --arg b "$(new_id)" --arg x "$(new_id)" --arg y "$(new_id)" --arg c "$case_id" --arg s "$staff" --arg site "$hospital" --arg day "$day" --arg at "$(date -Is)" \
			'{changes: [{id: $a, op: "create", type: "consent", rec: $x, case: $c, entered_at: $at, set: {purpose: "sharing", sites: [$site], given_by: "本人", evidence: "纸质同意书", from: $day, classes: ["core", "identity", "assessment", "plan", "note"]}},
			{id: $b, op: "create", type: "member", rec: $y, case: $c, entered_at: $at, set: {staff: $s, site: $site, role: "psychiatrist", from: $day}}]}' |
			api POST /v1/changes - | jq -e '[.results[].status] == ["applied", "applied"]' >/dev/null || return 1
	done < <(sql "SELECT c.id, c.home_site FROM rec.\"case\" c WHERE c.phase <> 'ended' AND c.programme = 'smd_kinship_care' AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = c.id AND r.key = '$staff')
		AND EXISTS (SELECT 1 FROM auth.account a WHERE a.site = c.home_site AND a.role = 'social_worker') ORDER BY c.number LIMIT $((CASES - $(in_hand "$doctor")))")
}
for doctor in "${doctors[@]}"; do
	ok "cases are opened to $doctor by who manages them" widen "$doctor"
	ok "$doctor has $CASES" is "$(in_hand "$doctor")" "$CASES"
done

# Who is who, for finding those who were given something.
sql "SELECT json_object_agg(staff, json_build_object('login', login, 'site', site, 'role', role)) FROM auth.account WHERE staff IS NOT NULL" |
	jq --rawfile t "$work/accounts.tsv" '($t | split("\n") | map(split("\t")) | map(select(length > 2) | {(.[1]): .[2]}) | add) as $p | map_values(. + {password: $p[.login]})' >"$work/staff.json"

mkdir -p "$work/orders"
sitting() { # VAR=…: runs care.mjs, taking the centre away and back as it asks
	env "$@" CB_CASES=$CASES CB_STAFF="$work/staff.json" CB_ORDERS="$work/orders" CB_WEB="$web_url/" "$node" tests/web/care.mjs >"$work/taps" 2>"$work/said" &
	local browser_pid=$! rc=0
	until gone "$browser_pid"; do
		[ ! -e "$work/orders/stop" ] || { stop_daemon && rm "$work/orders/stop"; }
		[ ! -e "$work/orders/start" ] || { start_daemon && rm "$work/orders/start"; }
		sleep 0.1
	done
	wait "$browser_pid" || rc=$?
	take_taps "$work/taps" $rc
}
sitting CB_URL="$web_url/" CB_LOGIN="${doctors[0]}" CB_PASSWORD="$(password_of "${doctors[0]}")"

doctor=${doctors[1]}
ok "a station is enrolled" enrol desk "$(site_of "$doctor")" "$doctor"
ok "and synced" is "$(station desk sync --json | jq .synced)" true
CASEBRIDGE_PASSPHRASE_FILE=$work/st/desk.secret LANG=C.UTF-8 "$CASEBRIDGE" --store "$work/st/desk" \
	open --json --web "$WEB_ROOT" </dev/null >"$work/open.out" 2>"$work/open.err" &
open_pid=$!
wait_for 20 test -s "$work/open.out" || bail "the pages do not open"
sitting CB_URL="$(jq -r .url "$work/open.out")" CB_PASSPHRASE="$(cat "$work/st/desk.secret")"
kill -TERM "$open_pid"
ok "the pages end when told to" wait "$open_pid"
for doctor in "${doctors[@]}"; do
	ok "the centre has $CASES signed reviews of $doctor" is "$(sql "SELECT count(DISTINCT r.case_id) FROM rec.review r JOIN log.version v ON v.record_id = r.id AND v.version = 1
		WHERE r.kind = 'case_review' AND r.rec_state = 'signed' AND v.author = (SELECT staff FROM auth.account WHERE login = '$doctor')")" "$CASES"
done
done_testing
