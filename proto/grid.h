/*
 * grid.h - a table on its way to a spreadsheet: a row of cells at a time.
 */
#ifndef PROTO_GRID_H
#define PROTO_GRID_H

#include "proto/base/base.h"

struct buf;

struct grid_cell {
	const char *text; /* NULL: a number */
	double number;
};

/*
 * A line of CSV (RFC 4180): CRLF, every text in quotes; text that a spreadsheet
 * would run as a formula gets an apostrophe before it.
 */
void grid_csv(const struct grid_cell *cells, size_t n, struct buf *out);
/* What a file of such lines begins with: the byte order mark. */
#define GRID_CSV_MARK "\xEF\xBB\xBF"
/* At most four decimals, none that are 0. */
#define GRID_NUMBER 40
char *grid_number(double v, char out[GRID_NUMBER]);

#endif
