/*
 * lists.h - lists as files: text as it stands, and workbooks made part by
 * part, so that any part can be wrong.
 */
#ifndef TESTS_CLIENT_LISTS_H
#define TESTS_CLIENT_LISTS_H

#include "client/import/say.h"
#include "tests/lib/tap.h"

#include <stdlib.h>
#include <zip.h>

/* ---- zips ---- */

struct part {
	const char *name;
	struct str text;
	const char *password; /* NULL: none */
};

static inline struct str str_of(const char *text)
{
	return (struct str){text, strlen(text)};
}

static inline struct str zip_bytes(struct arena *mem, zip_source_t *source)
{
	zip_stat_t s;
	struct str out = {"", 0};
	char *p;

	if (zip_source_open(source) != 0 || zip_source_stat(source, &s) != 0)
		die("test: zip");
	p = arena_alloc(mem, s.size + 1);
	out.p = p;
	out.n = (size_t)zip_source_read(source, p, s.size);
	zip_source_close(source);
	return out;
}

static inline struct str zip_of(
	struct arena *mem, const struct part *parts, size_t n)
{
	zip_error_t why;
	zip_source_t *source;
	zip_t *zip;
	struct str out;

	zip_error_init(&why);
	source = zip_source_buffer_create(NULL, 0, 0, &why);
	zip_source_keep(source);
	zip = zip_open_from_source(source, ZIP_TRUNCATE, &why);
	for (size_t i = 0; i < n; i++) {
		zip_source_t *part = zip_source_buffer(
			zip, parts[i].text.p, parts[i].text.n, 0);
		zip_int64_t at = zip_file_add(
			zip, parts[i].name, part, ZIP_FL_ENC_UTF_8);

		if (at < 0)
			die("test: zip_file_add");
		if (parts[i].password)
			zip_file_set_encryption(zip, (zip_uint64_t)at,
				ZIP_EM_AES_256, parts[i].password);
	}
	if (zip_close(zip) != 0)
		die("test: zip_close");
	out = zip_bytes(mem, source);
	zip_source_free(source);
	zip_error_fini(&why);
	return out;
}

/* ---- workbooks ---- */

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
#define MAIN                                                                   \
	"xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define RELS                                                                   \
	"xmlns=\"http://schemas.openxmlformats.org/package/2006/"              \
	"relationships\""
#define RID                                                                    \
	"xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/"     \
	"relationships\""
#define TYPES                                                                  \
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static const char root_rels[] =
	XML "<Relationships " RELS "><Relationship Id=\"rId1\" Type=\"" TYPES
	    "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
static const char one_sheet[] = XML
	"<workbook " MAIN " " RID "><sheets><sheet name=\"名单\" sheetId=\"1\" "
	"r:id=\"rId1\"/></sheets></workbook>";
static const char book_rels[] =
	XML "<Relationships " RELS ">"
	    "<Relationship Id=\"rId1\" Type=\"" TYPES
	    "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
	    "<Relationship Id=\"rId2\" Type=\"" TYPES
	    "/worksheet\" Target=\"worksheets/sheet2.xml\"/>"
	    "<Relationship Id=\"rId3\" Type=\"" TYPES
	    "/styles\" Target=\"styles.xml\"/>"
	    "<Relationship Id=\"rId4\" Type=\"" TYPES
	    "/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>";
/* Formats 0 to 9: General, m/d/yyyy, a Chinese day, a Chinese month, 0.00, a
 * day with a locale, a time, built-in month, text, year. */
static const char styles[] = XML
	"<styleSheet " MAIN "><numFmts count=\"5\">"
	"<numFmt numFmtId=\"176\" "
	"formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;"
	"d&quot;日&quot;\"/>"
	"<numFmt numFmtId=\"177\" "
	"formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/>"
	"<numFmt numFmtId=\"178\" formatCode=\"[$-F800]dddd, mmmm dd, yyyy\"/>"
	"<numFmt numFmtId=\"179\" formatCode=\"[h]:mm:ss\"/>"
	"<numFmt numFmtId=\"180\" formatCode=\"yyyy\"/></numFmts>"
	"<cellStyleXfs><xf numFmtId=\"14\"/><xf "
	"numFmtId=\"14\"/></cellStyleXfs>"
	"<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf "
	"numFmtId=\"176\"/>"
	"<xf numFmtId=\"177\"/><xf numFmtId=\"2\"/><xf numFmtId=\"178\"/>"
	"<xf numFmtId=\"179\"/><xf numFmtId=\"57\"/><xf numFmtId=\"49\"/>"
	"<xf numFmtId=\"180\"/></cellXfs></styleSheet>";
static const char shared[] =
	XML "<sst " MAIN "><si><t>姓名</t></si><si><t>性别</t></si>"
	    "<si><r><t>张</t></r><r><rPr><b/></rPr><t>伟</t></r>"
	    "<rPh sb=\"0\" eb=\"1\"><t>ZHANG</t></rPh></si>"
	    "<si><t xml:space=\"preserve\"> 两行_x000D_\n文字 </t></si></sst>";

/* A workbook whose parts are as usual but for those given. */
static inline struct str book_with(
	struct arena *mem, const struct part *other, size_t n)
{
	struct part all[16] = {
		{"_rels/.rels",                {root_rels, sizeof(root_rels) - 1}, NULL},
		{"xl/workbook.xml",            {one_sheet, sizeof(one_sheet) - 1}, NULL},
		{"xl/_rels/workbook.xml.rels",
                 {book_rels, sizeof(book_rels) - 1},                               NULL},
		{"xl/styles.xml",              {styles, sizeof(styles) - 1},       NULL},
		{"xl/sharedStrings.xml",       {shared, sizeof(shared) - 1},       NULL},
	};
	size_t count = 5;

	for (size_t i = 0; i < n; i++) {
		size_t at = 0;

		while (at < count && strcmp(all[at].name, other[i].name) != 0)
			at++;
		all[at] = other[i];
		count += at == count;
	}
	return zip_of(mem, all, count);
}

/* <row>…</row> as a whole sheet. */
static inline const char *sheet_of(struct arena *mem, const char *rows)
{
	return arena_printf(mem,
		XML "<worksheet " MAIN "><sheetData>%s</sheetData></worksheet>",
		rows);
}

static inline struct str book_of(struct arena *mem, const char *sheet)
{
	const struct part one = {
		"xl/worksheets/sheet1.xml", str_of(sheet), NULL};

	return book_with(mem, &one, 1);
}

/* ---- what a reader makes of it ---- */

/* A letter before the text: t text, n number, L lost digits, d day, D no day,
 * b bool, e error, f formula without result, - empty. */
static inline void tell_cell(const struct cell *c, struct buf *out)
{
	static const char letters[] = "-tndDbef";

	buf_char(out, c->lost ? 'L' : letters[c->kind]);
	buf_text(out, c->text);
}

/* "1:t姓名|t性别\n2:…", or "! " and the sentence it was refused with. */
static inline const char *read_list(struct arena *mem, struct str bytes,
	const char *sheet, const struct import_limits *limits,
	struct rows_facts *facts)
{
	struct reading r = {mem, LANG_EN, "list", limits};
	struct rows *rows;
	struct buf out;
	struct row row;
	struct err e;
	bool end = false, ok;
	char *text;

	buf_init(&out, 1 << 24);
	rows = rows_open(&r, bytes, sheet, &e);
	ok = rows != NULL;
	while (ok && (ok = rows_next(rows, &row, &end, &e)) && !end) {
		buf_printf(&out, "%zu%s:", row.line, row.hidden ? "h" : "");
		for (size_t i = 0; i < row.n; i++) {
			if (i)
				buf_char(&out, '|');
			tell_cell(&row.cell[i], &out);
		}
		buf_char(&out, '\n');
	}
	if (!ok) {
		CHECK(e.code == ERR_BAD_FILE);
		buf_clear(&out);
		buf_printf(&out, "! %s", e.accepts);
	}
	if (facts && rows)
		*facts = *rows_facts(rows);
	text = arena_strndup(mem, out.p ? out.p : "", out.n);
	buf_free(&out);
	return text;
}

/* The sentence as the error has it. */
static inline const char *refused(
	struct arena *mem, enum say what, const char *a, const char *b)
{
	return arena_printf(mem, "! %s", say(mem, LANG_EN, what, a, b, NULL));
}

#endif
