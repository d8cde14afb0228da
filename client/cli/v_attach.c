/*
 * v_attach.c - casebridge attach: a file becomes a document of a case.
 *
 * The file is read twice: once for its hash, its size and its kind, once to be
 * sealed; what changed in between is noticed, and nothing is kept. The record
 * and the bytes are saved together, and sent by the next sync.
 */
#include "client/cli/desk.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"
#include "client/store/files.h"
#include "proto/media.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct source {
	const char *path;
	const char *name; /* without folders */
	int fd;
	struct sha256 sha;
	int64_t size;
	const struct media *media;
};

/* ---- the file ---- */

static bool bad(
	struct cli *c, const struct source *f, enum text_id want, struct err *e)
{
	return err_field(
		e, ERR_BAD_FILE, f->name, "%s", text_raw(c->lang, want));
}

static void close_source(void *p)
{
	close(((struct source *)p)->fd);
}

static bool open_source(struct cli *c, struct source *f, struct err *e)
{
	const char *slash = strrchr(f->path, '/');
	struct stat st;

	f->name = slash ? slash + 1 : f->path;
	f->fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (f->fd < 0)
		return bad(c, f, T_NOT_THERE, e);
	arena_adopt(c->mem, f, close_source);
	return (fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode)) ||
	       bad(c, f, T_NOT_THERE, e);
}

/* As many bytes as there are up to n; less only at the end. */
static bool read_block(int fd, unsigned char *p, size_t n, size_t *got)
{
	*got = 0;
	while (*got < n) {
		ssize_t one = read(fd, p + *got, n - *got);

		if (one < 0 && errno == EINTR)
			continue;
		if (one < 0)
			return false;
		if (one == 0)
			break;
		*got += (size_t)one;
	}
	return true;
}

static bool judge(struct cli *c, struct source *f, const unsigned char *head,
	size_t n, struct err *e)
{
	if (n == 0)
		return bad(c, f, T_FILE_EMPTY, e);
	f->media = media_guess(f->name, head, n);
	return f->media != NULL ||
	       err_field(e, ERR_BAD_FILE, f->name, "%s", media_accepts);
}

static bool too_large(const struct source *f, struct err *e)
{
	return err_field(e, ERR_TOO_LARGE, f->name, "%lld MiB (%.*s)",
		(long long)(f->media->max >> 20),
		(int)strcspn(f->media->endings, " "), f->media->endings);
}

/* The first reading: hash, size, kind. */
static bool look(struct cli *c, struct source *f, struct err *e)
{
	unsigned char *block = arena_alloc(c->mem, BLOB_CHUNK);
	struct sha256_run *run = sha256_begin();
	bool ok = true;
	size_t n;

	do {
		ok = read_block(f->fd, block, BLOB_CHUNK, &n) ||
		     bad(c, f, T_NOT_THERE, e);
		if (ok && !f->media)
			ok = judge(c, f, block, n, e);
		if (!ok)
			break;
		sha256_add(run, block, n);
		f->size += (int64_t)n;
		ok = f->size <= f->media->max || too_large(f, e);
	} while (ok && n == BLOB_CHUNK);
	f->sha = sha256_end(run);
	seal_wipe(block, BLOB_CHUNK);
	return ok;
}

/* The second: into the blob, and compared with the first. */
static bool copy(struct cli *c, struct source *f, struct blob *b, struct err *e)
{
	unsigned char *block = arena_alloc(c->mem, BLOB_CHUNK);
	struct sha256_run *run = sha256_begin();
	bool ok = lseek(f->fd, 0, SEEK_SET) == 0 || bad(c, f, T_NOT_THERE, e);
	struct sha256 sha;
	size_t n, want;

	for (int64_t no = 0; ok && (want = blob_chunk(b, no)) > 0; no++) {
		struct str plain = {(const char *)block, want};

		ok = (read_block(f->fd, block, want, &n) && n == want) ||
		     bad(c, f, T_FILE_CHANGES, e);
		if (ok)
			sha256_add(run, block, n);
		ok = ok && blob_put(b, no, plain, e);
	}
	sha = sha256_end(run);
	seal_wipe(block, BLOB_CHUNK);
	return ok &&
	       (sha256_equal(&sha, &f->sha) || bad(c, f, T_FILE_CHANGES, e)) &&
	       blob_keep(b, e);
}

/* ---- the record ---- */

/* What the file itself says. */
static const char *const own_fields[] = {
	"sha256", "size", "media", "file_name"};

static bool set_option(struct desk *d, const struct rtype *t, enum option o,
	const char *name, json_t *body, struct err *e)
{
	const char *typed = d->c->option[o];
	const struct field *f = rtype_field(t, name);
	json_t *v;

	if (!typed)
		return true;
	v = f ? value_parse(d, f, *typed ? typed : "yes", e) : NULL;
	if (v)
		json_object_set_new(body, name, v);
	return v != NULL;
}

static void set_usual(json_t *body, const char *name, const char *text)
{
	json_t *v = json_object_get(body, name) ? NULL : json_string(text);

	/* A name that is no UTF-8 is left out. */
	if (v)
		json_object_set_new(body, name, v);
}

static void fill(struct cli *c, const struct rtype *t, const struct source *f,
	json_t *body)
{
	const struct field *name = rtype_field(t, "file_name");
	char hex[SHA256_HEX];
	const char *kind;

	set_usual(body, "kind", "other");
	kind = json_str(body, "kind");
	/* A dignity document is read and approved before it is filed. */
	set_usual(body, "status",
		kind && strcmp(kind, "dignity_document") == 0 ? "draft"
							      : "final");
	set_usual(body, "title", f->name);
	set_usual(body, "title", type_label(c, t));
	json_object_set_new(body, "sha256",
		json_string(hex_format(f->sha.b, SHA256_LEN, hex)));
	json_object_set_new(body, "size", json_integer(f->size));
	json_object_set_new(body, "media", json_string(f->media->name));
	if (name && strlen(f->name) <= (size_t)name->max)
		set_usual(body, "file_name", f->name);
}

static bool read_body(struct desk *d, const struct rtype *t,
	const struct source *f, json_t *body, struct err *e)
{
	if (!set_option(d, t, O_KIND, "kind", body, e) ||
		!set_option(d, t, O_TITLE, "title", body, e) ||
		!set_option(d, t, O_RESTRICTED, "restricted", body, e) ||
		!set_option(d, t, O_READER, "readers", body, e) ||
		!value_assignments(d, t, 2, body, NULL, e))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(own_fields); i++)
		if (json_object_get(body, own_fields[i]))
			return cli_usage(e, own_fields[i],
				"casebridge attach CASE FILE");
	fill(d->c, t, f, body);
	return true;
}

/* ---- both ---- */

static bool save(struct desk *d, const struct rtype *t,
	const struct uuid *case_id, struct source *f, json_t *body,
	struct uuid *rec, struct err *e)
{
	struct file_about about;
	struct blob *b;
	bool ok;

	if (!outbox_create(desk_view(d), t, case_id, body, NULL, rec, e))
		return false;
	about.rec = *rec;
	about.unit = record_unit(t, rec, case_id);
	about.sha = f->sha;
	about.size = f->size;
	about.media = f->media->name;
	b = file_add(d->s, &about, FILE_WAITING, e);
	ok = b && copy(d->c, f, b, e);
	blob_close(b);
	return ok;
}

bool verb_attach(struct cli *c, struct err *e)
{
	struct source *f = ARENA_NEW(c->mem, struct source);
	struct desk *d = desk_open(c, true, e);
	json_t *body = json_keep(json_object(), c->mem);
	struct uuid case_id, rec;
	const struct rtype *t;

	if (!d)
		return false;
	f->path = c->arg[1];
	memset(&rec, 0, sizeof(rec));
	t = value_type(d, "document", e);
	if (!t || !pick_case(d, c->arg[0], "CASE", &case_id, e) ||
		!open_source(c, f, e) || !look(c, f, e) ||
		!read_body(d, t, f, body, e))
		return false;
	desk_view(d);
	if (!store_begin(d->s, e))
		return false;
	if (!save(d, t, &case_id, f, body, &rec, e)) {
		store_rollback(d->s);
		return false;
	}
	return desk_saved(d, &rec, e);
}
