/*
 * fuzz_import.c - whatever file is handed over as a list, a station reads it
 * within its limits or says what is wrong with it.
 *
 * The first byte decides: 0, the rest is the file; 1 to 4, it is one part of a
 * workbook whose other parts are whole, so that what lies behind the zip is
 * reached too; 5, it is a text whose rows are judged against a catalogue. What
 * comes out must be texts in order of their rows, and no more than was allowed.
 */
#include "client/import/header.h"
#include "client/import/values.h"

#include "proto/base/utf8.h"
#include "proto/types.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>
#include <zip.h>

/* Small, so that a run takes a moment and the limits are met. */
static const struct import_limits limits = {.file = 1 << 20,
	.entries = 50,
	.unpacked = 1 << 20,
	.ratio = 250,
	.strings = 1 << 16,
	.rows = 200,
	.columns = 20,
	.cells = 2000,
	.cell = 2000};

#define RELS "<Relationships><Relationship Id=\"r1\" Type=\"x/"
static const char root[] =
	RELS "officeDocument\" Target=\"b.xml\"/></Relationships>";
static const char book[] =
	"<workbook><sheets><sheet name=\"S\" r:id=\"r1\"/></sheets></workbook>";
static const char rels[] = RELS
	"worksheet\" Target=\"s.xml\"/><Relationship Id=\"r2\" "
	"Type=\"x/styles\" "
	"Target=\"f.xml\"/><Relationship Id=\"r3\" Type=\"x/sharedStrings\" "
	"Target=\"t.xml\"/></Relationships>";
static const char sheet[] =
	"<worksheet><sheetData><row><c t=\"s\"><v>0</v></c><c s=\"1\"><v>60</v>"
	"</c></row></sheetData></worksheet>";
static const char styles[] =
	"<s><numFmts><numFmt numFmtId=\"9\" "
	"formatCode=\"yyyy\"/></numFmts><cellXfs>"
	"<xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></s>";
static const char texts[] = "<sst><si><t>x</t></si></sst>";

/* clang-format off */
static struct {
	const char *name;
	struct str text;
} parts[] = {
	{"_rels/.rels",       {root, sizeof(root) - 1}},
	{"b.xml",             {book, sizeof(book) - 1}},
	{"s.xml",             {sheet, sizeof(sheet) - 1}},
	{"f.xml",             {styles, sizeof(styles) - 1}},
	{"t.xml",             {texts, sizeof(texts) - 1}},
	{"_rels/b.xml.rels",  {rels, sizeof(rels) - 1}},
};
/* clang-format on */

static struct str read_back(zip_source_t *source, struct arena *mem)
{
	struct str out = {"", 0};
	zip_stat_t s;
	char *p;

	MUST(zip_source_open(source) == 0 && zip_source_stat(source, &s) == 0);
	p = arena_alloc(mem, s.size + 1);
	out.p = p;
	out.n = (size_t)zip_source_read(source, p, s.size);
	zip_source_close(source);
	return out;
}

/* A workbook with one part in the place of ours. Stored, not packed: that is
 * libzip's to test. */
static struct str workbook(size_t which, struct str part, struct arena *mem)
{
	zip_error_t why;
	zip_source_t *source;
	zip_t *zip;
	struct str out;

	zip_error_init(&why);
	source = zip_source_buffer_create(NULL, 0, 0, &why);
	MUST(source);
	zip_source_keep(source);
	zip = zip_open_from_source(source, ZIP_TRUNCATE, &why);
	MUST(zip);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		struct str text = i == which ? part : parts[i].text;
		zip_int64_t at = zip_file_add(zip, parts[i].name,
			zip_source_buffer(zip, text.p, text.n, 0), 0);

		MUST(at >= 0);
		zip_set_file_compression(
			zip, (zip_uint64_t)at, ZIP_CM_STORE, 0);
	}
	MUST(zip_close(zip) == 0);
	out = read_back(source, mem);
	zip_source_free(source);
	zip_error_fini(&why);
	return out;
}

static void check_row(const struct row *row, size_t *rows)
{
	MUST(row->n > 0 && row->n <= limits.columns);
	MUST(row->cell[row->n - 1].kind != CELL_EMPTY);
	MUST(++*rows <= limits.rows);
	for (size_t i = 0; i < row->n; i++) {
		const struct cell *c = &row->cell[i];

		/* A shared text may be as long as all of them may be. */
		MUST(c->text && strlen(c->text) <= limits.strings);
		MUST((c->kind == CELL_EMPTY || c->kind == CELL_UNSAVED) ==
			!c->text[0]);
	}
}

/* What of a list is judged without a store: its heads, columns and cells. */
static void judge(const struct catalogue *c, const struct reading *r,
	const struct row *sample, size_t n)
{
	struct targets *t = targets_new(c, r->mem);
	struct columns columns;
	struct header h;
	struct err e;

	if (!header_find(t, sample, n, true, r->mem, r->lang, &h))
		return;
	MUST(h.rows <= n);
	if (!columns_read(r, t, &h, sample + h.rows, n - h.rows, NULL, NULL,
		    &columns, &e)) {
		MUST(e.code == ERR_BAD_FILE);
		return;
	}
	for (size_t i = h.rows; i < n; i++) {
		struct value_rules v = {
			r, c, &columns, false, {2026, 11, 22}
                };
		struct draft d;
		const char *head;

		if (values_read(&v, &sample[i], &d, &head, &e))
			MUST(json_is_object(d.person));
		else
			MUST(head && e.field[0] && e.accepts[0]);
	}
}

static void read_list(
	const struct catalogue *c, struct str bytes, struct arena *mem)
{
	struct reading r = {mem, LANG_ZH, "list", &limits};
	struct row sample[SAMPLE_ROWS], row;
	struct err e;
	struct rows *t = rows_open(&r, bytes, NULL, &e);
	size_t rows = 0, done, total;
	bool end = false, ok = t != NULL;

	while (ok && (ok = rows_next(t, &row, &end, &e)) && !end) {
		check_row(&row, &rows);
		rows_progress(t, &done, &total);
		MUST(done <= total);
		if (rows <= SAMPLE_ROWS)
			sample[rows - 1] = row_copy(&row, mem);
	}
	MUST(ok || (e.code == ERR_BAD_FILE && e.accepts[0]));
	if (ok && rows)
		judge(c, &r, sample, rows < SAMPLE_ROWS ? rows : SAMPLE_ROWS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct catalogue *c; /* read once: it is the same for all */
	struct arena *mem = arena_new();
	struct str rest;

	if (!c)
		c = catalogue_load();
	if (n > 1 && n < 65536) {
		rest.p = arena_strndup(mem, (const char *)data + 1, n - 1);
		rest.n = n - 1;
		if (data[0] % 6 >= 1 && data[0] % 6 <= 4)
			rest = workbook(data[0] % 6, rest, mem);
		read_list(c, rest, mem);
	}
	arena_free(mem);
	return 0;
}
