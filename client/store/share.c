/*
 * share.c - see share.h.
 */
#include "client/store/share.h"

#include "client/store/place.h"
#include "proto/base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK ((size_t)65536)

static const char *path_of(const char *store_path, struct arena *mem)
{
	return arena_printf(mem, "%s-share", store_path);
}

bool share_read(const char *store_path, struct seal_key *out)
{
	struct arena *mem = arena_new();
	int fd = open(
		path_of(store_path, mem), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int why = fd < 0 ? errno : 0;
	bool ok = fd >= 0;

	if (ok) {
		errno = 0;
		ok = fd_read(fd, out->b, SEAL_KEY);
		/* What ends too soon is there, and cannot be read either. */
		why = ok ? 0 : errno ? errno : EIO;
		close(fd);
	}
	arena_free(mem);
	if (!ok)
		seal_wipe(out, sizeof(*out));
	errno = why;
	return ok;
}

/* As a whole: after a crash it is the old or the new one. */
static bool put_file(
	const char *path, const void *p, size_t n, struct arena *mem)
{
	const char *made = arena_printf(mem, "%s.new", path);
	int fd;
	bool ok;

	unlink(made);
	fd = open(made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		S_IRUSR | S_IWUSR);
	ok = fd >= 0 && write(fd, p, n) == (ssize_t)n && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return ok && rename(made, path) == 0 && file_keep_name(path);
}

bool share_write(
	const char *store_path, const struct seal_key *share, struct err *e)
{
	struct arena *mem = arena_new();
	bool ok = put_file(path_of(store_path, mem), share->b, SEAL_KEY, mem);

	if (!ok)
		err_field(e, ERR_NOT_SAVED, "store", "%s", strerror(errno));
	arena_free(mem);
	return ok;
}

#define AWAY_MAX 1024

static const char *away_of(const char *store_path, struct arena *mem)
{
	return arena_printf(mem, "%s-away", store_path);
}

void share_away_write(const char *store_path, const char *text)
{
	struct arena *mem = arena_new();
	size_t n = text ? strlen(text) : 0;

	if (n && n < AWAY_MAX &&
		!put_file(away_of(store_path, mem), text, n, mem))
		unlink(arena_printf(mem, "%s.new", away_of(store_path, mem)));
	arena_free(mem);
}

const char *share_away_read(const char *store_path, struct arena *mem)
{
	int fd = open(
		away_of(store_path, mem), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char *text = arena_alloc(mem, AWAY_MAX);
	ssize_t n = fd < 0 ? -1 : read(fd, text, AWAY_MAX - 1);

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return NULL;
	text[n] = 0;
	return text;
}

void share_destroy(const char *store_path)
{
	struct arena *mem = arena_new();
	const char *path = path_of(store_path, mem);

	file_destroy(arena_printf(mem, "%s.new", path));
	file_destroy(path);
	arena_free(mem);
}

static bool overwrite(int fd)
{
	static const unsigned char zeros[BLOCK];
	struct stat st;

	if (fstat(fd, &st) != 0)
		return false;
	for (off_t at = 0; at < st.st_size;) {
		size_t n = (size_t)(st.st_size - at);
		ssize_t done = pwrite(fd, zeros, n < BLOCK ? n : BLOCK, at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		at += done;
	}
	return fsync(fd) == 0;
}

bool file_destroy(const char *path)
{
	int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return errno == ENOENT || (unlink(path) == 0 && false);
	ok = overwrite(fd);
	close(fd);
	return unlink(path) == 0 && ok;
}
