/*
 * test_paired.c - change between pairs, against worked examples (the vectors
 * paired and wilcoxon of tests/data/vectors.json, and textbook values).
 */
#include "proto/paired.h"

#include "proto/tails.h"
#include "tests/lib/tap.h"
#include "tests/lib/vectors.h"

#include <math.h>

#define MOST 40

static size_t numbers(const json_t *list, double *out)
{
	size_t n = json_array_size(list);

	for (size_t i = 0; i < n && i < MOST; i++)
		out[i] = json_number_value(json_array_get(list, i));
	return n;
}

static double of(const json_t *v, const char *key)
{
	return json_number_value(json_object_get(v, key));
}

static bool near(double got, double want, double tolerance)
{
	return fabs(got - want) <= tolerance;
}

static void the_worked_example_of_eight_pairs(void)
{
	struct arena *mem = arena_new();
	const json_t *v =
		json_array_get(json_object_get(vectors_read(mem), "paired"), 0);
	const json_t *ci = json_object_get(v, "ci");
	double before[MOST] = {0}, after[MOST] = {0}, ends[2] = {0};
	size_t n = numbers(json_object_get(v, "pre"), before);
	struct paired p;

	numbers(json_object_get(v, "post"), after);
	numbers(ci, ends);
	paired_reckon(before, after, n, mem, &p);
	CHECK(p.n == 8 && near(p.change.mean, of(v, "mean"), 1e-12));
	CHECK(near(p.change.sd, of(v, "sd"), 0.00005));
	CHECK(near(p.before.mean, 27.875, 1e-9) &&
		near(p.before.sd, 4.121, 0.0005));
	CHECK(near(p.after.mean, 33.375, 1e-9) &&
		near(p.after.sd, 3.068, 0.0005));
	CHECK(near(p.t, of(v, "t"), 0.00005) && p.df == of(v, "df"));
	CHECK(near(p.p, of(v, "p"), 0.0000005));
	CHECK(near(p.low, ends[0], 0.0005) && near(p.high, ends[1], 0.0005));
	CHECK(near(p.dz, of(v, "dz"), 0.0005));
	CHECK(near(p.dav, of(v, "dav"), 0.0005));
	CHECK(near(p.r, 0.7953, 0.00005) && near(p.drm, 1.404, 0.0005));
	CHECK(near(p.g, 1.360, 0.0005));
	CHECK(p.rank.plus == 36 && p.rank.minus == 0 && p.rank.exact);
	CHECK(near(p.rank.p, of(v, "p_exact"), 1e-12));
	CHECK(near(p.rank.variance, 50.625, 1e-9));
	CHECK(near(p.rank.z, -2.530, 0.0005));
	CHECK(near(p.rank.r, 0.894, 0.0005));
	arena_free(mem);
}

static void zeros_are_dropped_and_ties_share_their_rank(void)
{
	struct arena *mem = arena_new();
	const json_t *v = json_array_get(
		json_object_get(vectors_read(mem), "wilcoxon"), 0);
	double before[MOST] = {0}, after[MOST];
	size_t n = numbers(json_object_get(v, "d"), after);
	struct paired p;

	paired_reckon(before, after, n, mem, &p);
	CHECK(p.rank.n == 9 && p.rank.zeros == 1);
	CHECK(p.rank.plus == of(v, "w_plus") &&
		p.rank.minus == of(v, "w_minus"));
	CHECK(near(p.rank.p, of(v, "p_exact"), 1e-12));
	CHECK(near(p.rank.variance, of(v, "var_tie"), 1e-9));
	CHECK(near(p.rank.z, of(v, "z"), 0.0005));
	arena_free(mem);
}

static void what_cannot_be_reckoned_is_no_number(void)
{
	struct arena *mem = arena_new();
	double before[] = {10, 12, 14}, same[] = {10, 12, 14},
	       shifted[] = {13, 15, 17};
	struct paired p;

	paired_reckon(before, same, 0, mem, &p);
	CHECK(p.n == 0 && isnan(p.change.mean) && isnan(p.p));
	paired_reckon(before, shifted, 1, mem, &p);
	CHECK(p.change.mean == 3 && isnan(p.change.sd) && isnan(p.t));
	CHECK(isnan(p.low) && isnan(p.dz) && isnan(p.g));
	paired_reckon(before, same, 3, mem, &p);
	CHECK(p.rank.n == 0 && p.rank.zeros == 3 && isnan(p.rank.p));
	CHECK(isnan(p.t) && isnan(p.p) && isnan(p.dz));
	paired_reckon(before, shifted, 3, mem, &p);
	CHECK(isnan(p.t) && isnan(p.dz) && near(p.dav, 1.5, 1e-12));
	CHECK(p.rank.p == 0.25); /* 2 of the 8 ways to give three signs */
	arena_free(mem);
}

/* Decimals that are no binary fractions: 40.1-40.0 and 30.1-30.0 are one size.
 */
static void a_rounding_error_is_neither_a_change_nor_an_order(void)
{
	struct arena *mem = arena_new();
	double before[] = {0.3, 40.0, 30.0}, after[] = {0.1 + 0.2, 40.1, 30.1};
	struct paired p;

	paired_reckon(before, after, 3, mem, &p);
	CHECK(p.rank.zeros == 1 && p.rank.n == 2 && p.rank.plus == 3);
	CHECK(near(p.rank.variance, 2 * 3 * 5 / 24.0 - 6 / 48.0, 1e-12));
	arena_free(mem);
}

static void exact_up_to_twenty_five_differences(void)
{
	struct arena *mem = arena_new();
	double zero[MOST] = {0}, up[MOST];
	struct paired p;

	for (int i = 0; i < MOST; i++)
		up[i] = i + 1;
	paired_reckon(zero, up, 25, mem, &p);
	CHECK(p.rank.exact && near(p.rank.p, ldexp(1, -24), 1e-20));
	paired_reckon(zero, up, 26, mem, &p);
	CHECK(!p.rank.exact && near(p.rank.p, normal_two_sided(p.rank.z), 0));
	arena_free(mem);
}

/* Printed tables: t of 5 % two-sided; the normal 1.959964. */
static void the_tails_are_those_of_the_tables(void)
{
	CHECK(near(student_quantile(0.05, 1), 12.7062, 0.00005));
	CHECK(near(student_quantile(0.05, 7), 2.364624, 0.0000005));
	CHECK(near(student_quantile(0.05, 120), 1.979930, 0.0000005));
	CHECK(near(student_two_sided(1, 1), 0.5, 1e-12));
	CHECK(student_two_sided(0, 5) == 1 && normal_two_sided(0) == 1);
	CHECK(near(normal_two_sided(1.959963984540054), 0.05, 1e-12));
	CHECK(student_two_sided(1e9, 10) > 0 &&
		student_two_sided(1e9, 10) < 1e-60);
}

/* p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") of R, and the order kept. */
static void holm_steps_down(void)
{
	struct arena *mem = arena_new();
	double p[] = {0.01, 0.04, (double)NAN, 0.03, 0.005};

	paired_holm(p, 5, mem);
	CHECK(near(p[0], 0.03, 1e-12) && near(p[1], 0.06, 1e-12));
	CHECK(isnan(p[2]));
	CHECK(near(p[3], 0.06, 1e-12) && near(p[4], 0.02, 1e-12));
	arena_free(mem);
}

int main(void)
{
	RUN(the_worked_example_of_eight_pairs);
	RUN(zeros_are_dropped_and_ties_share_their_rank);
	RUN(what_cannot_be_reckoned_is_no_number);
	RUN(a_rounding_error_is_neither_a_change_nor_an_order);
	RUN(exact_up_to_twenty_five_differences);
	RUN(the_tails_are_those_of_the_tables);
	RUN(holm_steps_down);
	return tap_done();
}
