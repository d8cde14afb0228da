/*
 * form_check.c - whether a form's description holds together; see form.h.
 *
 * What keys there are and what they take is in the tables; the functions see
 * to what a table cannot say: that a question named somewhere exists, that a
 * value is one of its choices, that no question waits for itself. The rules of
 * a form are in form_check_rules.c.
 */
#include "proto/form_check_in.h"

#include <string.h>

#define FIELDS_MAX  200
#define ROW_FIELDS  40
#define ROWS_MAX    200 /* rows of one answer */
#define CHOICES_MAX 200
#define LABEL_MAX   200
#define TEXT_MAX    600

static const char *const kinds[] = {"text", "int", "number", "bool", "date",
	"partial_date", "time", "code", "codes", "rows", "heading", NULL};
static const char *const checks[] = {"phone", "resident_id", NULL};

/* Members of the facts that no question may be named like. */
static const char *const taken[] = {
	"previous", "age", "responded", "person", "case", "measures", NULL};

/* What a question of a kind may, and what it must say besides its label. */
enum {
	ASKED = 1, /* a question: name!, required, when, help */
	LIMITS = 2,
	MOST = 4, /* max! */
	CHOICES = 8,
	UNIT = 16,
	CHECKED = 32,
	ROWS = 64,
};

/* clang-format off */
static const struct {
	const char *kind;
	unsigned says;
	enum field_kind is;
} says[] = {
	{"text",         ASKED | LIMITS | MOST | CHECKED, KIND_TEXT},
	{"int",          ASKED | LIMITS | MOST | UNIT,    KIND_INT},
	{"number",       ASKED | LIMITS | MOST | UNIT,    KIND_NUMBER},
	{"bool",         ASKED,                           KIND_BOOL},
	{"date",         ASKED | LIMITS | MOST,           KIND_DATE},
	{"partial_date", ASKED,                           KIND_PARTIAL_DATE},
	{"time",         ASKED,                           KIND_TIME},
	{"code",         ASKED | CHOICES,                 KIND_CODE},
	{"codes",        ASKED | LIMITS | MOST | CHOICES, KIND_CODES},
	{"rows",         ASKED | LIMITS | MOST | ROWS,    KIND_JSON},
	{"heading",      0,                               KIND_JSON},
};

/* The keys that go with only some kinds. */
static const struct {
	unsigned with;
	const char *key;
} only[] = {
	{LIMITS, "min"},   {LIMITS, "max"},     {CHOICES, "codes"},
	{UNIT, "unit"},    {CHOICES, "options"}, {CHECKED, "check"},
	{CHECKED, "sealed"},
	{ROWS, "fields"},  {ASKED, "required"}, {ASKED, "when"},
	{ASKED, "help"},   {ASKED, "official"},
};
/* clang-format on */

/* ---- questions ---- */

static unsigned says_of(const json_t *question, enum field_kind *is)
{
	const char *kind = json_str(question, "kind");

	for (size_t i = 0; kind && i < ARRAY_LEN(says); i++)
		if (strcmp(says[i].kind, kind) == 0) {
			*is = says[i].is;
			return says[i].says;
		}
	*is = KIND_JSON;
	return 0;
}

enum field_kind form_kind(const json_t *question)
{
	enum field_kind is;

	(void)says_of(question, &is);
	return is;
}

const json_t *form_choices(const struct catalogue *c, const json_t *question)
{
	const json_t *own = json_object_get(question, "options");
	const char *codes = json_str(question, "codes");
	const struct code_list *l = codes ? catalogue_codes(c, codes) : NULL;

	return own ? own : l ? l->items : NULL;
}

/* The question a rule is about, or NULL with the mistake told. */
const json_t *form_needs_question(
	struct grammar_run *r, const json_t *name, const struct place *at)
{
	const json_t *row = form_checking(r)->row;
	const json_t *q = form_question(form_checking(r)->form,
		row ? json_str(row, "name") : NULL, json_string_value(name));

	if (!q)
		grammar_wrong(r, at, MISTAKE_UNKNOWN_FIELD,
			json_string_value(name), "-");
	return q;
}

/* ---- facts a condition may name ---- */

static bool is_of_record(const struct catalogue *c, const char *type,
	const char *name, struct rule_subject *out)
{
	const struct rtype *t = catalogue_type(c, type);
	const struct field *f = t ? rtype_field(t, name) : NULL;

	if (!f)
		return false;
	out->kind = f->kind;
	out->items = f->codes ? f->codes->items : NULL;
	return true;
}

bool form_subject(const struct catalogue *c, const json_t *form,
	const json_t *row, const char *path, struct rule_subject *out)
{
	const json_t *q = NULL;

	if (strcmp(path, "age") == 0 || strcmp(path, "responded") == 0) {
		out->kind = path[0] == 'a' ? KIND_INT : KIND_DATE;
		return true;
	}
	if (strncmp(path, "person.", 7) == 0)
		return is_of_record(c, "person", path + 7, out);
	if (strncmp(path, "case.", 5) == 0)
		return is_of_record(c, "case", path + 5, out);
	if (row)
		q = form_question(form, json_str(row, "name"), path);
	if (!q && strncmp(path, "previous.", 9) == 0)
		path += 9;
	if (!q)
		q = form_question(form, NULL, path);
	if (!q)
		return false;
	out->kind = form_kind(q);
	out->items = form_choices(c, q);
	return true;
}

static bool is_fact(void *ctx, const char *path, struct rule_subject *out)
{
	struct grammar_run *r = ctx;

	return form_subject(
		r->c, form_checking(r)->form, form_checking(r)->row, path, out);
}

void form_is_condition(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	rule_check(v, at, is_fact, r, r->out);
}

/* ---- fields ---- */

static void check_choices(
	struct grammar_run *r, const json_t *q, const struct place *at)
{
	bool own = json_object_get(q, "options") != NULL;
	const char *codes = json_str(q, "codes");
	struct place in = place_key(at, "codes");

	if (!own && !codes)
		grammar_wrong(r, at, MISTAKE_MISSING_KEY, "codes", "-");
	if (own && codes)
		grammar_wrong(r, &in, MISTAKE_UNKNOWN_KEY, "codes", "options");
	if (codes && !catalogue_codes(r->c, codes))
		grammar_wrong(r, &in, MISTAKE_UNKNOWN_CODES, codes, "-");
}

static void check_name(
	struct grammar_run *r, const json_t *q, const struct place *at)
{
	const char *name = json_str(q, "name");
	struct place in = place_key(at, "name");

	for (size_t i = 0; name && taken[i]; i++)
		if (strcmp(taken[i], name) == 0)
			grammar_wrong(r, &in, MISTAKE_BAD_NAME, name,
				"not one of: %s",
				grammar_words(r->out->mem, taken));
}

static void check_limits(struct grammar_run *r, const json_t *q, unsigned may,
	const struct place *at)
{
	struct place max = place_key(at, "max"), min = place_key(at, "min");

	if (may & MOST && !json_object_get(q, "max"))
		grammar_wrong(r, at, MISTAKE_MISSING_KEY, "max", "-");
	if (may & ROWS && json_int(q, "max", 1) > ROWS_MAX)
		grammar_wrong(
			r, &max, MISTAKE_BAD_NUMBER, NULL, "1-%d", ROWS_MAX);
	if (may & LIMITS &&
		json_int(q, "min", INT64_MIN) > json_int(q, "max", INT64_MAX))
		grammar_wrong(r, &min, MISTAKE_MIN_ABOVE_MAX, NULL, "-");
}

/* What a table cannot say of a question: which keys go with its kind. */
static void check_question(
	struct grammar_run *r, const json_t *q, const struct place *at)
{
	const char *kind = json_str(q, "kind");
	struct place in = place_key(at, "kind");
	enum field_kind is;
	unsigned may = says_of(q, &is);

	check_name(r, q, at);
	if (form_checking(r)->row && kind && (may & ROWS || !may))
		grammar_wrong(r, &in, MISTAKE_BAD_VALUE, kind,
			"text int number bool date partial_date time code "
			"codes");
	if (!may && (!kind || strcmp(kind, "heading") != 0))
		return;
	if (may && !json_object_get(q, "name"))
		grammar_wrong(r, at, MISTAKE_MISSING_KEY, "name", "-");
	if (may & ROWS && !json_object_get(q, "fields"))
		grammar_wrong(r, at, MISTAKE_MISSING_KEY, "fields", "-");
	for (size_t i = 0; i < ARRAY_LEN(only); i++) {
		struct place bad = place_key(at, only[i].key);

		if (!(may & only[i].with) && json_object_get(q, only[i].key))
			grammar_wrong(r, &bad, MISTAKE_UNKNOWN_KEY, only[i].key,
				"%s: -", kind);
	}
	check_limits(r, q, may, at);
	if (form_is_money(q) && is != KIND_INT)
		grammar_wrong(r, &in, MISTAKE_BAD_VALUE, kind, "fen: int");
	if (may & CHOICES)
		check_choices(r, q, at);
}

static void check_rows(
	struct grammar_run *r, const json_t *v, const struct place *at);

static const struct grammar_key option_keys[] = {
	{.key = "code",
         .kind = GRAMMAR_TEXT,
         .needed = true,
         .min = 1,
         .max = 40},
	{.key = "official",             .kind = GRAMMAR_TEXT,  .min = 1, .max = 40},
};
static const struct grammar option = {
	option_keys, ARRAY_LEN(option_keys), true, NULL};

/* clang-format off */
static const struct grammar_key field_keys[] = {
	{.key = "name", .kind = GRAMMAR_NAME},
	{.key = "kind", .kind = GRAMMAR_WORD, .needed = true, .words = kinds},
	{.key = "label", .kind = GRAMMAR_LABEL, .needed = true, .max = LABEL_MAX},
	{.key = "help", .kind = GRAMMAR_LABEL, .max = TEXT_MAX},
	{.key = "required", .kind = GRAMMAR_BOOL},
	{.key = "min", .kind = GRAMMAR_INT, .min = INT64_MIN, .max = INT64_MAX},
	{.key = "max", .kind = GRAMMAR_INT, .min = INT64_MIN, .max = INT64_MAX},
	{.key = "check", .kind = GRAMMAR_WORD, .words = checks},
	{.key = "sealed", .kind = GRAMMAR_BOOL},
	{.key = "codes", .kind = GRAMMAR_NAME},
	{.key = "options", .kind = GRAMMAR_LIST, .min = 1, .max = CHOICES_MAX,
		.of = &option, .by = "code"},
	{.key = "when", .also = form_is_condition},
	{.key = "unit", .kind = GRAMMAR_TEXT, .min = 1, .max = 20},
	{.key = "fields", .also = check_rows},
	{.key = "official", .kind = GRAMMAR_TEXT, .min = 1, .max = 40},
};
/* clang-format on */
static const struct grammar question = {
	field_keys, ARRAY_LEN(field_keys), false, check_question};

static const struct grammar_key row_list = {.kind = GRAMMAR_LIST,
	.min = 1,
	.max = ROW_FIELDS,
	.of = &question,
	.by = "name"};

/* Runs `then` where the questions of a row come before those of the form. */
void form_within(struct grammar_run *r, const json_t *row, const json_t *v,
	const struct place *at, grammar_also *then)
{
	struct form_checking inner = {form_checking(r)->form, row};
	void *outer = r->ctx;

	r->ctx = &inner;
	then(r, v, at);
	r->ctx = outer;
}

static void check_row_list(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	grammar_value(r, &row_list, v, at);
}

static void check_rows(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	const json_t *list = json_object_get(form_checking(r)->form, "fields");
	const json_t *row = NULL;

	for (size_t i = 0; i < json_array_size(list) && !form_checking(r)->row;
		i++)
		if (json_object_get(json_array_get(list, i), "fields") == v)
			row = json_array_get(list, i);
	/* Rows in rows are refused by their kind and not looked into. */
	if (row)
		form_within(r, row, v, at, check_row_list);
}

/* ---- no question waits for itself ---- */

/* Whether the question `name` waits, over others, for the question `end`. */
static bool waits_for(const struct form_checking *k, const char *name,
	const char *end, json_t *seen, struct arena *mem)
{
	const json_t *q = form_question(k->form, NULL, name);
	json_t *names = json_keep(json_array(), mem);

	if (!q || json_object_get(seen, name))
		return false;
	json_object_set_new(seen, name, json_true());
	rule_fields(json_object_get(q, "when"), names);
	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *next = json_string_value(json_array_get(names, i));

		if (strcmp(next, end) == 0 ||
			waits_for(k, next, end, seen, mem))
			return true;
	}
	return false;
}

static void check_circles(
	struct grammar_run *r, const json_t *list, const struct place *at)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *q = json_array_get(list, i);
		const char *name = json_str(q, "name");
		struct place up = place_at(at, i);
		struct place in = place_key(&up, "when");
		json_t *seen;

		if (!name || !json_object_get(q, "when"))
			continue;
		seen = json_keep(json_object(), r->out->mem);
		if (waits_for(form_checking(r), name, name, seen, r->out->mem))
			grammar_wrong(r, &in, MISTAKE_CYCLE, name, "-");
	}
}

/* ---- lifts ---- */

/* Fields of a response that are the sheet itself. */
bool form_is_sheet(const char *name)
{
	static const char *const own[] = {
		"form", "version", "subject", "responded", "answers"};

	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		if (strcmp(own[i], name) == 0)
			return true;
	return false;
}

static bool codes_fit(const json_t *items, const struct code_list *into)
{
	for (size_t i = 0; i < json_array_size(items); i++) {
		const char *code = json_str(json_array_get(items, i), "code");

		if (code && !code_list_item(into, code))
			return false;
	}
	return true;
}

static bool fits(
	const struct catalogue *c, const json_t *q, const struct field *into)
{
	if (form_kind(q) != into->kind)
		return false;
	if (into->codes)
		return codes_fit(form_choices(c, q), into->codes);
	/* A limit that is missing was told where it is missing. */
	if (into->kind == KIND_TEXT)
		return json_int(q, "max", 0) <= into->max;
	return json_int(q, "min", INT64_MIN) >= into->min &&
	       json_int(q, "max", into->max) <= into->max;
}

static void check_lifts(
	struct grammar_run *r, const json_t *v, const struct place *at)
{
	const struct rtype *t = catalogue_type(r->c, "response");
	const char *into;
	json_t *name;

	if (!json_is_object(v))
		grammar_wrong(r, at, MISTAKE_BAD_KIND, NULL, "{…}");
	json_object_foreach((json_t *)(uintptr_t)v, into, name)
	{
		const struct field *f = t ? rtype_field(t, into) : NULL;
		struct place in = place_key(at, into);
		const json_t *q = form_needs_question(r, name, &in);

		if (!f || form_is_sheet(into))
			grammar_wrong(r, &in, MISTAKE_UNKNOWN_FIELD, into, "-");
		else if (q && !fits(r->c, q, f))
			grammar_wrong(r, &in, MISTAKE_BAD_VALUE,
				json_string_value(name),
				"kind, choices and limits of response.%s",
				into);
	}
}

/* ---- the form ---- */

/* clang-format off */
static const struct grammar_key form_keys[] = {
	{.key = "form", .kind = GRAMMAR_NAME, .needed = true},
	{.key = "version", .kind = GRAMMAR_VERSION, .needed = true},
	{.key = "label", .kind = GRAMMAR_LABEL, .needed = true, .max = LABEL_MAX},
	{.key = "source", .kind = GRAMMAR_TEXT, .needed = true, .min = 1, .max = 1000},
	{.key = "notice", .kind = GRAMMAR_LABEL, .max = TEXT_MAX},
	{.key = "fields", .kind = GRAMMAR_LIST, .needed = true, .min = 1,
		.max = FIELDS_MAX, .of = &question, .by = "name", .also = check_circles},
	{.key = "lifts", .also = check_lifts},
	{.key = "checks", .kind = GRAMMAR_LIST, .max = FORM_RULES_MAX, .of = &form_check_grammar,
		.by = "code"},
	{.key = "suggest", .kind = GRAMMAR_LIST, .max = FORM_RULES_MAX,
		.of = &form_suggest_grammar, .by = "field"},
	{.key = "due", .kind = GRAMMAR_OBJECT, .of = &form_due_grammar},
	{.key = "clock", .kind = GRAMMAR_OBJECT, .of = &form_clock_grammar},
	{.key = "flags", .kind = GRAMMAR_LIST, .max = FORM_RULES_MAX, .of = &form_flag_grammar},
};
/* clang-format on */
static const struct grammar whole = {
	form_keys, ARRAY_LEN(form_keys), false, NULL};

void form_mistakes(const struct catalogue *c, const json_t *form,
	const struct place *at, struct mistakes *out)
{
	struct form_checking k = {form, NULL};
	struct grammar_run r = {c, out, &k};

	grammar_check(&r, &whole, form, at);
}
