/*
 * archive.c - see archive.h. The only file that knows libzip.
 */
#include "client/import/archive.h"

#include <string.h>
#include <zip.h>

struct archive {
	const struct reading *r;
	zip_t *zip;
	size_t packed; /* the whole file */
	size_t out;    /* came out of all entries */
};

struct entry {
	struct archive *a;
	zip_file_t *file;
	size_t packed;
	size_t size;
	size_t out;
};

static void release(void *p)
{
	struct archive *a = p;

	if (a->zip)
		zip_discard(a->zip);
}

static zip_t *open_bytes(struct str bytes)
{
	zip_error_t why;
	zip_source_t *source;
	zip_t *zip;

	zip_error_init(&why);
	source = zip_source_buffer_create(bytes.p, bytes.n, 0, &why);
	zip = source ? zip_open_from_source(source, ZIP_RDONLY, &why) : NULL;
	if (source && !zip)
		zip_source_free(source);
	zip_error_fini(&why);
	return zip;
}

struct archive *archive_open(
	const struct reading *r, struct str bytes, struct err *e)
{
	struct archive *a = ARENA_NEW(r->mem, struct archive);

	a->r = r;
	a->packed = bytes.n;
	a->zip = open_bytes(bytes);
	arena_adopt(r->mem, a, release);
	if (!a->zip) {
		refuse_file(r, e, SAY_BROKEN_ZIP, NULL);
		return NULL;
	}
	if (archive_count(a) > r->limits->entries) {
		refuse_file(r, e, SAY_BOMB, NULL);
		return NULL;
	}
	return a;
}

size_t archive_count(const struct archive *a)
{
	zip_int64_t n = zip_get_num_entries(a->zip, 0);

	return n > 0 ? (size_t)n : 0;
}

const char *archive_name(const struct archive *a, size_t i)
{
	const char *name = zip_get_name(a->zip, i, 0);

	return name ? name : "";
}

/* Names of a workbook differ only in case between some writers. */
static zip_int64_t find(const struct archive *a, const char *name)
{
	return zip_name_locate(a->zip, name, ZIP_FL_NOCASE);
}

bool archive_has(const struct archive *a, const char *name)
{
	return find(a, name) >= 0;
}

static bool may_open(struct entry *x, const zip_stat_t *s, struct err *e)
{
	if (s->valid & ZIP_STAT_ENCRYPTION_METHOD &&
		s->encryption_method != ZIP_EM_NONE)
		return refuse_file(x->a->r, e, SAY_IS_LOCKED, NULL);
	x->packed = s->valid & ZIP_STAT_COMP_SIZE ? s->comp_size : 0;
	x->size = s->valid & ZIP_STAT_SIZE ? s->size : 0;
	/* No entry is larger than the file it lies in. */
	if (x->packed > x->a->packed)
		x->packed = x->a->packed;
	return true;
}

struct entry *entry_open(struct archive *a, const char *name, struct err *e)
{
	struct entry *x = ARENA_NEW(a->r->mem, struct entry);
	zip_int64_t i = find(a, name);
	zip_stat_t s;

	x->a = a;
	if (i < 0 || zip_stat_index(a->zip, (zip_uint64_t)i, 0, &s) != 0) {
		refuse_file(a->r, e, SAY_BROKEN_ZIP, NULL);
		return NULL;
	}
	if (!may_open(x, &s, e))
		return NULL;
	x->file = zip_fopen_index(a->zip, (zip_uint64_t)i, 0);
	if (!x->file) {
		refuse_file(a->r, e, SAY_BROKEN_ZIP, NULL);
		return NULL;
	}
	return x;
}

static bool within(const struct entry *x)
{
	const struct import_limits *l = x->a->r->limits;

	return x->a->out <= l->unpacked &&
	       (x->out <= RATIO_FROM || x->out / l->ratio <= x->packed);
}

bool entry_read(struct entry *x, void *to, size_t n, size_t *got, struct err *e)
{
	zip_int64_t rc = zip_fread(x->file, to, n);

	if (rc < 0)
		return refuse_file(x->a->r, e, SAY_BROKEN_ZIP, NULL);
	*got = (size_t)rc;
	x->out += *got;
	x->a->out += *got;
	return within(x) || refuse_file(x->a->r, e, SAY_BOMB, NULL);
}

void entry_close(struct entry *x)
{
	zip_fclose(x->file);
}

size_t entry_size(const struct entry *x)
{
	return x->size;
}
