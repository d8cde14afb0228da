/*
 * doc_caseload.c - see doc.h: the caseload in pages, filtered and ordered as
 * log.caseload() does it at the centre.
 */
#include "client/store/doc.h"

#include "proto/summary.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT_MAX     5000
#define LIMIT_DEFAULT 50

/* ---- lines ---- */

static int64_t waiting_in(const struct store *s, const struct uuid *unit)
{
	int64_t n = 0;

	for (size_t i = 0; i < store_work_count(s); i++) {
		const struct work *w = store_work_at(s, i);

		n += work_waits(w) && uuid_cmp(&w->unit, unit) == 0;
	}
	return n;
}

bool doc_lines(struct view *v, struct arena *mem, json_t **out, struct err *e)
{
	size_t n;
	const struct uuid *ids = view_cases(v, mem, &n);

	*out = json_keep(json_array(), mem);
	for (size_t i = 0; i < n; i++) {
		struct arena *own = arena_new();
		json_t *line;

		if (!view_summary(v, &ids[i], own, &line, e)) {
			arena_free(own);
			return false;
		}
		line = json_deep_copy(line);
		arena_free(own);
		json_object_set_new(line, "waiting",
			json_integer(waiting_in(view_store(v), &ids[i])));
		json_array_append_new(*out, line);
	}
	return true;
}

/* ---- order ---- */

struct row {
	const json_t *line;
	const char *key; /* "" comes last where it means: not known */
	const char *id;
	int64_t number;
};

static const char *text_at(const json_t *line, const char *key)
{
	const char *text = json_str(line, key);

	return text ? text : "";
}

static int by_id(const struct row *a, const struct row *b)
{
	return strcmp(a->id, b->id);
}

static int by_text(const void *p, const void *q)
{
	const struct row *a = p, *b = q;
	int order = strcmp(a->key, b->key);

	return order ? order : by_id(a, b);
}

static int by_day(const void *p, const void *q)
{
	const struct row *a = p, *b = q;

	if (!a->key[0] != !b->key[0])
		return a->key[0] ? -1 : 1;
	return by_text(p, q);
}

static int by_day_down(const void *p, const void *q)
{
	const struct row *a = p, *b = q;
	int order = strcmp(b->key, a->key);

	return order ? order : by_id(a, b);
}

static int by_number_down(const void *p, const void *q)
{
	const struct row *a = p, *b = q;

	if (a->number != b->number)
		return a->number > b->number ? -1 : 1;
	return by_id(a, b);
}

/* The first is what is taken when nothing is asked. */
static const struct order {
	const char *name;
	const char *field;
	int (*compare)(const void *, const void *);
} orders[] = {
	{"due",    "next_due", by_day        },
	{"name",   "pinyin",   by_text       },
	{"number", "number",   by_text       },
	{"danger", "danger",   by_number_down},
	{"opened", "opened",   by_day_down   },
};

static const struct order *order_of(const char *name, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(orders); i++)
		if (!name || strcmp(orders[i].name, name) == 0)
			return &orders[i];
	err_field(e, ERR_BAD_REQUEST, "sort",
		"due, name, number, danger, opened");
	return NULL;
}

/* ---- filters ---- */

static bool is_view(const char *view, struct err *e)
{
	return !view || strcmp(view, "all") == 0 || strcmp(view, "due") == 0 ||
	       strcmp(view, "mine") == 0 ||
	       err_field(e, ERR_BAD_REQUEST, "view", "all, due, mine");
}

static bool in_view(const json_t *line, const struct doc_query *q)
{
	const char *due = json_str(line, "next_due");
	const char *manager = json_str(line, "manager");
	char today[DATE_TEXT];

	if (q->view && strcmp(q->view, "due") == 0)
		return due && strcmp(due, date_format(&q->today, today)) <= 0;
	if (q->view && strcmp(q->view, "mine") == 0)
		return manager && q->staff && strcmp(manager, q->staff) == 0;
	return true;
}

static bool is_wanted(const json_t *line, const struct doc_query *q)
{
	return in_view(line, q) &&
	       (!q->programme ||
		       strcmp(text_at(line, "programme"), q->programme) == 0) &&
	       (!q->phase || strcmp(text_at(line, "phase"), q->phase) == 0) &&
	       summary_matches(line, q->q ? q->q : "");
}

/* ---- a page ---- */

static size_t collect(const json_t *lines, const struct doc_query *q,
	const struct order *o, struct row *rows)
{
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);

		if (!is_wanted(line, q))
			continue;
		rows[n].line = line;
		rows[n].id = text_at(line, "case");
		rows[n].key = text_at(line, o->field);
		rows[n++].number = json_int(line, o->field, -1);
	}
	if (n)
		qsort(rows, n, sizeof(*rows), o->compare);
	return n;
}

/* "<case id>|…", as `next` gave it: what follows that case. One that is gone
 * by now begins the list anew. */
static size_t start_of(const struct row *rows, size_t n, const char *after)
{
	size_t at = strcspn(after ? after : "", "|");

	for (size_t i = 0; at && i < n; i++)
		if (strlen(rows[i].id) == at &&
			strncmp(rows[i].id, after, at) == 0)
			return i + 1;
	return 0;
}

json_t *doc_caseload(const json_t *lines, const struct doc_query *q,
	struct arena *mem, struct err *e)
{
	const struct order *o = order_of(q->sort, e);
	struct row *rows =
		ARENA_ARRAY(mem, struct row, json_array_size(lines) + 1);
	size_t n, from, limit = q->limit ? (size_t)q->limit : LIMIT_DEFAULT;
	json_t *out, *page;

	if (!o || !is_view(q->view, e))
		return NULL;
	if (limit > LIMIT_MAX) {
		err_field(e, ERR_BAD_REQUEST, "limit", "1-%d", LIMIT_MAX);
		return NULL;
	}
	n = collect(lines, q, o, rows);
	from = start_of(rows, n, q->after);
	page = json_array();
	for (size_t i = from; i < n && i < from + limit; i++)
		json_array_append(page, (json_t *)(uintptr_t)rows[i].line);
	out = json_keep(json_pack("{s:o, s:I, s:n}", "rows", page, "total",
				(json_int_t)(n - from), "next"),
		mem);
	if (from + limit < n)
		json_object_set_new(out, "next",
			json_sprintf("%s|", rows[from + limit - 1].id));
	return out;
}
