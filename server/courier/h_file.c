/*
 * h_file.c - POST /v1/courier/files (see file.h).
 *
 * Each piece says all of it again, so nothing is remembered in between.
 */
#include "server/courier/file.h"

#include "proto/base/hash.h"
#include "proto/base/mutant.h"
#include "server/app.h"
#include "server/courier/left.h"
#include "server/files/files.h"

#include <string.h>

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
	if (x->no < 0 || x->no > (INT64_C(1) << 30))
		return err_field(e, ERR_BAD_INPUT, "no", "0, 1, 2 …");
	x->sealed.p =
		chunk ? (const char *)base64url_parse(chunk, &n, r->mem) : NULL;
	x->sealed.n = n;
	return (x->sealed.p && n && n <= seal_size(SEAL_CHUNK)) ||
	       err_field(e, ERR_BAD_INPUT, "chunk", "base64url, <= %zu bytes",
		       seal_size(SEAL_CHUNK));
}

static bool read_about(struct piece *x, struct str text, struct err *e)
{
	struct req *r = x->r;
	json_t *j = json_read(text.p, text.n, &json_limits_body, r->mem, e);

	if (!j)
		return false;
	if (!bytes_of(j, "key", x->key.b, SEAL_KEY, r->mem) ||
		!bytes_of(j, "row", x->row, SHA256_LEN, r->mem))
		return err_field(e, ERR_FORGED, "sealed", "-");
	x->size = json_int(j, "size", 0);
	x->about = j;
	return true;
}

static bool open_parcel(struct piece *x, struct err *e)
{
	struct str text;

	if (!author_find(x->r, &x->p.replica, &x->author, e) ||
		!author_open(x->r, &x->author, &x->p, &text, e) ||
		!read_about(x, text, e))
		return false;
	return x->author.live ||
	       err_field(e, ERR_FORBIDDEN, "author",
		       "账号已停用" ERR_BOTH "the account is disabled");
}

/* ---- as its author's ---- */

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

static bool open_chunk(
	struct piece *x, struct arena *mem, struct str *out, struct err *e)
{
	unsigned char room[SEAL_CHUNK_ABOUT];
	struct sealer *s = sealer_new();
	bool ok = unseal(s, &x->key, seal_chunk_about(x->row, x->no, room),
		x->sealed, mem, out);

	sealer_free(s);
	return ok || err_field(e, ERR_FORGED, "chunk", "-");
}

static bool append(struct piece *x, struct err *e)
{
	int64_t from = x->offset - x->no * (int64_t)SEAL_CHUNK;
	struct req *own = as_author(x);

	if (!open_chunk(x, own->mem, &own->body, e))
		return false;
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

static bool is_next(const struct piece *x)
{
	return x->offset < x->size && x->offset >= x->no * (int64_t)SEAL_CHUNK;
}

bool piece_take(struct piece *x, struct err *e)
{
	return open_parcel(x, e) && announce(x, e) &&
	       (!is_next(x) || append(x, e));
}

/* ---- kept ---- */

bool piece_worth(const struct err *why)
{
	static const enum err_code later[] = {ERR_UNKNOWN_REPLICA,
		ERR_FORBIDDEN, ERR_QUOTA, ERR_TOO_LARGE, ERR_BAD_MEDIA,
		ERR_FILE_MISMATCH, ERR_UNKNOWN_TYPE, ERR_NOT_FOUND,
		ERR_BAD_INPUT, ERR_OUT_OF_RANGE};

	for (size_t i = 0; i < ARRAY_LEN(later); i++)
		if (why->code == later[i])
			return true;
	return false;
}

static void arrived(struct piece *x, int64_t pieces)
{
	x->offset = pieces * (int64_t)SEAL_CHUNK;
	if (x->offset > x->size)
		x->offset = x->size;
}

static const char *sent_text(const struct piece *x)
{
	return json_canonical(json_object_get(x->r->json, "parcel"), x->r->mem);
}

static struct sha256 sent_digest(const struct piece *x)
{
	const char *text = sent_text(x);

	return sha256_of(text, strlen(text));
}

/* In a transaction of the auth room. */
static bool find_kept(struct piece *x, bool *found, struct err *e)
{
	struct sha256 digest = sent_digest(x);
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, x->r->mem);
	db_uuid(&a, &x->r->reader.device);
	db_bytes(&a, digest.b, SHA256_LEN);
	if (!db_run(x->r->db, Q_PARCEL_FILE, &a, &rows, e))
		return false;
	*found = db_count(rows) > 0;
	if (*found) {
		x->kept = db_get_uuid(rows, 0, "parcel");
		x->size = db_get_int(rows, 0, "size");
		arrived(x, db_get_int(rows, 0, "taken")
				   ? x->size
				   : db_get_int(rows, 0, "pieces"));
	}
	return true;
}

bool piece_kept(struct piece *x, bool *found, struct err *e)
{
	if (!db_begin_system(x->r->db, e))
		return false;
	if (find_kept(x, found, e) && db_commit(x->r->db, e))
		return true;
	db_rollback(x->r->db);
	return false;
}

/* Of an author nobody knows the signature says nothing; that the parcel opens
 * is all there is, and its author's own door is tried again before anything of
 * it is taken. */
static bool open_unsigned(struct piece *x, struct err *e)
{
	const struct keypair *own =
		courier_key_named(x->r->app->courier, x->p.key);
	struct str text;

	if (x->about)
		return true;
	if (!own)
		return author_no_key(&x->p, e);
	return (parcel_open(&x->p, own, x->r->mem, &text) &&
		       read_about(x, text, e)) ||
	       err_field(e, ERR_FORGED, "sealed", "-");
}

static bool put_kept(struct piece *x, const struct err *why, struct err *e)
{
	int64_t room = app_live(x->r->app, LIVE_QUOTA) << 20;
	struct sha256 digest = sent_digest(x);
	const char *text = sent_text(x);
	int64_t texts;
	struct db_rows *rows;
	struct db_args a;

	if (!left_room(x->r, &texts, e) ||
		!left_fits(texts, (int64_t)strlen(text), e))
		return false;
	db_args_init(&a, x->r->mem);
	db_uuid(&a, &x->p.id);
	db_uuid(&a, &x->r->reader.device);
	db_uuid(&a, &x->p.replica);
	db_text(&a, err_name(why->code));
	db_text(&a, text);
	db_int(&a, x->size);
	db_int(&a, room);
	db_bytes(&a, digest.b, SHA256_LEN);
	if (!db_run(x->r->db, Q_PARCEL_FILE_PUT, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_QUOTA, "size", "3600");
	x->kept = db_get_uuid(rows, 0, "parcel");
	arrived(x, 0);
	return true;
}

/* Locked, so that two requests of one station neither begin the same file
 * twice nor count the same room. */
static bool begin_locked(struct piece *x, const struct err *why, struct err *e)
{
	struct db_args a;
	bool found;

	db_args_init(&a, x->r->mem);
	db_uuid(&a, &x->r->reader.device);
	return db_run(x->r->db, Q_PARCEL_LOCK, &a, NULL, e) &&
	       find_kept(x, &found, e) && (found || put_kept(x, why, e)) &&
	       db_commit(x->r->db, e);
}

bool piece_keep_begin(struct piece *x, const struct err *why, struct err *e)
{
	if (!open_unsigned(x, e))
		return false;
	if (x->size < 1)
		return err_field(e, ERR_FORGED, "sealed", "-");
	if (!db_begin_system(x->r->db, e))
		return false;
	if (begin_locked(x, why, e))
		return true;
	db_rollback(x->r->db);
	return false;
}

bool piece_keep(struct piece *x, struct err *e)
{
	struct db_args a;
	struct str plain;

	if (!open_unsigned(x, e))
		return false;
	if (x->offset == x->size || x->offset != x->no * (int64_t)SEAL_CHUNK)
		return true;
	/* What does not open today opens on no other day. */
	if (!open_chunk(x, x->r->mem, &plain, e))
		return false;
	db_args_init(&a, x->r->mem);
	db_uuid(&a, &x->kept);
	db_int(&a, x->no);
	db_bytes(&a, x->sealed.p, x->sealed.n);
	if (!db_begin_system(x->r->db, e))
		return false;
	if (!MUTANT(parcel_unstored))
		db_queue(x->r->db, Q_PARCEL_PIECE_PUT, &a);
	db_queue_commit(x->r->db);
	arrived(x, x->no + 1);
	return db_flush(x->r->db, x->r->mem, NULL, 0, e);
}

/* ---- tried again ---- */

static bool next_piece(struct piece *x, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	x->no = x->offset / (int64_t)SEAL_CHUNK;
	db_args_init(&a, x->r->mem);
	db_uuid(&a, &x->kept);
	db_int(&a, x->no);
	if (!db_begin_system(x->r->db, e) ||
		!db_run(x->r->db, Q_PARCEL_PIECE, &a, &rows, e) ||
		!db_commit(x->r->db, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_PREDECESSOR, "chunk", "-");
	x->sealed = db_get_bytes(rows, 0, "sealed");
	return true;
}

/* A chunk in an arena of its own: a file has hundreds. */
static bool retry_piece(struct piece *x, struct err *e)
{
	struct req *r = x->r, one = *r;
	int64_t before = x->offset;
	bool ok;

	one.mem = arena_new();
	x->r = &one;
	ok = next_piece(x, e) && append(x, e);
	arena_free(one.mem);
	x->r = r;
	if (ok && x->offset <= before)
		ok = err_field(e, ERR_FORGED, "chunk", "-");
	return ok;
}

bool piece_retry(struct piece *x, struct err *e)
{
	bool ok = open_parcel(x, e) && announce(x, e);

	while (ok && x->offset < x->size)
		ok = retry_piece(x, e);
	seal_wipe(&x->key, sizeof(x->key));
	return ok;
}

/* ---- the door ---- */

static bool take_or_keep(struct piece *x, struct err *e)
{
	bool keep = json_flag(x->r->json, "keep"), kept = false;
	struct err why;

	if (keep && !piece_kept(x, &kept, e))
		return false;
	if (!kept && piece_take(x, &why))
		return true;
	if (!kept && (!keep || !piece_worth(&why))) {
		*e = why;
		return false;
	}
	return (kept || piece_keep_begin(x, &why, e)) && piece_keep(x, e);
}

/* {"parcel","no","chunk","keep"?} → {"offset","size","done"}; a chunk that has
 * come already, or comes too early, only tells where to go on. */
bool courier_file_post(struct req *r, struct err *e)
{
	struct piece x = {.r = r};
	bool ok = read_piece(&x, e) && take_or_keep(&x, e);

	seal_wipe(&x.key, sizeof(x.key));
	return ok &&
	       req_reply_json(r, 200,
		       json_pack("{s:I, s:I, s:b}", "offset",
			       (json_int_t)x.offset, "size", (json_int_t)x.size,
			       "done", (int)(x.offset == x.size)));
}
