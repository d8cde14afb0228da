/*
 * scale_check_scores.c - whether the scores of an instrument can be made, and
 * its bands and alerts rest on scores and items there are.
 */
#include "proto/scale_check_in.h"

#include <string.h>

static const char *const score_kinds[] = {
	"sum", "count", "mean", "share", "add", "times", "goal_t", NULL};
static const char *const roundings[] = {"floor", "half_up", NULL};

/* clang-format off */
#define KEYS(list) .keys = list, .count = ARRAY_LEN(list)
#define VALUES     .min = -SCALE_VALUE, .max = SCALE_VALUE

static const struct grammar_key score_keys[] = {
	{"name",     GRAMMAR_NAME, .needed = true},
	{"do",       GRAMMAR_WORD, .needed = true, .words = score_kinds},
	{"items",    GRAMMAR_ANY, .needed = false},
	{"of",       GRAMMAR_ANY, .needed = false},
	{"by",       GRAMMAR_NUMBER, VALUES},
	{"over",     GRAMMAR_NUMBER, .min = 0, .max = SCALE_VALUE},
	{"rounding", GRAMMAR_WORD, .words = roundings},
	{"decimals", GRAMMAR_INT, .min = 0, .max = 4},
	{"rho",      GRAMMAR_NUMBER, .min = 0, .max = 1},
	{"from",     GRAMMAR_NUMBER, VALUES},
	{"min",      GRAMMAR_INT, .needed = true, VALUES},
	{"max",      GRAMMAR_INT, .needed = true, VALUES},
};
const struct grammar scale_score_grammar = {KEYS(score_keys), .labelled = true};

static const struct grammar_key band_keys[] = {
	{"code", GRAMMAR_NAME, .needed = true},
	{"from", GRAMMAR_NUMBER, .needed = true, VALUES},
};
static const struct grammar band_grammar = {KEYS(band_keys), .labelled = true};

static const struct grammar_key bands_keys[] = {
	{"of",   GRAMMAR_NAME, .needed = true},
	{"list", GRAMMAR_LIST, .needed = true, .min = 1, .max = 12, .of = &band_grammar, .by = "code"},
};
const struct grammar scale_bands_grammar = {KEYS(bands_keys)};

static const struct grammar_key alert_keys[] = {
	{"item",  GRAMMAR_VERSION, .needed = false},
	{"score", GRAMMAR_NAME, .needed = false},
	{"from",  GRAMMAR_NUMBER, .needed = true, VALUES},
	{"code",  GRAMMAR_NAME, .needed = true},
	{"flag",  GRAMMAR_NAME, .needed = false},
	{"level", GRAMMAR_INT, .needed = false, .min = 0, .max = 5},
};
const struct grammar scale_alert_grammar = {KEYS(alert_keys), .labelled = true};
/* clang-format on */

/* One score within the scores it is made among. */
struct score {
	struct scale_checking *c;
	const json_t *how;
	const json_t *scores;
	size_t i;
	const struct place *at;
};

static void need(const struct score *s, const char *key)
{
	if (!json_object_get(s->how, key))
		scale_wrong(s->c, s->at, NULL, MISTAKE_MISSING_KEY, key, "-");
}

/* The items a score names are items, each once. */
static void check_items(const struct score *s)
{
	const json_t *items = json_object_get(s->how, "items");
	struct place list = place_key(s->at, "items");

	if (items && json_array_size(items) == 0)
		scale_wrong(s->c, s->at, "items", MISTAKE_EMPTY, NULL, "-");
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *one = json_array_get(items, i);
		const char *no = json_string_value(one);
		struct place in = place_at(&list, i);

		if (!scale_has_item(s->c->scale, no))
			scale_wrong(s->c, &in, NULL, MISTAKE_UNKNOWN_ITEM,
				no ? no : "", "-");
		for (size_t k = 0; k < i; k++)
			if (json_equal(json_array_get(items, k), one))
				scale_wrong(s->c, &in, NULL, MISTAKE_TWICE, no,
					"-");
	}
}

static bool always_counts(const json_t *scale, const json_t *item)
{
	const json_t *options = scale_options(scale, json_str(item, "options"));

	for (size_t i = 0; i < json_array_size(options); i++)
		if (!scale_option_counts(json_array_get(options, i)))
			return false;
	return true;
}

/* Something to divide by there must be, whatever is answered. */
static void check_parts(const struct score *s)
{
	const json_t *only = json_object_get(s->how, "items");
	const json_t *items = json_object_get(s->c->scale, "items");

	check_items(s);
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *item = json_array_get(items, i);

		if ((!only || scale_lists(only, json_str(item, "no"))) &&
			always_counts(s->c->scale, item))
			return;
	}
	if (items)
		scale_wrong(s->c, s->at, NULL, MISTAKE_MAY_BE_NONE, NULL, "-");
}

static void check_share(const struct score *s)
{
	need(s, "from");
	check_parts(s);
}

static void made_before(const struct score *s, const json_t *of)
{
	const char *name = json_string_value(of);

	if (!scale_occurs(s->scores, s->i, "name", name))
		scale_wrong(s->c, s->at, "of", MISTAKE_UNKNOWN_SCORE,
			name ? name : "", "-");
}

static void check_add(const struct score *s)
{
	const json_t *of = json_object_get(s->how, "of");

	if (json_array_size(of) == 0)
		scale_wrong(
			s->c, s->at, "of", MISTAKE_BAD_KIND, NULL, "[\"…\"]");
	for (size_t i = 0; i < json_array_size(of); i++)
		made_before(s, json_array_get(of, i));
}

static void check_times(const struct score *s)
{
	const json_t *over = json_object_get(s->how, "over");

	need(s, "by");
	made_before(s, json_object_get(s->how, "of"));
	if (over && json_number_value(over) <= 0)
		scale_wrong(
			s->c, s->at, "over", MISTAKE_BAD_NUMBER, NULL, "> 0");
}

static void check_goal_t(const struct score *s)
{
	need(s, "rho");
	if (!json_object_get(s->c->scale, "goals"))
		scale_wrong(s->c, s->at, "do", MISTAKE_BAD_VALUE, "goal_t",
			"goals");
}

static const struct {
	const char *name;
	void (*check)(const struct score *s);
} kinds[] = {
	{"sum",    check_items },
	{"count",  check_items },
	{"mean",   check_parts },
	{"share",  check_share },
	{"add",    check_add   },
	{"times",  check_times },
	{"goal_t", check_goal_t},
};

static void check_score(const struct score *s)
{
	const char *kind = json_str(s->how, "do");

	scale_order(s->c, s->how, s->at);
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
		if (strcmp(kinds[k].name, kind) == 0)
			kinds[k].check(s);
}

/* ---- bands and alerts ---- */

static bool is_made(const json_t *scores, const char *name)
{
	return scale_occurs(scores, json_array_size(scores), "name", name) > 0;
}

static double from_of(const json_t *o)
{
	return json_number_value(json_object_get(o, "from"));
}

static void check_bands(struct scale_checking *c, const json_t *bands,
	const json_t *scores, const struct place *at)
{
	const json_t *list = json_object_get(bands, "list");
	const char *of = json_str(bands, "of");
	struct place place = place_key(at, "list");

	if (!is_made(scores, of))
		scale_wrong(c, at, "of", MISTAKE_UNKNOWN_SCORE, of, "-");
	for (size_t i = 1; i < json_array_size(list); i++) {
		struct place in = place_at(&place, i);

		if (from_of(json_array_get(list, i)) <=
			from_of(json_array_get(list, i - 1)))
			scale_wrong(
				c, &in, "from", MISTAKE_NOT_RISING, NULL, "-");
	}
}

void scale_check_scores(
	struct scale_checking *c, const json_t *way, const struct place *at)
{
	const json_t *scores = json_object_get(way, "scores");
	const json_t *own = json_object_get(way, "bands");
	const json_t *bands = own ? own : json_object_get(c->scale, "bands");
	const char *headline = json_str(c->scale, "headline");
	struct place list = place_key(at, "scores");
	struct place banded = place_key(own ? at : c->at, "bands");

	for (size_t i = 0; i < json_array_size(scores); i++) {
		struct place in = place_at(&list, i);
		struct score s = {c, json_array_get(scores, i), scores, i, &in};

		check_score(&s);
	}
	if (!is_made(scores, headline))
		scale_wrong(
			c, at, "scores", MISTAKE_UNKNOWN_SCORE, headline, "-");
	if (bands)
		check_bands(c, bands, scores, &banded);
}

/* A variant is watched as the instrument is, so it makes that score too. */
static void check_watched(
	struct scale_checking *c, const char *score, const struct place *at)
{
	const json_t *variants = json_object_get(c->scale, "variants");
	const json_t *scores = json_object_get(c->scale, "scores");

	for (size_t i = 0; i <= json_array_size(variants); i++) {
		if (!is_made(scores, score))
			scale_wrong(c, at, "score", MISTAKE_UNKNOWN_SCORE,
				score, "-");
		scores = json_object_get(json_array_get(variants, i), "scores");
	}
}

void scale_check_alerts(struct scale_checking *c)
{
	const json_t *list = json_object_get(c->scale, "alerts");
	struct place at = place_key(c->at, "alerts");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *alert = json_array_get(list, i);
		const char *item = json_str(alert, "item");
		const char *score = json_str(alert, "score");
		struct place in = place_at(&at, i);

		if (!item == !score)
			scale_wrong(
				c, &in, NULL, MISTAKE_MISSING_KEY, "item", "-");
		if (item && !scale_has_item(c->scale, item))
			scale_wrong(c, &in, "item", MISTAKE_UNKNOWN_ITEM, item,
				"-");
		if (score)
			check_watched(c, score, &in);
	}
}
