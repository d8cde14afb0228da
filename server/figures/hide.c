/*
 * hide.c - see hide.h.
 *
 * The total of all rows is protected first, alone, as a table of one row: it is
 * the same whatever the rows are, so tables of the same figure by site and by
 * programme agree about it. Then the rows, by moves that leave every total as
 * it is. Where a total is hidden at some level of columns, rows are withheld
 * there and below: what they add up to must not be seen.
 */
#include "server/figures/hide.h"

#include <string.h>

#define NONE  SIZE_MAX
#define TRIES 12 /* places of a large group a move may start from */

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

/* From (r1, c1) to elsewhere: r2 or c2 may be NONE. */
struct move {
	size_t r1, r2, c1, c2;
};

struct goal {
	int64_t lo, hi; /* what the cell must seem able to be */
};

static size_t group_of(const struct hide_axis *a, size_t level, size_t i)
{
	return level == 0 ? i : a->level[level].of[i];
}

static size_t groups_at(const struct hide_axis *a, size_t level)
{
	return level == 0 ? a->n : a->level[level].groups;
}

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

/* ---- sums and signs of a run ---- */

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

static unsigned char *sign_at(
	const struct run *u, size_t l, size_t k, size_t g, size_t h)
{
	size_t level = u->alone ? HIDE_TOTAL : l;

	k += u->from;
	return &u->s->sign[level][k][g * u->s->col_groups[k] + h];
}

static int64_t count_at(
	const struct run *u, size_t l, size_t k, size_t g, size_t h)
{
	return u->sum[l][k][g * groups_at(u->cols, k) + h];
}

static int64_t all_at(
	const struct run *u, size_t l, size_t k, size_t g, size_t h)
{
	return u->all[l][k][g * groups_at(u->cols, k) + h];
}

static bool few(const struct run *u, int64_t n)
{
	return n > 0 && n < u->below;
}

/* A large number of few people: it must not be known to within the limit. */
static bool of_few(const struct run *u, size_t l, size_t g, int64_t n,
	int64_t all, struct goal *goal)
{
	int64_t top = u->below - 1;

	if (!u->people || n < u->below || u->who[l][g] >= u->below)
		return false;
	goal->lo = n - top > u->below ? n - top : u->below;
	goal->hi = !u->of || n + top < all ? n + top : all;
	return true;
}

/* The count, or of a rate what is left beside it. */
static enum hide_sign sign_for(const struct run *u, size_t l, size_t k,
	size_t g, size_t h, struct goal *goal)
{
	int64_t n = count_at(u, l, k, g, h), all = all_at(u, l, k, g, h);
	int64_t top = u->below - 1;
	bool part = few(u, n), rest = u->of && few(u, all - n);

	goal->lo = goal->hi = n;
	if (part) {
		goal->lo = 1;
		goal->hi = u->of && all < top ? all : top;
	}
	if (rest) {
		int64_t lo = all - top > 0 ? all - top : 0;

		if (lo < goal->lo)
			goal->lo = lo;
		if (all - 1 > goal->hi)
			goal->hi = all - 1;
	}
	if (part || rest)
		return HIDE_SMALL;
	return of_few(u, l, g, n, all, goal) ? HIDE_ALSO : HIDE_NOT;
}

/* ---- moves ---- */

/* Whether a cell may change by `by` and nobody be the wiser. What the moved
 * count is a part of stays as it is. */
static bool may_change(
	const struct run *u, size_t l, size_t k, size_t g, size_t h, int64_t by)
{
	int64_t n = count_at(u, l, k, g, h) + by;
	int64_t all = u->of ? all_at(u, l, k, g, h) : INT64_MAX;
	unsigned char sign = *sign_at(u, l, k, g, h);

	if (sign == HIDE_SMALL)
		return u->of ? n >= 0 && n <= all : n >= 1 && n < u->below;
	return n >= u->below && (!u->of || all - n >= u->below);
}

struct trial {
	int64_t cost; /* what it would hide that is visible */
	bool apply;
};

/* One cell of a move; sign is what it gains a step: +1 or -1. */
static bool touch(struct run *u, size_t l, size_t k, size_t g, size_t h,
	int64_t by, struct trial *t)
{
	unsigned char *sign = sign_at(u, l, k, g, h);

	if (t->apply) {
		if (*sign == HIDE_NOT)
			*sign = HIDE_ALSO;
		return true;
	}
	if (!may_change(u, l, k, g, h, by))
		return false;
	if (*sign == HIDE_NOT)
		t->cost += count_at(u, l, k, g, h) + 1;
	return true;
}

static bool touch_cols(struct run *u, size_t l, size_t g, const struct move *m,
	int64_t by, struct trial *t)
{
	for (size_t k = 0; k < u->cols->levels; k++) {
		size_t a = group_of(u->cols, k, m->c1);
		size_t b = m->c2 == NONE ? NONE : group_of(u->cols, k, m->c2);

		if (a == b)
			continue;
		if (!touch(u, l, k, g, a, by, t) ||
			(b != NONE && !touch(u, l, k, g, b, -by, t)))
			return false;
	}
	return true;
}

/* Every published cell the move changes, by that much. */
static bool walk(
	struct run *u, const struct move *m, int64_t by, struct trial *t)
{
	for (size_t l = 0; l < u->rows->levels; l++) {
		size_t a = group_of(u->rows, l, m->r1);
		size_t b = m->r2 == NONE ? NONE : group_of(u->rows, l, m->r2);

		if (a == b)
			continue;
		if (!touch_cols(u, l, a, m, by, t) ||
			(b != NONE && !touch_cols(u, l, b, m, -by, t)))
			return false;
	}
	return true;
}

struct search {
	struct run *u;
	size_t l, k, g, h; /* the small cell */
	int64_t by;
	struct move best;
	int64_t cost; /* INT64_MAX: none found */
};

static void try_move(struct search *q, const struct move *m)
{
	struct trial t = {0, false};

	if (walk(q->u, m, q->by, &t) && t.cost < q->cost) {
		q->cost = t.cost;
		q->best = *m;
	}
}

static void try_columns(struct search *q, struct move *m)
{
	const struct hide_axis *cols = q->u->cols;

	for (m->c2 = 0; m->c2 < cols->n; m->c2++)
		if (group_of(cols, q->k, m->c2) != q->h)
			try_move(q, m);
	m->c2 = NONE;
	try_move(q, m);
}

static void try_from(struct search *q, size_t r1, size_t c1)
{
	const struct hide_axis *rows = q->u->rows;
	struct move m = {r1, NONE, c1, NONE};

	if (q->u->alone) {
		try_columns(q, &m);
		return;
	}
	for (m.r2 = 0; m.r2 < rows->n; m.r2++)
		if (group_of(rows, q->l, m.r2) != q->g)
			try_columns(q, &m);
}

/* Hides what the cheapest move needs; false when there is none. */
static bool protect_by(struct search *q)
{
	struct trial apply = {0, true};
	size_t tries = 0;

	q->cost = INT64_MAX;
	for (size_t r = 0; q->by && r < q->u->rows->n; r++)
		for (size_t c = 0; c < q->u->cols->n && tries < TRIES; c++)
			if (group_of(q->u->rows, q->l, r) == q->g &&
				group_of(q->u->cols, q->k, c) == q->h &&
				q->u->count[r * q->u->cols->n + c] > 0) {
				try_from(q, r, c);
				tries++;
			}
	if (q->by && q->cost == INT64_MAX)
		return false;
	return !q->by || walk(q->u, &q->best, q->by, &apply);
}

static bool protect_cell(struct run *u, size_t l, size_t k, size_t g, size_t h)
{
	int64_t n = count_at(u, l, k, g, h);
	struct search q = {
		u, l, k, g, h, 0, {0, 0, 0, 0},
                      0
        };
	struct goal goal;

	if (sign_for(u, l, k, g, h, &goal) == HIDE_NOT)
		return true;
	q.by = goal.hi - n;
	if (!protect_by(&q))
		return false;
	q.by = goal.lo - n;
	return protect_by(&q);
}

static void mark(struct run *u)
{
	struct goal ignored;

	for (size_t l = 0; l < u->rows->levels; l++)
		for (size_t k = 0; k < u->cols->levels; k++)
			for (size_t g = 0; g < groups_at(u->rows, l); g++)
				for (size_t h = 0; h < groups_at(u->cols, k);
					h++) {
					enum hide_sign sign = sign_for(
						u, l, k, g, h, &ignored);

					if (sign != HIDE_NOT)
						*sign_at(u, l, k, g, h) =
							(unsigned char)sign;
				}
}

/* Coarse cells first: what they hide serves the finer ones. */
static bool protect(struct run *u)
{
	for (size_t k = u->cols->levels; k-- > 0;)
		for (size_t l = u->rows->levels; l-- > 0;)
			for (size_t g = 0; g < groups_at(u->rows, l); g++)
				for (size_t h = 0; h < groups_at(u->cols, k);
					h++)
					if (!protect_cell(u, l, k, g, h))
						return false;
	return true;
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
		mark(&r);
		if (protect(&r) || (u->alone && from + 1 == levels))
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
