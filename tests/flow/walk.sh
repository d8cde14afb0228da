# walk.sh - a programme walked by the command line, from the first contact to
# the outcome, at stations of two sites.
#
#   . tests/flow/lib.sh
#   . tests/flow/walk.sh
#   use_district
#   start_daemon
#   seat desk social_worker 平桥街道康复站     enrolled and synced; signs in when there is no seat yet
#   make desk add person name=…               the id is in $made
#   must desk edit … ; must_not desk edit …   what goes wrong is a failed line
#   all_sync desk mate                        both ends agree, nothing waits, nothing parked
#   measured desk NUMBER '[.goals, .pairs]'   of the measures;  due_of desk NUMBER CODE: the day

seat() { # station role site
	local login
	login=$(account "$2" "$3")
	if [ -z "$login" ]; then
		login=walk_$1
		printf '%s\n' 'Walk-through-2026!' >"$work/pw"
		daemon account add --login "$login" --role "$2" --site "$3" --name "走访$1" <"$work/pw" >"$work/said" 2>&1
		printf '%s\t%s\t%s\t%s\t%s\n' "$2" "$login" 'Walk-through-2026!' "走访$1" "$3" >>"$work/accounts.tsv"
	fi
	ok "$1 ($2, $3) sits down" enrol "$1" "$(site_of "$login")" "$login"
	station "$1" sync >"$work/said" 2>&1 || ok "$1 syncs" false
	eval "${1}_site=\$(site_of \$login) ${1}_name=\$(awk -F '\t' -v l=\$login '\$2 == l { print \$4; exit }' \"\$work/accounts.tsv\")"
}
# The three who sit at most walks: a worker and a chief of one site, a colleague of
# another.
three_seats() { # site, site of the colleague
	seat desk social_worker "$1"
	seat chief supervisor "$1"
	seat mate social_worker "$2"
}
must() { # station verb…
	station "$@" >"$work/said" 2>&1 && return
	remark "$(tail -n 6 "$work/said")"
	ok "$*" false
}
must_not() { # field station verb…: refused, naming the field
	local field=$1 rc=0
	shift
	station "$@" >"$work/said" 2>&1 || rc=$?
	[ $rc = 1 ] && [[ $(cat "$work/said") == *"$field"* ]] || { remark "exit $rc" "$(tail -n 4 "$work/said")" && return 1; }
}
# What a test line's command prints is kept beside the lines: quiet command…
quiet() { "$@" >"$work/out"; }
made=''
make() { # station verb…
	made=''
	if station "$@" --json >"$work/made" 2>"$work/said"; then
		made=$(jq -r '.id // .plan // .record // empty' "$work/made")
	else
		remark "$(tail -n 6 "$work/said" "$work/made")"
		ok "$*" false
	fi
}
sync_one() {
	station "$1" sync --json >"$work/synced" 2>"$work/said"
	is "$(jq -c '[.synced, .waiting, .parked]' "$work/synced")" '[true,0,0]' ||
		{ remark "$(station "$1" conflicts 2>&1 | tail -n 12)" && return 1; }
}
all_sync() { # station…
	local s
	for s in "$@"; do ok "$s: everything was taken, both ends agree" sync_one "$s"; done
}
measured() { station "$1" measures "$2" --json | jq -cS ".measures | $3"; }
gaps() { station "$1" measures "$2" --json | jq -c '[.gaps[].code]'; }
due_of() { station "$1" show "$2" --json | jq -r --arg c "$3" '[.due[] | select(.code == $c)][0].due'; }
# The ids of a case's records of a type, oldest first as they were made.
ids_of() { station "$1" show "$2" --json | jq -r --arg t "$3" '.records[] | select(.type == $t).id' | sort; }
# Goals of the newest plan: reached GOAL-TITLE FIRST-DAY LEVEL DAY LEVEL
goal_id() { station "$1" show "$2" --json | jq -r --arg t "$3" '[.records[] | select(.type == "goal" and .body.title == $t)][0].id'; }
reached() { # station number title day level day level
	must "$1" edit "$(goal_id "$1" "$2" "$3")" "reached=[{\"on\":\"$4\",\"level\":$5},{\"on\":\"$6\",\"level\":$7}]" status=achieved
}
# The server goes away and comes back; the stations go on.
cut_off() { stop_daemon >"$work/said" 2>&1; }
