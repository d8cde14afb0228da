/*
 * v_cases.c - casebridge cases: the caseload as it stands here, worked out
 * from the store by the code the centre uses for its own list.
 */
#include "client/cli/letters.h"
#include "client/cli/out.h"
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

static int64_t waiting_in(const struct desk *d, const struct uuid *unit)
{
	int64_t n = 0;

	for (size_t i = 0; i < store_work_count(d->s); i++) {
		const struct work *w = store_work_at(d->s, i);

		n += work_waits(w) && uuid_cmp(&w->unit, unit) == 0;
	}
	return n;
}

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
	size_t n;
	const struct uuid *ids = view_cases(desk_view(d), d->c->mem, &n);

	*rows = ARENA_ARRAY(d->c->mem, struct row, n + 1);
	*count = 0;
	for (size_t i = 0; i < n; i++) {
		struct row *r = &(*rows)[*count];
		struct arena *mem = arena_new();
		json_t *line;
		bool ok = view_summary(desk_view(d), &ids[i], mem, &line, e);

		if (ok && summary_matches(line, query)) {
			r->line = json_keep(json_deep_copy(line), d->c->mem);
			r->due = json_str(r->line, "next_due");
			r->number = json_str(r->line, "number");
			r->number = r->number ? r->number : "";
			r->waiting = waiting_in(d, &ids[i]);
			(*count)++;
		}
		arena_free(mem);
		if (!ok)
			return false;
	}
	qsort(*rows, *count, sizeof(**rows), by_due);
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
	for (size_t i = 0; i < n; i++) {
		json_t *line = json_copy((json_t *)(uintptr_t)rows[i].line);

		json_object_set_new(
			line, "waiting", json_integer(rows[i].waiting));
		json_array_append_new(out, line);
	}
	out_json(c, out);
	return true;
}
