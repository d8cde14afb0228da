# cluster.sh - private PostgreSQL clusters: make, start, stop, remove.
#
# Read by the demo, the flow tests and the bench (`. tools/cluster.sh`). A
# cluster is a directory; it listens on a Unix socket only, and only the person
# who made it may connect: the operating system says who is asking (peer), no
# password exists. PostgreSQL refuses to run as root, so for root the user
# `postgres` of Debian's package owns the cluster.

# Roles of the database that the maker of a cluster may be.
CLUSTER_ROLES="postgres casebridge_owner casebridge_app casebridge_seal"
CLUSTER_DB=casebridge

# Each return names its status: a bare one, in a trap, means the status before.
cluster_bin() { # where initdb and pg_ctl are: PostgreSQL 15 or newer
	local dir
	for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t/ -k5,5nr) \
		"$(dirname "$(command -v initdb 2>/dev/null || echo /none/initdb)")"; do
		[ ! -x "$dir/initdb" ] || { echo "$dir" && return 0; }
	done
	echo "PostgreSQL is not installed: run tools/setup.sh demo" >&2
	return 1
}

cluster_user() { # who runs the cluster
	local me
	me=$(id -un)
	[ "$(id -u)" = 0 ] && echo postgres || echo "$me"
}

# Runs a command as the cluster's user, in a directory anybody may stand in.
cluster_as() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && exec setpriv --reuid=postgres --regid=postgres --clear-groups \
			env -u PGHOST -u PGPORT -u PGUSER HOME=/ LC_ALL=C.UTF-8 "$@")
	else
		(cd / && exec env -u PGHOST -u PGPORT -u PGUSER LC_ALL=C.UTF-8 "$@")
	fi
}

# True when the cluster's user can reach a directory; root's own may be closed.
cluster_reaches() { cluster_as test -x "$1" 2>/dev/null; }

# cluster_make DIR SETTINGS - a new cluster in DIR (made here, must not exist),
# which reads the settings in the file SETTINGS.
cluster_make() {
	local dir=$1 settings=$2 bin role me
	bin=$(cluster_bin) || return 1
	mkdir -p "$dir" && chmod 700 "$dir" || return 1
	[ "$(id -u)" != 0 ] || chown postgres: "$dir"
	cluster_as "$bin/initdb" -D "$dir" -U postgres --auth=peer --data-checksums \
		--encoding=UTF8 --locale=C.UTF-8 ${CLUSTER_INITDB:-} >"$dir.initdb" 2>&1 || {
		cat "$dir.initdb" >&2
		rm -f "$dir.initdb"
		return 1
	}
	rm -f "$dir.initdb"
	echo "local all all peer map=maker" | cluster_write "$dir/pg_hba.conf"
	for me in $(printf '%s\n' "$(id -un)" "$(cluster_user)" | sort -u); do
		for role in $CLUSTER_ROLES; do echo "maker $me $role"; done
	done | cluster_write "$dir/pg_ident.conf"
	cluster_write "$dir/postgresql.conf" <"$settings"
}

cluster_write() { cluster_as tee "$1" >/dev/null; }

# cluster_start DIR SOCKETS [setting=value…] - returns when it answers. The
# directory SOCKETS is made; its path may have 90 characters.
cluster_start() {
	local dir=$1 sockets=$2 bin options="" setting
	shift 2
	bin=$(cluster_bin) || return 1
	mkdir -p "$sockets" && chmod 700 "$sockets" || return 1
	[ "$(id -u)" != 0 ] || chown postgres: "$sockets"
	for setting in unix_socket_directories="$sockets" "$@"; do
		options+=" -c '$setting'"
	done
	cluster_as "$bin/pg_ctl" -D "$dir" -l "$dir/server.log" -w -t 120 -s \
		-o "$options" start </dev/null >&2 || {
		cluster_as tail -n 5 "$dir/server.log" >&2
		return 1
	}
}

# cluster_stop DIR [fast|immediate] - nothing to do is success.
cluster_stop() {
	local dir=$1 bin
	[ -e "$dir/postmaster.pid" ] || return 0
	bin=$(cluster_bin) || return 1
	cluster_as "$bin/pg_ctl" -D "$dir" -w -t 60 -s -m "${2:-fast}" stop \
		</dev/null >/dev/null 2>&1
}

cluster_runs() {
	local bin
	bin=$(cluster_bin) || return 1
	cluster_as "$bin/pg_ctl" -D "$1" status >/dev/null 2>&1
}

# cluster_prepare SOCKETS - the owner role and the empty database. The owner is
# no superuser: what the migrations need beyond owning the database is to make
# the role of the application.
cluster_prepare() {
	psql -qX -v ON_ERROR_STOP=1 "host=$1 user=postgres dbname=postgres" <<-EOSQL
		CREATE ROLE casebridge_owner LOGIN CREATEROLE;
		CREATE DATABASE $CLUSTER_DB OWNER casebridge_owner;
	EOSQL
}

cluster_conninfo() { # SOCKETS ROLE
	echo "host=$1 user=$2 dbname=$CLUSTER_DB"
}
