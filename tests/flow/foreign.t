#!/bin/bash
# foreign.t - what others do in the same cluster keeps no news from anybody:
# transactions that stay open, of ours or of another database, an index that is
# being made, a writer that hangs before its COMMIT. All of them at once, and as a
# control the horizon of PostgreSQL (xmin), which feeds built on it wait for: it
# must stand still, or the test is too weak. And a synchronous standby that is gone:
# nothing is acknowledged, and reading goes on.
. tests/flow/lib.sh
use_district
start_daemon

one=$(account social_worker 平桥街道康复站)
two=$(account prevention_doctor 平桥街道康复站)
site=$(site_of "$one")
ok "two stations of a site" eval 'enrol one "$site" "$one" && enrol two "$site" "$two"'
for s in one two; do station $s sync >/dev/null 2>&1; done
number=$(station two cases --json | jq -r --arg s "$(sql "SELECT site FROM auth.account WHERE login = '$one'")" '[.[] | select(.home_site == $s)][0].number')
note() { # aim
	station one add service --case "$number" kind=home_visit status=completed "started_at=2026-11-20 09:00" minutes=30 "aim=$1" --json | jq -r .id
}
reads() { station two show "$1" --json | jq -r '.. | .aim? // empty' | head -n 1; }

# --- transactions of others -----------------------------------------------------

sql 'CREATE TABLE public.elsewhere (x integer); CREATE TABLE public.written (x integer)' >/dev/null
sql 'CREATE DATABASE another' >/dev/null
hold() { # SQL [database]
	held=$((held + 1))
	psql -AtXq "$(cluster_conninfo "$work/s" postgres | sed "s/dbname=.*/dbname=${2:-$CLUSTER_DB}/")" \
		-c BEGIN -c "$1" -c "SELECT pg_sleep(600)" >"$work/held.$held" 2>&1 </dev/null &
	holders="$holders $!"
}
held=0 holders=''
hold 'SELECT pg_current_xact_id()'
hold 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM log.version'
hold 'CREATE INDEX ON public.elsewhere (x)'
hold 'INSERT INTO public.written VALUES (1)'
hold 'SAVEPOINT a; INSERT INTO public.written VALUES (2); RELEASE a; SAVEPOINT b'
hold 'SELECT pg_current_xact_id()' another
asleep() { [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()")" = "$held" ]; }
ok "six transactions of others stay open" eval 'wait_for 20 asleep || { remark "$(cat "$work"/held.*)" && false; }'
ok "one of them in another database" is "$(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = 'another'")" 1
ok "and none can be left behind prepared" is "$(sql 'SHOW max_prepared_transactions')" 0
horizon() { sql 'SELECT pg_snapshot_xmin(pg_current_snapshot())'; }
before=$(horizon) from=$(sql 'SELECT csn FROM log.commit ORDER BY csn DESC LIMIT 1')
rec=$(note FOREIGN-1)
ok "a note is written and sent" is "$(station one sync --json | jq .synced)" true
began=${EPOCHREALTIME/./}
station two sync --json >"$work/said" 2>&1
took=$(((${EPOCHREALTIME/./} - began) / 1000))
ok "the other station has it with its next sync ($took ms)" is "$(jq .synced "$work/said") $(reads "$rec")" 'true FOREIGN-1'
ok "the log went on" test "$(sql 'SELECT csn FROM log.commit ORDER BY csn DESC LIMIT 1')" -gt "$from"
ok "while the horizon stood still" is "$(horizon)" "$before"
ok "and everybody is still at it" asleep
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()" >/dev/null
for pid in $holders; do wait_for 5 gone "$pid" || kill "$pid"; done
# --- a synchronous standby that is gone ------------------------------------------
# No commit that waits for it ends, and the next that wants a number waits for that one.

export PGOPTIONS='-c synchronous_commit=local' # of the questions asked here
ok "somebody is signed in" sign_in "$one"
new_id() { cat /proc/sys/kernel/random/uuid; }
case_id=$(sql "SELECT id FROM rec.\"case\" WHERE number = '$number'")
write() { # change record aim
	jq -cn --arg id "$1" --arg rec "$2" --arg aim "$3" --arg c "$case_id" '{changes: [{id: $id, op: "create", type: "service", rec: $rec, case: $c,
		entered_at: "2026-11-21T09:30:00+08:00", set: {started_at: "2026-11-20T09:30:00+08:00", kind: "home_visit", status: "completed", aim: $aim}}]}'
}
first=$(new_id) first_rec=$(new_id) second=$(new_id) second_rec=$(new_id)
ok "the other station has something to fetch" is "$(code POST /v1/changes "$(write "$(new_id)" "$(new_id)" FOREIGN-NEWS)")" 200
# And a case that is not there yet: what is offered is written down before it leaves.
sql "UPDATE log.manifest m SET state = 'q' WHERE m.unit_id = '$case_id'
	AND m.replica IN (SELECT r.replica FROM log.replica r JOIN auth.account a USING (staff) WHERE a.login = '$two')" >/dev/null
sql 'UPDATE log.replica SET swept_csn = NULL' >/dev/null
offered() { sql "SELECT string_agg(m.state, '') FROM log.manifest m JOIN log.replica r USING (replica) JOIN auth.account a USING (staff) WHERE a.login = '$two' AND m.unit_id = '$case_id'"; }
ok "with a case among it that it is to be offered" is "$(offered)" q
sql "ALTER SYSTEM SET synchronous_standby_names = 'nobody'" >/dev/null && sql 'SELECT pg_reload_conf()' >/dev/null
wait_for 10 eval '[ "$(sql "SHOW synchronous_standby_names")" = nobody ]'
write "$first" "$first_rec" FOREIGN-A >"$work/first"
ask() { # method path curl options…: beside all else, for so long as it is waited for
	curl -s --max-time 12 --cacert "$ca_file" -b "$work/jar.$one" -H "Origin: $web_url" -H 'X-Casebridge: web' -o /dev/null -w '%{http_code}' \
		-X "$1" "$web_url$2" "${@:3}"
}
ask POST /v1/changes -H 'Content-Type: application/json' --data-binary "@$work/first" >"$work/first.status" &
waiting=$!
# Whoever counts a day's uses waits for the one before, who waits for the standby.
stuck() { [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' OR wait_event_type = 'Lock'")" -ge "$1" ]; }
ok "a push waits for it" wait_for 10 stuck 1
# More than there are workers for what is quick; what they leave on the trail waits.
for ((i = 0; i < 6; i++)); do
	ask POST /v1/match -H 'Content-Type: application/json' --data-binary '{"name":"李秀兰","phone":"19900007531"}' >/dev/null &
	waiting="$waiting $!"
done
ok "others who write wait too" wait_for 10 stuck 3
seen=$(sql 'SELECT count(*) FROM audit.event')
ok "somebody reads a case" is "$(code GET "/v1/cases/$case_id" '' --max-time 20)" 200
ok "which is on the trail" [ "$(sql 'SELECT count(*) FROM audit.event')" -gt "$seen" ]
ok "and what is to do" is "$(code GET /v1/today '' --max-time 20)" 200
ok "a station fetches what is new" is "$(station two sync --json | jq .synced)" true
ok "and holds the case" is "$(offered)" h
began=${EPOCHREALTIME/./}
got=$(code POST /v1/changes "$(write "$second" "$second_rec" FOREIGN-B)" --max-time 20)
took=$(((${EPOCHREALTIME/./} - began) / 1000))
ok "a push that meets the first is told to come again ($took ms)" is "$got" 503
ok "and nothing of it is kept" is "$(sql "SELECT count(*) FROM log.version WHERE record_id = '$second_rec'")" 0
for pid in $waiting; do wait "$pid"; done
ok "the first was told nothing that is not so" unlike "$(cat "$work/first.status")" '^2'
sql 'ALTER SYSTEM RESET synchronous_standby_names' >/dev/null && sql 'SELECT pg_reload_conf()' >/dev/null
again() { [ "$(code POST /v1/changes "$(write "$first" "$first_rec" FOREIGN-A)")" = 200 ]; }
ok "when it is over, both are taken" eval 'wait_for 30 again && is "$(code POST /v1/changes "$(write "$second" "$second_rec" FOREIGN-B)")" 200'
ok "once" is "$(sql "SELECT count(*) FROM log.version WHERE record_id IN ('$first_rec', '$second_rec')")" 2
done_testing
