/*
 * test_rows_xlsx.c - workbooks as different programs write them, damaged ones,
 * and ones made to do damage.
 */
#include "tests/unit/client/lists.h"

#define SHEET(rows)                                                            \
	XML "<worksheet " MAIN "><sheetData>" rows "</sheetData></worksheet>"
#define HEADS                                                                  \
	"<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" "            \
	"t=\"s\"><v>1</v></c></row>"

/* clang-format off */
static const struct {
	const char *what;
	const char *sheet;
	const char *rows;
} good[] = {
	{"shared texts, rich ones without how they are read aloud",
		SHEET(HEADS "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c></row>"),
		"1:t姓名|t性别\n2:t张伟\n"},
	{"texts in the sheet",
		SHEET("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>姓名</t></is></c><c r=\"B1\" t=\"inlineStr\">"
			"<is><r><t>性</t></r><r><t>别</t></r><rPh sb=\"0\" eb=\"1\"><t>xing</t></rPh></is></c></row>"),
		"1:t姓名|t性别\n"},
	{"signs XML has no room for",
		SHEET("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>3</v></c><c r=\"B1\" t=\"str\"><v>a_x005F_b_x0009_c_xD83D__x12_x_</v></c></row>"),
		"1:t 两行\r\n文字 |ta_b\tc_xD83D__x12_x_\n"},
	{"numbers as they are shown",
		SHEET("<row r=\"1\"><c r=\"A1\"><v>13800000000</v></c><c r=\"B1\"><v>1.38E10</v></c><c r=\"C1\"><v>0.30000000000000004</v></c>"
			"<c r=\"D1\"><v>-5</v></c><c r=\"E1\" t=\"n\" s=\"4\"><v>2.5</v></c></row>"),
		"1:n13800000000|n13800000000|n0.3|n-5|n2.5\n"},
	{"numbers that lost their last digits",
		SHEET("<row r=\"1\"><c r=\"A1\"><v>1.1010519491231001E+17</v></c><c r=\"B1\"><v>110105194912310000</v></c>"
			"<c r=\"C1\"><v>110105194912310021</v></c><c r=\"D1\"><v>999999999999999</v></c></row>"),
		"1:L1.1010519491231e+17|L110105194912310000|n110105194912310021|n999999999999999\n"},
	{"days by the format of their cell",
		SHEET("<row r=\"1\"><c r=\"A1\"><v>45658</v></c><c r=\"B1\" s=\"1\"><v>45658</v></c><c r=\"C1\" s=\"2\"><v>45658.5</v></c>"
			"<c r=\"D1\" s=\"3\"><v>45658</v></c><c r=\"E1\" s=\"5\"><v>61</v></c><c r=\"F1\" s=\"6\"><v>0.5</v></c>"
			"<c r=\"G1\" s=\"7\"><v>45658</v></c><c r=\"H1\" s=\"8\"><v>45658</v></c><c r=\"I1\" s=\"9\"><v>45658</v></c></row>"),
		"1:n45658|d2025-01-01|d2025-01-01|d2025-01|d1900-03-01|n0.5|d2025-01|n45658|d2025\n"},
	{"days that never were",
		SHEET("<row r=\"1\"><c r=\"A1\" s=\"1\"><v>60</v></c><c r=\"B1\" s=\"1\"><v>0</v></c><c r=\"C1\" s=\"1\"><v>-3</v></c>"
			"<c r=\"D1\" s=\"1\"><v>59</v></c><c r=\"E1\" s=\"1\"><v>99999999</v></c></row>"),
		"1:D60|D0|D-3|d1900-02-28|D99999999\n"},
	{"days as ISO 8601",
		SHEET("<row r=\"1\"><c r=\"A1\" t=\"d\"><v>2025-01-01T00:00:00</v></c><c r=\"B1\" t=\"d\"><v>2025-02-30</v></c></row>"),
		"1:d2025-01-01|D2025-02-30\n"},
	{"yes, no and errors",
		SHEET("<row r=\"1\"><c r=\"A1\" t=\"b\"><v>1</v></c><c r=\"B1\" t=\"b\"><v>0</v></c><c r=\"C1\" t=\"e\"><v>#N/A</v></c>"
			"<c r=\"D1\"><v>1e999</v></c><c r=\"E1\"><v>12abc</v></c></row>"),
		"1:bTRUE|bFALSE|e#N/A|e1e999|e12abc\n"},
	{"formulas, with their result and without",
		SHEET("<row r=\"1\"><c r=\"A1\"><f>1+1</f><v>2</v></c><c r=\"B1\" t=\"str\"><f>\"a\"</f><v>a</v></c><c r=\"C1\"><f>A1</f></c>"
			"<c r=\"D1\"><f t=\"shared\" si=\"0\"/><v>4</v></c><c r=\"E1\" t=\"str\"><f>\"\"</f><v></v></c></row>"),
		"1:n2|ta|f|n4\n"},
	{"cells and rows that do not say where they are",
		SHEET("<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row><row/><row><c/><c><v>7</v></c></row>"),
		"1:t姓名|t性别\n3:-|n7\n"},
	{"empty cells and rows between", SHEET(HEADS "<row r=\"2\"><c r=\"A2\" s=\"1\"/></row><row r=\"9\"><c r=\"C9\"><v>1</v></c></row>"),
		"1:t姓名|t性别\n9:-|-|n1\n"},
	{"cells out of order, one of them twice",
		SHEET("<row r=\"1\"><c r=\"C1\"><v>3</v></c><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>9</v></c></row>"),
		"1:n9|-|n3\n"},
	{"hidden rows", SHEET(HEADS "<row r=\"2\" hidden=\"1\"><c r=\"A2\"><v>1</v></c></row>"), "1:t姓名|t性别\n2h:n1\n"},
	{"a prefix before every name",
		XML "<x:worksheet xmlns:x=\"http://purl.oclc.org/ooxml/spreadsheetml/main\"><x:sheetData><x:row r=\"1\">"
		"<x:c r=\"A1\" t=\"s\"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>", "1:t姓名\n"},
	{"spaces and comments between", SHEET("\n <!-- x --><row r=\"1\">\n <c r=\"A1\" t=\"s\">\n<v>0</v>\n</c>\n</row>\n"), "1:t姓名\n"},
	{"character references", SHEET("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>&#x5F20;&#20255;&amp;&lt;</v></c></row>"), "1:t张伟&<\n"},
	{"cells to the right without a value", SHEET("<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"XFD1\" s=\"1\"/></row>"), "1:n1\n"},
	{"a type nobody knows", SHEET("<row r=\"1\"><c r=\"A1\" t=\"zzz\"><v>5</v></c></row>"), "1:n5\n"},
};
/* clang-format on */

static void sheets_are_read_as_programs_write_them(void)
{
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct arena *mem = arena_new();
		const char *got = read_list(mem, book_of(mem, good[i].sheet),
			NULL, &import_limits, NULL);

		if (strcmp(got, good[i].rows) != 0)
			printf("# %s\n", good[i].what);
		CHECK_STR(got, good[i].rows);
		arena_free(mem);
	}
}

static const char *with(struct arena *mem, const struct part *parts, size_t n,
	const char *sheet)
{
	return read_list(
		mem, book_with(mem, parts, n), sheet, &import_limits, NULL);
}

#define PART(name, text)                                                       \
	{                                                                      \
		name, {text, sizeof(text) - 1}, NULL                           \
	}

static void days_are_counted_as_the_workbook_says(void)
{
	static const struct part parts[] = {
		PART("xl/workbook.xml",
			XML "<workbook " MAIN " " RID
			    "><workbookPr date1904=\"1\"/><sheets>"
			    "<sheet name=\"S\" sheetId=\"1\" "
			    "r:id=\"rId1\"/></sheets></workbook>"),
		PART("xl/worksheets/sheet1.xml",
			SHEET("<row r=\"1\"><c r=\"A1\" s=\"1\"><v>0</v></c><c "
			      "r=\"B1\" s=\"1\"><v>44196</v></c>"
			      "<c r=\"C1\" s=\"1\"><v>60</v></c></row>")),
	};
	struct arena *mem = arena_new();

	CHECK_STR(with(mem, parts, 2, NULL),
		"1:d1904-01-01|d2025-01-01|d1904-03-01\n");
	arena_free(mem);
}

/* ---- which sheet ---- */

static const struct part three_sheets[] = {
	PART("xl/workbook.xml",
		XML "<workbook " MAIN " " RID "><sheets>"
		    "<sheet name=\"空\" sheetId=\"1\" r:id=\"rId1\"/>"
		    "<sheet name=\"藏\" sheetId=\"2\" state=\"hidden\" "
		    "r:id=\"rId2\"/>"
		    "<sheet name=\"图\" sheetId=\"3\" r:id=\"rId9\"/>"
		    "<sheet name=\"名单\" sheetId=\"4\" "
		    "r:id=\"rId8\"/></sheets></workbook>"),
	PART("xl/_rels/workbook.xml.rels",
		XML "<Relationships " RELS ">"
		    "<Relationship Id=\"rId1\" Type=\"" TYPES
		    "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
		    "<Relationship Id=\"rId2\" Type=\"" TYPES
		    "/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/>"
		    "<Relationship Id=\"rId8\" Type=\"" TYPES
		    "/worksheet\" Target=\"../other/list.xml\"/>"
		    "<Relationship Id=\"rId9\" Type=\"" TYPES
		    "/chartsheet\" Target=\"chartsheets/sheet1.xml\"/>"
		    "<Relationship Id=\"rId7\" Type=\"" TYPES
		    "/worksheet\" Target=\"http://example.org/x\" "
		    "TargetMode=\"External\"/></Relationships>"),
	PART("xl/worksheets/sheet1.xml",
		SHEET("<row r=\"1\"><c r=\"A1\"/></row>")),
	PART("xl/worksheets/sheet2.xml",
		SHEET("<row r=\"1\"><c r=\"A1\"><v>2</v></c></row>")),
	PART("other/list.xml",
		SHEET("<row r=\"1\"><c r=\"A1\"><v>4</v></c></row>")),
};

static void the_first_visible_sheet_with_something_on_it_is_read(void)
{
	struct arena *mem = arena_new();
	struct rows_facts facts;

	CHECK_STR(read_list(mem, book_with(mem, three_sheets, 5), NULL,
			  &import_limits, &facts),
		"1:n4\n");
	CHECK_STR(facts.detail, "名单");
	CHECK(facts.other_sheets == 1);
	CHECK_STR(facts.others, "藏");
	CHECK_STR(with(mem, three_sheets, 5, "藏"), "1:n2\n");
	CHECK_STR(with(mem, three_sheets, 5, "空"), "");
	CHECK_STR(with(mem, three_sheets, 5, "图"),
		refused(mem, SAY_NO_SUCH_SHEET, "空, 藏, 名单", NULL));
	CHECK_STR(with(mem, three_sheets, 3, NULL),
		refused(mem, SAY_BROKEN_XLSX, NULL, NULL));
	arena_free(mem);
}

static void what_stands_beside_the_cells_is_reported(void)
{
	static const char sheet[] =
		XML "<worksheet " MAIN
		    "><cols><col min=\"3\" max=\"4\" hidden=\"1\"/>"
		    "<col min=\"8\" max=\"16384\" "
		    "hidden=\"1\"/></cols><sheetData>" HEADS
		    "<row r=\"2\" hidden=\"true\"><c "
		    "r=\"A2\"><f>1</f><v>1</v></c></row>"
		    "<row r=\"3\"><c r=\"A3\"><f>2</f></c></row>"
		    "<row r=\"4\" hidden=\"1\"/></sheetData>"
		    "<mergeCells><mergeCell ref=\"A1:B1\"/><mergeCell "
		    "ref=\"A2:A3\"/></mergeCells>"
		    "</worksheet>";
	struct arena *mem = arena_new();
	struct rows_facts f;

	read_list(mem, book_of(mem, sheet), NULL, &import_limits, &f);
	CHECK(f.rows == 3 && f.hidden_rows == 1 && f.hidden_columns == 2);
	CHECK(f.formulas == 2 && f.unsaved == 1);
	CHECK(f.merged_count == 2 && f.merged[0] == 1 && f.merged[1] == 3);
	arena_free(mem);
}

/* ---- damaged ---- */

/* clang-format off */
static const struct {
	const char *what;
	const char *name;
	const char *text;
	enum say why;
} bad[] = {
	{"XML that breaks off", "xl/worksheets/sheet1.xml", XML "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1", SAY_BROKEN_XLSX},
	{"tags that do not match", "xl/worksheets/sheet1.xml", SHEET("<row></c></row>"), SAY_BROKEN_XLSX},
	{"a text that is not there", "xl/worksheets/sheet1.xml", SHEET("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>99</v></c></row>"), SAY_BROKEN_XLSX},
	{"a text at no number", "xl/worksheets/sheet1.xml", SHEET("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>x</v></c></row>"), SAY_BROKEN_XLSX},
	{"signs XML forbids", "xl/worksheets/sheet1.xml", SHEET("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>\001</v></c></row>"), SAY_BROKEN_XLSX},
	{"bytes that are no UTF-8", "xl/worksheets/sheet1.xml", SHEET("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>\xd0\xd5</v></c></row>"), SAY_BROKEN_XLSX},
	{"an entity of its own", "xl/worksheets/sheet1.xml",
		"<!DOCTYPE w [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><worksheet><sheetData><row r=\"1\">"
		"<c r=\"A1\" t=\"str\"><v>&b;</v></c></row></sheetData></worksheet>", SAY_BROKEN_XLSX},
	{"a file of this machine asked for", "xl/sharedStrings.xml",
		"<!DOCTYPE s SYSTEM \"file:///etc/passwd\"><sst><si><t>x</t></si></sst>", SAY_BROKEN_XLSX},
	{"an entity nobody declared", "xl/worksheets/sheet1.xml", SHEET("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>&nbsp;</v></c></row>"), SAY_BROKEN_XLSX},
	{"styles that are none", "xl/styles.xml", "<styleSheet>", SAY_BROKEN_XLSX},
	{"a workbook part that is empty", "xl/workbook.xml", "", SAY_BROKEN_XLSX},
	{"no sheet at all", "xl/workbook.xml", XML "<workbook " MAIN "><sheets/></workbook>", SAY_NO_ROWS},
	{"nothing on the sheet", "xl/worksheets/sheet1.xml", SHEET(""), SAY_NO_ROWS},
};
/* clang-format on */

static void damaged_workbooks_are_refused(void)
{
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct arena *mem = arena_new();
		const struct part parts[] = {
			PART("xl/worksheets/sheet1.xml", SHEET(HEADS)),
			{bad[i].name, str_of(bad[i].text), NULL}
                };
		const char *got = with(mem, parts, 2, NULL);

		if (strcmp(got, refused(mem, bad[i].why, NULL, NULL)) != 0)
			printf("# %s\n", bad[i].what);
		CHECK_STR(got, refused(mem, bad[i].why, NULL, NULL));
		arena_free(mem);
	}
}

static void bytes_that_were_cut_or_changed_are_noticed(void)
{
	struct arena *mem = arena_new();
	struct str whole = book_of(mem, SHEET(HEADS HEADS HEADS));
	const char *want = refused(mem, SAY_BROKEN_ZIP, NULL, NULL);
	char *bytes = arena_strndup(mem, whole.p, whole.n);
	size_t kept = 0;

	CHECK_STR(read_list(mem, (struct str){whole.p, whole.n / 2}, NULL,
			  &import_limits, NULL),
		want);
	CHECK_STR(read_list(mem, (struct str){whole.p, 30}, NULL,
			  &import_limits, NULL),
		want);
	/* Whatever single byte is changed, nothing wrong is read: either it is
	 * refused, or it did not matter. */
	for (size_t i = 0; i < whole.n; i++) {
		struct arena *once = arena_new();
		const char *got;

		bytes[i] ^= 0x20;
		got = read_list(once, (struct str){bytes, whole.n}, NULL,
			&import_limits, NULL);
		CHECK(got[0] == '!' ||
			strncmp(got, "1:t姓名|t性别\n", 18) == 0);
		kept += got[0] != '!';
		bytes[i] ^= 0x20;
		arena_free(once);
	}
	CHECK(kept > 0 && kept < whole.n);
	arena_free(mem);
}

/* ---- made to do damage ---- */

static char *repeated(struct arena *mem, const char *text, size_t times)
{
	size_t n = strlen(text);
	char *out = arena_alloc(mem, n * times + 1);

	for (size_t i = 0; i < times; i++)
		memcpy(out + i * n, text, n);
	return out;
}

static void a_zip_bomb_is_not_unpacked(void)
{
	struct arena *mem = arena_new();
	const char *want = refused(mem, SAY_BOMB, NULL, NULL);
	struct import_limits small = import_limits;
	struct part many[60];
	struct str bomb;

	/* 30 MB of the same, packed to 30 kB: a thousand to one. */
	bomb = book_of(mem,
		arena_printf(mem,
			XML "<worksheet><sheetData>%s</sheetData></worksheet>",
			repeated(mem, "                    ", 1500000)));
	CHECK(bomb.n < 100000);
	CHECK_STR(read_list(mem, bomb, NULL, &import_limits, NULL), want);
	/* The same in texts that are shared. */
	many[0] = (struct part){"xl/sharedStrings.xml",
		str_of(arena_printf(mem, "<sst><si><t>%s</t></si></sst>",
			repeated(mem, "aaaaaaaaaaaaaaaaaaaa", 1500000))),
		NULL};
	many[1] = (struct part)PART("xl/worksheets/sheet1.xml", SHEET(HEADS));
	CHECK_STR(with(mem, many, 2, NULL), want);
	/* Too much altogether, however well it packs. */
	small.unpacked = 4000;
	CHECK_STR(read_list(mem,
			  book_of(mem, arena_printf(mem, SHEET("%s"),
					       repeated(mem, HEADS, 100))),
			  NULL, &small, NULL),
		want);
	small = import_limits;
	small.entries = 5;
	CHECK_STR(
		read_list(mem, book_of(mem, SHEET(HEADS)), NULL, &small, NULL),
		want);
	small = import_limits;
	small.strings = 10;
	CHECK_STR(
		read_list(mem, book_of(mem, SHEET(HEADS)), NULL, &small, NULL),
		want);
	arena_free(mem);
}

static void what_no_spreadsheet_writes_is_refused(void)
{
	struct arena *mem = arena_new();
	const char *want = refused(mem, SAY_BROKEN_XLSX, NULL, NULL);

	CHECK_STR(read_list(mem,
			  book_of(mem, arena_printf(mem, "%s%s",
					       repeated(mem, "<a>", 100),
					       repeated(mem, "</a>", 100))),
			  NULL, &import_limits, NULL),
		want);
	/* One attribute of 5 MB, which packs badly enough to be no bomb. */
	CHECK_STR(read_list(mem,
			  book_of(mem,
				  arena_printf(mem, "<worksheet a=\"%s\"/>",
					  repeated(mem, "0123456789", 500000))),
			  NULL, &import_limits, NULL),
		want);
	arena_free(mem);
}

static void the_limits_hold_for_sheets_too(void)
{
	struct arena *mem = arena_new();
	struct import_limits small = import_limits;
	struct str book = book_of(mem, SHEET(HEADS HEADS HEADS));

	small.rows = 2;
	CHECK_STR(read_list(mem, book, NULL, &small, NULL),
		refused(mem, SAY_MANY_ROWS, "2", NULL));
	small = import_limits;
	small.columns = 1;
	CHECK_STR(read_list(mem, book, NULL, &small, NULL),
		refused(mem, SAY_MANY_COLUMNS, "1", "1"));
	small = import_limits;
	small.cells = 5;
	CHECK_STR(read_list(mem, book, NULL, &small, NULL),
		refused(mem, SAY_MANY_CELLS, "5", NULL));
	small = import_limits;
	small.cell = 3;
	CHECK_STR(
		read_list(mem,
			book_of(mem, SHEET("<row r=\"5\"><c r=\"A5\" "
					   "t=\"str\"><v>abcd</v></c></row>")),
			NULL, &small, NULL),
		refused(mem, SAY_LONG_CELL, "5", NULL));
	arena_free(mem);
}

/* ---- other zips ---- */

static void other_zips_are_called_by_their_name(void)
{
	static const struct {
		const char *entry;
		enum say why;
	} zips[] = {
		{"content.xml",          SAY_IS_ODS    },
		{"word/document.xml",    SAY_IS_DOC    },
		{"ppt/presentation.xml", SAY_IS_DOC    },
		{"xl/workbook.bin",      SAY_IS_XLSB   },
		{"Index/Document.iwa",   SAY_IS_NUMBERS},
		{"名单.csv",           SAY_IS_ZIPPED },
		{"lists/2026.xlsx",      SAY_IS_ZIPPED },
		{"photo.jpg",            SAY_IS_ZIP    },
	};

	for (size_t i = 0; i < ARRAY_LEN(zips); i++) {
		struct arena *mem = arena_new();
		const struct part one = {zips[i].entry, str_of("x"), NULL};
		const char *got = read_list(
			mem, zip_of(mem, &one, 1), NULL, &import_limits, NULL);

		CHECK_STR(got, refused(mem, zips[i].why, NULL, NULL));
		arena_free(mem);
	}
}

static void a_workbook_with_locked_entries_says_so(void)
{
	static const struct part sheet = {
		"xl/worksheets/sheet1.xml",
		{SHEET(HEADS), sizeof(SHEET(HEADS)) - 1},
                "secret"
        };
	struct arena *mem = arena_new();

	CHECK_STR(with(mem, &sheet, 1, NULL),
		refused(mem, SAY_IS_LOCKED, NULL, NULL));
	arena_free(mem);
}

static void an_empty_zip_is_no_workbook(void)
{
	static const char empty[] =
		"PK\005\006\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	struct arena *mem = arena_new();

	CHECK_STR(read_list(mem, (struct str){empty, 22}, NULL, &import_limits,
			  NULL),
		refused(mem, SAY_IS_ZIP, NULL, NULL));
	arena_free(mem);
}

int main(void)
{
	RUN(sheets_are_read_as_programs_write_them);
	RUN(days_are_counted_as_the_workbook_says);
	RUN(the_first_visible_sheet_with_something_on_it_is_read);
	RUN(what_stands_beside_the_cells_is_reported);
	RUN(damaged_workbooks_are_refused);
	RUN(bytes_that_were_cut_or_changed_are_noticed);
	RUN(a_zip_bomb_is_not_unpacked);
	RUN(what_no_spreadsheet_writes_is_refused);
	RUN(the_limits_hold_for_sheets_too);
	RUN(other_zips_are_called_by_their_name);
	RUN(a_workbook_with_locked_entries_says_so);
	RUN(an_empty_zip_is_no_workbook);
	return tap_done();
}
