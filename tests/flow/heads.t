#!/bin/bash
# heads.t - stations remember how far the trail was sealed: a trail that was
# rewritten or set back behind everybody's back is found by them.
. tests/flow/lib.sh
. tests/flow/by_hand.sh
if [ -z "$faketime" ] || [[ $BUILD = *asan* ]]; then # which wants to be loaded first itself
	skip "heads of the trail, minutes apart" 'no libfaketime, or a sanitized program'
	done_testing
fi

use_district
seal() { daemon seal --once >"$work/sealed" 2>&1; }
start_daemon
daemon seal init >"$work/seal.pub" 2>/dev/null
seal
worker=$(account prevention_doctor)
enrol desk "$(site_of "$worker")" "$worker" || bail "no station"
# A minute passes between two questions; the station's clock says so.
minutes=0
sync() {
	minutes=$((minutes + 3))
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/desk.secret LANG=C.UTF-8 LD_PRELOAD=$faketime FAKETIME="+${minutes}m" \
		"$CASEBRIDGE" --store "$work/st/desk" sync </dev/null >"$work/synced" 2>&1
}
trail() { station desk --json status | jq -r ".trail.$1"; }
size() { sql "SELECT size FROM trail.head ORDER BY epoch DESC, size DESC LIMIT 1"; }

ok "a station that is let in is given the key" is "$(cat "$work/st/desk/trail.pin")" "$(cat "$work/seal.pub")"
ok "it syncs" sync
ok "and keeps the newest head" is "$(trail size)" "$(size)"
ok "which it shows to a person" like "$(station desk --lang en status)" "sealed trail +signed head of epoch 1"
seal
ok "later it keeps a later one" eval 'sync && [ "$(trail size)" = "$(size)" ]'
ok "with nothing wrong" is "$(trail 'evidence | length')" 0
station desk --json status | jq -r .trail.head >"$work/kept.head"
daemon audit export "$work/trail.txt" >/dev/null
ok "its head is one an export goes on from" daemon audit verify --key "$work/seal.pub" --head "$work/kept.head" "$work/trail.txt"
sync
ok "with its next round the centre knows what it keeps" is "$(sql "SELECT size FROM trail.held")" "$(sed -n 2p "$work/kept.head")"
ok "a session of the web cannot say so" is "$(sign_in "$worker"; code POST /v1/trail '{"epoch":1,"size":1}')" 404

auditor=$(account auditor)
sign_in "$auditor"
seal
api GET /v1/audit/seal >"$work/state.json"
ok "the auditor sees how far it is sealed" is "$(jq -r '"\(.head.epoch) \(.head.size) \(.stations | length) \(.troubles | length)"' "$work/state.json")" "1 $(size) 1 0"
event=$(sql "SELECT max(no) FROM trail.leaf WHERE kind = 'e'")
api GET "/v1/audit/receipt?event=$event" >"$work/receipt.txt"
ok "and takes a receipt along" is "$(status) $(header Content-Disposition)" "200 attachment; filename=\"casebridge-receipt-$event.txt\""
ok "which proves itself" daemon audit verify --key "$work/seal.pub" "$work/receipt.txt"
for change in 's/^receipt \(.*\)/receipt 1\1/' '0,/^path /s/^path ./path B/' 's/^\(leaf .* \)\(.\)\([^ ]*\)$/\1B\3/' 's/^epoch 1/epoch 2/' '/^path/{x;s/^/x/;/^x$/{x;d};x}'; do
	sed "$change" "$work/receipt.txt" | sed '/^end /d' >"$work/other.txt"
	printf 'end %s %s\n' "$(wc -l <"$work/other.txt")" "$(sha256sum "$work/other.txt" | cut -d' ' -f1)" >>"$work/other.txt"
	ok "and not when it is changed: $change" eval '! cmp -s "$work/receipt.txt" "$work/other.txt" && ! daemon audit verify --key "$work/seal.pub" "$work/other.txt" >/dev/null 2>&1'
done
ok "an event that is not there has none" is "$(code GET "/v1/audit/receipt?event=999999999")" 404
sign_in "$(account social_worker)"
ok "nobody but an auditor gets either" is "$(code GET /v1/audit/seal) $(code GET "/v1/audit/receipt?event=$event")" '403 403'
sign_in "$(account system_admin)"
ok "no administrator either" is "$(code GET /v1/audit/seal)" 403

# ---- no audit, no answer ----

sql "CREATE FUNCTION public.never() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN RAISE EXCEPTION 'no'; END \$\$;
	CREATE TRIGGER never BEFORE INSERT ON audit.event FOR EACH STATEMENT EXECUTE FUNCTION public.never()" >/dev/null
as "$(account social_worker)"
ok "a trail that cannot be written gives no answer" isnt "$(code GET /v1/caseload)" 200
ok "nor a part of one" eval '! jq -e .rows "$work/answer" >/dev/null 2>&1'
sql "DROP TRIGGER never ON audit.event" >/dev/null
ok "then it does" is "$(code GET /v1/caseload)" 200

# ---- behind everybody's back ----

sync
# A database administrator copies the database, lets work go on, and sets it back;
# whoever seals is with them, so that the sealer's memory goes back, too.
stop_daemon && stop_postgres && cp -a "$pg_dir" "$work/earlier" && cp -a "$work/seal" "$work/seal.earlier" && start_postgres && start_daemon
sign_in "$worker"
api GET /v1/caseload >/dev/null
seal
sync
kept=$(trail size)
stop_daemon && stop_postgres && rm -rf "$pg_dir" "$work/seal" && mv "$work/earlier" "$pg_dir" && mv "$work/seal.earlier" "$work/seal" && start_postgres
cp "$work/state/high-water" "$work/high-water" && rm "$work/state/high-water" && start_daemon
ok "a trail that was set back: the station has a later head" eval 'sync; [ "$kept" -gt "$(size)" ]'
ok "it finds it" is "$(trail 'evidence[0].kind')" back
ok "keeps its own" is "$(trail size)" "$kept"
ok "says so loudly" like "$(station desk --lang zh status)" '警告：中心的审计记录被改写或回退'
ok "has told the centre" is "$(trail 'evidence[0].told')" true
ok "where it is on the trail" is "$(sql "SELECT outcome FROM audit.event WHERE action = 'trail_fork'")" back
sign_in "$auditor"
ok "and the auditor sees it" is "$(api GET /v1/audit/seal | jq -r '.troubles[] | select(.source == "station") | .kind')" back
# They write on until theirs is longer.
for i in {1..12}; do api GET /v1/audit >/dev/null; done
seal
for i in {1..40}; do [ "$(size)" -le "$kept" ] || break; api GET /v1/audit >/dev/null; seal; done
ok "a trail that went another way" eval '[ "$(size)" -gt "$kept" ] && sync'
ok "is found as well" is "$(trail 'evidence[1].kind')" fork
# All of it anew with a key of their own.
sql "TRUNCATE trail.leaf, trail.tile, trail.head, trail.statement" >/dev/null
rm -rf "$work/seal" && daemon seal init >/dev/null 2>&1
seal
ok "a tree with another key" sync
ok "is found, too" is "$(trail 'evidence[2].kind')" key

# ---- a station that lies ----

let_in liar "$worker"
sql "INSERT INTO trail.finding (kind, epoch, n, no, text) VALUES ('gone', 1, 1, 1, 'event 1 was taken away')" >/dev/null
for i in {1..40}; do
	call liar POST /v1/trail "{\"epoch\":1,\"size\":1,\"evidence\":{\"id\":\"$(new_id)\",\"kind\":\"fork\",\"mine\":\"a\",\"theirs\":\"$i\"}}" >/dev/null
done
ok "is answered as ever" is "$(said)" '200 '
ok "and heard sixteen times a day" is "$(sql "SELECT count(*) FROM trail.report WHERE mine = 'a'") $(sql "SELECT count(*) FROM audit.event WHERE action = 'trail_fork' AND outcome = 'fork' AND device = (SELECT device FROM trail.report WHERE mine = 'a' LIMIT 1)")" '16 16'
sql "INSERT INTO trail.report (evidence, replica, device, kind, mine, theirs) SELECT gen_random_uuid(), device, device, 'fork', 'a', 'b' FROM trail.report CROSS JOIN generate_series(1, 300) WHERE mine = 'a'" >/dev/null
as "$auditor"
ok "what the sealer found is not pushed off the page by any number of stations" is "$(api GET /v1/audit/seal | jq -c '[(.troubles[] | select(.source == "seal" and .kind == "gone") | .no), (.troubles | length) <= 200]')" '[1,true]'
done_testing
