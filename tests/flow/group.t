#!/bin/bash
# group.t - six sessions from a template: members, attendance typed in one line,
# corrected, seen by the site that runs the group and by nobody else.
. tests/flow/lib.sh
use_district
start_daemon

site=$(sql "SELECT s.id FROM rec.site s JOIN auth.account a ON a.site = s.id AND a.role = 'social_worker'
	JOIN auth.account b ON b.site = s.id AND b.role <> 'social_worker' AND b.role IN ('rehab_worker', 'prevention_doctor', 'nurse', 'case_worker') ORDER BY 1 LIMIT 1")
worker=$(sql "SELECT login FROM auth.account WHERE site = '$site' AND role = 'social_worker' LIMIT 1")
mate=$(sql "SELECT login FROM auth.account WHERE site = '$site' AND role IN ('rehab_worker', 'prevention_doctor', 'nurse', 'case_worker') LIMIT 1")
elsewhere=$(sql "SELECT login FROM auth.account WHERE site <> '$site' AND role = 'social_worker' LIMIT 1")
ok "a station" enrol desk "$site" "$worker"
ok "another of the same site" enrol mate "$site" "$mate"
ok "one of another site" enrol other "$(sql "SELECT site FROM auth.account WHERE login = '$elsewhere'")" "$elsewhere"
for s in desk mate other; do ok "$s syncs" station $s sync; done

ok "a template that is none is refused with those there are" exits 1 station desk group new nonsense
ok "… by name" like "$(cat "$work/said")" all_the_way
made=$(station desk --json group new all_the_way name=周四小组 number=G-2026-1 opened=2026-09-03)
group=$(jq -r .id <<<"$made")
ok "a group is made from its template" test -n "$group"
ok "with its six sessions" is "$(station desk show "$group" --json | jq '[.records[] | select(.type == "session")] | length')" 6
ok "a week apart" is "$(station desk show "$group" --json | jq -r '[.records[] | select(.type == "session") | .body.held_at[:10]] | sort | join(" ")')" \
	"2026-09-03 2026-09-10 2026-09-17 2026-09-24 2026-10-01 2026-10-08"
for name in 王芳 李强 赵敏; do
	ok "$name joins" station desk add participant --case G-2026-1 name=$name joined=2026-09-03 kind=caregiver consent=yes
done
ok "everybody came to the first" station desk group attend G-2026-1 1 all
ok "to the second not all" station desk group attend G-2026-1 2 all 李强=illness
ok "the reason is a code there is" exits 1 station desk group attend G-2026-1 3 李强=nonsense
ok "who is no member was not there" exits 1 station desk group attend G-2026-1 3 无名
ok "a session that is none" exits 1 station desk group attend G-2026-1 9 all
ok "who was there and had a reason not to be: corrected" station desk group attend G-2026-1 2 李强
ok "a correction makes no second record" is "$(station desk show "$group" --json | jq '[.records[] | select(.type == "attendance")] | length')" 6
ok "nothing of this is sent yet" [ "$(station desk status --json | jq .unsent)" -gt 15 ]
ok "it is sent" station desk sync
ok "all of it was taken" is "$(station desk status --json | jq -c '[.unsent, .parked // 0, .conflicts]')" '[0,0,0]'
ok "the colleague has it after a sync" station mate sync
ok "… the whole grid" like "$(station mate group show G-2026-1)" "王芳 +● ● · · · ·"
ok "another site has nothing of it" is "$(station other sync >/dev/null; station other group list --json | jq length)" 0
ok "not even by id" exits 1 station other show "$group"
ok "both ends hold the same" is "$(station mate status --json | jq '.matched // .synced')" true
station desk add session --case G-2026-1 number=7 status=held "held_at=2099-01-01 14:00" >"$work/future" 2>&1
ok "a session held tomorrow is refused, saying why" like "$(cat "$work/future")" "held_at"
ok "who was there has no reason to be absent" exits 1 station desk add attendance --case G-2026-1 \
	"session=$(station desk show "$group" --json | jq -r '[.records[] | select(.type == "session")][0].id')" \
	"participant=$(station desk show "$group" --json | jq -r '[.records[] | select(.type == "participant")][0].id')" present=yes reason=illness

# Run together with another site, that site has it; on its own again, it is purged.
other_site=$(sql "SELECT site FROM auth.account WHERE login = '$elsewhere'")
ok "the group is run with another site" station desk edit "$group" "sites=$other_site"
station desk sync >/dev/null && station other sync >/dev/null
ok "which has it now" is "$(station other group list --json | jq length)" 1
ok "and may note who was there" station other group attend G-2026-1 3 王芳
station other sync >/dev/null && station desk sync >/dev/null
ok "as the first sees" like "$(station desk group show G-2026-1)" "王芳 +● ● ● "
ok "they part again" station desk edit "$group" sites=
station desk sync >/dev/null && station other sync >/dev/null
ok "and the other site has nothing left" is "$(station other group list --json | jq length)" 0
ok "with a receipt" [ "$(sql "SELECT count(*) FROM log.manifest WHERE unit_id = '$group' AND state = 'x' AND receipt IS NOT NULL")" -ge 1 ]
done_testing
