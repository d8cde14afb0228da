/*
 * sheet.h - a response to a form at the station: the same rules as at the
 * centre, over what is held here. What is not held (a record of a class not
 * shared) is not known, and what hangs on it is unsure.
 */
#ifndef CLIENT_SHEET_H
#define CLIENT_SHEET_H

#include "client/store/view.h"
#include "proto/form.h"

/* What the rules of the form look at; `rec` is nil for a new response. */
json_t *sheet_facts(struct view *v, const struct uuid *case_id,
	const struct uuid *rec, const json_t *body,
	struct arena *mem) NEVER_NULL;

/* Version, day, lifted fields and next date, as the centre will fill them.
 * `before` is NULL for a new response. Of other types nothing is filled. */
void sheet_fill(struct view *v, const struct rtype *t,
	const struct uuid *case_id, const struct uuid *rec,
	const json_t *before, json_t *body);

/* Whether the centre's rules take it; true for other types. */
bool sheet_check(struct view *v, const struct rtype *t,
	const struct uuid *case_id, const struct uuid *rec,
	const json_t *before, const json_t *after, struct err *e) MUST_CHECK;

#endif
