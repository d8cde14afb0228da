#!/bin/bash
# witness.t - a station's word about the log: what it can prove to have been told
# stops the daemon, what it made up stops nobody but itself; decisions that were
# made after the backup hold again; and what is offered for salvage is taken once,
# from whom it may be taken, and never put into the log by itself.
. tests/flow/lib.sh
use_district
start_daemon

new_id() { cat /proc/sys/kernel/random/uuid; }
mkdir -p "$work/keys"
call() { # NAME METHOD PATH [BODY] [curl option…]: on the sync listener, as a station
	local name=$1 method=$2 path=$3 body=${4:-}
	shift $(($# < 4 ? $# : 4))
	local options=(-sS --max-time 40 -X "$method" --cacert "$ca_file" -o "$work/answer" -D "$work/headers" -w '%{http_code}')
	[ -z "$body" ] || { printf '%s' "$body" >"$work/body" && options+=(-H 'Content-Type: application/json' --data-binary "@$work/body"); }
	[ "$name" = - ] || options+=(--cert "$work/keys/$name.pem" --key "$work/keys/$name.key")
	: >"$work/answer"
	curl "${options[@]}" "$@" "$sync_url$path" >"$work/status" 2>"$work/curl" || remark "$(cat "$work/curl")"
	cat "$work/answer"
}
let_in() { # NAME LOGIN: a station with a session
	openssl ecparam -name prime256v1 -genkey -noout -out "$work/keys/$1.key"
	openssl req -new -key "$work/keys/$1.key" -subj /CN=x -out "$work/keys/$1.csr" 2>/dev/null
	jq -cn --arg c "$(daemon enrol-code --alone --site "$(sql "SELECT site_name FROM auth.account WHERE login = '$2'")" --json | jq -r .code)" \
		--rawfile r "$work/keys/$1.csr" '{code: $c, csr: $r}' >"$work/csr.json"
	call - POST /v1/devices "$(cat "$work/csr.json")" >"$work/device.$1"
	jq -r .certificate "$work/device.$1" >"$work/keys/$1.pem"
	call "$1" POST /v1/session "$(jq -cn --arg l "$2" --arg p "$(password_of "$2")" '{login: $l, password: $p}')" | jq -r .token >"$work/token.$1"
	register "$1"
}
declare -A replica seen
register() { # NAME: as a new replica
	replica[$1]=$(new_id) && echo 0 >"$work/req.$1"
	call "$1" POST /v1/replicas "{\"replica\":\"${replica[$1]}\",\"store\":\"$(new_id)\"}" -H "Authorization: Bearer $(cat "$work/token.$1")" >"$work/registered"
	seen[$1]=$(jq -r .head "$work/registered")
	[ "$(status)" = 201 ]
}
ask() { # NAME METHOD PATH [BODY]: the next numbered request
	echo $(($(cat "$work/req.$1") + 1)) >"$work/req.$1"
	call "$1" "$2" "$3" "${4:-}" -H "Authorization: Bearer $(cat "$work/token.$1")" -H "Sync-Replica: ${replica[$1]}" \
		-H "Sync-Req: $(cat "$work/req.$1")" -H "Sync-Seen: ${seen[$1]}"
}
answered() { ask "$@" >"$work/said" && echo "$(status) $(jq -r '.code // empty' "$work/said" 2>/dev/null)" | xargs; }
epoch() { sql "SELECT epoch || ' ' || (confirmed_at IS NOT NULL) FROM log.epoch"; }
metric() { curl -s "http://127.0.0.1:$ops_port/metrics" | sed -n "s/^casebridge_$1 //p"; }

worker=$(sql "SELECT a.login FROM auth.account a JOIN rec.\"case\" c ON c.home_site = a.site WHERE a.role = 'social_worker' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
home=$(sql "SELECT site FROM auth.account WHERE login = '$worker'")
case_id=$(sql "SELECT id FROM rec.\"case\" WHERE home_site = '$home' AND closed IS NULL ORDER BY id LIMIT 1")
printf 'correct horse battery\n' | daemon account add --login boss.witness --role supervisor --site "$home" --name 张督导 >"$work/said" 2>&1
printf 'supervisor\tboss.witness\tcorrect horse battery\t张督导\tx\n' >>"$work/accounts.tsv"
ok "a station of the worker comes" let_in good "$worker"
ok "and another, which means ill" let_in bad "$worker"
ok "both are heard" is "$(answered good GET /v1/changes?since=) $(answered bad GET /v1/changes?since=)" "200 200"

# ---- made-up heads -------------------------------------------------------------------
head=$(header sync-head)
ok "a head carries its proof" like "$head" '^1\.[0-9]+\.[0-9a-f]{16}\.[0-9a-f]{24}$'
csn=$(cut -d. -f2 <<<"$head")
for lie in "1.$((csn + 1000)).0123456789abcdef" "1.$((csn + 1000)).0123456789abcdef.0123456789abcdef01234567" \
	"1.$csn.0123456789abcdef" "9.1.0123456789abcdef.0123456789abcdef01234567" "1.$((csn + 1)).${head#*.*.}"; do
	seen[bad]=$lie
	ok "a made-up head costs the liar a new replica (${lie:0:18}…)" is "$(answered bad GET /v1/changes?since=)" "409 epoch"
done
seen[bad]='1.2.three'
ok "what is no head is refused by name" is "$(answered bad GET /v1/changes?since=) $(jq -r .field "$work/said")" "400 bad_request Sync-Seen"
sleep 1.5
ok "nobody else is stopped" is "$(epoch) $(answered good GET /v1/changes?since=)" "1 true 200"
ok "and no witness was counted" is "$(metric witnesses_total)" 0
ok "the liar begins anew like anybody" eval 'register bad && is "$(answered bad GET /v1/changes?since=)" 200'

# ---- decisions after the backup --------------------------------------------------------
post() { # SET as JSON [TYPE REC]: a change by the worker's browser; its status
	jq -cn --arg id "$(new_id)" --arg rec "${3:-$(new_id)}" --arg c "$case_id" --argjson set "$1" --arg type "${2:-service}" \
		'{changes: [{id: $id, op: "create", type: $type, rec: $rec, case: $c, entered_at: "2026-11-21T09:30:00+08:00", set: $set}]}' |
		api POST /v1/changes - | jq -r '.results[0].status // .code'
}
note='{"started_at":"2026-11-20T09:30:00+08:00","kind":"home_visit","status":"completed","process":"x"}'
ok "the worker signs in" sign_in "$worker"
stop_daemon && stop_postgres && cp -a "$pg_dir" "$pg_home/image" && start_postgres && start_daemon
ok "work goes on after the backup" is "$(sign_in "$worker" && post "$note")" applied
other=$(sql "SELECT login FROM auth.account WHERE role = 'nurse' ORDER BY 1 LIMIT 1")
ok "an account is disabled" eval 'daemon account disable --login "$other" >"$work/said"'
ok "a station is shut out" eval 'daemon device revoke --device "$(jq -r .device "$work/device.bad")" >"$work/said"'
ok "a third one comes" let_in late "$worker"
ok "and is heard" is "$(answered late GET /v1/changes?since=)" 200
ok "the first is told the newest head" is "$(answered good GET /v1/changes?since=)" 200
seen[good]=$(header sync-head)
filed() { [ "$(sql 'SELECT count(*) FROM log.decision WHERE NOT filed')" = 0 ] && [ "$(wc -l <"$work/state/decisions")" -ge 5 ]; }
ok "decisions stand beside the database" wait_for 5 filed
ok "with ids and dates and nothing else" is \
	"$(jq -r 'keys | join(" ")' "$work/state/decisions" | sort -u; grep -c "$other" "$work/state/decisions")" "about at by csn doc id kind
0"

# ---- set back, and the high water with it: only stations know ---------------------------
stop_daemon && stop_postgres && rm -rf "$pg_dir" && mv "$pg_home/image" "$pg_dir" && start_postgres
rm "$work/state/high-water"
start_daemon
ok "a log that is set back with all there is beside it looks healthy" is "$(epoch)" "1 true"
seen[bad]="1.$((csn + 500)).0123456789abcdef.0123456789abcdef01234567"
echo 100 >"$work/req.bad"
answered bad GET /v1/changes?since= >"$work/said"
sleep 1.2
ok "made-up heads still stop nobody" is "$(epoch)" "1 true"
ok "until a station shows what it was told" is "$(answered good GET /v1/changes?since=)" "409 epoch"
bumped() { [ "$(epoch)" = "2 false" ]; }
ok "then another epoch begins" wait_for 5 bumped
ok "because of a witness" is "$(sql 'SELECT why FROM log.epoch')" witness
ok "which is counted" is "$(metric witnesses_total)" 1
ok "the daemon is not ready" eval '! answers /readyz'
ok "a change is refused" is "$(sign_in "$worker" && post "$note")" unconfirmed
ok "the account is disabled again" is "$(sql "SELECT disabled_at IS NOT NULL FROM auth.account WHERE login = '$other'")" t
ok "the station is shut out again" is "$(answered bad GET /v1/changes?since=)" "403 device_unknown"
ok "the one that came after the backup is known again" is "$(sql "SELECT count(*) FROM auth.device WHERE id = '$(jq -r .device "$work/device.late")' AND revoked_at IS NULL")" 1
ok "and so is its copy, of which nothing else is known" is "$(sql "SELECT count(*) FROM log.replica WHERE replica = '${replica[late]}'")" 1
sign_in boss.witness
ok "who answers for a case is told whose copies are unknown" is \
	"$(api GET "/v1/cases/$case_id/copies" | jq -c --arg a "${replica[good]}" --arg b "${replica[late]}" '[.copies[] | select(.replica == $a or .replica == $b) | .state] | unique')" '["unknown"]'
ok "the same word again begins nothing" is "$(answered good GET /v1/changes?since=; sleep 1.2; epoch)" "409 epoch
2 false"
ok "an operator confirms" eval 'daemon epoch confirm --reason "disk of Monday" >"$work/said"'
ok "work goes on" is "$(sign_in "$worker" && post "$note")" applied

# ---- offers, by hand ---------------------------------------------------------------------
register good
body='{"kind":"home_visit","process":"only a station knows","started_at":"2026-11-20T09:30:00+08:00","status":"completed"}'
sha=$(printf %s "$body" | sha256sum | cut -d' ' -f1)
staff=$(sql "SELECT staff FROM auth.account WHERE login = '$worker'")
rec=$(new_id)
line() { # [REC BODY SHA TYPE CLASS]
	printf '{"r":{"id":"%s","type":"%s","case":"%s","site":"%s","ver":2,"state":"%s","class":%s,"author":"%s","by":"%s","device":null,"at":"2026-11-21T09:30:00.000Z","entered_at":"2026-11-21T09:30:00.000Z","csn":991,"sha":"%s"},"b":%s}' \
		"${1:-$rec}" "${4:-service}" "$case_id" "$home" "${6:-signed}" "${5:-16}" "$staff" "$staff" "${3:-$sha}" "${2:-$body}"
}
offer() { jq -cn --args '{records: $ARGS.positional}' "$@"; }
log_before=$(sql "SELECT count(*) FROM log.version")
ok "what nobody has is wanted" is "$(ask good POST /v1/salvage "{\"have\":[[\"$rec\",\"$sha\"]]}" | jq -c .want)" "[\"$rec\"]"
ok "what the log has is not" is "$(ask good POST /v1/salvage "$(sql "SELECT jsonb_build_object('have', jsonb_agg(jsonb_build_array(record_id, encode(sha, 'hex')))) FROM (SELECT * FROM log.version LIMIT 50) v")" | jq -c .want)" "[]"
ok "an offer is parked" is "$(ask good POST /v1/salvage "$(offer "$(line)")" | jq -c .)" '{"parked":1,"known":0,"refused":[]}'
ok "the same again is known, and makes no second" is "$(ask good POST /v1/salvage "$(offer "$(line)" "$(line)")" | jq -c .) $(sql 'SELECT count(*) FROM log.salvage')" '{"parked":0,"known":2,"refused":[]} 1'
ok "and no longer wanted" is "$(ask good POST /v1/salvage "{\"have\":[[\"$rec\",\"$sha\"]]}" | jq -c .want)" "[]"
ok "a text that is not its hash, half a line, words: refused one by one" is \
	"$(ask good POST /v1/salvage "$(offer "$(line "$(new_id)" '{"kind":"other"}')" '{"r":' hello "$(line "$(new_id)" '[1]' "$(printf '[1]' | sha256sum | cut -d' ' -f1)")")" | jq -c .)" '{"parked":0,"known":0,"refused":[0,1,2,3]}'
ok "a malformed request is refused by name" is "$(answered good POST /v1/salvage '{"have":[["x","y"]]}') $(jq -r .field "$work/said")" "400 bad_request have"
ok "both at once, too" is "$(answered good POST /v1/salvage '{"have":[],"records":[]}')" "400 bad_request"
ok "more than a request holds, too" is "$(answered good POST /v1/salvage "$(jq -cn --arg r "$rec" --arg s "$sha" '{have: [range(5001) | [$r, $s]]}')") $(jq -r .field "$work/said")" "400 bad_request have"
ok "only a station offers" is "$(sign_in "$worker" && code POST /v1/salvage '{"have":[]}')" 405
ok "nothing of it is in the log of versions" is "$(sql "SELECT count(*) FROM log.version")" "$log_before"
ok "the offer is a commit of its own kind" is "$(sql "SELECT count(*) FROM log.commit WHERE kind = 's'")" 1

# ---- deciding ----------------------------------------------------------------------------
as "$worker"
ok "the worker has nothing to decide" is "$(api GET /v1/salvage | jq -c '.rows')" '[]'
boss2=$(sql "SELECT login FROM auth.account WHERE role = 'supervisor' AND site <> '$home' ORDER BY 1 LIMIT 1")
[ -z "$boss2" ] || ok "nor has a supervisor of another site" is "$(sign_in "$boss2" && api GET /v1/salvage | jq -c '.rows')" '[]'
id=$(sql "SELECT id FROM log.salvage")
ok "and cannot decide it by its id" is "$(sign_in "$worker" && code POST "/v1/salvage/$id" '{"take":true,"over":0,"note":"x"}')" 404
as boss.witness
ok "a decision says why" is "$(code POST "/v1/salvage/$id" '{"take":true,"over":0}') $(jq -r .field "$work/answer")" "422 note"
ok "and over what" is "$(code POST "/v1/salvage/$id" '{"take":true,"over":3,"note":"x"}') $(jq -r .code "$work/answer")" "422 moved_on"
ok "taken, it is in the log once, as its author's" is "$(code POST "/v1/salvage/$id" '{"take":true,"over":0,"note":"seen"}') $(sql "SELECT count(*), min(state), bool_and(by = '$staff') FROM log.version WHERE record_id = '$rec'")" "200 1|1|t"
ok "the trail names who decided" is "$(sql "SELECT count(*) FROM audit.event e JOIN auth.account a ON a.staff = e.actor WHERE e.action = 'salvage_reinstated' AND a.login = 'boss.witness' AND '$rec' = ANY (e.records)")" 1
ok "twice is once" is "$(code POST "/v1/salvage/$id" '{"take":true,"over":1,"note":"seen"}')" 404
gone=$(new_id)
ask good POST /v1/salvage "$(offer "$(line "$gone")")" >"$work/said"
id=$(sql "SELECT id FROM log.salvage WHERE record_id = '$gone'")
ok "declined, it stays where it is" is "$(code POST "/v1/salvage/$id" '{"take":false,"note":"entered by hand"}') $(sql "SELECT settled, note FROM log.salvage WHERE id = '$id'") $(sql "SELECT count(*) FROM log.version WHERE record_id = '$gone'")" "200 declined|entered by hand 0"
private=$(new_id) closed=${body/\"started_at\"/\"restricted\":true,\"started_at\"}
ask good POST /v1/salvage "$(offer "$(line "$private" "$closed" "$(printf %s "$closed" | sha256sum | cut -d' ' -f1)" service 32 live)")" >"$work/said"
ok "a restricted record waits for its author, not for the supervisor" is \
	"$(api GET /v1/salvage | jq '.rows | length') $(sign_in "$worker" && api GET /v1/salvage | jq -r '.rows[0].rec')" "0 $private"
strange=$(new_id)
ask good POST /v1/salvage "$(offer "$(line "$strange" "$body" "$sha" newtype)")" >"$work/said"
ok "a type nobody knows is kept" is "$(sql "SELECT type FROM log.salvage WHERE record_id = '$strange'")" newtype
ok "and cannot be put back by this release" is "$(sign_in boss.witness && code POST "/v1/salvage/$(sql "SELECT id FROM log.salvage WHERE record_id = '$strange'")" '{"take":true,"over":0,"note":"x"}') $(jq -r .code "$work/answer")" "422 unknown_type"
done_testing
