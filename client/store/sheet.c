/*
 * sheet.c - see sheet.h. The rules are proto/form; the centre's counterpart is
 * server/records/rule_response.c.
 */
#include "client/store/sheet.h"

#include "proto/base/host.h"

#include <string.h>

static bool is_response(const struct rtype *t)
{
	return strcmp(t->name, "response") == 0;
}

static bool same(const json_t *a, const json_t *b, const char *key)
{
	const json_t *x = json_object_get(a, key), *y = json_object_get(b, key);

	return x == y || (x && y && json_equal(x, y));
}

static bool sheet_changed(const json_t *before, const json_t *after)
{
	static const char *const sheet[] = {
		"form", "version", "answers", "responded", "subject"};

	for (size_t i = 0; i < ARRAY_LEN(sheet); i++)
		if (!same(before, after, sheet[i]))
			return true;
	return !before;
}

/* ---- facts ---- */

static const json_t *body_of(struct view *v, const char *id, struct arena *mem)
{
	struct seen one;
	struct uuid rec;
	struct err ignored;

	return id && uuid_parse(id, &rec) &&
			       view_record(v, &rec, mem, &one, &ignored)
		       ? one.body
		       : NULL;
}

/* The person a response is about: the one it names, else the client. */
static const char *person_of(const json_t *kase, const json_t *body)
{
	const char *subject = json_str(body, "subject");

	return subject ? subject : json_str(kase, "person");
}

static bool is_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool comes_before(const char *day, const struct uuid *id,
	const char *other_day, const struct uuid *other)
{
	int order = strcmp(day, other_day);

	return order < 0 || (order == 0 && uuid_cmp(id, other) < 0);
}

/* The answers of the last earlier response of the form about that person. */
static const json_t *previous_of(struct view *v, const struct uuid *case_id,
	const struct uuid *rec, const json_t *kase, const json_t *body,
	struct arena *mem)
{
	const char *day = json_str(body, "responded"), *best_day = NULL;
	const json_t *best = NULL;
	struct uuid best_id, own = *rec;
	size_t n;
	const struct uuid *ids = view_unit(v, case_id, mem, &n);

	if (uuid_is_nil(&own))
		memset(own.b, 0xff, sizeof(own.b)); /* after all of its day */
	for (size_t i = 0; day && i < n; i++) {
		struct seen one;
		struct err ignored;
		const char *on;

		if (uuid_cmp(&ids[i], rec) == 0 ||
			!view_record(v, &ids[i], mem, &one, &ignored) ||
			strcmp(one.type, "response") != 0 ||
			one.r.state == STATE_RETRACTED)
			continue;
		on = json_str(one.body, "responded");
		if (!on || !same(one.body, body, "form") ||
			!is_text(person_of(kase, one.body),
				person_of(kase, body)) ||
			!comes_before(on, &ids[i], day, &own) ||
			(best && comes_before(on, &ids[i], best_day, &best_id)))
			continue;
		best = json_object_get(one.body, "answers");
		best_day = on;
		best_id = ids[i];
	}
	return best;
}

json_t *sheet_facts(struct view *v, const struct uuid *case_id,
	const struct uuid *rec, const json_t *body, struct arena *mem)
{
	const char *day = json_str(body, "responded");
	struct form_about about = {.age = -1};
	char id[UUID_TEXT];
	struct date d;

	about.answers = json_object_get(body, "answers");
	about.kase = body_of(v, uuid_format(case_id, id), mem);
	about.person = body_of(v, person_of(about.kase, body), mem);
	about.previous = previous_of(v, case_id, rec, about.kase, body, mem);
	if (day && date_parse(day, &d))
		about.responded = &d;
	return form_facts(&about, mem);
}

/* ---- filling and checking ---- */

static const json_t *form_of(struct view *v, const json_t *body)
{
	const char *name = json_str(body, "form");

	return name ? catalogue_form(store_catalogue(view_store(v)), name,
			      json_str(body, "version"))
		    : NULL;
}

static void fill_text(json_t *body, const char *key, const char *text)
{
	if (text && !json_object_get(body, key))
		json_object_set_new(body, key, json_string(text));
}

static void fill_due(
	struct view *v, const json_t *form, const json_t *facts, json_t *body)
{
	const char *field = form_due_field(form);
	char day[DATE_TEXT];
	struct date due;

	if (field && !json_object_get(body, field) &&
		form_due(form, facts, view_calendar(v), &due, NULL, NULL))
		fill_text(body, field, date_format(&due, day));
}

void sheet_fill(struct view *v, const struct rtype *t,
	const struct uuid *case_id, const struct uuid *rec,
	const json_t *before, json_t *body)
{
	const struct catalogue *c = store_catalogue(view_store(v));
	struct date today = time_day_cn(host_now_ms());
	const json_t *form = is_response(t) ? form_of(v, body) : NULL;
	const json_t *answers = json_object_get(body, "answers"), *facts;
	struct err ignored;
	char day[DATE_TEXT];
	struct arena *mem;

	if (!form || !json_is_object(answers) || !sheet_changed(before, body))
		return;
	mem = arena_new();
	fill_text(body, "version", json_str(form, "version"));
	fill_text(body, "responded", date_format(&today, day));
	facts = sheet_facts(v, case_id, rec, body, mem);
	/* What does not fit the sheet is told of the sheet (sheet_check). */
	if (form_check_answers(c, form, answers, facts, NULL, &ignored)) {
		form_lift(form, before, body);
		fill_due(v, form, facts, body);
	}
	arena_free(mem);
}

static bool no_such_version(struct view *v, const char *name, struct err *e)
{
	const struct catalogue *c = store_catalogue(view_store(v));
	const char *newest = json_str(catalogue_form(c, name, NULL), "version");

	return err_field(
		e, ERR_BAD_CODE, "version", "%s", newest ? newest : "-");
}

bool sheet_check(struct view *v, const struct rtype *t,
	const struct uuid *case_id, const struct uuid *rec,
	const json_t *before, const json_t *after, struct err *e)
{
	const struct catalogue *c = store_catalogue(view_store(v));
	const char *name = json_str(after, "form");
	const json_t *answers = json_object_get(after, "answers"), *form;
	struct arena *mem;
	bool ok;

	if (!is_response(t) || !name || !sheet_changed(before, after))
		return true;
	if (!answers || !catalogue_form(c, name, NULL))
		return true;
	form = form_of(v, after);
	if (!form)
		return no_such_version(v, name, e);
	mem = arena_new();
	ok = form_check_answers(c, form, answers,
		sheet_facts(v, case_id, rec, after, mem), NULL, e);
	arena_free(mem);
	return ok;
}
