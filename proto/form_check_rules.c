/*
 * form_check_rules.c - whether the rules of a form hold together: checks,
 * proposals, dates, clocks, flags. See form_check.c.
 */
#include "proto/form_check_in.h"

#include <string.h>

static const char *const levels[] = {"refuse", "warn", NULL};

/* ---- rules ---- */

/* Nothing after a rule without a condition is ever looked at. */
static void check_reached(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	for (size_t i = 1; i < json_array_size(v); i++) {
		struct place in = place_at(at, i);

		if (!json_object_get(json_array_get(v, i - 1), "if"))
			grammar_wrong(r, &in, MISTAKE_UNREACHED, NULL, "-");
	}
}

static void check_check(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	struct place cond = place_key(at, "if"), in = place_key(at, "field");

	if (json_object_get(v, "if"))
		form_is_condition(r, json_object_get(v, "if"), &cond);
	if (json_object_get(v, "field"))
		(void)form_needs_question(r, json_object_get(v, "field"), &in);
}

static void check_any_check(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	const char *rows = json_str(v, "rows");
	const json_t *q =
		rows ? form_question(form_checking(r)->form, NULL, rows) : NULL;
	struct place in = place_key(at, "rows");

	if (rows && (!q || !form_is_rows(q)))
		grammar_wrong(r, &in, MISTAKE_UNKNOWN_FIELD, rows, "-");
	else
		form_within(r, q, v, at, check_check);
}

/* clang-format off */
static const struct grammar_key check_keys[] = {
	{.key = "code", .kind = GRAMMAR_NAME, .needed = true},
	{.key = "if", .needed = true},
	{.key = "level", .kind = GRAMMAR_WORD, .needed = true, .words = levels},
	{.key = "field", .kind = GRAMMAR_NAME, .needed = true},
	{.key = "rows", .kind = GRAMMAR_NAME},
};
/* clang-format on */
const struct grammar form_check_grammar = {
	check_keys, ARRAY_LEN(check_keys), true, check_any_check};

static void check_proposed(struct grammar_run *r, const json_t *q,
	const json_t *rule, const struct place *at)
{
	const char *value = json_str(rule, "value");
	const json_t *items = form_choices(r->c, q);
	struct place in = place_key(at, "value");
	struct code_list l = {"", items};

	if (value && items && !code_list_item(&l, value))
		grammar_wrong(r, &in, MISTAKE_UNKNOWN_CODE, value, "%s",
			grammar_codes(r->out->mem, items));
}

static void check_own(struct grammar_run *r, const char *field,
	const json_t *rule, const struct place *at)
{
	json_t *names = json_keep(json_array(), r->out->mem);
	struct place in = place_key(at, "if");

	rule_fields(json_object_get(rule, "if"), names);
	for (size_t i = 0; field && i < json_array_size(names); i++)
		if (strcmp(json_string_value(json_array_get(names, i)),
			    field) == 0)
			grammar_wrong(r, &in, MISTAKE_CYCLE, field, "-");
}

static void check_suggest(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	const json_t *rules = json_object_get(v, "rules"), *q;
	struct place in = place_key(at, "field"), up = place_key(at, "rules");
	struct place last = place_key(at, "else");

	if (!json_object_get(v, "field") ||
		!(q = form_needs_question(r, json_object_get(v, "field"), &in)))
		return;
	if (form_kind(q) != KIND_CODE)
		grammar_wrong(r, &in, MISTAKE_BAD_VALUE, json_str(v, "field"),
			"kind: code");
	for (size_t i = 0; i < json_array_size(rules); i++) {
		struct place one = place_at(&up, i);

		check_proposed(r, q, json_array_get(rules, i), &one);
		check_own(r, json_str(v, "field"), json_array_get(rules, i),
			&one);
	}
	check_proposed(r, q, json_object_get(v, "else"), &last);
}

/* clang-format off */
static const struct grammar_key proposal_keys[] = {
	{.key = "if", .needed = true, .also = form_is_condition},
	{.key = "value", .kind = GRAMMAR_TEXT, .needed = true, .min = 1, .max = 40},
};
static const struct grammar proposal = {
	proposal_keys, ARRAY_LEN(proposal_keys), true, NULL};
static const struct grammar_key otherwise_keys[] = {
	{.key = "value", .kind = GRAMMAR_TEXT, .needed = true, .min = 1, .max = 40},
};
static const struct grammar otherwise = {
	otherwise_keys, ARRAY_LEN(otherwise_keys), true, NULL};
static const struct grammar_key suggest_keys[] = {
	{.key = "field", .kind = GRAMMAR_NAME, .needed = true},
	{.key = "rules", .kind = GRAMMAR_LIST, .needed = true, .min = 1,
		.max = FORM_RULES_MAX, .of = &proposal},
	{.key = "else", .kind = GRAMMAR_OBJECT, .of = &otherwise},
};
/* clang-format on */
const struct grammar form_suggest_grammar = {
	suggest_keys, ARRAY_LEN(suggest_keys), false, check_suggest};

/* ---- dates ---- */

static void check_amount(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	size_t n = json_object_size(v) - (json_object_get(v, "if") ? 1 : 0);

	if (n == 0)
		grammar_wrong(r, at, MISTAKE_MISSING_KEY,
			"days, weeks, months, years, working_days (1)", "-");
	if (n > 1)
		grammar_wrong(r, at, MISTAKE_TOO_MANY, NULL, "1");
}

/* A date of the response, or an answer that is one. */
static void is_start(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	const char *name = json_string_value(v);
	const json_t *q;

	if (!name || strcmp(name, "responded") == 0)
		return;
	q = form_needs_question(r, v, at);
	if (q && form_kind(q) != KIND_DATE)
		grammar_wrong(r, at, MISTAKE_BAD_VALUE, name, "kind: date");
}

static void is_due_field(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	const struct rtype *t = catalogue_type(r->c, "response");
	const char *name = json_string_value(v);
	const struct field *f = t && name ? rtype_field(t, name) : NULL;

	if (!f || form_is_sheet(name) || f->kind != KIND_DATE)
		grammar_wrong(r, at, MISTAKE_BAD_VALUE, name, "next_due");
}

/* clang-format off */
static const struct grammar_key after_keys[] = {
	{.key = "if", .also = form_is_condition},
	{.key = "days", .kind = GRAMMAR_INT, .min = 0, .max = 3660},
	{.key = "weeks", .kind = GRAMMAR_INT, .min = 0, .max = 520},
	{.key = "months", .kind = GRAMMAR_INT, .min = 0, .max = 120},
	{.key = "years", .kind = GRAMMAR_INT, .min = 0, .max = 20},
	{.key = "working_days", .kind = GRAMMAR_INT, .min = 0, .max = 250},
};
static const struct grammar after = {
	after_keys, ARRAY_LEN(after_keys), false, check_amount};
static const struct grammar_key due_keys[] = {
	{.key = "field", .kind = GRAMMAR_NAME, .needed = true, .also = is_due_field},
	{.key = "from", .kind = GRAMMAR_NAME, .needed = true, .also = is_start},
	{.key = "rules", .kind = GRAMMAR_LIST, .needed = true, .min = 1,
		.max = FORM_RULES_MAX, .of = &after, .also = check_reached},
};
/* clang-format on */
const struct grammar form_due_grammar = {
	due_keys, ARRAY_LEN(due_keys), false, NULL};

static void is_moment(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	const json_t *q = form_needs_question(r, v, at);

	if (q && form_kind(q) != KIND_TIME)
		grammar_wrong(r, at, MISTAKE_BAD_VALUE, json_string_value(v),
			"kind: time");
}

static void check_clock(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	struct place in = place_key(at, "min_hours");

	if (json_int(v, "min_hours", 0) > json_int(v, "max_hours", INT64_MAX))
		grammar_wrong(r, &in, MISTAKE_MIN_ABOVE_MAX, NULL, "-");
}

/* clang-format off */
static const struct grammar_key clock_keys[] = {
	{.key = "from", .kind = GRAMMAR_NAME, .needed = true, .also = is_moment},
	{.key = "min_hours", .kind = GRAMMAR_INT, .needed = true, .max = 8784},
	{.key = "max_hours", .kind = GRAMMAR_INT, .needed = true, .max = 8784},
};
/* clang-format on */
const struct grammar form_clock_grammar = {
	clock_keys, ARRAY_LEN(clock_keys), true, check_clock};

/* ---- flags ---- */

static void is_flag_kind(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	const struct code_list *l = catalogue_codes(r->c, "flag_kind");

	if (l && !code_list_item(l, json_string_value(v)))
		grammar_wrong(r, at, MISTAKE_UNKNOWN_CODE, json_string_value(v),
			"%s", grammar_codes(r->out->mem, l->items));
}

static void is_level_source(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	const json_t *q = form_needs_question(r, v, at);

	if (q && (form_kind(q) != KIND_INT || json_int(q, "min", -1) < 0 ||
			 json_int(q, "max", 0) > FLAG_LEVEL_MAX))
		grammar_wrong(r, at, MISTAKE_BAD_VALUE, json_string_value(v),
			"kind: int, 0-%d", FLAG_LEVEL_MAX);
}

static void check_flag(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	struct place in = place_key(at, "level_from");

	if (!json_object_get(v, "level") && !json_object_get(v, "level_from"))
		grammar_wrong(r, at, MISTAKE_MISSING_KEY, "level", "-");
	if (json_object_get(v, "level") && json_object_get(v, "level_from"))
		grammar_wrong(
			r, &in, MISTAKE_UNKNOWN_KEY, "level_from", "level");
}

/* clang-format off */
static const struct grammar_key flag_keys[] = {
	{.key = "if", .needed = true, .also = form_is_condition},
	{.key = "kind", .kind = GRAMMAR_TEXT, .needed = true, .min = 1, .max = 40,
		.also = is_flag_kind},
	{.key = "level", .kind = GRAMMAR_INT, .max = FLAG_LEVEL_MAX},
	{.key = "level_from", .kind = GRAMMAR_NAME, .also = is_level_source},
};
const struct grammar form_flag_grammar = {
	flag_keys, ARRAY_LEN(flag_keys), true, check_flag};
/* clang-format on */
