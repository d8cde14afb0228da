/*
 * layout_in.h - what the files of the layout share: a document whose texts
 * have been set, and the place on the pages that is filled next.
 */
#ifndef CLIENT_PRINT_LAYOUT_IN_H
#define CLIENT_PRINT_LAYOUT_IN_H

#include "client/print/layout.h"

#define BODY_WIDTH  (PAGE_WIDTH - 2 * PAGE_MARGIN)
#define BODY_TOP    (PAGE_MARGIN + 6) /* under the line at the head */
#define BODY_BOTTOM (PAGE_HEIGHT - PAGE_MARGIN)

/* Distances of a style, in points. */
struct spacing {
	double before; /* above the block, not at the top of a page */
	double top;    /* within each row, above and below its text */
	double bottom;
	double gap;   /* between columns */
	double side;  /* left and right of the row */
	bool tint;    /* a background behind each row */
	bool rule;    /* a hairline under each row */
	bool upright; /* and between columns */
	bool whole;   /* rows are split only when no page can hold them */
	double under; /* a thicker rule under the block, its thickness */
	bool compact; /* the block itself is not split where it is short */
};

extern const struct spacing spacings[STYLE_COUNT];

/* What cannot be split: a line of text, or a chart. */
struct atom {
	struct line line;
	enum face face;
	const struct chart *chart;
	double height;
	bool blank;
};

struct set_cell {
	struct atom *atoms;
	size_t n;
	double shift; /* down, so that first lines share a baseline */
	double height;
};

struct set_row {
	struct set_cell *cells;
	double height; /* with the space above and below the text */
	size_t lines;  /* of its longest cell */
};

struct set_block {
	const struct block *b;
	const struct spacing *sp;
	double *x; /* left edge of each column */
	double *w;
	struct set_row head;
	bool has_head;
	struct set_row *rows;
	size_t n;
	double height; /* all of it, when it is not split */
};

struct set_doc {
	const struct doc *d;
	const struct setter *s;
	struct set_block *blocks;
	size_t n;
};

/* layout_set.c: sets every text of the document. */
void layout_set(
	const struct doc *d, const struct setter *s, struct set_doc *out);

struct flow {
	struct arena *mem;
	const struct set_doc *doc;
	struct pages *pages;
	double y;
	bool full; /* more pages than allowed */
};

/* layout.c */
double flow_room(const struct flow *f);
bool flow_at_top(const struct flow *f);
void flow_page(struct flow *f);
struct mark *flow_mark(struct flow *f, enum mark_kind kind, enum ink ink,
	double x, double y) NEVER_NULL;

/* layout_rows.c: all rows of a block, over as many pages as it takes. */
void flow_rows(struct flow *f, const struct set_block *b);
/* What the block needs to begin on a page: its head and the beginning of its
 * first row. */
double flow_start(const struct set_block *b);

/* layout_chart.c: a chart within a width. */
void flow_chart(struct flow *f, const struct chart *c, double x, double y,
	double width);

/* layout_frame.c: head and foot of every page. */
void layout_frames(struct flow *f);

#endif
