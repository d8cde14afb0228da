#!/bin/bash
# json.t - every verb of both programs that says it takes --json prints one JSON
# value: with something to tell, with nothing, and when it refuses. A verb that
# --help lists and this table does not know is a failure.
. tests/flow/lib.sh
use_district
start_daemon

one_value() { # what was printed: exactly one JSON value, and an object or a list
	local got
	got=$(jq -cs 'map(type)' 2>&1 <<<"$1") || { remark "$got" "$(head -c 300 <<<"$1")" && return 1; }
	case $got in '["object"]' | '["array"]') ;; *) remark "got $got" "$(head -c 300 <<<"$1")" && return 1 ;; esac
}
declare -A called

# ---- casebridged
"$CASEBRIDGED" --help >"$work/help"
while IFS='|' read -r verb args; do
	called[$verb]=1
	printed=$(daemon $verb $args --json 2>"$work/said")
	ok "casebridged $verb $args" one_value "$printed"
done <<'TABLE'
enrol-code|--alone --site 平桥街道康复站
pack check|proto/programmes/smd_kinship_care.json
pack list|
pack list|--all
calendar list|
indicators|
device list|
epoch show|
parcel list|
parcel list|--all
parcel retry|
courier rotate|
keys status|
keys rotate|
keys rewrap|
retention list|
TABLE
# Wants a case that was destroyed: destroy.t reads it.
called[retention certificate]=1
missing=''
while read -r verb; do
	[ -n "${called[$verb]:-}" ] || missing="$missing $verb;"
done < <(sed -nE 's/^  casebridged ([a-z-]+( [a-z]+)?)( .*)?\[--json\].*/\1/p' "$work/help")
ok "no verb that takes it was left out" is "$missing" ""
ok "they are not few" [ "${#called[@]}" -ge 6 ]

login=$(account social_worker 平桥街道康复站)
ok "a station" enrol desk "$(site_of "$login")" "$login"
ok "it syncs" one_value "$(station desk sync --json)"
ok "the device is in the list, as a program reads it" is "$(daemon device list --json |
	jq -c --arg d "$(jq -r .device "$work/st/desk/station.json")" \
		'.devices[] | select(.device == $d) | [.site, .state, .revoked, .order, .days, (.expires > .enrolled)]')" \
	"[\"$(site_of "$login")\",\"active\",null,null,0,true]"
ok "and for a person it stands in lines" is "$(daemon device list | awk -F '\t' 'NR == 1 { print NF, $1, $7 }')" '7 device state'
ok "the years of the calendar are numbers" is "$(daemon calendar list --json | jq -c '[.years[] | [(.year | type), (.holidays > 0)]] | unique')" '[["number",true]]'
ok "the epochs are, and what stands" is "$(daemon epoch show --json |
	jq -c '[.epochs[0].epoch, .epochs[0].why, .log.confirmed, (.log.csn > 0), .log.away]')" '[1,"first",true,true,0]'

# ---- casebridge: every verb, as it is first met
"$CASEBRIDGE" --help --lang en >"$work/help"
case_no=$(station desk cases --json | jq -r --arg s "$(station desk status --json | jq -r .reader.site)" '[.[] | select(.home_site == $s)][0].number')
nobody=01990000-0000-7000-8000-000000000001
printf '%s\n' '姓名,性别' '陈小雨,女' >"$work/list.csv"
printf '%s' '%PDF-1.4 x' >"$work/x.pdf"
called=()
while IFS='|' read -r verb want args; do
	called[$verb]=1
	args=${args//CASE/$case_no} args=${args//NOBODY/$nobody} args=${args//WORK/$work}
	# shellcheck disable=SC2086
	printed=$(station desk $verb $args --json 2>"$work/said")
	ok "casebridge $verb $(sed "s|$work/||g" <<<"$args")" one_value "$printed"
	ok "… which says: $want" is "$(jq -r 'if type == "object" then .error.code // "ok" else "ok" end' <<<"$printed")" "$want"
done <<'TABLE'
enrol|usage|--server https://127.0.0.1:1 --ca WORK/none
login|bad_login|--user nobody --password-file WORK/st/desk.secret
account|ok|
account|usage|end WORK/none
account|not_found|object 01900000-0000-7000-8000-000000000000
carry|ok|
status|ok|
status|ok|--all
cases|ok|
cases|ok|zzzz
due|ok|
due|ok|--days 0
measures|ok|CASE
programme|ok|
programme|ok|smd_kinship_care
show|ok|CASE
show|ok|CASE --copies
show|not_found|NOBODY
list|ok|case
list|ok|service
list|unknown_type|incident_of_no_kind
add|ok|task --case CASE title=电话 status=open
form|ok|
form|ok|smd_follow_up
edit|not_found|NOBODY status=done
plan|not_found|NOBODY --dry-run
group|ok|
group|ok|list
match|missing|name=陈小雨
merge|not_found|NOBODY NOBODY
attach|ok|CASE WORK/x.pdf --title 同意书
fetch|not_found|NOBODY
fetch|ok|--all
discard|not_found|NOBODY
discard|bad_input|withdrawn
refer|bad_input|CASE --to nowhere --reason x --letter WORK/none
referrals|ok|
referrals|ok|--all --in
referral|not_found|NOBODY
menu|ok|
menu|ok|--patient
request|not_found|nothing
requests|ok|
requests|ok|--all
answer|not_found|NOBODY
contact|ok|note=x
contacts|ok|
contacts|ok|--all
promote|not_found|NOBODY
withdraw|not_found|CASE NOBODY --reason x --preview
copies|ok|CASE
break-glass|ok|list
break-glass|ok|list --all
sign|not_found|NOBODY
retract|not_found|NOBODY --reason x
conflicts|ok|
salvage|ok|
settle|not_found|NOBODY mine
score|ok|
score|ok|phq9 2,2,3,2,1,1,2,0,1
import|ok|WORK/list.csv --dry-run
import|ok|--batches
export|ok|--unsent WORK/unsent.out
print|ok|case CASE -o WORK/case.pdf
open|usage|--no-browser --web WORK/none
doctor|ok|
sync|ok|--estimate
figures|ok|
audit|forbidden|
sync|ok|
TABLE
missing=''
for verb in $(sed -nE 's/^  ([a-z][a-z-]*)  +[^ ].*/\1/p' "$work/help"); do
	[ -n "${called[$verb]:-}" ] || missing="$missing $verb;"
done
ok "no verb was left out" is "$missing" ""
ok "they are not few" [ "${#called[@]}" -ge 44 ]
done_testing
