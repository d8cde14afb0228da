#!/bin/bash
# import.t - a caseload kept in a spreadsheet comes in: ten thousand rows, two
# encodings and a workbook, what was said of the columns remembered, a batch
# taken back before and after it was sent, and the cases at the centre.
. tests/flow/lib.sh
. tests/flow/small.sh
use_blank
start_daemon
use_small
sign_in li.na
ok "a station is enrolled" enrol desk 小站 li.na
ok "and in step" is "$(station desk sync --json | jq .synced)" true
says() { jq -c "$1" "$work/says"; }
import() { station desk import "$@" --json >"$work/says"; }
fields='[.new, .duplicate, .refused, .waiting]'

# Rows as stations keep them: numbers with right check digits (GB 11643), every
# third with a guardian.
list() { # first last separator
	awk -v from="$1" -v to="$2" -v OFS="${3:-,}" 'BEGIN {
		n = split("7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2", w, " ")
		split("王 李 张 刘 陈 杨 黄 赵 吴 周", sur, " ")
		split("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚", giv, " ")
		print "序号", "姓名", "性别", "身份证号", "联系电话", "街道", "住址", "监护人姓名", "与患者关系",
			"监护人电话", "诊断", "危险性评估", "建档日期", "项目", "个案编号"
		for (i = from; i <= to; i++) {
			id = sprintf("320508%04d%02d%02d%03d", 1950 + i % 50, 1 + int(i / 50) % 12,
				1 + int(i / 600) % 28, i % 1000)
			sum = 0
			for (k = 1; k <= n; k++) sum += w[k] * substr(id, k, 1)
			id = id substr("10X98765432", sum % 11 + 1, 1)
			name = sur[1 + i % 10] giv[1 + int(i / 10) % 20] giv[1 + int(i / 200) % 20]
			print i, name, (i % 1000) % 2 ? "男" : "女", id, sprintf("139%08d", i), "平桥街道", "梅园路" i "号",
				i % 3 ? "" : "王某", i % 3 ? "" : "父亲", i % 3 ? "" : sprintf("138%08d", i),
				"精神分裂症", i % 6 "级", sprintf("2025-%02d-%02d", 1 + i % 12, 1 + i % 28),
				"严重精神障碍亲情关怀", sprintf("L-%05d", i)
		}
	}'
}

# --- what is shown before anything is written -----------------------------

list 1 5 | iconv -f UTF-8 -t GB18030 >"$work/small.csv"
ok "a list in GB 18030 is looked at first" import "$work/small.csv" --dry-run
ok "nothing is saved by that" is "$(says "$fields")" '[5,0,0,0]'
ok "its columns are told by their heads" is "$(says '[.columns[].field] | join(" ")')" \
	'"- name sex id_number phone area address guardian guardian_relation guardian_phone diagnosis danger opened programme number"'
ok "and printed for a person" like "$(station desk import "$work/small.csv" --dry-run --lang zh)" '监护人电话'

# --- ten thousand rows ----------------------------------------------------

list 1 10000 >"$work/list.csv"
cp "$work/list.csv" "$work/bad.csv"
printf '%s\n' '10001,坏日期,女,,,,,,,,,,2025-02-30,,' '10002,丢位数,女,1.10105E+17,,,,,,,,,,,' \
	'合计：10000 人,,,,,,,,,,,,,,' '10003,王伟伟,男,,,,,,,,,,,,L-00001' >>"$work/bad.csv"
# What the processor does for it, whatever else the machine does: ten times the
# rows may cost ten times as much and some more, and not the square of it.
list 20001 21000 >"$work/short.csv"
worked() { awk -v tick="$(getconf CLK_TCK)" '{ print $16 / tick + $17 / tick }' "/proc/$$/stat"; } # by what has ended
spent() { # command…: its seconds of processor are in $cost
	local before rc
	before=$(worked)
	"$@"
	rc=$?
	cost=$(awk -v a="$before" -v b="$(worked)" 'BEGIN { print b - a }')
	return $rc
}
spent station desk import "$work/short.csv" >"$work/said" 2>&1
short=$cost
station desk import --undo "$(station desk import --batches --json | jq -r '.[0].batch')" --yes >"$work/said" 2>&1
ok "ten thousand rows and four that are none" eval 'spent exits 1 station desk import "$work/bad.csv" --report "$work/fates.csv" --lang en'
echo "# 1,000 rows: $short s of processor; 10,004: $cost s"
ok "cost as much a row as a thousand do" awk "BEGIN { exit !($cost < 20 * $short) }"
ok "the count is told" like "$(cat "$work/said")" '10004 rows: 10000 new, 1 duplicate, 3 refused'
ok "so is the batch" like "$(cat "$work/said")" 'import --undo [0-9-]+\.2'
ok "the report has a line for each row" is "$(wc -l <"$work/fates.csv")" 10005
ok "and says why" is "$(grep -c '"refused","身份证号"' "$work/fates.csv")" 1
ok "nobody's name" is "$(grep -c 王 "$work/fates.csv")" 0
batch=$(station desk import --batches --json | jq -r '.[0].batch')
ok "the batch is listed" is "$(station desk import --batches --json | jq -c '.[0] | [.file, .rows, .new]')" \
	'["bad.csv",10004,10000]'
ok "the same list again brings nothing" import "$work/list.csv" --dry-run
ok "not one row" is "$(says "[.new, .duplicate]")" '[0,10000]'
ok "a case is found by its number" is "$(station desk cases L-09999 --json | jq -r '.[0].number')" L-09999

# --- taken back before it was sent ----------------------------------------

ok "somebody works on one of the cases" exits 0 station desk add task --case L-00002 title=家访
ok "the batch is taken back" exits 1 station desk import --undo "$batch" --json
undone=$(cat "$work/said")
ok "the row that was worked on stays" is "$(jq -c '[.left[] | .why] | unique' <<<"$undone")" '["edited_since"]'
ok "nothing else does" is "$(station desk cases --json | jq -c '[.[].number]')" '["L-00002"]'
ok "what waits is that row and the work on it" is "$(jq -c '[.waiting, (.left | length)]' <<<"$undone")" '[4,3]'

# --- what was said is remembered ------------------------------------------

printf '%s\n' '病友;号码;村医电话' '欧阳测试;13700000001;13700000002' | iconv -t UTF-16 >"$work/said.csv"
ok "heads nobody knows are refused" exits 1 station desk import "$work/said.csv"
ok "until somebody says what they mean" exits 0 station desk import "$work/said.csv" \
	--map 病友=name --map B=phone --map 村医电话=-
printf '%s\n' '病友;号码;村医电话' '司马测试;13700000003;' >"$work/said.csv"
ok "then it is remembered" import "$work/said.csv"
ok "for each column" is "$(says '[.columns[] | .field + " " + .how]')" '["name remembered","phone remembered","- remembered"]'

# --- a workbook -----------------------------------------------------------

# Made by hand, as a spreadsheet would: a title, days by their format, a number
# that lost its digits, a formula, a hidden row, a second sheet.
book=$work/book
mkdir -p "$book/_rels" "$book/xl/_rels" "$book/xl/worksheets"
main='xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
types=http://schemas.openxmlformats.org/officeDocument/2006/relationships
text() { printf '<c r="%s" t="inlineStr"><is><t>%s</t></is></c>' "$1" "$2"; }
cat >"$book/_rels/.rels" <<-EOX
	<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="$types/officeDocument" Target="xl/workbook.xml"/></Relationships>
EOX
cat >"$book/xl/workbook.xml" <<-EOX
	<workbook $main xmlns:r="$types"><sheets><sheet name="名单" sheetId="1" r:id="r1"/><sheet name="说明" sheetId="2" r:id="r2"/></sheets></workbook>
EOX
cat >"$book/xl/_rels/workbook.xml.rels" <<-EOX
	<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="$types/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="$types/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="r3" Type="$types/styles" Target="styles.xml"/></Relationships>
EOX
printf '<styleSheet %s><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>' "$main" >"$book/xl/styles.xml"
{
	printf '<worksheet %s><sheetData><row r="1">%s</row><row r="2">' "$main" "$(text A1 平桥街道名册)"
	text A2 姓名 && text B2 出生日期 && text C2 身份证号 && text D2 知情同意日期 && text E2 个案编号
	printf '</row><row r="3">%s<c r="B3" s="1"><v>29285</v></c><c r="D3" s="1"><v>45658</v></c>%s</row>' "$(text A3 工作簿一)" "$(text E3 X-1)"
	printf '<row r="4">%s<c r="C4"><v>1.1010519491231E+17</v></c></row>' "$(text A4 工作簿二)"
	printf '<row r="5" hidden="1">%s<c r="B5" s="1"><f>TODAY()-1</f><v>36526</v></c>%s</row>' "$(text A5 工作簿三)" "$(text E5 X-3)"
	printf '</sheetData><mergeCells><mergeCell ref="A1:E1"/></mergeCells></worksheet>'
} >"$book/xl/worksheets/sheet1.xml"
printf '<worksheet %s><sheetData><row r="1">%s</row></sheetData></worksheet>' "$main" "$(text A1 说明)" >"$book/xl/worksheets/sheet2.xml"
(cd "$book" && zip -q -r "$work/list.xlsx" .)
import "$work/list.xlsx" --lang en
ok "a workbook is read" is "$(says '[.file.format, .file.detail, .new, .refused]')" '["xlsx","名单",2,1]'
ok "with what stands beside its rows" is \
	"$(says '[.file.hidden_rows, .file.formulas, .file.merged, .file.other_sheets]')" '[1,1,0,1]'
ok "a number that lost its digits is refused by name" like \
	"$(says '.rows[] | select(.fate == "refused") | .column + " " + .text')" '身份证号.*last digits'
ok "a day is a day" is "$(station desk cases X-1 --json | jq -r '.[0].birth')" 1980-03-05
ok "what it is not is said with how to save it" like \
	"$(printf '\320\317\021\340\241\261\032\341W\0o\0r\0k\0b\0o\0o\0k\0' >"$work/old.xls"
		station desk import "$work/old.xls" 2>&1)" '\.xlsx'

# --- sent, and at the centre ----------------------------------------------

list 20001 20500 $'\t' | iconv -f UTF-8 -t GB18030 >"$work/more.csv"
ok "another list, in GB 18030 with tabs" import "$work/more.csv"
ok "comes whole" is "$(says '[.new, .refused]')" '[500,0]'
ok "all of it is sent and taken" is \
	"$(station desk sync --json | jq -c '[.parked, .conflicts, .deferred, .waiting, .synced]')" '[0,0,0,0,true]'
ok "the centre has the cases of the list" is "$(
	api GET '/v1/caseload?q=L-20500&limit=5' | jq -c '.rows[] | [.number, .programme, .open_flags]')" \
	'["L-20500","smd_kinship_care",1]'
ok "with their guardians" is "$(sql "SELECT count(*) FROM rec.relation WHERE guardian AND name = '王某'")" "$(
	awk 'BEGIN { for (i = 20001; i <= 20500; i++) n += i % 3 == 0; print n }')"
ok "the centre has the case of the workbook" is "$(
	api GET '/v1/caseload?q=X-1' | jq -c '.rows[] | [.name, .birth]')" '["工作簿一","1980-03-05"]'
case_id=$(api GET '/v1/caseload?q=X-1' | jq -r '.rows[0].case')
ok "with the consent of its list" is "$(api GET "/v1/cases/$case_id" |
	jq -c '[.records[] | select(.type == "consent") | .body | .purpose, .from]')" '["care","2025-01-01"]'
ok "and what the mapped list brought" is "$(api GET '/v1/caseload?q=ouyangceshi' | jq -r '.rows[].name')" 欧阳测试
person=$(api GET '/v1/caseload?q=ouyangceshi' | jq -r '.rows[0].person')

# The number somebody types in a browser is stored like the one of a list.
jq -n --arg p "$person" '{changes: [{id: "01990000-0000-7000-8000-00000000aa01", rec: $p, type: "person",
	op: "patch", set: {id_number: "11010519491231002x"}, seen: {id_kind: null, id_number: null},
	entered_at: "2026-11-21T09:30:00+08:00"}]}' | api POST /v1/changes - >"$work/answer.json"
ok "a number typed by hand is taken" is "$(jq -r '.results[0].status' "$work/answer.json")" applied
ok "and stored in its one form" is "$(api GET "/v1/records/$person/history" |
	jq -r '.versions[0].body.id_number')" 11010519491231002X
station desk sync >/dev/null
printf '姓名,身份证号\n欧阳测试,11010519491231002x\n' >"$work/one.csv"
ok "so a list meets the person again" import "$work/one.csv" --dry-run
ok "by the document" is "$(says '.rows[0] | [.fate, .by]')" '["duplicate","open_case"]'

# --- taken back after it was sent -----------------------------------------

batch=$(station desk import --batches --json | jq -r '.[] | select(.file == "list.xlsx") | .batch')
ok "a batch that was sent is taken back as far as that goes" exits 1 station desk import --undo "$batch" --json
ok "the consent is retracted, persons and cases stay" is \
	"$(jq -c '[.dropped, .retracted, ([.left[].type] | sort | unique)]' "$work/said")" '[0,1,["case","person"]]'
ok "the centre takes that" is "$(station desk sync --json | jq -c '[.applied, .parked, .synced]')" '[1,0,true]'
ok "with its reason" is "$(api GET "/v1/cases/$case_id" |
	jq -r '.records[] | select(.type == "consent") | .state + " " + .reason')" 'retracted 导入已撤销 / import undone'
done_testing
