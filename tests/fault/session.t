#!/bin/bash
# session.t - in the middle of a sync, between two requests of one connection:
# the session ends, is killed, the account is shut, the device is shut out, the
# certificate of the centre changes. What was taken stays, what waits waits, and
# nothing is delivered to whom it no longer may.
. tests/fault/lib.sh
use_district
start_daemon
two_stations

# More than one page: 6 MB in cases they hold. The first pieces are smaller than
# a case; before the fourth request one case is whole.
pages() {
	local i
	for ((i = 0; i < 7; i++)); do
		batch "$work/batch" 30 "${case_ids[i % ${#case_ids[@]}]}"
		jq -c '.changes[].set.process = ("长" * 9900)' "$work/batch" >"$work/big"
		send "$work/big" || { [ "$(status)" = 401 ] && sign_in "$one_login" && send "$work/big"; } ||
			bail "the batch is not taken: $(status)"
	done
}
device_of() { jq -r .device "$work/st/$1/station.json"; }
still() { [ "$(awk '{ print $3 }' "/proc/$1/stat" 2>/dev/null)" = T ]; }
stop_it() { kill -KILL "$1" 2>/dev/null; }
# A sync that stands still before a request while something happens to it, then
# goes on: exit code in $rc.
mid_sync() { # station which-request command…
	local name=$1 which=$2 pid
	shift 2
	CASEBRIDGE_CRASH=asking:$which:stop CASEBRIDGE_PASSPHRASE_FILE=$work/st/$name.secret LANG=C.UTF-8 \
		"$CASEBRIDGE" --store "$work/st/$name" sync --json </dev/null >"$work/$name.said" 2>"$work/$name.errors" &
	pid=$!
	wait_for 20 still "$pid" || { remark "the sync never asked so often" && stop_it "$pid"; return 1; }
	"$@" >"$work/mid" 2>&1 || { remark "$(cat "$work/mid")" && stop_it "$pid"; return 1; }
	kill -CONT "$pid"
	wait "$pid"
	rc=$?
}
said_of() { cat "$work/$1.said" "$work/$1.errors"; }
again() { station "$1" login --user "$one_login" --password-file "$work/st/$1.secret" >/dev/null 2>&1; }
waits() { station "$1" status --json | jq .unsent; }
records() { station "$1" status --json | jq .records; }
# A fresh copy that has everything to fetch.
fresh() {
	enrol "$1" "$(site_of "$one_login")" "$one_login" || bail "$1 does not enrol"
}

fresh expired
in_step expired "$one_login"
pages
held=$(records expired)
ok "a session that ends between two pages" mid_sync expired 4 \
	sql "UPDATE auth.session SET expires_at = now() - interval '1 minute' WHERE device = '$(device_of expired)'"
ok "asks for a sign-in" is "$rc" 4
part=$(records expired)
ok "the page that came before is kept ($((part - held)) of 210 records)" [ "$part" -gt "$held" -a "$part" -lt $((held + 210)) ]
add_note expired ~expired~ "$(station expired cases --json | jq -r '.[0].number')"
ok "work goes on meanwhile" is "$(waits expired)" 1
again expired
ok "after it the pages go on where they were" in_step expired "$one_login"

fresh killed
ok "a session that somebody kills" mid_sync killed 3 sql "DELETE FROM auth.session WHERE device = '$(device_of killed)'"
ok "asks for a sign-in" is "$rc" 4
again killed
ok "and goes on after it" in_step killed "$one_login"

fresh shut
ok "an account that is shut" mid_sync shut 3 daemon account disable --login "$one_login"
ok "asks for a sign-in" is "$rc" 4
again shut
ok "which is refused" isnt "$(station shut login --user "$one_login" --password-file "$work/st/shut.secret" --json 2>/dev/null | jq -r .online)" true
daemon account enable --login "$one_login"
again shut
ok "and is a person's again when it is opened" in_step shut "$one_login"

fresh revoked
in_step revoked "$one_login"
pages
held=$(records revoked)
ok "a device that is shut out, on its open connection" mid_sync revoked 4 daemon device revoke --device "$(device_of revoked)"
ok "is told so (exit $rc)" [ $rc = 1 -o $rc = 4 ]
part=$(records revoked)
offered=$(sql "SELECT count(*) FROM log.manifest m JOIN log.replica r USING (replica) WHERE r.device = '$(device_of revoked)' AND m.state IN ('o', 'h')")
station revoked sync >/dev/null 2>&1
ok "is left with what it had half way" [ "$part" -gt "$held" -a "$part" -lt $((held + 210)) ]
ok "gets nothing any more" is "$(records revoked)" "$part"
ok "and is offered nothing" is "$(sql "SELECT count(*) FROM log.manifest m JOIN log.replica r USING (replica) WHERE r.device = '$(device_of revoked)' AND m.state IN ('o', 'h')")" "$offered"
add_note revoked ~revoked~ "$(station revoked cases --json | jq -r '.[0].number')"
ok "what is entered there stays there" is "$(waits revoked)" 1
daemon enrol-code --alone --site "$(site_of "$one_login")" --json | jq -r .code >"$work/st/revoked.code"
ok "let in anew" exits 0 station revoked enrol --server "$sync_url" --ca "$ca_file" --code-file "$work/st/revoked.code" --yes
again revoked
ok "it sends what it kept, and fetches the rest" in_step revoked "$one_login"

# The centre's own certificate, made new while a connection is open (C18).
fresh renewed
renew() { daemon ca renew && kill -HUP "$daemon_pid" && sleep 0.3; }
ok "a certificate of the centre that is made new" mid_sync renewed 3 renew
ok "disturbs nobody" is "$rc" 0
again one
ok "and new connections take it" both_in_step

ok "nothing was lost or doubled" all_kept
done_testing
