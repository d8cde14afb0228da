#!/bin/bash
# demo.t - the demo district: whole, reachable by the people it is for, loaded
# once, the same for the same seed and day, and picked up where it broke off.
. tests/flow/lib.sh
use_district

# A second, empty database beside the district's, with settings of its own.
fresh() { # name
	psql -qX "host=$work/s user=postgres dbname=postgres" \
		-c "CREATE DATABASE $1 OWNER casebridge_owner" &&
		write_config "$work/$1.conf" "$work/s" "$work/state" 8443 8444 8445 &&
		sed -i "s/dbname=.*/dbname=$1/" "$work/$1.conf" &&
		in_database "$1" migrate >/dev/null
}
in_database() { # name verb…
	local name=$1
	shift
	"$CASEBRIDGED" "$@" --config "$work/$name.conf"
}
sql_in() { psql -AtX -v ON_ERROR_STOP=1 "host=$work/s user=postgres dbname=$1" -c "$2"; }
# What the records say, apart from when the server heard of it.
content() {
	sql_in "$1" "SELECT md5(string_agg(record_id || '/' || version || encode(sha, 'hex'), ','
		ORDER BY record_id, version)) FROM log.version"
}
total() { # login: how many cases this person's caseload has
	sign_in "$1" && api GET '/v1/caseload?limit=1' | jq .total
}
at_least() { [ "$2" -ge "$1" ] || { remark "got $2, want at least $1" && return 1; }; }

# --- what there is --------------------------------------------------------

ok "30 sites and 96 members of staff" is \
	"$(sql 'SELECT (SELECT count(*) FROM rec.site), (SELECT count(*) FROM rec.staff)')" '30|96'
ok "58 referred, 49 reached, 41 assessed, 31 eligible, 26 enrolled" is "$(sql "
	SELECT count(*), count(*) FILTER (WHERE result <> 'unreachable'), count(criteria),
	       count(*) FILTER (WHERE criteria IS NOT NULL AND NOT criteria @> '[{\"met\": false}]'),
	       count(*) FILTER (WHERE result = 'eligible')
	  FROM rec.screening WHERE programme = 'smd_kinship_care'")" '58|49|41|31|26'
ok "fifteen contacts a case" is "$(sql "SELECT round(count(*) / 26.0, 2) FROM rec.service s
	JOIN rec.\"case\" c ON c.id = s.case_id WHERE s.status = 'completed' AND c.opened IS NOT NULL AND c.programme = 'smd_kinship_care'")" 15.00
ok "most notes are signed, and some wait for it longer than a week" is "$(sql "
	SELECT count(*) FILTER (WHERE rec_state = 'signed') > count(*) * 0.85,
	       count(*) FILTER (WHERE rec_state = 'live' AND started_at < now() - interval '7 days') > 0
	  FROM rec.service WHERE status = 'completed'")" 't|t'
ok "no change had to be parked" is "$(sql 'SELECT count(*) FROM log.parked')" 0
ok "every case has a line that is up to date" is \
	"$(sql 'SELECT count(*) FROM log.summary WHERE NOT dirty AND line IS NOT NULL')" "$(sql 'SELECT count(*) FROM rec."case"')"

# --- sign-ins ---------------------------------------------------------------

ok "nobody else reads the file of sign-ins" is "$(stat -c %a "$work/accounts.tsv")" 600
ok "each role has a sign-in" is "$(cut -f 1 "$work/accounts.tsv" | sort -u | wc -l)" 11
ok "passwords have twelve characters or more and differ" is "$(awk -F '\t' \
	'length($3) < 12 { short++ } { seen[$3]++ } END { print short + 0, length(seen) == NR }' \
	"$work/accounts.tsv")" '0 1'

start_daemon
ok "the station's prevention doctor sees the station's 34 cases" is \
	"$(total "$(account prevention_doctor)")" 34
ok "the psychiatrist sees the care groups that count her in" at_least 10 \
	"$(total "$(account psychiatrist)")"
ok "the community centre's social worker sees a good part" at_least 10 \
	"$(total "$(account social_worker)")"
ok "the coordinator sees no case" is "$(total "$(account district_coordinator)")" 0

caseload() { api GET '/v1/caseload?limit=100' | jq -r '.rows[].number'; }
as "$(account social_worker)"
ok "a withdrawn consent has ended the centre's access" unlike "$(caseload)" '-004'
as "$(account prevention_doctor)"
ok "… and not the home site's" like "$(caseload)" '-004'
ok "the one client who is unstable now has an open danger flag" is "$(sql \
	"SELECT count(*) FROM rec.flag WHERE kind = 'danger' AND \"to\" IS NULL AND level >= 3")" 1

# --- once -------------------------------------------------------------------

before=$(sql 'SELECT max(csn) FROM log.commit') file=$(cat "$work/accounts.tsv")
ok "a second load says that it is there" like \
	"$(daemon demo --accounts "$work/accounts.tsv" 2>&1 && echo 'done')" 'there already.*done'
ok "… writes nothing" is "$(sql 'SELECT max(csn) FROM log.commit')" "$before"
ok "… and leaves the sign-ins alone" is "$(cat "$work/accounts.tsv")" "$file"

# --- the same again, larger, broken off -------------------------------------

today=$(sql "SELECT (min(entered_at) AT TIME ZONE 'Asia/Shanghai')::date FROM log.version
	JOIN access.type_no t ON t.no = type WHERE t.name = 'district'")
fresh twin
in_database twin demo --cases 58 --today "$today" --accounts "$work/twin.tsv" 2>"$work/said"
ok "the same seed and day give the same bodies" is "$(content twin)" "$(content "$CLUSTER_DB")"
ok "… and other passwords" is "$(cut -f 2 "$work/twin.tsv" | cmp - <(cut -f 2 "$work/accounts.tsv") &&
	cut -f 3 "$work/twin.tsv" "$work/accounts.tsv" | sort | uniq -d | wc -l)" 0

fresh whole && fresh broken
in_database whole demo --today "$today" --cases 300 --accounts "$work/whole.tsv" 2>"$work/said"
ok "--cases 300 makes 300 cases" is "$(sql_in whole 'SELECT count(*) FROM rec."case"')" 300
ok "… whose screening funnel is still the programme's" is "$(sql_in whole \
	"SELECT count(*) FROM rec.screening WHERE programme = 'smd_kinship_care'")" 58

"$CASEBRIDGED" demo --config "$work/broken.conf" --today "$today" --cases 300 --batch 40 \
	--accounts "$work/broken.tsv" 2>"$work/said" &
victim=$!
disown $victim
commits() { [ "$(sql_in broken 'SELECT count(*) FROM log.commit')" -ge "$1" ]; }
wait_for 60 commits 230
kill -KILL $victim
wait_for 10 gone $victim
ok "killed on the way, it is not there" test ! -e "$work/broken.tsv"
ok "started again, it goes on" like \
	"$(in_database broken demo --cases 300 --accounts "$work/broken.tsv" 2>&1)" 'going on'
ok "… and ends as one that was never broken off" is "$(content broken)" "$(content whole)"

# --- wrong input --------------------------------------------------------------

fresh other
ok "a day to come is refused by name" exits 2 in_database other demo --today 2199-01-01
ok "a site that is not there is refused by name" exits 2 in_database other demo --home nowhere
ok "… which names one that is" like "$(in_database other demo --home nowhere 2>&1)" '康复站'
in_database other site add --name Elsewhere --kind rehab_station --district Elsewhere >/dev/null
ok "a database with records of its own is left alone" exits 2 in_database other demo
ok "… and the sentence says so" like "$(in_database other demo 2>&1)" 'records of its own'
done_testing
