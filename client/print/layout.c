/*
 * layout.c - see layout.h: block after block down the page.
 */
#include "client/print/layout_in.h"

#include <string.h>

#define SLACK 0.01

/* ---- the place that is filled next ---- */

double flow_room(const struct flow *f)
{
	return BODY_BOTTOM - f->y + SLACK;
}

bool flow_at_top(const struct flow *f)
{
	return f->y <= BODY_TOP + SLACK;
}

void flow_page(struct flow *f)
{
	struct pages *p = f->pages;

	f->y = BODY_TOP;
	if (p->n == PAGES_MAX) {
		f->full = true;
		return;
	}
	if (p->n == p->room) {
		size_t room = p->room ? p->room * 2 : 8;
		struct page *more = ARENA_ARRAY(f->mem, struct page, room);

		if (p->n)
			memcpy(more, p->page, p->n * sizeof(*more));
		p->page = more;
		p->room = room;
	}
	p->n++;
}

struct mark *flow_mark(
	struct flow *f, enum mark_kind kind, enum ink ink, double x, double y)
{
	struct page *p = &f->pages->page[f->pages->n - 1];
	struct mark *m;

	if (p->n == p->room) {
		size_t room = p->room ? p->room * 2 : 64;
		struct mark *more = ARENA_ARRAY(f->mem, struct mark, room);

		if (p->n)
			memcpy(more, p->marks, p->n * sizeof(*more));
		p->marks = more;
		p->room = room;
	}
	m = &p->marks[p->n++];
	m->kind = kind;
	m->ink = ink;
	m->x = x;
	m->y = y;
	return m;
}

/* ---- what stands together ---- */

/* The height from a block to the end of what it must share a page with. */
static double need(const struct set_doc *d, size_t i)
{
	double h = 0;

	for (; i < d->n; i++) {
		const struct set_block *b = &d->blocks[i];

		if (!b->b->keep)
			return h + (b->b->kind == BLOCK_ROWS ? flow_start(b)
							     : b->height);
		h += b->height;
	}
	return h;
}

/* The height of a group that is kept together, its last block whole. */
static double group(const struct set_doc *d, size_t i)
{
	double h = 0;

	for (; i < d->n; i++) {
		h += d->blocks[i].height;
		if (!d->blocks[i].b->keep)
			break;
	}
	return h;
}

static void cut(struct flow *f, const struct set_block *b)
{
	double leading = looks[FACE_RUNNING].leading, gap = 8, y;
	const struct setter *s = f->doc->s;
	size_t n;
	const struct line *line =
		s->set(s->ctx, FACE_RUNNING, b->b->text, 0, &n);
	double left = (PAGE_WIDTH - line->width) / 2;
	struct mark *m = flow_mark(f, MARK_TEXT, looks[FACE_RUNNING].ink, left,
		f->y + leading / 2 + line->base);

	m->line = line;
	m->face = FACE_RUNNING;
	y = f->y + leading;
	m = flow_mark(f, MARK_DASH, INK_SOFT, 0, y);
	m->x2 = left - gap;
	m->y2 = y;
	m->width = 0.6;
	m = flow_mark(f, MARK_DASH, INK_SOFT, left + line->width + gap, y);
	m->x2 = PAGE_WIDTH;
	m->y2 = y;
	m->width = 0.6;
	f->y += b->height;
}

/* To the foot of the page, so that what follows ends with it. */
static void sink(struct flow *f, size_t next)
{
	double h = group(f->doc, next);

	if (h > flow_room(f) && !flow_at_top(f))
		flow_page(f);
	if (h < flow_room(f))
		f->y = BODY_BOTTOM - h;
}

static void place(struct flow *f, size_t i)
{
	const struct set_block *b = &f->doc->blocks[i];

	switch (b->b->kind) {
	case BLOCK_ROWS:
		flow_rows(f, b);
		break;
	case BLOCK_SPACE:
		if (!flow_at_top(f))
			f->y += b->height;
		break;
	case BLOCK_DROP:
		f->y += b->height;
		break;
	case BLOCK_PAGE:
		if (!flow_at_top(f))
			flow_page(f);
		break;
	case BLOCK_CUT:
		cut(f, b);
		break;
	case BLOCK_FOOT:
		sink(f, i + 1);
		break;
	}
}

bool layout_doc(const struct doc *d, const struct setter *s, struct pages *out,
	struct err *e)
{
	struct set_doc set;
	struct flow f = {d->mem, &set, out, BODY_TOP, false};

	memset(out, 0, sizeof(*out));
	layout_set(d, s, &set);
	flow_page(&f);
	for (size_t i = 0; i < set.n && !f.full; i++) {
		double h = need(&set, i);

		if (h > flow_room(&f) && !flow_at_top(&f) &&
			h <= BODY_BOTTOM - BODY_TOP + SLACK)
			flow_page(&f);
		place(&f, i);
	}
	if (f.full)
		return err_field(e, ERR_TOO_LARGE, "pages", "%d", PAGES_MAX);
	layout_frames(&f);
	return true;
}
