/*
 * layout.h - from a document to A4 pages of marks: this line of text here,
 * that rule there.
 *
 * Pure arithmetic. How wide text is and where it may break is asked of a
 * setter, so that the rules below can be tested without a font:
 *
 *   - nothing reaches over the margins of 20 mm;
 *   - a heading stands on the page of what it heads;
 *   - a row of up to four lines is never split; a longer one leaves at least
 *     two lines of each of its texts on either page;
 *   - the head of a table is repeated, never alone, and a table's last line
 *     does not stand alone on the next page;
 *   - every page says whose it is, and which of how many.
 */
#ifndef CLIENT_PRINT_LAYOUT_H
#define CLIENT_PRINT_LAYOUT_H

#include "client/print/doc.h"

#define PAGE_WIDTH  595.276 /* 210 mm */
#define PAGE_HEIGHT 841.890 /* 297 mm */
#define PAGE_MARGIN 56.693  /* 20 mm */
#define PAGES_MAX   2000

/* A line of text as the setter knows it. */
struct line {
	const void *glyphs;
	double width;
	double height; /* at least the face's leading */
	double base;   /* from its top to its baseline */
};

struct setter {
	void *ctx;
	/* Breaks text into lines no wider than `width` (0: one line however
	 * long). There is always one. They live as long as the setter. */
	const struct line *(*set)(void *ctx, enum face face, const char *text,
		double width, size_t *n);
};

enum mark_kind {
	MARK_TEXT, /* line, its baseline beginning at x, y */
	MARK_RULE, /* from x, y to x2, y2, `width` thick */
	MARK_DASH, /* the same, dashed */
	MARK_FILL, /* the rectangle between x, y and x2, y2 */
	MARK_DOT,  /* around x, y, `width` across */
};

struct mark {
	enum mark_kind kind;
	enum ink ink;
	double x, y, x2, y2;
	double width;
	const struct line *line;
	enum face face;
};

struct page {
	struct mark *marks;
	size_t n, room;
};

struct pages {
	struct page *page;
	size_t n, room;
};

/* ERR_TOO_LARGE when it would be more than PAGES_MAX pages. The pages belong
 * to the document's arena. */
bool layout_doc(const struct doc *d, const struct setter *s, struct pages *out,
	struct err *e) MUST_CHECK;

#endif
