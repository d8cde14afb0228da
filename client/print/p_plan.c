/*
 * p_plan.c - the service plan as it is put on the table to agree on: goals in
 * the client's words, who does what, and lines to sign.
 */
#include "client/print/print_in.h"

#include <string.h>

static void field(struct doc *d, const struct print_job *j,
	const struct seen *r, const char *name)
{
	doc_fact(d, label_of_field(j, r, name), value_of(j, r, name));
}

/* The plan asked for, or the newest of the case. */
static const struct seen *find_plan(
	const struct print_job *j, struct folder *f, struct err *e)
{
	const struct seen *plan;
	char id[UUID_TEXT];
	struct seen r;

	if (!record_at(j, uuid_format(&j->id, id), &r)) {
		err_set(e, ERR_NOT_FOUND, "not held");
		return NULL;
	}
	if (!folder_open(j, strcmp(r.type, "plan") == 0 ? &r.r.case_id : &j->id,
		    f, e))
		return NULL;
	plan = strcmp(r.type, "plan") == 0 ? folder_find(f, id)
					   : folder_newest_plan(f);
	if (!plan || strcmp(plan->type, "plan") != 0) {
		err_field(
			e, ERR_BAD_INPUT, "plan", "%s", word(j, W_NEEDS_PLAN));
		return NULL;
	}
	return plan;
}

static void head(struct doc *d, const struct folder *f, const struct seen *plan)
{
	static const char *const fields[] = {"status", "agreed_by", "agreed",
		"approved_by", "approved", "review_date"};
	const struct print_job *j = f->j;
	const char *status = json_str(plan->body, "status");

	doc_title(d, word(j, W_PLAN_TITLE),
		dotted(j, value_of(j, f->root, "number"),
			words(j, W_PLAN_VERSION, value_of(j, plan, "version"),
				NULL)));
	if (status && strcmp(status, "replaced") == 0)
		doc_box(d, FACE_WARN, word(j, W_PLAN_REPLACED));
	doc_facts(d);
	if (f->client)
		doc_fact(d, word(j, W_CLIENT),
			shown_name(j, json_str(f->client->body, "name")));
	field(d, j, f->root, "programme");
	field(d, j, f->root, "manager");
	field(d, j, f->root, "home_site");
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		field(d, j, plan, fields[i]);
	doc_facts_end(d);
	doc_heading(d, word(j, W_PLAN_AIMS));
	doc_para(d, FACE_BODY, value_of(j, f->root, "main_problem"));
	doc_paras(d, FACE_BODY, 2, value_of(j, plan, "aims"));
}

/* ---- goals ---- */

/* The days on which a level was reached. */
static const char *days_at(
	const struct print_job *j, const struct seen *goal, int64_t level)
{
	const json_t *all = json_object_get(goal->body, "reached");
	const char *out = "";

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *one = json_array_get(all, i);
		const char *on = json_str(one, "on");

		if (json_int(one, "level", 99) == level)
			out = joined(j, out, on ? on : "√");
	}
	return out;
}

static void levels(
	struct doc *d, const struct print_job *j, const struct seen *goal)
{
	static const enum word heads[] = {W_LEVEL, W_LEVEL_TEXT, W_REACHED_ON};
	static const double widths[] = {134, 0, 92};
	static const struct {
		const char *key;
		int64_t level;
		enum word name;
	} rows[] = {
		{"2",  2,  W_LEVEL_P2},
		{"1",  1,  W_LEVEL_P1},
		{"0",  0,  W_LEVEL_0 },
		{"-1", -1, W_LEVEL_M1},
		{"-2", -2, W_LEVEL_M2},
	};
	const json_t *texts = json_object_get(goal->body, "levels");

	if (!json_object_size(texts))
		return;
	doc_table(d, STYLE_TABLE, columns_of(j, heads, widths, 3), 3);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *text = json_str(texts, rows[i].key);
		const char *days = days_at(j, goal, rows[i].level);
		enum face face = days[0] ? FACE_SMALL_BOLD : FACE_SMALL;

		doc_cell_in(d, face, word(j, rows[i].name));
		doc_cell_in(d, face, text ? text : "");
		doc_cell(d, days);
	}
}

static void one_goal(struct doc *d, const struct folder *f,
	const struct seen *goal, size_t no)
{
	static const char *const fields[] = {
		"due", "responsible", "weight", "status"};
	static const char *const wide[] = {"indicator", "baseline", "target"};
	const struct print_job *j = f->j;
	const struct seen *need = folder_find(f, json_str(goal->body, "need"));

	doc_together(d);
	doc_subheading(d, words(j, W_GOAL_NO, number_text_of(j, (double)no),
				  value_of(j, goal, "title"), NULL));
	doc_facts(d);
	if (need)
		doc_fact_wide(d, label_of_field(j, goal, "need"),
			dotted(j, value_of(j, need, "domain"),
				value_of(j, need, "client_view")));
	for (size_t i = 0; i < ARRAY_LEN(wide); i++)
		doc_fact_wide(d, label_of_field(j, goal, wide[i]),
			value_of(j, goal, wide[i]));
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		field(d, j, goal, fields[i]);
	doc_facts_end(d);
	doc_together_end(d);
	levels(d, j, goal);
}

/* A goal names its plan; one that names none belongs to the newest. */
static bool is_of(const struct folder *f, const struct seen *goal,
	const struct seen *plan)
{
	const struct seen *own = folder_find(f, json_str(goal->body, "plan"));

	return own ? own == plan : plan == folder_newest_plan(f);
}

static void goals(
	struct doc *d, const struct folder *f, const struct seen *plan)
{
	size_t no = 0;

	doc_heading(d, word(f->j, W_GOALS));
	for (const struct seen *r = NULL; (r = folder_next(f, "goal", r));)
		if (is_of(f, r, plan))
			one_goal(d, f, r, ++no);
}

/* ---- who does what ---- */

static void tasks(struct doc *d, const struct folder *f)
{
	static const enum word heads[] = {
		W_WHAT, W_WHO, W_SITE, W_DUE, W_STATE};
	static const double widths[] = {0, 72, 118, 62, 46};
	const struct print_job *j = f->j;
	bool any = false;

	for (const struct seen *r = NULL; (r = folder_next(f, "task", r));) {
		const char *status = json_str(r->body, "status");

		if (status && strcmp(status, "open") != 0)
			continue;
		if (!any) {
			doc_heading(d, word(j, W_WHO_DOES_WHAT));
			doc_table(d, STYLE_TABLE,
				columns_of(j, heads, widths, 5), 5);
		}
		any = true;
		doc_cell(d, value_of(j, r, "title"));
		doc_cell(d, value_of(j, r, "assignee"));
		doc_cell(d, value_of(j, r, "site"));
		doc_cell(d, value_of(j, r, "due"));
		doc_cell(d, value_of(j, r, "status"));
	}
}

static void signatures(struct doc *d, const struct print_job *j)
{
	static const enum word who[] = {W_SIGN_CLIENT, W_SIGN_GUARDIAN,
		W_SIGN_MANAGER, W_SIGN_SUPERVISOR};

	doc_heading(d, word(j, W_AGREEMENT));
	doc_para(d, FACE_BODY, word(j, W_AGREEMENT_TEXT));
	d->last->keep = true;
	for (size_t i = 0; i < ARRAY_LEN(who); i++)
		doc_sign(d, word(j, who[i]), word(j, W_SIGN_DATE));
}

bool print_plan(const struct print_job *j, struct doc *d, struct err *e)
{
	struct folder f;
	const struct seen *plan = find_plan(j, &f, e);

	if (!plan)
		return false;
	folder_hide(&f, d);
	head(d, &f, plan);
	goals(d, &f, plan);
	tasks(d, &f);
	signatures(d, j);
	return true;
}
