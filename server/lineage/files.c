/*
 * files.c - see files.h.
 */
#include "server/lineage/files.h"

#include "proto/base/json.h"
#include "server/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WATER     "high-water"
#define DECISIONS "decisions"
#define BLOCK     4096
#define FILE_MOST ((off_t)256 << 20)

/* ---- the high water ---- */

static bool parse_water(const char *text, struct log_head *out)
{
	char hex[SHA256_HEX] = "";
	long long epoch, csn;
	int end = 0;

	if (sscanf(text, "%18lld %18lld %64[0-9a-f] %n", &epoch, &csn, hex,
		    &end) != 3 ||
		text[end] || epoch < 1 || csn < 0)
		return false;
	out->epoch = epoch;
	out->csn = csn;
	return hex_parse(hex, out->chain.b, SHA256_LEN);
}

bool water_read(const char *dir, struct log_head *out, struct err *e)
{
	struct arena *mem;
	struct str text;
	bool ok;

	memset(out, 0, sizeof(*out));
	if (!state_has(dir, WATER))
		return true;
	mem = arena_new();
	ok = state_read(dir, WATER, mem, &text, e) &&
	     (parse_water(arena_strndup(mem, text.p, text.n), out) ||
		     err_set(e, ERR_USAGE,
			     "'%s/%s' is not \"epoch csn chain\"; it says what "
			     "the log was, so look before you remove it",
			     dir, WATER));
	arena_free(mem);
	return ok;
}

bool water_write(const char *dir, const struct log_head *h, struct err *e)
{
	char hex[SHA256_HEX], line[128];
	int n = snprintf(line, sizeof(line), "%lld %lld %s\n",
		(long long)h->epoch, (long long)h->csn,
		hex_format(h->chain.b, SHA256_LEN, hex));

	return state_write(dir, WATER, line, (size_t)n, false, e);
}

/* ---- the decisions ---- */

static bool fail(struct err *e, const char *dir)
{
	return err_set(e, ERR_USAGE, "cannot keep '%s/%s': %s", dir, DECISIONS,
		strerror(errno));
}

/* How much of the file is whole lines. */
static off_t whole_lines(int fd, off_t size)
{
	char block[BLOCK];

	while (size > 0) {
		size_t n = size < (off_t)sizeof(block) ? (size_t)size
						       : sizeof(block);
		ssize_t got = pread(fd, block, n, size - (off_t)n);

		if (got != (ssize_t)n)
			return -1;
		while (n > 0 && block[n - 1] != '\n')
			n--;
		if (n > 0)
			return size - got + (off_t)n;
		size -= got;
	}
	return 0;
}

int decisions_open(const char *dir, struct err *e)
{
	char path[512];
	struct stat st;
	off_t whole;
	int fd;

	if (snprintf(path, sizeof(path), "%s/%s", dir, DECISIONS) >=
		(int)sizeof(path)) {
		err_field(e, ERR_USAGE, "high-water-dir", "a shorter path");
		return -1;
	}
	fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || fstat(fd, &st) != 0)
		goto failed;
	whole = whole_lines(fd, st.st_size);
	if (whole < 0 || (whole < st.st_size && ftruncate(fd, whole) != 0) ||
		fsync(fd) != 0)
		goto failed;
	return fd;
failed:
	fail(e, dir);
	if (fd >= 0)
		close(fd);
	return -1;
}

bool decisions_add(int fd, const char *const *lines, size_t n, struct err *e)
{
	struct stat before;
	size_t bytes = 1;
	struct buf b;
	bool ok;

	/* A line is as long as what it names: every unit of a case that went.
	 */
	for (size_t i = 0; i < n; i++)
		bytes += strlen(lines[i]) + 1;
	buf_init(&b, bytes);
	for (size_t i = 0; i < n; i++) {
		buf_text(&b, lines[i]);
		buf_char(&b, '\n');
	}
	ok = !b.full && fstat(fd, &before) == 0;
	if (ok && (write(fd, b.p, b.n) != (ssize_t)b.n || fsync(fd) != 0)) {
		/* Half a line would void the whole ones behind it. */
		ok = false;
		if (ftruncate(fd, before.st_size) != 0)
			err_set(e, ERR_USAGE, "decisions: %s", strerror(errno));
	}
	buf_free(&b);
	return ok || err_set(e, ERR_USAGE, "decisions not filed: %s",
			     strerror(errno));
}

static const char *const members[] = {"id", "at", "kind", "about"};

static bool is_decision(const char *line, size_t n, struct arena *mem)
{
	struct err ignored;
	const json_t *j = json_read(line, n, &json_limits_own, mem, &ignored);

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		if (!json_str(j, members[i]))
			return false;
	return json_is_object(json_object_get(j, "doc")) &&
	       json_is_integer(json_object_get(j, "csn"));
}

static bool read_text(int fd, struct arena *mem, struct str *out)
{
	struct stat st;
	char *p;
	size_t at = 0;

	if (fstat(fd, &st) != 0 || st.st_size > FILE_MOST)
		return false;
	p = arena_alloc(mem, (size_t)st.st_size + 1);
	while (at < (size_t)st.st_size) {
		ssize_t n = read(fd, p + at, (size_t)st.st_size - at);

		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	out->p = p;
	out->n = at;
	return true;
}

/* Cuts the text into lines, in place. */
static bool split(const char *dir, struct str text, struct arena *mem,
	const char ***out, size_t *n, struct err *e)
{
	char *p = (char *)(uintptr_t)text.p, *end = p + text.n, *stop;
	size_t count = 0;

	for (size_t i = 0; i < text.n; i++)
		count += text.p[i] == '\n';
	*out = ARENA_ARRAY(mem, const char *, count + 1);
	for (*n = 0; (stop = memchr(p, '\n', (size_t)(end - p)));
		p = stop + 1) {
		struct arena *one = arena_new();
		bool ok = is_decision(p, (size_t)(stop - p), one);

		arena_free(one);
		if (!ok)
			return err_set(e, ERR_USAGE,
				"'%s/%s' line %zu is no decision", dir,
				DECISIONS, *n + 1);
		*stop = 0;
		(*out)[(*n)++] = p;
	}
	return true;
}

bool decisions_read(const char *dir, struct arena *mem, const char ***out,
	size_t *n, struct err *e)
{
	const char *path = arena_printf(mem, "%s/%s", dir, DECISIONS);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct str text = {NULL, 0};
	bool ok;

	*out = NULL;
	*n = 0;
	if (fd < 0)
		return errno == ENOENT || fail(e, dir);
	ok = read_text(fd, mem, &text) || fail(e, dir);
	close(fd);
	return ok && split(dir, text, mem, out, n, e);
}
