/*
 * xlsx.c - see xlsx.h: which sheet of a workbook is the list.
 */
#include "client/import/xlsx.h"

#include "client/import/grid.h"

#include <string.h>

#define NAMES_SHOWN 8

/* A sheet with its first row already read: that is how it was chosen. */
struct xlsx {
	struct workbook *w;
	struct grid *sheet;
	bool ahead; /* `first` was not handed out yet */
	bool none;  /* there is no row at all */
	struct row first;
};

static bool xlsx_next(void *ctx, struct row *out, bool *end, struct err *e)
{
	struct xlsx *q = ctx;

	if (!q->ahead)
		return grid_next(q->sheet, out, end, e);
	q->ahead = false;
	*out = q->first;
	*end = q->none;
	return true;
}

static const struct rows_facts *xlsx_facts(const void *ctx)
{
	return grid_facts(((const struct xlsx *)ctx)->sheet);
}

static void xlsx_progress(const void *ctx, size_t *done, size_t *total)
{
	grid_progress(((const struct xlsx *)ctx)->sheet, done, total);
}

/* ---- which sheet ---- */

static const char *names(const struct workbook *w)
{
	const char *out = "";

	for (size_t i = 0; i < workbook_sheets(w) && i < NAMES_SHOWN; i++)
		out = arena_printf(w->r->mem, "%s%s%s", out, i ? ", " : "",
			workbook_sheet(w, i)->name);
	return out;
}

/* Whether the sheet has a row; nothing of it stays. */
static bool has_rows(struct workbook *w, const struct sheet_place *at,
	bool *found, struct err *e)
{
	struct reading once = *w->r;
	struct grid *s;
	struct row row;
	bool end = true, ok;

	once.mem = arena_new();
	s = grid_open(w, &once, at, e);
	ok = s && grid_next(s, &row, &end, e);
	arena_free(once.mem);
	*found = ok && !end;
	return ok;
}

static const struct sheet_place *named_sheet(
	struct workbook *w, const char *name, struct err *e)
{
	for (size_t i = 0; i < workbook_sheets(w); i++)
		if (strcmp(workbook_sheet(w, i)->name, name) == 0)
			return workbook_sheet(w, i);
	refuse_file(w->r, e, SAY_NO_SUCH_SHEET, names(w), NULL);
	return NULL;
}

static const struct sheet_place *first_sheet(struct workbook *w, struct err *e)
{
	for (size_t i = 0; i < workbook_sheets(w); i++) {
		const struct sheet_place *at = workbook_sheet(w, i);
		bool found;

		if (at->hidden)
			continue;
		if (!has_rows(w, at, &found, e))
			return NULL;
		if (found)
			return at;
	}
	refuse_file(w->r, e, SAY_NO_ROWS, NULL);
	return NULL;
}

static void note_others(struct workbook *w, const struct sheet_place *taken,
	struct rows_facts *facts)
{
	for (size_t i = 0; i < workbook_sheets(w); i++) {
		const struct sheet_place *at = workbook_sheet(w, i);
		struct err ignored;
		bool found;

		if (at == taken || !has_rows(w, at, &found, &ignored) || !found)
			continue;
		if (facts->other_sheets++ < NAMES_SHOWN)
			facts->others =
				arena_printf(w->r->mem, "%s%s%s", facts->others,
					facts->others[0] ? ", " : "", at->name);
	}
}

struct rows *xlsx_open(const struct reading *r, struct str bytes,
	const char *sheet, struct err *e)
{
	static const struct rows_kind kind = {
		xlsx_next, xlsx_facts, xlsx_progress};
	struct xlsx *q = ARENA_NEW(r->mem, struct xlsx);
	const struct sheet_place *at;

	q->w = workbook_open(r, bytes, e);
	if (!q->w || !workbook_texts(q->w, e))
		return NULL;
	at = sheet ? named_sheet(q->w, sheet, e) : first_sheet(q->w, e);
	if (!at)
		return NULL;
	q->sheet = grid_open(q->w, r, at, e);
	if (!q->sheet)
		return NULL;
	q->ahead = true;
	if (!grid_next(q->sheet, &q->first, &q->none, e))
		return NULL;
	note_others(q->w, at, grid_facts(q->sheet));
	return rows_new(r, &kind, q);
}
