/*
 * v_figures.c - casebridge figures: what the centre counts. Nothing of it is
 * kept at the station: a figure is of this moment and of more than one site.
 */
#include "client/cli/desk.h"
#include "client/cli/figures_file.h"
#include "client/cli/figures_report.h"
#include "client/cli/out.h"
#include "proto/base/host.h"
#include "proto/base/timeutil.h"
#include "proto/figure.h"

#include <stdio.h>
#include <string.h>

#define BAR 24 /* columns */

/* ---- asking ---- */

static const struct {
	enum option o;
	const char *figure, *outcomes; /* what the address calls it */
} asked[] = {
	{O_FROM, "from", "year"},
	{O_TO,   "to",   NULL  },
	{O_BY,   "by",   "by"  },
};

static bool is_outcomes(const struct cli *c)
{
	return c->args && strcmp(c->arg[0], "outcomes") == 0;
}

static const char *with(
	struct cli *c, const char *path, const char *name, const char *value)
{
	return arena_printf(c->mem, "%s%s%s=%s", path,
		strchr(path, '?') ? "&" : "?", name, desk_escaped(c, value));
}

/* `format` NULL: as JSON. */
static const char *path_of(struct cli *c, const char *format)
{
	const char *path = "/v1/figures";

	if (!c->args)
		return path;
	path = is_outcomes(c) ? "/v1/outcomes"
			      : arena_printf(c->mem, "%s/%s", path,
					desk_escaped(c, c->arg[0]));
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		const char *name =
			is_outcomes(c) ? asked[i].outcomes : asked[i].figure;

		if (c->option[asked[i].o] && name)
			path = with(c, path, name, c->option[asked[i].o]);
	}
	if (cli_flag(c, O_OUTSIDE))
		path = with(c, path, "for", "outside");
	if (!format)
		return path;
	return with(c, with(c, path, "format", format), "lang",
		c->lang == LANG_ZH ? "zh" : "en");
}

/* ---- showing ---- */

static const char *said(struct cli *c, const json_t *j, const char *member)
{
	const char *text = json_str(
		json_object_get(j, member), c->lang == LANG_ZH ? "zh" : "en");

	return text ? text : "";
}

/* A newer centre may count what this program has no word for. */
static const char *unit_of(struct cli *c, const json_t *figure)
{
	const char *unit = json_str(figure, "unit");
	const char *named = figure_unit(unit, c->lang);

	return named ? named : unit;
}

static void print_list(struct cli *c, const json_t *list)
{
	static const enum text_id heads[] = {
		T_C_FIGURE, T_C_MEANING, T_C_UNIT, T_COUNT};
	struct table *t = table_new(c, heads);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		table_add(t, json_str(one, "id"));
		table_add(t, said(c, one, "name"));
		table_add(t, unit_of(c, one));
	}
	table_print(t);
}

static double largest(const json_t *answer)
{
	static const char *const lists[] = {"rows", "totals"};
	double max = 0;

	for (size_t k = 0; k < ARRAY_LEN(lists); k++) {
		const json_t *list = json_object_get(answer, lists[k]);

		if (k && json_array_size(json_object_get(answer, "rows")))
			break; /* totals would dwarf the rows */
		for (size_t i = 0; i < json_array_size(list); i++) {
			double v = json_number_value(json_object_get(
				json_array_get(list, i), "value"));

			max = v > max ? v : max;
		}
	}
	return max;
}

/* In eighths of a column. */
static const char *bar(struct cli *c, const json_t *row, double max)
{
	static const char *const part[] = {
		"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	double v = json_number_value(json_object_get(row, "value"));
	size_t eighths;
	struct buf b;
	const char *out;

	if (max <= 0 || v <= 0 || v > max)
		return "";
	eighths = (size_t)(v / max * BAR * 8 + 0.5);
	buf_init(&b, 1024);
	for (size_t i = 0; i < eighths / 8; i++)
		buf_text(&b, "█");
	buf_text(&b, part[eighths % 8]);
	out = arena_strndup(c->mem, b.p, b.n);
	buf_free(&b);
	return out;
}

static const char *row_name(
	struct cli *c, const json_t *answer, const json_t *row)
{
	const char *key = json_str(row, "key");
	const json_t *labels = json_object_get(answer, "labels");

	if (!key)
		return text_raw(c->lang, T_FIGURE_TOTAL);
	return said(c, labels, key);
}

static void add_row(
	struct table *t, const json_t *answer, const json_t *row, double max)
{
	struct cli *c = t->c;
	const char *period = json_str(row, "period");

	table_add(t, period ? period : text_raw(c->lang, T_FIGURE_TODAY));
	table_add(t, row_name(c, answer, row));
	if (figure_has_parts(answer)) {
		table_add(t, figure_text(answer, row, "num", c->mem));
		table_add(t, figure_text(answer, row, "den", c->mem));
	}
	table_add(t, figure_text(answer, row, "value", c->mem));
	table_add(t, bar(c, row, max));
}

static void print_rows(struct cli *c, const json_t *answer)
{
	static const enum text_id ratio[] = {T_C_PERIOD, T_C_MEANING,
		T_C_FIGURE_PART, T_C_FIGURE_WHOLE, T_C_VALUE_IS, T_C_UNIT,
		T_COUNT};
	static const enum text_id count[] = {
		T_C_PERIOD, T_C_MEANING, T_C_VALUE_IS, T_C_UNIT, T_COUNT};
	const enum text_id *heads = figure_has_parts(answer) ? ratio : count;
	const json_t *rows = json_object_get(answer, "rows");
	const json_t *totals = json_object_get(answer, "totals");
	struct table *t = table_new(c, heads);
	double max = largest(answer);

	t->head[figure_has_parts(answer) ? 5 : 3] = unit_of(c, answer);
	for (size_t i = 0; i < json_array_size(rows); i++)
		add_row(t, answer, json_array_get(rows, i), max);
	for (size_t i = 0; i < json_array_size(totals); i++)
		add_row(t, answer, json_array_get(totals, i), max);
	table_print(t);
}

static void print_one(struct cli *c, const json_t *answer)
{
	const json_t *counted = json_object_get(answer, "counted");
	int64_t behind =
		json_int(counted, "head", 0) - json_int(counted, "csn", 0);

	out_line(c, arena_printf(c->mem, "%s: %s", said(c, answer, "name"),
			    said(c, answer, "definition")));
	print_rows(c, answer);
	if (json_object_get(answer, "rule") &&
		!json_is_null(json_object_get(answer, "rule")))
		out_line(c, said(c, answer, "rule"));
	if (behind > 0)
		out_line(c, text_of(c, T_FIGURE_BEHIND, number_text(c, behind),
				    NULL));
}

/* ---- scores before and after ---- */

static const char *decimals(struct cli *c, const json_t *row, const char *of,
	const char *member, int n)
{
	const json_t *v = json_object_get(json_object_get(row, of), member);

	return json_is_number(v)
		       ? arena_printf(c->mem, "%.*f", n, json_number_value(v))
		       : "";
}

static const char *change_text(struct cli *c, const json_t *row)
{
	const json_t *change = json_object_get(row, "change");

	if (!json_is_object(change))
		return "";
	return arena_printf(c->mem, "%+.2f [%s, %s]",
		json_number_value(json_object_get(change, "mean")),
		decimals(c, row, "change", "low", 2),
		decimals(c, row, "change", "high", 2));
}

static const char *count_text(
	struct cli *c, const json_t *row, const char *member)
{
	const json_t *v = json_object_get(row, member);

	return json_is_integer(v) ? number_text(c, json_integer_value(v)) : "—";
}

static const char *p_text(struct cli *c, const json_t *row)
{
	const json_t *p = json_object_get(json_object_get(row, "t"), "p_holm");

	return json_is_number(p) && json_number_value(p) < 0.0001
		       ? "< 0.0001"
		       : decimals(c, row, "t", "p_holm", 4);
}

static void add_outcome(
	struct table *t, const json_t *answer, const json_t *row)
{
	struct cli *c = t->c;
	const json_t *instrument =
		json_object_get(json_object_get(answer, "instruments"),
			json_str(row, "instrument"));
	const char *name = said(c, instrument, "name");
	table_add(t, *name ? name : json_str(row, "instrument"));
	table_add(t, row_name(c, answer, row));
	table_add(t, count_text(c, row, "pairs"));
	table_add(t, count_text(c, row, "alone"));
	table_add(t, decimals(c, row, "before", "mean", 2));
	table_add(t, decimals(c, row, "after", "mean", 2));
	table_add(t, change_text(c, row));
	table_add(t, p_text(c, row));
	table_add(t, decimals(c, row, "effect_size", "dz", 2));
}

static void print_outcomes(struct cli *c, const json_t *answer)
{
	static const enum text_id heads[] = {T_C_INSTRUMENT, T_C_MEANING,
		T_C_PAIR_COUNT, T_C_ALONE, T_C_BEFORE, T_C_AFTER,
		T_C_CHANGE_IN_95, T_C_P, T_C_DZ, T_COUNT};
	static const char *const lists[] = {"rows", "totals"};
	struct table *t = table_new(c, heads);

	for (size_t k = 0; k < ARRAY_LEN(lists); k++) {
		const json_t *list = json_object_get(answer, lists[k]);

		for (size_t i = 0; i < json_array_size(list); i++)
			add_outcome(t, answer, json_array_get(list, i));
	}
	table_print(t);
	out_line(c, said(c, answer, "definition"));
	out_line(c, text_raw(c->lang, T_OUTCOMES_SAY));
	if (*said(c, answer, "cutoffs"))
		out_line(c, said(c, answer, "cutoffs"));
	if (*said(c, answer, "rule"))
		out_line(c, said(c, answer, "rule"));
	if (json_flag(answer, "waiting"))
		out_line(c, text_raw(c->lang, T_OUTCOMES_WAIT));
}

/* ---- the verb ---- */

/* --csv, --xlsx and --pdf are one choice, and but for a report they are of a
 * figure. */
static bool read_files(struct cli *c, struct err *e)
{
	int files =
		cli_flag(c, O_CSV) + cli_flag(c, O_XLSX) + cli_flag(c, O_PDF);

	if (files > 1)
		return cli_usage(
			e, "--csv", "--csv | --xlsx FILE | --pdf FILE");
	if (files && !c->args && !cli_flag(c, O_PDF))
		return cli_usage(e, cli_flag(c, O_CSV) ? "--csv" : "--xlsx",
			"figures FIGURE --csv | --xlsx FILE");
	if (is_outcomes(c) && cli_flag(c, O_TO))
		return cli_usage(e, "--to", "figures outcomes --from 2026");
	return true;
}

static const char *period_text(struct cli *c)
{
	const char *from = c->option[O_FROM], *to = c->option[O_TO];
	char today[TIME_TEXT];

	if (!from && !to)
		return arena_printf(
			c->mem, "%.4s", time_format(host_now_ms(), today));
	return from && to && strcmp(from, to) != 0
		       ? arena_printf(c->mem, "%s – %s", from, to)
	       : from ? from
		      : to;
}

static bool take_file(struct desk *d, struct err *e)
{
	struct cli *c = d->c;
	const char *file = c->option[O_XLSX];

	if (!figures_file(d, path_of(c, file ? "xlsx" : "csv"), file, e))
		return false;
	if (file)
		out_line(c, text_of(c, T_FIGURES_WRITTEN, file, NULL));
	return true;
}

/* A report of a period, or of the one figure as it was asked for. */
static bool make_report(struct desk *d, struct err *e)
{
	struct cli *c = d->c;
	const char *from = c->option[O_FROM], *to = c->option[O_TO];
	const char *more = cli_flag(c, O_OUTSIDE) ? "&for=outside" : "";
	json_t *all, *answer;

	if (c->args) {
		answer = desk_ask(d, path_of(c, NULL), e);
		if (!answer)
			return false;
		all = json_keep(
			json_pack("{s:[O]}", "answers", answer), c->mem);
	} else {
		all = figures_report(d, from ? desk_escaped(c, from) : NULL,
			to ? desk_escaped(c, to) : NULL, more, e);
		if (!all)
			return false;
	}
	json_object_set_new(all, "period", json_string(period_text(c)));
	return figures_pdf(d, all, c->option[O_PDF], e);
}

bool verb_figures(struct cli *c, struct err *e)
{
	struct desk *d;
	json_t *answer;

	if (!read_files(c, e))
		return false;
	d = desk_open(c, false, e);
	if (!d)
		return false;
	if (cli_flag(c, O_CSV) || cli_flag(c, O_XLSX))
		return take_file(d, e);
	if (cli_flag(c, O_PDF))
		return make_report(d, e);
	answer = desk_ask(d, path_of(c, NULL), e);
	if (!answer)
		return false;
	if (c->json)
		out_json(c, json_incref(answer));
	else if (!c->args)
		print_list(c, json_object_get(answer, "figures"));
	else if (is_outcomes(c))
		print_outcomes(c, answer);
	else
		print_one(c, answer);
	return true;
}
