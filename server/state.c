/*
 * state.c - see state.h.
 */
#include "server/state.h"

#include "proto/base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX  ((off_t)65536)
#define PATH_ROOM 512

static bool fail(struct err *e, const char *what, const char *path)
{
	return err_set(e, ERR_USAGE, "cannot %s '%s': %s", what, path,
		strerror(errno));
}

static bool path_of(
	const char *dir, const char *name, char out[PATH_ROOM], struct err *e)
{
	int n = snprintf(out, PATH_ROOM, "%s/%s", dir, name);

	return n < PATH_ROOM ||
	       err_field(e, ERR_USAGE, "state-dir", "a shorter path");
}

bool state_open(const char *dir, struct err *e)
{
	struct stat st;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return fail(e, "make", dir);
	if (stat(dir, &st) != 0)
		return fail(e, "open", dir);
	if (!S_ISDIR(st.st_mode) || (st.st_mode & 077))
		return err_set(e, ERR_USAGE,
			"state-dir '%s' must be a directory of mode 0700", dir);
	return true;
}

bool state_has(const char *dir, const char *name)
{
	char path[PATH_ROOM];
	struct err ignored;

	return path_of(dir, name, path, &ignored) && access(path, F_OK) == 0;
}

bool state_read(const char *dir, const char *name, struct arena *mem,
	struct str *out, struct err *e)
{
	char path[PATH_ROOM], *p;
	struct stat st;
	int fd;
	bool ok;

	if (!path_of(dir, name, path, e))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, ERR_USAGE,
			"cannot read '%s': %s; casebridged ca init makes it",
			path, strerror(errno));
	ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	     st.st_size <= FILE_MAX;
	if (ok) {
		p = arena_alloc(mem, (size_t)st.st_size + 1);
		ok = fd_read(fd, p, (size_t)st.st_size);
		out->p = p;
		out->n = (size_t)st.st_size;
	}
	close(fd);
	return ok || err_set(e, ERR_USAGE, "'%s' is no readable file", path);
}

static bool sync_directory(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

bool state_write(const char *dir, const char *name, const void *p, size_t n,
	bool is_public, struct err *e)
{
	char path[PATH_ROOM], fresh[PATH_ROOM + 8];
	bool ok;
	int fd;

	if (!path_of(dir, name, path, e))
		return false;
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	unlink(fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		is_public ? 0644 : 0600);
	if (fd < 0)
		return fail(e, "write", fresh);
	ok = fd_write(fd, p, n) && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	if (ok && rename(fresh, path) == 0 && sync_directory(dir))
		return true;
	fail(e, "write", path);
	unlink(fresh);
	return false;
}
