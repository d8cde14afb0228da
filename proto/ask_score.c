/*
 * ask_score.c - see ask.h: an instrument's answers scored, with what the
 * person's age and an earlier sheet say about them.
 */
#include "proto/ask.h"

#include "proto/scale_change.h"
#include "proto/scale_fit.h"

#include <stdio.h>
#include <string.h>

#define AGE_MAX 130

/* Of the codes as many as an error has room for. */
static bool no_instrument(
	const struct catalogue *c, struct arena *mem, struct err *e)
{
	const struct code_list *l = catalogue_codes(c, "instrument");
	const char *known = "";

	for (size_t i = 0; l && i < json_array_size(l->items); i++)
		known = arena_printf(mem, "%s%s%s", known, i ? " " : "",
			json_str(json_array_get(l->items, i), "code"));
	return err_field(e, ERR_BAD_CODE, "instrument", "%s", known);
}

static const json_t *find_scale(const struct catalogue *c, const json_t *asked,
	struct arena *mem, struct err *e)
{
	const char *name = json_str(asked, "instrument");
	const char *version = json_str(asked, "version");
	const json_t *newest = name ? catalogue_scale(c, name) : NULL;
	const json_t *scale =
		name ? scale_of_version(catalogue_scales(c), name, version)
		     : NULL;

	if (!newest)
		no_instrument(c, mem, e);
	else if (!scale)
		err_field(e, ERR_BAD_CODE, "version", "%s",
			json_str(newest, "version"));
	return scale;
}

/* {"answers","variant"?,"version"?}: the version says which way was used. */
static bool score_sheet(const json_t *scale, const json_t *sheet,
	struct scale_result *out, struct err *e)
{
	const char *variant = json_str(sheet, "variant");

	return scale_fit_version(
		       scale, variant, json_str(sheet, "version"), e) &&
	       scale_score(scale, variant, json_object_get(sheet, "answers"),
		       out, e);
}

static void name_field(struct err *e, const char *prefix)
{
	char field[sizeof(e->field)];

	snprintf(field, sizeof(field), "%s.%.80s", prefix, e->field);
	memcpy(e->field, field, sizeof(field));
}

/* Results made in two ways are no pair. */
static bool compare(const json_t *asked, const json_t *scale,
	const struct scale_result *now, struct arena *mem, json_t *out,
	struct err *e)
{
	const json_t *sheet = json_object_get(asked, "before");
	struct scale_result before;
	struct scale_change change;

	if (!sheet)
		return true;
	if (!score_sheet(scale, sheet, &before, e)) {
		name_field(e, "before");
		return false;
	}
	if (!scale_pairs(now, &before))
		return err_field(
			e, ERR_BAD_INPUT, "before.version", "%s", now->version);
	scale_change(
		scale, before.headline->value, now->headline->value, &change);
	json_object_set(out, "change", scale_change_json(&change, mem));
	return true;
}

static bool warn(const json_t *asked, const json_t *scale, struct arena *mem,
	json_t *out, struct err *e)
{
	const json_t *age = json_object_get(asked, "age");
	json_int_t years = json_integer_value(age);
	struct age_span span = {(int)years, (int)years};
	const json_t *outside = NULL;

	if (age && (!json_is_integer(age) || years < 0 || years > AGE_MAX))
		return err_field(e, ERR_OUT_OF_RANGE, "age", "0-%d", AGE_MAX);
	if (age)
		outside = scale_age_outside(scale, &span);
	json_object_set(out, "warnings", scale_warnings_json(outside, mem));
	return true;
}

json_t *score_answer(const struct catalogue *c, const json_t *asked,
	struct arena *mem, struct err *e)
{
	const json_t *scale = find_scale(c, asked, mem, e);
	struct scale_result result;
	json_t *out;

	if (!scale || !score_sheet(scale, asked, &result, e))
		return NULL;
	out = scale_result_json(&result, mem);
	if (!warn(asked, scale, mem, out, e) ||
		!compare(asked, scale, &result, mem, out, e))
		return NULL;
	return out;
}
