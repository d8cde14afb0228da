/*
 * page.c - see page.h and the feed in docs/wire.md.
 */
#include "server/feed/page.h"

#include "proto/record.h"
#include "server/app.h"

#include <stdlib.h>
#include <string.h>

/* A single unit larger than this waits. */
#define PAGE_CAP ((size_t)256 << 20)

static void end_line(struct page *p)
{
	buf_char(&p->out, '\n');
	p->lines++;
}

static void write_header(struct page *p)
{
	buf_printf(&p->out,
		"{\"h\":{\"v\":1,\"head\":\"%s\",\"units\":%lld,"
		"\"cases\":%lld,\"records\":%lld,\"bytes\":%lld}}",
		p->head, (long long)p->left_units, (long long)p->left_cases,
		(long long)p->left_records, (long long)p->left_bytes);
	end_line(p);
}

static void begin_page(struct page *p)
{
	p->began = p->out.n;
	p->lines = 0;
	write_header(p);
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

/* ---- records ---- */

/* The columns of feed_rows, looked up once a page. */
struct columns {
	int place, id, ver, csn, ord, case_id, type, cls, state, site, author;
	int by, device, at, entered, reason, sha, body;
};

static struct columns find_columns(const struct db_rows *rows)
{
	struct columns c = {db_column(rows, "place"),
		db_column(rows, "record_id"), db_column(rows, "version"),
		db_column(rows, "csn"), db_column(rows, "ord"),
		db_column(rows, "case_id"), db_column(rows, "type"),
		db_column(rows, "class"), db_column(rows, "state"),
		db_column(rows, "site_id"), db_column(rows, "author"),
		db_column(rows, "by"), db_column(rows, "device"),
		db_column(rows, "at"), db_column(rows, "entered_at"),
		db_column(rows, "reason"), db_column(rows, "sha"),
		db_column(rows, "body")};

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

/* Where a row belongs: its unit's place, then commit order. */
struct spot {
	int64_t place, csn, ord;
	int row;
};

static int by_spot(const void *a, const void *b)
{
	const struct spot *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	if (x->csn != y->csn)
		return x->csn < y->csn ? -1 : 1;
	return x->ord < y->ord ? -1 : x->ord > y->ord;
}

/* Sorting here moves numbers; PostgreSQL would move the bodies. */
static struct spot *sort_rows(
	const struct db_rows *rows, const struct columns *k, struct arena *mem)
{
	int n = db_count(rows);
	struct spot *spots = ARENA_ARRAY(mem, struct spot, n + 1);

	for (int i = 0; i < n; i++)
		spots[i] = (struct spot){db_int_at(rows, i, k->place),
			db_int_at(rows, i, k->csn), db_int_at(rows, i, k->ord),
			i};
	if (n)
		qsort(spots, (size_t)n, sizeof(*spots), by_spot);
	return spots;
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

static void write_record(struct page *p, const struct db_rows *rows, int i,
	const struct columns *k)
{
	struct record r;

	row_to_record(p->r->catalogue, rows, i, k, &r);
	record_line(&r, &p->out);
	end_line(p);
}

/* What was written is no longer to come; estimates do not fall below 0. */
static void less(int64_t *left, int64_t n)
{
	*left = *left > n ? *left - n : 0;
}

static void count_sent(struct page *p, const struct unit *u)
{
	less(&p->left_units, 1);
	less(&p->left_cases, !u->held && strcmp(u->kind, "case") == 0);
	less(&p->left_records, u->n);
	less(&p->left_bytes, u->bytes + u->n * PAGE_ENVELOPE);
}

/* ---- the end of a page ---- */

static void write_done(struct page *p, const struct holding *h)
{
	char hex[SHA256_HEX];

	buf_printf(&p->out,
		"{\"d\":{\"head\":\"%s\",\"units\":%lld,\"records\":%lld,"
		"\"digest\":\"%s\"}}",
		p->head, (long long)h->units, (long long)h->records,
		hex_format(h->digest.p, h->digest.n, hex));
	end_line(p);
}

/* The place the replica is at once it holds the first `sent` units. */
static struct token token_after(const struct page *p, size_t sent)
{
	struct token t = {.epoch = p->epoch, .from = p->token.from};
	int64_t upto = p->token.upto ? p->token.upto : p->head_csn;

	if (p->token.part.no)
		return t;
	if (sent < p->first || (sent < p->unit_count && p->units[sent].held)) {
		bool news = sent > p->first;

		t.upto = news ? upto : p->token.upto;
		t.after = news ? p->units[sent - 1].id : p->token.after;
	} else
		t.from = upto;
	return t;
}

static void end_page(struct page *p, const struct token *t, bool more)
{
	struct sha256 sha = sha256_of(p->out.p + p->began, p->out.n - p->began);
	char hex[SHA256_HEX];

	buf_printf(&p->out,
		"{\"f\":{\"lines\":%lld,\"sha256\":\"%s\",\"next\":\"%s\","
		"\"more\":%s}}\n",
		(long long)p->lines, hex_format(sha.b, SHA256_LEN, hex),
		token_write(t, &p->r->reader.replica, p->r->app->token_key,
			p->r->mem),
		more ? "true" : "false");
}

/* A piece ends here, and the next one begins. */
static void next_piece(struct page *p, const struct token *t)
{
	end_page(p, t, true);
	req_mark(p->r, p->out.n);
	begin_page(p);
}

static bool is_full_piece(const struct page *p)
{
	return p->piece && (int64_t)(p->out.n - p->began) >= p->piece;
}

/* ---- whole units ---- */

static void write_units(struct page *p, const struct db_rows *rows)
{
	struct columns k = find_columns(rows);
	struct spot *spots = sort_rows(rows, &k, p->r->mem);
	int n = db_count(rows), at = 0;

	for (size_t u = 0; u < p->chosen; u++) {
		int from = at;

		while (at < n && spots[at].place == (int64_t)u + 1)
			at++;
		write_unit(p, &p->units[u], at - from);
		for (int i = from; i < at; i++)
			write_record(p, rows, spots[i].row, &k);
		count_sent(p, &p->units[u]);
		if (u + 1 < p->chosen && is_full_piece(p)) {
			struct token t = token_after(p, u + 1);

			next_piece(p, &t);
		}
	}
}

/* ---- one unit in parts ---- */

/* Rows of the next part, from `at`; *bytes is raised by what they are. */
static int rows_of_part(const struct page *p, const struct db_rows *rows,
	const struct columns *k, int at, int64_t *bytes)
{
	int64_t sum = 0;
	int n = 0;

	while (at + n < db_count(rows) && sum < p->piece)
		sum += (int64_t)db_raw(rows, at + n++, k->body).n +
		       PAGE_ENVELOPE;
	*bytes += sum;
	return n;
}

static void write_part(
	struct page *p, const struct token_part *part, int n, bool more)
{
	const struct unit *u = &p->units[0];
	char id[UUID_TEXT];

	buf_printf(&p->out,
		"{\"u\":{\"unit\":\"%s\",\"kind\":\"%s\",\"gen\":%lld,"
		"\"full\":true,\"n\":%d,\"part\":%lld,\"more\":%s}}",
		uuid_format(&u->id, id), u->kind, (long long)u->gen, n,
		(long long)part->no, more ? "true" : "false");
	end_line(p);
}

/* The log gave fewer bytes than asked for: the unit ends with them. */
static bool is_last(const struct page *p, const struct db_rows *rows,
	const struct columns *k)
{
	int64_t sum = 0;

	for (int i = 0; i < db_count(rows); i++)
		sum += (int64_t)db_raw(rows, i, k->body).n + PAGE_ENVELOPE;
	return sum < p->max_bytes && db_count(rows) < PAGE_PART_ROWS;
}

static void write_parts(
	struct page *p, const struct db_rows *rows, struct token *t)
{
	struct columns k = find_columns(rows);
	bool last = is_last(p, rows, &k), more = true;

	*t = token_after(p, 1);
	/* An open round of news waits behind it, and begins anew. */
	t->upto = 0;
	t->after = p->units[0].id;
	t->part = p->token.part;
	t->part.gen = p->units[0].gen;
	for (int at = 0; more;) {
		int64_t before = t->part.bytes;
		int n = rows_of_part(p, rows, &k, at, &t->part.bytes);

		t->part.no++;
		more = at + n < db_count(rows);
		write_part(p, &t->part, n, more || !last);
		for (int i = at; i < at + n; i++)
			write_record(p, rows, i, &k);
		at += n;
		if (n) {
			t->part.csn = db_int_at(rows, at - 1, k.csn);
			t->part.ord = db_int_at(rows, at - 1, k.ord);
		}
		less(&p->left_records, n);
		less(&p->left_bytes, t->part.bytes - before);
		if (more)
			next_piece(p, t);
	}
	if (last) {
		memset(&t->part, 0, sizeof(t->part));
		memset(&t->after, 0, sizeof(t->after));
	}
}

bool page_write(struct page *p, const struct db_rows *rows,
	const struct holding *holding, struct err *e)
{
	struct token t = p->max_bytes ? token_after(p, p->chosen) : p->token;

	t.epoch = p->epoch;
	buf_init(&p->out, PAGE_CAP);
	begin_page(p);
	write_purges(p);
	if (rows && p->in_parts)
		write_parts(p, rows, &t);
	else if (rows)
		write_units(p, rows);
	if (p->done)
		write_done(p, holding);
	end_page(p, &t, !p->done);
	return !p->out.full ||
	       err_set(e, ERR_INTERNAL, "a unit does not fit into a page");
}
