#!/bin/bash
# seal.t - what was on the trail is provable: sealed, exported, verified without a
# database; and whoever may do anything to the database is found all the same.
. tests/flow/lib.sh

ok "the tree is the one another program reckons from the RFC" grep -q "$(perl tests/lib/tree.pl 300 | cut -c1-62)" tests/unit/proto/test_tree.c
use_district
start_daemon

key=$work/seal.pub export_file=$work/trail.txt
refuses() { ! "$@"; }
# shellcheck disable=SC2120
seal() { daemon seal --once "$@" >"$work/sealed" 2>&1; }
said() { cat "$work/sealed"; }
export_trail() { rm -f "$export_file" && daemon audit export "$export_file" "$@" >"$work/exported"; }
verify() { daemon audit verify --key "$key" "$export_file" "$@" >"$work/verified" 2>&1; }
head_note() { sql "SELECT rtrim(note, E'\\n') FROM trail.head ORDER BY epoch DESC, size DESC LIMIT 1"; }
size() { sql "SELECT size FROM trail.head ORDER BY epoch DESC, size DESC LIMIT 1"; }
findings() { sql "SELECT coalesce(string_agg(kind, ' ' ORDER BY kind), '-') FROM (SELECT DISTINCT kind FROM trail.finding) k"; }
# Everything a change of the database may do, undone: rows, tree, and memory.
save() {
	stop_daemon && stop_postgres && rm -rf "$work/kept" && mkdir "$work/kept" && cp -a "$pg_dir" "$work/kept/pg" &&
		cp -a "$work/seal" "$work/kept/seal" && start_postgres && start_daemon
}
put_back() {
	stop_daemon && stop_postgres && rm -rf "$pg_dir" && cp -a "$work/kept/pg" "$pg_dir" &&
		rm -rf "$work/seal" && cp -a "$work/kept/seal" "$work/seal" && start_postgres && start_daemon
}
something() { api GET /v1/caseload >/dev/null; }

# ---- the key, and what its role may do ----

ok "without a key nothing is sealed" refuses seal
daemon seal init >"$key" 2>/dev/null
ok "the key is the owner's alone" is "$(stat -c %a "$work/seal/seal.key") $(stat -c %a "$work/seal")" '600 700'
ok "and is made once" is "$(daemon seal init 2>/dev/null)" "$(cat "$key")"
as_seal() { psql -AtX "$(cluster_conninfo "$work/s" casebridge_seal)" -c "$1" 2>&1; }
ok "its role reads the trail" [ "$(as_seal 'SELECT count(*) FROM audit.event')" -gt 100 ]
for act in "UPDATE audit.event SET outcome = 'x'" "DELETE FROM audit.event" "INSERT INTO audit.event (action, outcome) VALUES ('a', 'b')" \
	"UPDATE log.commit SET n = 0" "DELETE FROM trail.head" "UPDATE trail.head SET note = ''" "DELETE FROM trail.leaf" "UPDATE trail.leaf SET no = 0" \
	"DELETE FROM trail.tile" "UPDATE trail.tile SET no = 0" "DELETE FROM trail.finding" "SELECT * FROM rec.person" "SELECT * FROM log.version" "SELECT * FROM auth.account"; do
	ok "it may not: $act" like "$(as_seal "$act")" 'permission denied'
done
as_app() { psql -AtX "$(cluster_conninfo "$work/s" casebridge_app)" -c "$1" 2>&1; }
for act in "INSERT INTO trail.head VALUES (1, 1, now(), '')" "UPDATE trail.tile SET hashes = ''" "DELETE FROM trail.leaf" "SELECT * FROM trail.finding"; do
	ok "nor may the daemon: $act" like "$(as_app "$act")" 'permission denied'
done

# ---- sealing ----

ok "what there is, is sealed" seal
ok "every event and every commit" is "$(size)" "$(sql "SELECT 1 + (SELECT count(*) FROM audit.event) + (SELECT count(*) FROM log.commit)")"
ok "all of them as the daemon wrote them" is "$(findings)" -
ok "every event of the daemon carries its mark" is "$(sql "SELECT count(*) FROM audit.event WHERE mac IS NULL")" 0
before=$(size)
sign_in "$(account social_worker)"
something
ok "what comes later too" seal
ok "each once" [ "$(size)" -gt "$before" ]
ok "the head is a signed note" like "$(head_note | tail -n 1)" '^— casebridge/[0-9a-f-]{36} [A-Za-z0-9+/]{91}=$'
openssl_verifies() { # the signature, by another program
	{ printf '\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00' && cut -d+ -f3- "$key" | base64 -d | tail -c 32; } >"$work/pub.der"
	head_note | head -n 4 >"$work/note.text"
	head_note | tail -n 1 | awk '{ print $3 }' | base64 -d | tail -c 64 >"$work/note.sig"
	openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/pub.der" -rawin -in "$work/note.text" -sigfile "$work/note.sig" >/dev/null
}
ok "which another program verifies" openssl_verifies
# A transaction that takes its time is not passed by: its event has a lower number
# than what is sealed meanwhile, and is sealed when it is there.
mkfifo "$work/slow"
psql -qAtX "$(cluster_conninfo "$work/s" postgres)" <"$work/slow" >/dev/null 2>&1 &
slow_pid=$!
exec {slow}>"$work/slow"
echo "BEGIN; INSERT INTO audit.event (action, outcome) VALUES ('backup', 'ok');" >&$slow
wait_for 10 eval '[ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE state = '"'idle in transaction'"'")" = 1 ]'
something
before=$(size)
ok "while a slow transaction runs" seal
ok "nothing behind it is sealed" is "$(size)" "$before"
echo "COMMIT;" >&$slow
exec {slow}>&-
wait $slow_pid
ok "when it has ended, it is sealed, and told because it carries no mark" refuses seal
ok "as such" is "$(findings)" unmarked
sql "DELETE FROM trail.finding" >/dev/null
ok "both are sealed" is "$(sql "SELECT count(*) FROM audit.event e WHERE NOT EXISTS (SELECT FROM trail.leaf l WHERE l.kind = 'e' AND l.no = e.id)")" 0

# More at once than a row of the tree holds, and than a batch.
echo "many 1 20000" | perl tests/lib/marked.pl "$work/state/trail.key" |
	psql -qX "$(cluster_conninfo "$work/s" postgres)" -c '\copy audit.event (role, action, outcome, records, worker, seq, mac) FROM STDIN'
ok "twenty thousand at once" seal
ok "are all leaves" [ "$(size)" -gt 20000 ]
ok "and read again, they are what was sealed" seal --check

# ---- the file ----

ok "all of it is exported" export_trail
ok "and proved" verify
ok "which says how much" like "$(cat "$work/verified")" "^all of it: $(size) leaves of 1 epochs"
ok "without a database" eval 'stop_daemon && stop_postgres && verify && start_postgres && start_daemon'
head_note >"$work/old.head"
sign_in "$(account social_worker)"
something
seal
ok "a file of before is refused by a newer head" eval 'head_note >"$work/new.head"; ! verify --head "$work/new.head"'
ok "it went back" like "$(cat "$work/verified")" 'the trail went back'
export_trail
ok "a newer file goes on from an older head" verify --head "$work/old.head"
moment_of() { sql "SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') FROM audit.event WHERE id = $1"; }
export_trail --from "$(moment_of 20)" --to "$(moment_of 90)" --since "$(sed -n 2p "$work/old.head")"
ok "a part of it is proved, too" verify --head "$work/old.head"
ok "and is a part" like "$(cat "$work/verified")" '^a part of it|^a part: [1-9]'
ok "no name, no word is in it" eval '! base64 -d <(grep "^leaf" "$export_file" | cut -d" " -f6 | tr -d "\n=") 2>/dev/null | grep -q "$(sql "SELECT name FROM rec.person LIMIT 1")"'
export_trail
cut_off() { head -n -1 "$export_file" >"$work/cut" && mv "$work/cut" "$export_file"; }
cut_off
ok "a file that is cut is refused" refuses verify
export_trail
# Another first letter than the one that stands there.
sed -i '/^leaf 7 /{s/^\(leaf 7 . [0-9]* \)B/\1C/;t;s/^\(leaf 7 . [0-9]* \)./\1B/}' "$export_file"
ok "one that was changed, too" refuses verify
export_trail
ok "and one of another key" eval '! daemon audit verify --key <(daemon --seal-dir "$work/other" seal init 2>/dev/null || "$CASEBRIDGED" seal init --config "$work/daemon.conf" --seal-dir="$work/other" --state-dir="$work/other" 2>/dev/null) "$export_file" >"$work/verified" 2>&1'
ok "wrong usage is 2" eval 'daemon audit verify "$export_file" >/dev/null 2>&1; [ $? = 2 ]'
ok "not verified is 1" eval 'cut_off; verify; [ $? = 1 ]'

# ---- tampering, as somebody who may do anything to the database ----

save
victim() { sql "SELECT e.id FROM audit.event e JOIN trail.leaf l ON l.kind = 'e' AND l.no = e.id ORDER BY l.n LIMIT 1 OFFSET 40"; }
leaf_of() { sql "SELECT n FROM trail.leaf WHERE kind = 'e' AND no = $1"; }
found() { # what, SQL, kind of finding, what verify says
	local id leaf
	id=$(victim) leaf=$(leaf_of "$id")
	sql "$(eval "echo \"$2\"")" >/dev/null
	ok "$1: the sealer finds it" refuses seal --check
	ok "$1: and says which" like "$(findings)" "$3"
	export_trail
	ok "$1: verify finds it" refuses verify
	ok "$1: and says which" like "$(cat "$work/verified")" "$(eval "echo \"$4\"")"
	put_back
}
found "a sealed event is changed" "UPDATE audit.event SET outcome = 'ok', records = NULL WHERE id = \$id" changed 'leaf $leaf of epoch 1 .event $id, .* changed afterwards'
found "a sealed event is deleted" "DELETE FROM audit.event WHERE id = \$id" gone 'leaf $leaf of epoch 1 .event $id. was taken away'
found "two sealed events change places" "UPDATE audit.event SET actor = (SELECT actor FROM audit.event WHERE id = \$id - 20), at = (SELECT at FROM audit.event WHERE id = \$id - 20) WHERE id = \$id" changed 'leaf $leaf of epoch 1'
found "an event is put in behind the seal" "INSERT INTO audit.event (xid, action, outcome) VALUES ((SELECT xid FROM audit.event WHERE id = 20), 'backup', 'ok')" inserted 'put in behind the seal'
found "a commit of the log is changed" "UPDATE log.commit SET leaf = '' WHERE csn = 5" changed 'commit 5, .* changed afterwards'

before_sealing() { # what, SQL, kind
	sign_in "$(account social_worker)"
	something
	something
	sql "$2" >/dev/null
	for i in {1..20}; do something; done # so that each connection writes again
	ok "$1: the sealer finds it" refuses seal
	ok "$1: and says what" like "$(findings)" "$3"
	put_back
}
unsealed="SELECT e.id FROM audit.event e WHERE action = 'caseload' AND NOT EXISTS (SELECT FROM trail.leaf l WHERE l.kind = 'e' AND l.no = e.id) ORDER BY id LIMIT 1"
action=$(sign_in "$(account social_worker)" && something && sql "SELECT action FROM audit.event ORDER BY id DESC LIMIT 1")
unsealed=${unsealed/caseload/$action}
put_back
before_sealing "an event is changed before it is sealed" "UPDATE audit.event SET actor = gen_random_uuid() WHERE id = ($unsealed)" forged
before_sealing "an event is deleted before it is sealed" "DELETE FROM audit.event WHERE id = ($unsealed)" missing
before_sealing "an event is put in before it is sealed" "INSERT INTO audit.event (action, outcome) VALUES ('write', 'ok')" unmarked
before_sealing "one that calls itself a verified backup is put in" "INSERT INTO audit.event (action, outcome) VALUES ('backup', 'ok')" unmarked
before_sealing "an event is copied before it is sealed" "INSERT INTO audit.event (actor, role, site_id, session, action, outcome, records, worker, seq, mac)
	SELECT actor, role, site_id, session, action, outcome, records, worker, seq, mac FROM audit.event WHERE id = ($unsealed)" twice

# The whole tree anew, with a key of their own.
head_note >"$work/kept.head"
sql "UPDATE audit.event SET outcome = 'ok' WHERE id = $(victim); TRUNCATE trail.leaf, trail.tile, trail.head, trail.statement" >/dev/null
ok "a tree that is gone: nothing is signed any more" refuses seal
ok "it says so" like "$(findings)" back
mv "$work/seal" "$work/seal.true"
cp "$work/state/seal.pub" "$work/true.pub"
daemon seal init >/dev/null 2>&1
seal
ok "a tree written anew with another key" [ "$(size)" -gt 100 ]
export_trail
ok "is refused by the key that counts" refuses verify
ok "which says why" like "$(cat "$work/verified")" 'of another log or key'
cp "$work/true.pub" "$work/state/seal.pub"
rm -rf "$work/seal" && mv "$work/seal.true" "$work/seal"
ok "and by the sealer" refuses seal
ok "which says why, too" like "$(findings)" rewritten
put_back

# The database set back to an earlier day, without a word.
stop_daemon && stop_postgres && cp -a "$pg_dir" "$work/earlier" && start_postgres && start_daemon
sign_in "$(account social_worker)"
something
seal
head_note >"$work/later.head"
stop_daemon && stop_postgres && rm -rf "$pg_dir" && mv "$work/earlier" "$pg_dir" && start_postgres
ok "a database that was set back is not sealed" refuses seal
ok "the sealer says it" like "$(findings)" back
export_trail
ok "its file is proved by itself" verify
ok "but not to who kept a later head" eval '! verify --head "$work/later.head"'
ok "which says so" like "$(cat "$work/verified")" 'the trail went back'

# The same, said: another epoch begins.
daemon epoch change >/dev/null 2>&1
ok "until it is confirmed nothing is sealed" eval 'seal; grep -q "waits for casebridged epoch confirm" "$work/sealed"'
daemon epoch confirm --reason "the disk of Friday was put back" >/dev/null
ok "then a new tree begins" seal
ok "in a new epoch" is "$(sql "SELECT max(epoch) FROM trail.head")" 2
export_trail
ok "which verify understands" verify --head "$work/later.head"
ok "and what was lost is said" like "$(cat "$work/verified")" 'epoch 2 begins after a restore, declared: [1-9][0-9]* leaves of epoch 1'
sql "UPDATE log.epoch SET reason = 'nothing happened'; UPDATE trail.statement SET reason = 'nothing happened' WHERE epoch = 2" >/dev/null
export_trail
ok "with the reason that was given, no other" refuses verify
done_testing
