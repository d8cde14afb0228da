#!/bin/bash
# many.t - thousands of cases at once, come and gone, in a database whose
# statistics know nothing of them yet: no answer takes so long that a station
# takes the centre for gone.
. tests/fault/lib.sh
use_district
# Nobody counts the rows: what autovacuum makes good after a minute stays bad.
sql 'ALTER SYSTEM SET autovacuum = off' >/dev/null
sql 'SELECT pg_reload_conf()' >/dev/null
start_daemon
login=$(account social_worker 平桥街道康复站)
site=$(site_of "$login")
# A station waits 90 s for an answer (client/sync/transport.c).
many=3000 most=8000
[ -z "${LONG:-}" ] || many=18000 most=20000
enrol desk "$site" "$login" || bail "the station does not enrol"
in_step desk "$login"

# The longest time an answer took, in ms, since the mark.
mark() { since=$(wc -l <"$work/daemon.log"); }
longest() { tail -n "+$((since + 1))" "$work/daemon.log" | sed -n 's/.* ms=\([0-9]*\) .*/\1/p' | sort -n | tail -n 1; }

{
	echo '姓名,性别,出生日期,项目,个案编号'
	for ((i = 0; i < many; i++)); do
		printf '测试%d,男,%d-%02d-%02d,,RT-%d\n' $i $((1930 + i % 80)) $((1 + i % 12)) $((1 + i % 28)) $i
	done
} >"$work/list.csv"
ok "a list of $many people is taken in" is "$(station desk import "$work/list.csv" --json | jq .new)" $many
mark
ok "sent and fetched in one round" in_step desk "$login" 1
ok "no answer took $((most / 1000)) s (the longest $(longest) ms)" [ "$(longest)" -lt $most ]
held=$(station desk status --json | jq .units)
ok "the copy has them all ($held units)" [ "$held" -ge $((2 * many)) ]

# All of it is withdrawn at once: the person now works elsewhere.
other=$(sql "SELECT id FROM rec.site WHERE kind = 'community_centre' ORDER BY id LIMIT 1")
sql "UPDATE auth.account SET site = '$other' WHERE login = '$login'" >/dev/null
mark
station desk sync --json >"$work/said" 2>"$work/errors"
rc=$?
if [ $rc = 4 ]; then # signed in anew, as who they are now
	station desk login --user "$login" --password-file "$work/st/desk.secret" >/dev/null 2>&1
	station desk sync --json >"$work/said" 2>"$work/errors"
	rc=$?
fi
ok "withdrawn, they are given up in one round (exit $rc)" [ $rc = 0 ]
ok "thousands of them" [ "$(jq .purged "$work/said")" -ge $((2 * many)) ]
ok "no answer took $((most / 1000)) s (the longest $(longest) ms)" [ "$(longest)" -lt $most ]
ok "what is left is what may be held" in_step desk "$login"
ok "and the centre has a receipt for each" is "$(sql "SELECT count(*) FROM log.manifest WHERE state = 'p'")" 0
done_testing
