#!/bin/bash
# second_factor.t - what comes after a password that was right: the second factor, a
# first password of one's own, the proof before what is dangerous; what half a session
# reaches; where one is signed in; and that no outsider locks anybody out.
. tests/flow/lib.sh
. tests/flow/small.sh
use_blank
start_daemon
use_small
add_person zhao.min nurse 赵敏
add_person sun.hao auditor 孙浩
add_person ma.ke system_admin 马克
add_person lu.na system_admin 鲁娜

said() { jq -r '[.code, .field // empty, .accepts // empty] | join(" ")' "$work/answer"; }
by_password() { # login [password] [curl option…]: the first step alone
	local login=$1 password=${2:-$(password_of "$1")}
	shift $(($# < 2 ? $# : 2))
	current_user=$login code POST /v1/session "$(jq -cn --arg l "$login" --arg p "$password" '{login: $l, password: $p}')" "$@"
}
staff_of() { sql "SELECT staff FROM auth.account WHERE login = '$1'"; }
aged() { sql "UPDATE auth.session SET proved_at = now() - interval '6 minutes'" >/dev/null; }

# ---- who must have one ---------------------------------------------------------
for who in wang.wei sun.hao ma.ke; do
	rm -f "$work/jar.$who"
	ok "$who: the password is right" is "$(by_password $who)" 201
	ok "… and says no more than what comes next" is "$(jq -c 'del(.expires)' "$work/answer")" '{"mode":"central","step":"enrol"}'
done
ok "a nurse needs none" is "$(by_password zhao.min; jq -r '.reader.role' "$work/answer")" 201nurse
stop_daemon
start_daemon --second-factor=psychiatrist,nurse
as zhao.min
ok "unless the setting says so, and then at once" is "$(api GET /v1/session | jq -r .step)" enrol
stop_daemon
ok "a role there is not is no setting" exits 2 daemon check --second-factor=nurses
start_daemon

# ---- what half a session reaches -------------------------------------------------
# Every call of proto/api.yaml on the web listener (a unit test holds it to the table).
calls() {
	awk '/^  \//{sub(":$", "", $1); path = $1} /^    (get|post|patch|put|delete|head):/{method = toupper(substr($1, 1, length($1) - 1))}
		/x-listeners:/{web = /web/} /x-needs:/{if (web) print method, path, $2}' proto/api.yaml |
		sed 's/{id}/01900000-0000-7000-8000-000000000000/; s/{token}/01900000-0000-7000-8000-000000000000/; s/{sha256}/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/'
}
walk() { # login step allowed…: what answers anything but that the sign-in is not finished
	local login=$1 step=$2 method path needs got
	shift 2
	as "$login"
	while read -r method path needs; do
		[ "$needs" != nothing ] || continue
		[[ " $* " != *" $needs "* ]] || continue
		case $method in
		GET | HEAD | DELETE) got=$(code "$method" "$path" '' ${method:+$([ "$method" = HEAD ] && echo -I)}) ;;
		PATCH) got=$(code PATCH "$path" '' -H 'Content-Type: application/offset+octet-stream' -H 'Upload-Offset: 0') ;;
		*) got=$(code "$method" "$path" "$([[ $path == */lock || $path == */account/factor || $path == */account/codes || $path == */reset ]] || echo '{}')") ;;
		esac
		[ "$method" = HEAD ] || got="$got $(said)"
		case $got in
		"401 step session $step" | "401 locked session locked" | 401) echo same ;;
		*) echo "$method $path: $got" ;;
		esac
	done < <(calls)
}
rm -f "$work/jar.wang.wei"
by_password wang.wei >/dev/null
calls >"$work/calls"
ok "there are many calls" test "$(wc -l <"$work/calls")" -gt 50
ok "to set up a factor, and nothing else" is "$(walk wang.wei enrol step step-enrol | sort -u)" same

# ---- setting up ------------------------------------------------------------------
as wang.wei
offer=$(api POST /v1/account/factor)
secret=$(jq -r .secret <<<"$offer")
ok "the key has 160 bits" like "$secret" '^[A-Z2-7]{32}$'
ok "the address for the app carries it" is "$(jq -r .uri <<<"$offer")" \
	"otpauth://totp/Casebridge:wang.wei?secret=$secret&issuer=Casebridge&algorithm=SHA1&digits=6&period=30"
ok "the picture is square" is "$(jq -c '[(.qr | length)] == ([.qr[] | length] | unique)' <<<"$offer")" true
ok "at rest it is sealed" is "$(sql "SELECT octet_length(sealed) FROM auth.factor_offer") $(pg_dump -a -n auth "$(cluster_conninfo "$work/s" postgres)" | grep -c "$secret")" '48 0'
ok "a wrong code does not confirm it" is "$(code POST /v1/account/factor/confirm '{"code":"000000"}') $(said)" '401 bad_factor code -'
ok "nor text" is "$(code POST /v1/account/factor/confirm '{"code":"12345a"}') $(said)" '401 bad_factor code -'
code=$(oathtool --totp -b "$secret")
ok "another session cannot confirm it" is "$(rm -f "$work/jar.twin"; current_user=twin
	code POST /v1/session "$(jq -cn --arg p "$(password_of wang.wei)" '{login: "wang.wei", password: $p}')" >/dev/null
	code POST /v1/account/factor/confirm "{\"code\":\"$code\"}") $(said)" '409 no_offer code -'
as wang.wei
ok "a program of others knows the code" is "$(code POST /v1/account/factor/confirm "{\"code\":\"$code\"}")" 200
cp "$work/answer" "$work/codes"
ok "ten recovery codes of 80 bits" is "$(jq -r '.codes[]' "$work/codes" | grep -cE '^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$')" 10
ok "kept as hashes" is "$(sql "SELECT count(*) FROM auth.recovery_code WHERE octet_length(code) = 32") $(pg_dump -a -n auth "$(cluster_conninfo "$work/s" postgres)" | grep -c "$(jq -r '.codes[0]' "$work/codes" | tr -d -)")" '10 0'
ok "now the session is whole" is "$(api GET /v1/session | jq -r '.reader.role, (.page_key | length), .factor' | xargs)" 'site_admin 43 true'
ok "the other, half one has ended" is "$(current_user=twin code GET /v1/session)" 401
awk -F '\t' -v OFS='\t' -v s="$secret" '$2 == "wang.wei" { $6 = s } 1' "$work/accounts.tsv" >"$work/a" && mv "$work/a" "$work/accounts.tsv"

# ---- the second step ---------------------------------------------------------------
rm -f "$work/jar.wang.wei"
ok "the next sign-in asks for it" is "$(by_password wang.wei; jq -c 'del(.expires)' "$work/answer")" '201{"mode":"central","step":"factor"}'
ok "and reaches nothing before" is "$(walk wang.wei factor step step-factor | sort -u)" same
half=$(grep -P '__Host-session' "$work/jar.wang.wei" | awk '{print $NF}')
give() { code POST /v1/session/factor "{\"code\":\"$1\"}"; }
ok "the code that confirmed it is used up" is "$(give "$code") $(said)" '401 bad_factor code -'
ok "also with a blank in it" is "$(give "${code:0:3} ${code:3}") $(said)" '401 bad_factor code -'
next=$(oathtool --totp -b "$secret" -N "$(date -u -d '+30 seconds' '+%Y-%m-%d %H:%M:%S UTC')")
ok "one of the future is none" is "$(give "$next")" 401
ok "a number instead of a text is refused" is "$(code POST /v1/session/factor '{"code":123456}') $(said)" '422 bad_kind code a text'
ok "both at once are refused" is "$(code POST /v1/session/factor '{"code":"123456","recovery":"x"}')" 422
ok "the code of now lets in" is "$(give "$(code_of wang.wei)"; jq -r .reader.role "$work/answer")" 200site_admin
ok "with a new token" is "$(current_user=nobody code GET /v1/session '' -H "Cookie: __Host-session=$half")" 401
ok "and a proof of the browser, which lets nobody in" like "$(grep -c __Host-browser "$work/jar.wang.wei")" 1

# Two at the same moment with one code: one of them.
for i in 1 2; do rm -f "$work/jar.race$i"; current_user=race$i code POST /v1/session "$(jq -cn --arg p "$(password_of wang.wei)" '{login: "wang.wei", password: $p}')" >/dev/null; done
code=$(code_of wang.wei)
for i in 1 2; do
	curl -s --cacert "$ca_file" -b "$work/jar.race$i" -o "$work/race.$i" -w '%{http_code}\n' -H "Origin: $web_url" -H 'X-Casebridge: web' \
		-H 'Content-Type: application/json' -d "{\"code\":\"$code\"}" "$web_url/v1/session/factor" >"$work/raced.$i" &
	pids[i]=$!
done
wait "${pids[1]}" "${pids[2]}"
ok "a code is used once, also by two at the same moment" is "$(sort "$work"/raced.? | xargs)" '200 401'

# ---- recovery codes ------------------------------------------------------------------
recover() { code POST /v1/session/factor "$(jq -cn --arg c "$1" '{recovery: $c}')"; }
one=$(jq -r '.codes[0]' "$work/codes")
rm -f "$work/jar.wang.wei"
by_password wang.wei >/dev/null
ok "a recovery code as people type it" is "$(recover "$(tr 'A-Z-' 'a-z ' <<<"$one")")" 200
rm -f "$work/jar.wang.wei"
by_password wang.wei >/dev/null
ok "is good once" is "$(recover "$one") $(said)" '401 bad_factor recovery -'
ok "nine are left" is "$(recover "$(jq -r '.codes[1]' "$work/codes")" >/dev/null; sql 'SELECT count(*) FROM auth.recovery_code')" 8
as wang.wei
api POST /v1/account/codes >"$work/new"
ok "new ones can be had" is "$(jq '.codes | length' "$work/new")" 10
rm -f "$work/jar.wang.wei"
by_password wang.wei >/dev/null
ok "and the old are good for nothing" is "$(recover "$(jq -r '.codes[2]' "$work/codes")")" 401
ok "a new one is" is "$(recover "$(jq -r '.codes[0]' "$work/new")")" 200

# ---- guessing it -----------------------------------------------------------------------
sql 'DELETE FROM auth.attempt' >/dev/null
rm -f "$work/jar.wang.wei"
by_password wang.wei >/dev/null
for _ in 1 2 3 4 5; do give 000000 >/dev/null; done
ok "after five wrong codes one waits" is "$(give 000000) $(jq -r .code "$work/answer")" '429 locked_out'
ok "also with the right one" is "$(give "$(code_of wang.wei)")" 429
sql "UPDATE auth.attempt SET fails = 19, until_at = now()" >/dev/null
give 000000 >/dev/null
sql "UPDATE auth.attempt SET last_at = now() - interval '3 days'" >/dev/null
ok "after twenty no more are taken" is "$(give "$(code_of wang.wei)") $(jq -r .code "$work/answer")" '429 shut'

# ---- a reset, by another -----------------------------------------------------------------
for who in ma.ke sun.hao lu.na; do ok "$who sets theirs up" sign_in $who; done
# One asks and another grants, without the day that second_person.t is about.
reset() {
	local asked request
	sql "UPDATE auth.request SET due = due - interval '2 days', decided_at = decided_at - interval '2 days'" >/dev/null
	asked=$(code POST "/v1/admin/accounts/$(staff_of "$1")" '{"do":"factor"}')
	request=$(jq -r .request "$work/answer")
	[ "$asked" = 202 ] || { echo "$asked" && return; }
	sql "UPDATE auth.request SET due = now() WHERE id = '$request'" >/dev/null
	current_user=lu.na code POST "/v1/admin/requests/$request" '{"grant":true}'
}
as sun.hao
ok "an auditor resets nobody's" is "$(reset wang.wei) $(jq -r .code "$work/answer")" '403 forbidden'
as ma.ke
ok "nobody their own" is "$(reset ma.ke) $(jq -r .code "$work/answer")" '403 forbidden'
ok "another's" is "$(reset wang.wei)" 200
ok "which is on the trail, with whose" is "$(sql "SELECT outcome, records[1] = '$(staff_of wang.wei)' FROM audit.event WHERE action = 'factor_reset' AND outcome = 'ok'")" 'ok|t'
ok "their sessions have ended" is "$(sql "SELECT count(*) FROM auth.session s JOIN auth.account a ON a.id = s.account WHERE a.login = 'wang.wei'")" 0
ok "and the next sign-in sets up a new one" sign_in wang.wei
as wang.wei
ok "a site's administrator resets no auditor's" is "$(reset sun.hao) $(jq -r .code "$work/answer")" '403 forbidden'
ok "but a nurse's" is "$(reset zhao.min)" 200
ok "who must then have one" is "$(by_password zhao.min; jq -r .step "$work/answer")" 201enrol
ok "at the server itself, too" exits 0 daemon account factor-reset --login zhao.min
sql "UPDATE auth.account SET must_enrol = false WHERE login = 'zhao.min'" >/dev/null

# ---- the proof -----------------------------------------------------------------------------
as wang.wei
aged
ok "what is dangerous asks for a proof that is not old" is "$(code POST /v1/account/codes) $(said)" '403 step_up session password, code'
ok "so does whatever an administrator writes" is "$(code POST /v1/changes '{"changes":[]}') $(jq -r .code "$work/answer")" '403 step_up'
ok "not what they read" is "$(code GET /v1/directory)" 200
prove() { code POST /v1/session/proof "$1"; }
ok "a wrong password proves nothing" is "$(prove '{"password":"wrong-password"}') $(said)" '403 step_up password -'
ok "nor does silence" is "$(prove '{}')" 422
ok "the password does" is "$(prove "$(jq -cn --arg p "$(password_of wang.wei)" '{password: $p}')")" 204
ok "then it is done" is "$(code POST /v1/account/codes)" 200
aged
ok "a code does as well" is "$(prove "{\"code\":\"$(code_of wang.wei)\"}") $(code POST /v1/account/codes)" '204 200'
ok "a role that must have a factor keeps it" is "$(code DELETE /v1/account/factor) $(jq -r .code "$work/answer")" '403 forbidden'
for _ in 1 2 3 4 5; do prove '{"password":"wrong-password"}' >/dev/null; done
ok "guessing is counted" is "$(prove '{"password":"wrong-password"}')" 429
sql 'DELETE FROM auth.attempt' >/dev/null

# ---- the locked page -------------------------------------------------------------------------
ok "a page can be locked" is "$(code POST /v1/session/lock)" 204
ok "and is told nothing then" is "$(walk wang.wei locked step step-proof | sort -u)" same
ok "the password opens it" is "$(prove "$(jq -cn --arg p "$(password_of wang.wei)" '{password: $p}')") $(code GET /v1/directory)" '204 200'

# ---- a first password ------------------------------------------------------------------------
printf 'a temporary one, said by phone\n' | daemon account password --login zhao.min --must-change >/dev/null
rm -f "$work/jar.zhao.min"
ok "a password others chose lets nobody further" is "$(by_password zhao.min 'a temporary one, said by phone'; jq -r .step "$work/answer")" 201change
ok "to anything" is "$(walk zhao.min change step step-change | sort -u)" same
as zhao.min
change() { jq -cn --arg n "$1" --arg p "${2:-}" '{new: $n} + (if $p == "" then {} else {password: $p} end)' | code POST /v1/password -; }
ok "a short one is refused" is "$(change 'short') $(jq -r '.code, .field' "$work/answer" | xargs)" '422 bad_input new'
ok "the same once more" is "$(change 'a temporary one, said by phone')" 422
ok "one everybody uses" is "$(change Password12345678)" 422
ok "the own name and site" is "$(change 'zhao.min@小站赵敏zhao.min')" 422
ok "one of her own" is "$(change 'three herons by the river'; jq -r .reader.role "$work/answer")" 200nurse
ok "the session is another's to nobody" is "$(code GET /v1/session)" 200
rm -f "$work/jar.other"
ok "the old one is wrong now" is "$(current_user=other code POST /v1/session '{"login":"zhao.min","password":"a temporary one, said by phone"}')" 401
ok "elsewhere she signs in with the new" is "$(current_user=other code POST /v1/session '{"login":"zhao.min","password":"three herons by the river"}')" 201
as zhao.min
ok "later the password until then is asked for" is "$(change 'four herons by the river') $(said)" '422 missing password a text'
ok "and must be right" is "$(change 'four herons by the river' wrong-password) $(jq -r .code "$work/answer")" '403 step_up'
# Whoever finds a session open learns nothing by guessing: a right guess of the new
# password is answered like any other, and both are counted.
ok "nor does a guess of the one there is tell" is "$(change 'three herons by the river' wrong-password) $(jq -r .code "$work/answer")" '403 step_up'
ok "nor without any" is "$(jq -cn '{new: "three herons by the river", password: ""}' | code POST /v1/password -) $(said)" '422 missing password a text'
ok "then it is changed" is "$(change 'four herons by the river' 'three herons by the river')" 200
ok "and everybody else is out" is "$(current_user=other code GET /v1/session)" 401
ok "she is not" is "$(code GET /v1/session)" 200

# ---- where one is signed in --------------------------------------------------------------------
pass='four herons by the river'
for i in a b; do rm -f "$work/jar.$i"; current_user=$i code POST /v1/session "$(jq -cn --arg p "$pass" '{login: "zhao.min", password: $p}')" -A 'Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/128.0' >/dev/null; done
as zhao.min
api GET /v1/account >"$work/own"
ok "she sees all three" is "$(jq -c '[.sessions[].browser] | sort' "$work/own")" '["? · ?","Firefox · Windows","Firefox · Windows"]'
ok "and which is this" is "$(jq '[.sessions[] | select(.this)] | length' "$work/own")" 1
other=$(jq -r '[.sessions[] | select(.this | not)][0].id' "$work/own")
ok "ends one" is "$(code DELETE "/v1/account/sessions/$other") $(for i in a b; do current_user=$i code GET /v1/session; done | grep -o '...' | sort | xargs)" '204 200 401'
ok "not another's" is "$(as wang.wei; code DELETE "/v1/account/sessions/$(jq -r '.sessions[0].id' "$work/own")")" 404
as zhao.min
ok "then all others" is "$(code DELETE /v1/account/sessions) $(api GET /v1/account | jq '.sessions | length')" '204 1'
ok "she is known at three browsers and more" test "$(jq '.devices | length' "$work/own")" -ge 3
place=$(jq -r '.devices[-1].id' "$work/own")
ok "and forgets one" is "$(code DELETE "/v1/account/devices/$place") $(code DELETE "/v1/account/devices/$place")" '204 404'

# ---- nobody is locked out from elsewhere ---------------------------------------------------------
sql 'DELETE FROM auth.attempt' >/dev/null
rm -f "$work/jar.evil"
for _ in 1 2 3 4 5 6; do current_user=evil code POST /v1/session '{"login":"zhao.min","password":"wrong-password"}' >/dev/null; done
ok "who guesses elsewhere is locked out" is "$(current_user=evil code POST /v1/session '{"login":"zhao.min","password":"wrong-password"}')" 429
ok "and she is not, where she is known" is "$(by_password zhao.min "$pass")" 201
sql "UPDATE auth.attempt SET fails = 100, until_at = now() + interval '100 years' WHERE scope = 'account'" >/dev/null
ok "not even when her account is shut to strangers" is "$(by_password zhao.min "$pass")" 201
ok "which a stranger is told" is "$(current_user=evil code POST /v1/session '{"login":"zhao.min","password":"wrong-password"}') $(jq -r .code "$work/answer")" '429 shut'
shut=$(jq -c . "$work/answer")
# A login nobody has is shut alike.
sql "UPDATE auth.attempt SET until_at = now() WHERE scope = 'source'" >/dev/null
current_user=evil code POST /v1/session '{"login":"no.body","password":"wrong-password"}' >/dev/null
sql "UPDATE auth.attempt SET until_at = now() + interval '100 years' WHERE scope = 'account'; UPDATE auth.attempt SET until_at = now() WHERE scope = 'source'" >/dev/null
current_user=evil code POST /v1/session '{"login":"no.body","password":"wrong-password"}' >/dev/null
ok "in the same words as a login nobody has" is "$(jq -c . "$work/answer")" "$shut"
printf 'five herons by the river\n' | daemon account password --login zhao.min >/dev/null
ok "a new password by another forgives it" is "$(rm -f "$work/jar.evil"; current_user=evil code POST /v1/session '{"login":"zhao.min","password":"five herons by the river"}')" 201

# ---- at a station ---------------------------------------------------------------------------------
sql 'DELETE FROM auth.attempt' >/dev/null
mkdir -p "$work/st" && chmod 700 "$work/st"
secret_file() { (umask 077 && cat >"$work/st/$1"); }
login_at() { # login password [option…]: what is said; the exit code in $work/rc
	local login=$1
	secret_file p <<<"$2"
	shift 2
	CASEBRIDGE_PASSPHRASE_FILE='' "$CASEBRIDGE" --store "$work/st/desk" login --user "$login" --password-file "$work/st/p" "$@" --json </dev/null 2>"$work/st/err"
	echo $? >"$work/rc"
}
daemon enrol-code --site 小站 --alone --json | jq -r .code | secret_file code
"$CASEBRIDGE" --store "$work/st/desk" enrol --server "$sync_url" --ca "$ca_file" --code-file "$work/st/code" </dev/null >/dev/null 2>&1
code_of ma.ke | secret_file factor
ok "with the code in a file, somebody with a second factor signs in" is "$(login_at ma.ke "$(password_of ma.ke)" --code-file "$work/st/factor" | jq -r '.reader.role, .store' | xargs)" 'system_admin new'
ok "not with the same code again" is "$(login_at ma.ke "$(password_of ma.ke)" --code-file "$work/st/factor" >"$work/st/err2"; cat "$work/rc") $(cat "$work/st/err" "$work/st/err2" | grep -cE 'used before|已经用过')" '1 1'
ok "nor without one, where nobody can be asked" isnt "$(login_at ma.ke "$(password_of ma.ke)" >/dev/null; cat "$work/rc")" 0
ok "the half session at the sync port reaches nothing" is "$(sql "SELECT count(*) FROM auth.session s WHERE s.device IS NOT NULL AND s.factor_at IS NULL")" 2
printf 'another temporary one, by phone\n' | daemon account password --login zhao.min --must-change >/dev/null
secret_file own <<<'six herons by the river'
ok "a password others gave is replaced by one's own" is "$(login_at zhao.min 'another temporary one, by phone' --new-password-file "$work/st/own" | jq -r '.reader.role, .store' | xargs)" 'nurse new'
stop_daemon
ok "which opens the store, also without a network" is "$(login_at zhao.min 'six herons by the river' | jq -r '.store, .online' | xargs)" 'opened false'
start_daemon
ok "and signs in online" is "$(login_at zhao.min 'six herons by the river' | jq -r '.online')" true

# ---- one's own account, at a station ----------------------------------------------------------------
me() { # argument…, with the passphrase in pass
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/pass "$CASEBRIDGE" --store "$work/st/desk" account "$@" --json </dev/null 2>"$work/st/err"
	echo $? >"$work/rc"
}
secret_file pass <<<'six herons by the river'
secret_file old <<<'six herons by the river'
secret_file own <<<'seven herons by the river'
rm -f "$work/jar.zhao.min"
by_password zhao.min 'six herons by the river' >/dev/null
ok "it shows the account and where one is signed in" is "$(me | jq -c '[.login, ([.sessions[] | select(.this)] | length), (.sessions | length > 1), .factor.on]')" '["zhao.min",1,true,false]'
ok "in words, with the station's site" like "$(CASEBRIDGE_PASSPHRASE_FILE=$work/st/pass "$CASEBRIDGE" --store "$work/st/desk" --lang zh account </dev/null)" '工作站：小站（当前）'
other=$(me | jq -r '[.sessions[] | select(.this | not)][0].id')
ok "one is ended by its id" is "$(me end "$other" | jq .done) $(sql "SELECT count(*) FROM auth.session WHERE id = '$other'")" 'true 0'
ok "what is no id is none, and nobody is asked" is "$(me end ../password >/dev/null; cat "$work/rc") $(me end >/dev/null; cat "$work/rc") $(me forget '' >/dev/null; cat "$work/rc")" '2 2 2'
ok "somebody else's is not found" is "$(me end "$(sql "SELECT s.id FROM auth.session s JOIN auth.account a ON a.id = s.account WHERE a.login = 'ma.ke' LIMIT 1")" >/dev/null; cat "$work/rc")" 1
sign_in ma.ke
api POST "/v1/admin/accounts/$(staff_of zhao.min)" '{"do":"password"}' >/dev/null
ok "what is asked about the account is shown" is "$(me | jq -r '[.notices[].kind] | join(" ")')" password
ok "and objected to" is "$(me object "$(me | jq -r '.notices[0].id')" | jq .done) $(me | jq '.notices | length')" 'true 0'
by_password zhao.min 'six herons by the river' >/dev/null
secret_file wrong <<<'not the password at all'
ok "a wrong password changes none" is "$(me password --password-file "$work/st/wrong" --new-password-file "$work/st/own" >/dev/null; cat "$work/rc") $(me | jq -r .login)" '1 zhao.min'
ok "the right one does, and the other places are signed out" is "$(me password --password-file "$work/st/old" --new-password-file "$work/st/own" | jq .done) $(
	sql "SELECT count(*) FROM auth.session s JOIN auth.account a ON a.id = s.account WHERE a.login = 'zhao.min'")" 'true 1'
ok "from then on the store opens with the new one only" is "$(me >/dev/null; cat "$work/rc") $(secret_file pass <<<'seven herons by the river'; me | jq -r .login)" '1 zhao.min'
sql "UPDATE auth.session SET proved_at = now() - interval '6 minutes'" >/dev/null
ok "a proof is asked for where one is needed" is "$(me codes --password-file "$work/st/wrong" | jq -r .error.code)" step_up
code_of ma.ke | secret_file factor
ok "somebody with a second factor" is "$(login_at ma.ke "$(password_of ma.ke)" --code-file "$work/st/factor" | jq -r .login)" ma.ke
password_of ma.ke | tee "$work/st/pass" >"$work/st/old"
sql "UPDATE auth.session SET proved_at = now() - interval '6 minutes'" >/dev/null
before=$(sql "SELECT string_agg(md5(c::text), '' ORDER BY c::text) FROM auth.recovery_code c")
ok "has new recovery codes made, shown once and not to scripts" is "$(me codes --password-file "$work/st/old" | jq -c .) $(grep -cE '^  [A-Z0-9-]{16,}$' "$work/st/err")" '{"done":true} 10'
ok "those of before are void" isnt "$(sql "SELECT string_agg(md5(c::text), '' ORDER BY c::text) FROM auth.recovery_code c")" "$before"
ok "and does not put it off, whose role must have it" is "$(me factor-off --password-file "$work/st/old" >/dev/null; cat "$work/rc")" 1

# ---- what is kept, and said -----------------------------------------------------------------------
ok "the trail knows every step" is "$(sql "SELECT string_agg(DISTINCT action, ' ' ORDER BY action) FROM audit.event
	WHERE action IN ('signin', 'signin_factor', 'factor_offer', 'factor_on', 'factor_reset', 'recovery_codes', 'step_up', 'screen_lock', 'password_change', 'session_end', 'device_forget')")" \
	'device_forget factor_offer factor_on factor_reset password_change recovery_codes screen_lock session_end signin signin_factor step_up'
ok "the log has no secret and no code" is "$(grep -cE "$secret|herons|$one" "$work/daemon.log")" 0
done_testing
