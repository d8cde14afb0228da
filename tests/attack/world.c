/*
 * world.c - see world.h.
 */
#include "tests/attack/world.h"

#include <string.h>

static uint64_t state;

void chance_seed(uint64_t seed)
{
	state = seed ? seed : 1;
}

size_t chance(size_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (size_t)((state >> 11) % n);
}

/* ---- shapes of families ---- */

static void form(struct hide_family *f, size_t of, size_t a, size_t b)
{
	struct hide_form *m = &f->form[f->forms++];

	m->of = of;
	m->parts = b ? 2 : 1;
	m->part[0] = a;
	m->part[1] = b;
	m->in[0] = true;
	m->in[1] = f->sum[a].count[1] && f->sum[of].count[1];
}

/* Each is a part of the one before. */
static void funnel(struct hide_family *f, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = 0; k < i; k++)
			form(f, k, i, 0);
}

static void same(struct hide_family *f, size_t level, size_t row, size_t total)
{
	f->same[f->sames++] = (struct hide_same){0, 1, level, row, total};
}

/* Closed cases by reason: those who reached their goals, those who left. */
static void reasons(struct hide_family *f)
{
	form(f, 0, 1, 0);
	form(f, 0, 2, 0);
	form(f, 0, 1, 2);
	same(f, 1, 0, 1);
	same(f, 1, 1, 2);
}

static const struct shape {
	const char *name;
	size_t sums, odds;
	bool part_of_traits; /* the other sums follow from the trait */
	bool amount;
} shapes[] = {
	{"count",   1, 4, false, false},
	{"rate",    2, 4, false, false},
	{"funnel",  3, 3, false, false},
	{"funnel",  5, 2, false, false},
	{"reasons", 3, 3, true,  false},
	{"linked",  2, 3, true,  false},
	{"minutes", 2, 2, false, true },
};

static const struct shape *shape_any(void)
{
	size_t n = 0, k;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		n += shapes[i].odds;
	k = chance(n);
	for (size_t i = 0;; i++) {
		if (k < shapes[i].odds)
			return &shapes[i];
		k -= shapes[i].odds;
	}
}

/* ---- events ---- */

static size_t trait_group(const struct shape *s, size_t trait)
{
	if (strcmp(s->name, "reasons") == 0)
		return trait < 2 ? 0 : trait < 4 ? 1 : 2;
	return trait == 0 ? 0 : 1;
}

static void add(struct world *w, struct day *y, size_t sum, size_t r, size_t p,
	size_t m, int64_t n)
{
	(void)w;
	y->count[sum][0][r * MONTHS + m] += n;
	y->count[sum][1][p * MONTHS + m] += n;
	y->total[sum][m] += n;
}

static void event(
	struct world *w, const struct shape *s, size_t first_day, size_t month)
{
	size_t r = chance(w->sites), p = chance(w->traits), tilt = chance(3);
	size_t group, minutes = 1 + chance(60), depth = 1;

	while (tilt--) { /* some are large */
		r = chance(r + 1);
		p = chance(p + 1);
	}
	group = trait_group(s, p);
	while (depth < s->sums && chance(5))
		depth++;
	for (size_t d = first_day; d < DAYS; d++) {
		struct day *y = &w->day[d];

		add(w, y, 0, r, p, month, 1);
		if (s->amount)
			add(w, y, 1, r, p, month, (int64_t)minutes);
		else if (s->part_of_traits && group + 1 < s->sums)
			add(w, y, group + 1, r, p, month, 1);
		else if (!s->part_of_traits)
			for (size_t j = 1; j < depth; j++)
				add(w, y, j, r, p, month, 1);
	}
}

static void events(struct world *w, const struct shape *s)
{
	size_t n = (size_t)1 << (2 + chance(9));
	size_t over = w->day[0].f.over, late = chance(6);

	while (n--)
		event(w, s, 0, chance(w->months));
	while (late--)
		event(w, s, 1, chance(over));
	for (n = over < MONTHS ? chance(40) : 0; n > 0; n--)
		event(w, s, 1, over + chance(MONTHS - over));
}

/* Of a group of traits: the same people as of the sum that is all of it. */
static void share_people(
	const struct world *w, const struct shape *s, struct day *y, size_t j)
{
	int64_t left = y->all[j], rows = 0;

	for (size_t p = 0; p < w->traits; p++)
		rows += trait_group(s, p) == j - 1;
	for (size_t p = 0; p < w->traits; p++)
		if (rows && trait_group(s, p) == j - 1) {
			y->people[0][1][p] = left / rows;
			left -= left / rows--;
		}
}

/* Where all of a whole is a part of it, it is the same people. */
static void same_people(const struct world *w, struct day *y, size_t j)
{
	for (size_t d = 0; d < DIMS; d++)
		for (size_t r = 0; r < (d ? w->traits : w->sites); r++)
			if (memcmp(&y->count[j][d][r * MONTHS],
				    &y->count[j - 1][d][r * MONTHS],
				    sizeof(int64_t) * MONTHS) == 0) {
				y->people[j][d][r] = y->people[j - 1][d][r];
				if (d == 0)
					y->once[j][r] = y->once[j - 1][r];
			}
}

/* Fewer than what they have; at sites, some of them at several. */
static void people(struct world *w, const struct shape *s)
{
	struct day *y = &w->day[0];

	for (size_t j = 0; j < w->sums; j++) {
		for (size_t i = 0; i < ROWS; i++) {
			for (size_t d = 0; d < DIMS; d++)
				y->people[j][d][i] = (int64_t)chance(
					j ? (size_t)y->people[j - 1][d][i] + 1
					  : 40);
			y->once[j][i] =
				(int64_t)chance((size_t)y->people[j][0][i] + 1);
		}
		if (j && !s->amount)
			same_people(w, y, j);
		y->all[j] = 0;
		for (size_t i = 0; i < w->sites; i++)
			y->all[j] += y->once[j][i];
		for (size_t i = 0; i < w->sites; i++)
			if (y->people[j][0][i] > y->all[j])
				y->all[j] = y->people[j][0][i];
		if (s->part_of_traits && j)
			share_people(w, s, y, j);
		memcpy(w->day[1].people[j], y->people[j], sizeof(y->people[j]));
		memcpy(w->day[1].once[j], y->once[j], sizeof(y->once[j]));
		w->day[1].all[j] = y->all[j];
	}
}

/* ---- the family ---- */

static size_t quarter[MONTHS], year[MONTHS];

static void axes(struct world *w, struct hide_family *f, bool groups)
{
	for (size_t m = 0; m < MONTHS; m++)
		quarter[m] = m / 3;
	f->cols.n = MONTHS;
	f->cols.levels = 3;
	f->cols.level[1].groups = 4;
	f->cols.level[1].of = quarter;
	f->cols.level[2].groups = 1;
	f->cols.level[2].of = year;
	f->dims = DIMS;
	f->rows[0].n = w->sites;
	f->rows[0].levels = 3;
	f->rows[0].level[1].groups = w->kinds;
	f->rows[0].level[1].of = w->kind;
	f->rows[0].level[2].groups = w->subs;
	f->rows[0].level[2].of = w->sub;
	f->rows[1].n = w->traits;
	f->rows[1].levels = groups ? 2 : 1;
	f->rows[1].level[1].groups = 3;
	f->rows[1].level[1].of = w->group;
}

static void family(struct world *w, struct day *y, const struct shape *s)
{
	struct hide_family *f = &y->f;

	axes(w, f, strcmp(s->name, "reasons") == 0);
	f->sums = s->sums;
	for (size_t j = 0; j < s->sums; j++) {
		for (size_t d = 0; d < DIMS; d++) {
			if (d == 1 && j && s->part_of_traits)
				continue;
			f->sum[j].count[d] = y->count[j][d];
			if (w->few)
				f->sum[j].people[d] = y->people[j][d];
			if (w->few && d == 0)
				f->sum[j].once[d] = y->once[j];
		}
		f->sum[j].count[HIDE_TOTAL] = y->total[j];
		if (w->few)
			f->sum[j].people[HIDE_TOTAL] = &y->all[j];
	}
	f->sum[1].amount = s->amount;
	if (strcmp(s->name, "reasons") == 0)
		reasons(f);
	else if (!s->amount)
		funnel(f, s->sums);
	if (strcmp(s->name, "linked") == 0)
		same(f, 0, 0, 1);
}

/* A sum of a figure that is hidden by itself. */
static void show(struct day *y, size_t sum, size_t as)
{
	struct hide_family *f = &y->figure[y->figures];

	f->sum[as] = y->f.sum[sum];
	f->sums = as + 1;
	y->shows[y->shown].sum = sum;
	y->shows[y->shown].figure = y->figures;
	y->shows[y->shown++].as = as;
}

static void bare(struct day *y)
{
	struct hide_family *f = &y->figure[y->figures];

	*f = y->f;
	f->sums = f->forms = f->sames = 0;
}

/* Each sum as a count, each but the first as a rate of its whole. */
static void figures(struct day *y)
{
	for (size_t j = 0; j < y->f.sums; j++) {
		if (!y->f.sum[j].amount) {
			bare(y);
			show(y, j, 0);
			y->figures++;
		}
		if (!j)
			continue;
		bare(y);
		show(y, y->f.sum[j].amount || !y->f.same[0].total ? j - 1 : 0,
			0);
		show(y, j, 1);
		if (!y->f.sum[j].amount)
			form(&y->figure[y->figures], 0, 1, 0);
		y->figures++;
	}
}

/* ---- hiding, and remembering ---- */

static void remember(const struct hide_family *one, struct hide_family *two,
	size_t j, size_t d, bool alone)
{
	const struct hide_signs *s = one->signs[j][d];

	if (one->over == MONTHS)
		hide_seed_level(two->signs[j][d], hide_level(s));
	for (size_t l = 0; l < hide_row_levels(s); l++)
		for (size_t k = 0; k < hide_col_levels(s); k++)
			for (size_t g = 0; g < hide_rows(s, l); g++)
				for (size_t h = 0; h < hide_cols(s, k); h++)
					if (hide_sign(s, l, g, k, h) &&
						(alone ? k >= hide_level(s) &&
									hide_sign(
										s,
										l,
										g,
										k,
										h) ==
										HIDE_ALSO
						       : hide_keeps(s, l, g, k,
								 h)))
						hide_seed(two->signs[j][d], l,
							g, k, h);
}

static void hide_days(struct hide_family *one, struct hide_family *two,
	bool alone, struct arena *mem)
{
	hide_begin(one, mem);
	hide_begin(two, mem);
	for (size_t j = 0; j < one->sums; j++)
		for (size_t d = 0; d <= HIDE_TOTAL; d++)
			if (one->signs[j][d]) {
				hide(one, j, d, mem);
				remember(one, two, j, d, alone);
			}
	for (size_t j = 0; j < two->sums; j++)
		for (size_t d = 0; d <= HIDE_TOTAL; d++)
			if (two->signs[j][d])
				hide(two, j, d, mem);
}

static void hide_all(struct world *w, struct arena *mem)
{
	if (!w->alone) {
		hide_days(&w->day[0].f, &w->day[1].f, false, mem);
		return;
	}
	for (size_t d = 0; d < DAYS; d++)
		figures(&w->day[d]);
	for (size_t i = 0; i < w->day[0].figures; i++)
		hide_days(
			&w->day[0].figure[i], &w->day[1].figure[i], true, mem);
}

void world_make(struct world *w, bool alone, struct arena *mem)
{
	const struct shape *s = shape_any();
	size_t over = chance(3) ? MONTHS : 1 + chance(MONTHS - 1);
	int64_t below = chance(3) ? 5 : 11;

	memset(w, 0, sizeof(*w));
	w->alone = alone;
	w->shape = s->name;
	w->sums = s->sums;
	/* A case is closed once. */
	w->few = chance(3) == 0 && strcmp(s->name, "reasons") != 0;
	w->sites = 2 + chance(ROWS - 2);
	w->traits = (s->part_of_traits ? 3 : 2) + chance(5);
	w->kinds = 1 + chance(4);
	w->subs = 1 + chance(4);
	w->months = 1 + chance(MONTHS);
	for (size_t i = 0; i < ROWS; i++) {
		w->kind[i] = chance(w->kinds);
		w->sub[i] = chance(w->subs);
		w->group[i] = trait_group(s, i);
	}
	for (size_t d = 0; d < DAYS; d++) {
		family(w, &w->day[d], s);
		w->day[d].f.below = below;
		w->day[d].f.over = over;
	}
	events(w, s);
	people(w, s);
	hide_all(w, mem);
}

/* ---- as published ---- */

enum hide_sign world_sign(const struct world *w, size_t day, size_t sum,
	size_t dim, size_t l, size_t g, size_t k, size_t h)
{
	const struct day *y = &w->day[day];
	enum hide_sign out = HIDE_ALSO;

	if (!w->alone)
		return hide_sign(y->f.signs[sum][dim], l, g, k, h);
	for (size_t i = 0; i < y->shown; i++) {
		const struct hide_family *f = &y->figure[y->shows[i].figure];
		enum hide_sign s;

		if (y->shows[i].sum != sum)
			continue;
		s = hide_sign(f->signs[y->shows[i].as][dim], l, g, k, h);
		if (s == HIDE_NOT)
			return HIDE_NOT;
		if (s == HIDE_SMALL)
			out = s;
	}
	return out;
}

static size_t at(const struct hide_axis *a, size_t level, size_t i)
{
	return level == 0 ? i : a->level[level].of[i];
}

int64_t world_count(const struct world *w, size_t day, size_t sum, size_t dim,
	size_t l, size_t g, size_t k, size_t h)
{
	const struct hide_family *f = &w->day[day].f;
	const int64_t *count = f->sum[sum].count[dim];
	size_t rows = dim == HIDE_TOTAL ? 1 : f->rows[dim].n;
	int64_t n = 0;

	for (size_t r = 0; r < rows; r++)
		for (size_t m = 0; m < MONTHS; m++)
			if ((dim == HIDE_TOTAL ||
				    at(&f->rows[dim], l, r) == g) &&
				at(&f->cols, k, m) == h)
				n += count[r * MONTHS + m];
	return n;
}
