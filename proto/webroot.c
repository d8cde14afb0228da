/*
 * webroot.c - see webroot.h.
 */
#include "proto/webroot.h"

#include "proto/base/hash.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILES_MAX 2000
#define BYTES_MAX ((size_t)64 << 20)
#define DEPTH_MAX 6

struct file {
	const char *path; /* "/assets/index-1a2b.js" */
	const char *type;
	const char *etag;
	struct str plain;
	struct str brotli; /* p NULL: there is none */
};

struct webroot {
	struct arena *mem;
	struct file *files; /* sorted by path */
	size_t count;
	size_t bytes;
};

/* clang-format off */
static const struct {
	const char *suffix;
	const char *type;
} types[] = {
	{".html",  "text/html; charset=utf-8"},
	{".js",    "text/javascript; charset=utf-8"},
	{".css",   "text/css; charset=utf-8"},
	{".json",  "application/json"},
	{".svg",   "image/svg+xml"},
	{".png",   "image/png"},
	{".ico",   "image/x-icon"},
	{".woff2", "font/woff2"},
	{".txt",   "text/plain; charset=utf-8"},
	{".webmanifest", "application/manifest+json"},
};
/* clang-format on */

static bool ends_with(const char *text, const char *suffix)
{
	size_t n = strlen(text), k = strlen(suffix);

	return n >= k && strcmp(text + n - k, suffix) == 0;
}

static const char *type_of(const char *path)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (ends_with(path, types[i].suffix))
			return types[i].type;
	return "application/octet-stream";
}

static bool read_file(struct webroot *f, const char *path, size_t size,
	struct str *out, struct err *e)
{
	FILE *in = fopen(path, "rb");
	char *p;
	bool ok;

	if (!in)
		return err_set(e, ERR_USAGE, "cannot read '%s': %s", path,
			strerror(errno));
	p = arena_alloc(f->mem, size + 1);
	ok = fread(p, 1, size, in) == size && fgetc(in) == EOF;
	fclose(in);
	out->p = p;
	out->n = size;
	return ok ||
	       err_set(e, ERR_USAGE, "'%s' changed while it was read", path);
}

static bool add_file(struct webroot *f, const char *full, const char *path,
	size_t size, struct err *e)
{
	struct file *file = &f->files[f->count];
	char hex[SHA256_HEX];
	struct sha256 sum;

	if (f->count == FILES_MAX || size > BYTES_MAX - f->bytes)
		return err_set(e, ERR_USAGE,
			"the web app is larger than %d files or %zu bytes",
			FILES_MAX, BYTES_MAX);
	if (!read_file(f, full, size, &file->plain, e))
		return false;
	sum = sha256_of(file->plain.p, file->plain.n);
	file->path = arena_strdup(f->mem, path);
	file->type = type_of(path);
	file->etag = arena_printf(
		f->mem, "\"%.32s\"", hex_format(sum.b, SHA256_LEN, hex));
	f->bytes += size;
	f->count++;
	return true;
}

static bool name_ok(const char *name)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789._-";

	return name[0] != '.' && strspn(name, allowed) == strlen(name);
}

static bool read_tree(struct webroot *f, const char *root, const char *path,
	int depth, struct err *e)
{
	char *dir = arena_printf(f->mem, "%s%s", root, path);
	DIR *d = opendir(dir);
	struct dirent *entry;
	bool ok = true;

	if (!d)
		return depth == 0 && errno == ENOENT
			       ? true
			       : err_set(e, ERR_USAGE, "cannot read '%s': %s",
					 dir, strerror(errno));
	while (ok && (entry = readdir(d))) {
		char *child, *full;
		struct stat st;

		if (!name_ok(entry->d_name))
			continue;
		child = arena_printf(f->mem, "%s/%s", path, entry->d_name);
		full = arena_printf(f->mem, "%s%s", root, child);
		if (stat(full, &st) != 0)
			ok = err_set(e, ERR_USAGE, "cannot read '%s': %s", full,
				strerror(errno));
		else if (S_ISDIR(st.st_mode))
			ok = depth == DEPTH_MAX ||
			     read_tree(f, root, child, depth + 1, e);
		else if (S_ISREG(st.st_mode))
			ok = add_file(f, full, child, (size_t)st.st_size, e);
	}
	closedir(d);
	return ok;
}

static int by_path(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static struct file *find(const struct webroot *f, const char *path)
{
	struct file key = {.path = path};

	return bsearch(&key, f->files, f->count, sizeof(key), by_path);
}

/* Hangs each x.br on its x. */
static void pair_compressed(struct webroot *f)
{
	for (size_t i = 0; i < f->count; i++) {
		struct file *packed = &f->files[i], *plain;
		size_t n = strlen(packed->path);

		if (!ends_with(packed->path, ".br"))
			continue;
		plain = find(f, arena_strndup(f->mem, packed->path, n - 3));
		if (plain)
			plain->brotli = packed->plain;
	}
}

struct webroot *webroot_load(const char *root, struct err *e)
{
	struct webroot *f = calloc(1, sizeof(*f));

	if (!f)
		die("out of memory (static)");
	f->mem = arena_new();
	f->files = ARENA_ARRAY(f->mem, struct file, FILES_MAX);
	if (!read_tree(f, root, "", 0, e)) {
		webroot_free(f);
		return NULL;
	}
	qsort(f->files, f->count, sizeof(*f->files), by_path);
	pair_compressed(f);
	return f;
}

void webroot_free(struct webroot *f)
{
	if (!f)
		return;
	arena_free(f->mem);
	free(f);
}

size_t webroot_count(const struct webroot *f)
{
	return f->count;
}

bool webroot_find(const struct webroot *f, const char *path, bool accepts_br,
	struct webfile *out)
{
	const struct file *file =
		find(f, strcmp(path, "/") == 0 ? "/index.html" : path);

	if (!file)
		return false;
	out->type = file->type;
	out->etag = file->etag;
	out->packed = file->brotli.p && accepts_br;
	out->bytes = out->packed ? file->brotli : file->plain;
	/* Vite puts a hash of the content into every name below assets. */
	out->cache = strncmp(path, "/assets/", 8) == 0
			     ? "public, max-age=31536000, immutable"
			     : "no-cache";
	return true;
}

const struct web_header web_headers[] = {
	{"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; "
		"img-src 'self' data:; connect-src 'self'; font-src 'self'; "
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
		"require-trusted-types-for 'script'; trusted-types 'none'"},
	{"X-Content-Type-Options",       "nosniff"                        },
	{"Referrer-Policy",              "no-referrer"                    },
	{"Cross-Origin-Opener-Policy",   "same-origin"                    },
	{"Cross-Origin-Resource-Policy", "same-origin"                    },
	{"Permissions-Policy",
         "camera=(), geolocation=(), microphone=(), payment=(), usb=()"   },
};
const size_t web_header_count = ARRAY_LEN(web_headers);
