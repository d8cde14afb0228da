#!/bin/bash
# routes.t - every address of the daemon, asked by everybody: by nobody, by each
# role, from another origin, without the mark of our pages, on the listener it is not
# on. Who is refused is said here a second time, from casebridge-access(7); what every
# answer carries for browsers, from what those heads are for.
. tests/flow/lib.sh
. tests/flow/small.sh
use_blank
start_daemon
use_small
care='rehab_worker case_worker nurse prevention_doctor social_worker supervisor psychiatrist'
for role in rehab_worker case_worker nurse prevention_doctor supervisor psychiatrist district_coordinator system_admin auditor; do
	add_person "$role" "$role" "$role"
done
people="li.na wang.wei rehab_worker case_worker nurse prevention_doctor supervisor psychiatrist district_coordinator system_admin auditor"
role_of() { awk -F '\t' -v l="$1" '$2 == l { print $1; exit }' "$work/accounts.tsv"; }
id=$(cat /proc/sys/kernel/random/uuid)
"$ROUTES" >"$work/routes"
ok "all addresses are walked ($(wc -l <"$work/routes"))" [ "$(wc -l <"$work/routes")" -ge 80 ]

# One program asks for all of them: what was answered lies in the directory by the
# number of the line. What ends a session comes last.
ordered() { awk -F '\t' '{ print NR "\t" $0 }' "$work/routes" | awk -F '\t' '$3 ~ /session(s|\/lock|\/factor)?$/ && $2 != "GET" { last = last $0 "\n"; next } { print } END { printf "%s", last }'; }
walk() { # directory listener url lines… of curl's options for each
	local dir=$1 listener=$2 url=$3 no method path on body type
	shift 3
	mkdir -p "$work/$dir"
	while IFS=$'\t' read -r no method path on _ lane body _; do
		[[ $on = *$listener* ]] || continue
		type=application/json
		[ "$lane" != files ] || type=application/offset+octet-stream
		printf 'url = "%s%s"\nrequest = "%s"\ncacert = "%s"\nsilent\nmax-time = 30\noutput = "%s"\ndump-header = "%s"\n' \
			"$url" "$(sed "s/{sha256}/$(printf '%064d' 0)/; s/{[a-z]*}/$id/" <<<"$path")" "$method" "$ca_file" "$work/$dir/$no.body" "$work/$dir/$no.head"
		[ "$method" != HEAD ] || echo head
		[ "$body" = 0 ] || printf 'header = "Content-Type: %s"\ndata-binary = "{}"\n' "$type"
		printf '%s\n' "$@"
		echo next
	done < <(ordered) | sed '$d' >"$work/$dir.curl"
	curl -K "$work/$dir.curl"
}
answers_of() { # directory: "no METHOD path status code" for each
	awk -F '\t' '{ print NR, $1, $2 }' "$work/routes" | while read -r no method path; do
		[ -e "$work/$1/$no.head" ] || continue
		echo "$no $method $path $(awk 'NR == 1 { print $2 }' "$work/$1/$no.head") $(jq -r '.code? // "-"' "$work/$1/$no.body" 2>/dev/null | head -n 1)"
	done
}
mark='header = "X-Casebridge: web"'

# --- nobody ---------------------------------------------------------------------------
walk nobody web "$web_url" "$mark"
answers_of nobody >"$work/said"
ok "without a session there is nothing but the door" is "$(awk '$4 != 401' "$work/said" | cut -d' ' -f2-4 | sort)" 'POST /v1/session 422'
walk nobody_sync sync "$sync_url"
answers_of nobody_sync >"$work/said"
ok "and without a certificate the other door" is "$(awk '$4 != 401 && $4 != 403' "$work/said" | cut -d' ' -f2-4 | sort)" 'POST /v1/devices 422
POST /v1/session 422'

# --- everybody --------------------------------------------------------------------------
may() { # address: the roles that may, as the manual has it; all when it says nothing
	case $1 in
	'POST /v1/break-glass' | *' /v1/match'*) echo "$care" ;;
	*' /v1/review') echo prevention_doctor social_worker supervisor psychiatrist ;;
	*' /v1/overdue') echo supervisor district_coordinator ;;
	*' /v1/conflicts') echo "$care district_coordinator site_admin system_admin" ;;
	*' /v1/figures'* | *' /v1/outcomes') echo "$care district_coordinator site_admin" ;;
	*' /v1/audit'*) echo auditor ;;
	*' /v1/admin/settings') echo system_admin ;;
	*' /v1/admin/'*) echo site_admin system_admin ;;
	'GET /v1/duties') echo supervisor site_admin system_admin auditor ;;
	*' /v1/duties'*) echo supervisor site_admin system_admin ;;
	'GET /v1/retention'*) echo supervisor site_admin system_admin auditor ;;
	*' /v1/retention'*) echo supervisor site_admin system_admin ;;
	esac
}
wrong=''
asked=0
for who in $people; do
	sign_in "$who" >/dev/null || bail "$who does not get in"
	walk "by.$who" web "$web_url" "$mark" "cookie = \"$work/jar.$who\""
	answers_of "by.$who" >"$work/said.$who"
	while read -r _ method path status code; do
		asked=$((asked + 1))
		allowed=$(may "$method $path")
		case " ${allowed:-all} " in
		' all ' | *" $(role_of "$who") "*) [ "$status $code" != '403 forbidden' ] || [[ $path = */account/factor ]] || wrong+="$(role_of "$who") may: $method $path $status $code"$'\n' ;;
		*) [ "$status $code" = '403 forbidden' ] || wrong+="$(role_of "$who") may not: $method $path $status $code"$'\n' ;;
		esac
		[[ $status != 5* ]] || wrong+="$(role_of "$who") $method $path $status"$'\n'
	done <"$work/said.$who"
done
ok "each role gets where the manual says, and nowhere else ($asked asked)" is "$wrong" ''
ok "and it was asked for all" [ "$asked" -ge 600 ]

# --- another page asks ---------------------------------------------------------------
# Every writing address, with the cookie of somebody signed in: from another origin,
# from a frame of another site, without the mark a page of others cannot set.
add_person yu.mei social_worker 于梅
sign_in yu.mei >/dev/null
cookie="cookie = \"$work/jar.yu.mei\""
before=$(sql "SELECT count(*) || ' ' || (SELECT count(*) FROM auth.session) FROM log.commit")
forge() { walk "forged.$1" web "$web_url" "$cookie" "${@:2}"; }
forge origin "$mark" 'header = "Origin: https://elsewhere.example"'
forge null "$mark" 'header = "Origin: null"'
forge site "$mark" "header = \"Origin: $web_url\"" 'header = "Sec-Fetch-Site: cross-site"'
forge same_site "$mark" 'header = "Sec-Fetch-Site: same-site"'
forge unmarked "header = \"Origin: $web_url\""
for kind in origin null site same_site unmarked; do
	answers_of "forged.$kind" >"$work/said"
	ok "$kind: no writing address answers ($(awk '$2 != "GET" && $2 != "HEAD"' "$work/said" | wc -l))" is \
		"$(awk '$2 != "GET" && $2 != "HEAD" && $4 " " $5 != "403 forbidden"' "$work/said" | head -n 4)" ''
done
ok "nothing was written by any of it, and the session lives" is "$(sql "SELECT count(*) || ' ' || (SELECT count(*) FROM auth.session) FROM log.commit") $(code GET /v1/account)" "$before 200"
form() { curl -s -o /dev/null -w '%{http_code}' --cacert "$ca_file" -b "$work/jar.yu.mei" -H 'X-Casebridge: web' -H "Content-Type: $1" --data '{}' "$web_url/v1/changes"; }
ok "what a form can send is no kind of ours" is "$(form text/plain) $(form application/x-www-form-urlencoded) $(form multipart/form-data)" '415 415 415'

# --- what every answer carries -----------------------------------------------------------
for path in / /index.html /nothing.js /v1/nothing /favicon.ico "/$(printf '%%zz')" '/v1/account?x=1' $(cd "$WEB_ROOT" 2>/dev/null && find . -type f ! -name '*.br' | sed 's/^\.//' | head -n 40); do
	n2=$((${n2:-0} + 1))
	mkdir -p "$work/static"
	curl -s --cacert "$ca_file" -D "$work/static/$n2.head" -o "$work/static/$n2.body" "$web_url$path"
done
curl -s --cacert "$ca_file" -X PUT -D "$work/static/put.head" -o /dev/null "$web_url/v1/account"
curl -s --cacert "$ca_file" -X TRACE -D "$work/static/trace.head" -o /dev/null "$web_url/"
lacking() { # regex: answers of the web listener without such a line
	local file
	for file in "$work"/nobody/*.head "$work"/by.*/*.head "$work"/forged.*/*.head "$work"/static/*.head; do
		grep -qiE "^$1"$'\r?$' "$file" || echo "${file#"$work"/}"
	done | head -n 4
}
heads=$(cat "$work"/nobody/*.head "$work"/by.*/*.head "$work"/forged.*/*.head "$work"/static/*.head | grep -c '^HTTP/1.1 [2-5]')
ok "there are answers enough to look at ($heads)" [ "$heads" -ge 900 ]
ok "sniffing is off" is "$(lacking 'x-content-type-options: nosniff')" ''
ok "no frame, nothing but our own scripts, none within the page" is "$(lacking "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; .*frame-ancestors 'none'; .*")" ''
ok "no markup from strings (Trusted Types)" is "$(lacking "content-security-policy: .*require-trusted-types-for 'script'; trusted-types 'none'.*")" ''
ok "unsafe-inline and unsafe-eval nowhere" is "$(grep -liE 'unsafe-(inline|eval)' "$work"/*/*.head | head -n 3)" ''
ok "no address is told to others" is "$(lacking 'referrer-policy: no-referrer')" ''
ok "TLS for a year, with what lies below" is "$(lacking 'strict-transport-security: max-age=31536000; includeSubDomains')" ''
ok "windows and resources are kept apart" is "$(lacking 'cross-origin-opener-policy: same-origin')$(lacking 'cross-origin-resource-policy: same-origin')" ''
ok "a permission for nothing" is "$(lacking 'permissions-policy: .*camera=\(\).*')" ''
ok "nothing is kept but files of the app" is "$(for file in "$work"/nobody/*.head "$work"/by.*/*.head; do grep -qiE '^cache-control: no-store' "$file" || echo "$file"; done | head -n 3)" ''
ok "what has a body says of what kind" is "$(for file in "$work"/*/*.head; do
	{ grep -qiE '^content-length: 0' "$file" || grep -qE '^HTTP/1.1 (204|304)' "$file" || grep -qiE '^content-type: [a-z]+/[a-z+-]+' "$file" || ! grep -q '^HTTP' "$file"; } || echo "$file"
done | head -n 3)" ''
ok "who serves it is not said" is "$(grep -liE '^(server|x-powered-by):' "$work"/*/*.head | head -n 3)" ''
ok "another origin is never named as one that may" is "$(grep -liE '^access-control-' "$work"/*/*.head | head -n 3)" ''
cookies=$(cat "$work"/*/*.head "$work/headers" | grep -iE '^set-cookie:' | tr -d '\r')
ok "cookies are ours alone ($(wc -l <<<"$cookies"))" is "$(grep -viE '^set-cookie: __Host-[a-z]+=[^;]*; .*Path=/; Secure; HttpOnly; SameSite=Strict' <<<"$cookies" | head -n 3)" ''
ok "no session token stands in an answer to a browser" is "$(for who in $people; do
	token=$(awk '$6 == "__Host-session" { print $7 }' "$work/jar.$who")
	[ -z "$token" ] || grep -lF -- "$token" "$work"/by.*/*.body 2>/dev/null
done | head -n 3)" ''
# Secrets go in bodies and heads; an address ends in histories and logs.
ok "no address takes a secret" is "$(cut -f 7 "$work/routes" | tr ' ' '\n' | grep -E 'password|token|code|secret|key' | sort -u)" ''
done_testing
