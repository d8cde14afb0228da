#!/bin/bash
# routes.t - an address nobody said the callers of does not come into being.
#
# The compiler refuses a row of server/routes.c whose handler is not in
# server/access/routes.csv, the generator a line that says nothing; both are tried
# here, each beside the same with what was missing.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
n=0 failed=0
ok() { # "sentence" command…
	local what=$1
	shift
	n=$((n + 1))
	if "$@"; then echo "ok $n - $what"; else echo "not ok $n - $what" && sed 's/^/# /' "$work/said" 2>/dev/null && failed=1; fi
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
policy=server/access/policy.csv lines=server/access/routes.csv

handlers() { sed -nE 's/^\tR\(.*, ([a-z_]+)\),$/\1/p; s/^\t\t"[^"]*", ([a-z_]+)\),$/\1/p' server/routes.c | sort -u; }
said_of() { grep -vE '^(#|handler,)' "$1" | cut -d, -f1 | sort; }
diff <(handlers) <(said_of $lines) >"$work/said"
ok "every handler of the table has its line, and every line its handler" [ ! -s "$work/said" ]
ok "the table is not empty ($(grep -cE '^	R\(' server/routes.c) rows)" [ "$(grep -cE '^	R\(' server/routes.c)" -ge 80 ]

# Compiles the table with one more row; the generated header is this one's.
read -ra flags <<<"$(make -s --no-print-directory B="$build" flags)"
compiles() { # lines
	mkdir -p "$work/gen"
	awk -v out=h -f tools/routegen.awk $policy "$1" >"$work/gen/route_callers.h" 2>"$work/said" &&
		cc "${flags[@]/#-I$build\/gen/-I$work/gen}" "-I$build/gen" -fsyntax-only "$work/routes.c" >"$work/said" 2>&1
}
cp server/routes.c "$work/routes.c"
ok "the table compiles as it is" compiles $lines
awk '/^const struct route routes/ { print "static bool nobody_get(struct req *r, struct err *e)\n{\n\treturn req_reply_text(r, 200, \"\") || e;\n}" }
	{ print } /^const struct route routes/ { print "\tR(\"GET\", \"/v1/nobody\", ON_WEB, NEEDS_SESSION, LANE_FAST, 0, NULL, nobody_get)," }' server/routes.c >"$work/routes.c"
refuses() { ! compiles "$1" && grep -q "$2" "$work/said"; }
ok "a route nobody said the callers of does not" refuses $lines CALLERS_nobody_get
with() { { cat $lines && echo "$1"; } >"$work/lines.csv" && echo "$work/lines.csv"; }
ok "one that is every role's does" compiles "$(with 'nobody_get,every,nothing of anybody')"
ok "one that is public for a reason does" compiles "$(with 'nobody_get,public,the time of day')"
ok "public for no reason it is not" refuses "$(with 'nobody_get,public,')" 'never empty'
ok "nor for a role there is not" refuses "$(with 'nobody_get,roles wizard,magic')" 'no role wizard'
ok "nor for an act nobody has" refuses "$(with 'nobody_get,act magic,magic')" 'nobody may call'
ok "nor in words that are none of these" refuses "$(with 'nobody_get,anyone,x')" 'who is public'
ok "nor twice" refuses "$(with 'case_get,every,x')" 'twice'

page=$(sed -n '/^\.\\" made from server\/access\/routes.csv/,/^\.\\" end/p' docs/man/casebridge-access.7 | sed '1d;$d')
ok "casebridge-access(7) has the list" [ "$page" = "$(awk -v out=man -f tools/routegen.awk $policy $lines)" ]
echo "1..$n"
exit $failed
