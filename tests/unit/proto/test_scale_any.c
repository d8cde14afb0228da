/*
 * test_scale_any.c - what holds for any sheet of any instrument: scores stay
 * in their range, a higher answer never lowers a score unless the item is
 * reversed, and what is not applicable changes nothing.
 */
#include "proto/scale.h"

#include "proto/types.h"
#include "tests/lib/gen.h"
#include "tests/lib/tap.h"

#define SHEETS 60

struct bench {
	struct catalogue *c;
	struct arena *mem;
	struct gen g;
};

static struct bench bench_open(uint64_t seed)
{
	struct bench b = {
		catalogue_load(), arena_new(), {seed, NULL}
        };

	return b;
}

static void bench_close(struct bench *b)
{
	arena_free(b->mem);
	catalogue_free(b->c);
}

static const json_t *items_of(const json_t *scale)
{
	return json_object_get(scale, "items");
}

static const json_t *options_of(const json_t *scale, size_t item)
{
	const char *set =
		json_str(json_array_get(items_of(scale), item), "options");

	return set ? json_object_get(json_object_get(scale, "options"), set)
		   : NULL;
}

/* How many answers an item takes, and the n-th from the lowest on. */
static size_t answers_to(const json_t *scale, size_t item)
{
	const json_t *options = options_of(scale, item);
	const json_t *it = json_array_get(items_of(scale), item);

	if (options)
		return json_array_size(options);
	return (size_t)(json_int(it, "max", 0) - json_int(it, "min", 0) + 1);
}

static int64_t answer_at(const json_t *scale, size_t item, size_t n)
{
	const json_t *options = options_of(scale, item);
	const json_t *it = json_array_get(items_of(scale), item);

	if (options)
		return json_int(json_array_get(options, n), "value", 0);
	return json_int(it, "min", 0) + (int64_t)n;
}

static json_t *random_sheet(struct bench *b, const json_t *scale)
{
	json_t *a = json_keep(json_array(), b->mem);

	for (size_t i = 0; i < json_array_size(items_of(scale)); i++)
		json_array_append_new(
			a, json_integer(answer_at(scale, i,
				   gen_below(&b->g,
					   (unsigned)answers_to(scale, i)))));
	return a;
}

/* Calls one for each instrument with items, with SHEETS random sheets. */
static void each_sheet(struct bench *b,
	void (*one)(struct bench *, const json_t *scale, json_t *answers))
{
	const json_t *list = catalogue_codes(b->c, "instrument")->items;
	size_t seen = 0;

	for (size_t k = 0; k < json_array_size(list); k++) {
		const json_t *scale = catalogue_scale(
			b->c, json_str(json_array_get(list, k), "code"));

		if (!items_of(scale))
			continue;
		seen++;
		for (int i = 0; i < SHEETS; i++)
			one(b, scale, random_sheet(b, scale));
	}
	CHECK(seen >= 21);
}

static bool scored(
	const json_t *scale, const json_t *answers, struct scale_result *r)
{
	struct err e;

	if (scale_score(scale, NULL, answers, r, &e))
		return true;
	CHECK_STR(e.field, "");
	return false;
}

static void in_range(struct bench *b, const json_t *scale, json_t *answers)
{
	const json_t *bands = json_object_get(scale, "bands");
	struct scale_result r;

	(void)b;
	if (!scored(scale, answers, &r))
		return;
	for (size_t i = 0; i < r.score_count; i++) {
		const json_t *how = r.scores[i].json;

		CHECK(r.scores[i].value <= (double)json_int(how, "max", 0));
		CHECK(r.scores[i].value >= (double)json_int(how, "min", 0));
	}
	CHECK(r.headline != NULL);
	CHECK(!bands == !r.band);
}

static void scores_stay_in_their_range(void)
{
	struct bench b = bench_open(1);

	each_sheet(&b, in_range);
	bench_close(&b);
}

static bool is_left_out(const json_t *scale, size_t item, int64_t answer)
{
	const json_t *options = options_of(scale, item);

	for (size_t i = 0; i < json_array_size(options); i++) {
		const json_t *o = json_array_get(options, i);

		if (json_int(o, "value", 0) == answer)
			return json_is_false(json_object_get(o, "applicable"));
	}
	return false;
}

/* Whether such a change of an answer is for more or for less of a score. */
static double way_of(const json_t *item, int64_t was, int64_t now)
{
	int64_t right = json_int(item, "right", 0);

	if (json_object_get(item, "right"))
		return (now == right) - (was == right);
	return (double)(json_flag(item, "reverse") ? was - now : now - was);
}

/* One item answered otherwise: each score moves the way it must, or stays. */
static void moves_rightly(struct bench *b, const json_t *scale, json_t *answers)
{
	size_t i = gen_below(&b->g, (unsigned)json_array_size(answers));
	const json_t *item = json_array_get(items_of(scale), i);
	int64_t was = json_integer_value(json_array_get(answers, i));
	int64_t now = answer_at(
		scale, i, gen_below(&b->g, (unsigned)answers_to(scale, i)));
	struct scale_result before, after;
	double way = way_of(item, was, now);

	if (is_left_out(scale, i, was) || is_left_out(scale, i, now) ||
		!scored(scale, answers, &before))
		return;
	json_array_set_new(answers, i, json_integer(now));
	if (!scored(scale, answers, &after))
		return;
	for (size_t k = 0; k < after.score_count; k++)
		CHECK((after.scores[k].value - before.scores[k].value) * way >=
			0);
}

static void a_higher_answer_never_lowers_a_score_unless_reversed(void)
{
	struct bench b = bench_open(2);

	for (int i = 0; i < 5; i++)
		each_sheet(&b, moves_rightly);
	bench_close(&b);
}

/* Reversing is min + max − answer: 1 of 1 … 4 counts 4, 4 counts 1. */
static void a_reversed_item_counts_the_other_way_round(void)
{
	struct bench b = bench_open(3);
	const json_t *scale = catalogue_scale(b.c, "csq8");

	for (int64_t v = 1; v <= 4; v++)
		for (size_t i = 0; i < 8; i++) {
			json_t *a = json_keep(json_pack("[i,i,i,i,i,i,i,i]", 2,
						      2, 2, 2, 2, 2, 2, 2),
				b.mem);
			bool turned = i == 1 || i == 3 || i == 4 || i == 7;
			struct scale_result r;

			json_array_set_new(a, i, json_integer(v));
			CHECK(scored(scale, a, &r));
			/* Four at 2 and four at 5 − 2, but for this one. */
			CHECK(r.headline->value ==
				20 - (turned ? 3 : 2) +
					(double)(turned ? 5 - v : v));
		}
	bench_close(&b);
}

static void what_does_not_apply_is_in_no_score_and_no_alert(void)
{
	static const char text[] =
#define Z "\"zh\":\"甲\",\"en\":\"A\""
		"{\"scale\":\"x\",\"version\":\"1\",\"label\":{" Z
		"},\"licence\":{" Z
		"},\"good\":\"low\",\"headline\":\"mean\",\"wording\":"
		"\"full\",\"options\":{\"o\":[{\"value\":0," Z
		"},{\"value\":5," Z "},{\"value\":9,\"applicable\":false," Z
		"}],\"p\":[{\"value\":0," Z "},{\"value\":4," Z
		"}]},\"items\":[{\"no\":\"1\",\"options\":\"o\"," Z
		"},{\"no\":\"2\",\"options\":\"p\"," Z
		"}],\"scores\":[{\"name\":\"mean\",\"do\":\"mean\","
		"\"decimals\":1,\"min\":0,\"max\":5," Z
		"},{\"name\":\"top\",\"do\":\"share\",\"from\":4,"
		"\"decimals\":1,\"min\":0,\"max\":100," Z
		"}],\"alerts\":[{\"item\":\"1\",\"from\":5,\"code\":"
		"\"five\"," Z "}]}";
	struct bench b = bench_open(4);
	struct scale_result r;
	struct err e;
	json_t *scale =
		json_read(text, sizeof(text) - 1, &json_limits_own, b.mem, &e);

	CHECK(scale_check(scale, &e));
	CHECK(scored(scale, json_keep(json_pack("[i,i]", 9, 4), b.mem), &r));
	CHECK(r.scores[0].value == 4 && r.scores[1].value == 100);
	CHECK(r.alert_count == 0);
	CHECK(scored(scale, json_keep(json_pack("[i,i]", 5, 0), b.mem), &r));
	CHECK(r.scores[0].value == 2.5 && r.scores[1].value == 50);
	CHECK(r.alert_count == 1);
	bench_close(&b);
}

/* 0.575 is kept a hair below itself, and 1.15 × 100 comes out a hair below 115:
 * neither may cost a unit. */
static void halves_are_rounded_up_though_binary_is_short_of_them(void)
{
	static const char text[] =
		"{\"scale\":\"x\",\"version\":\"1\",\"label\":{" Z
		"},\"licence\":{" Z
		"},\"good\":\"low\",\"headline\":\"raw\",\"wording\":"
		"\"full\",\"items\":[{\"no\":\"1\",\"min\":0,\"max\":100," Z
		"}],\"scores\":[{\"name\":\"raw\",\"do\":\"sum\",\"min\":0,"
		"\"max\":100," Z
		"},{\"name\":\"half\",\"do\":\"times\",\"of\":\"raw\","
		"\"by\":0.575,\"decimals\":2,\"min\":0,\"max\":100," Z
		"},{\"name\":\"floor\",\"do\":\"times\",\"of\":\"raw\","
		"\"by\":1.15,\"over\":0.01,\"rounding\":\"floor\",\"min\":0,"
		"\"max\":9999," Z "}]}";
	struct bench b = bench_open(5);
	struct scale_result r;
	struct err e;
	json_t *scale =
		json_read(text, sizeof(text) - 1, &json_limits_own, b.mem, &e);

	CHECK(scale_check(scale, &e));
	CHECK(scored(scale, json_keep(json_pack("[i]", 1), b.mem), &r));
	CHECK(r.scores[1].value == 0.58);
	CHECK(r.scores[2].value == 115);
	bench_close(&b);
}

int main(void)
{
	RUN(scores_stay_in_their_range);
	RUN(a_higher_answer_never_lowers_a_score_unless_reversed);
	RUN(a_reversed_item_counts_the_other_way_round);
	RUN(what_does_not_apply_is_in_no_score_and_no_alert);
	RUN(halves_are_rounded_up_though_binary_is_short_of_them);
	return tap_done();
}
