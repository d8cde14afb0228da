/*
 * hide.c - see hide.h.
 *
 * The total of all rows is decided first, alone, as a table of one row: it is
 * the same whatever the rows are, so tables of the same sum by site and by
 * programme agree about it. Then the rows, by moves that leave every total as
 * it is. Where a total is hidden at some level of columns, rows are withheld
 * there and below: what they add up to must not be seen.
 */
#include "server/figures/hide_in.h"

#include <string.h>

/* ---- signs ---- */

static const struct hide_axis *rows_of(const struct hide_family *f, size_t d)
{
	static const struct hide_axis one = {.n = 1, .levels = 1};

	return d == HIDE_TOTAL ? &one : &f->rows[d];
}

static struct hide_signs *signs_new(
	const struct hide_family *f, size_t d, struct arena *mem)
{
	struct hide_signs *s = ARENA_NEW(mem, struct hide_signs);
	const struct hide_axis *rows = rows_of(f, d);

	s->row_levels = rows->levels;
	s->col_levels = f->cols.levels;
	for (size_t l = 0; l < s->row_levels; l++)
		s->row_groups[l] = groups_at(rows, l);
	for (size_t k = 0; k < s->col_levels; k++)
		s->col_groups[k] = groups_at(&f->cols, k);
	for (size_t l = 0; l < s->row_levels; l++)
		for (size_t k = 0; k < s->col_levels; k++) {
			size_t n = s->row_groups[l] * s->col_groups[k] + 1;

			s->sign[l][k] = ARENA_ARRAY(mem, unsigned char, n);
			s->seed[l][k] = ARENA_ARRAY(mem, unsigned char, n);
			s->keep[l][k] = ARENA_ARRAY(mem, unsigned char, n);
		}
	return s;
}

void hide_begin(struct hide_family *f, struct arena *mem)
{
	for (size_t j = 0; j < f->sums; j++)
		for (size_t d = 0; d <= HIDE_TOTAL; d++)
			if (f->sum[j].count[d])
				f->signs[j][d] = signs_new(f, d, mem);
}

static bool is_there(
	const struct hide_signs *s, size_t l, size_t g, size_t k, size_t h)
{
	return l < s->row_levels && k < s->col_levels && g < s->row_groups[l] &&
	       h < s->col_groups[k];
}

static void put_seed(struct hide_signs *s, size_t l, size_t g, size_t k,
	size_t h, unsigned char seed)
{
	unsigned char *at;

	if (!is_there(s, l, g, k, h))
		return;
	at = &s->seed[l][k][g * s->col_groups[k] + h];
	if (*at != SEED_NEED)
		*at = seed;
}

void hide_seed(struct hide_signs *s, size_t row_level, size_t row,
	size_t col_level, size_t col)
{
	put_seed(s, row_level, row, col_level, col, SEED_GIVEN);
}

void hide_need(struct hide_signs *s, size_t row_level, size_t row,
	size_t col_level, size_t col)
{
	put_seed(s, row_level, row, col_level, col, SEED_NEED);
}

void hide_seed_level(struct hide_signs *s, size_t from)
{
	if (from > s->from && from <= s->col_levels)
		s->from = from;
}

size_t hide_level(const struct hide_signs *s)
{
	return s->from;
}

enum hide_sign hide_sign(const struct hide_signs *s, size_t row_level,
	size_t row, size_t col_level, size_t col)
{
	return is_there(s, row_level, row, col_level, col)
		       ? (enum hide_sign)
				 s->sign[row_level][col_level]
					[row * s->col_groups[col_level] + col]
		       : HIDE_NOT;
}

bool hide_keeps(const struct hide_signs *s, size_t row_level, size_t row,
	size_t col_level, size_t col)
{
	return is_there(s, row_level, row, col_level, col) &&
	       s->keep[row_level][col_level]
		      [row * s->col_groups[col_level] + col];
}

size_t hide_rows(const struct hide_signs *s, size_t row_level)
{
	return s->row_groups[row_level];
}

size_t hide_cols(const struct hide_signs *s, size_t col_level)
{
	return s->col_groups[col_level];
}

size_t hide_row_levels(const struct hide_signs *s)
{
	return s->row_levels;
}

size_t hide_col_levels(const struct hide_signs *s)
{
	return s->col_levels;
}

/* Whatever `from` hides. */
static void seed_from(struct hide_signs *s, const struct hide_signs *from)
{
	for (size_t l = 0; l < s->row_levels; l++)
		for (size_t k = 0; k < s->col_levels; k++)
			for (size_t i = 0;
				i < s->row_groups[l] * s->col_groups[k]; i++)
				if (from->sign[l][k][i] != HIDE_NOT)
					s->seed[l][k][i] = SEED_GIVEN;
	hide_seed_level(s, from->from);
}

/* ---- a run ---- */

/* The same columns, but the groups of a level as the columns themselves. */
static const struct hide_axis *coarser(
	const struct hide_axis *cols, size_t from, struct arena *mem)
{
	struct hide_axis *a = ARENA_NEW(mem, struct hide_axis);

	a->n = groups_at(cols, from);
	a->levels = cols->levels - from;
	for (size_t k = 1; k < a->levels; k++) {
		size_t *to = ARENA_ARRAY(mem, size_t, a->n + 1);

		for (size_t c = 0; c < cols->n; c++)
			to[group_of(cols, from, c)] =
				group_of(cols, from + k, c);
		a->level[k].groups = groups_at(cols, from + k);
		a->level[k].of = to;
	}
	return a;
}

static int64_t *sums_of(const struct run *u, const int64_t *v, size_t l,
	size_t k, struct arena *mem)
{
	const struct hide_axis *cols = &u->f->cols;
	size_t wide = groups_at(cols, k + u->from);
	int64_t *out =
		ARENA_ARRAY(mem, int64_t, groups_at(u->rows, l) * wide + 1);

	for (size_t r = 0; r < u->rows->n; r++)
		for (size_t c = 0; c < cols->n; c++)
			out[group_of(u->rows, l, r) * wide +
				group_of(cols, k + u->from, c)] +=
				v[r * cols->n + c];
	return out;
}

static void put_over(struct run *u)
{
	const struct hide_axis *cols = &u->f->cols;

	for (size_t k = 0; k < u->cols->levels; k++)
		for (size_t h = 0; h < groups_at(u->cols, k); h++)
			u->over[k][h] = true;
	for (size_t k = 0; k < u->cols->levels; k++)
		for (size_t c = u->f->over; c < cols->n; c++)
			u->over[k][group_of(cols, k + u->from, c)] = false;
}

static void put_sums(struct run *u, struct arena *mem)
{
	const struct hide_family *f = u->f;

	for (size_t j = 0; j < f->sums; j++) {
		u->count[j] = NULL;
		if (!f->sum[j].count[u->d] ||
			(j != u->k &&
				(f->sum[j].amount || f->sum[u->k].amount)))
			continue;
		for (size_t l = 0; l < u->rows->levels; l++)
			for (size_t k = 0; k < u->cols->levels; k++)
				u->sum[j][l][k] = sums_of(
					u, f->sum[j].count[u->d], l, k, mem);
		u->count[j] = u->sum[j][0][0];
	}
}

static void put_forms(struct run *u)
{
	u->forms = 0;
	for (size_t i = 0; i < u->f->forms; i++) {
		const struct hide_form *m = &u->f->form[i];
		bool here =
			u->count[m->of] && (u->d == HIDE_TOTAL || m->in[u->d]);

		for (size_t p = 0; p < m->parts; p++)
			here = here && u->count[m->part[p]];
		if (here)
			u->form[u->forms++] = m;
	}
}

/* By row, or group of rows: at least those of any row of it. NULL: not looked
 * at. */
static int64_t *who_of(
	const struct run *u, size_t j, size_t l, struct arena *mem)
{
	const struct hide_sum *sum = &u->f->sum[j];
	const int64_t *who = sum->people[u->d];
	const int64_t *once = l ? sum->once[u->d] : who;
	int64_t *out =
		once ? ARENA_ARRAY(mem, int64_t, groups_at(u->rows, l) + 1)
		     : NULL;

	for (size_t r = 0; once && r < u->rows->n; r++)
		out[group_of(u->rows, l, r)] += once[r];
	for (size_t r = 0; once && r < u->rows->n; r++)
		if (who[r] > out[group_of(u->rows, l, r)])
			out[group_of(u->rows, l, r)] = who[r];
	return out;
}

static void start(struct run *u, size_t from, struct arena *mem)
{
	const struct hide_sum *sum = &u->f->sum[u->k];

	u->from = from;
	u->cols = coarser(&u->f->cols, from, mem);
	put_over(u);
	put_sums(u, mem);
	put_forms(u);
	for (size_t l = 0; l < u->rows->levels; l++) {
		int64_t *base =
			sum->amount ? who_of(u, sum->base, l, mem) : NULL;

		u->who[l] = who_of(u, u->k, l, mem);
		/* What it is of is of few, and hidden with all it takes. */
		for (size_t g = 0;
			base && u->who[l] && g < groups_at(u->rows, l); g++)
			if (base[g] < u->f->below)
				u->who[l][g] = u->f->below;
	}
}

/* ---- levels ---- */

/* The signs of a column level before anything is looked at. */
static void put_level(struct hide_signs *s, size_t k, enum hide_sign sign)
{
	for (size_t l = 0; l < s->row_levels; l++)
		for (size_t i = 0; i < s->row_groups[l] * s->col_groups[k]; i++)
			s->sign[l][k][i] =
				(unsigned char)(s->seed[l][k][i] ? HIDE_ALSO
								 : sign);
}

/* Seeds of sums that come later, which a run that fails must not leave. */
struct saved {
	unsigned char *seed[HIDE_SUMS][HIDE_LEVELS][HIDE_LEVELS];
	unsigned char *keep[HIDE_SUMS][HIDE_LEVELS][HIDE_LEVELS];
	size_t from[HIDE_SUMS];
};

static void copy(unsigned char **kept, unsigned char *there, size_t n,
	bool back, struct arena *mem)
{
	if (!*kept)
		*kept = ARENA_ARRAY(mem, unsigned char, n + 1);
	memcpy(back ? there : *kept, back ? *kept : there, n);
}

static void save(
	const struct run *u, struct saved *v, bool back, struct arena *mem)
{
	for (size_t j = u->k; j < u->f->sums; j++) {
		struct hide_signs *s = u->f->signs[j][u->d];

		if (!s)
			continue;
		for (size_t l = 0; l < s->row_levels; l++)
			for (size_t k = 0; k < s->col_levels; k++) {
				size_t n = s->row_groups[l] * s->col_groups[k];

				copy(&v->seed[j][l][k], s->seed[l][k], n, back,
					mem);
				copy(&v->keep[j][l][k], s->keep[l][k], n, back,
					mem);
			}
		if (back && j != u->k)
			s->from = v->from[j];
		v->from[j] = s->from;
	}
}

/* What is withheld for the sake of a time that is past stays so. */
static void keep_level(const struct run *u, size_t k)
{
	struct hide_signs *s = u->f->signs[u->k][u->d];
	size_t wide = s->col_groups[k];

	for (size_t l = 0; u->stuck_over && l < s->row_levels; l++)
		for (size_t i = 0; i < s->row_groups[l] * wide; i++)
			if (u->over[k - u->from][i % wide])
				s->keep[l][k][i] = 1;
}

/* From the finest level that may be published on; withholds that level as long
 * as a small cell has no move. A single sum that stands alone needs none. */
static void protect_levels(struct run *u, struct arena *mem)
{
	struct hide_signs *s = u->f->signs[u->k][u->d];
	size_t levels = s->col_levels, from = s->from;
	struct saved before = {0};

	save(u, &before, false, mem);
	for (; from < levels; from++) {
		s->from = from;
		for (size_t k = 0; k < levels; k++)
			put_level(s, k, k < from ? HIDE_ALSO : HIDE_NOT);
		start(u, from, mem);
		hide_mark(u);
		if (hide_protect(u) || (u->alone && from + 1 == levels))
			return;
		save(u, &before, true, mem);
		keep_level(u, from);
		save(u, &before, false, mem);
	}
	s->from = levels;
	for (size_t k = 0; k < levels; k++)
		put_level(s, k, HIDE_ALSO);
}

/* ---- what hangs on what ---- */

/* Rows are withheld up to the coarsest level at which some total is hidden. */
static size_t hidden_totals(const struct hide_signs *total)
{
	for (size_t k = total->col_levels; k-- > 0;)
		for (size_t h = 0; h < total->col_groups[k]; h++)
			if (total->sign[0][k][h] != HIDE_NOT)
				return k + 1;
	return 0;
}

/* Parts of what was hidden before, or is withheld: they say how much of it
 * there is, when little or nothing is left beside them. */
static void seed_parts(struct hide_signs *s, const struct hide_signs *whole)
{
	hide_seed_level(s, whole->from);
	for (size_t l = 0; l < s->row_levels; l++)
		for (size_t k = 0; k < s->col_levels; k++)
			for (size_t i = 0;
				i < s->row_groups[l] * s->col_groups[k]; i++)
				if (whole->seed[l][k][i] == SEED_GIVEN ||
					whole->seed[l][k][i] == SEED_NEED)
					s->seed[l][k][i] = SEED_GIVEN;
}

static bool share_form(const struct hide_family *f, size_t a, size_t b)
{
	for (size_t i = 0; i < f->forms; i++) {
		const struct hide_form *m = &f->form[i];
		bool has_a = m->of == a, has_b = m->of == b;

		for (size_t p = 0; p < m->parts; p++) {
			has_a = has_a || m->part[p] == a;
			has_b = has_b || m->part[p] == b;
		}
		if (has_a && has_b)
			return true;
	}
	return false;
}

/* Whether rows that are all of other sums may be known when no other row is: if
 * what is left beside them is not small, and of several rows. Of today only. */
static bool may_stand(const struct hide_family *f, const struct hide_same *m)
{
	const struct hide_axis *rows = &f->rows[m->dim];
	const int64_t *count = f->sum[m->sum].count[m->dim];
	int64_t rest = 0, others = 0;

	for (size_t r = 0; r < rows->n; r++) {
		bool linked = false;

		for (size_t i = 0; i < f->sames; i++)
			linked = linked || (f->same[i].sum == m->sum &&
						   f->same[i].dim == m->dim &&
						   f->same[i].row == r);
		rest += linked ? 0 : count[r];
		others += !linked;
	}
	return f->cols.n == 1 && m->level == 0 && others > 1 &&
	       (rest == 0 || rest >= f->below);
}

/* Then all rows of today are withheld rather than all of the other sums. */
static void stand(struct hide_family *f, size_t sum, size_t dim)
{
	struct hide_signs *s = f->signs[sum][dim];

	for (size_t i = 0; i < f->sames; i++) {
		const struct hide_same *m = &f->same[i];

		if (m->sum == sum && m->dim == dim && may_stand(f, m) &&
			hide_sign(s, m->level, m->row, 0, 0) == HIDE_ALSO)
			put_level(s, 0, HIDE_ALSO);
	}
}

/* A total that is a row elsewhere: where that is hidden, so is it. */
static void seed_same(struct hide_family *f, size_t sum, struct arena *mem)
{
	struct hide_signs *s = f->signs[sum][HIDE_TOTAL];

	for (size_t i = 0; i < f->sames; i++) {
		const struct hide_same *m = &f->same[i];
		const struct hide_signs *o;

		if (m->total != sum || !f->signs[m->sum][m->dim])
			continue;
		o = hide(f, m->sum, m->dim, mem);
		if (may_stand(f, m))
			continue;
		for (size_t k = 0; k < s->col_levels; k++)
			for (size_t h = 0; h < s->col_groups[k]; h++)
				if (hide_sign(o, m->level, m->row, k, h))
					hide_seed(s, 0, 0, k, h);
	}
}

/* Two parts of a whole that leave little or nothing: either is what the other
 * is not, so a level that is withheld of one is of both. */
static void level_with(
	struct hide_family *f, size_t sum, size_t dim, struct arena *mem)
{
	for (size_t i = 0; i < f->forms; i++) {
		const struct hide_form *m = &f->form[i];
		struct hide_signs *a, *b;

		if (m->parts < 2 || (m->part[0] != sum && m->part[1] != sum))
			continue;
		a = f->signs[m->part[0]][dim];
		b = f->signs[m->part[1]][dim];
		if (m->part[0] == sum)
			(void)hide(f, m->part[1], dim, mem);
		for (size_t k = a ? a->from : 0; a && b && k < b->from; k++) {
			put_level(a, k, HIDE_ALSO);
			a->from = k + 1;
		}
	}
}

const struct hide_signs *hide(
	struct hide_family *f, size_t sum, size_t dim, struct arena *mem)
{
	struct hide_signs *s = f->signs[sum][dim];
	struct run *u;

	if (!s || s->done)
		return s;
	s->done = true;
	if (dim != HIDE_TOTAL)
		hide_seed_level(
			s, hidden_totals(hide(f, sum, HIDE_TOTAL, mem)));
	else
		seed_same(f, sum, mem);
	for (size_t j = 0; j < sum; j++)
		if (f->signs[j][dim] && share_form(f, j, sum))
			seed_parts(s, hide(f, j, dim, mem));
	if (f->sum[sum].amount)
		seed_from(s, hide(f, f->sum[sum].base, dim, mem));
	u = ARENA_NEW(mem, struct run);
	u->f = f;
	u->k = sum;
	u->d = dim;
	u->alone = dim == HIDE_TOTAL;
	u->rows = rows_of(f, dim);
	protect_levels(u, mem);
	stand(f, sum, dim);
	level_with(f, sum, dim, mem);
	return s;
}
