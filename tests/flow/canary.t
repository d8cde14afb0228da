#!/bin/bash
# canary.t - strings nobody else has, in every place a stranger or a person may put
# one; then a walk with errors, a database that fails, a daemon that dies: in no log,
# no error text, no image of memory and no list of processes is one of them found.
#
# What is kept on purpose (the record itself) is in the database and in answers to
# who may read it; both are looked at only to see that the canaries were really sung.
. tests/flow/lib.sh
. tests/flow/small.sh
. tests/flow/by_hand.sh
. tests/flow/changing.sh
use_blank
password="Zwitscher-Passwort-9f31c07e" wrong="Falscher-Vogel-77b2aa01e4" login=zeisig.x7q2k
daemon_log=$work/daemon.log
start_daemon --log-level=debug
use_small
daemon account add --login $login --role social_worker --site 小站 --name 金丝雀甲 <<<"$password" >/dev/null
printf 'social_worker\t%s\t%s\t金丝雀甲\t小站\n' $login "$password" >>"$work/accounts.tsv"

# One line a canary: where it was put, and what it is.
: >"$work/canaries"
sing() { printf '%s\t%s\n' "$1" "$2" >>"$work/canaries" && printf '%s' "$2"; }
unique() { printf '%s%s' "$1" "$(head -c 6 /dev/urandom | xxd -p)"; }
sing password "$password" >/dev/null
sing 'wrong password' "$wrong" >/dev/null

# --- at the door --------------------------------------------------------------------
as nobody
sign_in_with() { jq -cn --arg l "$1" --arg p "$2" '{login: $l, password: $p}' | api POST /v1/session - "${@:3}" >/dev/null && status; }
ok "a wrong password" is "$(sign_in_with $login "$wrong")" 401
ok "a login nobody has" is "$(sign_in_with "$(sing login "$(unique vogel)")" "$wrong")" 401
current_user=$login
ok "the right one" sign_in $login
token=$(awk '$6 == "__Host-session" { print $7 }' "$work/jar.$login")
sing 'session token' "$token" >/dev/null
browser=$(awk '$6 == "__Host-browser" { print $7 }' "$work/jar.$login")
[ -z "$browser" ] || sing 'browser token' "$browser" >/dev/null
secret=$(api POST /v1/account/factor | jq -r .secret)
ok "a second factor is set up" [ ${#secret} -ge 32 ]
sing 'TOTP secret' "$secret" >/dev/null
api POST /v1/account/factor/confirm "{\"code\":\"$(oathtool --totp -b "$secret")\"}" >"$work/codes"
ok "with its codes" is "$(status)" 200
while read -r code; do sing 'recovery code' "$code" >/dev/null; done < <(jq -r '.codes[]' "$work/codes")
rm -f "$work/codes"

# --- in records, right and wrong ------------------------------------------------------
site=$(sql "SELECT site FROM auth.account WHERE login = '$login'") staff=$(sql "SELECT staff FROM auth.account WHERE login = '$login'")
person=$(new_id) kase=$(new_id) note=$(new_id)
name="金丝雀$(sing name "鳲鸠鹡鸰鹪")" phone=$(sing phone 18799970041) address=$(sing address "$(unique 鸟巢路九十九号)")
said=$(change create person "$person" '' "$(jq -cn --arg n "$name" --arg p "$phone" --arg a "$address" '{name: $n, sex: "2", birth: "1961-02-03", phone: $p, address: $a}')")
ok "a person with a name, a telephone and an address" like "$said" 'applied'
said=$(change create case "$kase" "$kase" "$(jq -cn --arg p "$person" --arg s "$site" --arg m "$staff" '{person: $p, home_site: $s, manager: $m, phase: "screening"}')")
case_said=$said
said=$(change create service "$note" "$kase" "$(jq -cn --arg t "$(sing note "$(unique 她说昨夜的鸟)")" '{kind: "phone_contact", status: "completed", started_at: "2026-11-02T08:00:00+08:00", aim: $t}')")
ok "a case and a note" is "$case_said, $said" "applied, applied"
ok "a field there is not" isnt "$(change create service "$(new_id)" "$kase" "$(jq -cn --arg t "$(sing 'unknown field' "$(unique field)")" '{($t): "x"}')")" applied
ok "a code there is not" isnt "$(change create service "$(new_id)" "$kase" "$(jq -cn --arg t "$(sing 'bad code' "$(unique code)")" '{kind: $t}')")" applied
ok "a day that is none" isnt "$(change create person "$(new_id)" '' "$(jq -cn --arg t "$(sing 'bad day' "$(unique 2026-13-)")" '{name: "x", birth: $t}')")" applied
ok "an id number that is none" isnt "$(change create person "$(new_id)" '' "$(jq -cn --arg t "$(sing 'bad number' 11010119610203999Y)" '{name: "x", id_kind: "resident_id", id_number: $t}')")" applied
ok "no JSON" is "$(code POST /v1/changes "{\"changes\":[\"$(sing 'broken JSON' "$(unique kaputt)")")" 400
ok "a member there is not" is "$(code POST /v1/score "{\"$(sing member "$(unique member)")\":1}" | cut -c1)" 4
ok "a question" is "$(code GET "/v1/caseload?q=$(sing 'query' "$(unique Frage)")")" 200
ok "a question there is not" is "$(code GET "/v1/caseload?$(sing 'query name' "$(unique frage)")=1")" 400
ok "an address there is not" is "$(code GET "/v1/$(sing path "$(unique pfad)")/$(sing segment "$(unique teil)")")" 404
ok "a file there is not" is "$(code GET "/$(sing 'file name' "$(unique datei)").js")" 404
for header in User-Agent Referer Cookie Authorization X-Forwarded-For Accept-Language Sync-Replica Sync-Seen Range If-None-Match; do
	code GET /v1/account '' -H "$header: $(sing "header $header" "$(unique kopf)")" >/dev/null
done
api GET /v1/account '' -H "Origin: https://$(sing origin "$(unique herkunft)").example" >/dev/null
api POST /v1/match "$(jq -cn --arg n "$(sing 'name asked for' 鹈鹕鸬鹚鹭)" '{name: $n, phone: "18799970042"}')" >/dev/null
jq -cn --arg r "$(sing 'reason of an emergency' "$(unique 病人在树上唱歌不肯下来已经三个小时了)")" --arg p "$password" '{number: "QQ-1", category: "medical", reason: $r, password: $p}' | api POST /v1/break-glass - >/dev/null
api POST /v1/uploads "$(jq -cn --arg n "$(sing 'media type' "$(unique image/)")" '{sha256: ("0" * 64), size: 9, media: $n, rec: "x"}')" >/dev/null
printf 'GET /%s HTTP/1.1\r\nHost: %s\r\n\r\n' "$(sing 'raw path' "$(unique roh)")" "$(sing 'raw host' "$(unique wirt)")" | timeout 5 openssl s_client -quiet -connect "127.0.0.1:$web_port" >/dev/null 2>&1
printf 'NONSENSE %s\n\n' "$(sing 'raw line' "$(unique zeile)")" | timeout 5 openssl s_client -quiet -connect "127.0.0.1:$web_port" >/dev/null 2>&1
printf '%s\r\n\r\n' "$(sing 'no TLS' "$(unique klar)")" | timeout 5 nc -q 1 127.0.0.1 "$web_port" >/dev/null 2>&1 || :

# --- the database fails under it ----------------------------------------------------
sql 'ALTER TABLE rec.service RENAME COLUMN aim TO aims' >/dev/null
change create service "$(new_id)" "$kase" "$(jq -cn --arg t "$(sing 'note that met an error' "$(unique 鸟飞走了)")" '{kind: "phone_contact", status: "completed", started_at: "2026-11-02T08:00:00+08:00", aim: $t}')" >/dev/null
failed_with="$(status) $(jq -r '.code // .results[0].code' "$work/result")"
sql 'ALTER TABLE rec.service RENAME COLUMN aims TO aim' >/dev/null
sql "ALTER TABLE rec.person ADD CONSTRAINT canary CHECK (name <> '画眉与百灵')" >/dev/null
change create person "$(new_id)" '' "$(jq -cn --arg t "$(sing 'name the database refused' 画眉与百灵)" '{name: $t}')" >/dev/null
sql 'ALTER TABLE rec.person DROP CONSTRAINT canary' >/dev/null
ok "a statement that fails is an error of ours, and told as that" like "$failed_with" "(500|409|403|200) [a-z]"
stop_postgres immediate
ok "without a database nothing is done" is "$(code GET "/v1/caseload?q=$(sing 'query without a database' "$(unique Stille)")")" 503
sign_in_with $login "$password" >/dev/null
start_postgres
wait_for 30 answers /readyz

# --- what stays in memory ---------------------------------------------------------------
# Every client has gone; a second later nothing it said is left.
find_in() { # file: canaries of secrets that are in it
	while IFS=$'\t' read -r what canary; do
		if grep -qaF -- "$canary" "$1"; then echo "$what"; fi
	done <"$work/secrets"
}
grep -E $'^(password|wrong password|session token|browser token|TOTP secret|recovery code)\t' "$work/canaries" >"$work/secrets"
image() { # pid: what can be read of its memory
	perl -e 'my $pid = shift; open my $maps, "<", "/proc/$pid/maps" or die; open my $mem, "<:raw", "/proc/$pid/mem" or die "mem: $!";
		while (<$maps>) { my ($from, $to, $r) = /^([0-9a-f]+)-([0-9a-f]+) (r)/ or next; next if /\[v/;
			my ($at, $end) = (hex $from, hex $to); sysseek $mem, $at, 0 or next;
			while ($at < $end) { my $n = sysread $mem, my $piece, $end - $at > 1048576 ? 1048576 : $end - $at; last unless $n; print $piece; $at += $n } }' "$1"
}
sign_in $login >/dev/null 2>&1
sleep 1.2
if [[ $BUILD != *asan* ]] && image "$daemon_pid" >"$work/image" 2>/dev/null && [ -s "$work/image" ]; then
	ok "the image is the daemon's ($(($(wc -c <"$work/image") / 1048576)) MiB)" grep -qaF 'casebridge' "$work/image"
	ok "none of $(wc -l <"$work/secrets") passwords, tokens and codes is in its memory" is "$(find_in "$work/image" | sort | uniq -c)" ''
else
	skip 'secrets in memory' 'nobody but root looks into it, or a sanitized program'
fi
rm -f "$work/image"
ok "nobody else may look into it, and it leaves no image" like "$(grep 'Max core file size' "/proc/$daemon_pid/limits")" 'size +0 +0 '

# --- it dies -----------------------------------------------------------------------------
mkdir -p "$work/where"
for signal in SEGV ABRT; do
	curl -sS --max-time 5 --cacert "$ca_file" -b "$work/jar.$login" -o /dev/null "$web_url/v1/caseload?q=$(sing "query before SIG$signal" "$(unique Letzte)")"
	kill -$signal "$daemon_pid"
	wait "$daemon_pid" 2>/dev/null
	daemon_pid=''
	start_daemon --log-level=debug
done
pattern=$(cat /proc/sys/kernel/core_pattern)
cores=$(find . "$work" "$work/where" "$pg_dir" "$([ "${pattern#/}" = "$pattern" ] && echo . || dirname "$pattern")" -maxdepth 1 -newer "$work/canaries" \( -name 'core' -o -name 'core.*' -o -name '*.core' \) 2>/dev/null)
ok "a daemon that was killed by its own fault leaves no image" is "$cores" ''

# --- a station -----------------------------------------------------------------------
: >"$work/processes"
enrol_password="Zaunkoenig-im-Winter-$(unique '')"
daemon account add --login zaunkoenig --role nurse --site 小站 --name 护士 <<<"$enrol_password" >/dev/null
printf 'nurse\tzaunkoenig\t%s\t护士\t小站\n' "$enrol_password" >>"$work/accounts.tsv"
sing 'password at a station' "$enrol_password" >/dev/null
# What our programs are called with, and what stands in their environment.
watch() {
	local d comm
	while :; do
		for d in /proc/[0-9]*; do
			{ read -r comm <"$d/comm"; } 2>/dev/null && [[ $comm = casebridge ]] || continue
			cat "$d/cmdline" "$d/environ" 2>/dev/null | tr '\0' '\n' >>"$work/processes"
		done
	done
}
watch 2>/dev/null &
watcher=$!
ok "a station is enrolled, signed in and synced" eval 'enrol pc 小站 zaunkoenig && station pc sync >"$work/station.log" 2>&1'
station pc cases --json >/dev/null 2>>"$work/station.log"
station pc show "$(sing 'id at a station' "$(unique nichts)")" >/dev/null 2>>"$work/station.err"
kill $watcher 2>/dev/null
wait $watcher 2>/dev/null
ok "the list of processes was looked at" grep -q -- --code-file "$work/processes"
ok "its password stands nowhere in it" is "$(grep -caF "$enrol_password" "$work/processes")" 0
stores=$(find "$work/st" -name '*.store*' -type f)
ok "nor in its store" is "$(cat $stores | grep -cabF "$enrol_password")" 0

# --- what was written down ----------------------------------------------------------------
find "$work" "$pg_dir" -maxdepth 1 \( -name '*.log' -o -name 'station.log' \) -type f >"$work/logs"
ok "there are logs of the daemon, of PostgreSQL and of the station" [ "$(wc -l <"$work/logs")" -ge 3 ]
remark "$(cat "$work/logs")"
ok "both had something to say" [ -s "$daemon_log" -a -s "$pg_dir/server.log" ]
rm -f "$work/remark"
while read -r log; do
	while IFS=$'\t' read -r what canary; do
		if grep -qaF -- "$canary" "$log"; then echo "${log##*/}: $what"; fi
	done <"$work/canaries"
done <"$work/logs" >"$work/heard"
ok "none of $(wc -l <"$work/canaries") canaries is in any of $(wc -l <"$work/logs") logs" is "$(sort "$work/heard" | uniq -c)" ''
ok "the trail of what was done holds ids, and none of them" is "$(while IFS=$'\t' read -r what canary; do
	[ "$(sql "SELECT count(*) FROM audit.event e WHERE e::text LIKE '%' || \$c\$$canary\$c\$ || '%'")" = 0 ] || echo "$what"
done <"$work/canaries")" ''
ok "fifty or so were sung" [ "$(wc -l <"$work/canaries")" -ge 45 ]
ok "and the record is where it belongs" is "$(sql "SELECT count(*) FROM log.version WHERE body LIKE '%鳲鸠鹡鸰鹪%'")" 1
done_testing
