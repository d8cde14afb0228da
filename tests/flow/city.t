#!/bin/bash
# city.t - a city, and the years of work its institutions tell of, as its figures.
#
# What was published stands in the sentences: a city's institutions and workers, a
# hospice in three settings, an open group of a children's ward. The city is loaded as
# `casebridged demo --city` does it, with the further cases left out (LONG=1: with all
# of them); then its coordinators ask.
. tests/flow/lib.sh
use_blank
write_config "$work/daemon.conf" "$work/s" "$work/state" 8443 8444 8445
began=$EPOCHSECONDS
cases=58
[ -z "${LONG:-}" ] || cases=4000
peak=$(/usr/bin/python3 -c '
import resource, subprocess, sys
subprocess.run(sys.argv[2:], stdout=open(sys.argv[1], "wb"), stderr=subprocess.STDOUT, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$work/said" "$CASEBRIDGED" demo --config "$work/daemon.conf" \
	--accounts "$work/accounts.tsv" --city --cases $cases) || bail "$(tail -n 5 "$work/said")"
echo "# loaded in $((EPOCHSECONDS - began)) s: $(sql 'SELECT count(*) FROM log.version WHERE version = 1') records, $peak kB"
# A sanitized program keeps what it frees for a while.
[[ $BUILD = *asan* ]] || ok "a city is loaded in bounded memory" [ "$peak" -lt 150000 ]
# shellcheck disable=SC2119
start_daemon
district=$(account district_coordinator) city=$(account district_coordinator 指导中心)
sign_in "$district" && sign_in "$city"
this_year=$(TZ=Asia/Shanghai date +%Y)
figure() { wait_for 60 counted_all && api GET "/v1/figures/$1" | jq -r "$2"; }
counted_all() { [ "$(code GET /v1/figures/sites)" = 200 ]; }
three() { # of hospice persons in a setting, over the three years before this one
	figure "hospice_persons?from=$((this_year - 3))&to=$((this_year - 1))&by=year,setting" \
		"[.rows[] | select(.key == \"$1\").num] | add"
}

as "$city"
ok "a city of 101 institutions" is "$(figure sites '.totals[0].value')" 101
ok "with 306 social workers" is "$(figure 'workers?by=role' '.rows[] | select(.key == "social_worker").value')" 306
ok "three to an institution, and none without" is "$(sql "SELECT count(*), min(n), max(n), round(avg(n), 2) FROM (SELECT count(*) AS n FROM rec.staff
	WHERE role = 'social_worker' AND active GROUP BY site) x")" '101|1|15|3.03'
ok "the hospice: 171 persons at home in three years" is "$(three home)" 171
ok "2,100 outpatients" is "$(three outpatient)" 2100
ok "172 inpatients" is "$(three inpatient)" 172
ok "57, 700 and 57 or 58 a year" is "$(figure "hospice_persons?from=$((this_year - 3))&to=$((this_year - 1))&by=year,setting" \
	'[.rows[] | select(.num > 0) | [.key, .num]] | unique | map(join(" ")) | join(", ")')" 'home 57, inpatient 57, inpatient 58, outpatient 700'
ok "an open group: 78 sessions in a year" is "$(figure "group_sessions?from=$((this_year - 1))&by=group" '.rows[] | select(.key == "open").num')" 78
ok "256 participants, counted as persons" is "$(figure "group_persons?from=$((this_year - 1))" '.totals[0].num')" 256
ok "attendances are another number, and more" [ "$(figure "group_attendances?from=$((this_year - 1))" '.totals[0].num')" -gt 256 ]
as "$district"
ok "a district is told its own sites, not the city's" is "$(figure sites '.totals[0].value')" 30
as "$city"
ok "a group for carers has its six sessions" is "$(figure "group_sessions?from=$((this_year - 1))&to=$this_year&by=year,programme" \
	'[.rows[] | select(.key == "caregiver_group").num] | add')" 6

ok "the same from a station, as a coordinator asks" like "$(enrol desk "$(site_of "$city")" "$city" >/dev/null 2>&1
	station desk figures hospice_persons --from $((this_year - 3)) --to $((this_year - 1)) --by year,setting --lang en)" "$((this_year - 1)) +Outpatient.* 700 "
done_testing
