/*
 * h_file.c - POST /v1/courier/files: a piece of a file somebody else's sync
 * brings, sealed as it lies in the author's store.
 *
 * The parcel holds the key and says what the file is; the piece is one chunk.
 * Opened, it goes the author's own way: announced, then appended, by the very
 * handlers the author's station would call (files.h), as the author. Each piece
 * says all of it again, so nothing is remembered in between.
 */
#include "server/courier/author.h"

#include "proto/base/hash.h"
#include "proto/base/seal.h"
#include "server/files/files.h"

#include <string.h>

struct piece {
	struct req *r;
	struct parcel p;
	struct author author;
	struct seal_key key;
	unsigned char row[SHA256_LEN];
	json_t *about; /* what is announced */
	int64_t no;
	struct str sealed;
	const char *upload;
	int64_t offset;
	int64_t size;
};

static bool bytes_of(const json_t *j, const char *member, void *out, size_t n,
	struct arena *mem)
{
	const char *text = json_str(j, member);
	size_t got = 0;
	unsigned char *raw = text ? base64url_parse(text, &got, mem) : NULL;

	if (raw && got == n)
		memcpy(out, raw, n);
	return raw && got == n;
}

static bool read_piece(struct piece *x, struct err *e)
{
	struct req *r = x->r;
	const char *chunk = json_str(r->json, "chunk");
	size_t n = 0;

	if (!parcel_read(json_object_get(r->json, "parcel"), r->mem, &x->p, e))
		return false;
	if (x->p.kind != PARCEL_FILE)
		return err_field(e, ERR_BAD_INPUT, "kind", "file");
	x->no = json_int(r->json, "no", -1);
	if (x->no < 0 || x->no > (INT64_C(1) << 32))
		return err_field(e, ERR_BAD_INPUT, "no", "0, 1, 2 …");
	x->sealed.p =
		chunk ? (const char *)base64url_parse(chunk, &n, r->mem) : NULL;
	x->sealed.n = n;
	return (x->sealed.p && n && n <= seal_size(SEAL_CHUNK)) ||
	       err_field(e, ERR_BAD_INPUT, "chunk", "base64url, <= %zu bytes",
		       seal_size(SEAL_CHUNK));
}

static bool open_parcel(struct piece *x, struct err *e)
{
	struct req *r = x->r;
	struct str text;
	json_t *j;

	if (!author_find(r, &x->p.replica, &x->author, e))
		return false;
	if (!x->author.live)
		return err_field(e, ERR_FORBIDDEN, "author",
			"账号已停用" ERR_BOTH "the account is disabled");
	if (!author_open(r, &x->author, &x->p, &text, e))
		return false;
	j = json_read(text.p, text.n, &json_limits_body, r->mem, e);
	if (!j)
		return false;
	if (!bytes_of(j, "key", x->key.b, SEAL_KEY, r->mem) ||
		!bytes_of(j, "row", x->row, SHA256_LEN, r->mem))
		return err_field(e, ERR_FORGED, "sealed", "-");
	x->size = json_int(j, "size", 0);
	x->about = j;
	return true;
}

/* A request of the author's own, beside this one. */
static struct req *as_author(struct piece *x)
{
	struct req *own = ARENA_NEW(x->r->mem, struct req);

	*own = *x->r;
	own->reader = x->author.reader;
	own->header_count = 0;
	return own;
}

/* The answer of a handler: always a small object of ours. */
static bool read_answer(struct piece *x, const struct req *own, struct err *e)
{
	json_t *j = json_read(
		own->out.p, own->out.n, &json_limits_body, x->r->mem, e);

	if (!j)
		return false;
	if (json_str(j, "upload"))
		x->upload = json_str(j, "upload");
	x->offset = json_int(j, "offset", 0);
	return true;
}

static bool announce(struct piece *x, struct err *e)
{
	struct req *own = as_author(x);

	own->catalogue = author_catalogue(own, &x->author, e);
	own->json = x->about;
	return own->catalogue && upload_post(own, e) && read_answer(x, own, e);
}

static bool append(struct piece *x, struct err *e)
{
	int64_t from = x->offset - x->no * (int64_t)SEAL_CHUNK;
	struct req *own = as_author(x);
	unsigned char room[SEAL_CHUNK_ABOUT];
	struct sealer *s = sealer_new();
	bool ok = unseal(s, &x->key, seal_chunk_about(x->row, x->no, room),
		x->sealed, own->mem, &own->body);

	sealer_free(s);
	if (!ok)
		return err_field(e, ERR_FORGED, "chunk", "-");
	/* The author's own sync may have stopped inside it. */
	if (from >= (int64_t)own->body.n)
		return true;
	own->body.p += from;
	own->body.n -= (size_t)from;
	own->segment[0] = x->upload;
	own->upload_offset =
		arena_printf(own->mem, "%lld", (long long)x->offset);
	return upload_patch(own, e) && read_answer(x, own, e);
}

/* {"parcel","no","chunk"} → {"offset","size","done"}; a chunk that has come
 * already, or comes too early, only tells where to go on. */
bool courier_file_post(struct req *r, struct err *e)
{
	struct piece x = {.r = r};
	bool ok = read_piece(&x, e) && open_parcel(&x, e) && announce(&x, e);

	if (ok && x.offset < x.size && x.offset >= x.no * (int64_t)SEAL_CHUNK)
		ok = append(&x, e);
	seal_wipe(&x.key, sizeof(x.key));
	return ok &&
	       req_reply_json(r, 200,
		       json_pack("{s:I, s:I, s:b}", "offset",
			       (json_int_t)x.offset, "size", (json_int_t)x.size,
			       "done", (int)(x.offset == x.size)));
}
