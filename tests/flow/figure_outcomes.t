#!/bin/bash
# figure_outcomes.t - scores before and after: which are pairs, what they come to, and
# to whom they are told.
#
# Pairs are made a second time here, in plain SQL, of instruments that are plain sums; t
# and the interval are R's.
. tests/flow/lib.sh
use_district
start_daemon
this_year=$(TZ=Asia/Shanghai date +%Y)
coordinator=$(account district_coordinator)
sign_in "$coordinator"
worker=$(account social_worker 康复站)
sign_in "$worker"
outcomes() { api GET "/v1/outcomes${1:+?$1}"; }
row() { jq -c --arg i "$1" --arg k "${2:-}" '[(if $k == "" then .totals else .rows end)[] | select(.instrument == $i and (.key // "") == $k)] | max_by(.pairs // 0)'; }

# ---- right -------------------------------------------------------------------------------

# SDSS: ten items, 9 is "does not apply"; APGAR of group members: five items.
cat >"$work/pairs.sql" <<'EOC'
WITH sheet AS (
  SELECT a.case_id AS unit, coalesce(a.subject, c.person) AS who, c.home_site AS site, a.instrument, coalesce(a.version, '') AS version, coalesce(a.respondent, '') AS respondent, a.timepoint, a.assessed, a.id,
         (SELECT sum(x::integer) FROM jsonb_array_elements_text(a.answers) x WHERE x <> '9') AS score
    FROM rec.assessment a JOIN rec."case" c ON c.id = a.case_id
   WHERE a.rec_state <> 'retracted' AND c.rec_state <> 'retracted' AND a.instrument = 'sdss' AND a.assessed < make_date(:year + 1, 1, 1)
  UNION ALL
  SELECT a.case_id, a.participant, g.site_id, a.instrument, coalesce(a.version, '') AS version, coalesce(a.respondent, '') AS respondent, a.timepoint, a.assessed, a.id,
         (SELECT sum(x::integer) FROM jsonb_array_elements_text(a.answers) x)
    FROM rec.group_assessment a JOIN rec."group" g ON g.id = a.case_id
   WHERE a.rec_state <> 'retracted' AND a.instrument = 'apgar' AND a.assessed < make_date(:year + 1, 1, 1)),
pair AS (
  SELECT DISTINCT ON (b.instrument, b.unit, b.who, b.version, b.respondent) b.instrument, b.site, b.who, b.score AS before, e.score AS after, e.assessed
    FROM sheet b JOIN sheet e USING (instrument, unit, who, version, respondent)
   WHERE e.assessed > b.assessed AND e.timepoint IS DISTINCT FROM 'baseline'
     AND b.id = (SELECT f.id FROM sheet f WHERE (f.instrument, f.unit, f.who, f.version, f.respondent) = (b.instrument, b.unit, b.who, b.version, b.respondent)
                  ORDER BY (f.timepoint = 'baseline') IS TRUE DESC, f.assessed, f.id LIMIT 1)
   ORDER BY 1, b.unit, b.who, b.version, b.respondent, e.assessed DESC, e.id DESC)
SELECT instrument, before, after FROM pair WHERE extract(year FROM assessed) = :year :which ORDER BY 1, 2, 3
EOC
pairs_of() { # which
	local query
	query=$(<"$work/pairs.sql")
	query=${query//:year/$this_year}
	sql "${query//:which/$1}"
}
cat >"$work/by.R" <<'EOC'
d <- read.table(commandArgs(TRUE)[1])
t <- t.test(d$V3, d$V2, paired = TRUE)
all <- c(mean(d$V2), sd(d$V2), mean(d$V3), sd(d$V3), t$estimate, t$conf.int, t$statistic, t$p.value, mean(d$V3 - d$V2) / sd(d$V3 - d$V2))
cat(nrow(d), sprintf("%.4f", all), "\n")
EOC
by_r() { # instrument: of the pairs in $work/pairs
	grep "^$1|" "$work/pairs" | tr '|' ' ' >"$work/two"
	Rscript --vanilla "$work/by.R" "$work/two"
}
by_us() { jq -r '"\(.pairs) \([.before.mean, .before.sd, .after.mean, .after.sd, .change.mean, .change.low, .change.high, .t.t, .t.p, .effect_size.dz] | map(. * 1000 | round / 1000 | tostring) | join(" "))"'; }
same() { # ours R's: to the last of three decimals
	awk -v a="$1" -v b="$2" 'BEGIN { n = split(a, x, " "); m = split(b, y, " "); if (n != m || n < 11) exit 1
		for (i = 1; i <= n; i++) if ((x[i] - y[i]) ^ 2 > 0.0011 ^ 2) exit 1 }' || { remark "got $1" "R   $2" && return 1; }
}
as "$coordinator"
outcomes >"$work/district.json"
pairs_of '' >"$work/pairs"
for i in sdss apgar; do
	ok "$i of the district: the pairs and what R makes of them" same "$(row $i <"$work/district.json" | by_us)" "$(by_r $i)"
done
as "$worker"
site=$(jq -r .reader.site "$work/session.$worker")
outcomes >"$work/site.json"
pairs_of "AND site = '$site'" >"$work/pairs"
ok "there are pairs at the site" [ "$(grep -c ^sdss "$work/pairs")" -gt 1 ]
ok "sdss of the site" same "$(row sdss <"$work/site.json" | by_us)" "$(by_r sdss)"
ok "it says change and not effect, in both languages" is "$(jq '[.totals[] | select(.pairs > 0).text | (.zh | contains("不说明效果")) and (.en | contains("not effect"))] | all' "$work/site.json")" true
ok "few pairs are called nothing" is "$(jq -c '[.totals[] | select((.pairs // 0) > 0 and .pairs < 10) | [.few, .significant, .t.p_holm]] | unique' "$work/district.json")" '[[true,null,null]]'
ok "of many it is said" is "$(jq -c '[.totals[] | select(.pairs >= 10) | .significant == (.t.p_holm < 0.05)] | unique' "$work/district.json")" '[true]'

# ---- as it happens ---------------------------------------------------------------------------

uuid() { cat /proc/sys/kernel/random/uuid; }
case_id=$(api GET '/v1/caseload?limit=1' | jq -r '.rows[0].case')
sheet() { # rec day timepoint answer [extra]
	jq -cn --arg id "$(uuid)" --arg rec "$1" --arg case "$case_id" --arg on "$2" --arg t "$3" --argjson a "$4" --argjson extra "${5:-{\}}" \
		'{changes: [{$id, $rec, type: "assessment", $case, op: "create", entered_at: (now | todate),
		set: ({instrument: "whodas12", version: "2.0", respondent: "self", assessed: $on, timepoint: $t, answers: [range(12) | $a]} + $extra)}]}' |
		api POST /v1/changes - | jq -r '.results[0] | .status + if .status == "parked" then " \(.code) \(.field)" else "" end'
}
ours() { outcomes | row whodas12 | jq -c '[.pairs, .alone, .before.mean, .after.mean]'; }
before=$(ours)
base=$(uuid) last=$(uuid)
ok "a first score" is "$(sheet "$base" "$this_year-01-03" baseline 3)" applied
ok "is alone" is "$(ours)" "$(jq -cn --argjson b "$before" '[($b[0] // 0), ($b[1] // 0) + 1, $b[2], $b[3]]')"
ok "one of another respondent" is "$(sheet "$(uuid)" "$this_year-01-05" end 1 '{"respondent":"proxy"}')" applied
ok "is no pair with it" is "$(ours | jq .[1])" "$(jq -n --argjson b "$before" '($b[1] // 0) + 1')"
ok "a last score" is "$(sheet "$last" "$this_year-02-03" end 1)" applied
ok "makes a pair" is "$(ours | jq .[0])" "$(jq -n --argjson b "$before" '($b[0] // 0) + 1')"
ok "shown line by line to who may see persons" is "$(outcomes | row whodas12 | jq -c '[.lines | length, any(. == [36, 12])]')" "$(ours | jq -c '[.[0], true]')"
ok "not in the year before" is "$(outcomes "year=$((this_year - 1))" | row whodas12 | jq '.pairs // 0')" 0
pair=$(ours)
ok "a score between them takes nobody's place" is "$(sheet "$(uuid)" "$this_year-01-20" mid 2) $(ours)" "applied $pair"
retract() { jq -cn --arg id "$(uuid)" --arg rec "$1" --arg case "$case_id" '{changes: [{$id, $rec, type: "assessment", $case, op: "retract", reason: "twice", base_ver: 1, entered_at: (now | todate)}]}' | api POST /v1/changes - | jq -r '.results[0].status'; }
ok "when it is retracted the one between is the last" is "$(retract "$last") $(ours | jq -c '[.[0], .[3]]')" "applied $(jq -c '[.[0], .[3] + 12]' <<<"$pair")"

# ---- to whom ---------------------------------------------------------------------------------

ok "staff of a site see it as it is" is "$(jq -c '[.scope, .below, .as_of, ([.totals[] | select(.hidden)] | length)]' "$work/site.json")" '["site",null,null,0]'
as "$coordinator"
outcomes "by=site" >"$work/by_site.json"
outcomes "by=programme" >"$work/by_programme.json"
ok "a coordinator sees no mean of fewer than five" is "$(jq -s '[.[] | (.rows[], .totals[]) | select(.pairs != null and .pairs > 0 and .pairs < 5)] | length' "$work/by_site.json" "$work/by_programme.json")" 0
ok "some are hidden and some are not" is "$(jq -c '[any(.rows[]; .hidden == "small"), any(.rows[]; .pairs // 0 > 4)]' "$work/by_site.json")" '[true,true]'
ok "hidden rows hold no number" is "$(jq -s '[.[] | (.rows[], .totals[]) | select(.hidden) | .pairs, .before, .after, .change, .t, .wilcoxon, .effect_size, .reliable, .lines] | map(select(. != null)) | length' "$work/by_site.json" "$work/by_programme.json")" 0
ok "nor a row the scores of single people" is "$(jq -s '[.[] | (.rows[], .totals[]) | .lines, .wilcoxon?.plus?, .wilcoxon?.zeros?] | map(select(. != null)) | length' "$work/by_site.json" "$work/by_programme.json")" 0
ok "what is hidden of one instrument is more than one row" is "$(jq -c '[.totals[] | select(.hidden == null)] as $t | [.rows | group_by(.instrument, .version, .respondent)[] | select(.[0] as $r | any($t[]; [.instrument, .version, .respondent] == ($r | [.instrument, .version, .respondent]))) | [.[] | select(.hidden)] | length | select(. == 1)] | length' "$work/by_site.json")" 0
told() { outcomes "by=$1" | jq -cS '[.rows, .totals | map(del(.alone)) ]'; }
first=$(told site)
as "$worker"
ok "one more pair" is "$(base=$(uuid) && sheet "$base" "$this_year-03-03" baseline 2 '{"instrument":"sdss","version":"10","respondent":"worker","answers":[2,2,2,2,2,2,2,2,2,2],"subject":null}')" applied
case_id=$(api GET '/v1/caseload?limit=40' | jq -r '.rows[].case' | while read -r c; do [ "$(sql "SELECT count(*) FROM rec.assessment WHERE case_id = '$c' AND instrument = 'sdss'")" != 0 ] || { echo "$c" && break; }; done)
sdss='{"instrument":"sdss","version":"10","respondent":"worker","answers":[2,2,2,2,2,2,2,2,2,2]}'
ok "of somebody new" is "$(sheet "$(uuid)" "$this_year-03-03" baseline 2 "$sdss") $(sheet "$(uuid)" "$this_year-04-03" end 2 "${sdss//2,2,2]/0,0,0]}")" "applied applied"
ok "is seen at the site" is "$(outcomes | row sdss | jq .pairs)" $(($(row sdss <"$work/site.json" | jq .pairs) + 1))
as "$coordinator"
ok "but not in the district, where it would be the difference of two answers" is "$(told site)" "$first"
ok "which says that something waits" is "$(outcomes | jq .waiting)" true
ok "outside hides at least as much" is "$(jq -n --slurpfile a "$work/by_site.json" --slurpfile b <(outcomes "by=site&for=outside") '[$b[0].rows[] | select(.pairs // 0 > 0 and .hidden == null) | . as $r | select([$a[0].rows[] | select(.key == $r.key and .instrument == $r.instrument and .respondent == $r.respondent and .version == $r.version and .hidden)] | length > 0)] | length')" 0
for role in auditor system_admin; do
	sign_in "$(account $role)"
	ok "$role is given none" is "$(code GET /v1/outcomes)" 403
done
sign_in "$(account site_admin)"
ok "a site's administrator not its small ones" is "$(outcomes | jq -c '[.scope, .below, ([.totals[] | select(.pairs // 0 > 0 and .pairs < 5)] | length)]')" '["site",5,0]'
as "$coordinator"
ok "the question is on the trail" is \
	"$(n=$(sql "SELECT count(*) FROM audit.event WHERE action = 'figure outcomes'"); outcomes >/dev/null; echo $(($(sql "SELECT count(*) FROM audit.event WHERE action = 'figure outcomes'") - n)))" 1
may_not() { ! sql "SET ROLE casebridge_app; SELECT count(*) FROM $1" >"$work/said" 2>&1 && grep -q 'permission denied' "$work/said"; }
ok "what was given is out of the daemon's sight" may_not figures.outcome
ok "the database gives others no scores" is \
	"$(sql "BEGIN; SET ROLE casebridge_app; SELECT app.enter('figures', NULL, NULL, 'auditor', NULL); SELECT count(*) FROM figures.scores('2100-01-01'); COMMIT" | tail -n 2 | head -n 1)" 0

# ---- asked wrongly -------------------------------------------------------------------------------

refused() { # query field accepts
	outcomes "$1" >"$work/refused.json"
	is "$(status) $(jq -r .field "$work/refused.json")" "400 $2" && like "$(jq -r .accepts "$work/refused.json")" "$3"
}
ok "a year that has not come" refused "year=$((this_year + 1))" year "1990.*$this_year"
ok "no year" refused "year=last" year "1990"
ok "what it is not told apart by" refused "by=sex" by "site, site_kind, subdistrict, programme"
ok "an instrument there is not" refused "instrument=mmpi" instrument "phq9"
ok "a month" is "$(code GET "/v1/outcomes?from=$this_year-02")" 400
done_testing
