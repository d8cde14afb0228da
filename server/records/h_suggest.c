/*
 * h_suggest.c - POST /v1/suggest: what a form makes of answers that are still
 * being filled in. Nothing is stored and no record is read: what is not sent is
 * not known, and what hangs on it is told as unsure.
 */
#include "server/records/records.h"

#include "proto/base/host.h"
#include "proto/form.h"
#include "server/records/summaries.h"

#include <string.h>

#define AGE_MAX 130

static const json_t *find_form(const struct req *r, struct err *e)
{
	const char *name = json_str(r->json, "form");
	const char *version = json_str(r->json, "version");
	const json_t *newest =
		name ? catalogue_form(r->catalogue, name, NULL) : NULL;
	const json_t *form =
		newest ? catalogue_form(r->catalogue, name, version) : NULL;

	if (!newest)
		err_field(e, ERR_BAD_CODE, "form", "GET /v1/catalogue");
	else if (!form)
		err_field(e, ERR_BAD_CODE, "version", "%s",
			json_str(newest, "version"));
	return form;
}

/* The facts of the request; the day is today unless it says. */
static bool read_about(const struct req *r, struct form_about *about,
	struct date *day, struct err *e)
{
	const json_t *age = json_object_get(r->json, "age");
	const char *on = json_str(r->json, "responded");

	about->answers = json_object_get(r->json, "answers");
	about->previous = json_object_get(r->json, "previous");
	about->age = (int)json_int(r->json, "age", -1);
	about->responded = day;
	*day = time_day_cn(host_now_ms());
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

static bool add_due(struct req *r, const json_t *form, const json_t *facts,
	json_t *out, struct err *e)
{
	const char *given =
		given_due(form, json_object_get(r->json, "answers"));
	json_t *missing = json_array();
	struct db_rows *rows;
	struct db_args a;
	char day[DATE_TEXT];
	struct date due;

	json_object_set_new(out, "due", json_null());
	json_object_set_new(out, "due_missing", missing);
	if (given) {
		json_object_set_new(out, "due", json_string(given));
		return true;
	}
	db_args_init(&a, r->mem);
	if (!form_due_field(form))
		return true;
	if (!db_run(r->db, Q_HOLIDAYS, &a, &rows, e))
		return false;
	if (form_due(form, facts, summaries_calendar(rows, r->mem), &due,
		    missing, NULL))
		json_object_set_new(
			out, "due", json_string(date_format(&due, day)));
	return true;
}

bool suggest_post(struct req *r, struct err *e)
{
	const json_t *form = find_form(r, e);
	struct form_about about = {0};
	struct date day;
	json_t *facts, *out;

	if (!form || !read_about(r, &about, &day, e))
		return false;
	facts = form_facts(&about, r->mem);
	out = json_keep(json_pack("{s:s, s:s, s:O, s:O, s:O}", "form",
				json_str(form, "form"), "version",
				json_str(form, "version"), "suggest",
				form_suggest(form, facts, r->mem), "warnings",
				form_told(form, facts, r->mem), "flags",
				form_flags(form, facts, r->mem)),
		r->mem);
	if (!add_due(r, form, facts, out, e))
		return false;
	return req_reply_json(r, 200, json_incref(out));
}
