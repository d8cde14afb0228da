/*
 * v_cases.c - casebridge cases: the caseload as it stands here, worked out
 * from the store by the code the centre uses for its own list.
 */
#include "client/cli/letters.h"
#include "client/cli/out.h"
#include "client/store/doc.h"
#include "proto/base/host.h"
#include "proto/summary.h"

#include <stdlib.h>
#include <string.h>

struct row {
	const json_t *line;
	const char *due;
	const char *number;
	int64_t waiting; /* own changes not yet answered */
};

static int by_due(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = 0;

	if (x->due && y->due)
		order = strcmp(x->due, y->due);
	else
		order = (y->due != NULL) - (x->due != NULL);
	return order ? order : strcmp(x->number, y->number);
}

/* The words of the query are one: names are searched as people type them. */
static const char *query_of(struct cli *c)
{
	const char *q = "";

	for (size_t i = 0; i < c->args; i++)
		q = arena_printf(c->mem, "%s%s%s", q, i ? " " : "", c->arg[i]);
	return q;
}

static bool collect(
	struct desk *d, struct row **rows, size_t *count, struct err *e)
{
	const char *query = query_of(d->c);
	json_t *lines;
	size_t n = 0;

	if (!doc_lines(desk_view(d), d->c->mem, &lines, e))
		return false;
	*rows = ARENA_ARRAY(d->c->mem, struct row, json_array_size(lines) + 1);
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		struct row *r = &(*rows)[n];

		if (!summary_matches(line, query))
			continue;
		r->line = line;
		r->due = json_str(line, "next_due");
		r->number = json_str(line, "number");
		r->number = r->number ? r->number : "";
		r->waiting = json_int(line, "waiting", 0);
		n++;
	}
	if (n)
		qsort(*rows, n, sizeof(**rows), by_due);
	*count = n;
	return true;
}

static const char *text_at(const json_t *line, const char *key)
{
	const char *text = json_str(line, key);

	return text ? text : "";
}

static const char *label_at(
	struct desk *d, const json_t *line, const char *key, const char *codes)
{
	return code_label(catalogue_codes(d->catalogue, codes),
		text_at(line, key), d->c->lang);
}

static const char *age_of(struct desk *d, const json_t *line)
{
	struct date birth, today = time_day_cn(host_now_ms());

	if (!date_parse_partial(text_at(line, "birth"), &birth))
		return "";
	birth.month = birth.month ? birth.month : 1;
	birth.day = birth.day ? birth.day : 1;
	return number_text(d->c, date_age(&birth, &today));
}

static const char *due_of(struct desk *d, const json_t *line)
{
	struct date due, today = time_day_cn(host_now_ms());
	int64_t late;

	if (!date_parse(text_at(line, "next_due"), &due))
		return "";
	late = date_to_days(&today) - date_to_days(&due);
	if (late <= 0)
		return text_at(line, "next_due");
	return arena_printf(d->c->mem, "%s  %s", text_at(line, "next_due"),
		text_of(d->c, T_M_OVERDUE, number_text(d->c, late), NULL));
}

static const char *marks_of(struct desk *d, const struct row *r)
{
	struct cli *c = d->c;
	const char *out = "";

	if (r->waiting)
		out = arena_printf(c->mem, "%s%s %lld  ", out,
			text_raw(c->lang, T_M_UNSENT), (long long)r->waiting);
	if (json_int(r->line, "open_conflicts", 0))
		out = arena_printf(c->mem, "%s%s %lld  ", out,
			text_raw(c->lang, T_M_CONFLICT),
			(long long)json_int(r->line, "open_conflicts", 0));
	if (json_int(r->line, "open_flags", 0))
		out = arena_printf(c->mem, "%s%s %lld  ", out,
			text_raw(c->lang, T_M_FLAG),
			(long long)json_int(r->line, "open_flags", 0));
	if (json_int(r->line, "open_referrals", 0))
		out = arena_printf(c->mem, "%s%s %lld  ", out,
			text_raw(c->lang, T_M_REFERRAL),
			(long long)json_int(r->line, "open_referrals", 0));
	return out;
}

static void print(struct desk *d, const struct row *rows, size_t n)
{
	static const enum text_id heads[] = {T_C_NUMBER, T_C_NAME, T_C_SEX,
		T_C_AGE, T_C_PROGRAMME, T_C_PHASE, T_C_CONTACT, T_C_DUE,
		T_C_MARKS, T_COUNT};
	struct table *t = table_new(d->c, heads);

	for (size_t i = 0; i < n; i++) {
		const json_t *l = rows[i].line;

		table_add(t, rows[i].number[0]
				     ? rows[i].number
				     : arena_printf(d->c->mem, "%.13s",
					       text_at(l, "case")));
		table_add(t, text_at(l, "name"));
		table_add(t, label_at(d, l, "sex", "sex"));
		table_add(t, age_of(d, l));
		table_add(t, label_at(d, l, "programme", "programme"));
		table_add(t, label_at(d, l, "phase", "case_phase"));
		table_add(t, text_at(l, "last_contact"));
		table_add(t, due_of(d, l));
		table_add(t, marks_of(d, &rows[i]));
	}
	table_print(t);
}

bool verb_cases(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	struct letters_waiting letters;
	struct row *rows;
	json_t *out;
	size_t n;

	if (!d || !collect(d, &rows, &n, e))
		return false;
	if (!c->json) {
		print(d, rows, n);
		if (!letters_waiting(d, &letters, e))
			return false;
		letters_waiting_print(d, &letters);
		desk_coming(d);
		return true;
	}
	out = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append(out, (json_t *)(uintptr_t)rows[i].line);
	out_json(c, out);
	return true;
}
