#!/bin/bash
# clone.t - the directory of a station copied at its durable moments, and both
# copies go on, in turn and at once: noticed, nothing lost, nothing twice. And
# several programs on one store.
. tests/fault/lib.sh
use_district
start_daemon
two_stations

replicas() { sql 'SELECT count(*) FROM log.replica'; }
copy_station() { # from to
	rm -rf "$work/st/$2"
	cp -a "$work/st/$1" "$work/st/$2"
	cp "$work/st/$1.secret" "$work/st/$2.secret"
}
# One sync; whether it noticed is in $renewed.
step() { # station
	local said try
	for try in 1 2 3; do
		said=$(station "$1" sync --json 2>>"$work/step.errors") && break
	done
	[ "$(jq -r .renewed <<<"$said")" != true ] || renewed=$((renewed + 1))
	[ "$(jq -r .synced <<<"$said")" = true ] || { remark "$1: $said $(tail -n 2 "$work/step.errors")" && return 1; }
}
in_turn() { # number
	local bad=0
	step one || bad=1
	step twin || bad=1
	add_note one "~t$1.c~" "${numbers[0]}"
	add_note twin "~t$1.d~" "${numbers[0]}"
	step twin || bad=1
	step one || bad=1
	return $bad
}
at_once() { # number
	local round said name
	for round in 1 2 3; do
		add_note one "~t$1.c$round~" "${numbers[0]}"
		add_note twin "~t$1.d$round~" "${numbers[0]}"
		for name in one twin; do
			station $name sync --json >"$work/$name.said" 2>/dev/null &
		done
		wait $(jobs -p | grep -vx "$daemon_pid")
		for name in one twin; do
			[ "$(jq -r .renewed "$work/$name.said" 2>/dev/null)" != true ] || renewed=$((renewed + 1))
		done
	done
	in_turn "$1z"
}
cloned() { # number, point, in_turn or at_once
	local before bad=0
	add_note one "~t$1.a~" "${numbers[0]}"
	edit_note two "~t$1.b~" "$note" && in_step two "$two_login"
	[ -z "$2" ] || armed "$2" station one sync >/dev/null 2>&1
	copy_station one twin
	before=$(replicas) renewed=0
	"$3" "$1" || bad=1
	in_step one "$one_login" && in_step twin "$one_login" && in_step two "$two_login" || bad=1
	[ $renewed -ge 1 ] || { remark "nobody noticed" && bad=1; }
	[ "$(replicas)" -gt "$before" ] || { remark "there is no replica more" && bad=1; }
	all_kept || bad=1
	return $bad
}
note=$(station two add service --case "${numbers[0]}" kind=phone_contact status=completed \
	"started_at=2026-11-20 09:00" minutes=30 "aim=~start~" --json | jq -r .id)

ok "copied before a sync, both go on in turn" cloned 1 '' in_turn
ok "copied before a sync, both go on at once" cloned 2 '' at_once
if [ -n "${LONG:-}" ]; then moments='1 2 3 4 5 6 7 8'; else moments='2'; fi
n_clone=2
for at in $moments; do
	how=in_turn
	[ $((at % 2)) = 0 ] || how=at_once
	n_clone=$((n_clone + 1))
	ok "copied after transaction $at of a sync, both go on $how" cloned $n_clone "after_commit:$at" $how
	[ -n "${LONG:-}" ] || continue
	n_clone=$((n_clone + 1))
	ok "copied while request $at was under way, both go on in turn" cloned $n_clone "answered:$at" in_turn
done

# A copy that lay in a drawer: what it did not send is sent, what it knew is old.
add_note one ~drawer.a~ "${numbers[1]}"
copy_station one twin
add_note twin ~drawer.b~ "${numbers[1]}"
for i in 1 2 3; do
	add_note one "~drawer.c$i~" "${numbers[1]}"
	in_step one "$one_login"
done
renewed=0
ok "a copy from a drawer comes back" step twin
ok "and is noticed at its first contact" is "$renewed" 1
ok "everybody is in step" in_step one "$one_login"
ok "the copy, too" in_step twin "$one_login"
ok "nothing was lost or doubled" all_kept

# --- several programs on one store -------------------------------------------

rm -rf "$work/st/twin"
pids=''
for i in 1 2 3 4 5 6; do
	(
		said=$(station one add service --case "${numbers[0]}" kind=phone_contact status=completed \
			"started_at=2026-11-20 09:00" minutes=30 "aim=~many$i~" --json 2>"$work/many.$i")
		echo $? >"$work/many.rc.$i"
		printf '%s' "$said" >"$work/many.said.$i"
	) &
	pids+=" $!"
	[ $((i % 2)) = 0 ] || { station one sync >"$work/many.sync.$i" 2>&1 && echo 0 || echo "$?"; } >"$work/many.sync.rc.$i" &
	[ $((i % 2)) = 0 ] || pids+=" $!"
done
wait $pids
for i in 1 2 3 4 5 6; do
	note_saved "~many$i~" "$(cat "$work/many.said.$i")" || note_tried "~many$i~"
done
ok "six that save and three that sync at once: done, or told that it is in use" is \
	"$(cat "$work"/many.rc.* | sort -u | grep -vx '[01]' | wc -l)" 0
ok "most were done" [ "$(grep -c '^saved.*~many' "$ledger")" -ge 3 ]
ok "the store is whole" is "$(station one doctor --json | jq .ok)" true
ok "everybody is in step" both_in_step
ok "nothing was lost or doubled" all_kept
done_testing
