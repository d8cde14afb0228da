# changing.sh - people of sites, and changes they make in the browser.
#
#   . tests/flow/lib.sh; . tests/flow/changing.sh
#   login SITE ROLE; staff LOGIN             the first account of a role there; whose it is
#   change OP TYPE REC CASE SET [SEEN [UNSET]]   by who is signed in: "applied", or status, code and field
#   put SENTENCE TYPE REC CASE SET           a test line: a new record is taken
new_id() {
	printf '%012x' "$(date +%s%3N)" | sed 's/\(.\{8\}\)\(.\{4\}\)/\1-\2/'
	printf -- '-7%03x-8%03x-%012x' $((RANDOM % 4096)) $((RANDOM % 4096)) $((RANDOM * RANDOM * RANDOM))
}
login() { sql "SELECT login FROM auth.account WHERE site = '$1' AND role = '$2' ORDER BY login LIMIT 1"; }
staff() { sql "SELECT staff FROM auth.account WHERE login = '$1'"; }
change() {
	jq -cn --arg id "$(new_id)" --arg op "$1" --arg type "$2" --arg rec "$3" --arg c "$4" --argjson set "$5" --argjson seen "${6:-null}" --argjson unset "${7:-null}" \
		'{changes: [{id: $id, op: $op, type: $type, rec: $rec, entered_at: "2026-11-21T09:30:00+08:00"}
		  + (if $set then {set: $set} else {} end) + (if $c == "" then {} else {case: $c} end) + (if $seen then {seen: $seen} else {} end)
		  + (if $unset then {unset: $unset} else {} end) + (if $op == "retract" then {reason: "误录"} else {} end)]}' |
		api POST /v1/changes - >"$work/result"
	jq -r '.results[0] | [.status, .code // empty, .field // empty] | join(" ")' "$work/result"
}
put() { ok "$1" is "$(change create "$2" "$3" "$4" "$5")" applied; }
# A psychiatrist and their clinic, and two other sites: `here` with a social and a
# rehabilitation worker, `there` with a social worker and a supervisor.
three_sites() {
	doctor=$(sql "SELECT login FROM auth.account WHERE role = 'psychiatrist' ORDER BY login LIMIT 1")
	clinic=$(sql "SELECT site FROM auth.account WHERE login = '$doctor'")
	there=$(site_with social_worker supervisor) && here=$(site_with social_worker rehab_worker "$there")
	own=$(login "$here" social_worker) other=$(login "$there" social_worker)
}
site_with() { # role role [not this one]
	sql "SELECT s.id FROM rec.site s WHERE s.id NOT IN ('$clinic', '${3:-$clinic}')
	AND EXISTS (SELECT 1 FROM auth.account a WHERE a.site = s.id AND a.role = '$1')
	AND EXISTS (SELECT 1 FROM auth.account a WHERE a.site = s.id AND a.role = '$2') ORDER BY 1 LIMIT 1"
}
