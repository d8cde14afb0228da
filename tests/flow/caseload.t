#!/bin/bash
# caseload.t - however it is cut into pages and in whatever order, the caseload
# is the cases the reader reaches, each once; search and filters only narrow it.
. tests/flow/lib.sh
use_district
start_daemon

worker=$(account prevention_doctor)
sign_in "$worker"
site=$(jq -r .reader.site "$work/session.$worker")
reach=$(sql "SELECT count(DISTINCT r.unit_id) FROM access.reach r JOIN log.unit u USING (unit_id)
	WHERE u.kind = 'case' AND r.key = '$site' AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())")
pages() { # query: every case, page by page
	local after='' answer
	while :; do
		answer=$(api GET "/v1/caseload?limit=7&$1${after:+&after=$after}")
		jq -r '.rows[].case' <<<"$answer"
		after=$(jq -r '.next // empty | @uri' <<<"$answer")
		[ -n "$after" ] || break
	done
}
for sort in due name number danger opened; do
	whole=$(api GET "/v1/caseload?limit=5000&sort=$sort" | jq -r '.rows[].case')
	ok "by $sort: every case once ($reach)" is "$(sort -u <<<"$whole" | wc -l) $(wc -l <<<"$whole")" "$reach $reach"
	ok "by $sort: pages of seven say the same" is "$(pages "sort=$sort")" "$whole"
done
dates=$(api GET '/v1/caseload?limit=5000&sort=due' | jq -c '[.rows[].next_due // "9999"]')
ok "by due, the nearest date first, none last" is "$dates" "$(jq -c sort <<<"$dates")"
today=$(TZ=Asia/Shanghai date +%F)
ok "what is due is due" is "$(api GET '/v1/caseload?limit=5000&view=due' | jq "[.rows[] | select(.next_due == null or .next_due > \"$today\")] | length")" 0
ok "and nothing due is left out" is "$(api GET '/v1/caseload?limit=5000&view=due' | jq '.rows | length')" \
	"$(api GET '/v1/caseload?limit=5000' | jq "[.rows[] | select(.next_due != null and .next_due <= \"$today\")] | length")"
ok "the total of the first page is all of them" is "$(api GET '/v1/caseload?limit=3' | jq .total)" "$reach"

# A new date moves the line at once.
case_id=$(api GET '/v1/caseload?limit=5000' | jq -r '[.rows[] | select(.closed == null)] | last.case')
jq -cn --arg i "$(cat /proc/sys/kernel/random/uuid)" --arg r "$(cat /proc/sys/kernel/random/uuid)" --arg c "$case_id" \
	'{changes: [{id: $i, rec: $r, type: "task", case: $c, op: "create", entered_at: "2026-11-21T09:30:00+08:00",
	  set: {title: "先办", status: "open", due: "2001-01-01"}}]}' | api POST /v1/changes - >/dev/null
ok "a task due long ago brings its case to the top" is "$(api GET '/v1/caseload?limit=1' | jq -r '.rows[0].case')" "$case_id"
name=$(api GET "/v1/cases/$case_id" | jq -r .summary.name)
ok "a name finds its case" is "$(api GET "/v1/caseload?limit=5000&q=$(jq -rn --arg n "$name" '$n | @uri')" | jq --arg c "$case_id" '[.rows[] | select(.case == $c)] | length')" 1
ok "a wildcard is a letter like any other" is "$(api GET '/v1/caseload?q=%25%25' | jq '.rows | length')" 0
done_testing
