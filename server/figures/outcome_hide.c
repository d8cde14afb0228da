/*
 * outcome_hide.c - see outcome_hide.h.
 */
#include "server/figures/outcome_hide.h"

#include <math.h>

#define ALIKE 1e-9

/* ---- one row of pairs ---- */

/* Whether a row is of several people who are all alike, before or after. */
struct spread {
	int64_t n;
	double low[2], high[2];
};

static void spread_add(struct spread *s, const struct outcome_pair *p)
{
	const double v[2] = {p->before, p->after};

	for (size_t i = 0; i < 2; i++) {
		s->low[i] = s->n ? fmin(s->low[i], v[i]) : v[i];
		s->high[i] = s->n ? fmax(s->high[i], v[i]) : v[i];
	}
	s->n++;
}

static bool all_alike(const struct spread *s)
{
	return s->n && (s->high[0] - s->low[0] < ALIKE ||
			       s->high[1] - s->low[1] < ALIKE);
}

static struct spread *spreads_of(const struct outcomes *o,
	const struct outcome_list *l, size_t ruler, enum outcome_by by)
{
	struct spread *s = ARENA_ARRAY(o->mem, struct spread, o->by[by].n + 1);

	for (size_t i = 0; i < l->n; i++)
		if (l->list[i].ruler == ruler)
			spread_add(&s[outcome_group(o, by, &l->list[i])],
				&l->list[i]);
	return s;
}

/* ---- a table ---- */

struct axis {
	enum outcome_by by[HIDE_LEVELS]; /* the rows, then their groups */
	size_t levels;
};

static const struct axis axes[] = {
	{{OUTCOME_SITE, OUTCOME_SITE_KIND, OUTCOME_SUBDISTRICT}, 3},
	{{OUTCOME_PROGRAMME},				    1},
};

/* How many people each row is of; a row of people who are alike is as telling
 * as one of a single person, and so is a group of rows. */
static int64_t *counts_of(const struct outcomes *o,
	const struct outcome_list *l, size_t ruler, const struct axis *a)
{
	size_t n = o->by[a->by[0]].n;
	struct spread *rows = spreads_of(o, l, ruler, a->by[0]);
	int64_t *count = ARENA_ARRAY(o->mem, int64_t, n + 1);

	for (size_t i = 0; i < n; i++)
		count[i] = all_alike(&rows[i]) ? 1 : rows[i].n;
	for (size_t level = 1; level < a->levels; level++) {
		struct spread *groups = spreads_of(o, l, ruler, a->by[level]);

		for (size_t i = 0; i < n; i++)
			if (count[i] &&
				all_alike(&groups[o->by[a->by[level]].of[i]]))
				count[i] = 1;
	}
	return count;
}

/* A family of one sum, told apart in one way. */
static struct hide_family *family_of(const struct outcomes *o,
	const struct outcome_list *l, size_t ruler, int64_t below,
	const struct axis *a)
{
	struct hide_family *f = ARENA_NEW(o->mem, struct hide_family);
	int64_t *count = counts_of(o, l, ruler, a);
	int64_t *total = ARENA_NEW(o->mem, int64_t);

	f->below = below;
	f->dims = f->sums = 1;
	f->rows[0].n = o->by[a->by[0]].n;
	f->rows[0].levels = a->levels;
	for (size_t level = 1; level < a->levels; level++) {
		f->rows[0].level[level].groups = o->by[a->by[level]].n;
		f->rows[0].level[level].of = o->by[a->by[level]].of;
	}
	f->cols.n = 1;
	f->cols.levels = 1;
	for (size_t i = 0; i < f->rows[0].n; i++)
		*total += count[i];
	f->sum[0].count[0] = count;
	f->sum[0].count[HIDE_TOTAL] = total;
	hide_begin(f, o->mem);
	return f;
}

static void take_signs(const struct outcomes *o, struct outcome_signs *out,
	const struct axis *a, const struct hide_signs *s)
{
	for (size_t level = 0; level < a->levels; level++) {
		size_t n = o->by[a->by[level]].n;
		enum hide_sign *of = ARENA_ARRAY(o->mem, enum hide_sign, n + 1);

		for (size_t i = 0; i < n; i++)
			of[i] = hide_sign(s, level, i, 0, 0);
		out->of[a->by[level]] = of;
	}
}

static void seed(const struct outcomes *o, struct hide_family *f,
	const struct axis *a, const struct outcome_signs *also, bool total)
{
	if (total)
		hide_seed(f->signs[0][HIDE_TOTAL], 0, 0, 0, 0);
	for (size_t level = 0; also && level < a->levels; level++)
		for (size_t i = 0; i < o->by[a->by[level]].n; i++)
			if (also->of[a->by[level]][i])
				hide_seed(f->signs[0][0], level, i, 0, 0);
}

/* True when the total is hidden. */
static bool hide_axis(const struct outcomes *o, const struct outcome_list *l,
	size_t ruler, int64_t below, const struct outcome_signs *also,
	const struct axis *a, bool total, struct outcome_signs *out)
{
	struct hide_family *f = family_of(o, l, ruler, below, a);

	seed(o, f, a, also, total);
	if (f->rows[0].n)
		(void)hide(f, 0, 0, o->mem);
	take_signs(o, out, a, f->signs[0][0]);
	return hide_sign(f->signs[0][HIDE_TOTAL], 0, 0, 0, 0) != HIDE_NOT;
}

static bool total_alike(const struct outcome_list *l, size_t ruler)
{
	struct spread s = {0};

	for (size_t i = 0; i < l->n; i++)
		if (l->list[i].ruler == ruler)
			spread_add(&s, &l->list[i]);
	return all_alike(&s);
}

static void show_all(const struct outcomes *o, struct outcome_signs *out)
{
	for (size_t by = 0; by < OUTCOME_BYS; by++)
		out->of[by] =
			ARENA_ARRAY(o->mem, enum hide_sign, o->by[by].n + 1);
}

struct outcome_signs *outcome_signs(const struct outcomes *o,
	const struct outcome_list *l, size_t ruler, int64_t below,
	const struct outcome_signs *also)
{
	struct outcome_signs *out = ARENA_NEW(o->mem, struct outcome_signs);
	enum hide_sign *all = ARENA_NEW(o->mem, enum hide_sign);
	bool total;

	show_all(o, out);
	if (!below)
		return out;
	total = (also && also->of[OUTCOME_ALL][0]) || total_alike(l, ruler);
	/* Both tables agree about the total: twice, where the second hides
	 * it. */
	for (size_t turn = 0; turn < 2; turn++)
		for (size_t i = 0; i < ARRAY_LEN(axes); i++)
			total |= hide_axis(
				o, l, ruler, below, also, &axes[i], total, out);
	*all = total ? HIDE_SMALL : HIDE_NOT;
	out->of[OUTCOME_ALL] = all;
	return out;
}
