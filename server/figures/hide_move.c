/*
 * hide_move.c - looks for the moves that keep a small cell unknown (hide.h).
 */
#include "server/figures/hide_in.h"

#define NONE    SIZE_MAX
#define TRIES   12         /* places of a large group a move may start from */
#define ROUNDS  8          /* until sums that move along have settled */
#define RUNNING 1000000000 /* what it costs to lean on what has not ended */
#define LINKED  1000000    /* … on what is all of another sum */

/* ---- cells ---- */

/* A published cell of a run, and which way a move changes it. */
struct spot {
	size_t l, k, g, h;
	int64_t way; /* +1, -1; 0: as it is */
};

static unsigned char *mark_of(const struct run *u,
	unsigned char *marks[HIDE_LEVELS][HIDE_LEVELS], const struct spot *at)
{
	size_t k = at->k + u->from;

	return &marks[at->l][k][at->g * groups_at(u->cols, at->k) + at->h];
}

static unsigned char *sign_at(
	const struct run *u, size_t j, const struct spot *at)
{
	return mark_of(u, u->f->signs[j][u->d]->sign, at);
}

/* What moves, and by how much of each sum. */
struct shift {
	int64_t by[HIDE_SUMS];
};

static int64_t count_at(const struct run *u, size_t j, const struct spot *at,
	const struct shift *d)
{
	return u->sum[j][at->l][at->k]
		     [at->g * groups_at(u->cols, at->k) + at->h] +
	       (d ? at->way * d->by[j] : 0);
}

static int64_t form_at(const struct run *u, const struct hide_form *m,
	const struct spot *at, const struct shift *d)
{
	int64_t n = count_at(u, m->of, at, d);

	for (size_t p = 0; p < m->parts; p++)
		n -= count_at(u, m->part[p], at, d);
	return n;
}

static bool hidden_in(const struct hide_form *m, size_t j)
{
	return m->part[m->parts - 1] == j;
}

static bool few(const struct run *u, int64_t n)
{
	return n > 0 && n < u->f->below;
}

/* The count, or what it leaves of others. */
static bool small_at(const struct run *u, size_t j, const struct spot *at,
	const struct shift *d)
{
	if (u->f->sum[j].amount)
		return false;
	if (few(u, count_at(u, j, at, d)))
		return true;
	for (size_t i = 0; i < u->forms; i++)
		if (hidden_in(u->form[i], j) &&
			few(u, form_at(u, u->form[i], at, d)))
			return true;
	return false;
}

/* ---- what a cell must seem able to be ---- */

struct goal {
	int64_t lo, hi;
	int64_t cap; /* of hi, as long as no whole moves along */
};

static bool holds(const struct hide_form *m, size_t j)
{
	for (size_t p = 0; p < m->parts; p++)
		if (m->part[p] == j)
			return true;
	return false;
}

/* A large number of few people: it must not be known to within the limit; an
 * amount not to within half of it. */
static bool of_few(const struct run *u, const struct spot *at, int64_t n,
	struct goal *goal)
{
	const struct hide_sum *sum = &u->f->sum[u->k];
	int64_t below = u->f->below, about = below - 1;

	if (sum->is_signed || !u->who[at->l] || u->who[at->l][at->g] >= below ||
		n < (sum->amount ? 1 : below))
		return false;
	if (sum->amount)
		about = n > 1 ? n / 2 : 1;
	goal->lo = n - about;
	goal->hi = n + about;
	if (!sum->amount && goal->lo < below)
		goal->lo = below;
	return true;
}

/* Something else gives it away, where that is hidden. */
static bool is_needed(const struct run *u, const struct spot *at, int64_t n,
	struct goal *goal)
{
	int64_t below = u->f->below, top = below - 1;

	if (*mark_of(u, u->f->signs[u->k][u->d]->seed, at) != SEED_NEED)
		return false;
	goal->lo = n - top > below ? n - top : n < below ? n : below;
	goal->hi = n < below ? below : n + top;
	return true;
}

static enum hide_sign judge(
	const struct run *u, const struct spot *at, struct goal *goal)
{
	int64_t n = count_at(u, u->k, at, NULL), top = u->f->below - 1;
	enum hide_sign sign = HIDE_NOT;

	goal->lo = goal->hi = n;
	goal->cap = INT64_MAX;
	for (size_t i = 0; i < u->forms; i++) {
		int64_t rest = form_at(u, u->form[i], at, NULL);

		if (!holds(u->form[i], u->k))
			continue;
		if (n + rest < goal->cap)
			goal->cap = n + rest;
		if (!hidden_in(u->form[i], u->k) || !few(u, rest))
			continue;
		sign = HIDE_SMALL;
		if (n + rest - 1 > goal->hi)
			goal->hi = n + rest - 1;
		if (n + rest - top < goal->lo)
			goal->lo = n + rest - top > 0 ? n + rest - top : 0;
	}
	if (!u->f->sum[u->k].amount && few(u, n)) {
		sign = HIDE_SMALL;
		goal->lo = goal->lo < 1 ? goal->lo : 1;
		goal->hi = goal->hi > top ? goal->hi : top;
	}
	if (sign == HIDE_NOT &&
		(of_few(u, at, n, goal) || is_needed(u, at, n, goal)))
		sign = HIDE_ALSO;
	return sign;
}

/* ---- moves ---- */

/* From (r1, c1) to elsewhere: r2 or c2 may be NONE. */
struct move {
	size_t r1, r2, c1, c2;
};

/* The base cells of a move. */
static size_t corners(const struct move *m, struct spot out[4])
{
	const struct spot all[4] = {
		{0, 0, m->r1, m->c1, 1 },
                {0, 0, m->r2, m->c1, -1},
		{0, 0, m->r1, m->c2, -1},
                {0, 0, m->r2, m->c2, 1 }
        };
	size_t n = 0;

	for (size_t i = 0; i < 4; i++)
		if (all[i].g != NONE && all[i].h != NONE)
			out[n++] = all[i];
	return n;
}

/* Lets one other sum of a form that would fall below 0 move along. */
static bool move_along(const struct run *u, const struct hide_form *m,
	const struct spot *at, struct shift *d)
{
	int64_t want = -form_at(u, m, at, d), by = d->by[u->k];

	for (size_t p = m->parts + 1; p-- > 0;) {
		size_t j = p == m->parts ? m->of : m->part[p];
		int64_t to =
			d->by[j] + (p == m->parts ? want : -want) * at->way;

		if (j == u->k || to * by <= 0 || to > (by > 0 ? by : -by) ||
			to < (by > 0 ? -by : by))
			continue;
		d->by[j] = to;
		return true;
	}
	return false;
}

/* Which sums move along so that no form falls below 0. */
static bool settle(const struct run *u, const struct spot *at, size_t n,
	int64_t by, struct shift *d)
{
	bool again = true;

	*d = (struct shift){{0}};
	d->by[u->k] = by;
	for (size_t round = 0; again; round++) {
		again = false;
		for (size_t f = 0; f < u->forms; f++)
			for (size_t i = 0; i < n; i++) {
				if (form_at(u, u->form[f], &at[i], d) >= 0)
					continue;
				if (round == ROUNDS ||
					!move_along(u, u->form[f], &at[i], d))
					return false;
				again = true;
			}
	}
	for (size_t j = 0; j < u->f->sums; j++)
		for (size_t i = 0; d->by[j] && i < n; i++)
			if (count_at(u, j, &at[i], d) < 0 &&
				!u->f->sum[j].is_signed)
				return false;
	return true;
}

/* Whether a cell may change and nobody be the wiser: what is small stays so,
 * what is not does not become so. */
static bool may_change(const struct run *u, size_t j, const struct spot *at,
	const struct shift *d)
{
	if (u->f->sum[j].amount)
		return true;
	if (small_at(u, j, at, NULL))
		return small_at(u, j, at, d);
	if (count_at(u, j, at, d) < u->f->below)
		return false;
	for (size_t i = 0; i < u->forms; i++) {
		int64_t now = form_at(u, u->form[i], at, NULL);
		int64_t then = form_at(u, u->form[i], at, d);

		if (hidden_in(u->form[i], j) && then < u->f->below &&
			(now || then))
			return false;
	}
	return true;
}

struct trial {
	int64_t cost; /* what it would hide that is visible */
	bool over;    /* what is protected is of a time that is past */
	bool apply;
};

/* Years are asked for more than months; where a total is hidden, so are all
 * rows. */
static int64_t weight_of(const struct run *u, const struct spot *at)
{
	static const int64_t of[2][HIDE_LEVELS] = {
		{1, 3,  9   },
                {1, 50, 2500}
        };

	return of[u->alone][at->k + u->from];
}

static bool is_linked(const struct run *u, const struct spot *at)
{
	for (size_t i = 0; i < u->f->sames; i++) {
		const struct hide_same *m = &u->f->same[i];

		if (m->sum == u->k && m->dim == u->d && m->level == at->l &&
			m->row == at->g)
			return true;
	}
	return false;
}

static void put(const struct run *u, size_t j, const struct spot *at, bool keep)
{
	struct hide_signs *s = u->f->signs[j][u->d];
	unsigned char *sign = mark_of(u, s->sign, at);

	if (j == u->k && *sign == HIDE_NOT)
		*sign = HIDE_ALSO;
	if (j > u->k) {
		if (!*mark_of(u, s->seed, at))
			*mark_of(u, s->seed, at) = SEED_MOVED;
		hide_seed_level(s, u->from);
	}
	if (keep && (*sign != HIDE_SMALL || u->over[at->k][at->h]))
		*mark_of(u, s->keep, at) = 1;
}

/* One cell of a move. A sum that was decided before may only move where it is
 * hidden already. */
static bool touch(const struct run *u, size_t j, const struct spot *at,
	const struct shift *d, struct trial *t)
{
	bool hidden = j <= u->k ? *sign_at(u, j, at) != HIDE_NOT
				: *mark_of(u, u->f->signs[j][u->d]->seed, at) ||
					  small_at(u, j, at, NULL);

	if (t->apply) {
		put(u, j, at, t->over);
		return true;
	}
	if ((j < u->k && !hidden) || !may_change(u, j, at, d))
		return false;
	if (!hidden)
		t->cost += (count_at(u, j, at, NULL) + 1) * weight_of(u, at) +
			   (is_linked(u, at) ? LINKED : 0);
	if (t->over && !u->over[at->k][at->h])
		t->cost += RUNNING;
	return true;
}

static bool touch_cols(const struct run *u, size_t j, size_t l, size_t g,
	const struct move *m, const struct shift *d, int64_t way,
	struct trial *t)
{
	for (size_t k = 0; k < u->cols->levels; k++) {
		size_t a = group_of(u->cols, k, m->c1);
		size_t b = m->c2 == NONE ? NONE : group_of(u->cols, k, m->c2);

		if (a == b)
			continue;
		if (!touch(u, j, &(struct spot){l, k, g, a, way}, d, t) ||
			(b != NONE &&
				!touch(u, j, &(struct spot){l, k, g, b, -way},
					d, t)))
			return false;
	}
	return true;
}

static bool walk_sum(const struct run *u, size_t j, const struct move *m,
	const struct shift *d, struct trial *t)
{
	for (size_t l = 0; l < u->rows->levels; l++) {
		size_t a = group_of(u->rows, l, m->r1);
		size_t b = m->r2 == NONE ? NONE : group_of(u->rows, l, m->r2);

		if (a == b)
			continue;
		if (!touch_cols(u, j, l, a, m, d, 1, t) ||
			(b != NONE && !touch_cols(u, j, l, b, m, d, -1, t)))
			return false;
	}
	return true;
}

/* Every published cell the move changes. */
static bool walk(
	const struct run *u, const struct move *m, int64_t by, struct trial *t)
{
	struct spot at[4];
	struct shift d;

	if (!settle(u, at, corners(m, at), by, &d))
		return false;
	for (size_t j = 0; j < u->f->sums; j++)
		if (d.by[j] && !walk_sum(u, j, m, &d, t))
			return false;
	return true;
}

/* ---- the search ---- */

struct search {
	const struct run *u;
	struct spot at; /* the small cell */
	int64_t by;
	struct move best;
	int64_t cost; /* INT64_MAX: none found */
};

static bool is_over(const struct search *q)
{
	return q->u->over[q->at.k][q->at.h];
}

static void try_move(struct search *q, const struct move *m)
{
	struct trial t = {0, is_over(q), false};

	if (q->cost && walk(q->u, m, q->by, &t) && t.cost < q->cost) {
		q->cost = t.cost;
		q->best = *m;
	}
}

static void try_columns(struct search *q, struct move *m)
{
	const struct hide_axis *cols = q->u->cols;

	for (m->c2 = 0; m->c2 < cols->n; m->c2++)
		if (group_of(cols, q->at.k, m->c2) != q->at.h)
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
		if (group_of(rows, q->at.l, m.r2) != q->at.g)
			try_columns(q, &m);
}

/* Hides what the cheapest move needs; false when there is none. */
static bool protect_by(struct search *q, int64_t by)
{
	const struct run *u = q->u;
	struct trial apply = {0, is_over(q), true};
	size_t tries = 0;

	q->by = by;
	q->cost = INT64_MAX;
	for (size_t r = 0; r < u->rows->n; r++)
		for (size_t c = 0; c < u->cols->n && tries < TRIES; c++)
			if (group_of(u->rows, q->at.l, r) == q->at.g &&
				group_of(u->cols, q->at.k, c) == q->at.h &&
				u->count[u->k][r * u->cols->n + c] > 0) {
				try_from(q, r, c);
				tries++;
			}
	return q->cost != INT64_MAX && walk(u, &q->best, by, &apply);
}

/* What was hidden before may lean on what has not ended, and that be shown
 * now: it must still seem able to be something else. */
static bool protect_seed(struct search *q)
{
	const struct run *u = q->u;

	if (u->f->over == u->f->cols.n || !is_over(q) ||
		*mark_of(u, u->f->signs[u->k][u->d]->seed, &q->at) !=
			SEED_GIVEN)
		return true;
	return protect_by(q, 1) || protect_by(q, -1);
}

/* Up as far as the sign says, or as far as the wholes let it; and down. It must
 * seem able to be something else. */
static bool protect_cell(struct run *u, const struct spot *at)
{
	struct search q = {
		u, *at, 0, {0, 0, 0, 0},
                   0
        };
	int64_t n = count_at(u, u->k, at, NULL), hi;
	struct goal goal;

	if (judge(u, at, &goal) == HIDE_NOT)
		return protect_seed(&q);
	if (goal.lo == n && goal.hi == n)
		return true; /* below 2: the sign says all */
	hi = goal.hi;
	if (hi > n && !protect_by(&q, hi - n)) {
		if (goal.cap >= hi)
			return false;
		hi = goal.cap > n ? goal.cap : n;
		if (hi > n && !protect_by(&q, hi - n))
			return false;
	}
	if (goal.lo < n)
		return protect_by(&q, goal.lo - n);
	return hi > n;
}

/* ---- all of a table ---- */

typedef bool spot_visit(struct run *u, const struct spot *at);

/* Coarse cells first: what they hide serves the finer ones. */
static bool each_spot(struct run *u, spot_visit *visit)
{
	for (size_t k = u->cols->levels; k-- > 0;)
		for (size_t l = u->rows->levels; l-- > 0;)
			for (size_t g = 0; g < groups_at(u->rows, l); g++)
				for (size_t h = 0; h < groups_at(u->cols, k);
					h++)
					if (!visit(u, &(struct spot){
							      l, k, g, h, 0}))
						return false;
	return true;
}

static bool protect_spot(struct run *u, const struct spot *at)
{
	bool ok = protect_cell(u, at);

	u->stuck_over = !ok && u->over[at->k][at->h];
	return ok;
}

static bool mark_spot(struct run *u, const struct spot *at)
{
	struct goal ignored;
	enum hide_sign sign = judge(u, at, &ignored);
	struct hide_signs *s = u->f->signs[u->k][u->d];

	if (sign == HIDE_NOT)
		return true;
	*mark_of(u, s->sign, at) = (unsigned char)sign;
	if (u->over[at->k][at->h])
		*mark_of(u, s->keep, at) = 1;
	return true;
}

void hide_mark(struct run *u)
{
	(void)each_spot(u, mark_spot);
}

bool hide_protect(struct run *u)
{
	return each_spot(u, protect_spot);
}
