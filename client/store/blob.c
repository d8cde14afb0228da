/*
 * blob.c - see blob.h.
 */
#include "client/store/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEALED_CAP ((size_t)1 << 20)

struct blob {
	struct arena *mem;
	int fd;
	const char *dir;
	struct seal_key key;
	unsigned char row[SHA256_LEN];
	int64_t size;
	size_t sealed; /* room of a full chunk */
	struct sealer *sealer;
	struct buf scratch;
};

static bool damaged(struct err *e)
{
	return err_field(e, ERR_FILE_DAMAGED, "file", "casebridge doctor");
}

static bool not_saved(struct err *e)
{
	if (errno == ENOSPC || errno == EDQUOT)
		return err_field(e, ERR_NOT_SAVED, "file",
			"磁盘已满 / the disk is full");
	return err_field(e, ERR_NOT_SAVED, "file", "%s", strerror(errno));
}

/* ---- opening ---- */

static bool lock(int fd)
{
	struct flock l;

	memset(&l, 0, sizeof(l));
	l.l_type = F_WRLCK;
	l.l_whence = SEEK_SET;
	return fcntl(fd, F_SETLK, &l) == 0;
}

static bool open_file(
	struct blob *b, const char *path, enum blob_use use, struct err *e)
{
	int flags = O_NOFOLLOW | O_CLOEXEC;

	flags |= use == BLOB_READ ? O_RDONLY : O_RDWR;
	flags |= use == BLOB_MAKE ? O_CREAT : 0;
	b->fd = open(path, flags, S_IRUSR | S_IWUSR);
	if (b->fd < 0)
		return use == BLOB_MAKE ? not_saved(e) : damaged(e);
	if (use == BLOB_READ)
		return true;
	if (!lock(b->fd))
		return err_field(e, ERR_STORE_BUSY, "file", "-");
	return use == BLOB_ADD || ftruncate(b->fd, 0) == 0 || not_saved(e);
}

struct blob *blob_open(
	const struct blob_name *name, enum blob_use use, struct err *e)
{
	struct arena *mem = arena_new();
	struct blob *b = ARENA_NEW(mem, struct blob);
	const char *slash = strrchr(name->path, '/');

	b->mem = mem;
	b->dir = slash ? arena_strndup(mem, name->path,
				 (size_t)(slash - name->path) + 1)
		       : ".";
	b->sealer = sealer_new();
	b->key = name->key;
	b->size = name->size;
	memcpy(b->row, name->row, sizeof(b->row));
	buf_init(&b->scratch, SEALED_CAP);
	if (!open_file(b, name->path, use, e)) {
		blob_close(b);
		return NULL;
	}
	b->sealed = seal_size(BLOB_CHUNK);
	return b;
}

void blob_close(struct blob *b)
{
	if (!b)
		return;
	if (b->fd >= 0)
		close(b->fd);
	seal_wipe(&b->key, sizeof(b->key));
	buf_free(&b->scratch);
	sealer_free(b->sealer);
	arena_free(b->mem);
}

/* ---- sizes ---- */

int64_t blob_size(const struct blob *b)
{
	return b->size;
}

size_t blob_chunk(const struct blob *b, int64_t no)
{
	int64_t left = b->size - no * (int64_t)BLOB_CHUNK;

	if (left <= 0)
		return 0;
	return left < (int64_t)BLOB_CHUNK ? (size_t)left : BLOB_CHUNK;
}

int64_t blob_have(const struct blob *b)
{
	int64_t full, bytes, left;
	struct stat st;

	if (fstat(b->fd, &st) != 0)
		return 0;
	full = st.st_size / (int64_t)b->sealed;
	bytes = full * (int64_t)BLOB_CHUNK;
	if (bytes >= b->size)
		return b->size;
	/* Only the last chunk is shorter. */
	left = st.st_size - full * (int64_t)b->sealed;
	return left == (int64_t)seal_size(blob_chunk(b, full)) ? b->size
							       : bytes;
}

/* ---- bytes ---- */

static bool write_at(struct blob *b, off_t at, const char *p, size_t n)
{
	while (n) {
		ssize_t done = pwrite(b->fd, p, n, at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		p += done;
		at += done;
		n -= (size_t)done;
	}
	return true;
}

bool blob_put(struct blob *b, int64_t no, struct str plain, struct err *e)
{
	unsigned char room[SEAL_CHUNK_ABOUT];

	if (plain.n != blob_chunk(b, no))
		die("blob: chunk %lld of %zu bytes", (long long)no, plain.n);
	buf_clear(&b->scratch);
	seal(b->sealer, &b->key, seal_chunk_about(b->row, no, room), plain,
		&b->scratch);
	errno = 0;
	return write_at(b, (off_t)(no * (int64_t)b->sealed), b->scratch.p,
		       b->scratch.n) ||
	       not_saved(e);
}

bool blob_keep(struct blob *b, struct err *e)
{
	int dir = open(b->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = dir >= 0 && fsync(b->fd) == 0 && fsync(dir) == 0;

	if (!ok)
		not_saved(e);
	if (dir >= 0)
		close(dir);
	return ok;
}

static size_t read_at(struct blob *b, off_t at, char *p, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got =
			pread(b->fd, p + done, n - done, at + (off_t)done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	return done;
}

bool blob_get(struct blob *b, int64_t no, struct arena *mem, struct str *plain,
	struct err *e)
{
	unsigned char room[SEAL_CHUNK_ABOUT];
	struct str sealed;
	char *p;

	buf_clear(&b->scratch);
	p = buf_reserve(&b->scratch, b->sealed);
	if (!p)
		die("blob: a chunk of %zu bytes", b->sealed);
	sealed.p = p;
	sealed.n = read_at(b, (off_t)(no * (int64_t)b->sealed), p, b->sealed);
	return (unseal(b->sealer, &b->key, seal_chunk_about(b->row, no, room),
			sealed, mem, plain) &&
		       plain->n == blob_chunk(b, no)) ||
	       damaged(e);
}

bool blob_hash(struct blob *b, struct sha256 *out, struct err *e)
{
	struct sha256_run *run = sha256_begin();
	bool ok = true;

	for (int64_t no = 0; ok && blob_chunk(b, no); no++) {
		struct arena *mem = arena_new();
		struct str plain;

		ok = blob_get(b, no, mem, &plain, e);
		if (ok)
			sha256_add(run, plain.p, plain.n);
		arena_free(mem);
	}
	*out = sha256_end(run);
	return ok;
}
