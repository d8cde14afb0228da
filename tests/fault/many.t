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
# A station waits 90 s for an answer (client/sync/transport.c): that is the limit on
# any machine. That it is far from it is judged by what the centre works for a
# case, among few and among many.
many=3000 few=500 most=90000
[ -z "${LONG:-}" ] || many=18000
enrol desk "$site" "$login" || bail "the station does not enrol"
in_step desk "$login"

# The longest time an answer took, in ms, since the mark.
mark() { since=$(wc -l <"$work/daemon.log"); }
longest() { tail -n "+$((since + 1))" "$work/daemon.log" | sed -n 's/.* ms=\([0-9]*\) .*/\1/p' | sort -n | tail -n 1; }

list() { # from how-many
	echo '姓名,性别,出生日期,项目,个案编号'
	for ((i = $1; i < $1 + $2; i++)); do
		printf '测试%d,男,%d-%02d-%02d,,RT-%d\n' $i $((1930 + i % 80)) $((1 + i % 12)) $((1 + i % 28)) $i
	done
}
# Milliseconds of processor the daemon and PostgreSQL have worked.
worked() {
	local pg
	pg=$(head -n 1 "$pg_dir/postmaster.pid")
	cat /proc/"$daemon_pid"/stat /proc/"$pg"/stat $(ps -o pid= --ppid "$pg" | awk '{ print "/proc/" $1 "/stat" }') 2>/dev/null |
		awk -v tick="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); sum += $12 + $13 + $14 + $15 } END { print int(sum * 1000 / tick) }'
}
list $many $few >"$work/few.csv"
ok "a list of $few people is taken in" is "$(station desk import "$work/few.csv" --json | jq .new)" $few
before=$(worked)
ok "sent and fetched in one round" in_step desk "$login" 1
among_few=$((($(worked) - before) * 1000 / few))
list 0 $many >"$work/list.csv"
ok "a list of $many people is taken in" is "$(station desk import "$work/list.csv" --json | jq .new)" $many
mark
before=$(worked)
ok "sent and fetched in one round" in_step desk "$login" 1
each=$((($(worked) - before) * 1000 / many))
ok "a case costs the centre no more than among few ($among_few us, now $each us)" [ $each -lt $((3 * among_few)) ]
ok "no answer took $((most / 1000)) s (the longest $(longest) ms)" [ "$(longest)" -lt $most ]
held=$(station desk status --json | jq .units)
ok "the copy has them all ($held units)" [ "$held" -ge $((2 * many)) ]

# All of it is withdrawn at once: the person now works elsewhere.
other=$(sql "SELECT id FROM rec.site WHERE kind = 'community_centre' ORDER BY id LIMIT 1")
sql "UPDATE auth.account SET site = '$other' WHERE login = '$login'" >/dev/null
mark
before=$(worked)
station desk sync --json >"$work/said" 2>"$work/errors"
rc=$?
if [ $rc = 4 ]; then # signed in anew, as who they are now
	station desk login --user "$login" --password-file "$work/st/desk.secret" >/dev/null 2>&1
	station desk sync --json >"$work/said" 2>"$work/errors"
	rc=$?
fi
ok "withdrawn, they are given up in one round (exit $rc)" [ $rc = 0 ]
each=$((($(worked) - before) * 1000 / many))
ok "which costs no more a case than bringing it ($each us)" [ $each -lt $((2 * among_few)) ]
ok "thousands of them" [ "$(jq .purged "$work/said")" -ge $((2 * many)) ]
ok "no answer took $((most / 1000)) s (the longest $(longest) ms)" [ "$(longest)" -lt $most ]
ok "what is left is what may be held" in_step desk "$login"
ok "and the centre has a receipt for each" is "$(sql "SELECT count(*) FROM log.manifest WHERE state = 'p'")" 0
done_testing
