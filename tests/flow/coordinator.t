#!/bin/bash
# coordinator.t - the account that sees figures reaches no person: every address of
# the route table, with ids of real cases, persons, records, letters and groups, and
# words that would find them. None of the answers holds a name, a number or an id of
# them, and nothing that was sent is in the database afterwards.
. tests/flow/lib.sh
use_district
start_daemon

coordinator=$(account district_coordinator)
sign_in "$coordinator"
staff=$(jq -r .reader.staff "$work/session.$coordinator")

# What must not be in any answer: whatever tells who somebody is, and the ids of
# everything that is not the directory.
{
	opened | jq -r 'select(.name? and .initials?) | .id_number // empty, .phone // empty, .address // empty' | sort -u
	sql "SELECT name FROM rec.person WHERE length(name) > 1
	UNION SELECT number FROM rec.\"case\" WHERE number IS NOT NULL
	UNION SELECT unit_id::text FROM log.unit WHERE kind <> 'directory'
	UNION SELECT v.record_id::text FROM log.version v JOIN log.unit u ON u.unit_id = v.unit_id WHERE u.kind <> 'directory'"
} | grep -v '^$' >"$work/all"
# What everybody may read in the directory gives nobody away.
{
	opened | jq -r 'select(.subdistrict? or .eligibility? or .hours?) | .phone // empty'
	sql "SELECT name FROM rec.staff UNION SELECT name FROM rec.site"
} |
	grep -v '^$' | sort -u >"$work/directory"

one() { sql "SELECT $1 LIMIT 1"; }
case_id=$(one "id FROM rec.\"case\" WHERE opened IS NOT NULL ORDER BY id")
person=$(one "person FROM rec.\"case\" WHERE id = '$case_id'")
record=$(one "id FROM rec.service ORDER BY id")
letter=$(one "id FROM rec.letter ORDER BY id")
group=$(one "id FROM rec.\"group\" ORDER BY id")
name=$(one "name FROM rec.person WHERE id = '$person'")
number=$(one "number FROM rec.\"case\" WHERE id = '$case_id'")
sha=$(printf x | sha256sum | cut -d' ' -f1)
# Ids that were sent come back beside what became of them.
printf '%s\n' "$case_id" "$person" "$record" "$letter" "$group" | grep . >>"$work/directory"
grep -vxFf "$work/directory" "$work/all" >"$work/forbidden"
ok "there is something to find" [ "$(wc -l <"$work/forbidden")" -gt 1000 ]
q() { jq -rn --arg v "$1" '$v | @uri'; }

# Every row of the table: method, path, query names.
"$ROUTES" | cut -f 1-2 | tr '\t' ' ' >"$work/routes"
ok "the whole table is walked" [ "$(wc -l <"$work/routes")" -ge 40 ]

bodies=("{}" "{\"case\":\"$case_id\",\"records\":[\"$record\"],\"reason\":\"because\"}"
	"{\"name\":\"$name\",\"number\":\"$number\",\"person\":\"$person\",\"category\":\"life\",\"reason\":\"because it must be so\",\"password\":\"$(password_of "$coordinator")\"}"
	"{\"changes\":[{\"id\":\"$(cat /proc/sys/kernel/random/uuid)\",\"rec\":\"$record\",\"type\":\"service\",\"case\":\"$case_id\",\"op\":\"patch\",\"set\":{\"minutes\":1},\"seen\":{\"minutes\":1},\"base_ver\":1,\"entered_at\":\"2026-01-01T00:00:00+08:00\"}]}"
	"{\"have\":[[\"$record\",\"$sha\"]],\"units\":[[\"$case_id\",\"$sha\"]],\"receipts\":[],\"sha256\":\"$sha\",\"size\":1,\"media\":\"image/png\",\"rec\":\"$record\"}")
: >"$work/answers"
: >"$work/walked"
walk() { # method path
	local body
	if [ "$1" = GET ] || [ "$1" = DELETE ]; then
		api "$1" "$2" >>"$work/answers"
		echo "$1 $2 $(status)" >>"$work/walked"
		return
	fi
	for body in "${bodies[@]}"; do
		api "$1" "$2" "$body" >>"$work/answers"
		echo "$1 $2 $(status)" >>"$work/walked"
	done
}
before=$(sql "SELECT count(*) FROM log.version")
while read -r method path; do
	[ "$method $path" != "DELETE /v1/session" ] && [ "$method $path" != "POST /v1/session" ] || continue
	case $path in /healthz | /readyz | /metrics) continue ;; esac
	[ "$method" != HEAD ] || continue # the handler of GET, without a body
	for id in "$case_id" "$person" "$record" "${letter:-$case_id}" "${group:-$case_id}" services; do
		walk "$method" "$(sed "s/{sha256}/$sha/; s/{[a-z]*}/$id/" <<<"$path")"
		[[ $path = *'{'* ]] || break
	done
done <"$work/routes"
for query in "caseload?q=$(q "$name")" "caseload?q=$(q "$number")" "caseload?view=all&limit=5000" "caseload?view=mine" \
	"overdue" "conflicts" "break-glass?all=yes" "letters?state=all" "files/$sha?rec=$record" \
	"figures/services?by=$(q "$name")" "figures/$(q "$name")" "figures/caseload?by=site" "figures/workload?by=site"; do
	walk GET "/v1/$query"
done
ok "none of the answers says who somebody is" is "$(grep -oFf "$work/forbidden" "$work/answers" | sort -u | head -n 3)" ''
ok "nor does the directory" is "$(api GET /v1/directory | grep -cFf <(grep -E '^[0-9a-f-]{36}$' "$work/forbidden"))" 0
ok "some were answered" [ "$(grep -c ' 200$' "$work/walked")" -gt 5 ]
ok "and some refused" [ "$(grep -cE ' 40[0-9]$' "$work/walked")" -gt 50 ]
ok "none failed" is "$(grep -E ' 5[0-9][0-9]$' "$work/walked" | head -n 3)" ''
ok "nothing was written" is "$(sql "SELECT count(*) FROM log.version")" "$before"
ok "and nothing opened" is "$(sql "SELECT count(*) FROM access.emergency WHERE staff = '$staff'")" 0
sign_in "$(account social_worker 康复站)"
ok "of somebody who sees cases it would have been found out" [ "$(api GET /v1/caseload | grep -coFf "$work/forbidden")" -gt 0 ]

# At a station: a store of the coordinator's own.
enrol desk "$(site_of "$coordinator")" "$coordinator"
station desk sync >/dev/null 2>&1
{ station desk cases && station desk show "$number" && station desk list person && station desk due && station desk referrals --all &&
	station desk group list; } >"$work/station" 2>&1
ok "a station of theirs holds no person either" is "$(grep -oFf "$work/forbidden" "$work/station" | grep -vxF "$number" | sort -u | head -n 3)" ''
ok "and nothing but the directory" is "$(sql "SELECT count(*) FROM log.manifest m JOIN log.replica r ON r.replica = m.replica JOIN log.unit u ON u.unit_id = m.unit_id
	WHERE r.staff = '$staff' AND u.kind <> 'directory'")" 0
done_testing
