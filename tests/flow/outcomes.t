#!/bin/bash
# outcomes.t - what becomes of edits that did not know of each other: every row
# of tests/data/outcomes.json, played by two to five authors at the one door.
#
# The table is written from the specification, not from the code. In a row the
# first author acts, then each of the others, all having seen the same; {i} is
# the author's number. A second pass lets the authors push at the same moment,
# where the order is the centre's and only the counts are known.
. tests/flow/lib.sh
use_district
start_daemon

table=tests/data/outcomes.json
now=2026-11-21T09:30:00+08:00
# A case that several sites share, and five who may do everything a row asks.
case_id=$(sql "SELECT r.unit_id FROM access.reach r JOIN rec.\"case\" c ON c.id = r.unit_id
	JOIN auth.account a ON a.site = r.key WHERE r.whole AND r.to_at IS NULL AND c.phase <> 'ended'
	GROUP BY 1 HAVING count(DISTINCT r.key) > 1 ORDER BY count(*) DESC, 1 LIMIT 1")
person=$(sql "SELECT person FROM rec.\"case\" WHERE id = '$case_id'")
mapfile -t authors < <(sql "SELECT a.login FROM auth.account a JOIN access.reach r ON r.key = a.site
	WHERE r.unit_id = '$case_id' AND r.whole AND r.to_at IS NULL AND a.role NOT IN ('psychiatrist', 'auditor')
	ORDER BY row_number() OVER (PARTITION BY a.site ORDER BY a.login), a.login LIMIT 5")
ok "five authors at more than one site share the case" is "${#authors[@]}" 5
for login in "${authors[@]}"; do
	sql "UPDATE auth.account SET role = 'supervisor' WHERE login = '$login'" >/dev/null
	sign_in "$login"
done
sites=$(for login in "${authors[@]}"; do jq -c .reader "$work/session.$login"; done | jq -cs 'map({staff, site})')
ok "of two sites at least" [ "$(jq '[.[].site] | unique | length' <<<"$sites")" -ge 2 ]

api GET /v1/catalogue >"$work/catalogue.json"
parents=$(for i in 1 2; do cat /proc/sys/kernel/random/uuid; done | jq -Rcs 'split("\n")[:2]')

# Every row for 2, 3, 4 and 5 authors, its placeholders filled, its change ids
# and record ids counted. $pass keeps those of the two passes apart.
plays() { # pass: prints [{row, n, rec, start, acts: [{author, change}]}]
	jq -c --argjson pass "$1" --arg case "$case_id" --arg person "$person" --argjson parents "$parents" \
		--arg at "$now" --slurpfile catalogue "$work/catalogue.json" '
	def id($space; $n): "0192f5a\($pass)-000\($space)-7000-8000-" + ("000000000000" + ($n | tostring))[-12:];
	def fill($i): walk(if type == "string" then gsub("\\{i\\}"; $i | tostring) | gsub("\\{person\\}"; $person)
		| gsub("\\{parent1\\}"; $parents[0]) | gsub("\\{parent2\\}"; $parents[1])
		| if startswith("#") then .[1:] | tonumber else . end else . end);
	def atom_of($type; $f): ($catalogue[0].types[$type].fields) as $all
		| ($all[] | select(.name == $f) | .atom // null) as $a
		| if $a then [$all[] | select(.atom == $a) | .name] else [$f] end;
	def seen_of($type; $start; $act): [((($act.set // {}) | keys) + ($act.unset // []))[] | atom_of($type; .)[]] | unique
		| map({key: ., value: ($start[.] // null)}) | from_entries;
	[to_entries[] | .key as $r | .value as $row | range(2; 6) | . as $n | ($r * 10 + $n) as $k
	 | ($row.start // {} | fill(0)) as $start
	 | {row: $row.row, table: $row, n: $n, rec: id(1; $k), type: $row.type, start: ($row.start | fill(0)),
	    acts: [range(1; $n + 1) | . as $i
	     | (if $i == 1 then $row.first else $row.later[($i - 2) % ($row.later | length)] end | fill($i)) as $act
	     | {author: $i, expect: ($row | fill($i)),
	        change: ({id: id(2; $k * 10 + $i), rec: (if $row.own_ids then id(3; $k * 10 + $i) else id(1; $k) end),
	          type: $row.type, entered_at: $at, op: $act.op}
	         + (if $row.type == "person" then {} else {case: $case} end)
	         + ($act | del(.op))
	         + (if $act.op == "patch" and ($act.seen | not) then {seen: seen_of($row.type; $start; $act)} else {} end)
	         + (if $act.op == "patch" or $act.op == "sign" then {base_ver: 1} else {} end))}]}]' "$table"
}
push() { jq -cs '{changes: .}' | api POST /v1/changes -; }

begin() { # pass: the records as everybody saw them
	plays "$1" >"$work/plays.json"
	as "${authors[0]}"
	jq -c --arg case "$case_id" --arg at "$now" '.[] | select(.start) |
		{id: (.rec | sub("-0001-"; "-0004-")), rec, type, case: $case, op: "create", set: .start, entered_at: $at}' \
		"$work/plays.json" | push >"$work/started.json"
	ok "pass $1: the records are there" is "$(jq -c '[.results[].status] | unique' "$work/started.json")" '["applied"]'
	# A signer names the body that was on the screen.
	sql "SELECT coalesce(json_object_agg(record_id, encode(sha, 'hex')), '{}') FROM log.version
		WHERE version = 1 AND record_id::text LIKE '0192f5a$1-0001-%'" >"$work/shas.json"
}
acts_of() { # author: their change of every row that has so many
	jq -c --argjson i "$1" --slurpfile sha "$work/shas.json" '.[].acts[] | select(.author == $i) | .change
		| if .op == "sign" then .sha = $sha[0][.rec] else . end' "$work/plays.json"
}
standing() { # pass: what is there now, and the conflicts about it
	sql "SELECT coalesce(json_agg(json_build_object('rec', record_id, 'ver', version, 'body', body::json,
		'state', (ARRAY['draft','live','signed','retracted'])[state + 1])), '[]') FROM log.version
		WHERE next_csn IS NULL AND (record_id::text LIKE '0192f5a$1-0001-%' OR record_id::text LIKE '0192f5a$1-0003-%'
		  OR body::json ->> 'record' LIKE '0192f5a$1-0001-%')" >"$work/standing.json"
}

as "${authors[0]}"
for p in 0 1; do
	jq -cn --arg rec "$(jq -r ".[$p]" <<<"$parents")" --arg case "$case_id" --arg at "$now" --arg id "$(cat /proc/sys/kernel/random/uuid)" \
		'{id: $id, rec: $rec, case: $case, type: "task", op: "create", set: {title: "parent"}, entered_at: $at}'
done | push >/dev/null

# ---- one after the other -------------------------------------------------------------
begin 0
for i in 1 2 3 4 5; do
	as "${authors[i - 1]}"
	acts_of $i >"$work/acts.$i"
	push <"$work/acts.$i" >"$work/said.$i"
	ok "author $i is answered" is "$(status)" 200
done
standing 0

# Each row, judged: statuses, what stands, what is kept, by whom and where.
jq -n --argjson sites "$sites" --slurpfile plays "$work/plays.json" --slurpfile standing "$work/standing.json" \
	--slurpfile a "$work/said.1" --slurpfile b "$work/said.2" --slurpfile c "$work/said.3" --slurpfile d "$work/said.4" \
	--slurpfile e "$work/said.5" '
	([$a, $b, $c, $d, $e | .[0].results[]] | map({key: .id, value: .}) | from_entries) as $said
	| def word: .status + (if .code then " " + .code else "" end);
	def part($of): . as $want | $of as $is | ($want | to_entries | all(.value as $w | $is[.key] as $v
		| if ($w | type) == "object" then ($w | to_entries | all(.value == $v[.key])) else $w == $v end));
	[$plays[0][] | . as $p | .acts as $acts
	 | ([$standing[0][] | select(.rec == $p.rec)][0]) as $now
	 | ([$standing[0][] | select(.body.record == $p.rec)]) as $kept
	 | ([$acts[] | $said[.change.id] | word]) as $got
	 | ([$acts[] | if .author == 1 then .expect.first_is
	      else .expect.later_are[[.author - 2, (.expect.later_are | length) - 1] | min] end]) as $want
	 | ([$acts[] | select($said[.change.id].status == "conflict") | . as $act
	      | ([$kept[] | select(.body.change == $act.change.id)]) as $mine
	      | $mine | length == 1 and (.[0].body | .mine_by == $sites[$act.author - 1].staff
	          and .mine_site == $sites[$act.author - 1].site and .theirs_by == $sites[0].staff
	          and .theirs_site == $sites[0].site and .settled == false)
	          and (($act.expect.kept // {}) | part($mine[0].body))] | all) as $whole
	 | ($p.acts[0].expect) as $t
	 | {row: $p.row, n: $p.n, got: $got, want: $want, statuses: ($got == $want),
	    stands: (if $p.table.own_ids then all($acts[]; . as $act | any($standing[0][]; .rec == $act.change.rec and .body.name == $t.stands.name))
	      else (($t.stands // {}) | to_entries | all(.value == ($now.body[.key] // null)))
	       and (($t.text // {}) | to_entries | all(.key as $f | .value as $all | $now.body[$f] as $is
	          | ($all | startswith($is)) and ($is | contains("\($p.n)"))))
	       and (($t.set // {}) | to_entries | all(.value == ($now.body[.key] // [] | sort)))
	       and ($t.state // $now.state) == $now.state end),
	    kept: ($whole and ($kept | length) == ([$want[] | select(. == "conflict")] | length)),
	    body: $now.body, conflicts: [$kept[].body]}]' >"$work/judged.json"
while IFS= read -r row; do
	for n_authors in 2 3 4 5; do
		one=$(jq -c --arg row "$row" --argjson n "$n_authors" '.[] | select(.row == $row and .n == $n)' "$work/judged.json")
		ok "$row, $n_authors authors" is "$(jq -c '[.statuses, .stands, .kept]' <<<"$one")" '[true,true,true]'
		[ "$(jq -c '[.statuses, .stands, .kept] | all' <<<"$one")" = true ] || echo "# $one" | cut -c1-1500
	done
done < <(jq -r '.[].row' "$table")

# ---- the same again ----------------------------------------------------------------------
before=$(sql "SELECT count(*) FROM log.version")
for i in 1 2 3 4 5; do
	as "${authors[i - 1]}"
	push <"$work/acts.$i" >"$work/again.$i"
	ok "author $i asks again and is told the same" is "$(jq -c .results "$work/again.$i")" "$(jq -c .results "$work/said.$i")"
done
ok "and nothing was written twice" is "$(sql "SELECT count(*) FROM log.version")" "$before"

# ---- all at the same moment ----------------------------------------------------------------
begin 1
for i in 1 2 3 4 5; do
	acts_of $i | jq -c --slurpfile plays "$work/plays.json" '. as $c | select([$plays[0][] | select(.n == 5 and
		(.row == "same atom, different value" or .row == "same atom, same value" or .row == "two additions to a note"
		or .row == "two additions to an empty note" or .row == "signed by two" or .row == "made twice under one id")) | .rec] | index($c.rec))' >"$work/acts.$i.few"
	mv "$work/acts.$i.few" "$work/acts.$i"
done
pids=()
for i in 1 2 3 4 5; do
	# A place of its own: api keeps its answer in files.
	# shellcheck disable=SC2030,SC2031
	(work=$work/together.$i && mkdir -p "$work" && cp "${work%/*}"/jar.* "$work/" && as "${authors[i - 1]}" &&
		push <"${work%/*}/acts.$i" >"${work%/*}/said.$i") &
	pids+=($!)
done
wait "${pids[@]}"
standing 1
# shellcheck disable=SC2031
counts() { # row: how often each status
	jq -rn --arg row "$1" --slurpfile plays "$work/plays.json" --slurpfile a "$work/said.1" --slurpfile b "$work/said.2" \
		--slurpfile c "$work/said.3" --slurpfile d "$work/said.4" --slurpfile e "$work/said.5" '
		([$plays[0][] | select(.n == 5 and .row == $row) | .rec]) as $rec
		| [$a, $b, $c, $d, $e | .[0].results[] | select(.rec as $r | $rec | index($r)) | .status] | group_by(.)
		| map("\(length) \(.[0])") | join(", ")'
}
ok "five values at once: one stands, four are kept" is "$(counts "same atom, different value")" "1 applied, 4 conflict"
ok "the same value at once: one writes it" is "$(counts "same atom, same value")" "1 applied, 4 noted"
ok "five additions at once all stay" is "$(counts "two additions to a note")" "5 applied"
# shellcheck disable=SC2031
ok "each of them once" is "$(jq -c --slurpfile plays "$work/plays.json" '[$plays[0][] | select(.n == 5 and .row == "two additions to a note") | .rec] as $r
	| [.[] | select(.rec == $r[0]) | .body.process | split("\n")[1:] | sort[]]' "$work/standing.json")" '["by 1","by 2","by 3","by 4","by 5"]'
ok "signed by five at once, it is signed once" is "$(counts "signed by two")" "1 applied, 4 noted"
ok "one record to an id" is "$(counts "made twice under one id")" "1 applied, 4 parked"

done_testing
