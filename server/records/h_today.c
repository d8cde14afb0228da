/*
 * h_today.c - GET /v1/today: what waits for the person who asks, besides the
 * dates of their cases, which the caseload has, and letters, which have a list
 * of their own. Which records those are is
 * proto/today.h's; which of them this reader sees, the second wall's.
 */
#include "server/records/records.h"

#include "proto/base/host.h"
#include "proto/today.h"
#include "proto/withhold.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/records/reading.h"
#include "server/records/world.h"

#define REPLY_MAX ((size_t)16 << 20)
#define TYPES_MAX 100

enum { VISITS, TASKS, UNSIGNED, SHARED, LISTS };

typedef const char *const *states_of(const char *type, size_t *n);

static void states_arg(struct db_args *a, states_of *of, const char *type)
{
	size_t n;
	const char *const *states = of(type, &n);

	db_texts(a, states, n);
}

/* The numbers of the types that are signed. */
static void signable_arg(struct db_args *a, const struct catalogue *c)
{
	int64_t *no = ARENA_ARRAY(a->mem, int64_t, TYPES_MAX);
	const struct rtype *t;
	size_t n = 0;

	for (size_t i = 0; (t = catalogue_type_at(c, i)) != NULL; i++)
		if (t->signable && n < TYPES_MAX)
			no[n++] = t->no;
	db_ints(a, no, n);
}

static bool read_lists(
	struct req *r, struct db_rows *rows[LISTS], struct err *e)
{
	struct db_args a[LISTS];

	for (size_t i = 0; i < LISTS; i++)
		db_args_init(&a[i], r->mem);
	states_arg(&a[VISITS], today_states, "service");
	db_int(&a[VISITS], TODAY_AHEAD_DAYS);
	states_arg(&a[TASKS], today_states, "task");
	signable_arg(&a[UNSIGNED], r->catalogue);
	db_int(&a[UNSIGNED], STATE_LIVE);
	db_int(&a[SHARED], TODAY_NEW_DAYS);
	for (size_t i = 0; i < LISTS; i++)
		db_int(&a[i], TODAY_MAX);
	states_arg(&a[UNSIGNED], today_unsigned_states, "service");
	states_arg(&a[UNSIGNED], today_unsigned_states, "plan");
	db_queue(r->db, Q_TODAY_VISITS, &a[VISITS]);
	db_queue(r->db, Q_TODAY_TASKS, &a[TASKS]);
	db_queue(r->db, Q_TODAY_UNSIGNED, &a[UNSIGNED]);
	db_queue(r->db, Q_TODAY_SHARED, &a[SHARED]);
	return db_flush(r->db, r->mem, rows, LISTS, e);
}

static void write_records(struct req *r, const char *name,
	const struct db_rows *rows, struct buf *b)
{
	buf_printf(b, ",\"%s\":[", name);
	for (int i = 0; i < db_count(rows); i++) {
		struct record rec;
		struct uuid unit;

		row_record(r->catalogue, rows, i, &rec, &unit);
		record_withhold(&rec, r->mem);
		if (i)
			buf_char(b, ',');
		record_json(&rec, b);
	}
	buf_char(b, ']');
}

static void write_shared(const struct db_rows *rows, struct buf *b)
{
	buf_text(b, ",\"shared\":[");
	for (int i = 0; i < db_count(rows); i++) {
		struct uuid id = db_get_uuid(rows, i, "case_id");
		char text[UUID_TEXT];

		buf_printf(b, "%s{\"case\":\"%s\",\"since\":\"%s\"}",
			i ? "," : "", uuid_format(&id, text),
			db_get_text(rows, i, "since"));
	}
	buf_char(b, ']');
}

static bool reply(
	struct req *r, struct db_rows *const rows[LISTS], struct err *e)
{
	struct date today = time_day_cn(host_now_ms());
	char day[DATE_TEXT];
	struct buf b;

	buf_init(&b, REPLY_MAX);
	buf_printf(&b, "{\"on\":\"%s\"", date_format(&today, day));
	write_records(r, "visits", rows[VISITS], &b);
	write_records(r, "tasks", rows[TASKS], &b);
	write_records(r, "unsigned", rows[UNSIGNED], &b);
	write_shared(rows[SHARED], &b);
	buf_char(&b, '}');
	return reading_reply(r, &b, e);
}

/* Whatever was told of is on the trail; what was withheld was not read. */
static void trail(struct req *r, struct db_rows *const rows[LISTS])
{
	struct uuid *ids =
		ARENA_ARRAY(r->mem, struct uuid, (size_t)LISTS * TODAY_MAX);
	size_t n = 0;

	for (size_t k = 0; k < LISTS; k++)
		for (int i = 0; i < db_count(rows[k]); i++)
			if (k == SHARED)
				ids[n++] = db_get_uuid(rows[k], i, "case_id");
			else if (!withholds(
					 (int)db_get_int(rows[k], i, "class")))
				ids[n++] = db_get_uuid(rows[k], i, "record_id");
	audit_queue(r->db, r->mem, &r->reader, "today", "ok", ids, n);
}

bool today_get(struct req *r, struct err *e)
{
	struct db_rows *rows[LISTS];

	if (!db_begin(r->db, &r->reader, true, e))
		return false;
	if (!read_lists(r, rows, e) || !reply(r, rows, e)) {
		db_rollback(r->db);
		return false;
	}
	trail(r, rows);
	db_queue_commit(r->db);
	return db_flush(r->db, r->mem, NULL, 0, e);
}
