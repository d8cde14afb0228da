/*
 * scale.c - see scale.h. Answers are first read into a sheet of plain numbers,
 * which is where all that can be wrong with them is found; the score kinds, one
 * row each in `kinds`, only do sums over the sheet.
 */
#include "proto/scale.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What was answered, ready for sums. Of a goal, x is the level reached. */
struct sheet {
	const json_t *scale;
	size_t n;
	int given[SCALE_ANSWERS];
	int x[SCALE_ANSWERS]; /* after reversing */
	int w[SCALE_ANSWERS];
	bool counts[SCALE_ANSWERS];
};

/* ---- the description ---- */

static size_t item_count(const json_t *scale)
{
	return json_array_size(json_object_get(scale, "items"));
}

static const json_t *item_at(const json_t *scale, size_t i)
{
	return json_array_get(json_object_get(scale, "items"), i);
}

static const json_t *options_named(const json_t *scale, const char *name)
{
	return name ? json_object_get(json_object_get(scale, "options"), name)
		    : NULL;
}

/* The member of a list of objects whose `key` is `want`, or NULL. */
static const json_t *find(const json_t *list, const char *key, const char *want)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		const char *has = json_str(o, key);

		if (has && strcmp(has, want) == 0)
			return o;
	}
	return NULL;
}

static bool in_list(const json_t *list, const char *text)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *s = json_string_value(json_array_get(list, i));

		if (s && strcmp(s, text) == 0)
			return true;
	}
	return false;
}

/* ---- reading answers ---- */

static bool refuse(struct err *e, enum err_code code, const char *item,
	const char *accepts)
{
	char field[sizeof(e->field)];

	snprintf(field, sizeof(field), "answers[%s]", item);
	return err_field(e, code, field, "%s", accepts);
}

/* What an item takes: "0, 1, 2, 3" or "0-9". */
static void describe(
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

static bool is_applicable(const json_t *option)
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
	describe(options, limits, accepts, sizeof(accepts));
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

		if (!is_applicable(o))
			continue;
		low = v < low ? v : low;
		high = v > high ? v : high;
	}
	return (int)(low + high - answer);
}

static bool read_item(
	struct sheet *s, size_t i, const json_t *answers, struct err *e)
{
	const json_t *item = item_at(s->scale, i), *option;
	const json_t *options =
		options_named(s->scale, json_str(item, "options"));
	const json_t *v = json_array_get(answers, i);

	if (!read_number(v, options, item, json_str(item, "no"), &option, e))
		return false;
	s->given[i] = (int)json_integer_value(v);
	s->x[i] = json_flag(item, "reverse") ? reversed(options, s->given[i])
					     : s->given[i];
	s->counts[i] = !option || is_applicable(option);
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
		    options_named(s->scale, json_str(goals, "level")), NULL, no,
		    &option, e))
		return false;
	s->w[i] = (int)json_integer_value(json_array_get(pair, 0));
	s->x[i] = (int)json_integer_value(json_array_get(pair, 1));
	s->given[i] = s->x[i];
	s->counts[i] = true;
	return true;
}

static bool read_sheet(struct sheet *s, const json_t *scale,
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

/* ---- scores ---- */

/* An earlier score of the same result; scale_check() made sure of it. */
static double earlier(const struct scale_result *r, const char *name)
{
	for (size_t i = 0; i < r->score_count; i++)
		if (strcmp(r->scores[i].name, name) == 0)
			return r->scores[i].value;
	return 0;
}

static double do_sum(
	const json_t *how, const struct sheet *s, const struct scale_result *r)
{
	const json_t *only = json_object_get(how, "items");
	int sum = 0;

	(void)r;
	for (size_t i = 0; i < s->n; i++)
		if (s->counts[i] &&
			(!only || in_list(only, json_str(item_at(s->scale, i),
							"no"))))
			sum += s->x[i];
	return sum;
}

static double do_count(
	const json_t *how, const struct sheet *s, const struct scale_result *r)
{
	size_t n = 0;

	(void)how;
	(void)r;
	for (size_t i = 0; i < s->n; i++)
		n += s->counts[i];
	return (double)n;
}

static double do_add(
	const json_t *how, const struct sheet *s, const struct scale_result *r)
{
	const json_t *of = json_object_get(how, "of");
	double sum = 0;

	(void)s;
	for (size_t i = 0; i < json_array_size(of); i++)
		sum += earlier(r, json_string_value(json_array_get(of, i)));
	return sum;
}

static double do_times(
	const json_t *how, const struct sheet *s, const struct scale_result *r)
{
	const char *rounding = json_str(how, "rounding");
	double v = earlier(r, json_str(how, "of")) *
		   json_number_value(json_object_get(how, "by"));

	(void)s;
	if (!rounding)
		return v;
	return strcmp(rounding, "floor") == 0 ? floor(v) : floor(v + 0.5);
}

static double do_goal_t(
	const json_t *how, const struct sheet *s, const struct scale_result *r)
{
	double rho = json_number_value(json_object_get(how, "rho"));
	double wx = 0, ww = 0, w = 0;

	(void)r;
	for (size_t i = 0; i < s->n; i++) {
		wx += s->w[i] * s->x[i];
		ww += s->w[i] * s->w[i];
		w += s->w[i];
	}
	return 50 + 10 * wx / sqrt((1 - rho) * ww + rho * w * w);
}

static const struct {
	const char *name;
	double (*make)(const json_t *how, const struct sheet *s,
		const struct scale_result *r);
} kinds[] = {
	{"sum",    do_sum   },
	{"count",  do_count },
	{"add",    do_add   },
	{"times",  do_times },
	{"goal_t", do_goal_t},
};

static double make_score(
	const json_t *how, const struct sheet *s, const struct scale_result *r)
{
	const char *kind = json_str(how, "do");
	double unit = pow(10, (double)json_int(how, "decimals", 0));

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].name, kind) == 0)
			return floor(kinds[i].make(how, s, r) * unit + 0.5) /
			       unit;
	die("scale: no way to make a score by '%s'", kind);
}

static const json_t *find_band(
	const json_t *scale, const struct scale_result *r)
{
	const json_t *bands = json_object_get(scale, "bands");
	const json_t *list = json_object_get(bands, "list"), *found = NULL;
	double v = bands ? earlier(r, json_str(bands, "of")) : 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *b = json_array_get(list, i);

		if (v >= (double)json_int(b, "from", 0))
			found = b;
	}
	return found;
}

static void find_alerts(const struct sheet *s, struct scale_result *r)
{
	const json_t *list = json_object_get(s->scale, "alerts");

	for (size_t a = 0; a < json_array_size(list); a++) {
		const json_t *alert = json_array_get(list, a);

		for (size_t i = 0; i < s->n; i++)
			if (strcmp(json_str(item_at(s->scale, i), "no"),
				    json_str(alert, "item")) == 0 &&
				s->given[i] >= json_int(alert, "from", 0) &&
				r->alert_count < SCALE_ALERTS)
				r->alerts[r->alert_count++] = alert;
	}
}

/* Where version and scores come from: a variant, or the instrument. */
static const json_t *way_of(
	const json_t *scale, const char *variant, struct err *e)
{
	const json_t *list = json_object_get(scale, "variants");
	const json_t *way = variant ? find(list, "code", variant) : scale;
	char known[120] = "-";
	size_t at = 0;

	for (size_t i = 0; !way && i < json_array_size(list); i++) {
		int n = snprintf(known + at, sizeof(known) - at, "%s%s",
			i ? ", " : "",
			json_str(json_array_get(list, i), "code"));

		at = n > 0 && at + (size_t)n < sizeof(known) ? at + (size_t)n
							     : at;
	}
	if (!way)
		err_field(e, ERR_BAD_CODE, "variant", "%s", known);
	return way;
}

bool scale_score(const json_t *scale, const char *variant,
	const json_t *answers, struct scale_result *out, struct err *e)
{
	const json_t *way = way_of(scale, variant, e);
	const json_t *scores = json_object_get(way, "scores");
	const char *headline = json_str(scale, "headline");
	struct sheet s;

	memset(out, 0, sizeof(*out));
	if (!way || !read_sheet(&s, scale, answers, e))
		return false;
	out->instrument = json_str(scale, "scale");
	out->version = json_str(way, "version");
	for (size_t i = 0; i < json_array_size(scores); i++) {
		const json_t *how = json_array_get(scores, i);
		struct scale_score *to = &out->scores[i];

		to->json = how;
		to->name = json_str(how, "name");
		to->value = make_score(how, &s, out);
		if (strcmp(to->name, headline) == 0)
			out->headline = to;
		out->score_count++;
	}
	out->band = find_band(scale, out);
	find_alerts(&s, out);
	return true;
}

static json_t *score_number(const struct scale_score *s)
{
	if (json_int(s->json, "decimals", 0) > 0)
		return json_real(s->value);
	return json_integer((json_int_t)s->value);
}

json_t *scale_result_json(const struct scale_result *r, struct arena *mem)
{
	json_t *scores = json_object(), *alerts = json_array();
	const char *band = json_str(r->band, "code");

	for (size_t i = 0; i < r->score_count; i++)
		json_object_set_new(
			scores, r->scores[i].name, score_number(&r->scores[i]));
	for (size_t i = 0; i < r->alert_count; i++)
		json_array_append_new(
			alerts, json_string(json_str(r->alerts[i], "code")));
	return json_keep(json_pack("{s:s, s:s, s:o, s:s?, s:o}", "instrument",
				 r->instrument, "version", r->version, "scores",
				 scores, "band", band, "alerts", alerts),
		mem);
}
