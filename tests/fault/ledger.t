#!/bin/bash
# ledger.t - the ledger can say "broken": copies of the database and of the
# ledger are damaged one way at a time, and each is found.
. tests/fault/lib.sh
use_district
start_daemon
two_stations

# Something of every fate: taken, in conflict, parked, noted.
note=$(station one add service --case "${numbers[0]}" kind=phone_contact status=completed \
	"started_at=2026-11-20 09:00" minutes=30 "aim=~first~" --json)
note_saved "~first~" "$note"
note=$(jq -r .id <<<"$note")
both_in_step
edit_note one "~mine~" "$note" && edit_note two "~yours~" "$note"
ok "two edits of one note are in the ledger" is "$(grep -c '^saved' "$ledger")" 3
ok "both arrive, one as a conflict" both_in_step
batch "$work/batch" 5 "${case_ids[1]}"
ok "a batch is answered" send "$work/batch"
ok "and answered alike when it is asked again" send "$work/batch"
jq -c '.changes |= (.[:1] | map(.id = "'"$(cat /proc/sys/kernel/random/uuid)"'" |
	.rec = "'"$(cat /proc/sys/kernel/random/uuid)"'" | .set.minutes = 99999))' "$work/batch" >"$work/bad"
ok "a value that cannot be is parked" send "$work/bad"
ok "which the ledger knows" is "$(awk -F '\t' '{ print $1, $4 }' "$ledger" | sort | uniq -c | awk '{ print $1, $2, $3 }' | paste -sd,)" \
	'10 answer applied,1 answer parked,3 saved \N'
ok "as it is, nothing is wrong" all_kept
ok "both hold all of it" both_in_step
stop_daemon

change=$(awk -F '\t' '$4 == "applied" { print $2; exit }' "$ledger")
rec=$(awk -F '\t' '$4 == "applied" { print $3; exit }' "$ledger")
last=$(sql 'SELECT max(csn) FROM log.commit')
found() { # what it must say, "damage in SQL": to a copy
	local said
	sql "SELECT 1" >/dev/null
	psql -qX "host=$work/s user=postgres dbname=postgres" -c "DROP DATABASE IF EXISTS copy" \
		-c "CREATE DATABASE copy TEMPLATE $CLUSTER_DB" >"$work/copy" 2>&1 || { remark "$(cat "$work/copy")" && return 1; }
	psql -qAtX -v ON_ERROR_STOP=1 "host=$work/s user=postgres dbname=copy" -c "$2" >"$work/copy" 2>&1 ||
		{ remark "$(cat "$work/copy")" && return 1; }
	said=$(judge copy)
	like "$said" "$1"
}
ok "an answered change that is not there" found "lost: change $change has 0 versions" \
	"DELETE FROM log.version WHERE change_id = '$change'"
ok "its result that is not there" found "lost: change $change was answered" \
	"DELETE FROM log.change_result WHERE change_id = '$change'"
ok "its result that says something else" found "lost: change $change was answered" \
	"UPDATE log.change_result SET result = replace(result, 'applied', 'noted') WHERE change_id = '$change'"
ok "the same change twice" found "doubled: change $change" \
	"INSERT INTO log.version SELECT record_id, version + 1, csn, ord, unit_id, case_id, type, class, state, site_id, author, by,
	 device, change_id, at, entered_at, reason, readers, body, sha, next_csn FROM log.version WHERE change_id = '$change'"
ok "a saved note that is nowhere" found 'lost: ~first~' \
	"DELETE FROM log.version WHERE record_id = '$note'"
ok "a saved note that is there twice" found 'doubled: ~first~' \
	"INSERT INTO log.version SELECT gen_random_uuid(), version, csn, ord, unit_id, case_id, type, class, state, site_id, author, by,
	 device, NULL, at, entered_at, reason, readers, body, sha, next_csn FROM log.version WHERE record_id = '$note' AND version = 1"
ok "an edit whose conflict vanished" found 'lost: ~(mine|yours)~' \
	"DELETE FROM rec.conflict WHERE mine::text ~ '~(mine|yours)~'"
ok "a parked change that vanished" found 'parked and is not' 'DELETE FROM log.parked'
ok "a commit that is missing in the middle" found "chain: commit" \
	"DELETE FROM log.commit WHERE csn = $last - 2"
ok "a commit that was altered" found "chain: commit $((last - 1)) " \
	"UPDATE log.commit SET leaf = sha256(leaf) WHERE csn = $last - 1"
ok "the last commits gone, as from an older backup" found "lost: head $last was told" \
	"DELETE FROM log.commit WHERE csn = $last"
ok "a batch half there" found 'half: commit' \
	"DELETE FROM log.version WHERE record_id = '$rec'"
ok "a hole in the history of a record" found "history: record $note" \
	"UPDATE log.version SET version = version + 1 WHERE record_id = '$note' AND next_csn IS NULL"
ok "a text that is not what was hashed" found 'body: version 1' \
	"UPDATE log.version SET body = replace(body, '30', '31') WHERE record_id = '$rec'"
ok "a digest that is not of the records" found 'digest: unit' \
	"UPDATE log.digest SET digest = sha256(digest) WHERE (unit_id, class) = (SELECT unit_id, class FROM log.digest WHERE class < 32 LIMIT 1)"
ok "a list that says another thing than the record" found "typed: note $note" \
	"UPDATE rec.service SET aim = 'something else' WHERE id = '$note'"

cp "$ledger" "$work/forged"
printf 'answer\t%s\t%s\tapplied\t1\t%s\t\\N\n' "$(cat /proc/sys/kernel/random/uuid)" \
	"$(cat /proc/sys/kernel/random/uuid)" "$last" >>"$work/forged"
ok "a word nobody kept" like "$(judge "$CLUSTER_DB" "$work/forged")" 'lost: change .* was answered applied'
printf 'saved\t\\N\t%s\t\\N\t\\N\t\\N\t~never~\n' "$rec" >"$work/forged"
ok "a note that was called saved and never came" like "$(judge "$CLUSTER_DB" "$work/forged")" 'lost: ~never~'
printf 'tried\t\\N\t\\N\t\\N\t\\N\t\\N\t~never~\n' >"$work/forged"
ok "a note nobody was promised may be missing" is "$(judge "$CLUSTER_DB" "$work/forged")" ''

# What a station holds is compared with what its reader may see.
held=$(station one status --json | jq -r .digest)
ok "a station holds what its reader may see" is "$held" "$(may_hold "$one_login")"
sql "UPDATE log.version SET sha = sha256(sha) WHERE record_id = '$note' AND next_csn IS NULL" >/dev/null
ok "one record that differs shows" isnt "$held" "$(may_hold "$one_login")"
ok "the ledger and the database, untouched, still agreed but for that" like "$(judge)" "body: version [0-9]+ of $note"
done_testing
