/*
 * hide.h - which cells of a published table are hidden, so that no small one
 * can be reckoned from the others.
 *
 * A table has rows (sites, or the values of a trait) and columns (months).
 * Both are published at several levels: each site, its kind, its subdistrict;
 * each month, quarter, year. A cell is a group of rows in a group of columns.
 *
 * Small cells (1 … below-1) are hidden first. Then, for each of them, a *move*
 * is looked for: take away here, add there, so that every cell that stays
 * visible keeps its value. Cells a move would change are hidden, too. With the
 * moves that are found the small cell may as well be anything from 1 to
 * below-1, and nobody who sees the rest can tell: what is hidden says no more
 * than its sign. Where no move exists, the whole level is withheld instead.
 * tests/attack tries to reckon hidden cells by linear programming.
 *
 * Pure: no I/O, no globals.
 */
#ifndef SERVER_FIGURES_HIDE_H
#define SERVER_FIGURES_HIDE_H

#include "proto/base/arena.h"

#define HIDE_LEVELS 3

enum hide_sign {
	HIDE_NOT,
	HIDE_SMALL, /* below the limit */
	HIDE_ALSO,  /* hidden so that a small one cannot be reckoned */
};

/* Rows or columns: level 0 are they themselves, of[i] the group of the i-th
 * at a higher one. Groups of a level are numbered from 0. */
struct hide_axis {
	size_t n;
	size_t levels;
	struct {
		size_t groups;
		const size_t *of;
	} level[HIDE_LEVELS];
};

struct hide_table {
	struct hide_axis rows; /* the sum of all rows is a level besides */
	struct hide_axis cols; /* the last level is one group: the year */
	const int64_t *count;  /* rows.n × cols.n, row by row; 0 or more */
	const int64_t *of;     /* of a rate: what the count is a part of; or
				  NULL */
	/* Of how many people each row is; rows and groups of fewer than below
	 * are hidden, however large. NULL: what is counted are people. */
	const int64_t *people;
	int64_t people_all; /* of all rows together; the same however they
			       are told apart */
	int64_t below;      /* 2 or more: hidden are 1 … below-1 */
};

struct hide_signs; /* of every cell at every level */

/*
 * Row level HIDE_TOTAL is the sum of all rows. Deterministic. `seeds` may hold
 * signs that were given before to a table of the same shape: what they hide is
 * hidden, whatever it is now; or NULL.
 */
#define HIDE_TOTAL HIDE_LEVELS
struct hide_signs *hide_signs_new(
	const struct hide_table *t, struct arena *mem) NEVER_NULL;
void hide_seed(struct hide_signs *s, size_t row_level, size_t row,
	size_t col_level, size_t col);
/* Levels of columns below `from` were withheld before: of rows, of the total.
 * What they are after hide(). */
void hide_seed_level(struct hide_signs *s, bool total, size_t from);
size_t hide_level(const struct hide_signs *s, bool total);
/* Whatever `from`, of a table of the same shape, hides. */
void hide_seed_from(struct hide_signs *s, const struct hide_signs *from);
void hide(const struct hide_table *t, struct hide_signs *s, struct arena *mem);
enum hide_sign hide_sign(const struct hide_signs *s, size_t row_level,
	size_t row, size_t col_level, size_t col);
/* The count of a cell. */
int64_t hide_count(const struct hide_table *t, const int64_t *of,
	size_t row_level, size_t row, size_t col_level, size_t col);

#endif
