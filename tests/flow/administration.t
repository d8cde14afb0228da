#!/bin/bash
# administration.t - accounts, stations and settings by those who administer
# them: what each may, what nobody may alone, and that all of it is on the trail.
. tests/flow/lib.sh
. tests/flow/small.sh
use_blank
start_daemon
use_small
add_person root.one system_admin 甲
add_person root.two system_admin 乙
add_person site.two site_admin 丙
add_person audit.one auditor 审
daemon site add --name 大站 --kind rehab_station --district 小区 >/dev/null
said() { jq -r '[.code, .field] | map(select(.)) | join(" ")' <"$work/answer"; }
says() { echo "$(code "$@") $(said)"; }
small=$(sql "SELECT id FROM rec.site WHERE name = '小站'")
large=$(sql "SELECT id FROM rec.site WHERE name = '大站'")
staff_of() { sql "SELECT staff FROM auth.account WHERE login = '$1'"; }
trail() { sql "SELECT count(*) FROM audit.event WHERE action = '$1' AND outcome = 'ok' AND actor = '$(staff_of "$2")'"; }
new_id() { sql "SELECT gen_random_uuid()"; }
# A change of the directory, as the page makes it.
staff_change() { # id op set [seen] [base_ver]
	jq -cn --arg id "$(new_id)" --arg rec "$1" --arg op "$2" --argjson set "$3" --argjson seen "${4:-null}" --argjson ver "${5:-0}" \
		'{changes: [{id: $id, tx: null, rec: $rec, type: "staff", case: null, op: $op, set: $set, unset: [], seen: ($seen // {}),
		  base_ver: $ver, entered_at: (now | todate), after: null}]}'
}
result() { jq -r '.results[0] | "\(.status) \(.code // "") \(.field // "")"' <"$work/answer"; }
changed() { api POST /v1/changes "$(staff_change "$@")" >/dev/null; result | xargs; }

# --- who may look ---------------------------------------------------------------
sign_in li.na
for path in accounts devices settings; do
	ok "a social worker has no business with $path" is "$(code GET /v1/admin/$path)" 403
done
sign_in audit.one
ok "nor has the auditor" is "$(code GET /v1/admin/accounts) $(code POST /v1/admin/settings '{"key":"lease-days","value":3}')" '403 403'
sign_in wang.wei
ok "a site's administrator sees the accounts of the site" is "$(api GET /v1/admin/accounts | jq '.rows | length')" 6
ok "and no settings" is "$(code GET /v1/admin/settings)" 403
ok "what the role may is said to its page" is "$(jq -c '.reader.may | [.act, (.grant | length)]' <"$work/session.wang.wei")" '[["account","enrolment","device","impact","incident","retention","destroy"],8]'
ok "no administrator has a case" is "$(api GET /v1/caseload | jq '.rows | length')" 0

# --- staff and accounts -----------------------------------------------------------
zhao=$(new_id)
body() { jq -cn --arg site "$1" --arg role "$2" '{name: "赵敏", site: $site, role: $role, active: true}'; }
ok "a site's administrator adds somebody of a care role" is "$(changed "$zhao" create "$(body "$small" nurse)")" applied
ok "not at another site" like "$(changed "$(new_id)" create "$(body "$large" nurse)")" 'parked forbidden'
ok "nor one who looks beyond the site" like "$(changed "$(new_id)" create "$(body "$small" system_admin)")" 'parked forbidden'
# What takes a second administrator is asked for by one and granted by another, without
# the day that second_person.t is about; how the grant is answered is in $work/made.
granted() { # by path body
	local request
	request=$(api POST "$2" "$3" | jq -r .request)
	sql "UPDATE auth.request SET due = now() WHERE id = '$request'" >/dev/null
	current_user=$1 api POST "/v1/admin/requests/$request" '{"grant":true}' >"$work/made"
}
sign_in root.two
as wang.wei
granted root.two /v1/admin/accounts "{\"staff\":\"$zhao\",\"login\":\"Zhao.Min\"}"
ok "an account is made by two, with a password shown once" is "$(status) $(jq -r .login <"$work/made")" '201 zhao.min'
once=$(jq -r .password <"$work/made")
ok "made of eighty random bits" like "$once" '^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$'
ok "and kept as its hash" like "$(sql "SELECT hash FROM auth.account WHERE login = 'zhao.min'")" '^\$argon2id\$'
ok "to be changed at the first sign-in" is "$(sql "SELECT must_change FROM auth.account WHERE login = 'zhao.min'")" t
ok "a second account for the same person is refused" is "$(says POST /v1/admin/accounts "{\"staff\":\"$zhao\",\"login\":\"zhao.other\"}")" '422 bad_input login'
ok "and so is a login that cannot be one" is "$(says POST /v1/admin/accounts "{\"staff\":\"$zhao\",\"login\":\"赵 敏\"}")" '422 bad_input login'
ok "somebody who is not there is not found" is "$(says POST /v1/admin/accounts "{\"staff\":\"$(new_id)\",\"login\":\"nobody\"}")" '404 not_found staff'
printf '%s\t%s\t%s\t%s\t%s\n' nurse zhao.min "$once" 赵敏 小站 >>"$work/accounts.tsv"
sign_in zhao.min
ok "the new person signs in, to choose another" is "$(status) $(jq -r .step <"$work/session.zhao.min")" '201 change'
as wang.wei
ok "it is on the trail, whose and about whom" is \
	"$(sql "SELECT count(*) FROM audit.event WHERE (action, actor) IN (('account_ask', '$(staff_of wang.wei)'), ('account_add', '$(staff_of root.two)')) AND records[1] = '$zhao'")" 2

ok "suspended, the session is over" is "$(code POST "/v1/admin/accounts/$zhao" '{"do":"suspend"}') $(current_user=zhao.min code GET /v1/session)" '200 401'
ok "and nobody signs in" is "$(current_user=zhao.min code POST /v1/session "$(jq -cn --arg p "$once" '{login: "zhao.min", password: $p}')")" 401
ok "until it is taken back" is "$(code POST "/v1/admin/accounts/$zhao" '{"do":"resume"}') $(sign_in zhao.min && status)" '200 201'
as wang.wei
granted root.two "/v1/admin/accounts/$zhao" '{"do":"password"}'
ok "a new one-time password ends the old" is "$(status) $(current_user=zhao.min code POST /v1/session "$(jq -cn --arg p "$once" '{login: "zhao.min", password: $p}')")" '201 401'
ok "nobody does any of this to themselves" is "$(says POST "/v1/admin/accounts/$(staff_of wang.wei)" '{"do":"password"}')" '403 forbidden staff'
ok "nor to one who looks beyond the site" is "$(says POST "/v1/admin/accounts/$(staff_of root.one)" '{"do":"suspend"}')" '403 forbidden role'
ok "another thing than those four is none" is "$(says POST "/v1/admin/accounts/$zhao" '{"do":"promote"}')" '422 bad_code do'
own=$(staff_of wang.wei)
ver=$(sql "SELECT max(version) FROM log.version WHERE record_id = '$own'")
ok "nobody changes the own role" like "$(changed "$own" patch '{"role":"supervisor"}' '{"role":"site_admin"}' "$ver")" 'parked forbidden role'
ok "not even to leave" like "$(changed "$own" patch '{"active":false}' '{"active":true}' "$ver")" 'parked forbidden role'
daemon account password --login zhao.min <<<"pass-word-of-zhao.min" >/dev/null
sed -i "s/^nurse\tzhao.min\t[^\t]*/nurse\tzhao.min\tpass-word-of-zhao.min/" "$work/accounts.tsv"
sign_in zhao.min
as wang.wei
ok "another role takes hold of the account in the same act" is "$(changed "$zhao" patch '{"role":"case_worker"}' '{"role":"nurse"}' 1) $(sql "SELECT role FROM auth.account WHERE login = 'zhao.min'")" 'applied case_worker'
ok "and its sessions are over" is "$(current_user=zhao.min code GET /v1/session)" 401
ok "who has left has no account any more" is "$(changed "$zhao" patch '{"active":false}' '{"active":true}' 2) $(sql "SELECT disabled_at IS NOT NULL FROM auth.account WHERE login = 'zhao.min'")" 'applied t'
ok "and gets it back by nobody's press" is "$(says POST "/v1/admin/accounts/$zhao" '{"do":"resume"}')" '422 bad_input staff'
sql "UPDATE auth.account SET site = '$large' WHERE login = 'site.two'" >/dev/null
sign_in site.two
ok "of another site an administrator finds nobody" is "$(says POST "/v1/admin/accounts/$zhao" '{"do":"suspend"}') $(api GET /v1/admin/accounts | jq '.rows | length')" '404 not_found staff 1'
sql "UPDATE auth.account SET site = '$small' WHERE login = 'site.two'" >/dev/null

# --- a station, by two people ------------------------------------------------------
sign_in wang.wei
ok "a code for another site cannot be made" is "$(says POST /v1/admin/codes "{\"site\":\"$large\"}")" '404 not_found site'
api POST /v1/admin/codes "{\"site\":\"$small\"}" >"$work/code"
ok "one for the own site can" is "$(status)" 201
mkdir -p "$work/st" && chmod 700 "$work/st"
umask 077
jq -r .code <"$work/code" >"$work/st/desk.code"
password_of li.na >"$work/st/desk.secret"
umask 022
ok "unused ones are listed, without the code" is "$(api GET /v1/admin/devices | jq -r '.codes | length') $(grep -c "$(cat "$work/st/desk.code")" "$work/answer")" '1 0'
station desk enrol --server "$sync_url" --ca "$ca_file" --code-file "$work/st/desk.code" >"$work/enrolled" 2>"$work/enrolling" &
enrolling=$!
asked() { grep -qsE '[0-9]{4}(-[0-9]{4}){3}' "$work/enrolling"; }
ok "the station shows a check number and waits" wait_for 10 asked
check=$(grep -oE '[0-9]{4}(-[0-9]{4}){3}' "$work/enrolling")
key_digits() { # sixteen digits of the first eight bytes of the key's SHA-256, reckoned by others
	local hex
	hex=$(openssl pkey -in "$work/st/desk/device.key.next" -pubout -outform DER | sha256sum | cut -c1-16)
	printf '%016d' "$(echo "ibase=16; ${hex^^} % 2386F26FC10000" | bc)" | sed 's/\(....\)\(....\)\(....\)\(....\)/\1-\2-\3-\4/'
}
ok "which follows from its key" is "$check" "$(key_digits)"
request=$(api GET /v1/admin/devices | jq -r '.requests[0].id')
ok "the request stands, with the same number" is "$(jq -r '.requests | map([.check, .site_name]) | .[] | join(" ")' <"$work/answer")" "$check 小站"
ok "who made the code does not grant it" is "$(says POST "/v1/admin/enrolments/$request" "{\"grant\":true,\"check\":\"$check\"}")" '403 forbidden grant'
sign_in li.na
ok "nor does somebody who is no administrator" is "$(code POST "/v1/admin/enrolments/$request" "{\"grant\":true,\"check\":\"$check\"}")" 403
ok "not even the database would" exits 1 sql "UPDATE auth.enrolment SET decided_at = now(), decided_by = made_by, granted = true"
sign_in site.two
ok "a second one needs the number" is "$(says POST "/v1/admin/enrolments/$request" '{"grant":true,"check":"0000-0000-0000-0000"}')" '422 bad_input check'
ok "nothing is let in until then" is "$(sql 'SELECT count(*) FROM auth.device')" 0
kill -TERM "$enrolling" 2>/dev/null
wait "$enrolling"
ok "the station may end meanwhile" test ! -e "$work/st/desk/device.crt"
ok "with it the second one grants" is "$(code POST "/v1/admin/enrolments/$request" "{\"grant\":true,\"check\":\"$check\"}")" 200
ok "once" is "$(says POST "/v1/admin/enrolments/$request" "{\"grant\":true,\"check\":\"$check\"}")" '422 decided grant'
ok "and the same code at the same station brings its certificate" exits 0 station desk enrol --server "$sync_url" --ca "$ca_file" --code-file "$work/st/desk.code"
ok "by its key, with who granted it" is "$(sql "SELECT encode(spki, 'hex') || ' ' || granted_by FROM auth.device")" \
	"$(openssl pkey -in "$work/st/desk/device.key" -pubout -outform DER | sha256sum | cut -d' ' -f1) $(staff_of site.two)"
ok "another computer gets nothing for that code" exits 1 station other enrol --server "$sync_url" --ca "$ca_file" --code-file "$work/st/desk.code"
ok "both are on the trail" is "$(trail enrol_code wang.wei) $(trail enrol_grant site.two)" '1 1'
ok "the station signs in and syncs" exits 0 station desk login --user li.na --password-file "$work/st/desk.secret"
quick_key desk
station desk sync >/dev/null

sign_in wang.wei
api POST /v1/admin/codes "{\"site\":\"$small\"}" >"$work/code"
(umask 077 && jq -r .code <"$work/code" >"$work/st/refused.code")
station refused enrol --server "$sync_url" --ca "$ca_file" --code-file "$work/st/refused.code" >/dev/null 2>"$work/enrolling" &
enrolling=$!
wait_for 10 asked
sign_in site.two
request=$(api GET /v1/admin/devices | jq -r '.requests[0].id')
ok "it can be refused" is "$(code POST "/v1/admin/enrolments/$request" '{"grant":false}')" 200
wait "$enrolling"
ok "and the station is told" is "$? $([ -e "$work/st/refused/device.crt" ] && echo certificate)" '1 '
api POST /v1/admin/codes "{\"site\":\"$small\"}" >"$work/code"
ok "a code can be taken back" is "$(code DELETE "/v1/admin/codes/$(jq -r .id <"$work/code")") $(api GET /v1/admin/devices | jq '.codes | length')" '204 0'

# --- how a station stands -------------------------------------------------------------
device=$(sql 'SELECT id FROM auth.device')
row() { api GET /v1/admin/devices | jq -r ".devices[] | select(.id == \"$device\") | $1"; }
ok "it said its program and that nothing waits" is "$(row '"\(.program) \(.unsent)"')" "$("$CASEBRIDGE" --version | awk '{print $2}') 0"
ok "and when it was seen" like "$(row .seen)" "^$(date -u +%Y-%m-%d)T"

# --- ninety days ------------------------------------------------------------------------
crt() { openssl x509 -in "$work/st/desk/device.crt" -noout "$@"; }
old=$(crt -serial)
sql "UPDATE auth.device SET expires_at = now() + interval '31 days'" >/dev/null
rm "$work/st/desk/told"
station desk sync >/dev/null
ok "with more than thirty days left nothing is renewed" is "$(crt -serial)" "$old"
sql "UPDATE auth.device SET expires_at = now() + interval '29 days'" >/dev/null
rm "$work/st/desk/told"
station desk sync >/dev/null
ok "with less the certificate is made anew by itself" isnt "$(crt -serial)" "$old"
ok "for the key that was there" is "$(crt -pubkey | openssl pkey -pubin -outform DER | sha256sum)" "$(openssl pkey -in "$work/st/desk/device.key" -pubout -outform DER | sha256sum)"
ok "for ninety days from now on, at the centre as well" is \
	"$(crt -checkend $((89 * 86400)) >/dev/null && echo here) $(sql "SELECT round(extract(epoch FROM expires_at - now()) / 86400) FROM auth.device")" 'here 90'
ok "and it works" exits 0 station desk sync
ok "the trail says so" is "$(sql "SELECT count(*) FROM audit.event WHERE action = 'device_renew' AND device = '$device'")" 1
old=$(crt -serial)
if [ -n "$faketime" ] && [[ $BUILD != *asan* ]]; then # which wants to be loaded first itself
	LD_PRELOAD=$faketime FAKETIME=+70d station desk sync >/dev/null 2>&1
	ok "a station whose own clock says that little is left does it as well" isnt "$(crt -serial)" "$old"
else
	skip "a station whose own clock says that little is left does it as well" 'no libfaketime, or a sanitized program'
fi
csr=$(openssl ecparam -name prime256v1 -genkey -noout -out "$work/foreign.key" && openssl req -new -key "$work/foreign.key" -subj /CN=x 2>/dev/null)
over_tls() { # method path body
	curl -sS --max-time 20 -X "$1" --cacert "$ca_file" --cert "$work/st/desk/device.crt" --key "$work/st/desk/device.key" -o "$work/answer" \
		-w '%{http_code}' -H 'Content-Type: application/json' -d "$3" "$sync_url$2"
}
ok "a certificate for another key is not made" is \
	"$(over_tls POST /v1/device "$(jq -cn --arg c "$csr" '{program: "x", unsent: 0, csr: $c}')") $(said)" '422 bad_input csr'
ok "a report of something else is refused" is "$(over_tls POST /v1/device '{"program":"x","unsent":0,"who":"me"}') $(said)" '422 unknown_field who'
ok "and so is one without a count" is "$(over_tls POST /v1/device '{"program":"x"}') $(said)" '422 out_of_range unsent'

# --- shut out ------------------------------------------------------------------------------
sign_in wang.wei
ok "a lock wants a reason" is "$(says POST "/v1/admin/devices/$device" '{"do":"lock"}')" '422 missing reason'
ok "locked" is "$(code POST "/v1/admin/devices/$device" '{"do":"lock","reason":"丢失"}') $(row .ordered)" '200 lock'
ok "the station hears it at its next contact" exits 4 station desk sync
ok "and it is not renewed" is "$(over_tls POST /v1/device '{"program":"x","unsent":0}') $(said)" '403 device_locked'
ok "unlocked" is "$(code POST "/v1/admin/devices/$device" '{"do":"unlock"}') $(row .ordered)" '200 null'
ok "there is nothing more to take back" is "$(says POST "/v1/admin/devices/$device" '{"do":"unlock"}')" '422 bad_step device'
ok "revoked" is "$(code POST "/v1/admin/devices/$device" '{"do":"revoke"}') $(row '.revoked_at != null')" '200 true'
ok "is shut out at once" is "$(over_tls POST /v1/device '{"program":"x","unsent":0}') $(said)" '403 device_unknown'
ok "a station that is not there is not found" is "$(says POST "/v1/admin/devices/$small" '{"do":"revoke"}')" '404 not_found device'
ok "all on the trail" is "$(trail device_lock wang.wei) $(trail device_unlock wang.wei) $(trail device_revoke wang.wei)" '1 1 1'

# --- settings -----------------------------------------------------------------------------------
sign_in root.one
setting() { api GET /v1/admin/settings | jq -c ".settings[] | select(.key == \"$1\") | [.value, .file, .min, .max, .set]"; }
ok "a setting is shown with what the file says and how far it goes" is "$(setting figures-below-sites)" '[5,5,5,1000,false]'
ok "small cells are hidden from more on, not from less" is \
	"$(says POST /v1/admin/settings '{"key":"figures-below-sites","value":4}')" '422 out_of_range value'
ok "a page left alone ends sooner, not later" is "$(says POST /v1/admin/settings '{"key":"session-idle-minutes","value":16}')" '422 out_of_range value'
ok "what cannot be changed while it runs cannot" is "$(says POST /v1/admin/settings '{"key":"threads","value":2}')" '422 bad_code key'
ok "but it is shown" is "$(api GET /v1/admin/settings | jq -r '.fixed[] | select(.key == "password-cost") | .value')" floor
ok "no path and no secret is" is "$(jq -r '.fixed[].key' <"$work/answer" | grep -cE 'database|dir|key|listen')" 0
ok "eight is taken" is "$(code POST /v1/admin/settings '{"key":"figures-below-sites","value":8}') $(setting figures-below-sites)" '200 [8,5,5,1000,true]'
sign_in root.two
api POST /v1/admin/settings '{"key":"session-idle-minutes","value":1}' >/dev/null
sql "UPDATE auth.session s SET last_seen = now() - interval '2 minutes' FROM auth.account a WHERE a.id = s.account AND a.login = 'root.one'" >/dev/null
ok "a page left alone for two minutes is over now" is "$(current_user=root.one code GET /v1/admin/settings)" 401
ok "who set it is said" is "$(api GET /v1/admin/settings | jq -r '.settings[] | select(.set) | "\(.key) \(.by)"' | sort)" \
	"$(printf '%s\n' "figures-below-sites $(staff_of root.one)" "session-idle-minutes $(staff_of root.two)")"
stop_daemon
start_daemon
sign_in root.two
ok "it holds after a restart" is "$(setting figures-below-sites)" '[8,5,5,1000,true]'
stop_daemon
start_daemon --figures-below-sites=10
sign_in root.two
ok "but never below a file that became stricter" is "$(setting figures-below-sites)" '[10,10,10,1000,false]'
ok "the file's own value takes it back" is "$(code POST /v1/admin/settings '{"key":"session-idle-minutes","value":15}') $(setting session-idle-minutes)" '200 [15,15,1,15,false]'
ok "settings are on the trail" is "$(sql "SELECT count(*) FROM audit.event WHERE action LIKE 'setting %'")" 3
ok "no password and no code is in the log" is "$(grep -cE "$once|$(cat "$work/st/desk.code")" "$work/daemon.log")" 0
done_testing
