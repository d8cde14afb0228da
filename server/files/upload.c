/*
 * upload.c - files on their way in.
 *
 * Announced with hash, size and kind, sent in pieces that begin wherever the
 * last one ended, and sealed chunk by chunk as they come. The last piece is
 * answered only when the whole file was read back from the database and has the
 * hash that was promised; until then nobody reaches a byte of it.
 */
#include "server/files/files.h"

#include "proto/media.h"
#include "server/access/access.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/files/range.h"
#include "server/files/seal.h"

#include <string.h>

#define CHUNKS_READ  4 /* looked at together */
#define CHUNKS_PIECE (LIMIT_FILE_PIECE / FILE_CHUNK + 2)

struct announced {
	struct sha256 sha;
	int64_t size;
	const struct media *media;
	struct uuid rec;
};

/* ---- what is announced ---- */

static bool read_announced(
	const json_t *j, struct announced *out, struct err *e)
{
	const char *sha = json_str(j, "sha256"), *media = json_str(j, "media");
	const char *rec = json_str(j, "rec");

	if (!sha || !hex_parse(sha, out->sha.b, SHA256_LEN))
		return err_field(e, ERR_BAD_KIND, "sha256", "64 hex digits");
	if (!rec || !uuid_parse(rec, &out->rec) || uuid_is_nil(&out->rec))
		return err_field(e, ERR_BAD_KIND, "rec",
			"id of the record that names the file");
	out->media = media ? media_named(media) : NULL;
	if (!out->media)
		return err_field(
			e, ERR_BAD_MEDIA, "media", "%s", media_accepts);
	out->size = json_int(j, "size", 0);
	if (out->size > out->media->max)
		return err_field(e, ERR_TOO_LARGE, "size", "%lld bytes (%s)",
			(long long)out->media->max, out->media->endings);
	if (out->size < 1)
		return err_field(e, ERR_OUT_OF_RANGE, "size", "1 … %lld",
			(long long)out->media->max);
	return true;
}

/* Only who may write documents somewhere has anything to send. */
static bool may_send(const struct req *r, struct err *e)
{
	struct access_facts facts = {
		.type = catalogue_type(r->catalogue, "document"),
		.mask = CLASS_ALL_SHARED,
	};

	if (!facts.type)
		return err_field(e, ERR_UNKNOWN_TYPE, "document", "-");
	facts.cls = (int)facts.type->cls;
	return access_decide(&r->reader, VERB_CREATE, &facts, e) != NULL;
}

static bool answer(
	struct req *r, const struct uuid *id, int64_t offset, int64_t size)
{
	char text[UUID_TEXT];

	req_header(r, "Upload-Offset",
		arena_printf(r->mem, "%lld", (long long)offset));
	return req_reply_text(r, 201,
		arena_printf(r->mem,
			"{\"upload\":\"%s\",\"offset\":%lld,\"size\":%lld,"
			"\"done\":%s,\"chunk_max\":%zu}",
			uuid_format(id, text), (long long)offset,
			(long long)size, offset == size ? "true" : "false",
			(size_t)LIMIT_FILE_PIECE));
}

/* Whether the reader announced it before, or reaches the file already. */
static bool look_up(struct req *r, const struct announced *f,
	struct db_rows *rows[2], struct err *e)
{
	struct db_args again, seen;

	db_args_init(&again, r->mem);
	db_uuid(&again, &r->reader.staff);
	db_uuid(&again, &f->rec);
	db_bytes(&again, f->sha.b, SHA256_LEN);
	db_int(&again, app_live(r->app, LIVE_UPLOAD_HOURS));
	db_args_init(&seen, r->mem);
	db_bytes(&seen, f->sha.b, SHA256_LEN);
	db_queue(r->db, Q_UPLOAD_AGAIN, &again);
	db_queue(r->db, Q_FILE_SEEN, &seen);
	return db_flush(r->db, r->mem, rows, 2, e);
}

static bool same_size(
	const struct db_rows *rows, const struct announced *f, struct err *e)
{
	int64_t size = db_get_int(rows, 0, "size");

	return size == f->size ||
	       err_field(e, ERR_BAD_INPUT, "size", "the size of that file");
}

static bool in_load(struct req *r, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &r->reader.staff);
	if (!db_run(r->db, Q_UPLOAD_LOAD, &a, &rows, e))
		return false;
	if (db_get_int(rows, 0, "n") < LIMIT_UPLOADS_OPEN)
		return true;
	return err_field(e, ERR_QUOTA, "upload", "%lld",
		(long long)db_get_int(rows, 0, "seconds"));
}

static bool charge(struct req *r, int64_t size, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &r->reader.site);
	db_int(&a, size);
	db_int(&a, app_live(r->app, LIVE_QUOTA) << 20);
	if (!db_run(r->db, Q_UPLOAD_CHARGE, &a, &rows, e))
		return false;
	if (db_count(rows) == 1)
		return true;
	db_args_init(&a, r->mem);
	if (!db_run(r->db, Q_UPLOAD_WAIT, &a, &rows, e))
		return false;
	return err_field(e, ERR_QUOTA, "size", "%lld",
		(long long)db_get_int(rows, 0, "seconds"));
}

static const struct uuid *or_null(const struct uuid *u)
{
	return uuid_is_nil(u) ? NULL : u;
}

static bool add_upload(struct req *r, const struct announced *f, int64_t offset,
	struct uuid *id, struct err *e)
{
	const struct file_keys *keys = r->app->file_keys;
	unsigned char sealed[SEALED_KEY];
	struct file_box box;
	struct db_rows *rows;
	struct db_args a;

	*id = uuid_new();
	file_box_new(keys, &f->sha, f->size, &box, sealed);
	file_box_wipe(&box);
	db_args_init(&a, r->mem);
	db_uuid(&a, id);
	db_uuid(&a, &r->reader.staff);
	db_uuid(&a, &r->reader.site);
	db_uuid(&a, or_null(&r->reader.device));
	db_uuid(&a, &f->rec);
	db_bytes(&a, f->sha.b, SHA256_LEN);
	db_int(&a, f->size);
	db_text(&a, f->media->name);
	db_bytes(&a, keys->key[0].id, FILE_KEY_ID);
	db_bytes(&a, sealed, SEALED_KEY);
	db_int(&a, offset);
	db_int(&a, app_live(r->app, LIVE_UPLOAD_HOURS));
	if (!db_run(r->db, Q_UPLOAD_ADD, &a, &rows, e))
		return false;
	return db_count(rows) == 1 ||
	       err_set(e, ERR_BUSY, "announced twice at once");
}

/* Who reaches the bytes already need not send them for another record. */
static bool use_again(struct req *r, const struct announced *f, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &f->rec);
	db_bytes(&a, f->sha.b, SHA256_LEN);
	db_uuid(&a, &r->reader.staff);
	return db_run(r->db, Q_FILE_USE_ADD, &a, NULL, e);
}

/* Nothing of what was destroyed is taken in any more; to the sender it is not
 * there, which is final. */
static bool not_gone(struct req *r, const struct announced *f, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &f->rec);
	if (!db_run(r->db, Q_UPLOAD_GONE, &a, &rows, e))
		return false;
	return !db_get_int(rows, 0, "gone") ||
	       err_field(e, ERR_NOT_FOUND, "rec", "-");
}

static bool announce(struct req *r, const struct announced *f, struct uuid *id,
	int64_t *offset, struct err *e)
{
	struct db_rows *rows[2];

	if (!not_gone(r, f, e) || !look_up(r, f, rows, e))
		return false;
	if (db_count(rows[0])) {
		*id = db_get_uuid(rows[0], 0, "id");
		*offset = db_get_int(rows[0], 0, "offset");
		return same_size(rows[0], f, e);
	}
	if (db_count(rows[1])) {
		*offset = f->size;
		return same_size(rows[1], f, e) && use_again(r, f, e) &&
		       add_upload(r, f, f->size, id, e);
	}
	*offset = 0;
	return in_load(r, e) && charge(r, f->size, e) &&
	       add_upload(r, f, 0, id, e);
}

bool upload_post(struct req *r, struct err *e)
{
	struct announced f;
	struct uuid id;
	int64_t offset;

	if (!read_announced(r->json, &f, e) || !may_send(r, e) ||
		!db_begin(r->db, &r->reader, false, e))
		return false;
	if (!announce(r, &f, &id, &offset, e)) {
		db_rollback(r->db);
		return false;
	}
	return audit_end(r, "upload", "ok", &f.rec, 1, e) &&
	       answer(r, &id, offset, f.size);
}

/* ---- how much has arrived ---- */

static bool say_offset(struct req *r, int64_t offset, int64_t size, bool done)
{
	req_header(r, "Upload-Offset",
		arena_printf(r->mem, "%lld", (long long)offset));
	return req_reply_text(r, 200,
		arena_printf(r->mem,
			"{\"offset\":%lld,\"size\":%lld,\"done\":%s}",
			(long long)offset, (long long)size,
			done ? "true" : "false"));
}

bool upload_get(struct req *r, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;
	struct uuid id;

	if (!req_segment_id(r, 0, &id, e) ||
		!db_begin(r->db, &r->reader, false, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &id);
	if (!db_run(r->db, Q_UPLOAD_GET, &a, &rows, e) ||
		!db_commit(r->db, e)) {
		db_rollback(r->db);
		return false;
	}
	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	return say_offset(r, db_get_int(rows, 0, "offset"),
		db_get_int(rows, 0, "size"), db_get_int(rows, 0, "done"));
}

/* ---- a piece ---- */

struct upload {
	struct req *r;
	struct uuid id;
	struct uuid rec;
	struct file_box box;
	const struct media *media;
	int64_t offset;
};

static bool lock(struct upload *u, struct err *e)
{
	struct req *r = u->r;
	struct db_rows *rows;
	struct sha256 sha;
	struct db_args a;
	struct str s;

	db_args_init(&a, r->mem);
	db_uuid(&a, &u->id);
	if (!db_run(r->db, Q_UPLOAD_LOCK, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	s = db_get_bytes(rows, 0, "sha256");
	memcpy(sha.b, s.p, SHA256_LEN);
	u->rec = db_get_uuid(rows, 0, "record_id");
	u->media = media_named(db_get_text(rows, 0, "media"));
	u->offset = db_get_int(rows, 0, "offset");
	if (!u->media)
		return err_field(
			e, ERR_BAD_MEDIA, "media", "%s", media_accepts);
	return file_box_open(r->app->file_keys, &sha,
		db_get_int(rows, 0, "size"), db_get_bytes(rows, 0, "key_id"),
		db_get_bytes(rows, 0, "sealed_key"), &u->box, e);
}

static bool fits(const struct upload *u, int64_t at, struct err *e)
{
	int64_t left = u->box.size - u->offset;

	if (at != u->offset)
		return err_field(e, ERR_OFFSET, "upload-offset", "%lld",
			(long long)u->offset);
	if (u->r->body.n < 1 || (int64_t)u->r->body.n > left)
		return err_field(e, ERR_BAD_REQUEST, "body", "1 … %lld bytes",
			(long long)(left < (int64_t)LIMIT_FILE_PIECE
					    ? left
					    : (int64_t)LIMIT_FILE_PIECE));
	return true;
}

/* Chunks from … to, sealed; exactly as many, or the file is damaged. */
static bool read_chunks(struct upload *u, int64_t from, int64_t to,
	struct arena *mem, struct db_rows **rows, struct err *e)
{
	struct db_args a;

	db_args_init(&a, mem);
	db_uuid(&a, &u->id);
	db_int(&a, from);
	db_int(&a, to);
	if (!db_run(u->r->db, Q_UPLOAD_CHUNKS, &a, rows, e))
		return false;
	return db_count(*rows) == to - from + 1 ||
	       err_set(e, ERR_INTERNAL, "a chunk of an upload is missing");
}

/* The chunk that is not full yet, opened: what the piece goes behind. */
static bool read_tail(
	struct upload *u, unsigned char *out, size_t n, struct err *e)
{
	int64_t no = u->offset / (int64_t)FILE_CHUNK;
	struct db_rows *rows;

	return n == 0 ||
	       (read_chunks(u, no, no, u->r->mem, &rows, e) &&
		       chunk_open(&u->box, no, db_get_bytes(rows, 0, "sealed"),
			       n, out, e));
}

/* Seals the bytes from the beginning of chunk `no` on, and queues them. */
static void put_chunks(
	struct upload *u, int64_t no, const unsigned char *p, size_t n)
{
	int64_t *numbers = ARENA_ARRAY(u->r->mem, int64_t, CHUNKS_PIECE);
	struct str *sealed = ARENA_ARRAY(u->r->mem, struct str, CHUNKS_PIECE);
	struct db_args a;
	size_t count = 0;

	for (size_t at = 0; at < n; at += FILE_CHUNK, count++) {
		size_t part = n - at < FILE_CHUNK ? n - at : FILE_CHUNK;
		unsigned char *out = arena_alloc(u->r->mem, part + SEAL_EXTRA);

		numbers[count] = no + (int64_t)count;
		chunk_seal(&u->box, numbers[count],
			(struct str){(const char *)p + at, part}, out);
		sealed[count].p = (const char *)out;
		sealed[count].n = part + SEAL_EXTRA;
	}
	db_args_init(&a, u->r->mem);
	db_uuid(&a, &u->id);
	db_ints(&a, numbers, count);
	db_bytes_array(&a, sealed, count);
	db_queue(u->r->db, Q_UPLOAD_PUT, &a);
}

/* Judged as soon as enough has come, and again while the first chunk grows:
 * nothing behind it is taken before. */
static bool is_its_kind(const struct upload *u, int64_t no,
	const unsigned char *p, size_t n, struct err *e)
{
	bool enough = n >= MEDIA_HEAD || (int64_t)n == u->box.size;

	if (no > 0 || !enough || media_fits(u->media, p, n))
		return true;
	return err_field(e, ERR_BAD_MEDIA, "media", "%s", u->media->endings);
}

static bool take_piece(struct upload *u, struct err *e)
{
	int64_t no = u->offset / (int64_t)FILE_CHUNK;
	size_t tail = (size_t)(u->offset % (int64_t)FILE_CHUNK);
	size_t n = tail + u->r->body.n;
	unsigned char *plain = arena_alloc(u->r->mem, n);
	struct db_args a;

	if (!read_tail(u, plain, tail, e))
		return false;
	memcpy(plain + tail, u->r->body.p, u->r->body.n);
	if (!is_its_kind(u, no, plain, n, e))
		return false;
	put_chunks(u, no, plain, n);
	u->offset += (int64_t)u->r->body.n;
	db_args_init(&a, u->r->mem);
	db_uuid(&a, &u->id);
	db_int(&a, u->offset);
	db_queue(u->r->db, Q_UPLOAD_ADVANCE, &a);
	return db_flush(u->r->db, u->r->mem, NULL, 0, e);
}

/* ---- the whole ---- */

static bool hash_chunks(struct upload *u, int64_t from, int64_t to,
	struct sha256_run *run, struct err *e)
{
	struct arena *mem = arena_new();
	unsigned char *plain = arena_alloc(mem, FILE_CHUNK);
	struct db_rows *rows;
	bool ok = read_chunks(u, from, to, mem, &rows, e);

	for (int64_t no = from; ok && no <= to; no++) {
		size_t n = file_chunk_bytes(u->box.size, no);

		ok = chunk_open(&u->box, no,
			db_get_bytes(rows, (int)(no - from), "sealed"), n,
			plain, e);
		if (ok)
			sha256_add(run, plain, n);
	}
	arena_free(mem);
	return ok;
}

/* Read back as it was stored, so that what is vouched for is what is there. */
static bool hash_is_right(struct upload *u, bool *right, struct err *e)
{
	struct sha256_run *run = sha256_begin();
	int64_t count = file_chunks(u->box.size);
	struct sha256 sha;
	bool ok = true;

	for (int64_t no = 0; ok && no < count; no += CHUNKS_READ)
		ok = hash_chunks(u, no,
			no + CHUNKS_READ < count ? no + CHUNKS_READ - 1
						 : count - 1,
			run, e);
	sha = sha256_end(run);
	*right = ok && sha256_equal(&sha, &u->box.sha);
	return ok;
}

static bool finish(struct upload *u, struct err *e)
{
	struct req *r = u->r;
	struct db_rows *rows;
	struct db_args a;
	bool right;

	if (!hash_is_right(u, &right, e))
		return false;
	if (!right)
		return err_field(e, ERR_FILE_MISMATCH, "sha256", "-");
	db_args_init(&a, r->mem);
	db_uuid(&a, &u->id);
	if (!db_run(r->db, Q_UPLOAD_FINISH, &a, &rows, e))
		return false;
	audit_queue(r->db, r->mem, &r->reader, "file", "kept", &u->rec, 1);
	return db_get_int(rows, 0, "done") ||
	       err_set(e, ERR_INTERNAL, "an upload does not finish");
}

/* What can never become that file is thrown away, and that is committed. */
static void discard(struct upload *u)
{
	struct req *r = u->r;
	struct err ignored;
	struct db_args a;

	db_rollback(r->db);
	if (!db_begin(r->db, &r->reader, false, &ignored))
		return;
	db_args_init(&a, r->mem);
	db_uuid(&a, &u->id);
	db_queue(r->db, Q_UPLOAD_DROP_CHUNKS, &a);
	db_queue(r->db, Q_UPLOAD_DROP, &a);
	if (!audit_end(r, "upload", "discarded", &u->rec, 1, &ignored))
		db_rollback(r->db); /* the sweeper takes it when it expires */
}

static bool run_piece(struct upload *u, int64_t at, struct err *e)
{
	struct req *r = u->r;

	return lock(u, e) && fits(u, at, e) && take_piece(u, e) &&
	       (u->offset < u->box.size || finish(u, e)) &&
	       (db_queue_commit(r->db), db_flush(r->db, r->mem, NULL, 0, e));
}

bool upload_patch(struct req *r, struct err *e)
{
	struct upload u = {.r = r};
	int64_t at;
	bool ok;

	if (!req_segment_id(r, 0, &u.id, e))
		return false;
	if (!r->upload_offset || !offset_parse(r->upload_offset, &at))
		return err_field(e, ERR_BAD_REQUEST, "upload-offset",
			"how many bytes have arrived");
	if (!db_begin(r->db, &r->reader, false, e))
		return false;
	ok = run_piece(&u, at, e);
	file_box_wipe(&u.box);
	if (!ok && (e->code == ERR_FILE_MISMATCH || e->code == ERR_BAD_MEDIA))
		discard(&u);
	else if (!ok)
		db_rollback(r->db);
	return ok &&
	       say_offset(r, u.offset, u.box.size, u.offset == u.box.size);
}
