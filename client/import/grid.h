/*
 * grid.h - one sheet of a workbook, row by row.
 */
#ifndef CLIENT_IMPORT_GRID_H
#define CLIENT_IMPORT_GRID_H

#include "client/import/workbook.h"

struct grid;

/* Closes with the reading's mem. */
struct grid *grid_open(struct workbook *w, const struct reading *r,
	const struct sheet_place *at, struct err *e) MUST_CHECK;
/* As rows_next(). */
bool grid_next(
	struct grid *s, struct row *out, bool *end, struct err *e) MUST_CHECK;
struct rows_facts *grid_facts(struct grid *s) NEVER_NULL;
void grid_progress(const struct grid *s, size_t *done, size_t *total);

#endif
