#!/bin/bash
# second_person.t - what no administrator does alone: giving an account, a password, a
# way past the second factor; who counts as a second person; that whom it is done to is
# told a day before and ends it with a word; and that an account and its record change
# under one lock.
. tests/flow/lib.sh
. tests/flow/small.sh
use_blank
start_daemon
use_small
add_person site.two site_admin 丙
add_person site.three site_admin 丁
add_person root.one system_admin 甲
add_person root.two system_admin 乙
add_person dr.gao psychiatrist 高医生
add_person zhao.min nurse 赵敏
said() { jq -r '[.code, .field] | map(select(.)) | join(" ")' <"$work/answer"; }
says() { echo "$(code "$@") $(said)"; }
staff_of() { sql "SELECT staff FROM auth.account WHERE login = '$1'"; }
new_id() { sql "SELECT gen_random_uuid()"; }
small=$(sql "SELECT id FROM rec.site WHERE name = '小站'")
add_staff() { # role name: a record without an account
	local id
	id=$(new_id)
	api POST /v1/changes "$(jq -cn --arg id "$(new_id)" --arg rec "$id" --arg site "$small" --arg role "$1" --arg name "$2" \
		'{changes: [{id: $id, tx: null, rec: $rec, type: "staff", case: null, op: "create", set: {name: $name, site: $site, role: $role, active: true},
		  unset: [], seen: {}, base_ver: 0, entered_at: (now | todate), after: null}]}')" >/dev/null
	echo "$id"
}
change_role() { # staff role: how it ended
	local ver was
	ver=$(sql "SELECT max(version) FROM log.version WHERE record_id = '$1'")
	was=$(sql "SELECT role FROM rec.staff WHERE id = '$1'")
	api POST /v1/changes "$(jq -cn --arg id "$(new_id)" --arg rec "$1" --arg role "$2" --arg was "$was" --argjson ver "$ver" \
		'{changes: [{id: $id, tx: null, rec: $rec, type: "staff", case: null, op: "patch", set: {role: $role}, unset: [], seen: {role: $was},
		  base_ver: $ver, entered_at: (now | todate), after: null}]}')" | jq -r '.results[0].status'
}
ask() { # staff what: the request's id
	api POST "/v1/admin/accounts/$1" "{\"do\":\"$2\"}" | jq -r .request
}
grant() { code POST "/v1/admin/requests/$1" '{"grant":true}'; }
day_passes() { sql "ALTER TABLE auth.request DISABLE TRIGGER ALL; UPDATE auth.request SET at = at - interval '24 hours', due = due - interval '24 hours', decided_at = decided_at - interval '24 hours'" >/dev/null; }
for who in wang.wei site.two site.three root.one root.two; do sign_in $who || bail "$who"; done
gao=$(staff_of dr.gao)
before=$(sql "SELECT hash FROM auth.account WHERE login = 'dr.gao'")

# ---- one alone ---------------------------------------------------------------------
as wang.wei
ok "who asks for a new password of somebody gets none" is "$(code POST "/v1/admin/accounts/$gao" '{"do":"password"}') $(jq -c 'keys' "$work/answer")" '202 ["due","request"]'
password=$(jq -r .request "$work/answer")
ok "nor is it another" is "$(sql "SELECT hash FROM auth.account WHERE login = 'dr.gao'")" "$before"
factor=$(ask "$gao" factor)
ok "the second factor is asked for as well" is "$(status)" 202
ok "the same twice is not" is "$(says POST "/v1/admin/accounts/$gao" '{"do":"password"}')" '422 bad_input staff'
day_passes
ok "who asked grants nothing, a day later either" is "$(grant "$password") $(said)" '403 forbidden grant'
ok "the database would not" exits 1 sql "UPDATE auth.request SET decided_at = now(), decided_by = made_by, outcome = 'granted' WHERE id = '$password'"
ok "nor let whom it is about grant it" exits 1 sql "UPDATE auth.request SET decided_at = now(), decided_by = staff, outcome = 'granted' WHERE id = '$password'"
sign_in dr.gao
ok "nor does somebody who is no administrator" is "$(grant "$password") $(said)" '403 forbidden account'

# ---- whom it is done to ---------------------------------------------------------------
ok "who is asked about is told when signing in" is "$(jq -c '[.notices[] | [.kind, .by]] | sort' "$work/session.dr.gao")" '[["factor","王伟"],["password","王伟"]]'
ok "and by every page" is "$(api GET /v1/session | jq '.notices | length')" 2
ok "others are told nothing" is "$(current_user=site.two api GET /v1/session | jq -c .notices)" '[]'
ok "nobody objects for another" is "$(current_user=site.two says DELETE "/v1/account/requests/$password")" '404 not_found'
ok "who is asked about objects" is "$(code DELETE "/v1/account/requests/$password") $(code DELETE "/v1/account/requests/$password")" '204 404'
ok "which ends it" is "$(current_user=site.two grant "$password") $(jq -r .code "$work/answer")" '422 decided'
ok "and is on the trail, with which" is "$(sql "SELECT records[1] = '$password' FROM audit.event WHERE action = 'request_object' AND actor = '$gao'")" t

# ---- the day between --------------------------------------------------------------------
as site.two
day_passes
ok "a factor asked for a day ago is granted by another" is "$(grant "$factor")" 200
ok "its person sets up a new one at the next sign-in" is "$(sql "SELECT must_enrol FROM auth.account WHERE login = 'dr.gao'")" t
ok "and it is on the trail with both" is "$(sql "SELECT string_agg(action || ' ' || (actor = '$(staff_of wang.wei)'), ',' ORDER BY id) FROM audit.event WHERE action IN ('factor_ask', 'factor_reset') AND '$factor' = ANY (records)")" 'factor_ask true,factor_reset false'
as root.one
password=$(ask "$gao" password)
as root.two
ok "within the day it is not granted" is "$(grant "$password") $(said)" '422 notice grant'
ok "the database would not either" exits 1 sql "UPDATE auth.request SET decided_at = now(), decided_by = '$(staff_of root.two)', outcome = 'granted' WHERE id = '$password'"
ok "the page says until when" is "$(api GET /v1/admin/accounts | jq -r ".requests[] | select(.id == \"$password\") | [.kind, .login, .second, .due > .at] | @csv")" '"password",,true,true'
sql "UPDATE auth.request SET at = at - interval '6 days', due = now() WHERE id = '$password'" >/dev/null
ok "then it is, with a password shown to who grants" is "$(grant "$password") $(jq -r .login "$work/answer")" '201 dr.gao'
once=$(jq -r .password "$work/answer")
ok "of eighty bits, kept as its hash, for a day, to be changed" is \
	"$(grep -cE '^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$' <<<"$once") $(sql "SELECT hash ~ '^.argon2id' , must_change, first_until < now() + interval '24 hours 1 minute' FROM auth.account WHERE login = 'dr.gao'")" '1 t|t|t'
ok "who never chose one is given another without waiting" is "$(current_user=root.one ask "$gao" password >"$work/id"; current_user=root.two grant "$(cat "$work/id")")" 201
once2=$(jq -r .password "$work/answer")
as root.one
password=$(ask "$gao" password)
ok "a request can be taken back" is "$(code POST "/v1/admin/requests/$password" '{"grant":false}') $(says POST "/v1/admin/requests/$password" '{"grant":true}')" '200 422 decided grant'
password=$(ask "$gao" password)
sql "UPDATE auth.request SET at = at - interval '8 days' WHERE id = '$password'" >/dev/null
ok "after a week nobody grants it" is "$(current_user=root.two says POST "/v1/admin/requests/$password" '{"grant":true}')" '404 not_found id'
anew="$(current_user=root.one ask "$gao" factor)"
rm -f "$work/jar.dr.gao"
as dr.gao
code POST /v1/session "$(jq -cn --arg p "$once2" '{login: "dr.gao", password: $p}')" >/dev/null
ok "who chooses a password of their own" is "$(code POST /v1/password '{"new":"seven quiet lamps by the river"}')" 200
as root.two
ok "has the day from then on, whatever was asked before" is "$(says POST "/v1/admin/requests/$anew" '{"grant":true}') $(sql "SELECT due > now() + interval '23 hours' FROM auth.request WHERE id = '$anew'")" '422 notice grant t'
ok "the database would not either" exits 1 sql "UPDATE auth.request SET decided_at = now(), decided_by = '$(staff_of root.two)', outcome = 'granted' WHERE id = '$anew'"
as root.one
code POST "/v1/admin/requests/$anew" '{"grant":false}' >/dev/null
ok "and it can be asked for anew" is "$(ask "$gao" password >/dev/null; status)" 202

# ---- the same login for two ----------------------------------------------------------------
as root.one
twin() { api POST /v1/admin/accounts "{\"staff\":\"$(add_staff social_worker "$1")\",\"login\":\"twin\"}" | jq -r .request; }
one=$(twin 孪一) other=$(twin 孪二)
as root.two
ok "of two who were asked an account of one login for, the first gets it, and the other is told" is "$(grant "$one") $(says POST "/v1/admin/requests/$other" '{"grant":true}')" '201 422 bad_input login'

# ---- a second account of one's own is nobody ----------------------------------------------
as wang.wei
puppet=$(add_staff site_admin 木偶)
ok "a site's administrator makes no other alone" is "$(code POST /v1/admin/accounts "{\"staff\":\"$puppet\",\"login\":\"puppet\"}") $(sql "SELECT count(*) FROM auth.account WHERE login = 'puppet'")" '202 0'
request=$(jq -r .request "$work/answer")
ok "nor anybody else" is "$(worker=$(add_staff social_worker 影子); code POST /v1/admin/accounts "{\"staff\":\"$worker\",\"login\":\"shadow\"}") $(sql "SELECT count(*) FROM auth.account WHERE login = 'shadow'")" '202 0'
ok "another one grants it" is "$(current_user=site.two grant "$request")" 201
printf 'site_admin\tpuppet\t%s\t木偶\t小站\n' "$(jq -r .password "$work/answer")" >>"$work/accounts.tsv"
rm -f "$work/jar.puppet"
as puppet
code POST /v1/session "$(jq -cn --arg p "$(password_of puppet)" '{login: "puppet", password: $p}')" >/dev/null
code POST /v1/password '{"new":"nine wooden puppets in a row"}' >/dev/null
set_up_factor puppet
code=$(current_user=wang.wei api POST /v1/admin/codes "{\"site\":\"$small\"}" | jq -r .code)
mkdir -p "$work/st" && chmod 700 "$work/st"
(umask 077 && printf '%s\n' "$code" >"$work/st/c")
timeout 5 "$CASEBRIDGE" --store "$work/st/desk" enrol --server "$sync_url" --ca "$ca_file" --code-file "$work/st/c" </dev/null >/dev/null 2>"$work/enrolling"
check=$(grep -oE '[0-9]{4}(-[0-9]{4})+' "$work/enrolling" | head -n 1)
request=$(api GET /v1/admin/devices | jq -r '.requests[0].id')
for who in wang.wei puppet; do
	as $who
	ok "$who grants no station whose code is of the one who made them" is "$(says POST "/v1/admin/enrolments/$request" "{\"grant\":true,\"check\":\"$check\"}")" '403 forbidden grant'
done
pass=$(current_user=wang.wei ask "$(staff_of zhao.min)" password)
ok "nor a request of theirs" is "$(sql "UPDATE auth.request SET due = now() WHERE id = '$pass'" >/dev/null; grant "$pass") $(said)" '403 forbidden grant'
ok "which the page knows" is "$(api GET /v1/admin/accounts | jq ".requests[] | select(.id == \"$pass\") | .second") $(current_user=site.three api GET /v1/admin/accounts | jq ".requests[] | select(.id == \"$pass\") | .second")" 'false true'
ok "who had no hand in it does" is "$(current_user=site.three code POST "/v1/admin/enrolments/$request" "{\"grant\":true,\"check\":\"$check\"}")" 200
as wang.wei
nurse=$(staff_of zhao.min)
ok "who is raised to administer is suspended first" is "$(change_role "$nurse" site_admin) $(sql "SELECT disabled_at IS NOT NULL FROM auth.account WHERE login = 'zhao.min'")" 'applied t'
back=$(ask "$nurse" resume)
ok "and comes back by two" is "$(status) $(grant "$back") $(said) $(current_user=site.two grant "$back") $(sql "SELECT disabled_at IS NULL FROM auth.account WHERE login = 'zhao.min'")" '202 403 forbidden grant 200 t'
as root.one
ok "no administrator has it done at another site" is "$(sql "UPDATE auth.account SET site = gen_random_uuid() WHERE login = 'site.three'" >/dev/null; current_user=site.three says POST "/v1/admin/requests/$(ask "$gao" factor)" '{"grant":true}')" '404 not_found staff'
ok "a second factor of the only system administrator is taken off at the server itself" exits 0 daemon account factor-reset --login root.one

# ---- an account and its record -----------------------------------------------------------
as root.two
left=$(staff_of zhao.min)
sql "UPDATE auth.account SET role = 'nurse', disabled_at = now() WHERE staff = '$left'; UPDATE rec.staff SET role = 'nurse' WHERE id = '$left'" >/dev/null
psql -qAtX "$(cluster_conninfo "$work/s" postgres)" <<-EOS >/dev/null &
	BEGIN;
	SELECT auth.lock_staff('$left');
	SELECT pg_sleep(2);
	UPDATE rec.staff SET active = false WHERE id = '$left';
	COMMIT;
EOS
leaving=$!
sleep 0.7
ok "who leaves while they are resumed stays out" is "$(says POST "/v1/admin/accounts/$left" '{"do":"resume"}') $(sql "SELECT disabled_at IS NOT NULL FROM auth.account WHERE staff = '$left'")" '422 bad_input staff t'
wait $leaving
ok "no password of any is in the log" is "$(grep -cF -e "$once" -e "$code" "$work/daemon.log")" 0
done_testing
