/*
 * sheet.c - see sheet.h.
 */
#include "proto/sheet.h"

#include <string.h>

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

const json_t *sheet_form(const struct catalogue *c, const json_t *body)
{
	const char *name = json_str(body, "form");

	return name ? catalogue_form(c, name, json_str(body, "version")) : NULL;
}

/* ---- filling ---- */

static void fill_text(json_t *body, const char *key, const char *text)
{
	if (text && !json_object_get(body, key))
		json_object_set_new(body, key, json_string(text));
}

static void fill_due(const struct sheet_host *h, const json_t *form,
	const json_t *facts, json_t *body)
{
	const char *field = form_due_field(form);
	char day[DATE_TEXT];
	struct date due;

	if (field && !json_object_get(body, field) &&
		form_due(form, facts, h->calendar, &due, NULL, NULL))
		fill_text(body, field, date_format(&due, day));
}

void sheet_complete(
	const struct sheet_host *h, const json_t *before, json_t *body)
{
	const json_t *form = sheet_form(h->catalogue, body);
	const json_t *answers = json_object_get(body, "answers");
	const json_t *facts;
	struct err ignored;
	char day[DATE_TEXT];

	if (!form || !json_is_object(answers) || !sheet_changed(before, body))
		return;
	fill_text(body, "version", json_str(form, "version"));
	fill_text(body, "responded", date_format(&h->today, day));
	facts = h->facts(h->ctx, body);
	/* What does not fit the sheet is told of the sheet, not of the fields
	 * it would have gone into. */
	if (!form_check_answers(
		    h->catalogue, form, answers, facts, NULL, &ignored))
		return;
	form_lift(form, before, body);
	fill_due(h, form, facts, body);
}

/* ---- judging ---- */

static bool no_such_version(
	const struct catalogue *c, const char *name, struct err *e)
{
	const char *newest = json_str(catalogue_form(c, name, NULL), "version");

	return err_field(
		e, ERR_BAD_CODE, "version", "%s", newest ? newest : "-");
}

bool sheet_judge(const struct sheet_host *h, const json_t *before,
	const json_t *after, struct err *e)
{
	const char *name = json_str(after, "form");
	const json_t *answers = json_object_get(after, "answers");
	const json_t *form = sheet_form(h->catalogue, after);

	if (!name || !sheet_changed(before, after))
		return true;
	/* Without answers a response only notes that a sheet exists. */
	if (!answers || !catalogue_form(h->catalogue, name, NULL))
		return true;
	if (!form)
		return no_such_version(h->catalogue, name, e);
	return form_check_answers(
		h->catalogue, form, answers, h->facts(h->ctx, after), NULL, e);
}

/* ---- the response before ---- */

const char *sheet_about(const json_t *body, const json_t *kase)
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

void sheet_consider(
	struct sheet_last *l, const json_t *body, const struct uuid *id)
{
	const char *day = json_str(l->body, "responded");
	const char *on = json_str(body, "responded");

	if (!day || !on || !same(body, l->body, "form") ||
		!same_text(sheet_about(body, l->kase),
			sheet_about(l->body, l->kase)) ||
		!comes_before(on, id, day, &l->id) ||
		(l->day && comes_before(on, id, l->day, &l->best_id)))
		return;
	l->answers = json_object_get(body, "answers");
	l->day = on;
	l->best_id = *id;
}
