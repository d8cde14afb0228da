#!/bin/bash
# enrol.t - letting a station in, what its certificate is worth, and the end
# of it; and a feed that waits without a worker.
. tests/flow/lib.sh
. tests/flow/small.sh
use_blank
start_daemon --lane-feed=1
use_small

mkdir -p "$work/keys"
new_key() { openssl ecparam -name "${2:-prime256v1}" -genkey -noout -out "$work/keys/$1.key"; }
new_csr() { # name key [subject]
	openssl req -new -key "$work/keys/$2.key" -subj "${3:-/CN=admin}" -out "$work/keys/$1.csr" 2>/dev/null
}
new_code() { daemon enrol-code --alone --site 小站 --json | jq -r .code; }
# On the sync listener, with the certificate NAME or with none.
call() { # name method path [body] [curl option…]: prints the answer
	local name=$1 method=$2 path=$3 body=${4:-}
	shift $(($# < 4 ? $# : 4))
	local options=(-sS --max-time 40 -X "$method" --cacert "$ca_file" -o "$work/answer" -D "$work/headers" -w '%{http_code}')
	[ -z "$body" ] || options+=(-H 'Content-Type: application/json' -d "$body")
	[ "$name" = - ] || options+=(--cert "$work/keys/$name.pem" --key "$work/keys/$name.key")
	: >"$work/answer"
	curl "${options[@]}" "$@" "$sync_url$path" >"$work/status" 2>"$work/curl" || remark "$(cat "$work/curl")"
	cat "$work/answer"
}
call_code() { call "$@" >/dev/null && status; }
said() { jq -r '[.code, .field] | map(select(.)) | join(" ")' <"$work/answer"; }
request() { jq -cn --arg c "$1" --rawfile r "$work/keys/$2.csr" '{code: $c, csr: $r}'; }
let_in() { # name: enrolled, its certificate kept
	new_key "$1" && new_csr "$1" "$1" &&
		call - POST /v1/devices "$(request "$(new_code)" "$1")" >"$work/enrolled.$1" &&
		jq -r .certificate <"$work/enrolled.$1" >"$work/keys/$1.pem"
}
sign_in_as() { jq -cn --arg l "$1" --arg p "${2:-$(password_of "$1")}" '{login: $l, password: $p}'; }

# --- codes ------------------------------------------------------------------------
new_key first && new_csr first first
code=$(new_code)
ok "a code is sixteen characters in fours" like "$code" '^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$'
ok "only its hash is kept" is "$(sql "SELECT encode(code, 'hex') FROM auth.enrol_code")" \
	"$(printf %s "${code//-/}" | sha256sum | cut -d' ' -f1)"
ok "another code lets nobody in" is "$(call_code - POST /v1/devices "$(request 0000-0000-0000-0000 first)") $(said)" '422 bad_input code'
ok "each is told in their language what would be accepted" is "$(jq -r '.text | [.zh, .en] | map(test("[a-z]{5}")) | map(tostring) | join(" ")' "$work/answer") $(jq -r '.text.en | test("登记码")' "$work/answer")" 'false true false'
ok "nor does half a one" is "$(call_code - POST /v1/devices "$(request 0000-0000 first)") $(said)" '422 bad_input code'
new_key large secp384r1 && new_csr large large
ok "a key of another kind is refused" is "$(call_code - POST /v1/devices "$(request "$code" large)") $(said)" '422 bad_input csr'
ok "and so is what is no request" is "$(call_code - POST /v1/devices "{\"code\":\"$code\",\"csr\":\"hello\"}") $(said)" '422 bad_input csr'
typed=$(tr 'A-Z01' 'a-zol' <<<"${code//-/ }")
call - POST /v1/devices "$(request "$typed" first)" >"$work/enrolled.first"
ok "the code is good until used, typed in any way" is "$(status)" 201
jq -r .certificate <"$work/enrolled.first" >"$work/keys/first.pem"
jq -r .ca <"$work/enrolled.first" >"$work/ca.told"
ok "and once only" is "$(call_code - POST /v1/devices "$(request "$code" first)") $(said)" '422 bad_input code'
new_key second && new_csr second second
old=$(new_code)
sql "UPDATE auth.enrol_code SET expires_at = now() WHERE used_at IS NULL" >/dev/null
ok "after half an hour it is worth nothing" is "$(call_code - POST /v1/devices "$(request "$old" second)") $(said)" '422 bad_input code'
ok "one key is one device" is "$(call_code - POST /v1/devices "$(request "$(new_code)" first)") $(said)" '422 bad_input csr'
ok "browsers cannot enrol" is "$(code POST /v1/devices '{}')" 404

# --- the certificate --------------------------------------------------------------------
device=$(jq -r .device <"$work/enrolled.first")
text=$(openssl x509 -in "$work/keys/first.pem" -noout -text)
ok "it says which device" like "$text" "URI:urn:casebridge:device:$device"
ok "and not what the request claimed" unlike "$text" 'CN ?= ?admin'
ok "it is for clients" like "$text" 'TLS Web Client Authentication'
ok "and for nothing else" unlike "$text" 'Server Authentication|Certificate Sign'
ok "for ninety days" is "$((($(date -d "$(openssl x509 -in "$work/keys/first.pem" -noout -enddate | cut -d= -f2)" +%s) - $(date +%s) + 3600) / 86400))" 90
ok "from the authority it names" exits 0 openssl verify -purpose sslclient -CAfile "$work/ca.told" "$work/keys/first.pem"

# --- what it is worth ---------------------------------------------------------------------
ok "without a certificate nobody signs in here" is "$(call_code - POST /v1/session "$(sign_in_as li.na)") $(said)" '403 device_unknown'
new_key rogue_ca
openssl req -x509 -new -key "$work/keys/rogue_ca.key" -subj '/O=Casebridge/CN=Casebridge device CA' -days 9 -out "$work/keys/rogue_ca.pem" 2>/dev/null
new_key rogue && new_csr rogue rogue "/O=Casebridge/CN=$device"
sign_with() { # CA request usage out: as our authority would
	openssl x509 -req -in "$work/keys/$2.csr" -CA "$1.pem" -CAkey "$1.key" -CAserial "$work/serial" -CAcreateserial -days 9 \
		-extfile <(printf 'extendedKeyUsage=%s\nsubjectAltName=URI:urn:casebridge:device:%s\n' "$3" "$device") \
		-out "$work/keys/$4.pem" 2>/dev/null
	[ -e "$work/keys/$4.key" ] || cp "$work/keys/first.key" "$work/keys/$4.key"
}
sign_with "$work/keys/rogue_ca" rogue clientAuth rogue
sign_with "$work/keys/rogue_ca" first clientAuth borrowed
sign_with "$work/state/ca" first serverAuth misused
ok "nor with one another authority signed in the same name" is "$(call_code rogue POST /v1/session "$(sign_in_as li.na)") $(said)" '403 device_unknown'
ok "not even for the right key" is "$(call_code borrowed POST /v1/session "$(sign_in_as li.na)") $(said)" '403 device_unknown'
ok "nor with one of ours made for servers" is "$(call_code misused POST /v1/session "$(sign_in_as li.na)") $(said)" '403 device_unknown'
cp "$work/state/server.pem" "$work/keys/server.pem" && cp "$work/state/server.key" "$work/keys/server.key"
ok "nor with the server's own" is "$(call_code server POST /v1/session "$(sign_in_as li.na)") $(said)" '403 device_unknown'
cp "$work/keys/first.pem" "$work/keys/stolen.pem" && new_key stolen
stolen() { call stolen POST /v1/session "$(sign_in_as li.na)" >/dev/null 2>&1; is "$(status)" 000; }
ok "nor with a certificate whose key is elsewhere" stolen
rm -f "$work/remark"
call first POST /v1/session "$(sign_in_as li.na)" >"$work/session"
ok "with its own certificate it signs in" is "$(status)" 201
token=$(jq -r .token <"$work/session")
ok "and gets a token, no cookie" is "${#token} $(header set-cookie)" '43 '
ok "which lasts as long as a station may stay away" test \
	"$(($(date -d "$(jq -r .expires <"$work/session")" +%s) - $(date +%s)))" -gt $((6 * 86400))
bearer=(-H "Authorization: Bearer $token")
ok "the token works on that device" is "$(call_code first GET /v1/session '' "${bearer[@]}")" 200
ok "not without its certificate" is "$(call_code - GET /v1/session '' "${bearer[@]}") $(said)" '403 device_unknown'
let_in second
ok "not on another device" is "$(call_code second GET /v1/session '' "${bearer[@]}") $(said)" '403 device_unknown'
ok "not in a browser" is "$(code GET /v1/session '' -H "Cookie: __Host-session=$token")" 403
ok "no cookie works here" is "$(call_code first GET /v1/session '' -H "Cookie: __Host-session=$token")" 401
sql "UPDATE auth.session SET last_seen = now() - interval '2 days'" >/dev/null
ok "two quiet days do not end it" is "$(call_code first GET /v1/session '' "${bearer[@]}")" 200

# --- guessing from outside ------------------------------------------------------------------
for _ in 1 2 3 4 5; do
	current_user=nobody code POST /v1/session "$(sign_in_as li.na wrong-password)" >/dev/null
done
ok "somebody elsewhere locks the account" is "$(current_user=nobody code POST /v1/session "$(sign_in_as li.na)")" 429
ok "but not at the station she works on" is "$(call_code first POST /v1/session "$(sign_in_as li.na)")" 201
ok "a station she never used is no way around" is "$(call_code second POST /v1/session "$(sign_in_as li.na)")" 429
for _ in 1 2 3 4 5; do call first POST /v1/session "$(sign_in_as li.na wrong-password)" >/dev/null; done
ok "guessing at her station has its own end" is "$(call_code first POST /v1/session "$(sign_in_as li.na)")" 429
sql 'DELETE FROM auth.attempt' >/dev/null

# --- a feed that waits ------------------------------------------------------------------------
replica=01a2011a-2747-762d-9d2b-3ca11f1b97a0
n_req=0
replica_call() { # method path [body]: the next numbered request
	n_req=$((n_req + 1))
	call first "$1" "$2" "${3:-}" "${bearer[@]}" -H "Sync-Replica: $replica" -H "Sync-Req: $n_req" \
		-H "Sync-Seen: ${seen:-}"
}
call first POST /v1/replicas "{\"replica\":\"$replica\",\"store\":\"first\"}" "${bearer[@]}" >"$work/replica"
ok "a store registers" is "$(status)" 201
seen=$(jq -r .head <"$work/replica")
since=
pull() { # wait
	replica_call GET "/v1/changes?wait=$1&since=$since" >"$work/page"
	since=$(tail -n 1 "$work/page" | jq -r .f.next)
	seen=$(header sync-head)
}
pull 0
ok "it pulls until there is no more" is "$(status) $(tail -n 1 "$work/page" | jq -r .f.more)" '200 false'
held=$(grep '^{"u":' "$work/page" | jq -cs '{receipts: map({kind: "stored", unit: .u.unit, gen: .u.gen})}')
replica_call POST /v1/receipts "$held" >"$work/receipt"
ok "and says what it has stored" is "$(cat "$work/receipt")" '{"accepted":1,"ignored":0}'
start=${EPOCHREALTIME/./}
pull 3
took=$(((${EPOCHREALTIME/./} - start) / 1000))
ok "with nothing new it waits as long as asked ($took ms)" test "$took" -ge 2500 -a "$took" -le 6000
n_req=$((n_req + 1))
(call first GET "/v1/changes?wait=25&since=$since" '' "${bearer[@]}" -H "Sync-Replica: $replica" -H "Sync-Req: $n_req" \
	-H "Sync-Seen: $seen" >"$work/page2"; echo "${EPOCHREALTIME/./}" >"$work/came") &
waiting=$!
parked() { curl -s "http://127.0.0.1:$ops_port/metrics" | grep -q '^casebridge_parked 1'; }
ok "a waiting feed is parked" wait_for 5 parked
idle() { curl -s "http://127.0.0.1:$ops_port/metrics" | grep -q 'lane_running{lane="feed"} 0'; }
ok "and its only worker is free" idle
start=${EPOCHREALTIME/./}
add_person ma.yun nurse 马云
wait "$waiting"
took=$((($(cat "$work/came") - start) / 1000))
ok "a commit of another process wakes it ($took ms)" test "$took" -lt 5000
ok "with what is new" like "$(cat "$work/page2")" 马云

# --- shut out ------------------------------------------------------------------------------------
# On one connection: asked, revoked, asked again.
mkfifo "$work/asks"
openssl s_client -quiet -verify_quiet -connect "127.0.0.1:$sync_port" -cert "$work/keys/first.pem" \
	-key "$work/keys/first.key" <"$work/asks" >"$work/told" 2>/dev/null &
exec 5>"$work/asks"
ask() { printf 'GET /v1/session HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n' "$token" >&5; }
answers() { grep -ao 'HTTP/1.1 [0-9]*' "$work/told" | cut -d' ' -f2 | xargs; }
answers_are() { [ "$(answers | wc -w)" = "$1" ]; }
ask
wait_for 5 answers_are 1
daemon device revoke --device "$device"
ask
wait_for 5 answers_are 2
exec 5>&-
ok "revoking works on an open connection" is "$(answers)" '200 403'
ok "and on new ones" is "$(call_code first GET /v1/session '' "${bearer[@]}") $(said)" '403 device_unknown'
ok "not even to sign in" is "$(call_code first POST /v1/session "$(sign_in_as li.na)") $(said)" '403 device_unknown'
ok "the list says so" like "$(daemon device list | grep "$device" | cut -f5)" '^20'
call second POST /v1/session "$(sign_in_as wang.wei)" >"$work/session"
ok "other stations go on" is "$(status)" 201
sql "UPDATE auth.device SET expires_at = now()" >/dev/null
ok "until their time is over" is "$(call_code second GET /v1/session '' -H "Authorization: Bearer $(jq -r .token <"$work/session")") $(said)" '403 device_unknown'
ok "a device that does not exist cannot be revoked" exits 2 daemon device revoke --device "$replica"
ok "enrolment is on the trail" is "$(sql "SELECT count(*) FROM audit.event WHERE action = 'enrol' AND device IS NOT NULL")" 2
ok "the log has no code and no token" is "$(grep -cE "${code%%-*}-|$token" "$work/daemon.log")" 0
done_testing
