#!/bin/bash
# destroy.t - what is kept how long, what keeps it longer, and how it goes: by two
# people, after a day, for good, at the centre, at every station that held it, and again
# when an older backup comes back.
. tests/flow/lib.sh
. tests/flow/small.sh
. tests/flow/changing.sh
use_blank
start_daemon
use_small
for who in boss.one:supervisor:主 root.one:system_admin:甲 root.two:system_admin:乙 audit.one:auditor:审; do
	IFS=: read -r login role name <<<"$who"
	add_person "$login" "$role" "$name"
done
daemon site add --name 远站 --kind community_centre --district 小区 >/dev/null
daemon account add --login zhao.yi --role social_worker --site 远站 --name 赵一 <<<pass-word-of-zhao.yi >/dev/null
printf 'social_worker\tzhao.yi\tpass-word-of-zhao.yi\t赵一\t远站\n' >>"$work/accounts.tsv"
here=$(sql "SELECT id FROM rec.site WHERE name = '小站'") there=$(sql "SELECT id FROM rec.site WHERE name = '远站'")
says() { echo "$(code "$@") $(jq -r '[.code, .field] | map(select(.)) | join(" ")' <"$work/answer")"; }
row() { api GET /v1/retention | jq -c --arg c "$1" ".rows[] | select(.case == \$c) | $2"; }
for who in li.na wang.wei boss.one root.one root.two audit.one zhao.yi; do sign_in "$who" || bail "$who does not get in"; done
as li.na

# ---- a case that ended long ago, full of words that stand nowhere else --------------
canary=绝无仅有
client=$(new_id) aunt=$(new_id) gone=$(new_id) other=$(new_id)
put "a client" person "$client" "" "{\"name\":\"$canary\",\"birth\":\"1960\",\"sex\":\"1\",\"phone\":\"13912345678\",\"address\":\"${canary}街 7 号\",\"note\":\"$canary\"}"
put "an aunt, who has a case of her own" person "$aunt" "" '{"name":"姨妈","birth":"1950-02-03","sex":"2"}'
put "the case" case "$gone" "" "{\"person\":\"$client\",\"phase\":\"intake\",\"number\":\"D-1\",\"home_site\":\"$here\",\"opened\":\"2004-03-01\",\"main_problem\":\"$canary\"}"
put "the aunt's" case "$other" "" "{\"person\":\"$aunt\",\"phase\":\"intake\",\"number\":\"D-2\",\"home_site\":\"$here\",\"opened\":\"2025-03-01\"}"
put "their kinship" relation "$(new_id)" "$gone" "{\"subject\":\"$client\",\"person\":\"$aunt\",\"kind\":\"7\"}"
put "a consent for the other site" consent "$(new_id)" "$gone" "{\"purpose\":\"sharing\",\"classes\":[\"identity\",\"assessment\",\"plan\",\"note\"],\"sites\":[\"$there\"],\"from\":\"2004-03-01\"}"
seat=$(new_id)
put "whose worker has a seat" member "$seat" "$gone" "{\"staff\":\"$(staff zhao.yi)\",\"site\":\"$there\",\"role\":\"social_worker\",\"from\":\"2004-03-01\"}"
note=$(new_id) scan=$(new_id) letter=$(new_id)
put "a note" service "$note" "$gone" "{\"started_at\":\"2005-05-02T10:00:00+08:00\",\"kind\":\"home_visit\",\"minutes\":30,\"status\":\"completed\",\"process\":\"$canary\"}"
ok "that was changed" is "$(change patch service "$note" "$gone" '{"aim":"绝无仅有"}' '{"aim":null}')" applied
put "a letter" referral "$letter" "$gone" "{\"kind\":\"service\",\"to_site\":\"$there\",\"reason\":\"$canary\",\"status\":\"draft\"}"
# More units than fit a line of 4096 bytes.
jq -cn --arg at "$(new_id)" --arg c "$gone" --arg to "$there" 'def id($n): $at[:24] + ("000000000000" + ($n | tostring))[-12:];
	{changes: [range(200) | {id: id(1000 + .), op: "create", type: "referral", rec: id(.), case: $c, entered_at: "2026-11-21T09:30:00+08:00",
	 set: {kind: "service", to_site: $to, reason: "x", status: "draft"}}]}' | api POST /v1/changes - >"$work/result"
ok "and two hundred more" is "$(jq -c '[.results[].status] | unique' "$work/result")" '["applied"]'
{ printf '%%PDF-1.4\n%s\n' "$canary" && head -c 100000 /dev/urandom; } >"$work/scan.pdf"
sum=$(sha256sum "$work/scan.pdf" | cut -d' ' -f1)
put "a scan" document "$scan" "$gone" "{\"title\":\"$canary\",\"kind\":\"letter\",\"status\":\"draft\",\"sha256\":\"$sum\",\"size\":$(stat -c %s "$work/scan.pdf"),\"media\":\"application/pdf\",\"file_name\":\"a.pdf\"}"
upload=$(jq -cn --arg sha "$sum" --argjson size "$(stat -c %s "$work/scan.pdf")" --arg rec "$scan" '{sha256: $sha, size: $size, media: "application/pdf", rec: $rec}' | api POST /v1/uploads - | jq -r .upload)
api PATCH "/v1/uploads/$upload" '' -H 'Content-Type: application/offset+octet-stream' -H 'Upload-Offset: 0' --data-binary "@$work/scan.pdf" >"$work/said"
ok "with its bytes" is "$(jq .done "$work/said")" true
put "a closing" closure "$(new_id)" "$gone" "{\"reason\":\"goals_met\",\"closed_on\":\"2005-06-30\",\"goal_summary\":\"$canary\",\"approved_by\":\"$(staff boss.one)\",\"approved\":\"2005-06-30\",\"approval_note\":\"同意\"}"
ok "it closes" is "$(change patch case "$gone" "" '{"phase":"closing","closed":"2005-06-30","close_reason":"goals_met"}' '{"phase":"intake","closed":null,"close_reason":null}')" applied

ok "and has ended" is "$(change patch case "$gone" "" '{"phase":"ended"}' '{"phase":"closing"}')" applied
ok "something of it is refused, and kept as it was sent" is "$(change patch service "$note" "$gone" "{\"kind\":\"$canary\"}" '{"kind":"home_visit"}' | cut -d' ' -f1)" parked
enrol near "$here" li.na || bail "no station"
enrol far "$there" zhao.yi || bail "no station"
sync() { station "$1" sync --json >"$work/sync.$1" 2>&1; }
ok "two stations hold it" sync near
sync far
ok "that of the other site, too" like "$(station far show D-1 2>&1)" "$canary"

# --- how long it is kept, and who is told ------------------------------------------------
as li.na
ok "a social worker has no business with it" is "$(says GET /v1/retention) $(says POST /v1/retention/holds '{"case":"D-1","reason":"x","reference":"y"}')" '403 forbidden retention 403 forbidden retention'
as boss.one
ok "a supervisor sees that its fifteen years are over" is "$(row "$gone" '[.number, .ended, .span, .until, .law_until, .ground, .hold, .proposal]')" \
	'["D-1","2005-06-30","casework","2020-06-30",null,"span",null,null]'
as root.one
ok "an administrator sees the same by its id alone" is "$(row "$gone" '[.number, .until, .ground]')" '[null,"2020-06-30","span"]'
ok "and of no case what it says" unlike "$(api GET /v1/retention)" "$canary|13912345678"
ok "a case that has not ended is not there" is "$(row "$other" .)" ''
kept() { sql "BEGIN; $1; SELECT span || ' ' || until || ' ' || coalesce(law_until::text, '-') FROM duty.lapse('$gone'); ROLLBACK" | grep -E '^[a-z]+ [0-9]'; }
while IFS='|' read -r what want change; do
	ok "$what" is "$(kept "$change")" "$want"
done <<-EOC
	a visit after the closing counts|casework 2023-01-02 -|UPDATE rec.service SET started_at = '2008-01-02T10:00:00+08:00'
	a registered diagnosis: thirty years, by law|mental 2035-06-30 2035-06-30|UPDATE rec.person SET diagnosis = 'schizophrenia' WHERE id = '$client'
	an inpatient: thirty, by law|inpatient 2035-06-30 2035-06-30|UPDATE rec."case" SET care_setting = 'inpatient'
	an outpatient: fifteen, by law|casework 2020-06-30 2020-06-30|UPDATE rec."case" SET care_setting = 'outpatient'
	a minor: fifteen from the eighteenth birthday|minor 2034-05-06 -|UPDATE rec.person SET birth = '2001-05-06' WHERE id = '$client'
	of a birth only the year is known|minor 2034-12-31 -|UPDATE rec.person SET birth = '2001' WHERE id = '$client'
	of a birth nothing is known|minor 2037-03-01 -|UPDATE rec.person SET birth = NULL WHERE id = '$client'
EOC

# --- somebody asked for it to be deleted ----------------------------------------------------
as boss.one
recent="UPDATE rec.\"case\" SET closed = '2015-06-30' WHERE id = '$gone'"
ground() { sql "BEGIN; $1; SELECT 'ground ' || coalesce(duty.ground(until, law_until, request), '-') FROM duty.lapse(NULL) WHERE case_id = '$gone' UNION ALL SELECT 'ground none' LIMIT 1; ROLLBACK" | sed -n 's/^ground //p'; }
ok "one that ended in 2015 is not in the list" is "$(ground "$recent")" none
code POST /v1/duties '{"kind":"request","matter":"delete","number":"D-1","opened_on":"2026-11-02","due_on":"2026-12-02","words":"女儿请求删除"}' >/dev/null
request=$(jq -r .id <"$work/answer")
ok "asked for, it is kept all the same" is "$(ground "$recent")" none
ok "granted, it may go before the house rule is over" is "$(code POST "/v1/duties/$request" '{"step":"granted","words":"同意"}') $(ground "$recent")" '201 request'
ok "but not before the law's" is "$(ground "$recent; UPDATE rec.person SET diagnosis = 'schizophrenia' WHERE id = '$client'")" -
ok "whatever its number becomes" is "$(ground "$recent; UPDATE rec.\"case\" SET number = 'D-7' WHERE id = '$gone'")" request
ok "and no other case goes that is given it" is "$(sql "BEGIN; UPDATE rec.\"case\" SET number = 'D-1', phase = 'ended', closed = '2015-06-30' WHERE id = '$other'; SELECT 'request ' || coalesce(request::text, 'none') FROM duty.lapse('$other'); ROLLBACK" | grep '^request')" 'request none'
ok "the entry stands beside the case" is "$(row "$gone" .request)" "\"$request\""
ok "refused after all, it does not" is "$(code POST "/v1/duties/$request" '{"step":"refused","words":"身份不符"}') $(ground "$recent") $(row "$gone" .request)" '201 - null'

# The same of a case that has not ended, and of a number that two have.
code POST /v1/duties '{"kind":"request","matter":"delete","number":"D-2","opened_on":"2026-11-02","due_on":"2026-12-02","words":"本人请求删除"}' >/dev/null
request=$(jq -r .id <"$work/answer")
sql "UPDATE rec.\"case\" SET number = 'D-2' WHERE id = '$gone'" >/dev/null
ok "of a number that two cases have, nothing is granted" is "$(says POST "/v1/duties/$request" '{"step":"granted","words":"同意"}')" '422 bad_input step'
sql "UPDATE rec.\"case\" SET number = 'D-1' WHERE id = '$gone'" >/dev/null
ok "granted of one that has not ended, it is not proposed" is "$(code POST "/v1/duties/$request" '{"step":"granted","words":"同意"}') $(says POST /v1/retention/proposals '{"case":"D-2"}')" '201 422 kept case'

# --- a hold ------------------------------------------------------------------------------
as boss.one
while IFS='|' read -r what said body; do
	ok "a hold is refused: $what" is "$(says POST /v1/retention/holds "$body")" "$said"
done <<-EOC
	no reason|422 missing reason|{"case":"D-1","reference":"x"}
	no reference|422 missing reference|{"case":"D-1","reason":"x","reference":""}
	too long a reason|422 missing reason|{"case":"D-1","reason":"$(printf '字%.0s' $(seq 1001))","reference":"x"}
	no case|422 missing case|{"reason":"x","reference":"y"}
	a case there is not|404 not_found case|{"case":"D-9","reason":"x","reference":"y"}
	a member nobody knows|422 unknown_field until|{"case":"D-1","reason":"x","reference":"y","until":"2030-01-01"}
EOC
ok "a case is held" is "$(says POST /v1/retention/holds "{\"case\":\"D-1\",\"reason\":\"${canary}案待判\",\"reference\":\"(2026) 民初 12 号\"}")" "201 "
hold=$(jq -r .id <"$work/answer")
ok "by whom, why and by which reference" is "$(row "$gone" '[.hold_by, .hold_reason, .hold_reference]')" "[\"主\",\"${canary}案待判\",\"(2026) 民初 12 号\"]"
ok "what is held is not even proposed" is "$(says POST /v1/retention/proposals '{"case":"D-1"}')" '409 held case'
ok "it is released for a reason" is "$(says POST "/v1/retention/holds/$hold" '{}') $(code POST "/v1/retention/holds/$hold" '{"reason":"已判决"}') $(says POST "/v1/retention/holds/$hold" '{"reason":"再来"}')" '422 missing reason 200 422 decided id'

# --- proposed, and granted by somebody else --------------------------------------------------
proposal() { jq -r .proposal <"$work/answer"; }
ok "what is still to be kept is not proposed" is "$(says POST /v1/retention/proposals '{"case":"D-2"}')" '422 kept case'
ok "a case of nobody is not" is "$(says POST /v1/retention/proposals "{\"case\":\"$(new_id)\"}")" '404 not_found case'
as wang.wei
ok "nor does an administrator know it by number only" is "$(says POST /v1/retention/proposals '{"case":"D-1"}' | cut -d' ' -f1)" 202
first=$(jq -r .proposal <"$work/answer")
ok "twice it is not proposed" is "$(says POST /v1/retention/proposals "{\"case\":\"$gone\"}")" '422 bad_input case'
ok "who asked does not grant it" is "$(says POST "/v1/retention/proposals/$first" '{"grant":true}')" '403 forbidden grant'
as boss.one
ok "a supervisor does not" is "$(says POST "/v1/retention/proposals/$first" '{"grant":true}')" '403 forbidden destroy'
as root.one
ok "nor an administrator before a day is over" is "$(says POST "/v1/retention/proposals/$first" '{"grant":true}')" '422 too_early grant'
as boss.one
code POST /v1/retention/holds '{"case":"D-1","reason":"另案","reference":"y"}' >/dev/null
second=$(jq -r .id <"$work/answer")
sql "UPDATE duty.proposal SET due = now()" >/dev/null
as root.one
ok "a hold ends what was proposed" is "$(says POST "/v1/retention/proposals/$first" '{"grant":true}')" '422 decided grant'
as boss.one
code POST "/v1/retention/holds/$second" '{"reason":"已结"}' >/dev/null
code POST /v1/retention/proposals '{"case":"D-1"}' >/dev/null
again=$(proposal)
ok "who asked may take it back" is "$(code POST "/v1/retention/proposals/$again" '{"grant":false}') $(says POST "/v1/retention/proposals/$again" '{"grant":false}')" '200 422 decided grant'
code POST /v1/retention/proposals '{"case":"D-1"}' >/dev/null
last=$(proposal)
sql "UPDATE duty.proposal SET due = now() WHERE decided_at IS NULL" >/dev/null
as_app() { psql -AtX -v ON_ERROR_STOP=1 "$(cluster_conninfo "$work/s" casebridge_app)" -c "BEGIN; SELECT set_config('app.room', 'auth', true); $1; COMMIT" 2>&1; }
for s in "UPDATE duty.proposal SET decided_at = now(), decided_by = made_by, outcome = 'granted' WHERE decided_at IS NULL" "SELECT * FROM duty.wipe('$gone')" \
	"UPDATE duty.span SET years = 1" "DELETE FROM duty.hold" "DELETE FROM duty.certificate" "INSERT INTO duty.gone VALUES ('$gone', '$last')"; do
	ok "nor does the database: ${s:0:42}" like "$(as_app "$s")" 'permission denied|violates check'
done
ok "one person with the database's own door is one person" like "$(as_app "SELECT outcome FROM duty.destroy('$last', '$(staff boss.one)')")" not_second

# --- destroyed ------------------------------------------------------------------------------
dump() { pg_dump -a --dbname "$(cluster_conninfo "$work/s" postgres)"; }
keys() { sqlite3 "$(find "$work/st/$1" -name '*.store' | head -n 1)" "SELECT hex(data_key) FROM unit UNION SELECT hex(sealed) FROM record WHERE length(sealed) > 200" | sort; }
residue() { # station: of the keys and records it gave up, how many bytes are left in its files
	keys "$1" | comm -23 "$work/keys.$1" - >"$work/given"
	find "$work/st/$1" -type f -exec cat {} + | od -An -v -tx1 | tr -d ' \n' | tr a-f A-F >"$work/bytes"
	echo "$(($(wc -l <"$work/given") >= 5)) $(grep -c -F -f <(cut -c 1-64 "$work/given") "$work/bytes")"
}
for s in near far; do keys $s >"$work/keys.$s"; done
station far edit "$note" "aim=$canary 离线" >"$work/said" 2>&1
ok "a station that is away has work on it" is "$(station far status --json | jq .unsent)" 1
ok "until then it is all there" like "$(dump | grep -c "$canary")" '^[1-9]'
goes() { # table column case: whether the client goes when that names them, too
	sql "BEGIN; SET session_replication_role = replica; INSERT INTO rec.$1 (id, case_id, rec_ver, rec_state, $2) VALUES (gen_random_uuid(), $3, 1, 'current', '$client');
		SELECT 'goes ' || goes FROM duty.units_of('$gone') WHERE unit = '$client'; ROLLBACK" | sed -n 's/^goes //p'
}
while read -r what; do
	# shellcheck disable=SC2086
	ok "who is named elsewhere stays: $what" is "$(goes $what "'$other'") $(goes $what "'$gone'")" 'false true'
done <<-EOC
	contact person
	request person
	assessment subject
	response subject
	document about
EOC
ok "by a letter about no case, too" is "$(goes request person NULL)" false
beside() { # statement of somebody else, who commits a moment later; what comes of a grant meanwhile (and is undone)
	sql "BEGIN; $1; SELECT pg_sleep(1); COMMIT" >/dev/null &
	sleep 0.4
	psql -AtX "$(cluster_conninfo "$work/s" postgres)" -c "BEGIN; SELECT set_config('app.room', 'auth', true); SELECT 'outcome ' || outcome FROM duty.destroy('$last', '$(staff root.one)'); ${2:-SELECT 1}; ROLLBACK" 2>&1 | sed -n 's/^outcome //p' | paste -sd' '
	wait $!
}
ok "a push that opens it again and is faster is not lost" is "$(beside "SELECT 1 FROM log.unit WHERE unit_id = '$gone' FOR UPDATE; UPDATE rec.\"case\" SET phase = 'closing' WHERE id = '$gone'")" kept
sql "UPDATE rec.\"case\" SET phase = 'ended' WHERE id = '$gone'" >/dev/null
ok "the decision names the commit of the certificate, whoever commits meanwhile" is "$(beside "SELECT log.seal(NULL, NULL, NULL, 'r', 0, sha256(''))" \
	"SELECT 'outcome ' || ((d.doc ->> 'csn')::bigint = k.csn AND k.csn = c.csn) FROM log.decision d JOIN duty.certificate k ON k.case_id = d.about JOIN log.commit c ON c.kind = 'd' WHERE d.kind = 'destroyed'")" 'done true'
stop_daemon && stop_postgres && cp -a "$pg_dir" "$pg_home/image" && start_postgres && start_daemon
ok "nothing is destroyed in a log nobody has confirmed" like "$(psql -AtX "$(cluster_conninfo "$work/s" postgres)" -c "BEGIN; UPDATE log.epoch SET confirmed_at = NULL;
	SELECT set_config('app.room', 'auth', true); SELECT outcome FROM duty.destroy('$last', '$(staff root.one)'); ROLLBACK" 2>&1)" 'not confirmed'
as li.na
ok "after the backup the seat ends" is "$(change patch member "$seat" "$gone" "{\"to\":\"$(TZ=Asia/Shanghai date +%F)\"}" '{"from":"2004-03-01","to":null}')" applied
as root.one
ok "an administrator grants what a supervisor proposed" is "$(code POST "/v1/retention/proposals/$last" '{"grant":true}')" 200
paper=$(jq -r .certificate <"$work/answer")
ok "when it is told, what was decided lies beside the log" is "$(grep -c '"kind": "destroyed"' "$work/state/decisions")" 1
ok "not a word of it is in the database" is "$(dump | grep -n "$canary" | cut -c1-200)" ''
as li.na
ok "nobody reaches it" is "$(says GET "/v1/cases/$gone")" '404 not_found id'
ok "nor its letter" is "$(says GET "/v1/letters/$letter")" '404 not_found id'
ok "nor its scan" is "$(code GET "/v1/files/$sum?rec=$scan")" 404
ok "no hold comes too late" is "$(sql "INSERT INTO duty.hold (case_id, site, site_name, reason, reference, by, by_name) VALUES ('$gone', '$here', '小站', 'x', 'y', '$(staff boss.one)', '主') RETURNING 'held'" | grep held)" ''
late() { # REC: a file is announced for it
	says POST /v1/uploads "$(jq -cn --arg sha "$(head -c 32 /dev/urandom | sha256sum | cut -d' ' -f1)" --arg rec "$1" '{sha256: $sha, size: 9, media: "application/pdf", rec: $rec}')"
}
parked() { sql "SELECT payload FROM log.parked ORDER BY csn DESC LIMIT 1"; }
ok "no file of it is taken" is "$(late "$scan")" '404 not_found rec'
ok "a change of it in capitals is refused, and not kept" is "$(change patch service "${note^^}" "${gone^^}" "{\"process\":\"$canary\"}" '{"process":null}') $(parked)" 'parked not_found rec {}'
ok "nor one that does not say which case" is "$(change patch service "$note" "" "{\"process\":\"$canary\"}" '{"process":null}') $(parked)" 'parked missing case {}'
paper_late=$(new_id)
ok "nor a document that comes with it" like "$(change create document "$paper_late" "$gone" "{\"title\":\"$canary\",\"kind\":\"letter\",\"status\":\"draft\"}") $(parked)" 'parked .* \{\}$'
ok "or its file" is "$(late "$paper_late")" '404 not_found rec'
ok "the aunt, who has a case of her own, stays" is "$(api GET "/v1/cases/$other" | jq -r '[.records[].body.name // empty] | join(" ")')" 姨妈

# --- at the stations -----------------------------------------------------------------------
waiting() { as audit.one && api GET "/v1/retention/certificates/$paper" | jq -c '[.certificate.waiting, ([.copies[].state] | sort)]'; }
ok "the certificate waits for both stations" is "$(waiting)" '[2,["held","held"]]'
ok "who was there purges" sync near
ok "and is in step: both ends hold the same" is "$(station near status --json | jq .matched)" true
ok "it knows nothing of it any more" is "$(station near show D-1 >/dev/null 2>&1 && echo there)" ''
ok "nor is a byte of its keys and records in its files" is "$(residue near)" '1 0'
ok "its receipt is noted" is "$(waiting)" '[1,["held","purged"]]'
ok "who was away purges, too" sync far
ok "and holds nothing of it" is "$(station far show D-1 >/dev/null 2>&1 && echo there) $(residue far)" ' 1 0'
ok "the certificate is complete" is "$(waiting)" '[0,["purged","purged"]]'
ok "what they sent too late is nowhere" is "$(dump | grep -n "$canary" | cut -c1-200)" ''
ok "nor kept sealed for somebody to try again" is "$(sql 'SELECT count(*) FROM auth.parcel')" 0

# --- the certificate, and the trail ----------------------------------------------------------
as audit.one
ok "the auditor finds it in the list" is "$(api GET /v1/retention | jq -c --arg c "$gone" '.certificates[] | select(.case == $c) | [.ground, .span, .made_name, .by_name, .records > 8, .files, .people]')" \
	'["span","casework","主","甲",true,1,1]'
ok "to print in both languages" is "$(api GET "/v1/retention/certificates/$paper" | jq -r '.text | [(.zh | startswith("个案销毁证明")), (.en | startswith("Certificate of destruction")), (.zh | contains("2020-06-30"))] | join(" ")')" 'true true true'
ok "and at the centre's own machine" like "$(daemon retention certificate --id "$paper" --lang en 2>&1)" "Destroyed at: .*purged, with a signed receipt"
ok "the list, too" like "$(daemon retention list 2>&1)" "certificate"
ok "it is on the trail, with who asked" is "$(sql "SELECT string_agg(action || ' ' || (SELECT login FROM auth.account a WHERE a.staff = e.actor), ', ' ORDER BY id) FROM audit.event e WHERE action IN ('destroy_ask', 'destroy', 'destroy_refuse', 'hold', 'hold_release') AND outcome = 'ok' AND '$last' = ANY (records)")" \
	'destroy_ask boss.one, destroy root.one'
daemon seal init >"$work/key" 2>/dev/null
daemon seal --once --check >"$work/said" 2>&1
daemon audit export "$work/trail.txt" >/dev/null
ok "the trail proves itself as before" exits 0 daemon audit verify --key "$work/key" "$work/trail.txt"
echo "database-backup = $(cluster_conninfo "$work/s" postgres)" >>"$work/daemon.conf"
daemon backup make --dir "$work/backup" >"$work/said" 2>&1
ok "a backup of what is left is whole" exits 0 daemon backup verify --dir "$work/backup" --scratch "$work"
ok "and the figures count what is there" exits 0 daemon figures check
sql 'VACUUM FULL' >/dev/null && sql CHECKPOINT >/dev/null
ok "nor is it in what the tables leave on the disk" is "$(grep -rlF -- "$canary" "$pg_dir/base" | head -n 3)" ''
ok "in no log a word of it" unlike "$(cat "$work/daemon.log")" "$canary"

# --- an older backup comes back ----------------------------------------------------------------
as boss.one
ok "another case is held after it" is "$(code POST /v1/retention/holds '{"case":"D-2","reason":"诉讼","reference":"z"}')" 201
ok "it is filed beside the log as well" wait_for 10 eval 'grep -q destroyed "$work/state/decisions" && [ "$(grep -c "\"hold\"" "$work/state/decisions")" -ge 5 ]'
stop_daemon && stop_postgres && rm -rf "$pg_dir" && mv "$pg_home/image" "$pg_dir" && start_postgres
ok "with it the case comes back" like "$(dump | grep -c "$canary")" '^[1-9]'
ok "the daemon starts, and accepts nothing" start_unconfirmed
ok "the case is destroyed again before anybody asks" is "$(dump | grep -n "$canary" | cut -c1-200)" ''
ok "with the same certificate" is "$(sql "SELECT id = '$paper', again, by_name, made_name, encode(digest, 'hex') ~ '^[0-9a-f]{64}$' FROM duty.certificate")" 't|1|甲|主|t'
ok "what was decided about it is owed to nobody" is "$(sql 'SELECT count(*) FROM log.decision WHERE owed')" 0
ok "and what was held is held" is "$(sql "SELECT duty.is_held('$other')")" t
daemon epoch confirm --reason 测试 >/dev/null 2>&1
wait_for 10 answers /readyz
for s in near far; do
	sync $s
	ok "$s is in step with it" is "$(station $s status --json | jq .matched)" true
done
ok "nothing of it came back from a station" is "$(dump | grep -n "$canary" | cut -c1-200)" ''

# --- spans only grow ---------------------------------------------------------------------------
sign_in root.one && sign_in root.two && sign_in boss.one
ok "a supervisor sets no span" is "$(says POST /v1/retention/proposals '{"span":"casework","years":20}')" '403 forbidden setting'
as root.one
ok "none is made shorter" is "$(says POST /v1/retention/proposals '{"span":"casework","years":14}') $(says POST /v1/retention/proposals '{"span":"casework","years":101}')" '422 out_of_range years 422 out_of_range years'
code POST /v1/retention/proposals '{"span":"casework","years":20}' >/dev/null
longer=$(proposal)
sql "UPDATE duty.proposal SET due = now() WHERE decided_at IS NULL" >/dev/null
ok "nor longer by one alone" is "$(says POST "/v1/retention/proposals/$longer" '{"grant":true}')" '403 forbidden grant'
as root.two
ok "two make it longer" is "$(code POST "/v1/retention/proposals/$longer" '{"grant":true}') $(api GET /v1/retention | jq -c '.spans[0] | [.code, .least, .years]')" '200 ["casework",15,20]'
ok "not even the database takes it back" like "$(psql -AtX "$(cluster_conninfo "$work/s" postgres)" -c "UPDATE duty.span SET years = 15 WHERE code = 'casework'" 2>&1)" 'only grows'
done_testing
