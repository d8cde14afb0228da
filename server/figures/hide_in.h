/*
 * hide_in.h - what hide.c and hide_move.c share: the one walks over levels, the
 * other looks for moves.
 */
#ifndef SERVER_FIGURES_HIDE_IN_H
#define SERVER_FIGURES_HIDE_IN_H

#include "server/figures/hide.h"

/* One side of an axis for a walk over groups. */
struct hide_signs {
	size_t row_levels, col_levels;
	size_t row_groups[HIDE_LEVELS + 1];
	size_t col_groups[HIDE_LEVELS];
	unsigned char *sign[HIDE_LEVELS + 1][HIDE_LEVELS];
	unsigned char *seed[HIDE_LEVELS + 1][HIDE_LEVELS];
	size_t from[2]; /* of rows, of the total: finer levels are withheld */
};

/* What one run works on: all rows, or their sum as the only one. */
struct run {
	const struct hide_axis *rows, *cols;
	const int64_t *count, *of, *people;
	int64_t below;
	bool alone;  /* one row: moves along columns only */
	size_t from; /* finer levels of columns are not published: the levels
			of `cols` begin there */
	struct hide_signs *s;
	int64_t *sum[HIDE_LEVELS][HIDE_LEVELS];
	int64_t *all[HIDE_LEVELS][HIDE_LEVELS]; /* sums of `of` */
	int64_t *who[HIDE_LEVELS];              /* sums of `people` */
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
