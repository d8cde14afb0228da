/*
 * h_score.c - POST /v1/score: an instrument's answers scored, with what the
 * person's age and an earlier sheet say about them. Nothing is stored and
 * nobody is named, so there is nothing for the trail.
 */
#include "server/records/records.h"

#include "proto/scale_change.h"
#include "proto/scale_fit.h"
#include "proto/types.h"

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

static const json_t *find_scale(const struct req *r, struct err *e)
{
	const struct catalogue *c = r->catalogue;
	const char *name = json_str(r->json, "instrument");
	const char *version = json_str(r->json, "version");
	const json_t *newest = name ? catalogue_scale(c, name) : NULL;
	const json_t *scale =
		name ? scale_of_version(catalogue_scales(c), name, version)
		     : NULL;

	if (!newest)
		no_instrument(c, r->mem, e);
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
static bool compare(const struct req *r, const json_t *scale,
	const struct scale_result *now, json_t *out, struct err *e)
{
	const json_t *sheet = json_object_get(r->json, "before");
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
	json_object_set(out, "change", scale_change_json(&change, r->mem));
	return true;
}

static bool warn(
	const struct req *r, const json_t *scale, json_t *out, struct err *e)
{
	const json_t *age = json_object_get(r->json, "age");
	json_int_t years = json_integer_value(age);
	struct age_span span = {(int)years, (int)years};
	const json_t *outside = NULL;

	if (age && (!json_is_integer(age) || years < 0 || years > AGE_MAX))
		return err_field(e, ERR_OUT_OF_RANGE, "age", "0-%d", AGE_MAX);
	if (age)
		outside = scale_age_outside(scale, &span);
	json_object_set(out, "warnings", scale_warnings_json(outside, r->mem));
	return true;
}

bool score_post(struct req *r, struct err *e)
{
	const json_t *scale = find_scale(r, e);
	struct scale_result result;
	json_t *out;

	if (!scale || !score_sheet(scale, r->json, &result, e))
		return false;
	out = scale_result_json(&result, r->mem);
	if (!warn(r, scale, out, e) || !compare(r, scale, &result, out, e))
		return false;
	return req_reply_json(r, 200, json_incref(out));
}
