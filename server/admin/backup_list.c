/*
 * backup_list.c - see backup_list.h.
 */
#include "server/admin/backup_list.h"

#include "proto/base/host.h"
#include "proto/base/json.h"
#include "proto/base/timeutil.h"
#include "server/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MOST 10000

static bool fail(struct err *e, const char *path)
{
	return err_set(e, ERR_INTERNAL, "'%s': %s", path, strerror(errno));
}

static bool hash_fd(int fd, struct sha256 *out, int64_t *size)
{
	struct sha256_run *run = sha256_begin();
	char block[65536];
	ssize_t n;

	for (*size = 0; (n = read(fd, block, sizeof(block))) > 0; *size += n)
		sha256_add(run, block, (size_t)n);
	*out = sha256_end(run);
	return n == 0;
}

/* `sync`: on the disk as well. */
static bool hash_file(const char *path, bool sync, struct sha256 *out,
	int64_t *size, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	bool ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
		  hash_fd(fd, out, size) && (!sync || fsync(fd) == 0);

	if (!ok)
		fail(e, path);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* ---- writing ---- */

static bool add_file(json_t *files, const char *dir, const char *name,
	struct arena *mem, struct err *e)
{
	char hex[SHA256_HEX];
	struct sha256 sha;
	int64_t size;

	if (!hash_file(arena_printf(mem, "%s/%s", dir, name), true, &sha, &size,
		    e))
		return false;
	json_array_append_new(
		files, json_pack("{s:s, s:I, s:s}", "name", name, "size",
			       (json_int_t)size, "sha256",
			       hex_format(sha.b, SHA256_LEN, hex)));
	return true;
}

/* Calls fn for every file below dump/; false stops. */
static bool each_file(const char *dir, struct arena *mem,
	bool (*fn)(void *ctx, const char *name, struct err *e), void *ctx,
	struct err *e)
{
	const char *path = arena_printf(mem, "%s/%s", dir, BACKUP_DUMP);
	DIR *d = opendir(path);
	struct dirent *f;
	bool ok = d != NULL || fail(e, path);

	while (ok && (f = readdir(d)))
		if (strcmp(f->d_name, ".") != 0 && strcmp(f->d_name, "..") != 0)
			ok = fn(ctx,
				arena_printf(mem, BACKUP_DUMP "/%s", f->d_name),
				e);
	if (d)
		closedir(d);
	return ok;
}

struct writing {
	const char *dir;
	struct arena *mem;
	json_t *files;
};

static bool write_one(void *ctx, const char *name, struct err *e)
{
	struct writing *w = ctx;

	return add_file(w->files, w->dir, name, w->mem, e);
}

bool backup_list_write(const char *dir, struct arena *mem, struct err *e)
{
	struct writing w = {dir, mem, json_array()};
	char at[TIME_TEXT];
	json_t *list = json_keep(
		json_pack("{s:i, s:s, s:o}", "v", 1, "made",
			time_format(host_now_ms(), at), "files", w.files),
		mem);
	const char *text;

	if (!add_file(w.files, dir, BACKUP_ROLES, mem, e) ||
		!each_file(dir, mem, write_one, &w, e))
		return false;
	text = json_canonical(list, mem);
	return state_write(dir, BACKUP_LIST, text, strlen(text), false, e);
}

/* ---- checking ---- */

/* The list is read whole; ten thousand files are a megabyte. */
static json_t *read_list(const char *dir, struct arena *mem,
	struct backup_list *out, struct err *e)
{
	const char *path = arena_printf(mem, "%s/%s", dir, BACKUP_LIST);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t room = (size_t)4 << 20, n = 0;
	char *p = arena_alloc(mem, room);
	json_t *list = NULL;
	ssize_t got = 0;

	while (fd >= 0 && n < room && (got = read(fd, p + n, room - n)) > 0)
		n += (size_t)got;
	if (fd >= 0)
		close(fd);
	out->sha = sha256_of(p, n);
	if (fd >= 0 && got == 0)
		list = json_read(p, n, &json_limits_own, mem, e);
	if (!json_is_array(json_object_get(list, "files")) ||
		!json_str(list, "made") || json_int(list, "v", 0) != 1 ||
		!time_parse(json_str(list, "made"), &out->made_ms)) {
		err_set(e, ERR_USAGE,
			"'%s' is no backup that casebridged backup make "
			"finished (%s)",
			dir, BACKUP_LIST);
		return NULL;
	}
	return list;
}

static bool check_file(const char *dir, const json_t *f, struct arena *mem,
	struct backup_list *out, struct err *e)
{
	const char *name = json_str(f, "name"), *hex = json_str(f, "sha256");
	struct sha256 want, is;
	int64_t size;

	if (!name || !hex || strstr(name, "..") || name[0] == '/' ||
		!hex_parse(hex, want.b, SHA256_LEN))
		return err_set(
			e, ERR_USAGE, "'%s/%s' is damaged", dir, BACKUP_LIST);
	if (!hash_file(arena_printf(mem, "%s/%s", dir, name), false, &is, &size,
		    e))
		return false;
	if (size != json_int(f, "size", -1) || !sha256_equal(&is, &want))
		return err_set(e, ERR_INTERNAL,
			"'%s/%s' is not what was written", dir, name);
	out->files++;
	out->bytes += size;
	return true;
}

static bool is_listed(void *ctx, const char *name, struct err *e)
{
	const json_t *files = ctx;

	for (size_t i = 0; i < json_array_size(files); i++) {
		const char *n = json_str(json_array_get(files, i), "name");

		if (n && strcmp(n, name) == 0)
			return true;
	}
	return err_set(e, ERR_INTERNAL, "'%s' is not in the list", name);
}

bool backup_list_check(const char *dir, struct arena *mem,
	struct backup_list *out, struct err *e)
{
	const json_t *list, *files;

	memset(out, 0, sizeof(*out));
	list = read_list(dir, mem, out, e);
	files = json_object_get(list, "files");
	if (!list)
		return false;
	if (json_array_size(files) > FILES_MOST)
		return err_set(e, ERR_USAGE, "'%s' lists too many files", dir);
	for (size_t i = 0; i < json_array_size(files); i++)
		if (!check_file(dir, json_array_get(files, i), mem, out, e))
			return false;
	return each_file(dir, mem, is_listed, (void *)(uintptr_t)files, e);
}
