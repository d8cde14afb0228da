/*
 * files.c - see files.h. Sending.
 */
#include "client/sync/files_in.h"

#include "client/sync/engine.h"
#include "client/sync/files_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_MOST  ((int64_t)1 << 20)
#define PIECE_LEAST ((int64_t)65536)
#define TRIES       8 /* for one file, in one go */

/* ---- the store, which may be closed meanwhile ---- */

void trip_let_go(struct trip *t)
{
	if (t->hooks->let_go) {
		t->hooks->let_go(t->hooks->ctx);
		t->s = NULL;
	}
}

bool trip_take(struct trip *t, struct err *e)
{
	if (!t->s)
		t->s = t->hooks->take(t->hooks->ctx, e);
	return t->s != NULL;
}

void trip_progress(const struct trip *t, int64_t done, int64_t size)
{
	if (t->hooks->progress)
		t->hooks->progress(t->hooks->ctx, done, size);
}

/* A file as it was when the store was last open. */
struct job {
	struct uuid rec;
	struct sha256 sha;
	int64_t size;
	int64_t added_ms;
	char media[96];
};

/* One file on its way. */
struct sending {
	struct trip *t;
	const struct job *job;
	struct blob *blob;
	struct arena *mem; /* of this file */
	const char *upload;
	int64_t offset;
	int64_t piece;
	int tries;
};

/* ---- saying what comes ---- */

static const char *announcement(const struct job *j, struct arena *mem)
{
	char hex[SHA256_HEX], rec[UUID_TEXT];
	json_t *o =
		json_keep(json_pack("{s:s, s:I, s:s, s:s}", "sha256",
				  hex_format(j->sha.b, SHA256_LEN, hex), "size",
				  (json_int_t)j->size, "media", j->media, "rec",
				  uuid_format(&j->rec, rec)),
			mem);

	return json_canonical(o, mem);
}

static bool in_order(const struct sending *s, int64_t offset)
{
	return offset >= 0 && offset <= s->job->size;
}

static bool announce(struct sending *s, struct err *e)
{
	struct request q = {.method = "POST",
		.path = "/v1/uploads",
		.token = s->t->token,
		.max_body = ANSWER_BYTES};
	struct reply a;
	json_t *j;

	q.body.p = announcement(s->job, s->mem);
	q.body.n = strlen(q.body.p);
	if (!s->t->line->send(s->t->line->ctx, &q, s->mem, &a, e))
		return false;
	if (a.status != 201)
		return sync_problem(&a, e);
	j = trip_json(&a, s->mem, e);
	if (!j)
		return false;
	s->upload = json_str(j, "upload");
	s->offset = json_int(j, "offset", -1);
	if (!s->upload || strlen(s->upload) != UUID_TEXT - 1 ||
		!in_order(s, s->offset))
		return err_set(e, ERR_VOID_PAGE, "no upload");
	if (json_int(j, "chunk_max", PIECE_MOST) < s->piece)
		s->piece = json_int(j, "chunk_max", PIECE_MOST);
	return s->piece > 0 || err_set(e, ERR_VOID_PAGE, "no pieces");
}

/* ---- a piece ---- */

static bool read_piece(
	struct sending *s, struct buf *out, struct arena *mem, struct err *e)
{
	int64_t end = s->offset + s->piece, at = s->offset;

	if (end > s->job->size)
		end = s->job->size;
	while (at < end) {
		int64_t no = at / (int64_t)BLOB_CHUNK;
		size_t from = (size_t)(at % (int64_t)BLOB_CHUNK), n;
		struct str plain;

		if (!blob_get(s->blob, no, mem, &plain, e))
			return false;
		n = plain.n - from;
		if ((int64_t)n > end - at)
			n = (size_t)(end - at);
		buf_add(out, plain.p + from, n);
		at += (int64_t)n;
	}
	return true;
}

/* The centre has more or less than we thought: it says how much. */
static bool other_offset(struct sending *s, const struct err *why)
{
	int64_t offset;
	char *end;

	if (why->code != ERR_OFFSET)
		return false;
	offset = strtoll(why->accepts, &end, 10);
	if (end == why->accepts || *end || !in_order(s, offset))
		return false;
	s->offset = offset;
	return true;
}

static bool take_answer(struct sending *s, const struct reply *a,
	struct arena *mem, struct err *e)
{
	int64_t offset;
	json_t *j;

	if (a->status != 200) {
		sync_problem(a, e);
		return s->tries++ < TRIES && other_offset(s, e);
	}
	j = trip_json(a, mem, e);
	if (!j)
		return false;
	offset = json_int(j, "offset", -1);
	if (!in_order(s, offset) || offset <= s->offset)
		return err_set(e, ERR_VOID_PAGE, "an upload goes backwards");
	s->t->report->bytes += offset - s->offset;
	s->offset = offset;
	trip_progress(s->t, offset, s->job->size);
	return true;
}

static bool send_piece(struct sending *s, struct err *e)
{
	struct arena *mem = arena_new();
	struct request q = {.method = "PATCH",
		.type = "application/offset+octet-stream",
		.token = s->t->token,
		.max_body = ANSWER_BYTES};
	struct reply a;
	struct buf bytes;
	bool ok;

	buf_init(&bytes, (size_t)PIECE_MOST);
	q.path = arena_printf(mem, "/v1/uploads/%s", s->upload);
	q.upload_offset = arena_printf(mem, "%lld", (long long)s->offset);
	ok = read_piece(s, &bytes, mem, e);
	q.body.p = bytes.p;
	q.body.n = bytes.n;
	ok = ok && s->t->line->send(s->t->line->ctx, &q, mem, &a, e) &&
	     take_answer(s, &a, mem, e);
	if (bytes.p)
		seal_wipe(bytes.p, bytes.n);
	buf_free(&bytes);
	arena_free(mem);
	return ok;
}

/* ---- a whole file ---- */

/* A cut line may carry less: the piece shrinks, and the centre is asked where
 * to go on. An upload that is gone is announced anew. */
static bool may_go_on(struct sending *s, const struct err *why)
{
	if (s->tries++ >= TRIES)
		return false;
	switch ((int)why->code) {
	case ERR_OFFLINE:
	case ERR_VOID_PAGE:
		s->piece /= 4;
		return s->piece >= PIECE_LEAST;
	case ERR_NOT_FOUND:
		return s->upload != NULL;
	default:
		return false;
	}
}

static bool send_pieces(struct sending *s, struct err *e)
{
	s->upload = NULL;
	if (!announce(s, e))
		return false;
	while (s->offset < s->job->size)
		if (!send_piece(s, e))
			return false;
	return true;
}

/* What came is not what was announced: is it ours that is wrong? */
static bool blame(struct sending *s, struct err *e)
{
	struct err ours;
	struct sha256 sha;

	if (e->code == ERR_FILE_MISMATCH &&
		(!blob_hash(s->blob, &sha, &ours) ||
			!sha256_equal(&sha, &s->job->sha)))
		err_field(e, ERR_FILE_DAMAGED, "file", "-");
	return false;
}

static bool send_file(struct sending *s, struct err *e)
{
	while (!send_pieces(s, e))
		if (!may_go_on(s, e))
			return blame(s, e);
	return true;
}

/* ---- what becomes of it ---- */

static json_t *why_json(const struct err *why)
{
	struct buf text;
	json_t *j;

	buf_init(&text, 4096);
	buf_char(&text, '{');
	err_json(why, &text);
	buf_char(&text, '}');
	j = json_loadb(text.p, text.n, 0, NULL);
	buf_free(&text);
	return j;
}

static bool note(struct trip *t, const struct job *j, enum file_state state,
	const struct err *why, struct err *e)
{
	const struct file *f;

	if (!trip_take(t, e))
		return false;
	f = file_find(t->s, &j->rec, &j->sha);
	/* Dropped meanwhile by another command: nothing to say of it. */
	if (!f || f->state != FILE_WAITING)
		return true;
	return part_set(t->s, f, state, why ? why_json(why) : NULL, e);
}

/* Answers after which no later try can end otherwise. */
static bool is_final(enum err_code code)
{
	enum err_retry retry = err_retry(code);

	return (retry == RETRY_NEVER || retry == RETRY_AFTER_EDIT) &&
	       code != ERR_UPGRADE && code != ERR_DEVICE_UNKNOWN;
}

static bool run_job(struct trip *t, const struct job *j, struct err *e)
{
	const struct file *f = file_find(t->s, &j->rec, &j->sha);
	struct sending s = {.t = t, .job = j, .piece = PIECE_MOST};
	struct err why;
	bool ok;

	if (!f || f->state != FILE_WAITING)
		return true;
	s.blob = file_open(t->s, f, BLOB_READ, &why);
	s.mem = arena_new();
	if (s.blob)
		trip_let_go(t);
	ok = s.blob && send_file(&s, &why);
	blob_close(s.blob);
	arena_free(s.mem);
	if (!ok && !is_final(why.code)) {
		if (trip_take(t, e))
			*e = why;
		return false;
	}
	t->report->sent += ok;
	t->report->refused += !ok;
	return note(t, j, ok ? FILE_KEPT : FILE_REFUSED, ok ? NULL : &why, e);
}

/* ---- all of them ---- */

static int newest_first(const void *a, const void *b)
{
	const struct job *x = a, *y = b;

	if (x->added_ms != y->added_ms)
		return x->added_ms < y->added_ms ? 1 : -1;
	return uuid_cmp(&x->rec, &y->rec);
}

static struct job *list_jobs(
	const struct store *s, struct arena *mem, size_t *n)
{
	struct job *jobs = ARENA_ARRAY(mem, struct job, file_count(s) + 1);

	*n = 0;
	for (size_t i = 0; i < file_count(s); i++) {
		const struct file *f = file_at(s, i);
		struct job *j = &jobs[*n];

		if (!file_may_go(s, f))
			continue;
		j->rec = f->rec;
		j->sha = f->sha;
		j->size = f->size;
		j->added_ms = f->added_ms;
		snprintf(j->media, sizeof(j->media), "%s", f->media);
		++*n;
	}
	qsort(jobs, *n, sizeof(*jobs), newest_first);
	return jobs;
}

static int64_t still_waiting(const struct store *s)
{
	int64_t n = 0;

	for (size_t i = 0; s && i < file_count(s); i++)
		n += file_at(s, i)->state == FILE_WAITING;
	return n;
}

bool files_send(struct store *s, struct transport *t,
	const struct files_hooks *hooks, struct files_report *report,
	struct err *e)
{
	struct arena *mem = arena_new();
	struct trip trip = {
		s, t, hooks, report, arena_strdup(mem, store_text(s, "token"))};
	struct job *jobs;
	size_t n;
	bool ok = true;

	memset(report, 0, sizeof(*report));
	jobs = list_jobs(s, mem, &n);
	for (size_t i = 0; ok && i < n; i++)
		ok = run_job(&trip, &jobs[i], e);
	report->waiting = still_waiting(trip.s);
	arena_free(mem);
	return ok;
}
