/*
 * box.h - a centre in memory that takes and gives files, written from
 * docs/wire.md ("Files") and not from the code it tests. Knobs make it lose
 * requests and answers at any point, forget uploads, refuse, and give less than
 * was asked for.
 */
#ifndef TESTS_CLIENT_BOX_H
#define TESTS_CLIENT_BOX_H

#include "client/sync/files.h"
#include "tests/unit/client/fixture.h"

#define BOX_FILES 8

struct box_file {
	char rec[UUID_TEXT];
	char sha[SHA256_HEX];
	struct buf bytes;
	int64_t size; /* as announced; bytes.n when it is whole */
	unsigned upload;
	bool done;
};

struct box {
	struct fixture *f;
	struct transport t;
	struct box_file file[BOX_FILES];
	size_t files;
	unsigned uploads;
	/* knobs */
	int lose_request; /* the n-th from now, counted from 1 */
	int lose_answer;
	size_t came;     /* bytes of the answer that is lost */
	size_t given;    /* bytes of files that left */
	int alive;       /* so many requests, then none arrives; 0: no end */
	unsigned status; /* of the next PATCH or POST: a refusal */
	const char *code;
	bool forgets; /* the next PATCH finds no upload */
	int64_t adds; /* it says it has so many bytes more or less */
	size_t gives; /* bytes of an answer at most */
	bool lies;    /* gives other bytes */
	int64_t says; /* another total */
	void (*meanwhile)(struct box *b, const struct request *q);
	/* what was seen */
	int requests;
	size_t largest_piece;
	size_t sent; /* bytes that arrived, twice sent ones twice */
	char order[400];
};

static inline bool box_answer(struct reply *a, unsigned status,
	const char *type, const char *p, size_t n, struct arena *mem)
{
	memset(a, 0, sizeof(*a));
	a->status = status;
	snprintf(a->type, sizeof(a->type), "%s", type);
	a->body.p = arena_strndup(mem, p, n);
	a->body.n = n;
	return true;
}

static inline bool box_json(struct reply *a, unsigned status, struct arena *mem,
	const char *fmt, ...) PRINTF_LIKE(4, 5);
static inline bool box_json(struct reply *a, unsigned status, struct arena *mem,
	const char *fmt, ...)
{
	char text[1000];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return box_answer(
		a, status, "application/json", text, strlen(text), mem);
}

static inline bool box_problem(struct reply *a, unsigned status,
	const char *code, const char *accepts, struct arena *mem)
{
	const char *text = arena_printf(
		mem, "{\"code\":\"%s\",\"accepts\":\"%s\"}", code, accepts);

	return box_answer(
		a, status, "application/problem+json", text, strlen(text), mem);
}

static inline struct box_file *box_find(
	struct box *b, const char *rec, const char *sha)
{
	for (size_t i = 0; i < b->files; i++)
		if (strcmp(b->file[i].rec, rec) == 0 &&
			strcmp(b->file[i].sha, sha) == 0)
			return &b->file[i];
	return NULL;
}

static inline const char *box_upload_id(struct box_file *x, struct arena *mem)
{
	return arena_printf(mem, "01990000-0000-7000-8000-%012u", x->upload);
}

static inline bool box_announce(struct box *b, const struct request *q,
	struct reply *a, struct arena *mem)
{
	struct err e;
	json_t *j = json_read(q->body.p, q->body.n, &json_limits_body, mem, &e);
	const char *rec = json_str(j, "rec"), *sha = json_str(j, "sha256");
	struct box_file *x = box_find(b, rec, sha);
	size_t n = strlen(b->order);

	if (!x) {
		x = &b->file[b->files++];
		snprintf(x->rec, sizeof(x->rec), "%s", rec);
		snprintf(x->sha, sizeof(x->sha), "%s", sha);
		x->size = json_int(j, "size", 0);
		x->upload = ++b->uploads;
		buf_init(&x->bytes, (size_t)64 << 20);
		snprintf(b->order + n, sizeof(b->order) - n, "%s ", rec + 32);
	}
	return box_json(a, 201, mem,
		"{\"upload\":\"%s\",\"offset\":%zu,\"size\":%lld,\"done\":%s,"
		"\"chunk_max\":1048576}",
		box_upload_id(x, mem), x->bytes.n, (long long)x->size,
		x->done ? "true" : "false");
}

static inline struct box_file *box_by_upload(
	struct box *b, const char *id, struct arena *mem)
{
	for (size_t i = 0; i < b->files; i++)
		if (strcmp(box_upload_id(&b->file[i], mem), id) == 0)
			return &b->file[i];
	return NULL;
}

static inline bool box_piece(struct box *b, const struct request *q,
	struct reply *a, struct arena *mem)
{
	struct box_file *x =
		box_by_upload(b, q->path + strlen("/v1/uploads/"), mem);
	char hex[SHA256_HEX];
	struct sha256 sha;

	if (b->forgets && x) {
		b->forgets = false;
		buf_clear(&x->bytes);
		x->upload = ++b->uploads;
		return box_problem(a, 404, "not_found", "-", mem);
	}
	if (!x || x->done)
		return box_problem(a, 404, "not_found", "-", mem);
	if (b->adds && (int64_t)x->bytes.n + b->adds >= 0) {
		if (b->adds > 0)
			b->adds = 0;
		else
			x->bytes.n -= (size_t)-b->adds;
		b->adds = 0;
	}
	if (strtoll(q->upload_offset, NULL, 10) != (long long)x->bytes.n)
		return box_problem(a, 409, "offset",
			arena_printf(mem, "%zu", x->bytes.n), mem);
	if (q->body.n > b->largest_piece)
		b->largest_piece = q->body.n;
	b->sent += q->body.n;
	buf_add(&x->bytes, q->body.p, q->body.n);
	if ((int64_t)x->bytes.n == x->size) {
		sha = sha256_of(x->bytes.p, x->bytes.n);
		if (strcmp(hex_format(sha.b, SHA256_LEN, hex), x->sha) != 0) {
			buf_clear(&x->bytes);
			return box_problem(a, 422, "file_mismatch", "-", mem);
		}
		x->done = true;
	}
	return box_json(a, 200, mem,
		"{\"offset\":%zu,\"size\":%lld,\"done\":%s}", x->bytes.n,
		(long long)x->size, x->done ? "true" : "false");
}

static inline bool box_give(struct box *b, const struct request *q,
	struct reply *a, struct arena *mem)
{
	const char *sha =
		arena_strndup(mem, q->path + strlen("/v1/files/"), 64);
	struct box_file *x = box_find(b, strstr(q->path, "rec=") + 4, sha);
	long long first = 0, last = 0;
	size_t n;
	char *p;

	if (!x || !x->done)
		return box_problem(a, 404, "not_found", "-", mem);
	if (sscanf(q->range, "bytes=%lld-%lld", &first, &last) != 2 ||
		first >= x->size)
		return box_problem(a, 416, "bad_range", "-", mem);
	n = (size_t)(last < x->size ? last + 1 : x->size) - (size_t)first;
	if (b->gives && n > b->gives)
		n = b->gives;
	box_answer(a, 206, "application/pdf", x->bytes.p + first, n, mem);
	if (b->lies) {
		p = arena_strndup(mem, a->body.p, n);
		p[n / 2] ^= 1;
		a->body.p = p;
	}
	snprintf(a->range, sizeof(a->range), "bytes %lld-%lld/%lld", first,
		first + (long long)n - 1,
		(long long)(b->says ? b->says : x->size));
	return true;
}

static inline bool box_send(void *ctx, const struct request *q,
	struct arena *mem, struct reply *a, struct err *e)
{
	struct box *b = ctx;
	b->requests++;
	if (!q->token || strcmp(q->token, "token") != 0)
		return box_problem(a, 401, "signed_out", "-", mem);
	if (b->alive && b->requests > b->alive)
		return err_set(e, ERR_OFFLINE, "no line");
	if (b->lose_request && --b->lose_request == 0)
		return err_set(e, ERR_OFFLINE, "lost");
	if (b->meanwhile)
		b->meanwhile(b, q);
	if (b->status) {
		box_problem(a, b->status, b->code, "60", mem);
		b->status = 0;
	} else if (strcmp(q->method, "POST") == 0) {
		box_announce(b, q, a, mem);
	} else if (strcmp(q->method, "PATCH") == 0) {
		box_piece(b, q, a, mem);
	} else {
		box_give(b, q, a, mem);
	}
	if (b->lose_answer && --b->lose_answer == 0) {
		/* So much of it came. */
		if (!b->came)
			memset(a, 0, sizeof(*a));
		else if (a->body.n > b->came)
			a->body.n = b->came;
		b->given += a->body.n;
		return err_set(e, ERR_OFFLINE, "lost");
	}
	b->given += strcmp(q->method, "GET") == 0 ? a->body.n : 0;
	return true;
}

static inline void box_init(struct box *b, struct fixture *f)
{
	memset(b, 0, sizeof(*b));
	b->f = f;
	b->t.ctx = b;
	b->t.send = box_send;
}

static inline void box_clear(struct box *b)
{
	for (size_t i = 0; i < b->files; i++)
		buf_free(&b->file[i].bytes);
}

#endif
