/*
 * attack.c - tries to reckon what hide.h hides, by linear programming.
 *
 *   attack TABLES [SEED]
 *
 * Random tables, from nearly empty to large, counts and rates: a year of months
 * with its quarters, by site with kind and subdistrict, and the same figure by
 * programme; small cells hidden at 5, or at 11, as published. The attacker
 * knows every visible cell at every level of both tables, the rule and how it
 * works:
 * "<5" is 1 … 4, a cell hidden beside it is 5 or more unless it is empty or
 * its level is withheld. The solver (GLPK) then asks of every hidden cell how
 * small and how large it could be. Held to:
 *
 *   - a cell shown as small could be anything its sign says, from 1 to below-1;
 *   - a number of few people could be above and below what it is, by below-1 or
 *     down to below;
 *   - no hidden cell that is small, withheld or not, is known exactly.
 *
 * TAP; the first broken table is printed.
 */
#include "server/figures/hide.h"

#include <glpk.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MONTHS 12
#define ROWS   14

static uint64_t state;
static size_t below_n(size_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (size_t)((state >> 11) % n);
}

static size_t quarter[MONTHS], year[MONTHS];

/* One figure: by site and by programme, the same events. */
struct world {
	struct hide_table t[2]; /* sites, programmes */
	int64_t count[2][ROWS * MONTHS], of[2][ROWS * MONTHS];
	int64_t people[2][ROWS]; /* who it is of; fewer than they are */
	int64_t people_all;
	bool few; /* … which matters */
	size_t kind[ROWS], sub[ROWS];
	struct hide_signs *s[2];
	/* Of a rate: what it is a part of, a figure of its own. */
	bool rate;
	struct hide_table whole[2];
	struct hide_signs *s_whole[2];
};

/* As the server does it: where the whole is hidden, so is the part. */
static void hide_part(struct world *w, size_t i, struct arena *mem)
{
	struct hide_table *t = &w->t[i];

	w->whole[i] = *t;
	w->whole[i].count = w->of[i];
	w->whole[i].of = NULL;
	w->s_whole[i] = hide_signs_new(t, mem);
	hide(&w->whole[i], w->s_whole[i], mem);
	hide_seed_from(w->s[i], w->s_whole[i]);
}

static void make(struct world *w, struct arena *mem)
{
	size_t sites = 2 + below_n(ROWS - 2), programmes = 2 + below_n(6);
	size_t kinds = 1 + below_n(4), subs = 1 + below_n(5);
	size_t months = 1 + below_n(MONTHS);
	size_t n = (size_t)1 << (2 + below_n(10)), tilt = 1 + below_n(3);

	memset(w, 0, sizeof(*w));
	w->rate = below_n(3) == 0;
	for (size_t i = 0; i < ROWS; i++) {
		w->kind[i] = below_n(kinds);
		w->sub[i] = below_n(subs);
	}
	while (n--) {
		size_t r = below_n(sites), p = below_n(programmes);
		size_t m = below_n(months);

		for (size_t k = 1; k < tilt; k++) { /* some are large */
			r = below_n(r + 1);
			p = below_n(p + 1);
		}
		bool in = !w->rate || below_n(4) > 0;
		w->count[0][r * MONTHS + m] += in;
		w->count[1][p * MONTHS + m] += in;
		w->of[0][r * MONTHS + m]++;
		w->of[1][p * MONTHS + m]++;
	}
	w->few = below_n(2) == 0;
	w->people_all = (int64_t)below_n(60);
	for (size_t k = 0; k < 2 * ROWS; k++)
		w->people[k / ROWS][k % ROWS] = (int64_t)below_n(40);
	for (size_t i = 0; i < 2; i++) {
		struct hide_table *t = &w->t[i];

		t->rows.n = i ? programmes : sites;
		t->rows.levels = i ? 1 : 3;
		t->rows.level[1].groups = kinds;
		t->rows.level[1].of = w->kind;
		t->rows.level[2].groups = subs;
		t->rows.level[2].of = w->sub;
		t->cols.n = MONTHS;
		t->cols.levels = 3;
		t->cols.level[1].groups = 4;
		t->cols.level[1].of = quarter;
		t->cols.level[2].groups = 1;
		t->cols.level[2].of = year;
		t->count = w->count[i];
		t->of = w->rate ? w->of[i] : NULL;
		t->people = w->few ? w->people[i] : NULL;
		t->people_all = w->people_all;
		t->below = below_n(3) ? 5 : 11;
		if (i)
			t->below = w->t[0].below;
		w->s[i] = hide_signs_new(t, mem);
		if (w->rate)
			hide_part(w, i, mem);
		hide(t, w->s[i], mem);
	}
}

/* ---- the attacker's program ---- */

struct cell {
	size_t table, l, k, g, h;
	bool whole;
};

struct attack {
	struct world *w;
	glp_prob *lp;
	int first[2][2]; /* column of base cell 0 of a table; of its whole */
	struct cell cell[8192];
	int row[8192];
	size_t cells;
};

static size_t at(const struct hide_axis *a, size_t level, size_t i)
{
	return level == HIDE_TOTAL ? 0 : level == 0 ? i : a->level[level].of[i];
}

static size_t wide(const struct hide_axis *a, size_t level)
{
	return level == HIDE_TOTAL ? 1
	       : level == 0        ? a->n
				   : a->level[level].groups;
}

/* The base cells of a cell, as indices of columns. */
static int members(struct attack *a, const struct cell *c, int *ind)
{
	const struct hide_table *t = &a->w->t[c->table];
	int n = 0;

	for (size_t r = 0; r < t->rows.n; r++)
		for (size_t m = 0; m < MONTHS; m++)
			if (at(&t->rows, c->l, r) == c->g &&
				at(&t->cols, c->k, m) == c->h)
				ind[++n] = a->first[c->table][c->whole] +
					   (int)(r * MONTHS + m);
	return n;
}

static struct hide_signs *signs(const struct world *w, const struct cell *c)
{
	return c->whole ? w->s_whole[c->table] : w->s[c->table];
}

static enum hide_sign sign_of(const struct world *w, const struct cell *c)
{
	return hide_sign(signs(w, c), c->l, c->g, c->k, c->h);
}

static int64_t value_of(const struct world *w, const struct cell *c, bool whole)
{
	const struct hide_table *t = &w->t[c->table];

	return hide_count(t, whole ? w->of[c->table] : w->count[c->table], c->l,
		c->g, c->k, c->h);
}

/* A level is withheld when all of it is hidden, empty cells too. */
static bool withheld(const struct world *w, const struct cell *c)
{
	const struct hide_table *t = &w->t[c->table];

	for (size_t g = 0; g < wide(&t->rows, c->l); g++)
		for (size_t h = 0; h < wide(&t->cols, c->k); h++)
			if (hide_sign(signs(w, c), c->l, g, c->k, h) !=
				HIDE_ALSO)
				return false;
	return true;
}

/* Of how many people a cell is, where that is looked at. */
static bool is_of_few(const struct world *w, const struct cell *c, int64_t n)
{
	const struct hide_table *t = &w->t[c->table];
	int64_t people = c->l == HIDE_TOTAL ? w->people_all : 0;

	for (size_t r = 0; r < t->rows.n; r++)
		if (c->l != HIDE_TOTAL && at(&t->rows, c->l, r) == c->g)
			people += w->people[c->table][r];
	return w->few && n >= t->below && people < t->below;
}

static void add_row(struct attack *a, int n, const int *ind, const double *v,
	double lo, double hi)
{
	int row = glp_add_rows(a->lp, 1);

	glp_set_mat_row(a->lp, row, n, ind, v);
	glp_set_row_bnds(a->lp, row, lo >= hi ? GLP_FX : GLP_DB, lo, hi);
}

static void bound(struct attack *a, const struct cell *c)
{
	struct world *w = a->w;
	int64_t below = w->t[c->table].below, n = value_of(w, c, c->whole);
	bool part = w->rate && !c->whole;
	int64_t rest = part ? value_of(w, c, true) - n : INT64_MAX;
	enum hide_sign sign = sign_of(w, c);
	int ind[ROWS * MONTHS + 1], len = members(a, c, ind);
	double one[ROWS * MONTHS + 1], lo = 0, hi = 1e9;

	for (int i = 1; i <= len; i++)
		one[i] = 1;
	if (sign == HIDE_NOT)
		lo = hi = (double)n;
	else if (sign == HIDE_SMALL && !part) {
		lo = 1;
		hi = (double)below - 1;
	} else if (sign == HIDE_ALSO && !withheld(w, c) && n >= below &&
		   rest >= below)
		lo = (double)below;
	add_row(a, len, ind, one, lo, hi);
	if ((sign != HIDE_NOT || is_of_few(w, c, n)) && a->cells < 8192)
		a->cell[a->cells++] = *c;
}

static void bound_all(struct attack *a, size_t i, bool whole)
{
	const struct hide_table *t = &a->w->t[i];

	for (size_t l = 0; l <= HIDE_TOTAL; l++)
		for (size_t k = 0; k < 3; k++)
			for (size_t g = 0;
				(l == HIDE_TOTAL || l < t->rows.levels) &&
				g < wide(&t->rows, l);
				g++)
				for (size_t h = 0; h < wide(&t->cols, k); h++)
					bound(a, &(struct cell){
							 i, l, k, g, h, whole});
}

/* Each event is at a site and in a programme. */
static void tie_tables(struct attack *a, bool whole)
{
	for (size_t m = 0; m < MONTHS; m++) {
		int ind[2 * ROWS + 1], n = 0;
		double v[2 * ROWS + 1];

		for (size_t i = 0; i < 2; i++)
			for (size_t r = 0; r < a->w->t[i].rows.n; r++) {
				ind[++n] = a->first[i][whole] +
					   (int)(r * MONTHS + m);
				v[n] = i ? -1 : 1;
			}
		add_row(a, n, ind, v, 0, 0);
	}
}

static void build(struct attack *a, struct world *w)
{
	a->w = w;
	a->cells = 0;
	a->lp = glp_create_prob();
	for (size_t whole = 0; whole <= (size_t)w->rate; whole++)
		for (size_t i = 0; i < 2; i++) {
			int n = (int)(w->t[i].rows.n * MONTHS);

			a->first[i][whole] = glp_add_cols(a->lp, n);
			for (int k = 0; k < n; k++)
				glp_set_col_bnds(a->lp, a->first[i][whole] + k,
					GLP_LO, 0, 0);
		}
	for (size_t whole = 0; whole <= (size_t)w->rate; whole++) {
		bound_all(a, 0, whole);
		bound_all(a, 1, whole);
		tie_tables(a, whole);
	}
	for (size_t i = 0; w->rate && i < 2; i++) /* a part of the whole */
		for (int k = 0; k < (int)(w->t[i].rows.n * MONTHS); k++) {
			int ind[3] = {
				0, a->first[i][1] + k, a->first[i][0] + k};
			double v[3] = {0, 1, -1};

			add_row(a, 2, ind, v, 0, 1e9);
		}
}

/* How small or large a cell could be. */
static double extreme(struct attack *a, const struct cell *c, int dir)
{
	int ind[ROWS * MONTHS + 1], n = members(a, c, ind);
	glp_smcp parm;
	double out;

	for (int j = 1; j <= glp_get_num_cols(a->lp); j++)
		glp_set_obj_coef(a->lp, j, 0);
	for (int i = 1; i <= n; i++)
		glp_set_obj_coef(a->lp, ind[i], 1);
	glp_set_obj_dir(a->lp, dir);
	glp_init_smcp(&parm);
	parm.msg_lev = GLP_MSG_OFF;
	parm.presolve = GLP_OFF;
	if (glp_simplex(a->lp, &parm) != 0 ||
		glp_get_status(a->lp) != GLP_OPT) {
		printf("# the solver fails: status %d\n",
			glp_get_status(a->lp));
		return NAN;
	}
	out = glp_get_obj_val(a->lp);
	return out;
}

static bool holds(struct attack *a, const struct cell *c, size_t *asked)
{
	struct world *w = a->w;
	int64_t n = value_of(w, c, c->whole), below = w->t[c->table].below;
	bool rate = w->rate && !c->whole;
	int64_t of = rate ? value_of(w, c, true) : INT64_MAX;
	enum hide_sign sign = sign_of(w, c);
	bool part = n > 0 && n < below;
	bool rest = rate && of - n > 0 && of - n < below;
	bool few = !part && !rest && is_of_few(w, c, n);
	double lo, hi, need_lo = (double)n, need_hi = (double)n;
	double top = (double)below - 1;

	if (!part && !rest && !few)
		return true;
	++*asked;
	lo = extreme(a, c, GLP_MIN);
	hi = extreme(a, c, GLP_MAX);
	if (sign == HIDE_SMALL && part) {
		need_lo = 1;
		need_hi = (double)of < top ? (double)of : top;
	}
	if (sign == HIDE_SMALL && rest) {
		need_lo = fmin(need_lo, fmax((double)of - top, 0));
		need_hi = fmax(need_hi, (double)of - 1);
	}
	if (few && !withheld(w, c)) {
		need_lo = fmax((double)n - top, (double)below);
		need_hi = fmin((double)n + top, (double)of);
	}
	if (!(lo <= need_lo + 1e-6 && hi >= need_hi - 1e-6) ||
		!(hi - lo > 0.5)) {
		printf("# table %zu%s level %zu/%zu cell %zu/%zu is %lld of "
		       "%lld%s, seen between %g and %g\n",
			c->table, c->whole ? " (whole)" : "", c->l, c->k, c->g,
			c->h, (long long)n, (long long)of,
			sign == HIDE_SMALL ? "" : " (withheld)", lo, hi);
		return false;
	}
	return true;
}

static void print_table(const struct world *w)
{
	for (size_t i = 0; i < 2; i++)
		for (size_t r = 0; r < w->t[i].rows.n; r++) {
			printf("# %s %2zu (%zu %zu):", i ? "programme" : "site",
				r, w->kind[r], w->sub[r]);
			for (size_t m = 0; m < MONTHS; m++)
				printf(" %lld%s",
					(long long)w->count[i][r * MONTHS + m],
					hide_sign(w->s[i], 0, r, 0, m) ==
							HIDE_SMALL
						? "*"
					: hide_sign(w->s[i], 0, r, 0, m) ? "-"
									 : "");
			printf("\n");
		}
}

int main(int argc, char **argv)
{
	size_t tables = argc > 1 ? strtoul(argv[1], NULL, 10) : 300;
	size_t asked = 0, small = 0, shown = 0, bad = 0;
	struct attack *a = calloc(1, sizeof(*a));

	state = argc > 2 ? strtoull(argv[2], NULL, 10) : 20261122;
	for (size_t m = 0; m < MONTHS; m++)
		quarter[m] = m / 3;
	glp_term_out(GLP_OFF);
	for (size_t i = 0; i < tables && bad < 3; i++) {
		struct arena *mem = arena_new();
		struct world *w = ARENA_NEW(mem, struct world);
		bool ok = true;

		make(w, mem);
		build(a, w);
		for (size_t k = 0; k < a->cells; k++)
			ok = holds(a, &a->cell[k], &asked) && ok;
		for (size_t k = 0; k < 2; k++)
			for (size_t r = 0; r < w->t[k].rows.n; r++)
				for (size_t m = 0; m < MONTHS; m++)
					shown +=
						!hide_sign(w->s[k], 0, r, 0, m);
		small += a->cells;
		if (!ok) {
			printf("# table %zu\n", i);
			print_table(w);
			bad++;
		}
		glp_delete_prob(a->lp);
		arena_free(mem);
	}
	printf("%s 1 - nobody reckons a hidden cell of %zu tables\n",
		bad ? "not ok" : "ok", tables);
	printf("# %zu cells hidden, %zu of them asked for; %zu cells by month "
	       "visible\n",
		small, asked, shown);
	printf("%s 2 - there was something to reckon, and something to see\n",
		asked > tables && shown > tables ? "ok" : "not ok");
	printf("1..2\n");
	free(a);
	return bad != 0;
}
