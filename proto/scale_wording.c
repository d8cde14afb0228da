/*
 * scale_wording.c - see scale_wording.h.
 */
#include "proto/scale_wording.h"

#include "proto/scale_check_in.h"

#include <string.h>

/* clang-format off */
#define KEYS(list) .keys = list, .count = ARRAY_LEN(list)

static const struct grammar_key item_keys[] = {
	{"no", GRAMMAR_VERSION, .needed = true},
	{"zh", GRAMMAR_TEXT, .min = 1, .max = SCALE_LABEL},
	{"en", GRAMMAR_TEXT, .min = 1, .max = SCALE_LABEL},
};
static const struct grammar item_grammar = {KEYS(item_keys)};

static const struct grammar_key option_keys[] = {
	{"value", GRAMMAR_INT, .needed = true, .min = -SCALE_VALUE, .max = SCALE_VALUE},
	{"zh",    GRAMMAR_TEXT, .min = 1, .max = SCALE_LABEL},
	{"en",    GRAMMAR_TEXT, .min = 1, .max = SCALE_LABEL},
};
static const struct grammar option_grammar = {KEYS(option_keys)};
static const struct grammar_key option_set = {
	"options", GRAMMAR_LIST, .min = 1, .max = 32, .of = &option_grammar, .by = "value"};

static void check_option_sets(
	struct grammar_run *r, const json_t *sets, const struct place *at);

static const struct grammar_key wording_keys[] = {
	{"scale",   GRAMMAR_NAME, .needed = true},
	{"version", GRAMMAR_VERSION, .needed = true},
	{"licence", GRAMMAR_TEXT, .needed = true, .min = 4, .max = SCALE_LABEL},
	{"about",   GRAMMAR_LABEL, .max = SCALE_TEXT},
	{"options", GRAMMAR_ANY, .also = check_option_sets},
	{"items",   GRAMMAR_LIST, .needed = true, .min = 1, .max = SCALE_ANSWERS, .of = &item_grammar, .by = "no"},
};
static const struct grammar wording_grammar = {KEYS(wording_keys)};
/* clang-format on */

bool scale_lacks_wording(const json_t *scale)
{
	const char *wording = json_str(scale, "wording");

	return wording && strcmp(wording, "tags") == 0;
}

/* ---- whether it fits ---- */

static void check_words(
	struct scale_checking *c, const json_t *o, const struct place *at)
{
	if (!json_str(o, "zh") && !json_str(o, "en"))
		scale_wrong(c, at, NULL, MISTAKE_NO_LABEL, NULL, "-");
}

static void check_items(struct scale_checking *c, const json_t *wording)
{
	const json_t *items = json_object_get(wording, "items");
	const json_t *asked = json_object_get(c->scale, "items");
	size_t n = json_array_size(items);
	struct place at = place_key(c->at, "items");

	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(items, i);
		const char *no = json_str(item, "no");
		struct place in = place_at(&at, i);

		check_words(c, item, &in);
		if (!scale_has_item(c->scale, no))
			scale_wrong(
				c, &in, "no", MISTAKE_UNKNOWN_ITEM, no, "-");
	}
	for (size_t i = 0; i < json_array_size(asked); i++) {
		const char *no = json_str(json_array_get(asked, i), "no");

		if (!scale_occurs(items, n, "no", no))
			scale_wrong(
				c, &at, NULL, MISTAKE_MISSING_ITEM, no, "-");
	}
}

static void check_option_sets(
	struct grammar_run *r, const json_t *sets, const struct place *at)
{
	grammar_members(r, &option_set, sets, at);
}

static const json_t *option_of(const json_t *list, int64_t value)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_int(json_array_get(list, i), "value", 0) == value)
			return json_array_get(list, i);
	return NULL;
}

static void check_options(struct scale_checking *c, const json_t *list,
	const json_t *own, const struct place *at)
{
	char values[120];

	scale_describe(own, NULL, values, sizeof(values));
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		struct place in = place_at(at, i);

		check_words(c, o, &in);
		if (!option_of(own, json_int(o, "value", 0)))
			scale_wrong(c, &in, "value", MISTAKE_BAD_NUMBER, NULL,
				values);
	}
}

static void check_sets(struct scale_checking *c, const json_t *wording)
{
	json_t *sets = json_object_get(wording, "options"), *list;
	struct place at = place_key(c->at, "options");
	const char *name;

	json_object_foreach(sets, name, list)
	{
		const json_t *own = scale_options(c->scale, name);
		struct place in = place_key(&at, name);

		if (own)
			check_options(c, list, own, &in);
		else
			scale_no_options(c, &at, name, name);
	}
}

/* Is it the instrument it names, and one that comes without its words? */
static bool check_named(struct scale_checking *c, const json_t *wording)
{
	const char *name = json_str(wording, "scale");
	const char *version = json_str(wording, "version");
	const char *own = json_str(c->scale, "scale");

	if (!own || strcmp(own, name) != 0) {
		scale_wrong(c, c->at, "scale", MISTAKE_UNKNOWN_INSTRUMENT, name,
			own ? own : "-");
		return false;
	}
	if (!scale_lacks_wording(c->scale) && !json_str(c->scale, "licensed"))
		scale_wrong(
			c, c->at, "scale", MISTAKE_NOT_RESTRICTED, name, "-");
	if (strcmp(version, json_str(c->scale, "version")) != 0)
		scale_wrong(c, c->at, "version", MISTAKE_BAD_VALUE, version,
			json_str(c->scale, "version"));
	return true;
}

void scale_wording_mistakes(const json_t *scale, const json_t *wording,
	const struct place *at, struct mistakes *out)
{
	struct scale_checking c = {scale, at, out};
	struct grammar_run r = {NULL, out, NULL};
	size_t before = out->count;

	grammar_check(&r, &wording_grammar, wording, at);
	if (out->count != before || out->more || !check_named(&c, wording))
		return;
	check_sets(&c, wording);
	check_items(&c, wording);
}

/* ---- putting it on ---- */

static void put_words(json_t *o, const json_t *words)
{
	const char *zh = json_str(words, "zh"), *en = json_str(words, "en");

	json_object_set_new(o, "zh", json_string(zh ? zh : en));
	json_object_set_new(o, "en", json_string(en ? en : zh));
}

static void put_items(json_t *scale, const json_t *wording)
{
	json_t *items = json_object_get(scale, "items");
	const json_t *list = json_object_get(wording, "items");

	for (size_t i = 0; i < json_array_size(items); i++) {
		json_t *item = json_array_get(items, i);

		put_words(item, scale_find(list, "no", json_str(item, "no")));
	}
}

static void put_options(json_t *scale, const json_t *wording)
{
	json_t *sets = json_object_get(wording, "options"), *list;
	const char *name;

	json_object_foreach(sets, name, list)
	{
		json_t *own = json_object_get(
			json_object_get(scale, "options"), name);

		for (size_t i = 0; i < json_array_size(own); i++) {
			json_t *o = json_array_get(own, i);
			const json_t *words =
				option_of(list, json_int(o, "value", 0));

			if (words)
				put_words(o, words);
		}
	}
}

json_t *scale_with_wording(const json_t *scale, const json_t *wording,
	struct arena *mem, struct err *e)
{
	const json_t *about = json_object_get(wording, "about");
	struct mistakes found;
	json_t *out;

	mistakes_init(&found, mem);
	scale_wording_mistakes(scale, wording, NULL, &found);
	if (found.count) {
		const struct mistake *m = &found.list[0];

		err_field(e, ERR_BAD_INPUT, *m->path ? m->path : "wording",
			"%s", *m->accepts ? m->accepts : mistake_name(m->code));
		return NULL;
	}
	out = json_keep(json_deep_copy(scale), mem);
	put_items(out, wording);
	put_options(out, wording);
	if (about)
		json_object_set_new(out, "about", json_deep_copy(about));
	json_object_set_new(out, "wording", json_string("full"));
	json_object_set_new(
		out, "licensed", json_string(json_str(wording, "licence")));
	return out;
}
