/*
 * test_scale_change.c - reliable change, against the worked examples of
 * tests/data/vectors.json (Jacobson and Truax 1991) and published rules.
 */
#include "proto/scale_change.h"

#include "proto/types.h"
#include "tests/lib/tap.h"
#include "tests/lib/vectors.h"

#include <math.h>

struct bench {
	struct catalogue *c;
	struct arena *mem;
};

static struct bench bench_open(void)
{
	struct bench b = {catalogue_load(), arena_new()};

	return b;
}

static void bench_close(struct bench *b)
{
	arena_free(b->mem);
	catalogue_free(b->c);
}

static bool near(double got, const json_t *v, const char *key)
{
	return fabs(got - json_number_value(json_object_get(v, key))) < 0.0006;
}

static double number(const json_t *v, const char *key)
{
	return json_number_value(json_object_get(v, key));
}

static void rci_is_the_difference_over_its_own_noise(void)
{
	struct bench b = bench_open();
	const json_t *list = json_object_get(vectors_read(b.mem), "rci");

	CHECK(json_array_size(list) == 3);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		struct rci r = rci_of(number(v, "sd"), number(v, "r"),
			number(v, "x1"), number(v, "x2"));

		CHECK(near(r.sem, v, "sem"));
		CHECK(near(r.sdiff, v, "sdiff"));
		CHECK(near(r.threshold, v, "threshold"));
		CHECK(near(r.rci, v, "rci"));
		CHECK(r.reliable == json_flag(v, "reliable"));
	}
	bench_close(&b);
}

/* The vectors' SD and reliability are those the instruments name. */
static void instruments_name_their_sd_and_reliability(void)
{
	static const char *const names[] = {"ssrs", "phq9", "gad7"};
	struct bench b = bench_open();
	const json_t *list = json_object_get(vectors_read(b.mem), "rci");

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const json_t *v = json_array_get(list, i);
		struct scale_change c;

		scale_change(catalogue_scale(b.c, names[i]), number(v, "x1"),
			number(v, "x2"), &c);
		CHECK(c.has_rci);
		CHECK(near(c.rci.rci, v, "rci"));
		CHECK(near(c.rci.threshold, v, "threshold"));
		CHECK(c.rci.reliable == json_flag(v, "reliable"));
	}
	bench_close(&b);
}

/* NHS Talking Therapies: PHQ-9 6 points or more, GAD-7 4; MCID Löwe 2004,
 * Toussaint 2020, Topp 2015. SSRS by RCI: 1.96 × 7 × √2 × √0.08 = 5.488. */
static const struct {
	const char *scale;
	double before, after;
	enum change_way way;
	const char *by;
	bool reliable;
	int mcid; /* 1 reached, 0 not, -1 none published */
} cases[] = {
	{"phq9", 15, 9,  CHANGE_BETTER, "rule", true,  1 },
	{"phq9", 15, 10, CHANGE_BETTER, "rule", false, 1 },
	{"phq9", 15, 11, CHANGE_BETTER, "rule", false, 0 },
	{"phq9", 9,  15, CHANGE_WORSE,  "rule", true,  1 },
	{"phq9", 9,  9,  CHANGE_NONE,   "rule", false, 0 },
	{"gad7", 12, 8,  CHANGE_BETTER, "rule", true,  1 },
	{"gad7", 12, 9,  CHANGE_BETTER, "rule", false, 0 },
	{"who5", 40, 50, CHANGE_BETTER, NULL,   false, 1 },
	{"who5", 40, 48, CHANGE_BETTER, NULL,   false, 0 },
	{"who5", 40, 28, CHANGE_WORSE,  NULL,   false, 1 },
	{"ssrs", 26, 34, CHANGE_BETTER, "rci",  true,  -1},
	{"ssrs", 26, 31, CHANGE_BETTER, "rci",  false, -1},
	{"ssrs", 26, 32, CHANGE_BETTER, "rci",  true,  -1},
	{"ssrs", 34, 26, CHANGE_WORSE,  "rci",  true,  -1},
	{"psss", 49, 60, CHANGE_BETTER, NULL,   false, -1},
};

static void a_published_rule_decides_and_is_named(void)
{
	struct bench b = bench_open();

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct scale_change c;

		scale_change(catalogue_scale(b.c, cases[i].scale),
			cases[i].before, cases[i].after, &c);
		CHECK(c.way == cases[i].way);
		CHECK_STR(c.by ? c.by : "", cases[i].by ? cases[i].by : "");
		CHECK(c.reliable == cases[i].reliable);
		CHECK((c.mcid.json ? (int)c.mcid.reached : -1) ==
			cases[i].mcid);
	}
	bench_close(&b);
}

static void as_json_it_says_what_decided_and_where_that_is_from(void)
{
	struct bench b = bench_open();
	struct scale_change c;
	json_t *j;

	scale_change(catalogue_scale(b.c, "phq9"), 15, 8, &c);
	j = scale_change_json(&c, b.mem);
	CHECK_STR(json_str(j, "by"), "rule");
	CHECK(json_is_true(json_object_get(j, "reliable")));
	CHECK(json_int(j, "change", 0) == -7);
	CHECK(number(json_object_get(j, "rci"), "value") == -2.25);
	CHECK(number(json_object_get(j, "rci"), "threshold") == 6.1);
	CHECK(json_str(json_object_get(j, "rule"), "source") != NULL);
	scale_change(catalogue_scale(b.c, "psss"), 49, 60, &c);
	CHECK_STR(json_canonical(scale_change_json(&c, b.mem), b.mem),
		"{\"after\":60,\"before\":49,\"by\":null,\"change\":11,"
		"\"reliable\":null,\"way\":\"better\"}");
	bench_close(&b);
}

/* Jacobson and Truax 1991, c; worked with M1 15, S1 5.5, M0 4, S0 4. */
static void the_cut_off_lies_between_the_two_spreads(void)
{
	CHECK(fabs(change_cutoff(15, 5.5, 4, 4) - 8.632) < 0.0005);
}

static enum change_class class_in(
	const struct bench *b, const char *name, double before, double after)
{
	struct scale_change c;

	scale_change(json_object_get(catalogue_scales(b->c), name), before,
		after, &c);
	return c.cls;
}

/* PHQ-9: reliable from 6 points, caseness from 10; SSRS: RCI over 5.488 points,
 * no cut-off; SAS: nothing was published. */
static void recovered_is_reliable_and_across_the_cut_off(void)
{
	struct bench b = bench_open();

	CHECK(class_in(&b, "phq9", 15, 9) == CLASS_RECOVERED);
	CHECK(class_in(&b, "phq9", 16, 10) == CLASS_IMPROVED);
	CHECK(class_in(&b, "phq9", 9, 3) == CLASS_IMPROVED);
	CHECK(class_in(&b, "phq9", 10, 5) == CLASS_UNCHANGED);
	CHECK(class_in(&b, "phq9", 9, 15) == CLASS_DETERIORATED);
	CHECK(class_in(&b, "ssrs", 26, 34) == CLASS_IMPROVED);
	CHECK(class_in(&b, "ssrs", 26, 31) == CLASS_UNCHANGED);
	CHECK(class_in(&b, "ssrs", 34, 28) == CLASS_DETERIORATED);
	CHECK(class_in(&b, "sas", 60, 40) == CLASS_UNKNOWN);
	bench_close(&b);
}

/* 30 baselines of SD 3.5 halve the SD of 7: 31-26 is over 2.744 points. */
static void thirty_own_baselines_take_the_place_of_a_published_spread(void)
{
	struct bench b = bench_open();
	const json_t *ssrs = json_object_get(catalogue_scales(b.c), "ssrs");
	struct change_own own = {29, 28, 3.5};
	struct scale_change c;

	scale_change_own(ssrs, &own, 26, 31, &c);
	CHECK(!c.own && c.cls == CLASS_UNCHANGED);
	own.n = 30;
	scale_change_own(ssrs, &own, 26, 31, &c);
	CHECK(c.own && c.cls == CLASS_IMPROVED);
	CHECK(fabs(c.rci.threshold - 2.744) < 0.0005);
	bench_close(&b);
}

int main(void)
{
	RUN(the_cut_off_lies_between_the_two_spreads);
	RUN(recovered_is_reliable_and_across_the_cut_off);
	RUN(thirty_own_baselines_take_the_place_of_a_published_spread);
	RUN(rci_is_the_difference_over_its_own_noise);
	RUN(instruments_name_their_sd_and_reliability);
	RUN(a_published_rule_decides_and_is_named);
	RUN(as_json_it_says_what_decided_and_where_that_is_from);
	return tap_done();
}
