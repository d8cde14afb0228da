# rows.sh - the rows of the table: what is timed on our side and on the other.
# Read by run.sh. Each row_X_ours and row_X_reference does its work once and
# leaves the figure in $value; what is not to be timed happens in row_X_before
# (ours) or outside the samples.

value='' since='' replica='' number=0 seen='' week=0 pushed=0

# One psql for all COPYs, so that neither its start nor its connecting counts.
open_psql() {
	coproc PSQL { exec psql -AtqX "$(cluster_conninfo "$sockets" postgres)" 2>&1; }
	psql_pid=$PSQL_PID
	printf '%s\n' '\timing on' >&"${PSQL[1]}"
}
timed_sql() { # statement or meta-command on one line: prints milliseconds
	local line
	printf '%s\n' "$1" >&"${PSQL[1]}"
	while read -r line <&"${PSQL[0]}"; do
		case $line in
		"Time: "*) line=${line#Time: } && value=${line%% ms*} && return 0 ;;
		*ERROR* | *rror:*) fail "psql: $line" ;;
		esac
	done
	fail "psql ended"
}

# --- first sync, server side ----------------------------------------------

row_first_sync_server_prepare() { count_records; }
row_first_sync_server_before() { replica=$(new_replica); }
row_first_sync_server_ours() {
	station --replica "$replica" pull >"$home/pull.json"
	[ "$(jq .records "$home/pull.json")" = "$records" ] ||
		fail "the feed carried $(jq .records "$home/pull.json") records of $records"
	value=$(jq '.records / .ms * 1000' "$home/pull.json")
}
row_first_sync_server_reference() {
	timed_sql "COPY (SELECT record_id, version, csn, case_id, type, class, state, site_id, author, by, device, at, entered_at, reason, sha, body FROM log.version WHERE next_csn IS NULL) TO STDOUT \\g /dev/null"
	value=$(awk "BEGIN { print $records / $value * 1000 }")
}

row_first_sync_server_bytes() {
	bytes_of ours "$(jq .down "$home/pull.json")" "$(jq .up "$home/pull.json")"
	bytes_of reference "$(sql "COPY (SELECT record_id, version, csn, case_id, type, class, state, site_id, author, by, device, at, entered_at, reason, sha, body FROM log.version WHERE next_csn IS NULL) TO STDOUT" | wc -c)" 0
}

# --- first sync, end to end -----------------------------------------------

station_number=0
row_first_sync_end_to_end_prepare() {
	say "documents for PouchDB"
	count_records
	sql "COPY (SELECT json_build_object('_id', record_id, 'rtype', type, 'case', case_id, 'site', site_id,
		'ver', version, 'state', state, 'class', class, 'author', author, 'by', by, 'device', device,
		'at', at, 'entered_at', entered_at, 'csn', csn, 'sha', encode(sha, 'hex'), 'body', body::json)
		FROM log.version WHERE next_csn IS NULL) TO STDOUT (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')" \
		>"$home/docs.ndjson"
	[ "$(wc -l <"$home/docs.ndjson")" = "$records" ] || fail "documents are missing"
	start_couch
}
row_first_sync_end_to_end_before() {
	store=$home/stations/$((station_number += 1))
	mkdir -p "$home/stations" && chmod 700 "$home/stations"
	cp "$home/password" "$store.secret"
	daemon enrol-code --alone --site bench --json | jq -r .code >"$store.code"
	bridge enrol --server "https://127.0.0.1:$sync_port" --ca "$home/state/ca.pem" \
		--code-file "$store.code" >"$store.log" 2>&1 &&
		bridge login --user bench --password-file "$store.secret" >>"$store.log" 2>&1 ||
		fail "no station: $(tail -n 3 "$store.log")"
}
bridge() { CASEBRIDGE_PASSPHRASE_FILE=$store.secret "$casebridge" --store "$store" "$@" </dev/null; }
row_first_sync_end_to_end_ours() {
	local start
	start=$(now_ms)
	bridge sync --json >"$store.json" 2>>"$store.log" || fail "sync: $(tail -n 3 "$store.log" "$store.json")"
	value=$(awk "BEGIN { print ($(now_ms) - $start) / 1000 }")
	rm -rf "$home/stations"
}
row_first_sync_end_to_end_reference() {
	local start
	rm -rf "$home/pouch" && mkdir -p "$home/pouch"
	start=$(now_ms)
	NODE_ENV=production node "$home/peers/pull.js" "http://127.0.0.1:$couch_port/cases" "$home/pouch" \
		>"$home/pouch.log" 2>&1 || fail "PouchDB: $(tail -n 3 "$home/pouch.log")"
	value=$(awk "BEGIN { print ($(now_ms) - $start) / 1000 }")
	[ "$(cat "$home/pouch.log")" = "$records" ] || fail "PouchDB pulled $(cat "$home/pouch.log") documents"
	rm -rf "$home/pouch"
}
# Both once more, untimed, over a line that counts.
counted() { # port: a port that leads there
	counted_port=$(free_port)
	line_pid=$("$B/tests/fault/proxy" "$counted_port" "$1" $$ 2>"$home/line") || fail "no counting line"
}
line_ends() { # side
	kill "$line_pid" && while kill -0 "$line_pid" 2>/dev/null; do sleep 0.05; done
	bytes_of "$1" "$(sed -n 's/.* down=\([0-9]*\).*/\1/p' "$home/line")" "$(sed -n 's/.* up=\([0-9]*\).*/\1/p' "$home/line")"
}
row_first_sync_end_to_end_bytes() {
	local port=$sync_port
	counted "$port"
	sync_port=$counted_port && row_first_sync_end_to_end_before && sync_port=$port
	line_ends enrolment
	line_pid=$("$B/tests/fault/proxy" "$counted_port" "$port" $$ 2>"$home/line") || fail "no counting line"
	bridge sync --json >"$store.json" 2>>"$store.log" || fail "sync over the counting line"
	line_ends ours
	rm -rf "$home/stations"
	port=$couch_port
	counted "$port"
	couch_port=$counted_port && row_first_sync_end_to_end_reference && couch_port=$port
	line_ends reference
}
row_first_sync_end_to_end_finish() { end_process "$couch_pid" && couch_pid='' && rm -rf "$home/couch"; }

# --- nothing new ----------------------------------------------------------

row_no_change_sync_prepare() {
	start_nginx
	replica=$(new_replica)
	station --replica "$replica" pull >"$home/pull.json"
	since=$(jq -r .path "$home/pull.json") number=$(jq .number "$home/pull.json")
	seen=$(jq -r .seen "$home/pull.json")
}
row_no_change_sync_ours() {
	station --replica "$replica" --number "$number" --seen "$seen" poll "$polls" "$since" >"$home/poll.json"
	number=$(jq .number "$home/poll.json") value=$(jq .median "$home/poll.json")
	bytes_each ours
}
# Of one request: the verb's total over its number.
bytes_each() { # side
	bytes_of "$1" "$(jq '.down / .n | floor' "$home/poll.json")" "$(jq '.up / .n | floor' "$home/poll.json")"
}
row_no_change_sync_reference() {
	"$home/client" --port "$nginx_port" --ca "$home/state/ca.pem" poll "$polls" /file >"$home/poll.json" ||
		fail "the bench's client failed"
	value=$(jq .median "$home/poll.json")
	bytes_each reference
}
row_no_change_sync_finish() { end_process "$nginx_pid" && nginx_pid=''; }

# --- a page of the caseload -----------------------------------------------

row_caseload_page_prepare() {
	make_browser
	api_on "$web_port" GET '/v1/caseload?limit=1' -H "Cookie: $(cat "$home/cookie")" -o /dev/null ||
		fail "no caseload"
	sql "VACUUM (ANALYZE)" >/dev/null
	start_express
	printf 'wrk.headers["Cookie"] = "%s"\n' "$(cat "$home/cookie")" >"$home/wrk.lua"
}
hammer() { # port: prints requests done
	wrk -t2 -c64 --timeout 10s -d"${wrk_seconds}s" -s "$home/wrk.lua" \
		"https://127.0.0.1:$1/v1/caseload?limit=50" >"$home/wrk.log" 2>&1
	! grep -q 'Non-2xx\|Socket errors' "$home/wrk.log" || fail "wrk: $(grep 'Non-2xx\|Socket' "$home/wrk.log")"
	sed -n 's/^ *\([0-9]*\) requests in.*/\1/p' "$home/wrk.log"
}
# The figure is CPU time, which only the samples know: run.sh divides.
row_caseload_page_ours() { requests=$(hammer "$web_port") || exit 1; }
row_caseload_page_reference() { requests=$(hammer "$express_port") || exit 1; }
row_caseload_page_cpu() { # daemon postgres peer
	value=$(awk "BEGIN { print ($1 + $2 + $3) * 1000 / $requests }")
}
row_caseload_page_finish() { end_process "$express_pid" && express_pid=''; }

# --- push -----------------------------------------------------------------

row_push_prepare() {
	replica=$(new_replica) number=0 seen=''
	sql "CREATE SCHEMA bench; CREATE TABLE bench.version (LIKE log.version INCLUDING ALL);
		INSERT INTO bench.version SELECT * FROM log.version; ANALYZE bench.version" >/dev/null
}
row_push_before() {
	node tests/bench/district.mjs push "$site" "$staff" "$cases" "$per_case" $((week += 1)) >"$home/push.bodies"
	pushed=$(sql 'SELECT max(csn) FROM log.commit')
}
row_push_ours() {
	station --replica "$replica" --number "$number" ${seen:+--seen "$seen"} \
		post "$home/push.bodies" /v1/changes >"$home/push.json"
	number=$(jq .number "$home/push.json") seen=$(jq -r .seen "$home/push.json")
	value=$(jq '(.applied + .conflicts) / .ms * 1000' "$home/push.json")
	bytes_of ours "$(jq .down "$home/push.json")" "$(jq .up "$home/push.json")"
	[ "$(jq -c '[.applied, .conflicts]' "$home/push.json")" = '[490,10]' ] ||
		fail "the push ended otherwise than meant: $(cat "$home/push.json")"
}
# The rows the push before it wrote, and nothing but them.
row_push_reference() {
	timed_sql "\\copy bench.version from '$home/push.copy'"
	value=$(awk "BEGIN { print 500 / $value * 1000 }")
	bytes_of reference 0 "$(wc -c <"$home/push.copy")"
}
row_push_between() {
	sql "COPY (SELECT * FROM log.version WHERE csn > $pushed AND next_csn IS NULL) TO STDOUT" >"$home/push.copy"
	[ "$(wc -l <"$home/push.copy")" = 500 ] || fail "the push wrote $(wc -l <"$home/push.copy") rows"
}

# --- a figure over a million notes ------------------------------------------

# 30 sites, two years, straight into the typed table: how notes come there is
# measured above. The answer is of all sites by month, as a coordinator asks.
notes=1000000
row_figure_prepare() {
	say "$notes service notes, counted"
	sql "INSERT INTO rec.site (id, rec_ver, rec_state, name, kind, district)
			SELECT gen_random_uuid(), 1, 'live', 'site ' || i, 'rehab_station', (SELECT district FROM rec.site WHERE name = 'bench')
			  FROM generate_series(1, 29) i;
		INSERT INTO rec.service (id, case_id, site_id, rec_ver, rec_state, started_at, minutes, kind, setting, status, site)
			SELECT gen_random_uuid(), c.ids[1 + (random() * (cardinality(c.ids) - 1))::int], s.ids[1], 1, 'live',
			       date_trunc('year', now()) - random() * interval '365 days' + random() * interval '300 days', 30, 'home_visit', 'home', 'completed',
			       s.ids[1 + (random() * (cardinality(s.ids) - 1))::int]
			  FROM generate_series(1, $notes) i, (SELECT array_agg(id) AS ids FROM rec.\"case\") c, (SELECT array_agg(id) AS ids FROM rec.site) s" >/dev/null &&
		sql "VACUUM (ANALYZE) rec.service" >/dev/null || fail "no notes"
	daemon figures rebuild >&2 || fail "the counts are wrong"
	daemon account add --login coordinator --role district_coordinator --site bench --name c <"$home/password" >>"$home/setup.log" ||
		fail "no coordinator"
	jq -n --rawfile p "$home/password" '{login: "coordinator", password: ($p | rtrimstr("\n"))}' |
		api_on "$web_port" POST /v1/session --data-binary @- -o /dev/null -H "Origin: https://127.0.0.1:$web_port" \
			-H 'X-Casebridge: web' -c "$home/coordinator" || fail "the coordinator is not let in"
	figure_year=$(date +%Y)
}
row_figure_ours() {
	value=$(curl -sS --fail-with-body --cacert "$home/state/ca.pem" -b "$home/coordinator" -o "$home/figure.json" -w '%{time_starttransfer}' \
		"https://127.0.0.1:$web_port/v1/figures/services?from=$((figure_year - 1))&to=$figure_year&by=month,site") || fail "no figure"
	[ "$(jq '[.totals[].num] | add' "$home/figure.json")" -ge $((notes * 99 / 100)) ] || fail "notes are missing"
	value=$(awk "BEGIN { print $value * 1000 }")
}
row_figure_reference() {
	timed_sql "SELECT date_trunc('month', started_at AT TIME ZONE 'Asia/Shanghai'), site, count(*) FROM rec.service WHERE rec_state <> 'retracted' AND status = 'completed' AND kind NOT IN ('resource_link', 'coordination', 'administration') GROUP BY 1, 2 \\g /dev/null"
}
row_figure_finish() { sql "DELETE FROM rec.service WHERE rec_ver = 1 AND NOT EXISTS (SELECT 1 FROM log.version v WHERE v.record_id = service.id)" >/dev/null; }
