#!/bin/bash
# spoiled.t - a disk that changes a bit of what a station keeps. What no longer opens
# is never shown as if it were right; the next day's sync finds it though nothing else
# changed, and fetches the case again. A row that is gone, or back from before, is found
# when the store is opened, and nothing is called synced.
. tests/flow/lib.sh
if [ -z "$faketime" ]; then
	skip "a spoiled row is found" "libfaketime is not here"
	done_testing
fi
use_district
start_daemon
login=$(account social_worker 平桥街道康复站)
ok "a station is enrolled" enrol desk "$(site_of "$login")" "$login"
ok "and in step" is "$(station desk sync --json | jq .synced)" true
file=$(find "$work/st/desk" -name '*.store' | head -n 1)
store() { sqlite3 "$file" "$1"; }
sound() { station desk doctor --json | jq '.checks | map(select(.check == "every record" or .check == "store")) | all(.ok)'; }
sync_on() { # DAYS later, by the station's clock
	LD_PRELOAD=$faketime FAKETIME=+$1d FAKETIME_DONT_FAKE_MONOTONIC=1 station desk sync --json
}
spoil() { # the how-manieth of the rows of records
	store "UPDATE record SET sealed = CAST(substr(sealed, 1, 60) || CASE substr(sealed, 61, 1) WHEN x'00' THEN x'01' ELSE x'00' END ||
		substr(sealed, 62) AS BLOB) WHERE id = (SELECT id FROM record WHERE length(sealed) > 200 ORDER BY id LIMIT 1 OFFSET $1)"
}

ok "every row opens" is "$(sound)" true
for which in 3 400 900; do
	spoil $which
	ok "row $which: one with a bit turned does not" is "$(sound)" false
	days=$((${days:-0} + 2))
	said=$(sync_on $days)
	ok "row $which: the sync of another day fetches its unit again" is "$(jq -c '[.synced, .units > 0]' <<<"$said")" '[true,true]'
	ok "row $which: and every row opens" is "$(sound)" true
	said=$(sync_on $days)
	ok "row $which: after which there is nothing to fetch" is "$(jq -c '[.synced, .units]' <<<"$said")" '[true,0]'
done

store "CREATE TABLE aside AS SELECT * FROM record ORDER BY id LIMIT 1 OFFSET 5"
store "DELETE FROM record WHERE id = (SELECT id FROM aside)"
ok "a row is gone: nothing is called synced" exits 5 station desk sync --json
ok "nor is anything shown" exits 5 station desk cases
store "INSERT INTO record SELECT * FROM aside"
ok "it is back: all is as before" is "$(station desk sync --json | jq .synced)" true
store "UPDATE record SET rev = rev - 1 WHERE id = (SELECT id FROM aside)"
ok "one is back from before: nothing is called synced" exits 5 station desk sync --json
store "UPDATE record SET rev = rev + 1 WHERE id = (SELECT id FROM aside)"
ok "and with the right one it goes on" is "$(station desk sync --json | jq .synced)" true
done_testing
