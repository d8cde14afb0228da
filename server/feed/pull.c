/*
 * pull.c - GET /v1/changes: one page of what this replica may hold now.
 *
 * Everything about a page is decided in one snapshot: what must go (purges,
 * repeated until a receipt arrives), which held units changed since the token,
 * which visible units are not held yet. A page ends where the next unit would
 * pass max_bytes; only a unit much larger than a piece is split, and then it is
 * alone on its page. What is about to be offered is in
 * the manifest before its bytes leave. When nothing is left the page says so
 * and gives the digest both ends must agree on.
 *
 * Two messages to PostgreSQL a page: all the questions whose answers need no
 * thought in between, then the rows together with what is written about them.
 */
#include "server/feed/feed.h"

#include "proto/base/host.h"
#include "server/access/guard.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/courier/keys.h"
#include "server/feed/page.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_DEFAULT ((int64_t)1 << 20)
#define PAGE_LEAST   16384
#define WHOLE_PIECES 4   /* a unit of more goes out in parts */
#define UNITS_MOST   300 /* not held yet, looked at for one page */

/* The answers of the first message, in this order. */
enum answer {
	LIGHT,
	GUARD,
	SWEEP,
	OPEN,
	PURGES,
	CHANGED,
	WAITING,
	IN_PART, /* asked only by a token within a unit */
	ANSWERS,
};

/* What is known before the page is decided. */
struct view {
	struct page page;
	struct db_rows *rows[ANSWERS];
	struct holding holding;
};

static bool read_page(struct req *r, struct page *p, struct err *e)
{
	p->r = r;
	if (uuid_is_nil(&r->reader.replica))
		return err_field(e, ERR_BAD_REQUEST, "Sync-Replica", "UUIDv7");
	if (!req_query_int(r, "max_bytes", 0, LIMIT_FEED_PAGE, PAGE_DEFAULT,
		    &p->max_bytes, e) ||
		!req_query_int(
			r, "piece", 0, LIMIT_FEED_PIECE, 0, &p->piece, e))
		return false;
	if ((p->max_bytes && p->max_bytes < PAGE_LEAST) ||
		(p->piece && p->piece < PAGE_LEAST))
		return err_field(e, ERR_BAD_REQUEST,
			p->piece ? "piece" : "max_bytes", "0, %d … %lld",
			PAGE_LEAST,
			(long long)(p->piece ? LIMIT_FEED_PIECE
					     : LIMIT_FEED_PAGE));
	return token_read(req_query(r, "since"), &r->reader.replica,
		r->app->token_key, r->mem, &p->token, e);
}

/* ---- the questions ---- */

static struct db_args about(const struct page *p)
{
	struct db_args a;

	db_args_init(&a, p->r->mem);
	db_uuid(&a, &p->r->reader.replica);
	return a;
}

static bool ask(struct view *v, struct err *e)
{
	struct page *p = &v->page;
	struct db *db = p->r->db;
	struct db_args none, replica = about(p), a;

	db_args_init(&none, p->r->mem);
	db_queue(db, Q_FEED_LIGHT, &none);
	if (!guard_queue(p->r, e))
		return false;
	db_queue(db, Q_FEED_SWEEP, &replica);
	db_queue(db, Q_FEED_OPEN, &replica);
	db_queue(db, Q_FEED_PURGES, &replica);
	a = about(p);
	db_int(&a, p->token.from);
	db_queue(db, Q_FEED_CHANGED, &a);
	a = about(p);
	db_int(&a, UNITS_MOST);
	db_queue(db, Q_FEED_WAITING, &a);
	if (p->token.part.no) {
		a = about(p);
		db_uuid(&a, &p->token.after);
		db_int(&a, p->token.part.gen);
		db_queue(db, Q_FEED_PART_OF, &a);
	}
	return db_flush(db, p->r->mem, v->rows,
		       p->token.part.no ? ANSWERS : IN_PART, e) &&
	       guard_judge(p->r, v->rows[GUARD], e);
}

static void read_digest(struct view *v, const struct db_rows *row)
{
	v->holding.units = db_get_int(row, 0, "digest_units");
	v->holding.records = db_get_int(row, 0, "digest_records");
	v->holding.digest = db_get_bytes(row, 0, "digest");
}

static bool read_open(struct view *v, struct err *e)
{
	struct page *p = &v->page;
	const struct db_rows *row = v->rows[OPEN];
	struct log_head head = {.epoch = db_get_int(row, 0, "epoch"),
		.csn = db_get_int(row, 0, "csn")};
	struct str s = db_get_bytes(row, 0, "chain");

	if (s.n == SHA256_LEN)
		memcpy(head.chain.b, s.p, SHA256_LEN);
	p->head_csn = head.csn;
	p->epoch = head.epoch;
	p->durable = db_get_int(row, 0, "durable");
	head_text(&head, p->r->app->token_key, p->head);
	p->purges = v->rows[PURGES];
	p->left_units = db_get_int(row, 0, "wait_units");
	p->left_records = db_get_int(row, 0, "wait_records");
	p->left_cases = db_get_int(row, 0, "wait_cases");
	p->left_bytes = db_get_int(row, 0, "wait_bytes") +
			p->left_records * PAGE_ENVELOPE;
	read_digest(v, row);
	if (p->token.epoch && p->token.epoch != p->epoch)
		return err_set(e, ERR_EPOCH, "token of another epoch");
	if (p->token.from > p->head_csn)
		return err_field(e, ERR_BAD_TOKEN, "since", "next");
	return true;
}

/* ---- the plan ---- */

static struct unit *add_unit(
	struct page *p, const struct db_rows *rows, int i, bool held)
{
	struct unit *u = &p->units[p->unit_count];

	u->id = db_get_uuid(rows, i, "unit_id");
	u->n = db_get_int(rows, i, "n");
	u->bytes = db_get_int(rows, i, "bytes");
	u->gen = db_get_int(rows, i, "gen");
	u->held = held;
	u->since = held ? p->token.from : 0;
	p->unit_count++;
	return u;
}

static int64_t size_of(const struct unit *u)
{
	return u->bytes + u->n * PAGE_ENVELOPE;
}

static bool is_large(const struct page *p, const struct unit *u)
{
	return p->piece && size_of(u) > WHOLE_PIECES * p->piece;
}

/* Held units that changed, in order of id from where the last page
 * of an open round ended. One with so much news that it would not fit is put
 * back among those not held. */
static void plan_changed(struct page *p, const struct db_rows *rows)
{
	p->anew = ARENA_ARRAY(p->r->mem, struct uuid, db_count(rows) + 1);
	for (int i = 0; i < db_count(rows); i++) {
		struct uuid id = db_get_uuid(rows, i, "unit_id");
		struct unit *u;

		if (p->token.upto && uuid_cmp(&id, &p->token.after) <= 0)
			continue;
		u = add_unit(p, rows, i, true);
		u->kind = db_get_text(rows, i, "kind");
		if (is_large(p, u)) {
			p->anew[p->anew_count++] = id;
			p->unit_count--;
		}
	}
}

/* Units to be sent whole, in the order of sending: those the station holds too
 * much of, or the others. */
static void plan_waiting(
	struct page *p, const struct db_rows *rows, bool too_much)
{
	for (int i = 0; i < db_count(rows); i++) {
		struct unit *u;

		if ((db_get_int(rows, i, "rank") < 0) != too_much)
			continue;
		u = add_unit(p, rows, i, false);
		/* feed_offer writes the same. */
		u->gen++;
		u->kind = db_get_text(rows, i, "kind");
	}
}

/* A unit in the middle of its parts goes on alone; one that is no longer what
 * was begun is forgotten, and planned like any other. */
static bool plan_part(struct page *p, const struct db_rows *rows)
{
	if (p->token.part.no && rows && db_count(rows) == 1) {
		add_unit(p, rows, 0, false)->kind =
			db_get_text(rows, 0, "kind");
		p->in_parts = true;
		p->piece = p->piece ? p->piece : LIMIT_FEED_PIECE;
		return true;
	}
	memset(&p->token.part, 0, sizeof(p->token.part));
	return false;
}

static void plan(struct view *v)
{
	struct page *p = &v->page;
	const struct db_rows *changed = v->rows[CHANGED];
	const struct db_rows *waiting = v->rows[WAITING];

	p->units = ARENA_ARRAY(p->r->mem, struct unit,
		db_count(changed) + db_count(waiting) + 1);
	if (plan_part(p, v->rows[IN_PART]))
		return;
	plan_waiting(p, waiting, true);
	p->first = p->unit_count;
	plan_changed(p, changed);
	plan_waiting(p, waiting, false);
}

/* As many as fit, but one at least; a large one alone. */
static void choose_units(struct page *p)
{
	int64_t bytes = 0;

	for (size_t i = 0; p->max_bytes && i < p->unit_count; i++) {
		const struct unit *u = &p->units[i];

		if (i && (is_large(p, u) || bytes + size_of(u) > p->max_bytes))
			return;
		bytes += size_of(u);
		p->chosen = i + 1;
		if (is_large(p, u)) {
			p->in_parts = true;
			return;
		}
	}
}

static int64_t more_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The running estimate of what waits may have fallen behind what is here;
 * news of held units comes on top of it. */
static void count_left(struct page *p)
{
	int64_t units = 0, cases = 0, n = 0, sum = 0, held = 0, held_n = 0,
		held_sum = 0;

	for (size_t i = 0; i < p->unit_count; i++) {
		const struct unit *u = &p->units[i];

		if (u->held) {
			held++;
			held_n += u->n;
			held_sum += size_of(u);
			continue;
		}
		units++;
		cases += strcmp(u->kind, "case") == 0;
		n += u->n;
		sum += size_of(u);
	}
	p->left_units = held + more_of(p->left_units, units);
	p->left_cases = more_of(p->left_cases, cases);
	p->left_records = held_n + more_of(p->left_records, n);
	p->left_bytes = held_sum + more_of(p->left_bytes, sum);
}

/* Of a unit in parts, what was sent is no longer to come. */
static void count_part(struct page *p)
{
	const struct unit *u = &p->units[0];
	int64_t sent = p->token.part.bytes, size = size_of(u);

	sent = sent < size ? sent : size;
	p->left_units++;
	p->left_records += size ? u->n * (size - sent) / size : 0;
	p->left_bytes += size - sent;
}

static void choose(struct page *p)
{
	if (p->token.part.no) {
		p->chosen = p->max_bytes > 0;
		count_part(p);
		return;
	}
	choose_units(p);
	count_left(p);
	/* An open round began in an older snapshot, and more may wait than was
	 * looked at: ask once more before anything is called done. */
	p->done = p->chosen == p->unit_count && !p->token.upto &&
		  !p->in_parts && !p->anew_count && p->unit_count < UNITS_MOST;
}

/* ---- the second message ---- */

/* The manifest first: offered, with a new incarnation. */
static void queue_offer(struct page *p)
{
	struct uuid *id = ARENA_ARRAY(p->r->mem, struct uuid, p->chosen + 1);
	int64_t records = 0, bytes = 0;
	struct db_args a = about(p);
	size_t n = 0;

	for (size_t i = 0; i < p->chosen && !p->token.part.no; i++)
		if (!p->units[i].held) {
			id[n++] = p->units[i].id;
			records += p->units[i].n;
			bytes += p->units[i].bytes;
		}
	if (!n)
		return;
	db_units(&a, id, n);
	db_queue(p->r->db, Q_FEED_OFFER, &a);
	a = about(p);
	db_int(&a, (int64_t)n);
	db_int(&a, records);
	db_int(&a, bytes);
	db_queue(p->r->db, Q_FEED_SENT, &a);
}

/* The transaction began as one that need not wait for the disk. It must when
 * its page makes the station hold or give up something, or go past news it is
 * to get later: a centre that forgets that would never ask for the copy back,
 * or never send the news. */
static void queue_mode(struct page *p)
{
	bool promises = db_count(p->purges) > 0 || p->anew_count > 0;
	struct db_args none;

	for (size_t i = 0; i < p->chosen; i++)
		promises = promises || !p->units[i].held;
	db_args_init(&none, p->r->mem);
	if (promises)
		db_queue(p->r->db, Q_FEED_DURABLE, &none);
}

static void queue_resend(struct page *p)
{
	struct db_args a = about(p);

	if (!p->anew_count)
		return;
	db_units(&a, p->anew, p->anew_count);
	db_queue(p->r->db, Q_FEED_RESEND, &a);
}

static void queue_part(struct page *p)
{
	struct db_args a;

	db_args_init(&a, p->r->mem);
	db_uuid(&a, &p->units[0].id);
	db_int(&a, p->token.part.csn);
	db_int(&a, p->token.part.ord);
	db_int(&a, p->max_bytes);
	db_queue(p->r->db, Q_FEED_PART, &a);
}

static void queue_rows(struct page *p)
{
	struct uuid *id = ARENA_ARRAY(p->r->mem, struct uuid, p->chosen);
	int64_t *since = ARENA_ARRAY(p->r->mem, int64_t, p->chosen);
	struct db_args a;

	for (size_t i = 0; i < p->chosen; i++) {
		id[i] = p->units[i].id;
		since[i] = p->units[i].since;
	}
	db_args_init(&a, p->r->mem);
	db_units(&a, id, p->chosen);
	db_ints(&a, since, p->chosen);
	db_queue(p->r->db, Q_FEED_ROWS, &a);
}

static void queue_digest(struct page *p)
{
	struct db_args a = about(p);

	db_int(&a, p->head_csn);
	db_queue(p->r->db, Q_FEED_DIGEST, &a);
}

/* The digest kept from the last time is still true when nothing the replica
 * holds or is to hold has changed since. */
static bool is_current(const struct view *v)
{
	return v->holding.digest.p && v->page.unit_count == 0 &&
	       v->page.token.from <= db_get_int(v->rows[OPEN], 0, "digest_csn");
}

/* Rows and digest come first, so that their answers have fixed places; COMMIT
 * last. The page is written when all of it is durable enough to be sent. */
static bool fetch(struct view *v, struct arena *mem, struct err *e)
{
	struct page *p = &v->page;
	struct db_rows *rows[2] = {NULL};
	bool wants_digest = p->done && !is_current(v);
	size_t n = 0;

	if (p->chosen && p->in_parts)
		queue_part(p);
	else if (p->chosen)
		queue_rows(p);
	n += p->chosen > 0;
	if (wants_digest) {
		queue_digest(p);
		n++;
	}
	queue_offer(p);
	queue_resend(p);
	queue_mode(p);
	if (p->chosen)
		audit_queue(p->r->db, p->r->mem, &p->r->reader, "pull", "ok",
			NULL, 0);
	db_queue_commit(p->r->db);
	if (!db_flush(p->r->db, mem, rows, n, e))
		return false;
	if (wants_digest)
		read_digest(v, rows[n - 1]);
	return page_write(p, p->chosen ? rows[0] : NULL, &v->holding, e);
}

static bool run_page(struct view *v, struct err *e)
{
	struct arena *mem;
	bool ok;

	if (!ask(v, e) || !read_open(v, e))
		return false;
	plan(v);
	choose(&v->page);
	/* The rows go back as soon as they are lines. */
	mem = arena_new();
	ok = fetch(v, mem, e);
	arena_free(mem);
	return ok;
}

/* ---- the reply ---- */

static void release_buf(void *b)
{
	buf_free(b);
}

static bool send_page(struct page *p)
{
	struct req *r = p->r;
	struct buf *keep = ARENA_NEW(r->mem, struct buf);

	*keep = p->out;
	arena_adopt(r->mem, keep, release_buf);
	r->out_buf = keep;
	req_header(r, "Sync-Head", arena_strdup(r->mem, p->head));
	req_header(r, "Sync-Durable",
		arena_printf(r->mem, "%lld.%lld", (long long)p->epoch,
			(long long)p->durable));
	/* By its name a station sees that it seals to another key. */
	if (r->app->courier)
		req_header(
			r, "Sync-Courier", courier_key_name(r->app->courier));
	return req_reply_bytes(
		r, 200, "application/x-ndjson", keep->p, keep->n);
}

/* Milliseconds the station is still willing to wait when there is nothing to
 * say; counted from the request, however often it was woken in between. */
static int64_t time_left(struct req *r, const struct page *p, int64_t wait)
{
	if (p->unit_count > 0 || p->anew_count > 0 || db_count(p->purges) > 0)
		return 0;
	return r->started_ms + wait * 1000 - host_mono_ms();
}

bool changes_get(struct req *r, struct err *e)
{
	struct view v = {0};
	int64_t wait, left;

	if (!guard_reader(r, e) || !read_page(r, &v.page, e) ||
		!req_query_int(r, "wait", 0, LIMIT_FEED_WAIT, 0, &wait, e) ||
		!db_begin(r->db, &r->reader, true, e))
		return false;
	if (!run_page(&v, e)) {
		db_rollback(r->db);
		buf_free(&v.page.out);
		return false;
	}
	left = time_left(r, &v.page, wait);
	if (left > 0) {
		buf_free(&v.page.out);
		return req_wait(r, left);
	}
	return send_page(&v.page);
}
