/*
 * lines.h - the caseload's lines of an open store, kept between requests.
 *
 * A line is folded from a whole case, so it is folded again only when a unit it
 * was made from changed: by what the centre sent, by own work, or by a day that
 * began. What every line rests on (the directory: calendar, packs, staff) folds
 * all of them again.
 */
#ifndef CLIENT_LINES_H
#define CLIENT_LINES_H

#include "client/store/view.h"

struct lines;

struct lines *lines_new(void) NEVER_NULL;
/* NULL is allowed. */
void lines_free(struct lines *TAKES l);

/* Brings them up to what the view shows on that day; *folded counts what had to
 * be folded (may be NULL). On failure there are none until the next time. */
bool lines_refresh(struct lines *l, struct view *v, const struct date *today,
	size_t *folded, struct err *e) MUST_CHECK;
/* The array of doc_lines(), as of the last refresh. */
const json_t *lines_all(const struct lines *l) NEVER_NULL;

/* One line, with `waiting`, and the ids of the units it rests on beside the
 * directory (added to `units`, which may be NULL). The caller owns it. */
bool line_fold(struct view *v, const struct uuid *case_id, struct buf *units,
	json_t **out, struct err *e) MUST_CHECK;

#endif
