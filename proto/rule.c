/*
 * rule.c - whether a condition holds; see rule.h.
 *
 * A condition is one of a few words with an operand each; the words that look
 * at one value are a table.
 */
#include "proto/rule.h"

#include "proto/base/timeutil.h"

#include <string.h>

const json_t *rule_fact(const json_t *facts, const char *path)
{
	if (!path)
		return NULL;
	while (facts && path) {
		size_t n = strcspn(path, ".");

		facts = json_object_getn(facts, path, n);
		path = path[n] ? path + n + 1 : NULL;
	}
	return json_is_null(facts) ? NULL : facts;
}

/* ---- tests of one value ---- */

/* An operand may be the name of another fact. */
static const json_t *operand(const json_t *want, const json_t *facts)
{
	const char *other = json_str(want, "field");

	return other ? rule_fact(facts, other) : want;
}

static enum truth truth_of(bool b)
{
	return b ? RULE_YES : RULE_NO;
}

static bool same(const json_t *a, const json_t *b)
{
	if (json_is_number(a) && json_is_number(b))
		return json_number_value(a) == json_number_value(b);
	return json_equal(a, b);
}

/* The value is, or the set has, one of those wanted. */
static enum truth one_of(const json_t *v, const json_t *want)
{
	if (!json_is_array(want))
		return truth_of(same(v, want));
	for (size_t i = 0; i < json_array_size(want); i++)
		if (same(v, json_array_get(want, i)))
			return RULE_YES;
	return RULE_NO;
}

static enum truth has_one(const json_t *v, const json_t *want)
{
	for (size_t i = 0; i < json_array_size(v); i++)
		if (one_of(json_array_get(v, i), want) == RULE_YES)
			return RULE_YES;
	return RULE_NO;
}

/*
 * Where a stands to b; RULE_NO when the two have no order. Times are instants,
 * whatever their offset. Dates are texts: of two that agree as far as the
 * shorter goes (2020 and 2020-05-01) nobody knows which is the earlier.
 */
static enum truth order(const json_t *a, const json_t *b, int *out)
{
	const char *s = json_string_value(a), *t = json_string_value(b);
	int64_t at, than;
	size_t n, m;

	*out = 0;
	if (json_is_number(a) && json_is_number(b)) {
		double x = json_number_value(a), y = json_number_value(b);

		*out = (x > y) - (x < y);
		return RULE_YES;
	}
	if (!s || !t)
		return RULE_NO;
	if (time_parse(s, &at) && time_parse(t, &than)) {
		*out = (at > than) - (at < than);
		return RULE_YES;
	}
	n = strlen(s);
	m = strlen(t);
	if (n != m && strncmp(s, t, n < m ? n : m) == 0)
		return RULE_UNSURE;
	*out = strcmp(s, t);
	return RULE_YES;
}

static enum truth is_ge(const json_t *v, const json_t *want)
{
	int c;
	enum truth t = order(v, want, &c);

	return t == RULE_YES ? truth_of(c >= 0) : t;
}

static enum truth is_gt(const json_t *v, const json_t *want)
{
	int c;
	enum truth t = order(v, want, &c);

	return t == RULE_YES ? truth_of(c > 0) : t;
}

static enum truth is_le(const json_t *v, const json_t *want)
{
	int c;
	enum truth t = order(v, want, &c);

	return t == RULE_YES ? truth_of(c <= 0) : t;
}

static enum truth is_lt(const json_t *v, const json_t *want)
{
	int c;
	enum truth t = order(v, want, &c);

	return t == RULE_YES ? truth_of(c < 0) : t;
}

static const struct {
	const char *word;
	enum truth (*test)(const json_t *v, const json_t *want);
} tests[] = {
	{"ge",  is_ge  },
	{"gt",  is_gt  },
	{"le",  is_le  },
	{"lt",  is_lt  },
	{"is",  one_of },
	{"has", has_one},
};

/* An empty text is no value; so is an empty set, but it is known to have
 * nothing in it. */
static bool has_value(const json_t *v)
{
	const char *s = json_string_value(v);

	return v && !(s && !*s) &&
	       !(json_is_array(v) && json_array_size(v) == 0);
}

static bool is_known(const json_t *v)
{
	return has_value(v) || json_is_array(v);
}

/* Every word of `cond` that looks at a value must hold of v. */
static enum truth holds_of(const json_t *v, const json_t *cond,
	const json_t *facts, bool ge_counts)
{
	const json_t *present = json_object_get(cond, "present");
	enum truth all = RULE_YES;
	bool any = present != NULL;

	if (present && json_is_true(present) != has_value(v))
		return RULE_NO;
	for (size_t i = ge_counts ? 4 : 0; i < ARRAY_LEN(tests); i++) {
		const json_t *want = json_object_get(cond, tests[i].word);
		const json_t *than = operand(want, facts);
		enum truth t = RULE_UNSURE;

		if (!want)
			continue;
		any = true;
		if (is_known(v) && is_known(than))
			t = tests[i].test(v, than);
		if (t == RULE_NO)
			return RULE_NO;
		if (t == RULE_UNSURE)
			all = RULE_UNSURE;
	}
	return any ? all : RULE_NO;
}

/* ---- conditions of conditions ---- */

static enum truth holds_all(const json_t *list, const json_t *facts)
{
	enum truth all = RULE_YES;

	for (size_t i = 0; i < json_array_size(list); i++) {
		enum truth t = rule_holds(json_array_get(list, i), facts);

		if (t == RULE_NO)
			return RULE_NO;
		if (t == RULE_UNSURE)
			all = RULE_UNSURE;
	}
	return all;
}

static enum truth holds_any(const json_t *list, const json_t *facts)
{
	enum truth any = RULE_NO;

	for (size_t i = 0; i < json_array_size(list); i++) {
		enum truth t = rule_holds(json_array_get(list, i), facts);

		if (t == RULE_YES)
			return RULE_YES;
		if (t == RULE_UNSURE)
			any = RULE_UNSURE;
	}
	return any;
}

static enum truth opposite(enum truth t)
{
	return t == RULE_UNSURE ? t : truth_of(t == RULE_NO);
}

/* At least `ge` of the fields fulfil the test. */
static enum truth holds_count(const json_t *cond, const json_t *facts)
{
	const json_t *names = json_object_get(cond, "count");
	int64_t least = json_int(cond, "ge", 1), yes = 0, unsure = 0;

	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		enum truth t =
			holds_of(rule_fact(facts, name), cond, facts, true);

		yes += t == RULE_YES;
		unsure += t == RULE_UNSURE;
	}
	if (yes >= least)
		return RULE_YES;
	return yes + unsure >= least ? RULE_UNSURE : RULE_NO;
}

enum truth rule_holds(const json_t *cond, const json_t *facts)
{
	const json_t *part;
	const char *name = json_str(cond, "field");

	if (!cond)
		return RULE_YES;
	if (name)
		return holds_of(rule_fact(facts, name), cond, facts, false);
	if (json_object_get(cond, "count"))
		return holds_count(cond, facts);
	if ((part = json_object_get(cond, "all")))
		return holds_all(part, facts);
	if ((part = json_object_get(cond, "any")))
		return holds_any(part, facts);
	if ((part = json_object_get(cond, "not")))
		return opposite(rule_holds(part, facts));
	return RULE_NO;
}

/* ---- what is missing ---- */

static void name_once(json_t *names, const char *name)
{
	if (!name)
		return;
	for (size_t i = 0; i < json_array_size(names); i++)
		if (strcmp(json_string_value(json_array_get(names, i)), name) ==
			0)
			return;
	json_array_append_new(names, json_string(name));
}

/* The field, or the one it is compared with. */
static void name_unknown(const char *field, const json_t *cond,
	const json_t *facts, json_t *names)
{
	if (!is_known(rule_fact(facts, field)))
		name_once(names, field);
	for (size_t i = 0; i < ARRAY_LEN(tests); i++) {
		const char *other =
			json_str(json_object_get(cond, tests[i].word), "field");

		if (other && !is_known(rule_fact(facts, other)))
			name_once(names, other);
	}
}

void rule_missing(const json_t *cond, const json_t *facts, json_t *names)
{
	const char *name = json_str(cond, "field");
	const json_t *many;

	if (rule_holds(cond, facts) != RULE_UNSURE)
		return;
	if (name)
		name_unknown(name, cond, facts, names);
	many = json_object_get(cond, "count");
	for (size_t i = 0; i < json_array_size(many); i++)
		name_unknown(json_string_value(json_array_get(many, i)), cond,
			facts, names);
	many = json_object_get(cond, "all");
	if (!many)
		many = json_object_get(cond, "any");
	for (size_t i = 0; i < json_array_size(many); i++)
		rule_missing(json_array_get(many, i), facts, names);
	rule_missing(json_object_get(cond, "not"), facts, names);
}

void rule_fields(const json_t *cond, json_t *names)
{
	const json_t *many = json_object_get(cond, "count");
	const json_t *group = json_object_get(cond, "all");

	name_once(names, json_str(cond, "field"));
	for (size_t i = 0; i < ARRAY_LEN(tests); i++)
		name_once(names, json_str(json_object_get(cond, tests[i].word),
					 "field"));
	for (size_t i = 0; i < json_array_size(many); i++)
		name_once(names, json_string_value(json_array_get(many, i)));
	if (!group)
		group = json_object_get(cond, "any");
	for (size_t i = 0; i < json_array_size(group); i++)
		rule_fields(json_array_get(group, i), names);
	if (json_object_get(cond, "not"))
		rule_fields(json_object_get(cond, "not"), names);
}
