#!/bin/bash
# sealed.t - what docs/at-rest.md says is sealed stands nowhere in the open: not in
# the tables, a dump, the files of the cluster with its write-ahead log, a backup or
# the daemon's log, however it came in. Moved or changed it is refused, and the keys
# change while everybody works.
. tests/flow/lib.sh
use_district
# shellcheck disable=SC2119
serve() { start_daemon && echo "database-backup = $(cluster_conninfo "$work/s" postgres)" >>"$work/daemon.conf"; }
serve
new_id() { cat /proc/sys/kernel/random/uuid; }
now=2026-11-21T09:30:00+08:00

owner=$(sql "SELECT a.login FROM auth.account a JOIN rec.\"case\" c ON c.home_site = a.site AND c.closed IS NULL WHERE a.role = 'social_worker' ORDER BY 1 LIMIT 1")
site=$(sql "SELECT site FROM auth.account WHERE login = '$owner'")
case_id=$(sql "SELECT id FROM rec.\"case\" WHERE home_site = '$site' AND closed IS NULL ORDER BY id LIMIT 1")
client=$(sql "SELECT person FROM rec.\"case\" WHERE id = '$case_id'")
ok "a worker signs in" sign_in "$owner"
send() { # OP TYPE REC CASE SET [more as JSON]: the result
	jq -cn --arg id "$(new_id)" --arg op "$1" --arg type "$2" --arg rec "$3" --arg c "$4" --argjson set "$5" --arg at "$now" \
		--argjson more "${6:-{\}}" '{changes: [{id: $id, op: $op, type: $type, rec: $rec, case: (if $c == "" then null else $c end),
		  set: $set, entered_at: $at} + $more]}' |
		api POST /v1/changes - | jq -r '.results[0] | .status + (if .code then " \(.code) \(.field)" else "" end)'
}

# --- canaries, one in each place ------------------------------------------------
# Numbers are as such numbers are (GB 11643 reckoned here), texts are no words.
with_check() { # SEVENTEEN DIGITS
	awk -v d="$1" 'BEGIN { n = split("7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2", w, " ")
		for (k = 1; k <= n; k++) s += w[k] * substr(d, k, 1)
		print d substr("10X98765432", s % 11 + 1, 1) }'
}
number=$(with_check 32050819711231907) listed=$(with_check 32050819720229908)
person=$(new_id) note=$(new_id) sheet=$(new_id) letter=$(new_id) doc=$(new_id) relation=$(new_id)
ok "a person, in the web app" is "$(send create person "$person" "" "{\"name\":\"欧阳可见\",\"birth\":\"1971-12-31\",\"sex\":\"1\",\"id_kind\":\"01\",
	\"id_number\":\"$number\",\"phone\":\"13977110001\",\"address\":\"杲杲路甲号\",\"household_address\":\"杳杳巷乙号\"}")" applied
ok "a relation" is "$(send create relation "$relation" "$case_id" "{\"subject\":\"$client\",\"name\":\"某\",\"kind\":\"5\",\"phone\":\"13977110002\"}")" applied
ok "answers to a form" is "$(send create response "$sheet" "$case_id" \
	'{"form":"smd_supplement","responded":"2026-11-20","answers":{"guardian_name":"监护可见","guardian_address":"森淼坊丙号","guardian_phone":"13977110003","mgmt_consent":"agreed"}}')" applied
{ printf '%%PDF-1.4\n'; for _ in $(seq 2000); do printf '鼙鼓之声 '; done; } >"$work/scan.pdf"
sha=$(sha256sum "$work/scan.pdf" | cut -d' ' -f1)
ok "a list in a document" is "$(send create document "$doc" "$case_id" \
	"{\"title\":\"传承文件\",\"kind\":\"consent_scan\",\"status\":\"draft\",\"sha256\":\"$sha\",\"recipients\":[{\"name\":\"某\",\"phone\":\"13977110004\"}]}")" applied
ok "a restricted note" is "$(send create service "$note" "$case_id" '{"started_at":"2026-11-20T09:30:00+08:00","kind":"home_visit",
	"status":"completed","restricted":true,"process":"饕餮之言","reflection":"魑魅之思"}')" applied
ok "a letter" is "$(send create referral "$letter" "$case_id" "{\"kind\":\"service\",\"to_site\":\"$(sql "SELECT id FROM rec.site WHERE id <> '$site' AND kind = 'rehab_station' ORDER BY id LIMIT 1")\",\"status\":\"draft\",
	\"reason\":\"转介可见\",\"client_phone\":\"13977110005\"}")" applied
ok "a change nobody can take" like "$(send create person "$(new_id)" "" '{"name":"丁","phone":"13977110006","sex":"no such"}')" ^parked
ok "nor one to the restricted note, with its reason" like "$(send patch service "$note" "$case_id" '{"status":"no such"}' '{"seen":{"status":"completed"},"base_ver":1,"reason":"罔两之由"}')" ^parked
# Two who saw the same and wrote another.
seen=$(body_of "$person" | jq -c '{phone}')
ok "a newer telephone" is "$(send patch person "$person" "" '{"phone":"13977110007"}' "{\"seen\":$seen,\"base_ver\":1}")" applied
ok "and another's" is "$(send patch person "$person" "" '{"phone":"13977110008"}' "{\"seen\":$seen,\"base_ver\":1}")" conflict
# A station, by hand and from a list.
ok "a station comes" eval 'enrol desk "$(site_of "$owner")" "$owner" && station desk sync >"$work/said" 2>&1'
ok "a person, at the station" exits 0 station desk add person name=司徒站上 sex=2 birth=1980-02-03 phone=13977110009 address=罘罳弄丁号
printf '姓名,性别,身份证号,联系电话,住址,项目,建档日期,个案编号\n上官表中,女,%s,13977110010,犄角里戊号,严重精神障碍亲情关怀,2026-01-05,K-99001\n' "$listed" >"$work/list.csv"
ok "a list is imported" is "$(station desk import "$work/list.csv" --json | jq -c '[.new, .refused]')" '[1,0]'
ok "and sent" is "$(station desk sync --json | jq -r .synced)" true
# A file.
upload=$(jq -cn --arg sha "$(sha256sum "$work/scan.pdf" | cut -d' ' -f1)" --argjson size "$(stat -c %s "$work/scan.pdf")" --arg rec "$doc" \
	'{sha256: $sha, size: $size, media: "application/pdf", rec: $rec}' | api POST /v1/uploads - | jq -r .upload)
ok "a scan is sent" is "$(api PATCH "/v1/uploads/$upload" '' -H 'Content-Type: application/offset+octet-stream' \
	-H 'Upload-Offset: 0' --data-binary "@$work/scan.pdf" | jq .done)" true
admin=$(account system_admin)
ok "somebody has a second factor" sign_in "$admin"
as "$owner"

printf '%s\n' "$number" "$listed" 13977110001 13977110002 13977110003 13977110004 13977110005 13977110006 13977110007 13977110008 \
	13977110009 13977110010 杲杲路甲号 杳杳巷乙号 森淼坊丙号 饕餮之言 魑魅之思 罘罳弄丁号 犄角里戊号 鼙鼓之声 罔两之由 >"$work/canaries"
# A second factor, as its bytes.
secret_of "$admin" | base32 -d >"$work/factor" 2>/dev/null
ok "every canary arrived" is "$(opened | grep -oFf <(grep -v -e 鼙鼓 -e 13977110006 -e 罔两 "$work/canaries") | sort -u | wc -l)" 18

# --- what is no longer there finds nobody ------------------------------------------------
former=$(new_id)
looks() { sql "SELECT count(*) FROM log.look WHERE record_id = '$former'"; }
ok "a person known by a telephone is found by it" is "$(send create person "$former" "" '{"name":"旧","birth":"1972-01-01","sex":"1","phone":"13977110098"}') $(looks)" 'applied 1'
ok "and by nothing once it is taken away" is "$(send patch person "$former" "" '{}' '{"unset":["phone"],"seen":{"phone":"13977110098"},"base_ver":1}') $(looks)" 'applied 0'

# --- where they must not be -----------------------------------------------------------
# As they are, in hexadecimal of either case, and in base64 at each of the three places
# a text can have in it. What is found is printed, with the file.
cat >"$work/find.pl" <<'E2'
use strict; use warnings; use MIME::Base64; use File::Find;
my ($list, $factor, @places) = @ARGV;
open my $in, '<:raw', $list or die; chomp(my @want = <$in>);
if (-s $factor) { open my $f, '<:raw', $factor or die; local $/; push @want, <$f> }
my %of;
for my $w (@want) {
	$of{$_} = $w for $w, unpack('H*', $w), uc unpack('H*', $w);
	for my $n (0 .. 2) {
		my $b = encode_base64(("\0" x $n) . $w, '');
		$b = substr($b, $n ? $n + 1 : 0);
		$b =~ s/=+$//; $b = substr($b, 0, length($b) - 1);
		next if length $b < 8;
		(my $u = $b) =~ tr{+/}{-_};
		$of{$_} = $w for $b, $u;
	}
}
my $any = join '|', map { quotemeta } sort { length $b <=> length $a } keys %of;
my %hit;
find({no_chdir => 1, wanted => sub {
	return unless -f && !/\.pid$/;
	open my $f, '<:raw', $_ or return; local $/; my $t = <$f> // '';
	$hit{"$of{$1} in $File::Find::name"}++ while $t =~ /($any)/g;
}}, @places);
print map { "$_\n" } sort keys %hit;
E2
search() { perl "$work/find.pl" "$1" "$work/factor" "${@:2}"; }
nothing_in() { local hits; hits=$(search "$work/canaries" "$@" | head -n 10); is "$hits" ""; }

sql CHECKPOINT >/dev/null
mkdir "$work/dump"
"$(cluster_bin)/pg_dumpall" -d "$(cluster_conninfo "$work/s" postgres)" >"$work/dump/all.sql" 2>"$work/said"
quiet() { "$@" >"$work/said"; } # what it prints is no line of a test
ok "a backup is made" quiet daemon backup make --dir "$work/backup"
mkdir "$work/opened" && "$(cluster_bin)/pg_restore" -f "$work/opened/backup.sql" "$work/backup/dump"
# The search finds what is there: a name is open, in all three spellings.
printf '%s' 欧阳可见 | od -An -tx1 | tr -d ' \n' >"$work/opened/hex"
printf 'x%s' 监护可见 | base64 >"$work/opened/base64"
printf '欧阳可见\n监护可见\n' >"$work/plain"
ok "the search would find them" is "$(search "$work/plain" "$work/dump" "$work/opened" | wc -l)" 6
ok "… in the files of the cluster, too" isnt "$(search "$work/plain" "$pg_dir" | grep -c base/)" 0
ok "… and in its write-ahead log" isnt "$(search "$work/plain" "$pg_dir" | grep -c pg_wal/)" 0
ok "not in a dump" nothing_in "$work/dump"
ok "not in a backup" nothing_in "$work/backup" "$work/opened"
ok "not in the cluster's files, its write-ahead log among them" nothing_in "$pg_dir"
ok "not in the daemon's files and its log" nothing_in "$work/state" "$work/daemon.log" "$work/daemon.conf"
sed 's/^\(..\{15\}\).*/\1/' "$work/state/files.key" >"$work/key"
xxd -r -p "$work/state/files.key" >"$work/key.raw"
ok "no backup holds the key" is "$(perl "$work/find.pl" "$work/key" "$work/key.raw" "$work/backup" "$work/opened" "$work/dump")" ""

# --- searched as before -----------------------------------------------------------------
match() { api POST /v1/match "$1" | jq -c '[.known[] | [.person, .how]]'; }
ok "by number they are found" is "$(match "{\"id_kind\":\"01\",\"id_number\":\"$number\"}")" "[[\"$person\",\"document\"]]"
ok "… however it is written" is "$(match '{"name":"欧阳可见","phone":"+86 139-7711-0007"}')" "[[\"$person\",\"phone\"]]"
ok "not by the one of before" is "$(match '{"name":"欧阳可见","phone":"13977110001"}')" "[]"
ok "not by a number that is nearly it" is "$(match "{\"id_kind\":\"01\",\"id_number\":\"$(with_check 32050819711231917)\"}")" "[]"
# Everybody the site reaches who has a number is found by it, as a plain search would.
lost=0 looked=0
while read -r id; do
	look=$(body_of "$id" | jq -c 'select(.id_number) | {id_kind, id_number}')
	[ -n "$look" ] || continue
	looked=$((looked + 1))
	match "$look" | grep -q "$id" || lost=$((lost + 1))
done < <(sql "SELECT DISTINCT p.id FROM rec.person p JOIN access.reach r ON r.unit_id = p.id AND r.key = '$site'
	JOIN log.look l ON l.record_id = p.id AND l.field = 'id_number' WHERE p.merged_into IS NULL AND p.rec_state = 'live' ORDER BY p.id LIMIT 8")
remark "looked at $looked, lost $lost"
ok "whoever the site reaches is found by their number" test "$looked" -ge 2 -a "$lost" = 0

# --- moved, put back, changed -----------------------------------------------------------------
reads() { api GET "/v1/records/$1/history" | jq -r '(.code // "ok") + " " + (.field // "")'; }
refused() { is "$(reads "$1")" "sealed $1" && is "$(grep -c 1397711 "$work/answer")" 0; }
body_at() { sql "SELECT body FROM log.version WHERE record_id = '$1' AND version = $2"; }
tamper() { # REC VERSION SQL EXPRESSION
	kept=$(body_at "$1" "$2")
	sql "UPDATE log.version SET body = $3 WHERE record_id = '$1' AND version = $2" >/dev/null
}
put_back() { sql "UPDATE log.version SET body = \$k\$$kept\$k\$ WHERE record_id = '$1' AND version = $2" >/dev/null; }
ok "as it is it is read" is "$(reads "$person")" "ok "
tamper "$person" 2 "(SELECT body FROM log.version WHERE record_id = '$client' AND next_csn IS NULL)"
ok "another's row is refused, by the record's id" refused "$person"
put_back "$person" 2
tamper "$person" 2 "(SELECT body FROM log.version WHERE record_id = '$person' AND version = 1)"
ok "an older version put back is refused" refused "$person"
put_back "$person" 2
tamper "$person" 2 "overlay(body placing (CASE substr(body, 40, 1) WHEN 'A' THEN 'B' ELSE 'A' END) from 40)"
ok "a letter changed is refused" refused "$person"
put_back "$person" 2
tamper "$person" 2 "replace(body, '欧阳可见', '欧阳另名')"
ok "an open value changed beside the sealed ones is refused" refused "$person"
put_back "$person" 2
tamper "$person" 2 "regexp_replace(body, '^({\"~\":\"[^\"]*\",)(.*)\"address\":null', '\1\2\"addresz\":null')"
ok "a value under another name is refused" refused "$person"
put_back "$person" 2
ok "and put back as it was it is read" is "$(reads "$person")" "ok "
ok "the log names the record, and nothing of it" is "$(grep -c "$person" "$work/daemon.log") $(grep -c 1397711 "$work/daemon.log")" \
	"$(grep -c "$person" "$work/daemon.log") 0"
sql "CREATE TABLE kept AS SELECT account, sealed FROM auth.factor; UPDATE auth.factor f SET sealed = o.sealed FROM auth.factor o WHERE f.account <> o.account AND f.account = (SELECT id FROM auth.account WHERE login = '$admin')" >/dev/null
ok "a second factor of another's row lets nobody in" is "$(sign_in "$admin" >/dev/null 2>&1; status)" 500
sql "UPDATE auth.factor f SET sealed = k.sealed FROM kept k WHERE k.account = f.account; DROP TABLE kept" >/dev/null
as "$owner"

# --- keys ------------------------------------------------------------------------------------------
cp "$work/state/files.key" "$work/right.key"
told() { "$CASEBRIDGED" check --config "$work/daemon.conf" 2>&1; }
head -c 32 /dev/urandom | xxd -p -c 64 >"$work/state/files.key"
ok "with another key the daemon does not start, and says which is missing" like "$(told)" 'data key 1 is wrapped by key [0-9a-f]{16}, which is not in files-key'
rm "$work/state/files.key"
ok "nor without one" like "$(told)" 'cannot read .*files.key'
cp "$work/right.key" "$work/state/files.key" && chmod 644 "$work/state/files.key"
ok "nor with one others may read" like "$(told)" 'mode 0600'
chmod 600 "$work/state/files.key"
ok "with the right one all is well" like "$(told)" 'all is well'
ok "a backup is verified with it" quiet daemon backup verify --dir "$work/backup" --scratch "$work"
mv "$work/state/files.key" "$work/away.key"
ok "without it says so" like "$(daemon backup verify --dir "$work/backup" --scratch "$work" 2>&1)" 'files.key'
mv "$work/away.key" "$work/state/files.key"

# A change of data keys, killed again and again; who works notices nothing.
opened | sort >"$work/before"
(
	bad=0
	while [ ! -e "$work/enough" ]; do
		[ "$(api GET "/v1/cases/$case_id" | jq -r '.records | length > 3')" = true ] || bad=$((bad + 1))
		api GET "/v1/records/$relation/history" | grep -q 13977110002 || bad=$((bad + 1))
	done
	echo "$bad" >"$work/bad"
) &
reader=$!
for i in 1 2 3 4 5 6 7 8; do
	daemon keys rotate >"$work/said" 2>&1 &
	pid=$!
	sleep "$((RANDOM % 4)).$((RANDOM % 9))"
	[ "$i" -lt 5 ] || sleep 3
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	[ "$(sql 'SELECT count(*) FROM log.key_work')" = 1 ] || break
done
ok "a change that was killed is not finished, or is" like "$(sql "SELECT count(*) FROM log.data_key WHERE state = 'active'")" '^1$'
ok "called again it comes to its end" exits 0 daemon keys rotate
: >"$work/enough"
wait "$reader"
ok "reading went on all the time" is "$(cat "$work/bad")" 0
opened | sort >"$work/after"
ok "everything reads as before" cmp "$work/before" "$work/after"
ok "one data key is left, the others are destroyed" is \
	"$(sql "SELECT count(*) FILTER (WHERE state = 'active'), count(*) FILTER (WHERE state = 'destroyed'), count(wrapped) FROM log.data_key")" \
	"1|$(($(sql 'SELECT max(no) FROM log.data_key') - 1))|1"
ok "it is on the trail" isnt "$(sql "SELECT count(*) FROM audit.event WHERE action = 'keys_rotate'")" 0
ok "people are found under the new key" is "$(match "{\"id_kind\":\"01\",\"id_number\":\"$number\"}")" "[[\"$person\",\"document\"]]"
ok "and written" is "$(send patch person "$person" "" '{"phone":"13977110001"}' '{"seen":{"phone":"13977110007"},"base_ver":2}')" applied
ok "the older backup still opens" quiet daemon backup verify --dir "$work/backup" --scratch "$work"

# Texts of a release that sealed nothing.
sql "UPDATE log.version SET key_no = NULL, body = (SELECT '{\"name\":\"旧人\",\"phone\":\"13977110099\"}'),
	sha = sha256('{\"name\":\"旧人\",\"phone\":\"13977110099\"}'::bytea) WHERE record_id = '$person' AND next_csn IS NULL;
	UPDATE rec.person SET phone = '13977110099' WHERE id = '$person'; DELETE FROM log.look WHERE record_id = '$person'" >/dev/null
sql "UPDATE log.version v SET sha = sha256(convert_to(body, 'UTF8')) WHERE record_id = '$person' AND next_csn IS NULL" >/dev/null
ok "an open text of before is read" is "$(api GET "/v1/records/$person/history" | jq -r '.versions[0].body.phone')" 13977110099
ok "and found" is "$(match '{"name":"旧人","phone":"13977110099"}')" "[[\"$person\",\"phone\"]]"
ok "it is counted" is "$(daemon keys status --json | jq .open)" 1
ok "the next change seals it" exits 0 daemon keys rotate
ok "also in its typed row" is "$(sql "SELECT count(*) FROM rec.person WHERE phone IS NOT NULL") $(sql "SELECT count(*) FROM log.version WHERE body LIKE '%13977110099%'")" '0 0'
ok "it is found as before" is "$(match '{"name":"旧人","phone":"13977110099"}')" "[[\"$person\",\"phone\"]]"
ok "none is open" is "$(daemon keys status --json | jq .open)" 0

# A new line in the key file.
{ head -c 32 /dev/urandom | xxd -p -c 64 && cat "$work/right.key"; } >"$work/state/files.key"
ok "keys are wrapped anew" exits 0 daemon keys rewrap
head -n 1 "$work/state/files.key" >"$work/new.key" && cat "$work/new.key" >"$work/state/files.key"
ok "the old line can go" like "$(told)" 'all is well'
stop_daemon && start_daemon >/dev/null
sign_in "$owner"
ok "what was sealed opens" is "$(api GET "/v1/records/$relation/history" | jq -r '.versions[0].body.phone')" 13977110002
ok "so does the file" is "$(api GET "/v1/files/$(sha256sum "$work/scan.pdf" | cut -d' ' -f1)?rec=$doc" >/dev/null; sha256sum <"$work/answer")" "$(sha256sum <"$work/scan.pdf")"
done_testing
