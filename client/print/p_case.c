/*
 * p_case.c - the case summary: who, in whose care, at what risk, what for, by
 * which plan, with what change, and what is due.
 *
 * For the table of a care group or the folder of a colleague who takes over.
 * A worker's reflections are the worker's, and stay out.
 */
#include "client/print/print_in.h"
#include "proto/person.h"

#include <string.h>

#define SERVICE_DAYS 90

static void field(struct doc *d, const struct print_job *j,
	const struct seen *r, const char *name)
{
	doc_fact(d, label_of_field(j, r, name), value_of(j, r, name));
}

/* ---- who ---- */

static const char *age_text(const struct print_job *j, const char *birth)
{
	struct date born, today = today_of(j);

	if (!birth[0] || !date_parse_partial(birth, &born))
		return "";
	if (!born.month)
		return birth;
	if (!born.day)
		born.day = 1;
	return words(j, W_BORN_AGE, birth,
		number_text_of(j, date_age(&born, &today)), NULL);
}

static const char *document_number(
	const struct print_job *j, const struct seen *person)
{
	const char *number = json_str(person->body, "id_number");
	struct buf out;
	const char *kept;

	if (!number)
		return "";
	buf_init(&out, 256);
	person_number_masked(number, &out);
	kept = arena_strndup(j->mem, out.p ? out.p : "", out.n);
	buf_free(&out);
	return kept;
}

static void face_sheet(struct doc *d, const struct folder *f)
{
	static const char *const more[] = {"marital", "education", "ethnicity",
		"work_status", "insurance", "diagnosis"};
	const struct print_job *j = f->j;
	const struct seen *p = f->client;

	doc_heading(d, word(j, W_CLIENT));
	if (!p) {
		doc_para(d, FACE_SOFT, word(j, W_CLIENT_NOT_HERE));
		return;
	}
	doc_facts(d);
	doc_fact(d, label_of_field(j, p, "name"),
		shown_name(j, json_str(p->body, "name")));
	field(d, j, p, "sex");
	doc_fact(d, label_of_field(j, p, "birth"),
		age_text(j, value_of(j, p, "birth")));
	if (!j->masked) {
		doc_fact(d, label_of_field(j, p, "id_number"),
			document_number(j, p));
		field(d, j, p, "phone");
	}
	for (size_t i = 0; i < ARRAY_LEN(more); i++)
		field(d, j, p, more[i]);
	if (!j->masked)
		doc_fact_wide(d, label_of_field(j, p, "address"),
			value_of(j, p, "address"));
	doc_facts_end(d);
}

static void the_case(struct doc *d, const struct folder *f)
{
	static const char *const fields[] = {"phase", "manager", "home_site",
		"opened", "practice_model", "care_setting", "closed",
		"close_reason"};

	doc_heading(d, word(f->j, W_CASE));
	doc_facts(d);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		field(d, f->j, f->root, fields[i]);
	doc_facts_end(d);
}

/* ---- risk, problem, needs ---- */

static void risk(struct doc *d, const struct folder *f)
{
	const struct print_job *j = f->j;
	const struct seen *r = NULL;
	const json_t *line;
	json_t *summary;
	struct err ignored;
	const char *danger = "", *stable = "";

	doc_heading(d, word(j, W_RISK));
	if (view_summary(j->view, &f->root->r.id, j->mem, &summary, &ignored)) {
		line = json_object_get(summary, "danger");
		if (json_is_integer(line))
			danger = words(j, W_DANGER_OF,
				number_text_of(j, json_number_value(line)),
				NULL);
		stable = code_text(
			j, "stability_class", json_str(summary, "stability"));
	}
	doc_facts(d);
	doc_fact(d, word(j, W_DANGER), danger);
	doc_fact(d, word(j, W_STABILITY), stable);
	doc_facts_end(d);
	for (size_t n = 0;; n++) {
		r = folder_next(f, "flag", r);
		while (r && json_str(r->body, "to"))
			r = folder_next(f, "flag", r);
		if (!r) {
			if (!n)
				doc_para(d, FACE_BODY, word(j, W_NO_FLAG));
			return;
		}
		doc_item(d, "▲", FACE_WARN,
			words(j, W_FLAG, value_of(j, r, "kind"),
				value_of(j, r, "level"), value_of(j, r, "from"),
				NULL));
		doc_more(d, FACE_BODY, value_of(j, r, "text"));
	}
}

static void needs(struct doc *d, const struct folder *f)
{
	static const enum word heads[] = {
		W_NUMBER, W_ASPECT, W_SEVERITY, W_CLIENT_VIEW, W_WORKER_VIEW};
	static const double widths[] = {26, 74, 46, 0, 0};
	const struct print_job *j = f->j;
	const struct seen **all = folder_sorted(f, "need", "priority");

	doc_heading(d, word(j, W_PROBLEM));
	doc_para(d, FACE_BODY, value_of(j, f->root, "main_problem"));
	if (!all[0])
		return;
	doc_table(d, STYLE_TABLE, columns_of(j, heads, widths, 5), 5);
	for (; *all; all++) {
		const struct seen *r = *all;
		bool first = json_flag(r->body, "main");

		doc_cell(d, value_of(j, r, "priority"));
		doc_cell_in(d, first ? FACE_SMALL_BOLD : FACE_SMALL,
			value_of(j, r, "domain"));
		doc_more(d, FACE_LABEL, first ? word(j, W_MAIN) : "");
		doc_cell(d, value_of(j, r, "severity"));
		doc_cell(d, value_of(j, r, "client_view"));
		doc_cell(d, value_of(j, r, "worker_view"));
	}
}

/* ---- care group, consent ---- */

static bool is_over(const struct print_job *j, const char *to)
{
	struct date end, today = today_of(j);

	return to && date_parse(to, &end) && date_cmp(&end, &today) < 0;
}

static const char *member_name(const struct print_job *j, const struct seen *r)
{
	const char *staff = name_of(j, json_str(r->body, "staff"));

	return staff[0] ? staff : shown_name(j, json_str(r->body, "name"));
}

static void care_group(struct doc *d, const struct folder *f)
{
	static const enum word heads[] = {W_NAME, W_ROLE, W_SITE, W_FROM};
	static const double widths[] = {96, 110, 0, 70};
	const struct print_job *j = f->j;
	const struct seen **all = folder_sorted(f, "member", "lead");

	if (!all[0])
		return;
	doc_heading(d, word(j, W_CARE_GROUP));
	doc_table(d, STYLE_TABLE, columns_of(j, heads, widths, 4), 4);
	for (; *all; all++) {
		const struct seen *r = *all;

		if (is_over(j, json_str(r->body, "to")))
			continue;
		doc_cell_in(d,
			json_flag(r->body, "lead") ? FACE_SMALL_BOLD
						   : FACE_SMALL,
			member_name(j, r));
		doc_cell(
			d, dotted(j, value_of(j, r, "role"),
				   json_flag(r->body, "lead") ? word(j, W_LEADS)
							      : ""));
		doc_cell(d, value_of(j, r, "site"));
		doc_cell(d, value_of(j, r, "from"));
	}
}

static const char *consent_state(
	const struct print_job *j, const struct seen *r)
{
	const char *withdrawn = json_str(r->body, "withdrawn");
	const char *to = json_str(r->body, "to");

	if (withdrawn)
		return words(j, W_WITHDRAWN, withdrawn, NULL);
	if (is_over(j, to))
		return words(j, W_EXPIRED, to, NULL);
	return to ? words(j, W_VALID_TO, to, NULL) : word(j, W_VALID);
}

static void consents(struct doc *d, const struct folder *f)
{
	static const enum word heads[] = {
		W_PURPOSE, W_GIVEN_BY, W_TO_SITES, W_FROM, W_STATE};
	static const double widths[] = {104, 92, 0, 62, 74};
	const struct print_job *j = f->j;
	const struct seen *r = folder_next(f, "consent", NULL);

	doc_heading(d, word(j, W_CONSENT));
	if (!r) {
		doc_para(d, FACE_BODY, word(j, W_NO_CONSENT));
		return;
	}
	doc_table(d, STYLE_TABLE, columns_of(j, heads, widths, 5), 5);
	for (; r; r = folder_next(f, "consent", r)) {
		const char *relation = value_of(j, r, "relation_to_client");

		doc_cell(d, value_of(j, r, "purpose"));
		doc_cell(d, shown_name(j, json_str(r->body, "given_by")));
		doc_more(d, FACE_LABEL,
			relation[0] ? relation : value_of(j, r, "basis"));
		doc_cell(d, value_of(j, r, "sites"));
		doc_cell(d, value_of(j, r, "from"));
		doc_cell(d, consent_state(j, r));
	}
}

/* ---- plan ---- */

/* The level last reached, and when. */
static void attained(struct doc *d, const struct seen *goal)
{
	static const char *const levels[] = {"−2", "−1", "0", "+1", "+2"};
	const json_t *all = json_object_get(goal->body, "reached");
	const json_t *last = NULL;
	int64_t level;

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *one = json_array_get(all, i);
		const char *on = json_str(one, "on");
		const char *best = json_str(last, "on");

		if (!last || !best || (on && strcmp(on, best) >= 0))
			last = one;
	}
	level = json_int(last, "level", 99) + 2;
	doc_cell_in(d, FACE_SMALL_BOLD,
		level >= 0 && level < (int64_t)ARRAY_LEN(levels) ? levels[level]
								 : "");
	doc_more(d, FACE_LABEL, json_str(last, "on"));
}

static const struct seen *current_plan(const struct folder *f)
{
	const struct seen *best = NULL;

	for (const struct seen *r = NULL; (r = folder_next(f, "plan", r));)
		if (!best || json_int(r->body, "version", 0) >
				     json_int(best->body, "version", 0))
			best = r;
	return best;
}

static void goals(struct doc *d, const struct folder *f)
{
	static const enum word heads[] = {
		W_GOAL, W_BASELINE_TARGET, W_DUE, W_ATTAINED, W_STATE};
	static const double widths[] = {0, 140, 62, 62, 52};
	const struct print_job *j = f->j;
	const struct seen *r = folder_next(f, "goal", NULL);

	if (!r)
		return;
	doc_table(d, STYLE_TABLE, columns_of(j, heads, widths, 5), 5);
	for (; r; r = folder_next(f, "goal", r)) {
		doc_cell_in(d, FACE_SMALL_BOLD, value_of(j, r, "title"));
		doc_more(d, FACE_LABEL, value_of(j, r, "responsible"));
		doc_cell(d, words(j, W_FROM_TO, value_of(j, r, "baseline"),
				    value_of(j, r, "target"), NULL));
		doc_cell(d, value_of(j, r, "due"));
		attained(d, r);
		doc_cell(d, value_of(j, r, "status"));
	}
}

static void plan(struct doc *d, const struct folder *f)
{
	static const char *const fields[] = {"version", "status", "agreed_by",
		"agreed", "approved_by", "approved", "review_date"};
	const struct seen *p = current_plan(f);

	doc_heading(d, word(f->j, W_PLAN_AND_GOALS));
	if (!p) {
		doc_para(d, FACE_BODY, word(f->j, W_NO_PLAN));
	} else {
		doc_facts(d);
		for (size_t i = 0; i < ARRAY_LEN(fields); i++)
			field(d, f->j, p, fields[i]);
		doc_facts_end(d);
		doc_para(d, FACE_BODY, value_of(f->j, p, "aims"));
	}
	goals(d, f);
}

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

static void scores(struct doc *d, const struct folder *f)
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

	for (const struct seen *r = NULL;
		(r = folder_next(f, "assessment", r));) {
		struct measured *m = ARENA_NEW(j->mem, struct measured);

		if (score_of(j, r, m))
			all[n++] = m;
	}
	if (!n)
		return;
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

static void services(struct doc *d, const struct folder *f)
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

struct due {
	const char *day;
	const char *what;
	const char *who;
};

struct dues {
	struct due *list;
	size_t n;
};

/* The earliest first; equal days as they came. */
static void add_due(
	struct dues *all, const char *day, const char *what, const char *who)
{
	size_t at;

	if (!day)
		return;
	for (at = all->n++; at && strcmp(all->list[at - 1].day, day) > 0; at--)
		all->list[at] = all->list[at - 1];
	all->list[at] = (struct due){day, what, who};
}

static void due_row(
	struct doc *d, const struct print_job *j, const struct due *it)
{
	struct date due, today = today_of(j);
	int64_t late = 0;

	if (date_parse(it->day, &due))
		late = date_to_days(&today) - date_to_days(&due);
	doc_cell_in(d, late > 0 ? FACE_SMALL_BOLD : FACE_SMALL, it->day);
	doc_cell(d, it->what);
	doc_cell(d, it->who);
	doc_cell(d, late > 0 ? words(j, W_DAYS_LATE,
				       number_text_of(j, (double)late), NULL)
			     : "");
}

/* A next date stands until a newer record of the kind comes. */
static void next_of(struct dues *all, const struct folder *f, const char *type,
	const char *what)
{
	const struct seen *r = folder_next(f, type, NULL);

	if (r)
		add_due(all, json_str(r->body, "next_due"),
			value_of(f->j, r, what), "");
}

static void due_items(struct doc *d, const struct folder *f)
{
	static const enum word heads[] = {W_DUE, W_WHAT, W_WHO, W_COUNT};
	static const double widths[] = {70, 0, 100, 80};
	const struct print_job *j = f->j;
	const struct seen *r = NULL, *p = current_plan(f);
	struct dues all = {ARENA_ARRAY(j->mem, struct due, f->n + 4), 0};

	doc_heading(d, word(j, W_DUE_ITEMS));
	while ((r = folder_next(f, "task", r))) {
		const char *status = json_str(r->body, "status");

		if (!status || strcmp(status, "open") == 0)
			add_due(&all, json_str(r->body, "due"),
				value_of(j, r, "title"),
				value_of(j, r, "assignee"));
	}
	next_of(&all, f, "response", "form");
	next_of(&all, f, "service", "next_step");
	if (p)
		add_due(&all, json_str(p->body, "review_date"),
			word(j, W_PLAN_REVIEW), value_of(j, p, "approved_by"));
	if (!all.n) {
		doc_para(d, FACE_BODY, word(j, W_NOTHING_DUE));
		return;
	}
	doc_table(d, STYLE_TABLE, columns_of(j, heads, widths, 4), 4);
	for (size_t i = 0; i < all.n; i++)
		due_row(d, j, &all.list[i]);
}

bool print_case(const struct print_job *j, struct doc *d, struct err *e)
{
	struct folder f;

	if (!folder_open(j, &j->id, &f, e))
		return false;
	folder_hide(&f, d);
	doc_title(d, word(j, W_CASE_TITLE),
		dotted(j, value_of(j, f.root, "number"),
			value_of(j, f.root, "programme")));
	face_sheet(d, &f);
	the_case(d, &f);
	risk(d, &f);
	needs(d, &f);
	care_group(d, &f);
	consents(d, &f);
	plan(d, &f);
	scores(d, &f);
	services(d, &f);
	due_items(d, &f);
	doc_space(d, 12);
	doc_para(d, FACE_LABEL, word(j, W_CASE_LEFT_OUT));
	return true;
}
