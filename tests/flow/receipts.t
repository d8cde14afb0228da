#!/bin/bash
# receipts.t - a purge counts as done only by a receipt signed with the key of the
# device that held the copy, for that copy, that incarnation and that very purge.
. tests/flow/lib.sh
use_district
start_daemon

mkdir -p "$work/keys"
echo 0 >"$work/req" # in a file: some calls are made in subshells
call() { # METHOD PATH [BODY]: at the sync listener, as the station's program would
	local options=(-sS --max-time 40 -X "$1" --cacert "$ca_file" -o "$work/answer" -w '%{http_code}' -H "Authorization: Bearer ${token:-}")
	[ -z "${replica:-}" ] || { echo $(($(cat "$work/req") + 1)) >"$work/req" && options+=(-H "Sync-Replica: $replica" -H "Sync-Req: $(cat "$work/req")"); }
	[ -z "${3:-}" ] || options+=(-H 'Content-Type: application/json' -d "$3")
	[ ! -e "$work/keys/own.pem" ] || options+=(--cert "$work/keys/own.pem" --key "$work/keys/own.key")
	curl "${options[@]}" "$sync_url$2" >"$work/status" 2>"$work/curl"
}
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$work/keys/$1.key"; }
key own && key other
openssl req -new -key "$work/keys/own.key" -subj /CN=x -out "$work/keys/own.csr" 2>/dev/null
case_id=$(sql "SELECT id FROM rec.\"case\" WHERE number = 'QQ-2025-001'")
home=$(sql "SELECT home_site FROM rec.\"case\" WHERE id = '$case_id'")
own=$(sql "SELECT login FROM auth.account WHERE site = '$home' AND role = 'social_worker' ORDER BY 1 LIMIT 1")
doctor=$(sql "SELECT a.login FROM auth.account a JOIN access.reach r ON r.key = a.staff AND r.unit_id = '$case_id' WHERE a.role = 'psychiatrist' ORDER BY 1 LIMIT 1")
hospital=$(sql "SELECT site FROM auth.account WHERE login = '$doctor'")
code=$(daemon enrol-code --alone --site "$hospital" --json | jq -r .code)
call POST /v1/devices "$(jq -cn --arg c "$code" --rawfile r "$work/keys/own.csr" '{code: $c, csr: $r}')"
jq -r .certificate "$work/answer" >"$work/keys/cert" && mv "$work/keys/cert" "$work/keys/own.pem"
call POST /v1/session "$(jq -cn --arg l "$doctor" --arg p "$(password_of "$doctor")" '{login: $l, password: $p}')"
token=$(jq -r .token "$work/answer")
ok "a doctor's station is let in and signs in" is "$(status) ${#token}" "201 43"
mine=01a20000-0000-7000-8000-00000000abcd
call POST /v1/replicas "{\"replica\":\"$mine\",\"store\":\"raw\"}"
ok "its store is known" is "$(status)" 201
replica=$mine
next=''
for i in 1 2 3 4 5 6 7 8; do
	call GET "/v1/changes?since=$next&max_bytes=8000000"
	next=$(tail -n 1 "$work/answer" | jq -r .f.next)
	state=$(sql "SELECT state FROM log.manifest WHERE replica = '$mine' AND unit_id = '$case_id'")
	[ "$state" = q ] || break
done
ok "the case is sent to it" is "$state" o
gen() { sql "SELECT gen FROM log.manifest WHERE replica = '$mine' AND unit_id = '$case_id'"; }
receipt() { call POST /v1/receipts "{\"receipts\":[$1]}" && jq -c '[.accepted, .ignored]' "$work/answer"; }
ok "and stored" is "$(receipt "{\"kind\":\"stored\",\"unit\":\"$case_id\",\"gen\":$(gen)}")" '[1,0]'
state() { sql "SELECT state FROM log.manifest WHERE replica = '$mine' AND unit_id = '$case_id'"; }
ok "so it is held" is "$(state)" h

ok "its manager signs in" sign_in "$own"
members=$(sql "SELECT json_agg(id) FROM rec.member WHERE case_id = '$case_id' AND staff = (SELECT staff FROM auth.account WHERE login = '$doctor') AND \"to\" IS NULL")
ok "the doctor leaves the care group" is "$(code POST /v1/withdrawals "{\"case\":\"$case_id\",\"records\":$members,\"reason\":\"调岗\"}")" 200
call GET "/v1/changes?since=$next&max_bytes=8000000"
ok "the next page asks for the purge" is "$(state) $(grep -c "$case_id" "$work/answer")" "p 1"
ok "before anything else" is "$(sed -n 2p "$work/answer" | grep -c "$case_id")" 1
purge=$(sql "SELECT purge_id FROM log.manifest WHERE replica = '$mine' AND unit_id = '$case_id'")

signed() { # KEY REPLICA UNIT GEN PURGE: the text docs/wire.md names, signed
	printf 'casebridge purge v1\n%s\n%s\n%s\n%s\n' "$2" "$3" "$4" "$5" |
		openssl dgst -sha256 -sign "$work/keys/$1.key" | base64 -w 0 | tr '+/' '-_' | tr -d =
}
purged() { # GEN PURGE SIGNATURE
	receipt "{\"kind\":\"purged\",\"unit\":\"$case_id\",\"gen\":$1,\"purge\":\"$2\",\"sig\":\"$3\"}"
}
g=$(gen) other_id=01a20000-0000-7000-8000-00000000ffff
commits=$(sql "SELECT count(*) FROM log.commit WHERE kind = 'r'")
ok "signed by another key it is worth nothing" is "$(purged "$g" "$purge" "$(signed other $mine "$case_id" "$g" "$purge")")" '[0,1]'
ok "nor for another copy" is "$(purged "$g" "$purge" "$(signed own $other_id "$case_id" "$g" "$purge")")" '[0,1]'
ok "nor for another case" is "$(purged "$g" "$purge" "$(signed own $mine $other_id "$g" "$purge")")" '[0,1]'
ok "nor for another incarnation" is "$(purged "$((g + 1))" "$purge" "$(signed own $mine "$case_id" "$((g + 1))" "$purge")")" '[0,1]'
ok "nor for another purge" is "$(purged "$g" $other_id "$(signed own $mine "$case_id" "$g" $other_id)")" '[0,1]'
ok "nor garbage" is "$(purged "$g" "$purge" AAAA)" '[0,1]'
ok "nor with a bit turned" is "$(purged "$g" "$purge" "$(signed own $mine "$case_id" "$g" "$purge" | tr AB BA)x")" '[0,1]'
ok "without a signature it is refused" is "$(receipt "{\"kind\":\"purged\",\"unit\":\"$case_id\",\"gen\":$g,\"purge\":\"$purge\"}" >/dev/null; status) $(jq -r .field "$work/answer")" "422 purge"
ok "nothing of it moved the state, or made a commit" is "$(state) $(sql "SELECT count(*) FROM log.commit WHERE kind = 'r'")" "p $commits"
ok "it is asked for again" is "$(call GET "/v1/changes?since=$next&max_bytes=8000000" && sed -n 2p "$work/answer" | grep -c "$purge")" 1
ok "signed by the device's own key it counts" is "$(purged "$g" "$purge" "$(signed own $mine "$case_id" "$g" "$purge")")" '[1,0]'
ok "as a commit of the log, under its device" is "$(state) $(sql "SELECT count(*) - $commits FROM log.commit WHERE kind = 'r' AND replica = '$mine' AND device IS NOT NULL OR kind = 'r' AND replica IS DISTINCT FROM '$mine'")" "x 1"
ok "once" is "$(purged "$g" "$purge" "$(signed own $mine "$case_id" "$g" "$purge")")" '[0,1]'
done_testing
