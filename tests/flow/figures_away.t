#!/bin/bash
# figures_away.t - figures as files: CSV, a workbook, a report on paper, and a table of
# 120,000 rows that neither end holds in memory.
#
# The workbook is read by openpyxl, the report by poppler: neither is what wrote it.
. tests/flow/lib.sh
use_district
start_daemon
coordinator=$(account district_coordinator)
sign_in "$coordinator"
this_year=$(TZ=Asia/Shanghai date +%Y)
python=/usr/bin/python3
rows_of() { # sheet <xlsx: each row as JSON, a line each; formulas are a mistake
	$python -c '
import json, sys, openpyxl
w = openpyxl.load_workbook(sys.argv[1])
s = w.worksheets[int(sys.argv[2])]
for r in s.iter_rows():
    assert all(c.data_type != "f" for c in r), "a formula"
    print(json.dumps([c.value for c in r], ensure_ascii=False))' "$2" "$1"
}

# ---- CSV -----------------------------------------------------------------------------------

ask="services?from=$((this_year - 1))&to=$this_year&by=month,site"
api GET "/v1/figures/$ask" >"$work/table.json"
api GET "/v1/figures/$ask&format=csv&lang=en" >"$work/table.csv"
ok "CSV is said to be CSV" like "$(header Content-Type)" "^text/csv; charset=utf-8$"
ok "to be saved under a name without anybody's" like "$(header Content-Disposition)" 'attachment; filename="casebridge-services.csv"'
ok "with a mark for spreadsheets" is "$(head -c 3 "$work/table.csv" | od -An -tx1 | tr -d ' ')" efbbbf
csv() { $python -c '
import csv, json, sys
for r in csv.reader(open(sys.argv[1], encoding="utf-8-sig", newline="")): print(json.dumps(r, ensure_ascii=False))' "$1"; }
csv "$work/table.csv" >"$work/csv.rows"
jq -c --slurpfile a "$work/table.json" -n '$a[0] | .labels as $l | (.rows[], .totals[]) | def n: if . == null then "" else tostring end;
	def hid: if .hidden == "small" then "＜5" elif .hidden then "—" else null end;
	[.period, (.key // ""), (if .key then $l[.key].en else "total" end), (hid // (.num | n)), "", (hid // (.value | n)), $a[0].unit]' >"$work/json.rows"
ok "a head, every row, then the totals" is "$(wc -l <"$work/csv.rows")" "$(($(wc -l <"$work/json.rows") + 1))"
ok "and each says what the answer in JSON says" is "$(tail -n +2 "$work/csv.rows" | jq -c . | diff - "$work/json.rows" | head -n 4)" ''
ok "heads in Chinese unless asked otherwise" is "$(api GET "/v1/figures/services?format=csv" | tail -c +4 | head -n 1)" "$(printf '"期间","代码","名称","分子","分母","值","单位"\r')"
sql "UPDATE rec.site SET name = '=HYPERLINK(\"http://evil\")', name_en = NULL WHERE id = (SELECT id FROM rec.site WHERE district IS NOT NULL ORDER BY id LIMIT 1)" >/dev/null
ok "no name runs as a formula" is "$(api GET "/v1/figures/services?by=site&format=csv" | grep -c "\"'=HYPERLINK")" 1

# ---- a workbook -------------------------------------------------------------------------------

api GET "/v1/figures/$ask&format=xlsx&lang=en" >"$work/table.xlsx"
rows_of 0 "$work/table.xlsx" >"$work/xlsx.rows"
ok "a workbook another program opens, row by row the same" is "$(tail -n +2 "$work/xlsx.rows" | jq -c 'map(if . == null then "" else tostring end)' | sed 's/=HYPERLINK/=HYPERLINK/' | grep -v HYPERLINK | sha256sum)" "$(grep -v "$(sql "SELECT id FROM rec.site WHERE name LIKE '=HYP%'")" "$work/json.rows" | jq -c . | sha256sum)"
ok "numbers are numbers" is "$(tail -n +2 "$work/xlsx.rows" | jq -c 'select((.[3] | type) == "number") | .[3] == .[5]' | sort -u)" true
ok "names are no formulas" is "$(grep -c 'HYPERLINK' "$work/xlsx.rows")" 24
rows_of 1 "$work/table.xlsx" >"$work/definitions"
defined() { jq -r --arg w "$1" 'select(.[1] == $w) | .[2], .[3]' "$work/definitions"; }
ok "what it means stands on a sheet of its own, in both languages" is "$(defined definition)" "$(jq -r '.definition | .zh, .en' "$work/table.json")"
ok "with the rule" is "$(defined 'what is hidden')" "$(jq -r '.rule | .zh, .en' "$work/table.json")"
ok "the period, the records and the unit" is "$(defined from | head -n 1) $(defined to | head -n 1) $(defined records | head -n 1) $(defined unit | paste -sd " ")" "$((this_year - 1))-01 $this_year-12 service case 次 services"
mkdir "$work/books"
for id in $(api GET /v1/figures | jq -r '.figures[].id'); do
	api GET "/v1/figures/$id?format=xlsx" >"$work/books/$id.xlsx"
done
ok "every figure is one" is "$($python -c '
import glob, openpyxl, sys
for f in glob.glob(sys.argv[1] + "/*"):
    w = openpyxl.load_workbook(f, read_only=True)
    print(len(w.worksheets), next(w.worksheets[1].iter_rows(min_row=2, max_row=2, values_only=True))[2] + ".xlsx" == f.rsplit("/", 1)[1])' "$work/books" | sort | uniq -c | sed 's/^ *//')" "$(api GET /v1/figures | jq '.figures | length') 2 True"
api GET "/v1/outcomes?by=programme" >"$work/outcomes.json"
api GET "/v1/outcomes?by=programme&format=xlsx&lang=en" >"$work/outcomes.xlsx"
rows_of 0 "$work/outcomes.xlsx" >"$work/outcomes.rows"
ok "scores before and after, too" is "$(tail -n +2 "$work/outcomes.rows" | jq -c '[.[0], .[5], .[11], .[16], .[17]]')" \
	"$(jq -c '(.rows[], .totals[]) | [.instrument, (if .hidden then "—" else .pairs end), .change.mean?, .t.p?, .t.p_holm?]' "$work/outcomes.json")"
ok "with what it is not: an effect" like "$(rows_of 1 "$work/outcomes.xlsx")" "not effect"
ok "the cut-offs stand there with their source, not signed off" like "$(rows_of 1 "$work/outcomes.xlsx" | jq -r '.[3]')" 'Cut-offs: .*phq9 10 .NHS Talking Therapies.*Not signed off locally'
ok "classes of reliable change have their columns" is "$(head -n 1 "$work/outcomes.rows" | jq -c '.[22:26]')" '["recovered","improved","unchanged","deteriorated"]'
ok "nothing is left where they were made" is "$(find "$work" -name 'figures-*' | wc -l)" 0
refused() { api GET "/v1/figures/$1" >"$work/refused.json" && is "$(status) $(jq -r '"\(.field): \(.accepts)"' "$work/refused.json")" "400 $2"; }
ok "another format is refused, naming these" refused "services?format=pdf" "format: json, csv, xlsx"
ok "another language" refused "services?format=csv&lang=fr" "lang: zh, en"

# ---- at a station -------------------------------------------------------------------------------

enrol desk "$(site_of "$coordinator")" "$coordinator"
ok "a station writes the workbook" exits 0 station desk figures services --from "$this_year" --by site --xlsx "$work/out.xlsx" --lang en
ok "as the centre makes it" is "$(rows_of 0 "$work/out.xlsx" | sha256sum)" "$(api GET "/v1/figures/services?from=$this_year&by=site&format=xlsx&lang=en" >"$work/again.xlsx" && rows_of 0 "$work/again.xlsx" | sha256sum)"
ok "readable by its owner alone" is "$(stat -c %a "$work/out.xlsx")" 600
ok "and not over another one" exits 1 station desk figures services --xlsx "$work/out.xlsx"
ok "unless it is said" exits 0 station desk figures services --xlsx "$work/out.xlsx" --yes
ok "CSV goes where it is sent" is "$(station desk figures services --from "$this_year" --by site --csv --lang en | sha256sum)" "$(api GET "/v1/figures/services?from=$this_year&by=site&format=csv&lang=en" | sha256sum)"
ok "one kind at a time" exits 2 station desk figures services --csv --xlsx "$work/x.xlsx"
ok "of one figure" exits 2 station desk figures --csv
ok "a figure there is not leaves no file" is "$(station desk figures nothing --xlsx "$work/no.xlsx" >"$work/said" 2>&1; echo $? ; find "$work" -name 'no.xlsx*')" 1
ok "scores before and after with their interval" like "$(station desk figures outcomes --from "$this_year" --by programme --lang en)" "\[-?[0-9.]+, -?[0-9.]+\].*not effect"
ok "and whose cut-offs they are" like "$(station desk figures outcomes --from "$this_year" --lang zh)" "临界值：.*未经本地临床签字确认"
ok "in Chinese they say change, too" like "$(station desk figures outcomes --lang zh)" "只说明变化，不说明效果"

# ---- in the terminal ------------------------------------------------------------------------------

# Line by line what the API publishes, and a bar as long as the number: in eighths of 24
# columns of the largest row. The arithmetic is here, not the program's.
api GET "/v1/figures/services?from=$((this_year - 1))&to=$this_year&by=quarter,programme" >"$work/drawn.json"
station desk figures services --from $((this_year - 1)) --to "$this_year" --by quarter,programme --lang en >"$work/drawn.txt"
bars() { $python -c '
import json, sys
a = json.load(open(sys.argv[1]))
part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
most = max([r["value"] or 0 for r in a["rows"]] + [0])
def said(row, member):
    if row["hidden"]: return "＜%d" % a["below"] if row["hidden"] == "small" else "—"
    v = row[member]
    return "" if v is None else ("%.2f" % v).rstrip("0").rstrip(".")
for row in a["rows"] + a["totals"]:
    v = row["value"] or 0
    n = int(v / most * 24 * 8 + 0.5) if 0 < v <= most else 0
    name = a["labels"][row["key"]]["en"] if row["key"] is not None else "total"
    print("|".join(x for x in [row["period"], name, said(row, "value"), "█" * (n // 8) + part[n % 8]] if x))' "$1"; }
bars "$work/drawn.json" >"$work/bars.want"
lines=$(wc -l <"$work/bars.want")
sed -n '3,$p' "$work/drawn.txt" | head -n "$lines" | sed 's/  \+/|/g; s/ *$//; s/|$//' >"$work/bars.got"
ok "the terminal says what the API publishes, row by row, with bars of that length ($lines rows)" is "$(diff "$work/bars.want" "$work/bars.got" | head -n 6)" ''
ok "some are drawn, some are hidden" [ "$(grep -c █ "$work/bars.got")" -gt 1 ]

# ---- on paper -------------------------------------------------------------------------------------

for lang in zh en; do
	ok "a report of a year in $lang" exits 0 station desk figures --from "$this_year" --pdf "$work/$lang.pdf" --lang $lang
	pdftotext -layout "$work/$lang.pdf" "$work/$lang.txt"
	ok "its fonts are in it" is "$(pdffonts "$work/$lang.pdf" | tail -n +3 | awk '$(NF-4) != "yes"' | wc -l)" 0
done
said() { grep -q "$2" "$work/$1.txt" || { remark "nothing like $2" && return 1; }; }
all_said() { local lang=$1 w && shift && for w; do said "$lang" "$w" || return 1; done; }
ok "it answers what a coordinator is asked" all_said zh "哪些机构落后" "哪些项目有改善" "转介卡在哪里" "严重精神障碍" "只说明变化，不说明效果" "小于5的数不显示"
ok "in English, too" all_said en "Which stations fall behind" "Which programmes see change" "Where referrals get stuck" "not effect"
value=$(api GET "/v1/figures/services?from=$this_year" | jq -r '.totals[0].value')
ok "the numbers are those of the centre" grep -Eq "^ *合计 +$value\$" "$work/zh.txt"
ok "it names no client" is "$(sql "SELECT name FROM rec.person WHERE length(name) > 1" | grep -cFf - "$work/zh.txt")" 0
ok "one figure as it was asked for" exits 0 station desk figures services --from $((this_year - 1)) --to "$this_year" --by quarter,programme --pdf "$work/one.pdf" --lang en
ok "has each of its periods" is "$(pdftotext -layout "$work/one.pdf" - | grep -o "$((this_year - 1))-Q[1-4]" | sort -u | wc -l)" 4
ok "not over another file" exits 1 station desk figures services --pdf "$work/one.pdf"
ok "an impossible period is refused" exits 1 station desk figures --from 2026-13 --pdf "$work/bad.pdf"
ok "and leaves no file" is "$(find "$work" -name 'bad.pdf*')" ''

# ---- 120,000 rows ---------------------------------------------------------------------------------

sites=$(sql "SELECT count(*) FROM figures.state, rec.site WHERE district IS NOT NULL AND rec_state <> 'retracted'")
sql "INSERT INTO rec.site (id, rec_ver, rec_state, name, kind, district, subdistrict)
	SELECT ('0192f5a0-0000-7000-9000-' || lpad(i::text, 12, '0'))::uuid, 1, 'live', 'site ' || i, 'rehab_station', d.id, 'sub ' || i % 20
	  FROM generate_series(1, $((340 - sites))) i, (SELECT district AS id FROM rec.site WHERE district IS NOT NULL LIMIT 1) d" >/dev/null
long="services?from=$((this_year - 29))&to=$this_year&by=month,site"
peak() { sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$daemon_pid/status"; }
fresh() { echo 5 >"/proc/$daemon_pid/clear_refs" && peak; }
for format in csv xlsx; do
	before=$(fresh)
	api GET "/v1/figures/$long&format=$format" >"$work/long.$format"
	echo "# $format: $(stat -c %s "$work/long.$format") bytes, daemon $before kB before, peak $(peak) kB"
	# A sanitized program keeps what it frees for a while.
	[[ $BUILD = *asan* ]] || ok "$format of 120,000 rows takes the daemon less than 40 MB more" [ $(($(peak) - before)) -lt 40000 ]
done
ok "in JSON so long a table is refused, with what would do" refused "$long" "to: ≤ 50000 rows, format=csv, xlsx"
ok "they are all there" [ "$(wc -l <"$work/long.csv")" -gt 120000 ]
ok "in the workbook, too" is "$(rows_of 0 "$work/long.xlsx" | wc -l)" "$(wc -l <"$work/long.csv")"
client_peak() { # figures…: prints kB
	$python -c '
import resource, subprocess, sys
subprocess.run(sys.argv[2:], stdout=open(sys.argv[1], "wb"), check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}
export CASEBRIDGE_STORE="$work/st/desk" CASEBRIDGE_PASSPHRASE_FILE="$work/st/desk.secret"
small=$(client_peak "$work/small.csv" "$CASEBRIDGE" figures services --csv)
large=$(client_peak "$work/large.csv" "$CASEBRIDGE" figures services --from $((this_year - 29)) --to "$this_year" --by month,site --csv --lang zh)
echo "# client: $small kB for a line, $large kB for $(wc -l <"$work/large.csv") lines"
[[ $BUILD = *asan* ]] || ok "the client takes no more for many lines than for one" [ $((large - small)) -lt 8000 ]
ok "and has them all" cmp -s "$work/large.csv" "$work/long.csv"
unset CASEBRIDGE_STORE CASEBRIDGE_PASSPHRASE_FILE
done_testing
