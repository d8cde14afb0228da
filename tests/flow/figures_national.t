#!/bin/bash
# figures_national.t - the six rates of severe mental disorder come out as they were
# published for the country, 2017 and 2018 (中华精神科杂志 2019; PKU IR 596436).
#
# A hundredth of the country is put into the typed tables: as many cases, followed up as
# the published counts say. The daemon counts them, and a coordinator is told. 2017 is left to
# the long run.
. tests/flow/lib.sh
use_district
start_daemon
coordinator=$(account district_coordinator)
sign_in "$coordinator"
site=$(jq -r .reader.site "$work/session.$coordinator")
district=$(sql "SELECT district FROM rec.site WHERE id = '$site'")
# What the demo has would be in the way.
sql "UPDATE rec.\"case\" SET programme = NULL WHERE programme = 'smd_kinship_care'" >/dev/null

country() { # registered population managed standard medicated regular stable classed
	local hundredth=() n
	for n; do hundredth+=($(((n + 50) / 100))); done
	set -- "${hundredth[@]}"
	sql "DELETE FROM rec.response WHERE id::text LIKE '0192f5a9-%'; DELETE FROM rec.\"case\" WHERE id::text LIKE '0192f5a9-%';
		UPDATE rec.district SET population = CASE WHEN id = '$district' THEN $2 END;
		INSERT INTO rec.\"case\" (id, case_id, rec_ver, rec_state, programme, home_site, phase, opened)
		SELECT x.id, x.id, 1, 'live', 'smd_kinship_care', '$site', 'intervention', current_date - 800
		  FROM (SELECT ('0192f5a9-0001-7000-8000-' || lpad(i::text, 12, '0'))::uuid AS id FROM generate_series(1, $1) i) x;
		INSERT INTO rec.response (id, case_id, rec_ver, rec_state, form, responded, answers, stability, adherence, danger)
		SELECT ('0192f5a9-000' || v + 1 || '-7000-8000-' || lpad(i::text, 12, '0'))::uuid, ('0192f5a9-0001-7000-8000-' || lpad(i::text, 12, '0'))::uuid,
		       1, 'live', 'smd_follow_up', current_date - 40 * v, '{\"visit_result\":\"reached\"}',
		       CASE WHEN i <= $7 THEN 'stable' WHEN i <= $8 THEN 'basic' END,
		       CASE WHEN i <= $6 THEN 'regular' WHEN i <= $5 THEN 'intermittent' ELSE 'none' END, CASE WHEN i <= $4 THEN 0 END
		  FROM generate_series(1, $3) i, generate_series(1, 4) v WHERE v = 1 OR i <= $4" >/dev/null
}
told() { # decimals of the prevalence
	local id
	for id in smd_prevalence smd_management smd_standard smd_medication smd_regular smd_stability; do
		api GET "/v1/figures/$id" | jq -r --arg d "$([ $id = smd_prevalence ] && echo "$1" || echo 2)" '.totals[0].value as $v | ($d | tonumber) as $d
			| pow(10; $d) as $p | ($v * $p | round) / $p'
	done | paste -sd ' '
}
country 5994054 1379837956 5688164 4956545 4873322 2504323 4426558 5492261
ok "as published for 2018" is "$(told 2)" "$(jq -r '.smd_indicators["2018"].expect_pct | map(tostring) | join(" ")' tests/data/vectors.json)"
[ -n "${LONG:-}" ] || done_testing # another year says the same once more
country 5806352 1370784400 5380249 4346103 4035323 2012074 3924101 5231235
ok "as published for 2017" is "$(told 3)" "0.424 92.66 74.85 69.5 34.65 75.01"
ok "the counts are a hundredth of those published" is "$(api GET /v1/figures/smd_stability | jq -c '.totals[0] | [.num, .den]')" "[39241,52312]"
done_testing
