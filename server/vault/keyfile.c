/*
 * keyfile.c - see keyfile.h.
 */
#include "server/vault/keyfile.h"

#include "proto/base/host.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEX       (2 * FILE_KEY)
#define TEXT_ROOM (FILE_KEYS * (HEX + 2))

const char *file_keys_path(const struct config *c, struct arena *mem)
{
	const char *given = getenv("CREDENTIALS_DIRECTORY");
	const char *path;

	if (*c->files_key)
		return c->files_key;
	path = given ? arena_printf(mem, "%s/files.key", given) : "";
	if (*path && access(path, F_OK) == 0)
		return path;
	return arena_printf(mem, "%s/files.key", c->state_dir);
}

static bool fail(struct err *e, const char *what, const char *path)
{
	return err_set(e, ERR_USAGE, "cannot %s '%s': %s", what, path,
		strerror(errno));
}

static bool write_key(int fd)
{
	unsigned char key[FILE_KEY];
	char line[HEX + 1];
	bool ok;

	host_random(key, sizeof(key));
	hex_format(key, sizeof(key), line);
	line[HEX] = '\n';
	ok = write(fd, line, sizeof(line)) == (ssize_t)sizeof(line) &&
	     fsync(fd) == 0;
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(line, sizeof(line));
	return ok;
}

/* So that the name outlives a power cut as well as the bytes. */
static bool sync_directory_of(const char *path)
{
	struct arena *mem = arena_new();
	const char *slash = strrchr(path, '/');
	const char *dir =
		slash ? arena_strndup(mem, path, (size_t)(slash - path) + 1)
		      : ".";
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	arena_free(mem);
	return ok;
}

bool file_keys_make(const char *path, bool *made, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok;

	*made = fd >= 0;
	if (fd < 0)
		return errno == EEXIST || fail(e, "make", path);
	ok = write_key(fd);
	ok = close(fd) == 0 && ok && sync_directory_of(path);
	if (ok)
		return true;
	fail(e, "write", path);
	/* A key half written must not seal anything. */
	unlink(path);
	return false;
}

bool file_keys_parse(struct str text, struct file_keys *out, struct err *e)
{
	const char *p = text.p, *end = text.p + text.n;

	memset(out, 0, sizeof(*out));
	while (p < end) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((stop ? stop : end) - p);
		struct file_key *k = &out->key[out->n];
		char line[HEX + 1] = {0};
		struct sha256 id;
		bool ok = out->n < FILE_KEYS && n == HEX;

		if (ok)
			memcpy(line, p, n);
		ok = ok && hex_parse(line, k->b, FILE_KEY);
		OPENSSL_cleanse(line, sizeof(line));
		if (!ok)
			return err_set(e, ERR_USAGE,
				"files-key: 1 to %d lines of %d hex digits",
				FILE_KEYS, HEX);
		id = sha256_of(k->b, FILE_KEY);
		memcpy(k->id, id.b, FILE_KEY_ID);
		out->n++;
		p = stop ? stop + 1 : end;
	}
	return out->n > 0 ||
	       err_set(e, ERR_USAGE, "files-key: the file is empty");
}

static void wipe(void *keys)
{
	OPENSSL_cleanse(keys, sizeof(struct file_keys));
}

static bool read_text(int fd, char room[TEXT_ROOM], struct str *out)
{
	size_t n = 0;
	ssize_t got;

	while ((got = read(fd, room + n, TEXT_ROOM - n)) > 0)
		n += (size_t)got;
	out->p = room;
	out->n = n;
	return got == 0 && n < TEXT_ROOM;
}

bool file_keys_load(const char *path, struct file_keys *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char room[TEXT_ROOM];
	struct str text;
	struct stat st;
	bool ok;

	if (fd < 0)
		return err_set(e, ERR_USAGE,
			"cannot read '%s': %s; casebridged ca init makes it",
			path, strerror(errno));
	ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && !(st.st_mode & 077);
	if (!ok)
		err_set(e, ERR_USAGE,
			"files-key '%s' must be a file of mode 0600", path);
	else
		ok = (read_text(fd, room, &text) || fail(e, "read", path)) &&
		     file_keys_parse(text, out, e);
	close(fd);
	OPENSSL_cleanse(room, sizeof(room));
	return ok;
}

struct file_keys *file_keys_read(
	const char *path, struct arena *mem, struct err *e)
{
	struct file_keys *out = ARENA_NEW(mem, struct file_keys);

	arena_adopt(mem, out, wipe);
	return file_keys_load(path, out, e) ? out : NULL;
}

const struct file_key *file_keys_find(const struct file_keys *k, struct str id)
{
	for (size_t i = 0; i < k->n; i++)
		if (id.n == FILE_KEY_ID &&
			memcmp(k->key[i].id, id.p, FILE_KEY_ID) == 0)
			return &k->key[i];
	return NULL;
}
