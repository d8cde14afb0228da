/*
 * figures_file.c - see figures_file.h.
 */
#include "client/cli/figures_file.h"

#include "client/cli/progress.h"
#include "client/cli/saving.h"

#include <stdio.h>
#include <string.h>

struct coming {
	struct saving file; /* file.path NULL: standard output */
	struct progress shown;
	int64_t bytes;
	struct err *e;
	bool failed;
};

static bool put(struct coming *g, struct str have)
{
	if (g->file.path)
		return saving_write(&g->file, have.p, have.n, g->e);
	return fwrite(have.p, 1, have.n, stdout) == have.n ||
	       err_set(g->e, ERR_INTERNAL, "cannot write the table");
}

static bool take(
	void *ctx, const struct reply *a, struct str have, size_t *used)
{
	struct coming *g = ctx;

	if (!put(g, have)) {
		g->failed = true;
		return false;
	}
	*used = have.n;
	g->bytes += (int64_t)have.n;
	progress_file(&g->shown, g->bytes,
		a->length > g->bytes ? a->length : g->bytes);
	return true;
}

bool figures_file(
	struct desk *d, const char *path, const char *file, struct err *e)
{
	struct coming g = {.file = {.fd = -1}, .e = e};
	struct taker taker = {&g, take};
	struct err why;
	bool ok;

	if (file &&
		!saving_begin(&g.file, d->c, file, cli_flag(d->c, O_YES), e))
		return false;
	progress_begin(&g.shown, d->c);
	ok = desk_take(d, path, &taker, &why);
	progress_end(&g.shown);
	if (ok && file)
		return saving_end(&g.file, e);
	if (file)
		saving_drop(&g.file);
	if (!ok && !g.failed)
		*e = why;
	return ok && (fflush(stdout) == 0 || err_set(e, ERR_INTERNAL,
						     "cannot write the table"));
}
