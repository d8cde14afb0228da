/*
 * check.h - what the station asks before it says "saved", beside the shape of a
 * body: steps taken in turn, values that fit together. The centre asks the same
 * and decides; here it spares a person the way back.
 */
#ifndef CLIENT_CHECK_H
#define CLIENT_CHECK_H

#include "client/store/view.h"

/* Fills what a step says by itself (the day, by whom) into `body`, which is to
 * follow on `before` (NULL: a new record). */
void check_fill(struct view *v, const struct rtype *t, const json_t *before,
	json_t *body);

/* ERR_BAD_STEP, ERR_BAD_ORDER, ERR_FUTURE, ERR_MISSING, ERR_FORBIDDEN. `site`
 * is the record's, the own one for a new record. */
bool check_body(struct view *v, const struct rtype *t, const struct uuid *site,
	const json_t *before, const json_t *after, struct err *e) MUST_CHECK;

#endif
