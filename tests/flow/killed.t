#!/bin/bash
# killed.t - the daemon killed in the middle of batches: what was acknowledged
# is there exactly once, what was not is asked again and is there exactly once.
#
# The ledger of what was sent and answered is kept outside the system, here.
. tests/flow/lib.sh
use_district
start_daemon

worker=$(account social_worker)
sign_in "$worker"
case_id=$(api GET '/v1/caseload?limit=1' | jq -r '.rows[0].case')
ROUNDS=5 BATCH=60

# A batch of new notes, one file each; ids are made here, before anything is sent.
batch() { # number
	local i
	for ((i = 0; i < BATCH; i++)); do
		echo "$(cat /proc/sys/kernel/random/uuid) $(cat /proc/sys/kernel/random/uuid)"
	done | jq -cRn --arg c "$case_id" --arg n "$1" '{changes: [inputs | split(" ") | {id: .[0], rec: .[1],
		type: "service", case: $c, op: "create", entered_at: "2026-11-21T09:30:00+08:00",
		set: {started_at: "2026-11-20T10:00:00+08:00", minutes: 30, kind: "phone_contact",
		      status: "completed", aim: ("第" + $n + "批")}}]}' >"$work/batch.$1"
}
for ((b = 0; b < ROUNDS * 3; b++)); do batch "$b"; done

send() { # number: the answer, when it is whole, goes into the ledger
	api POST /v1/changes - <"$work/batch.$1" >"$work/reply.$1" 2>/dev/null
	[ -s "$work/reply.$1" ] && jq -e '.results | length == '"$BATCH" "$work/reply.$1" >/dev/null 2>&1 &&
		mv "$work/reply.$1" "$work/acknowledged.$1"
}
killed=0
for ((r = 0; r < ROUNDS; r++)); do
	(for k in 0 1 2; do send $((r * 3 + k)); done) &
	sender=$!
	sleep "0.$((RANDOM % 3))$((RANDOM % 10))"
	kill_daemon
	killed=$((killed + 1))
	wait "$sender" 2>/dev/null
	start_daemon >/dev/null
done
acknowledged=$(ls "$work"/acknowledged.* 2>/dev/null | wc -l)
ok "killed $killed times; $acknowledged of $((ROUNDS * 3)) batches had been acknowledged" [ "$killed" = "$ROUNDS" ]

missing=0
for f in "$work"/acknowledged.*; do
	[ -e "$f" ] || continue
	ids=$(jq -r '.results[].rec' "$f" | sed "s/.*/'&'/" | paste -sd,)
	have=$(sql "SELECT count(*) FROM log.version WHERE record_id IN ($ids)")
	missing=$((missing + BATCH - have))
done
ok "every acknowledged change is in the database" is "$missing" 0
ok "no batch is half there" is "$(sql "SELECT count(*) FROM (SELECT csn, n FROM log.commit c WHERE kind = 'c'
	AND n <> (SELECT count(*) FROM log.version v WHERE v.csn = c.csn)) x")" 0

# Silence means ask again, with the same ids.
sign_in "$worker"
for ((b = 0; b < ROUNDS * 3; b++)); do
	[ -e "$work/acknowledged.$b" ] || send "$b"
done
ok "asked again, everything is acknowledged" is "$(ls "$work"/acknowledged.* | wc -l)" $((ROUNDS * 3))
ok "and every note is there exactly once" is \
	"$(sql "SELECT count(*), count(DISTINCT record_id), max(version) FROM log.version
	        WHERE case_id = '$case_id' AND body LIKE '%\"aim\":\"第%批\"%'")" \
	"$((ROUNDS * 3 * BATCH))|$((ROUNDS * 3 * BATCH))|1"
ok "typed rows say the same" is \
	"$(sql "SELECT count(*) FROM rec.service WHERE case_id = '$case_id' AND aim LIKE '第%批'")" $((ROUNDS * 3 * BATCH))
ok "commit numbers are dense and the chain holds" is "$(sql "
	SELECT bool_and(csn = row AND chain = want) FROM (SELECT csn, chain, row_number() OVER (ORDER BY csn) AS row,
	  sha256(coalesce(lag(chain) OVER (ORDER BY csn), ''::bytea) || int8send(csn) || leaf) AS want FROM log.commit) x")" t
ok "the stored digests are those of the records" is "$(sql "
	SELECT count(*) FROM log.digest d WHERE digest IS DISTINCT FROM (
	  SELECT sha256(coalesce(string_agg(uuid_send(v.record_id) || int4send(v.version) || v.sha, ''::bytea ORDER BY v.record_id), ''))
	    FROM log.version v WHERE v.unit_id = d.unit_id AND v.class = d.class AND v.next_csn IS NULL)")" 0
done_testing
