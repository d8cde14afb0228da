#!/bin/bash
# sql.t - is what somebody says ever part of a statement? Each line of tests/attack/sql.txt goes into the parameters of
# every address: by path, query, body and heads. A statement that it broke would stand in PostgreSQL's own log, would be a
# 5xx, or would tell true from false. In the long run also sqlmap, over each address as each role; and over a server of
# three rows that does paste, which it must find, or its finding nothing says nothing. SQL_RESULT names a file that keeps
# what came of that (tests/attack/results).
. tests/flow/lib.sh
. tests/flow/by_hand.sh
use_district
# shellcheck disable=SC2119
start_daemon
worker=$(account social_worker)
admin=$(account system_admin)
sign_in "$admin" >/dev/null || bail "no administrator"
sign_in "$worker" >/dev/null || bail "no worker"
let_in station "$worker" || bail "no station"
"$ROUTES" >"$work/routes"

reader() { jq -r ".reader.$1" "$work/session.$worker"; }
case_id=$(api GET '/v1/caseload?limit=1' | jq -r '.rows[0].case')
api GET "/v1/cases/$case_id" >"$work/case.json"
first() { jq -r --arg t "$1" '[.records[] | select(.type == $t)][0].id // empty' "$work/case.json"; }
openssl req -new -key "$work/keys/station.key" -subj /CN=x 2>/dev/null >"$work/keys/again.csr"
jq -n --arg web "127.0.0.1:$web_port" --arg sync "127.0.0.1:$sync_port" --arg ca "$ca_file" \
	--arg db "$(cluster_conninfo "$work/s" postgres)" --arg work "$work" --arg here "$PWD" --rawfile csr "$work/keys/again.csr" \
	--rawfile people "$work/accounts.tsv" --arg replica "${replica[station]}" --arg case "$case_id" --arg record "$(first service)" \
	--arg member "$(first member)" --arg site "$(reader site)" --arg staff "$(reader staff)" --arg login "$worker" \
	--arg other "$(sql "SELECT staff FROM auth.account WHERE login <> '$worker' AND login <> '$admin' ORDER BY login LIMIT 1")" \
	--arg letter "$(sql "SELECT id FROM rec.referral UNION ALL SELECT id FROM rec.request LIMIT 1")" \
	--arg figure "$(api GET /v1/figures | jq -r '.figures[0].id')" --arg duty "$(new_id)" '{
	web: $web, sync: $sync, ca: $ca, psql: ["psql", $db], keys: "\($work)/keys", routes: "\($work)/routes",
	requests: "\($here)/tests/attack/requests.json", payloads: "\($here)/tests/attack/sql.txt", workers: 2, log: "\($work)/sqlmap",
	people: ($people | split("\n") | map(split("\t") | select(length > 4) | {(.[1]): [.[0], .[2], (.[5] // "")]}) | add),
	ids: ({replica: $replica, case: $case, record: $record, member: $member, site: $site, staff: $staff, other: $other,
		login: $login, letter: $letter, figure: $figure, duty: $duty, csr: $csr})}' >"$work/attack.json"
ok "there is something behind each id" is "$(jq -r '.ids | to_entries[] | select(.value == "" or .value == "null") | .key' "$work/attack.json")" ''
attack() { timeout "$1" python3 tests/attack/sql.py "$work/attack.json" "${@:2}"; }
ok "every address has its request, and every name it reads is asked" is "$(attack 20 missing)" ''

# What is there before must be there afterwards as it was; what was written in between is what was sent.
head=$(sql "SELECT max(csn) FROM log.commit")
kept() {
	sql "SELECT md5(string_agg(v.record_id || ':' || v.version || ':' || md5(v.body), ',' ORDER BY v.record_id, v.version)) || count(*) FROM log.version v WHERE v.csn <= $head"
	sql "SELECT md5(string_agg(login || role || site || (disabled_at IS NOT NULL)::text, ',' ORDER BY login)) FROM auth.account"
	sql "SELECT string_agg(rolname || rolsuper || rolcreaterole, ',' ORDER BY rolname) FROM pg_roles"
	sql "SELECT count(*), sum(relrowsecurity::int), md5(string_agg(relacl::text, ',' ORDER BY oid)) FROM pg_class"
	sql "SELECT count(*) FROM audit.event WHERE id <= $trail"
}
trail=$(sql "SELECT max(id) FROM audit.event")
before=$(kept)
logged() { cluster_as grep -cE '(ERROR|FATAL|PANIC):' "$pg_dir/server.log" || :; }
errors=$(logged)
whole() { # what came: of both kinds of attack
	ok "$1: PostgreSQL had nothing to complain of" is "$(cluster_as grep -E '(ERROR|FATAL|PANIC):' "$pg_dir/server.log" | tail -n +$((errors + 1)) | sort | uniq -c | sort -rn | head -n 5)" ''
	ok "$1: what was there is there, as it was" is "$(kept)" "$before"
	ok "$1: the daemon serves, and says nothing of SQL" is "$(answers /readyz && echo ready)$(grep -ciE 'syntax error|sqlstate|unterminated|ERROR: |invalid input syntax' "$work/daemon.log")" ready0
}

everything=''
[ -z "${LONG:-}" ] || everything=all
began=$EPOCHSECONDS
ok "all lines are sent" attack 900 quick "$work/quick.json" $everything
remark "$(jq -c '.wrong[]' "$work/quick.json" 2>/dev/null | head -n 12)"
ok "no answer is a fault, none tells true from false" is "$(jq '.wrong | length' "$work/quick.json")" 0
rm -f "$work/remark"
echo "# $(jq -r '"\(.requests) requests to \(.points) places of \(.addresses) addresses; answered \(.answers | tojson)"' "$work/quick.json"), $((EPOCHSECONDS - began)) s"
ok "it was asked much, and got past the door" is "$(jq '.requests > 5000 and .points > 200 and (.answers["200"] > 500) and (.answers["401"] // 0) < .requests / 10' "$work/quick.json")" true
whole "by hand"

if [ -n "${LONG:-}" ] && [[ $BUILD != *asan* ]]; then
	ok "sqlmap goes through" attack 3300 sqlmap "$work/sqlmap.json"
	echo "# $(jq -c 'del(.wrong, .injectable, .unfinished)' "$work/sqlmap.json")"
	ok "it finds each place of the server that pastes" is "$(jq -r '[.control | .[] | select(. == "injectable")] | length' "$work/sqlmap.json")" 6
	remark "$(jq -c '.injectable[], .unfinished[], .wrong[]' "$work/sqlmap.json" | head -n 12)" "$(tail -n 20 "$work/sqlmap" 2>/dev/null)"
	ok "it finds none of ours, and comes to its end everywhere" is "$(jq -c '[(.injectable | length), (.unfinished | length), .runs == .clean, .runs > 300]' "$work/sqlmap.json")" '[0,0,true,true]'
	rm -f "$work/remark"
	ok "nothing it sent is answered by a fault" is "$(jq '[.answers | to_entries[] | select(.key >= "500")] | length' "$work/sqlmap.json")" 0
	whole sqlmap
	[ -z "${SQL_RESULT:-}" ] || jq -n --slurpfile quick "$work/quick.json" --slurpfile sqlmap "$work/sqlmap.json" '{quick: $quick[0], sqlmap: $sqlmap[0]}' >"$SQL_RESULT"
fi
done_testing
