/*
 * hide.c - see hide.h.
 *
 * The total of all rows is protected first, alone, as a table of one row: it is
 * the same whatever the rows are, so tables of the same figure by site and by
 * programme agree about it. Then the rows, by moves that leave every total as
 * it is. Where a total is hidden at some level of columns, rows are withheld
 * there and below: what they add up to must not be seen.
 */
#include "server/figures/hide_in.h"

struct hide_signs *hide_signs_new(const struct hide_table *t, struct arena *mem)
{
	struct hide_signs *s = ARENA_NEW(mem, struct hide_signs);

	s->row_levels = t->rows.levels;
	s->col_levels = t->cols.levels;
	for (size_t k = 0; k < s->col_levels; k++)
		s->col_groups[k] = groups_at(&t->cols, k);
	for (size_t l = 0; l <= HIDE_TOTAL; l++) {
		if (l >= s->row_levels && l != HIDE_TOTAL)
			continue;
		s->row_groups[l] = l == HIDE_TOTAL ? 1 : groups_at(&t->rows, l);
		for (size_t k = 0; k < s->col_levels; k++) {
			size_t n = s->row_groups[l] * s->col_groups[k];

			s->sign[l][k] = ARENA_ARRAY(mem, unsigned char, n + 1);
			s->seed[l][k] = ARENA_ARRAY(mem, unsigned char, n + 1);
		}
	}
	return s;
}

void hide_seed(struct hide_signs *s, size_t row_level, size_t row,
	size_t col_level, size_t col)
{
	if (row_level <= HIDE_TOTAL && col_level < s->col_levels &&
		s->seed[row_level][0] && row < s->row_groups[row_level] &&
		col < s->col_groups[col_level])
		s->seed[row_level][col_level]
		       [row * s->col_groups[col_level] + col] = 1;
}

void hide_seed_level(struct hide_signs *s, bool total, size_t from)
{
	if (from > s->from[total] && from <= s->col_levels)
		s->from[total] = from;
}

size_t hide_level(const struct hide_signs *s, bool total)
{
	return s->from[total];
}

void hide_seed_from(struct hide_signs *s, const struct hide_signs *from)
{
	for (size_t l = 0; l <= HIDE_TOTAL; l++)
		for (size_t k = 0; k < s->col_levels; k++)
			for (size_t i = 0;
				s->seed[l][k] &&
				i < s->row_groups[l] * s->col_groups[k];
				i++)
				if (from->sign[l][k][i] != HIDE_NOT)
					s->seed[l][k][i] = 1;
}

enum hide_sign hide_sign(const struct hide_signs *s, size_t row_level,
	size_t row, size_t col_level, size_t col)
{
	return (enum hide_sign)s->sign[row_level][col_level]
				      [row * s->col_groups[col_level] + col];
}

int64_t hide_count(const struct hide_table *t, const int64_t *of,
	size_t row_level, size_t row, size_t col_level, size_t col)
{
	int64_t sum = 0;

	for (size_t r = 0; r < t->rows.n; r++)
		for (size_t c = 0; c < t->cols.n; c++)
			if ((row_level == HIDE_TOTAL ||
				    group_of(&t->rows, row_level, r) == row) &&
				group_of(&t->cols, col_level, c) == col)
				sum += of[r * t->cols.n + c];
	return sum;
}

/* ---- sums ---- */

static int64_t *sums_of(const struct run *u, const int64_t *v, size_t l,
	size_t k, struct arena *mem)
{
	size_t wide = groups_at(u->cols, k);
	int64_t *out =
		ARENA_ARRAY(mem, int64_t, groups_at(u->rows, l) * wide + 1);

	for (size_t r = 0; v && r < u->rows->n; r++)
		for (size_t c = 0; c < u->cols->n; c++)
			out[group_of(u->rows, l, r) * wide +
				group_of(u->cols, k, c)] +=
				v[r * u->cols->n + c];
	return out;
}

/* ---- levels ---- */

/* The same table with the groups of a column level as its columns. */
static struct run coarser(const struct run *u, size_t from, struct arena *mem)
{
	struct run out = *u;
	struct hide_axis *a = ARENA_NEW(mem, struct hide_axis);
	size_t n = groups_at(u->cols, from);
	int64_t *count = ARENA_ARRAY(mem, int64_t, u->rows->n * n + 1);
	int64_t *of = ARENA_ARRAY(mem, int64_t, u->rows->n * n + 1);

	a->n = n;
	a->levels = u->cols->levels - from;
	for (size_t k = 1; k < a->levels; k++) {
		size_t *to = ARENA_ARRAY(mem, size_t, n + 1);

		for (size_t c = 0; c < u->cols->n; c++)
			to[group_of(u->cols, from, c)] =
				group_of(u->cols, from + k, c);
		a->level[k].groups = groups_at(u->cols, from + k);
		a->level[k].of = to;
	}
	for (size_t i = 0; i < u->rows->n * u->cols->n; i++) {
		size_t to = i / u->cols->n * n +
			    group_of(u->cols, from, i % u->cols->n);

		count[to] += u->count[i];
		of[to] += u->of ? u->of[i] : 0;
	}
	out.cols = a;
	out.count = count;
	out.of = u->of ? of : NULL;
	out.from = from;
	return out;
}

static void start(struct run *u, struct arena *mem)
{
	for (size_t l = 0; l < u->rows->levels; l++) {
		u->who[l] =
			ARENA_ARRAY(mem, int64_t, groups_at(u->rows, l) + 1);
		for (size_t r = 0; u->people && r < u->rows->n; r++)
			u->who[l][group_of(u->rows, l, r)] += u->people[r];
		for (size_t k = 0; k < u->cols->levels; k++) {
			u->sum[l][k] = sums_of(u, u->count, l, k, mem);
			u->all[l][k] = sums_of(u, u->of, l, k, mem);
		}
	}
}

/* The signs of a column level before anything is looked at. */
static void put_level(const struct run *u, size_t k, enum hide_sign sign)
{
	for (size_t l = 0; l < u->rows->levels; l++) {
		size_t level = u->alone ? HIDE_TOTAL : l;

		for (size_t i = 0;
			i < u->s->row_groups[level] * u->s->col_groups[k]; i++)
			u->s->sign[level][k][i] =
				(unsigned char)(u->s->seed[level][k][i]
							? HIDE_ALSO
							: sign);
	}
}

/* From the finest level that may be published on; withholds that level as long
 * as a small cell has no move. A single sum that stands alone needs none. */
static void protect_levels(const struct run *u, struct arena *mem)
{
	size_t levels = u->cols->levels, from = u->s->from[u->alone];

	for (; from < levels; from++) {
		u->s->from[u->alone] = from;
		struct run r = coarser(u, from, mem);

		for (size_t k = 0; k < levels; k++)
			put_level(u, k, k < from ? HIDE_ALSO : HIDE_NOT);
		start(&r, mem);
		hide_mark(&r);
		if (hide_protect(&r) || (u->alone && from + 1 == levels))
			return;
	}
	u->s->from[u->alone] = levels;
	for (size_t k = 0; k < levels; k++)
		put_level(u, k, HIDE_ALSO);
}

static const int64_t *column_sums(
	const struct hide_table *t, const int64_t *v, struct arena *mem)
{
	int64_t *out = ARENA_ARRAY(mem, int64_t, t->cols.n + 1);

	for (size_t i = 0; i < t->rows.n * t->cols.n; i++)
		out[i % t->cols.n] += v[i];
	return out;
}

/* Rows are withheld up to the coarsest level at which some total is hidden. */
static size_t hidden_totals(const struct hide_table *t, struct hide_signs *s)
{
	for (size_t k = t->cols.levels; k-- > 0;)
		for (size_t h = 0; h < s->col_groups[k]; h++)
			if (hide_sign(s, HIDE_TOTAL, 0, k, h) != HIDE_NOT)
				return k + 1;
	return 0;
}

void hide(const struct hide_table *t, struct hide_signs *s, struct arena *mem)
{
	static const struct hide_axis one = {.n = 1, .levels = 1};
	struct run total = {.rows = &one,
		.cols = &t->cols,
		.count = column_sums(t, t->count, mem),
		.of = t->of ? column_sums(t, t->of, mem) : NULL,
		.people = t->people ? &t->people_all : NULL,
		.below = t->below,
		.alone = true,
		.s = s};
	struct run rows = {.rows = &t->rows,
		.cols = &t->cols,
		.count = t->count,
		.of = t->of,
		.people = t->people,
		.below = t->below,
		.s = s};

	protect_levels(&total, mem);
	hide_seed_level(s, false, hidden_totals(t, s));
	protect_levels(&rows, mem);
}
