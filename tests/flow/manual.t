#!/bin/bash
# manual.t - the manual's pages on programmes are true: every command on them
# is given, in order, at a station of the demo district, and does what the page
# says it does.
#
# A page says in comments who sits at the desk, which case it follows and on
# which day it was written; dates move by as many days as have passed since.
# A word in capitals is the id of the record of that kind that was made last,
# which a person reads in `casebridge show`. The Chinese and the English page
# give the same commands. A programme that walk_NAME.t goes through at the same stations, is left to the long run.
. tests/flow/lib.sh
use_district

written=2026-11-23 # the day the pages were written
today=$(TZ=Asia/Shanghai date +%F)
shift_days=$((($(date -ud "$today" +%s) - $(date -ud $written +%s)) / 86400))

# One line a command, "who<TAB>command", in order.
commands_of() { # page
	awk '/^```sh/ { who = NF > 1 ? $2 : "desk"; inside = 1; next }
		/^```/ { inside = 0 }
		inside && NF { line = line $0
			if (sub(/\\$/, "", line)) next
			gsub(/[ \t]+/, " ", line); print who "\t" line; line = "" }' "$1"
}
said_in() { sed -n "s/^<!-- $2: \(.*\) -->\$/\1/p" "$1"; } # page what

# Dates as many days later as today is after the day of writing.
moved() {
	local text=$1 out='' date
	while [[ $text =~ ^(.*[^0-9])?(20[0-9]{2}-[0-9]{2}-[0-9]{2})(.*)$ ]]; do
		date=$(date -ud "${BASH_REMATCH[2]} $shift_days days" +%F)
		out=$date${BASH_REMATCH[3]}$out
		text=${BASH_REMATCH[1]}
	done
	printf '%s%s' "$text" "$out"
}

declare -A last # TYPE → id
with_ids() {
	local line=$1 word
	for word in "${!last[@]}"; do
		line=$(sed -E "s/(^|[ =])$word( |\$)/\1${last[$word]}\2/g" <<<"$line")
	done
	printf '%s' "$line"
}
remember() { # command, what it printed
	local id kind
	[ "$1" != 'casebridge conflicts' ] || last[CONFLICT]=$(head -n 1 "$2" | cut -d' ' -f1)
	id=$(sed -n 's/^Saved on this computer: \([0-9a-f-]*\).*/\1/p' "$2" | tail -n 1)
	[ -n "$id" ] || return 0
	case $1 in
	'casebridge add '*) kind=$(cut -d' ' -f3 <<<"$1") ;;
	'casebridge group new '*) kind=group ;;
	'casebridge plan '*)
		kind=plan
		last[GOAL]=$(station "$desk" show "$(cut -d' ' -f3 <<<"$1")" --json |
			jq -r 'first(.records[] | select(.type == "goal")).id')
		;;
	'casebridge form '*) kind=response ;;
	'casebridge refer '*) kind=referral ;;
	'casebridge request '*) kind=request ;;
	'casebridge contact '*) kind=contact ;;
	'casebridge promote '*) kind=case ;;
	*) return 0 ;;
	esac
	last[${kind^^}]=$id
}
casebridge() { station "$desk" "$@"; }

# Gives the commands of a page; the first that fails is told.
follow() { # page
	local command n=0
	while IFS=$'\t' read -r desk command; do
		n=$((n + 1))
		command=$(with_ids "$(moved "$command")")
		if ! (cd "$work/papers" && eval "$command") >"$work/out" 2>&1 </dev/null; then
			remark "command $n at $desk: $command" "$(tail -n 5 "$work/out")"
			return 1
		fi
		remember "$command" "$work/out"
	done < <(commands_of "$1")
	[ $n -gt 10 ] || { remark "only $n commands" && return 1; }
}

seat() { # desk role site [name]: somebody the page speaks of sits down
	local login
	login=$(account "$2" "$3")
	# Who is named by two pages has a sign-in from the first.
	[ -z "${4:-}" ] || login=$(awk -F '\t' -v n="$4" '$4 == n { print $2; exit }' "$work/accounts.tsv")
	if [ -z "$login" ]; then
		login=manual_$1_$RANDOM
		printf '%s\n' 'Manual-2026-page!' >"$work/pw"
		daemon account add --login "$login" --role "$2" --site "$3" --name "$4" \
			<"$work/pw" >"$work/said" 2>&1 || { remark "$(cat "$work/said")" && return 1; }
		printf '%s\t%s\t%s\t%s\t%s\n' "$2" "$login" 'Manual-2026-page!' "$4" "$3" >>"$work/accounts.tsv"
	fi
	rm -rf "$work/st/$1"
	# Whoever needs a second factor sets it up in the web app first.
	[ -n "$(secret_of "$login")" ] || sign_in "$login" || return 1
	enrol "$1" "$(site_of "$login")" "$login" && exits 0 station "$1" sync
}
seats() { # page
	local desk role site name
	while read -r desk role site name; do
		seat "$desk" "$role" "$site" "$name" || return 1
	done < <(said_in "$1" seat)
}

walked="away_from_home_children caregiver_group cleft_lip_palate diabetes_joint_clinic dignity_therapy family_doctor_contract
	hospice_settings organ_transplant stroke_rehab t1d_families"
left() { [ -z "${LONG:-}${PAGES:-}" ] && [[ " ${walked//[$'\t\n']/ } " == *" ${1%.md} "* ]]; }

start_daemon
mkdir -p "$work/papers" # where what is printed goes
pages=${PAGES:-$(cd docs/manual/zh && ls ./*.md | sed 's|^\./||')}
for page in $pages; do
	zh=docs/manual/zh/$page en=docs/manual/en/$page
	[ -n "$(said_in "$zh" seat)" ] || continue
	case=$(said_in "$zh" case)
	last=()
	ok "$page: both languages give the same commands" \
		is "$(commands_of "$zh" | sha256sum)" "$(commands_of "$en" | sha256sum)"
	! left "$page" || continue
	ok "$page: those it speaks of sit down" seats "$zh"
	ok "$page: every command does what it says" follow "$zh"
	ok "$page: all of it was taken" is \
		"$(station desk sync --json | jq -c '[.synced, .waiting, .parked]')" '[true,0,0]'
	[ -z "$case" ] || ok "$page: the case lacks nothing its programme asks for" is \
		"$(station desk measures "$case" --json | jq -c '[.gaps[].code]')" '[]'
done
done_testing
