/*
 * table_in.h - what table.c and table_hide.c share: the one reads and adds up,
 * the other decides what is hidden and remembers it.
 */
#ifndef SERVER_FIGURES_TABLE_IN_H
#define SERVER_FIGURES_TABLE_IN_H

#include "server/figures/links.h"
#include "server/figures/table.h"

#define PARTS 2
enum { NUM, DEN };

/* A way of telling apart that is read: the one asked for is the first. */
struct way {
	const char *by, *dim;
	bool place;       /* rows are sites */
	const char **key; /* of rows, in order */
	struct hide_axis rows;
};

struct year {
	struct hide_family f;
	/* Of f, and of sums that nothing is hidden of. */
	int64_t *count[HIDE_SUMS][HIDE_DIMS + 1];
	int64_t *people[HIDE_SUMS][HIDE_DIMS + 1];
	int64_t *once[HIDE_SUMS][HIDE_DIMS + 1];
	/* Of the level asked for, by level of columns; of all rows. */
	int64_t *cell[PARTS][HIDE_LEVELS], *all[PARTS][HIDE_LEVELS];
};

struct figure_table {
	struct req *r;
	const struct figure_ask *ask;
	struct figure_site *sites;
	size_t site_count;
	const char **kinds, **subs; /* names of the groups of sites */
	const struct links *links;
	struct way way[HIDE_DIMS];
	size_t ways;
	struct hide_axis cols;
	const char **key; /* of rows, at the level asked for */
	size_t row_level, keys;
	int64_t first_year, years, this_year, this_month;
	struct year *year;
	size_t part[PARTS]; /* in links; HIDE_SUMS: none */
};

/* The row of a key, or SIZE_MAX. */
size_t table_row(const struct way *w, const char *key);
/* Decides what is hidden of every year, and writes down what must stay so. */
bool table_hide(struct figure_table *t, struct err *e) MUST_CHECK;

#endif
