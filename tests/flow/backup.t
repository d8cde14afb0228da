#!/bin/bash
# backup.t - a backup counts only when it was restored and all of it was looked
# at; what is damaged, changed, cut short or of another log is refused, and then
# nothing is noted.
. tests/flow/lib.sh
use_district
# shellcheck disable=SC2119
serve() { start_daemon && echo "database-backup = $(cluster_conninfo "$work/s" postgres)" >>"$work/daemon.conf"; }
serve

new_id() { cat /proc/sys/kernel/random/uuid; }
durable() { sql "SELECT durable FROM log.epoch"; }
make_backup() { daemon backup make --dir "$1" >"$work/said" 2>&1 || { remark "$(tail -n 3 "$work/said")" && return 1; }; }
verify() { daemon backup verify --dir "$1" --scratch "$work" >"$work/said" 2>&1; }
refused() { # DIR PATTERN: not verified, for that reason, and nothing noted
	local before
	before=$(sql "SELECT count(*) FROM log.backup; SELECT durable FROM log.epoch")
	verify "$1" && { remark "it was taken" && return 1; }
	like "$(cat "$work/said")" "$2" &&
		is "$(sql "SELECT count(*) FROM log.backup; SELECT durable FROM log.epoch")" "$before"
}
nothing_left() { is "$(find "$work" -maxdepth 1 -name 'casebridge-check.*')" ""; }

# A file of half a mebibyte, so that the copy has more than records.
worker=$(sql "SELECT a.login FROM auth.account a JOIN rec.\"case\" c ON c.home_site = a.site WHERE a.role = 'social_worker' ORDER BY 1 LIMIT 1")
case_id=$(sql "SELECT c.id FROM rec.\"case\" c JOIN auth.account a ON a.site = c.home_site WHERE a.login = '$worker' ORDER BY 1 LIMIT 1")
ok "a worker signs in" sign_in "$worker"
{ printf '%%PDF-1.4\n' && head -c 524288 /dev/urandom; } >"$work/scan.pdf"
sha=$(sha256sum "$work/scan.pdf" | cut -d' ' -f1) rec=$(new_id)
upload=$(jq -cn --arg sha "$sha" --argjson size "$(stat -c %s "$work/scan.pdf")" --arg rec "$rec" \
	'{sha256: $sha, size: $size, media: "application/pdf", rec: $rec}' | api POST /v1/uploads - | jq -r .upload)
api PATCH "/v1/uploads/$upload" '' -H 'Content-Type: application/offset+octet-stream' \
	-H 'Upload-Offset: 0' --data-binary "@$work/scan.pdf" >"$work/said"
ok "a scan is sent" is "$(jq .done "$work/said")" true
note() { # TEXT: a service note; its status
	jq -cn --arg id "$(new_id)" --arg rec "$(new_id)" --arg c "$case_id" --arg text "$1" \
		'{changes: [{id: $id, op: "create", type: "service", rec: $rec, case: $c, entered_at: "2026-11-21T09:30:00+08:00",
		  set: {started_at: "2026-11-20T09:30:00+08:00", kind: "home_visit", minutes: 30, status: "completed", process: $text}}]}' |
		api POST /v1/changes - | jq -r '.results[0].status'
}
ok "and a note" is "$(note one)" applied

# ---- make ----------------------------------------------------------------------
ok "a backup is made" make_backup "$work/good"
ok "into a directory nobody else may enter" is "$(stat -c %a "$work/good")" 700
ok "unverified, it holds nothing for a station" is "$(durable)" 0
ok "not into a directory that is in use" exits 2 daemon backup make --dir "$work/good"
ok "nor below one that is not there" exits 2 daemon backup make --dir "$work/no/such"
ok "nor with a password where everybody sees it" exits 2 daemon backup make --dir "$work/secret" \
	"--database-backup=host=localhost password=x"
ok "the setting is named when it is missing" like \
	"$("$CASEBRIDGED" backup make --dir "$work/none" --config "$work/daemon.conf" --database-backup= 2>&1)" database-backup

# ---- verify --------------------------------------------------------------------
head=$(sql "SELECT csn FROM log.head")
ok "it is restored and looked at" verify "$work/good"
ok "and says how far the log in it goes, and its files" like "$(cat "$work/said")" "log up to $head, 1 files with 524297 bytes"
ok "from then on it counts" is "$(durable)" "$head"
ok "the cluster it was restored into is gone" nothing_left
ok "work goes on" is "$(note two)" applied
ok "verified again, it counts for as much" verify "$work/good"
ok "and for no more" is "$(durable)" "$head"
ok "it is on the trail, marked" [ "$(sql "SELECT count(*) FROM audit.event WHERE action = 'backup' AND mac IS NOT NULL")" = 2 ]
ok "the figures say what is durable" wait_for 5 grep -q "^casebridge_durable_csn $head\$" \
	<(sleep 1.5; curl -s "http://127.0.0.1:$ops_port/metrics")

# ---- what a station need not keep ---------------------------------------------------
journal() { station desk status --json | jq .journal; }
visit() { station desk add service --case "$case_id" kind=home_visit status=completed "started_at=2026-11-20 09:00" "process=$1" >"$work/said" 2>&1 && station desk sync >"$work/said" 2>&1; }
ok "a station comes" eval 'enrol desk "$(site_of "$worker")" "$worker" && station desk sync >"$work/said" 2>&1'
ok "it keeps what the centre has acknowledged" eval 'visit first && is "$(journal)" 1'
ok "also after the next sync" eval 'station desk sync >"$work/said" 2>&1; is "$(journal)" 1'
ok "a backup that nobody verified changes nothing" eval 'make_backup "$work/newer" && station desk sync >"$work/said" 2>&1; is "$(journal)" 1'
ok "more is entered behind it" eval 'visit second && is "$(journal)" 2'
ok "verified, what it holds need not be kept, and the rest is" eval 'verify "$work/newer" && station desk sync >"$work/said" 2>&1; is "$(journal)" 1'
head=$(durable)

# ---- what is refused --------------------------------------------------------------
ok "a directory that is no backup" refused "$work/st" 'is no backup'
copy() { rm -rf "$work/bad" && cp -a "$work/good" "$work/bad"; }
copy && rm "$work/bad/backup.json"
ok "a backup that was cut short before its list" refused "$work/bad" 'is no backup'
copy && printf '{' >"$work/bad/backup.json"
ok "one whose list is no list" refused "$work/bad" 'is no backup'
copy && largest=$(find "$work/bad/dump" -type f -printf '%s %p\n' | sort -n | tail -n 1 | cut -d' ' -f2)
# Another byte than the one that stands there, whatever that is.
printf "\\x$(printf %02x $((0x$(xxd -s 1000 -l 1 -p "$largest") ^ 1)))" | dd of="$largest" bs=1 seek=1000 conv=notrunc status=none
ok "one with a byte changed" refused "$work/bad" 'is not what was written'
copy && truncate -s -1 "$largest"
ok "one with a byte missing" refused "$work/bad" 'is not what was written'
copy && rm "$largest"
ok "one with a file missing" refused "$work/bad" 'No such file'
copy && : >"$work/bad/dump/4999.dat"
ok "one with a file too many" refused "$work/bad" 'not in the list'
# Whoever changes a file may change the list as well; then it does not restore.
relist() { # FILE: its size and hash in the list are right again
	local sha size
	sha=$(sha256sum "$work/bad/$1" | cut -d' ' -f1) size=$(stat -c %s "$work/bad/$1")
	jq -c --arg f "$1" --arg sha "$sha" --argjson size "$size" \
		'(.files[] | select(.name == $f)) |= (.sha256 = $sha | .size = $size)' "$work/bad/backup.json" >"$work/list" &&
		cp "$work/list" "$work/bad/backup.json"
}
copy && truncate -s -100 "$work/bad/dump/toc.dat" && relist dump/toc.dat
ok "one that does not restore" refused "$work/bad" 'pg_restore failed'
ok "of that, too, nothing is left" nothing_left
# What psql reads of a stranger's file is more than SQL: a backslash may start a program, as whoever verifies.
copy && printf '%s\n' "SELECT 1; \\! touch $work/ran" >>"$work/bad/roles.sql" && relist roles.sql
ok "one whose roles would start a program" refused "$work/bad" 'roles.sql.*backslash'
copy && printf '%s\n' "\\restrict \`touch $work/ran\`" >>"$work/bad/roles.sql" && relist roles.sql
ok "nor by a word psql makes of what a program says" refused "$work/bad" 'roles.sql.*backslash'
ok "and neither did" [ ! -e "$work/ran" ]
ok "with other keys its files do not open" eval \
	'"$CASEBRIDGED" ca init --state-dir "$work/state2" >"$work/said" 2>&1;
	 ! "$CASEBRIDGED" backup verify --dir "$work/good" --scratch "$work" --config "$work/daemon.conf" \
		--files-key "$work/state2/files.key" >"$work/said" 2>&1 && like "$(cat "$work/said")" key'

# A copy of a database that is not whole: changed past the daemon, each by a way
# of its own, copied, and put right again.
not_whole() { # "what" UNDO DO PATTERN
	sql "SET session_replication_role = replica; $3" >"$work/said" 2>&1 || remark "$(cat "$work/said")"
	rm -rf "$work/bad" && make_backup "$work/bad"
	sql "SET session_replication_role = replica; $2" >"$work/said" 2>&1 || remark "$(cat "$work/said")"
	ok "$1" refused "$work/bad" "$4"
}
one="record_id = (SELECT record_id FROM log.version WHERE next_csn IS NULL ORDER BY record_id LIMIT 1) AND next_csn IS NULL"
not_whole "a text that was changed is found" "UPDATE log.version SET body = replace(body, ' {', '{') WHERE $one" \
	"UPDATE log.version SET body = ' ' || body WHERE $one" 'a version whose text'
sql "UPDATE log.version SET body = ltrim(body) WHERE $one" >"$work/said"
not_whole "a leaf that was changed is found" "UPDATE log.commit SET leaf = substr(leaf, 1, 32) WHERE csn = 5" \
	"UPDATE log.commit SET leaf = leaf || '\x00' WHERE csn = 5" 'chain does not link'
not_whole "a digest that was changed is found" "UPDATE log.digest SET n = n - 1 WHERE unit_id = '$case_id' AND class = 1" \
	"UPDATE log.digest SET n = n + 1 WHERE unit_id = '$case_id' AND class = 1" 'a digest'
not_whole "a part of a file that is missing is found" "UPDATE log.file_chunk SET no = 1 WHERE no = 77" \
	"UPDATE log.file_chunk SET no = 77 WHERE no = 1" 'a part missing'
ok "the daemon ends" stop_daemon
not_whole "a commit that is missing is found" "UPDATE log.commit SET csn = 7 WHERE csn = 100007" \
	"UPDATE log.commit SET csn = 100007 WHERE csn = 7" 'commit'
ok "put right, a new backup is whole" eval 'rm -rf "$work/bad" && make_backup "$work/bad" && verify "$work/bad"'
ok "and counts" is "$(durable)" "$(sql "SELECT csn FROM log.head")"

serve
# ---- another log -----------------------------------------------------------------
# The backup is of this one, and this one then becomes another after it.
ok "a commit later" is "$(note three)" applied
ok "there is a last backup" eval 'rm -rf "$work/last" && make_backup "$work/last"'
ok "the daemon ends again" stop_daemon
sql "UPDATE log.commit SET chain = sha256(chain) WHERE csn = (SELECT max(csn) FROM log.commit)" >"$work/said"
ok "a backup of another log is whole and is not taken" refused "$work/last" 'of another log'
done_testing
