/*
 * filed.h - files in the store of a fixture: making them, looking at what lies
 * on the disk, changing it as somebody else would.
 */
#ifndef TESTS_CLIENT_FILED_H
#define TESTS_CLIENT_FILED_H

#include "client/store/files.h"
#include "tests/unit/client/box.h"

#include <time.h>

#define MARKER "MARKER-IN-A-FILE"
#define LONG   ((size_t)5 * BLOB_CHUNK + 12345)

/* ---- making files ---- */

/* n bytes that differ by seed, with the marker in every chunk. */
static inline struct str content(struct fixture *f, size_t n, unsigned seed)
{
	char *p = arena_alloc(f->mem, n + 1);

	for (size_t i = 0; i < n; i++) {
		seed = seed * 1103515245u + 12345u;
		p[i] = (char)(seed >> 16);
	}
	for (size_t at = 0; at + sizeof(MARKER) < n; at += BLOB_CHUNK)
		memcpy(p + at, MARKER, sizeof(MARKER) - 1);
	return (struct str){p, n};
}

static inline struct file_about about(
	unsigned rec, unsigned unit, struct str bytes)
{
	return (struct file_about){id(rec), id(unit),
		sha256_of(bytes.p, bytes.n), (int64_t)bytes.n,
		"application/pdf"};
}

static inline bool fill(struct blob *b, struct str bytes, struct err *e)
{
	size_t at = 0;

	for (int64_t no = 0; blob_chunk(b, no); no++) {
		size_t n = blob_chunk(b, no);

		if (!blob_put(b, no, (struct str){bytes.p + at, n}, e))
			return false;
		at += n;
	}
	return blob_keep(b, e);
}

static inline bool attach(
	struct fixture *f, unsigned rec, unsigned unit, struct str bytes)
{
	struct file_about a = about(rec, unit, bytes);
	struct blob *b;
	bool ok;

	if (!store_begin(f->s, &f->e))
		return false;
	b = file_add(f->s, &a, FILE_WAITING, &f->e);
	ok = b && fill(b, bytes, &f->e);
	blob_close(b);
	return ok && store_commit(f->s, &f->e);
}

static inline const struct file *find(
	struct fixture *f, unsigned rec, struct str bytes)
{
	struct file_about a = about(rec, 1, bytes);

	return file_find(f->s, &a.rec, &a.sha);
}

static inline bool state_is(struct fixture *f, unsigned rec, struct str bytes,
	enum file_state state)
{
	const struct file *x = find(f, rec, bytes);

	return x && x->state == state;
}

/* The kept bytes of a file, opened, are these. */
static inline bool reads_as(struct fixture *f, unsigned rec, struct str bytes)
{
	const struct file *x = find(f, rec, bytes);
	struct blob *b = x ? file_open(f->s, x, BLOB_READ, &f->e) : NULL;
	size_t at = 0;
	bool ok = b && blob_size(b) == (int64_t)bytes.n &&
		  blob_have(b) == (int64_t)bytes.n;

	for (int64_t no = 0; ok && blob_chunk(b, no); no++) {
		struct str plain;

		ok = blob_get(b, no, f->mem, &plain, &f->e) &&
		     memcmp(plain.p, bytes.p + at, plain.n) == 0;
		at += plain.n;
	}
	blob_close(b);
	return ok;
}

/* Whether the seal of one chunk opens, whatever is in it. */
static inline bool opens(
	struct fixture *f, unsigned rec, struct str bytes, int64_t no)
{
	struct blob *b = file_open(f->s, find(f, rec, bytes), BLOB_READ, &f->e);
	struct str plain;
	bool ok = b && blob_get(b, no, f->mem, &plain, &f->e);

	blob_close(b);
	return ok;
}

static inline const char *files_dir(struct fixture *f)
{
	return arena_printf(f->mem, "%s-files", f->path);
}

static inline size_t blobs_on_disk(struct fixture *f)
{
	DIR *d = opendir(files_dir(f));
	struct dirent *one;
	size_t n = 0;

	while (d && (one = readdir(d)))
		n += one->d_name[0] != '.';
	if (d)
		closedir(d);
	return n;
}

/* The path of the only blob. */
static inline const char *the_blob(struct fixture *f)
{
	DIR *d = opendir(files_dir(f));
	const char *path = NULL;
	struct dirent *one;

	while (d && (one = readdir(d)))
		if (one->d_name[0] != '.')
			path = arena_printf(
				f->mem, "%s/%s", files_dir(f), one->d_name);
	if (d)
		closedir(d);
	return path;
}

static inline struct str all_of(struct fixture *f, const char *path)
{
	FILE *in = fopen(path, "rb");
	char *p = arena_alloc(f->mem, (size_t)8 << 20);
	struct str out = {p, in ? fread(p, 1, (size_t)8 << 20, in) : 0};

	if (in)
		fclose(in);
	return out;
}

static inline void write_back(const char *path, struct str bytes)
{
	FILE *out = fopen(path, "wb");

	if (!out || fwrite(bytes.p, 1, bytes.n, out) != bytes.n)
		die("cannot write %s", path);
	fclose(out);
}

static inline bool contains(struct str in, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i + n <= in.n; i++)
		if (memcmp(in.p + i, what, n) == 0)
			return true;
	return false;
}

static inline void end(struct fixture *f, struct box *b)
{
	if (b)
		box_clear(b);
	tear_down(f);
}

/* So that two files are not attached in the same millisecond. */
static inline void a_moment(void)
{
	struct timespec t = {0, 3000000};

	nanosleep(&t, NULL);
}

#endif
