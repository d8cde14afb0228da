/*
 * workbook.h - what the sheets of a workbook (.xlsx) share: where they lie,
 * how their cells are formatted, which texts they use (ECMA-376 Part 1, 12 and
 * 18; both its transitional and its strict form).
 */
#ifndef CLIENT_IMPORT_WORKBOOK_H
#define CLIENT_IMPORT_WORKBOOK_H

#include "client/import/serial.h"
#include "client/import/xml.h"

struct sheet_place {
	const char *name;
	const char *path; /* in the archive */
	bool hidden;
};

struct workbook {
	const struct reading *r;
	struct archive *zip;
	bool from_1904;
	struct buf sheets;        /* struct sheet_place */
	const char *styles_path;  /* NULL: none */
	const char *strings_path; /* NULL: none */
	struct buf shown;         /* char, an enum shown for each cell format */
	struct buf texts;         /* the shared texts, each terminated */
	struct buf text_at;       /* size_t, where they begin */
};

/* Everything but the shared texts. ERR_BAD_FILE says what the archive is when
 * it is no workbook. */
struct workbook *workbook_open(
	const struct reading *r, struct str bytes, struct err *e) MUST_CHECK;
bool workbook_texts(struct workbook *w, struct err *e) MUST_CHECK;

size_t workbook_sheets(const struct workbook *w);
const struct sheet_place *workbook_sheet(const struct workbook *w, size_t i);
enum shown workbook_shown(const struct workbook *w, size_t format);
/* NULL when there is no such text. */
const char *workbook_text(const struct workbook *w, size_t i);

/* Undoes _x000D_, the way a workbook writes signs XML has no room for, from
 * `start` on. */
void workbook_unescape(struct buf *text, size_t start);

#endif
