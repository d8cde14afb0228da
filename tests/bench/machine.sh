# machine.sh - what the machine did while something ran: CPU time of ours, of
# PostgreSQL, and of everybody else. Read by run.sh.
#
# Processes that live through a run are read from the scheduler's own counters
# (nanoseconds); children that ended from the shell's account of them (ticks of
# 10 ms). "Foreign" is every busy tick of every processor that none of ours
# explains, hypervisor's theft included: on a shared machine it says how far a
# figure can be trusted.

tick_ms=$((1000 / $(getconf CLK_TCK)))
cores=$(nproc)

cpu_ms_of() { # pid…: prints milliseconds
	local pid files=()
	for pid in "$@"; do
		[ -z "$pid" ] || files+=(/proc/"$pid"/task/*/schedstat)
	done
	[ ${#files[@]} -gt 0 ] || { echo 0 && return; }
	cat "${files[@]}" 2>/dev/null | awk '{ ns += $1 } END { printf "%.3f\n", ns / 1e6 }'
}
postgres_pids() {
	local first
	read -r first <"$pg_home/pg/postmaster.pid"
	echo "$first" $(pgrep -P "$first")
}
# A backend's own time only counts while it lives; what ended is in the
# postmaster's account.
postgres_ms() {
	local first
	read -r first <"$pg_home/pg/postmaster.pid"
	cpu_ms_of $(postgres_pids) | awk -v gone="$(ended_ms "$first")" '{ print $1 + gone }'
}
ended_ms() { # pid: of its children that ended
	awk -v tick="$tick_ms" '{ sub(/.*\) /, ""); print ($14 + $15) * tick }' "/proc/$1/stat"
}
busy_ms() {
	awk -v tick="$tick_ms" '/^cpu / { print ($2 + $3 + $4 + $7 + $8 + $9) * tick }' /proc/stat
}
now_ms() { awk "BEGIN { printf \"%.3f\", $EPOCHREALTIME * 1000 }"; }

# Sampling costs some milliseconds itself: what it spends is ours, too, and it
# reads the shell's children and the machine next to each other.
sample() { # prefix: sets ${prefix}_{at,busy,daemon,postgres,peer,children}
	printf -v "$1_daemon" %s "$(cpu_ms_of "$daemon_pid")"
	printf -v "$1_postgres" %s "$(postgres_ms)"
	printf -v "$1_peer" %s "$(cpu_ms_of $express_pid $couch_pid $nginx_pid ${psql_pid:-})"
	printf -v "$1_busy" %s "$(busy_ms)"
	printf -v "$1_children" %s "$(ended_ms $$)"
	printf -v "$1_at" %s "$(now_ms)"
}

# Between two samples: daemon, postgres and peer milliseconds, foreign share.
between() {
	awk "BEGIN {
		daemon = $after_daemon - $before_daemon
		postgres = $after_postgres - $before_postgres
		peer = $after_peer - $before_peer
		children = $after_children - $before_children
		wall = $after_at - $before_at
		foreign = ($after_busy - $before_busy - daemon - postgres - peer - children) / (wall * $cores)
		if (foreign < 0)
			foreign = 0
		printf \"%.3f\t%.3f\t%.3f\t%.4f\n\", daemon, postgres, peer, foreign
	}"
}

machine_json() {
	jq -n --arg cpu "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
		--arg kernel "$(uname -r)" --argjson cores "$cores" \
		--argjson memory "$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)" \
		--arg postgres "$(sql 'SHOW server_version')" --arg node "$(node --version)" \
		--arg nginx "$(nginx -v 2>&1 | sed 's/.*: //')" --arg when "$(date -u +%Y-%m-%dT%H:%MZ)" \
		--argjson cases "$cases" --argjson records "$records" --arg commit "$(git describe --always --dirty 2>/dev/null)" \
		'{cores: $cores, cpu: $cpu, memory_mib: $memory, kernel: $kernel, postgres: $postgres,
			node: $node, nginx: $nginx, at: $when, commit: $commit, cases: $cases, records: $records}'
}
