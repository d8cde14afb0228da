/*
 * batch.c - see batch.h: writing a plan, and what is remembered of it.
 */
#include "client/import/batch.h"

#include "client/import/batch_in.h"
#include "client/store/outbox.h"
#include "proto/base/host.h"

#include <stdlib.h>
#include <string.h>

#define EVERY_ROWS 64

bool batch_columns(struct store *s, const char *signature, struct arena *mem,
	json_t **out, struct err *e)
{
	return store_paper(s, PAPER_COLUMNS, signature, mem, out, e);
}

/* ---- the list of batches ---- */

static int newest_first(const void *a, const void *b)
{
	int64_t x = json_int(*(json_t *const *)a, "at", 0);
	int64_t y = json_int(*(json_t *const *)b, "at", 0);

	return (x < y) - (x > y);
}

bool batch_list(struct store *s, struct arena *mem, json_t **out, struct err *e)
{
	json_t *all, **list;
	size_t n;

	if (!store_papers(s, PAPER_BATCH, mem, &all, e))
		return false;
	n = json_array_size(all);
	list = ARENA_ARRAY(mem, json_t *, n + 1);
	for (size_t i = 0; i < n; i++) {
		const json_t *paper = json_array_get(all, i);

		list[i] = json_keep(
			json_copy(json_object_get(paper, "doc")), mem);
		json_object_set(
			list[i], "batch", json_object_get(paper, "name"));
	}
	if (n)
		qsort(list, n, sizeof(json_t *), newest_first);
	*out = json_keep(json_array(), mem);
	for (size_t i = 0; i < n; i++)
		json_array_append(*out, list[i]);
	return true;
}

/* The day, and how many there were on it. */
static bool new_id(
	struct store *s, struct arena *mem, const char **id, struct err *e)
{
	struct date day = time_day_cn(host_now_ms());
	char text[DATE_TEXT];
	json_t *all;
	long last = 0;

	if (!store_papers(s, PAPER_BATCH, mem, &all, e))
		return false;
	date_format(&day, text);
	for (size_t i = 0; i < json_array_size(all); i++) {
		const char *name = json_str(json_array_get(all, i), "name");
		long n;

		if (strncmp(name, text, DATE_TEXT - 1) != 0 ||
			name[DATE_TEXT - 1] != '.')
			continue;
		n = strtol(name + DATE_TEXT, NULL, 10);
		if (n > last)
			last = n;
	}
	*id = arena_printf(mem, "%s.%ld", text, last + 1);
	return true;
}

/* ---- writing ---- */

static bool is_of_case(const struct rtype *t)
{
	return strcmp(t->name, "person") != 0 && strcmp(t->name, "case") != 0;
}

static bool save_row(
	const struct plan_job *job, const struct plan_row *row, struct err *e)
{
	static const struct uuid nil;
	struct uuid tx = uuid_new();

	for (size_t i = 0; i < row->made_count; i++) {
		struct made *one = &row->made[i];

		if (!outbox_create(job->v, one->type,
			    is_of_case(one->type) ? &row->of_case : &nil,
			    one->body, row->made_count > 1 ? &tx : NULL,
			    &one->id, e))
			return false;
	}
	return true;
}

static bool save_rows(
	const struct plan_job *job, const struct plan *p, struct err *e)
{
	for (size_t i = 0; i < p->n; i++) {
		if (!save_row(job, &p->row[i], e))
			return false;
		if (job->progress && i % EVERY_ROWS == 0)
			job->progress(job->ctx, i, i, p->n);
	}
	return true;
}

/* [[line,"person","id","case","id",…],…] */
static json_t *rows_json(const struct plan *p)
{
	json_t *out = json_array();
	char text[UUID_TEXT];

	for (size_t i = 0; i < p->n; i++) {
		const struct plan_row *row = &p->row[i];
		json_t *one;

		if (!row->made_count)
			continue;
		one = json_array();
		json_array_append_new(one, json_integer((json_int_t)row->line));
		for (size_t k = 0; k < row->made_count; k++) {
			json_array_append_new(
				one, json_string(row->made[k].type->name));
			json_array_append_new(one,
				json_string(
					uuid_format(&row->made[k].id, text)));
		}
		json_array_append_new(out, one);
	}
	return out;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool save_papers(const struct plan_job *job, const struct plan *p,
	const char *id, struct err *e)
{
	json_int_t made =
		(json_int_t)(p->count[FATE_NEW] + p->count[FATE_KNOWN]);
	json_t *head = json_pack("{s:I, s:s, s:I, s:I}", "at",
		(json_int_t)host_now_ms(), "file", base_name(job->r.name),
		"rows", (json_int_t)p->n, "new", made);

	/* A name in another encoding than the terminal's is no text. */
	if (!head)
		head = json_pack("{s:I, s:s, s:I, s:I}", "at",
			(json_int_t)host_now_ms(), "file", "-", "rows",
			(json_int_t)p->n, "new", made);
	return store_paper_put(job->s, PAPER_BATCH, id, head, e) &&
	       store_paper_put(job->s, PAPER_ROWS, id, rows_json(p), e) &&
	       (!p->memory || store_paper_put(job->s, PAPER_COLUMNS, p->memory,
				      columns_memory(&p->columns), e));
}

bool batch_save(const struct plan_job *job, const struct plan *p,
	const char **id, struct err *e)
{
	if (!new_id(job->s, job->r.mem, id, e) || !store_begin(job->s, e))
		return false;
	if (!save_rows(job, p, e) || !save_papers(job, p, *id, e)) {
		store_rollback(job->s);
		return false;
	}
	return store_commit(job->s, e);
}
