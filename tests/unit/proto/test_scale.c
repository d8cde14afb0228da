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
	return best;
}

/* Published ranges (phq9 0-27, ssrs 12-66 …) are the extremes of the items. */
static void stated_ranges_are_what_the_extreme_answers_give(void)
{
	static const char *const names[] = {"phq9", "gad7", "who5", "ssrs",
		"sas", "sds", "apgar", "psss", "sdss"};
	struct bench b = bench_open();

	for (size_t k = 0; k < ARRAY_LEN(names); k++)
		for (int high = 0; high < 2; high++) {
			const json_t *scale = catalogue_scale(b.c, names[k]);
			const json_t *items = json_object_get(scale, "items");
			json_t *a = json_keep(json_array(), b.mem);
			struct scale_result r;
			struct err e;

			for (size_t i = 0; i < json_array_size(items); i++)
				json_array_append_new(
					a, json_integer(extreme(scale,
						   json_array_get(items, i),
						   high)));
			CHECK(scale_score(scale, NULL, a, &r, &e));
			for (size_t i = 0; i < r.score_count; i++)
				CHECK(strcmp(r.scores[i].name, "applicable") ==
						0 ||
					(int64_t)r.scores[i].value ==
						json_int(r.scores[i].json,
							high ? "max" : "min",
							-1));
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

/* A sound little instrument; each row spoils it in one place. */
#define Z "\"zh\":\"甲\",\"en\":\"A\""
#define SOUND                                                                  \
	"{\"scale\":\"x\",\"version\":\"1\",\"label\":{" Z "},\"licence\":{" Z \
	"},\"good\":\"low\",\"headline\":\"total\",\"wording\":\"full\","      \
	"\"options\":{\"o\":[{\"value\":0," Z "},{\"value\":1," Z "}]},"       \
	"\"items\":[{\"no\":\"1\",\"options\":\"o\"," Z                        \
	"},{\"no\":\"2\",\"options\":\"o\"," Z "}],"                           \
	"\"scores\":[{\"name\":\"total\",\"do\":\"sum\",\"items\":[\"1\"],"    \
	"\"min\":0,\"max\":1," Z "},{\"name\":\"percentage\","                 \
	"\"do\":\"times\",\"of\":\"total\",\"by\":4,\"min\":0,\"max\":4," Z    \
	"}],\"bands\":{\"of\":\"total\",\"list\":[{\"code\":\"a\","            \
	"\"from\":0," Z "},{\"code\":\"b\",\"from\":1," Z "}]},"               \
	"\"alerts\":[{\"item\":\"2\",\"from\":1,\"code\":\"c\"," Z "}]}"

static const struct {
	const char *from;
	const char *to;
	const char *path;
	enum mistake_code code;
} spoilt[] = {
  /* clang-format off */
	{"\"low\"",                       "\"left\"",                     "good",               MISTAKE_BAD_VALUE},
	{"\"headline\":\"total\"",        "\"headline\":\"raw\"",         "scores",             MISTAKE_UNKNOWN_SCORE},
	{"\"do\":\"sum\"",                "\"do\":\"median\"",            "scores[0].do",       MISTAKE_BAD_VALUE},
	{"\"do\":\"sum\"",                "\"do\":\"share\"",             "scores[0]",          MISTAKE_MISSING_KEY},
	{"\"do\":\"sum\"",                "\"do\":\"add\"",               "scores[0].of",       MISTAKE_BAD_KIND},
	{"\"do\":\"sum\"",                "\"do\":\"goal_t\",\"rho\":0.3", "scores[0].do",       MISTAKE_BAD_VALUE},
	{"\"name\":\"total\"",            "\"name\":\"To tal\"",          "scores[0].name",     MISTAKE_BAD_NAME},
	{"\"items\":[\"1\"]",             "\"items\":[\"3\"]",            "scores[0].items[0]", MISTAKE_UNKNOWN_ITEM},
	{"\"items\":[\"1\"]",             "\"items\":[\"1\",\"1\"]",      "scores[0].items[1]", MISTAKE_TWICE},
	{"\"of\":\"total\",\"by\"",       "\"of\":\"raw\",\"by\"",        "scores[1].of",       MISTAKE_UNKNOWN_SCORE},
	{"\"by\":4",                      "\"by\":4,\"over\":0",          "scores[1].over",     MISTAKE_BAD_NUMBER},
	{"\"by\":4",                      "\"by\":4,\"rounding\":\"up\"",  "scores[1].rounding", MISTAKE_BAD_VALUE},
	{"\"by\":4",                      "\"by\":4,\"decimals\":9",      "scores[1].decimals", MISTAKE_BAD_NUMBER},
	{"\"from\":1",                    "\"from\":0",                   "bands.list[1].from", MISTAKE_NOT_RISING},
	{"\"from\":1",                    "\"form\":1",                   "bands.list[1].form", MISTAKE_UNKNOWN_KEY},
	{"\"item\":\"2\"",                "\"item\":\"9\"",               "alerts[0].item",     MISTAKE_UNKNOWN_ITEM},
	{"\"item\":\"2\"",                "\"score\":\"raw\"",            "alerts[0].score",    MISTAKE_UNKNOWN_SCORE},
	{"\"item\":\"2\",",              "",                             "alerts[0]",          MISTAKE_MISSING_KEY},
	{"\"no\":\"2\"",                  "\"no\":\"1\"",                 "items[1].no",        MISTAKE_TWICE},
	{"\"options\":\"o\"",             "\"options\":\"p\"",            "items[0].options",   MISTAKE_BAD_VALUE},
	{"\"options\":\"o\"",             "\"min\":0",                    "items[0]",           MISTAKE_MISSING_KEY},
	{"\"options\":\"o\"",             "\"min\":2,\"max\":1",          "items[0]",           MISTAKE_MIN_ABOVE_MAX},
	{"\"options\":\"o\"",             "\"revers\":true,\"min\":0,\"max\":1", "items[0].revers", MISTAKE_UNKNOWN_KEY},
	{"\"options\":\"o\"",             "\"reverse\":true,\"min\":0,\"max\":1", "items[0].reverse", MISTAKE_BAD_VALUE},
	{"\"options\":\"o\"",             "\"right\":2,\"options\":\"o\"", "items[0].right",     MISTAKE_BAD_NUMBER},
	{"\"value\":1,",                 "",                             "options.o[1]",       MISTAKE_MISSING_KEY},
	{"\"value\":1,",                 "\"value\":0,",                 "options.o[1].value", MISTAKE_TWICE},
	{"\"bands\":{\"of\":\"total\"",   "\"bands\":{\"of\":\"raw\"",    "bands.of",           MISTAKE_UNKNOWN_SCORE},
	{"\"good\"",                      "\"ages\":{" Z "},\"good\"",     "ages",               MISTAKE_MISSING_KEY},
	{"\"good\"",                      "\"ages\":{\"min\":18,\"max\":14," Z "},\"good\"", "ages", MISTAKE_MIN_ABOVE_MAX},
	{"\"good\"",                      "\"change\":{\"sd\":5},\"good\"", "change",             MISTAKE_MISSING_KEY},
	{"\"good\"",                      "\"change\":{\"sd\":0,\"r\":0.5,\"r_kind\":\"alpha\",\"source\":\"s\"},\"good\"", "change.sd", MISTAKE_BAD_NUMBER},
	{"\"good\"",                      "\"change\":{\"sd\":5,\"r\":1,\"r_kind\":\"alpha\",\"source\":\"s\"},\"good\"", "change.r", MISTAKE_BAD_NUMBER},
	{"\"good\"",                      "\"variants\":[{\"code\":\"v\",\"version\":\"1\",\"scores\":[{\"name\":\"total\",\"do\":\"sum\",\"min\":0,\"max\":1," Z "}]," Z "}],\"good\"", "variants[0].version", MISTAKE_TWICE},
  /* clang-format on */
};

static json_t *sound_but_for(
	struct arena *mem, const char *from, const char *to)
{
	const char *at = strstr(SOUND, from);
	const char *text = SOUND;
	json_t *scale;
	struct err e;

	CHECK(at != NULL);
	if (at)
		text = arena_printf(mem, "%.*s%s%s", (int)(at - SOUND), SOUND,
			to, at + strlen(from));
	scale = json_read(text, strlen(text), &json_limits_own, mem, &e);
	CHECK(scale != NULL);
	return scale;
}

static bool is_told(
	const struct mistakes *m, const char *path, enum mistake_code code)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->list[i].code == code &&
			strcmp(m->list[i].path, path) == 0)
			return true;
	return false;
}

static void a_description_that_contradicts_itself_is_refused(void)
{
	struct arena *mem = arena_new();
	struct err e;

	CHECK(scale_check(sound_but_for(mem, "\"low\"", "\"low\""), &e));
	for (size_t i = 0; i < ARRAY_LEN(spoilt); i++) {
		json_t *scale =
			sound_but_for(mem, spoilt[i].from, spoilt[i].to);
		struct mistakes found;

		mistakes_init(&found, mem);
		scale_mistakes(scale, NULL, &found);
		CHECK(found.count > 0);
		if (!is_told(&found, spoilt[i].path, spoilt[i].code))
			CHECK_STR(found.count
					  ? arena_printf(mem, "%s %s",
						    found.list[0].path,
						    mistake_name(
							    found.list[0].code))
					  : "nothing",
				arena_printf(mem, "%s %s", spoilt[i].path,
					mistake_name(spoilt[i].code)));
		CHECK(!scale_check(scale, &e));
		CHECK(strstr(e.msg, "scale 'x'") != NULL);
	}
	arena_free(mem);
}

static void every_mistake_is_told_not_only_the_first(void)
{
	struct arena *mem = arena_new();
	json_t *scale = sound_but_for(mem, "\"low\"", "\"left\"");
	struct mistakes found;

	json_object_set_new(scale, "notes", json_true());
	json_object_del(scale, "licence");
	mistakes_init(&found, mem);
	scale_mistakes(scale, NULL, &found);
	CHECK(found.count == 3);
	CHECK(is_told(&found, "good", MISTAKE_BAD_VALUE));
	CHECK(is_told(&found, "notes", MISTAKE_UNKNOWN_KEY));
	CHECK(is_told(&found, "", MISTAKE_MISSING_KEY));
	arena_free(mem);
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
	RUN(the_wire_form_has_integers_and_exactly_these_members);
	RUN(stated_ranges_are_what_the_extreme_answers_give);
	RUN(a_wrong_answer_is_refused_by_item_with_what_it_takes);
	RUN(answers_of_another_shape_are_refused);
	RUN(typed_answers_may_hold_spaces_and_chinese_punctuation);
	RUN(a_description_that_contradicts_itself_is_refused);
	RUN(every_mistake_is_told_not_only_the_first);
	return tap_done();
}
