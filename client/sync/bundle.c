/*
 * bundle.c - see bundle.h.
 */
#include "client/sync/bundle.h"

#include "client/store/place.h"
#include "client/sync/device.h"
#include "proto/base/crash.h"
#include "proto/base/fd.h"
#include "proto/base/sign.h"
#include "proto/courier.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAGIC     "casebridge unsent 2\n"
#define MAGIC_N   (sizeof(MAGIC) - 1)
#define FRAME_MAX ((size_t)4 << 20)
#define HEAD      5
#define PEM_MAX   65536
#define PEOPLE    1000

bool bundle_is(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char head[MAGIC_N];
	bool ok = fd >= 0 && read(fd, head, MAGIC_N) == (ssize_t)MAGIC_N &&
		  memcmp(head, MAGIC, MAGIC_N) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* What the station signs. */
static const char *signed_text(
	struct sha256_run *run, struct sha256 *sha, struct arena *mem)
{
	char hex[SHA256_HEX];

	*sha = sha256_end(run);
	return arena_printf(
		mem, MAGIC "%s\n", hex_format(sha->b, SHA256_LEN, hex));
}

/* ---- writing ---- */

struct bundle_out {
	struct arena *mem;
	const char *path;
	int fd;
	struct sha256_run *run;
	bool finished;
};

static void close_out(void *p)
{
	struct bundle_out *b = p;

	if (b->run)
		sha256_end(b->run);
	if (b->fd >= 0)
		close(b->fd);
	if (!b->finished && b->fd >= 0)
		unlink(b->path);
}

static bool not_written(const struct bundle_out *b, struct err *e)
{
	return err_field(e, ERR_NOT_SAVED, b->path, "%s", strerror(errno));
}

struct bundle_out *bundle_create(
	const char *path, struct arena *mem, struct err *e)
{
	struct bundle_out *b = ARENA_NEW(mem, struct bundle_out);

	b->mem = mem;
	b->path = arena_strdup(mem, path);
	b->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		S_IRUSR | S_IWUSR);
	if (b->fd < 0) {
		err_field(e, ERR_BAD_FILE, path, "%s", strerror(errno));
		return NULL;
	}
	b->run = sha256_begin();
	arena_adopt(mem, b, close_out);
	sha256_add(b->run, MAGIC, MAGIC_N);
	if (fd_write(b->fd, MAGIC, MAGIC_N))
		return b;
	not_written(b, e);
	return NULL;
}

static void put_head(unsigned char head[HEAD], enum bundle_kind kind, size_t n)
{
	head[0] = (unsigned char)kind;
	for (int i = 0; i < 4; i++)
		head[1 + i] = (unsigned char)(n >> (24 - 8 * i));
}

bool bundle_put(struct bundle_out *b, enum bundle_kind kind, struct str bytes,
	struct err *e)
{
	unsigned char head[HEAD];

	if (bytes.n > FRAME_MAX)
		return err_field(e, ERR_TOO_LARGE, b->path, "%zu", FRAME_MAX);
	put_head(head, kind, bytes.n);
	if (kind != BUNDLE_END) {
		sha256_add(b->run, head, HEAD);
		sha256_add(b->run, bytes.p, bytes.n);
	}
	return (fd_write(b->fd, head, HEAD) &&
		       fd_write(b->fd, bytes.p, bytes.n)) ||
	       not_written(b, e);
}

bool bundle_finish(struct bundle_out *b, const char *key, struct err *e)
{
	struct sha256 sha;
	const char *text = signed_text(b->run, &sha, b->mem);
	struct buf sig;
	bool ok;

	b->run = NULL;
	buf_init(&sig, 256);
	ok = device_sign(key, text, strlen(text), &sig, e) &&
	     bundle_put(b, BUNDLE_END, (struct str){sig.p, sig.n}, e);
	buf_free(&sig);
	if (!ok)
		return false;
	CRASH_POINT("bundle_written");
	b->finished = fsync(b->fd) == 0 && file_keep_name(b->path);
	return b->finished || not_written(b, e);
}

/* ---- reading ---- */

struct bundle_in {
	const char *path;
	FILE *f;
	struct sha256_run *run; /* of all frames that were read, but the last */
	struct sha256 sha;      /* when the last was read */
	const char *text;       /* what it signs */
	struct arena *mem;
};

static void close_in(void *p)
{
	struct bundle_in *b = p;

	if (b->run)
		sha256_end(b->run);
	if (b->f)
		fclose(b->f);
}

static bool cut(const struct bundle_in *b, struct err *e)
{
	return err_field(e, ERR_BAD_FILE, b->path,
		"文件不完整或已损坏" ERR_BOTH "it is cut short or damaged");
}

struct bundle_in *bundle_open(
	const char *path, struct arena *mem, struct err *e)
{
	struct bundle_in *b = ARENA_NEW(mem, struct bundle_in);
	char head[MAGIC_N];

	b->mem = mem;
	b->path = arena_strdup(mem, path);
	b->f = fopen(path, "rbe");
	if (!b->f) {
		err_field(e, ERR_BAD_FILE, path, "%s", strerror(errno));
		return NULL;
	}
	b->run = sha256_begin();
	arena_adopt(mem, b, close_in);
	if (fread(head, 1, MAGIC_N, b->f) != MAGIC_N ||
		memcmp(head, MAGIC, MAGIC_N) != 0) {
		cut(b, e);
		return NULL;
	}
	sha256_add(b->run, MAGIC, MAGIC_N);
	return b;
}

static bool is_kind(unsigned char c)
{
	return c && strchr("hdpcfbz", c) != NULL;
}

bool bundle_next(struct bundle_in *b, struct arena *mem,
	struct bundle_frame *out, struct err *e)
{
	unsigned char head[HEAD];
	char *bytes;
	size_t n;

	if (!b->run || fread(head, 1, HEAD, b->f) != HEAD || !is_kind(head[0]))
		return cut(b, e);
	n = (size_t)head[1] << 24 | (size_t)head[2] << 16 |
	    (size_t)head[3] << 8 | head[4];
	if (n > FRAME_MAX)
		return cut(b, e);
	bytes = arena_alloc(mem, n + 1);
	if (fread(bytes, 1, n, b->f) != n)
		return cut(b, e);
	out->kind = (enum bundle_kind)head[0];
	out->bytes = (struct str){bytes, n};
	if (out->kind != BUNDLE_END) {
		sha256_add(b->run, head, HEAD);
		sha256_add(b->run, bytes, n);
		return true;
	}
	b->text = signed_text(b->run, &b->sha, b->mem);
	b->run = NULL;
	return fgetc(b->f) == EOF || cut(b, e);
}

/* ---- is it what it says? ---- */

struct checking {
	const struct station_dir *p;
	struct bundle_in *b;
	struct arena *mem;
	struct bundle_about *about;
	struct str authority;
	const char *ca;
	struct str device; /* the key of the station that wrote it */
	struct passport now;
	bool headed;
	bool in_file;
};

static bool forged(const char *what, struct err *e)
{
	return err_field(e, ERR_FORGED, what, "-");
}

static bool own_site(const struct checking *k, const char *site, struct err *e)
{
	const char *own = json_str(k->p->station, "site");

	return (own && site && strcmp(own, site) == 0) ||
	       err_field(e, ERR_OTHER_SITE, "file", "%s",
		       json_str(k->p->station, "site_name")
			       ? json_str(k->p->station, "site_name")
			       : "-");
}

static json_t *frame_json(struct checking *k, const struct bundle_frame *f,
	struct arena *mem, struct err *e)
{
	json_t *j =
		json_read(f->bytes.p, f->bytes.n, &json_limits_sealed, mem, e);

	if (!j)
		cut(k->b, e);
	return j;
}

static bool check_head(struct checking *k, const struct bundle_frame *f,
	struct arena *mem, struct err *e)
{
	json_t *j = k->headed ? NULL : frame_json(k, f, mem, e);

	if (!j)
		return cut(k->b, e);
	k->headed = true;
	return own_site(k, json_str(j, "site"), e);
}

static bool check_device(struct checking *k, const struct bundle_frame *f,
	struct arena *mem, struct err *e)
{
	(void)mem;
	if (!k->headed || k->device.n || f->bytes.n > PEM_MAX)
		return cut(k->b, e);
	return device_certified(f->bytes.p, k->ca, k->mem, &k->device, e) ||
	       forged("device.crt", e);
}

static bool check_passport(struct checking *k, const struct bundle_frame *f,
	struct arena *mem, struct err *e)
{
	json_t *j = k->device.n ? frame_json(k, f, mem, e) : NULL;
	char site[UUID_TEXT];

	(void)mem;
	if (!j || ++k->about->people > PEOPLE)
		return cut(k->b, e);
	k->in_file = false;
	if (!passport_read(j, k->mem, &k->now, e) ||
		!passport_is_real(&k->now, k->authority))
		return forged("passport", e);
	return own_site(k, uuid_format(&k->now.site, site), e);
}

static bool check_parcel(struct checking *k, const struct bundle_frame *f,
	struct arena *mem, struct err *e)
{
	json_t *j = k->about->people ? frame_json(k, f, mem, e) : NULL;
	bool is_file = f->kind == BUNDLE_FILE;
	struct parcel p;

	if (!j)
		return cut(k->b, e);
	k->in_file = is_file;
	if (!parcel_read(j, mem, &p, e) || (p.kind == PARCEL_FILE) != is_file ||
		uuid_cmp(&p.replica, &k->now.replica) != 0 ||
		!parcel_is_from(&p, k->now.author))
		return forged("parcel", e);
	k->about->files += is_file;
	k->about->changes += !is_file;
	return true;
}

/* What a chunk holds is under the seal of its file, and under the signature of
 * the whole. */
static bool check_chunk(struct checking *k, const struct bundle_frame *f,
	struct arena *mem, struct err *e)
{
	(void)f;
	(void)mem;
	return k->in_file || cut(k->b, e);
}

static bool check_end(struct checking *k, const struct bundle_frame *f,
	struct arena *mem, struct err *e)
{
	(void)mem;
	k->about->sha = k->b->sha;
	return (k->device.n &&
		       sign_verify(k->device,
			       (struct str){k->b->text, strlen(k->b->text)},
			       f->bytes)) ||
	       forged("file", e);
}

static const struct {
	enum bundle_kind kind;
	bool (*check)(struct checking *k, const struct bundle_frame *f,
		struct arena *mem, struct err *e);
} checks[] = {
	{BUNDLE_HEAD,     check_head    },
	{BUNDLE_DEVICE,   check_device  },
	{BUNDLE_PASSPORT, check_passport},
	{BUNDLE_CHANGE,   check_parcel  },
	{BUNDLE_FILE,     check_parcel  },
	{BUNDLE_CHUNK,    check_chunk   },
	{BUNDLE_END,      check_end     },
};

static bool check_frame(struct checking *k, const struct bundle_frame *f,
	struct arena *mem, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		if (checks[i].kind == f->kind)
			return checks[i].check(k, f, mem, e);
	return cut(k->b, e);
}

static bool check_all(struct checking *k, struct err *e)
{
	bool more = true, ok = true;

	while (ok && more) {
		struct arena *mem = arena_new();
		struct bundle_frame f;

		ok = bundle_next(k->b, mem, &f, e) &&
		     check_frame(k, &f, mem, e);
		more = ok && f.kind != BUNDLE_END;
		arena_free(mem);
	}
	return ok;
}

bool bundle_check(const struct station_dir *p, const char *path,
	struct bundle_about *out, struct err *e)
{
	struct arena *mem = arena_new();
	struct checking k;
	bool ok;

	memset(out, 0, sizeof(*out));
	memset(&k, 0, sizeof(k));
	k.p = p;
	k.mem = mem;
	k.about = out;
	k.b = bundle_open(path, mem, e);
	k.ca = k.b ? place_need(p, "ca.crt", PEM_MAX, e) : NULL;
	ok = k.ca && device_authority(k.ca, mem, &k.authority, e) &&
	     check_all(&k, e);
	arena_free(mem);
	return ok;
}
