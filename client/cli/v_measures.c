/*
 * v_measures.c - casebridge measures: what a case or a group amounts to, with
 * the gaps of its programme's evidence and its coverage.
 */
#include "client/cli/amounts.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "proto/base/host.h"

#include <string.h>

/* ---- plain measures ---- */

static bool is_named(const json_t *names, const char *name)
{
	for (size_t i = 0; i < json_array_size(names); i++)
		if (strcmp(json_string_value(json_array_get(names, i)), name) ==
			0)
			return true;
	return false;
}

/* Nothing was done of it, and the programme does not ask for it. */
static bool is_empty(const json_t *v)
{
	return (json_is_number(v) && json_number_value(v) == 0) ||
	       json_is_false(v) ||
	       (json_is_array(v) && json_array_size(v) == 0);
}

static void print_plain(
	struct desk *d, const json_t *values, const json_t *indicators)
{
	static const enum text_id heads[] = {
		T_C_MEASURE, T_C_VALUE, T_C_FIELD, T_COUNT};
	struct table *t = table_new(d->c, heads);

	for (size_t i = 0; i < measure_count; i++) {
		const struct measure *m = &measures[i];
		const json_t *v = json_object_get(values, m->name);
		const char *text = v ? measure_show(d, m, v) : NULL;

		if (!text || (is_empty(v) && !is_named(indicators, m->name)))
			continue;
		table_add(t, measure_label(d->c, m));
		table_add(t, text);
		table_add(t, m->name);
	}
	table_print(t);
}

/* ---- measures that are tables ---- */

static const char *number_of(struct cli *c, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v)
		       ? arena_printf(c->mem, "%.15g", json_number_value(v))
		       : "";
}

static void print_under(struct desk *d, const char *heading, struct table *t)
{
	out_line(d->c, "");
	if (heading)
		out_line(d->c, heading);
	table_print(t);
}

/* An object of objects of numbers: a row each, in the words of a code list. */
static void print_cells(struct desk *d, const json_t *values, const char *name,
	const char *codes, const char *const *keys, const enum text_id *heads)
{
	const json_t *o = json_object_get(values, name);
	struct table *t;
	const char *code;
	json_t *cell;

	if (json_object_size(o) == 0)
		return;
	t = table_new(d->c, heads);
	json_object_foreach((json_t *)(uintptr_t)o, code, cell)
	{
		table_add(t, code_label(catalogue_codes(d->catalogue, codes),
				     code, d->c->lang));
		for (size_t i = 0; keys[i]; i++)
			table_add(t, number_of(d->c, cell, keys[i]));
	}
	print_under(d, measure_label(d->c, measure_find(name)), t);
}

static void print_counts(struct desk *d, const json_t *values, const char *name,
	const char *codes)
{
	static const enum text_id heads[] = {T_C_KIND, T_C_COUNT, T_COUNT};
	const json_t *o = json_object_get(values, name);
	struct table *t;
	const char *code;
	json_t *n;

	if (json_object_size(o) == 0)
		return;
	t = table_new(d->c, heads);
	json_object_foreach((json_t *)(uintptr_t)o, code, n)
	{
		table_add(t, code_label(catalogue_codes(d->catalogue, codes),
				     code, d->c->lang));
		table_add(t, number_text(d->c, json_integer_value(n)));
	}
	print_under(d, measure_label(d->c, measure_find(name)), t);
}

static const char *instrument_name(struct desk *d, const char *name)
{
	const json_t *scale = catalogue_scale(d->catalogue, name);

	return scale ? label_of(json_object_get(scale, "label"), d->c->lang)
		     : name;
}

static const char *way_text(struct cli *c, const char *way)
{
	if (strcmp(way, "better") == 0)
		return text_raw(c->lang, T_WAY_BETTER);
	return text_raw(
		c->lang, strcmp(way, "worse") == 0 ? T_WAY_WORSE : T_WAY_NONE);
}

static const char *subject_name(struct desk *d, const char *typed)
{
	struct uuid id;

	return typed && uuid_parse(typed, &id) ? pick_name(d, &id) : "";
}

static void print_scores(struct desk *d, const json_t *values)
{
	static const enum text_id heads[] = {T_C_INSTRUMENT, T_C_NAME,
		T_C_FIRST, T_C_LAST, T_C_CHANGE, T_C_RESULT, T_COUNT};
	const json_t *list = json_object_get(values, "scores");
	struct table *t;

	if (json_array_size(list) == 0)
		return;
	t = table_new(d->c, heads);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *p = json_array_get(list, i);

		table_add(t, instrument_name(d, json_str(p, "instrument")));
		table_add(t, subject_name(d, json_str(p, "subject")));
		table_add(t, arena_printf(d->c->mem, "%s  %s",
				     number_of(d->c, p, "first"),
				     json_str(p, "first_on")));
		table_add(t, arena_printf(d->c->mem, "%s  %s",
				     number_of(d->c, p, "last"),
				     json_str(p, "last_on")));
		table_add(t, number_of(d->c, p, "change"));
		table_add(t, way_text(d->c, json_str(p, "way")));
	}
	print_under(d, NULL, t);
}

static void print_battery(struct desk *d, const json_t *values)
{
	static const enum text_id heads[] = {T_C_INSTRUMENT, T_C_PAIRS,
		T_C_UNPAIRED, T_C_FIRST, T_C_LAST, T_C_CHANGE, T_COUNT};
	static const char *const keys[] = {
		"pairs", "unpaired", "first", "last", "change"};
	const json_t *list = json_object_get(values, "battery");
	struct table *t;

	if (json_array_size(list) == 0)
		return;
	t = table_new(d->c, heads);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *p = json_array_get(list, i);

		table_add(t, instrument_name(d, json_str(p, "instrument")));
		for (size_t k = 0; k < ARRAY_LEN(keys); k++)
			table_add(t, number_of(d->c, p, keys[k]));
	}
	print_under(d, NULL, t);
}

/* ---- coverage ---- */

static void print_coverage(struct desk *d, const json_t *map)
{
	static const enum text_id none[] = {T_COUNT};
	const json_t *rows =
		json_object_get(json_object_get(map, "rows"), "items");
	const json_t *columns =
		json_object_get(json_object_get(map, "columns"), "items");
	struct table *t;

	if (!json_is_object(map))
		return;
	t = table_new(d->c, none);
	t->head[t->columns++] = text_raw(d->c->lang, T_C_COVERAGE);
	for (size_t i = 0;
		i < json_array_size(columns) && t->columns < TABLE_COLUMNS; i++)
		t->head[t->columns++] =
			label_of(json_array_get(columns, i), d->c->lang);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *cells =
			json_array_get(json_object_get(map, "cells"), i);

		table_add(t, label_of(json_array_get(rows, i), d->c->lang));
		for (size_t k = 0; k + 1 < t->columns; k++) {
			int64_t n =
				json_integer_value(json_array_get(cells, k));

			/* What nobody did yet is to be seen at once. */
			table_add(t, n ? number_text(d->c, n) : "·");
		}
	}
	print_under(d, NULL, t);
	if (json_int(map, "empty", 0))
		out_line(d->c,
			text_of(d->c, T_EMPTY_CELLS,
				number_text(d->c, json_int(map, "empty", 0)),
				NULL));
}

static void print_all(struct desk *d, const struct amounts *a)
{
	static const enum text_id by_setting[] = {
		T_C_SETTING, T_C_VISITS, T_C_PERSONS, T_C_DAYS, T_COUNT};
	static const char *const setting_keys[] = {
		"visits", "persons", "days", NULL};
	static const enum text_id needs[] = {
		T_C_ASPECT, T_C_FIRST, T_C_LAST, T_COUNT};
	static const char *const need_keys[] = {"first", "last", NULL};
	const json_t *values = json_object_get(a->result, "measures");
	const char *pack = json_str(a->body, "programme");

	print_plain(d, values,
		json_object_get(
			pack ? catalogue_pack(d->catalogue, pack) : NULL,
			"indicators"));
	print_counts(d, values, "services_by_kind", "service_kind");
	print_cells(d, values, "by_setting", "care_setting", setting_keys,
		by_setting);
	print_cells(d, values, "needs", "need_domain", need_keys, needs);
	print_counts(d, values, "drop_out_reasons", "leave_reason");
	print_counts(d, values, "absence_reasons", "absence_reason");
	print_scores(d, values);
	print_battery(d, values);
	print_coverage(d, json_object_get(a->result, "coverage"));
	print_gaps(d, json_object_get(a->result, "gaps"));
}

bool verb_measures(struct cli *c, struct err *e)
{
	struct date today = time_day_cn(host_now_ms());
	struct desk *d = desk_open(c, true, e);
	struct amounts a;
	struct uuid id;

	if (!d || !pick_record(d, c->arg[0], c->arg[0], &id, e) ||
		!amounts_take(desk_view(d), &id, &today, c->mem, &a, e))
		return false;
	if (c->json)
		out_json(c, json_incref(a.result));
	else
		print_all(d, &a);
	return true;
}
