#!/bin/bash
# ran_out.t - a consent and a seat in the care group that were given until a day
# end on that day, without anybody's act: nobody reads the case any more, stations
# purge it and say so, and what nobody could do any more is cancelled, as by an
# ending by hand. The days pass at the database, by libfaketime.
. tests/flow/lib.sh
. tests/flow/changing.sh
[ -n "$faketime" ] || { skip "days that pass" "libfaketime is not installed" && done_testing; }
use_district
start_daemon

day() { TZ=Asia/Shanghai date -d "$1 days" +%F; } # as many from now
today=$(day 0)
mapfile -t site <<<"$(sql "SELECT DISTINCT site FROM auth.account WHERE role = 'social_worker' ORDER BY 1 LIMIT 3")"
own=$(login "${site[0]}" social_worker) other=$(login "${site[1]}" social_worker) third=$(login "${site[2]}" social_worker)
ok "three sites" test -n "$own" -a -n "$other" -a -n "$third"
ok "the home site signs in" sign_in "$own"
reached() { # CASE SITE
	sql "SELECT count(*) FROM access.reach WHERE unit_id = '$1' AND key = '$2' AND from_at <= now() AND (to_at IS NULL OR to_at > now())"
}
status_of() { sql "SELECT status || coalesce('|' || cancel_reason, '') FROM rec.$1 WHERE id = '$2'"; }
seat() { put "$1" member "$2" "$3" "{\"staff\":\"$(staff "$4")\",\"site\":\"$5\",\"role\":\"social_worker\",\"from\":\"$today\"$6}"; }
agreed() { put "$1" consent "$2" "$3" "{\"purpose\":\"sharing\",\"classes\":[\"identity\",\"note\"],\"sites\":[$4],\"from\":\"$today\"$5}"; }

# ---- one case: a consent until tomorrow, and one without an end
person=$(new_id) case_id=$(new_id)
put "a client" person "$person" "" '{"name":"陆小北","sex":"1"}'
put "a case" case "$case_id" "" "{\"person\":\"$person\",\"phase\":\"intake\",\"home_site\":\"${site[0]}\",\"number\":\"R-1\",\"opened\":\"$today\",\"manager\":\"$(staff "$own")\"}"
until_tomorrow=$(new_id) dated_seat=$(new_id)
agreed "a consent for one site, until tomorrow" "$until_tomorrow" "$case_id" "\"${site[1]}\"" ",\"to\":\"$(day 1)\""
agreed "and one for another, without an end" "$(new_id)" "$case_id" "\"${site[2]}\""  ''
seat "a seat of the one" "$(new_id)" "$case_id" "$other" "${site[1]}" ''
seat "and of the other, until in three days" "$dated_seat" "$case_id" "$third" "${site[2]}" ",\"to\":\"$(day 3)\""
task=$(new_id) visit=$(new_id) letter=$(new_id) done_task=$(new_id) ours=$(new_id) late=$(new_id)
put "a task of the one" task "$task" "$case_id" "{\"title\":\"上门查看\",\"status\":\"open\",\"site\":\"${site[1]}\"}"
put "one that is done" task "$done_task" "$case_id" "{\"title\":\"已办\",\"status\":\"done\",\"site\":\"${site[1]}\"}"
put "one of our own" task "$ours" "$case_id" "{\"title\":\"自己办\",\"status\":\"open\",\"site\":\"${site[0]}\"}"
put "one of the other" task "$late" "$case_id" "{\"title\":\"再去一次\",\"status\":\"open\",\"site\":\"${site[2]}\"}"
put "a visit of the one" service "$visit" "$case_id" "{\"started_at\":\"2027-01-05T10:00:00+08:00\",\"kind\":\"home_visit\",\"status\":\"planned\",\"site\":\"${site[1]}\",\"aim\":\"复诊提醒\"}"
put "a letter to it" referral "$letter" "$case_id" "{\"kind\":\"service\",\"to_site\":\"${site[1]}\",\"reason\":\"评估\",\"letter\":\"请协助评估。\",\"status\":\"requested\",\"sends\":[\"identity\"]}"
# ---- another: what ends by date is covered by something that stands
twin=$(new_id) covered=$(new_id)
put "a case two consents cover" case "$twin" "" "{\"person\":\"$person\",\"phase\":\"intake\",\"home_site\":\"${site[0]}\",\"number\":\"R-2\",\"opened\":\"$today\"}"
agreed "one until tomorrow" "$(new_id)" "$twin" "\"${site[1]}\"" ",\"to\":\"$(day 1)\""
agreed "one without an end" "$(new_id)" "$twin" "\"${site[1]}\"" ''
seat "with a seat" "$(new_id)" "$twin" "$other" "${site[1]}" ''
put "and a task" task "$covered" "$twin" "{\"title\":\"继续\",\"status\":\"open\",\"site\":\"${site[1]}\"}"

name_of() { sql "SELECT name FROM rec.site WHERE id = '$1'"; }
ok "the one enrols" enrol other "$(name_of "${site[1]}")" "$other"
ok "the other" enrol third "$(name_of "${site[2]}")" "$third"
for s in other third; do station $s sync >"$work/said" 2>&1; done
holds() { station "$1" show "$2" --json >"$work/said" 2>&1; }
ok "both hold the case" eval 'holds other "$case_id" && holds third "$case_id"'
ok "nothing has ended today" is "$(sql "SELECT upto = '$today', going IS NULL FROM log.ran_out") $(status_of task "$task")" 't|t open'

# ---- days pass, and nobody does anything
days_pass() { # days: everything is stopped and comes up so much later
	stop_daemon && stop_postgres && start_postgres_at "+$1d" && start_daemon
	[ "$(sql "SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")" = "$(day "$1")" ]
}
seen_to() { [ "$(sql "SELECT upto = '$(day "$1")' AND going IS NULL FROM log.ran_out")" = t ]; }
sign_in_again() { # STATION LOGIN: a session does not last that long
	station "$1" login --user "$2" --password-file "$work/st/$1.secret" >"$work/said" 2>&1
}
ok "tomorrow comes" days_pass 1
ok "the daemon sees to what ended, by itself" wait_for 20 seen_to 1
ok "the site no longer reaches the case" is "$(reached "$case_id" "${site[1]}")" 0
ok "its task is cancelled, and says why" is "$(status_of task "$task")" 'cancelled|同意已到期'
ok "its visit" is "$(status_of service "$visit")" 'cancelled|同意已到期'
ok "the letter to it" is "$(status_of referral "$letter")" 'withdrawn|同意已到期'
ok "what is done stays, and our own, and the other's" is "$(status_of task "$done_task") $(status_of task "$ours") $(status_of task "$late")" 'done open open'
ok "all of it in one transaction, by whoever set the day" is "$(sql "SELECT count(DISTINCT k.xid), count(*), bool_and(v.by = '$(staff "$own")') FROM log.version v JOIN log.commit k USING (csn)
	WHERE v.next_csn IS NULL AND v.record_id IN ('$task', '$visit', '$letter')")" '1|3|t'
ok "what another consent covers goes on" is "$(reached "$twin" "${site[1]}") $(status_of task "$covered")" '1 open'
ok "the ending stands among the decisions" is "$(sql "SELECT doc ->> 'until', doc ->> 'case' FROM log.decision WHERE about = '$until_tomorrow'")" "$(day 1)|$case_id"
filed() { grep -q "$until_tomorrow" "$work/state/decisions"; }
ok "and in the file beside the database" wait_for 10 filed
ok "the trail says so, by nobody" is "$(sql "SELECT count(*), count(actor) FROM audit.event WHERE action = 'ran_out' AND records = ARRAY['$case_id'::uuid]")" '1|0'
ok "the home site signs in again" sign_in "$own"
ok "and sees that a station owes a purge" is "$(api GET "/v1/cases/$case_id/copies" | jq -c '[.asked, .purged, .held]')" '[1,0,1]'
sign_in_again other "$other"
ok "the station comes" is "$(station other sync --json | jq .synced)" true
ok "and holds the case no more, but the other" eval '! holds other "$case_id" && holds other "$twin"'
ok "with a signed receipt" is "$(api GET "/v1/cases/$case_id/copies" | jq -c '[.asked, .purged, .held]') $(sql "SELECT count(*) FROM log.manifest m JOIN log.replica r USING (replica)
	WHERE m.unit_id = '$case_id' AND r.staff = '$(staff "$other")' AND m.receipt IS NOT NULL AND m.purged_at IS NOT NULL")" '[1,1,1] 1'
sign_in_again third "$third"
ok "the other's station goes on" is "$(station third sync --json | jq .synced) $(holds third "$case_id"; echo $?)" 'true 0'
at=$(sql 'SELECT max(csn) FROM log.commit')
stop_daemon && start_daemon && sleep 2
ok "started again the same day, nothing is done twice" is "$(sql 'SELECT max(csn) FROM log.commit')" "$at"

# ---- the daemon is off when the day comes
ok "five days pass" days_pass 5
ok "what ended in between is seen to" wait_for 20 seen_to 5
ok "the seat ran out, and its site's work with it" is "$(reached "$case_id" "${site[2]}") $(status_of task "$late")" '0 cancelled|小组任期已满'
ok "our own goes on" is "$(status_of task "$ours")" open
ok "the seat's end is a decision, once" is "$(sql "SELECT count(*), max(doc ->> 'to') FROM log.decision WHERE about = '$dated_seat'")" "1|$(day 3)"
ok "nothing was parked" is "$(sql 'SELECT count(*) FROM log.parked WHERE settled_csn IS NULL')" 0

# ---- it dies in the middle: of the cases before `after` nothing is done again
sql "UPDATE log.ran_out SET upto = '$today', going = '$(day 5)', after = '$case_id'" >"$work/said"
at=$(sql 'SELECT max(csn) FROM log.commit')
ok "it goes on where it was" wait_for 20 seen_to 5
ok "and changes nothing that stood" is "$(sql 'SELECT max(csn) FROM log.commit')" "$at"
done_testing
