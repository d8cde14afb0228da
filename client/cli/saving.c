/*
 * saving.c - see saving.h.
 */
#include "client/cli/saving.h"

#include "client/cli/out.h"
#include "proto/base/fd.h"
#include "proto/base/hash.h"
#include "proto/base/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool not_saved(struct saving *s, struct err *e)
{
	err_field(e, ERR_NOT_SAVED, s->path, "%s",
		errno == EEXIST   ? text_raw(s->c->lang, T_FILE_EXISTS)
		: errno == ENOSPC ? "磁盘已满 / the disk is full"
				  : strerror(errno));
	saving_drop(s);
	return false;
}

bool saving_begin(struct saving *s, struct cli *c, const char *path, bool over,
	struct err *e)
{
	unsigned char random[8];
	char hex[2 * sizeof(random) + 1];

	host_random(random, sizeof(random));
	hex_format(random, sizeof(random), hex);
	s->c = c;
	s->path = path;
	s->over = over;
	s->made = arena_printf(c->mem, "%s.%s.part", path, hex);
	s->fd = open(s->made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return s->fd >= 0 || not_saved(s, e);
}

bool saving_write(struct saving *s, const void *p, size_t n, struct err *e)
{
	return fd_write(s->fd, p, n) || not_saved(s, e);
}

/* A link fails where there is one already; file systems without links get a
 * rename after a look. */
static bool name_file(const struct saving *s)
{
	if (s->over)
		return rename(s->made, s->path) == 0;
	if (link(s->made, s->path) == 0) {
		unlink(s->made);
		return true;
	}
	if (errno == EEXIST)
		return false;
	if (access(s->path, F_OK) == 0) {
		errno = EEXIST;
		return false;
	}
	return rename(s->made, s->path) == 0;
}

bool saving_end(struct saving *s, struct err *e)
{
	bool ok = fsync(s->fd) == 0;

	ok = close(s->fd) == 0 && ok;
	s->fd = -1;
	return (ok && name_file(s)) || not_saved(s, e);
}

void saving_drop(struct saving *s)
{
	int why = errno;

	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	if (s->made)
		(void)unlink(s->made);
	s->made = NULL;
	errno = why;
}

bool saving_whole(struct cli *c, const char *path, bool over, struct str bytes,
	struct err *e)
{
	struct saving s;

	return saving_begin(&s, c, path, over, e) &&
	       saving_write(&s, bytes.p, bytes.n, e) && saving_end(&s, e);
}
