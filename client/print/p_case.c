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
	kept = arena_strndup(j->mem, out.p, out.n);
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

/* Of all goals together, first and last (proto/scale.h goal_t). */
static void goal_attainment(
	struct doc *d, const struct print_job *j, const struct course *c)
{
	const json_t *first = json_object_get(c->measures, "gas_first");
	const json_t *last = json_object_get(c->measures, "gas_last");

	if (!json_is_number(first) || !json_is_number(last))
		return;
	doc_fact(d, word(j, W_GAS),
		json_equal(first, last)
			? number_text_of(j, json_number_value(last))
			: words(j, W_FROM_TO,
				  number_text_of(j, json_number_value(first)),
				  number_text_of(j, json_number_value(last)),
				  NULL));
}

static void plan(struct doc *d, const struct folder *f, const struct course *c)
{
	static const char *const fields[] = {"version", "status", "agreed_by",
		"agreed", "approved_by", "approved", "review_date"};
	const struct seen *p = folder_newest_plan(f);

	doc_heading(d, word(f->j, W_PLAN_AND_GOALS));
	if (!p) {
		doc_para(d, FACE_BODY, word(f->j, W_NO_PLAN));
	} else {
		doc_facts(d);
		for (size_t i = 0; i < ARRAY_LEN(fields); i++)
			field(d, f->j, p, fields[i]);
		goal_attainment(d, f->j, c);
		doc_facts_end(d);
		doc_para(d, FACE_BODY, value_of(f->j, p, "aims"));
	}
	goals(d, f);
}

bool print_case(const struct print_job *j, struct doc *d, struct err *e)
{
	struct folder f;
	struct course course;

	if (!folder_open(j, &j->id, &f, e))
		return false;
	folder_hide(&f, d);
	case_course(&f, &course);
	doc_title(d, word(j, W_CASE_TITLE),
		dotted(j, value_of(j, f.root, "number"),
			value_of(j, f.root, "programme")));
	face_sheet(d, &f);
	the_case(d, &f);
	risk(d, &f);
	needs(d, &f);
	care_group(d, &f);
	consents(d, &f);
	plan(d, &f, &course);
	case_scores(d, &f);
	case_services(d, &f, &course);
	case_added(d, &f);
	case_due(d, &f, &course);
	doc_space(d, 12);
	doc_para(d, FACE_LABEL, word(j, W_CASE_LEFT_OUT));
	return true;
}
