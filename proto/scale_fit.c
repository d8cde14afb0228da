/*
 * scale_fit.c - see scale_fit.h.
 */
#include "proto/scale_fit.h"

#include <stdio.h>
#include <string.h>

#define LAST_MONTH 12

/* ---- version ---- */

bool scale_fit_version(const json_t *scale, const char *variant,
	const char *version, struct err *e)
{
	const json_t *way = scale_way(scale, variant, e);
	const char *own = json_str(way, "version");

	if (!way)
		return false;
	if (!version || strcmp(version, own) == 0)
		return true;
	return err_field(e, ERR_BAD_CODE, "version", "%s", own);
}

/* ---- days ---- */

static struct date month_end(int year, int month)
{
	struct date first = {year, month, 1};
	struct date next = date_add_months(&first, 1);

	return date_add_days(&next, -1);
}

/* The first and the last day a birth known so far may have been on. */
static bool birth_span(const char *text, struct date *first, struct date *last)
{
	struct date d;

	if (!text || !date_parse_partial(text, &d))
		return false;
	*first =
		(struct date){d.year, d.month ? d.month : 1, d.day ? d.day : 1};
	*last = d.day ? d : month_end(d.year, d.month ? d.month : LAST_MONTH);
	return true;
}

bool scale_fit_day(const char *assessed, const char *birth,
	const struct date *today, struct err *e)
{
	struct date day, first, last, limit = date_add_days(today, 1);

	if (!assessed || !date_parse(assessed, &day))
		return true;
	if (date_cmp(&day, &limit) > 0)
		return err_field(e, ERR_OUT_OF_RANGE, "assessed",
			"assessed ≤ today + 1");
	if (birth_span(birth, &first, &last) && date_cmp(&day, &first) < 0)
		return err_field(e, ERR_OUT_OF_RANGE, "assessed",
			"assessed ≥ person.birth");
	return true;
}

/* ---- ages ---- */

bool scale_age_on(const char *birth, const char *day, struct age_span *out)
{
	struct date first, last, on;

	if (!birth_span(birth, &first, &last) || !date_parse(day, &on) ||
		date_cmp(&on, &first) < 0)
		return false;
	out->most = date_age(&first, &on);
	out->least = date_cmp(&on, &last) < 0 ? 0 : date_age(&last, &on);
	return true;
}

const json_t *scale_age_outside(const json_t *scale, const struct age_span *age)
{
	const json_t *ages = json_object_get(scale, "ages");

	if (age->most < json_int(ages, "min", 0) ||
		age->least > json_int(ages, "max", age->least))
		return ages;
	return NULL;
}

/* "≥ 14", "15-59", "≤ 12" */
static json_t *range_text(const json_t *ages)
{
	int min = (int)json_int(ages, "min", -1);
	int max = (int)json_int(ages, "max", -1);
	char text[32];

	if (min >= 0 && max >= 0)
		snprintf(text, sizeof(text), "%d-%d", min, max);
	else
		snprintf(text, sizeof(text), "%s %d", min >= 0 ? "≥" : "≤",
			min >= 0 ? min : max);
	return json_string(text);
}

json_t *scale_warnings_json(const json_t *outside, struct arena *mem)
{
	json_t *out = json_array();

	if (outside)
		json_array_append_new(
			out, json_pack("{s:s, s:s, s:o, s:{s:s, s:s}}", "field",
				     "age", "code", "age", "accepts",
				     range_text(outside), "text", "zh",
				     json_str(outside, "zh"), "en",
				     json_str(outside, "en")));
	return json_keep(out, mem);
}
