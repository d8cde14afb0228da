/*
 * scale_answers.c - answers read into a sheet of plain numbers; see scale_in.h.
 */
#include "proto/scale_in.h"

#include <stdio.h>
#include <string.h>

/* ---- the description ---- */

static size_t item_count(const json_t *scale)
{
	return json_array_size(json_object_get(scale, "items"));
}

const json_t *scale_item_at(const json_t *scale, size_t i)
{
	return json_array_get(json_object_get(scale, "items"), i);
}

const json_t *scale_options(const json_t *scale, const char *name)
{
	return name ? json_object_get(json_object_get(scale, "options"), name)
		    : NULL;
}

const json_t *scale_find(const json_t *list, const char *key, const char *want)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		const char *has = json_str(o, key);

		if (has && strcmp(has, want) == 0)
			return o;
	}
	return NULL;
}

bool scale_lists(const json_t *texts, const char *text)
{
	for (size_t i = 0; i < json_array_size(texts); i++) {
		const char *s = json_string_value(json_array_get(texts, i));

		if (s && strcmp(s, text) == 0)
			return true;
	}
	return false;
}

/* ---- answers ---- */

static bool refuse(struct err *e, enum err_code code, const char *item,
	const char *accepts)
{
	char field[sizeof(e->field)];

	snprintf(field, sizeof(field), "answers[%s]", item);
	return err_field(e, code, field, "%s", accepts);
}

void scale_describe(
	const json_t *options, const json_t *limits, char *out, size_t room)
{
	size_t at = 0;

	if (!options) {
		snprintf(out, room, "%lld-%lld",
			(long long)json_int(limits, "min", 0),
			(long long)json_int(limits, "max", 0));
		return;
	}
	out[0] = 0;
	for (size_t i = 0; i < json_array_size(options) && at < room; i++) {
		const json_t *o = json_array_get(options, i);
		int n = snprintf(out + at, room - at, "%s%lld", i ? ", " : "",
			(long long)json_int(o, "value", 0));

		at += n > 0 ? (size_t)n : 0;
	}
}

static const json_t *option_of(const json_t *options, json_int_t value)
{
	for (size_t i = 0; i < json_array_size(options); i++) {
		const json_t *o = json_array_get(options, i);

		if (json_int(o, "value", 0) == value)
			return o;
	}
	return NULL;
}

bool scale_option_counts(const json_t *option)
{
	return !json_is_false(json_object_get(option, "applicable"));
}

/*
 * One number against the options or, without options, the min and max of
 * `limits`. The option found goes to *found.
 */
static bool read_number(const json_t *v, const json_t *options,
	const json_t *limits, const char *item, const json_t **found,
	struct err *e)
{
	char accepts[120];
	json_int_t n = json_integer_value(v);

	*found = NULL;
	scale_describe(options, limits, accepts, sizeof(accepts));
	if (!v || json_is_null(v))
		return refuse(e, ERR_MISSING, item, accepts);
	if (!json_is_integer(v))
		return refuse(e, ERR_BAD_KIND, item, accepts);
	if (options) {
		*found = option_of(options, n);
		return *found || refuse(e, ERR_OUT_OF_RANGE, item, accepts);
	}
	if (n < json_int(limits, "min", 0) || n > json_int(limits, "max", 0))
		return refuse(e, ERR_OUT_OF_RANGE, item, accepts);
	return true;
}

/* min + max − answer over the options that count. */
static int reversed(const json_t *options, int answer)
{
	int64_t low = INT64_MAX, high = INT64_MIN;

	for (size_t i = 0; i < json_array_size(options); i++) {
		const json_t *o = json_array_get(options, i);
		int64_t v = json_int(o, "value", 0);

		if (!scale_option_counts(o))
			continue;
		low = v < low ? v : low;
		high = v > high ? v : high;
	}
	return (int)(low + high - answer);
}

/* What an answer counts: a question of knowledge 1 when right, 0 when not. */
static int counted(const json_t *item, const json_t *options, int answer)
{
	const json_t *right = json_object_get(item, "right");

	if (right)
		return answer == (int)json_integer_value(right);
	return json_flag(item, "reverse") ? reversed(options, answer) : answer;
}

static bool read_item(
	struct sheet *s, size_t i, const json_t *answers, struct err *e)
{
	const json_t *item = scale_item_at(s->scale, i), *option;
	const json_t *options =
		scale_options(s->scale, json_str(item, "options"));
	const json_t *v = json_array_get(answers, i);

	if (!read_number(v, options, item, json_str(item, "no"), &option, e))
		return false;
	s->given[i] = (int)json_integer_value(v);
	s->x[i] = counted(item, options, s->given[i]);
	s->counts[i] = !option || scale_option_counts(option);
	return true;
}

static bool read_goal(
	struct sheet *s, size_t i, const json_t *answers, struct err *e)
{
	const json_t *goals = json_object_get(s->scale, "goals"), *option;
	const json_t *pair = json_array_get(answers, i);
	char no[32];

	snprintf(no, sizeof(no), "%zu", i + 1);
	if (json_array_size(pair) != 2)
		return refuse(e, ERR_BAD_KIND, no, "[weight, level]");
	snprintf(no, sizeof(no), "%zu.weight", i + 1);
	if (!read_number(json_array_get(pair, 0), NULL,
		    json_object_get(goals, "weight"), no, &option, e))
		return false;
	snprintf(no, sizeof(no), "%zu.level", i + 1);
	if (!read_number(json_array_get(pair, 1),
		    scale_options(s->scale, json_str(goals, "level")), NULL, no,
		    &option, e))
		return false;
	s->w[i] = (int)json_integer_value(json_array_get(pair, 0));
	s->x[i] = (int)json_integer_value(json_array_get(pair, 1));
	s->given[i] = s->x[i];
	s->counts[i] = true;
	return true;
}

bool scale_read_sheet(struct sheet *s, const json_t *scale,
	const json_t *answers, struct err *e)
{
	const json_t *goals = json_object_get(scale, "goals");
	size_t n = json_array_size(answers);
	size_t most =
		goals ? (size_t)json_int(goals, "max", 1) : item_count(scale);
	size_t least = goals ? (size_t)json_int(goals, "min", 1) : most;

	memset(s, 0, sizeof(*s));
	s->scale = scale;
	s->n = goals && n > least ? n : least;
	if (!json_is_array(answers))
		return err_field(e, ERR_BAD_KIND, "answers", "[…] × %zu", most);
	if (n > most)
		return err_field(e, ERR_OUT_OF_RANGE, "answers",
			least == most ? "%zu × 1" : "1-%zu", most);
	/* Too few are not refused as such: the first one missing is named. */
	for (size_t i = 0; i < s->n; i++)
		if (!(goals ? read_goal(s, i, answers, e)
			    : read_item(s, i, answers, e)))
			return false;
	return true;
}

void scale_read_given(
	struct sheet *s, const json_t *scale, const json_t *answers)
{
	struct err ignored;

	memset(s, 0, sizeof(*s));
	s->scale = scale;
	s->n = item_count(scale);
	for (size_t i = 0; i < s->n; i++)
		if (!read_item(s, i, answers, &ignored))
			s->counts[i] = false;
}
