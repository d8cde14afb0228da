/*
 * import_report.c - the fates of a list as a CSV file (see import_show.h).
 *
 * Heads of columns come from somebody's file and land in one that will be
 * opened in a spreadsheet (grid.h).
 */
#include "client/cli/import_show.h"

#include "client/cli/saving.h"
#include "proto/grid.h"

#include <string.h>

#define CELLS 6

static void add_heads(struct cli *c, struct buf *out)
{
	static const enum text_id heads[CELLS] = {
		T_C_ROW, T_C_FATE, T_C_COLUMN, T_C_WHY, T_C_OF, T_C_REMARKS};
	struct grid_cell cells[CELLS];

	for (size_t i = 0; i < CELLS; i++)
		cells[i].text = text_raw(c->lang, heads[i]);
	buf_text(out, GRID_CSV_MARK);
	grid_csv(cells, CELLS, out);
}

static const char *why_of(struct cli *c, const struct plan_row *r)
{
	struct buf why;
	const char *kept;

	if (r->fate == FATE_DUPLICATE)
		return same_by_text(r->by, c->lang);
	if (r->fate != FATE_REFUSED)
		return "";
	buf_init(&why, 8192);
	err_sentence(r->why, c->lang, &why);
	kept = arena_strndup(c->mem, why.p, why.n);
	buf_free(&why);
	return kept;
}

static const char *remarks_of(struct cli *c, const struct plan_row *r)
{
	struct buf said;
	const char *kept;

	buf_init(&said, 65536);
	for (size_t i = 0; i < r->remarks; i++)
		buf_printf(&said, "%s%s%s%s", i ? "; " : "", r->remark[i].head,
			r->remark[i].head[0] ? ": " : "", r->remark[i].text);
	kept = arena_strndup(c->mem, said.p, said.n);
	buf_free(&said);
	return kept;
}

static void add_row(struct cli *c, const struct plan_row *r, struct buf *out)
{
	static const enum text_id fates[] = {
		T_F_NEW, T_F_NEW_CASE, T_R_DUPLICATE, T_R_REFUSED};
	const struct grid_cell cells[CELLS] = {
		{number_text(c,                          (int64_t)r->line), 0},
		{text_raw(c->lang,                       fates[r->fate]),   0},
		{r->fate == FATE_REFUSED ? r->head : "", 0                },
		{why_of(c,				    r),                 0 },
		{r->of ? r->of : "",				     0                 },
		{remarks_of(c,				     r),						      0},
	};

	grid_csv(cells, CELLS, out);
}

bool report_write(struct cli *c, const struct plan *p, struct err *e)
{
	struct buf out;
	bool ok;

	buf_init(&out, (size_t)1 << 28);
	add_heads(c, &out);
	for (size_t i = 0; i < p->n; i++)
		add_row(c, &p->row[i], &out);
	ok = saving_whole(
		c, c->option[O_REPORT], false, (struct str){out.p, out.n}, e);
	buf_free(&out);
	return ok;
}
