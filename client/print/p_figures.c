/*
 * p_figures.c - a report of figures: what the centre counted of a period, as it
 * is put before a health commission.
 *
 * It is made of answers of GET /v1/figures/{id} and GET /v1/outcomes alone, so
 * it holds no person and hides what they hide. A bar beside each row is as long
 * as the row's value is of the largest; a line shows a year by its months.
 */
#include "client/print/print_in.h"
#include "proto/figure.h"

#include <stdlib.h>
#include <string.h>

#define BAR_HEIGHT  9
#define LINE_HEIGHT 92
#define POINTS      36 /* of a line, at most */

static const char *said(
	const struct print_job *j, const json_t *o, const char *member)
{
	const char *text = json_str(
		json_object_get(o, member), j->lang == LANG_ZH ? "zh" : "en");

	return text ? text : "";
}

static const char *text_in(const json_t *o, const char *member)
{
	const char *text = json_str(o, member);

	return text ? text : "";
}

static double value_in(const json_t *row)
{
	return json_number_value(json_object_get(row, "value"));
}

static double largest(const json_t *rows)
{
	double max = 0;

	for (size_t i = 0; i < json_array_size(rows); i++)
		if (value_in(json_array_get(rows, i)) > max)
			max = value_in(json_array_get(rows, i));
	return max;
}

/* ---- a row and its bar ---- */

static void bar(struct doc *d, const struct print_job *j, double v, double max)
{
	struct chart *c = ARENA_NEW(j->mem, struct chart);
	struct point *p = ARENA_NEW(j->mem, struct point);

	if (max <= 0 || v <= 0) {
		doc_cell(d, "");
		return;
	}
	p->y = v;
	c->bar = true;
	c->height = BAR_HEIGHT;
	c->high = max;
	c->points = p;
	c->n = 1;
	doc_cell_chart(d, c);
}

static const char *row_name(
	const struct print_job *j, const json_t *answer, const json_t *row)
{
	const char *key = json_str(row, "key");

	return key ? said(j, json_object_get(answer, "labels"), key)
		   : word(j, W_FIGURE_TOTAL);
}

/* Several periods stand beside the names. */
static bool one_period(const json_t *answer)
{
	return json_array_size(json_object_get(answer, "totals")) < 2;
}

static void add_row(struct doc *d, const struct print_job *j,
	const json_t *answer, const json_t *row, double max)
{
	enum face face = json_str(row, "key") ? FACE_SMALL : FACE_SMALL_BOLD;

	doc_cell_in(d, face,
		dotted(j, row_name(j, answer, row),
			one_period(answer) ? "" : text_in(row, "period")));
	if (figure_has_parts(answer)) {
		doc_cell_in(d, face, figure_text(answer, row, "num", j->mem));
		doc_cell_in(d, face, figure_text(answer, row, "den", j->mem));
	}
	doc_cell_in(d, face, figure_text(answer, row, "value", j->mem));
	bar(d, j, value_in(row), max);
}

/* The largest first; what is hidden has no place among them. Of several
 * periods, as they come. */
static int by_value(const void *a, const void *b)
{
	double x = value_in(*(const json_t *const *)a);
	double y = value_in(*(const json_t *const *)b);

	return (x < y) - (x > y);
}

static const json_t **sorted(
	const struct print_job *j, const json_t *answer, size_t *n)
{
	const json_t *rows = json_object_get(answer, "rows");
	const json_t **out =
		ARENA_ARRAY(j->mem, const json_t *, json_array_size(rows) + 1);

	*n = 0;
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (!one_period(answer) || value_in(row) > 0 ||
			value_in(row) < 0)
			out[(*n)++] = row;
	}
	if (*n && one_period(answer))
		qsort(out, *n, sizeof(json_t *), by_value);
	return out;
}

/* The names of the rows that are hidden, or of those that are 0. */
static void name_rest(struct doc *d, const struct print_job *j,
	const json_t *answer, bool hidden, enum word w)
{
	const json_t *rows = json_object_get(answer, "rows");
	const char *names = "";

	for (size_t i = 0; one_period(answer) && i < json_array_size(rows);
		i++) {
		const json_t *row = json_array_get(rows, i);
		const json_t *v = json_object_get(row, "value");

		if ((json_str(row, "hidden") != NULL) == hidden &&
			(hidden || (json_is_number(v) && value_in(row) == 0)))
			names = joined(j, names, row_name(j, answer, row));
	}
	if (*names)
		doc_para(d, FACE_LABEL, words(j, w, names, NULL));
}

static const char *unit_of(const struct print_job *j, const json_t *figure)
{
	const char *unit = text_in(figure, "unit");
	const char *named = figure_unit(unit, j->lang);

	return named ? named : unit;
}

static const struct column *columns_for(
	const struct print_job *j, const json_t *answer, size_t *n)
{
	static const enum word heads[] = {
		W_FIGURE_OF, W_FIGURE_PART, W_FIGURE_WHOLE, W_COUNT, W_COUNT};
	static const double widths[] = {0, 58, 58, 66, 150};
	struct column *c =
		(struct column *)(uintptr_t)columns_of(j, heads, widths, 5);

	for (size_t i = 1; i < 4; i++)
		c[i].align = ALIGN_RIGHT;
	c[3].head = unit_of(j, answer);
	*n = 5;
	if (!figure_has_parts(answer)) {
		c[1] = c[3];
		c[2] = c[4];
		*n = 3;
	}
	return c;
}

static void table(
	struct doc *d, const struct print_job *j, const json_t *answer)
{
	const json_t *totals = json_object_get(answer, "totals");
	double max = largest(json_object_get(answer, "rows"));
	size_t n, wide;
	const json_t **rows = sorted(j, answer, &n);
	const struct column *columns = columns_for(j, answer, &wide);

	doc_table(d, STYLE_TABLE, columns, wide);
	for (size_t i = 0; i < n; i++)
		add_row(d, j, answer, rows[i], max);
	/* Totals would dwarf the rows; alone they are what there is. */
	for (size_t i = 0; i < json_array_size(totals); i++)
		add_row(d, j, answer, json_array_get(totals, i),
			json_array_size(json_object_get(answer, "rows"))
				? 0
				: largest(totals));
	name_rest(d, j, answer, true, W_FIGURE_HIDDEN);
	name_rest(d, j, answer, false, W_FIGURE_NOUGHT);
}

/* ---- a line over the months ---- */

static void line(struct doc *d, const struct print_job *j, const json_t *answer)
{
	const json_t *totals = json_object_get(answer, "totals");
	struct point *points = ARENA_ARRAY(j->mem, struct point, POINTS);
	struct chart *c = ARENA_NEW(j->mem, struct chart);
	/* What has not come yet is not 0. */
	const char *now =
		arena_printf(j->mem, "%.7s", clock_text(j, j->now_ms));

	for (size_t i = 0; i < json_array_size(totals) && c->n < POINTS; i++) {
		const json_t *row = json_array_get(totals, i);
		const char *period = text_in(row, "period");
		struct point *p = &points[c->n];

		if (!json_is_number(json_object_get(row, "value")) ||
			strcmp(period, now) > 0)
			continue;
		p->x = (double)i;
		p->y = value_in(row);
		p->mark = strlen(period) > 5 ? period + 5 : period;
		p->value = figure_text(answer, row, "value", j->mem);
		c->n++;
	}
	if (c->n < 2)
		return;
	c->height = LINE_HEIGHT;
	c->high = largest(totals);
	c->labelled = true;
	c->points = points;
	doc_chart(d, c);
}

static void figure(
	struct doc *d, const struct print_job *j, const json_t *answer)
{
	const char *grain = json_str(answer, "grain");
	bool trend = !json_str(answer, "by") && grain &&
		     json_array_size(json_object_get(answer, "totals")) > 1;

	doc_together(d);
	doc_subheading(d, said(j, answer, "name"));
	doc_para(d, FACE_LABEL,
		dotted(j, said(j, answer, "definition"), unit_of(j, answer)));
	doc_together_end(d);
	if (trend)
		line(d, j, answer);
	else
		table(d, j, answer);
}

/* ---- scores before and after ---- */

static const char *number(const struct print_job *j, const json_t *row,
	const char *of, const char *member)
{
	const json_t *v = json_object_get(json_object_get(row, of), member);

	return json_is_number(v)
		       ? arena_printf(j->mem, "%.2f", json_number_value(v))
		       : "";
}

static const char *p_text(const struct print_job *j, const json_t *row)
{
	const json_t *p = json_object_get(json_object_get(row, "t"), "p_holm");

	if (json_flag(row, "few"))
		return word(j, W_FIGURE_FEW);
	if (!json_is_number(p))
		return "";
	return json_number_value(p) < 0.001
		       ? "< 0.001"
		       : arena_printf(j->mem, "%.3f", json_number_value(p));
}

static void outcome(struct doc *d, const struct print_job *j,
	const json_t *answer, const json_t *row)
{
	const json_t *pairs = json_object_get(row, "pairs");
	const json_t *about =
		json_object_get(json_object_get(answer, "instruments"),
			text_in(row, "instrument"));
	const char *low = number(j, row, "change", "low");

	doc_cell_in(d, FACE_SMALL_BOLD,
		about ? said(j, about, "name") : text_in(row, "instrument"));
	doc_more(d, FACE_LABEL,
		json_str(row, "key") ? row_name(j, answer, row) : NULL);
	doc_cell(d,
		json_is_integer(pairs)
			? number_text_of(j, (double)json_integer_value(pairs))
			: "—");
	doc_cell(d, number(j, row, "before", "mean"));
	doc_cell(d, number(j, row, "after", "mean"));
	doc_cell(d, number(j, row, "change", "mean"));
	if (*low)
		doc_more(d, FACE_LABEL,
			arena_printf(j->mem, "[%s, %s]", low,
				number(j, row, "change", "high")));
	doc_cell(d, number(j, row, "effect_size", "dz"));
	doc_cell(d, p_text(j, row));
}

static void outcomes(
	struct doc *d, const struct print_job *j, const json_t *answer)
{
	static const enum word heads[] = {W_FIGURE_SCALE, W_FIGURE_PAIRS,
		W_FIGURE_BEFORE, W_FIGURE_AFTER, W_FIGURE_CHANGE, W_FIGURE_DZ,
		W_FIGURE_P};
	static const double widths[] = {0, 40, 46, 46, 84, 40, 78};
	static const char *const lists[] = {"totals", "rows"};

	doc_subheading(d, word(j, W_FIGURE_OUTCOMES));
	doc_para(d, FACE_LABEL, said(j, answer, "definition"));
	doc_table(d, STYLE_TABLE, columns_of(j, heads, widths, 7), 7);
	for (size_t k = 0; k < ARRAY_LEN(lists); k++) {
		const json_t *list = json_object_get(answer, lists[k]);

		for (size_t i = 0; i < json_array_size(list); i++) {
			const json_t *row = json_array_get(list, i);

			/* Nothing to compare is no news on paper. */
			if (json_int(row, "pairs", 0) > 0)
				outcome(d, j, answer, row);
		}
	}
	doc_para(d, FACE_SOFT, word(j, W_FIGURE_NO_EFFECT));
}

/* ---- the report ---- */

static enum word title_of(const char *section)
{
	static const struct {
		const char *section;
		enum word title;
	} titles[] = {
		{"work",      W_REPORT_WORK      },
		{"stations",  W_REPORT_STATIONS  },
		{"programme", W_REPORT_PROGRAMMES},
		{"letters",   W_REPORT_LETTERS   },
		{"smd",       W_REPORT_SMD       },
	};

	for (size_t i = 0; i < ARRAY_LEN(titles); i++)
		if (strcmp(titles[i].section, section) == 0)
			return titles[i].title;
	return W_COUNT;
}

/* The rule, once, and up to when it is counted. */
static void close_it(struct doc *d, const struct print_job *j)
{
	const json_t *list = json_object_get(j->figures, "answers");
	const json_t *first = json_array_get(list, 0);
	const char *at = json_str(json_object_get(first, "counted"), "at");
	int64_t ms;

	doc_space(d, 8);
	doc_para(d, FACE_SOFT, said(j, first, "rule"));
	if (at && time_parse(at, &ms))
		doc_para(d, FACE_SOFT,
			words(j, W_FIGURE_COUNTED, clock_text(j, ms), NULL));
}

bool print_figures(const struct print_job *j, struct doc *d, struct err *e)
{
	const json_t *list = json_object_get(j->figures, "answers");
	const char *period = text_in(j->figures, "period");
	enum word title = W_COUNT;

	if (!json_array_size(list))
		return err_field(e, ERR_BAD_INPUT, "figures", "-");
	doc_title(d, word(j, W_FIGURES_TITLE),
		dotted(j, period,
			strcmp(text_in(json_array_get(list, 0), "scope"),
				"site") == 0
				? j->site_name
				: word(j, W_FIGURES_DISTRICT)));
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *answer = json_array_get(list, i);
		enum word now = title_of(text_in(answer, "section"));

		if (now != title && now != W_COUNT)
			doc_heading(d, word(j, now));
		title = now;
		if (json_object_get(answer, "instruments"))
			outcomes(d, j, answer);
		else
			figure(d, j, answer);
	}
	close_it(d, j);
	return true;
}
