/*
 * hide.h - which cells of published tables are hidden, so that no small number
 * can be reckoned from the others.
 *
 * A *family* is everything that is published of the same events: several sums
 * (screened, reached, assessed …), each told apart in several ways (by site, by
 * programme). A table is one sum told apart in one way; it has rows (sites, or
 * the values of a trait) and columns (months). Both are published at several
 * levels: each site, its kind, its subdistrict; each month, quarter, year. A
 * cell is a group of rows in a group of columns.
 *
 * What is small (1 … below-1) is hidden first: a count, and a *form*, which is
 * what is left of one sum without others (screened but not reached). Then, for
 * each of them, a *move* is looked for: take away here, add there, so that
 * every cell that stays visible keeps its value and every form stays 0 or more,
 * if need be with other sums of the family moving along. Cells a move would
 * change are hidden, too. With the moves that are found the small cell may as
 * well be anything from 1 to below-1, and nobody who sees the rest can tell:
 * what is hidden says no more than its sign. Where no move exists, the whole
 * level is withheld instead.
 *
 * A sum has one pattern of signs for each way of telling apart, whichever
 * figure it is asked for in. Sums are judged in their order: those before the
 * others are the wholes of forms. What one hides is never taken back, and more
 * that is hidden never says more. tests/attack tries to reckon hidden cells by
 * linear programming.
 *
 * Pure: no I/O, no globals.
 */
#ifndef SERVER_FIGURES_HIDE_H
#define SERVER_FIGURES_HIDE_H

#include "proto/base/arena.h"

#define HIDE_LEVELS 3
#define HIDE_SUMS   16
#define HIDE_DIMS   3
#define HIDE_FORMS  64
#define HIDE_SAMES  8
#define HIDE_PARTS  2
/* As a way of telling apart: the sum of all rows, a table of one row. */
#define HIDE_TOTAL HIDE_DIMS

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

struct hide_sum {
	/* rows × columns, row by row; NULL: not told apart so. At HIDE_TOTAL
	 * by column. 0 or more, but of a signed amount. */
	const int64_t *count[HIDE_DIMS + 1];
	/* Of how many people each row is; what fewer than below have is
	 * hidden, however much. NULL: what is counted are people. Groups of
	 * rows: `once` added up, which counts nobody twice, or the most of a
	 * row; NULL: not looked at. */
	const int64_t *people[HIDE_DIMS + 1], *once[HIDE_DIMS + 1];
	/* Minutes, money: no number of things, hidden where `base`, a sum
	 * before it, is, and where it is of few people. */
	bool amount, is_signed;
	size_t base;
};

/* What is left of a sum without parts of it; hidden in the last part, whose
 * number is the highest. Holds in totals, and told apart in these ways. */
struct hide_form {
	size_t of, parts, part[HIDE_PARTS];
	bool in[HIDE_DIMS];
};

/* A row, or a group of rows, of one sum is all of another; total HIDE_SUMS: of
 * one that is not here. */
struct hide_same {
	size_t sum, dim, level, row;
	size_t total;
};

struct hide_signs; /* of every cell of a table at every level */

struct hide_family {
	struct hide_axis cols; /* the last level is one group: the year */
	size_t over;           /* the first columns, whose time is past */
	size_t dims;
	struct hide_axis rows[HIDE_DIMS];
	size_t sums, forms, sames;
	struct hide_sum sum[HIDE_SUMS];
	struct hide_form form[HIDE_FORMS];
	struct hide_same same[HIDE_SAMES];
	int64_t below; /* 2 or more: hidden are 1 … below-1 */
	struct hide_signs *signs[HIDE_SUMS][HIDE_DIMS + 1];
};

/* Makes room for the signs of every table there is; then seeds may be given. */
void hide_begin(struct hide_family *f, struct arena *mem);
/* Hidden whatever it is: it was before, or something else gives it away; and
 * with it the parts of it. Rows and columns there are not do nothing. */
void hide_seed(struct hide_signs *s, size_t row_level, size_t row,
	size_t col_level, size_t col);
/* The same, and it is kept from being reckoned like a small one. */
void hide_need(struct hide_signs *s, size_t row_level, size_t row,
	size_t col_level, size_t col);
/* Levels of columns below `from` were withheld before. */
void hide_seed_level(struct hide_signs *s, size_t from);
/* Decides a table, and before it those it hangs on; a second time it does
 * nothing. Deterministic. */
const struct hide_signs *hide(
	struct hide_family *f, size_t sum, size_t dim, struct arena *mem);

/* Levels of columns below that are withheld. */
size_t hide_level(const struct hide_signs *s);
enum hide_sign hide_sign(const struct hide_signs *s, size_t row_level,
	size_t row, size_t col_level, size_t col);
/* Whether it must stay hidden: its time is past, or it serves to hide a cell
 * whose time is. What has not ended grows past the limit by itself. */
bool hide_keeps(const struct hide_signs *s, size_t row_level, size_t row,
	size_t col_level, size_t col);
size_t hide_rows(const struct hide_signs *s, size_t row_level);
size_t hide_cols(const struct hide_signs *s, size_t col_level);
size_t hide_row_levels(const struct hide_signs *s);
size_t hide_col_levels(const struct hide_signs *s);

#endif
