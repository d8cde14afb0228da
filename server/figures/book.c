/*
 * book.c - see book.h.
 */
#include "server/figures/book.h"

#include "proto/base/hash.h"
#include "proto/base/host.h"

#include <fcntl.h>
#include <math.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define LONGEST 8000 /* bytes of a cell; the format takes 32767 characters */

struct book {
	lxw_workbook *w; /* NULL: finished */
	lxw_worksheet *sheet;
	lxw_format *bold, *plain;
	uint32_t row;
	char *path;
	struct arena *mem;
};

/* Whatever became of it, nothing is left. */
static void give_up(void *p)
{
	struct book *b = p;

	if (b->w)
		(void)workbook_close(b->w);
	b->w = NULL;
	if (b->path)
		(void)unlink(b->path);
	b->path = NULL;
}

static bool failed(lxw_error code, struct err *e)
{
	return code == LXW_NO_ERROR ||
	       err_set(e, ERR_INTERNAL, "xlsx: %s", lxw_strerror(code));
}

struct book *book_new(const char *dir, struct arena *mem, struct err *e)
{
	struct book *b = ARENA_NEW(mem, struct book);
	unsigned char random[12];
	char hex[2 * sizeof(random) + 1];
	lxw_workbook_options how = {
		.constant_memory = LXW_TRUE, .tmpdir = arena_strdup(mem, dir)};

	host_random(random, sizeof(random));
	hex_format(random, sizeof(random), hex);
	b->mem = mem;
	b->path = arena_printf(mem, "%s/figures-%s.xlsx", dir, hex);
	arena_adopt(mem, b, give_up);
	b->w = workbook_new_opt(b->path, &how);
	if (!b->w) {
		err_set(e, ERR_INTERNAL, "xlsx: out of memory");
		return NULL;
	}
	b->bold = workbook_add_format(b->w);
	b->plain = workbook_add_format(b->w);
	if (b->bold)
		format_set_bold(b->bold);
	return b;
}

bool book_sheet(struct book *b, const char *name, const double *widths,
	size_t n, struct err *e)
{
	b->row = 0;
	b->sheet = workbook_add_worksheet(b->w, name);
	if (!b->sheet)
		return err_set(e, ERR_INTERNAL, "xlsx: no sheet %s", name);
	for (size_t i = 0; i < n; i++)
		if (!failed(worksheet_set_column(b->sheet, (lxw_col_t)i,
				    (lxw_col_t)i, widths[i], NULL),
			    e))
			return false;
	worksheet_freeze_panes(b->sheet, 1, 0);
	return true;
}

/* As much of a text as a cell takes, whole characters. */
static const char *fitting(const char *text, struct arena *mem)
{
	size_t n = strlen(text);

	if (n <= LONGEST)
		return text;
	n = LONGEST;
	while (n && ((unsigned char)text[n] & 0xC0) == 0x80)
		n--;
	return arena_strndup(mem, text, n);
}

bool book_row(struct book *b, const struct grid_cell *cells, size_t n,
	bool bold, struct err *e)
{
	lxw_format *f = bold ? b->bold : b->plain;

	for (size_t i = 0; i < n; i++) {
		lxw_col_t at = (lxw_col_t)i;
		lxw_error code = LXW_NO_ERROR;

		if (!cells[i].text && isfinite(cells[i].number))
			code = worksheet_write_number(
				b->sheet, b->row, at, cells[i].number, f);
		else if (cells[i].text && *cells[i].text)
			code = worksheet_write_string(b->sheet, b->row, at,
				fitting(cells[i].text, b->mem), f);
		if (!failed(code, e))
			return false;
	}
	b->row++;
	return true;
}

int book_finish(struct book *b, struct err *e)
{
	lxw_error code = workbook_close(b->w);
	int fd = -1;

	b->w = NULL;
	if (failed(code, e)) {
		fd = open(b->path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			err_set(e, ERR_INTERNAL, "xlsx: cannot read it again");
	}
	give_up(b);
	return fd;
}
