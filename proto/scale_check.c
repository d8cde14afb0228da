/*
 * scale_check.c - whether an instrument's description holds together.
 *
 * Instruments are data that people add. The engine in scale.c trusts them, so
 * everything it would stumble over is found here, when the catalogue is read.
 */
#include "proto/scale.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const score_names[] = {"total", "raw", "standard",
	"percentage", "objective", "subjective", "utilization", "family",
	"friends", "other", "applicable", NULL};
static const char *const roundings[] = {"floor", "half_up", NULL};
static const char *const goods[] = {"high", "low", NULL};
static const char *const wordings[] = {"full", "tags", NULL};

static bool wrong(struct err *e, const json_t *scale, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

static bool wrong(struct err *e, const json_t *scale, const char *fmt, ...)
{
	const char *name = json_str(scale, "scale");
	char what[240];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return err_set(e, ERR_INTERNAL, "catalogue: scale '%s': %s",
		name ? name : "", what);
}

static bool one_of(const char *const *list, const char *text)
{
	for (; text && *list; list++)
		if (strcmp(*list, text) == 0)
			return true;
	return false;
}

static bool is_labelled(const json_t *o)
{
	return json_str(o, "zh") && json_str(o, "en");
}

static bool is_int(const json_t *o, const char *key)
{
	return json_is_integer(json_object_get(o, key));
}

/* How many of the first n members have `key` equal to `want`. */
static size_t occurs(
	const json_t *list, size_t n, const char *key, const char *want)
{
	size_t count = 0;

	for (size_t i = 0; want && i < n; i++) {
		const char *has = json_str(json_array_get(list, i), key);

		count += has && strcmp(has, want) == 0;
	}
	return count;
}

static bool has_item(const json_t *scale, const char *no)
{
	const json_t *items = json_object_get(scale, "items");

	return occurs(items, json_array_size(items), "no", no) == 1;
}

static bool check_options(const json_t *scale, struct err *e)
{
	json_t *sets = json_object_get(scale, "options"), *list;
	const char *name;

	json_object_foreach(sets, name, list)
	{
		if (json_array_size(list) == 0)
			return wrong(e, scale, "options '%s' are empty", name);
		for (size_t i = 0; i < json_array_size(list); i++) {
			const json_t *o = json_array_get(list, i);

			if (!is_int(o, "value") || !is_labelled(o))
				return wrong(e, scale,
					"option %zu of '%s' lacks value, zh or "
					"en",
					i + 1, name);
		}
	}
	return true;
}

static bool has_options(const json_t *scale, const json_t *o, const char *key)
{
	const char *name = json_str(o, key);

	return name &&
	       json_object_get(json_object_get(scale, "options"), name) != NULL;
}

static bool check_items(const json_t *scale, struct err *e)
{
	const json_t *items = json_object_get(scale, "items");

	if (json_array_size(items) == 0 ||
		json_array_size(items) > SCALE_ANSWERS)
		return wrong(e, scale, "needs 1 to %d items", SCALE_ANSWERS);
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *it = json_array_get(items, i);
		const char *no = json_str(it, "no");

		if (!no || !is_labelled(it))
			return wrong(
				e, scale, "item %zu lacks no, zh or en", i + 1);
		if (!has_item(scale, no))
			return wrong(e, scale, "item '%s' occurs twice", no);
		if (!has_options(scale, it, "options") &&
			(json_object_get(it, "options") ||
				json_flag(it, "reverse") ||
				!is_int(it, "min") || !is_int(it, "max")))
			return wrong(e, scale,
				"item '%s' has neither options nor limits", no);
	}
	return true;
}

static bool check_goals(const json_t *scale, struct err *e)
{
	const json_t *goals = json_object_get(scale, "goals");
	const json_t *weight = json_object_get(goals, "weight");

	if (json_int(goals, "min", 0) < 1 ||
		json_int(goals, "max", 0) < json_int(goals, "min", 0) ||
		json_int(goals, "max", 0) > SCALE_ANSWERS)
		return wrong(e, scale, "needs 1 to %d goals", SCALE_ANSWERS);
	/* Weights above nought keep the T score's root above nought. */
	if (json_int(weight, "min", 0) < 1 || !is_int(weight, "max") ||
		!has_options(scale, goals, "level"))
		return wrong(e, scale, "goals lack weight or level");
	return true;
}

static bool check_sum(
	const json_t *scale, const json_t *scores, size_t i, struct err *e)
{
	const json_t *how = json_array_get(scores, i);
	const json_t *items = json_object_get(how, "items");

	for (size_t k = 0; k < json_array_size(items); k++) {
		const char *no = json_string_value(json_array_get(items, k));

		if (!has_item(scale, no))
			return wrong(e, scale, "'%s' sums no item '%s'",
				json_str(how, "name"), no ? no : "");
	}
	return true;
}

static bool check_count(
	const json_t *scale, const json_t *scores, size_t i, struct err *e)
{
	(void)scores;
	(void)i;
	return json_object_get(scale, "items") != NULL ||
	       wrong(e, scale, "there are no items to count");
}

static bool check_add(
	const json_t *scale, const json_t *scores, size_t i, struct err *e)
{
	const json_t *of = json_object_get(json_array_get(scores, i), "of");

	for (size_t k = 0; k < json_array_size(of); k++)
		if (!occurs(scores, i, "name",
			    json_string_value(json_array_get(of, k))))
			return wrong(e, scale, "adds a score not made before");
	return json_array_size(of) > 0 || wrong(e, scale, "adds nothing");
}

static bool check_times(
	const json_t *scale, const json_t *scores, size_t i, struct err *e)
{
	const json_t *how = json_array_get(scores, i);
	const char *rounding = json_str(how, "rounding");

	if (!occurs(scores, i, "name", json_str(how, "of")))
		return wrong(e, scale, "multiplies a score not made before");
	if (!json_is_number(json_object_get(how, "by")))
		return wrong(e, scale, "'by' is no number");
	if (rounding && !one_of(roundings, rounding))
		return wrong(e, scale, "there is no rounding '%s'", rounding);
	return true;
}

static bool check_goal_t(
	const json_t *scale, const json_t *scores, size_t i, struct err *e)
{
	double rho = json_number_value(
		json_object_get(json_array_get(scores, i), "rho"));

	if (!json_object_get(scale, "goals"))
		return wrong(e, scale, "goal_t needs goals");
	return (rho >= 0 && rho <= 1) || wrong(e, scale, "rho is 0 to 1");
}

static const struct {
	const char *name;
	bool (*check)(const json_t *scale, const json_t *scores, size_t i,
		struct err *e);
} kinds[] = {
	{"sum",    check_sum   },
	{"count",  check_count },
	{"add",    check_add   },
	{"times",  check_times },
	{"goal_t", check_goal_t},
};

static bool check_kind(
	const json_t *scale, const json_t *scores, size_t i, struct err *e)
{
	const char *kind = json_str(json_array_get(scores, i), "do");

	for (size_t k = 0; kind && k < ARRAY_LEN(kinds); k++)
		if (strcmp(kinds[k].name, kind) == 0)
			return kinds[k].check(scale, scores, i, e);
	return wrong(
		e, scale, "there is no kind of score '%s'", kind ? kind : "");
}

/* The scores of the instrument or of a variant, and what rests on them. */
static bool check_scores(
	const json_t *scale, const json_t *scores, struct err *e)
{
	const json_t *bands = json_object_get(scale, "bands");
	size_t n = json_array_size(scores);

	if (n == 0 || n > SCALE_SCORES)
		return wrong(e, scale, "needs 1 to %d scores", SCALE_SCORES);
	for (size_t i = 0; i < n; i++) {
		const json_t *how = json_array_get(scores, i);
		const char *name = json_str(how, "name");

		if (!one_of(score_names, name))
			return wrong(e, scale, "no score is called '%s'",
				name ? name : "");
		if (occurs(scores, n, "name", name) != 1)
			return wrong(e, scale, "score '%s' occurs twice", name);
		if (!is_labelled(how) || !is_int(how, "min") ||
			!is_int(how, "max"))
			return wrong(e, scale,
				"score '%s' lacks zh, en, min or max", name);
		if (!check_kind(scale, scores, i, e))
			return false;
	}
	if (!occurs(scores, n, "name", json_str(scale, "headline")))
		return wrong(e, scale, "headline is none of the scores");
	if (bands && !occurs(scores, n, "name", json_str(bands, "of")))
		return wrong(e, scale, "bands of no score");
	return true;
}

static bool check_bands(const json_t *scale, struct err *e)
{
	const json_t *bands = json_object_get(scale, "bands");
	const json_t *list = json_object_get(bands, "list");

	if (bands && json_array_size(list) == 0)
		return wrong(e, scale, "no bands");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *b = json_array_get(list, i);
		const json_t *before = i ? json_array_get(list, i - 1) : NULL;

		if (!json_str(b, "code") || !is_labelled(b) ||
			!is_int(b, "from"))
			return wrong(
				e, scale, "band %zu lacks something", i + 1);
		if (before &&
			json_int(before, "from", 0) >= json_int(b, "from", 0))
			return wrong(e, scale, "band '%s' does not rise",
				json_str(b, "code"));
	}
	return true;
}

static bool check_alerts(const json_t *scale, struct err *e)
{
	const json_t *list = json_object_get(scale, "alerts");

	if (json_array_size(list) > SCALE_ALERTS)
		return wrong(e, scale, "at most %d alerts", SCALE_ALERTS);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *a = json_array_get(list, i);

		if (!has_item(scale, json_str(a, "item")) ||
			!is_int(a, "from") || !json_str(a, "code") ||
			!is_labelled(a))
			return wrong(
				e, scale, "alert %zu lacks something", i + 1);
	}
	return true;
}

static bool check_variants(const json_t *scale, struct err *e)
{
	const json_t *list = json_object_get(scale, "variants");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		const char *code = json_str(v, "code");

		if (!code || !json_str(v, "version") || !is_labelled(v))
			return wrong(
				e, scale, "variant %zu lacks something", i + 1);
		if (!check_scores(scale, json_object_get(v, "scores"), e))
			return false;
	}
	return true;
}

bool scale_check(const json_t *scale, struct err *e)
{
	bool goals = json_object_get(scale, "goals") != NULL;

	if (!json_str(scale, "scale") || !json_str(scale, "version") ||
		!is_labelled(json_object_get(scale, "label")) ||
		!is_labelled(json_object_get(scale, "licence")))
		return wrong(e, scale, "lacks version, label or licence");
	if (!one_of(goods, json_str(scale, "good")))
		return wrong(e, scale, "good is high or low");
	if (!one_of(wordings, json_str(scale, "wording")))
		return wrong(e, scale, "wording is full or tags");
	return check_options(scale, e) &&
	       (goals ? check_goals(scale, e) : check_items(scale, e)) &&
	       check_scores(scale, json_object_get(scale, "scores"), e) &&
	       check_bands(scale, e) && check_alerts(scale, e) &&
	       check_variants(scale, e);
}
