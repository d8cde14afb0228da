#!/bin/bash
# courier.t - what somebody wrote on a shared computer and did not send is
# brought by whoever syncs there next, or by another station of the site from a
# file: sealed, as its author's, once.
. tests/flow/lib.sh
use_district
start_daemon

author=$(account prevention_doctor 平桥街道康复站)
other=$(account social_worker 平桥街道康复站)
far=$(account social_worker 平桥社区服务中心)
site=$(site_of "$author")
mkdir -p "$work/st" && chmod 700 "$work/st"
for login in "$author" "$other" "$far"; do
	(umask 077 && password_of "$login" >"$work/st/$login.secret")
done
# at MACHINE LOGIN verb…: a person at a computer that several people use.
at() {
	local machine=$1 login=$2
	shift 2
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/$login.secret "$CASEBRIDGE" --store "$work/st/$machine" "$@" </dev/null
}
# nobody MACHINE verb…: without any passphrase.
nobody() {
	local machine=$1
	shift
	"$CASEBRIDGE" --store "$work/st/$machine" "$@" </dev/null
}
sits() { at "$1" "$2" login --user "$2" --password-file "$work/st/$2.secret" >/dev/null; }
notes() { sql "SELECT count(*) FROM rec.service WHERE aim LIKE '$1%'"; }
note() { # machine login marker
	at "$1" "$2" add service --case "$number" kind=home_visit status=completed \
		"started_at=2026-11-20 09:00" minutes=30 "aim=$3" >/dev/null
}

# --- a computer two people use ---------------------------------------------

ok "a computer is enrolled, and the first of two people signs in" enrol pc "$site" "$author"
ok "they sync" is "$(at pc "$author" sync --json | jq .synced)" true
number=$(at pc "$author" cases --json | jq -r --arg s "$(at pc "$author" status --json | jq -r .reader.site)" \
	'[.[] | select(.home_site == $s)][0].number')
ok "they write a note" note pc "$author" 'MARKER-ONE 周末随访'
printf '%s' '%PDF-1.4 MARKER-FILE ' >"$work/scan.pdf"
head -c 700000 /dev/urandom >>"$work/scan.pdf"
ok "and attach a file of several chunks" exits 0 at pc "$author" attach "$number" "$work/scan.pdf" --title MARKER-TITLE
ok "the second signs in at the same computer" sits pc "$other"
ok "whoever looks sees that something of others waits, and not what" is \
	"$(at pc "$other" status --json | jq -c '[.others.changes, .others.files, .others.left]')" '[2,1,0]'
ok "a sync of the second brings it" is \
	"$(at pc "$other" sync --json | jq -c '[.synced, .others.changes, .others.files, .others.refused, .others.left]')" '[true,2,1,0,0]'
ok "the centre has the note, written by its author" is "$(sql "
	SELECT a.login FROM rec.service s JOIN log.version v ON v.record_id = s.id AND v.version = 1
	  JOIN auth.account a ON a.staff = v.author WHERE s.aim LIKE 'MARKER-ONE%'")" "$author"
ok "the trail says that a station brought it" is "$(sql "
	SELECT count(*) > 0 FROM audit.event WHERE action = 'courier' AND device IS NOT NULL AND actor IS NULL")" t
ok "the file has arrived whole" is "$(sql "
	SELECT encode(f.sha256, 'hex') FROM rec.document d JOIN log.file f ON encode(f.sha256, 'hex') = d.sha256
	 WHERE d.title = 'MARKER-TITLE'")" "$(sha256sum <"$work/scan.pdf" | cut -d' ' -f1)"
ok "brought once, it is not brought again" is \
	"$(at pc "$other" sync --json | jq -c '[.others.changes, .others.files]')" '[0,0]'
ok "nothing readable of it lies on the computer" \
	is "$(grep -rlaE 'MARKER-(ONE|FILE|TITLE)|周末随访' "$work/st/pc" | wc -l)" 0

ok "the author comes back" sits pc "$author"
ok "and sees that it was brought" is "$(at pc "$author" status --json |
	jq -c '.report | [.count.sent, .count.here, ([.records[].changes[].carried] | unique)]')" '[2,0,[true]]'
ok "the sync gives the results, and both ends agree" is \
	"$(at pc "$author" sync --json | jq -c '[.applied, .parked, .waiting, .files_waiting, .synced]')" '[2,0,0,0,true]'
ok "there is one note" is "$(notes MARKER-ONE)" 1
ok "and nothing is only here any more" like "$(at pc "$author" status --lang en | head -n 1)" '^Nothing is only on this machine;'

# --- without anybody --------------------------------------------------------

ok "another note" note pc "$author" MARKER-TWO
ok "a timer can bring it, knowing no passphrase" is "$(nobody pc carry --json | jq -c '[.changes, .left]')" '[1,0]'
ok "the centre has it" is "$(notes MARKER-TWO)" 1
ok "to carry what is there, the author's session may have ended" is "$(
	note pc "$author" MARKER-OLD
	sql "DELETE FROM auth.session" >/dev/null
	nobody pc carry --json | jq -c .changes) $(notes MARKER-OLD)" '1 1'
note pc "$author" MARKER-LEASE
late() { # verb…: on this computer, ten days later
	LD_PRELOAD=$faketime FAKETIME=+10d CASEBRIDGE_PASSPHRASE_FILE=$work/st/$author.secret \
		"$CASEBRIDGE" --store "$work/st/pc" "$@" </dev/null
}
if ldd "$CASEBRIDGE" | grep -q san; then
	skip "out of touch for too long" "a sanitizer must come first"
	nobody pc carry >/dev/null
else
	ok "out of touch for too long, the author's store shows nothing" is "$(late cases --json | jq -r .error.code)" lease_over
	ok "what is sealed in it travels all the same" is "$(late carry --json | jq -c .changes) $(notes MARKER-LEASE)" '1 1'
fi
ok "the author signs in again" sits pc "$author"
at pc "$author" sync >/dev/null

# --- a dying computer -------------------------------------------------------

stop_daemon
ok "the network is away; a note and a file are written" note pc "$author" MARKER-THREE
printf '%s' '%PDF-1.4 second MARKER-FILE' >"$work/small.pdf"
at pc "$author" attach "$number" "$work/small.pdf" --title MARKER-SMALL >/dev/null
ok "everything is exported, with no passphrase" is \
	"$(nobody pc export --unsent "$work/way.out" --json | jq -c '[.sealed_for, .changes, .files, .people, .uncovered]')" '["centre",2,1,1,0]'
ok "the file says nothing" is "$(grep -cE 'MARKER|small' "$work/way.out")" 0
ok "no file is written over" exits 1 nobody pc export --unsent "$work/way.out"
start_daemon
ok "another computer of the site is enrolled" enrol two "$site" "$other"
ok "a station of another site, too" enrol away "$(site_of "$far")" "$far"
ok "which does not take it" exits 1 nobody away import "$work/way.out"
ok "and says why" is "$(nobody away import "$work/way.out" --json | jq -r .error.code)" other_site

# Every region of the file, one byte after the other over the heads and a step
# wide enough to meet every frame: none is taken.
bytes=$(stat -c %s "$work/way.out") taken=0 tries=0 step=$(($(stat -c %s "$work/way.out") / 120 + 1))
[ -z "${LONG:-}" ] || step=7
for ((i = 0; i < bytes; i += i < 60 ? 1 : step)); do
	cp "$work/way.out" "$work/bad.out"
	printf "$(printf '\\x%02x' $((0x$(xxd -s "$i" -l 1 -p "$work/way.out") ^ 1)))" |
		dd of="$work/bad.out" bs=1 seek="$i" conv=notrunc status=none
	tries=$((tries + 1))
	nobody two import "$work/bad.out" >/dev/null 2>&1 && taken=$((taken + 1))
done
ok "changed in any of $tries places it is refused" is "$taken" 0
for cut in 0 10 21 "$((bytes / 2))" "$((bytes - 1))"; do
	head -c "$cut" "$work/way.out" >"$work/bad.out"
	nobody two import "$work/bad.out" >/dev/null 2>&1 && taken=$((taken + 1))
done
ok "cut anywhere, too" is "$taken" 0
cat "$work/way.out" <(echo more) >"$work/bad.out"
ok "and with anything behind it" exits 1 nobody two import "$work/bad.out"
ok "none of these left anything" is "$(find "$work/st/two/courier" -type f 2>/dev/null | wc -l)" 0

ok "as it was written, it is taken over" is "$(nobody two import "$work/way.out" --json | jq -c '[.changes, .files, .here]')" '[2,1,false]'
ok "and the second time known" is "$(nobody two import "$work/way.out" --json | jq -c '[.changes, .files, .here]')" '[2,1,true]'
ok "the next sync there brings it" is "$(at two "$other" sync --json | jq -c '[.synced, .others.changes, .others.files, .others.left]')" '[true,2,1,0]'
ok "as its author's" is "$(sql "
	SELECT a.login FROM rec.service s JOIN log.version v ON v.record_id = s.id AND v.version = 1
	  JOIN auth.account a ON a.staff = v.author WHERE s.aim = 'MARKER-THREE'")" "$author"
ok "with its file" is "$(sql "SELECT count(*) FROM rec.document d JOIN log.file f ON encode(f.sha256, 'hex') = d.sha256
	WHERE d.title = 'MARKER-SMALL'")" 1
ok "nothing is kept of it there" is "$(find "$work/st/two/courier" -type f | wc -l)" 0
ok "the first computer comes back to life; nothing is doubled" is \
	"$(at pc "$author" sync --json | jq -c '[.synced, .waiting, .parked, .files_waiting]') $(notes MARKER-THREE)" '[true,0,0,0] 1'

# --- killed at any moment ---------------------------------------------------

stop_daemon
for i in 1 2 3 4 5 6; do note pc "$author" "KILL-$i"; done
whole=0
for ms in 5 10 20 30 50 80 120; do
	rm -f "$work/killed.out"
	"$CASEBRIDGE" --store "$work/st/pc" export --unsent "$work/killed.out" </dev/null >/dev/null 2>&1 &
	pid=$!
	sleep "$(printf '0.%03d' $ms)"
	kill -KILL $pid 2>/dev/null
	wait $pid 2>/dev/null
	[ ! -e "$work/killed.out" ] || nobody two import "$work/killed.out" >/dev/null 2>&1 && whole=$((whole + 1))
done
rm -f "$work/killed.out"
ok "killed while it exports, the store is as it was" is "$(at pc "$author" status --json | jq .unsent)" 6
ok "and the next export is whole" is "$(nobody pc export --unsent "$work/killed.out" --json | jq .changes)" 6
for ms in 2 5 10 20 40; do
	"$CASEBRIDGE" --store "$work/st/two" import "$work/killed.out" </dev/null >/dev/null 2>&1 &
	pid=$!
	sleep "$(printf '0.%03d' $ms)"
	kill -KILL $pid 2>/dev/null
	wait $pid 2>/dev/null
done
ok "killed while it imports, it can be imported again" exits 0 nobody two import "$work/killed.out"
start_daemon
ok "and both bring each once" is "$(
	nobody two carry >/dev/null & nobody pc carry >/dev/null & wait
	nobody two carry >/dev/null
	sql "SELECT count(*), count(DISTINCT aim) FROM rec.service WHERE aim LIKE 'KILL-%'")" '6|6'
at pc "$author" sync >/dev/null
ok "the author's sync finds each as it is" is "$(at pc "$author" status --json | jq -c '[.unsent, .parked]')" '[0,0]'

# --- another key ------------------------------------------------------------

key_of() { grep -ao '"key":"[0-9a-f]*"' "$1" | sort -u | cut -d'"' -f4; }
stop_daemon
note pc "$author" MARKER-BEFORE
ok "something is exported, closed for the key in use" exits 0 nobody pc export --unsent "$work/before.out"
start_daemon
rotated=$(daemon courier rotate --json)
ok "another key is put into use" is "$(jq -r .before <<<"$rotated")" "$(key_of "$work/before.out")"
ok "the old one is kept, for nobody else to read" is "$(stat -c %a "$work/state/courier-$(jq -r .before <<<"$rotated").key" "$work/state/courier.key" | sort -u)" 600
ok "the trail says so" is "$(sql "SELECT count(*) FROM audit.event WHERE action = 'courier_rotate'")" 1
kill -HUP "$daemon_pid"
ok "what was closed before is taken over" is "$(nobody two import "$work/before.out" --json | jq -c .changes)" 1
ok "and opened with the old key" is "$(nobody two carry --json | jq -c '[.changes, .refused]') $(notes MARKER-BEFORE)" '[1,0] 1'
stop_daemon
note pc "$author" MARKER-BETWEEN
start_daemon
ok "a sync tells the station of the new key" is "$(at pc "$author" sync --json | jq .synced)" true
stop_daemon
note pc "$author" MARKER-AFTER
ok "what it writes then is closed for it" is "$(nobody pc export --unsent "$work/after.out" >/dev/null; key_of "$work/after.out")" "$(jq -r .key <<<"$rotated")"
ok "a key rotated again" exits 0 daemon courier rotate
start_daemon
ok "a daemon that was started anew opens both" is "$(nobody two import "$work/after.out" >/dev/null
	nobody two carry --json | jq -c '[.changes, .refused]') $(notes MARKER-AFTER) $(notes MARKER-BETWEEN)" '[1,0] 1 1'
at pc "$author" sync >/dev/null
stop_daemon
note pc "$author" MARKER-LAST
ok "and the station closes for the third" is "$(nobody pc export --unsent "$work/last.out" >/dev/null
	key_of "$work/last.out")" "$(openssl pkey -inform DER -in "$work/state/courier.key" -pubout -outform DER 2>/dev/null | sha256sum | cut -c 1-16)"
start_daemon
at pc "$author" sync >/dev/null

# --- a key that is missing ----------------------------------------------------

stop_daemon
note pc "$author" MARKER-NOKEY
ok "work is closed for the key in use" exits 0 nobody pc export --unsent "$work/nokey.out"
lost_key=$work/state/courier-$(daemon courier rotate --json | jq -r .before).key
mv "$lost_key" "$work/away.key"
start_daemon
bundles() { (cd "$work/st/two/courier" && find . -type f | sed 's/.*\.//' | sort | uniq -c | awk '{ print $1, $2 }' | tr '\n' ' '); }
ok "where that is missing it is not taken" is "$(nobody two import "$work/nokey.out" >/dev/null
	nobody two carry --json | jq -c '[.changes, .refused, .left]') $(notes MARKER-NOKEY)" '[0,0,1] 0'
ok "and stays where it is" is "$(bundles)" '1 unsent '
stop_daemon
mv "$work/away.key" "$lost_key"
start_daemon
ok "until the key is there again" is "$(nobody two carry --json | jq -c '[.changes, .refused, .left]') $(notes MARKER-NOKEY) $(bundles)" '[1,0,0] 1 '
at pc "$author" sync >/dev/null

# --- work the centre refuses ----------------------------------------------------

# A centre that was restored knows another key of that store, until it is mended.
stop_daemon
note pc "$author" MARKER-REFUSED
ok "more work is exported" exits 0 nobody pc export --unsent "$work/refused.out"
start_daemon
replica=$(grep -ao '"replica":"[0-9a-f-]*"' "$work/refused.out" | head -n 1 | cut -d '"' -f 4)
right=$(sql "SELECT author FROM log.replica WHERE replica = '$replica'")
authored() { sql "UPDATE log.replica SET author = '$1' WHERE replica = '$replica'" >/dev/null; }
authored "$(sql "SELECT author FROM log.replica WHERE author <> '$right' LIMIT 1")"
nobody two import "$work/refused.out" >/dev/null
ok "whose author the centre knows by another key it refuses" is "$(nobody two carry --json | jq -c '[.changes, .refused, .left]') $(notes MARKER-REFUSED)" '[0,1,0] 0'
ok "that is no reason to lose it" is "$(bundles)" '1 refused '
ok "it is not sent again and again" is "$(nobody two carry --json | jq -c '[.changes, .refused, .left]')" '[0,0,0]'
ok "but the station goes on saying so" is "$(at two "$other" status --json | jq .others.refused)" 1
authored "$right"
ok "imported again it is brought" is "$(nobody two import "$work/refused.out" >/dev/null
	nobody two carry --json | jq -c '[.changes, .refused, .left]') $(notes MARKER-REFUSED)" '[1,0,0] 1'
ok "and what was refused then is there no more" is "$(bundles) $(at two "$other" status --json | jq .others.refused)" ' 0'
at pc "$author" sync >/dev/null

# --- a parcel somebody made -------------------------------------------------

post() { # path body
	curl -sS --max-time 20 --cacert "$ca_file" --cert "$work/st/two/device.crt" --key "$work/st/two/device.key" \
		-H 'Content-Type: application/json' -o "$work/answer" -w '%{http_code}' --data-binary "@$2" "$sync_url$1"
}
stop_daemon
note pc "$author" MARKER-FORGED
nobody pc export --unsent "$work/forge.out" >/dev/null
start_daemon
parcel=$(grep -ao '{"id":[^}]*"kind":"change"[^}]*}' "$work/forge.out" | head -n 1)
ok "a parcel can be taken out of the file, closed as it is" is "$(jq -r .kind <<<"$parcel")" change
jq -c '{parcels: [.]}' <<<"$parcel" >"$work/p.json"
before=$(sql 'SELECT count(*) FROM log.commit')
for change in '.id = "01990000-0000-7000-8000-000000000001"' '.tx = .id' '.sealed |= (.[0:200] + (if .[200:201] == "A" then "B" else "A" end) + .[201:])' \
	'.replica = "01990000-0000-7000-8000-000000000002"' '.key = "0000000000000000"' '.sig |= (.[0:40] + (if .[40:41] == "A" then "B" else "A" end) + .[41:])'; do
	jq -c "$change | {parcels: [.]}" <<<"$parcel" >"$work/q.json"
	ok "changed ($change) it is not taken" like \
		"$(post /v1/courier "$work/q.json") $(jq -r '.results[0] | "\(.taken) \(.code)"' "$work/answer")" '^200 false (forged|unknown_replica)$'
done
echo '{"parcels":[{"kind":"change"}]}' >"$work/q.json"
ok "one without its members is refused by name" is "$(post /v1/courier "$work/q.json") $(jq -r .field "$work/answer")" '422 id'
jq -cn --argjson p "$parcel" '{parcels: [range(201) | $p]}' >"$work/q.json"
ok "201 are too many" is "$(post /v1/courier "$work/q.json")" 400
ok "without a certificate nothing is taken" is "$(curl -sS --cacert "$ca_file" -H 'Content-Type: application/json' \
	-o /dev/null -w '%{http_code}' --data-binary "@$work/p.json" "$sync_url/v1/courier")" 403
ok "none of it was committed" is "$(sql 'SELECT count(*) FROM log.commit')" "$before"
jq -c '{parcel: ., no: 0, chunk: "AAAA"}' <<<"$parcel" >"$work/q.json"
ok "a change is no file" is "$(post /v1/courier/files "$work/q.json") $(jq -r .field "$work/answer")" '422 kind'

# --- the author as they are now ---------------------------------------------

ok "the author leaves" exits 0 daemon account disable --login "$author"
ok "what they had written is brought" is "$(post /v1/courier "$work/p.json") $(jq -c .results[0].taken "$work/answer")" '200 true'
ok "and waits for a person, whole" is "$(sql "
	SELECT p.code || ' ' || (p.payload LIKE '%MARKER-FORGED%') FROM log.parked p
	 WHERE p.change_id = '$(jq -r .id <<<"$parcel")'")" 'forbidden true'
ok "it is no record" is "$(notes MARKER-FORGED)" 0
done_testing
