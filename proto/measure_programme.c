/*
 * measure_programme.c - one programme over many cases: how far candidates came,
 * in which phases cases are, and what their measures add up to.
 *
 * Counts only, copied at once: the case they come from can go. Whoever shows
 * them to people who do not see the cases minds small numbers.
 */
#include "proto/measure_in.h"

#include <string.h>

/* How far a candidate came. */
enum step { REFERRED, REACHED, ASSESSED, ELIGIBLE, ENROLLED, STEPS };

static const char *const steps[] = {
	"referred", "reached", "assessed", "eligible", "enrolled"};

struct measure_programme {
	const struct catalogue *c;
	const char *name;
	struct arena *mem;
	int64_t cases, open, groups;
	int64_t came[STEPS];
	json_t *left; /* by the step not taken, then by reason */
	json_t *phases, *gaps, *rolled, *settings, *seen;
};

struct measure_programme *measure_programme_begin(
	const struct catalogue *c, const char *pack, struct arena *mem)
{
	struct measure_programme *p = ARENA_NEW(mem, struct measure_programme);

	p->c = c;
	p->name = pack;
	p->mem = mem;
	p->left = json_keep(json_object(), mem);
	p->phases = json_keep(json_object(), mem);
	p->gaps = json_keep(json_object(), mem);
	p->rolled = json_keep(json_object(), mem);
	p->settings = json_keep(json_object(), mem);
	p->seen = json_keep(json_object(), mem);
	for (size_t i = REACHED; i < STEPS; i++)
		json_object_set_new(p->left, steps[i], json_object());
	return p;
}

static void add_to(json_t *counts, const char *name, int64_t n)
{
	json_object_set_new(counts, name,
		json_integer((json_int_t)(json_int(counts, name, 0) + n)));
}

/* ---- the funnel ---- */

static bool is_exclusion(const json_t *pack, const char *code)
{
	const json_t *list =
		json_object_get(json_object_get(pack, "screening"), "criteria");

	for (size_t i = 0; code && i < json_array_size(list); i++)
		if (body_is(json_array_get(list, i), "code", code))
			return body_is(
				json_array_get(list, i), "kind", "exclude");
	return false;
}

/* Every criterion of inclusion is met, and none of exclusion. */
static bool meets_all(const json_t *pack, const json_t *criteria)
{
	for (size_t i = 0; i < json_array_size(criteria); i++) {
		const json_t *one = json_array_get(criteria, i);

		if (json_flag(one, "met") ==
			is_exclusion(pack, json_str(one, "code")))
			return false;
	}
	return json_array_size(criteria) > 0;
}

/* What the screening says, or, where it does not say so, what follows from its
 * result and its criteria. */
static enum step step_of(const struct measure_run *run, const json_t *s)
{
	const json_t *reached = json_object_get(s, "reached");
	const json_t *assessed = json_object_get(s, "assessed");
	const json_t *criteria = json_object_get(s, "criteria");
	bool eligible = body_is(s, "result", "eligible") ||
			body_is(s, "result", "waitlist");

	if (json_str(run->kase, "opened"))
		return ENROLLED;
	if (!s || (reached ? !json_is_true(reached)
			   : body_is(s, "result", "unreachable")))
		return REFERRED;
	if (!eligible && (assessed ? !json_is_true(assessed)
				   : json_array_size(criteria) == 0))
		return REACHED;
	return eligible || meets_all(run->pack, criteria) ? ELIGIBLE : ASSESSED;
}

static void add_candidate(
	struct measure_programme *p, const struct measure_run *run)
{
	const struct entries *l = &run->of[M_SCREENING];
	const json_t *s = l->n ? l->list[l->n - 1].body : NULL;
	enum step came = step_of(run, s);
	const char *reason = json_str(s, "reason");

	for (size_t i = REFERRED; i <= (size_t)came; i++)
		p->came[i]++;
	if (came < ENROLLED)
		add_to(json_object_get(p->left, steps[came + 1]),
			reason ? reason : "pending", 1);
}

/* ---- measures ---- */

static void roll(struct measure_programme *p, const char *name, double v)
{
	json_t *r = json_object_get(p->rolled, name);
	double n, sum;

	if (!r) {
		json_object_set_new(p->rolled, name, json_object());
		r = json_object_get(p->rolled, name);
	}
	n = json_number_value(json_object_get(r, "n")) + 1;
	sum = json_number_value(json_object_get(r, "sum")) + v;
	json_object_set_new(r, "n", json_integer((json_int_t)n));
	json_object_set_new(r, "sum", json_real(sum));
}

static void roll_all(struct measure_programme *p, const json_t *values)
{
	const char *name;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)values, name, v)
	{
		if (json_is_number(v))
			roll(p, name, json_number_value(v));
		else if (json_is_boolean(v))
			roll(p, name, json_is_true(v) ? 1 : 0);
	}
}

/* Somebody with two cases is one person at each setting. */
static void add_settings(
	struct measure_programme *p, const struct measure_run *run)
{
	const json_t *by = json_object_get(run->out, "by_setting");
	const char *client = json_str(run->kase, "person"), *setting;
	json_t *v, *cell;

	json_object_foreach((json_t *)(uintptr_t)by, setting, v)
	{
		const char *key = arena_printf(
			p->mem, "%s %s", setting, client ? client : "");

		if (!json_object_get(p->settings, setting))
			json_object_set_new(p->settings, setting,
				json_pack("{s:i, s:i, s:i}", "visits", 0,
					"persons", 0, "days", 0));
		cell = json_object_get(p->settings, setting);
		add_to(cell, "visits", json_int(v, "visits", 0));
		add_to(cell, "days", json_int(v, "days", 0));
		if (json_object_get(p->seen, key))
			continue;
		json_object_set_new(p->seen, key, json_true());
		add_to(cell, "persons", json_int(v, "persons", 0));
	}
}

void measure_programme_add(
	struct measure_programme *p, const struct measure_run *run)
{
	const char *phase = json_str(run->kase, "phase");

	if (!body_is(run->kase, "programme", p->name))
		return;
	p->cases++;
	p->open += !json_str(run->kase, "closed") &&
		   !body_is(run->kase, "phase", "ended");
	if (phase)
		add_to(p->phases, phase, 1);
	add_candidate(p, run);
	if (!json_str(run->kase, "opened"))
		return;
	roll_all(p, run->out);
	add_settings(p, run);
	for (size_t i = 0; i < json_array_size(run->gaps); i++)
		add_to(p->gaps, json_str(json_array_get(run->gaps, i), "code"),
			1);
}

void measure_programme_add_group(struct measure_programme *p,
	const struct measure_group *run, const json_t *result)
{
	if (!body_is(measure_group_body(run), "programme", p->name))
		return;
	p->groups++;
	roll_all(p, json_object_get(result, "measures"));
}

/* ---- the result ---- */

static json_t *funnel(struct measure_programme *p)
{
	json_t *out = json_object();

	for (size_t i = 0; i < STEPS; i++)
		json_object_set_new(
			out, steps[i], json_integer((json_int_t)p->came[i]));
	json_object_set(out, "left", p->left);
	return out;
}

static void finish(struct measure_programme *p)
{
	const char *name;
	json_t *r;

	json_object_foreach(p->rolled, name, r)
	{
		const struct measure *m = measure_find(name);
		double n = json_number_value(json_object_get(r, "n"));
		double sum = json_number_value(json_object_get(r, "sum"));
		bool yes_no = m && m->kind == KIND_BOOL;

		json_object_set_new(r, "sum", rounded(sum));
		json_object_set_new(
			r, "mean", rounded(sum / n * (yes_no ? 100 : 1)));
	}
}

json_t *measure_programme_end(struct measure_programme *p)
{
	json_t *out = json_keep(json_object(), p->mem);

	put_count(out, "cases", p->cases);
	put_count(out, "cases_open", p->open);
	put(out, "cases_by_phase", json_incref(p->phases));
	put(out, "funnel", funnel(p));
	put(out, "gap_counts", json_incref(p->gaps));
	put_count(out, "groups", p->groups);
	finish(p);
	return json_keep(json_pack("{s:O, s:O, s:O}", "measures", out, "rolled",
				 p->rolled, "by_setting", p->settings),
		p->mem);
}
