/*
 * table_in.h - what table.c and table_hide.c share: the one reads and adds up,
 * the other decides what is hidden and remembers it.
 */
#ifndef SERVER_FIGURES_TABLE_IN_H
#define SERVER_FIGURES_TABLE_IN_H

#include "server/figures/table.h"

#define PARTS 3 /* what is counted, of what, and what guards it */
enum { NUM, DEN, GUARD };

struct year {
	int64_t *sum[PARTS]; /* rows × columns; NULL: no such part */
	struct hide_table hide[PARTS];
	struct hide_signs *signs[PARTS]; /* NULL: not hidden by it */
	int64_t *people[PARTS]; /* by row; NULL: what is counted are people */
	int64_t people_all[PARTS];
};

struct figure_table {
	struct req *r;
	const struct figure_ask *ask;
	struct figure_site *sites;
	size_t site_count;
	struct hide_axis rows, cols;
	const char **key;  /* of rows, at the level asked for */
	const char **base; /* of the rows themselves */
	size_t row_level, keys;
	const char **kinds, **subs; /* names of the groups of sites */
	int64_t first_year, years;
	int64_t this_year;
	struct year *year;
	struct figure_part part[PARTS];
	const char *name[PARTS][2]; /* in figures.hidden: of rows, of totals */
};

/* Rows are sites, or groups of them. */
bool table_is_place(const struct figure_ask *a);
/* Whether small cells are judged by a part. */
bool table_judged_by(const struct figure_table *t, size_t part);
/* Decides what is hidden of every year and part, and writes down what was not
 * hidden before. */
bool table_hide(struct figure_table *t, struct err *e) MUST_CHECK;

#endif
