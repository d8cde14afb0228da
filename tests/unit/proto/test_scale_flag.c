/*
 * test_scale_flag.c - the risks a sheet points to. Rules: PHQ-9 item 9 from 1
 * whatever the total, SDS item 19 from 2 (domain reference 4.3, 4.4), NGASR
 * intent, plan and a total of 9 or more (4.15), ZBI-22 from 61 (4.11).
 */
#include "proto/scale.h"

#include "proto/types.h"
#include "tests/lib/tap.h"

#include <string.h>

static struct catalogue *catalogue;
static struct arena *mem;

/* "kind level, …" of the flags a sheet raises. */
static const char *flags(
	const char *instrument, const char *variant, const char *answers)
{
	static char out[200];
	struct err e;
	const json_t *scale = catalogue_scale(catalogue, instrument);
	json_t *given =
		json_read(answers, strlen(answers), &json_limits_own, mem, &e);
	json_t *list = scale_flags(scale, variant, given, mem);
	size_t at = 0;

	out[0] = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *f = json_array_get(list, i);

		CHECK(json_str(f, "zh") && json_str(f, "en"));
		at += (size_t)snprintf(out + at, sizeof(out) - at, "%s%s %d",
			at ? ", " : "", json_str(f, "kind"),
			(int)json_int(f, "level", -1));
	}
	return out;
}

static void a_thought_of_self_harm_is_flagged_whatever_the_total(void)
{
	/* Total 4, "minimal", and item 9 is 1. */
	CHECK_STR(flags("phq9", NULL, "[1,1,0,1,0,0,0,0,1]"), "self_harm 3");
	/* Total 24, "severe", and item 9 is 0. */
	CHECK_STR(flags("phq9", NULL, "[3,3,3,3,3,3,3,3,0]"), "");
	/* It does not wait for the rest of the sheet. */
	CHECK_STR(flags("phq9", NULL, "[1,null,0,1,0,0,0,0,1]"), "self_harm 3");
	CHECK_STR(flags("phq9", NULL, "[1,1,0,1,0,0,0,0,null]"), "");
}

static void item_19_of_sds_counts_from_2(void)
{
	CHECK_STR(
		flags("sds", NULL, "[2,3,2,1,3,3,1,3,2,3,3,2,2,2,2,3,3,2,1,3]"),
		"");
	CHECK_STR(
		flags("sds", NULL, "[2,3,2,1,3,3,1,3,2,3,3,2,2,2,2,3,3,2,2,3]"),
		"self_harm 3");
}

static void several_alerts_of_a_kind_are_one_flag(void)
{
	/* Intent (item 6, counts 1), plan (item 7, counts 3) and a high total
	 * at once. */
	const json_t *items =
		json_object_get(catalogue_scale(catalogue, "ngasr"), "items");
	char answers[200] = "[";

	for (size_t i = 0; i < json_array_size(items); i++) {
		const char *options =
			json_str(json_array_get(items, i), "options");
		const json_t *list = json_object_get(
			json_object_get(
				catalogue_scale(catalogue, "ngasr"), "options"),
			options);
		const json_t *last =
			json_array_get(list, json_array_size(list) - 1);
		size_t at = strlen(answers);

		snprintf(answers + at, sizeof(answers) - at, "%s%d",
			i ? "," : "", (int)json_int(last, "value", 0));
	}
	snprintf(answers + strlen(answers), 2, "]");
	CHECK_STR(flags("ngasr", NULL, answers), "self_harm 3");
}

static void a_score_may_be_watched_and_say_its_level(void)
{
	/* 15 × 3 + 7 × 2 = 59; one more 3 in place of a 2 twice: 61. */
	CHECK_STR(flags("zbi22", NULL,
			  "[3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,2,2,2,2,2,2,2]"),
		"");
	CHECK_STR(flags("zbi22", NULL,
			  "[3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,2,2,2,2,2]"),
		"caregiver_burden 2");
	/* An alert that points to no kind of risk raises none. */
	CHECK_STR(flags("financial", NULL, "[3,3,3,3]"), "");
	CHECK_STR(flags("gad7", NULL, "[3,3,3,3,3,3,3]"), "");
}

static void of_a_kind_the_highest_stands(void)
{
	static const char text[] =
		"{\"scale\":\"x\",\"version\":\"1\",\"options\":{\"o\":["
		"{\"value\":0},{\"value\":1},{\"value\":2}]},\"items\":["
		"{\"no\":\"1\",\"options\":\"o\"},{\"no\":\"2\","
		"\"options\":\"o\"}],\"scores\":[{\"name\":\"total\","
		"\"do\":\"sum\"}],\"headline\":\"total\",\"alerts\":["
		"{\"item\":\"1\",\"from\":1,\"flag\":\"neglect\",\"level\":1,"
		"\"zh\":\"a\",\"en\":\"a\"},{\"item\":\"2\",\"from\":1,"
		"\"flag\":\"neglect\",\"level\":4,\"zh\":\"b\",\"en\":\"b\"},"
		"{\"item\":\"2\",\"from\":2,\"flag\":\"abuse\",\"zh\":\"c\","
		"\"en\":\"c\"}]}";
	struct err e;
	json_t *scale =
		json_read(text, sizeof(text) - 1, &json_limits_own, mem, &e);
	json_t *both = json_keep(json_pack("[i, i]", 1, 2), mem);
	json_t *list = scale_flags(scale, NULL, both, mem);

	CHECK(json_array_size(list) == 2);
	CHECK(json_int(json_array_get(list, 0), "level", 0) == 4);
	CHECK_STR(json_str(json_array_get(list, 0), "zh"), "b");
	CHECK(json_int(json_array_get(list, 1), "level", 0) ==
		SCALE_FLAG_LEVEL);
}

int main(void)
{
	catalogue = catalogue_load();
	mem = arena_new();
	RUN(a_thought_of_self_harm_is_flagged_whatever_the_total);
	RUN(item_19_of_sds_counts_from_2);
	RUN(several_alerts_of_a_kind_are_one_flag);
	RUN(a_score_may_be_watched_and_say_its_level);
	RUN(of_a_kind_the_highest_stands);
	arena_free(mem);
	catalogue_free(catalogue);
	return tap_done();
}
