/*
 * layout_set.c - sets every text of a document once, and knows then how high
 * each row will be.
 */
#include "client/print/layout_in.h"

/* clang-format off */
const struct spacing spacings[STYLE_COUNT] = {
	/*                      before top  bottom gap  side  tint   rule   upright whole under compact */
	[STYLE_TITLE] =        {0,     0,   0,     0,   0,    false, false, false,  true,  0,   false},
	[STYLE_SUBTITLE] =     {0,     0,   4,     0,   0,    false, false, false,  true,  0,   false},
	[STYLE_HEADING] =      {16,    0,   3,     0,   0,    false, false, false,  true,  0.6, false},
	[STYLE_SUBHEADING] =   {10,    0,   1,     0,   0,    false, false, false,  true,  0,   false},
	[STYLE_PARA] =         {5,     0,   0,     0,   0,    false, false, false,  false, 0,   false},
	[STYLE_FACTS] =        {0,     1,   1,     8,   0,    false, false, false,  false, 0,   true},
	[STYLE_LIST] =         {4,     0,   1.5,   2,   4,    false, false, false,  false, 0,   false},
	[STYLE_TABLE] =        {6,     3,   3,     9,   0,    false, true,  false,  false, 0,   false},
	[STYLE_GRID] =         {6,     2.5, 2.5,   5,   0,    false, true,  true,   false, 0,   false},
	[STYLE_CARD] =         {10,    7,   9,     14,  0,    false, true,  false,  true,  0,   false},
	[STYLE_BOX] =          {10,    7,   7,     0,   10,   true,  false, false,  false, 0,   false},
	[STYLE_SIGN] =         {12,    14,  0,     24,  0,    false, false, false,  true,  0,   true},
};
/* clang-format on */

struct setting {
	const struct setter *s;
	struct arena *mem;
};

static void set_columns(struct setting *g, struct set_block *b)
{
	const struct block *from = b->b;
	size_t n = from->column_count, open = 0;
	double side = b->sp->side + from->inset;
	double left = BODY_WIDTH - 2 * side - b->sp->gap * (double)(n - 1);
	double x = PAGE_MARGIN + side;

	b->x = ARENA_ARRAY(g->mem, double, n);
	b->w = ARENA_ARRAY(g->mem, double, n);
	for (size_t i = 0; i < n; i++) {
		left -= from->columns[i].width;
		open += from->columns[i].width <= 0;
	}
	for (size_t i = 0; i < n; i++) {
		b->x[i] = x;
		b->w[i] = from->columns[i].width > 0 ? from->columns[i].width
						     : left / (double)open;
		x += b->w[i] + b->sp->gap;
	}
}

static size_t set_piece(struct setting *g, const struct piece *p, double width,
	struct atom **atoms)
{
	const struct line *lines;
	size_t n;

	if (p->chart) {
		*atoms = ARENA_NEW(g->mem, struct atom);
		(*atoms)->chart = p->chart;
		(*atoms)->height = p->chart->height;
		return 1;
	}
	lines = g->s->set(g->s->ctx, p->face, p->text, width, &n);
	*atoms = ARENA_ARRAY(g->mem, struct atom, n);
	for (size_t i = 0; i < n; i++) {
		(*atoms)[i].line = lines[i];
		(*atoms)[i].face = p->face;
		(*atoms)[i].height = lines[i].height;
		(*atoms)[i].blank = p->blank && i + 1 == n;
	}
	return n;
}

static void set_cell(struct setting *g, const struct piece *first, double width,
	struct set_cell *out)
{
	struct atom **parts;
	size_t *sizes, count = 0, at = 0;

	for (const struct piece *p = first; p; p = p->next)
		count++;
	parts = ARENA_ARRAY(g->mem, struct atom *, count + 1);
	sizes = ARENA_ARRAY(g->mem, size_t, count + 1);
	for (const struct piece *p = first; p; p = p->next, at++) {
		sizes[at] = set_piece(g, p, width, &parts[at]);
		out->n += sizes[at];
	}
	out->atoms = ARENA_ARRAY(g->mem, struct atom, out->n + 1);
	out->n = 0;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < sizes[i]; k++) {
			out->height += parts[i][k].height;
			out->atoms[out->n++] = parts[i][k];
		}
}

/* First lines of different faces stand on one baseline. */
static void level(struct set_row *row, size_t n)
{
	double base = 0;

	for (size_t i = 0; i < n; i++) {
		const struct set_cell *c = &row->cells[i];

		if (c->n && !c->atoms[0].chart && c->atoms[0].line.base > base)
			base = c->atoms[0].line.base;
	}
	for (size_t i = 0; i < n; i++) {
		struct set_cell *c = &row->cells[i];

		if (c->n && !c->atoms[0].chart) {
			c->shift = base - c->atoms[0].line.base;
			c->height += c->shift;
		}
	}
}

static void finish_row(struct set_block *b, struct set_row *row)
{
	size_t n = b->b->column_count;

	level(row, n);
	for (size_t i = 0; i < n; i++) {
		const struct set_cell *c = &row->cells[i];

		if (c->height > row->height)
			row->height = c->height;
		if (c->n > row->lines)
			row->lines = c->n;
	}
	row->height += b->sp->top + b->sp->bottom;
}

static void set_head(struct setting *g, struct set_block *b)
{
	size_t n = b->b->column_count;

	for (size_t i = 0; i < n; i++)
		b->has_head |= b->b->columns[i].head != NULL;
	if (!b->has_head)
		return;
	b->head.cells = ARENA_ARRAY(g->mem, struct set_cell, n);
	for (size_t i = 0; i < n; i++) {
		struct piece p = {.face = FACE_LABEL};

		p.text = b->b->columns[i].head ? b->b->columns[i].head : "";
		set_cell(g, &p, b->w[i], &b->head.cells[i]);
	}
	finish_row(b, &b->head);
}

static void set_rows(struct setting *g, struct set_block *b)
{
	const struct cell *c = b->b->first;
	size_t n = b->b->column_count;

	b->n = (b->b->cell_count + n - 1) / n;
	b->rows = ARENA_ARRAY(g->mem, struct set_row, b->n + 1);
	for (size_t r = 0; r < b->n; r++) {
		struct set_row *row = &b->rows[r];

		row->cells = ARENA_ARRAY(g->mem, struct set_cell, n);
		for (size_t i = 0; c && i < n; i++, c = c->next)
			set_cell(g, c->first, b->w[i], &row->cells[i]);
		finish_row(b, row);
		b->height += row->height;
	}
	if (b->n && b->has_head)
		b->height += b->head.height;
	if (b->n)
		b->height += b->sp->before + b->sp->under;
}

void layout_set(
	const struct doc *d, const struct setter *s, struct set_doc *out)
{
	struct setting g = {s, d->mem};

	out->d = d;
	out->s = s;
	out->n = 0;
	for (const struct block *b = d->first; b; b = b->next)
		out->n++;
	out->blocks = ARENA_ARRAY(d->mem, struct set_block, out->n + 1);
	out->n = 0;
	for (const struct block *b = d->first; b; b = b->next) {
		struct set_block *set = &out->blocks[out->n++];

		set->b = b;
		set->sp = &spacings[b->style];
		set->height = b->height;
		if (b->kind == BLOCK_CUT)
			set->height = looks[FACE_RUNNING].leading * 2;
		if (b->kind != BLOCK_ROWS)
			continue;
		set_columns(&g, set);
		set_head(&g, set);
		set_rows(&g, set);
	}
}
