#!/bin/bash
# kill_database.t - PostgreSQL killed: one of its processes, all of it, at
# random moments and at chosen ones inside a transaction. The daemon lives on.
#
# Gates are triggers of this test: a statement that passes one waits while the
# test holds the lock of that name, so somebody can be killed exactly there.
. tests/fault/trial.sh
fault_setup

# change_result, event, version, commit: after the row is written (C8, C10, C9,
# before the number); ending: inside COMMIT, before it is one (C11).
make_gates() {
	psql -qX -v ON_ERROR_STOP=1 "$(cluster_conninfo "$work/s" postgres)" <<-'EOSQL'
		CREATE SCHEMA fault;
		CREATE FUNCTION fault.gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
		$$ BEGIN PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::bigint); RETURN NULL; END $$;
		CREATE TRIGGER gate AFTER INSERT ON log.change_result FOR EACH STATEMENT EXECUTE FUNCTION fault.gate('9001');
		CREATE TRIGGER gate AFTER INSERT ON audit.event FOR EACH STATEMENT EXECUTE FUNCTION fault.gate('9002');
		CREATE TRIGGER gate AFTER INSERT ON log.version FOR EACH STATEMENT EXECUTE FUNCTION fault.gate('9003');
		CREATE TRIGGER gate AFTER INSERT ON log.commit FOR EACH STATEMENT EXECUTE FUNCTION fault.gate('9004');
		CREATE CONSTRAINT TRIGGER ending AFTER INSERT ON log.commit DEFERRABLE INITIALLY DEFERRED
		  FOR EACH ROW EXECUTE FUNCTION fault.gate('9005');
	EOSQL
}
ok "gates are made" make_gates
gates=(0 change_result event version commit ending)

# The daemon's processes in the database, those at work first.
ours() { sql "SELECT pid FROM pg_stat_activity WHERE usename = 'casebridge_app' ORDER BY state = 'idle', pid"; }
at_gate() { # number: the process that waits there
	sql "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 900$1 AND NOT granted LIMIT 1"
}
somebody_at() { waiting=$(at_gate "$1") && [ -n "$waiting" ]; }
come_or_quiet() { somebody_at "$1" || rush_is_over; }
gate_is_held() { [ -n "$(sql "SELECT 1 FROM pg_locks WHERE objid = 900$1 AND granted AND mode = 'ExclusiveLock'")" ]; }
close_gate() { # number
	psql -qAtX "$(cluster_conninfo "$work/s" postgres)" \
		-c "SELECT pg_advisory_lock(900$1); SELECT pg_sleep(30)" >"$work/gate" 2>&1 &
	gate_pid=$!
	wait_for 5 gate_is_held "$1"
}
open_gate() {
	kill -KILL "$gate_pid" 2>/dev/null
	wait "$gate_pid" 2>/dev/null
	# Its process in the database holds the lock until it notices.
	sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%'
	     AND pid <> pg_backend_pid()" >/dev/null 2>&1
	:
}

all_dead() { # postmaster or immediate
	if [ "$1" = postmaster ]; then
		kill -KILL "$(head -n 1 "$pg_dir/postmaster.pid")"
	else
		stop_postgres immediate
	fi
	restart_postgres
}
backend_dead() { # the pid; the postmaster takes all others down with it
	kill -KILL "$1" 2>/dev/null
	wait_for 20 database_answers || bail "PostgreSQL does not come back"
}
database_answers() { sql 'SELECT 1' >/dev/null 2>&1; }
strike() { # who, the process at the gate or one of ours
	case $1 in
	backend) backend_dead "$2" ;;
	terminate) sql "SELECT pg_terminate_backend($2)" >/dev/null ;;
	*) all_dead "$1" ;;
	esac
}

at_a_gate() { # who
	local number=$((1 + RANDOM % 5)) waiting=''
	what="$1 killed at gate ${gates[number]}"
	close_gate "$number"
	trial_rush
	wait_for 4 come_or_quiet "$number"
	[ -n "$waiting" ] || what+=' (nobody came)'
	strike "$1" "${waiting:-$(ours | head -n 1)}"
	open_gate
	wait_rush
}
# The daemon stands still where COMMIT is on its way or done; the database dies
# there, and then the daemon goes on.
at_a_stop() { # who
	local point=committing
	[ $((RANDOM % 2)) = 0 ] || point=committed
	what="$1 killed while the daemon stands at $point"
	arm "$point:$((1 + RANDOM % 3)):stop"
	trial_rush
	wait_for 4 still_or_quiet
	disarm
	stands_still || what+=' (it did not)'
	strike "$1" "$(ours | head -n 1)"
	kill -CONT "$daemon_pid"
	wait_rush
}
still_or_quiet() { stands_still || rush_is_over; }
stands_still() { [ "$(awk '{ print $3 }' "/proc/$daemon_pid/stat")" = T ]; }
at_random() { # who
	what="$1 killed after $((RANDOM % 500)) ms"
	trial_rush
	pause "$(grep -o '[0-9]* ms' <<<"$what" | tr -dc 0-9)"
	strike "$1" "$(ours | head -n 1)"
	wait_rush
}
fault_of() {
	local who=(backend postmaster immediate terminate)
	who=${who[RANDOM % 4]}
	case $(($1 % 3)) in
	0) at_random "$who" ;;
	1) at_a_gate "$who" ;;
	2) at_a_stop "$who" ;;
	esac
	! gone "$daemon_pid" || { remark "the daemon died, too" && trial_daemon && return 1; }
}
run_trials 1 "$(trials 12 160)"
both_in_step
ok "in the end nothing is lost and nothing doubled ($(wc -l <"$ledger") words)" all_kept
done_testing
