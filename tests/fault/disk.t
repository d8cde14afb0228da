#!/bin/bash
# disk.t - the disk is full: at the station, at the database, under the log of
# the daemon. It is said, nothing is half there, and it goes on with more room.
. tests/fault/lib.sh
[ "$(id -u)" = 0 ] && mkdir "$work/disk0" && mount -t tmpfs -o size=1m none "$work/disk0" 2>/dev/null || {
	skip "a full disk" "mounting a small one needs root"
	done_testing
}
give_back() {
	[ -z "$pg_dir" ] || cluster_stop "$pg_dir" immediate
	umount -l "$work"/disk* "$work/st" 2>/dev/null
	clean_up
}
trap give_back EXIT
disk() { # name: a file system of its own, 600 MB
	mkdir -p "$work/$1" && mount -t tmpfs -o size=600m,mode=700 none "$work/$1" || bail "no file system"
}
room() { df -k --output=avail "$work/$1" | tail -n 1 | tr -d ' '; } # kB
fill_up() { # name, kB to leave
	rm -f "$work/$1/ballast"
	fallocate -l "$(($(room "$1") - $2))k" "$work/$1/ballast" || bail "cannot fill the disk"
}
make_room() { rm -f "$work/$1/ballast"; }

use_district
stop_postgres
disk disk1
cp -a "$pg_home/pg/." "$work/disk1/"
[ "$(cluster_user)" = "$(id -un)" ] || chown "$(cluster_user):" "$work/disk1"
pg_dir=$work/disk1
start_postgres
disk disk2
ln -s "$work/disk2/daemon.log" "$work/daemon.log"
start_daemon
disk st
two_stations

# --- at the station ----------------------------------------------------------

fill_up st 250
saved=0 refused=''
for ((i = 0; i < 200; i++)); do
	said=$(station one add service --case "${numbers[0]}" kind=phone_contact status=completed "started_at=2026-11-20 09:00" \
		minutes=30 "aim=~disk$i~" "process=$(head -c 3000 /dev/zero | tr '\0' x)" --json 2>"$work/errors")
	rc=$?
	if note_saved "~disk$i~" "$said"; then saved=$((saved + 1)); else
		refused="$rc $said $(cat "$work/errors")"
		note_tried "~disk$i~"
		break
	fi
done
ok "on a full disk saving ends ($saved notes were saved)" [ "$saved" -gt 3 -a -n "$refused" ]
ok "with the words: not saved, and why" like "$refused" '^1 .*(not_saved|没有保存|[Nn]othing was saved).*'
ok "the disk is named" like "$refused" '磁盘|disk|full'
shown() { station one show "${numbers[0]}" --json | jq '[.records[].body.aim? | strings | select(startswith("~disk"))] | length'; }
ok "what was called saved is there, and nothing else" is "$(shown)" "$saved"
station one sync --json >"$work/said" 2>&1
rc=$?
ok "a sync with no room for an answer loses nothing (exit $rc)" [ $rc = 0 -o $rc = 1 -o $rc = 3 ]
ok "the store is whole" is "$(station one doctor --json | jq '[.checks[] | select(.check | IN("store", "every record")) | .ok] | all')" true

# A page that has no room: the other station, while it fetches all of it.
batch "$work/batch" 100 "${case_ids[0]}"
jq -c '.changes[].set.process = ("长" * 3000)' "$work/batch" >"$work/big"
for ((i = 0; i < 3; i++)); do
	batch "$work/batch" 60 "${case_ids[0]}"
	jq -c '.changes[].set.process = ("长" * 3000)' "$work/batch" >"$work/big"
	send "$work/big" || bail "the batch is not taken: $(status)"
done
station two sync --json >"$work/said" 2>"$work/errors"
rc=$?
ok "a page that has no room is not taken (exit $rc)" [ $rc = 1 -o $rc = 3 ]
ok "which is said" like "$(cat "$work/said" "$work/errors")" 'not_saved|没有保存|[Nn]othing was saved'
ok "the copy is whole" is "$(station two doctor --json | jq '[.checks[] | select(.check | IN("store", "every record")) | .ok] | all')" true
before=$(cat "$work/st/one/station.json" "$work/st/one/current")
station one login --user "$one_login" --password-file "$work/st/one.secret" >/dev/null 2>&1
fill_up st 0
ok "with not a byte left the work can still be read" is "$(shown)" "$saved"
ok "and the copy is whole" is "$(station two doctor --json | jq '[.checks[] | select(.check | IN("store", "every record")) | .ok] | all')" true
ok "what lies beside the store is as it was" is "$(cat "$work/st/one/station.json" "$work/st/one/current")" "$before"
make_room st
ok "with room again both are in step" both_in_step
ok "nothing was lost or doubled at the station" all_kept

# --- at the database ------------------------------------------------------------

{ printf '%%PDF-1.7\n' && head -c 3500000 /dev/urandom; } >"$work/scan.pdf"
add_note one ~before~ "${numbers[1]}"
doc=$(station one attach "${numbers[1]}" "$work/scan.pdf" --json | jq -r .id)
ok "a file waits at the station" is "$(station one status --json | jq .files_waiting)" 1
fill_up disk1 2500
answered=0 refusal=''
for ((i = 0; i < 150; i++)); do
	batch "$work/batch.$i" 60 "${case_ids[RANDOM % ${#case_ids[@]}]}"
	jq -c '.changes[].set.process = ("记" * 500)' "$work/batch.$i" >"$work/big.$i"
	if send "$work/big.$i"; then answered=$((answered + 1)); else
		refusal="$(status) $(cat "$work/big.$i.reply")"
		break
	fi
done
ok "a database without room stops taking changes (after $answered batches)" [ -n "$refusal" ]
ok "it says so, to be tried later" like "$refusal" '^503 .*"retry":"later"'
station one sync --json >"$work/said" 2>"$work/errors"
rc=$?
ok "a station keeps its work (exit $rc)" [ $rc = 3 ]
ok "all of it" [ "$(station one status --json | jq '.unsent + .files_waiting')" -ge 1 ]
ok "the daemon is still there" kill -0 "$daemon_pid"
make_room disk1
cluster_runs "$pg_dir" || restart_postgres
ok "with room again it serves" wait_for 30 answers /readyz
sign_in "$one_login"
for ((k = 0; k <= i; k++)); do
	[ -e "$work/big.$k" ] || continue
	send "$work/big.$k" || remark "batch $k: $(status)"
done
ok "both stations are in step" both_in_step
ok "nothing was lost or doubled at the centre" all_kept
station two sync >/dev/null 2>&1
ok "the file is sent" is "$(station one status --json | jq .files_waiting)" 0
station two fetch "$doc" --output "$work/fetched" >"$work/said" 2>&1 || remark "$(cat "$work/said")"
ok "the file arrived whole" cmp "$work/scan.pdf" "$work/fetched"

# --- under the log of the daemon ---------------------------------------------------

fill_up disk2 0
head -c 300000 /dev/zero >>"$work/disk2/daemon.log" 2>/dev/null
batch "$work/batch" 5 "${case_ids[0]}"
ok "with no room for its log the daemon takes changes" send "$work/batch"
ok "and stations sync" both_in_step
make_room disk2
ok "nothing was lost or doubled" all_kept
done_testing
