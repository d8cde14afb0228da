/*
 * scale.c - see scale.h. Answers are first read into a sheet of plain numbers
 * (scale_answers.c), which is where all that can be wrong with them is found;
 * the score kinds, one row each in `kinds`, only do sums over the sheet.
 */
#include "proto/scale_in.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- scores ---- */

/* An earlier score of the same result; scale_check() made sure of it. */
static double earlier(const struct scale_result *r, const char *name)
{
	for (size_t i = 0; i < r->score_count; i++)
		if (strcmp(r->scores[i].name, name) == 0)
			return r->scores[i].value;
	return 0;
}

/* Is the item one of those the score is made of, and does it apply? */
static bool takes_part(const json_t *how, const struct sheet *s, size_t i)
{
	const json_t *only = json_object_get(how, "items");

	return s->counts[i] &&
	       (!only || scale_lists(only,
				 json_str(scale_item_at(s->scale, i), "no")));
}

static double do_sum(
	const json_t *how, const struct sheet *s, const struct scale_result *r)
{
	int sum = 0;

	(void)r;
	for (size_t i = 0; i < s->n; i++)
		if (takes_part(how, s, i))
			sum += s->x[i];
	return sum;
}

static double do_count(
	const json_t *how, const struct sheet *s, const struct scale_result *r)
{
	size_t n = 0;

	(void)r;
	for (size_t i = 0; i < s->n; i++)
		n += takes_part(how, s, i);
	return (double)n;
}

/* scale_check() made sure that one item at least always counts. */
static double do_mean(
	const json_t *how, const struct sheet *s, const struct scale_result *r)
{
	return do_sum(how, s, r) / do_count(how, s, r);
}

static double do_share(
	const json_t *how, const struct sheet *s, const struct scale_result *r)
{
	double from = json_number_value(json_object_get(how, "from"));
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += takes_part(how, s, i) && s->x[i] >= from;
	return 100 * (double)n / do_count(how, s, r);
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

/* Numbers that decimal fractions end just below count as what they stand for:
 * 0.575 × 100 is 57.49999999999999. */
static double whole_below(double v)
{
	return floor(v + 1e-9);
}

static double do_times(
	const json_t *how, const struct sheet *s, const struct scale_result *r)
{
	const json_t *over = json_object_get(how, "over");
	const char *rounding = json_str(how, "rounding");
	double v = earlier(r, json_str(how, "of")) *
		   json_number_value(json_object_get(how, "by"));

	(void)s;
	if (over)
		v /= json_number_value(over);
	if (!rounding)
		return v;
	return whole_below(strcmp(rounding, "floor") == 0 ? v : v + 0.5);
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
	{"mean",   do_mean  },
	{"share",  do_share },
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
			return whole_below(
				       kinds[i].make(how, s, r) * unit + 0.5) /
			       unit;
	die("scale: no way to make a score by '%s'", kind);
}

/* A variant whose scores have another range brings its own bands. */
static const json_t *find_band(
	const json_t *scale, const json_t *way, const struct scale_result *r)
{
	const json_t *own = json_object_get(way, "bands");
	const json_t *bands = own ? own : json_object_get(scale, "bands");
	const json_t *list = json_object_get(bands, "list"), *found = NULL;
	double v = bands ? earlier(r, json_str(bands, "of")) : 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *b = json_array_get(list, i);

		if (v >= json_number_value(json_object_get(b, "from")))
			found = b;
	}
	return found;
}

static bool item_alerts(const json_t *alert, const struct sheet *s, size_t i)
{
	const json_t *from = json_object_get(alert, "from");
	const char *no = json_str(scale_item_at(s->scale, i), "no");
	const char *item = json_str(alert, "item");

	return no && item && strcmp(no, item) == 0 && s->counts[i] &&
	       s->given[i] >= json_number_value(from);
}

/* An alert watches an item as it was answered, or a score. */
static bool is_raised(const json_t *alert, const struct sheet *s,
	const struct scale_result *r)
{
	const char *score = json_str(alert, "score");

	if (score)
		return earlier(r, score) >=
		       json_number_value(json_object_get(alert, "from"));
	for (size_t i = 0; i < s->n; i++)
		if (item_alerts(alert, s, i))
			return true;
	return false;
}

static void find_alerts(const struct sheet *s, struct scale_result *r)
{
	const json_t *list = json_object_get(s->scale, "alerts");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *alert = json_array_get(list, i);

		if (r->alert_count < SCALE_ALERTS && is_raised(alert, s, r))
			r->alerts[r->alert_count++] = alert;
	}
}

size_t scale_item_alerts(const json_t *scale, const json_t *answers,
	const json_t *alerts[SCALE_ALERTS])
{
	const json_t *list = json_object_get(scale, "alerts");
	struct sheet s;
	size_t n = 0;

	scale_read_given(&s, scale, answers);
	for (size_t i = 0; i < json_array_size(list) && n < SCALE_ALERTS; i++)
		for (size_t k = 0; k < s.n; k++)
			if (item_alerts(json_array_get(list, i), &s, k))
				alerts[n++] = json_array_get(list, i);
	return n;
}

static void find_missed(const struct sheet *s, struct scale_result *r)
{
	for (size_t i = 0; i < s->n; i++) {
		const json_t *item = scale_item_at(s->scale, i);

		if (!json_object_get(item, "right"))
			continue;
		r->is_test = true;
		if (!s->x[i])
			r->missed[r->missed_count++] = item;
	}
}

const json_t *scale_way(const json_t *scale, const char *variant, struct err *e)
{
	const json_t *list = json_object_get(scale, "variants");
	const json_t *way = variant ? scale_find(list, "code", variant) : scale;
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
	const json_t *way = scale_way(scale, variant, e);
	const json_t *scores = json_object_get(way, "scores");
	const char *headline = json_str(scale, "headline");
	struct sheet s;

	memset(out, 0, sizeof(*out));
	if (!way || !scale_read_sheet(&s, scale, answers, e))
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
	out->band = find_band(scale, way, out);
	find_alerts(&s, out);
	find_missed(&s, out);
	return true;
}

static json_t *score_number(const struct scale_score *s)
{
	if (json_int(s->json, "decimals", 0) > 0)
		return json_real(s->value);
	return json_integer((json_int_t)s->value);
}

bool scale_pairs(const struct scale_result *a, const struct scale_result *b)
{
	return strcmp(a->instrument, b->instrument) == 0 &&
	       strcmp(a->version, b->version) == 0;
}

static json_t *codes_of(const json_t *const *list, size_t n, const char *key)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, json_string(json_str(list[i], key)));
	return out;
}

json_t *scale_result_json(const struct scale_result *r, struct arena *mem)
{
	json_t *scores = json_object(), *out;
	const char *band = json_str(r->band, "code");

	for (size_t i = 0; i < r->score_count; i++)
		json_object_set_new(
			scores, r->scores[i].name, score_number(&r->scores[i]));
	out = json_pack("{s:s, s:s, s:o, s:s?, s:o}", "instrument",
		r->instrument, "version", r->version, "scores", scores, "band",
		band, "alerts", codes_of(r->alerts, r->alert_count, "code"));
	if (r->is_test)
		json_object_set_new(out, "missed",
			codes_of(r->missed, r->missed_count, "no"));
	return json_keep(out, mem);
}
