#!/bin/bash
# door.t - what somebody with half of what it takes can do at the door, and what is
# left of it on the trail: nobody is pushed out, shut out or shown in, and a million
# guesses leave a handful of rows.
. tests/flow/lib.sh
. tests/flow/small.sh
use_blank
start_daemon
use_small
add_person ma.ke system_admin 马克
add_person sun.hao auditor 孙浩
add_person zhao.min nurse 赵敏

said() { jq -r '[.code, .field // empty] | join(" ")' "$work/answer"; }
by_password() { # jar login [password] [curl option…]: the first step alone
	local jar=$1 login=$2 password=${3:-$(password_of "$2")}
	shift $(($# < 3 ? $# : 3))
	current_user=$jar code POST /v1/session "$(jq -cn --arg l "$login" --arg p "$password" '{login: $l, password: $p}')" "$@"
}
account_id() { sql "SELECT id FROM auth.account WHERE login = '$1'"; }
sessions() { sql "SELECT count(*) FROM auth.session s JOIN auth.account a ON a.id = s.account WHERE a.login = '$1' AND s.whole_at IS ${2:-NOT} NULL"; }
events() { sql "SELECT count(*) FROM audit.event WHERE action = '$1' AND outcome = '$2'"; }
no_waits() { sql 'DELETE FROM auth.attempt' >/dev/null; }

# ---- a password alone pushes nobody out ------------------------------------------
sign_in ma.ke
token=$(awk '/__Host-session/ {print $NF}' "$work/jar.ma.ke")
ok "setting up a second factor gives a new token" isnt "$(jq -r .step "$work/session.ma.ke")" enrol
for i in 1 2 3 4 5 6 7; do by_password "evil$i" ma.ke >/dev/null; done
ok "seven sign-ins nobody finishes end no whole session" is "$(current_user=ma.ke code GET /v1/session) $(sessions ma.ke)" '200 1'
ok "and are two themselves" is "$(sessions ma.ke ' ')" 2
cp "$work/jar.ma.ke" "$work/jar.owner"
by_password owner ma.ke >/dev/null
for i in 1 2 3; do by_password "evil$i" ma.ke >/dev/null; done
ok "what its owner begins where they are known is not among those" is "$(current_user=owner code POST /v1/session/factor "{\"code\":\"$(code_of ma.ke)\"}")" 200
for i in 1 2 3 4; do
	rm -f "$work/jar.more$i"
	by_password "more$i" ma.ke >/dev/null
	current_user=more$i code POST /v1/session/factor "{\"code\":\"$(code_of ma.ke)\"}" >/dev/null
done
ok "three are whole at most, those that were used last" is "$(sessions ma.ke) $(for i in 1 2 3 4; do current_user=more$i code GET /v1/session; done | grep -o ... | xargs)" '3 401 200 200 200'
rm -f "$work/jar.sun.hao"
by_password sun.hao sun.hao >/dev/null
before=$(awk '/__Host-session/ {print $NF}' "$work/jar.sun.hao")
as sun.hao
set_up_factor sun.hao
ok "the token of the password alone is worth nothing once the factor is set up" is "$(current_user=nobody code GET /v1/session '' -H "Cookie: __Host-session=$before") $(current_user=sun.hao code GET /v1/session)" '401 200'

# ---- administrators: ten minutes, eight hours ---------------------------------------
ok "an administrator's session ends within eight hours" is "$(sql "SELECT max(round(extract(epoch FROM s.expires_at - s.created_at) / 3600)) FROM auth.session s JOIN auth.account a ON a.id = s.account WHERE a.login = 'ma.ke'")" 8
sign_in zhao.min
ok "a nurse's within ten" is "$(sql "SELECT round(extract(epoch FROM s.expires_at - s.created_at) / 3600) FROM auth.session s JOIN auth.account a ON a.id = s.account WHERE a.login = 'zhao.min'")" 10
left() { sql "UPDATE auth.session s SET last_seen = now() - interval '$1' FROM auth.account a WHERE a.id = s.account" >/dev/null; }
left '9 minutes 50 seconds'
ok "left for less than ten minutes nothing is locked" is "$(current_user=zhao.min code GET /v1/directory) $(current_user=more4 code GET /v1/directory)" '200 200'
left '10 minutes 10 seconds'
ok "after ten minutes an administrator's page is, a nurse's is not" is "$(current_user=zhao.min code GET /v1/directory) $(current_user=more4 code GET /v1/directory)" '200 401'
ok "the pages know" is "$(current_user=zhao.min api GET /v1/session | jq .idle_minutes)" 15
no_waits
sign_in ma.ke
ok "… both" is "$(jq .idle_minutes "$work/session.ma.ke")" 10

# ---- when and where before ----------------------------------------------------------
rm -f "$work/jar.zhao.min"
by_password evil zhao.min wrong-password >/dev/null
by_password evil zhao.min wrong-password >/dev/null
by_password zhao.min zhao.min '' -A 'Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/128.0' >/dev/null
ok "who signs in is told of wrong passwords since the last time" is "$(jq -c '[.before.place, .before.missed]' "$work/answer")" '["? · ?",2]'
by_password zhao.two zhao.min >/dev/null
ok "and where that was" is "$(jq -c '[.before.place, .before.missed]' "$work/answer")" '["Firefox · Windows",0]'
ok "just now" test "$(($(date +%s) - $(date -d "$(jq -r .before.at "$work/answer")" +%s)))" -lt 60
ok "which a page can ask again" is "$(current_user=zhao.two api GET /v1/account | jq -c '[.before.place, .before.missed]')" '["Firefox · Windows",0]'
by_password half ma.ke >/dev/null
ok "not who has but the password" is "$(jq '.before' "$work/answer")" null

# ---- a browser that is forgotten ------------------------------------------------------
rm -f "$work/jar.lost"
by_password lost zhao.min >/dev/null
place=$(sql "SELECT s.known FROM auth.session s JOIN auth.account a ON a.id = s.account WHERE a.login = 'zhao.min' ORDER BY s.created_at DESC LIMIT 1")
ok "who forgets a browser is signed out in it" is "$(current_user=zhao.two code DELETE "/v1/account/devices/$place") $(current_user=lost code GET /v1/session) $(current_user=zhao.two code GET /v1/session)" '204 401 200'
ok "which is on the trail, with which" is "$(sql "SELECT records[1] = '$place' FROM audit.event WHERE action = 'device_forget'")" t
for i in 1 2 3; do sql "INSERT INTO auth.known_browser (id, account, browser, label, last_ok) SELECT gen_random_uuid(), '$(account_id zhao.min)', decode(md5(n::text) || md5('$i' || n), 'hex'), 'x', now() - interval '1 hour' FROM generate_series(1, 20) n" >/dev/null; done
sql "UPDATE auth.known_browser SET last_ok = now() - interval '181 days' WHERE id = (SELECT min(id::text)::uuid FROM auth.known_browser WHERE account = '$(account_id zhao.min)')" >/dev/null
by_password zhao.two zhao.min >/dev/null
ok "an account is known at twenty and what came last" test "$(sql "SELECT count(*) FROM auth.known_browser WHERE account = '$(account_id zhao.min)'")" -le 21
ok "none of half a year ago" is "$(sql "SELECT count(*) FROM auth.known_browser WHERE last_ok < now() - interval '180 days'")" 0

# ---- the password and nothing else ------------------------------------------------------
give() { code POST /v1/session/factor "{\"code\":\"$1\"}"; }
no_waits
rm -f "$work/jar.evil"
by_password evil ma.ke >/dev/null
as evil
for _ in 1 2 3 4 5; do give 000000 >/dev/null; done
sql "UPDATE auth.attempt SET fails = 19, until_at = now() WHERE scope = 'factor'" >/dev/null
give 000000 >/dev/null
ok "who has the password and guesses codes elsewhere is shut out" is "$(give 000001) $(said)" '429 shut code'
by_password ma.ke ma.ke >/dev/null
as ma.ke
ok "and its owner, where they are known, is not" is "$(give "$(code_of ma.ke)")" 200
api POST /v1/account/codes >"$work/codes"
rm -f "$work/jar.abroad"
by_password abroad ma.ke >/dev/null
ok "elsewhere a recovery code lets them in" is "$(current_user=abroad code POST /v1/session/factor "$(jq -c '{recovery: .codes[0]}' "$work/codes")")" 200
as ma.ke
ok "a proof by code is counted by the session" is "$(code POST /v1/session/proof "{\"code\":\"$(code_of ma.ke)\"}")" 204

# ---- the login and nothing else ----------------------------------------------------------
no_waits
shut() { sql "UPDATE auth.attempt SET fails = 200, until_at = now(); DELETE FROM auth.attempt WHERE scope = 'source'" >/dev/null; }
rm -f "$work/jar.new"
by_password new ma.ke wrong-password >/dev/null
shut
by_password new ma.ke wrong-password >/dev/null
ok "two hundred guesses do not shut an account with a second factor" is "$(by_password new ma.ke wrong-password; said)" '429locked_out login'
ok "but for a quarter of an hour" test "$(sql "SELECT extract(epoch FROM until_at - now())::int FROM auth.attempt WHERE scope = 'account'")" -le 900
sql "UPDATE auth.attempt SET until_at = now()" >/dev/null
ok "after which its owner gets to the second step, also at a place that is new" is "$(by_password new ma.ke; jq -r .step "$work/answer")" 201factor
no_waits
by_password new zhao.min wrong-password >/dev/null
shut
by_password new zhao.min wrong-password >/dev/null
ok "one that a password alone opens takes no more than a hundred" is "$(by_password new zhao.min wrong-password; said)" '429shut login'
ends() { # login: what is said after two hundred
	no_waits
	by_password new "$1" wrong-password >/dev/null
	shut
	by_password new "$1" wrong-password >/dev/null
	by_password new "$1" wrong-password >/dev/null
	said
}
ok "of logins nobody has there are both, so that neither says that somebody is there" is "$(for i in 1 2 3 4 5 6 7 8 9 10 11 12; do ends "nobody$i"; done | sort -u | xargs)" 'locked_out login shut login'

# ---- a first password is good for a day ----------------------------------------------------
no_waits
printf 'a temporary one, said by phone\n' | daemon account password --login zhao.min --must-change >/dev/null
ok "a password others chose signs in" is "$(by_password new zhao.min 'a temporary one, said by phone'; jq -r .step "$work/answer")" 201change
sql "UPDATE auth.account SET first_until = now() - interval '1 second' WHERE login = 'zhao.min'" >/dev/null
ok "for a day, and then is as wrong as any" is "$(by_password new zhao.min 'a temporary one, said by phone'; said)" '401bad_login'
printf 'another temporary, said by phone\n' | daemon account password --login zhao.min --must-change >/dev/null
by_password zhao.min zhao.min 'another temporary, said by phone' >/dev/null
as zhao.min
code POST /v1/password '{"new":"three herons by the river"}' >/dev/null
ok "once it was changed there is no end" is "$(sql "SELECT first_until IS NULL FROM auth.account WHERE login = 'zhao.min'")" t

# ---- a browser's session on the stations' listener -------------------------------------------
sign_in ma.ke
cookie=$(awk '/__Host-session/ {print $NF}' "$work/jar.ma.ke")
on_sync() { # method path [body] [curl option…]
	local method=$1 path=$2 body=${3:-}
	shift $(($# < 3 ? $# : 3))
	curl -sS --max-time 20 -X "$method" --cacert "$ca_file" -o "$work/answer" -w '%{http_code}' -H "Authorization: Bearer $cookie" \
		${body:+-H 'Content-Type: application/json' -d "$body"} "$@" "$sync_url$path"
}
ok "reaches nothing there" is "$(on_sync GET /v1/session) $(said) $(on_sync POST /v1/changes '{"changes":[]}')" '403 device_unknown 403'

# ---- what is left on the trail -----------------------------------------------------------------
no_waits
was=$(events signin locked_out) rows=$(sql 'SELECT count(*) FROM audit.event')
rm -f "$work/jar.flood"
for _ in $(seq 40); do by_password flood sun.hao wrong-password >/dev/null; done
ok "forty guesses without a pause leave one row a wait" test "$(($(events signin locked_out) - was))" -le 3
ok "beside those that were looked at" test "$(($(sql 'SELECT count(*) FROM audit.event') - rows))" -le 12
tries=$(sql 'SELECT count(*) FROM auth.attempt')
for i in $(seq 25); do by_password flood "nobody.$i" wrong-password >/dev/null; done
for i in $(seq 20); do by_password flood "stranger.$i" wrong-password >/dev/null; done
ok "who is made to wait by their address leaves no counters behind" test "$(($(sql 'SELECT count(*) FROM auth.attempt') - tries))" -le 25
no_waits
bad=$(events step_up locked_out)
as ma.ke
for _ in 1 2 3 4 5 6 7; do code POST /v1/session/proof '{"password":"wrong-password"}' >/dev/null; done
ok "a proof that has to wait is on the trail" is "$(($(events step_up locked_out) - bad))" 1
no_waits
sql "UPDATE auth.session SET proved_at = now() - interval '10 minutes', refused_at = NULL" >/dev/null
for _ in 1 2 3; do code POST /v1/account/codes >/dev/null; done
ok "a page that wants a proof is noted once a minute" is "$(events refused step_up)" 1
code POST /v1/session/lock >/dev/null
sql "UPDATE auth.session SET refused_at = NULL" >/dev/null
was=$(events refused locked)
ok "a locked one" is "$(code GET /v1/directory) $(($(events refused locked) - was))" '401 1'
sql "UPDATE auth.session SET refused_at = NULL" >/dev/null
ok "a session at the wrong place" is "$(on_sync GET /v1/directory) $(sql "SELECT count(*) FROM audit.event WHERE action = 'refused' AND outcome = 'device_unknown' AND actor = (SELECT staff FROM auth.account WHERE login = 'ma.ke')")" '403 2'
csr=$(openssl ecparam -name prime256v1 -genkey -noout -out "$work/k" && openssl req -new -key "$work/k" -subj /CN=x 2>/dev/null)
ask() { curl -sS --max-time 20 --cacert "$ca_file" -o "$work/answer" -w '%{http_code}' -H 'Content-Type: application/json' -d "$(jq -cn --arg c "$csr" --arg k "$1" '{code: $k, csr: $c}')" "$sync_url/v1/devices"; }
ok "who guesses enrolment codes is seen" is "$(ask 0000-0000-0000-0000) $(said) $(events enrol bad_code)" '422 bad_input code 1'
for _ in $(seq 22); do ask 0000-0000-0000-0000 >/dev/null; done
ok "and made to wait" is "$(ask 0000-0000-0000-0000) $(events enrol locked_out)" '429 1'
no_waits
sign_in ma.ke
code POST /v1/session/proof "$(jq -cn --arg p "$(password_of ma.ke)" '{password: $p}')" >/dev/null
code POST /v1/admin/settings '{"key":"session-idle-minutes","value":12}' >/dev/null
ok "a setting is noted with what it was" is "$(sql "SELECT action FROM audit.event WHERE action LIKE 'setting %' ORDER BY id DESC LIMIT 1")" 'setting session-idle-minutes 15>12'
sign_in sun.hao
api GET '/v1/audit?refused=yes&limit=500' >"$work/refused"
ok "what ended otherwise than well is a refusal" is "$(jq -r '[.rows[].outcome] | unique | map(select(. == "ok" or . == "factor" or . == "change" or . == "enrol" or . == "recovery")) | length' "$work/refused")" 0
ok "and the others are" is "$(jq -r '[.rows[].outcome] | unique | join(" ")' "$work/refused")" 'bad_code bad_factor bad_login device_unknown locked locked_out step_up'
ok "each has its name" is "$(jq -r '[.rows[].outcome] | unique | .[]' "$work/refused" | while read -r o; do jq -e --arg o "$o" '.items | any(.code == $o and .refused)' proto/codes/audit_outcome.json >/dev/null || echo "$o"; done)" ''
done_testing
