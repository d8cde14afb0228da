/*
 * h_review.c - GET /v1/review: the cases of who asks in the order in which they
 * want reviewing. What makes the order and what is told of a case is
 * proto/queue.h's; which records this reader sees, the second wall's. Who may
 * sign a review of their own may ask, by the table of the policy.
 */
#include "server/records/records.h"

#include "proto/base/host.h"
#include "proto/queue.h"
#include "server/access/access.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/records/reading.h"

#define LINE_MAX  ((size_t)1 << 20)
#define TYPES_MAX 100

/* Those in most danger first: beyond a bound the others are left out. */
static void caseload_args(struct req *r, struct db_args *a)
{
	db_args_init(a, r->mem);
	db_text(a, "danger");
	db_text(a, NULL); /* programme */
	db_text(a, NULL); /* phase */
	db_uuid(a, NULL); /* manager */
	db_text(a, NULL); /* due */
	db_text(a, NULL); /* q */
	db_text(a, NULL); /* from the first */
	db_uuid(a, NULL);
	db_int(a, QUEUE_LINES_MAX);
}

static bool take_line(struct req *r, const struct db_rows *rows, int i,
	struct queue *q, struct err *e)
{
	struct uuid id = db_get_uuid(rows, i, "case_id");
	struct buf b;
	json_t *line = NULL;
	bool ok;

	buf_init(&b, LINE_MAX);
	ok = reading_line(r, rows, i, &id, &b, e);
	if (ok) {
		const char *text = arena_strndup(r->mem, b.p, b.n);

		line = json_read(text, b.n, &json_limits_own, r->mem, e);
	}
	buf_free(&b);
	if (line)
		queue_case(q, &id, line);
	return line != NULL;
}

/* The numbers of the types whose bodies are read. */
static void types_arg(struct db_args *a, const struct catalogue *c)
{
	int64_t *no = ARENA_ARRAY(a->mem, int64_t, TYPES_MAX);
	const struct rtype *t;
	size_t n = 0;

	for (size_t i = 0; (t = catalogue_type_at(c, i)) != NULL; i++)
		if (queue_reads(t) && n < TYPES_MAX)
			no[n++] = t->no;
	db_ints(a, no, n);
}

/* A body that is there and cannot be read would put its case where it does not
 * belong: nothing is answered then. */
static bool take_record(struct req *r, const struct db_rows *rows, int i,
	struct queue *q, struct err *e)
{
	struct uuid of = db_get_uuid(rows, i, "of");
	struct uuid by_site = db_get_uuid(rows, i, "by_site");
	struct str text = db_get_bytes(rows, i, "body");
	struct record rec = {0};
	json_t *body = NULL;

	rec.id = db_get_uuid(rows, i, "record_id");
	rec.type = catalogue_type_no(
		r->catalogue, (int)db_get_int(rows, i, "type"));
	rec.ver = db_get_int(rows, i, "version");
	rec.state = (enum record_state)db_get_int(rows, i, "state");
	rec.cls = (int)db_get_int(rows, i, "class");
	rec.author = db_get_uuid(rows, i, "author");
	rec.by = db_get_uuid(rows, i, "by");
	rec.at = db_get_ms(rows, i, "at");
	rec.entered_at = db_get_ms(rows, i, "entered_at");
	rec.csn = db_get_int(rows, i, "csn");
	if (text.n)
		body = json_read(text.p, text.n, &json_limits_own, r->mem, e);
	if (text.n && !body)
		return err_set(e, ERR_INTERNAL, "a stored body is no JSON");
	queue_add(q, &of, &rec, body, &by_site);
	return true;
}

static bool take_records(struct req *r, struct queue *q, struct uuid **ids,
	size_t *n, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;
	const struct uuid *cases = queue_cases(q, n);

	*ids = ARENA_ARRAY(r->mem, struct uuid, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*ids)[i] = cases[i];
	db_args_init(&a, r->mem);
	db_uuids(&a, cases, *n);
	types_arg(&a, r->catalogue);
	if (!db_run(r->db, Q_REVIEW_RECORDS, &a, &rows, e))
		return false;
	for (int i = 0; i < db_count(rows); i++)
		if (!take_record(r, rows, i, q, e))
			return false;
	return true;
}

/* Inside the open transaction; every case told of is on the trail. */
static bool answer(
	struct req *r, const struct db_rows *rows, int64_t limit, struct err *e)
{
	struct date today = time_day_cn(host_now_ms());
	struct queue *q =
		queue_begin(r->catalogue, &r->reader.staff, &today, r->mem);
	const char *after = req_query(r, "after");
	int n = db_count(rows);
	int64_t all = n ? db_get_int(rows, 0, "left") : 0;
	struct uuid *ids;
	size_t count;

	for (int i = 0; i < n; i++)
		if (!take_line(r, rows, i, q, e))
			return false;
	if (!take_records(r, q, &ids, &count, e))
		return false;
	/* The answer lives as long as the queue; the reply wants its own hold.
	 */
	req_reply_json(r, 200,
		json_incref(queue_end(
			q, after ? after : "", (size_t)limit, all - n)));
	return audit_end(r, "review", "ok", ids, count, e);
}

bool review_get(struct req *r, struct err *e)
{
	struct db_rows *rows[2];
	struct db_args a;
	int64_t limit;

	if (!req_query_int(
		    r, "limit", 1, LIMIT_REVIEW_LINES, QUEUE_LIMIT, &limit, e))
		return false;
	caseload_args(r, &a);
	if (!reading_caseload(r, &a, rows, e))
		return false;
	if (answer(r, rows[1], limit, e))
		return true;
	db_rollback(r->db);
	return false;
}
