# ledger.sh - who was told what, written down outside the system.
#
# A line for every word that was given: `saved`, a station said so; `answer`,
# the centre answered for a change; `tried`, the program died before it said
# anything. Nothing is written before the word was given, and each line is on
# the disk before the test goes on. judge() holds the ledger against the
# database, which it asks itself, by SQL.
#
# kind, change, record, status, version, commit, mark: tabs between them, \N for
# what is not known.
ledger=$work/ledger
: >"$ledger"

write_down() { # kind change record status version commit mark
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$@" >>"$ledger"
	sync -d "$ledger"
}
note_saved() { # mark, what casebridge --json said: true when it said saved
	local rec
	rec=$(jq -er 'select(.saved) | .id' <<<"$2" 2>/dev/null) || return 1
	[ -n "$rec" ] || return 1
	write_down saved '\N' "$rec" '\N' '\N' '\N' "$1"
}
note_tried() { # mark
	write_down tried '\N' '\N' '\N' '\N' '\N' "$1"
}
# The answer of POST /v1/changes, when it is whole; deferred is no promise.
note_answer() { # file
	jq -er '.results[] | select(.status | IN("applied", "noted", "conflict", "parked")) |
		["answer", .id, .rec, .status, (.ver // "\\N"), .csn, "\\N"] | map(tostring) | join("\t")' \
		"$1" >"$work/ledger.more" 2>/dev/null || return 1
	cat "$work/ledger.more" >>"$ledger"
	sync -d "$ledger"
}

# Complaints, none when all is well. Another database or ledger: what a test
# does to a copy.
# shellcheck disable=SC2120
judge() { # [database] [ledger]
	local db=${1:-$CLUSTER_DB} book=${2:-$ledger}
	{
		echo 'CREATE TEMP TABLE words (kind text, id uuid, rec uuid, status text, ver integer, csn bigint, mark text);'
		echo 'COPY words FROM stdin;'
		cat "$book"
		echo '\.'
		echo 'CREATE TEMP TABLE book AS SELECT DISTINCT * FROM words;'
		cat tests/fault/judge.sql
	} | psql -qAtX -v ON_ERROR_STOP=1 "host=$work/s user=postgres dbname=$db" 2>&1
}
# What each reader may hold, as a digest, by SQL.
may_hold() { # login…
	printf '\\set login %s\n\\i tests/fault/holding.sql\n' "$@" |
		psql -qAtX -v ON_ERROR_STOP=1 "host=$work/s user=postgres dbname=$CLUSTER_DB" 2>&1
}
all_kept() { # true when the ledger and the database agree
	local said
	said=$(judge)
	[ -z "$said" ] || { remark "$(head -n 12 <<<"$said")" && return 1; }
}
