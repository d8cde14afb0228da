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

static struct hide_table table_of(
	const int64_t *count, size_t rows, size_t cols, int64_t below)
{
	struct hide_table t = {.count = count, .below = below};

	t.rows.n = rows;
	t.rows.levels = 1;
	t.cols.n = cols;
	t.cols.levels = cols == MONTHS ? 3 : 1;
	t.cols.level[1].groups = 4;
	t.cols.level[1].of = quarter;
	t.cols.level[2].groups = 1;
	t.cols.level[2].of = year;
	return t;
}

static struct hide_signs *hidden(const struct hide_table *t, struct arena *mem)
{
	struct hide_signs *s = hide_signs_new(t, mem);

	hide(t, s, mem);
	return s;
}

static void a_hidden_cell_of_a_published_total_hides_another(void)
{
	const int64_t row[] = {3, 40, 57};
	struct arena *mem = arena_new();
	struct hide_table t = table_of(row, 3, 1, 11);
	struct hide_signs *s = hidden(&t, mem);

	CHECK(hide_sign(s, 0, 0, 0, 0) == HIDE_SMALL);
	CHECK(hide_sign(s, 0, 1, 0, 0) == HIDE_ALSO);
	CHECK(hide_sign(s, 0, 2, 0, 0) == HIDE_NOT);
	CHECK(hide_sign(s, HIDE_TOTAL, 0, 0, 0) == HIDE_NOT);
	arena_free(mem);
}

static void nothing_small_hides_nothing(void)
{
	const int64_t row[] = {0, 5, 57, 1000};
	struct arena *mem = arena_new();
	struct hide_table t = table_of(row, 4, 1, 5);
	struct hide_signs *s = hidden(&t, mem);

	for (size_t i = 0; i < 4; i++)
		CHECK(hide_sign(s, 0, i, 0, 0) == HIDE_NOT);
	arena_free(mem);
}

/* 5 beside a hidden 2 would have to stay 5 or more, so the 2 could not grow. */
static void what_hides_another_is_large_enough_to_give_nothing_away(void)
{
	const int64_t row[] = {2, 5, 8};
	struct arena *mem = arena_new();
	struct hide_table t = table_of(row, 3, 1, 5);
	struct hide_signs *s = hidden(&t, mem);

	CHECK(hide_sign(s, 0, 0, 0, 0) == HIDE_SMALL);
	CHECK(hide_sign(s, 0, 1, 0, 0) == HIDE_NOT);
	CHECK(hide_sign(s, 0, 2, 0, 0) == HIDE_ALSO);
	arena_free(mem);
}

/* 1 and 1 beside a total of 2: both signs, and everybody would know. */
static void a_small_total_withholds_what_it_is_made_of(void)
{
	const int64_t row[] = {1, 1, 0};
	struct arena *mem = arena_new();
	struct hide_table t = table_of(row, 3, 1, 5);
	struct hide_signs *s = hidden(&t, mem);

	CHECK(hide_sign(s, HIDE_TOTAL, 0, 0, 0) == HIDE_SMALL);
	for (size_t i = 0; i < 3; i++)
		CHECK(hide_sign(s, 0, i, 0, 0) == HIDE_ALSO);
	arena_free(mem);
}

/* A month of two sites: the quarter and the total of the month hold, so four
 * cells go. */
static void in_a_year_of_months_four_cells_go(void)
{
	int64_t v[3 * MONTHS];
	size_t hidden_cells = 0;
	struct arena *mem = arena_new();
	struct hide_table t = table_of(v, 3, MONTHS, 5);
	struct hide_signs *s;

	for (size_t i = 0; i < 3 * MONTHS; i++)
		v[i] = 20 + (int64_t)i % 7;
	v[1 * MONTHS + 4] = 3;
	s = hidden(&t, mem);
	for (size_t r = 0; r < 3; r++)
		for (size_t m = 0; m < MONTHS; m++)
			hidden_cells += hide_sign(s, 0, r, 0, m) != HIDE_NOT;
	CHECK(hidden_cells == 4);
	CHECK(hide_sign(s, 0, 1, 0, 4) == HIDE_SMALL);
	for (size_t q = 0; q < 4; q++)
		CHECK(hide_sign(s, 0, 1, 1, q) == HIDE_NOT);
	CHECK(hide_sign(s, HIDE_TOTAL, 0, 0, 4) == HIDE_NOT);
	arena_free(mem);
}

/* 97 of 99: two are left, and they are few. */
static void what_is_left_of_a_rate_is_small_too(void)
{
	const int64_t part[] = {97, 30, 40}, of[] = {99, 60, 80};
	struct arena *mem = arena_new();
	struct hide_table t = table_of(part, 3, 1, 5);
	struct hide_signs *s;

	t.of = of;
	s = hidden(&t, mem);
	CHECK(hide_sign(s, 0, 0, 0, 0) == HIDE_SMALL);
	CHECK((hide_sign(s, 0, 1, 0, 0) == HIDE_ALSO) !=
		(hide_sign(s, 0, 2, 0, 0) == HIDE_ALSO));
	arena_free(mem);
}

static void what_was_hidden_once_stays_hidden(void)
{
	const int64_t row[] = {30, 40, 57};
	struct arena *mem = arena_new();
	struct hide_table t = table_of(row, 3, 1, 5);
	struct hide_signs *s = hide_signs_new(&t, mem);

	hide_seed(s, 0, 1, 0, 0);
	hide(&t, s, mem);
	CHECK(hide_sign(s, 0, 1, 0, 0) == HIDE_ALSO);
	CHECK(hide_sign(s, 0, 0, 0, 0) == HIDE_NOT);
	arena_free(mem);
}

static void a_count_is_the_sum_of_its_group(void)
{
	int64_t v[2 * MONTHS];
	struct hide_table t = table_of(v, 2, MONTHS, 5);

	for (size_t i = 0; i < 2 * MONTHS; i++)
		v[i] = (int64_t)i;
	CHECK(hide_count(&t, v, 0, 1, 0, 3) == 15);
	CHECK(hide_count(&t, v, 0, 0, 1, 1) == 3 + 4 + 5);
	CHECK(hide_count(&t, v, HIDE_TOTAL, 0, 2, 0) == 23 * 24 / 2);
}

int main(void)
{
	for (size_t m = 0; m < MONTHS; m++)
		quarter[m] = m / 3;
	RUN(a_hidden_cell_of_a_published_total_hides_another);
	RUN(nothing_small_hides_nothing);
	RUN(what_hides_another_is_large_enough_to_give_nothing_away);
	RUN(a_small_total_withholds_what_it_is_made_of);
	RUN(in_a_year_of_months_four_cells_go);
	RUN(what_is_left_of_a_rate_is_small_too);
	RUN(what_was_hidden_once_stays_hidden);
	RUN(a_count_is_the_sum_of_its_group);
	return tap_done();
}
