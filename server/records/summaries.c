/*
 * summaries.c - see summaries.h. The fold itself is proto/summary.
 */
#include "server/records/summaries.h"

#include "proto/summary.h"

#include <string.h>

#define CASES_AT_ONCE 200

struct lines {
	struct uuid *id;
	const char **text;
	size_t n;
};

struct calendar *summaries_calendar(
	const struct db_rows *rows, struct arena *mem)
{
	struct calendar *cal = calendar_new(mem);

	for (int i = 0; i < db_count(rows); i++) {
		json_t *day = json_pack("{s:s, s:s*}", "date",
			db_get_text(rows, i, "date"), "kind",
			db_get_text(rows, i, "kind"));

		calendar_add(cal, day);
		json_decref(day);
	}
	return cal;
}

static void finish(struct lines *out, struct summary_run *run,
	const struct uuid *id, struct arena *mem)
{
	if (!run)
		return;
	out->id[out->n] = *id;
	out->text[out->n++] = json_canonical(summary_end(run), mem);
}

/* Rows come sorted by case: one run a case. */
static void fold(const struct db_rows *rows, const struct db_rows *holidays,
	const struct catalogue *c, struct arena *mem, struct lines *out)
{
	const struct calendar *cal = summaries_calendar(holidays, mem);
	struct summary_run *run = NULL;
	struct uuid at;

	memset(&at, 0, sizeof(at));
	for (int i = 0; i < db_count(rows); i++) {
		struct uuid id = db_get_uuid(rows, i, "case_id");
		struct record r;
		struct err e;
		json_t *body;

		memset(&r, 0, sizeof(r));
		r.type = catalogue_type_no(c, (int)db_get_int(rows, i, "type"));
		if (!run || uuid_cmp(&id, &at) != 0) {
			finish(out, run, &at, mem);
			run = summary_begin(c, cal, &id, mem);
			at = id;
		}
		r.id = db_get_uuid(rows, i, "record_id");
		r.cls = (int)db_get_int(rows, i, "class");
		r.state = (enum record_state)db_get_int(rows, i, "state");
		r.at = db_get_ms(rows, i, "at");
		r.body = db_get_bytes(rows, i, "plain");
		body = r.type && summary_uses(r.type)
			       ? json_read(r.body.p, r.body.n, &json_limits_own,
					 mem, &e)
			       : NULL;
		summary_add(run, &r, body);
	}
	finish(out, run, &at, mem);
}

/* One bounded step; *more says whether marked lines may be left. */
static bool step(struct db *db, const struct catalogue *c,
	const struct uuid *cases, size_t n, struct arena *mem, bool *more,
	struct err *e)
{
	struct db_rows *rows, *read[2];
	struct db_args a, none;
	struct lines out = {0};
	struct uuid *waiting;
	size_t count;

	db_args_init(&a, mem);
	if (n)
		db_uuids(&a, cases, n);
	else
		db_bytes(&a, NULL, 0);
	db_int(&a, CASES_AT_ONCE);
	if (!db_run(db, Q_SUMMARY_WAITING, &a, &rows, e))
		return false;
	count = (size_t)db_count(rows);
	*more = count == CASES_AT_ONCE;
	if (!count)
		return true;
	waiting = ARENA_ARRAY(mem, struct uuid, count);
	for (size_t i = 0; i < count; i++)
		waiting[i] = db_get_uuid(rows, (int)i, "case_id");
	db_args_init(&a, mem);
	db_args_init(&none, mem);
	db_uuids(&a, waiting, count);
	db_queue(db, Q_SUMMARY_RECORDS, &a);
	db_queue(db, Q_HOLIDAYS, &none);
	if (!db_flush(db, mem, read, 2, e))
		return false;
	out.id = ARENA_ARRAY(mem, struct uuid, count);
	out.text = ARENA_ARRAY(mem, const char *, count);
	fold(read[0], read[1], c, mem, &out);
	db_args_init(&a, mem);
	db_uuids(&a, out.id, out.n);
	db_texts(&a, out.text, out.n);
	return db_run(db, Q_SUMMARY_PUT, &a, NULL, e);
}

bool summaries_refresh(struct db *db, const struct catalogue *c,
	const struct uuid *cases, size_t n, struct err *e)
{
	bool more = true, ok = true;

	while (ok && more) {
		struct arena *mem = arena_new();

		ok = db_begin_system(db, e);
		if (ok && !step(db, c, cases, n, mem, &more, e)) {
			db_rollback(db);
			ok = false;
		}
		ok = ok && db_commit(db, e);
		arena_free(mem);
	}
	return ok;
}

bool summaries_seen(struct db *db, const struct catalogue *c,
	const struct uuid *case_id, struct arena *mem, const char **line,
	struct err *e)
{
	struct uuid *id = ARENA_NEW(mem, struct uuid);
	struct lines out = {id, line, 0};
	struct db_rows *rows[2];
	struct db_args a, none;

	*line = "null";
	db_args_init(&a, mem);
	db_args_init(&none, mem);
	db_uuid(&a, case_id);
	db_queue(db, Q_SUMMARY_SEEN, &a);
	db_queue(db, Q_HOLIDAYS, &none);
	if (!db_flush(db, mem, rows, 2, e))
		return false;
	fold(rows[0], rows[1], c, mem, &out);
	return true;
}
