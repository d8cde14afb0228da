#!/bin/bash
# marks.t - events that are taken away in the second before they are sealed are missed:
# also those of a connection that is new, that did not write for long, or that wrote
# while the sealer was not at work; and none passes without a mark.
. tests/flow/lib.sh

use_blank
start_daemon
daemon seal init >"$work/seal.pub" 2>/dev/null
refuses() { ! "$@" && rm -f "$work/remark"; }
seal() { daemon seal --once >"$work/sealed" 2>&1 || { remark "$(cat "$work/sealed")" && return 1; }; }
wrote() { # WORD FROM TO: what a connection of the daemon would have written
	echo "$@" | perl tests/lib/marked.pl "$work/state/trail.key" | put_events
}
put_events() {
	psql -qX "$(cluster_conninfo "$work/s" postgres)" -c '\copy audit.event (role, action, outcome, records, worker, seq, mac) FROM STDIN'
}
findings() { sql "SELECT coalesce(string_agg(kind || ' ' || text, '; ' ORDER BY id), '-') FROM trail.finding"; }
# What was found is put aside, for what comes next.
nothing_more() { sql "DELETE FROM trail.finding" >/dev/null; }

wrote first 1 3
ok "what the daemon writes is sealed" seal
ok "and nothing is wrong with it" is "$(findings)" -
wrote first 4 4
wrote second 2 2
ok "the first event of a second connection is gone" refuses seal
ok "which is found" like "$(findings)" '^missing [^;]*numbers 1 to 1 of its connection$'
nothing_more

# ---- more connections than are remembered at once ----

seq 1 1000 | sed 's/.*/many& 1 2/' | perl tests/lib/marked.pl "$work/state/trail.key" | put_events
ok "a thousand connections" seal
ok "nothing is wrong" is "$(findings)" -
wrote third 3 3
ok "the first events of a new one are gone" refuses seal
ok "which is found" like "$(findings)" '^missing [^;]*numbers 1 to 2 of its connection$'
nothing_more
wrote first 5 5
wrote many1 3 4
ok "one that did not write for long goes on" seal
ok "which is in order" is "$(findings)" -
wrote many2 4 4
ok "another goes on without what it wrote in between" refuses seal
ok "which is found" like "$(findings)" '^missing [^;]*numbers 3 to 3 of its connection$'
nothing_more
wrote many3 1 1
ok "an event of long ago is put in once more" refuses seal
ok "which is found" like "$(findings)" '^twice .*number 1 of its connection, which was at 2 already$'
nothing_more

# ---- a sealer that ends in between ----

wrote first 6 6
seal
cp "$work/seal/seal.state" "$work/seal.state"
wrote first 8 8
wrote many4 3 3
ok "something is gone" refuses seal
nothing_more
cp "$work/seal.state" "$work/seal/seal.state"
ok "a sealer that ended before it remembered what it sealed finds it again" refuses seal
ok "and only that" like "$(findings)" '^missing [^;]*numbers 7 to 7 of its connection$'
nothing_more
ok "told once" seal
wrote first 9 9
wrote many4 4 4
ok "the rest is in order" seal
ok "and stays so" is "$(findings)" -
rm "$work/seal/seal.state"
ok "with no memory at all, what is there is the beginning" refuses seal
ok "and what was put in is seen once more" like "$(findings)" '^twice [^;]*number 1 of its connection, which was at 2 already$'
nothing_more
wrote many5 3 3
wrote many6 4 4
ok "and what is gone from then on" refuses seal
ok "is found" like "$(findings)" '^missing [^;]*numbers 3 to 3 of its connection$'
nothing_more

# ---- without a mark ----

for action in backup epoch epoch_confirm write; do
	sql "INSERT INTO audit.event (action, outcome) VALUES ('$action', 'ok')" >/dev/null
	ok "an event without a mark: $action" refuses seal
	ok "is found" like "$(findings)" '^unmarked event [0-9]+ carries no mark'
	nothing_more
done

# ---- another epoch ----

wrote first 10 11
seal
before=$(sql "SELECT max(id) FROM audit.event")
daemon epoch change >/dev/null 2>&1
seal
cp "$work/seal/seal.state" "$work/seal.state"
daemon epoch confirm --reason "a disk of before" >/dev/null
ok "an epoch that begins and is confirmed" seal
ok "leaves events that carry marks" is "$(sql "SELECT string_agg(action || ' ' || outcome || ' ' || (mac IS NOT NULL), ', ' ORDER BY id) FROM audit.event WHERE id > $before")" 'epoch operator true, epoch_confirm ok true'
ok "in order" is "$(findings)" -
cp "$work/seal.state" "$work/seal/seal.state"
ok "a sealer that ended before it remembered the epoch goes on in it" seal
ok "in order" is "$(findings)" -
wrote first 12 12
# The database was set back: what was sealed in the epoch before comes once more.
wrote many7 2 3
ok "connections of before go on in it" seal
ok "in order" is "$(findings)" -
wrote first 14 14
ok "and what is taken from one" refuses seal
ok "is found" like "$(findings)" '^missing [^;]*numbers 13 to 13 of its connection$'
done_testing
