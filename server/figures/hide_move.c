/*
 * hide_move.c - looks for the moves that keep a small cell unknown (hide.h).
 */
#include "server/figures/hide_in.h"

#define NONE  SIZE_MAX
#define TRIES 12 /* places of a large group a move may start from */

/* From (r1, c1) to elsewhere: r2 or c2 may be NONE. */
struct move {
	size_t r1, r2, c1, c2;
};

struct goal {
	int64_t lo, hi; /* what the cell must seem able to be */
};

/* ---- sums and signs of a run ---- */

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

void hide_mark(struct run *u)
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
bool hide_protect(struct run *u)
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
