#!/bin/bash
# station_files.t - files at two stations: attached without a network, sent when
# there is one, however often the line, the station or the server is cut off;
# fetched by the other; gone with the case.
. tests/flow/lib.sh
use_district
start_daemon

read -r case_id home_site other_site <<<"$(sql "SELECT c.id, c.home_site, r.key FROM rec.\"case\" c
	JOIN access.reach r ON r.unit_id = c.id AND r.whole AND r.key <> c.home_site AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now())
	JOIN auth.account a ON a.site = r.key AND a.role IN ('social_worker', 'case_worker')
	JOIN auth.account b ON b.site = c.home_site AND b.role = 'social_worker' ORDER BY c.id LIMIT 1" | tr '|' ' ')"
login_at() { sql "SELECT login FROM auth.account WHERE site = '$1' AND role IN ('social_worker', 'case_worker') ORDER BY role DESC, login LIMIT 1"; }
owner=$(login_at "$home_site") partner=$(login_at "$other_site")
partner_name=$(sql "SELECT name FROM auth.account WHERE login = '$partner'")
ok "the owner's station is enrolled" enrol home "$(site_of "$owner")" "$owner"
ok "and the partner's" enrol other "$(site_of "$partner")" "$partner"
for name in home other; do station $name sync >/dev/null; done
number=$(station home show "$case_id" --json | jq -r '.records[] | select(.type == "case") | .body.number')
ok "both hold the case" is "$(station other show "$number" --json | jq -r .case)" "$(station home show "$number" --json | jq -r .case)"

sha_of() { sha256sum "$1" | cut -d' ' -f1; }
size_of() { stat -c %s "$1"; }
marker='MARKER-同意书-7d793037a0760186574b0282f2f435e7'
make_pdf() { # FILE BYTES
	{ printf '%%PDF-1.7\n%s\n' "$marker"
		openssl rand -base64 "$2" | sed "1000~1000s/\$/$marker/"; } 2>/dev/null | head -c "$2" >"$1"
}
make_m4a() { # FILE BYTES: sound that cannot be pressed smaller
	{ printf '\0\0\0\030ftypM4A \0\0\0\0M4A mp42'; head -c "$2" /dev/urandom; } | head -c "$2" >"$1"
}
files_of() { station "$1" status --json | jq -c '[.files, .files_waiting, .files_refused]'; }
on_disk() { grep -rlF "$marker" "$work/st/$1" | wc -l; }
# A station's command beside the test, which may kill it: $job is the program.
job=''
beside() { # NAME OUTPUT verb…
	local name=$1 out=$2
	shift 2
	CASEBRIDGE_PASSPHRASE_FILE=$work/st/$name.secret LANG=C.UTF-8 \
		"$CASEBRIDGE" --store "$work/st/$name" "$@" </dev/null >"$out" 2>&1 &
	job=$!
}
kill_job() { { kill -KILL $job && wait $job; } 2>/dev/null; }
stored() { sql "SELECT count(*) FROM log.file WHERE sha256 = '\\x$(sha_of "$1")'"; }

# ---- attached offline --------------------------------------------------------------
stop_daemon
make_pdf "$work/同意书.pdf" 600000
cp "$work/同意书.pdf" "$work/before"
ok "a file is attached without a network" exits 0 station home attach "$number" "$work/同意书.pdf" \
	--kind consent_scan --title 知情同意书 made=2026-11-20 --json
doc=$(jq -r .id "$work/said")
ok "it waits" is "$(files_of home) $(station home status --json | jq .unsent)" '[1,1,0] 1'
ok "which status says in words" like "$(station home status)" 'files +1 here, 1 waiting to be sent \(0.6 MB\), 0 not taken'
ok "its record says what it is" is "$(station home show "$doc" --json | jq -c '.body | [.title, .kind, .status, .media, .size, .file_name, .sha256, .made]')" \
	"[\"知情同意书\",\"consent_scan\",\"final\",\"application/pdf\",600000,\"同意书.pdf\",\"$(sha_of "$work/同意书.pdf")\",\"2026-11-20\"]"
ok "no word of it is readable on the disk" is "$(on_disk home)" 0
ok "the original is as it was" cmp "$work/同意书.pdf" "$work/before"
ok "it can be taken out again, still offline" exits 0 station home fetch "$doc" --output "$work/out.pdf"
ok "byte for byte, for its owner only" is "$(sha_of "$work/out.pdf") $(stat -c %a "$work/out.pdf")" "$(sha_of "$work/同意书.pdf") 600"
ok "but never over a file" exits 1 station home fetch "$doc" --output "$work/out.pdf"
ok "without the centre it goes on waiting" exits 3 station home sync
ok "whole" is "$(files_of home)" '[1,1,0]'

# ---- what is not taken ---------------------------------------------------------------
refuses() { # REGEX FILE: exit 1 with that sentence, and nothing more is here
	exits 1 station home attach "$number" "$2" && like "$(cat "$work/said")" "$1" && is "$(files_of home)" '[1,1,0]'
}
: >"$work/empty.pdf"
printf '<!doctype html>' >"$work/page.html"
truncate -s 3M "$work/big" && tr '\0' a <"$work/big" >"$work/big.txt"
ok "a file that is not there" refuses 'gone.pdf.*a file that can be read' "$work/gone.pdf"
ok "a folder" refuses 'a file that can be read' "$work/st"
ok "an empty file" refuses 'a file that is not empty' "$work/empty.pdf"
ok "a kind nobody takes" refuses 'page.html.*pdf, jpg, png' "$work/page.html"
ok "too large a one" refuses '2 MiB \(txt\)' "$work/big.txt"
ok "said in Chinese too" like "$(station home attach "$number" "$work/empty.pdf" --lang zh 2>&1)" '不是空的文件'
ok "the hash is not for anybody to say" exits 2 station home attach "$number" "$work/同意书.pdf" sha256=00
ok "a case that is not here" exits 1 station home attach NO-SUCH "$work/同意书.pdf"
ok "nothing of them is left" is "$(find "$work"/st/home/*-files -type f | wc -l)" 1
mkdir "$work/st/full"
if mount -t tmpfs -o size=3m,mode=700 tmpfs "$work/st/full" 2>/dev/null; then
	cp -a "$work/st/home/." "$work/st/full/"
	cp "$work/st/home.secret" "$work/st/full.secret"
	make_pdf "$work/filler.pdf" 2900000
	ok "on a full disk nothing is saved" exits 1 station full attach "$number" "$work/filler.pdf"
	ok "and it says why" like "$(cat "$work/said")" 'the disk is full'
	ok "the store is sound" is "$(files_of full) $(station full status --json | jq .unsent)" '[1,1,0] 1'
	umount "$work/st/full"
else
	skip "on a full disk nothing is saved" "no leave to mount"
fi

# ---- sent, and fetched by the other ---------------------------------------------------
start_daemon
ok "the record goes, and the file behind it" is "$(station home sync --json | jq -c '[.applied, .synced, .files_sent, .files_waiting, .files_error]')" '[1,true,1,0,null]'
ok "it is here and there" is "$(files_of home) $(stored "$work/同意书.pdf")" '[1,0,0] 1'
ok "nothing is sent again" is "$(station home sync --json | jq .files_sent)" 0
station other sync >/dev/null
ok "the partner has the record, not yet the file" is "$(station other show "$doc" --json | jq -r .body.title) $(files_of other)" '知情同意书 [0,0,0]'
ok "and fetches it" exits 0 station other fetch "$doc" --output "$work/theirs.pdf"
ok "as it was" is "$(sha_of "$work/theirs.pdf")" "$(sha_of "$work/同意书.pdf")"
ok "no word of it is readable there" is "$(on_disk other)" 0
stop_daemon
ok "kept, it opens without a network" exits 0 station other fetch "$doc" --json
ok "and is told" is "$(jq -c '[.size, .media]' "$work/said")" '[600000,"application/pdf"]'
start_daemon
ok "the same file from the other station" exits 0 station other attach "$number" "$work/theirs.pdf" --kind consent_scan --json
second=$(jq -r .id "$work/said")
patches() { grep -c 'PATCH /v1/uploads/{id} status=200' "$work/daemon.log"; }
before=$(patches)
ok "need not be sent" is "$(station other sync --json | jq .files_sent) $(($(patches) - before))" '1 0'
ok "and is stored once" is "$(stored "$work/同意书.pdf") $(sql "SELECT count(*) FROM log.file_use WHERE record_id IN ('$doc', '$second')")" '1 2'
station home sync >/dev/null
ok "the first station reads it through both records" exits 0 station home fetch "$second"
consent=$(station home show "$number" --json | jq -r '[.records[] | select(.type == "consent")][0].id')
ok "a consent names its scan" exits 0 station home edit "$consent" "scan=$doc"
ok "and is fetched by it" exits 0 station home fetch "$consent"
ok "a record without a file says so" exits 1 station home fetch "$number"

# Each piece takes a tenth of a second at least, so that there is time to cut.
sql "CREATE FUNCTION public.slowly() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.1); RETURN NULL; END';
	CREATE TRIGGER slowly AFTER INSERT ON log.file_chunk FOR EACH STATEMENT EXECUTE FUNCTION public.slowly();
	CREATE TRIGGER slowly AFTER INSERT ON audit.event FOR EACH STATEMENT EXECUTE FUNCTION public.slowly()" >/dev/null

# ---- cut while sending ---------------------------------------------------------------------
make_m4a "$work/talk.m4a" 30000000
ok "a recording of an hour is attached" exits 0 station home attach "$number" "$work/talk.m4a" --kind recording --json
talk=$(jq -r .id "$work/said")
sent_bytes() { sed -n 's/.*PATCH \/v1\/uploads\/{id} status=200.* in=\([0-9]*\).*/\1/p' "$work/daemon.log" | awk '{ n += $1 } END { print n + 0 }'; }
enough() { [ "$(patches)" -ge $((before + $1)) ]; }
from=$(sent_bytes)
before=$(patches)
beside home "$work/killed" sync
ok "it begins" wait_for 20 enough 5
ok "meanwhile others may use the store" exits 0 station home status
kill_job
ok "killed, it waits" is "$(files_of home)" '[3,1,0]'
before=$(patches)
beside home "$work/cut" sync
wait_for 20 enough 5
kill_daemon
wait $job
ok "the server killed, the station says it is offline" is $? 3
ok "its records were exchanged all the same" like "$(cat "$work/cut")" Synced
start_daemon
ok "then it goes" is "$(station home sync --json | jq -c '[.files_sent, .files_waiting]')" '[1,0]'
twice=$(($(sent_bytes) - from - 30000000))
ok "and little was sent twice ($twice bytes)" [ $twice -ge 0 -a $twice -le 4194304 ]
ok "it is whole at the centre" is "$(stored "$work/talk.m4a")" 1

# ---- cut while fetching ----------------------------------------------------------------------
station other sync >/dev/null
gets() { grep -c 'GET /v1/files/{sha256} status=206' "$work/daemon.log"; }
given() { sed -n 's/.*GET \/v1\/files\/{sha256} status=206.* out=\([0-9]*\).*/\1/p' "$work/daemon.log" | awk '{ n += $1 } END { print n + 0 }'; }
got_some() { [ "$(gets)" -ge $((before + $1)) ]; }
before=$(gets) from=$(given)
beside other "$work/killed" fetch "$talk"
ok "it comes" wait_for 20 got_some 3
kill_job
before=$(gets)
beside other "$work/cut" fetch "$talk"
wait_for 20 got_some 3
kill_daemon
wait $job
ok "the server killed, the station says it is offline" is $? 3
start_daemon
ok "then it comes whole" exits 0 station other fetch "$talk" --output "$work/talk.out"
ok "byte for byte" cmp "$work/talk.m4a" "$work/talk.out"
twice=$(($(given) - from - 30000000))
ok "and little came twice ($twice bytes)" [ $twice -ge 0 -a $twice -le 12582912 ]
ok "doctor reads every file" is "$(station other doctor --json | jq .ok)" true

sql "DROP FUNCTION public.slowly() CASCADE" >/dev/null 2>&1

# ---- several at once -------------------------------------------------------------------------
for day in 01 02 03; do
	make_pdf "$work/many.$day.pdf" 90${day}00
	station home attach "$number" "$work/many.$day.pdf" "made=2026-11-$day" --json >"$work/many.$day"
done
station home sync >/dev/null
station other sync >/dev/null
have() { station other fetch "$(jq -r .id "$work/many.$1")" --json >/dev/null 2>&1; }
ok "of a case as many files come as the budget allows" is \
	"$(station other fetch --case "$number" --budget 2 --json | jq -c '[.fetched, .over_budget]')" '[2,1]'
stop_daemon
ok "the newest first" is "$(for day in 01 02 03; do have $day; echo $?; done | paste -sd' ')" '3 0 0'
start_daemon
ok "then the rest" is "$(station other fetch --all --json | jq -c '[.fetched, .over_budget, .away]')" '[1,0,0]'
ok "one thing at a time" exits 2 station other fetch "$doc" --all
ok "a budget is a number" exits 2 station other fetch --all --budget much

# ---- restricted ------------------------------------------------------------------------------
printf '尊严文档\n%s\n' "$marker" >"$work/letter.txt"
ok "a restricted document" exits 0 station home attach "$number" "$work/letter.txt" --kind dignity_document --restricted --json
letter=$(jq -r .id "$work/said")
ok "is a draft" is "$(station home show "$letter" --json | jq -c '[.body.status, .body.restricted]')" '["draft",true]'
ok "one for a named reader" exits 0 station home attach "$number" "$work/letter.txt" --kind 尊严文档 --restricted --reader "$partner_name" --json
for_partner=$(jq -r .id "$work/said")
ok "both are sent" is "$(station home sync --json | jq -c '[.applied, .parked, .files_sent]')" '[2,0,2]'
station other sync >/dev/null
ok "the partner does not learn of the first" exits 1 station other show "$letter"
ok "and fetches the second" exits 0 station other fetch "$for_partner" --output "$work/letter.out"
ok "as it was" cmp "$work/letter.txt" "$work/letter.out"

# ---- what stands in the way --------------------------------------------------------------------
make_pdf "$work/more.pdf" 1500000
station home attach "$number" "$work/more.pdf" >/dev/null
stop_daemon
start_daemon --file-quota-mib=1
ok "a site at its quota hears so, and keeps the file" is "$(station home sync --json | jq -c '[.synced, .files_waiting, .files_error]')" '[true,1,"quota"]'
ok "in words, as work that is kept" exits 3 station home sync
ok "with a time" like "$(cat "$work/said")" 'wait [0-9]+ seconds'
stop_daemon
start_daemon
ok "later it goes" is "$(station home sync --json | jq .files_sent)" 1

# ---- refused for good --------------------------------------------------------------------------
# The centre has those bytes already, by its books one byte longer.
sql "UPDATE log.file SET size = size + 1 WHERE sha256 = '\\x$(sha_of "$work/more.pdf")'" >/dev/null
ok "a file the centre knows otherwise is attached" exits 0 station home attach "$number" "$work/more.pdf" --json
broken=$(jq -r .id "$work/said")
ok "the centre will not take it, the rest is in step" is "$(station home sync --json | jq -c '[.synced, .files_waiting]') $(files_of home | jq -c '.[1:]')" '[true,0] [0,1]'
why() { station home status --json | jq -c '.report.files[] | select(.state == "refused") | [.rec, .code, .field]'; }
ok "which status says, with the field and the reason" is "$(why)" "[\"$broken\",\"bad_input\",\"size\"]"
ok "it is not sent again" is "$(station home sync --json | jq -c '[.synced, .files_sent]')" '[true,0]'
ok "it can be taken out" exits 0 station home fetch "$broken" --output "$work/broken.out"
ok "as it was" cmp "$work/more.pdf" "$work/broken.out"
kept=$(find "$work"/st/home/*-files -type f | wc -l)
ok "what was taken is not given up" exits 1 station home discard "$doc" --yes
ok "with what could be" like "$(cat "$work/said")" 'DOCUMENT.*a file the centre has refused'
ok "it is not given up unasked" exits 1 station home discard "$broken"
ok "but shown, with the reason" like "$(cat "$work/said")" 'application/pdf, 1.5 MB, nowhere but here.*size'
ok "nor by a program that does not say so" exits 2 station home discard "$broken" --json
ok "it is all still here" is "$(files_of home | jq -c '.[1:]') $(find "$work"/st/home/*-files -type f | wc -l)" "[0,1] $kept"
ok "given up" is "$(station home discard "$broken" --yes --json | jq -r .id)" "$broken"
ok "it is gone, byte for byte" is "$(files_of home | jq -c '.[1:]') $(find "$work"/st/home/*-files -type f | wc -l)" "[0,0] $((kept - 1))"
sql "UPDATE log.file SET size = size - 1 WHERE sha256 = '\\x$(sha_of "$work/more.pdf")'" >/dev/null
ok "its record stays" is "$(station home show "$broken" --json | jq -r '.body.file_name')" more.pdf
ok "and both ends agree" is "$(station home sync --json | jq .synced)" true
ok "said in Chinese too" like "$(station home discard "$broken" --yes --lang zh 2>&1)" '中心已拒收的文件'

# ---- withdrawn ------------------------------------------------------------------------------------
today=$(TZ=Asia/Shanghai date +%F)
make_pdf "$work/last.pdf" 900000
ok "the partner attaches one more" exits 0 station other attach "$number" "$work/last.pdf" --json
last=$(jq -r .id "$work/said")
members=$(station home show "$number" --json | jq -r --arg s "$other_site" \
	'.records[] | select(.type == "member" and .body.site == $s and (.body.to | not)) | .id')
for member in $members; do station home edit "$member" "to=$today" reason=移交 >/dev/null; done
ok "and is then out of the care group" is "$(station home sync --json | jq .conflicts)" 0
said=$(station other sync --json)
ok "what was attached is sent before the case goes" is "$(jq -c '[.parked, .files_sent, .purged > 0, .kept]' <<<"$said")" '[1,1,true,0]'
ok "then nothing of it is here" is "$(station other cases "$number" --json | jq length) $(files_of other)" '0 [0,0,0]'
ok "not a byte" is "$(find "$work"/st/other/*-files -type f | wc -l)" 0
ok "and it cannot be fetched any more" exits 1 station other fetch "$doc"
ok "the ends agree" is "$(station other sync --json | jq .synced)" true
ok "its file is kept for whoever reviews what was parked" is "$(stored "$work/last.pdf") $(sql "SELECT count(*) FROM log.parked
	WHERE payload LIKE '%$(sha_of "$work/last.pdf")%' AND payload LIKE '%$last%'")" '1 1'

# ---- a watching station --------------------------------------------------------------------------
beside home "$work/watch" sync --watch
wait_for 20 grep -q Synced "$work/watch"
make_pdf "$work/watched.pdf" 50000
ok "a file attached while a sync is watching" exits 0 station home attach "$number" "$work/watched.pdf"
sign_in "$owner"
jq -cn --arg id "$(cat /proc/sys/kernel/random/uuid)" --arg rec "$(cat /proc/sys/kernel/random/uuid)" --arg c "$case_id" '{changes: [{id: $id,
	rec: $rec, type: "task", case: $c, op: "create", set: {title: "新消息"}, entered_at: "2026-11-21T09:30:00+08:00"}]}' | api POST /v1/changes - >/dev/null
arrived() { [ "$(stored "$work/watched.pdf")" = 1 ]; }
ok "goes by itself, with the next round" wait_for 25 arrived
kill_job

done_testing
