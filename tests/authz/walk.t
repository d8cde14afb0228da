#!/bin/bash
# walk.t - what people really get, against the oracle: of a district whose seats,
# consents, restrictions and emergencies have been shaken, everybody asks for
# everything - by SQL as the daemon's own role, by address, by the feed - and
# gets what casebridge-access(7) says, no more and no less.
#
# By address everybody asks for some of each class of cell (role, way, type, class, state,
# what was shaken, what the page says); in the long run for everything, more cases are
# shaken and more histories asked for. SQL and the feed are always whole.
. tests/flow/lib.sh
. tests/flow/changing.sh
use_district
start_daemon

today=$(TZ=Asia/Shanghai date +%F) tomorrow=$(TZ=Asia/Shanghai date -d tomorrow +%F)
shaken=${LONG:+120} histories=${LONG:+400}
shaken=${shaken:-24} histories=${histories:-24}
yes() { "$@" >/dev/null; }

# ---- the shaking ---------------------------------------------------------------------
# Each of these is what a person of the home site may do on a day; that some are
# refused by a rule of the case does not matter.
body_of() { sql "SELECT body FROM log.version WHERE record_id = '$1' AND next_csn IS NULL"; }
seen() { # TYPE REC FIELD: the field, and those it belongs together with, as they stand
	body_of "$2" | jq -c --arg f "$3" --slurpfile t "proto/catalogue/$1.json" '. as $body
		| $t[0].fields | (map(select(.name == $f))[0]) as $one | map(select(.name == $f or (.atom and .atom == $one.atom)) | .name)
		| map({(.): $body[.]}) | add'
}
part_of() { sql "SELECT id FROM rec.$1 WHERE case_id = '$case_id' AND rec_state <> 'retracted' ORDER BY md5(id::text) LIMIT 1"; }
swap() { # TYPE FIELD JSON: of a record of the case
	local rec
	rec=$(part_of "$1")
	[ -z "$rec" ] || change patch "$1" "$rec" "$case_id" "{\"$2\":$3}" "$(seen "$1" "$rec" "$2")"
}
restrict() { # whom it is for
	change create service "$(new_id)" "$case_id" "{\"kind\":\"phone_contact\",\"status\":\"completed\",\"started_at\":\"${today}T08:00:00+08:00\",\"aim\":\"x\",\"restricted\":true,\"readers\":[$1]}"
}
shake() {
	case $1 in
	0) swap member to "\"$today\"" ;;
	1) swap member to "\"$tomorrow\"" ;;
	2) swap member from "\"$tomorrow\"" ;;
	3) swap consent withdrawn "\"$today\"" ;;
	4) swap consent to "\"$today\"" ;;
	5) swap consent classes '["core","identity"]' ;;
	6) swap consent classes '["core","assessment","plan"]' ;;
	7) swap consent classes '["core","note"]' ;;
	8) restrict "" ;;
	9) restrict "$(sql "SELECT string_agg(format('\"%s\"', m.staff), ',') FROM (SELECT staff FROM rec.member WHERE case_id = '$case_id' AND staff IS NOT NULL ORDER BY id LIMIT 2) m")" ;;
	10) swap service restricted true ;;
	11) change retract member "$(part_of member)" "$case_id" null ;;
	esac
}
mapfile -t cases < <(sql "SELECT c.id || ' ' || (SELECT a.login FROM auth.account a WHERE a.site = c.home_site AND a.role IN ('social_worker', 'supervisor') ORDER BY a.role, a.login LIMIT 1)
	FROM rec.\"case\" c WHERE c.closed IS NULL AND EXISTS (SELECT 1 FROM auth.account a WHERE a.site = c.home_site AND a.role IN ('social_worker', 'supervisor'))
	ORDER BY (SELECT count(DISTINCT m.site) FROM rec.member m WHERE m.case_id = c.id) DESC, md5(c.id::text) LIMIT $shaken")
mapfile -t logins < <(cut -f2 "$work/accounts.tsv" | sort -u)
ok "everybody signs in (${#logins[@]})" is "$(for who in "${logins[@]}"; do sign_in "$who" || echo "$who"; done)" ''
done_well=0
for i in "${!cases[@]}"; do
	read -r case_id home_login <<<"${cases[i]}"
	as "$home_login"
	said=$(shake $((i % 12)))
	echo "$case_id $((i % 12))" >>"$work/shaken"
	[ "$said" != applied ] || done_well=$((done_well + 1))
done
ok "seats, consents and restrictions are shaken ($done_well of ${#cases[@]})" [ "$done_well" -gt $((${#cases[@]} / 2)) ]

# Two emergencies, of somebody with nothing to do with the case.
glass=()
while IFS='|' read -r login number; do
	as "$login"
	answer=$(jq -cn --arg n "$number" --arg p "$(password_of "$login")" \
		'{number: $n, category: "medical", reason: "病人昏迷送到急诊，家属不在场，需要知道正在服用的药物", password: $p}' | api POST /v1/break-glass -)
	glass+=("$login $(jq -r '.id, .case' <<<"$answer" | paste -sd' ')")
done < <(sql "SELECT DISTINCT ON (a.role) a.login, c.number FROM auth.account a CROSS JOIN rec.\"case\" c WHERE a.role IN ('psychiatrist', 'nurse', 'rehab_worker')
	AND c.closed IS NULL AND c.manager IS NOT NULL AND c.home_site <> a.site AND c.number IS NOT NULL
	AND NOT EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = c.id AND r.key IN (a.site, a.staff)) ORDER BY a.role, md5(a.login || c.number) LIMIT 2")
ok "two emergencies are open" is "$(sql "SELECT count(*) FROM access.emergency WHERE until > now()")" 2

# ---- what there is, for the oracle; and what everybody gets -----------------------------
sql "SELECT json_build_object('id', v.record_id, 'unit', v.unit_id, 'case', v.case_id, 'type', t.name, 'state', v.state, 'site', v.site_id,
	'author', v.author, 'written', (coalesce((SELECT min(w.at) FROM log.version w
	  WHERE t.name = 'referral' AND w.record_id = v.record_id AND w.body::jsonb ? 'decline_reason'), v.at) AT TIME ZONE 'Asia/Shanghai')::date, 'body', v.body) FROM log.version v JOIN access.type_no t ON t.no = v.type WHERE v.next_csn IS NULL" >"$work/facts"
sql "SELECT json_build_object('login', login, 'staff', staff, 'site', site, 'role', role, 'replica', NULL) FROM auth.account" >"$work/readers"
sql "SELECT json_build_object('id', id, 'staff', staff, 'case', case_id) FROM access.emergency WHERE until > now()" >"$work/emergencies"
mkdir "$work/got"
conn="$(cluster_conninfo "$work/s" casebridge_app)"
typed=$(sql "SELECT string_agg(format('SELECT ''typed'' AS way, id FROM rec.%I', c.relname), ' UNION ALL ') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = 'rec' AND c.relkind = 'r'")
while read -r login staff site role; do
	psql -AtqX -F ' ' -v ON_ERROR_STOP=1 "$conn" <<-Q | grep -E '^(version|typed) ' >"$work/got/$login"
	BEGIN;
	SELECT app.enter('reader', '$staff'::uuid, NULLIF('$site', '-')::uuid, '$role', NULL);
	SELECT 'version', record_id FROM log.version WHERE next_csn IS NULL;
	$typed;
	ROLLBACK;
	Q
done < <(sql "SELECT login || ' ' || staff || ' ' || coalesce(site::text, '-') || ' ' || role FROM auth.account")

# One program a person asks for everything, over one connection.
fetch() { # LOGIN way < lines "id path": "way id status", and of a case its records
	local out=$work/out.$1
	mkdir -p "$out"
	awk -v url="$web_url" -v out="$out" '{ printf "%surl = \"%s%s\"\noutput = \"%s/%s\"\n", (NR > 1 ? "next\n" : ""), url, $2, out, $1
		print "cacert = \"" ENVIRON["ca"] "\"\ncookie = \"" ENVIRON["jar"] "\"\nheader = \"X-Casebridge: web\"\nsilent\nwrite-out = \"%{http_code}\\n\"" }' >"$work/curl.$1"
	curl -K "$work/curl.$1" >"$work/codes.$1"
}
export ca=$ca_file jar
sql "SELECT unit_id || ' /v1/cases/' || unit_id FROM log.unit WHERE kind IN ('case', 'group') ORDER BY 1" >"$work/ask.case"
sql "SELECT unit_id || ' /v1/letters/' || unit_id FROM log.unit WHERE kind = 'letter' ORDER BY 1" >"$work/ask.letter"
sql "SELECT record_id || ' /v1/records/' || record_id || '/history' FROM log.version v JOIN log.unit u ON u.unit_id = v.unit_id
	WHERE next_csn IS NULL AND u.kind <> 'directory' ORDER BY class <> 32, md5(record_id::text) LIMIT $histories" >"$work/ask.history"
sed 's|/history$||' "$work/ask.history" >"$work/ask.record"
sql "SELECT record_id || ' /v1/files/' || encode(sha256, 'hex') || '?rec=' || record_id FROM log.file_use ORDER BY 1" >"$work/ask.file" 2>/dev/null || : >"$work/ask.file"
TZ=Asia/Shanghai tests/authz/judge.pl sample "$work" "${LONG:+all}"
for login in "${logins[@]}"; do
	jar=$work/jar.$login
	# What is restricted is opened with a proof; whose it is, is what is tried here.
	sql "UPDATE auth.session SET proved_at = now()" >/dev/null
	for way in case letter history record file; do
		[ -s "$work/ask.$way.$login" ] || continue
		fetch "$login" <"$work/ask.$way.$login"
		paste -d' ' <(cut -d' ' -f1 "$work/ask.$way.$login") "$work/codes.$login" | sed "s/^/$way /" >>"$work/got/$login"
		[ "$way" != case ] || for file in "$work/out.$login"/*; do jq -r '.records[]?.id | "told \(.)"' "$file" 2>/dev/null; done | sort -u >>"$work/got/$login"
		[ "$way" != case ] || for file in "$work/out.$login"/*; do jq -r '.records[]? | select(.class == 32 and .withheld != true) | .id' "$file" 2>/dev/null; done >>"$work/bare"
		rm -rf "$work/out.$login"
	done
done
for one in "${glass[@]}"; do
	read -r login id case_id <<<"$one"
	as "$login"
	api GET "/v1/break-glass/$id" | jq -r '.records[]?.id | "told \(.)"' >"$work/got/glass.$id"
done

ok "what is restricted is withheld in every answer about a case" is "$(wc -l <"$work/bare")" 0

# Stations of three roles: what the feed brings.
for role in rehab_worker psychiatrist social_worker; do
	login=$(account $role)
	ok "a station of a $role fetches what it may" yes eval "enrol $role \"\$(site_of $login)\" $login && station $role sync"
	sql "SELECT 'held ' || m.unit_id || ' ' || m.classes FROM log.manifest m JOIN log.replica r ON r.replica = m.replica JOIN auth.account a ON a.staff = r.staff
		WHERE a.login = '$login' AND m.state = 'h'" >>"$work/got/$login"
	echo "holds $(station $role status --json | jq .records)" >>"$work/got/$login"
done

# ---- what nobody may write ------------------------------------------------------------
# The oracle draws records and verbs that are refused; the daemon must refuse each.
TZ=Asia/Shanghai tests/authz/judge.pl draw "$work" "${LONG:+400}" >"$work/draw"
versions() { sql "SELECT count(*) || ' ' || coalesce(max(csn), 0) FROM log.version"; }
before=$(versions)
while read -r login file; do
	as "$login"
	api POST /v1/changes - <"$file" | jq -r --arg l "$login" '.results[]? | "\($l) \(.id) \(.status) \(.code // "-")"' >>"$work/wrote"
done <"$work/draw"
ok "no refused change left a version" is "$(versions)" "$before"

TZ=Asia/Shanghai tests/authz/judge.pl judge "$work" >"$work/verdicts"
while IFS='|' read -r good sentence why; do
	[ "$good" = ok ] || remark "$why"
	ok "$sentence" [ "$good" = ok ]
done <"$work/verdicts"
done_testing
