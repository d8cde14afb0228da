/*
 * test_hide.c - small cells, and what would give them away.
 *
 * The first table is the worked example of the domain reference (§11,
 * suppression_k11). What cannot be reckoned is proved by a solver, in
 * tests/attack.
 */
#include "server/figures/hide.h"

#include "tests/lib/tap.h"

#define MONTHS 12

static size_t quarter[MONTHS], year[MONTHS];

/* A year of one sum, told apart in one way, beside its total. */
struct world {
	struct arena *mem;
	struct hide_family f;
	int64_t total[2][MONTHS];
};

static void add_sum(struct world *w, const int64_t *count)
{
	struct hide_sum *s = &w->f.sum[w->f.sums];
	int64_t *total = w->total[w->f.sums++];

	for (size_t c = 0; c < w->f.cols.n; c++)
		for (size_t r = 0; r < w->f.rows[0].n; r++)
			total[c] += count[r * w->f.cols.n + c];
	s->count[0] = count;
	s->count[HIDE_TOTAL] = total;
}

static void begin(struct world *w, size_t rows, size_t cols, int64_t below)
{
	memset(w, 0, sizeof(*w));
	w->mem = arena_new();
	w->f.below = below;
	w->f.dims = 1;
	w->f.rows[0].n = rows;
	w->f.rows[0].levels = 1;
	w->f.cols.n = cols;
	w->f.cols.levels = cols == MONTHS ? 3 : 1;
	w->f.cols.level[1].groups = 4;
	w->f.cols.level[1].of = quarter;
	w->f.cols.level[2].groups = 1;
	w->f.cols.level[2].of = year;
	w->f.over = cols;
}

static const struct hide_signs *table(struct world *w, size_t sum, size_t dim)
{
	return hide(&w->f, sum, dim, w->mem);
}

static size_t hidden_rows(const struct hide_signs *s, size_t rows)
{
	size_t n = 0;

	for (size_t r = 0; r < rows; r++)
		n += hide_sign(s, 0, r, 0, 0) != HIDE_NOT;
	return n;
}

static void a_hidden_cell_of_a_published_total_hides_another(void)
{
	const int64_t row[] = {3, 40, 57};
	struct world w;
	const struct hide_signs *s;

	begin(&w, 3, 1, 11);
	add_sum(&w, row);
	hide_begin(&w.f, w.mem);
	s = table(&w, 0, 0);
	CHECK(hide_sign(s, 0, 0, 0, 0) == HIDE_SMALL);
	CHECK(hide_sign(s, 0, 1, 0, 0) == HIDE_ALSO);
	CHECK(hide_sign(s, 0, 2, 0, 0) == HIDE_NOT);
	CHECK(hide_sign(table(&w, 0, HIDE_TOTAL), 0, 0, 0, 0) == HIDE_NOT);
	arena_free(w.mem);
}

static void nothing_small_hides_nothing(void)
{
	const int64_t row[] = {0, 5, 57, 1000};
	struct world w;

	begin(&w, 4, 1, 5);
	add_sum(&w, row);
	hide_begin(&w.f, w.mem);
	CHECK(hidden_rows(table(&w, 0, 0), 4) == 0);
	arena_free(w.mem);
}

/* The total is 2 more than what is shown, and 2 may be 0 to 4: whoever hides
 * it must be able to give 2, and to take 2. */
static void what_is_small_has_a_companion_that_can_give(void)
{
	const int64_t row[] = {2, 5, 8};
	struct world w;
	const struct hide_signs *s;

	begin(&w, 3, 1, 5);
	add_sum(&w, row);
	hide_begin(&w.f, w.mem);
	s = table(&w, 0, 0);
	CHECK(hide_sign(s, 0, 0, 0, 0) == HIDE_SMALL);
	CHECK(hidden_rows(s, 3) >= 2);
	CHECK(hidden_rows(s, 3) < 3);
	arena_free(w.mem);
}

/* 1 and 1 beside a total of 2: both signs, and everybody would know. */
static void a_small_total_withholds_what_it_is_made_of(void)
{
	const int64_t row[] = {1, 1, 0};
	struct world w;

	begin(&w, 3, 1, 5);
	add_sum(&w, row);
	hide_begin(&w.f, w.mem);
	CHECK(hide_sign(table(&w, 0, HIDE_TOTAL), 0, 0, 0, 0) == HIDE_SMALL);
	CHECK(hide_level(table(&w, 0, 0)) > 0 ||
		hidden_rows(table(&w, 0, 0), 3) >= 2);
	arena_free(w.mem);
}

/* A month of two sites: the quarter and the total of the month hold, so four
 * cells go. */
static void in_a_year_of_months_four_cells_go(void)
{
	int64_t v[3 * MONTHS];
	size_t hidden_cells = 0;
	struct world w;
	const struct hide_signs *s;

	for (size_t i = 0; i < 3 * MONTHS; i++)
		v[i] = 20 + (int64_t)i % 7;
	v[1 * MONTHS + 4] = 3;
	begin(&w, 3, MONTHS, 5);
	add_sum(&w, v);
	hide_begin(&w.f, w.mem);
	s = table(&w, 0, 0);
	for (size_t r = 0; r < 3; r++)
		for (size_t m = 0; m < MONTHS; m++)
			hidden_cells += hide_sign(s, 0, r, 0, m) != HIDE_NOT;
	CHECK(hidden_cells == 4);
	CHECK(hide_sign(s, 0, 1, 0, 4) == HIDE_SMALL);
	for (size_t q = 0; q < 4; q++)
		CHECK(hide_sign(s, 0, 1, 1, q) == HIDE_NOT);
	CHECK(hide_sign(table(&w, 0, HIDE_TOTAL), 0, 0, 0, 4) == HIDE_NOT);
	arena_free(w.mem);
}

/* 97 of 99: two are left, and they are few. */
static void what_is_left_of_a_rate_is_small_too(void)
{
	const int64_t of[] = {99, 60, 80}, part[] = {97, 30, 40};
	struct world w;
	const struct hide_signs *s;

	begin(&w, 3, 1, 5);
	add_sum(&w, of);
	add_sum(&w, part);
	w.f.form[w.f.forms++] = (struct hide_form){
		.of = 0, .parts = 1, .part = {1}, .in = {true}};
	hide_begin(&w.f, w.mem);
	CHECK(hidden_rows(table(&w, 0, 0), 3) == 0);
	s = table(&w, 1, 0);
	CHECK(hide_sign(s, 0, 0, 0, 0) != HIDE_NOT);
	CHECK(hidden_rows(s, 3) == 2);
	arena_free(w.mem);
}

static void what_was_hidden_once_stays_hidden(void)
{
	const int64_t row[] = {30, 40, 57};
	struct world w;
	const struct hide_signs *s;

	begin(&w, 3, 1, 5);
	add_sum(&w, row);
	hide_begin(&w.f, w.mem);
	hide_seed(w.f.signs[0][0], 0, 1, 0, 0);
	s = table(&w, 0, 0);
	CHECK(hide_sign(s, 0, 1, 0, 0) == HIDE_ALSO);
	CHECK(hide_sign(s, 0, 0, 0, 0) == HIDE_NOT);
	arena_free(w.mem);
}

int main(void)
{
	for (size_t m = 0; m < MONTHS; m++)
		quarter[m] = m / 3;
	RUN(a_hidden_cell_of_a_published_total_hides_another);
	RUN(nothing_small_hides_nothing);
	RUN(what_is_small_has_a_companion_that_can_give);
	RUN(a_small_total_withholds_what_it_is_made_of);
	RUN(in_a_year_of_months_four_cells_go);
	RUN(what_is_left_of_a_rate_is_small_too);
	RUN(what_was_hidden_once_stays_hidden);
	return tap_done();
}
