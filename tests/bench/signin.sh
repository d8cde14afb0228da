#!/bin/bash
# signin.sh - does the time a refused sign-in takes say whether there is such an
# account? Part of `make bench`; README.md says how it is measured.
#
#   tests/bench/signin.sh [ROUNDS]
. tests/flow/lib.sh
. tests/flow/small.sh
. tests/bench/machine.sh
rounds=${1:-60}
out=tests/bench/results/signin.json
cases=0 records=0 # machine.sh tells them
use_blank
start_daemon --password-cost=standard
sed -i 's/^password-cost = .*/password-cost = standard/' "$work/daemon.conf" # accounts, too
use_small
add_person zhao.min nurse 赵敏
add_person sun.li nurse 孙丽
printf 'a temporary one, said by phone\n' | daemon account password --login sun.li --must-change >/dev/null
sql "UPDATE auth.account SET disabled_at = now() WHERE login = 'zhao.min'; UPDATE auth.account SET first_until = now() - interval '1 hour' WHERE login = 'sun.li'" >/dev/null

ask() { # kind login password: one line of the samples
	local times
	times=$(jq -cn --arg l "$2" --arg p "$3" '{login: $l, password: $p}' |
		curl -sS --max-time 20 --cacert "$ca_file" -o /dev/null -w '%{http_code} %{time_pretransfer} %{time_starttransfer}' \
			-H "Origin: $web_url" -H 'X-Casebridge: web' -H 'Content-Type: application/json' --data-binary @- "$web_url/v1/session")
	awk -v kind="$1" '{ printf "%s\t%s\t%.3f\n", kind, $1, ($3 - $2) * 1000 }' <<<"$times" >>"$work/samples"
}
fresh() { sql 'DELETE FROM auth.attempt' >/dev/null; }
for ((i = 0; i <= rounds; i++)); do
	[ $i != 1 ] || : >"$work/samples" # the first round warms caches
	fresh && ask unknown nobody.here wrong-password
	fresh && ask wrong_password li.na wrong-password
	fresh && ask suspended zhao.min "$(password_of zhao.min)"
	fresh && ask too_late sun.li 'a temporary one, said by phone'
	fresh && ask unknown_again nobody.here wrong-password
	fresh
	for login in nobody.here li.na; do
		ask charged $login wrong-password
		sql "UPDATE auth.attempt SET until_at = now() + interval '10 minutes' WHERE scope = 'account'" >/dev/null
		ask waits_told $login wrong-password
		[ $login = nobody.here ] && kind=waits_unknown || kind=waits_known
		ask "$kind" $login wrong-password
		fresh
	done
	[ $((i % 10)) != 0 ] || echo "round $i of $rounds" >&2
done
stop_daemon

grep -vE '^(charged|waits_told)' "$work/samples" | jq -Rn --tab --argjson machine "$(machine_json)" '
	def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
	def round3: . * 1000 | round / 1000;
	[inputs | split("\t") | {kind: .[0], status: .[1], ms: (.[2] | tonumber)}] as $all
	| def of($k): [$all[] | select(.kind == $k) | .ms];
	def middle($k): of($k) | median;
	def error($k): of($k) | median as $m | (map(. - $m | fabs) | median) * 1.4826 * 1.2533 / (length | sqrt);
	def row($k; $with; $again): (middle($k) - middle($with)) as $d
		| ([3 * ((error($k) * error($k) + error($with) * error($with)) | sqrt), 3 * (middle($again) - middle($with) | fabs)] | max) as $noise
		| {kind: $k, status: ([$all[] | select(.kind == $k) | .status] | unique | join(" ")), n: (of($k) | length),
			median_ms: (middle($k) | round3), beside: $with, differs_ms: ($d | round3), noise_ms: ($noise | round3), within: (($d | fabs) <= $noise)};
	{machine: ($machine | del(.cases, .records, .node, .nginx)),
		unknown_ms: (middle("unknown") | round3), waits_unknown_ms: (middle("waits_unknown") | round3),
		rows: ([("wrong_password", "suspended", "too_late") | . as $k | row($k; "unknown"; "unknown_again")]
			+ [row("waits_known"; "waits_unknown"; "waits_unknown")])}' 2>"$work/jq" >"$work/result" || {
	cat "$work/jq" >&2
	exit 1
}
cp "$work/result" "$out"
jq -r '.rows[] | [.kind, .status, .n, .median_ms, .differs_ms, .noise_ms, .within] | @tsv' "$out"
jq -e '[.rows[].within] | all' "$out" >/dev/null
