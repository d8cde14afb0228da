/*
 * ask_suggest.c - see ask.h: what a form makes of answers that are still being
 * filled in. What is not sent is not known, and what hangs on it is told as
 * unsure.
 */
#include "proto/ask.h"

#include "proto/form.h"

#include <string.h>

#define AGE_MAX 130

static const json_t *find_form(
	const struct catalogue *c, const json_t *asked, struct err *e)
{
	const char *name = json_str(asked, "form");
	const char *version = json_str(asked, "version");
	const json_t *newest = name ? catalogue_form(c, name, NULL) : NULL;
	const json_t *form = newest ? catalogue_form(c, name, version) : NULL;

	if (!newest)
		err_field(e, ERR_BAD_CODE, "form", "GET /v1/catalogue");
	else if (!form)
		err_field(e, ERR_BAD_CODE, "version", "%s",
			json_str(newest, "version"));
	return form;
}

/* The facts of the request; the day is today unless it says. */
static bool read_about(const json_t *asked, struct form_about *about,
	struct date *day, struct err *e)
{
	const json_t *age = json_object_get(asked, "age");
	const char *on = json_str(asked, "responded");

	about->answers = json_object_get(asked, "answers");
	about->previous = json_object_get(asked, "previous");
	about->age = (int)json_int(asked, "age", -1);
	about->responded = day;
	if (!json_is_object(about->answers))
		return err_field(e, ERR_MISSING, "answers", "{…}");
	if (about->previous && !json_is_object(about->previous))
		return err_field(e, ERR_BAD_KIND, "previous", "{…}");
	if (age && (!json_is_integer(age) || json_integer_value(age) < 0 ||
			   json_integer_value(age) > AGE_MAX))
		return err_field(e, ERR_OUT_OF_RANGE, "age", "0-%d", AGE_MAX);
	return !on || date_parse(on, day) ||
	       err_field(e, ERR_BAD_DATE, "responded", "YYYY-MM-DD");
}

/* The answer that is lifted to that date wins, as it does when it is kept. */
static const char *given_due(const json_t *form, const json_t *answers)
{
	const char *field = form_due_field(form);
	const char *from =
		field ? json_str(json_object_get(form, "lifts"), field) : NULL;

	return from ? json_str(answers, from) : NULL;
}

static void add_due(const json_t *form, const json_t *facts,
	const json_t *answers, const struct calendar *calendar, json_t *out)
{
	const char *given = given_due(form, answers);
	json_t *missing = json_array();
	char day[DATE_TEXT];
	struct date due;

	json_object_set_new(out, "due", json_null());
	json_object_set_new(out, "due_missing", missing);
	if (given)
		json_object_set_new(out, "due", json_string(given));
	else if (form_due_field(form) &&
		 form_due(form, facts, calendar, &due, missing, NULL))
		json_object_set_new(
			out, "due", json_string(date_format(&due, day)));
}

json_t *suggest_answer(const struct catalogue *c,
	const struct calendar *calendar, const struct date *today,
	const json_t *asked, struct arena *mem, struct err *e)
{
	const json_t *form = find_form(c, asked, e);
	struct form_about about = {0};
	struct date day = *today;
	json_t *facts, *out;

	if (!form || !read_about(asked, &about, &day, e))
		return NULL;
	facts = form_facts(&about, mem);
	out = json_keep(json_pack("{s:s, s:s, s:O, s:O, s:O}", "form",
				json_str(form, "form"), "version",
				json_str(form, "version"), "suggest",
				form_suggest(form, facts, mem), "warnings",
				form_told(form, facts, mem), "flags",
				form_flags(form, facts, mem)),
		mem);
	add_due(form, facts, about.answers, calendar, out);
	return out;
}
