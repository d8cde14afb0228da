/*
 * past.c - see in.h: connections that are forgotten are kept in a file.
 *
 * seal.past holds rows of 32 bytes: name of the connection, epoch, last number
 * of it, big-endian. How many of them count stands in seal.state, so that rows
 * behind it, of a turn that did not come to its end, are written over. A
 * connection may stand there more than once; the newest row says it.
 */
#include "server/notary/in.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PAST_FILE "seal.past"
#define ROW       32
#define AT_ONCE   2048 /* rows */

static int past_open(const char *dir, int flags, struct err *e)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/" PAST_FILE, dir);
	fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		err_set(e, ERR_INTERNAL, "cannot open %s: %s", path,
			strerror(errno));
	return fd;
}

static bool past_failed(const char *dir, struct err *e)
{
	return err_set(e, ERR_INTERNAL, "%s/" PAST_FILE ": %s", dir,
		errno ? strerror(errno) : "cut short");
}

static void put_i64(unsigned char out[8], int64_t v)
{
	for (int i = 7; i >= 0; i--, v >>= 8)
		out[i] = (unsigned char)(v & 0xff);
}

static int64_t get_i64(const unsigned char in[8])
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | in[i];
	return (int64_t)v;
}

static bool write_whole(int fd, const unsigned char *p, size_t n, off_t at)
{
	errno = 0;
	while (n > 0) {
		ssize_t done = pwrite(fd, p, n, at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		p += done;
		at += done;
		n -= (size_t)done;
	}
	return fdatasync(fd) == 0;
}

bool past_add(const char *dir, struct memory *m, const struct seq_table *t,
	struct err *e)
{
	struct arena *mem;
	unsigned char *rows;
	size_t n = 0;
	bool ok;
	int fd;

	if (t->n == 0)
		return true;
	fd = past_open(dir, O_WRONLY | O_CREAT, e);
	if (fd < 0)
		return false;
	mem = arena_new();
	rows = arena_alloc(mem, t->n * ROW);
	for (size_t i = 0; i < t->room; i++)
		if (t->row[i].last) {
			unsigned char *row = rows + n++ * ROW;

			memcpy(row, t->row[i].worker.b, 16);
			put_i64(row + 16, m->epoch);
			put_i64(row + 24, t->row[i].last);
		}
	ok = write_whole(fd, rows, n * ROW, (off_t)(m->past * ROW)) ||
	     past_failed(dir, e);
	close(fd);
	arena_free(mem);
	if (ok)
		m->past += (int64_t)n;
	return ok;
}

static bool read_rows(int fd, const struct memory *m, const struct uuid *worker,
	struct past *out)
{
	static _Thread_local unsigned char rows[AT_ONCE * ROW];
	int64_t at = 0;

	errno = 0;
	while (at < m->past) {
		size_t want = m->past - at < AT_ONCE ? (size_t)(m->past - at)
						     : AT_ONCE;
		ssize_t got = pread(fd, rows, want * ROW, (off_t)(at * ROW));

		if (got < 0 && errno == EINTR)
			continue;
		if (got != (ssize_t)(want * ROW))
			return false;
		for (size_t i = 0; i < want; i++)
			if (memcmp(rows + i * ROW, worker->b, 16) == 0) {
				out->epoch = get_i64(rows + i * ROW + 16);
				out->last = get_i64(rows + i * ROW + 24);
			}
		at += (int64_t)want;
	}
	return true;
}

bool past_find(const char *dir, const struct memory *m,
	const struct uuid *worker, struct past *out, struct err *e)
{
	bool ok;
	int fd;

	memset(out, 0, sizeof(*out));
	if (m->past == 0)
		return true;
	fd = past_open(dir, O_RDONLY, e);
	if (fd < 0)
		return false;
	ok = read_rows(fd, m, worker, out) || past_failed(dir, e);
	close(fd);
	return ok;
}
