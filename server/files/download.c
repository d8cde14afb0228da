/*
 * download.c - GET /v1/files/{sha256}?rec=: a part of a file, in the clear.
 *
 * At most FILE_PART bytes an answer: they are opened chunk by chunk into one
 * buffer, the database is let go, and the I/O threads send it at the reader's
 * pace. A longer file is asked for in ranges, which is also how a cut download
 * goes on. What does not exist and what this reader does not reach are the
 * same: one statement that gives no row.
 */
#include "server/files/files.h"

#include "proto/media.h"
#include "proto/withhold.h"
#include "server/access/access.h"
#include "server/access/fresh.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/files/chunks.h"
#include "server/files/range.h"

#include <string.h>

struct download {
	struct req *r;
	struct sha256 sha;
	struct uuid asked; /* the record in the address */
	struct uuid rec;   /* the one that names the file */
	struct uuid chunks;
	struct file_box box;
	const char *media;
	const char *name; /* as the record has it, or NULL */
	struct range part;
	unsigned char *out; /* its bytes */
};

static bool not_found(struct err *e)
{
	return err_field(e, ERR_NOT_FOUND, "rec", "-");
}

static bool read_address(struct download *d, struct err *e)
{
	const char *rec = req_query(d->r, "rec");

	if (!rec || !uuid_parse(rec, &d->asked))
		return err_field(e, ERR_BAD_REQUEST, "rec",
			"id of the record that names the file");
	return hex_parse(d->r->segment[0], d->sha.b, SHA256_LEN) ||
	       not_found(e);
}

/* The second of two walls: the row was already hidden from whoever must not
 * see it. */
static bool may_read(
	const struct download *d, const struct db_rows *rows, struct err *e)
{
	struct access_facts facts = {
		.type = catalogue_type_no(
			d->r->catalogue, (int)db_get_int(rows, 0, "type")),
		.mask = (int)db_get_int(rows, 0, "mask"),
		.cls = (int)db_get_int(rows, 0, "class"),
		.author = db_get_uuid(rows, 0, "author"),
	};

	if (!facts.type)
		return not_found(e);
	facts.readers = db_get_uuids(rows, 0, "readers", &facts.reader_count);
	return access_decide(&d->r->reader, VERB_READ, &facts, e) ||
	       not_found(e);
}

static const char *name_in(struct req *r, struct str body)
{
	struct err ignored;
	const json_t *j =
		json_read(body.p, body.n, &json_limits_own, r->mem, &ignored);

	return json_str(j, "file_name");
}

static bool find(struct download *d, struct err *e)
{
	struct req *r = d->r;
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_bytes(&a, d->sha.b, SHA256_LEN);
	db_uuid(&a, &d->asked);
	if (!db_run(r->db, Q_FILE_GET, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return not_found(e);
	if (!may_read(d, rows, e) ||
		(withholds((int)db_get_int(rows, 0, "class")) &&
			!fresh_reader(r, e)))
		return false;
	d->rec = db_get_uuid(rows, 0, "record_id");
	d->chunks = db_get_uuid(rows, 0, "chunks");
	d->media = arena_strdup(r->mem, db_get_text(rows, 0, "media"));
	d->name = name_in(r, db_get_bytes(rows, 0, "body"));
	return file_box_open(r->app->file_keys, &d->sha,
		db_get_int(rows, 0, "size"), db_get_bytes(rows, 0, "key_id"),
		db_get_bytes(rows, 0, "sealed_key"), &d->box, e);
}

/* ---- which part ---- */

static bool choose_part(struct download *d, const char *etag, struct err *e)
{
	const struct req *r = d->r;
	int64_t size = d->box.size;
	bool same = !r->if_range || strcmp(r->if_range, etag) == 0;

	d->part = range_parse(same ? r->range : NULL, size);
	switch (d->part.kind) {
	case RANGE_PART:
		return true;
	case RANGE_OUTSIDE:
		return err_field(
			e, ERR_BAD_RANGE, "range", "%lld", (long long)size);
	case RANGE_NONE:
		break;
	}
	if (size > FILE_PART)
		return err_field(e, ERR_BAD_REQUEST, "range", "bytes=0-%lld",
			(long long)FILE_PART - 1);
	d->part.n = size;
	return true;
}

/* ---- the bytes ---- */

/* Copies what of chunk `no` belongs to the part. */
static void copy_part(
	void *ctx, int64_t no, const unsigned char *plain, size_t n)
{
	const struct download *d = ctx;
	int64_t at = no * (int64_t)FILE_CHUNK;
	int64_t from = d->part.at > at ? d->part.at : at;
	int64_t end = d->part.at + d->part.n;
	int64_t to = end < at + (int64_t)n ? end : at + (int64_t)n;

	memcpy(d->out + (from - d->part.at), plain + (from - at),
		(size_t)(to - from));
}

static bool open_part(struct download *d, struct err *e)
{
	int64_t last = (d->part.at + d->part.n - 1) / (int64_t)FILE_CHUNK;

	d->out = arena_alloc(d->r->mem, (size_t)d->part.n);
	return chunks_each(d->r->db, &d->box, &d->chunks,
		d->part.at / (int64_t)FILE_CHUNK, last, copy_part, d, e);
}

/* ---- the answer ---- */

/* RFC 6266 with RFC 8187's coding; no folder of anybody's gets in. */
static const char *disposition(const struct download *d)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
	const struct media *m = media_named(d->media);
	const char *from = d->name ? d->name : "";
	struct buf b;
	char *out;

	buf_init(&b, 4096);
	buf_text(&b, "attachment; filename");
	if (!*from)
		buf_printf(&b, "=\"file.%.*s\"",
			m ? (int)strcspn(m->endings, " ") : 3,
			m ? m->endings : "bin");
	else
		buf_text(&b, "*=UTF-8''");
	for (; *from; from++)
		if (*from == '/' || *from == '\\')
			buf_char(&b, '_');
		else if (strchr(plain, *from))
			buf_char(&b, *from);
		else
			buf_printf(&b, "%%%02X", (unsigned char)*from);
	out = arena_strndup(d->r->mem, b.p, b.n);
	buf_free(&b);
	return out;
}

static bool send_part(
	struct download *d, const char *etag, const unsigned char *bytes)
{
	struct req *r = d->r;
	bool whole = d->part.kind == RANGE_NONE;

	req_header(r, "ETag", etag);
	req_header(r, "Accept-Ranges", "bytes");
	req_header(r, "Content-Disposition", disposition(d));
	/* Beside the general policy, of which both count. */
	req_header(r, "Content-Security-Policy", "sandbox; default-src 'none'");
	if (!whole)
		req_header(r, "Content-Range",
			arena_printf(r->mem, "bytes %lld-%lld/%lld",
				(long long)d->part.at,
				(long long)(d->part.at + d->part.n - 1),
				(long long)d->box.size));
	return req_reply_bytes(r, whole ? 200 : 206, d->media,
		(const char *)bytes, (size_t)d->part.n);
}

bool file_get(struct req *r, struct err *e)
{
	struct download d = {.r = r};
	char hex[SHA256_HEX];
	const char *etag;
	bool ok;

	if (!read_address(&d, e) || !db_begin(r->db, &r->reader, true, e))
		return false;
	etag = arena_printf(
		r->mem, "\"%s\"", hex_format(d.sha.b, SHA256_LEN, hex));
	ok = find(&d, e) && choose_part(&d, etag, e) && open_part(&d, e);
	file_box_wipe(&d.box);
	if (!ok) {
		db_rollback(r->db);
		return false;
	}
	/* No trail, no answer. */
	return audit_end(r, "file", "ok", &d.rec, 1, e) &&
	       send_part(&d, etag, d.out);
}
