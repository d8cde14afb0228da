/*
 * test_scale.c - scoring, against the published rules' worked examples.
 *
 * The expected values are tests/data/vectors.json, made by hand and by an
 * independent program from the manuals; nothing here was read off our engine.
 */
#include "proto/scale.h"

#include "proto/types.h"
#include "tests/lib/tap.h"
#include "tests/lib/vectors.h"

#include <math.h>
#include <stdlib.h>

struct bench {
	struct catalogue *c;
	struct arena *mem;
	const json_t *vectors;
};

static struct bench bench_open(void)
{
	struct bench b;

	b.c = catalogue_load();
	b.mem = arena_new();
	b.vectors = vectors_read(b.mem);
	return b;
}

static void bench_close(struct bench *b)
{
	arena_free(b->mem);
	catalogue_free(b->c);
}

/* Scores and gives the wire form; NULL when refused. */
static json_t *score(struct bench *b, const char *name, const char *variant,
	const json_t *answers)
{
	const json_t *scale = catalogue_scale(b->c, name);
	struct scale_result r;
	struct err e;

	if (!scale_score(scale, variant, answers, &r, &e)) {
		printf("# %s refused: %s\n", name, e.msg);
		tap_bad = 1;
		return json_keep(json_object(), b->mem);
	}
	return scale_result_json(&r, b->mem);
}

static double value(const json_t *result, const char *name)
{
	const json_t *v =
		json_object_get(json_object_get(result, "scores"), name);

	return v ? json_number_value(v) : -1;
}

static double wanted(const json_t *v, const char *name)
{
	const json_t *n = json_object_get(v, name);

	return n ? json_number_value(n) : -2;
}

static const json_t *vector(const struct bench *b, const char *name, size_t i)
{
	return json_array_get(json_object_get(b->vectors, name), i);
}

/* Every number of the vector that has a score of the same name. */
static void check_numbers(
	const json_t *v, const json_t *got, const char *const *names)
{
	for (size_t i = 0; names[i]; i++) {
		CHECK(value(got, names[i]) == wanted(v, names[i]));
	}
}

static void check_band(const json_t *got, const char *want)
{
	const char *band = json_str(got, "band");

	CHECK(band != NULL);
	CHECK_STR(band ? band : "", want ? want : "");
}

static void plain_totals_and_their_bands_follow_the_manuals(void)
{
	static const char *const names[] = {"phq9", "gad7", "apgar"};
	static const char *const total[] = {"total", NULL};
	struct bench b = bench_open();
	const json_t *v;
	size_t seen = 0;

	for (size_t k = 0; k < ARRAY_LEN(names); k++)
		for (size_t i = 0; (v = vector(&b, names[k], i)); i++, seen++) {
			json_t *got = score(
				&b, names[k], NULL, json_object_get(v, "a"));

			check_numbers(v, got, total);
			check_band(got, json_str(v, "band"));
		}
	CHECK(seen == 4);
	bench_close(&b);
}

static void item_nine_of_phq9_alerts_whatever_the_total(void)
{
	struct bench b = bench_open();
	const json_t *v;
	json_t *quiet = json_keep(
		json_pack("[i,i,i,i,i,i,i,i,i]", 3, 3, 3, 3, 3, 3, 3, 3, 0),
		b.mem);

	for (size_t i = 0; (v = vector(&b, "phq9", i)); i++) {
		const json_t *alerts = json_object_get(
			score(&b, "phq9", NULL, json_object_get(v, "a")),
			"alerts");

		CHECK(json_flag(v, "item9_alert"));
		CHECK(json_array_size(alerts) == 1);
		CHECK_STR(
			json_string_value(json_array_get(alerts, 0)), "item9");
	}
	CHECK(json_array_size(json_object_get(
		      score(&b, "phq9", NULL, quiet), "alerts")) == 0);
	bench_close(&b);
}

static json_t *ssrs_answers(struct bench *b, const json_t *v)
{
	json_t *a = json_keep(json_array(), b->mem);

	json_array_extend(a, json_object_get(v, "q"));
	json_array_extend(a, json_object_get(v, "q5"));
	json_array_append(a, json_object_get(v, "n6"));
	json_array_append(a, json_object_get(v, "n7"));
	json_array_extend(a, json_object_get(v, "q8_10"));
	return a;
}

static void ssrs_adds_three_parts_and_counts_sources(void)
{
	static const char *const names[] = {
		"objective", "subjective", "utilization", "total", NULL};
	struct bench b = bench_open();
	const json_t *v;
	size_t i;

	for (i = 0; (v = vector(&b, "ssrs", i)); i++) {
		json_t *a = ssrs_answers(&b, v);
		json_t *got = score(&b, "ssrs", NULL, a);
		json_t *four = score(&b, "ssrs", "4D", a);

		check_numbers(v, got, names);
		CHECK(value(four, "total") == wanted(v, "total_4D"));
		CHECK(strcmp(json_str(got, "version"),
			      json_str(four, "version")) != 0);
		CHECK(json_is_null(json_object_get(got, "band")));
	}
	CHECK(i == 4);
	bench_close(&b);
}

static void check_zung(struct bench *b, const char *name, const json_t *v)
{
	const json_t *a = json_object_get(v, "a");
	const char *band = json_str(v, "band");
	const char *round = json_str(v, "band_round");
	json_t *down = score(b, name, NULL, a);
	json_t *near = score(b, name, "round", a);

	CHECK(value(down, "raw") == wanted(v, "raw"));
	CHECK(value(near, "raw") == wanted(v, "raw"));
	CHECK(value(down, "standard") == wanted(v, "std_floor"));
	CHECK(value(near, "standard") == wanted(v, "std_round"));
	check_band(down, band ? band : json_str(v, "band_floor"));
	if (round)
		check_band(near, round);
}

static void zung_scales_reverse_items_and_truncate_unless_told_to_round(void)
{
	struct bench b = bench_open();
	const json_t *v;
	size_t seen = 0;

	for (size_t i = 0; (v = vector(&b, "sas", i)); i++, seen++)
		check_zung(&b, "sas", v);
	for (size_t i = 0; (v = vector(&b, "sds", i)); i++, seen++)
		check_zung(&b, "sds", v);
	CHECK(seen == 5);
	bench_close(&b);
}

static void who5_is_raw_and_percentage(void)
{
	struct bench b = bench_open();
	const json_t *v = vector(&b, "who5", 0);
	json_t *got = score(&b, "who5", NULL, json_object_get(v, "a"));

	CHECK(value(got, "raw") == wanted(v, "raw"));
	CHECK(value(got, "percentage") == wanted(v, "pct"));
	CHECK(json_flag(v, "reduced") && !json_flag(v, "very_low"));
	check_band(got, "reduced");
	bench_close(&b);
}

static void psss_has_three_sources_of_support(void)
{
	static const char *const names[] = {
		"family", "friends", "other", "total", NULL};
	struct bench b = bench_open();
	const json_t *v = vector(&b, "psss", 0);
	json_t *got = score(&b, "psss", NULL, json_object_get(v, "a"));

	check_numbers(v, got, names);
	check_band(got, json_str(v, "band"));
	bench_close(&b);
}

static void sdss_leaves_out_what_does_not_apply(void)
{
	static const char *const names[] = {"total", "applicable", NULL};
	struct bench b = bench_open();
	const json_t *v = vector(&b, "sdss", 0);
	json_t *got = score(&b, "sdss", NULL, json_object_get(v, "a"));

	check_numbers(v, got, names);
	CHECK(json_flag(v, "deficit"));
	check_band(got, "deficit");
	bench_close(&b);
}

static bool same_codes(const json_t *got, const json_t *want)
{
	return !want || (got && json_equal(got, want));
}

/* Every member of the vector that is a score of the instrument. */
static size_t check_scores(const json_t *v, const json_t *got)
{
	json_t *scores = json_object_get(got, "scores"), *n;
	const char *name;
	size_t seen = 0;

	json_object_foreach(scores, name, n) if (json_object_get(v, name))
	{
		seen++;
		CHECK(fabs(json_number_value(n) - wanted(v, name)) < 1e-9);
	}
	return seen;
}

static void check_vector(struct bench *b, const char *name, const json_t *v)
{
	json_t *got = score(b, name, NULL, json_object_get(v, "a"));
	const char *band = json_str(v, "band");

	CHECK(check_scores(v, got) > 0);
	if (band)
		check_band(got, band);
	CHECK(same_codes(
		json_object_get(got, "alerts"), json_object_get(v, "alerts")));
	CHECK(same_codes(
		json_object_get(got, "missed"), json_object_get(v, "missed")));
}

static void other_instruments_follow_their_rules(void)
{
	static const char *const names[] = {"t1d_knowledge", "financial",
		"satisfaction", "csq8", "zbi12", "zbi22", "ipos", "ngasr",
		"whodas12"};
	struct bench b = bench_open();
	const json_t *v;
	size_t seen = 0;

	for (size_t k = 0; k < ARRAY_LEN(names); k++)
		for (size_t i = 0; (v = vector(&b, names[k], i)); i++, seen++)
			check_vector(&b, names[k], v);
	CHECK(seen == 29);
	bench_close(&b);
}

static void a_percentage_has_two_decimals(void)
{
	struct bench b = bench_open();
	const json_t *v = vector(&b, "whodas12", 0);
	json_t *got = score(&b, "whodas12", NULL, json_object_get(v, "a"));

	CHECK(value(got, "percentage") == wanted(v, "pct"));
	CHECK_STR(json_canonical(json_object_get(got, "scores"), b.mem),
		"{\"percentage\":29.17,\"total\":14}");
	bench_close(&b);
}

/* A thought of self-harm on a sheet that was not finished. */
static void an_item_alerts_before_the_sheet_is_complete(void)
{
	struct bench b = bench_open();
	const json_t *phq9 = catalogue_scale(b.c, "phq9");
	const json_t *alerts[SCALE_ALERTS];
	struct err e;
	json_t *a = scale_parse_cli(phq9, "2,,,,,,,,1", b.mem, &e);
	json_t *quiet = scale_parse_cli(phq9, "2,,,,,,,,0", b.mem, &e);
	json_t *wrong = scale_parse_cli(phq9, "2,,,,,,,,7", b.mem, &e);

	CHECK(scale_item_alerts(phq9, a, alerts) == 1);
	CHECK_STR(json_str(alerts[0], "code"), "item9");
	CHECK(scale_item_alerts(phq9, quiet, alerts) == 0);
	CHECK(scale_item_alerts(phq9, wrong, alerts) == 0);
	CHECK(scale_item_alerts(phq9, NULL, alerts) == 0);
	bench_close(&b);
}

static void results_of_two_versions_are_never_compared(void)
{
	struct bench b = bench_open();
	const json_t *ssrs = catalogue_scale(b.c, "ssrs");
	const json_t *a = ssrs_answers(&b, vector(&b, "ssrs", 0));
	struct scale_result own, own_again, four;
	struct err e;

	CHECK(scale_score(ssrs, NULL, a, &own, &e));
	CHECK(scale_score(ssrs, NULL, a, &own_again, &e));
	CHECK(scale_score(ssrs, "4D", a, &four, &e));
	CHECK(scale_pairs(&own, &own_again));
	CHECK(!scale_pairs(&own, &four));
	bench_close(&b);
}

static json_t *gas_pairs(struct bench *b, const json_t *v)
{
	json_t *a = json_keep(json_array(), b->mem);
	const json_t *w = json_object_get(v, "w"), *x = json_object_get(v, "x");

	for (size_t i = 0; i < json_array_size(w); i++)
		json_array_append_new(
			a, json_pack("[O,O]", json_array_get(w, i),
				   json_array_get(x, i)));
	return a;
}

static void gas_is_a_t_score_with_two_decimals(void)
{
	struct bench b = bench_open();
	const json_t *v;
	size_t i;

	for (i = 0; (v = vector(&b, "gas", i)); i++) {
		json_t *got = score(&b, "gas", NULL, gas_pairs(&b, v));
		const json_t *t = json_object_get(
			json_object_get(got, "scores"), "standard");

		CHECK(json_is_real(t));
		CHECK(fabs(value(got, "standard") -
			      json_number_value(json_object_get(v, "T"))) <
			1e-9);
		CHECK(value(got, "total") == value(got, "standard"));
	}
	CHECK(i == 5);
	bench_close(&b);
}

static void the_wire_form_has_integers_and_exactly_these_members(void)
{
	struct bench b = bench_open();
	json_t *got = score(
		&b, "phq9", NULL, json_object_get(vector(&b, "phq9", 0), "a"));

	CHECK_STR(json_canonical(got, b.mem),
		"{\"alerts\":[\"item9\"],\"band\":\"moderate\","
		"\"instrument\":\"phq9\",\"scores\":{\"total\":14},"
		"\"version\":\"2001\"}");
	bench_close(&b);
}

/* The lowest or highest answer that counts, by what it adds to a score. */
static int64_t extreme(const json_t *scale, const json_t *item, bool high)
{
	const json_t *right = json_object_get(item, "right");
	const char *set = json_str(item, "options");
	const json_t *list =
		set ? json_object_get(json_object_get(scale, "options"), set)
		    : NULL;
	bool up = high != json_flag(item, "reverse");
	int64_t best = json_int(item, up ? "max" : "min", 0);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		int64_t v = json_int(o, "value", 0);

		if (json_is_false(json_object_get(o, "applicable")))
			continue;
		if (i == 0 || (up ? v > best : v < best))
			best = v;
	}
	if (right && high)
		return json_integer_value(right);
	/* 9, "do not know", is no right answer of any item. */
	return right ? 9 : best;
}

static json_t *extremes(struct bench *b, const json_t *scale, bool high)
{
	const json_t *items = json_object_get(scale, "items");
	json_t *a = json_keep(json_array(), b->mem);

	for (size_t i = 0; i < json_array_size(items); i++)
		json_array_append_new(
			a, json_integer(extreme(
				   scale, json_array_get(items, i), high)));
	return a;
}

/* The i-th instrument that asks items, or NULL past the last. */
static const json_t *instrument_at(const struct bench *b, size_t i)
{
	const json_t *list = catalogue_codes(b->c, "instrument")->items;

	for (size_t k = 0; k < json_array_size(list); k++) {
		const json_t *scale = catalogue_scale(
			b->c, json_str(json_array_get(list, k), "code"));

		if (json_object_get(scale, "items") && i-- == 0)
			return scale;
	}
	return NULL;
}

static void stated_ranges_are_what_the_extreme_answers_give(void)
{
	struct bench b = bench_open();
	const json_t *scale;
	size_t n;

	for (n = 0; (scale = instrument_at(&b, n)); n++)
		for (int high = 0; high < 2; high++) {
			struct scale_result r;
			struct err e;

			CHECK(scale_score(scale, NULL,
				extremes(&b, scale, high), &r, &e));
			for (size_t i = 0; i < r.score_count; i++)
				CHECK(strcmp(r.scores[i].name, "applicable") ==
						0 ||
					r.scores[i].value ==
						(double)json_int(
							r.scores[i].json,
							high ? "max" : "min",
							-1));
		}
	CHECK(n == 21);
	bench_close(&b);
}

/* As the manuals and papers give them. */
static const struct {
	const char *scale;
	const char *score;
	int low, high;
} published[] = {
	{"phq9",          "total",           0,  27 },
	{"gad7",          "total",           0,  21 },
	{"who5",          "percentage",      0,  100},
	{"ssrs",          "objective",       1,  22 },
	{"ssrs",          "subjective",      8,  32 },
	{"ssrs",          "utilization",     3,  12 },
	{"ssrs",          "total",           12, 66 },
	{"sas",           "standard",        25, 100},
	{"sds",           "standard",        25, 100},
	{"apgar",         "total",           0,  10 },
	{"psss",          "total",           12, 84 },
	{"sdss",          "total",           0,  20 },
	{"whodas12",      "total",           0,  48 },
	{"whodas12",      "percentage",      0,  100},
	{"zbi22",         "total",           0,  88 },
	{"zbi12",         "total",           0,  48 },
	{"csq8",          "total",           8,  32 },
	{"ipos",          "total",           0,  68 },
	{"ipos",          "physical",        0,  40 },
	{"ipos",          "emotional",       0,  16 },
	{"ipos",          "communication",   0,  12 },
	{"ngasr",         "total",           0,  25 },
	{"smod_a",        "collaboration",   0,  39 },
	{"smod_a",        "activities",      0,  45 },
	{"smod_a",        "problem_solving", 0,  21 },
	{"smod_a",        "communication",   0,  30 },
	{"smod_a",        "goals",           0,  21 },
	{"c_smod_a_23",   "total",           0,  69 },
	{"ipros",         "total",           0,  144},
	{"t1d_knowledge", "total",           0,  10 },
	{"financial",     "total",           0,  12 },
	{"satisfaction",  "mean",            1,  5  },
	{"satisfaction",  "top_box",         0,  100},
	{"satisfaction",  "recommend",       0,  10 },
};

static void floor_and_ceiling_are_the_published_ones(void)
{
	struct bench b = bench_open();

	for (size_t i = 0; i < ARRAY_LEN(published); i++) {
		const char *name = published[i].scale;
		const json_t *scale = catalogue_scale(b.c, name);
		json_t *low = score(&b, name, NULL, extremes(&b, scale, false));
		json_t *high = score(&b, name, NULL, extremes(&b, scale, true));

		CHECK(value(low, published[i].score) == published[i].low);
		CHECK(value(high, published[i].score) == published[i].high);
	}
	bench_close(&b);
}

static const struct {
	const char *scale;
	const char *typed;
	enum err_code code;
	const char *field;
	const char *accepts;
} refused[] = {
	{"phq9", "2,2,3,2,1,1,2,0",              ERR_MISSING,      "answers[9]",        "0, 1, 2, 3"  },
	{"phq9", "2,2,,2,1,1,2,0,1",             ERR_MISSING,      "answers[3]",        "0, 1, 2, 3"  },
	{"phq9", "2,2,4,2,1,1,2,0,1",            ERR_OUT_OF_RANGE, "answers[3]",
         "0, 1, 2, 3"										 },
	{"phq9", "2,2,-1,2,1,1,2,0,1",           ERR_OUT_OF_RANGE, "answers[3]",
         "0, 1, 2, 3"										 },
	{"phq9", "2,2,3,2,1,1,2,0,1,0",          ERR_OUT_OF_RANGE, "answers",           "9"           },
	{"phq9", "2,2,x,2,1,1,2,0,1",            ERR_BAD_KIND,     "answers[3]",        "0, 1"        },
	{"phq9", "2,2,1.5,2,1,1,2,0,1",          ERR_BAD_KIND,     "answers[3]",        "0, 1"        },
	{"phq9", "",			     ERR_MISSING,      "answers[1]",        "0, 1, 2, 3"  },
	{"ssrs", "2,4,2,1,1,3,1,2,5,2,2,2,2,1",  ERR_OUT_OF_RANGE, "answers[5E]",
         "1, 2, 3, 4"										 },
	{"ssrs", "2,4,2,1,1,3,1,2,1,10,2,2,2,1", ERR_OUT_OF_RANGE, "answers[6]",
         "0-9"											},
	{"sdss", "1,9,9,1,1,0,1,0,1,3",          ERR_OUT_OF_RANGE, "answers[10]",
         "0, 1, 2, 9"										 },
	{"gas",  "1:-1,1:3",                     ERR_OUT_OF_RANGE, "answers[2.level]",
         "-2, -1, 0, 1, 2"									    },
	{"gas",  "0:-1",			 ERR_OUT_OF_RANGE, "answers[1.weight]", "1-9"         },
	{"gas",  "1:-1,1",                       ERR_BAD_KIND,     "answers[2]",        "weight:level"},
	{"gas",  ":1",			   ERR_MISSING,      "answers[1.weight]", "1-9"         },
};

static void a_wrong_answer_is_refused_by_item_with_what_it_takes(void)
{
	struct bench b = bench_open();

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		const json_t *scale = catalogue_scale(b.c, refused[i].scale);
		struct scale_result r;
		struct err e = {0};
		json_t *a = scale_parse_cli(scale, refused[i].typed, b.mem, &e);

		CHECK(!a || !scale_score(scale, NULL, a, &r, &e));
		CHECK(e.code == refused[i].code);
		CHECK_STR(e.field, refused[i].field);
		if (!strstr(e.accepts, refused[i].accepts))
			CHECK_STR(e.accepts, refused[i].accepts);
	}
	bench_close(&b);
}

static void answers_of_another_shape_are_refused(void)
{
	struct bench b = bench_open();
	const json_t *phq9 = catalogue_scale(b.c, "phq9");
	json_t *texts = json_keep(json_pack("[s]", "2"), b.mem);
	json_t *object = json_keep(json_pack("{s:i}", "1", 2), b.mem);
	struct scale_result r;
	struct err e;

	CHECK(!scale_score(phq9, NULL, object, &r, &e));
	CHECK_STR(e.field, "answers");
	CHECK(!scale_score(phq9, NULL, texts, &r, &e));
	CHECK_STR(e.field, "answers[1]");
	CHECK(!scale_score(phq9, NULL, NULL, &r, &e));
	CHECK(!scale_score(phq9, "4D", texts, &r, &e));
	CHECK_STR(e.field, "variant");
	bench_close(&b);
}

static void typed_answers_may_hold_spaces_and_chinese_punctuation(void)
{
	struct bench b = bench_open();
	const json_t *gad7 = catalogue_scale(b.c, "gad7");
	const json_t *gas = catalogue_scale(b.c, "gas");
	struct err e;

	CHECK_STR(json_canonical(
			  scale_parse_cli(gad7, "2，2, 1,1 ,0,1,1", b.mem, &e),
			  b.mem),
		"[2,2,1,1,0,1,1]");
	CHECK_STR(json_canonical(
			  scale_parse_cli(gas, "3：-1, 1:0", b.mem, &e), b.mem),
		"[[3,-1],[1,0]]");
	bench_close(&b);
}

int main(void)
{
	RUN(plain_totals_and_their_bands_follow_the_manuals);
	RUN(item_nine_of_phq9_alerts_whatever_the_total);
	RUN(ssrs_adds_three_parts_and_counts_sources);
	RUN(zung_scales_reverse_items_and_truncate_unless_told_to_round);
	RUN(who5_is_raw_and_percentage);
	RUN(psss_has_three_sources_of_support);
	RUN(sdss_leaves_out_what_does_not_apply);
	RUN(gas_is_a_t_score_with_two_decimals);
	RUN(other_instruments_follow_their_rules);
	RUN(a_percentage_has_two_decimals);
	RUN(an_item_alerts_before_the_sheet_is_complete);
	RUN(results_of_two_versions_are_never_compared);
	RUN(the_wire_form_has_integers_and_exactly_these_members);
	RUN(stated_ranges_are_what_the_extreme_answers_give);
	RUN(floor_and_ceiling_are_the_published_ones);
	RUN(a_wrong_answer_is_refused_by_item_with_what_it_takes);
	RUN(answers_of_another_shape_are_refused);
	RUN(typed_answers_may_hold_spaces_and_chinese_punctuation);
	return tap_done();
}
