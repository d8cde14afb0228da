/*
 * paper.h - fonts and PDF: the one file that knows Cairo and Pango.
 *
 * It sets text for the layout and paints the pages. Lines it gave are good
 * until the arena ends.
 */
#ifndef CLIENT_PRINT_PAPER_H
#define CLIENT_PRINT_PAPER_H

#include "client/print/layout.h"

struct paper;

/*
 * ERR_NO_FONT when no Chinese font is installed: nothing is printed rather
 * than boxes.
 */
struct paper *paper_new(struct arena *mem, struct err *e) MUST_CHECK;

struct setter paper_setter(struct paper *p);

/*
 * The characters met so far that no installed font has, as "U+2CC56 U+36C3";
 * NULL when there are none. Each is printed as 〓, the mark printers use for a
 * type they do not have.
 */
const char *paper_missing(const struct paper *p);

/* The finished file. `title` and `made` are all it says about itself; the
 * same pages at the same time make the same bytes. */
bool paper_pdf(struct paper *p, const struct pages *pages, const char *title,
	int64_t made_ms, struct buf *out, struct err *e) MUST_CHECK;

#endif
