/*
 * rule_check.c - whether a condition is well formed; see rule.h.
 */
#include "proto/rule.h"

#include <string.h>

/* One check of one condition: how facts are known, where mistakes go. */
struct checking {
	rule_known *known;
	void *ctx;
	struct mistakes *out;
};

/* What a test asks of a field, and what it may be compared with. */
enum { ORDER = 1, SET = 2, LIST = 4 };

static const struct {
	const char *word;
	unsigned asks;
} tests[] = {
	{"ge",  ORDER     },
	{"gt",  ORDER     },
	{"le",  ORDER     },
	{"lt",  ORDER     },
	{"is",  LIST      },
	{"has", SET | LIST},
};

#define LEAF_WORDS  "ge gt le lt is has present"
#define COUNT_WORDS "ge is has present"
#define ALL_WORDS   "field count all any not"

static bool has_order(enum field_kind k)
{
	return k == KIND_INT || k == KIND_NUMBER || k == KIND_DATE ||
	       k == KIND_PARTIAL_DATE || k == KIND_TIME || k == KIND_JSON;
}

static bool is_set(enum field_kind k)
{
	return k == KIND_CODES || k == KIND_REFS || k == KIND_JSON;
}

/* Whether such a field can have that value. */
static bool suits(enum field_kind k, const json_t *v)
{
	if (k == KIND_JSON)
		return json_is_string(v) || json_is_number(v) ||
		       json_is_boolean(v);
	if (k == KIND_INT || k == KIND_NUMBER)
		return json_is_number(v);
	if (k == KIND_BOOL)
		return json_is_boolean(v);
	return json_is_string(v);
}

static bool is_item(const json_t *items, const json_t *v)
{
	const char *code = json_string_value(v);

	for (size_t i = 0; i < json_array_size(items); i++) {
		const char *one = json_str(json_array_get(items, i), "code");

		if (code && one && strcmp(code, one) == 0)
			return true;
	}
	return false;
}

/* The first few codes, for a sentence. */
static const char *first_codes(const json_t *items, struct arena *mem)
{
	const char *text = "";

	for (size_t i = 0; i < json_array_size(items); i++) {
		const char *code = json_str(json_array_get(items, i), "code");

		if (i == 8)
			return arena_printf(mem, "%s …", text);
		text = arena_printf(
			mem, "%s%s%s", text, i ? " " : "", code ? code : "");
	}
	return text;
}

static bool find(struct checking *c, const char *name, const struct place *at,
	struct rule_subject *out)
{
	memset(out, 0, sizeof(*out));
	if (name && c->known(c->ctx, name, out))
		return true;
	mistake_add(c->out, at, MISTAKE_UNKNOWN_FIELD, name, "-");
	return false;
}

static void check_value(struct checking *c, const struct rule_subject *s,
	const json_t *v, const struct place *at)
{
	if (!suits(s->kind, v))
		mistake_add(c->out, at, MISTAKE_BAD_KIND, NULL, "%s",
			s->kind == KIND_INT || s->kind == KIND_NUMBER ? "123"
			: s->kind == KIND_BOOL ? "true, false"
					       : "\"…\"");
	else if (s->items && !is_item(s->items, v))
		mistake_add(c->out, at, MISTAKE_UNKNOWN_CODE,
			json_string_value(v), "%s",
			first_codes(s->items, c->out->mem));
}

/* What a field is compared with: a value, several, or another field. */
static void check_operand(struct checking *c, const struct rule_subject *s,
	const json_t *want, unsigned asks, const struct place *at)
{
	const char *other = json_str(want, "field");
	struct rule_subject of;

	if (json_is_object(want)) {
		struct place in = place_key(at, "field");

		if (json_object_size(want) != 1)
			mistake_add(c->out, at, MISTAKE_BAD_KIND, NULL,
				"{\"field\":\"…\"}");
		else
			(void)find(c, other, &in, &of);
		return;
	}
	if (!json_is_array(want) || !(asks & LIST)) {
		check_value(c, s, want, at);
		return;
	}
	if (json_array_size(want) == 0)
		mistake_add(c->out, at, MISTAKE_EMPTY, NULL, "-");
	for (size_t i = 0; i < json_array_size(want); i++) {
		struct place in = place_at(at, i);

		check_value(c, s, json_array_get(want, i), &in);
	}
}

/* One word of a condition on one field. */
static void check_test(struct checking *c, const struct rule_subject *s,
	const char *word, const json_t *want, const struct place *up)
{
	struct place at = place_key(up, word);

	if (strcmp(word, "present") == 0) {
		if (!json_is_boolean(want))
			mistake_add(c->out, &at, MISTAKE_BAD_KIND, NULL,
				"true, false");
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(tests); i++) {
		unsigned asks = tests[i].asks;

		if (strcmp(tests[i].word, word) != 0)
			continue;
		if (asks & ORDER && !has_order(s->kind))
			mistake_add(c->out, &at, MISTAKE_BAD_TEST, word,
				"is has present");
		else if (asks & SET && !is_set(s->kind))
			mistake_add(c->out, &at, MISTAKE_BAD_TEST, word,
				"is present");
		else if (strcmp(word, "is") == 0 && s->kind != KIND_JSON &&
			 is_set(s->kind))
			mistake_add(c->out, &at, MISTAKE_BAD_TEST, word,
				"has present");
		else
			check_operand(c, s, want, asks, &at);
		return;
	}
	mistake_add(c->out, &at, MISTAKE_UNKNOWN_KEY, word, LEAF_WORDS);
}

/* The words besides `skip` and, where it counts, `ge`. */
static size_t check_tests(struct checking *c, const json_t *cond,
	const struct rule_subject *s, const char *skip, bool counts,
	const struct place *at)
{
	const char *word;
	const json_t *want;
	size_t n = 0;

	json_object_foreach((json_t *)(uintptr_t)cond, word, want)
	{
		bool order = word[0] == 'g' || word[0] == 'l';

		if (strcmp(word, skip) == 0 ||
			(counts && strcmp(word, "ge") == 0))
			continue;
		n++;
		if (counts && order) {
			struct place in = place_key(at, word);

			mistake_add(c->out, &in, MISTAKE_UNKNOWN_KEY, word,
				COUNT_WORDS);
		} else if (s)
			check_test(c, s, word, want, at);
	}
	return n;
}

static void check_leaf(
	struct checking *c, const json_t *cond, const struct place *at)
{
	struct place in = place_key(at, "field");
	const char *name = json_str(cond, "field");
	struct rule_subject s;
	bool found = find(c, name, &in, &s);

	if (check_tests(c, cond, found ? &s : NULL, "field", false, at) == 0)
		mistake_add(c->out, at, MISTAKE_NO_TEST, NULL, LEAF_WORDS);
}

/* Each field named must suit the test; a mistake they share is told once. */
static void check_count(
	struct checking *c, const json_t *cond, const struct place *at)
{
	const json_t *names = json_object_get(cond, "count");
	struct place in = place_key(at, "count"), least = place_key(at, "ge");
	size_t n = json_array_size(names), words = json_object_size(cond);
	int64_t ge = json_int(cond, "ge", 0);

	for (size_t i = 0; i < n; i++) {
		const char *name = json_string_value(json_array_get(names, i));
		struct place one = place_at(&in, i);
		struct rule_subject s;

		if (find(c, name, &one, &s))
			words = 2 + check_tests(c, cond, &s, "count", true, at);
	}
	if (n == 0)
		mistake_add(c->out, &in, MISTAKE_EMPTY, NULL, "-");
	if (ge < 1 || ge > (int64_t)n)
		mistake_add(
			c->out, &least, MISTAKE_BAD_NUMBER, NULL, "1-%zu", n);
	if (words <= 2)
		mistake_add(c->out, at, MISTAKE_NO_TEST, NULL, COUNT_WORDS);
}

static void check_cond(struct checking *c, const json_t *cond,
	const struct place *at, unsigned depth);

static void check_group(struct checking *c, const json_t *cond,
	const char *word, const struct place *at, unsigned depth)
{
	const json_t *list = json_object_get(cond, word);
	struct place in = place_key(at, word);

	if (json_object_size(cond) != 1)
		mistake_add(
			c->out, at, MISTAKE_BAD_KIND, NULL, "{\"%s\":…}", word);
	if (strcmp(word, "not") == 0) {
		check_cond(c, list, &in, depth + 1);
		return;
	}
	if (!json_is_array(list))
		mistake_add(c->out, &in, MISTAKE_BAD_KIND, NULL, "[…]");
	else if (json_array_size(list) == 0)
		mistake_add(c->out, &in, MISTAKE_EMPTY, NULL, "-");
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct place one = place_at(&in, i);

		check_cond(c, json_array_get(list, i), &one, depth + 1);
	}
}

static void check_cond(struct checking *c, const json_t *cond,
	const struct place *at, unsigned depth)
{
	static const char *const groups[] = {"all", "any", "not"};

	if (depth > RULE_DEPTH) {
		mistake_add(
			c->out, at, MISTAKE_TOO_DEEP, NULL, "%d", RULE_DEPTH);
		return;
	}
	if (!json_is_object(cond)) {
		mistake_add(c->out, at, MISTAKE_BAD_KIND, NULL,
			"{\"field\":\"…\",…}");
		return;
	}
	if (json_object_get(cond, "field")) {
		check_leaf(c, cond, at);
		return;
	}
	if (json_object_get(cond, "count")) {
		check_count(c, cond, at);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(groups); i++)
		if (json_object_get(cond, groups[i])) {
			check_group(c, cond, groups[i], at, depth);
			return;
		}
	mistake_add(c->out, at, MISTAKE_NO_TEST, NULL, ALL_WORDS);
}

void rule_check(const json_t *cond, const struct place *at, rule_known *known,
	void *ctx, struct mistakes *out)
{
	struct checking c = {known, ctx, out};

	check_cond(&c, cond, at, 1);
}
