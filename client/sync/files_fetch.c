/*
 * files_fetch.c - see files.h. Fetching.
 *
 * The centre is asked for one range after the other. Of each answer whole
 * chunks are sealed and kept; the row that says "being fetched" stood in the
 * store before the first of them. Only when the whole has the hash its record
 * names does it count.
 */
#include "client/sync/files_in.h"

#include "client/sync/engine.h"
#include "client/sync/files_part.h"

#include <string.h>

#define RANGE_MOST  ((int64_t)2 << 20)
#define RANGE_LEAST ((int64_t)BLOB_CHUNK)
#define TRIES       8

json_t *trip_json(const struct reply *a, struct arena *mem, struct err *e)
{
	json_t *j = NULL;

	if (strcmp(a->type, "application/json") == 0)
		j = json_read(a->body.p, a->body.n, &json_limits_body, mem, e);
	if (!json_is_object(j)) {
		err_set(e, ERR_VOID_PAGE, "answer is no JSON object");
		return NULL;
	}
	return j;
}

struct fetching {
	struct trip t;
	const struct file_about *about;
	struct blob *blob; /* NULL until the size is known */
	int64_t range;
	int tries;
};

/* ---- one range ---- */

static bool ask(struct fetching *g, int64_t from, struct arena *mem,
	struct range *out, struct err *e)
{
	char sha[SHA256_HEX], rec[UUID_TEXT];
	struct request q = {.method = "GET",
		.token = g->t.token,
		.max_body = (size_t)RANGE_MOST + ANSWER_BYTES};
	struct reply a = {0};

	q.path = arena_printf(mem, "/v1/files/%s?rec=%s",
		hex_format(g->about->sha.b, SHA256_LEN, sha),
		uuid_format(&g->about->rec, rec));
	q.range = arena_printf(mem, "bytes=%lld-%lld", (long long)from,
		(long long)(from + g->range - 1));
	if (g->t.line->send(g->t.line->ctx, &q, mem, &a, e))
		return part_read(&a, from, out, e);
	return part_read_cut(&a, from, out);
}

/* ---- the row and the blob ---- */

static bool add_row(struct fetching *g, int64_t total, struct err *e)
{
	struct file_about about = *g->about;

	about.size = total;
	if (!store_begin(g->t.s, e))
		return false;
	g->blob = file_add(g->t.s, &about, FILE_PART, e);
	if (!g->blob) {
		store_rollback(g->t.s);
		return false;
	}
	return store_commit(g->t.s, e);
}

/* Now that the size is known. Another command may have begun meanwhile. */
static bool begin(struct fetching *g, int64_t total, struct err *e)
{
	const struct file *f;

	if (!trip_take(&g->t, e))
		return false;
	f = file_find(g->t.s, &g->about->rec, &g->about->sha);
	if (f)
		return err_field(e, ERR_STORE_BUSY, "file", "-");
	if (!add_row(g, total, e))
		return false;
	trip_let_go(&g->t);
	return true;
}

static bool drop(struct fetching *g, struct err *e)
{
	const struct file *f =
		file_find(g->t.s, &g->about->rec, &g->about->sha);

	return !f || part_drop(g->t.s, f, e);
}

/* ---- the bytes ---- */

/* A chunk of it at least: *from moves behind what is kept. */
static bool put_chunks(struct fetching *g, const struct range *part,
	int64_t *from, struct err *e)
{
	int64_t before = *from;

	return part_put(g->blob, part->bytes, from, e) &&
	       (*from > before ||
		       err_set(e, ERR_VOID_PAGE, "less than a chunk"));
}

static bool fetch_range(struct fetching *g, int64_t *from, struct err *e)
{
	struct arena *mem = arena_new();
	struct range part;
	bool ok = ask(g, *from, mem, &part, e) &&
		  (g->blob || begin(g, part.total, e));

	if (ok && part.total != blob_size(g->blob))
		ok = err_field(e, ERR_FILE_MISMATCH, "size", "-");
	ok = ok && put_chunks(g, &part, from, e);
	if (ok)
		trip_progress(&g->t, *from, part.total);
	arena_free(mem);
	return ok;
}

/* A cut line may carry less. */
static bool may_go_on(struct fetching *g, const struct err *why)
{
	switch ((int)why->code) {
	case ERR_OFFLINE:
		g->range /= 4;
		return g->range >= RANGE_LEAST;
	case ERR_VOID_PAGE:
		return g->tries++ < TRIES;
	default:
		return false;
	}
}

static bool fetch_all(struct fetching *g, struct err *e)
{
	int64_t from = g->blob ? blob_have(g->blob) : 0;
	struct sha256 sha;

	while (!g->blob || from < blob_size(g->blob))
		if (!fetch_range(g, &from, e) && !may_go_on(g, e))
			return false;
	if (!blob_keep(g->blob, e))
		return false;
	if (blob_hash(g->blob, &sha, e) && sha256_equal(&sha, &g->about->sha))
		return true;
	return err_field(e, ERR_FILE_MISMATCH, "sha256", "-");
}

/* ---- from beginning to end ---- */

static bool finish(struct fetching *g, struct err *e)
{
	const struct file *f =
		file_find(g->t.s, &g->about->rec, &g->about->sha);

	/* Withdrawn while it was on its way. */
	if (!f)
		return err_set(e, ERR_FILE_AWAY, "given up meanwhile");
	return part_set(g->t.s, f, FILE_KEPT, NULL, e);
}

static bool run(struct fetching *g, struct err *e)
{
	struct err why;
	bool ok;

	trip_let_go(&g->t);
	ok = fetch_all(g, &why);
	if (!ok && g->blob) {
		struct err ignored;

		/* What is here is gone on with next time. */
		if (!blob_keep(g->blob, &ignored))
			why = ignored;
	}
	blob_close(g->blob);
	if (!trip_take(&g->t, e))
		return false;
	if (ok)
		return finish(g, e);
	if ((why.code == ERR_FILE_MISMATCH || why.code == ERR_FILE_AWAY) &&
		!drop(g, e))
		return false;
	*e = why;
	return false;
}

/* Whether a copy that was whole once still is. */
static bool is_whole(struct store *s, const struct file *f)
{
	struct err ignored;
	struct blob *b = file_open(s, f, BLOB_READ, &ignored);
	struct sha256 sha;
	bool ok = b && blob_hash(b, &sha, &ignored) &&
		  sha256_equal(&sha, &f->sha);

	blob_close(b);
	return ok;
}

bool files_fetch(struct store *s, struct transport *t,
	const struct files_hooks *hooks, const struct file_about *about,
	struct err *e)
{
	const struct file *f = file_find(s, &about->rec, &about->sha);
	struct arena *mem;
	struct fetching g = {
		{s, t, hooks, NULL, NULL},
                about, NULL, RANGE_MOST, 0
        };
	bool ok;

	if (f && f->state != FILE_PART && is_whole(s, f))
		return true;
	/* Waiting to be sent, it is nowhere else. */
	if (f && (f->state == FILE_WAITING || f->state == FILE_REFUSED))
		return err_field(e, ERR_FILE_DAMAGED, "file", "-");
	if (f)
		g.blob = file_open(s, f, BLOB_ADD, e);
	if (f && !g.blob) {
		if (e->code == ERR_STORE_BUSY || !drop(&g, e))
			return false;
	} else if (f && f->state == FILE_KEPT) {
		/* Damaged: what is here of it is not believed. */
		blob_close(g.blob);
		g.blob = NULL;
		if (!drop(&g, e))
			return false;
	}
	mem = arena_new();
	g.t.token = arena_strdup(mem, store_text(s, "token"));
	ok = run(&g, e);
	arena_free(mem);
	return ok;
}
