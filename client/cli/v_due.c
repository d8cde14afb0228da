/*
 * v_due.c - casebridge due: the worklist of the own caseload. What is overdue
 * longest comes first; what cannot be dated stands at the end, with what is
 * missing to date it.
 */
#include "client/cli/amounts.h"
#include "client/cli/out.h"
#include "proto/base/host.h"

#include <stdlib.h>
#include <string.h>

#define DAYS_AHEAD 30
#define DAYS_MAX   3660

struct row {
	const json_t *line; /* of the case */
	const struct due_item *item;
};

struct worklist {
	struct desk *d;
	struct date today, until;
	struct row *rows;
	size_t n, room;
	int calendar_missing;
};

static bool read_days(struct cli *c, int64_t *days, struct err *e)
{
	const char *typed = c->option[O_DAYS];

	*days = DAYS_AHEAD;
	if (!typed)
		return true;
	*days = 0;
	for (const char *p = typed; *p; p++)
		if (*p < '0' || *p > '9' ||
			(*days = *days * 10 + (*p - '0')) > DAYS_MAX)
			return cli_usage(e, "--days", "0 … 3660");
	return *typed || cli_usage(e, "--days", "0 … 3660");
}

static void add_row(
	struct worklist *w, const json_t *line, const struct due_item *item)
{
	if (w->n == w->room) {
		struct row *more;

		w->room = w->room ? w->room * 2 : 256;
		more = ARENA_ARRAY(w->d->c->mem, struct row, w->room);
		if (w->n)
			memcpy(more, w->rows, w->n * sizeof(*more));
		w->rows = more;
	}
	w->rows[w->n].line = line;
	w->rows[w->n++].item = item;
}

/* The items of one case that belong on the list. Its arena goes with the
 * program when there are any. */
static bool add_case(struct worklist *w, const struct uuid *id, bool *kept,
	struct arena *mem, struct err *e)
{
	const struct schedule *s;
	json_t *line;
	int year;

	if (!amounts_due(desk_view(w->d), id, mem, &line, &s, e))
		return false;
	for (size_t i = 0; i < s->n; i++) {
		const struct due_item *item = &s->items[i];

		if (item->due.year && date_cmp(&item->due, &w->until) > 0)
			continue;
		add_row(w, line, item);
		*kept = true;
	}
	year = due_calendar_missing(s);
	if (year && (!w->calendar_missing || year < w->calendar_missing))
		w->calendar_missing = year;
	return true;
}

static void release_arena(void *mem)
{
	arena_free(mem);
}

static const char *text_at(const json_t *line, const char *key)
{
	const char *text = json_str(line, key);

	return text ? text : "";
}

static int by_day(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order;

	if (!x->item->due.year || !y->item->due.year)
		order = (y->item->due.year != 0) - (x->item->due.year != 0);
	else
		order = date_cmp(&x->item->due, &y->item->due);
	if (!order)
		order = strcmp(
			text_at(x->line, "number"), text_at(y->line, "number"));
	if (!order)
		order = strcmp(
			text_at(x->line, "case"), text_at(y->line, "case"));
	return order ? order : strcmp(x->item->code, y->item->code);
}

static bool collect(struct worklist *w, struct err *e)
{
	size_t n;
	const struct uuid *ids = view_cases(desk_view(w->d), w->d->c->mem, &n);

	for (size_t i = 0; i < n; i++) {
		struct arena *mem = arena_new();
		bool kept = false;
		bool ok = add_case(w, &ids[i], &kept, mem, e);

		if (kept)
			arena_adopt(w->d->c->mem, mem, release_arena);
		else
			arena_free(mem);
		if (!ok)
			return false;
	}
	if (w->n)
		qsort(w->rows, w->n, sizeof(*w->rows), by_day);
	return true;
}

/* ---- output ---- */

static void print(struct worklist *w)
{
	static const enum text_id heads[] = {T_C_DUE_ON, T_C_LATE, T_C_NUMBER,
		T_C_NAME, T_C_DUE_WHAT, T_COUNT};
	struct table *t = table_new(w->d->c, heads);

	for (size_t i = 0; i < w->n; i++) {
		const struct row *r = &w->rows[i];
		const char *number = text_at(r->line, "number");

		table_add(t, due_day(w->d->c, r->item));
		table_add(
			t, due_when(w->d, r->item,
				   json_str(r->line, "programme"), &w->today));
		table_add(t, number[0] ? number
				       : arena_printf(w->d->c->mem, "%.13s",
						 text_at(r->line, "case")));
		table_add(t, text_at(r->line, "name"));
		table_add(t, due_what(w->d->c, r->item));
	}
	table_print(t);
	print_calendar_missing(w->d->c, w->calendar_missing);
	desk_coming(w->d);
}

static json_t *row_json(struct worklist *w, const struct row *r)
{
	static const char *const keys[] = {"case", "number", "person", "name",
		"programme", "manager_name"};
	struct schedule one = {r->item, 1};
	json_t *j = json_incref(
		json_array_get(schedule_json(&one, w->d->c->mem), 0));

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		json_object_set(j, keys[i], json_object_get(r->line, keys[i]));
	json_object_set_new(j, "days_late",
		json_integer((json_int_t)due_days_late(r->item, &w->today)));
	return j;
}

static void print_json(struct worklist *w, int64_t days)
{
	json_t *items = json_array();
	char today[DATE_TEXT];

	for (size_t i = 0; i < w->n; i++)
		json_array_append_new(items, row_json(w, &w->rows[i]));
	out_json(w->d->c,
		json_pack("{s:s, s:I, s:o, s:o}", "today",
			date_format(&w->today, today), "days", (json_int_t)days,
			"items", items, "calendar_missing",
			w->calendar_missing ? json_integer(w->calendar_missing)
					    : json_null()));
}

bool verb_due(struct cli *c, struct err *e)
{
	struct worklist w;
	int64_t days;

	memset(&w, 0, sizeof(w));
	if (!read_days(c, &days, e))
		return false;
	w.d = desk_open(c, true, e);
	w.today = time_day_cn(host_now_ms());
	w.until = date_add_days(&w.today, days);
	if (!w.d || !collect(&w, e))
		return false;
	if (c->json)
		print_json(&w, days);
	else
		print(&w);
	return true;
}
