/*
 * place.c - see place.h.
 */
#include "client/store/place.h"

#include "proto/base/crash.h"
#include "proto/base/fd.h"
#include "proto/base/hash.h"
#include "proto/base/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define STATION_MAX 65536
#define CROWDED     8    /* descriptors a store or a connection may want */
#define STORES_MAX  1000 /* people at one computer */

static bool unsafe(const char *path, const char *how, struct err *e)
{
	return err_field(e, ERR_STORE_UNSAFE, path, "%s", how);
}

/* Nobody but its owner, who is us, may read or write it. */
static bool is_private(const char *path, bool is_dir, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return true;
	if (is_dir ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode))
		return unsafe(path, is_dir ? "a directory" : "a file", e);
	if (st.st_uid != geteuid())
		return unsafe(path, "chown", e);
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return unsafe(path, is_dir ? "chmod 700" : "chmod 600", e);
	return true;
}

/* Every missing directory on the way, the last for its owner alone. */
static bool make_dirs(const char *dir, struct arena *mem, struct err *e)
{
	char *path = arena_strdup(mem, dir);

	for (char *at = path + 1;; at++) {
		char c = *at;

		if (c && c != '/')
			continue;
		*at = 0;
		if (mkdir(path, S_IRWXU) != 0 && errno != EEXIST)
			return err_field(e, ERR_NOT_SAVED, "store", "mkdir: %s",
				strerror(errno));
		if (!c)
			return true;
		*at = c;
	}
}

static const char *const private_files[] = {
	"device.key", "device.crt", "ca.crt", "station.json", "current"};

bool place_open(const char *dir, bool make, struct arena *mem,
	struct station_dir *out, struct err *e)
{
	const char *text;

	memset(out, 0, sizeof(*out));
	out->dir = dir;
	out->mem = mem;
	if (make && !make_dirs(dir, mem, e))
		return false;
	if (!is_private(dir, true, e))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(private_files); i++)
		if (!is_private(place_file(out, private_files[i]), false, e))
			return false;
	text = place_read(out, "station.json", STATION_MAX);
	if (!text)
		return !place_exhausted(errno, e);
	out->station = json_read(text, strlen(text), &json_limits_body, mem, e);
	if (!json_str(out->station, "server"))
		return err_field(e, ERR_STORE_DAMAGED, "station.json", "-");
	return true;
}

bool place_enrolled(const struct station_dir *p, struct err *e)
{
	if (p->station)
		return true;
	return err_field(e, ERR_NOT_ENROLLED, "store", "casebridge enrol");
}

const char *place_file(const struct station_dir *p, const char *name)
{
	return arena_printf(p->mem, "%s/%s", p->dir, name);
}

static const char *read_all(int fd, size_t max, struct arena *mem)
{
	struct stat st;
	size_t n;
	char *text;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < 0 ||
		(size_t)st.st_size > max)
		return NULL;
	n = (size_t)st.st_size;
	text = arena_alloc(mem, n + 1);
	return fd_read(fd, text, n) ? text : NULL;
}

const char *place_read(
	const struct station_dir *p, const char *name, size_t max)
{
	const char *path = place_file(p, name);
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	const char *text;

	if (fd < 0)
		return NULL;
	errno = 0;
	text = read_all(fd, max, p->mem);
	close(fd);
	return text;
}

const char *place_need(const struct station_dir *p, const char *name,
	size_t max, struct err *e)
{
	const char *text = place_read(p, name, max);

	if (!text && !place_exhausted(errno, e))
		err_field(e, ERR_NOT_ENROLLED, name, "casebridge enrol");
	return text;
}

bool place_exhausted(int why, struct err *e)
{
	if (why != EMFILE && why != ENFILE && why != ENOMEM)
		return false;
	err_field(e, ERR_EXHAUSTED, "",
		why == ENOMEM ? "内存 / memory"
			      : "可同时打开的文件 / files that can be open");
	return true;
}

bool place_crowded(struct err *e)
{
	int fd[CROWDED], why = 0;
	size_t n = 0;

	for (; n < CROWDED && !why; n++) {
		fd[n] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (fd[n] < 0)
			why = errno;
	}
	for (size_t i = 0; i < n; i++)
		if (fd[i] >= 0)
			close(fd[i]);
	return place_exhausted(why, e);
}

bool file_keep_name(const char *path)
{
	struct arena *mem = arena_new();
	const char *slash = strrchr(path, '/');
	int fd = open(
		slash ? arena_strndup(mem, path, (size_t)(slash - path) + 1)
		      : ".",
		O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	arena_free(mem);
	return ok;
}

bool place_write(const struct station_dir *p, const char *name,
	const char *bytes, size_t n, struct err *e)
{
	const char *path = place_file(p, name);
	const char *made = arena_printf(p->mem, "%s.new", path);
	int fd;
	bool ok;

	unlink(made);
	fd = open(made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		S_IRUSR | S_IWUSR);
	ok = fd >= 0 && fd_write(fd, bytes, n) && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	CRASH_POINT("file_written");
	if (ok && rename(made, path) == 0 && file_keep_name(path)) {
		CRASH_POINT("file_renamed");
		return true;
	}
	err_field(e, ERR_NOT_SAVED, name, "%s", strerror(errno));
	unlink(made);
	return false;
}

void place_remove(const struct station_dir *p, const char *name)
{
	unlink(place_file(p, name));
}

const char *place_store_name(
	const struct station_dir *p, const char *server, const char *login)
{
	const char *who = arena_printf(p->mem, "%s|%s", server, login);
	struct sha256 h = sha256_of(who, strlen(who));
	char hex[17];

	return arena_printf(p->mem, "%s.store", hex_format(h.b, 8, hex));
}

const char *place_current(const struct station_dir *p)
{
	const char *name = place_read(p, "current", 64);
	unsigned char digits[8];
	char hex[17];

	/* It becomes part of a path, so it is taken apart, not trusted. */
	if (!name || strlen(name) < 16)
		return NULL;
	memcpy(hex, name, 16);
	hex[16] = 0;
	if (!hex_parse(hex, digits, sizeof(digits)))
		return NULL;
	return arena_printf(p->mem, "%s.store", hex);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_store(const char *name)
{
	unsigned char digits[8];
	char hex[17];

	if (strlen(name) != 22 || strcmp(name + 16, ".store") != 0)
		return false;
	memcpy(hex, name, 16);
	hex[16] = 0;
	return hex_parse(hex, digits, sizeof(digits));
}

const char **place_stores(const struct station_dir *p, size_t *n)
{
	const char **out = ARENA_ARRAY(p->mem, const char *, STORES_MAX);
	DIR *d = opendir(p->dir);
	struct dirent *one;

	*n = 0;
	while (d && *n < STORES_MAX && (one = readdir(d)))
		if (is_store(one->d_name))
			out[(*n)++] = arena_strdup(p->mem, one->d_name);
	if (d)
		closedir(d);
	if (*n)
		qsort(out, *n, sizeof(*out), by_name);
	return out;
}

bool file_read(const char *path, size_t max, struct arena *mem, struct str *out,
	bool *too_big)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char block[16384];
	struct buf all;
	ssize_t n = -1;

	buf_init(&all, max);
	while (fd >= 0 && (n = read(fd, block, sizeof(block))) > 0)
		buf_add(&all, block, (size_t)n);
	if (fd >= 0)
		close(fd);
	*too_big = all.full;
	out->p = arena_strndup(mem, all.p, all.n);
	out->n = all.n;
	buf_free(&all);
	return n == 0 && !*too_big;
}

/* ---- the lock ---- */

/* Of the lock's file the first byte is the store, the second the queue: who
 * waits shares a lock on it, and who holds the store can see that. */
enum { LOCK_STORE, LOCK_QUEUE };

static struct flock lock_on(int byte, short kind)
{
	struct flock l;

	memset(&l, 0, sizeof(l));
	l.l_type = kind;
	l.l_whence = SEEK_SET;
	l.l_start = byte;
	l.l_len = 1;
	return l;
}

static bool try_lock(int fd)
{
	struct flock l = lock_on(LOCK_STORE, F_WRLCK);

	return fcntl(fd, F_SETLK, &l) == 0;
}

static void queue_up(int fd, bool waits)
{
	struct flock l = lock_on(LOCK_QUEUE, waits ? F_RDLCK : F_UNLCK);

	/* Refused, it is a queue nobody sees; the wait is the same. */
	if (fcntl(fd, F_SETLK, &l) != 0)
		return;
}

bool place_wanted(int fd)
{
	struct flock l = lock_on(LOCK_QUEUE, F_WRLCK);

	return fd >= 0 && fcntl(fd, F_GETLK, &l) == 0 && l.l_type != F_UNLCK;
}

static int open_lock(const struct station_dir *p, const char *store)
{
	return open(arena_printf(p->mem, "%s/%s.lock", p->dir, store),
		O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
}

static bool wait_for_lock(int fd, int64_t wait_ms)
{
	int64_t end = host_mono_ms() + wait_ms;
	const struct timespec pause = {0, 20000000};
	bool ok = try_lock(fd);

	if (!ok)
		queue_up(fd, true);
	while (!ok && host_mono_ms() < end) {
		nanosleep(&pause, NULL);
		ok = try_lock(fd);
	}
	queue_up(fd, false);
	return ok;
}

bool place_lock(const struct station_dir *p, const char *store, int64_t wait_ms,
	int *fd, struct err *e)
{
	*fd = open_lock(p, store);
	if (*fd < 0)
		return err_field(
			e, ERR_NOT_SAVED, "store", "%s", strerror(errno));
	if (wait_for_lock(*fd, wait_ms))
		return true;
	close(*fd);
	*fd = -1;
	return err_field(e, ERR_STORE_BUSY, "store", "-");
}

void place_unlock(int fd)
{
	if (fd >= 0)
		close(fd);
}

void place_give_way(
	const struct station_dir *p, const char *store, int64_t wait_ms)
{
	int64_t end = host_mono_ms() + wait_ms;
	const struct timespec pause = {0, 20000000};
	int fd = open_lock(p, store);

	while (place_wanted(fd) && host_mono_ms() < end)
		nanosleep(&pause, NULL);
	place_unlock(fd);
}

struct place_stamp place_stamp(const struct station_dir *p, const char *store)
{
	struct place_stamp out = {0, 0};
	struct stat st;

	if (stat(place_file(p, store), &st) == 0) {
		out.changed_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 +
				 st.st_mtim.tv_nsec;
		out.size = st.st_size;
	}
	return out;
}
