/*
 * layout_rows.c - puts rows on pages, and splits those that are too long for
 * the rest of one.
 */
#include "client/print/layout_in.h"

#include <string.h>

#define UNSPLIT  4 /* rows of up to so many lines stay whole */
#define TOGETHER 2 /* lines of a text that stay together at a break */
#define HAIRLINE 0.4
#define COMPACT  240.0 /* a third of a page */

/* A row on its way: what of each cell is already on a page. */
struct part {
	const struct set_row *row;
	size_t *from;
	size_t *to;
	size_t columns;
};

static double cell_height(const struct set_cell *c, size_t from, size_t to)
{
	double h = from == 0 && to > 0 ? c->shift : 0;

	for (size_t i = from; i < to; i++)
		h += c->atoms[i].height;
	return h;
}

static double part_height(const struct set_block *b, const struct part *p)
{
	double most = 0;

	for (size_t i = 0; i < p->columns; i++) {
		double h = cell_height(&p->row->cells[i], p->from[i], p->to[i]);

		if (h > most)
			most = h;
	}
	return most + b->sp->top + b->sp->bottom;
}

static void take_all(const struct part *p)
{
	for (size_t i = 0; i < p->columns; i++)
		p->to[i] = p->row->cells[i].n;
}

/* ---- drawing ---- */

static void draw_line(struct flow *f, const struct set_block *b, size_t column,
	const struct atom *a, double y)
{
	static const double share[] = {0, 0.5, 1};
	double x = b->x[column], w = b->w[column];
	double base = y + a->line.base;
	struct mark *m;

	if (a->line.width < w)
		x += share[b->b->columns[column].align] * (w - a->line.width);
	m = flow_mark(f, MARK_TEXT, looks[a->face].ink, x, base);
	m->line = &a->line;
	m->face = a->face;
	if (!a->blank)
		return;
	x += a->line.width > 0 ? a->line.width + 6 : 0;
	m = flow_mark(f, MARK_RULE, INK_SOFT, x, base + 2.5);
	m->x2 = b->x[column] + w;
	m->y2 = base + 2.5;
	m->width = HAIRLINE;
}

static void draw_cell(struct flow *f, const struct set_block *b,
	const struct part *p, size_t column)
{
	const struct set_cell *c = &p->row->cells[column];
	double y = f->y + b->sp->top + (p->from[column] == 0 ? c->shift : 0);

	for (size_t i = p->from[column]; i < p->to[column]; i++) {
		const struct atom *a = &c->atoms[i];

		if (a->chart)
			flow_chart(f, a->chart, b->x[column], y, b->w[column]);
		else
			draw_line(f, b, column, a, y);
		y += a->height;
	}
}

static void rule(struct flow *f, double y, double width, enum ink ink)
{
	struct mark *m = flow_mark(f, MARK_RULE, ink, PAGE_MARGIN, y);

	m->x2 = PAGE_MARGIN + BODY_WIDTH;
	m->y2 = y;
	m->width = width;
}

static void uprights(struct flow *f, const struct set_block *b, double height)
{
	for (size_t i = 0; i <= b->b->column_count; i++) {
		double x = i < b->b->column_count ? b->x[i] - b->sp->gap / 2
						  : PAGE_MARGIN + BODY_WIDTH;
		struct mark *m = flow_mark(f, MARK_RULE, INK_FAINT,
			i == 0 ? PAGE_MARGIN : x, f->y);

		m->x2 = m->x;
		m->y2 = f->y + height;
		m->width = HAIRLINE;
	}
}

static void draw_part(struct flow *f, const struct set_block *b,
	const struct part *p, bool ends)
{
	double height = part_height(b, p);

	if (b->sp->tint) {
		struct mark *m =
			flow_mark(f, MARK_FILL, INK_TINT, PAGE_MARGIN, f->y);

		m->x2 = PAGE_MARGIN + BODY_WIDTH;
		m->y2 = f->y + height;
	}
	for (size_t i = 0; i < p->columns; i++)
		draw_cell(f, b, p, i);
	if (b->sp->upright)
		uprights(f, b, height);
	f->y += height;
	if (ends && b->sp->rule)
		rule(f, f->y, HAIRLINE, INK_FAINT);
}

static void draw_head(
	struct flow *f, const struct set_block *b, const struct part *room)
{
	struct part p = *room;

	if (!b->has_head)
		return;
	p.row = &b->head;
	memset(p.from, 0, p.columns * sizeof(*p.from));
	take_all(&p);
	if (b->sp->upright)
		rule(f, f->y, HAIRLINE, INK_FAINT);
	draw_part(f, b, &p, false);
	rule(f, f->y, 0.7, INK_SOFT);
}

/* ---- breaking ---- */

/* How many more atoms of a cell fit below `height`, leaving none alone. */
static size_t fitting(const struct set_cell *c, size_t from, double height)
{
	size_t n = 0, left = c->n - from;
	double used = from == 0 ? c->shift : 0;

	while (n < left && used + c->atoms[from + n].height <= height)
		used += c->atoms[from + n++].height;
	if (n == left)
		return n;
	if (left - n < TOGETHER)
		n = left > TOGETHER ? left - TOGETHER : 0;
	return n < TOGETHER ? 0 : n;
}

/* Decides what goes on this page; false: nothing sensible would. */
static bool split(const struct set_block *b, struct part *p, double room)
{
	bool some = false;

	for (size_t i = 0; i < p->columns; i++) {
		const struct set_cell *c = &p->row->cells[i];
		size_t n = fitting(
			c, p->from[i], room - b->sp->top - b->sp->bottom);

		if (n == 0 && p->from[i] == 0 && c->n > 0)
			return false;
		p->to[i] = p->from[i] + n;
		some |= n > 0;
	}
	return some;
}

/* On an empty page everything must move on, whatever it looks like. */
static void force(const struct set_block *b, struct part *p, double room)
{
	for (size_t i = 0; i < p->columns; i++) {
		const struct set_cell *c = &p->row->cells[i];
		double used = b->sp->top + b->sp->bottom;
		size_t n = p->from[i];

		while (n < c->n &&
			(n == p->from[i] || used + c->atoms[n].height <= room))
			used += c->atoms[n++].height;
		p->to[i] = n;
	}
}

static bool is_short(const struct set_block *b, const struct set_row *row)
{
	return row->lines <= UNSPLIT || b->sp->whole;
}

/* The last row of a table does not begin a page alone when the one before it
 * can come with it. */
static double needed(const struct set_block *b, size_t r, double height)
{
	bool brings_last = b->n > 2 && r + 2 == b->n && b->has_head &&
			   b->rows[r + 1].lines <= UNSPLIT &&
			   is_short(b, &b->rows[r]);

	return brings_last ? height + b->rows[r + 1].height : height;
}

static bool stays_whole(const struct set_block *b, const struct part *p)
{
	double page = BODY_BOTTOM - BODY_TOP;

	if (b->has_head)
		page -= b->head.height;
	return is_short(b, p->row) && part_height(b, p) <= page;
}

static void next_page(
	struct flow *f, const struct set_block *b, const struct part *p)
{
	size_t *scratch = ARENA_ARRAY(f->mem, size_t, 2 * p->columns);
	struct part head = {NULL, scratch, scratch + p->columns, p->columns};

	flow_page(f);
	draw_head(f, b, &head);
}

static void place_row(struct flow *f, const struct set_block *b, size_t r,
	struct part *p, bool *fresh)
{
	p->row = &b->rows[r];
	memset(p->from, 0, p->columns * sizeof(*p->from));
	while (!f->full) {
		double height;

		take_all(p);
		height = part_height(b, p);
		if (height <= flow_room(f) &&
			(*fresh || needed(b, r, height) <= flow_room(f))) {
			draw_part(f, b, p, true);
			*fresh = false;
			return;
		}
		if (!*fresh &&
			(stays_whole(b, p) || !split(b, p, flow_room(f)))) {
			next_page(f, b, p);
			*fresh = true;
			continue;
		}
		if (*fresh && !split(b, p, flow_room(f)))
			force(b, p, flow_room(f));
		draw_part(f, b, p, false);
		memcpy(p->from, p->to, p->columns * sizeof(*p->from));
		next_page(f, b, p);
		*fresh = true;
	}
}

void flow_rows(struct flow *f, const struct set_block *b)
{
	size_t n = b->b->column_count;
	size_t *scratch;
	struct part p;
	bool fresh = flow_at_top(f);

	if (!b->n)
		return;
	scratch = ARENA_ARRAY(f->mem, size_t, 2 * n);
	p = (struct part){NULL, scratch, scratch + n, n};
	if (!fresh)
		f->y += b->sp->before;
	draw_head(f, b, &p);
	for (size_t r = 0; r < b->n; r++)
		place_row(f, b, r, &p, &fresh);
	if (b->sp->under > 0) {
		rule(f, f->y, b->sp->under, INK_ACCENT);
		f->y += b->sp->under + 3;
	}
}

double flow_start(const struct set_block *b)
{
	double h = b->sp->before;
	const struct set_row *row = b->rows;
	double most = 0;

	if (!b->n)
		return 0;
	if (b->sp->compact && b->height < COMPACT)
		return b->height;
	if (b->has_head)
		h += b->head.height;
	if (is_short(b, row))
		return h + needed(b, 0, row->height);
	for (size_t i = 0; i < b->b->column_count; i++) {
		const struct set_cell *c = &row->cells[i];
		double two =
			cell_height(c, 0, c->n < TOGETHER ? c->n : TOGETHER);

		if (two > most)
			most = two;
	}
	return h + most + b->sp->top + b->sp->bottom;
}
