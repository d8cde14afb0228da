/*
 * files_part.c - see files_part.h.
 */
#include "client/sync/files_part.h"

#include "client/sync/engine.h"
#include "proto/media.h"

#include <stdio.h>
#include <string.h>

/* ---- rows ---- */

static bool end(struct store *s, bool ok, struct err *e)
{
	if (ok)
		return store_commit(s, e);
	store_rollback(s);
	return false;
}

bool part_begin(struct store *s, const struct file_about *about, struct err *e)
{
	struct blob *b;

	if (!store_begin(s, e))
		return false;
	b = file_add(s, about, FILE_PART, e);
	blob_close(b);
	return end(s, b != NULL, e);
}

bool part_set(struct store *s, const struct file *f, enum file_state state,
	json_t *why, struct err *e)
{
	if (!store_begin(s, e)) {
		json_decref(why);
		return false;
	}
	return end(s, file_set(s, f, state, why, e), e);
}

bool part_drop(struct store *s, const struct file *f, struct err *e)
{
	return store_begin(s, e) && end(s, file_drop(s, f, e), e);
}

/* ---- a range ---- */

static int64_t largest(void)
{
	int64_t most = 0;

	for (size_t i = 0; media_at(i); i++)
		if (media_at(i)->max > most)
			most = media_at(i)->max;
	return most;
}

/* "bytes FIRST-LAST/TOTAL", and as many bytes as that, or less when the line
 * broke. */
static bool read_range(const struct reply *a, bool cut, struct range *out)
{
	long long first, last, total;
	int end = 0;

	if (sscanf(a->range, "bytes %18lld-%18lld/%18lld%n", &first, &last,
		    &total, &end) != 3 ||
		a->range[end])
		return false;
	out->total = total;
	if (first != out->from || last < first || last >= total)
		return false;
	return out->bytes.n == (size_t)(last - first) + 1 ||
	       (cut && out->bytes.n <= (size_t)(last - first));
}

static struct range range_of(const struct reply *a, int64_t from)
{
	return (struct range){a->body, from, (int64_t)a->body.n};
}

bool part_read(
	const struct reply *a, int64_t from, struct range *out, struct err *e)
{
	*out = range_of(a, from);
	if ((a->status == 200 && from == 0 && a->body.n) ||
		(a->status == 206 && read_range(a, false, out)))
		return out->total <= largest() ||
		       err_field(e, ERR_TOO_LARGE, "file", "%lld",
			       (long long)largest());
	if (a->status == 200 || a->status == 206)
		return err_set(e, ERR_VOID_PAGE, "another range came");
	sync_problem(a, e);
	if (e->code == ERR_NOT_FOUND)
		err_set(e, ERR_FILE_AWAY, "the centre does not give it");
	return false;
}

bool part_read_cut(const struct reply *a, int64_t from, struct range *out)
{
	*out = range_of(a, from);
	return a->status == 206 && a->body.n >= BLOB_CHUNK &&
	       read_range(a, true, out) && out->total <= largest();
}

/* ---- chunks ---- */

bool part_put(struct blob *b, struct str bytes, int64_t *have, struct err *e)
{
	size_t at = 0;

	for (;;) {
		int64_t no = *have / (int64_t)BLOB_CHUNK;
		size_t n = blob_chunk(b, no);
		struct str plain = {bytes.p + at, n};

		if (n == 0 || at + n > bytes.n)
			return true;
		if (!blob_put(b, no, plain, e))
			return false;
		at += n;
		*have += (int64_t)n;
	}
}

static bool begins_as_its_kind(struct blob *b, const struct file *f)
{
	const struct media *m = media_named(f->media);
	struct arena *mem = arena_new();
	struct err ignored;
	struct str head;
	bool ok = m && blob_get(b, 0, mem, &head, &ignored) &&
		  media_fits(
			  m, head.p, head.n < MEDIA_HEAD ? head.n : MEDIA_HEAD);

	arena_free(mem);
	return ok;
}

static bool is_the_file(struct blob *b, const struct file *f, bool to_send)
{
	struct sha256 sha;
	struct err ignored;

	return blob_hash(b, &sha, &ignored) && sha256_equal(&sha, &f->sha) &&
	       (!to_send || begins_as_its_kind(b, f));
}

bool part_take(struct store *s, const struct file *f, struct str bytes,
	enum file_state whole, int64_t *have, struct err *e)
{
	struct blob *b = file_open(s, f, BLOB_ADD, e);
	bool ok, good;

	if (!b)
		return false;
	*have = blob_have(b);
	ok = part_put(b, bytes, have, e) && blob_keep(b, e);
	good = ok && *have == f->size &&
	       is_the_file(b, f, whole == FILE_WAITING);
	blob_close(b);
	if (!ok || *have < f->size)
		return ok;
	if (good)
		return part_set(s, f, whole, NULL, e);
	return part_drop(s, f, e) &&
	       err_field(e, ERR_FILE_MISMATCH, "sha256", "-");
}

static int64_t have_of(struct store *s, const struct file *f)
{
	struct err ignored;
	struct blob *b = file_open(s, f, BLOB_READ, &ignored);
	int64_t have = b ? blob_have(b) : 0;

	blob_close(b);
	return have;
}

bool part_came(struct store *s, const struct file_about *about,
	const struct range *r, struct err *e)
{
	struct file_about whole = *about;
	const struct file *f = file_find(s, &about->rec, &about->sha);
	int64_t have;

	/* Its record may say how large it is, and need not. */
	if ((f && f->size != r->total) ||
		(about->size > 0 && about->size != r->total))
		return err_field(e, ERR_FILE_MISMATCH, "size", "-");
	whole.size = r->total;
	if (!f && !part_begin(s, &whole, e))
		return false;
	f = file_find(s, &about->rec, &about->sha);
	return !f || f->state != FILE_PART || have_of(s, f) != r->from ||
	       part_take(s, f, r->bytes, FILE_KEPT, &have, e);
}
