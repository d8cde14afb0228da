/*
 * rows.c - see rows.h: which reader a file is for.
 */
#include "client/import/rows.h"

#include "client/import/csv.h"
#include "client/import/kind.h"
#include "client/import/xlsx.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct import_limits import_limits = {
	.file = (size_t)64 << 20,
	.entries = 2000,
	.unpacked = (size_t)512 << 20,
	.ratio = 250,
	.strings = (size_t)96 << 20,
	.rows = 100000,
	.columns = 200,
	.cells = 5000000,
	.cell = 4 * 32767,
};

struct rows {
	const struct rows_kind *kind;
	void *ctx;
};

struct rows *rows_new(
	const struct reading *r, const struct rows_kind *kind, void *ctx)
{
	struct rows *t = ARENA_NEW(r->mem, struct rows);

	t->kind = kind;
	t->ctx = ctx;
	return t;
}

/* ---- the file ---- */

static bool too_big(const struct reading *r, struct err *e)
{
	return refuse_file(r, e, SAY_TOO_BIG,
		say_number(r->mem, r->limits->file >> 20), NULL);
}

static bool read_all(
	const struct reading *r, int fd, struct buf *all, struct err *e)
{
	char block[65536];
	ssize_t n;

	while ((n = read(fd, block, sizeof(block))) > 0) {
		buf_add(all, block, (size_t)n);
		if (all->full)
			return too_big(r, e);
	}
	return n == 0 || refuse_file(r, e, SAY_NOT_THERE, NULL);
}

static bool may_read(const struct reading *r, int fd, struct err *e)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return refuse_file(r, e, SAY_NOT_THERE, NULL);
	if (S_ISDIR(st.st_mode))
		return refuse_file(r, e, SAY_NOT_A_FILE, NULL);
	return !S_ISREG(st.st_mode) ||
	       (uintmax_t)st.st_size <= r->limits->file || too_big(r, e);
}

bool rows_file(const struct reading *r, struct str *out, struct err *e)
{
	int fd = open(r->name, O_RDONLY | O_CLOEXEC);
	struct buf all;
	bool ok;

	buf_init(&all, r->limits->file);
	ok = may_read(r, fd, e) && read_all(r, fd, &all, e);
	if (fd >= 0)
		close(fd);
	if (ok) {
		out->p = arena_strndup(r->mem, all.p, all.n);
		out->n = all.n;
	}
	buf_free(&all);
	return ok;
}

/* ---- rows ---- */

struct rows *rows_open(const struct reading *r, struct str bytes,
	const char *sheet, struct err *e)
{
	switch (kind_of_file(bytes)) {
	case FILE_ZIP:
		return xlsx_open(r, bytes, sheet, e);
	case FILE_TABLE_TEXT:
		return csv_open(r, bytes, sheet, e);
	case FILE_OTHER:
		break;
	}
	kind_refuse(r, bytes, e);
	return NULL;
}

bool rows_next(struct rows *t, struct row *out, bool *end, struct err *e)
{
	return t->kind->next(t->ctx, out, end, e);
}

const struct rows_facts *rows_facts(const struct rows *t)
{
	return t->kind->facts(t->ctx);
}

void rows_progress(const struct rows *t, size_t *done, size_t *total)
{
	t->kind->progress(t->ctx, done, total);
}

struct row row_copy(const struct row *r, struct arena *mem)
{
	struct cell *cells = ARENA_ARRAY(mem, struct cell, r->n + 1);
	struct row out = *r;

	for (size_t i = 0; i < r->n; i++) {
		cells[i] = r->cell[i];
		cells[i].text = arena_strdup(mem, r->cell[i].text);
	}
	out.cell = cells;
	return out;
}

const char *row_text(const struct row *r, size_t column)
{
	return column < r->n ? r->cell[column].text : "";
}

bool row_has(const struct row *r, size_t column)
{
	return column < r->n && r->cell[column].kind != CELL_EMPTY;
}
