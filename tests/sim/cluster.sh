# cluster.sh - the databases simulators run on.
#
#   . tests/sim/cluster.sh
#   sim_start              a private cluster with the migrated template `sim`
#   sim_database NAME      a copy of it; prints its conninfo
#
# Everything is below $sim_work and gone when the shell ends. Nothing here is
# about durability: a run is one transaction that is never committed.
. tools/cluster.sh

BUILD=${BUILD:-build}
sim_place=${CHECK_SCRATCH:-${TMPDIR:-/tmp}}
[ -n "${CHECK_SCRATCH:-}" ] || [ ! -w /dev/shm ] || sim_place=/dev/shm
sim_work=$(mktemp -d "$sim_place/sim.XXXXXX")
chmod 755 "$sim_work"

sim_stop() {
	trap '' INT TERM HUP
	local pid
	for pid in $(jobs -p); do kill "$pid" 2>/dev/null; done
	cluster_stop "$sim_work/pg" immediate
	rm -rf "$sim_work"
}
trap sim_stop EXIT
trap 'exit 130' INT TERM HUP

sim_sql() { psql -qAtX -v ON_ERROR_STOP=1 "host=$sim_work/s user=postgres dbname=$1" "${@:2}"; }

sim_start() {
	local daemon=$BUILD/casebridged
	CLUSTER_INITDB="--wal-segsize=1 --no-sync" \
		cluster_make "$sim_work/pg" deploy/demo/postgresql.conf &&
		cluster_start "$sim_work/pg" "$sim_work/s" fsync=off \
			synchronous_commit=off full_page_writes=off autovacuum=off \
			idle_in_transaction_session_timeout=0 wal_level=minimal \
			max_wal_senders=0 shared_buffers=128MB \
			track_counts=off track_activities=off update_process_title=off \
			plan_cache_mode=force_generic_plan &&
		cluster_prepare "$sim_work/s" || return 1
	sim_sql $CLUSTER_DB -f tests/sim/before.sql &&
		mkdir -m 700 "$sim_work/state" &&
		cat >"$sim_work/conf" <<-EOC &&
			database = $(cluster_conninfo "$sim_work/s" casebridge_app)
			database-owner = $(cluster_conninfo "$sim_work/s" casebridge_owner)
			state-dir = $sim_work/state
			web-listen = 127.0.0.1:8443
			sync-listen = 127.0.0.1:8444
			ops-listen = 127.0.0.1:8445
		EOC
		sim_sql postgres -c "ALTER DATABASE $CLUSTER_DB SET sim.now = '1794866400'" &&
		"$daemon" migrate --config "$sim_work/conf" >"$sim_work/migrate.log" 2>&1 &&
		sim_sql $CLUSTER_DB -f tests/sim/after.sql ||
		{ sed 's/^/# /' "$sim_work"/*.log && return 1; }
}

sim_database() { # name
	sim_sql postgres -c "CREATE DATABASE $1 TEMPLATE $CLUSTER_DB" \
		-c "ALTER DATABASE $1 SET sim.now = '1794866400'" &&
		echo "host=$sim_work/s user=postgres dbname=$1"
}
