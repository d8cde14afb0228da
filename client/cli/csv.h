/*
 * csv.h - a table from a file a spreadsheet wrote.
 *
 * UTF-8 with or without a mark, UTF-16 with one, or GB 18030 (what Chinese
 * spreadsheets write); commas, semicolons or tabs; quotes as in RFC 4180, with
 * line breaks inside them; any line ends. Cells come out as UTF-8 with
 * full-width letters, digits and marks made narrow and spaces trimmed, because
 * that is how people mean them.
 */
#ifndef CLIENT_CSV_H
#define CLIENT_CSV_H

#include "client/cli/cli.h"

#define CSV_MAX     ((size_t)64 << 20)
#define CSV_COLUMNS 200

struct csv_row {
	size_t line; /* where it begins in the file, from 1 */
	size_t n;
	char **cell;
};

struct csv {
	struct csv_row *row;
	size_t n;
};

/* From bytes; ERR_BAD_FILE for `name` says what would be taken. Empty lines
 * are left out. */
bool csv_parse(struct cli *c, const char *name, struct str bytes,
	struct csv *out, struct err *e) MUST_CHECK;

#endif
