#!/bin/bash
# print.t - what a station prints: each document as a PDF in A4 whose fonts are
# in it and whose every character leaves ink, with what belongs in it in its
# order and nothing that does not; the same records make the same file.
. tests/flow/lib.sh
use_district
start_daemon --data=demo

# The social worker who manages the station's cases, and a colleague elsewhere
# who shares one of them.
head_login=$(account social_worker 平桥街道康复站)
comm_login=$(account social_worker 平桥社区服务中心)
head_site=$(site_of "$head_login")
ok "a station that manages cases is enrolled" enrol head "$head_site" "$head_login"
ok "another that shares some too" enrol comm "$(site_of "$comm_login")" "$comm_login"
for name in head comm; do station $name sync >"$work/said" 2>&1; done
own=$(station head cases --json | jq -r --arg s "$(station head status --json | jq -r .reader.site)" \
	'.[] | select(.home_site == $s and .phase == "intervention") | .number' | sort)
number=$(comm -12 <(echo "$own") <(station comm cases --json | jq -r '.[].number' | sort) | head -n 1)
ok "they share a case" isnt "$number" ''
record=$(station head show "$number" --json)
in_case() { jq -r "$1" <<<"$record"; }
client=$(in_case '.summary.person as $p | .records[] | select(.id == $p) | .body.name')
phone=$(in_case '.summary.person as $p | .records[] | select(.id == $p) | .body.phone')
identity=$(in_case '.summary.person as $p | .records[] | select(.id == $p) | .body.id_number')

export SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH=$(date +%s)
day() { date -u -d "@$((SOURCE_DATE_EPOCH + 28800 + $1 * 86400))" +%F; }
pdf=$work/out.pdf

# prints STATION argument…: exit 0, and $pdf, $text, $info are the new file's.
prints() {
	local name=$1
	shift
	rm -f "$pdf"
	station "$name" print "$@" -o "$pdf" --json >"$work/said" 2>"$work/heard" ||
		{ remark "$(cat "$work/said" "$work/heard")" && return 1; }
	pdfinfo "$pdf" >"$work/info" && pdftotext -layout "$pdf" "$work/text"
}
pages() { sed -n 's/^Pages: *//p' "$work/info"; }
# Without blanks and line ends, as a table may break a text anywhere.
flat() { tr -d ' \n\f' <"$work/text"; }
says() { [[ $(flat) = *"$1"* ]] || { remark "not said: $1" "$(head -c 1500 "$work/text")" && return 1; }; }
silent_on() { [[ $(flat) != *"$1"* ]] || { remark "said: $1" && return 1; }; }
in_order() { # part…: each after the one before
	local rest part
	rest=$(flat)
	for part in "$@"; do
		[[ $rest = *"$part"* ]] || { remark "not there, or too early: $part" && return 1; }
		rest=${rest#*"$part"}
	done
}
# A4 to a point, every page the same, fonts embedded, none of them pictures.
sound() {
	like "$(cat "$work/info")" 'Page size: +595\.[0-9]+ x 841\.[0-9]+ pts \(A4\)' &&
		is "$(pdffonts "$pdf" | tail -n +3 | awk '{ print $(NF - 4) }' | sort -u)" yes &&
		unlike "$(pdffonts "$pdf")" 'Type 3'
}
# No word of a record, and no name, but a neutral title.
neutral() {
	like "$(cat "$work/info")" 'Title: +Casebridge' &&
		unlike "$(cat "$work/info")" "$client|$number|Author|Subject|Keywords"
}
every_page_marked() { # mark: on each
	is "$(pdftotext -layout "$pdf" - | awk -v mark="$1" 'BEGIN { RS = "\f" } index($0, mark) { n++ } END { print n + 0 }')" \
		"$(pages)"
}

# --- the case --------------------------------------------------------------

add() { station head add "$@" --case "$number" >/dev/null; }
add service kind=home_visit status=completed "started_at=$(day -1) 09:00" minutes=40 \
	"aim=MARKER-OPEN 核对药盒" "process=<b>不是标记</b> &amp; 也不是"
add service kind=phone_contact status=completed "started_at=$(day -2) 10:00" \
	"aim=MARKER-RESTRICTED 不应打印" restricted=yes
add service kind=phone_contact status=completed "started_at=$(day -3) 10:00" "aim=MARKER-RETRACTED 作废"
add service kind=phone_contact status=completed "started_at=$(day -120) 10:00" "aim=MARKER-OLD 很久以前"
add service kind=phone_contact status=completed "started_at=$(day -4) 10:00" \
	"aim=MARKER-MASK $client 来电" "reflection=MARKER-REFLECTION"
add task title=MARKER-DUE "due=$(day -5)" status=open
gone=$(station head show "$number" --json |
	jq -r '.records[] | select(.body.aim // "" | startswith("MARKER-RETRACTED")) | .id')
station head retract "$gone" --reason 误记 >/dev/null

ok "a case summary is printed" prints head case "$number" --lang zh
ok "in A4, with its fonts" sound
ok "says nothing about anybody in its metadata" neutral
ok "only its owner may read it" is "$(stat -c %a "$pdf")" 600
ok "and tells file and pages" is "$(jq -c '[.file, .missing]' "$work/said")" "[\"$pdf\",null]"
ok "as many as there are" is "$(jq .pages "$work/said")" "$(pages)"
ok "it has its parts in their order" in_order 个案服务摘要 "$number" 服务对象 "$client" 个案 风险 主要问题与需求 \
	关爱帮扶小组 知情同意 服务计划与目标 量表 近90天的服务 MARKER-OPEN 到期事项 MARKER-DUE
ok "markup in a note is text" says '<b>不是标记</b>&amp;也不是'
ok "what is overdue says by how much" says 逾期5天
ok "restricted notes are not in it" silent_on MARKER-RESTRICTED
ok "nor retracted ones" silent_on MARKER-RETRACTED
ok "nor those of before" silent_on MARKER-OLD
ok "nor a worker's reflections" silent_on MARKER-REFLECTION
ok "the identity number is hidden in the middle" silent_on "$identity"
ok "every page says that the data are made up" every_page_marked 演示数据
ok "and which page of how many" says "第1页，共$(pages)页"
ok "and who printed it" says "$(station head status --json | jq -r .reader.name)"
ok "nothing lies beside the file" is "$(find "$work" -maxdepth 1 -name '*.part')" ''

cp "$pdf" "$work/first.pdf"
ok "the same records at the same time" prints head case "$number" --lang zh
ok "are the same file" cmp "$pdf" "$work/first.pdf"

ok "masked it is printed" prints head case "$number" --lang zh --masked
ok "without the name, also within a note" silent_on "$client"
ok "but with the note" says MARKER-MASK
ok "without the telephone number" silent_on "$phone"

ok "in English" prints head case "$number" --lang en
ok "the parts have English names" in_order Casesummary "$number" Client "$client" Risk Caregroup Consent \
	Instruments Servicesofthelast90days Whatisdue
ok "and the mark is English" every_page_marked 'DEMONSTRATION DATA'

# --- long texts, rare characters, ink --------------------------------------

long=$(for i in $(seq 1000); do printf '第%04d句，说说近况。' "$i"; done)
jq -n --arg at "$(day -6)T10:00:00+08:00" --arg text "$long" \
	'{kind: "home_visit", status: "completed", started_at: $at, aim: "长记录", process: $text}' >"$work/long.json"
add service --file "$work/long.json"
ok "a note of ten thousand characters is printed" prints head case "$number" --lang zh
ok "over several pages" test "$(pages)" -gt 6
# Between head and foot of the pages, without the head of the table.
complete() {
	pdftotext -layout -x 0 -y 50 -W 596 -H 738 "$pdf" - | tr -d ' \n\f' | sed 's/时间内容//g' |
		awk -v RS='第' '/^[0-9]+句/ { if (substr($0, 1, 4) != sprintf("%04d", ++n)) exit 1 } END { exit n != 1000 }'
}
ok "and loses nothing" complete
ok "rare characters of names are there" add task "title=𬱖䶮㛃艾山·买买提" "due=$(day 3)" status=open
endless=$(printf 'w%.0s' $(seq 280))
add task "title=$endless" "due=$(day 4)" status=open
ok "printed" prints head case "$number" --lang zh
ok "a word of 280 letters is broken without a hyphen nobody wrote" says "$endless"
ok "as text" says '𬱖䶮㛃艾山·买买提'
ok "and none is missing" is "$(jq .missing "$work/said")" null

# Every Han character of our own texts, with a space between: each must leave
# ink in its place. A file can name a character and yet draw nothing.
perl -CSD -Mutf8 -ne 'while (/(\p{Han})/g) { $seen{$1}++ } END { print join(" ", sort keys %seen) }' \
	proto/codes/*.json proto/catalogue/*.json client/print/words.def >"$work/han"
jq -n --arg at "$(day -7)T10:00:00+08:00" --rawfile text "$work/han" \
	'{kind: "home_visit", status: "completed", started_at: $at, aim: "字", process: ($text + " 𬱖 䶮 㛃")}' >"$work/han.json"
add service --file "$work/han.json"
ok "a note with every character of our texts is printed" prints head case "$number" --lang zh
inked() {
	pdftoppm -gray -r 100 "$pdf" "$work/ink" && pdftotext -bbox "$pdf" "$work/boxes" &&
		perl -CSDA -Mutf8 tests/flow/ink.pl "$work/boxes" "$work"/ink-*.pgm >"$work/ink" ||
		{ remark "$(cat "$work/ink")" && return 1; }
	rm -f "$work"/ink-*.pgm
	test "$(sed -n 's/^checked //p' "$work/ink")" -ge "$(($(wc -m <"$work/han") / 2))" ||
		{ remark "$(cat "$work/ink")" && return 1; }
}
ok "and each of them leaves ink" inked
add task "title=没有字形$(printf '\U0002fffd')的字" "due=$(day 2)" status=open
ok "a character no font has is no reason to fail" prints head case "$number" --lang zh
ok "it is named" is "$(jq -r .missing "$work/said")" U+2FFFD
ok "in a warning too" like "$(cat "$work/heard")" '本机字体中没有字形.*U\+2FFFD'
ok "printed as the printers' mark" says 没有字形〓的字
ok "which the document explains" says U+2FFFD

# --- the plan --------------------------------------------------------------

plan=$(in_case '[.records[] | select(.type == "plan")] | max_by(.body.version) | .id')
goal=$(jq -r --arg p "$plan" '[.records[] | select(.type == "goal" and .body.plan == $p)][0].body.title' <<<"$record")
ok "a plan is printed" prints head plan "$plan" --lang zh
ok "in A4, with its fonts" sound
ok "with goals, levels, tasks and lines to sign" in_order 服务计划 "$client" 总体目标 目标1 "$(tr -d ' ' <<<"$goal")" \
	指标 基线 预期 +2远超预期 −2远低于预期 谁做什么 MARKER-DUE 同意与签名 服务对象 监护人或家属 个案管理员 督导
cp "$pdf" "$work/first.pdf"
prints head plan "$number" --lang zh
ok "naming the case gives its newest plan" cmp "$pdf" "$work/first.pdf"

# --- referral and return ---------------------------------------------------

referral=$(station head add referral --case "$number" kind=service "to_site=$(site_of "$comm_login")" reason=参加手工小组 \
	urgency=soon "client_name=$client" client_phone=19900001234 "letter=同事：
MARKER-LETTER 请接收。" sends=core status=requested "requested=$(day -3)" "deadline=$(day 4)" --json | jq -r .id)
ok "a referral is printed" prints head referral "$referral" --lang zh
ok "in A4, with its fonts" sound
ok "the letter, then the receipt to cut off" in_order 转介信 接收机构 "$client" 参加手工小组 MARKER-LETTER 转介人 \
	裁下寄回 转介回执 □同意接收 □不能接收 接收人（签名、盖章）
ok "on one page" is "$(pages)" 1
ok "no return letter is made up" exits 1 station head print referral "$referral" --return -o "$pdf"
station head sync >/dev/null
station comm sync >/dev/null
answer() { station comm edit "$referral" "$@" >/dev/null && station comm sync >/dev/null; }
ok "the other site takes it, serves and answers" answer status=accepted "decided=$(day -2)"
ok "in its steps" answer status=in_progress "started=$(day -2)"
ok "with a letter" answer status=returned "returned=$(day -1)" outcome=MARKER-OUTCOME return_letter=MARKER-RETURN
station head sync >/dev/null
ok "when there is one it is printed" prints head referral "$referral" --return --lang zh
ok "with what came of it" in_order 转介回执信 "$client" MARKER-OUTCOME MARKER-RETURN 回复人
ok "and the receipt of the letter shows the answer" prints head referral "$referral" --lang zh
ok "ticked" says ■同意接收

# --- a group ---------------------------------------------------------------

group=$(station head add group number=G-PRINT name=照顾者支持小组 programme=caregiver_group kind=closed phase=ending \
	aims=MARKER-AIMS attend_min=1 instruments=sas report=MARKER-REPORT --json | jq -r .id)
of_group() { station head add "$@" --case "$group" --json | jq -r .id; }
member=$(of_group participant name=欧阳秀英 kind=caregiver "joined=$(day -60)")
other=$(of_group participant name=艾山·买买提 kind=caregiver "joined=$(day -60)")
for i in 1 2 3; do
	session=$(of_group session number=$i "title=第${i}次" "held_at=$(day $((-60 + 7 * i))) 14:00" status=held \
		"process=欧阳秀英先说了近况。")
	of_group attendance "session=$session" "participant=$member" present=yes >/dev/null
	of_group attendance "session=$session" "participant=$other" present=no reason=illness >/dev/null
done
# Zung's sheet by hand: 20 ones are raw 35, times 1.25 and cut off 43; 20 fours
# are raw 65, 81 (reference vectors of tests/data/vectors.json).
sheet() { of_group group_assessment "participant=$1" instrument=sas version=1971-floor timepoint="$2" "assessed=$(day "$3")" \
	"answers=$(yes "$4" | head -n 20 | paste -sd,)" respondent=self >/dev/null; }
sheet "$member" baseline -60 4
sheet "$member" end -30 1
sheet "$other" baseline -60 4
ok "a group report is printed" prints head group G-PRINT --lang zh
ok "in A4, with its fonts" sound
ok "with plan, members, sessions, attendance and measures" in_order 照顾者支持小组 小组计划 MARKER-AIMS 组员 欧阳秀英 \
	3/3完成 艾山·买买提 0/3 各节活动 出席表 ●●● ○○○ 缺席原因 前后测 1 81 43 −38 过程记录 MARKER-REPORT
ok "masked" prints head group G-PRINT --lang zh --masked
ok "no name of a member is left" silent_on 欧阳秀英
ok "nor of the other" silent_on 买买提
ok "a masked one stands for it" says '欧阳**'

# --- a dignity document ----------------------------------------------------

paper=$(station head add document --case "$number" title=给女儿的话 kind=dignity_document status=draft "made=$(day -9)" \
	restricted=yes "text=MARKER-FIRST 桂花。
MARKER-SECOND 妈妈爱你。" --json | jq -r .id)
ok "a draft is not printed" exits 1 station head print dignity "$paper" -o "$pdf"
ok "because it is not approved" like "$(cat "$work/said")" 'approved|确认'
station head edit "$paper" status=approved "approved=$(day -1)" "approved_by=$client" >/dev/null
ok "approved, it is" prints head dignity "$number" --lang zh
ok "in A4, with its fonts" sound
ok "with a title page, then the person's words" in_order 给女儿的话 "$client" MARKER-FIRST MARKER-SECOND 确认
ok "on a page of its own" is "$(pdftotext -l 1 "$pdf" - | grep -c MARKER-FIRST)" 0
ok "it is sent" is "$(station head sync --json | jq -c '[.synced, .waiting, .parked]')" '[true,0,0]'
station comm sync >/dev/null
ok "a colleague who is no reader of it cannot print it" exits 1 station comm print dignity "$number" -o "$pdf"
ok "nor learn that it is there" exits 1 station comm print dignity "$paper" -o "$pdf"
ok "their summary of the case" prints comm case "$number" --lang zh
ok "holds the open note" says MARKER-OPEN
ok "and nothing restricted" silent_on MARKER-RESTRICTED

# --- what was added to a signed record ---------------------------------------

signed=$(station head add service --case "$number" kind=phone_contact status=completed "started_at=$(day -2) 11:00" \
	"aim=MARKER-SIGNED 已签" "reflection=MARKER-OWN" --json | jq -r .id)
both() { station head sync >"$work/said" 2>&1; station comm sync >"$work/said" 2>&1; }
both
station comm edit "$signed" "aim=MARKER-ADDED 补上一句" >"$work/said"
station head sign "$signed" >"$work/said"
both
settled() { # as an addendum, by the one whose value came too late
	station comm settle "$(station comm conflicts --json | jq -r --arg r "$signed" '.[] | select(.body.record == $r) | .id')" mine --note 电话核对 >"$work/said" 2>&1
}
ok "what came too late for a signed note becomes its addendum" settled
both && station head sync >"$work/said" 2>&1
ok "the summary is printed" prints head case "$number" --lang zh
ok "with the signed text, and what was added to it, why and by whom" in_order MARKER-SIGNED 签名记录的补充 MARKER-ADDED \
	"$(awk -F '\t' -v l="$comm_login" '$2 == l { print $4 }' "$work/accounts.tsv")" 到期事项
ok "with the note of who decided" says 电话核对
ok "in English, too" eval 'prints head case "$number" --lang en && in_order Addedtosignedrecords MARKER-ADDED'
ok "masked, the text stays" eval 'prints head case "$number" --lang zh --masked && says MARKER-ADDED'

# --- the menu --------------------------------------------------------------

site_id=$(station head status --json | jq -r .reader.site)
item() { station head add service_item "site=$site_id" active=yes "$@" >/dev/null; }
in_pack() { jq -r --arg w "$1" '[.services[][$w].zh] | .[0], .[-1]' proto/programmes/emergency_services.json | tr -d ' '; }
ok "a site without items of its own offers those of the programmes" prints head menu emergency_services --lang zh
mapfile -t offered < <(in_pack patient)
ok "in patients' words" in_order 社工能为您做什么 "${offered[@]}" 怎样提出
mapfile -t offered < <(in_pack clinical)
ok "not in the clinic's" silent_on "${offered[0]}"
item code=1 programme=emergency_services clinical_name=MARKER-CLINICAL clinical_text=初步评估 \
	patient_name=心里难受，想有人陪 patient_text=陪您说说话 minutes=40 respond_hours=1 capacity_day=6
item code=2 programme=caregiver_group clinical_name=照顾者小组 patient_name=照顾家人，太累了 minutes=90
ok "a menu for patients is printed" prints head menu --lang zh
ok "in A4, with its fonts" sound
ok "in their words, with numbers and how to ask" in_order 社工能为您做什么 1 照顾家人，太累了 大约90分钟 2 心里难受，想有人陪 \
	陪您说说话 怎样提出
ok "not in the clinic's" silent_on MARKER-CLINICAL
ok "and without the name of who printed it" silent_on "$(station head status --json | jq -r .reader.name)"
ok "a menu of one programme" prints head menu 急诊社工服务 --lang zh
ok "has only its items" silent_on 太累了
ok "the clinic's version" prints head menu emergency_services --clinical --lang zh
ok "has its wording and clocks" in_order 临床版 MARKER-CLINICAL 40分钟 1小时 6 初步评估
ok "a programme there is not is refused with those there are" exits 1 station head print menu no_such -o "$pdf"
ok "naming them" like "$(cat "$work/said")" 'emergency_services'

# --- files, fonts, usage ---------------------------------------------------

echo precious >"$work/there.pdf"
ok "a file that is there is not overwritten" exits 1 station head print case "$number" -o "$work/there.pdf"
ok "it is as it was" is "$(cat "$work/there.pdf")" precious
ok "unless that is wished" exits 0 station head print case "$number" -o "$work/there.pdf" --yes
ok "then it is the document" is "$(head -c 5 "$work/there.pdf")" %PDF-
ok "a directory that is not there is a clear failure" exits 1 station head print case "$number" -o "$work/no/x.pdf"
here=$work/here
mkdir "$here"
in_directory() { (cd "$here" && station head "$@"); }
ok "without a name the file is put here" exits 0 in_directory print case "$number"
ok "under one that names nobody" like "$(ls "$here")" '^casebridge-[0-9]{8}-[0-9]{6}\.pdf$'
printf '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig><dir>%s/nofonts</dir><cachedir>%s/fc</cachedir></fontconfig>\n' \
	"$work" "$work" >"$work/fonts.conf"
mkdir "$work/nofonts"
ok "without any font nothing is printed" env FONTCONFIG_FILE="$work/fonts.conf" \
	bash -c '! "$0" --store "$1" print case "$2" -o "$3" --lang zh >"$4" 2>&1' "$CASEBRIDGE" "$work/st/head" "$number" \
	"$work/none.pdf" "$work/said" 2>/dev/null
dejavu=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
[ ! -e $dejavu ] || cp $dejavu "$work/nofonts/"
without_chinese() {
	FONTCONFIG_FILE=$work/fonts.conf station head print case "$number" -o "$work/none.pdf" --lang zh
}
ok "nor without a Chinese one" exits 1 without_chinese
ok "and the sentence says what to install" like "$(cat "$work/said")" '没有安装中文字体.*fonts-noto-cjk'
ok "no file is begun" is "$(find "$work" -maxdepth 1 -name 'none.pdf*')" ''
ok "an unknown document is a wrong use" exits 2 station head print poster "$number"
ok "that names those there are" like "$(cat "$work/said")" 'case, plan, referral, group, menu, dignity'
ok "an option of another document too" exits 2 station head print case "$number" --clinical
ok "and a missing id" exits 2 station head print plan
ok "a group is no case" exits 1 station head print case G-PRINT -o "$pdf"
ok "a case that is not here is not found" exits 1 station head print case QQ-1900-001 -o "$pdf"
done_testing
