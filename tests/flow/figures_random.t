#!/bin/bash
# figures_random.t - counts that are kept up to date stay right, whatever happens to
# the records: random histories through the one door, with questions in between.
#
# 400 changes, or 10,000 with LONG=1; FIGURE_CHANGES and FIGURE_SEED say others.
. tests/flow/lib.sh
use_district
start_daemon --figures-below-sites=2
. tests/flow/figures_plain.sh

changes=${FIGURE_CHANGES:-$([ -n "${LONG:-}" ] && echo 10000 || echo 400)}
# Always the same in `check`, so that a change answers for what it broke itself; others in the long run.
seed=${FIGURE_SEED:-${LONG:+$((RANDOM % 1000))}}
seed=${seed:-7}
echo "# seed $seed"
coordinator=$(account district_coordinator)
sign_in "$coordinator"
worker=$(account social_worker 康复站)
sign_in "$worker"
site=$(jq -r .reader.site "$work/session.$worker")
sql "SELECT c.id, c.person, c.home_site, c.care_setting, c.practice_model, c.home_site, c.opened, c.programme, p.sex, p.birth, p.merged_into
	FROM rec.\"case\" c JOIN rec.person p ON p.id = c.person JOIN access.reach r ON r.unit_id = c.id
	WHERE r.key = '$site' AND r.whole AND r.to_at IS NULL AND c.person IS NOT NULL AND c.opened IS NOT NULL ORDER BY c.id" >"$work/cases"
[ "$(wc -l <"$work/cases")" -gt 3 ] || bail "too few cases"
perl tests/flow/figures_random.pl "$seed" "$changes" "$(date +%Y)" <"$work/cases" >"$work/batches"
: >"$work/statuses"
while read -r batch; do
	as "$worker"
	printf '%s' "$batch" | api POST /v1/changes - | jq -r '.results[]? | "\(.status) \(.code // "")"' >>"$work/statuses"
	as "$coordinator"
	[ $((RANDOM % 4)) != 0 ] || api GET "/v1/figures/services?by=month,site" >/dev/null
done <"$work/batches"
sort "$work/statuses" | uniq -c | sed 's/^/# /'
ok "every change was answered" is "$(wc -l <"$work/statuses")" "$changes"
ok "most of them were taken" [ "$(grep -c '^applied' "$work/statuses")" -gt $((changes / 2)) ]
ok "the kept counts are what counting anew gives" daemon figures check
ok "figures are what plain SQL counts" as_plain_sql 150
ok "rebuilt they are the same" daemon figures rebuild
ok "figures are still what plain SQL counts" as_plain_sql 150
done_testing
