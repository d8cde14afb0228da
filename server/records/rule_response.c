/*
 * rule_response.c - see response.h. The rules themselves are proto/form.
 */
#include "server/records/response.h"

#include "server/records/decide.h"
#include "server/records/flags.h"

#include <string.h>

static const struct response_facts *loaded(
	const struct world *w, const struct uuid *id)
{
	for (size_t i = 0; i < w->response_count; i++)
		if (uuid_cmp(&w->responses[i].id, id) == 0)
			return &w->responses[i];
	return NULL;
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

/* A record as this batch leaves it, else as it stands in the database. */
static const json_t *as_it_is(
	struct world *w, const struct uuid *id, const json_t *stored)
{
	struct entry *x = uuid_is_nil(id) ? NULL : world_find(w, id);

	return x && x->now.ver ? entry_body(w, x) : stored;
}

/* The person it names, else the client. */
static const char *about_whom(const json_t *body, const json_t *kase)
{
	const char *subject = json_str(body, "subject");

	return subject ? subject : json_str(kase, "person");
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Whether one response of a day comes before another. */
static bool comes_before(const char *day, const struct uuid *id,
	const char *other_day, const struct uuid *other)
{
	int order = strcmp(day, other_day);

	return order < 0 || (order == 0 && uuid_cmp(id, other) < 0);
}

/* The answers of the last earlier response of the same form about the same
 * person: one the batch made or holds, or one of the database. */
static const json_t *previous_of(struct world *w, const struct entry *x,
	const json_t *body, const json_t *kase, const struct response_facts *f)
{
	const char *day = json_str(body, "responded");
	const json_t *best = f ? f->before : NULL;
	const char *best_day = f && f->before ? f->before_on : NULL;
	struct uuid best_id;

	memset(&best_id, 0, sizeof(best_id));
	if (f)
		best_id = f->before_id;
	for (size_t i = 0; day && i < w->entry_count; i++) {
		struct entry *y = w->entries[i];
		const json_t *b;
		const char *on;

		if (y == x || !y->now.ver || !y->now.type ||
			strcmp(y->now.type->name, "response") != 0 ||
			y->now.state == STATE_RETRACTED ||
			uuid_cmp(&y->unit, &x->unit) != 0)
			continue;
		b = entry_body(w, y);
		on = json_str(b, "responded");
		if (!on || !same(b, body, "form") ||
			!same_text(
				about_whom(b, kase), about_whom(body, kase)) ||
			!comes_before(on, &y->id, day, &x->id) ||
			(best_day &&
				comes_before(on, &y->id, best_day, &best_id)))
			continue;
		best = json_object_get(b, "answers");
		best_day = on;
		best_id = y->id;
	}
	return best;
}

static struct uuid person_of(
	const struct response_facts *f, const json_t *kase, const json_t *body)
{
	const char *s = about_whom(body, kase);
	struct uuid id;

	memset(&id, 0, sizeof(id));
	if (s && uuid_parse(s, &id))
		return id;
	return f ? f->person_id : id;
}

static json_t *facts_of(struct world *w, struct entry *x, const json_t *body)
{
	const struct response_facts *f = loaded(w, &x->id);
	const char *day = json_str(body, "responded");
	struct form_about about = {.age = -1};
	struct date responded;
	struct uuid person;

	about.answers = json_object_get(body, "answers");
	about.kase = as_it_is(w, &x->unit, f ? f->kase : NULL);
	person = person_of(f, about.kase, body);
	about.person = as_it_is(w, &person, f ? f->person : NULL);
	about.previous = previous_of(w, x, body, about.kase, f);
	if (day && date_parse(day, &responded))
		about.responded = &responded;
	return form_facts(&about, w->mem);
}

/* The form a body says it was made with, or NULL. */
static const json_t *form_of(const struct world *w, const json_t *body)
{
	const char *name = json_str(body, "form");

	return name ? catalogue_form(
			      w->catalogue, name, json_str(body, "version"))
		    : NULL;
}

/* ---- filling ---- */

static void fill_text(json_t *body, const char *key, const char *text)
{
	if (text && !json_object_get(body, key))
		json_object_set_new(body, key, json_string(text));
}

static void fill_due(
	struct world *w, struct entry *x, const json_t *form, json_t *body)
{
	const char *field = form_due_field(form);
	char day[DATE_TEXT];
	struct date d;

	if (field && !json_object_get(body, field) &&
		form_due(form, facts_of(w, x, body), w->calendar, &d, NULL,
			NULL))
		fill_text(body, field, date_format(&d, day));
}

void response_fill(
	struct world *w, struct entry *x, const json_t *before, json_t *body)
{
	struct date today = time_day_cn(w->now);
	char day[DATE_TEXT];
	const json_t *form;
	struct err ignored;

	if (!json_is_object(json_object_get(body, "answers")) ||
		!sheet_changed(before, body))
		return;
	form = form_of(w, body);
	if (!form)
		return;
	fill_text(body, "version", json_str(form, "version"));
	fill_text(body, "responded", date_format(&today, day));
	/* What does not fit the sheet is told of the sheet, not of the fields
	 * it would have gone into. */
	if (!form_check_answers(w->catalogue, form,
		    json_object_get(body, "answers"), facts_of(w, x, body),
		    NULL, &ignored))
		return;
	form_lift(form, before, body);
	fill_due(w, x, form, body);
}

/* ---- checking ---- */

static bool no_such_version(
	const struct world *w, const char *name, struct err *e)
{
	const json_t *newest = catalogue_form(w->catalogue, name, NULL);
	const char *version = json_str(newest, "version");

	return err_field(
		e, ERR_BAD_CODE, "version", "%s", version ? version : "-");
}

bool response_check(struct world *w, struct entry *x, const json_t *before,
	const json_t *after, struct err *e)
{
	const char *name = json_str(after, "form");
	const json_t *answers = json_object_get(after, "answers");
	const json_t *form = form_of(w, after);

	if (!name || !sheet_changed(before, after))
		return true;
	/* Without answers a response only notes that a sheet exists. */
	if (!answers || !catalogue_form(w->catalogue, name, NULL))
		return true;
	if (!form)
		return no_such_version(w, name, e);
	return form_check_answers(
		w->catalogue, form, answers, facts_of(w, x, after), NULL, e);
}

/* ---- flags ---- */

void response_follow(struct world *w, struct entry *x, const struct change *c)
{
	const json_t *body = entry_body(w, x);
	const json_t *form = form_of(w, body);

	if (form && json_is_object(json_object_get(body, "answers")))
		flags_raise(w, x, c,
			form_flags(form, facts_of(w, x, body), w->mem),
			json_str(body, "responded"));
}
