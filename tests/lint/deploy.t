#!/bin/bash
# deploy.t - what is installed: the service is shut in, the programs are hardened.
#
# The exposure is what systemd-analyze(1) reckons; 2.0 of 10 is the most it may be.
# What the flags promise is read from the programs themselves.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
n=0 failed=0
ok() { # "sentence" command…
	local what=$1
	shift
	n=$((n + 1))
	if "$@"; then echo "ok $n - $what"; else echo "not ok $n - $what" && failed=1; fi
}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

install_all() { make -s --no-print-directory B="$build" DEV=1 install DESTDIR="$root" >"$root/log" 2>&1 || { sed 's/^/# /' "$root/log" && return 1; }; }
ok "make install" install_all
for file in bin/casebridged bin/casebridge share/man/man8/casebridged.8 share/man/man7/casebridge-access.7 share/casebridge/web/index.html \
	lib/systemd/system/casebridged.service lib/systemd/system/casebridge-seal.service lib/sysusers.d/casebridge.conf; do
	ok "there is $file" test -s "$root/usr/$file"
done
ok "nobody but its owner may change any of it" test -z "$(find "$root/usr" -perm /022 ! -type l)"

for unit in casebridged casebridge-seal; do
	file=$root/usr/lib/systemd/system/$unit.service
	exposure=$(systemd-analyze security --offline=true --threshold=100 "$file" 2>/dev/null | sed -n 's/.*exposure level for [^:]*: \([0-9.]*\).*/\1/p')
	ok "$unit: the exposure is $exposure, at most 2.0" awk -v e="${exposure:-10}" 'BEGIN { exit !(e <= 2.0) }'
	# Units beside it are not in this root; what counts is what it cannot read in this one.
	misread=$(systemd-analyze verify --man=no --root="$root" "$unit.service" 2>&1 | grep -E 'Unknown|[Ii]nvalid|parse|ignoring')
	ok "$unit: and systemd reads every word of it" test -z "$misread"
done
ok "the seal's user is another than the daemon's" test "$(sed -n 's/^User=//p' "$root"/usr/lib/systemd/system/casebridge{d,-seal}.service | sort -u | wc -l)" = 2

for program in casebridged casebridge; do
	file=$root/usr/bin/$program
	ok "$program: placed anywhere (PIE)" grep -q 'DYN (Position-Independent' <<<"$(readelf -hW "$file")"
	ok "$program: all bound at the start" grep -q 'FLAGS_1.*NOW' <<<"$(readelf -dW "$file")"
	ok "$program: tables read-only after that" grep -q GNU_RELRO <<<"$(readelf -lW "$file")"
	ok "$program: no stack that is run" grep -q 'GNU_STACK.* RW ' <<<"$(readelf -lW "$file")"
	ok "$program: stacks are guarded" grep -q __stack_chk_fail <<<"$(readelf -sW "$file")"
	ok "$program: copies are checked" grep -q '_chk@' <<<"$(readelf -sW "$file")"
	ok "$program: none of what nobody needs is called" test -z "$(readelf -sW --dyn-syms "$file" | grep -oE ' (system|popen|gets|tmpnam|mktemp|MHD_create_post_processor)@.*')"
	ok "$program: no place to die is left in it" test -z "$(strings -a "$file" | grep -F CASEBRIDGE_CRASH)"
	ok "$program: nothing is looked for beside the system's libraries" test -z "$(readelf -dW "$file" | grep -E 'RPATH|RUNPATH')"
done
echo "1..$n"
exit $failed
