/*
 * layout_chart.c - a score over time as a line, or a value as a bar, small
 * enough for a table.
 *
 * The vertical scale is the instrument's own range, so that a small change
 * looks small.
 */
#include "client/print/layout_in.h"

#define DOT   2.6
#define EDGE  4.0 /* so that the outermost dots stay inside */
#define LINE  1.0
#define FAINT 0.4

struct plot {
	double x, y, width, height; /* of the field itself */
	double first, last;         /* of the points' x */
	const struct chart *c;
};

static double across(const struct plot *p, double x)
{
	if (p->last <= p->first)
		return p->x + p->width / 2;
	return p->x + (x - p->first) / (p->last - p->first) * p->width;
}

static double up(const struct plot *p, double y)
{
	double span = p->c->high - p->c->low;
	double share = span > 0 ? (y - p->c->low) / span : 0.5;

	share = share < 0 ? 0 : share > 1 ? 1 : share;
	return p->y + (1 - share) * p->height;
}

static void straight(struct flow *f, enum ink ink, double thick,
	const double from[2], const double to[2])
{
	struct mark *m = flow_mark(f, MARK_RULE, ink, from[0], from[1]);

	m->x2 = to[0];
	m->y2 = to[1];
	m->width = thick;
}

static void level_line(struct flow *f, const struct plot *p, double y)
{
	straight(f, INK_FAINT, FAINT, (double[2]){p->x - EDGE, y},
		(double[2]){p->x + p->width + EDGE, y});
}

/* A figure centred over or under a point, not past the field's ends. */
static void figure(struct flow *f, const struct plot *p, const char *text,
	double x, double y)
{
	size_t n;
	const struct line *line;
	struct mark *m;

	if (!text || !text[0])
		return;
	line = f->doc->s->set(f->doc->s->ctx, FACE_TINY, text, 0, &n);
	x -= line->width / 2;
	if (x < p->x - EDGE)
		x = p->x - EDGE;
	if (x + line->width > p->x + p->width + EDGE)
		x = p->x + p->width + EDGE - line->width;
	m = flow_mark(f, MARK_TEXT, looks[FACE_TINY].ink, x, y + line->base);
	m->line = line;
	m->face = FACE_TINY;
}

static void draw_points(struct flow *f, const struct plot *p)
{
	const struct chart *c = p->c;

	for (size_t i = 0; i + 1 < c->n; i++)
		straight(f, INK_SOFT, LINE,
			(double[2]){across(p, c->points[i].x),
				up(p, c->points[i].y)},
			(double[2]){across(p, c->points[i + 1].x),
				up(p, c->points[i + 1].y)});
	for (size_t i = 0; i < c->n; i++) {
		bool newest = i + 1 == c->n;
		struct mark *m = flow_mark(f, MARK_DOT,
			newest ? INK_ACCENT : INK_SOFT,
			across(p, c->points[i].x), up(p, c->points[i].y));

		m->width = newest ? DOT * 1.5 : DOT;
	}
}

static void draw_bar(
	struct flow *f, const struct chart *c, double x, double y, double width)
{
	double share = c->high > 0 ? c->points[0].y / c->high : 0;
	double thick = c->height - 2;

	share = share < 0 ? 0 : share > 1 ? 1 : share;
	straight(f, INK_ACCENT, thick, (double[2]){x, y + c->height / 2},
		(double[2]){x + share * width, y + c->height / 2});
}

void flow_chart(
	struct flow *f, const struct chart *c, double x, double y, double width)
{
	double text = c->labelled ? looks[FACE_TINY].leading + 2 : 0;
	struct plot p = {x + EDGE, y + EDGE + text, width - 2 * EDGE,
		c->height - 2 * EDGE - 2 * text, 0, 0, c};

	if (!c->n)
		return;
	if (c->bar) {
		draw_bar(f, c, x, y, width);
		return;
	}
	p.first = c->points[0].x;
	p.last = c->points[c->n - 1].x;
	level_line(f, &p, p.y);
	level_line(f, &p, p.y + p.height);
	draw_points(f, &p);
	for (size_t i = 0; c->labelled && i < c->n; i++) {
		double at = across(&p, c->points[i].x);

		figure(f, &p, c->points[i].value, at,
			up(&p, c->points[i].y) - text);
		figure(f, &p, c->points[i].mark, at, p.y + p.height + EDGE);
	}
}
