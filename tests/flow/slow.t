#!/bin/bash
# slow.t - hundreds of connections that take as long as they are let, of other
# addresses of this machine, straight at the daemon and at two proxies before it:
# whoever is signed in goes on working, the slow are cut off in time, and nothing
# grows. In the long run each kind comes alone, and with more.
. tests/flow/lib.sh
. tests/flow/proxies.sh
. tests/flow/small.sh
use_blank
start_daemon
use_small
sign_in li.na
slow=${CASEBRIDGE%/*}/tests/attack/slow
[ -x "$slow" ] || slow=build/tests/attack/slow
many=${LONG:+1200} seconds=${LONG:+40}
many=${many:-250} seconds=${seconds:-13}

rss() { awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$daemon_pid/status"; }
token=$(awk '$6 == "__Host-session" { print $7 }' "$work/jar.li.na")
# Somebody works: one question after the other, every tenth over a line of its own.
work_on() { # url file
	local i end=$((EPOCHSECONDS + seconds - 3))
	: >"$2"
	while [ $EPOCHSECONDS -lt $end ]; do
		: >"$2.curl"
		for i in 1 2 3 4 5 6 7 8 9 10; do
			printf '%surl = "%s"\ncacert = "%s"\nheader = "Host: localhost"\nheader = "Cookie: __Host-session=%s"\nheader = "X-Casebridge: web"\noutput = "/dev/null"\nmax-time = 10\nsilent\nwrite-out = "%%{http_code} %%{time_total}\\n"\n' \
				"$([ $i = 1 ] || printf 'next\n ')" "$1/v1/$([ $((i % 2)) = 0 ] && echo caseload || echo account)" "$ca_file" "$token" >>"$2.curl"
		done
		curl -K "$2.curl" >>"$2"
		sleep 0.2
	done
}
judge() { # what file
	local asked bad slowest
	asked=$(wc -l <"$2") bad=$(grep -cv '^200 ' "$2") slowest=$(awk '$2 > m { m = $2 } END { print m + 0 }' "$2")
	remark "$(grep -v '^200 ' "$2" | sort | uniq -c | head -n 3)"
	ok "$1: who is signed in works on ($asked questions, the slowest answered in $slowest s)" [ "$asked" -ge 30 -a "$bad" = 0 ]
	ok "$1: and waits for none of it" awk -v s="$slowest" 'BEGIN { exit !(s < 5) }'
}
cut_of() { sed -nE 's/.*cut ([0-9]+) longest ([0-9]+) .*/\1 \2/p' "$1"; }
before=$(rss)

attack() { # kinds: all at once, each of an address of its own
	local kind i=2 pids=()
	for kind; do
		"$slow" "$kind" "127.0.0.$i" "$web_port" "$many" "$seconds" >"$work/slow.$kind" 2>&1 &
		pids+=($!)
		i=$((i + 1))
	done
	work_on "https://localhost:$web_port" "$work/worker"
	wait "${pids[@]}"
	judge "$*" "$work/worker"
	for kind; do
		read -r cut longest <<<"$(cut_of "$work/slow.$kind")"
		case $kind in
		# Ten seconds for a greeting and for headers, ten for a small body: server/http/conn.c.
		hello | idle | headers | body) ok "$kind: cut off in time ($cut, the longest after $longest ms)" [ "${cut:-0}" -ge $((many / 10)) -a "${longest:-99999}" -le 20000 ] ;;
		read) [ -z "${LONG:-}" ] || ok "read: who reads nothing is cut off ($cut, $longest ms)" [ "${cut:-0}" -ge 1 ] ;;
		esac
	done
}
if [ -n "${LONG:-}" ]; then
	for kind in hello idle headers body read flood; do attack $kind; done
else
	attack hello idle headers body read
	attack flood
fi
ok "nothing is left of them ($before MiB before, $(rss) after)" [ "$(rss)" -le $((before + 96)) ]
open_now() { curl -s "http://127.0.0.1:$ops_port/metrics" | awk '/^casebridge_connections_open/ { print $2 }'; }
few_open() { [ "$(open_now)" -le 20 ]; }
ok "and their places are free again" wait_for 60 few_open

# --- through proxies ----------------------------------------------------------------
start_proxies
through() { # name port
	local kind pids=()
	ok "$1: it reaches the daemon" wait_for 20 reaches "$2"
	for kind in plain-headers plain-body; do
		"$slow" "$kind" 127.0.0.9 "$2" "$many" "$seconds" >"$work/slow.$kind" 2>&1 &
		pids+=($!)
	done
	work_on "http://127.0.0.1:$2" "$work/worker.$1"
	wait "${pids[@]}"
	judge "through $1" "$work/worker.$1"
}
if [ -n "${LONG:-}" ]; then
	through haproxy "$haproxy_port"
	through nginx "$nginx_port"
else # both at once
	through haproxy "$haproxy_port" >"$work/tap.haproxy" &
	first=$!
	through nginx "$nginx_port" >"$work/tap.nginx" &
	wait "$first" $!
	for tap in "$work/tap.haproxy" "$work/tap.nginx"; do
		while read -r line; do
			what=${line#*- }
			ok "$what" [ "${line%% *}" = ok ]
		done < <(grep -E '^(not )?ok ' "$tap")
	done
fi
# shellcheck disable=SC2086
kill $proxies 2>/dev/null
done_testing
