/*
 * measure_goal.c - what became of goals and needs.
 */
#include "proto/measure_in.h"

#include "proto/scale.h"

#include <string.h>

#define MOSTLY_FROM                                                            \
	60 /* per cent; house rules, where no pack says otherwise              \
	    */
#define PARTLY_FROM 1

/* ---- goals ---- */

/* The first and the last level reached, in order of their day. */
struct levels {
	size_t n;
	int64_t first, last;
};

static struct levels levels_of(const json_t *goal)
{
	const json_t *list = json_object_get(goal, "reached");
	struct levels l = {0, 0, 0};
	const char *from = NULL, *to = NULL;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *on = json_str(one, "on");

		if (!json_is_integer(json_object_get(one, "level")))
			continue;
		on = on ? on : "";
		if (!l.n || strcmp(on, from) < 0) {
			from = on;
			l.first = json_int(one, "level", 0);
		}
		if (!l.n || strcmp(on, to) >= 0) {
			to = on;
			l.last = json_int(one, "level", 0);
		}
		l.n++;
	}
	return l;
}

static bool is_final(const json_t *goal)
{
	static const char *const finals[] = {
		"achieved", "sustaining", "not_achieved", "not_attainable"};

	for (size_t i = 0; i < ARRAY_LEN(finals); i++)
		if (body_is(goal, "status", finals[i]))
			return true;
	return false;
}

static bool is_attained(const json_t *goal, const struct levels *l)
{
	if (l->n)
		return l->last >= 0;
	return body_is(goal, "status", "achieved") ||
	       body_is(goal, "status", "sustaining");
}

/* Goal attainment T of [weight, level] pairs, with the instrument's formula. */
static bool t_of(const json_t *gas, const json_t *pairs, double *out)
{
	struct scale_result r;
	struct err ignored;

	if (!gas || json_array_size(pairs) == 0 ||
		!scale_score(gas, NULL, pairs, &r, &ignored) || !r.headline)
		return false;
	*out = r.headline->value;
	return true;
}

static void put_gas(struct measure_run *run, bool again)
{
	const struct entries *l = &run->of[M_GOAL];
	json_t *first = json_keep(json_array(), run->mem);
	json_t *last = json_keep(json_array(), run->mem);
	const json_t *gas;
	double a, b;

	for (size_t i = 0; i < l->n; i++) {
		struct levels v = levels_of(l->list[i].body);
		json_int_t w = json_int(l->list[i].body, "weight", 1);

		if (!v.n)
			continue;
		json_array_append_new(
			first, json_pack("[I, I]", w, (json_int_t)v.first));
		json_array_append_new(
			last, json_pack("[I, I]", w, (json_int_t)v.last));
	}
	gas = json_array_size(first)
		      ? scale_unrounded(
				catalogue_scale(run->c, "gas"), run->mem)
		      : NULL;
	if (!t_of(gas, first, &a) || !t_of(gas, last, &b))
		return;
	put_number(run->out, "gas_first", a);
	put_number(run->out, "gas_last", b);
	if (again)
		put_number(run->out, "gas_change", b - a);
}

static const char *in_a_word(const struct measure_run *run, double share)
{
	const json_t *rule = json_object_get(run->pack, "attainment");

	if (share >= 100)
		return "all";
	if (share >= (double)json_int(rule, "mostly", MOSTLY_FROM))
		return "mostly";
	if (share >= (double)json_int(rule, "partly", PARTLY_FROM))
		return "partly";
	return "not_achieved";
}

void measure_goals(struct measure_run *run)
{
	const struct entries *l = &run->of[M_GOAL];
	int64_t attained = 0;
	bool again = false, judged = false;

	for (size_t i = 0; i < l->n; i++) {
		struct levels v = levels_of(l->list[i].body);

		attained += is_attained(l->list[i].body, &v);
		again |= v.n > 1;
		judged |= v.n > 1 || is_final(l->list[i].body);
	}
	put_count(run->out, "goals", (int64_t)l->n);
	put_count(run->out, "goals_attained", attained);
	put_share(run->out, "goals_attained_share", (double)attained,
		(double)l->n);
	if (judged)
		put(run->out, "goals_summary",
			json_string(in_a_word(
				run, 100.0 * (double)attained / (double)l->n)));
	put_gas(run, again);
}

/* ---- needs ---- */

/* The worst rating of a day becomes the last one so far. */
static void rate(
	json_t *by, const char *domain, int64_t severity, const struct entry *x)
{
	json_t *d = json_object_get(by, domain);
	char on[DATE_TEXT] = "";
	const char *first, *last;

	if (x->dated)
		date_format(&x->day, on);
	if (!d) {
		json_object_set_new(by, domain,
			json_pack("{s:I, s:I, s:s, s:s}", "first",
				(json_int_t)severity, "last",
				(json_int_t)severity, "first_on", on, "last_on",
				on));
		return;
	}
	first = json_str(d, "first_on");
	last = json_str(d, "last_on");
	if (strcmp(on, first) < 0 ||
		(strcmp(on, first) == 0 &&
			severity > json_int(d, "first", 0))) {
		json_object_set_new(
			d, "first", json_integer((json_int_t)severity));
		json_object_set_new(d, "first_on", json_string(on));
	}
	if (strcmp(on, last) > 0 ||
		(strcmp(on, last) == 0 && severity > json_int(d, "last", 0))) {
		json_object_set_new(
			d, "last", json_integer((json_int_t)severity));
		json_object_set_new(d, "last_on", json_string(on));
	}
}

static void rate_answers(
	const struct measure_run *run, const struct entry *x, json_t *by)
{
	const json_t *answers = json_object_get(x->body, "answers");
	const json_t *items = catalogue_codes(run->c, "need_domain")->items;

	for (size_t i = 0; i < json_array_size(items); i++) {
		const char *domain = json_str(json_array_get(items, i), "code");
		const char *name =
			arena_printf(run->mem, "%s_severity", domain);

		if (json_is_integer(json_object_get(answers, name)))
			rate(by, domain, json_int(answers, name, 0), x);
	}
}

void measure_needs(struct measure_run *run)
{
	const struct entries *l = &run->of[M_NEED];
	json_t *by = json_object(), *d;
	const char *domain;
	int64_t improved = 0;

	for (size_t i = 0; i < l->n; i++)
		if (json_str(l->list[i].body, "domain") &&
			json_is_integer(
				json_object_get(l->list[i].body, "severity")))
			rate(by, json_str(l->list[i].body, "domain"),
				json_int(l->list[i].body, "severity", 0),
				&l->list[i]);
	l = &run->of[M_RESPONSE];
	for (size_t i = 0; i < l->n; i++)
		rate_answers(run, &l->list[i], by);
	json_object_foreach(by, domain, d)
	{
		improved += json_int(d, "last", 0) < json_int(d, "first", 0);
		json_object_del(d, "first_on");
		json_object_del(d, "last_on");
	}
	put(run->out, "needs", by);
	put_count(run->out, "needs_improved", improved);
}
