/*
 * v_figures.c - casebridge figures: what the centre counts. Nothing of it is
 * kept at the station: a figure is of this moment and of more than one site.
 */
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "proto/figure.h"

#include <stdio.h>
#include <string.h>

#define BAR 24 /* columns */

/* ---- asking ---- */

static const char *path_of(struct cli *c)
{
	static const struct {
		enum option o;
		const char *name;
	} asked[] = {
		{O_FROM, "from"},
                {O_TO,   "to"  },
                {O_BY,   "by"  }
        };
	const char *path = "/v1/figures", *sign = "?";

	if (!c->args)
		return path;
	path = arena_printf(c->mem, "%s/%s", path, desk_escaped(c, c->arg[0]));
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		if (!c->option[asked[i].o])
			continue;
		path = arena_printf(c->mem, "%s%s%s=%s", path, sign,
			asked[i].name, desk_escaped(c, c->option[asked[i].o]));
		sign = "&";
	}
	return cli_flag(c, O_OUTSIDE)
		       ? arena_printf(c->mem, "%s%sfor=outside", path, sign)
		       : path;
}

/* ---- showing ---- */

static const char *said(struct cli *c, const json_t *j, const char *member)
{
	const char *text = json_str(
		json_object_get(j, member), c->lang == LANG_ZH ? "zh" : "en");

	return text ? text : "";
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
		table_add(t, json_str(one, "unit"));
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
	out = arena_strndup(c->mem, b.p ? b.p : "", b.n);
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
	table_add(t, figure_text(answer, row, "num", c->mem));
	table_add(t, figure_text(answer, row, "den", c->mem));
	table_add(t, figure_text(answer, row, "value", c->mem));
	table_add(t, bar(c, row, max));
}

static void print_rows(struct cli *c, const json_t *answer)
{
	static const enum text_id heads[] = {T_C_PERIOD, T_C_MEANING,
		T_C_FIGURE_PART, T_C_FIGURE_WHOLE, T_C_VALUE_IS, T_C_UNIT,
		T_COUNT};
	const json_t *rows = json_object_get(answer, "rows");
	const json_t *totals = json_object_get(answer, "totals");
	struct table *t = table_new(c, heads);
	double max = largest(answer);

	t->head[5] = json_str(answer, "unit");
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

static bool print_csv(struct cli *c, const json_t *answer, struct err *e)
{
	struct buf b;
	bool ok;

	buf_init(&b, (size_t)64 << 20);
	figure_csv(answer, c->lang, &b);
	ok = !b.full && fwrite(b.p, 1, b.n, stdout) == b.n;
	buf_free(&b);
	return ok || err_set(e, ERR_INTERNAL, "cannot write the table");
}

bool verb_figures(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, false, e);
	json_t *answer;

	if (!d)
		return false;
	if (cli_flag(c, O_CSV) && !c->args)
		return cli_usage(e, "--csv", "figures FIGURE --csv");
	answer = desk_ask(d, path_of(c), e);
	if (!answer)
		return false;
	if (c->json)
		out_json(c, json_incref(answer));
	else if (cli_flag(c, O_CSV))
		return print_csv(c, answer, e);
	else if (!c->args)
		print_list(c, json_object_get(answer, "figures"));
	else
		print_one(c, answer);
	return true;
}
