/*
 * p_group.c - the report on a group: what was planned, who came, what was
 * done, and what was measured before and after.
 */
#include "client/print/print_in.h"

#include <math.h>
#include <string.h>

#define GRID_SESSIONS 12 /* columns of one attendance table */

struct report {
	const struct print_job *j;
	struct folder f;
	const struct seen **members; /* in order of joining */
	size_t member_count;
	const struct seen **sessions; /* in order of their numbers */
	size_t session_count;
	const json_t *measures; /* proto/measure.h */
};

static void wide(struct doc *d, const struct report *g, const char *field)
{
	doc_fact_wide(d, label_of_field(g->j, g->f.root, field),
		value_of(g->j, g->f.root, field));
}

/* ---- reading ---- */

/* The oldest first; those of one day in the order they were made. */
static size_t members_of(const struct report *g, const struct seen **list)
{
	size_t n = 0;

	for (const struct seen *r = NULL;
		(r = folder_next(&g->f, "participant", r));) {
		const char *day = day_of(g->j, r);
		size_t at = n++;

		while (at && strcmp(day_of(g->j, list[at - 1]), day) > 0) {
			list[at] = list[at - 1];
			at--;
		}
		list[at] = r;
	}
	return n;
}

static void read_group(struct report *g)
{
	struct measure_group *run = measure_group_begin(
		g->j->catalogue, &g->f.root->r.id, g->j->mem);

	for (size_t i = 0; i < g->f.n; i++)
		measure_group_add(
			run, &g->f.records[i].r, g->f.records[i].body);
	g->measures = json_object_get(measure_group_end(run), "measures");
	g->members = ARENA_ARRAY(g->j->mem, const struct seen *, g->f.n + 1);
	g->member_count = members_of(g, g->members);
	g->sessions = folder_sorted(&g->f, "session", "number");
	while (g->sessions[g->session_count])
		g->session_count++;
}

static bool names(
	const struct seen *r, const char *field, const struct seen *to)
{
	const char *text = json_str(r->body, field);
	struct uuid id;

	return text && uuid_parse(text, &id) && uuid_cmp(&id, &to->r.id) == 0;
}

/* The attendance of a member at a session, or NULL. */
static const struct seen *attendance(const struct report *g,
	const struct seen *member, const struct seen *session)
{
	const struct seen *r = NULL;

	while ((r = folder_next(&g->f, "attendance", r)))
		if (names(r, "participant", member) &&
			names(r, "session", session))
			return r;
	return NULL;
}

static bool is_held(const struct seen *session)
{
	const char *status = json_str(session->body, "status");

	return status && strcmp(status, "held") == 0;
}

/* Masked names can be alike; a number tells them apart. */
static const char *member_name(
	const struct report *g, const struct seen *member)
{
	char id[UUID_TEXT];
	const char *name = name_of(g->j, uuid_format(&member->r.id, id));
	size_t no = 0;

	if (!g->j->masked)
		return name;
	while (no < g->member_count && g->members[no] != member)
		no++;
	return arena_printf(g->j->mem, "%zu  %s", no + 1, name);
}

static const char *count_text(const struct report *g, size_t n)
{
	return number_text_of(g->j, (double)n);
}

/* ---- the plan ---- */

static const char *range(
	const struct report *g, const char *from, const char *to)
{
	const char *a = value_of(g->j, g->f.root, from);
	const char *b = value_of(g->j, g->f.root, to);

	return a[0] && b[0] ? words(g->j, W_GROUP_RANGE, a, b, NULL)
			    : joined(g->j, a, b);
}

static void plan(struct doc *d, const struct report *g)
{
	static const char *const fields[] = {"kind", "phase", "leader",
		"sessions_planned", "attend_min", "approved_by", "approved"};
	static const char *const texts[] = {"sites", "theory", "aims",
		"criteria", "recruitment", "evaluation_plan", "risk_plan",
		"instruments"};
	const struct seen *root = g->f.root;
	int64_t budget = json_int(root->body, "budget", 0);

	doc_heading(d, word(g->j, W_GROUP_PLAN));
	doc_facts(d);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		doc_fact(d, label_of_field(g->j, root, fields[i]),
			value_of(g->j, root, fields[i]));
	doc_fact(d, word(g->j, W_GROUP_PERIOD), range(g, "opened", "closed"));
	doc_fact(d, word(g->j, W_GROUP_SIZE), range(g, "size_min", "size_max"));
	if (budget)
		doc_fact(d, label_of_field(g->j, root, "budget"),
			words(g->j, W_YUAN,
				number_text_of(g->j, (double)budget / 100),
				NULL));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		wide(d, g, texts[i]);
	doc_facts_end(d);
}

/* ---- members ---- */

static void member_row(
	struct doc *d, const struct report *g, const struct seen *m)
{
	int64_t enough = json_int(g->f.root->body, "attend_min", 0);
	size_t came = 0, held = 0;
	const char *left = value_of(g->j, m, "left");

	for (size_t i = 0; i < g->session_count; i++) {
		const struct seen *a = attendance(g, m, g->sessions[i]);

		if (!is_held(g->sessions[i]))
			continue;
		held++;
		came += a && json_flag(a->body, "present");
	}
	doc_cell_in(d, FACE_SMALL_BOLD, member_name(g, m));
	doc_cell(d, value_of(g->j, m, "kind"));
	doc_cell(d, value_of(g->j, m, "joined"));
	doc_cell(d, left);
	doc_more(d, FACE_LABEL, value_of(g->j, m, "leave_reason"));
	doc_cell(d, words(g->j, W_OF_SESSIONS, count_text(g, came),
			    count_text(g, held), NULL));
	doc_more(d, FACE_LABEL,
		enough && (int64_t)came >= enough ? word(g->j, W_COMPLETED)
						  : "");
}

static void number_fact(struct doc *d, const struct report *g, const char *name)
{
	const struct measure *m = measure_find(name);
	const json_t *v = json_object_get(g->measures, name);

	if (m && json_is_number(v))
		doc_fact(d, g->j->lang == LANG_ZH ? m->zh : m->en,
			arena_printf(g->j->mem, "%s%s",
				number_text_of(g->j, json_number_value(v)),
				strcmp(m->unit, "%") == 0 ? " %" : ""));
}

/* Sessions, attendances and persons are three numbers. */
static void numbers(struct doc *d, const struct report *g)
{
	static const char *const names[] = {"sessions_held", "attendances",
		"persons", "attendance_rate", "members", "completed",
		"completion", "drop_outs", "satisfaction_mean",
		"satisfaction_top", "peer_contacts"};

	doc_heading(d, word(g->j, W_NUMBERS));
	doc_facts(d);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		number_fact(d, g, names[i]);
	doc_facts_end(d);
}

static void members(struct doc *d, const struct report *g)
{
	static const enum word heads[] = {
		W_NAME, W_MEMBER_KIND, W_JOINED, W_LEFT, W_ATTENDED};
	static const double widths[] = {0, 100, 76, 90, 70};

	doc_heading(d, word(g->j, W_MEMBERS));
	doc_table(d, STYLE_TABLE, columns_of(g->j, heads, widths, 5), 5);
	for (size_t i = 0; i < g->member_count; i++)
		member_row(d, g, g->members[i]);
}

/* ---- sessions ---- */

static size_t present_at(const struct report *g, const struct seen *session)
{
	size_t n = 0;

	for (const struct seen *r = NULL;
		(r = folder_next(&g->f, "attendance", r));)
		n += names(r, "session", session) &&
		     json_flag(r->body, "present");
	return n;
}

static void sessions(struct doc *d, const struct report *g)
{
	static const enum word heads[] = {
		W_NUMBER, W_DATE, W_SESSION_TITLE, W_STATE, W_PRESENT};
	static const double widths[] = {26, 76, 0, 50, 76};

	doc_heading(d, word(g->j, W_SESSIONS));
	doc_table(d, STYLE_TABLE, columns_of(g->j, heads, widths, 5), 5);
	for (size_t i = 0; i < g->session_count; i++) {
		const struct seen *s = g->sessions[i];
		const char *minutes = value_of(g->j, s, "minutes");
		const char *unnamed = value_of(g->j, s, "unnamed");

		doc_cell(d, value_of(g->j, s, "number"));
		doc_cell(d, day_of(g->j, s));
		doc_more(d, FACE_LABEL,
			minutes[0] ? words(g->j, W_MINUTES, minutes, NULL)
				   : "");
		doc_cell_in(d, FACE_SMALL_BOLD, value_of(g->j, s, "title"));
		doc_more(d, FACE_SMALL, value_of(g->j, s, "aim"));
		doc_cell(d, value_of(g->j, s, "status"));
		doc_cell(d, is_held(s) ? count_text(g, present_at(g, s)) : "");
		doc_more(d, FACE_LABEL,
			unnamed[0] && strcmp(unnamed, "0") != 0
				? words(g->j, W_AND_UNNAMED, unnamed, NULL)
				: "");
	}
}

/* ---- the grid ---- */

static const struct column *grid_columns(
	const struct report *g, size_t first, size_t n)
{
	struct column *c = ARENA_ARRAY(g->j->mem, struct column, n + 1);

	c[0].head = word(g->j, W_NAME);
	c[0].width = 92;
	for (size_t i = 0; i < n; i++) {
		c[i + 1].head =
			value_of(g->j, g->sessions[first + i], "number");
		c[i + 1].align = ALIGN_CENTRE;
		/* Few sessions keep narrow columns all the same. */
		c[i + 1].width = n < GRID_SESSIONS ? 27 : 0;
	}
	return c;
}

static void grid_part(
	struct doc *d, const struct report *g, size_t first, size_t n)
{
	doc_table(d, n < GRID_SESSIONS ? STYLE_TABLE : STYLE_GRID,
		grid_columns(g, first, n), n + 1);
	for (size_t m = 0; m < g->member_count; m++) {
		doc_cell(d, member_name(g, g->members[m]));
		for (size_t i = 0; i < n; i++) {
			const struct seen *a = attendance(
				g, g->members[m], g->sessions[first + i]);

			doc_cell(d, !a                              ? ""
				    : json_flag(a->body, "present") ? "●"
								    : "○");
		}
	}
}

static void absences(struct doc *d, const struct report *g)
{
	const char *out = "";

	for (size_t i = 0; i < g->session_count; i++)
		for (size_t m = 0; m < g->member_count; m++) {
			const struct seen *a =
				attendance(g, g->members[m], g->sessions[i]);
			const char *why = a ? value_of(g->j, a, "reason") : "";

			if (why[0])
				out = joined(g->j, out,
					words(g->j, W_ABSENCE,
						value_of(g->j, g->sessions[i],
							"number"),
						member_name(g, g->members[m]),
						why, NULL));
		}
	if (out[0])
		doc_para(d, FACE_LABEL, words(g->j, W_REASONS, out, NULL));
}

static void grid(struct doc *d, const struct report *g)
{
	if (!g->member_count || !g->session_count)
		return;
	doc_heading(d, word(g->j, W_GRID));
	for (size_t at = 0; at < g->session_count; at += GRID_SESSIONS)
		grid_part(d, g, at,
			g->session_count - at < GRID_SESSIONS
				? g->session_count - at
				: GRID_SESSIONS);
	doc_para(d, FACE_LABEL, word(g->j, W_GRID_LEGEND));
	absences(d, g);
}

/* ---- measures ---- */

static const struct chart *means(const struct report *g, const char *instrument,
	const json_t *first, const json_t *last)
{
	const json_t *scale = catalogue_scale(g->j->catalogue, instrument);
	const json_t *scores = json_object_get(scale, "scores");
	const char *headline = json_str(scale, "headline");
	struct chart *c = ARENA_NEW(g->j->mem, struct chart);
	struct point *points = ARENA_ARRAY(g->j->mem, struct point, 2);

	points[0].y = json_number_value(first);
	points[1].x = 1;
	points[1].y = json_number_value(last);
	c->height = 30;
	c->high = 100;
	for (size_t i = 0; headline && i < json_array_size(scores); i++) {
		const json_t *one = json_array_get(scores, i);
		const char *name = json_str(one, "name");

		if (!name || strcmp(name, headline) != 0)
			continue;
		c->low = (double)json_int(one, "min", 0);
		c->high = (double)json_int(one, "max", 100);
	}
	c->points = points;
	c->n = 2;
	return c;
}

static const char *change_text(const struct report *g, double change)
{
	return arena_printf(g->j->mem, "%s%s",
		change < 0   ? "−"
		: change > 0 ? "+"
			     : "",
		number_text_of(g->j, fabs(change)));
}

static const char *member_of(
	const struct report *g, const json_t *row, const char *name)
{
	const json_t *v = json_object_get(row, name);

	return json_is_number(v) ? number_text_of(g->j, json_number_value(v))
				 : "";
}

static void measure_row(
	struct doc *d, const struct report *g, const json_t *row)
{
	const char *instrument = json_str(row, "instrument");
	const json_t *change = json_object_get(row, "change");

	doc_cell_in(
		d, FACE_SMALL_BOLD, code_text(g->j, "instrument", instrument));
	doc_cell(d, member_of(g, row, "pairs"));
	doc_more(d, FACE_LABEL,
		json_int(row, "unpaired", 0)
			? words(g->j, W_UNPAIRED, member_of(g, row, "unpaired"),
				  NULL)
			: "");
	doc_cell(d, member_of(g, row, "first"));
	doc_cell(d, member_of(g, row, "last"));
	doc_cell_in(d, FACE_SMALL_BOLD,
		json_is_number(change)
			? change_text(g, json_number_value(change))
			: "");
	doc_cell(d, json_is_number(change) ? member_of(g, row, "better") : "");
	if (json_is_number(change))
		doc_cell_chart(
			d, means(g, instrument, json_object_get(row, "first"),
				   json_object_get(row, "last")));
	else
		doc_cell(d, "");
}

static void battery(struct doc *d, const struct report *g)
{
	static const enum word heads[] = {W_INSTRUMENT, W_PAIRS, W_BEFORE,
		W_AFTER, W_CHANGE, W_BETTER, W_COUNT};
	static const double widths[] = {0, 58, 48, 48, 44, 48, 72};
	const json_t *rows = json_object_get(g->measures, "battery");

	if (!json_array_size(rows))
		return;
	doc_heading(d, word(g->j, W_MEASURES));
	doc_table(d, STYLE_TABLE, columns_of(g->j, heads, widths, 7), 7);
	for (size_t i = 0; i < json_array_size(rows); i++)
		measure_row(d, g, json_array_get(rows, i));
	doc_para(d, FACE_LABEL, word(g->j, W_MEASURES_NOTE));
}

/* ---- what happened ---- */

static void one_session(
	struct doc *d, const struct report *g, const struct seen *s)
{
	const char *dynamics = value_of(g->j, s, "dynamics");
	const char *feedback = value_of(g->j, s, "feedback");

	doc_subheading(d, words(g->j, W_SESSION_NO, value_of(g->j, s, "number"),
				  value_of(g->j, s, "title"), NULL));
	doc_para(d, FACE_LABEL,
		dotted(g->j, value_of(g->j, s, "held_at"),
			value_of(g->j, s, "workers")));
	d->last->keep = true;
	doc_paras(d, FACE_BODY, 2, value_of(g->j, s, "process"));
	if (dynamics[0])
		doc_para(d, FACE_BODY, words(g->j, W_DYNAMICS, dynamics, NULL));
	if (feedback[0])
		doc_para(d, FACE_BODY, words(g->j, W_FEEDBACK, feedback, NULL));
}

static void process(struct doc *d, const struct report *g)
{
	bool any = false;

	for (size_t i = 0; i < g->session_count; i++) {
		const struct seen *s = g->sessions[i];

		if (!json_str(s->body, "process") &&
			!json_str(s->body, "feedback"))
			continue;
		if (!any)
			doc_heading(d, word(g->j, W_PROCESS));
		any = true;
		one_session(d, g, s);
	}
	if (!json_str(g->f.root->body, "report"))
		return;
	doc_heading(d, word(g->j, W_GROUP_FINAL));
	doc_paras(d, FACE_BODY, 2, value_of(g->j, g->f.root, "report"));
}

bool print_group(const struct print_job *j, struct doc *d, struct err *e)
{
	struct report g;

	memset(&g, 0, sizeof(g));
	g.j = j;
	if (!folder_open(j, &j->id, &g.f, e))
		return false;
	if (strcmp(g.f.root->type, "group") != 0)
		return err_field(e, ERR_BAD_INPUT, "group", "%s",
			word(j, W_NEEDS_GROUP));
	folder_hide(&g.f, d);
	read_group(&g);
	doc_title(d, value_of(j, g.f.root, "name"),
		dotted(j,
			dotted(j, word(j, W_GROUP_TITLE),
				value_of(j, g.f.root, "number")),
			value_of(j, g.f.root, "programme")));
	plan(d, &g);
	numbers(d, &g);
	members(d, &g);
	sessions(d, &g);
	grid(d, &g);
	battery(d, &g);
	process(d, &g);
	doc_space(d, 10);
	doc_sign(d, word(j, W_SIGN_LEADER), word(j, W_SIGN_DATE));
	doc_sign(d, word(j, W_SIGN_SUPERVISOR), word(j, W_SIGN_DATE));
	return true;
}
