/*
 * p_case_course.c - the second half of a case summary: what was measured, what
 * was done, and what is due.
 *
 * Numbers and worklist are those of proto/measure.h and proto/schedule.h, so
 * that a sheet of paper says what the screen says; restricted records are left
 * out of them here too.
 */
#include "client/print/print_in.h"

#include <math.h>
#include <string.h>

#define SERVICE_DAYS 90

/* ---- scores ---- */

/* The measurements of one instrument, oldest first; a pair only means
 * something for one person and one version. */
struct series {
	const struct measured **m;
	size_t n;
};

static bool same(const struct seen *a, const struct seen *b, const char *field)
{
	const char *x = json_str(a->body, field), *y = json_str(b->body, field);

	return x == y || (x && y && strcmp(x, y) == 0);
}

static bool belongs(const struct measured *first, const struct measured *m)
{
	return same(first->r, m->r, "instrument") &&
	       same(first->r, m->r, "version") &&
	       same(first->r, m->r, "variant") &&
	       same(first->r, m->r, "subject") &&
	       same(first->r, m->r, "respondent");
}

static void score_row(
	struct doc *d, const struct print_job *j, const struct series *s)
{
	const struct measured *first = s->m[0], *last = s->m[s->n - 1];
	struct chart *chart = ARENA_NEW(j->mem, struct chart);
	struct point *points = ARENA_ARRAY(j->mem, struct point, s->n);
	const json_t *range = last->score.headline->json;
	const char *band = label_of(last->score.band, j->lang);

	for (size_t i = 0; i < s->n; i++) {
		struct date day;

		points[i].x = date_parse(s->m[i]->day, &day)
				      ? (double)date_to_days(&day)
				      : (double)i;
		points[i].y = s->m[i]->score.headline->value;
	}
	chart->height = 30;
	chart->low = (double)json_int(range, "min", 0);
	chart->high = (double)json_int(range, "max", 100);
	chart->points = points;
	chart->n = s->n;
	doc_cell_in(d, FACE_SMALL_BOLD, value_of(j, last->r, "instrument"));
	doc_more(d, FACE_LABEL,
		dotted(j, name_of(j, json_str(last->r->body, "subject")),
			value_of(j, last->r, "respondent")));
	doc_cell(d, s->n > 1 ? number_text_of(j, first->score.headline->value)
			     : "");
	doc_more(d, FACE_LABEL, s->n > 1 ? first->day : "");
	doc_cell_in(d, FACE_SMALL_BOLD,
		number_text_of(j, last->score.headline->value));
	doc_more(d, FACE_LABEL, last->day);
	doc_cell(d, band ? band : "");
	doc_cell_chart(d, chart);
}

/* Sheets this program cannot score are not kept quiet about. */
static void unscored(struct doc *d, const struct folder *f)
{
	const struct print_job *j = f->j;
	struct measured m;

	for (const struct seen *r = NULL;
		(r = folder_next(f, "assessment", r));) {
		if (score_of(j, r, &m))
			continue;
		doc_cell_in(d, FACE_SMALL_BOLD, value_of(j, r, "instrument"));
		doc_more(d, FACE_LABEL, value_of(j, r, "version"));
		doc_cell(d, "");
		doc_cell(d, "");
		doc_more(d, FACE_LABEL, day_of(j, r));
		doc_cell(d, word(j, W_NOT_SCORED));
		doc_cell(d, "");
	}
}

void case_scores(struct doc *d, const struct folder *f)
{
	static const enum word heads[] = {
		W_INSTRUMENT, W_FIRST, W_LATEST, W_BAND, W_COURSE};
	static const double widths[] = {0, 62, 62, 86, 112};
	const struct print_job *j = f->j;
	const struct measured **all =
		ARENA_ARRAY(j->mem, const struct measured *, f->n + 1);
	struct series s = {
		ARENA_ARRAY(j->mem, const struct measured *, f->n + 1), 0};
	size_t n = 0;

	if (!folder_next(f, "assessment", NULL))
		return;
	for (const struct seen *r = NULL;
		(r = folder_next(f, "assessment", r));) {
		struct measured *m = ARENA_NEW(j->mem, struct measured);

		if (score_of(j, r, m))
			all[n++] = m;
	}
	doc_heading(d, word(j, W_SCORES));
	doc_table(d, STYLE_TABLE, columns_of(j, heads, widths, 5), 5);
	/* The folder has the newest first; a line runs the other way. */
	for (size_t i = 0; i < n; i++) {
		const struct measured *newest = all[i];

		if (!newest)
			continue;
		s.n = 0;
		for (size_t k = n; k-- > i;)
			if (all[k] && belongs(newest, all[k])) {
				s.m[s.n++] = all[k];
				all[k] = NULL;
			}
		score_row(d, j, &s);
	}
	unscored(d, f);
	doc_para(d, FACE_LABEL, word(j, W_BANDS_SCREEN));
}

/* ---- services ---- */

static void service(
	struct doc *d, const struct print_job *j, const struct seen *r)
{
	int64_t ms = 0;
	const char *at = json_str(r->body, "started_at");
	const char *minutes = value_of(j, r, "minutes");
	char author[UUID_TEXT];

	doc_cell_in(d, FACE_SMALL_BOLD,
		at && time_parse(at, &ms) ? clock_text(j, ms) : "");
	doc_more(d, FACE_SMALL,
		dotted(j, value_of(j, r, "kind"),
			minutes[0] ? words(j, W_MINUTES, minutes, NULL) : ""));
	doc_more(d, FACE_LABEL,
		dotted(j, name_of(j, uuid_format(&r->r.author, author)),
			value_of(j, r, "status")));
	doc_cell_in(d, FACE_SMALL_BOLD, value_of(j, r, "aim"));
	doc_more(d, FACE_SMALL, value_of(j, r, "process"));
	if (json_str(r->body, "client_response"))
		doc_more(d, FACE_SMALL,
			words(j, W_RESPONSE, value_of(j, r, "client_response"),
				NULL));
	if (json_str(r->body, "next_step"))
		doc_more(d, FACE_SMALL,
			words(j, W_NEXT, value_of(j, r, "next_step"),
				value_of(j, r, "next_due"), NULL));
}

/* "8 of the 12 expected by now" */
static void counted(
	struct doc *d, const struct print_job *j, const json_t *counts)
{
	const json_t *done = json_object_get(counts, "services_completed");
	const json_t *expected = json_object_get(counts, "services_expected");
	const json_t *minutes = json_object_get(counts, "service_minutes");

	if (!json_is_number(done))
		return;
	doc_facts(d);
	doc_fact(d, word(j, W_SERVICES_ALL),
		json_is_number(expected)
			? words(j, W_SERVICES_OF,
				  number_text_of(j, json_number_value(done)),
				  number_text_of(j,
					  round(json_number_value(expected))),
				  NULL)
			: number_text_of(j, json_number_value(done)));
	if (json_is_number(minutes))
		doc_fact(d, word(j, W_SERVICES_TIME),
			words(j, W_MINUTES,
				number_text_of(j, json_number_value(minutes)),
				NULL));
	doc_facts_end(d);
}

void case_services(
	struct doc *d, const struct folder *f, const struct course *c)
{
	static const enum word heads[] = {W_WHEN, W_WHAT};
	static const double widths[] = {122, 0};
	const struct print_job *j = f->j;
	struct date today = today_of(j);
	struct date from = date_add_days(&today, -SERVICE_DAYS);
	char first[DATE_TEXT], last[DATE_TEXT];
	bool any = false;

	date_format(&from, first);
	date_format(&today, last);
	doc_heading(
		d, words(j, W_SERVICES, number_text_of(j, SERVICE_DAYS), NULL));
	counted(d, j, c->measures);
	for (const struct seen *r = NULL; (r = folder_next(f, "service", r));) {
		const char *day = day_of(j, r);

		if (strcmp(day, first) < 0 || strcmp(day, last) > 0)
			continue;
		if (!any)
			doc_table(d, STYLE_TABLE,
				columns_of(j, heads, widths, 2), 2);
		any = true;
		service(d, j, r);
	}
	if (!any)
		doc_para(d, FACE_BODY, word(j, W_NO_SERVICE));
}

/* ---- what is due ---- */

/* Whose it is: a task is somebody's. */
static const char *who_has(const struct folder *f, const struct due_item *it)
{
	char id[UUID_TEXT];
	const struct seen *r = folder_find(f, uuid_format(&it->record, id));

	return r && strcmp(r->type, "task") == 0 ? value_of(f->j, r, "assignee")
						 : "";
}

static const char *list_text(const struct print_job *j, const json_t *names)
{
	const char *out = "";

	for (size_t i = 0; i < json_array_size(names); i++)
		out = joined(
			j, out, json_string_value(json_array_get(names, i)));
	return out;
}

static void due_row(
	struct doc *d, const struct folder *f, const struct due_item *it)
{
	const struct print_job *j = f->j;
	struct date today = today_of(j);
	int64_t late = due_days_late(it, &today);
	char day[DATE_TEXT];
	const char *label = j->lang == LANG_ZH ? it->zh : it->en;

	doc_cell_in(d, late > 0 ? FACE_SMALL_BOLD : FACE_SMALL,
		it->due.year ? date_format(&it->due, day) : "");
	doc_cell(d, label);
	doc_more(d, FACE_LABEL, it->text);
	if (json_array_size(it->unknown))
		doc_more(d, FACE_LABEL,
			words(j, W_DUE_UNKNOWN, list_text(j, it->unknown),
				NULL));
	doc_cell(d, who_has(f, it));
	doc_cell(d, late > 0 ? words(j, W_DAYS_LATE,
				       number_text_of(j, (double)late), NULL)
			     : "");
}

/* What the programme asks of good work and this case does not show yet. */
static void gaps(struct doc *d, const struct print_job *j, const json_t *list)
{
	const char *out = "";

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *gap = json_array_get(list, i);

		if (!json_array_size(json_object_get(gap, "unknown")))
			out = joined(j, out, label_of(gap, j->lang));
	}
	if (out[0])
		doc_para(d, FACE_BODY, words(j, W_GAPS, out, NULL));
}

void case_due(struct doc *d, const struct folder *f, const struct course *c)
{
	static const enum word heads[] = {W_DUE, W_WHAT, W_WHO, W_COUNT};
	static const double widths[] = {70, 0, 100, 80};

	doc_heading(d, word(f->j, W_DUE_ITEMS));
	if (!c->due->n)
		doc_para(d, FACE_BODY, word(f->j, W_NOTHING_DUE));
	else
		doc_table(
			d, STYLE_TABLE, columns_of(f->j, heads, widths, 4), 4);
	for (size_t i = 0; i < c->due->n; i++)
		due_row(d, f, &c->due->items[i]);
	gaps(d, f->j, c->gaps);
}

void case_course(const struct folder *f, struct course *out)
{
	const struct print_job *j = f->j;
	struct date today = today_of(j);
	struct measure_run *run = measure_begin(j->catalogue,
		view_calendar(j->view), &f->root->r.id, &today, j->mem);
	const json_t *all;

	for (size_t i = 0; i < f->n; i++)
		measure_add(run, &f->records[i].r, f->records[i].body);
	if (f->client)
		measure_add(run, &f->client->r, f->client->body);
	all = measure_end(run);
	out->measures = json_object_get(all, "measures");
	out->gaps = json_object_get(all, "gaps");
	out->due = measure_schedule(run);
}
