/*
 * scale_fit.c - see scale_fit.h.
 */
#include "proto/scale_fit.h"

#include "proto/scale_in.h"

#include <stdio.h>
#include <string.h>

#define LAST_MONTH 12

/* ---- version ---- */

static bool makes(const json_t *scale, const char *version)
{
	const json_t *variants = json_object_get(scale, "variants");
	const char *own = json_str(scale, "version");

	return own && (strcmp(own, version) == 0 ||
			      scale_find(variants, "version", version));
}

/* "phq9@1999" is an older phq9. */
static bool is_named(const char *key, const char *name)
{
	size_t n = strlen(name);

	return strncmp(key, name, n) == 0 && key[n] == '@';
}

const json_t *scale_of_version(
	const json_t *scales, const char *name, const char *version)
{
	const json_t *newest = json_object_get(scales, name);
	const char *key;
	json_t *scale;

	if (!version || makes(newest, version))
		return newest;
	json_object_foreach((json_t *)(uintptr_t)scales, key, scale)
	{
		if (is_named(key, name) && makes(scale, version))
			return scale;
	}
	return NULL;
}

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

/* ---- ages ---- */

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
