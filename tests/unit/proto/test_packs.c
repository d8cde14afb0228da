/*
 * test_packs.c - the data of the first six programmes: that it reads, says
 * everything in both languages, and holds no rule that can never be used.
 *
 * For each rule an answer sheet is made that fulfils it, from the rule alone
 * and within the limits of the questions; the engine must then do what the rule
 * says. A contradiction nobody can cause, a proposal behind another that always
 * wins, a question never asked would be found so.
 */
#include "proto/base/utf8.h"
#include "proto/form.h"
#include "proto/pack_check.h"
#include "proto/rule.h"
#include "tests/lib/tap.h"

#define TODAY "2026-06-15"
#define BIRTH "2010-05-05"

static const char *const packs[] = {"smd_kinship_care", "t1d_families",
	"away_from_home_children", "caregiver_group", "cleft_lip_palate",
	"dignity_therapy"};

/* ---- reading ---- */

static void the_shipped_data_have_no_mistake(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	struct mistakes m;

	mistakes_init(&m, mem);
	catalogue_mistakes(c, &m);
	CHECK(m.count == 0);
	for (size_t i = 0; i < m.count; i++)
		printf("# %s: %s '%s' (%s)\n", m.list[i].path,
			mistake_name(m.list[i].code), m.list[i].what,
			m.list[i].accepts);
	arena_free(mem);
	catalogue_free(c);
}

/* Calls then() for each form the six packs name. */
static void each_form(void (*then)(struct catalogue *c, const json_t *form))
{
	struct catalogue *c = catalogue_load();
	json_t *seen = json_object();

	for (size_t i = 0; i < ARRAY_LEN(packs); i++) {
		const json_t *list =
			json_object_get(catalogue_pack(c, packs[i]), "forms");

		CHECK(json_array_size(list) > 0);
		for (size_t k = 0; k < json_array_size(list); k++) {
			const char *name =
				json_str(json_array_get(list, k), "form");
			const json_t *form = catalogue_form(c, name, NULL);

			CHECK(form != NULL);
			if (!form || json_object_get(seen, name))
				continue;
			json_object_set_new(seen, name, json_true());
			then(c, form);
		}
	}
	CHECK(json_object_size(seen) >= 20);
	json_decref(seen);
	catalogue_free(c);
}

/* ---- words ---- */

static bool is_han(uint32_t c)
{
	return c >= 0x4e00 && c <= 0x9fff;
}

static bool has_han(const char *text)
{
	uint32_t c;

	while ((c = utf8_next(&text)) != 0)
		if (is_han(c))
			return true;
	return false;
}

/* What people are not called; domain notes, glossary. */
static const char *const avoided[] = {
	"精神病人", "疯", "案主", "管控", "病例", "案件"};

static void check_words(const json_t *j)
{
	const char *zh = json_str(j, "zh"), *en = json_str(j, "en"), *key;
	json_t *v;

	if (zh || en) {
		CHECK(zh && has_han(zh));
		CHECK(en && *en && !has_han(en));
		for (size_t i = 0; zh && i < ARRAY_LEN(avoided); i++)
			CHECK(!strstr(zh, avoided[i]));
	}
	json_object_foreach((json_t *)(uintptr_t)j, key, v) check_words(v);
	for (size_t i = 0; i < json_array_size(j); i++)
		check_words(json_array_get(j, i));
}

static void words_of_form(struct catalogue *c, const json_t *form)
{
	(void)c;
	check_words(form);
}

static void every_text_is_there_in_both_languages(void)
{
	struct catalogue *c = catalogue_load();

	for (size_t i = 0; i < ARRAY_LEN(packs); i++)
		check_words(catalogue_pack(c, packs[i]));
	catalogue_free(c);
	each_form(words_of_form);
}

/* ---- a sheet of answers made from a condition ---- */

struct sheet {
	const struct catalogue *c;
	const json_t *form;
	const char *rows; /* the table the condition is about, or NULL */
	struct arena *mem;
	json_t *answers, *row, *previous, *person, *kase;
	int age;
	unsigned way; /* what is answered where no rule says: enum below */
};

/* Yes or no, today or tomorrow, the first or the last choice: one of them suits
 * the form's other rules. */
enum { SAY_NO = 1, TOMORROW = 2, LAST = 4, WAYS = 8 };

static struct sheet sheet_new(
	const struct catalogue *c, const json_t *form, const char *rows)
{
	struct sheet s = {c, form, rows, arena_new(), NULL, NULL, NULL, NULL,
		NULL, -1, 0};

	s.answers = json_keep(json_object(), s.mem);
	s.row = json_keep(json_object(), s.mem);
	s.previous = json_keep(json_object(), s.mem);
	s.person = json_keep(json_pack("{s:s}", "birth", BIRTH), s.mem);
	s.kase = json_keep(json_object(), s.mem);
	return s;
}

static const json_t *question(const struct sheet *s, const char *path)
{
	const json_t *q = NULL;

	if (s->rows)
		q = form_question(s->form, s->rows, path);
	if (!q && strncmp(path, "previous.", 9) == 0)
		path += 9;
	return q ? q : form_question(s->form, NULL, path);
}

/* Where a fact is kept, and under which name. */
static json_t *holder(struct sheet *s, const char *path, const char **name)
{
	const char *dot = strchr(path, '.');

	*name = dot ? dot + 1 : path;
	if (dot)
		return strncmp(path, "person", 6) == 0     ? s->person
		       : strncmp(path, "previous", 8) == 0 ? s->previous
							   : s->kase;
	if (s->rows && form_question(s->form, s->rows, path))
		return s->row;
	return s->answers;
}

static json_t *facts_of(struct sheet *s)
{
	struct date today;
	struct form_about about = {
		s->answers, NULL, s->person, s->kase, &today, s->age};
	json_t *facts;

	if (!date_parse(TODAY, &today))
		die("the test's own day is wrong");
	if (json_object_size(s->previous))
		about.previous = s->previous;
	facts = form_facts(&about, s->mem);
	if (s->rows)
		json_object_update(facts, s->row);
	return facts;
}

static void make(struct sheet *s, const json_t *cond, bool holds);

static void put(struct sheet *s, const char *path, json_t *v)
{
	const json_t *q = question(s, path);
	const char *name;
	json_t *in = holder(s, path, &name);

	if (strcmp(path, "age") == 0)
		s->age = (int)json_integer_value(v);
	else if (strcmp(path, "responded") != 0)
		json_object_set(in, name, v);
	json_decref(v);
	/* A question that is answered has to be asked. */
	if (q && in != s->previous &&
		rule_holds(json_object_get(q, "when"), facts_of(s)) != RULE_YES)
		make(s, json_object_get(q, "when"), true);
}

static bool names(const json_t *codes, const char *code)
{
	const char *one = json_string_value(codes);

	for (size_t i = 0; i < json_array_size(codes); i++)
		if (names(json_array_get(codes, i), code))
			return true;
	return one && strcmp(one, code) == 0;
}

/* A choice of the question that is none of those named, or NULL. */
static const char *choice(struct sheet *s, const json_t *q, const json_t *but)
{
	struct code_list own;
	struct field f = form_field(s->c, q, &own);
	size_t n = f.codes ? json_array_size(f.codes->items) : 0;

	for (size_t i = 0; i < n; i++) {
		size_t at = s->way & LAST ? n - 1 - i : i;
		const char *code =
			json_str(json_array_get(f.codes->items, at), "code");

		if (!names(but, code))
			return code;
	}
	return NULL;
}

static json_t *row_of(struct sheet *s, const json_t *q);

/* An answer a question takes. */
static json_t *usual(struct sheet *s, const json_t *q)
{
	struct code_list own;
	struct field f = form_field(s->c, q, &own);

	if (form_is_rows(q))
		return json_pack("[o]", row_of(s, q));
	switch (f.kind) {
	case KIND_CODE:
		return json_string(choice(s, q, NULL));
	case KIND_CODES:
		return json_pack("[s]", choice(s, q, NULL));
	case KIND_BOOL:
		return json_boolean(!(s->way & SAY_NO));
	case KIND_INT:
	case KIND_NUMBER:
		return json_integer(f.min > 0 ? f.min : 0);
	case KIND_DATE:
	case KIND_PARTIAL_DATE:
		return json_string(s->way & TOMORROW ? "2026-06-16" : TODAY);
	case KIND_TIME:
		return json_string(TODAY "T09:00:00+08:00");
	case KIND_TEXT:
		return json_string("甲");
	case KIND_REF:
	case KIND_REFS:
	case KIND_JSON:
		break;
	}
	return json_null();
}

static json_t *row_of(struct sheet *s, const json_t *q)
{
	const json_t *fields = json_object_get(q, "fields");
	bool own = s->rows && strcmp(s->rows, json_str(q, "name")) == 0;
	json_t *row = own ? json_deep_copy(s->row) : json_object();

	for (size_t i = 0; i < json_array_size(fields); i++) {
		const json_t *one = json_array_get(fields, i);

		if (json_flag(one, "required") &&
			!json_object_get(row, json_str(one, "name")) &&
			form_is_asked(one, row))
			json_object_set_new(
				row, json_str(one, "name"), usual(s, one));
	}
	return row;
}

static const json_t *fact(struct sheet *s, const char *path)
{
	return rule_fact(facts_of(s), path);
}

/* `steps` days, hours or units away from a value. */
static json_t *away(struct sheet *s, const json_t *v, int steps)
{
	const char *text = json_string_value(v);
	char day[DATE_TEXT], at[TIME_TEXT];
	struct date d;
	int64_t ms;

	(void)s;
	if (!text)
		return json_is_integer(v)
			       ? json_integer(json_integer_value(v) + steps)
			       : json_real(json_number_value(v) + steps);
	if (time_parse(text, &ms))
		return json_string(
			time_format(ms + steps * INT64_C(3600000), at));
	if (!date_parse(text, &d))
		return json_string(text);
	d = date_add_days(&d, steps);
	return json_string(date_format(&d, day));
}

/* The value another fact has; it is given one when it has none. */
static const json_t *other_value(struct sheet *s, const char *path)
{
	const json_t *v = fact(s, path);
	const json_t *q = question(s, path);

	if (!v && q) {
		json_t *usually = usual(s, q);

		/* Not at the edge, so that there is something beyond. */
		if (json_is_integer(usually))
			json_integer_set(usually, 2);
		put(s, path, usually);
	} else if (!v)
		put(s, path, json_string("2026-01-01"));
	return fact(s, path);
}

static void make_field(
	struct sheet *s, const json_t *cond, const char *path, bool holds)
{
	static const struct {
		const char *word;
		int yes, no;
	} orders[] = {
		{"ge", 0,  -1},
                {"gt", 1,  0 },
                {"le", 0,  1 },
                {"lt", -1, 0 }
        };
	const json_t *q = question(s, path), *want, *than;
	const char *name;
	json_t *in = holder(s, path, &name);

	if ((want = json_object_get(cond, "present")) != NULL) {
		if (json_is_true(want) == holds && !fact(s, path))
			put(s, path, q ? usual(s, q) : json_string(TODAY));
		else if (json_is_true(want) != holds)
			json_object_del(in, name);
	}
	if ((want = json_object_get(cond, "has")) != NULL) {
		const json_t *one =
			json_is_array(want) ? json_array_get(want, 0) : want;

		put(s, path,
			holds ? json_pack("[s]", json_string_value(one))
			      : json_array());
	}
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		want = json_object_get(cond, orders[i].word);
		if (!want)
			continue;
		than = json_str(want, "field")
			       ? other_value(s, json_str(want, "field"))
			       : want;
		put(s, path,
			away(s, than, holds ? orders[i].yes : orders[i].no));
	}
	if ((want = json_object_get(cond, "is")) == NULL)
		return;
	than = json_str(want, "field") ? other_value(s, json_str(want, "field"))
				       : want;
	if (holds)
		put(s, path,
			json_incref(json_is_array(than)
					    ? json_array_get(than, 0)
					    : (json_t *)(uintptr_t)than));
	else if (json_is_boolean(than))
		put(s, path, json_boolean(!json_is_true(than)));
	else if (q && choice(s, q, than))
		put(s, path, json_string(choice(s, q, than)));
	else if (json_is_number(than))
		put(s, path, away(s, than, 1));
	else
		put(s, path, away(s, than, -1));
}

/* Answers for which the condition holds, or surely does not. */
static void make(struct sheet *s, const json_t *cond, bool holds)
{
	static const char *const groups[] = {"all", "any"};
	const json_t *names = json_object_get(cond, "count");

	if (json_str(cond, "field"))
		make_field(s, cond, json_str(cond, "field"), holds);
	if (json_object_get(cond, "not"))
		make(s, json_object_get(cond, "not"), !holds);
	for (size_t i = 0; i < (size_t)json_int(cond, "ge", 0) && names; i++) {
		json_t *one =
			json_pack("{s:O}", "is", json_object_get(cond, "is"));

		make_field(s, one, json_string_value(json_array_get(names, i)),
			holds);
		json_decref(one);
	}
	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		const json_t *list = json_object_get(cond, groups[i]);
		/* One is enough for `any`, and to break `all`. */
		bool one = holds == (i == 1);

		for (size_t k = 0; k < json_array_size(list); k++) {
			make(s, json_array_get(list, k), holds);
			if (one)
				break;
		}
	}
}

/* What else a sheet needs to be taken. */
static void complete(struct sheet *s)
{
	const json_t *fields = json_object_get(s->form, "fields");
	bool more = true;

	if (s->rows)
		put(s, s->rows,
			json_pack("[o]", row_of(s, form_question(s->form, NULL,
							   s->rows))));
	while (more) {
		more = false;
		for (size_t i = 0; i < json_array_size(fields); i++) {
			const json_t *q = json_array_get(fields, i);

			if (!json_flag(q, "required") ||
				json_object_get(
					s->answers, json_str(q, "name")) ||
				!form_is_asked(q, facts_of(s)))
				continue;
			put(s, json_str(q, "name"), usual(s, q));
			more = true;
		}
	}
}

/* ---- every rule can be used ---- */

static void tell(const struct sheet *s, const char *what, const char *why)
{
	printf("# %s: %s %s: %s\n", json_str(s->form, "form"), what, why,
		json_canonical(s->answers, s->mem));
}

static bool warned(const json_t *warnings, const char *code)
{
	for (size_t i = 0; i < json_array_size(warnings); i++)
		if (strcmp(json_str(json_array_get(warnings, i), "code"),
			    code) == 0)
			return true;
	return false;
}

/* Whether answers made for a check set it off, and nothing before it. */
static bool sets_off(struct sheet *s, const json_t *check, struct err *e)
{
	bool refuse = strcmp(json_str(check, "level"), "refuse") == 0, taken;
	const char *field = json_str(check, "field");
	json_t *warnings = json_keep(json_array(), s->mem);
	size_t n = strlen(field);

	make(s, json_object_get(check, "if"), true);
	complete(s);
	taken = form_check_answers(
		s->c, s->form, s->answers, facts_of(s), warnings, e);
	if (!refuse)
		return taken && warned(warnings, json_str(check, "code"));
	return !taken && e->code == ERR_CONTRADICTION && strlen(e->field) > n &&
	       strcmp(e->field + strlen(e->field) - n, field) == 0 &&
	       strstr(e->accepts, json_str(check, "en"));
}

static void try_check(
	struct catalogue *c, const json_t *form, const json_t *check)
{
	bool good = false;

	for (unsigned way = 0; way < WAYS && !good; way++) {
		struct sheet s = sheet_new(c, form, json_str(check, "rows"));
		struct err e = {0};

		s.way = way;
		good = sets_off(&s, check, &e);
		if (!good && way == WAYS - 1)
			tell(&s, json_str(check, "code"), e.field);
		arena_free(s.mem);
	}
	CHECK(good);
}

static void try_checks(struct catalogue *c, const json_t *form)
{
	const json_t *list = json_object_get(form, "checks");

	for (size_t i = 0; i < json_array_size(list); i++)
		try_check(c, form, json_array_get(list, i));
}

static void every_contradiction_can_be_caused_and_is_told(void)
{
	each_form(try_checks);
}

static void try_questions_of(struct catalogue *c, const json_t *form,
	const char *rows, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *q = json_array_get(list, i);
		const json_t *when = json_object_get(q, "when");
		struct sheet s = sheet_new(c, form, rows);
		bool good;

		make(&s, when, true);
		good = form_is_asked(q, facts_of(&s));
		CHECK(good);
		if (!good)
			tell(&s, json_str(q, "name"), "is never asked");
		if (form_is_rows(q))
			try_questions_of(c, form, json_str(q, "name"),
				json_object_get(q, "fields"));
		arena_free(s.mem);
	}
}

static void try_questions(struct catalogue *c, const json_t *form)
{
	try_questions_of(c, form, NULL, json_object_get(form, "fields"));
}

static void every_question_can_be_asked(void)
{
	each_form(try_questions);
}

static void try_proposal(struct catalogue *c, const json_t *form,
	const char *field, const json_t *rule)
{
	const json_t *q = form_question(form, NULL, field), *got;
	struct sheet s = sheet_new(c, form, NULL);
	bool good;

	make(&s, json_object_get(q, "when"), true);
	make(&s, json_object_get(rule, "if"), true);
	got = json_object_get(form_suggest(form, facts_of(&s), s.mem), field);
	good = got && strcmp(json_str(got, "zh"), json_str(rule, "zh")) == 0 &&
	       strcmp(json_str(got, "value"), json_str(rule, "value")) == 0;
	CHECK(good);
	if (!good)
		tell(&s, field, json_str(rule, "zh"));
	arena_free(s.mem);
}

static void try_proposals(struct catalogue *c, const json_t *form)
{
	const json_t *list = json_object_get(form, "suggest");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const json_t *rules = json_object_get(one, "rules");
		const json_t *otherwise = json_object_get(one, "else");

		for (size_t k = 0; k < json_array_size(rules); k++)
			try_proposal(c, form, json_str(one, "field"),
				json_array_get(rules, k));
		if (otherwise)
			try_proposal(
				c, form, json_str(one, "field"), otherwise);
	}
}

static void every_proposal_is_made_for_some_answers(void)
{
	each_form(try_proposals);
}

static void try_flags(struct catalogue *c, const json_t *form)
{
	const json_t *list = json_object_get(form, "flags");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *flag = json_array_get(list, i), *got;
		struct sheet s = sheet_new(c, form, NULL);
		bool found = false;

		make(&s, json_object_get(flag, "if"), true);
		got = form_flags(form, facts_of(&s), s.mem);
		for (size_t k = 0; k < json_array_size(got); k++)
			found |= strcmp(json_str(json_array_get(got, k), "zh"),
					 json_str(flag, "zh")) == 0;
		CHECK(found);
		if (!found)
			tell(&s, json_str(flag, "kind"), "is not raised");
		arena_free(s.mem);
	}
}

static void every_flag_is_raised_by_some_answers(void)
{
	each_form(try_flags);
}

static void try_dates(struct catalogue *c, const json_t *form)
{
	const json_t *due = json_object_get(form, "due");
	const json_t *rules = json_object_get(due, "rules");
	struct date today, got;

	CHECK(date_parse(TODAY, &today));
	for (size_t i = 0; i < json_array_size(rules); i++) {
		struct sheet s = sheet_new(c, form, NULL);

		make(&s, json_object_get(json_array_get(rules, i), "if"), true);
		CHECK(form_due(form, facts_of(&s), NULL, &got, NULL, NULL));
		CHECK(date_cmp(&got, &today) > 0);
		arena_free(s.mem);
	}
}

static void every_rule_of_a_next_date_gives_one(void)
{
	each_form(try_dates);
}

/* The sheet that asks for a goal is one the form takes. */
static void every_goal_of_a_plan_can_follow_from_answers(void)
{
	struct catalogue *c = catalogue_load();
	size_t tried = 0;

	for (size_t i = 0; i < ARRAY_LEN(packs); i++) {
		const json_t *from = json_object_get(
			catalogue_pack(c, packs[i]), "plan_from");
		const json_t *rules = json_object_get(from, "rules");
		const json_t *form =
			from ? catalogue_form(c, json_str(from, "form"), NULL)
			     : NULL;

		for (size_t k = 0; k < json_array_size(rules); k++, tried++) {
			const json_t *cond =
				json_object_get(json_array_get(rules, k), "if");
			struct sheet s = sheet_new(c, form, NULL);
			struct err e = {0};
			bool good;

			make(&s, cond, true);
			complete(&s);
			good = form_check_answers(c, form, s.answers,
				       facts_of(&s), NULL, &e) &&
			       rule_holds(cond, facts_of(&s)) == RULE_YES;
			CHECK(good);
			if (!good)
				tell(&s, packs[i], e.field);
			arena_free(s.mem);
		}
	}
	CHECK(tried >= 20);
	catalogue_free(c);
}

int main(void)
{
	RUN(the_shipped_data_have_no_mistake);
	RUN(every_text_is_there_in_both_languages);
	RUN(every_question_can_be_asked);
	RUN(every_contradiction_can_be_caused_and_is_told);
	RUN(every_proposal_is_made_for_some_answers);
	RUN(every_flag_is_raised_by_some_answers);
	RUN(every_rule_of_a_next_date_gives_one);
	RUN(every_goal_of_a_plan_can_follow_from_answers);
	return tap_done();
}
