/*
 * scale_check.c - whether an instrument's description holds together.
 *
 * Instruments are data that people add. The engine in scale.c trusts them, so
 * everything it would stumble over is found here, when the catalogue is read
 * or a pack is checked. Which keys there are stands in tables; what must fit
 * together is looked at afterwards, scores in scale_check_scores.c.
 */
#include "proto/scale_check_in.h"

#include <string.h>

static void check_option_sets(
	struct grammar_run *r, const json_t *sets, const struct place *at);

static const char *const goods[] = {"high", "low", NULL};
static const char *const wordings[] = {"full", "tags", NULL};
static const char *const reliabilities[] = {"retest", "alpha", NULL};

/* clang-format off */
#define KEYS(list) .keys = list, .count = ARRAY_LEN(list)
#define VALUES     .min = -SCALE_VALUE, .max = SCALE_VALUE

static const struct grammar_key option_keys[] = {
	{"value",      GRAMMAR_INT, .needed = true, VALUES},
	{"applicable", GRAMMAR_BOOL, .needed = false},
};
static const struct grammar option_grammar = {KEYS(option_keys), .labelled = true};
static const struct grammar_key option_set = {
	"options", GRAMMAR_LIST, .min = 1, .max = 32, .of = &option_grammar, .by = "value"};

static const struct grammar choice_grammar = {.labelled = true};

static const struct grammar_key item_keys[] = {
	{"no",      GRAMMAR_VERSION, .needed = true},
	{"options", GRAMMAR_NAME, .needed = false},
	{"reverse", GRAMMAR_BOOL, .needed = false},
	{"right",   GRAMMAR_INT, VALUES},
	{"min",     GRAMMAR_INT, VALUES},
	{"max",     GRAMMAR_INT, VALUES},
	{"choices", GRAMMAR_LIST, .min = 1, .max = SCALE_ANSWERS, .of = &choice_grammar},
};
static const struct grammar item_grammar = {KEYS(item_keys), .labelled = true};

/* Weights above nought keep the T score's root above nought. */
static const struct grammar_key weight_keys[] = {
	{"min", GRAMMAR_INT, .needed = true, .min = 1, .max = 99},
	{"max", GRAMMAR_INT, .needed = true, .min = 1, .max = 99},
};
static const struct grammar weight_grammar = {KEYS(weight_keys)};

static const struct grammar_key goal_keys[] = {
	{"min",    GRAMMAR_INT, .needed = true, .min = 1, .max = SCALE_ANSWERS},
	{"max",    GRAMMAR_INT, .needed = true, .min = 1, .max = SCALE_ANSWERS},
	{"weight", GRAMMAR_OBJECT, .needed = true, .of = &weight_grammar},
	{"level",  GRAMMAR_NAME, .needed = true},
};
static const struct grammar goal_grammar = {KEYS(goal_keys)};

static const struct grammar_key age_keys[] = {
	{"min", GRAMMAR_INT, .min = 0, .max = 120},
	{"max", GRAMMAR_INT, .min = 0, .max = 120},
};
static const struct grammar age_grammar = {KEYS(age_keys), .labelled = true};

static const struct grammar_key points_keys[] = {
	{"points", GRAMMAR_NUMBER, .needed = true, .min = 0, .max = SCALE_VALUE},
	{"source", GRAMMAR_TEXT, .needed = true, .min = 1, .max = SCALE_TEXT},
};
static const struct grammar points_grammar = {KEYS(points_keys)};

static const struct grammar_key norm_keys[] = {
	{"mean",   GRAMMAR_NUMBER, .needed = true, .min = 0, .max = SCALE_VALUE},
	{"sd",     GRAMMAR_NUMBER, .needed = true, .min = 0, .max = SCALE_VALUE},
	{"source", GRAMMAR_TEXT, .needed = true, .min = 1, .max = SCALE_TEXT},
};
static const struct grammar norm_grammar = {KEYS(norm_keys)};

static const struct grammar_key change_keys[] = {
	{"sd",     GRAMMAR_NUMBER, .min = 0, .max = SCALE_VALUE},
	{"r",      GRAMMAR_NUMBER, .min = 0, .max = 1},
	{"r_kind", GRAMMAR_WORD, .words = reliabilities},
	{"source", GRAMMAR_TEXT, .min = 1, .max = SCALE_TEXT},
	{"rule",   GRAMMAR_OBJECT, .of = &points_grammar},
	{"mcid",   GRAMMAR_OBJECT, .of = &points_grammar},
	{"cutoff", GRAMMAR_OBJECT, .of = &points_grammar},
	{"norm",   GRAMMAR_OBJECT, .of = &norm_grammar},
};
static const struct grammar change_grammar = {KEYS(change_keys)};

static const struct grammar_key variant_keys[] = {
	{"code",    GRAMMAR_VERSION, .needed = true},
	{"version", GRAMMAR_VERSION, .needed = true},
	{"scores",  GRAMMAR_LIST, .needed = true, .min = 1, .max = SCALE_SCORES, .of = &scale_score_grammar, .by = "name"},
	{"bands",   GRAMMAR_OBJECT, .of = &scale_bands_grammar},
};
static const struct grammar variant_grammar = {KEYS(variant_keys), .labelled = true};

static const struct grammar_key scale_keys[] = {
	{"scale",       GRAMMAR_NAME, .needed = true},
	{"version",     GRAMMAR_VERSION, .needed = true},
	{"label",       GRAMMAR_LABEL, .needed = true, .max = SCALE_LABEL},
	{"good",        GRAMMAR_WORD, .needed = true, .words = goods},
	{"headline",    GRAMMAR_NAME, .needed = true},
	{"respondents", GRAMMAR_NAMES, .min = 1, .max = 8},
	{"wording",     GRAMMAR_WORD, .needed = true, .words = wordings},
	{"licensed",    GRAMMAR_TEXT, .min = 1, .max = SCALE_LABEL},
	{"source",      GRAMMAR_TEXT, .min = 1, .max = SCALE_TEXT},
	{"licence",     GRAMMAR_LABEL, .needed = true, .max = SCALE_TEXT},
	{"about",       GRAMMAR_LABEL, .max = SCALE_TEXT},
	{"notice",      GRAMMAR_LABEL, .max = SCALE_TEXT},
	{"ages",        GRAMMAR_OBJECT, .of = &age_grammar},
	{"options",     GRAMMAR_ANY, .also = check_option_sets},
	{"items",       GRAMMAR_LIST, .min = 1, .max = SCALE_ANSWERS, .of = &item_grammar, .by = "no"},
	{"goals",       GRAMMAR_OBJECT, .of = &goal_grammar},
	{"scores",      GRAMMAR_LIST, .needed = true, .min = 1, .max = SCALE_SCORES, .of = &scale_score_grammar, .by = "name"},
	{"bands",       GRAMMAR_OBJECT, .of = &scale_bands_grammar},
	{"alerts",      GRAMMAR_LIST, .max = SCALE_ALERTS, .of = &scale_alert_grammar, .by = "code"},
	{"change",      GRAMMAR_OBJECT, .of = &change_grammar},
	{"variants",    GRAMMAR_LIST, .max = 8, .of = &variant_grammar, .by = "code"},
};
static const struct grammar scale_grammar = {KEYS(scale_keys)};
/* clang-format on */

/* ---- what the files of the check use ---- */

void scale_wrong(struct scale_checking *c, const struct place *at,
	const char *key, enum mistake_code code, const char *what,
	const char *accepts)
{
	struct place in = place_key(at, key);

	mistake_add(c->out, key ? &in : at, code, what, "%s", accepts);
}

void scale_no_options(struct scale_checking *c, const struct place *at,
	const char *key, const char *named)
{
	json_t *sets = json_object_get(c->scale, "options"), *list;
	const char *name;
	struct buf accepts;

	buf_init(&accepts, 200);
	json_object_foreach(sets, name, list)
		buf_printf(&accepts, "%s%s", accepts.n ? " " : "", name);
	scale_wrong(c, at, key, MISTAKE_BAD_VALUE, named,
		accepts.n ? accepts.p : "-");
	buf_free(&accepts);
}

size_t scale_occurs(
	const json_t *list, size_t n, const char *key, const char *want)
{
	size_t count = 0;

	for (size_t i = 0; want && i < n; i++) {
		const char *has = json_str(json_array_get(list, i), key);

		count += has && strcmp(has, want) == 0;
	}
	return count;
}

bool scale_has_item(const json_t *scale, const char *no)
{
	const json_t *items = json_object_get(scale, "items");

	return scale_occurs(items, json_array_size(items), "no", no) > 0;
}

void scale_order(
	struct scale_checking *c, const json_t *o, const struct place *at)
{
	const json_t *min = json_object_get(o, "min");
	const json_t *max = json_object_get(o, "max");

	if (min && max && json_number_value(min) > json_number_value(max))
		scale_wrong(c, at, NULL, MISTAKE_MIN_ABOVE_MAX, NULL, "-");
}

/* ---- options and items ---- */

static void check_option_sets(
	struct grammar_run *r, const json_t *sets, const struct place *at)
{
	grammar_members(r, &option_set, sets, at);
}

/* Reversing looks for the lowest and the highest option that counts. */
static void check_options(struct scale_checking *c)
{
	json_t *sets = json_object_get(c->scale, "options"), *list;
	struct place at = place_key(c->at, "options");
	const char *name;

	json_object_foreach(sets, name, list)
	{
		bool counts = false;

		for (size_t i = 0; i < json_array_size(list); i++)
			counts |= scale_option_counts(json_array_get(list, i));
		if (!counts)
			scale_wrong(
				c, &at, name, MISTAKE_MAY_BE_NONE, NULL, "-");
	}
}

static bool has_value(const json_t *options, int64_t value)
{
	for (size_t i = 0; i < json_array_size(options); i++)
		if (json_int(json_array_get(options, i), "value", 0) == value)
			return true;
	return false;
}

/* What an item may be answered with: an option set, or a number in limits. */
static void check_item(
	struct scale_checking *c, const json_t *item, const struct place *at)
{
	const char *name = json_str(item, "options");
	const json_t *options = scale_options(c->scale, name);
	const json_t *right = json_object_get(item, "right");
	char values[120];

	scale_describe(options, item, values, sizeof(values));
	if (name && !options)
		scale_no_options(c, at, "options", name);
	else if (!name && (!json_object_get(item, "min") ||
				  !json_object_get(item, "max")))
		scale_wrong(c, at, NULL, MISTAKE_MISSING_KEY, "options", "-");
	if (json_flag(item, "reverse") && (!name || right))
		scale_wrong(c, at, "reverse", MISTAKE_BAD_VALUE, "reverse",
			"\"options\", no \"right\"");
	if (right && !has_value(options, json_integer_value(right)))
		scale_wrong(
			c, at, "right", MISTAKE_BAD_NUMBER, "right", values);
	scale_order(c, item, at);
}

static void check_goals(struct scale_checking *c)
{
	const json_t *goals = json_object_get(c->scale, "goals");
	struct place at = place_key(c->at, "goals");
	struct place weight = place_key(&at, "weight");
	const char *level = json_str(goals, "level");

	scale_order(c, goals, &at);
	scale_order(c, json_object_get(goals, "weight"), &weight);
	if (!scale_options(c->scale, level))
		scale_no_options(c, &at, "level", level);
}

static void check_answered(struct scale_checking *c)
{
	const json_t *items = json_object_get(c->scale, "items");
	const json_t *goals = json_object_get(c->scale, "goals");
	struct place at = place_key(c->at, "items");

	if (!items == !goals)
		scale_wrong(c, c->at, NULL, MISTAKE_MISSING_KEY, "items", "-");
	for (size_t i = 0; i < json_array_size(items); i++) {
		struct place in = place_at(&at, i);

		check_item(c, json_array_get(items, i), &in);
	}
	if (goals)
		check_goals(c);
}

/* ---- the rest ---- */

static void check_ages(struct scale_checking *c)
{
	const json_t *ages = json_object_get(c->scale, "ages");
	struct place at = place_key(c->at, "ages");

	if (ages && !json_object_get(ages, "min") &&
		!json_object_get(ages, "max"))
		scale_wrong(c, &at, NULL, MISTAKE_MISSING_KEY, "min", "-");
	scale_order(c, ages, &at);
}

/* The SD and the reliability are of use only together, and with a source; an
 * SD of nought or a reliability of one would divide by nought. */
static void check_change(struct scale_checking *c)
{
	static const char *const together[] = {"sd", "r", "r_kind", "source"};
	const json_t *change = json_object_get(c->scale, "change");
	const json_t *sd = json_object_get(change, "sd");
	struct place at = place_key(c->at, "change");
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(together); i++)
		n += json_object_get(change, together[i]) != NULL;
	for (size_t i = 0; n && i < ARRAY_LEN(together); i++)
		if (!json_object_get(change, together[i]))
			scale_wrong(c, &at, NULL, MISTAKE_MISSING_KEY,
				together[i], "-");
	if (sd && json_number_value(sd) <= 0)
		scale_wrong(c, &at, "sd", MISTAKE_BAD_NUMBER, NULL, "> 0");
	if (json_number_value(json_object_get(change, "r")) >= 1)
		scale_wrong(c, &at, "r", MISTAKE_BAD_NUMBER, NULL, "< 1");
}

/* Each way of scoring has a version of its own: results are told apart by it.
 */
static void check_variants(struct scale_checking *c)
{
	const json_t *list = json_object_get(c->scale, "variants");
	struct place at = place_key(c->at, "variants");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		const char *version = json_str(v, "version");
		struct place in = place_at(&at, i);

		if (scale_occurs(list, i, "version", version) ||
			strcmp(version, json_str(c->scale, "version")) == 0)
			scale_wrong(
				c, &in, "version", MISTAKE_TWICE, version, "-");
		scale_check_scores(c, v, &in);
	}
}

void scale_mistakes(
	const json_t *scale, const struct place *at, struct mistakes *out)
{
	struct scale_checking c = {scale, at, out};
	struct grammar_run r = {NULL, out, NULL};
	size_t before = out->count;

	grammar_check(&r, &scale_grammar, scale, at);
	if (out->count != before || out->more)
		return;
	check_options(&c);
	check_answered(&c);
	check_ages(&c);
	check_change(&c);
	scale_check_scores(&c, scale, at);
	scale_check_alerts(&c);
	check_variants(&c);
}

bool scale_check(const json_t *scale, struct err *e)
{
	struct arena *mem = arena_new();
	const char *name = json_str(scale, "scale");
	struct mistakes found;
	struct buf text;
	bool ok;

	mistakes_init(&found, mem);
	scale_mistakes(scale, NULL, &found);
	ok = found.count == 0;
	if (!ok) {
		buf_init(&text, 300);
		mistake_sentence(&found.list[0], LANG_EN, &text);
		err_set(e, ERR_INTERNAL, "catalogue: scale '%s': %s: %s",
			name ? name : "", found.list[0].path, text.p);
		buf_free(&text);
	}
	arena_free(mem);
	return ok;
}
