/*
 * form_rules.c - what follows from the answers of a form: proposals, dates,
 * clocks, flags, fields of the response. See form.h.
 */
#include "proto/form_in.h"

#include "proto/base/hash.h"
#include "proto/base/timeutil.h"
#include "proto/rule.h"

#include <stdio.h>
#include <string.h>

#define HOUR_MS INT64_C(3600000)

/* ---- proposals ---- */

static json_t *proposal(const json_t *rule, json_t *missing)
{
	return json_pack("{s:s, s:s, s:s, s:o}", "value",
		json_str(rule, "value"), "zh", label_of(rule, LANG_ZH), "en",
		label_of(rule, LANG_EN), "missing", missing);
}

/* The first rule that holds; those before it that could have are told. */
static const json_t *first_that_holds(
	const json_t *rules, const json_t *facts, json_t *missing)
{
	for (size_t i = 0; i < json_array_size(rules); i++) {
		const json_t *rule = json_array_get(rules, i);
		const json_t *cond = json_object_get(rule, "if");

		if (rule_holds(cond, facts) == RULE_YES)
			return rule;
		if (missing)
			rule_missing(cond, facts, missing);
	}
	return NULL;
}

json_t *form_suggest(const json_t *form, const json_t *facts, struct arena *mem)
{
	const json_t *list = json_object_get(form, "suggest");
	json_t *out = json_keep(json_object(), mem);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *s = json_array_get(list, i);
		const char *name = json_str(s, "field");
		json_t *missing = json_array();
		const json_t *rule;

		rule = first_that_holds(
			json_object_get(s, "rules"), facts, missing);
		if (!rule)
			rule = json_object_get(s, "else");
		if (!rule || !form_is_asked(
				     form_question(form, NULL, name), facts)) {
			json_decref(missing);
			continue;
		}
		json_object_set_new(out, name, proposal(rule, missing));
	}
	return out;
}

/* ---- dates ---- */

static struct date add(const struct date *from, const json_t *rule,
	const struct calendar *cal, int *year)
{
	int months = (int)(json_int(rule, "months", 0) +
			   12 * json_int(rule, "years", 0));
	int64_t days =
		json_int(rule, "days", 0) + 7 * json_int(rule, "weeks", 0);
	struct date d = date_add_months(from, months);

	d = date_add_days(&d, days);
	if (json_object_get(rule, "working_days"))
		d = calendar_add_workdays(
			cal, &d, (int)json_int(rule, "working_days", 0), year);
	return d;
}

bool form_due(const json_t *form, const json_t *facts,
	const struct calendar *cal, struct date *out, json_t *missing,
	int *year)
{
	const json_t *due = json_object_get(form, "due");
	const char *name = json_str(due, "from");
	const char *text = json_string_value(rule_fact(facts, name));
	const json_t *rule;
	struct date from;

	if (year)
		*year = 0;
	if (!due || !text || !date_parse(text, &from))
		return false;
	rule = first_that_holds(json_object_get(due, "rules"), facts, missing);
	if (!rule)
		return false;
	*out = add(&from, rule, cal, year);
	return true;
}

const char *form_due_field(const json_t *form)
{
	return json_str(json_object_get(form, "due"), "field");
}

bool form_clock(const json_t *form, const json_t *facts, struct form_clock *out)
{
	const json_t *clock = json_object_get(form, "clock");
	const char *text =
		json_string_value(rule_fact(facts, json_str(clock, "from")));

	if (!clock || !text || !time_parse(text, &out->from))
		return false;
	out->earliest = out->from + json_int(clock, "min_hours", 0) * HOUR_MS;
	out->latest = out->from + json_int(clock, "max_hours", 0) * HOUR_MS;
	out->text = clock;
	return true;
}

/* ---- fields of the response ---- */

void form_lift(const json_t *form, const json_t *before, json_t *body)
{
	json_t *lifts = json_object_get(form, "lifts"), *name;
	const json_t *was = json_object_get(before, "answers");
	const json_t *now = json_object_get(body, "answers");
	const char *into;

	json_object_foreach(lifts, into, name)
	{
		const char *from = json_string_value(name);
		json_t *v = json_object_get(now, from);

		if (v && !json_is_null(v))
			json_object_set(body, into, v);
		else if (json_object_get(was, from))
			json_object_del(body, into);
	}
}

/* ---- flags ---- */

/* Of the response's own moment, so that it lies beside it in an index. */
struct uuid form_flag_id(
	const struct uuid *response, const char *kind, int level)
{
	char text[UUID_TEXT + 80], id[UUID_TEXT];
	struct sha256 sum;
	int64_t ms = 0;
	int n = snprintf(text, sizeof(text),
		"casebridge flag v1\n%s\n%.40s\n%d", uuid_format(response, id),
		kind, level);

	sum = sha256_of(text, (size_t)n);
	for (int i = 0; i < 6; i++)
		ms = ms << 8 | response->b[i];
	return uuid_v7(ms, sum.b);
}

static int64_t level_of(const json_t *flag, const json_t *facts)
{
	const char *from = json_str(flag, "level_from");

	if (!from)
		return json_int(flag, "level", 0);
	return json_integer_value(rule_fact(facts, from));
}

json_t *form_flags(const json_t *form, const json_t *facts, struct arena *mem)
{
	const json_t *list = json_object_get(form, "flags");
	json_t *out = json_keep(json_array(), mem);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *f = json_array_get(list, i);
		const char *kind = json_str(f, "kind");
		int64_t level = level_of(f, facts);
		json_t *raised = json_find(out, "kind", kind), *one;

		if (rule_holds(json_object_get(f, "if"), facts) != RULE_YES ||
			(raised && json_int(raised, "level", 0) >= level))
			continue;
		one = json_pack("{s:s, s:I, s:s, s:s}", "kind", kind, "level",
			(json_int_t)level, "zh", label_of(f, LANG_ZH), "en",
			label_of(f, LANG_EN));
		if (raised)
			json_object_update(raised, one);
		else
			json_array_append(out, one);
		json_decref(one);
	}
	return out;
}
