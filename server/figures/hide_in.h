/*
 * hide_in.h - what hide.c and hide_move.c share: the one walks over tables and
 * levels, the other looks for moves.
 */
#ifndef SERVER_FIGURES_HIDE_IN_H
#define SERVER_FIGURES_HIDE_IN_H

#include "server/figures/hide.h"

#define HIDE_COLS 12

/* From outside; from outside, to be protected; by a move of another sum. */
enum { SEED_GIVEN = 1, SEED_NEED, SEED_MOVED };

struct hide_signs {
	size_t row_levels, col_levels;
	size_t row_groups[HIDE_LEVELS];
	size_t col_groups[HIDE_LEVELS];
	unsigned char *sign[HIDE_LEVELS][HIDE_LEVELS];
	unsigned char *seed[HIDE_LEVELS][HIDE_LEVELS];
	unsigned char *keep[HIDE_LEVELS][HIDE_LEVELS];
	size_t from; /* finer levels of columns are withheld */
	bool done;
};

/* One sum, told apart in one way, from one level of columns on. */
struct run {
	struct hide_family *f;
	size_t k, d;
	const struct hide_axis *rows, *cols;
	bool alone;  /* one row: moves along columns only */
	size_t from; /* finer levels of columns are not published: the levels
			of `cols` begin there */
	bool over[HIDE_LEVELS][HIDE_COLS]; /* groups of `cols`: time is past */
	bool stuck_over; /* what had no move is of a time that is past */
	const int64_t *count[HIDE_SUMS]; /* NULL: not here */
	int64_t *sum[HIDE_SUMS][HIDE_LEVELS][HIDE_LEVELS];
	int64_t *who[HIDE_LEVELS]; /* people by row, of k */
	size_t forms;
	const struct hide_form *form[HIDE_FORMS]; /* that hold here */
};

static inline size_t group_of(const struct hide_axis *a, size_t level, size_t i)
{
	return level == 0 ? i : a->level[level].of[i];
}

static inline size_t groups_at(const struct hide_axis *a, size_t level)
{
	return level == 0 ? a->n : a->level[level].groups;
}

/* Marks what is small. */
void hide_mark(struct run *u);
/* Hides what small cells need; false when one of them has no move. */
bool hide_protect(struct run *u);

#endif
