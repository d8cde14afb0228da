/*
 * codes_check.c - whether a code list holds together (pack_check.h).
 */
#include "proto/pack_check.h"

#include "proto/grammar.h"

#include <string.h>

#define LABEL_MAX 200
#define TEXT_MAX  1000
#define ITEMS_MAX 500

/* Items may carry what a program knows of them (the official number of an
 * ethnicity, a kind of day); those keys are the list's own affair. */
static void check_item(struct mistakes *out, const json_t *items, size_t i,
	const struct place *at)
{
	const json_t *item = json_array_get(items, i);
	const char *code = json_str(item, "code");
	struct place in = place_key(at, "code");

	if (!json_is_object(item)) {
		mistake_add(out, at, MISTAKE_BAD_KIND, NULL, "{…}");
		return;
	}
	if (!code || !*code)
		mistake_add(out, at, MISTAKE_MISSING_KEY, "code", "-");
	if (!json_str(item, "zh") || !*json_str(item, "zh") ||
		!json_str(item, "en") || !*json_str(item, "en"))
		mistake_add(out, at, MISTAKE_NO_LABEL, NULL, "-");
	for (size_t k = 0; code && k < i; k++) {
		const char *other = json_str(json_array_get(items, k), "code");

		if (other && strcmp(other, code) == 0)
			mistake_add(out, &in, MISTAKE_TWICE, code, "-");
	}
}

static void are_items(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	if (!json_is_array(v)) {
		grammar_wrong(r, at, MISTAKE_BAD_KIND, NULL, "[…]");
		return;
	}
	if (json_array_size(v) == 0)
		grammar_wrong(r, at, MISTAKE_EMPTY, NULL, "-");
	if (json_array_size(v) > ITEMS_MAX)
		grammar_wrong(r, at, MISTAKE_TOO_MANY, NULL, "%d", ITEMS_MAX);
	for (size_t i = 0; i < json_array_size(v) && i < ITEMS_MAX; i++) {
		struct place in = place_at(at, i);

		check_item(r->out, v, i, &in);
	}
}

/* clang-format off */
static const struct grammar_key codes_keys[] = {
	{.key = "codes", .kind = GRAMMAR_NAME, .needed = true},
	{.key = "label", .kind = GRAMMAR_LABEL, .needed = true, .max = LABEL_MAX},
	{.key = "version", .kind = GRAMMAR_VERSION},
	{.key = "source", .kind = GRAMMAR_TEXT, .max = TEXT_MAX},
	{.key = "items", .needed = true, .also = are_items},
};
/* clang-format on */
static const struct grammar codes = {
	codes_keys, ARRAY_LEN(codes_keys), false, NULL};

void codes_mistakes(const json_t *list, const struct code_list *before,
	const struct place *at, struct mistakes *out)
{
	struct grammar_run r = {NULL, out, NULL};
	struct code_list now = {"", json_object_get(list, "items")};
	struct place in = place_key(at, "items");
	size_t count = out->count;

	grammar_check(&r, &codes, list, at);
	/* Without sound codes the comparison says nothing. */
	for (size_t i = 0; before && out->count == count &&
			   i < json_array_size(before->items);
		i++) {
		const char *code =
			json_str(json_array_get(before->items, i), "code");

		if (!code_list_item(&now, code))
			mistake_add(out, &in, MISTAKE_CODE_GONE, code, "-");
	}
}
