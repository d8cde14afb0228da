/*
 * doc_caseload.c - see doc.h: the caseload in pages, filtered and ordered as
 * log.caseload() does it at the centre.
 */
#include "client/store/doc.h"

#include "client/store/lines.h"
#include "proto/summary.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT_MAX     5000
#define LIMIT_DEFAULT 50

/* ---- lines ---- */

bool doc_lines(struct view *v, struct arena *mem, json_t **out, struct err *e)
{
	size_t n;
	const struct uuid *ids = view_cases(v, mem, &n);

	*out = json_keep(json_array(), mem);
	for (size_t i = 0; i < n; i++) {
		json_t *line;

		if (!line_fold(v, &ids[i], NULL, &line, e))
			return false;
		json_array_append_new(*out, line);
	}
	return true;
}

/* ---- order ---- */

struct row {
	const json_t *line;
	const char *key;
	const char *id;
};

#define UNKNOWN "~" /* comes after every day and every name */

static const char *text_or(const json_t *line, const char *key, const char * or)
{
	const char *text = json_str(line, key);

	return text ? text : or ;
}

static const char *due_key(const json_t *line, struct arena *mem)
{
	(void)mem;
	return text_or(line, "next_due", UNKNOWN);
}

static const char *name_key(const json_t *line, struct arena *mem)
{
	return arena_printf(mem, "%s|%s", text_or(line, "pinyin", UNKNOWN),
		text_or(line, "name", ""));
}

static const char *number_key(const json_t *line, struct arena *mem)
{
	(void)mem;
	return text_or(line, "number", UNKNOWN);
}

/* The most dangerous first, of equals what falls due first. */
static const char *danger_key(const json_t *line, struct arena *mem)
{
	return arena_printf(mem, "%02lld%s",
		(long long)(9 - json_int(line, "danger", -1)),
		text_or(line, "next_due", UNKNOWN));
}

/* The latest first. */
static const char *opened_key(const json_t *line, struct arena *mem)
{
	const char *text = json_str(line, "opened");
	struct date d;
	long day = 10101;

	if (text && date_parse(text, &d))
		day = d.year * 10000L + d.month * 100 + d.day;
	return arena_printf(mem, "%08ld", 99999999 - day);
}

/* The first is what is taken when nothing is asked. */
static const struct order {
	const char *name;
	const char *(*key)(const json_t *line, struct arena *mem);
} orders[] = {
	{"due",    due_key   },
	{"name",   name_key  },
	{"number", number_key},
	{"danger", danger_key},
	{"opened", opened_key},
};

static int by_key(const void *p, const void *q)
{
	const struct row *a = p, *b = q;
	int order = strcmp(a->key, b->key);

	return order ? order : strcmp(a->id, b->id);
}

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
	       (!q->programme || strcmp(text_or(line, "programme", ""),
					 q->programme) == 0) &&
	       (!q->phase ||
		       strcmp(text_or(line, "phase", ""), q->phase) == 0) &&
	       summary_matches(line, q->q ? q->q : "");
}

/* ---- a page ---- */

static size_t collect(const json_t *lines, const struct doc_query *q,
	const struct order *o, struct row *rows, struct arena *mem)
{
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);

		if (!is_wanted(line, q))
			continue;
		rows[n].line = line;
		rows[n].id = text_or(line, "case", "");
		rows[n++].key = o->key(line, mem);
	}
	if (n)
		qsort(rows, n, sizeof(*rows), by_key);
	return n;
}

/* "<case id>|…", as `next` gave it: what follows that case. One that is gone
 * by now begins the list anew. */
static size_t start_of(const struct row *rows, size_t n, const char *after)
{
	size_t at = strcspn(after, "|");

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
	n = collect(lines, q, o, rows, mem);
	from = start_of(rows, n, q->after ? q->after : "");
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
