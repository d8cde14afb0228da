#!/bin/bash
# narrowed.t - a consent that opens less than before: the centre shows less at
# once, every station that holds too much is sent what is left before anything
# else, and a restore does not open again what was closed.
. tests/flow/lib.sh
. tests/flow/changing.sh
. tests/flow/by_hand.sh
use_district
start_daemon

today=$(TZ=Asia/Shanghai date +%F)
here=$(sql "SELECT site FROM auth.account WHERE role = 'social_worker' AND site IN (SELECT site FROM auth.account WHERE role = 'supervisor') ORDER BY 1 LIMIT 1")
there=$(sql "SELECT site FROM auth.account WHERE role = 'social_worker' AND site <> '$here' ORDER BY 1 LIMIT 1")
third=$(sql "SELECT site FROM auth.account WHERE role = 'social_worker' AND site NOT IN ('$here', '$there') ORDER BY 1 LIMIT 1")
own=$(login "$here" social_worker) other=$(login "$there" social_worker)
for who in "$own" "$other"; do ok "$who signs in" sign_in "$who"; done
mask() { # SITE: the classes it reaches of the case now
	sql "SELECT coalesce(bit_or(classes), 0) & 31 FROM access.reach WHERE unit_id = '$case_id' AND key = '$1' AND from_at <= now() AND (to_at IS NULL OR to_at > now())"
}

as "$own"
person=$(new_id) case_id=$(new_id) consent=$(new_id) note=$(new_id)
put "a client" person "$person" "" '{"name":"陆小北","birth":"1980-01-01","sex":"1"}'
put "a case" case "$case_id" "" "{\"person\":\"$person\",\"phase\":\"intake\",\"home_site\":\"$here\",\"number\":\"N-1\",\"opened\":\"$today\",\"manager\":\"$(staff "$own")\"}"
put "a consent for two sites and four classes" consent "$consent" "$case_id" "{\"purpose\":\"sharing\",\"classes\":[\"identity\",\"assessment\",\"plan\",\"note\"],\"sites\":[\"$there\",\"$third\"],\"from\":\"$today\"}"
put "a seat of one" member "$(new_id)" "$case_id" "{\"staff\":\"$(staff "$other")\",\"site\":\"$there\",\"role\":\"social_worker\",\"from\":\"$today\"}"
put "a note" service "$note" "$case_id" "{\"started_at\":\"${today}T00:10:00+08:00\",\"kind\":\"home_visit\",\"status\":\"completed\",\"process\":\"不再给别人看的话\"}"
ok "to begin with, nothing stands among the decisions" is "$(sql "SELECT count(*) FROM log.decision WHERE about = '$consent'")" 0

# Cases of the other site's own, which it holds and which will have news.
as "$other"
mine=()
for i in 1 2 3 4 5 6 7 8; do
	p=$(new_id) c=$(new_id) mine+=("$c")
	change create person "$p" "" "{\"name\":\"甲$i\",\"sex\":\"1\"}" >"$work/said"
	change create case "$c" "" "{\"person\":\"$p\",\"phase\":\"intake\",\"home_site\":\"$there\",\"number\":\"M-$i\",\"opened\":\"$today\"}" >"$work/said"
	change create service "$(new_id)" "$c" "{\"started_at\":\"${today}T00:05:00+08:00\",\"kind\":\"phone_contact\",\"status\":\"completed\",\"process\":\"$(printf '%04000d' "$i")\"}" >"$work/said"
done
ok "they are there" is "$(sql "SELECT count(*) FROM rec.\"case\" WHERE number LIKE 'M-_' AND home_site = '$there'")" 8

# ---- the station of the other site, by hand
by_site() { sql "SELECT name FROM rec.site WHERE id = '$1'"; }
ok "its station is let in" let_in desk "$other"
take() { # FILE: receipts for what a page holds
	jq -c 'select(.u) | {kind: "stored", unit: .u.unit, gen: .u.gen}' "$1" | jq -cs '{receipts: .}' >"$work/receipts.json"
	numbered desk POST /v1/receipts "@$work/receipts.json" >"$work/said"
}
place=''
take_all() { # everything that is left, in pages of page_bytes; the units, in order, in $work/units
	local more=true turn=0
	: >"$work/units"
	rm -f "$work"/page.[0-9]*
	while [ "$more" = true ] && [ $((turn += 1)) -lt 200 ]; do
		pull desk "$place" >"$work/page"
		[ "$(status)" = 200 ] || { remark "$(said)" && return 1; }
		jq -r 'select(.u) | .u.unit' "$work/page" >>"$work/units"
		cp "$work/page" "$work/page.$turn"
		take "$work/page"
		place=$(next_of "$work/page") more=$(tail -n 1 "$work/page" | jq .f.more)
	done
	[ "$more" = false ]
}
ok "it takes all there is" take_all
ok "the shared case among it" grep -q "$case_id" "$work/units"
news() { # a word more in each of its own cases, and a new one
	local c
	as "$other"
	for c in "${mine[@]}"; do
		change create service "$(new_id)" "$c" "{\"started_at\":\"${today}T00:06:00+08:00\",\"kind\":\"phone_contact\",\"status\":\"completed\",\"process\":\"$(printf '%06000d' 1)\"}"
	done | sort | uniq -c | tr -s ' '
}
ok "there is news in all of its own cases" is "$(news)" ' 8 applied'
as "$own"
narrow() { change patch consent "$consent" "$case_id" "$1" "$2"; }
all='["identity","assessment","plan","note"]'
ok "the client closes notes, plans and assessments" is "$(narrow '{"classes":["identity"]}' "{\"classes\":$all}")" applied
ok "the other site reaches that much less at once" is "$(mask "$there")" 3
ok "not even by the web" is "$(as "$other"; api GET "/v1/records/$note/history" | jq -r '.code // "seen"')" not_found
page_bytes=16384 take_all
ok "at the station it comes first, before news of what it holds" is "$(head -n 1 "$work/units")" "$case_id"
ok "as what is left of it, in place of what there was" is \
	"$(jq -c 'select(.u.unit == "'"$case_id"'") | .u.full' "$work/page.1") $(jq -r 'select(.r.case == "'"$case_id"'") | .r.type' "$work/page.1" | grep -c service)" 'true 0'
ok "and all the news behind it" is "$(grep -cFf <(printf '%s\n' "${mine[@]}") "$work/units")" 8
ok "it was not sent whole twice" is "$(cat "$work"/page.[0-9]* | jq -c 'select(.u.unit == "'"$case_id"'" and .u.full)' | wc -l)" 1

# ---- in the middle of a round of news
ok "opened again" is "$(as "$own"; narrow "{\"classes\":$all}" '{"classes":["identity"]}')" applied
page_bytes=16384 take_all
ok "the station has it whole" is "$(mask "$there")" 31
ok "news once more" is "$(news)" ' 8 applied'
page_bytes=16384 pull desk "$place" >"$work/page"
take "$work/page"
place=$(next_of "$work/page")
jq -r 'select(.u) | .u.unit' "$work/page" >"$work/units.begun"
ok "a page of the round is taken, and more is to come" is "$(tail -n 1 "$work/page" | jq .f.more) $([ "$(wc -l <"$work/units.begun")" -lt 8 ]; echo $?)" 'true 0'
as "$own"
ok "then it is narrowed" is "$(narrow '{"classes":["identity"]}' "{\"classes\":$all}")" applied
page_bytes=16384 take_all
ok "it is the first of the next page" is "$(head -n 1 "$work/units")" "$case_id"
ok "and none of the round is left out" is "$(cat "$work/units.begun" "$work/units" | sort -u | grep -cFf <(printf '%s\n' "${mine[@]}"))" 8

# ---- nobody fetches it for a while, and it is narrowed and widened
ok "narrowed further, to fewer sites" is "$(narrow "{\"sites\":[\"$there\"]}" "{\"sites\":[\"$there\",\"$third\"]}")" applied

# ---- a real station has nothing left of it
ok "a real station" enrol real "$(by_site "$there")" "$other"
as "$own"
ok "opened once more" is "$(narrow "{\"classes\":$all}" '{"classes":["identity"]}')" applied
station real sync >"$work/said" 2>&1
ok "it has the note" exits 0 station real show "$note"
ok "narrowed" is "$(narrow '{"classes":["identity"]}' "{\"classes\":$all}")" applied
ok "it syncs" is "$(station real sync --json | jq .synced)" true
ok "and has it no more" exits 1 station real show "$note"
ok "but the case" exits 0 station real show "$case_id"

# ---- the decision is beside the database, and outlives a restore
doc() { sql "SELECT doc FROM log.decision WHERE about = '$consent' ORDER BY no DESC LIMIT 1"; }
ok "what may still be opened stands among the decisions" is "$(doc | jq -cS .)" \
	"{\"case\":\"$case_id\",\"classes\":[\"identity\"],\"sites\":[\"$there\"],\"to\":null,\"until\":null}"
ok "in what was decided first, and again, and back" is "$(sql "SELECT count(*) FROM log.decision WHERE about = '$consent'")" 6
ok "a word of evidence is no decision" is "$(narrow '{"evidence":"电话录音"}' '{"evidence":null}') $(sql "SELECT count(*) FROM log.decision WHERE about = '$consent'")" 'applied 6'
narrow "{\"classes\":$all,\"sites\":[\"$there\",\"$third\"]}" "{\"classes\":[\"identity\"],\"sites\":[\"$there\"]}" >"$work/said"
ok "everything is open when the disk is copied" is "$(mask "$there")" 31
stop_daemon && stop_postgres && cp -a "$pg_dir" "$work/image" && start_postgres && start_daemon
sign_in "$own"
tomorrow=$(TZ=Asia/Shanghai date -d tomorrow +%F)
ok "narrowed after the copy: one class, one site, until tomorrow" is "$(narrow "{\"classes\":[\"plan\"],\"sites\":[\"$there\"],\"to\":\"$tomorrow\"}" \
	"{\"classes\":$all,\"sites\":[\"$there\",\"$third\"],\"from\":\"$today\",\"to\":null}")" applied
filed() { grep -q "\"until\": *\"$tomorrow\"" "$work/state/decisions"; }
ok "it is in the file" wait_for 10 filed
ok "which says nothing of a person" is "$(grep -cE '陆小北|不再给' "$work/state/decisions")" 0
wait_for 5 grep -q "$(sql "SELECT epoch || ' ' || csn FROM log.head") " "$work/state/high-water"
stop_daemon && stop_postgres && rm -rf "$pg_dir" && mv "$work/image" "$pg_dir" && start_postgres
ok "set back, everything would be open" is "$(mask "$there")" 31
ok "the daemon starts, and will not accept" start_unconfirmed
ok "and what was closed is closed" is "$(mask "$there") $(sql "SELECT classes, sites = ARRAY['$there'::uuid], \"to\" FROM rec.consent WHERE id = '$consent'")" "9 {plan}|t|$tomorrow"
daemon epoch confirm --reason "test" >"$work/said"
says() { [ "$(sql "SELECT jsonb_build_array(body::jsonb -> 'classes', body::jsonb -> 'sites', body::jsonb -> 'to', by) FROM log.version WHERE record_id = '$consent' AND next_csn IS NULL")" \
	= "[[\"plan\"], [\"$there\"], \"$tomorrow\", \"$(staff "$own")\"]" ]; }
ok "the record says so itself, as whoever decided it" wait_for 20 says
ok "nothing of it is owed any more" is "$(sql 'SELECT count(*) FROM log.decision WHERE owed')" 0
ok "nothing was parked" is "$(sql "SELECT count(*) FROM log.parked WHERE settled_csn IS NULL")" 0
done_testing
