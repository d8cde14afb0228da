/*
 * h_trail.c - see trail.h.
 */
#include "server/trail/trail.h"

#include "proto/base/host.h"
#include "proto/base/timeutil.h"
#include "proto/types.h"
#include "server/access/access.h"
#include "server/audit/audit.h"
#include "server/db/columns.h"

#include <string.h>

#define DAY_MS       INT64_C(86400000)
#define DEFAULT_DAYS 90
#define PAGE         50
#define READERS_MAX  5000

struct asked {
	struct uuid about;
	struct uuid actor;
	const char **actions; /* NULL: all */
	size_t action_count;
	const char **fine; /* outcomes that are no refusal; NULL: all */
	size_t fine_count;
	int64_t from_ms;
	int64_t to_ms;
	int64_t before; /* 0: the newest */
	int64_t limit;
};

/* ---- what is asked ---- */

/* A day of ours, or a moment. */
static bool read_time(struct req *r, const char *name, bool end,
	int64_t otherwise, int64_t *out, struct err *e)
{
	const char *q = req_query(r, name);
	struct date day;

	*out = otherwise;
	if (!q || !*q || time_parse(q, out))
		return true;
	if (!date_parse(q, &day))
		return err_field(
			e, ERR_BAD_REQUEST, name, "YYYY-MM-DD, RFC 3339");
	*out = time_parse(arena_printf(r->mem, "%sT00:00:00+08:00", q), out)
		       ? *out + (end ? DAY_MS : 0)
		       : otherwise;
	return true;
}

static bool read_times(struct req *r, struct asked *q, struct err *e)
{
	int64_t now = host_now_ms();

	return read_time(r, "from", false, now - DEFAULT_DAYS * DAY_MS,
		       &q->from_ms, e) &&
	       read_time(r, "to", true, now + DAY_MS, &q->to_ms, e) &&
	       (q->from_ms < q->to_ms ||
		       err_field(e, ERR_BAD_REQUEST, "to", "> from"));
}

/* Every action of a kind, or one by its own name. */
static bool read_kind(struct req *r, struct asked *q, struct err *e)
{
	const char *kind = req_query(r, "kind");
	const struct code_list *all =
		catalogue_codes(r->catalogue, "audit_action");
	size_t n = all ? json_array_size(all->items) : 0;

	if (!kind || !*kind)
		return true;
	q->actions = ARENA_ARRAY(r->mem, const char *, n + 1);
	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_array_get(all->items, i);
		const char *of = json_str(one, "kind");

		if (strcmp(json_str(one, "code"), kind) == 0 ||
			(of && strcmp(of, kind) == 0))
			q->actions[q->action_count++] = json_str(one, "code");
	}
	return q->action_count ||
	       err_field(e, ERR_BAD_REQUEST, "kind", "audit_kind");
}

/* An id, or the number of a case. Runs in the reader's transaction. */
static bool read_about(
	struct req *r, struct asked *q, bool needed, struct err *e)
{
	const char *given = req_query(r, "record");
	struct db_rows *rows;
	struct db_args a;

	if (!given || !*given)
		return !needed ||
		       err_field(e, ERR_BAD_REQUEST, "record", "UUID");
	if (uuid_parse(given, &q->about))
		return true;
	db_args_init(&a, r->mem);
	db_text(&a, given);
	if (!db_run(r->db, Q_AUDIT_CASE_OF, &a, &rows, e))
		return false;
	q->about = db_get_uuid(rows, 0, "id");
	return !uuid_is_nil(&q->about) ||
	       err_field(e, ERR_NOT_FOUND, "record", "-");
}

static bool read_actor(struct req *r, struct asked *q, struct err *e)
{
	const char *given = req_query(r, "staff");

	return !given || !*given || uuid_parse(given, &q->actor) ||
	       err_field(e, ERR_BAD_REQUEST, "staff", "UUID");
}

/* What is on no list counts as refused: better one too many. */
static void leave_out_fine(struct req *r, struct asked *q)
{
	const struct code_list *all =
		catalogue_codes(r->catalogue, "audit_outcome");
	size_t n = all ? json_array_size(all->items) : 0;

	q->fine = ARENA_ARRAY(r->mem, const char *, n + 1);
	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_array_get(all->items, i);

		if (!json_is_true(json_object_get(one, "refused")))
			q->fine[q->fine_count++] = json_str(one, "code");
	}
}

static bool read_page(struct req *r, struct asked *q, struct err *e)
{
	int refused;

	if (!req_query_word(r, "refused", "yes", &refused, e))
		return false;
	if (refused == 0)
		leave_out_fine(r, q);
	return req_query_int(r, "before", 1, INT64_MAX, 0, &q->before, e) &&
	       req_query_int(
		       r, "limit", 1, LIMIT_TRAIL_LINES, PAGE, &q->limit, e);
}

/* Whoever may; the transaction is the reader's, and the database asks again. */
static bool begin(struct req *r, struct err *e)
{
	const struct uuid *site;

	return access_act(&r->reader, ACT_TRAIL, &site, e) &&
	       db_begin(r->db, &r->reader, false, e);
}

static const struct uuid *or_null(const struct uuid *u)
{
	return uuid_is_nil(u) ? NULL : u;
}

/* ---- the search ---- */

static const struct column columns[] = {
	{NULL, "id",         COLUMN_INT,  NULL},
	{NULL, "at",         COLUMN_TIME, NULL},
	{NULL, "actor",      COLUMN_ID,   NULL},
	{NULL, "actor_name", COLUMN_TEXT, NULL},
	{NULL, "role",       COLUMN_TEXT, NULL},
	{NULL, "site_id",    COLUMN_ID,   NULL},
	{NULL, "site_name",  COLUMN_TEXT, NULL},
	{NULL, "device",     COLUMN_ID,   NULL},
	{NULL, "action",     COLUMN_TEXT, NULL},
	{NULL, "outcome",    COLUMN_TEXT, NULL},
	{NULL, "n",          COLUMN_INT,  NULL},
};

static json_t *events_json(struct req *r, const struct db_rows *rows, int n)
{
	json_t *list = columns_json(r->mem, rows, columns, ARRAY_LEN(columns));

	for (int i = 0; i < db_count(rows); i++) {
		json_t *ids = json_array();
		size_t count;
		const struct uuid *all =
			db_get_uuids(rows, i, "records", &count);
		char text[UUID_TEXT];

		for (size_t k = 0; k < count; k++)
			json_array_append_new(
				ids, json_string(uuid_format(&all[k], text)));
		json_object_set_new(
			json_array_get(list, (size_t)i), "records", ids);
	}
	while (json_array_size(list) > (size_t)n)
		json_array_remove(list, json_array_size(list) - 1);
	return list;
}

static bool search(struct req *r, const struct asked *q, struct db_rows **rows,
	struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, or_null(&q->actor));
	db_uuid(&a, or_null(&q->about));
	if (q->actions)
		db_texts(&a, q->actions, q->action_count);
	else
		db_text(&a, NULL);
	if (q->fine)
		db_texts(&a, q->fine, q->fine_count);
	else
		db_text(&a, NULL);
	db_ms(&a, q->from_ms);
	db_ms(&a, q->to_ms);
	if (q->before)
		db_int(&a, q->before);
	else
		db_text(&a, NULL);
	db_int(&a, q->limit + 1);
	return db_run(r->db, Q_AUDIT_SEARCH, &a, rows, e);
}

/* ?staff&record&kind&refused&from&to&before&limit → {"rows":[…],"next"} */
bool audit_get(struct req *r, struct err *e)
{
	struct asked q = {.before = 0};
	const struct uuid *about;
	struct db_rows *rows;
	json_t *out;
	int n;

	if (!read_times(r, &q, e) || !read_kind(r, &q, e) ||
		!read_actor(r, &q, e) || !read_page(r, &q, e) || !begin(r, e) ||
		!read_about(r, &q, false, e) || !search(r, &q, &rows, e))
		return false;
	n = db_count(rows) > q.limit ? (int)q.limit : db_count(rows);
	out = json_pack("{s:o, s:o}", "rows", events_json(r, rows, n), "next",
		db_count(rows) > q.limit
			? json_integer(db_get_int(rows, n - 1, "id"))
			: json_null());
	req_reply_json(r, 200, out);
	about = uuid_is_nil(&q.about) ? &q.actor : &q.about;
	/* The search itself is an event, about what was asked. */
	return audit_end(
		r, "trail", "ok", about, uuid_is_nil(about) ? 0 : 1, e);
}

/* ---- who saw it ---- */

static const struct column reader_columns[] = {
	{NULL, "actor",      COLUMN_ID,   NULL},
	{NULL, "actor_name", COLUMN_TEXT, NULL},
	{NULL, "role",       COLUMN_TEXT, NULL},
	{NULL, "site_id",    COLUMN_ID,   NULL},
	{NULL, "site_name",  COLUMN_TEXT, NULL},
	{NULL, "action",     COLUMN_TEXT, NULL},
	{NULL, "n",          COLUMN_INT,  NULL},
	{NULL, "first",      COLUMN_TIME, NULL},
	{NULL, "last",       COLUMN_TIME, NULL},
};

/* ?record&from&to → {"record","from","to","rows":[…],"cut"} */
bool audit_readers_get(struct req *r, struct err *e)
{
	char id[UUID_TEXT], from[TIME_TEXT], to[TIME_TEXT];
	struct asked q = {.before = 0};
	struct db_rows *rows;
	struct db_args a;
	json_t *list;
	bool cut;

	if (!read_times(r, &q, e) || !begin(r, e) ||
		!read_about(r, &q, true, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &q.about);
	db_ms(&a, q.from_ms);
	db_ms(&a, q.to_ms);
	db_int(&a, READERS_MAX + 1);
	if (!db_run(r->db, Q_AUDIT_READERS, &a, &rows, e))
		return false;
	list = columns_json(
		r->mem, rows, reader_columns, ARRAY_LEN(reader_columns));
	cut = json_array_size(list) > READERS_MAX;
	if (cut)
		json_array_remove(list, READERS_MAX);
	req_reply_json(r, 200,
		json_pack("{s:s, s:s, s:s, s:o, s:b}", "record",
			uuid_format(&q.about, id), "from",
			time_format(q.from_ms, from), "to",
			time_format(q.to_ms, to), "rows", list, "cut",
			(int)cut));
	return audit_end(r, "readers", "ok", &q.about, 1, e);
}

/* ---- in an emergency ---- */

/* → {"rows":[{"at","action","outcome","n"}]}; nothing where the emergency is
 * not shown. */
bool glass_trail_get(struct req *r, struct err *e)
{
	static const struct column events[] = {
		{NULL, "at",      COLUMN_TIME, NULL},
		{NULL, "action",  COLUMN_TEXT, NULL},
		{NULL, "outcome", COLUMN_TEXT, NULL},
		{NULL, "n",       COLUMN_INT,  NULL},
	};
	struct db_rows *rows;
	struct db_args a;
	struct uuid id;

	if (!req_segment_id(r, 0, &id, e) ||
		!db_begin(r->db, &r->reader, false, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &id);
	if (!db_run(r->db, Q_AUDIT_GLASS, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	req_reply_json(r, 200,
		json_pack("{s:o}", "rows",
			columns_json(r->mem, rows, events, ARRAY_LEN(events))));
	return audit_end(r, "break_glass_trail", "ok", &id, 1, e);
}
