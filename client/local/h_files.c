/*
 * h_files.c - files at a station: taken in from the page piece by piece, sealed
 * chunk by chunk as they come; given out from what is here; and fetched from
 * the centre when somebody asks for one that is not, keeping what came.
 *
 * The row that says "part of it is here" stands in the store before the first
 * chunk. So an upload goes on where it was after the screen was locked or the
 * program ended, and so does a file that was being fetched.
 */
#include "client/local/local_in.h"

#include "client/sync/files_part.h"
#include "proto/media.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GIVEN_MOST ((size_t)4 << 20) /* in one answer, as the centre */
#define RANGE_MOST ((int64_t)2 << 20)

/* ---- which file ---- */

/* What a record the person sees says of its file. */
static bool about_of(struct local *l, struct ask *a, const char *rec,
	struct file_about *out, struct err *e)
{
	struct seen r;
	const char *sha, *media;

	if (!rec || !uuid_parse(rec, &out->rec) ||
		!view_record(local_view(l, a), &out->rec, a->mem, &r, e))
		return err_field(e, ERR_NOT_FOUND, "rec", "-");
	sha = json_str(r.body, "sha256");
	media = json_str(r.body, "media");
	if (!sha || !hex_parse(sha, out->sha.b, SHA256_LEN))
		return err_field(e, ERR_NOT_FOUND, "sha256", "-");
	out->unit = r.unit;
	out->size = json_int(r.body, "size", 0);
	out->media = media ? media : "application/octet-stream";
	return true;
}

static int64_t have_of(struct local *l, const struct file *f)
{
	struct err ignored;
	struct blob *b = file_open(l->s, f, BLOB_READ, &ignored);
	int64_t have = b ? blob_have(b) : 0;

	blob_close(b);
	return have;
}

/* ---- up ---- */

static bool place(
	struct local *l, struct ask *a, const struct file *f, unsigned status)
{
	bool done = f->state == FILE_WAITING || f->state == FILE_KEPT;
	char rec[UUID_TEXT];
	int64_t have = done ? f->size : have_of(l, f);

	ask_header(a, "Upload-Offset",
		arena_printf(a->mem, "%lld", (long long)have));
	return ask_json(a, status,
		json_keep(json_pack("{s:s, s:I, s:I, s:b, s:I}", "upload",
				  uuid_format(&f->rec, rec), "offset",
				  (json_int_t)have, "size", (json_int_t)f->size,
				  "done", (int)done, "chunk_max",
				  (json_int_t)BODY_MAX),
			a->mem));
}

static bool check_announced(
	const struct ask *a, const struct file_about *about, struct err *e)
{
	const char *sha = json_str(a->json, "sha256");
	const struct media *m = media_named(about->media);
	struct sha256 said;

	if (!sha || !hex_parse(sha, said.b, SHA256_LEN) ||
		!sha256_equal(&said, &about->sha))
		return err_field(e, ERR_BAD_INPUT, "sha256", "rec.sha256");
	if (!m)
		return err_field(
			e, ERR_BAD_MEDIA, "media", "%s", media_accepts);
	if (about->size < 1 || about->size > m->max)
		return err_field(
			e, ERR_TOO_LARGE, "size", "%lld", (long long)m->max);
	return true;
}

bool local_upload_post(struct local *l, struct ask *a, struct err *e)
{
	struct file_about about;
	const struct file *f;

	if (!about_of(l, a, json_str(a->json, "rec"), &about, e) ||
		!check_announced(a, &about, e))
		return false;
	f = file_find(l->s, &about.rec, &about.sha);
	/* One the centre refused is tried again. */
	if (f && f->state == FILE_REFUSED) {
		if (!part_drop(l->s, f, e))
			return false;
		f = NULL;
	}
	if (!f && !part_begin(l->s, &about, e))
		return false;
	return place(l, a, file_find(l->s, &about.rec, &about.sha), 201);
}

static const struct file *upload_of(
	struct local *l, struct ask *a, struct err *e)
{
	struct file_about about;
	const struct file *f;

	if (!about_of(l, a, a->segment, &about, e))
		return NULL;
	f = file_find(l->s, &about.rec, &about.sha);
	if (!f)
		err_field(e, ERR_NOT_FOUND, "upload", "-");
	return f;
}

bool local_upload_get(struct local *l, struct ask *a, struct err *e)
{
	const struct file *f = upload_of(l, a, e);

	return f && place(l, a, f, 200);
}

static bool read_offset(const struct ask *a, int64_t *out)
{
	char *end = NULL;

	*out = a->upload_offset ? strtoll(a->upload_offset, &end, 10) : -1;
	return *out >= 0 && !*end;
}

bool local_upload_patch(struct local *l, struct ask *a, struct err *e)
{
	const struct file *f = upload_of(l, a, e);
	struct uuid rec;
	struct sha256 sha;
	int64_t offset, have;

	if (!f)
		return false;
	have = f->state == FILE_PART ? have_of(l, f) : f->size;
	if (!read_offset(a, &offset) || offset != have)
		return err_field(e, ERR_OFFSET, "Upload-Offset", "%lld",
			(long long)have);
	rec = f->rec;
	sha = f->sha;
	if (f->state == FILE_PART) {
		if (!part_take(l->s, f, a->body, FILE_WAITING, &have, e))
			return false;
		if (have == offset)
			return err_field(e, ERR_BAD_REQUEST, "body", ">= %zu",
				BLOB_CHUNK);
		round_soon(l);
	}
	f = file_find(l->s, &rec, &sha);
	return place(l, a, f, 200);
}

/* ---- down ---- */

static bool give(struct ask *a, const char *media, int64_t from,
	struct str bytes, int64_t size)
{
	ask_header(a, "Content-Disposition", "attachment");
	ask_header(a, "Content-Range",
		arena_printf(a->mem, "bytes %lld-%lld/%lld", (long long)from,
			(long long)(from + (int64_t)bytes.n - 1),
			(long long)size));
	return ask_reply(a, 206, arena_strdup(a->mem, media), bytes.p, bytes.n);
}

/* What is here from there on, as much as one answer holds. */
static bool give_here(struct local *l, struct ask *a, const struct file *f,
	int64_t from, struct err *e)
{
	struct blob *b = file_open(l->s, f, BLOB_READ, e);
	int64_t no = from / (int64_t)BLOB_CHUNK, have = b ? blob_have(b) : 0;
	size_t skip = (size_t)(from % (int64_t)BLOB_CHUNK);
	bool ok = b != NULL;
	struct str bytes;
	struct buf out;

	buf_init(&out, GIVEN_MOST);
	for (; ok && no * (int64_t)BLOB_CHUNK < have; no++, skip = 0) {
		struct str plain;

		if (out.n + BLOB_CHUNK > GIVEN_MOST)
			break;
		ok = blob_get(b, no, a->mem, &plain, e);
		if (ok)
			buf_add(&out, plain.p + skip, plain.n - skip);
	}
	blob_close(b);
	bytes.p = arena_strndup(a->mem, out.p, out.n);
	bytes.n = out.n;
	buf_free(&out);
	return ok && give(a, f->media, from, bytes, f->size);
}

/* A range came from the centre: kept where it goes on with what is here, and
 * given to the page. Anything else it said is passed on. */
static bool came(struct local *l, struct ask *a, const struct reply *r,
	const struct err *why)
{
	struct file_about about;
	struct range range;
	struct err e;
	int64_t from;

	(void)why;
	if (!r || (r->status != 200 && r->status != 206) ||
		!ask_range(a, &from))
		return false;
	if (!part_read(r, from, &range, &e) ||
		!about_of(l, a, ask_query(a, "rec"), &about, &e) ||
		!part_came(l->s, &about, &range, &e)) {
		ask_problem(a, &e);
		return true;
	}
	range.bytes.p = arena_strndup(a->mem, range.bytes.p, range.bytes.n);
	return give(a, about.media, from, range.bytes, range.total);
}

static bool no_such_part(struct ask *a, int64_t size, struct err *e)
{
	ask_header(a, "Content-Range",
		arena_printf(a->mem, "bytes */%lld", (long long)size));
	return err_field(e, ERR_BAD_RANGE, "range", "%lld", (long long)size);
}

bool local_file(struct local *l, struct ask *a, struct err *e)
{
	const char *rec = ask_query(a, "rec");
	int64_t from;
	struct errand_order o = {.method = "GET", .after = came};
	char hex[SHA256_HEX];
	struct file_about about;
	const struct file *f;

	if (!about_of(l, a, rec, &about, e) ||
		!local_may_open(l, a, &about.rec, e))
		return false;
	if (strcmp(hex_format(about.sha.b, SHA256_LEN, hex), a->segment) != 0)
		return err_field(e, ERR_NOT_FOUND, "sha256", "-");
	f = file_find(l->s, &about.rec, &about.sha);
	if (!ask_range(a, &from) || (f && from >= f->size))
		return no_such_part(a, f ? f->size : about.size, e);
	if (f && from < have_of(l, f))
		return give_here(l, a, f, from, e);
	o.path = arena_printf(a->mem, "/v1/files/%s?rec=%s", hex, rec);
	o.range = arena_printf(a->mem, "bytes=%lld-%lld", (long long)from,
		(long long)(from + RANGE_MOST - 1));
	return errand_send(l, a, &o, e);
}

/* A file the centre will never take is given up: by whom it is shown to, also
 * when its case was taken away and only this is left of it. */
bool local_file_discard(struct local *l, struct ask *a, struct err *e)
{
	const char *rec = ask_query(a, "rec");
	const struct file *f;
	struct sha256 sha;
	struct uuid id;

	if (!rec || !uuid_parse(rec, &id))
		return err_field(e, ERR_BAD_INPUT, "rec", "UUIDv7");
	if (!hex_parse(a->segment, sha.b, SHA256_LEN))
		return err_field(e, ERR_BAD_INPUT, "sha256", "64 hex digits");
	f = file_find(l->s, &id, &sha);
	if (!f)
		return err_field(e, ERR_NOT_FOUND, "rec", "-");
	if (f->state != FILE_REFUSED)
		return err_field(e, ERR_BAD_INPUT, "rec", "refused");
	return part_drop(l->s, f, e) && ask_reply(a, 204, NULL, "", 0);
}
