#!/bin/bash
# auth.t - signing in, what a session may and may not, what guessing costs.
. tests/flow/lib.sh
. tests/flow/small.sh
. tests/flow/changing.sh
use_blank
start_daemon
use_small
add_person zhao.min nurse 赵敏
add_person sun.li nurse 孙丽

as_app() { psql -AtX "$(cluster_conninfo "$work/s" casebridge_app)" -c "$1"; }
try() { # login password [curl option…]: the status
	local body
	body=$(jq -cn --arg l "$1" --arg p "$2" '{login: $l, password: $p}')
	shift 2
	current_user=nobody code POST /v1/session "$body" "$@"
}

# --- a session ----------------------------------------------------------------
ok "the right password signs in" sign_in li.na
ok "the cookie is bound to this host, to TLS and to our pages" is \
	"$(header set-cookie | sed 's/=[^;]*/=TOKEN/')" \
	'__Host-session=TOKEN; Path=/; Secure; HttpOnly; SameSite=Strict'
token=$(header set-cookie | sed 's/__Host-session=\([^;]*\);.*/\1/')
ok "the token has 256 bits" is "${#token}" 43
ok "and is not in the answer" unlike "$(cat "$work/session.li.na")" token
ok "which says who I am" is "$(jq -r '.reader | .name, .role, .site_name' <"$work/session.li.na" | xargs)" \
	'李娜 social_worker 小站'
ok "and where" is "$(jq -r .mode <"$work/session.li.na")" central
ok "the session says the same again" is "$(api GET /v1/session | jq -cS .)" "$(jq -cS . <"$work/session.li.na")"
ok "without a cookie nobody is signed in" is "$(current_user=nobody code GET /v1/session)" 401
ok "nor with a token nobody has" is "$(current_user=nobody code GET /v1/session '' \
	-H "Cookie: __Host-session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")" 401
ok "browsers' sessions are no bearer tokens" is "$(current_user=nobody code GET /v1/session '' \
	-H "Authorization: Bearer $token")" 401

# --- the session of another person ----------------------------------------------
# Two windows of one browser have one cookie: the page of one person must not act
# in the session of the next.
me=$(jq -r .reader.staff <"$work/session.li.na")
sign_in sun.li
beside=$(jq -r .reader.staff <"$work/session.sun.li")
sign_in zhao.min
as sun.li
ok "a page that names who it is for is answered" is "$(code GET /v1/session '' -H "Casebridge-Staff: $beside")" 200
ok "one that was opened by somebody else is not" is "$(code GET /v1/caseload '' -H "Casebridge-Staff: $me")" 401
ok "and is told why" is "$(jq -r '[.code, .retry] | join(" ")' <"$work/answer")" 'other_reader after_login'
ok "nor when it names nobody there is" is "$(code GET /v1/caseload '' -H 'Casebridge-Staff: x')" 401
commits() { sql 'SELECT count(*) FROM log.version'; }
before=$(commits)
person=$(new_id)
said_change=$(jq -cn --arg id "$(new_id)" --arg rec "$person" '{changes: [{id: $id, op: "create", type: "person", rec: $rec, set: {name: "张三"}, entered_at: "2026-11-21T09:30:00+08:00"}]}')
ok "nothing is written in the name of who signed in last" is "$(code POST /v1/changes "$said_change" -H "Casebridge-Staff: $me") $(commits)" "401 $before"
ok "nor is their session ended" is "$(code DELETE /v1/session '' -H "Casebridge-Staff: $me") $(code GET /v1/session)" '401 200'
ok "their own page ends it" is "$(code DELETE /v1/session '' -H "Casebridge-Staff: $beside") $(code GET /v1/session)" '204 401'
as li.na

# --- writes from elsewhere ------------------------------------------------------
write() { curl -s -o "$work/answer" -w '%{http_code}' --cacert "$ca_file" -b "$work/jar.li.na" \
	-X DELETE "$@" "$web_url/v1/session"; }
ok "a write without our header is refused" is "$(write)" 403
ok "one from another site too" is "$(write -H 'X-Casebridge: web' -H 'Origin: https://evil.example')" 403
ok "even if only the scheme differs" is "$(write -H 'X-Casebridge: web' -H "Origin: http://127.0.0.1:$web_port")" 403
ok "or the browser says cross-site" is "$(write -H 'X-Casebridge: web' -H 'Sec-Fetch-Site: cross-site')" 403
ok "the session lives" is "$(code GET /v1/session)" 200
ok "signing in from elsewhere is refused as well" is "$(curl -s -o "$work/answer" -w '%{http_code}' \
	--cacert "$ca_file" -H 'Origin: https://evil.example' -H 'X-Casebridge: web' \
	-H 'Content-Type: application/json' -d '{"login":"li.na","password":"x"}' "$web_url/v1/session")" 403

# --- ends of a session ----------------------------------------------------------
api DELETE /v1/session >/dev/null
ok "signing out" is "$(status)" 204
ok "clears what the browser kept of answers" is "$(header clear-site-data)" '"cache"'
ok "and ends the session for whoever has the token" is "$(current_user=nobody code GET /v1/session '' \
	-H "Cookie: __Host-session=$token")" 401
sign_in li.na
sql "UPDATE auth.session SET last_seen = now() - interval '14 minutes'" >/dev/null
ok "a pause of 14 minutes is allowed" is "$(code GET /v1/session)" 200
sql "UPDATE auth.session SET last_seen = now() - interval '15 minutes'" >/dev/null
ok "one of 15 leaves a locked page" is "$(code GET /v1/caseload) $(jq -r .code "$work/answer")" '401 locked'
ok "which is told nothing" is "$(api GET /v1/session | jq -c 'del(.expires)')" '{"mode":"central","step":"locked"}'
sign_in li.na
sql "UPDATE auth.session SET expires_at = now()" >/dev/null
ok "after its time a session ends" is "$(code GET /v1/session)" 401
sign_in li.na
daemon account disable --login li.na
ok "a disabled account ends its sessions" is "$(code GET /v1/session)" 401
ok "and cannot sign in" is "$(try li.na "$(password_of li.na)")" 401
daemon account enable --login li.na
ok "until it is enabled" is "$(try li.na "$(password_of li.na)")" 201
sign_in zhao.min
daemon account password --login zhao.min <<<'another password' >/dev/null
ok "a new password ends the sessions of the old" is "$(as zhao.min && code GET /v1/session)" 401
ok "the old one is wrong now" is "$(try zhao.min "$(password_of zhao.min)")" 401
ok "the new one right" is "$(try zhao.min 'another password')" 201

# --- what is asked of a sign-in -----------------------------------------------------
ask() { current_user=nobody code POST /v1/session "$1"; }
said() { jq -r '[.code, .field] | map(select(.)) | join(" ")' <"$work/answer"; }
ok "a field nobody knows is named" is "$(ask '{"login":"li.na","password":"x","otp":"1"}') $(said)" '422 unknown_field otp'
ok "a missing one too" is "$(ask '{"login":"li.na"}') $(said)" '422 missing password'
ok "a number is no password" is "$(ask '{"login":"li.na","password":1}') $(said)" '422 bad_kind password'
ok "one key twice is no JSON of ours" is "$(ask '{"login":"li.na","login":"wang.wei","password":"x"}') $(said)" '400 bad_json'
ok "nor is text after the end" is "$(ask '{"login":"li.na","password":"x"} {}') $(said)" '400 bad_json'
ok "nor a tower of brackets" is "$(ask "$(printf '[%.0s' $(seq 2000))") $(said)" '400 bad_json'
ok "nor bad UTF-8" is "$(ask $'{"login":"\xff","password":"x"}') $(said)" '400 bad_json'
ok "nor half a surrogate" is "$(ask '{"login":"\ud800","password":"x"}') $(said)" '400 bad_json'
ok "a list is no sign-in" is "$(ask '[]') $(said)" '422 bad_kind body'

# --- guessing -------------------------------------------------------------------------
sql 'DELETE FROM auth.attempt' >/dev/null
try wang.wei wrong-password >/dev/null
known=$(cat "$work/answer")
try no.body wrong-password >/dev/null
ok "nobody learns which logins exist" is "$(cat "$work/answer")" "$known"
sql 'DELETE FROM auth.attempt' >/dev/null
took() { # login: microseconds of the quickest of three wrong guesses; a busy machine slows one, not all
	local start now least=''
	for _ in 1 2 3; do
		start=${EPOCHREALTIME/./}
		try "$1" wrong-password >/dev/null
		now=$((${EPOCHREALTIME/./} - start))
		[ -n "$least" ] && [ "$least" -le "$now" ] || least=$now
	done
	echo "$least"
}
# Two seconds are soon over on a busy machine: a lock lasts as long as it is looked at.
holds() { sql "UPDATE auth.attempt SET until_at = now() + interval '$1' WHERE until_at > 'epoch'" >/dev/null; }
a=$(took wang.wei) b=$(took no.body)
ok "nor by the time it takes" test $((b * 3)) -gt "$a"
ok "the fifth wrong guess" is "$(try WANG.WEI wrong-password; try Wang.Wei wrong-password)" 401401
ok "in whatever spelling locks the account" is "$(try wang.wei wrong-password) $(said)" '429 locked_out login'
ok "for two seconds" like "$(header retry-after)" '^[12]$'
holds '1 minute'
ok "even against the right password" is "$(try wang.wei "$(password_of wang.wei)")" 429
ok "others sign in meanwhile" is "$(try li.na "$(password_of li.na)")" 201
for _ in 1 2; do try no.body wrong-password >/dev/null; done
holds '1 minute'
ok "a login nobody has is locked alike" is "$(try no.body wrong-password)" 429
holds '1 second' && sleep 1.1
ok "then the right password works" is "$(try wang.wei "$(password_of wang.wei)")" 201
ok "and all is forgiven" is "$(try wang.wei wrong-password)" 401
sql 'DELETE FROM auth.attempt' >/dev/null
for i in $(seq 20); do try "guess$i" wrong-password >/dev/null; done
ok "an address that tries many logins is locked too" is "$(rm -f "$work/jar.nobody"; try li.na "$(password_of li.na)")" 429
# What nobody was counted by for days goes with a sign-in; what somebody is counted by at that moment, and who may wait for
# a counter of ours, is not waited for.
sql 'DELETE FROM auth.attempt' >/dev/null
sql "INSERT INTO auth.attempt (scope, key, fails, last_at, until_at) SELECT 'account', decode(repeat(k, 16), 'hex'), 1, now() - interval '3 days',
	now() - interval '3 days' FROM unnest(ARRAY['aa', 'bb']) k" >/dev/null
held() { sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'holder' AND state = 'active'"; }
PGAPPNAME=holder sql "BEGIN; SELECT 1 FROM auth.attempt WHERE key = decode(repeat('aa', 16), 'hex') FOR UPDATE; SELECT pg_sleep(60)" >/dev/null 2>&1 &
ok "somebody is counted by a counter of days ago" wait_for 10 eval 'is "$(held)" 1'
ok "a sign-in does not wait for them" is "$(rm -f "$work/jar.nobody"; try li.na "$(password_of li.na)")" 201
ok "and throws the others away" is "$(sql "SELECT encode(substring(key FOR 1), 'hex') FROM auth.attempt WHERE last_at < now() - interval '2 days'")" aa
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holder'" >/dev/null
sql 'DELETE FROM auth.attempt' >/dev/null
ok "no login and no address is kept" is "$(sql "SELECT count(*) FROM auth.attempt WHERE octet_length(key) NOT IN (16, 32)")" 0
ok "at a browser she has signed in at before, she does all the same" is "$(as li.na
	code POST /v1/session "$(jq -cn --arg p "$(password_of li.na)" '{login: "li.na", password: $p}')")" 201
sql 'DELETE FROM auth.attempt' >/dev/null
# Ten at once: charged before the password is looked at, so none slips past.
for _ in $(seq 10); do
	printf 'url = "%s/v1/session"\noutput = "/dev/null"\n' "$web_url"
done >"$work/urls"
echo '{"login":"sun.li","password":"wrong password"}' >"$work/guess"
curl -sS --parallel --parallel-immediate --cacert "$ca_file" -K "$work/urls" -H 'Content-Type: application/json' \
	-H 'X-Casebridge: web' --data-binary @"$work/guess" -w '%{http_code}\n' 2>/dev/null >"$work/codes"
ok "guesses side by side are counted one by one" test "$(grep -c 401 "$work/codes")" -le 5
sql 'DELETE FROM auth.attempt' >/dev/null

# --- at rest ------------------------------------------------------------------------------
ok "passwords are Argon2id hashes" is "$(sql "SELECT count(*) FROM auth.account WHERE hash NOT LIKE '\$argon2id\$v=19\$m=19456,t=2,p=1\$%'")" 0
sign_in li.na
token=$(header set-cookie | sed 's/__Host-session=\([^;]*\);.*/\1/')
hash=$(printf '%s=' "$token" | tr -- '-_' '+/' | base64 -d | sha256sum | cut -d' ' -f1)
ok "of a session only the hash of its token" is "$(sql "SELECT count(*) FROM auth.session WHERE encode(token, 'hex') = '$hash'")" 1
ok "a program with the daemon's role sees no account" is "$(as_app 'SELECT count(*) FROM auth.account')" 0
ok "no session" is "$(as_app 'SELECT count(*) FROM auth.session')" 0
ok "and none of a reader's room does" is "$(as_app "SELECT app.enter('reader', gen_random_uuid(), NULL, 'auditor', NULL);
	SELECT count(*) FROM auth.account" | tail -n 1)" 0
ok "every sign-in is on the trail" like "$(sql "SELECT string_agg(DISTINCT outcome, ' ' ORDER BY outcome) FROM audit.event WHERE action = 'signin'")" \
	'bad_login enrol locked_out ok'
stop_daemon
start_daemon --password-cost=standard
sign_in li.na
ok "a higher cost is reached at the next sign-in" like "$(sql "SELECT hash FROM auth.account WHERE login = 'li.na'")" 'm=65536,t=3'
ok "the log has no login, password, name or token" is \
	"$(grep -cE "li\.na|wang\.wei|wrong-password|pass-word|李娜|$token" "$work/daemon.log")" 0

# --- the verbs ------------------------------------------------------------------------------
ok "a short password is refused" exits 1 daemon account add --login new.one --role nurse --site 小站 --name 新人 <<<short
ok "a login cannot be taken twice" exits 1 daemon account add --login LI.NA --role nurse --site 小站 --name 别人 <<<'long enough it is'
ok "and leaves no staff record behind" is "$(sql "SELECT count(*) FROM rec.staff WHERE name = '别人'")" 0
ok "a role must exist" exits 2 daemon account add --login new.one --role king --site 小站 --name 新人 <<<'long enough it is'
ok "a site must exist" exits 2 daemon account add --login new.one --role nurse --site 大站 --name 新人 <<<'long enough it is'
ok "an account needs its options" exits 2 daemon account add --login new.one
ok "an unknown verb is told" exits 2 "$CASEBRIDGED" fly
ok "help names every verb" like "$("$CASEBRIDGED" --help)" 'casebridged device revoke --device'
ok "check says all is well" exits 0 daemon check
sql "ALTER TABLE auth.account NO FORCE ROW LEVEL SECURITY" >/dev/null
ok "a wall that is down is found" exits 1 daemon check
sql "ALTER TABLE auth.account FORCE ROW LEVEL SECURITY" >/dev/null
done_testing
