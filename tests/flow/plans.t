#!/bin/bash
# plans.t - what a station asks costs what it holds, not what the centre holds:
# beside sixty other districts no plan of the feed, of
# digests, lists, pushes and the sweep walks through a table, whatever function
# it is hidden in. PostgreSQL itself tells the plans it ran (auto_explain).
. tests/flow/lib.sh
copies=${COPIES:-60} many=4000 # rows; who looks at so many walked through a table
use_district

# --- other districts ----------------------------------------------------------------------------

# The same rows over and over under other ids, the same id always by the same:
# whole districts, in which nothing is anybody's here.
sql "DO \$\$
DECLARE
	t record;
BEGIN
	SET session_replication_role = replica;
	FOR t IN
		SELECT format('%I.%I', n.nspname, c.relname) AS name,
		       string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns,
		       string_agg(CASE
				WHEN a.atttypid = 'uuid'::regtype THEN format('md5(x.%I::text || k)::uuid', a.attname)
				WHEN a.atttypid = 'uuid[]'::regtype THEN
					format('(SELECT array_agg(md5(y::text || k)::uuid) FROM unnest(x.%I) y)', a.attname)
				WHEN a.atttypid = 'text'::regtype AND (a.attname = 'number' OR (a.attname = 'name' AND c.relname = 'site')) THEN format('x.%I || ''-'' || k', a.attname)
				ELSE format('x.%I', a.attname) END, ', ' ORDER BY a.attnum) AS made
		  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		 WHERE c.relkind = 'r' AND c.relname <> 'holiday' AND (n.nspname = 'rec' OR c.oid IN ('log.version'::regclass, 'log.unit'::regclass,
			'log.digest'::regclass, 'log.manifest'::regclass, 'log.summary'::regclass, 'access.reach'::regclass,
			'log.change_result'::regclass))
		   AND EXISTS (SELECT 1 FROM pg_attribute u WHERE u.attrelid = c.oid AND u.attnum > 0 AND u.atttypid = 'uuid'::regtype)
		 GROUP BY 1
	LOOP
		EXECUTE format('INSERT INTO %s (%s) SELECT %s FROM %1\$s x CROSS JOIN generate_series(1, $copies) k
			ON CONFLICT DO NOTHING', t.name, t.columns, t.made);
	END LOOP;
END \$\$" >/dev/null || bail "no other districts"
sql 'VACUUM (ANALYZE)' >/dev/null
versions=$(sql 'SELECT count(*) FROM log.version')
ok "the centre holds $versions versions" test "$versions" -gt 100000

stop_postgres
start_postgres session_preload_libraries=auto_explain auto_explain.log_min_duration=0 auto_explain.log_analyze=on \
	auto_explain.log_timing=off auto_explain.log_buffers=on auto_explain.log_nested_statements=on auto_explain.log_format=json
start_daemon
login=$(account social_worker 平桥街道康复站)
sign_in "$login" || bail "nobody signs in"

# --- what was looked at ---------------------------------------------------------------------------

mark=0
look() { # what follows is what told tells
	mark=$(cluster_as wc -c "$pg_dir/server.log" | cut -d' ' -f1)
}
# Every plan since then: "rows TAB table TAB query" of each walk through a
# table, and "buffers TAB n" of each statement that was not within another.
told() {
	cluster_as tail -c "+$((mark + 1))" "$pg_dir/server.log" | perl -MJSON::PP -ne '
		if (/\[(\d+)\] LOG:  duration: .* plan:$/) { flush_plan(); $in = 1; next }
		if ($in && /^\t/) { $text .= $_; next }
		flush_plan();
		sub flush_plan {
			return unless $in;
			my $p = decode_json($text);
			$query = $p->{"Query Text"} =~ s/\s+/ /gr;
			print "buffers\t", ($p->{Plan}{"Shared Hit Blocks"} || 0) + ($p->{Plan}{"Shared Read Blocks"} || 0), "\t$query\n";
			walk($p->{Plan});
			($in, $text) = (0, "");
		}
		sub walk {
			my $n = shift;
			if ($n->{"Node Type"} =~ / Scan$/ && $n->{"Relation Name"}) {
				my $rows = ($n->{"Actual Rows"} + ($n->{"Rows Removed by Filter"} || 0)) * $n->{"Actual Loops"};
				print "walk\t$rows\t$n->{\"Node Type\"} $n->{\"Relation Name\"}\t", substr($query, 0, 300), "\n";
			}
			walk($_) for @{$n->{Plans} || []};
		}
		END { flush_plan() }'
}
walks_nowhere() { # plans there must be, and none that walks through a table
	sleep 0.3
	told >"$work/told"
	[ "$(grep -c ^buffers "$work/told")" -ge "${1:-1}" ] || { remark "only $(grep -c ^buffers "$work/told") plans" && return 1; }
	awk -F '\t' -v most=$many '$1 == "walk" && $2 >= most' "$work/told" | sort -u >"$work/walks"
	[ ! -s "$work/walks" ] || { remark "$(cut -c1-400 "$work/walks")" && return 1; }
}
buffers() { awk -F '\t' '$1 == "buffers" { n += $2 } END { print n + 0 }' "$work/told"; }

not() { ! "$@"; }
look
sql "SELECT count(*) FROM log.version WHERE body LIKE '%never%'" >/dev/null
ok "a walk through a table is noticed" not walks_nowhere
rm -f "$work/remark"

# --- the feed -------------------------------------------------------------------------------------

ok "a station is enrolled" enrol desk "$(site_of "$login")" "$login"
look
ok "its first sync" is "$(station desk sync --json | jq .synced)" true
ok "walks through no table" walks_nowhere 10
cases=$(station desk cases --json | jq length)
echo "# first sync of $cases cases: $(buffers) buffers"
station desk sync >/dev/null
look
ok "a sync with nothing new" is "$(station desk sync --json | jq -c '[.synced, .units]')" '[true,0]'
ok "neither" walks_nowhere 3
echo "# nothing new: $(buffers) buffers"
ok "and looks at less than 20 pages a case" test "$(buffers)" -lt $((20 * cases))
case=$(station desk cases --json | jq -r '.[0].case')
note() { # aim
	local id rec
	id=$(cat /proc/sys/kernel/random/uuid) rec=$(cat /proc/sys/kernel/random/uuid)
	jq -cn --arg id "$id" --arg rec "$rec" --arg c "$case" --arg aim "$1" '{changes: [{id: $id, rec: $rec, type: "service",
		case: $c, op: "create", entered_at: "2026-11-21T09:30:00+08:00", set: {minutes: 30, kind: "phone_contact",
		started_at: "2026-11-20T10:00:00+08:00", status: "completed", aim: $aim}}]}' | api POST /v1/changes - |
		jq -r '.results[0].status'
}
look
ok "a note is written" is "$(note new)" applied
ok "which walks through no table" walks_nowhere 5
look
ok "a sync that brings it" is "$(station desk sync --json | jq -c '[.synced, .records > 0]')" '[true,true]'
ok "neither" walks_nowhere 3
echo "# one note more: $(buffers) buffers"
sql 'UPDATE log.commit SET moved = true WHERE csn = (SELECT max(csn) FROM log.commit)' >/dev/null
sql "UPDATE log.replica SET swept_csn = swept_csn - 1, digest = NULL" >/dev/null
look
ok "one that compares all it holds" is "$(station desk sync --json | jq .synced)" true
ok "neither" walks_nowhere 3
echo "# compared: $(buffers) buffers"
ok "and looks at 20 pages a case at most" test "$(buffers)" -lt $((20 * cases + 1000))
replica=$(sql "SELECT replica FROM log.replica r JOIN auth.account a USING (staff) WHERE a.login = '$login'")
unit=$(sql "SELECT unit_id FROM log.manifest WHERE replica = '$replica' AND unit_id = '$case'")
sql "UPDATE log.digest SET digest = sha256(digest) WHERE unit_id = '$unit'" >/dev/null
look
station desk sync >/dev/null 2>&1
ok "finding out which units differ neither" walks_nowhere 5

# --- lists ----------------------------------------------------------------------------------------

lists=(/v1/caseload '/v1/caseload?sort=name' '/v1/caseload?q=wang' "/v1/cases/$case" "/v1/today" /v1/letters /v1/groups '/v1/conflicts')
for path in "${lists[@]}"; do
	look
	said=$(code GET "$path")
	ok "GET $path ($said)" [ "$said" = 200 ]
	ok "walks through no table" walks_nowhere
done
done_testing
