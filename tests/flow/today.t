#!/bin/bash
# today.t - what waits for a person (GET /v1/today): tasks, unsigned
# records, cases just shared; at the centre and, the same, at a station. And
# what a session says its role may do.
. tests/flow/lib.sh
use_district
start_daemon

today=$(TZ=Asia/Shanghai date +%F)
ago() { date -d "$today - $1 days" +%F; }
ahead() { date -d "$today + $1 days" +%F; }
new_id() {
	printf '%012x' "$(date +%s%3N)" | sed 's/\(.\{8\}\)\(.\{4\}\)/\1-\2/'
	printf -- '-7%03x-8%03x-%012x' $((RANDOM % 4096)) $((RANDOM % 4096)) $((RANDOM * RANDOM * RANDOM))
}
change() { # OP TYPE REC CASE SET [SEEN]
	jq -cn --arg id "$(new_id)" --arg op "$1" --arg type "$2" --arg rec "$3" --arg c "$4" --argjson set "$5" --argjson seen "${6:-null}" --arg at "$(date -Is)" \
		'{changes: [{id: $id, op: $op, type: $type, rec: $rec, set: $set, case: $c, entered_at: $at} + (if $seen then {seen: $seen} else {} end)]}' |
		api POST /v1/changes - | jq -r '.results[0] | [.status, .code // empty, .field // empty] | join(" ")'
}
sign() { # TYPE REC CASE
	jq -cn --arg id "$(new_id)" --arg type "$1" --arg rec "$2" --arg c "$3" --arg at "$(date -Is)" \
		--arg sha "$(api GET "/v1/cases/$3" | jq -r --arg r "$2" '.records[] | select(.id == $r).sha')" \
		'{changes: [{id: $id, op: "sign", type: $type, rec: $rec, case: $c, sha: $sha, base_ver: 1, entered_at: $at}]}' |
		api POST /v1/changes - | jq -r '.results[0].status'
}
waits() { api GET /v1/today | jq -r --arg r "$2" --arg l "$1" '[.[$l][] | select((.id // .case) == $r)] | length'; }

# A case, its site, and a site it is not shared with.
here=$(sql "SELECT c.home_site FROM rec.\"case\" c JOIN auth.account a ON a.site = c.home_site AND a.role = 'social_worker'
	WHERE c.closed IS NULL GROUP BY 1 ORDER BY 1 LIMIT 1")
case_id=$(sql "SELECT id FROM rec.\"case\" WHERE home_site = '$here' AND closed IS NULL ORDER BY id LIMIT 1")
there=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	WHERE s.id <> '$here' AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = '$case_id' AND r.key = s.id) ORDER BY 1 LIMIT 1")
login() { sql "SELECT login FROM auth.account WHERE site = '$1' AND role = '$2' ORDER BY login LIMIT 1"; }
staff() { sql "SELECT staff FROM auth.account WHERE login = '$1'"; }
worker=$(login "$here" social_worker) other=$(login "$there" social_worker)
coordinator=$(account district_coordinator)
for who in "$worker" "$other" "$coordinator"; do ok "$who signs in" sign_in "$who"; done

# ---- what a role may do, as the table of the policy says it

types() { # role verb
	awk -F , -v r="$1" -v v="$2" '$1 == r && $3 == v { print $5 }' server/access/policy.csv | tr ' ' '\n' | sort | jq -Rsc 'split("\n") | map(select(. != ""))'
}
for verb in create patch sign retract; do
	ok "the session says what may be done ($verb)" is "$(jq -c ".reader.may.$verb | sort" "$work/session.$worker")" "$(types social_worker "$verb")"
done
ok "and what of it only to one's own" is "$(jq -c '.reader.may.own | sort' "$work/session.$worker")" '["retract","sign"]'
ok "who reaches no case may create none" is "$(jq -c '.reader.may.create' "$work/session.$coordinator")" '[]'

# ---- what seals a browser's drafts

key_of() { jq -r .page_key "$work/session.$1"; }
ok "a browser is given 32 bytes to seal drafts with" like "$(key_of "$worker")" '^[A-Za-z0-9_-]{43}$'
ok "everybody their own" isnt "$(key_of "$worker")" "$(key_of "$other")"
before=$(key_of "$worker")
ok "and the same after the next sign-in" is "$(sign_in "$worker" && key_of "$worker")" "$before"
ok "and while it lasts" is "$(as "$worker"; api GET /v1/session | jq -r .page_key)" "$before"

# ---- unsigned records

as "$worker"
note=$(new_id)
ok "a note is written" is "$(change create service "$note" "$case_id" '{"started_at":"'"$today"'T01:00:00Z","minutes":30,"kind":"home_visit","status":"completed","aim":"今日"}')" applied
ok "it waits for its signature" is "$(waits unsigned "$note")" 1
ok "not for a colleague's" is "$(as "$other"; waits unsigned "$note")" 0
ok "it is signed" is "$(sign service "$note" "$case_id")" applied
ok "and waits no more" is "$(waits unsigned "$note")" 0
draft=$(new_id)
change create service "$draft" "$case_id" '{"started_at":"'"$today"'T02:00:00Z","minutes":10,"kind":"home_visit","status":"completed","aim":"未签"}' >/dev/null

# ---- planned visits

plan() { # DAY AIM: its id
	local id
	id=$(new_id)
	change create service "$id" "$case_id" '{"started_at":"'"$1"'T01:30:00Z","kind":"home_visit","status":"planned","aim":"'"$2"'"}' >/dev/null
	echo "$id"
}
visit=$(plan "$(ahead 2)" 后天) sooner=$(plan "$(ahead 1)" 明天) far=$(plan "$(ahead 9)" 九天后) missed=$(plan "$(ago 3)" 三天前)
ok "a visit planned for the week is told of, one that was missed too" is "$(waits visits "$visit")$(waits visits "$missed")" 11
ok "one further ahead is not" is "$(waits visits "$far")" 0
ok "the missed one comes first" is "$(api GET /v1/today | jq -r '.visits[0].id')" "$missed"
ok "what is only planned is not to be signed" is "$(waits unsigned "$visit")" 0
for status in not_reached no_show cancelled; do
	id=$(new_id)
	change create service "$id" "$case_id" '{"started_at":"'"$(ago 2)"'T01:30:00Z","kind":"phone","status":"'$status'"}' >/dev/null
	ok "what did not take place ($status) waits for no signature" is "$(waits unsigned "$id")" 0
done
ok "given" is "$(change patch service "$missed" "$case_id" '{"status":"completed"}' '{"status":"planned"}')" applied
ok "it is planned no more, and to be signed" is "$(waits visits "$missed")$(waits unsigned "$missed")" 01

ok "the others stand in their order" is "$(api GET /v1/today | jq -c '.visits | map(.id)')" "[\"$sooner\",\"$visit\"]"

# ---- tasks

task=$(new_id)
ok "a task is given" is "$(change create task "$task" "$case_id" '{"title":"联系家属","kind":"action","status":"open","due":"'"$today"'","assignee":"'"$(staff "$worker")"'"}')" applied
ok "it waits for whose it is" is "$(waits tasks "$task")" 1
done_task=$(new_id)
change create task "$done_task" "$case_id" '{"title":"已办","kind":"action","status":"open","due":"'"$today"'","assignee":"'"$(staff "$worker")"'"}' >/dev/null
ok "one that is done" is "$(change patch task "$done_task" "$case_id" '{"status":"done"}' '{"status":"open"}')" applied
ok "does not" is "$(waits tasks "$done_task")" 0

# ---- newly shared

ok "nothing of the case is new to them" is "$(as "$other"; waits shared "$case_id")" 0
ok "somebody of theirs joins the care group" is "$(change create member "$(new_id)" "$case_id" '{"staff":"'"$(staff "$other")"'","site":"'"$there"'","role":"social_worker","from":"'"$(ago 40)"'"}')" applied
ok "without a consent that opens nothing" is "$(as "$other"; waits shared "$case_id")" 0
ok "with one" is "$(change create consent "$(new_id)" "$case_id" '{"purpose":"sharing","classes":["core","identity","assessment","plan","note"],"sites":["'"$there"'"],"given_by":"本人","from":"'"$(ago 3)"'"}')" applied
ok "the case is new to them, since then" is "$(as "$other"; api GET /v1/today | jq -r --arg r "$case_id" '.shared[] | select(.case == $r).since')" "$(ago 3)"
ok "not to its own site" is "$(waits shared "$case_id")" 0
ok "after a fortnight it is not new: an older consent says so" is "$(change create consent "$(new_id)" "$case_id" '{"purpose":"sharing","classes":["core"],"sites":["'"$there"'"],"given_by":"本人","from":"'"$(ago 30)"'"}') $(as "$other"; waits shared "$case_id")" "applied 0"
second=$(sql "SELECT id FROM rec.\"case\" WHERE home_site = '$here' AND closed IS NULL AND id <> '$case_id'
	AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = id AND r.key = '$there') ORDER BY id LIMIT 1")
change create member "$(new_id)" "$second" '{"staff":"'"$(staff "$other")"'","site":"'"$there"'","role":"social_worker","from":"'"$(ago 1)"'"}' >/dev/null
change create consent "$(new_id)" "$second" '{"purpose":"sharing","classes":["core","identity","assessment","plan","note"],"sites":["'"$there"'"],"given_by":"本人","from":"'"$(ago 5)"'"}' >/dev/null

# ---- who has no cases, and the trail

as "$coordinator"
ok "who reaches no case has nothing here" is "$(api GET /v1/today | jq -c '[.visits, .tasks, .unsigned, .shared] | map(length)')" '[0,0,0,0]'
as "$worker"
ok "what was told is on the trail" is "$(api GET /v1/today >/dev/null; sql "SELECT '$draft' = ANY (records) FROM audit.event
	WHERE action = 'today' AND actor = '$(staff "$worker")' ORDER BY at DESC LIMIT 1")" t

# ---- at a station, the same

said_at() { # login name: both ends' answers in turn, ids and days
	local shape='[.on, (.tasks, .unsigned | map(.id)), .shared, (.visits | map(.id))]'
	centre=$(as "$1"; api GET /v1/today | jq -c "$shape")
	: >"$work/open.out"
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/$2.secret "$CASEBRIDGE" --store "$work/st/$2" \
		open --no-browser --offline --json --web "$WEB_ROOT" </dev/null >"$work/open.out" 2>"$work/open.err" &
	pages=$!
	wait_for 20 test -s "$work/open.out" || return 1
	local url page
	url=$(jq -r .url "$work/open.out") page=${url%%/#*}
	curl -sS -o /dev/null -c "$work/local" -H "Origin: $page" -H 'X-Casebridge: web' -H 'Content-Type: application/json' \
		--data "{\"key\":\"${url#*#key=}\"}" "$page/v1/session"
	local_may=$(curl -sS -b "$work/local" "$page/v1/session" | jq -cS .reader.may)
	here_said=$(curl -sS -b "$work/local" "$page/v1/today" | jq -c "$shape")
	kill -TERM "$pages" && ended_within "$pages" 20 && wait "$pages"
}
for who in worker other; do
	ok "a station of the $who is enrolled" enrol "$who" "$(site_of "${!who}")" "${!who}"
	ok "and synced" is "$(station "$who" sync --json | jq .synced)" true
	ok "its pages are asked" said_at "${!who}" "$who"
	ok "what waits is the same there" is "$here_said" "$centre"
	ok "and so is what the role may do" is "$local_may" "$(jq -cS .reader.may "$work/session.${!who}")"
done
ok "among it the case that is new" is "$(jq -r --arg c "$second" '.[3][] | select(.case == $c).since' <<<"$here_said")" "$(ago 1)"
ok "own work that was not sent counts" is "$(number=$(station worker cases --json | jq -r --arg c "$case_id" '.[] | select(.case == $c).number')
	station worker add task --case "$number" title=本机 kind=action due="$today" assignee="$(staff "$worker")" status=open >/dev/null 2>"$work/said" || remark "$(cat "$work/said")"
	before=$(jq '.[1] | length' <<<"$centre"); said_at "$worker" worker; echo $(($(jq '.[1] | length' <<<"$here_said") - $(jq '.[1] | length' <<<"$centre"))))" 1
done_testing
