/*
 * torn.c - a power cut for one program, in front of its disk (LD_PRELOAD).
 *
 * What a program wrote and did not wait for (fsync, fdatasync) may be on the
 * disk, in any order, in parts, or not at all when the power goes. This keeps
 * what stood there before every such write; at the cut it decides for each
 * sector of 512 bytes how far it got, shortens files that grew, and kills the
 * program. Names are kept: that a file is renamed or gone is on the disk at
 * once, its content is not.
 *
 *   TORN_DIR=DIR    of files below it
 *   TORN_SEED=N     decides what arrived
 *   TORN_AT=N       the cut comes at the N-th write, truncation or wait; 0:
 * when the program ends TORN_LIES=1     the disk says it has kept what it has
 * not TORN_SAID=FILE  gets "operations N sectors N undone N" at the cut or the
 * end
 *
 * One lock over all: a program that is torn is in no hurry. The files it opens
 * beside the program's are never closed, because that would end the program's
 * locks on them.
 */
#define _GNU_SOURCE /* syscall(), pwrite64() */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SECTOR    512
#define FILES_MAX 64
#define SHOWN     __attribute__((visibility("default")))

/* What stood where something was written since the file was last waited for. */
struct piece {
	struct piece *older;
	off_t at, size; /* of the file, before */
	size_t n;
	unsigned char was[];
};

struct file {
	dev_t dev;
	ino_t ino;
	int fd;
	struct piece *newest;
};

static struct {
	pthread_mutex_t lock;
	char dir[256];
	const char *said;
	unsigned long at, operations, sectors, undone;
	uint64_t random;
	bool on, lies;
	struct file file[FILES_MAX];
	int files;
} torn = {.lock = PTHREAD_MUTEX_INITIALIZER};

static unsigned draw(unsigned below)
{
	torn.random ^= torn.random << 13;
	torn.random ^= torn.random >> 7;
	torn.random ^= torn.random << 17;
	return (unsigned)((torn.random >> 33) % below);
}

__attribute__((constructor)) static void begin(void)
{
	const char *dir = getenv("TORN_DIR"), *seed = getenv("TORN_SEED");
	const char *at = getenv("TORN_AT"), *lies = getenv("TORN_LIES");

	if (!dir || !realpath(dir, NULL))
		return;
	snprintf(torn.dir, sizeof(torn.dir), "%s/", dir);
	torn.said = getenv("TORN_SAID");
	torn.at = at ? strtoul(at, NULL, 10) : 0;
	torn.lies = lies && *lies == '1';
	torn.random = 88172645463325252u ^
		      (seed ? strtoull(seed, NULL, 10) * 2654435761u : 0);
	for (int i = 0; i < 16; i++)
		draw(2);
	torn.on = true;
}

/* ---- what was there ---- */

/* The file behind a descriptor, if it is one of those; NULL else. */
static struct file *file_of(int fd)
{
	char link[40], path[512];
	struct stat st;
	ssize_t n;

	if (!torn.on || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return NULL;
	for (int i = 0; i < torn.files; i++)
		if (torn.file[i].ino == st.st_ino &&
			torn.file[i].dev == st.st_dev)
			return &torn.file[i];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < 0 || strncmp(path, torn.dir, strlen(torn.dir)) != 0 ||
		torn.files == FILES_MAX)
		return NULL;
	fd = open(link, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	torn.file[torn.files] = (struct file){st.st_dev, st.st_ino, fd, NULL};
	return &torn.file[torn.files++];
}

static void remember(struct file *f, off_t at, size_t n)
{
	struct piece *p = calloc(1, sizeof(*p) + n);
	struct stat st;

	if (!p || fstat(f->fd, &st) != 0)
		abort();
	p->at = at;
	p->n = n;
	p->size = st.st_size;
	p->older = f->newest;
	/* Beyond the end it is zero, as it would be. */
	if (pread(f->fd, p->was, n, at) < 0)
		abort();
	f->newest = p;
}

static void forget(struct file *f)
{
	while (f->newest) {
		struct piece *p = f->newest;

		f->newest = p->older;
		free(p);
	}
}

/* ---- the cut ---- */

static void say(void)
{
	FILE *out = torn.said ? fopen(torn.said, "w") : NULL;

	if (!out)
		return;
	fprintf(out, "operations %lu sectors %lu undone %lu\n", torn.operations,
		torn.sectors, torn.undone);
	fclose(out);
}

/* One sector of a piece as it was before. */
static void undo(const struct file *f, const struct piece *p, off_t sector)
{
	off_t from = sector * SECTOR, to = from + SECTOR;

	if (from < p->at)
		from = p->at;
	if (to > p->at + (off_t)p->n)
		to = p->at + (off_t)p->n;
	if (syscall(SYS_pwrite64, f->fd, p->was + (from - p->at),
		    (size_t)(to - from), from) < 0)
		abort();
	torn.undone++;
}

/* Newest first: where a later write arrived, the earlier ones do not matter. */
static void tear(struct file *f)
{
	unsigned arrives = 25 * draw(5); /* per cent */
	struct stat st;
	off_t least;
	unsigned char *settled;

	if (!f->newest || fstat(f->fd, &st) != 0)
		return;
	least = st.st_size;
	settled = calloc(1, (size_t)st.st_size / SECTOR + 2);
	if (!settled)
		abort();
	for (struct piece *p = f->newest; p; p = p->older) {
		least = p->size < least ? p->size : least;
		for (off_t s = p->at / SECTOR;
			s * SECTOR < p->at + (off_t)p->n &&
			s * SECTOR < st.st_size;
			s++) {
			torn.sectors++;
			if (!settled[s] && draw(100) < arrives)
				settled[s] = 1;
			if (!settled[s])
				undo(f, p, s);
		}
	}
	free(settled);
	if (least < st.st_size && draw(2)) {
		off_t grown = (st.st_size - least) / SECTOR + 1;
		off_t end = least + (off_t)draw((unsigned)grown) * SECTOR;

		if (syscall(SYS_ftruncate, f->fd, end) != 0)
			abort();
	}
}

static void cut(void)
{
	for (int i = 0; i < torn.files; i++)
		tear(&torn.file[i]);
	say();
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

static bool is_due(void)
{
	return ++torn.operations == torn.at;
}

__attribute__((destructor)) static void end(void)
{
	/* What it printed was printed. */
	fflush(NULL);
	pthread_mutex_lock(&torn.lock);
	if (torn.on && torn.at == 0)
		cut();
	if (torn.on)
		say();
	torn.on = false;
	pthread_mutex_unlock(&torn.lock);
}

/* ---- in place of the C library's ---- */

/* A write under way when the power goes may have arrived in part. */
static ssize_t put(int fd, const void *p, size_t n, off_t at, bool moves)
{
	struct file *f;
	ssize_t done;

	pthread_mutex_lock(&torn.lock);
	f = file_of(fd);
	if (f)
		remember(f, at, n);
	done = moves ? syscall(SYS_write, fd, p, n)
		     : syscall(SYS_pwrite64, fd, p, n, at);
	if (f && is_due())
		cut();
	pthread_mutex_unlock(&torn.lock);
	return done;
}

static int shorten(int fd, off_t size)
{
	struct file *f;
	int done;

	pthread_mutex_lock(&torn.lock);
	f = file_of(fd);
	if (f && is_due())
		cut();
	done = (int)syscall(SYS_ftruncate, fd, size);
	pthread_mutex_unlock(&torn.lock);
	return done;
}

static int wait_for_disk(int fd, long call)
{
	struct file *f;
	int done;

	pthread_mutex_lock(&torn.lock);
	f = file_of(fd);
	if (f && is_due())
		cut();
	done = (int)syscall(call, fd);
	if (f && done == 0 && !torn.lies)
		forget(f);
	pthread_mutex_unlock(&torn.lock);
	return done;
}

SHOWN ssize_t write(int fd, const void *p, size_t n)
{
	off_t at = torn.on ? lseek(fd, 0, SEEK_CUR) : -1;

	return at < 0 ? syscall(SYS_write, fd, p, n) : put(fd, p, n, at, true);
}

SHOWN ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	return put(fd, p, n, at, false);
}

SHOWN ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return put(fd, p, n, at, false);
}

SHOWN int ftruncate(int fd, off_t size)
{
	return shorten(fd, size);
}

SHOWN int ftruncate64(int fd, off64_t size)
{
	return shorten(fd, size);
}

SHOWN int fsync(int fd)
{
	return wait_for_disk(fd, SYS_fsync);
}

SHOWN int fdatasync(int fd)
{
	return wait_for_disk(fd, SYS_fdatasync);
}
