/*
 * review.h - the review queue of the person whose store it is: GET /v1/review,
 * as the centre answers it.
 */
#ifndef CLIENT_REVIEW_H
#define CLIENT_REVIEW_H

#include "client/store/view.h"

/* `lines` are the caseload's (lines.h), from behind the case `after` ("": from
 * the first). It belongs to mem. */
bool review_doc(struct view *v, const json_t *lines, const struct date *today,
	const char *after, size_t limit, struct arena *mem, json_t **out,
	struct err *e) MUST_CHECK;

#endif
