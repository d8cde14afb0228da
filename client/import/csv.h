/*
 * csv.h - rows from a text a spreadsheet wrote.
 *
 * UTF-8 with or without a mark, UTF-16 with one, or GB 18030 (what Chinese
 * spreadsheets write); commas, semicolons, tabs or full-width commas between
 * cells; quotes as in RFC 4180, with line breaks inside them; any line ends; a
 * first line "sep=;" as Excel writes it. A spreadsheet's ways to say "this is
 * text", 'x and ="x", are undone.
 */
#ifndef CLIENT_IMPORT_CSV_H
#define CLIENT_IMPORT_CSV_H

#include "client/import/say.h"

/* As rows_open(); a `sheet` is refused, a text has none. */
struct rows *csv_open(const struct reading *r, struct str bytes,
	const char *sheet, struct err *e) MUST_CHECK;

#endif
