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

/* A body that is to be kept. */
struct check {
	const struct rtype *type;
	const struct uuid *rec;  /* nil: a new record */
	const struct uuid *unit; /* its case or group; nil: none */
	const struct uuid *kase; /* what a letter is about; nil: nothing */
	const struct uuid *site; /* the record's; nil: the own one */
	const json_t *before;    /* NULL: a new record */
	const json_t *after;
	struct uuid staff; /* who writes; check_body() fills it in */
};

/* ERR_BAD_STEP, ERR_BAD_ORDER, ERR_FUTURE, ERR_MISSING, ERR_FORBIDDEN,
 * ERR_IN_FORCE. */
bool check_body(struct view *v, struct check *q, struct err *e) MUST_CHECK;

/* about.c: the part that looks at other records, and what they say by
 * themselves of a case that is closed. */
bool check_about(
	struct view *v, const struct check *q, struct err *e) MUST_CHECK;
void fill_about(struct view *v, const json_t *before, json_t *body);

#endif
