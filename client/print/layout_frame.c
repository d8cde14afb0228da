/*
 * layout_frame.c - what stands on every page outside its text: whose it is,
 * what it is, when and by whom it was printed, and which page of how many.
 */
#include "client/print/layout_in.h"

#include <string.h>

#define HEAD_Y   30.0
#define FOOT_Y   (PAGE_HEIGHT - 45.0)
#define HAIRLINE 0.4
#define RIGHT    (PAGE_WIDTH - PAGE_MARGIN)

/* Sets one line and puts it down; where it ends. */
static double put(struct flow *f, enum face face, enum align align,
	const char *text, double y)
{
	size_t n;
	const struct line *line;
	struct mark *m;
	double x = PAGE_MARGIN;

	if (!text || !text[0])
		return x;
	line = f->doc->s->set(f->doc->s->ctx, face, text, 0, &n);
	if (align == ALIGN_RIGHT)
		x = RIGHT - line->width;
	else if (align == ALIGN_CENTRE)
		x = (PAGE_WIDTH - line->width) / 2;
	m = flow_mark(f, MARK_TEXT, looks[face].ink, x, y + line->base);
	m->line = line;
	m->face = face;
	return x;
}

static void across(struct flow *f, double y)
{
	struct mark *m = flow_mark(f, MARK_RULE, INK_FAINT, PAGE_MARGIN, y);

	m->x2 = RIGHT;
	m->y2 = y;
	m->width = HAIRLINE;
}

/* "{0} … {1}" with numbers. */
static const char *numbered(
	struct arena *mem, const char *text, size_t page, size_t pages)
{
	const char *out = "";

	while (*text) {
		size_t n = strcspn(text, "{");

		out = arena_printf(mem, "%s%.*s", out, (int)n, text);
		text += n;
		if (strncmp(text, "{0}", 3) == 0)
			out = arena_printf(mem, "%s%zu", out, page);
		else if (strncmp(text, "{1}", 3) == 0)
			out = arena_printf(mem, "%s%zu", out, pages);
		else if (*text)
			out = arena_printf(mem, "%s{", out);
		if (*text)
			text += strncmp(text, "{0}", 3) == 0 ||
						strncmp(text, "{1}", 3) == 0
					? 3
					: 1;
	}
	return out;
}

/* In a frame of its own, so that no cropping of the margins hides it. */
static void demo_mark(struct flow *f, const char *text)
{
	const double pad = 5, top = HEAD_Y - 3;
	double left = put(f, FACE_MARK, ALIGN_CENTRE, text, HEAD_Y);
	double right = PAGE_WIDTH - left + pad, bottom = top + 17;
	const double corner[5][2] = {
		{left - pad, top   },
                {right,      top   },
                {right,      bottom},
		{left - pad, bottom},
                {left - pad, top   }
        };

	for (size_t i = 0; i < 4; i++) {
		struct mark *m = flow_mark(
			f, MARK_RULE, INK_WARN, corner[i][0], corner[i][1]);

		m->x2 = corner[i + 1][0];
		m->y2 = corner[i + 1][1];
		m->width = 0.7;
	}
}

static void frame_page(struct flow *f, size_t page, size_t pages)
{
	const struct frame *fr = &f->doc->d->frame;
	double leading = looks[FACE_RUNNING].leading;

	if (fr->demo)
		demo_mark(f, fr->demo);
	if (fr->quiet_first && page == 1)
		return;
	put(f, FACE_RUNNING, ALIGN_LEFT, fr->site, HEAD_Y);
	put(f, FACE_RUNNING, ALIGN_RIGHT, fr->running, HEAD_Y);
	across(f, HEAD_Y + leading + 5);
	across(f, FOOT_Y - 5);
	put(f, FACE_RUNNING, ALIGN_LEFT, fr->secrecy, FOOT_Y);
	put(f, FACE_RUNNING, ALIGN_LEFT, fr->printed, FOOT_Y + leading);
	put(f, FACE_RUNNING, ALIGN_RIGHT,
		numbered(f->mem, fr->page_of, page, pages), FOOT_Y + leading);
}

void layout_frames(struct flow *f)
{
	struct pages all = *f->pages;

	for (size_t i = 0; i < all.n; i++) {
		f->pages->n = i + 1;
		frame_page(f, i + 1, all.n);
	}
}
