#!/bin/bash
# large_case.t - a case many times larger than a page: it travels in parts, a
# killed station goes on with the next part, nobody ever sees half of it, and
# neither end holds the whole of it in memory. 200 MB in check-long.
. tests/flow/lib.sh
use_district
start_daemon

login=$(account social_worker 平桥街道康复站)
notes=${NOTES:-$([ -n "${LONG:-}" ] && echo 3500 || echo 160)} # of 57 KB each
sign_in "$login"
read -r site staff < <(api GET /v1/session | jq -r '.reader | "\(.site) \(.staff)"')
id() { printf '01990000-%04x-7%03x-8000-%012x' $(($1 >> 12)) $(($1 & 4095)) "$1"; }
change() { # number of the change, record, type, case, set
	jq -cn --arg id "$(id $((100000 + $1)))" --arg rec "$2" --arg type "$3" --arg case "$4" --argjson set "$5" \
		'{id: $id, tx: null, rec: $rec, type: $type, case: (if $case == "" then null else $case end), op: "create",
			set: $set, unset: [], seen: {}, base_ver: 0, entered_at: "2026-11-01T09:00:00+08:00"}'
}
taken() { [ "$(jq -r '[.results[].status] | unique | join(" ")' <<<"$1")" = applied ] || { remark "$1" && return 1; }; }

case=$(id 1) person=$(id 2)
ok "a case is opened" taken "$(api POST /v1/changes "$(jq -cn --argjson p "$(change 1 "$person" person '' '{"name":"大案","sex":"1"}')" \
	--argjson c "$(change 2 "$case" case "$case" "{\"number\":\"LARGE-1\",\"person\":\"$person\",\"programme\":\"smd_kinship_care\",\"phase\":\"intake\",\"home_site\":\"$site\",\"manager\":\"$staff\",\"opened\":\"2026-11-01\"}")" \
	'{changes: [$p, $c]}')")"
# What does not pack: letters of chance, 19,000 of three bytes a note.
write_notes() { # first last
	perl -e 'my ($first, $last) = @ARGV;
		srand(11 + $first);
		my @made;
		for my $i ($first .. $last) {
			my $text = join "", map { chr(0x4e00 + int rand 20000) } 1 .. 19000;
			utf8::encode($text);
			push @made, sprintf q({"id":"%s","tx":null,"rec":"%s","type":"service","case":"%s","op":"create","set":{"started_at":"2026-11-02T09:00:00+08:00","minutes":30,"kind":"home_visit","status":"completed","process":"%s"},"unset":[],"seen":{},"base_ver":0,"entered_at":"2026-11-02T09:00:00+08:00"}),
				(map { sprintf "01990000-%04x-7%03x-8000-%012x", $_ >> 12, $_ & 4095, $_ } 200000 + $i, 300000 + $i), "'"$case"'", $text;
			if (@made == 16 || $i == $last) { print "{\"changes\":[", join(",", @made), "]}\n"; @made = () }
		}' "$1" "$2"
}
bad=0
while read -r body; do
	taken "$(printf '%s' "$body" | api POST /v1/changes -)" || bad=1
done < <(write_notes 1 "$notes")
ok "$notes notes are written into it" [ $bad = 0 ]
size=$(sql "SELECT sum(octet_length(body)) FROM log.version WHERE unit_id = '$case'")
echo "# the case has $size bytes"

ok "a station is enrolled" enrol big "$(site_of "$login")" "$login"
peak() { awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$1/status" 2>/dev/null; }
daemon_before=$(peak "$daemon_pid")

# --- killed between two parts -----------------------------------------------------------------

parts() { sql "SELECT count(*) FROM log.manifest WHERE unit_id = '$case' AND state = 'o'"; }
under_way() { [ "$(parts)" = 1 ] && [ "$(stat -c %s "$work"/st/big/*.store-wal "$work"/st/big/*.store 2>/dev/null | awk '{ n += $1 } END { print n + 0 }')" -gt $((size / 4)) ]; }
CASEBRIDGE_PASSPHRASE_FILE=$work/st/big.secret "$CASEBRIDGE" --store "$work/st/big" sync </dev/null >"$work/big" 2>&1 &
syncing=$!
ok "the case is on its way" wait_for 60 under_way
{ kill -KILL $syncing && wait $syncing; } 2>/dev/null
ok "the store is whole after a kill" exits 0 station big doctor
numbers() { station big cases --json | jq -r '.[].number'; }
ok "half a case is not there" unlike "$(numbers)" LARGE-1
first=$(id 300001)
ok "nor is a note of it" exits 1 station big show "$first"

# --- changed meanwhile -------------------------------------------------------------------------

ok "somebody changes a note that has travelled" taken "$(api POST /v1/changes "$(jq -cn --arg id "$(id 400001)" --arg rec "$first" --arg case "$case" \
	'{changes: [{id: $id, tx: null, rec: $rec, type: "service", case: $case, op: "patch", set: {client_response: "later"}, unset: [],
		seen: {client_response: null}, base_ver: 1, entered_at: "2026-11-03T09:00:00+08:00"}]}')")"
from=$(sql "SELECT coalesce(max(csn), 0) FROM log.commit")
most=0
CASEBRIDGE_PASSPHRASE_FILE=$work/st/big.secret "$CASEBRIDGE" --store "$work/st/big" sync --json </dev/null >"$work/big" 2>&1 &
syncing=$!
while kill -0 $syncing 2>/dev/null; do
	now=$(peak $syncing)
	[ "${now:-0}" -le $most ] || most=$now
	sleep 0.02
done
wait $syncing
ok "the rest comes, and both ends agree" is "$(jq -c .synced "$work/big")" true
ok "the case is there" like "$(numbers)" LARGE-1
ok "as it is now" is "$(station big show "$first" --json | jq -r .body.client_response)" later
ok "all of it" is "$(station big show LARGE-1 --json | jq '[.records[] | select(.type == "service")] | length')" "$notes"
grown=$(($(peak "$daemon_pid") - daemon_before))
echo "# memory: the station took at most $most MiB, the daemon $grown MiB more than before"
if [[ $BUILD = *asan* ]]; then
	skip "the station never held it all, nor did the server" "sanitizers keep what was given back"
else
	ok "the station never held it all" test "$most" -lt 128
	ok "nor did the server" test "$grown" -lt 96
fi
ok "it was begun once" is "$(sql "SELECT gen FROM log.manifest WHERE unit_id = '$case'")" 1

# --- and later ----------------------------------------------------------------------------------

ok "a note more is a page like any other" taken "$(write_notes $((notes + 1)) $((notes + 1)) | api POST /v1/changes -)"
ok "and comes alone" is "$(station big sync --json | jq -c '[.records, .synced]')" '[1,true]'
done_testing
