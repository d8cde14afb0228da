/*
 * import_report.c - the fates of a list as a CSV file (see import_show.h).
 *
 * Heads of columns come from somebody's file and land in one that will be
 * opened in a spreadsheet: what would start a formula there gets a quote in
 * front, and every cell is quoted.
 */
#include "client/cli/import_show.h"

#include "proto/base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void add_cell(struct buf *out, const char *text, bool last)
{
	buf_char(out, '"');
	if (text[0] && strchr("=+-@\t\r", text[0]))
		buf_char(out, '\'');
	for (; *text; text++) {
		if (*text == '"')
			buf_char(out, '"');
		buf_char(out, *text);
	}
	buf_text(out, last ? "\"\r\n" : "\",");
}

static void add_heads(struct cli *c, struct buf *out)
{
	static const enum text_id heads[] = {
		T_C_ROW, T_C_FATE, T_C_COLUMN, T_C_WHY, T_C_OF, T_C_REMARKS};

	/* The mark tells a spreadsheet that this is UTF-8. */
	buf_text(out, "\357\273\277");
	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		add_cell(out, text_raw(c->lang, heads[i]),
			i + 1 == ARRAY_LEN(heads));
}

static void add_row(struct cli *c, const struct plan_row *r, struct buf *out)
{
	static const enum text_id fates[] = {
		T_F_NEW, T_F_NEW_CASE, T_R_DUPLICATE, T_R_REFUSED};
	struct buf why;

	buf_init(&why, 8192);
	if (r->fate == FATE_REFUSED)
		err_sentence(r->why, c->lang, &why);
	else if (r->fate == FATE_DUPLICATE)
		buf_text(&why, same_by_text(r->by, c->lang));
	add_cell(out, number_text(c, (int64_t)r->line), false);
	add_cell(out, text_raw(c->lang, fates[r->fate]), false);
	add_cell(out, r->fate == FATE_REFUSED ? r->head : "", false);
	add_cell(out, why.p ? why.p : "", false);
	add_cell(out, r->of ? r->of : "", false);
	buf_clear(&why);
	for (size_t i = 0; i < r->remarks; i++)
		buf_printf(&why, "%s%s%s%s", i ? "; " : "", r->remark[i].head,
			r->remark[i].head[0] ? ": " : "", r->remark[i].text);
	add_cell(out, why.n ? why.p : "", true);
	buf_free(&why);
}

/* Its own file, never over another one. */
static bool write_new(
	struct cli *c, const char *path, const struct buf *b, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		S_IRUSR | S_IWUSR);
	bool ok = fd >= 0;

	if (!ok)
		return err_field(e, ERR_BAD_FILE, path, "%s",
			errno == EEXIST ? text_raw(c->lang, T_FILE_EXISTS)
					: strerror(errno));
	ok = fd_write(fd, b->p, b->n);
	ok = close(fd) == 0 && ok;
	if (ok)
		return true;
	unlink(path);
	return err_field(e, ERR_NOT_SAVED, path, "%s", strerror(errno));
}

bool report_write(struct cli *c, const struct plan *p, struct err *e)
{
	struct buf out;
	bool ok;

	buf_init(&out, (size_t)1 << 28);
	add_heads(c, &out);
	for (size_t i = 0; i < p->n; i++)
		add_row(c, &p->row[i], &out);
	ok = write_new(c, c->option[O_REPORT], &out, e);
	buf_free(&out);
	return ok;
}
