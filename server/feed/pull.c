/*
 * pull.c - GET /v1/changes: one page of what this replica may hold now.
 *
 * Everything about a page is decided in one snapshot: what must go (purges,
 * repeated until a receipt arrives), which held units changed since the token,
 * which visible units are not held yet. A unit is never split; a page ends
 * where the next unit would pass max_bytes. What is about to be offered is in
 * the manifest before its bytes leave. When nothing is left the page says so
 * and gives the digest both ends must agree on.
 */
#include "server/feed/feed.h"

#include "proto/base/host.h"
#include "proto/record.h"
#include "server/access/guard.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/feed/token.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_DEFAULT ((int64_t)1 << 20)
#define PAGE_MOST    ((int64_t)16 << 20)
#define PAGE_CAP                                                               \
	((size_t)256 << 20) /* a single unit larger than this waits            \
			     */
#define WAIT_MOST 30

struct unit {
	struct uuid id;
	const char *kind;
	int64_t classes;
	int64_t n;
	int64_t bytes;
	int64_t since; /* versions above it; 0: all, and the unit is replaced */
	bool held;
	int64_t gen;
};

struct page {
	struct req *r;
	struct token token;
	int64_t max_bytes;
	int64_t head_csn, epoch;
	char head[GUARD_HEAD_TEXT];
	struct db_rows *purges;
	struct unit *units; /* everything to send, held ones first */
	size_t unit_count;
	size_t chosen; /* how many of them fit */
	int64_t left_units, left_records, left_bytes;
	struct buf out;
	int64_t lines;
};

static bool read_page(struct req *r, struct page *p, struct err *e)
{
	memset(p, 0, sizeof(*p));
	p->r = r;
	if (uuid_is_nil(&r->reader.replica))
		return err_field(e, ERR_BAD_REQUEST, "Sync-Replica", "UUIDv7");
	return req_query_int(r, "max_bytes", 65536, PAGE_MOST, PAGE_DEFAULT,
		       &p->max_bytes, e) &&
	       token_read(req_query(r, "since"), r->app->token_key, r->mem,
		       &p->token, e);
}

/* ---- the plan ---- */

static bool read_head(struct page *p, struct err *e)
{
	struct db_args a, none;
	struct db_rows *rows[3];
	struct sha256 chain = {{0}};
	struct str s;

	db_args_init(&none, p->r->mem);
	db_args_init(&a, p->r->mem);
	db_uuid(&a, &p->r->reader.replica);
	db_queue(p->r->db, Q_FEED_LIGHT, &none);
	db_queue(p->r->db, Q_HEAD, &none);
	db_queue(p->r->db, Q_FEED_PURGES, &a);
	if (!db_flush(p->r->db, p->r->mem, rows, 3, e))
		return false;
	p->head_csn = db_get_int(rows[1], 0, "csn");
	p->epoch = db_get_int(rows[1], 0, "epoch");
	s = db_get_bytes(rows[1], 0, "chain");
	if (s.n == SHA256_LEN)
		memcpy(chain.b, s.p, SHA256_LEN);
	guard_head_text(p->epoch, p->head_csn, &chain, p->head);
	p->purges = rows[2];
	if (p->token.epoch && p->token.epoch != p->epoch)
		return err_set(e, ERR_EPOCH, "token of another epoch");
	if (p->token.from > p->head_csn)
		return err_field(e, ERR_BAD_TOKEN, "since", "next");
	return true;
}

/* Held units that changed come first, in order of id from where the last page
 * of an open round ended; then units not held, in the order of the plan. */
static void take_plan(struct page *p, const struct db_rows *rows)
{
	int n = db_count(rows);
	size_t at = 0;

	p->units = ARENA_ARRAY(p->r->mem, struct unit, n + 1);
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < n; i++) {
			struct unit *u = &p->units[at];

			u->held = db_get_int(rows, i, "held") != 0;
			if (u->held != (round == 0))
				continue;
			u->id = db_get_uuid(rows, i, "unit_id");
			if (u->held && p->token.upto &&
				uuid_cmp(&u->id, &p->token.after) <= 0)
				continue;
			u->kind = db_get_text(rows, i, "kind");
			u->classes = db_get_int(rows, i, "classes");
			u->n = db_get_int(rows, i, "n");
			u->bytes = db_get_int(rows, i, "bytes");
			u->since = u->held ? p->token.from : 0;
			at++;
		}
	p->unit_count = at;
}

static int by_unit(const void *a, const void *b)
{
	return uuid_cmp(
		&((const struct unit *)a)->id, &((const struct unit *)b)->id);
}

static bool make_plan(struct page *p, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;
	size_t held = 0;

	db_args_init(&a, p->r->mem);
	db_uuid(&a, &p->r->reader.replica);
	db_int(&a, p->token.from);
	if (!db_run(p->r->db, Q_FEED_PLAN, &a, &rows, e))
		return false;
	take_plan(p, rows);
	while (held < p->unit_count && p->units[held].held)
		held++;
	/* Deltas go by id, so that `after` can say how far they are. */
	if (held)
		qsort(p->units, held, sizeof(*p->units), by_unit);
	return true;
}

/* About what an envelope adds to a body. */
#define ENVELOPE 420

static void choose(struct page *p)
{
	int64_t bytes = 0;

	for (size_t i = 0; i < p->unit_count; i++) {
		const struct unit *u = &p->units[i];
		int64_t size = u->bytes + u->n * ENVELOPE;

		p->left_units++;
		p->left_records += u->n;
		p->left_bytes += size;
		if (p->chosen == i &&
			(bytes == 0 || bytes + size <= p->max_bytes)) {
			bytes += size;
			p->chosen = i + 1;
		}
	}
}

/* The manifest first: offered, with a new incarnation. */
static bool offer(struct page *p, struct err *e)
{
	struct uuid *id = ARENA_ARRAY(p->r->mem, struct uuid, p->chosen + 1);
	int64_t *cls = ARENA_ARRAY(p->r->mem, int64_t, p->chosen + 1);
	struct db_rows *rows;
	struct db_args a;
	size_t n = 0;

	for (size_t i = 0; i < p->chosen; i++)
		if (!p->units[i].held) {
			id[n] = p->units[i].id;
			cls[n++] = p->units[i].classes;
		}
	if (!n)
		return true;
	db_args_init(&a, p->r->mem);
	db_uuid(&a, &p->r->reader.replica);
	db_units(&a, id, n);
	db_ints(&a, cls, n);
	if (!db_run(p->r->db, Q_FEED_OFFER, &a, &rows, e))
		return false;
	/* RETURNING keeps the order of the rows it was given. */
	for (size_t i = 0, k = 0; i < p->chosen; i++) {
		if (p->units[i].held)
			continue;
		for (size_t t = 0; t < n; t++, k++) {
			struct uuid got =
				db_get_uuid(rows, (int)(k % n), "unit_id");

			if (uuid_cmp(&got, &p->units[i].id) == 0)
				break;
		}
		p->units[i].gen = db_get_int(rows, (int)(k % n), "gen");
		k++;
	}
	return true;
}

/* ---- the lines ---- */

static void end_line(struct page *p)
{
	buf_char(&p->out, '\n');
	p->lines++;
}

static void write_header(struct page *p)
{
	buf_printf(&p->out,
		"{\"h\":{\"v\":1,\"head\":\"%s\",\"units\":%lld,"
		"\"records\":%lld,\"bytes\":%lld}}",
		p->head, (long long)p->left_units, (long long)p->left_records,
		(long long)p->left_bytes);
	end_line(p);
}

static void write_purges(struct page *p)
{
	for (int i = 0; i < db_count(p->purges); i++) {
		struct uuid unit = db_get_uuid(p->purges, i, "unit_id");
		struct uuid purge = db_get_uuid(p->purges, i, "purge_id");
		char a[UUID_TEXT], b[UUID_TEXT];

		buf_printf(&p->out,
			"{\"p\":{\"unit\":\"%s\",\"gen\":%lld,\"purge\":\"%s\","
			"\"reason\":\"access_ended\"}}",
			uuid_format(&unit, a),
			(long long)db_get_int(p->purges, i, "gen"),
			uuid_format(&purge, b));
		end_line(p);
	}
}

/* The columns of feed_rows, looked up once a page. */
struct columns {
	int place, id, ver, csn, case_id, type, cls, state, site, author, by;
	int device, at, entered, reason, sha, body;
};

static struct columns find_columns(const struct db_rows *rows)
{
	struct columns c = {db_column(rows, "place"),
		db_column(rows, "record_id"), db_column(rows, "version"),
		db_column(rows, "csn"), db_column(rows, "case_id"),
		db_column(rows, "type"), db_column(rows, "class"),
		db_column(rows, "state"), db_column(rows, "site_id"),
		db_column(rows, "author"), db_column(rows, "by"),
		db_column(rows, "device"), db_column(rows, "at"),
		db_column(rows, "entered_at"), db_column(rows, "reason"),
		db_column(rows, "sha"), db_column(rows, "body")};

	return c;
}

static struct uuid id_at(const struct db_rows *rows, int i, int col)
{
	struct str s = db_raw(rows, i, col);
	struct uuid u = {{0}};

	if (s.n == sizeof(u.b))
		memcpy(u.b, s.p, sizeof(u.b));
	return u;
}

static void row_to_record(const struct catalogue *c, const struct db_rows *rows,
	int i, const struct columns *k, struct record *r)
{
	struct str sha = db_raw(rows, i, k->sha);

	r->id = id_at(rows, i, k->id);
	r->type = catalogue_type_no(c, (int)db_int_at(rows, i, k->type));
	r->type_name = r->type ? r->type->name : "unknown";
	r->case_id = id_at(rows, i, k->case_id);
	r->site = id_at(rows, i, k->site);
	r->ver = db_int_at(rows, i, k->ver);
	r->state = (enum record_state)db_int_at(rows, i, k->state);
	r->cls = (int)db_int_at(rows, i, k->cls);
	r->author = id_at(rows, i, k->author);
	r->by = id_at(rows, i, k->by);
	r->device = id_at(rows, i, k->device);
	r->at = db_ms_at(rows, i, k->at);
	r->entered_at = db_ms_at(rows, i, k->entered);
	r->csn = db_int_at(rows, i, k->csn);
	r->reason = db_raw(rows, i, k->reason).p;
	r->body = db_raw(rows, i, k->body);
	if (sha.n == SHA256_LEN)
		memcpy(r->sha.b, sha.p, SHA256_LEN);
}

static void write_unit(struct page *p, const struct unit *u, int n)
{
	char id[UUID_TEXT];

	buf_printf(&p->out,
		"{\"u\":{\"unit\":\"%s\",\"kind\":\"%s\",\"gen\":%lld,"
		"\"full\":%s,\"n\":%d}}",
		uuid_format(&u->id, id), u->kind, (long long)u->gen,
		u->held ? "false" : "true", n);
	end_line(p);
}

/* Rows come sorted by place in the list of chosen units. */
static void write_rows(struct page *p, const struct db_rows *rows)
{
	struct columns k = find_columns(rows);
	int n = db_count(rows), at = 0;

	for (size_t u = 0; u < p->chosen; u++) {
		int from = at;

		while (at < n && db_int_at(rows, at, k.place) == (int64_t)u + 1)
			at++;
		write_unit(p, &p->units[u], at - from);
		for (int i = from; i < at; i++) {
			struct record r;

			row_to_record(p->r->app->catalogue, rows, i, &k, &r);
			record_line(&r, &p->out);
			end_line(p);
		}
	}
}

static bool write_units(struct page *p, struct err *e)
{
	struct uuid *id = ARENA_ARRAY(p->r->mem, struct uuid, p->chosen + 1);
	int64_t *cls = ARENA_ARRAY(p->r->mem, int64_t, p->chosen + 1);
	int64_t *since = ARENA_ARRAY(p->r->mem, int64_t, p->chosen + 1);
	struct arena *rows_mem;
	struct db_rows *rows;
	struct db_args a;
	bool ok;

	if (!p->chosen)
		return true;
	for (size_t i = 0; i < p->chosen; i++) {
		id[i] = p->units[i].id;
		cls[i] = p->units[i].classes;
		since[i] = p->units[i].since;
	}
	/* The rows go back as soon as they are lines. */
	rows_mem = arena_new();
	db_args_init(&a, rows_mem);
	db_units(&a, id, p->chosen);
	db_ints(&a, cls, p->chosen);
	db_ints(&a, since, p->chosen);
	ok = db_run(p->r->db, Q_FEED_ROWS, &a, &rows, e);
	if (ok)
		write_rows(p, rows);
	arena_free(rows_mem);
	return ok;
}

static bool write_done(struct page *p, struct err *e)
{
	struct db_rows *rows;
	struct db_args none;
	struct str digest;
	char hex[SHA256_HEX];

	db_args_init(&none, p->r->mem);
	if (!db_run(p->r->db, Q_FEED_DIGEST, &none, &rows, e))
		return false;
	digest = db_get_bytes(rows, 0, "digest");
	buf_printf(&p->out,
		"{\"d\":{\"head\":\"%s\",\"units\":%lld,\"records\":%lld,"
		"\"digest\":\"%s\"}}",
		p->head, (long long)db_get_int(rows, 0, "units"),
		(long long)db_get_int(rows, 0, "records"),
		hex_format(digest.p, digest.n, hex));
	end_line(p);
	return true;
}

/* The place this page brings the replica to. */
static struct token next_token(const struct page *p)
{
	struct token t = {p->epoch, p->token.from, 0, {{0}}};
	int64_t upto = p->token.upto ? p->token.upto : p->head_csn;

	if (p->chosen < p->unit_count && p->units[p->chosen].held) {
		t.upto = upto;
		t.after = p->units[p->chosen - 1].id;
	} else
		t.from = upto;
	return t;
}

static void write_footer(struct page *p, bool more)
{
	struct token t = next_token(p);
	struct sha256 sha = sha256_of(p->out.p, p->out.n);
	char hex[SHA256_HEX];

	buf_printf(&p->out,
		"{\"f\":{\"lines\":%lld,\"sha256\":\"%s\",\"next\":\"%s\","
		"\"more\":%s}}\n",
		(long long)p->lines, hex_format(sha.b, SHA256_LEN, hex),
		token_write(&t, p->r->app->token_key, p->r->mem),
		more ? "true" : "false");
}

static bool write_page(struct page *p, struct err *e)
{
	/* An open round began in an older snapshot: ask once more for the
	 * rest before anything is called done. */
	bool done = p->chosen == p->unit_count && !p->token.upto;

	buf_init(&p->out, PAGE_CAP);
	write_header(p);
	write_purges(p);
	if (!write_units(p, e) || (done && !write_done(p, e)))
		return false;
	write_footer(p, !done);
	return !p->out.full ||
	       err_set(e, ERR_INTERNAL, "a unit does not fit into a page");
}

static bool run_page(struct page *p, struct err *e)
{
	if (!guard_check(p->r, e) || !read_head(p, e) || !make_plan(p, e))
		return false;
	choose(p);
	return offer(p, e) && write_page(p, e);
}

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
	req_header(r, "Sync-Head", arena_strdup(r->mem, p->head));
	req_header(r, "Sync-Durable",
		arena_printf(r->mem, "%lld.0", (long long)p->epoch));
	return req_reply_bytes(
		r, 200, "application/x-ndjson", keep->p, keep->n);
}

/* Milliseconds the station is still willing to wait when there is nothing to
 * say; counted from the request, however often it was woken in between. */
static int64_t time_left(struct req *r, const struct page *p, int64_t wait)
{
	if (p->unit_count > 0 || db_count(p->purges) > 0)
		return 0;
	return r->started_ms + wait * 1000 - host_mono_ms();
}

bool changes_get(struct req *r, struct err *e)
{
	struct page p;
	int64_t wait, left;

	if (!guard_reader(r, e) || !read_page(r, &p, e) ||
		!req_query_int(r, "wait", 0, WAIT_MOST, 0, &wait, e) ||
		!db_begin(r->db, &r->reader, true, e))
		return false;
	if (!run_page(&p, e)) {
		db_rollback(r->db);
		buf_free(&p.out);
		return false;
	}
	if (p.chosen)
		audit_queue(r->db, r->mem, &r->reader, "pull", "ok", NULL, 0);
	db_queue_commit(r->db);
	if (!db_flush(r->db, r->mem, NULL, 0, e)) {
		db_rollback(r->db);
		buf_free(&p.out);
		return false;
	}
	left = time_left(r, &p, wait);
	if (left > 0) {
		buf_free(&p.out);
		return req_wait(r, left);
	}
	return send_page(&p);
}
