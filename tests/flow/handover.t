#!/bin/bash
# handover.t - the key of the seal is changed: who pinned the old one follows it to the
# new one by a note that both signed, and by nothing else.
. tests/flow/lib.sh
. tests/flow/by_hand.sh
if [ -z "$faketime" ] || [[ $BUILD = *asan* ]]; then # which wants to be loaded first itself
	skip "stations, minutes apart" 'no libfaketime, or a sanitized program'
	done_testing
fi

use_district
start_daemon
refuses() { ! "$@"; }
seal() { daemon seal --once >"$work/sealed" 2>&1 || { remark "$(cat "$work/sealed")" && return 1; }; }
ok "what was never sealed is not handed over" eval '! daemon seal rotate >/dev/null 2>&1'
daemon seal init >"$work/old.pub" 2>/dev/null
ok "nor before the first head" eval 'cp "$work/seal/seal.key" "$work/first.key"; daemon seal init >/dev/null 2>&1 && cmp -s "$work/seal/seal.key" "$work/first.key"'
seal
worker=$(account prevention_doctor)
enrol desk "$(site_of "$worker")" "$worker" || bail "no station"
minutes=0
sync() {
	minutes=$((minutes + 3))
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/desk.secret LANG=C.UTF-8 LD_PRELOAD=$faketime FAKETIME="+${minutes}m" \
		"$CASEBRIDGE" --store "$work/st/desk" sync </dev/null >"$work/synced" 2>&1
}
trail() { station desk --json status | jq -r ".trail.$1"; }
size() { sql "SELECT size FROM trail.head ORDER BY epoch DESC, size DESC LIMIT 1"; }
act() {
	sign_in "$worker"
	api GET /v1/caseload >/dev/null
}
export_trail() { rm -f "$work/trail.txt" && daemon audit export "$work/trail.txt" >"$work/exported" 2>&1; }
verify() { # KEYFILE [OPTION…]
	local key=$1
	shift
	daemon audit verify --key "$key" "$work/trail.txt" "$@" >"$work/verified" 2>&1
}
sync
station desk --json status | jq -r .trail.head >"$work/old.head"

# ---- another key ----

daemon seal >"$work/running.log" 2>&1 &
running=$!
locked() { [ "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7086")" = 1 ]; }
wait_for 10 locked
ok "while a sealer is at work the key stays" refuses daemon seal rotate 2>/dev/null
kill -TERM "$(pgrep -P $running casebridged)"
wait $running
act
ok "another key takes over" eval 'daemon seal rotate >"$work/rotated" 2>/dev/null'
tail -n 1 "$work/rotated" >"$work/new.pub"
ok "of the same log" is "$(cut -d+ -f1 "$work/new.pub")" "$(cut -d+ -f1 "$work/old.pub")"
ok "and it is another" isnt "$(cat "$work/new.pub")" "$(cat "$work/old.pub")"
ok "it is what a station pins from now on" is "$(head -n 1 "$work/state/seal.pub")" "$(cat "$work/new.pub")"
ok "the key of before is gone" eval '! cmp -s -n 32 "$work/seal/seal.key" "$work/first.key"'
ok "the new one is the owner's alone" is "$(stat -c %a "$work/seal/seal.key")" 600
note_signed() { # by the KEY in a file, as the signature no. N of the hand-over
	sed -n '2,8p' "$work/state/seal.pub" >"$work/note.text"
	{ printf '\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00' && cut -d+ -f3- "$1" | base64 -d | tail -c 32; } >"$work/pub.der"
	sed -n "$((9 + $2))p" "$work/state/seal.pub" | awk '{ print $3 }' | base64 -d | tail -c 64 >"$work/note.sig"
	openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/pub.der" -rawin -in "$work/note.text" -sigfile "$work/note.sig" >/dev/null 2>&1
}
ok "the hand-over is signed by the old key, says another program" note_signed "$work/old.pub" 1
ok "and by the new one" note_signed "$work/new.pub" 2
ok "not the other way round" refuses note_signed "$work/new.pub" 1
ok "it says with which head" is "$(sed -n '3,4p' "$work/note.text" | head -n 1)" "$(size)"
before=$(size)
act
ok "sealing goes on" seal
ok "with the new key" [ "$(size)" -gt "$before" ]
ok "and nothing is found" is "$(sql "SELECT count(*) FROM trail.finding")" 0
ok "also not when all of it is read again" daemon seal --once --check

# ---- whoever pinned one of them ----

export_trail
ok "the trail is proved by the new key" verify "$work/new.pub"
ok "by the whole file that is handed out" verify "$work/state/seal.pub"
ok "by the old one, which handed over" verify "$work/old.pub"
ok "and goes on from a head the old one signed" verify "$work/new.pub" --head "$work/old.head"
ok "a station follows" eval 'sync && [ "$(trail size)" = "$(size)" ]'
ok "with nothing wrong" is "$(trail 'evidence | length')" 0
ok "and what it pinned first stays there" is "$(cat "$work/st/desk/trail.pin")" "$(cat "$work/old.pub")"
act
seal
ok "it goes on" eval 'sync && [ "$(trail size)" = "$(size)" ] && [ "$(trail "evidence | length")" = 0 ]'
auditor=$(account auditor)
sign_in "$auditor"
event=$(sql "SELECT max(no) FROM trail.leaf WHERE kind = 'e'")
api GET "/v1/audit/receipt?event=$event" >"$work/trail.txt"
ok "a receipt is proved by the old key" verify "$work/old.pub"
ok "and by the new" verify "$work/new.pub"
daemon seal rotate >"$work/rotated" 2>/dev/null
tail -n 1 "$work/rotated" >"$work/third.pub"
act
seal
export_trail
ok "changed twice, it is proved by the first" verify "$work/old.pub"
ok "by the second" verify "$work/new.pub" --head "$work/old.head"
ok "and by the third" verify "$work/third.pub"
ok "a station follows again" eval 'sync && [ "$(trail size)" = "$(size)" ] && [ "$(trail "evidence | length")" = 0 ]'

# ---- what is forged ----

# Somebody with the database and the daemon's files, who has none of the keys of before,
# seals with a key of their own and says it took over.
again() { # the file with another end line
	sed -i '/^end /d' "$work/trail.txt"
	printf 'end %s %s\n' "$(wc -l <"$work/trail.txt")" "$(sha256sum "$work/trail.txt" | cut -d' ' -f1)" >>"$work/trail.txt"
}
awk '/^handover$/ { off = 2 } !off { print } off && /^— / { off-- }' "$work/trail.txt" >"$work/without" && mv "$work/without" "$work/trail.txt" && again
ok "a file without its hand-overs is refused" refuses verify "$work/old.pub"
ok "as one of another key" like "$(cat "$work/verified")" 'of another log or key'
export_trail
sed -i '0,/^— /s/^\(— [^ ]* ......\)./\1B/' "$work/trail.txt" && again
ok "one with another signature under it, too" refuses verify "$work/old.pub"
ok "which says so" like "$(cat "$work/verified")" 'hands over'
cp "$work/state/seal.pub" "$work/true.pub"
cp -a "$work/seal" "$work/seal.true"
mkdir "$work/theirs" && chmod 700 "$work/theirs"
name=$(cut -d+ -f1 "$work/old.pub")
{ head -c 32 /dev/urandom && printf '%s' "$name"; } >"$work/theirs/seal.key" && chmod 600 "$work/theirs/seal.key"
cp "$work/theirs/seal.key" "$work/seal/seal.key" && rm "$work/seal/seal.state"
sql "TRUNCATE trail.leaf, trail.tile, trail.head, trail.statement" >/dev/null
daemon seal init >/dev/null 2>&1
seal
daemon seal rotate >/dev/null 2>&1
# Their hand-over, with the name of the true first key in it.
theirs=$(grep -n '^casebridge/.*+' "$work/state/seal.pub" | sed -n 2p | cut -d: -f1)
sed -i "${theirs}s|.*|$(cat "$work/third.pub")|" "$work/state/seal.pub"
act
seal
export_trail
for key in old new third; do
	ok "a hand-over by another key is refused by who pinned the $key one" refuses verify "$work/$key.pub"
done
kept=$(trail size)
ok "a station does not follow" eval 'sync; [ "$(trail size)" = "$kept" ]'
ok "and says so" is "$(trail 'evidence[0].kind')" key
ok "loudly" like "$(station desk --lang zh status)" '警告：中心的审计记录被改写或回退'
done_testing
