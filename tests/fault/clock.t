#!/bin/bash
# clock.t - clocks that are wrong, or jump: at a station, at the daemon, at the
# database. Order, merging and who sees what do not ask them; leases and
# sessions stay sensible.
. tests/fault/lib.sh
[ -e "$faketime" ] || { skip "wrong clocks" "libfaketime is not installed" && done_testing; }
use_district
start_daemon
two_stations

# at OFFSET command…: its clock is off by so much (-400d, +3h, …).
at() {
	local offset=$1
	shift
	LD_PRELOAD=$faketime FAKETIME=$offset FAKETIME_DONT_FAKE_MONOTONIC=1 "$@"
}
said_saved() { # MARK what-it-said
	note_saved "$1" "$2" || { remark "$2" && return 1; }
}
skewed_note() { # offset mark: entered at station one by a wrong clock
	said_saved "$2" "$(at "$1" station one add service --case "${numbers[0]}" kind=phone_contact status=completed \
		"started_at=2026-11-20 09:00" minutes=30 "aim=$2" --json 2>&1)"
}
note=$(station one add service --case "${numbers[0]}" kind=phone_contact status=completed \
	"started_at=2026-11-20 09:00" minutes=30 "aim=~start~" --json | jq -r .id)
ok "with a note both may edit" both_in_step

# --- at the station ------------------------------------------------------------

k=0
for offset in -1h +1h -2d +4d; do
	k=$((k + 1))
	ok "a station whose clock is off by $offset saves" skewed_note "$offset" "~c$k.a~"
	ok "and syncs" is "$(at "$offset" station one sync --json | jq -c '[.applied, .synced, .renewed]')" '[1,true,false]'
	ok "the other gets it" in_step two "$two_login"
done
# Who wrote later is who was taken later, whatever their clocks say.
edit_note two "~c5.b~" "$note"
edit_at() { said_saved "$2" "$(at "$1" station one edit "$note" "aim=$2" --json 2>&1)"; }
ok "an edit four days ahead" edit_at +4d "~c5.a~"
in_step two "$two_login"
ok "does not win over what was there before it: it is a conflict" is \
	"$(at +4d station one sync --json | jq -c '[.applied, .conflicts, .synced]')" '[0,1,true]'
ok "both are kept" both_in_step
# The certificate has its own days: years away nobody can be sure who the
# centre is. Then nothing is sent, nothing is lost, and it is said.
for offset in -5y +5y; do
	k=$((k + 1))
	add_note one "~y$k~" "${numbers[0]}"
	at "$offset" station one sync --json >"$work/said" 2>&1
	rc=$?
	ok "off by $offset the certificate is not believed, and it says so (exit $rc)" [ $rc = 3 -o $rc = 4 ]
	ok "the work is kept" is "$(station one status --json | jq .unsent)" 1
	ok "and sent when the clock is right" in_step one "$one_login"
done

# The lease: a station out of touch for long stays shut, and opens by a sync.
add_note one ~lease~ "${numbers[0]}"
ok "eight days without contact the store stays shut" exits 4 at +8d station one cases
ok "a clock set back does not shut it" exits 0 at -3d station one cases
ok "unsent work can be taken out all the same" exits 0 at +8d station one export --unsent "$work/unsent.out"
ok "a sync opens it" is "$(at +8d station one sync --json | jq .synced)" true
ok "with the clock it has" exits 0 at +8d station one cases
ok "and with the right one" exits 0 station one cases

# --- at the daemon ---------------------------------------------------------------

offsets=(-2d)
[ -z "${LONG:-}" ] || offsets+=(+3d)
for offset in "${offsets[@]}"; do
	stop_daemon
	at "$offset" start_daemon
	k=$((k + 1))
	add_note one "~d$k.a~" "${numbers[0]}" && add_note two "~d$k.b~" "${numbers[0]}"
	ok "the daemon's clock off by $offset: everybody syncs" both_in_step
	batch "$work/batch" 3 "${case_ids[0]}"
	ok "sessions of before are good (the database's clock counts)" send "$work/batch"
done
stop_daemon
# One that jumps while it runs; of files it reads its own state's only.
echo '+0' >"$work/state/clock"
LD_PRELOAD=$faketime FAKETIME_TIMESTAMP_FILE=$work/state/clock FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 start_daemon
for offset in -1d +2d; do
	echo "$offset" >"$work/state/clock"
	k=$((k + 1))
	add_note one "~j$k~" "${numbers[0]}"
	batch "$work/batch" 3 "${case_ids[0]}"
	ok "it jumps to $offset: changes are taken" send "$work/batch"
	ok "and everybody syncs" both_in_step
done
stop_daemon
start_daemon

# --- at the database ---------------------------------------------------------------

for offset in -2d +60d; do
	stop_postgres
	start_postgres_at "$offset"
	wait_for 20 answers /readyz
	k=$((k + 1))
	add_note one "~p$k~" "${numbers[0]}"
	in_step one "$one_login" 1 >/dev/null 2>&1 || {
		rm -f "$work/remark"
		for name in one two; do
			login=${name}_login
			station $name login --user "${!login}" --password-file "$work/st/$name.secret" >/dev/null 2>&1
		done
	}
	ok "the database's clock is off by $offset" is "$(sql "SELECT abs(extract(epoch FROM now()) - $EPOCHSECONDS) > 3000")" t
	ok "at most a sign-in is asked, and everybody syncs" both_in_step
done
ok "a session that began in its future is not good for ever" [ "$(sql "SELECT count(*) FROM auth.session WHERE expires_at > now() + interval '31 days'")" = 0 ]
stop_postgres
start_postgres
ok "the database's clock is right again" is "$(sql "SELECT abs(extract(epoch FROM now()) - $EPOCHSECONDS) < 60")" t
wait_for 20 answers /readyz
for name in one two; do
	login=${name}_login
	station $name login --user "${!login}" --password-file "$work/st/$name.secret" >/dev/null 2>&1
done
ok "back at the right time everybody is in step" both_in_step
ok "commits are in order whatever the clocks said; nothing lost, nothing doubled" all_kept
ok "no station became another" is "$(sql 'SELECT count(*) FROM log.replica')" 2
done_testing
