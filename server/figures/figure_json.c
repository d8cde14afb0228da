/*
 * figure_json.c - see figure_json.h.
 */
#include "server/figures/figure_json.h"

#include "proto/base/host.h"
#include "proto/figure.h"
#include "proto/types.h"
#include "server/figures/ask.h"

#include <string.h>

json_t *figure_entry_json(const struct indicator *i)
{
	static const char *const keys[] = {"id", "version", "topic", "type",
		"name", "definition", "numerator", "denominator", "unit",
		"good"};
	json_t *by =
		i->live ? json_array()
			: json_pack("[s, s, s]", "month", "quarter", "year");
	json_t *j = json_object();

	for (size_t k = 0; k < ARRAY_LEN(keys); k++)
		if (json_object_get(i->json, keys[k]))
			json_object_set(
				j, keys[k], json_object_get(i->json, keys[k]));
	json_object_set_new(j, "unit_name",
		figures_both(figure_unit(json_str(j, "unit"), LANG_ZH),
			figure_unit(json_str(j, "unit"), LANG_EN)));
	json_array_extend(by, json_object_get(i->json, "by"));
	json_object_set_new(j, "by", by);
	json_object_set_new(
		j, "when", json_string(i->live ? "today" : "period"));
	json_object_set_new(j, "records", json_string(i->num.source->records));
	return j;
}

static double value_of(const struct indicator *i, const struct figure_cell *c)
{
	if (i->type == FIGURE_COUNT || i->type == FIGURE_SUM)
		return (double)c->num * i->per;
	return (double)c->num / (double)c->den * i->per;
}

static json_t *rounded(double v)
{
	double scaled = v * 1e4;

	return json_real(
		(double)(int64_t)(scaled + (scaled < 0 ? -0.5 : 0.5)) / 1e4);
}

/* Money in yuan, time in hours: as the figure says it. */
static json_t *num_json(const struct indicator *i, const struct figure_cell *c)
{
	return i->type == FIGURE_SUM || i->type == FIGURE_MEAN
		       ? rounded((double)c->num * i->per)
		       : json_integer((json_int_t)c->num);
}

static json_t *cell_json(const struct figure_ask *ask, int64_t month,
	const char *key, const struct figure_cell *c)
{
	bool shown = c->sign == HIDE_NOT;
	bool has_den = ask->i->den.source != NULL;
	bool ratio = ask->i->type != FIGURE_COUNT && ask->i->type != FIGURE_SUM;
	char text[PERIOD_TEXT];

	return json_pack("{s:s?, s:s?, s:o, s:o, s:o, s:s?}", "period",
		ask->i->live ? NULL
			     : period_text(month, ask->period.grain, text),
		"key", key, "num", shown ? num_json(ask->i, c) : json_null(),
		"den",
		has_den && c->has_den ? json_integer((json_int_t)c->den)
				      : json_null(),
		"value",
		shown && (!ratio || c->den > 0) ? rounded(value_of(ask->i, c))
						: json_null(),
		"hidden",
		shown                   ? NULL
		: c->sign == HIDE_SMALL ? "small"
					: "also");
}

static json_t *label_json(struct req *r, const struct figure_ask *ask,
	const char *codes, const char *key)
{
	if (!*key)
		return figures_both("未说明", "not stated");
	if (codes && catalogue_codes(r->catalogue, codes))
		return figures_both(
			code_label(catalogue_codes(r->catalogue, codes), key,
				LANG_ZH),
			code_label(catalogue_codes(r->catalogue, codes), key,
				LANG_EN));
	return strcmp(ask->by, "programme") == 0 ? figures_programme(r, key)
						 : figures_both(key, key);
}

json_t *figure_labels_json(struct req *r, const struct figure_ask *ask,
	const struct figure_table *t)
{
	const char *codes = ask->by ? indicator_codes(ask->i->num.source,
					      ask->by, ask->dim, r->mem)
				    : NULL;
	json_t *out = json_object();

	for (size_t i = 0; i < figure_rows(t); i++) {
		const struct figure_site *s = figure_site(t, i);
		const char *key = figure_key(t, i);

		json_object_set_new(out, key,
			s ? figures_both(
				    s->name, *s->name_en ? s->name_en : s->name)
			  : label_json(r, ask, codes, key));
	}
	return out;
}

static json_t *counted_json(const struct db_rows *rows)
{
	char at[TIME_TEXT];

	return json_pack("{s:I, s:I, s:s}", "csn",
		(json_int_t)db_get_int(rows, 0, "csn"), "head",
		(json_int_t)db_get_int(rows, 0, "head"), "at",
		time_format(host_now_ms(), at));
}

void figure_rows_json(const struct figure_ask *ask,
	const struct figure_table *t, json_t *rows, json_t *totals)
{
	int64_t step = ask->i->live ? 1 : grain_months[ask->period.grain];
	int64_t first = ask->i->live ? 0 : ask->period.first;
	int64_t last = ask->i->live ? 0 : ask->period.last;
	struct figure_cell c;

	for (int64_t m = first; m <= last; m += step) {
		for (size_t i = 0; i < figure_rows(t); i++) {
			figure_cell(t, i, m, &c);
			json_array_append_new(
				rows, cell_json(ask, m, figure_key(t, i), &c));
		}
		figure_cell(t, FIGURE_TOTAL, m, &c);
		json_array_append_new(totals, cell_json(ask, m, NULL, &c));
	}
}

json_t *figure_head_json(struct req *r, const struct figure_ask *ask,
	const struct db_rows *counted)
{
	json_t *j = figure_entry_json(ask->i);
	char from[PERIOD_TEXT], to[PERIOD_TEXT];
	bool live = ask->i->live;

	json_object_set_new(j, "offers", json_incref(json_object_get(j, "by")));
	json_object_set_new(
		j, "by", ask->by ? json_string(ask->by) : json_null());
	json_object_set_new(j, "grain",
		live ? json_null()
		     : json_string(grain_name(ask->period.grain)));
	json_object_set_new(j, "from",
		live ? json_null()
		     : json_string(period_text(
			       ask->period.first, GRAIN_MONTH, from)));
	json_object_set_new(j, "to",
		live ? json_null()
		     : json_string(
			       period_text(ask->period.last, GRAIN_MONTH, to)));
	json_object_set_new(
		j, "scope", json_string(ask->own_site ? "site" : "district"));
	json_object_set_new(j, "below",
		ask->below ? json_integer((json_int_t)ask->below)
			   : json_null());
	json_object_set_new(j, "rule", figures_rule(ask->below, r->mem));
	json_object_set_new(j, "counted", counted_json(counted));
	return j;
}

json_t *figure_json(struct req *r, const struct figure_ask *ask,
	const struct figure_table *t, const struct db_rows *counted)
{
	json_t *j = figure_head_json(r, ask, counted);
	json_t *rows = json_array(), *totals = json_array();

	json_object_set_new(j, "labels", figure_labels_json(r, ask, t));
	figure_rows_json(ask, t, rows, totals);
	json_object_set_new(j, "rows", rows);
	json_object_set_new(j, "totals", totals);
	return j;
}
