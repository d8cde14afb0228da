/*
 * test_scale_wording.c - licensed wordings: what a site may load, that nothing
 * in it changes a score, and that none is shipped.
 */
#include "proto/scale_wording.h"

#include "proto/types.h"
#include "tests/lib/tap.h"

struct bench {
	struct catalogue *c;
	struct arena *mem;
	const json_t *zbi12;
};

static struct bench bench_open(void)
{
	struct bench b = {catalogue_load(), arena_new(), NULL};

	b.zbi12 = catalogue_scale(b.c, "zbi12");
	return b;
}

static void bench_close(struct bench *b)
{
	arena_free(b->mem);
	catalogue_free(b->c);
}

/* A wording of all twelve items: "甲1" … in Chinese, the eleventh in English,
 * the last in both. */
static json_t *wording_of(struct bench *b)
{
	json_t *items = json_array();

	for (int i = 1; i <= 12; i++)
		json_array_append_new(
			items, json_pack("{s:s, s:s}", "no",
				       arena_printf(b->mem, "%d", i), "zh",
				       arena_printf(b->mem, "甲%d", i)));
	json_object_set_new(
		json_array_get(items, 11), "en", json_string("Twelve"));
	json_object_del(json_array_get(items, 10), "zh");
	json_object_set_new(
		json_array_get(items, 10), "en", json_string("Eleven"));
	return json_keep(
		json_pack("{s:s, s:s, s:s, s:o}", "scale", "zbi12", "version",
			"2001", "licence", "某院, 2026-001", "items", items),
		b->mem);
}

static const json_t *item(const json_t *scale, size_t i)
{
	return json_array_get(json_object_get(scale, "items"), i);
}

static void the_items_are_asked_in_the_licensed_words(void)
{
	struct bench b = bench_open();
	struct err e;
	json_t *worded = scale_with_wording(b.zbi12, wording_of(&b), b.mem, &e);

	CHECK(worded != NULL);
	CHECK(scale_lacks_wording(b.zbi12) && !scale_lacks_wording(worded));
	CHECK_STR(json_str(worded, "licensed"), "某院, 2026-001");
	CHECK_STR(json_str(item(worded, 0), "zh"), "甲1");
	/* A licence for one language covers no translation. */
	CHECK_STR(json_str(item(worded, 0), "en"), "甲1");
	CHECK_STR(json_str(item(worded, 10), "zh"), "Eleven");
	CHECK_STR(json_str(item(worded, 11), "en"), "Twelve");
	CHECK(scale_check(worded, &e));
	bench_close(&b);
}

/* Scored with the words or without them: the same, and it may be compared. */
static void words_change_no_score(void)
{
	static const char *const sheets[] = {"1,2,2,1,1,2,3,1,0,2,1,2",
		"0,0,0,0,0,0,0,0,0,0,0,0", "4,4,4,4,4,4,4,4,4,4,4,4"};
	struct bench b = bench_open();
	struct scale_result plain, worded;
	struct err e;
	json_t *with = scale_with_wording(b.zbi12, wording_of(&b), b.mem, &e);

	for (size_t i = 0; i < ARRAY_LEN(sheets); i++) {
		json_t *a = scale_parse_cli(b.zbi12, sheets[i], b.mem, &e);

		CHECK(scale_score(b.zbi12, NULL, a, &plain, &e));
		CHECK(scale_score(with, NULL, a, &worded, &e));
		CHECK(scale_pairs(&plain, &worded));
		CHECK_STR(
			json_canonical(scale_result_json(&plain, b.mem), b.mem),
			json_canonical(
				scale_result_json(&worded, b.mem), b.mem));
	}
	bench_close(&b);
}

static void options_may_have_words_of_their_own(void)
{
	struct bench b = bench_open();
	json_t *w = wording_of(&b), *with;
	struct err e;

	json_object_set_new(w, "options",
		json_pack("{s:[{s:i, s:s}]}", "frequency", "value", 4, "zh",
			"最"));
	with = scale_with_wording(b.zbi12, w, b.mem, &e);
	CHECK(with != NULL);
	CHECK_STR(json_canonical(
			  json_array_get(json_object_get(json_object_get(with,
								 "options"),
						 "frequency"),
				  4),
			  b.mem),
		"{\"en\":\"最\",\"value\":4,\"zh\":\"最\"}");
	bench_close(&b);
}

static void a_newer_wording_takes_the_place_of_an_older(void)
{
	struct bench b = bench_open();
	json_t *w = wording_of(&b), *once, *twice;
	struct err e;

	once = scale_with_wording(b.zbi12, w, b.mem, &e);
	json_object_set_new(w, "licence", json_string("某院, 2027-002"));
	json_object_set_new(json_array_get(json_object_get(w, "items"), 0),
		"zh", json_string("乙"));
	twice = scale_with_wording(once, w, b.mem, &e);
	CHECK(twice != NULL);
	CHECK_STR(json_str(twice, "licensed"), "某院, 2027-002");
	CHECK_STR(json_str(item(twice, 0), "zh"), "乙");
	CHECK_STR(json_str(item(twice, 0), "en"), "乙");
	bench_close(&b);
}

/* ---- what is refused ---- */

static void no_licence(json_t *w)
{
	json_object_del(w, "licence");
}

static void other_version(json_t *w)
{
	json_object_set_new(w, "version", json_string("1985"));
}

static void other_scale(json_t *w)
{
	json_object_set_new(w, "scale", json_string("zbi22"));
}

static void item_left_out(json_t *w)
{
	json_array_remove(json_object_get(w, "items"), 2);
}

static void item_twice(json_t *w)
{
	json_object_set_new(json_array_get(json_object_get(w, "items"), 2),
		"no", json_string("2"));
}

static void item_unknown(json_t *w)
{
	json_object_set_new(json_array_get(json_object_get(w, "items"), 2),
		"no", json_string("13"));
}

static void no_words(json_t *w)
{
	json_object_del(json_array_get(json_object_get(w, "items"), 2), "zh");
}

static void reversed(json_t *w)
{
	json_object_set_new(json_array_get(json_object_get(w, "items"), 2),
		"reverse", json_true());
}

static void new_scores(json_t *w)
{
	json_object_set_new(w, "scores", json_array());
}

static void new_bands(json_t *w)
{
	json_object_set_new(w, "bands", json_object());
}

static void new_option(json_t *w)
{
	json_object_set_new(w, "options",
		json_pack("{s:[{s:i, s:s}]}", "frequency", "value", 5, "zh",
			"x"));
}

static void other_options(json_t *w)
{
	json_object_set_new(w, "options",
		json_pack("{s:[{s:i, s:s}]}", "often", "value", 1, "zh", "x"));
}

static const struct {
	void (*spoil)(json_t *w);
	const char *path;
	enum mistake_code code;
} refused[] = {
	{no_licence,    "",			   MISTAKE_MISSING_KEY       },
	{other_version, "version",                    MISTAKE_BAD_VALUE         },
	{other_scale,   "scale",                      MISTAKE_UNKNOWN_INSTRUMENT},
	{item_left_out, "items",                      MISTAKE_MISSING_ITEM      },
	{item_twice,    "items[2].no",                MISTAKE_TWICE             },
	{item_unknown,  "items[2].no",                MISTAKE_UNKNOWN_ITEM      },
	{no_words,      "items[2]",                   MISTAKE_NO_LABEL          },
	{reversed,      "items[2].reverse",           MISTAKE_UNKNOWN_KEY       },
	{new_scores,    "scores",                     MISTAKE_UNKNOWN_KEY       },
	{new_bands,     "bands",                      MISTAKE_UNKNOWN_KEY       },
	{new_option,    "options.frequency[0].value", MISTAKE_BAD_NUMBER        },
	{other_options, "options.often",              MISTAKE_BAD_VALUE         },
};

static void a_wording_holds_the_same_items_and_nothing_that_scores(void)
{
	struct bench b = bench_open();

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		json_t *w = wording_of(&b);
		struct mistakes found;
		struct err e = {0};
		bool told = false;

		refused[i].spoil(w);
		mistakes_init(&found, b.mem);
		scale_wording_mistakes(b.zbi12, w, NULL, &found);
		for (size_t k = 0; k < found.count; k++)
			told |= found.list[k].code == refused[i].code &&
				strcmp(found.list[k].path, refused[i].path) ==
					0;
		CHECK(told);
		if (!told && found.count)
			CHECK_STR(found.list[0].path, refused[i].path);
		CHECK(scale_with_wording(b.zbi12, w, b.mem, &e) == NULL);
		CHECK(e.code == ERR_BAD_INPUT && e.field[0] != 0);
	}
	bench_close(&b);
}

static void a_wording_is_only_for_what_comes_without(void)
{
	struct bench b = bench_open();
	json_t *w =
		json_keep(json_pack("{s:s, s:s, s:s, s:[{s:s, s:s}]}", "scale",
				  "gad7", "version", "2006", "licence",
				  "nobody", "items", "no", "1", "zh", "x"),
			b.mem);
	struct mistakes found;

	mistakes_init(&found, b.mem);
	scale_wording_mistakes(catalogue_scale(b.c, "gad7"), w, NULL, &found);
	CHECK(found.count > 0 && found.list[0].code == MISTAKE_NOT_RESTRICTED);
	mistakes_init(&found, b.mem);
	scale_wording_mistakes(NULL, w, NULL, &found);
	CHECK(found.count == 1 &&
		found.list[0].code == MISTAKE_UNKNOWN_INSTRUMENT);
	bench_close(&b);
}

/* A tag is a word or two; a sentence would be the protected wording. */
static void restricted_instruments_ship_tags_only(void)
{
	static const char *const names[] = {"sas", "sds", "sdss", "whodas12",
		"zbi22", "zbi12", "csq8", "ipros", "ipos", "smod_a",
		"c_smod_a_23", "ngasr"};
	struct bench b = bench_open();

	for (size_t k = 0; k < ARRAY_LEN(names); k++) {
		const json_t *scale = catalogue_scale(b.c, names[k]);

		CHECK(scale_lacks_wording(scale));
		for (size_t i = 0; item(scale, i); i++) {
			CHECK(strlen(json_str(item(scale, i), "zh")) <= 45);
			CHECK(strlen(json_str(item(scale, i), "en")) <= 36);
		}
	}
	bench_close(&b);
}

int main(void)
{
	RUN(the_items_are_asked_in_the_licensed_words);
	RUN(words_change_no_score);
	RUN(options_may_have_words_of_their_own);
	RUN(a_newer_wording_takes_the_place_of_an_older);
	RUN(a_wording_holds_the_same_items_and_nothing_that_scores);
	RUN(a_wording_is_only_for_what_comes_without);
	RUN(restricted_instruments_ship_tags_only);
	return tap_done();
}
