/*
 * book.h - an XLSX workbook, written row by row; the one file that knows
 * libxlsxwriter.
 *
 * The library is told to keep one row in memory and the rest in unnamed files,
 * so a workbook of any length takes the same room. Text is text, whatever it
 * begins with: no cell is ever a formula.
 */
#ifndef SERVER_FIGURES_BOOK_H
#define SERVER_FIGURES_BOOK_H

#include "proto/base/arena.h"
#include "proto/base/err.h"
#include "proto/grid.h"

struct book;

/* In the making until book_finish() or the arena's end, in a file of `dir`. */
struct book *book_new(
	const char *dir, struct arena *mem, struct err *e) MUST_CHECK;
/* The sheet that rows go to from here on; its first row stays in view. Widths
 * are in characters. */
bool book_sheet(struct book *b, const char *name, const double *widths,
	size_t n, struct err *e) MUST_CHECK;
bool book_row(struct book *b, const struct grid_cell *cells, size_t n,
	bool bold, struct err *e) MUST_CHECK;
/* The finished file, already without a name; the caller closes it. -1: *e. */
int book_finish(struct book *b, struct err *e) MUST_CHECK;

#endif
