/*
 * form.c - judging the answers of a form; see form.h.
 *
 * A question is read into the same struct field the record types have, so that
 * a kind, a limit or a code is checked by the very code that checks records.
 */
#include "proto/form_in.h"

#include "proto/person.h"
#include "proto/record.h"
#include "proto/rule.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One response being judged. */
struct judging {
	const struct catalogue *c;
	const json_t *form;
	const json_t *facts;
	json_t *warnings;
	struct err *e;
};

/* ---- facts ---- */

/* Whole years on a day; -1 when the birth date leaves it open. */
static int age_of(const json_t *person, const struct date *on)
{
	const char *birth = json_str(person, "birth");
	struct date d, first, last;
	int age;

	if (!birth || !on || !date_parse_partial(birth, &d))
		return -1;
	first = last = d;
	if (!d.month) {
		first.month = 1;
		last.month = 12;
	}
	if (!d.day) {
		first.day = 1;
		last.day = 31;
		while (!date_is_valid(&last))
			last.day--;
	}
	age = date_age(&first, on);
	return age == date_age(&last, on) ? age : -1;
}

static json_t *shared(const json_t *j)
{
	return json_incref((json_t *)(uintptr_t)j);
}

json_t *form_facts(const struct form_about *about, struct arena *mem)
{
	json_t *facts = json_keep(json_object(), mem);
	int age = about->age;
	char day[DATE_TEXT];

	if (json_is_object(about->answers))
		json_object_update(facts, (json_t *)(uintptr_t)about->answers);
	if (json_is_object(about->previous))
		json_object_set_new(facts, "previous", shared(about->previous));
	if (about->person)
		json_object_set_new(facts, "person", shared(about->person));
	if (about->kase)
		json_object_set_new(facts, "case", shared(about->kase));
	if (about->responded)
		json_object_set_new(facts, "responded",
			json_string(date_format(about->responded, day)));
	if (age < 0)
		age = age_of(about->person, about->responded);
	if (age >= 0)
		json_object_set_new(facts, "age", json_integer(age));
	return facts;
}

/* ---- questions ---- */

static const json_t *question_in(const json_t *list, const char *name)
{
	for (size_t i = 0; name && i < json_array_size(list); i++) {
		const json_t *q = json_array_get(list, i);
		const char *own = json_str(q, "name");
		const char *kind = json_str(q, "kind");

		if (own && kind && strcmp(own, name) == 0 &&
			strcmp(kind, "heading") != 0)
			return q;
	}
	return NULL;
}

const json_t *form_question(
	const json_t *form, const char *rows, const char *name)
{
	const json_t *list = json_object_get(form, "fields");

	if (rows)
		list = json_object_get(question_in(list, rows), "fields");
	return question_in(list, name);
}

struct field form_field(const struct catalogue *c, const json_t *question,
	struct code_list *options)
{
	enum field_kind kind = form_kind(question);
	bool counts =
		kind == KIND_TEXT || kind == KIND_CODES || kind == KIND_JSON;
	const char *codes = json_str(question, "codes");
	struct field f;

	memset(&f, 0, sizeof(f));
	f.name = json_str(question, "name");
	f.kind = kind;
	f.required = json_flag(question, "required");
	f.min = json_int(question, "min", counts ? 0 : INT64_MIN);
	f.max = json_int(question, "max", INT64_MAX);
	f.check = json_str(question, "check");
	f.money = kind == KIND_INT && form_is_money(question);
	options->name = f.name;
	options->items = json_object_get(question, "options");
	f.codes = options->items ? options : NULL;
	if (codes)
		f.codes = catalogue_codes(c, codes);
	return f;
}

bool form_is_money(const json_t *question)
{
	const char *unit = json_str(question, "unit");

	return unit && strcmp(unit, "fen") == 0;
}

bool form_is_rows(const json_t *question)
{
	const char *kind = json_str(question, "kind");

	return kind && strcmp(kind, "rows") == 0;
}

bool form_is_asked(const json_t *question, const json_t *facts)
{
	return rule_holds(json_object_get(question, "when"), facts) == RULE_YES;
}

/* An answer of the sheet, not a fact about the person, the case, an earlier
 * response, which this program may only not know. */
static bool is_own_answer(const char *name)
{
	return !strchr(name, '.') && strcmp(name, "age") != 0 &&
	       strcmp(name, "responded") != 0;
}

/* Sure not to be asked: also when all that is missing are answers. */
static bool is_not_asked(const json_t *q, const json_t *facts)
{
	const json_t *when = json_object_get(q, "when");
	enum truth t = rule_holds(when, facts);
	json_t *missing = json_array();
	bool own;

	rule_missing(when, facts, missing);
	own = json_array_size(missing) > 0;
	for (size_t i = 0; own && i < json_array_size(missing); i++)
		own = is_own_answer(
			json_string_value(json_array_get(missing, i)));
	json_decref(missing);
	return t == RULE_NO || own;
}

/* ---- one answer ---- */

#define PLACE_TEXT sizeof(((struct err *)0)->field)

/* A place longer than an error has room for is cut, as err_field() does. */
static void place_name(char out[PLACE_TEXT], const char *fmt, ...)
	PRINTF_LIKE(2, 3);

static void place_name(char out[PLACE_TEXT], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(out, PLACE_TEXT, fmt, ap);
	va_end(ap);
}

/* Puts a place in front of the field an error names. */
static bool at_place(struct err *e, const char *place)
{
	char name[PLACE_TEXT];

	place_name(name, "%s.%s", place, e->field);
	memcpy(e->field, name, sizeof(name));
	return false;
}

static bool refuse(const struct judging *j, enum err_code code,
	const char *place, const char *name, const char *accepts)
{
	err_field(j->e, code, name, "%s", accepts);
	return at_place(j->e, place);
}

static bool check_identity(
	const struct field *f, const json_t *v, struct err *e)
{
	struct resident_id id;

	return !f->check || strcmp(f->check, "resident_id") != 0 ||
	       person_resident_id(json_string_value(v), f->name, &id, e);
}

/* The empty text and the empty set are no answers to a required question. */
static bool is_answer(const json_t *v)
{
	const char *s = json_string_value(v);

	return v && !json_is_null(v) && !(s && !*s) &&
	       !(json_is_array(v) && json_array_size(v) == 0);
}

static bool check_sheet(struct judging *j, const json_t *questions,
	const json_t *answers, const json_t *facts, const char *place);

/* The rows of a table; in each, its own answers come before the form's. */
static bool check_rows(
	struct judging *j, const json_t *q, const json_t *v, const char *place)
{
	const char *name = json_str(q, "name");
	int64_t most = json_int(q, "max", INT64_MAX);
	char in[PLACE_TEXT];
	bool ok = true;

	if (!json_is_array(v))
		return refuse(j, ERR_BAD_KIND, place, name, "[{…}]");
	if ((int64_t)json_array_size(v) > most)
		return refuse(j, ERR_OUT_OF_RANGE, place, name, "fewer rows");
	if ((int64_t)json_array_size(v) < json_int(q, "min", 0))
		return refuse(j, ERR_OUT_OF_RANGE, place, name, "more rows");
	for (size_t i = 0; ok && i < json_array_size(v); i++) {
		const json_t *row = json_array_get(v, i);
		json_t *facts = json_copy((json_t *)(uintptr_t)j->facts);

		if (json_is_object(row))
			json_object_update(facts, (json_t *)(uintptr_t)row);
		place_name(in, "%s.%s[%zu]", place, name, i);
		ok = check_sheet(
			j, json_object_get(q, "fields"), row, facts, in);
		json_decref(facts);
	}
	return ok;
}

static bool check_answer(
	struct judging *j, const json_t *q, const json_t *v, const char *place)
{
	struct code_list options;
	struct field f;

	if (form_is_rows(q))
		return check_rows(j, q, v, place);
	f = form_field(j->c, q, &options);
	if (record_check_value(&f, v, j->e) && check_identity(&f, v, j->e))
		return true;
	return at_place(j->e, place);
}

static bool check_present(struct judging *j, const json_t *questions,
	const json_t *answers, const json_t *facts, const char *place)
{
	for (size_t i = 0; i < json_array_size(questions); i++) {
		const json_t *q = json_array_get(questions, i);
		const char *name = json_str(q, "name");

		if (json_flag(q, "required") && form_is_asked(q, facts) &&
			!is_answer(json_object_get(answers, name)))
			return err_field(j->e, ERR_MISSING, name,
				       "%s" ERR_BOTH "%s", label_of(q, LANG_ZH),
				       label_of(q, LANG_EN)) ||
			       at_place(j->e, place);
	}
	return true;
}

static bool check_sheet(struct judging *j, const json_t *questions,
	const json_t *answers, const json_t *facts, const char *place)
{
	const char *name;
	json_t *v;

	if (!json_is_object(answers))
		return err_field(j->e, ERR_BAD_KIND, place, "{…}");
	json_object_foreach((json_t *)(uintptr_t)answers, name, v)
	{
		const json_t *q = question_in(questions, name);

		if (!q)
			return refuse(j, ERR_UNKNOWN_FIELD, place, name, "-");
		if (json_is_null(v))
			continue;
		if (is_not_asked(q, facts))
			return refuse(j, ERR_NOT_ASKED, place, name, "-");
		if (!check_answer(j, q, v, place))
			return false;
	}
	return check_present(j, questions, answers, facts, place);
}

/* ---- contradictions ---- */

/* Both languages in one text: err.h says how it is read. */
static bool contradict(struct err *e, const char *field, const json_t *check)
{
	return err_field(e, ERR_CONTRADICTION, field, "%s" ERR_BOTH "%s",
		label_of(check, LANG_ZH), label_of(check, LANG_EN));
}

static json_t *told(const json_t *check, const char *field)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "code",
		json_str(check, "code"), "field", field, "level",
		json_str(check, "level"), "zh", label_of(check, LANG_ZH), "en",
		label_of(check, LANG_EN));
}

/* Calls `then` for each check that holds, of the form or of a row; it stops
 * when that is false. */
typedef bool when_it_holds(
	struct judging *j, const json_t *check, const char *field);

static bool judge(struct judging *j, const json_t *check, const json_t *facts,
	const char *place, when_it_holds *then)
{
	char field[PLACE_TEXT];

	if (rule_holds(json_object_get(check, "if"), facts) != RULE_YES)
		return true;
	place_name(field, "%s.%s", place, json_str(check, "field"));
	return then(j, check, field);
}

static bool judge_rows(struct judging *j, const json_t *check, const char *rows,
	when_it_holds *then)
{
	const json_t *list = json_object_get(j->facts, rows);
	char place[PLACE_TEXT];
	bool ok = true;

	for (size_t i = 0; ok && i < json_array_size(list); i++) {
		json_t *facts = json_copy((json_t *)(uintptr_t)j->facts);

		json_object_update(facts, json_array_get(list, i));
		place_name(place, "answers.%s[%zu]", rows, i);
		ok = judge(j, check, facts, place, then);
		json_decref(facts);
	}
	return ok;
}

static bool judge_all(struct judging *j, when_it_holds *then)
{
	const json_t *checks = json_object_get(j->form, "checks");
	bool ok = true;

	for (size_t i = 0; ok && i < json_array_size(checks); i++) {
		const json_t *one = json_array_get(checks, i);
		const char *rows = json_str(one, "rows");

		ok = rows ? judge_rows(j, one, rows, then)
			  : judge(j, one, j->facts, "answers", then);
	}
	return ok;
}

static bool refuse_or_warn(
	struct judging *j, const json_t *check, const char *field)
{
	if (strcmp(json_str(check, "level"), "refuse") == 0)
		return contradict(j->e, field, check);
	if (j->warnings)
		json_array_append_new(j->warnings, told(check, field));
	return true;
}

static bool tell(struct judging *j, const json_t *check, const char *field)
{
	json_array_append_new(j->warnings, told(check, field));
	return true;
}

bool form_check_answers(const struct catalogue *c, const json_t *form,
	const json_t *answers, const json_t *facts, json_t *warnings,
	struct err *e)
{
	struct judging j = {c, form, facts, warnings, e};

	return check_sheet(&j, json_object_get(form, "fields"), answers, facts,
		       "answers") &&
	       judge_all(&j, refuse_or_warn);
}

json_t *form_told(const json_t *form, const json_t *facts, struct arena *mem)
{
	struct judging j = {NULL, form, facts, NULL, NULL};

	j.warnings = json_keep(json_array(), mem);
	(void)judge_all(&j, tell);
	return j.warnings;
}
