#!/bin/bash
# lost_station.t - a lost station is locked or wiped at its next contact: before
# anything else is delivered, for everybody who has a store there, with nothing
# of their unsent work lost, and with a receipt.
. tests/flow/lib.sh
use_district
start_daemon

one=$(account prevention_doctor 平桥街道康复站)
two=$(account social_worker 平桥街道康复站)
site=$(site_of "$one")
mkdir -p "$work/st" && chmod 700 "$work/st"
for login in "$one" "$two"; do (umask 077 && password_of "$login" >"$work/st/$login.secret"); done
at() { # machine login verb…
	local machine=$1 login=$2
	shift 2
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/$login.secret "$CASEBRIDGE" --store "$work/st/$machine" "$@" </dev/null
}
why() { "$@" --json 2>/dev/null | jq -r '.error.code // "none"'; }
sits() { at "$1" "$2" login --user "$2" --password-file "$work/st/$2.secret" --json; }
device_of() { jq -r .device "$work/st/$1/station.json"; }
standing() { daemon device list | awk -F '\t' -v d="$1" '$1 == d { print $7 }'; }
notes() { sql "SELECT count(*) FROM rec.service WHERE aim LIKE '$1%'"; }
note() { # machine login marker
	at "$1" "$2" add service --case "$number" kind=home_visit status=completed \
		"started_at=2026-11-20 09:00" minutes=30 "aim=$3" >/dev/null
}
# Two people at one computer, both with work nobody sent.
shared_machine() { # name
	enrol "$1" "$site" "$one" && at "$1" "$one" sync >/dev/null && note "$1" "$one" "$2-A" &&
		sits "$1" "$two" >/dev/null && at "$1" "$two" sync >/dev/null &&
		note "$1" "$two" "$2-B" && sits "$1" "$one" >/dev/null && note "$1" "$one" "$2-C"
}
number=
new_id() { cat /proc/sys/kernel/random/uuid; }
ok "a computer" enrol first "$site" "$one"
at first "$one" sync >/dev/null
number=$(at first "$one" cases --json | jq -r --arg s "$(at first "$one" status --json | jq -r .reader.site)" \
	'[.[] | select(.home_site == $s)][0].number')
ok "and one that two people share" shared_machine pc LOCK
device=$(device_of pc)
stop_daemon
ok "its stores open offline with the passphrase" is "$(why at pc "$one" status)" none
start_daemon

# --- locked -------------------------------------------------------------------

ok "an order has a reason" exits 2 daemon device lock --device "$device"
ok "and a device" exits 2 daemon device lock --device "$(new_id)" --reason lost
ok "the station is ordered to be locked" exits 0 daemon device lock --device "$device" --reason '遗失在出租车上'
ok "the list says that it has not come yet" is "$(standing "$device")" 'lock ordered, not seen for 0 days'
ok "its sessions are dead" is "$(sql "SELECT count(*) FROM auth.session WHERE device = '$device'")" 0
call() { # method path [body]
	curl -sS --max-time 20 --cacert "$ca_file" --cert "$work/st/pc/device.crt" --key "$work/st/pc/device.key" \
		-H "Authorization: Bearer $(printf '%043d' 0)" -X "$1" ${3:+-H "Content-Type: application/json" --data-binary "$3"} \
		"$sync_url$2" | jq -r .code
}
codes() { # what every address of the sync listener answers
	call POST /v1/session '{"login":"a","password":"b"}'
	call POST /v1/devices '{"code":"0000-0000-0000-0000","csr":"x"}'
	call POST /v1/authors '{}'
	call POST /v1/shares '{}'
	call POST /v1/replicas '{}'
	call POST /v1/changes '{}'
	call POST /v1/receipts '{}'
	call POST /v1/digest '{}'
	call POST /v1/uploads '{}'
	for path in session catalogue directory caseload changes "cases/$(new_id)" "records/$(new_id)/history" \
		"uploads/$(new_id)" "files/$(printf '%064d' 0)?rec=$(new_id)"; do
		call GET "/v1/$path"
	done
}
ok "every address says so, before anything else" is "$(codes | sort | uniq -c | tr -s ' ')" ' 18 device_locked'
ok "another station of the site works on" is "$(at first "$one" sync --json | jq .synced)" true
ok "at its next contact it locks itself" is "$(why at pc "$one" sync)" device_locked
ok "the list has the receipt" like "$(standing "$device")" '^locked, receipt at 20'
ok "nothing is left here of what the centre took back" is "$(find "$work/st/pc" -name '*-share*' | wc -l)" 0
ok "what both had not sent is at the centre" is "$(notes LOCK)" 3
stop_daemon
ok "without a network the passphrase opens nothing" is "$(why at pc "$one" status) $(why at pc "$two" cases)" 'device_locked device_locked'
rm "$work/st/pc/locked"
ok "nor when the mark is taken away" is "$(why at pc "$one" status)" key_away
start_daemon
ok "nor is anybody let in" is "$(why sits pc "$one")" device_locked
ok "a lock takes no second order of its kind" exits 2 daemon device lock --device "$device" --reason again
ok "it is unlocked" exits 0 daemon device unlock --device "$device"
ok "which the list says" is "$(standing "$device")" active
ok "until somebody signs in, nothing opens" is "$(why at pc "$one" status)" device_locked
ok "they sign in and go on" is "$(sits pc "$one" | jq -r .store) $(at pc "$one" sync --json | jq -c '[.synced, .waiting]')" 'opened [true,0]'
# A centre restored from before it was given anything.
sql "DELETE FROM auth.store_share WHERE device = '$device' AND staff = (SELECT staff FROM auth.account WHERE login = '$two')" >/dev/null
ok "the other one's store still waits for them, also when the centre has lost what opens it" is "$(
	cp "$work/st/pc/current" "$work/current"
	sits pc "$two" | jq -r .store) $(at pc "$two" sync --json | jq .synced)" 'opened true'
ok "nothing is doubled" is "$(notes LOCK)" 3

# --- wiped --------------------------------------------------------------------

ok "more is written by both and not sent" eval '
	note pc "$two" WIPE-B && sits pc "$one" >/dev/null && note pc "$one" WIPE-A'
printf '%%PDF-1.4 %s' 'MARKER-WIPE' >"$work/scan.pdf"
at pc "$one" attach "$number" "$work/scan.pdf" --title WIPE-FILE >/dev/null
ok "the station is ordered to be wiped" exits 0 daemon device wipe --device "$device" --reason stolen
daemon device revoke --device "$device"
sql "UPDATE auth.device SET enrolled_at = now() - interval '6 days 1 hour', last_seen = now() - interval '6 days 1 hour' WHERE id = '$device';
     UPDATE auth.known_device SET last_ok = now() - interval '6 days 1 hour' WHERE device = '$device'" >/dev/null
ok "the list says for how long it was not seen" is "$(standing "$device")" 'wipe ordered, not seen for 6 days'
ok "revoked or not, every address says so" is "$(codes | sort | uniq -c | tr -s ' ')" ' 18 device_wipe'
printf 'wrong-password\n' >"$work/st/wrong.secret" && chmod 600 "$work/st/wrong.secret"
ok "somebody who found it tries a password" is "$(why "$CASEBRIDGE" --store "$work/st/pc" login --user "$one" \
	--password-file "$work/st/wrong.secret")" device_wipe
ok "nothing is left but the note that it was wiped" is "$(cd "$work/st/pc" && find . -type f | sort | tr '\n' ' ')" './wiped '
ok "the centre has the receipt" like "$(standing "$device")" '^wiped, receipt at 20'
ok "for both stores, signed" is "$(sql "SELECT stores || ' ' || (length(receipt) > 60) FROM auth.device_order
	WHERE device = '$device' AND kind = 'wipe'")" '2 true'
ok "what both had not sent is at the centre, as theirs" is "$(sql "
	SELECT string_agg(a.login, ' ' ORDER BY s.aim) FROM rec.service s JOIN log.version v ON v.record_id = s.id AND v.version = 1
	  JOIN auth.account a ON a.staff = v.author WHERE s.aim LIKE 'WIPE-%'")" "$one $two"
ok "with the file" is "$(sql "SELECT count(*) FROM rec.document d JOIN log.file f ON encode(f.sha256, 'hex') = d.sha256
	WHERE d.title = 'WIPE-FILE'")" 1
ok "the trail has who, what and why" is "$(sql "SELECT string_agg(kind || ':' || reason, ' ' ORDER BY at) FROM auth.device_order
	WHERE device = '$device'") $(sql "SELECT string_agg(action, ' ' ORDER BY id) FROM audit.event
	WHERE device = '$device' AND action LIKE 'device_%' AND outcome = 'ok'")" \
	'lock:遗失在出租车上 wipe:stolen device_lock device_locked device_unlock device_wipe device_revoke device_wiped'
ok "a wipe that was carried out is not taken back" exits 2 daemon device unlock --device "$device"
ok "the computer can be enrolled anew" enrol pc "$site" "$one"
ok "as another device" isnt "$(device_of pc)" "$device"

# --- what it held of a case that is shared, and that is withdrawn -----------------

owner=$(sql "SELECT a.login FROM auth.account a JOIN rec.\"case\" c ON c.home_site = a.site AND a.role = 'social_worker'
	WHERE c.number = '$number' ORDER BY 1 LIMIT 1")
case_id=$(sql "SELECT id FROM rec.\"case\" WHERE number = '$number'")
sign_in "$owner"
copies() { api GET "/v1/cases/$case_id/copies"; }
ok "who answers for the case asks" is "$(copies >/dev/null; status)" 200
of_device() { copies | jq -r --arg d "$device" '[.copies[] | select(.station == $d) | .state] | unique | join(" ")'; }
ok "its copies show as wiped" is "$(of_device)" wiped
ok "since the receipt" is "$(copies | jq -r --arg d "$device" '[.copies[] | select(.station == $d) | .since[0:19]] | unique[0]')" \
	"$(sql "SELECT to_char(done_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS') FROM auth.device_order WHERE device = '$device' AND kind = 'wipe'")"
ok "they count as gone, not as held" is "$(copies | jq -c '[.held, ([.copies[] | select(.state == "held" or .state == "offered")] | length)] | .[0] == .[1]')" true
# Its people reached it as another site, which it was taken from: nothing is owed
# by what is no longer there.
elsewhere=$(sql "SELECT s.id FROM rec.site s WHERE NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = '$case_id' AND r.key = s.id) ORDER BY 1 LIMIT 1")
sql "UPDATE log.replica SET swept_key = '$elsewhere' WHERE device = '$device'" >/dev/null
ok "nor, when their reach has ended, as to be purged" is "$(of_device)" wiped
ok "no purge of it is overdue" is "$(sql "SELECT count(*) FROM log.unpurged(NULL) u JOIN log.replica r USING (replica) WHERE r.device = '$device' AND u.unit_id = '$case_id'")" 0

# --- killed while it wipes -----------------------------------------------------

ok "another shared computer" shared_machine kill KILL
gone=$(device_of kill)
daemon device wipe --device "$gone" --reason stolen
kills=0
for ms in 20 40 60 90 120 160 220 300 400 600 900 1500; do
	"$CASEBRIDGE" --store "$work/st/kill" carry </dev/null >/dev/null 2>&1 &
	pid=$!
	sleep "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))"
	kill -KILL $pid 2>/dev/null && kills=$((kills + 1))
	wait $pid 2>/dev/null
	[ ! -e "$work/st/kill/wiped" ] || [ -e "$work/st/kill/wiping" ] || break
done
"$CASEBRIDGE" --store "$work/st/kill" carry </dev/null >/dev/null 2>&1
ok "killed $kills times, it ends wiped" is "$(cd "$work/st/kill" && find . -type f | tr '\n' ' ')" './wiped '
ok "with a receipt" like "$(standing "$gone")" '^wiped, receipt at 20'
ok "and all of the work, once" is "$(sql "SELECT count(*), count(DISTINCT aim) FROM rec.service WHERE aim LIKE 'KILL-%'")" '3|3'

# --- what could not be taken ---------------------------------------------------

ok "a shared computer, once more" shared_machine keep KEEP
# As a power cut leaves it between writing a key and giving it its name.
cp "$work/st/keep/device.key" "$work/st/keep/device.key.new"
held=$(device_of keep)
two_id=$(sql "SELECT staff FROM auth.account WHERE login = '$two'")
sql "CREATE TABLE public.away AS SELECT replica, author FROM log.replica WHERE device = '$held' AND staff = '$two_id'" >/dev/null
sql "UPDATE log.replica SET author = NULL WHERE device = '$held' AND staff = '$two_id'" >/dev/null
daemon device wipe --device "$held" --reason stolen
"$CASEBRIDGE" --store "$work/st/keep" carry </dev/null >/dev/null 2>&1
ok "it is wiped while the centre does not know one of the two" is "$(cd "$work/st/keep" && find . -type f | tr '\n' ' ')" './wiped '
ok "what the other wrote is there" is "$(notes KEEP)" 2
ok "the list of stations says that parcels were kept" like "$(standing "$held")" ', parcels kept$'
parcels() { daemon parcel list --json "$@" | jq -c "[.parcels[] | select(.device == \"$held\")]"; }
ok "and the list of parcels what an administrator needs" is "$(parcels |
	jq -c --arg s "$site" '.[] | [.kind, (.site == $s), .why, .tries, .taken_at, (.handed_in | length > 15)]')" \
	'["change",true,"unknown_replica",0,null,true]'
ok "nothing of what is in it" is "$(daemon parcel list --json --all | grep -cE 'KEEP|sealed|sig') $(daemon parcel list | grep -cE 'KEEP|sealed')" '0 0'
ok "tried while it still cannot be taken, it stays" exits 1 daemon parcel retry
ok "with one try more" is "$(parcels | jq -c '.[0] | [.why, .tries, (.tried_at | length > 15)]')" '["unknown_replica",1,true]'
ok "the author becomes known again" is "$(sql "UPDATE log.replica r SET author = a.author FROM public.away a WHERE a.replica = r.replica RETURNING 1" | head -n 1)" 1
ok "now the list says whose it is" is "$(parcels | jq -r '.[0].login')" "$two"
parcel=$(parcels | jq -r '.[0].parcel')
ok "a parcel that is none is not tried" exits 2 daemon parcel retry --parcel "$(new_id)"
ok "nor a word" exits 2 daemon parcel retry --parcel x
ok "tried again, it is taken" is "$(daemon parcel retry --parcel "$parcel" --json | jq -c '[.taken, .left, .parcels[0].taken]')" '[1,0,true]'
ok "as its author's" is "$(sql "
	SELECT a.login FROM rec.service s JOIN log.version v ON v.record_id = s.id AND v.version = 1
	  JOIN auth.account a ON a.staff = v.author WHERE s.aim = 'KEEP-B'")" "$two"
ok "the trail says which station it came from" is "$(sql "SELECT count(*) > 0 FROM audit.event WHERE action = 'courier' AND device = '$held'")" t
ok "nothing waits any more" is "$(parcels) $(standing "$held" | grep -c 'parcels kept')" '[] 0'
ok "the sealed text is gone, the line stays" is "$(parcels --all | jq -c '.[0] | [.tries, (.taken_at | length > 15)]') $(sql "SELECT parcel IS NULL FROM auth.parcel WHERE id = '$parcel'")" '[2,true] t'
ok "tried once more, nothing is doubled" is "$(daemon parcel retry --json | jq -c '[.taken, .left]') $(notes KEEP)" '[0,0] 3'

# --- files, and a centre that cannot take them --------------------------------------

pdf() { # name bytes marker
	{ printf '%%PDF-1.4 %s ' "$3"; head -c "$2" /dev/urandom; } >"$work/$1"
}
attach() { at "$1" "$2" attach "$number" "$work/$3" --title "$4" >/dev/null; }
shared_files() { # name marker: two people, each with a visit and a file nobody sent
	shared_machine "$1" "$2" && pdf one.pdf 300000 "$2" && pdf two.pdf 700000 "$2" &&
		attach "$1" "$one" one.pdf "$2-ONE" && sits "$1" "$two" >/dev/null && attach "$1" "$two" two.pdf "$2-TWO"
}
kept() { sql "SELECT string_agg(kind || ' ' || code, ', ' ORDER BY kind, code) FROM auth.parcel WHERE device = '$1' AND taken_at IS NULL"; }
lost() { daemon device list --json | jq -c ".devices[] | select(.device == \"$1\") | [.lost, .unread]"; }
shut() { sql "UPDATE auth.account SET disabled_at = $2 WHERE login = '$1'" >/dev/null; }
has_bytes() { sql "SELECT count(*) FROM log.file WHERE sha256 = decode('$(sha256sum "$work/$1" | cut -d' ' -f1)', 'hex')"; }
carries() { "$CASEBRIDGE" --store "$work/st/$1" carry --json </dev/null 2>/dev/null | jq -r '.error.code // "none"'; }

ok "one more shared computer, with files" shared_files files FILES
held=$(device_of files)
sql "CREATE FUNCTION public.broken() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN RAISE 'broken' USING ERRCODE = 'XX000'; END \$\$;
     CREATE TRIGGER broken BEFORE INSERT ON log.upload EXECUTE FUNCTION public.broken()" >/dev/null
daemon device wipe --device "$held" --reason stolen
before=$(find "$work/st/files" -path '*-files/*' | wc -l)
ok "the centre breaks down over the files" is "$(carries files)" internal
ok "then nothing is destroyed, and no receipt sent" is "$(find "$work/st/files" -path '*-files/*' | wc -l) $(standing "$held")" \
	"$before wipe ordered, not seen for 0 days"
ok "but what opens the stores is gone at once" is "$(find "$work/st/files" -name '*-share*' | wc -l)" 0
rm "$work/st/files/wiping"
ok "also for who takes the mark away" is "$(why at files "$two" status)" key_away
ok "the order is taken back" exits 0 daemon device unlock --device "$held"
sql "DELETE FROM auth.store_share WHERE device = '$held'" >/dev/null
ok "at a centre restored from before it had the shares, they sign in and go on" is \
	"$(sits files "$two" | jq -r .store) $(why at files "$two" status)" 'opened none'
cp "$(find "$work/st/files" -name '*.store-away' | head -n 1)" "$work/foreign"
(cd "$work/st/first" && rm ./*-share && for s in ./*.store; do cp "$work/foreign" "$s-away"; done)
sql "DELETE FROM auth.store_share WHERE device = '$(device_of first)'" >/dev/null
ok "what the centre closed for one store opens no other" is "$(why sits first "$one")" forged

shut "$two" 'now()'
daemon device wipe --device "$held" --reason stolen
sql 'DROP TRIGGER broken ON log.upload' >/dev/null
carries files >/dev/null
ok "it is wiped while the account of one of the two is shut" is "$(cd "$work/st/files" && find . -type f | tr '\n' ' ')" './wiped '
ok "the other's file is there" is "$(has_bytes one.pdf) $(has_bytes two.pdf)" '1 0'
ok "the one of the account that is shut is kept" is "$(kept "$held")" 'file forbidden'
ok "whole, and closed" is "$(sql "SELECT count(*) || ' ' || (sum(length(sealed)) > 700000) || ' ' || bool_or(position('PDF'::bytea IN sealed) > 0)
	FROM auth.parcel_piece")" '3 true false'
ok "and the station says that nothing is lost" is "$(lost "$held")" '[0,0]'
parcel=$(sql "SELECT id FROM auth.parcel WHERE device = '$held' AND taken_at IS NULL")
ok "as long as it is shut, it stays" is "$(daemon parcel retry --parcel "$parcel" --json 2>/dev/null | jq -c '[.taken, .left]')" '[0,1]'
shut "$two" NULL
ok "when the account is back, it is taken" is "$(daemon parcel retry --parcel "$parcel" --json | jq -c '[.taken, .left]')" '[1,0]'
ok "byte by byte, and no piece of it is kept longer" is "$(has_bytes two.pdf) $(sql 'SELECT count(*) FROM auth.parcel_piece')" '1 0'

# --- files whose names another station knows --------------------------------------------

# Whoever carried a parcel once knows its id and its store, and can leave a parcel of
# its own by that name first: of the same store with a piece in it, or of another.
ok "a computer whose files another station carried as well" shared_files named NAMED
held=$(device_of named)
"$CASEBRIDGE" --store "$work/st/named" export --unsent "$work/named.out" </dev/null >/dev/null
grep -ao '{[^{}]*"kind":"file"[^{}]*}' "$work/named.out" | jq -r '[.id, .replica] | join(" ")' >"$work/named"
one_replica=$(sql "SELECT replica FROM log.replica WHERE device = '$held' AND staff <> '$two_id'")
stands_there() { # parcel-id store: of another station, with a piece
	sql "INSERT INTO auth.parcel (id, device, kind, replica, code, parcel, size)
	       VALUES ('$1', '$(device_of first)', 'file', '$2', 'unknown_replica', '{\"id\":\"$1\"}', 300027);
	     INSERT INTO auth.parcel_piece VALUES ('$1', 0, repeat('x', 262172)::bytea)" >/dev/null
}
while read -r id of; do
	if [ "$of" = "$one_replica" ]; then stands_there "$id" "$of"; else stands_there "$id" "$(new_id)"; fi
done <"$work/named"
ok "both names are taken" is "$(sort -u "$work/named" | wc -l) $(sql "SELECT count(*) FROM auth.parcel WHERE device = '$(device_of first)'")" '2 2'
sql "DROP TABLE public.away; CREATE TABLE public.away AS SELECT replica, author FROM log.replica WHERE replica = '$one_replica';
     UPDATE log.replica SET author = NULL WHERE replica = '$one_replica'" >/dev/null
shut "$two" 'now()'
daemon device wipe --device "$held" --reason stolen
carries named >/dev/null
ok "it is wiped, for nobody can hold that up" is "$(cd "$work/st/named" && find . -type f | tr '\n' ' ')" './wiped '
ok "every piece of both is kept, by names of their own" is "$(sql "SELECT count(*) || ' ' || count(DISTINCT p.id) || ' ' || (sum(length(sealed)) > 1000000)
	FROM auth.parcel p JOIN auth.parcel_piece x ON x.parcel = p.id WHERE p.device = '$held'")" '5 2 true'
ok "and what the other station left is as it was" is "$(sql "SELECT count(*) FROM auth.parcel p JOIN auth.parcel_piece x ON x.parcel = p.id
	WHERE p.device = '$(device_of first)'")" 2
shut "$two" NULL
sql "UPDATE log.replica r SET author = a.author FROM public.away a WHERE a.replica = r.replica" >/dev/null
daemon parcel retry >/dev/null 2>&1
ok "when they can be taken, they are, byte by byte" is "$(has_bytes one.pdf) $(has_bytes two.pdf) $(kept "$held")" '1 1 '
sql "DELETE FROM auth.parcel_piece; DELETE FROM auth.parcel WHERE device = '$(device_of first)'" >/dev/null

# --- work of another station that was imported here ------------------------------------

ok "a computer whose work and files go to another on a stick" shared_files lender LEND
"$CASEBRIDGE" --store "$work/st/lender" export --unsent "$work/lent.out" </dev/null >/dev/null
enrol taker "$site" "$one"
"$CASEBRIDGE" --store "$work/st/taker" import "$work/lent.out" </dev/null >/dev/null
held=$(device_of taker)
stop_daemon
lost_key=$work/state/courier-$(daemon courier rotate --json | jq -r .before).key
mv "$lost_key" "$work/away.key"
start_daemon
daemon device wipe --device "$held" --reason stolen
ok "it is to be wiped while the centre misses the key its files are closed for" is "$(carries taker)" unknown_key
ok "then what was imported stays" is "$(find "$work/st/taker/courier" -name '*.unsent' | wc -l)" 1
stop_daemon
mv "$work/away.key" "$lost_key"
start_daemon
# The quota of the day is used up, and what a station may leave is, too.
sql "INSERT INTO auth.parcel (id, device, kind, replica, code, parcel, size, digest)
     SELECT gen_random_uuid(), '$held', 'file', gen_random_uuid(), 'forbidden', '{}', 1::bigint << 40, sha256('x')" >/dev/null
shut "$two" 'now()'
ok "where there is no room for its files it stays as well" is "$(carries taker) $(find "$work/st/taker/courier" -name '*.unsent' | wc -l)" 'quota 1'
shut "$two" NULL
sql "DELETE FROM auth.parcel WHERE device = '$held' AND size = 1::bigint << 40" >/dev/null
carries taker >/dev/null
ok "with both it is wiped" is "$(cd "$work/st/taker" && find . -type f | tr '\n' ' ')" './wiped '
ok "and the centre has all of it; what was written by whom it had shut out waits for a person" is \
	"$(has_bytes one.pdf) $(has_bytes two.pdf) $(notes LEND) $(sql "SELECT count(*) FROM log.parked WHERE payload LIKE '%LEND-B%'") $(lost "$held")" '1 1 2 1 [0,0]'
daemon parcel retry >/dev/null 2>&1

# --- what nobody can take ------------------------------------------------------------

ok "a computer with what nobody can take: a damaged store, and a file whose bytes are gone" eval '
	shared_files worse WORSE && find "$work/st/worse" -path "*-files/*" -size +600k -delete'
(cd "$work/st/worse" && for s in ./*.store; do
	[ "$s" = "./$(tr -d '\n' <current)" ] || printf 'no store' >"$s"
done)
gone=$(device_of worse)
daemon device wipe --device "$gone" --reason stolen
carries worse >/dev/null
ok "it is wiped" is "$(cd "$work/st/worse" && find . -type f | tr '\n' ' ')" './wiped '
ok "and the receipt says what nobody has" is "$(lost "$gone")" '[1,1]'
ok "the list, too" like "$(standing "$gone")" ', 1 entry lost, 1 store unread$'

# --- pages that are open ---------------------------------------------------------------

ok "another computer, with its pages open" eval '
	enrol pages "$site" "$two" && at pages "$two" sync >/dev/null && note pages "$two" PAGES-A
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/$two.secret setsid "$CASEBRIDGE" --store "$work/st/pages" \
		open --no-browser --json --web "$WEB_ROOT" </dev/null >"$work/open.out" 2>"$work/open.err" &
	open_pid=$! && wait_for 20 test -s "$work/open.out"'
url=$(jq -r .url "$work/open.out") page=${url%%/#*}
at_page() { # METHOD PATH [BODY]
	curl -sS --max-time 60 -b "$work/pages.jar" -c "$work/pages.jar" -X "$1" -H "Origin: $page" -H 'X-Casebridge: web' \
		${3:+-H 'Content-Type: application/json' --data-binary "$3"} "$page$2"
}
ok "somebody is at them" is "$(at_page POST /v1/session "{\"key\":\"${url#*#key=}\"}" | jq -r .mode)" station
daemon device lock --device "$(device_of pages)" --reason 'left open on a train'
at_page POST /v1/sync '{"do":"start"}' >/dev/null
ok "at the next contact they are closed, whoever sits there" wait_for 20 gone "$open_pid"
ok "and the order is carried out" is "$(why at pages "$two" status) $(find "$work/st/pages" -name '*-share*' | wc -l)" 'device_locked 0'
ok "with a receipt, and nothing lost" is "$(standing "$(device_of pages)" | cut -d' ' -f1) $(notes PAGES)" 'locked, 1'

# --- a receipt somebody made ----------------------------------------------------

ok "a third" enrol third "$site" "$two"
third=$(device_of third)
daemon device wipe --device "$third" --reason lost
order=$(sql "SELECT id FROM auth.device_order WHERE device = '$third'")
forge() { # json: the code
	curl -sS --cacert "$ca_file" --cert "$work/st/third/device.crt" --key "$work/st/third/device.key" \
		-H 'Content-Type: application/json' --data-binary "$1" "$sync_url/v1/device/receipt" | jq -r '"\(.code) \(.field)"'
}
sig=$(printf 'casebridge order 1\n%s\n%s\nwipe\n1\n' "$third" "$order" |
	openssl dgst -sha256 -sign "$work/st/first/device.key" | basenc --base64url | tr -d '=\n')
ok "signed by another device it is refused" is "$(forge "{\"order\":\"$order\",\"kind\":\"wipe\",\"stores\":1,\"sig\":\"$sig\"}")" 'forged sig'
ok "so is one for another order" is "$(forge "{\"order\":\"$(new_id)\",\"kind\":\"wipe\",\"stores\":1,\"sig\":\"$sig\"}")" 'not_found order'
ok "and none" is "$(forge '{}')" 'bad_kind order'
ok "which changes nothing" is "$(standing "$third")" 'wipe ordered, not seen for 0 days'

# ---- a parcel of somebody else with the same name ----
# Whoever carries parcels knows their ids. One that cannot be judged, because nobody knows
# its store, must not stand in the place of another.
of_store=$(new_id) name=$(new_id)
hand_in() { # id store what [kind]: whether it was taken
	jq -cn --arg kind "${4:-change}" --arg id "$1" --arg r "$2" --arg s "$(printf %s "$3" | basenc --base64url | tr -d '=\n')" '{keep: true, parcels: [{kind: $kind, id: $id, tx: null, replica: $r,
		key: "0123456789abcdef", sealed: $s, sig: $s}]}' | curl -sS --cacert "$ca_file" --cert "$work/st/third/device.crt" --key "$work/st/third/device.key" \
		-H 'Content-Type: application/json' --data-binary @- "$sync_url/v1/courier" | jq -c '.results[0].taken'
}
kept_of() { sql "SELECT count(*) FROM auth.parcel WHERE parcel LIKE '%' || translate(encode('$1', 'base64'), '+/=', '-_') || '%'"; }
ok "the first is kept" is "$(hand_in "$name" "$(new_id)" 'what somebody made up') $(kept_of 'what somebody made up')" 'true 1'
ok "and the true one as well" is "$(hand_in "$name" "$of_store" 'a note of a visit') $(kept_of 'a note of a visit')" 'true 1'
ok "with its own store's name upon it" is "$(hand_in "$name" "$of_store" 'and another with it') $(kept_of 'and another with it')" 'true 1'
ok "the same again is one" is "$(hand_in "$name" "$of_store" 'a note of a visit') $(kept_of 'a note of a visit')" 'true 1'
ok "a file is not kept without its pieces" is "$(hand_in "$(new_id)" "$of_store" 'no piece of it' file) $(kept_of 'no piece of it')" 'false 0'
done_testing
