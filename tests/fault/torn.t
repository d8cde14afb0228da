#!/bin/bash
# torn.t - the power goes at a station while it writes (torn.c): of what it had not
# waited for, sectors arrived, did not, or half of a page did. The store opens all the
# same, every row of it, and what was called saved arrives once.
#
# As a control the disk lies: it says it keeps what it does not. Nothing can be promised
# on such a disk, and something must be lost there, or nothing was torn here.
. tests/fault/trial.sh
TORN=$PWD/$FAULT_BUILD/tests/fault/torn.so
[ "${FAULT_BUILD#/}" = "$FAULT_BUILD" ] || TORN=$FAULT_BUILD/tests/fault/torn.so
fault_setup

# torn STATION SEED AT verb…: the station's program; the power goes at its AT-th
# operation on the disk, 0: as soon as it has ended.
torn() {
	local name=$1 seed=$2 at=$3
	shift 3
	rm -f "$work/torn"
	LD_PRELOAD=$TORN TORN_DIR=$work/st/$name TORN_SEED=$seed TORN_AT=$at TORN_SAID=$work/torn station "$name" "$@" 2>>"$work/torn.errors"
}
says() { sed -n "s/.*\b$1 \([0-9]*\).*/\1/p" "$work/torn"; } # operations, sectors, undone
save() { # station seed at mark: prints what the program said
	torn "$1" "$2" "$3" add service --case "${numbers[$2 % ${#numbers[@]}]}" kind=phone_contact status=completed \
		"started_at=2026-11-20 09:00" minutes=30 "aim=$4" --json
}

# How many operations there are, if nothing happens.
note_saved ~whole~ "$(save one 1 999999 ~whole~)" || bail "a note is not saved"
saving=$(says operations)
edit_note two ~other~ "$note"
station two sync >/dev/null 2>&1
torn one 1 999999 sync --json >/dev/null
syncing=$(says operations)
ok "saving is $saving operations on the disk, a sync $syncing" [ "${saving:-0}" -ge 2 -a "${syncing:-0}" -gt "$saving" ]

cuts=0 undone=0
tear() { # seed
	local said
	case $(($1 % 4)) in
	0)
		what="while it saves"
		said=$(save one "$1" $((1 + RANDOM % saving)) "~$1~")
		note_saved "~$1~" "$said" || note_tried "~$1~"
		;;
	1)
		what="when it has just saved"
		said=$(save one "$1" 0 "~$1~")
		note_saved "~$1~" "$said" || { remark "not saved: $said" && return 1; }
		;;
	*)
		what="while it syncs"
		add_note one "~$1.a~" "${numbers[RANDOM % ${#numbers[@]}]}"
		edit_note two "~$1.b~" "$note"
		station two sync >/dev/null 2>>"$work/sync.errors"
		torn one "$1" $((1 + RANDOM % syncing)) sync --json >/dev/null
		;;
	esac
	[ -s "$work/torn" ] || { remark "nothing was said of the disk" && return 1; }
	cuts=$((cuts + 1)) undone=$((undone + $(says undone)))
	what+=", $(says undone) of $(says sectors) sectors as before"
}
opens() { is "$(station one doctor --json 2>&1 | jq -c .ok 2>&1)" true; }
last=$(trials 24 150)
for ((seed = 1; seed <= last; seed++)); do
	RANDOM=$seed bad=0
	tear $seed || bad=1
	opens || bad=1
	[ $((seed % 4)) != 3 ] || { both_in_step && all_kept; } || bad=1
	ok "seed $seed: $what" [ $bad = 0 ]
done
both_in_step
ok "after $cuts cuts that undid $undone sectors nothing is lost and nothing doubled ($(wc -l <"$ledger") words)" all_kept
ok "something was torn" [ $undone -gt 0 ]
ok "they are still the replicas they were" is "$(sql 'SELECT count(*) FROM log.replica')" 2

# --- a disk that lies ----------------------------------------------------------------

lost=0
cp "$work/st/one.secret" "$work/st/liar.secret"
for ((seed = 1; seed <= 8; seed++)); do
	rm -rf "$work/st/liar" && cp -a "$work/st/one" "$work/st/liar"
	said=$(TORN_LIES=1 save liar $seed 0 "~lie $seed~")
	rec=$(jq -r 'select(.saved) | .id' <<<"$said")
	[ -n "$rec" ] && station liar show "$rec" --json 2>/dev/null | grep "~lie $seed~" >/dev/null || lost=$((lost + 1))
done
ok "on a disk that lies, what was called saved is gone ($lost of 8 times)" [ $lost -gt 0 ]
done_testing
