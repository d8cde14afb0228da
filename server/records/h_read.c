/*
 * h_read.c - what the web app reads: caseload, a case, the directory, the
 * catalogue. Every read of personal data is on the trail before it leaves.
 */
#include "server/records/records.h"

#include "proto/base/host.h"
#include "proto/digest.h"
#include "proto/summary.h"
#include "proto/withhold.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/records/amounts.h"
#include "server/records/reading.h"
#include "server/records/summaries.h"
#include "server/records/world.h"

#include <stdlib.h>
#include <string.h>

#define REPLY_MAX ((size_t)64 << 20)

/* ---- caseload ---- */

static const char *const sorts[] = {
	"due", "name", "number", "danger", "opened"};

static bool read_sort(const struct req *r, const char **sort, struct err *e)
{
	const char *q = req_query(r, "sort");

	*sort = sorts[0];
	for (size_t i = 0; q && i < ARRAY_LEN(sorts); i++)
		if (strcmp(q, sorts[i]) == 0) {
			*sort = sorts[i];
			return true;
		}
	return !q || err_field(e, ERR_BAD_REQUEST, "sort",
			     "due, name, number, danger, opened");
}

/* "<case id>|<key>", as `next` gave it. */
static bool read_after(
	struct req *r, const char **key, struct uuid *id, struct err *e)
{
	const char *q = req_query(r, "after");

	*key = NULL;
	memset(id, 0, sizeof(*id));
	if (!q)
		return true;
	if (strlen(q) < UUID_TEXT || q[UUID_TEXT - 1] != '|' ||
		!uuid_parse(arena_strndup(r->mem, q, UUID_TEXT - 1), id))
		return err_field(e, ERR_BAD_REQUEST, "after", "next");
	*key = q + UUID_TEXT;
	return true;
}

/* % and _ are letters in a search, not wildcards. */
static const char *like_text(struct req *r, const char *q)
{
	char *out = arena_alloc(r->mem, q ? strlen(q) * 2 + 1 : 1), *to = out;

	if (!q || !*q)
		return NULL;
	for (; *q; q++) {
		if (*q == '%' || *q == '_' || *q == '\\')
			*to++ = '\\';
		*to++ = *q;
	}
	return out;
}

static bool read_view(struct req *r, struct db_args *a, struct err *e)
{
	const char *view = req_query(r, "view");
	struct date today = time_day_cn(host_now_ms());
	char day[DATE_TEXT];
	bool mine = view && strcmp(view, "mine") == 0;
	bool due = view && strcmp(view, "due") == 0;

	if (view && !mine && !due && strcmp(view, "all") != 0)
		return err_field(e, ERR_BAD_REQUEST, "view", "all, due, mine");
	db_uuid(a, mine ? &r->reader.staff : NULL);
	db_text(a, due ? arena_strdup(r->mem, date_format(&today, day)) : NULL);
	return true;
}

static bool caseload_args(
	struct req *r, struct db_args *a, int64_t limit, struct err *e)
{
	const char *sort, *key;
	struct uuid *id = ARENA_NEW(r->mem, struct uuid);

	if (!read_sort(r, &sort, e) || !read_after(r, &key, id, e))
		return false;
	db_args_init(a, r->mem);
	db_text(a, sort);
	db_text(a, req_query(r, "programme"));
	db_text(a, req_query(r, "phase"));
	if (!read_view(r, a, e))
		return false;
	db_text(a, like_text(r, req_query(r, "q")));
	db_text(a, key);
	db_uuid(a, key ? id : NULL);
	db_int(a, limit);
	return true;
}

bool reading_line(struct req *r, const struct db_rows *rows, int i,
	const struct uuid *id, struct buf *b, struct err *e)
{
	struct str line = db_get_bytes(rows, i, "line");
	const char *own;

	if (db_get_int(rows, i, "whole")) {
		buf_add(b, line.p, line.n);
		return true;
	}
	if (!summaries_seen(r->db, r->catalogue, id, r->mem, &own, e))
		return false;
	buf_text(b, own);
	return true;
}

static void add_next(
	struct req *r, const struct db_rows *rows, int64_t limit, struct buf *b)
{
	int n = db_count(rows);
	char text[UUID_TEXT];
	struct uuid id;
	struct str key;
	char *next;

	if (n == 0 || n < limit || db_get_int(rows, 0, "left") <= limit) {
		buf_text(b, "null");
		return;
	}
	id = db_get_uuid(rows, n - 1, "case_id");
	key = db_get_bytes(rows, n - 1, "key");
	next = arena_printf(
		r->mem, "%s|%.*s", uuid_format(&id, text), (int)key.n, key.p);
	buf_json(b, next, strlen(next));
}

static bool write_caseload(
	struct req *r, const struct db_rows *rows, int64_t limit, struct err *e)
{
	int n = db_count(rows);
	struct buf b;

	buf_init(&b, REPLY_MAX);
	buf_text(&b, "{\"rows\":[");
	for (int i = 0; i < n; i++) {
		struct uuid id = db_get_uuid(rows, i, "case_id");

		if (i)
			buf_char(&b, ',');
		if (!reading_line(r, rows, i, &id, &b, e)) {
			buf_free(&b);
			return false;
		}
	}
	buf_printf(&b, "],\"total\":%lld,\"next\":",
		n ? (long long)db_get_int(rows, 0, "left") : 0LL);
	add_next(r, rows, limit, &b);
	buf_char(&b, '}');
	return reading_reply(r, &b, e);
}

static struct uuid *collect_ids(
	struct req *r, const struct db_rows *rows, const char *column)
{
	int n = db_count(rows);
	struct uuid *out = ARENA_ARRAY(r->mem, struct uuid, n + 1);

	for (int i = 0; i < n; i++)
		out[i] = db_get_uuid(rows, i, column);
	return out;
}

/* The page, and whether lines this reader sees wait to be folded. */
static bool read_caseload(struct req *r, struct db_args *a,
	struct db_rows *rows[2], struct err *e)
{
	struct db_args none;

	if (!db_begin(r->db, &r->reader, false, e))
		return false;
	db_args_init(&none, r->mem);
	db_queue(r->db, Q_SUMMARY_STALE, &none);
	db_queue(r->db, Q_CASELOAD, a);
	if (db_flush(r->db, r->mem, rows, 2, e))
		return true;
	db_rollback(r->db);
	return false;
}

/* Most of the time no line waits, and it costs no round trip to learn so. */
bool reading_caseload(struct req *r, struct db_args *a, struct db_rows *rows[2],
	struct err *e)
{
	if (!read_caseload(r, a, rows, e))
		return false;
	if (!db_get_int(rows[0], 0, "stale"))
		return true;
	db_rollback(r->db);
	return summaries_refresh(r->db, r->catalogue, NULL, 0, e) &&
	       read_caseload(r, a, rows, e);
}

bool caseload_get(struct req *r, struct err *e)
{
	struct db_rows *rows[2];
	struct db_args a;
	int64_t limit;

	if (!req_query_int(
		    r, "limit", 1, LIMIT_CASELOAD_LINES, 50, &limit, e) ||
		!caseload_args(r, &a, limit, e) ||
		!reading_caseload(r, &a, rows, e))
		return false;
	if (!write_caseload(r, rows[1], limit, e)) {
		db_rollback(r->db);
		return false;
	}
	return audit_end(r, "caseload", "ok",
		collect_ids(r, rows[1], "case_id"), (size_t)db_count(rows[1]),
		e);
}

/* ---- one case ---- */

static void write_records(struct req *r, const struct db_rows *rows,
	struct buf *b, bool *first, struct leaf *leaves, size_t *n)
{
	for (int i = 0; i < db_count(rows); i++) {
		struct record rec;
		struct uuid unit;

		row_record(r->catalogue, rows, i, &rec, &unit);
		if (leaves)
			leaves[(*n)++] = (struct leaf){
				rec.id, rec.ver, rec.sha, rec.cls};
		if (!*first)
			buf_char(b, ',');
		*first = false;
		record_withhold(&rec, r->mem);
		record_json(&rec, b);
	}
}

/* Of what is restricted nothing is told here, also not whether there is a file.
 */
static void write_files(const struct db_rows *rows, struct buf *b)
{
	bool first = true;

	buf_text(b, ",\"files\":{");
	for (int i = 0; i < db_count(rows); i++) {
		struct uuid id = db_get_uuid(rows, i, "id");
		char text[UUID_TEXT];

		if (withholds((int)db_get_int(rows, i, "class")))
			continue;
		buf_printf(b, "%s\"%s\":{\"state\":\"centre\"}",
			first ? "" : ",", uuid_format(&id, text));
		first = false;
	}
	buf_char(b, '}');
}

static bool write_case(struct req *r, const struct uuid *id,
	struct db_rows *const rows[5], struct err *e)
{
	size_t n = 0;
	struct leaf *leaves =
		ARENA_ARRAY(r->mem, struct leaf, db_count(rows[0]) + 1);
	char text[UUID_TEXT], hex[SHA256_HEX];
	struct sha256 d;
	bool first = true, ok = true;
	struct buf b;

	buf_init(&b, REPLY_MAX);
	buf_printf(&b, "{\"case\":\"%s\",\"summary\":", uuid_format(id, text));
	if (db_count(rows[2]))
		ok = reading_line(r, rows[2], 0, id, &b, e);
	else
		buf_text(&b, "null");
	amounts_write(r->catalogue, rows, rows[3], id, r->mem, &b);
	write_files(rows[4], &b);
	buf_text(&b, ",\"records\":[");
	write_records(r, rows[0], &b, &first, leaves, &n);
	write_records(r, rows[1], &b, &first, NULL, NULL);
	d = digest_unit(leaves, n);
	buf_printf(
		&b, "],\"digest\":\"%s\"}", hex_format(d.b, SHA256_LEN, hex));
	return reading_reply(r, &b, e) && ok;
}

/* What was read, of the case and beside it; of what was withheld the reading is
 * still to come. There is room for one more. */
static struct uuid *read_ids(
	struct req *r, struct db_rows *const rows[2], size_t *n)
{
	struct uuid *out = ARENA_ARRAY(
		r->mem, struct uuid, db_count(rows[0]) + db_count(rows[1]) + 1);

	*n = 0;
	for (size_t k = 0; k < 2; k++)
		for (int i = 0; i < db_count(rows[k]); i++)
			if (!withholds((int)db_get_int(rows[k], i, "class")))
				out[(*n)++] =
					db_get_uuid(rows[k], i, "record_id");
	return out;
}

bool case_reply(struct req *r, const struct uuid *of, const char *action,
	const struct uuid *tag, struct err *e)
{
	struct db_rows *rows[5];
	struct db_args a, none;
	struct uuid id = *of, *ids;
	size_t n;

	if (!summaries_refresh(r->db, r->catalogue, &id, 1, e) ||
		!db_begin(r->db, &r->reader, true, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &id);
	db_queue(r->db, Q_UNIT_RECORDS, &a);
	db_queue(r->db, Q_CASE_BESIDE, &a);
	db_queue(r->db, Q_CASE_LINE, &a);
	db_args_init(&none, r->mem);
	db_queue(r->db, Q_HOLIDAYS, &none);
	db_queue(r->db, Q_CASE_FILES, &a);
	if (!db_flush(r->db, r->mem, rows, 5, e)) {
		db_rollback(r->db);
		return false;
	}
	if (uuid_is_nil(&id) || db_count(rows[0]) == 0) {
		db_rollback(r->db);
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	}
	if (!write_case(r, &id, rows, e)) {
		db_rollback(r->db);
		return false;
	}
	ids = read_ids(r, rows, &n);
	if (tag)
		ids[n++] = *tag;
	return audit_end(r, action, "ok", ids, n, e);
}

bool case_get(struct req *r, struct err *e)
{
	struct uuid id;

	return req_segment_id(r, 0, &id, e) &&
	       case_reply(r, &id, "case", NULL, e);
}

/* ---- directory, catalogue, score ---- */

bool directory_get(struct req *r, struct err *e)
{
	static const struct uuid directory;
	struct db_rows *rows;
	struct db_args a;
	bool first = true;
	struct buf b;

	if (!db_begin(r->db, &r->reader, false, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &directory);
	if (!db_run(r->db, Q_UNIT_RECORDS, &a, &rows, e)) {
		db_rollback(r->db);
		return false;
	}
	buf_init(&b, REPLY_MAX);
	buf_printf(&b, "{\"head\":%lld,\"records\":[",
		(long long)r->app->head_csn);
	write_records(r, rows, &b, &first, NULL, NULL);
	buf_text(&b, "]}");
	if (!reading_reply(r, &b, e)) {
		db_rollback(r->db);
		return false;
	}
	return db_commit(r->db, e);
}

bool catalogue_get(struct req *r, struct err *e)
{
	const char *etag =
		arena_printf(r->mem, "\"%s\"", catalogue_etag(r->catalogue));
	struct str text = catalogue_text(r->catalogue);

	(void)e;
	req_header(r, "ETag", etag);
	if (r->if_none_match && strcmp(r->if_none_match, etag) == 0)
		return req_reply_bytes(r, 304, "application/json", "", 0);
	return req_reply_bytes(r, 200, "application/json", text.p, text.n);
}
