/*
 * v_score.c - casebridge score: an instrument scored on the spot. No store, no
 * sign-in, no network: the same engine and the same data as everywhere else.
 */
#include "client/cli/cli.h"
#include "client/cli/out.h"
#include "proto/scale.h"
#include "proto/types.h"

#include <string.h>

static void release(void *p)
{
	catalogue_free(p);
}

static const char *instrument_list(
	struct cli *c, const struct catalogue *catalogue)
{
	const struct code_list *l = catalogue_codes(catalogue, "instrument");
	const char *out = "";

	for (size_t i = 0; l && i < json_array_size(l->items); i++)
		out = arena_printf(c->mem, "%s%s%s", out, i ? " " : "",
			json_str(json_array_get(l->items, i), "code"));
	return out;
}

/* "0 Not at all  1 Several days …" */
static const char *choices_of(
	struct cli *c, const json_t *scale, const json_t *item)
{
	const char *name = json_str(item, "options"), *out = "";
	const json_t *list =
		name ? json_object_get(json_object_get(scale, "options"), name)
		     : NULL;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		out = arena_printf(c->mem, "%s%s%lld %s", out, i ? "  " : "",
			(long long)json_int(one, "value", 0),
			label_of(one, c->lang));
	}
	return out;
}

static void list_items(struct cli *c, const json_t *scale)
{
	static const enum text_id heads[] = {
		T_C_ID, T_C_WHAT, T_C_ACCEPTS, T_COUNT};
	const json_t *items = json_object_get(scale, "items");
	struct table *t;

	if (c->json) {
		out_json(c, json_deep_copy((json_t *)(uintptr_t)scale));
		return;
	}
	out_line(c, label_of(json_object_get(scale, "label"), c->lang));
	if (json_object_get(scale, "about"))
		out_line(c, label_of(json_object_get(scale, "about"), c->lang));
	t = table_new(c, heads);
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *one = json_array_get(items, i);

		table_add(t, json_str(one, "no"));
		table_add(t, label_of(one, c->lang));
		table_add(t, choices_of(c, scale, one));
	}
	table_print(t);
}

static const char *value_text(struct cli *c, double v)
{
	return v == (double)(int64_t)v ? number_text(c, (int64_t)v)
				       : arena_printf(c->mem, "%.2f", v);
}

static void print(
	struct cli *c, const json_t *scale, const struct scale_result *r)
{
	static const enum text_id heads[] = {T_C_WHAT, T_C_VALUE, T_COUNT};
	struct table *t = table_new(c, heads);

	for (size_t i = 0; i < r->score_count; i++) {
		table_add(t, label_of(r->scores[i].json, c->lang));
		table_add(t, value_text(c, r->scores[i].value));
	}
	table_print(t);
	if (r->band)
		out_line(c, label_of(r->band, c->lang));
	for (size_t i = 0; i < r->alert_count; i++)
		out_line(c, label_of(r->alerts[i], c->lang));
	if (json_object_get(scale, "notice"))
		out_line(
			c, label_of(json_object_get(scale, "notice"), c->lang));
}

bool verb_score(struct cli *c, struct err *e)
{
	struct catalogue *catalogue = catalogue_load();
	struct scale_result r;
	const json_t *scale, *answers;

	arena_adopt(c->mem, catalogue, release);
	scale = catalogue_scale(catalogue, c->arg[0]);
	if (!scale)
		return err_field(e, ERR_USAGE, c->arg[0], "%s",
			instrument_list(c, catalogue));
	if (c->args == 1) {
		list_items(c, scale);
		return true;
	}
	answers = scale_parse_cli(scale, c->arg[1], c->mem, e);
	if (!answers || !scale_score(scale, NULL, answers, &r, e))
		return false;
	if (c->json)
		out_json(c, json_incref(scale_result_json(&r, c->mem)));
	else
		print(c, scale, &r);
	return true;
}
