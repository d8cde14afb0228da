/*
 * steps.h - records that pass through states: which step may follow which, who
 * takes it, and what must be written down with it.
 *
 * A referral between two sites is the pattern (FHIR Task as profiled by Gravity
 * SDOH Clinical Care 3.0.0, with an acknowledgement added: the loop is closed
 * only when the requester has seen the outcome). Requests, fund applications,
 * contracts, supervision and the loop of an issue are of the same kind, so all
 * of them are rows of one table. Both programs ask it: the station before it
 * says "saved", the centre before it commits.
 *
 * A field `status` that is moved by two people at once is not merged: the first
 * step stands, the second is refused and told what was decided (ERR_DECIDED).
 */
#ifndef PROTO_STEPS_H
#define PROTO_STEPS_H

#include "proto/base/timeutil.h"
#include "proto/base/uuid.h"
#include "proto/types.h"

/* Who the writer is to the record. A mask: at one site both may be the same. */
enum side {
	SIDE_SENDER = 1, /* the site that wrote it */
	SIDE_TARGET = 2, /* the site or person it goes to */
	SIDE_OTHER = 4,  /* reads along */
	SIDE_ANY = 7,
};

/* The sides of a writer. `site` is the record's; to_site and to_staff are read
 * from the body. */
int steps_side(const json_t *body, const struct uuid *site,
	const struct uuid *own_site, const struct uuid *own_staff);

/* The site that looks after a case stands in for whoever wrote a letter about
 * it, unless the letter goes to that very site: after a transfer the old home
 * no longer reaches the case, and its open letters would wait for nobody.
 * `kase` may be NULL. SIDE_SENDER or 0. */
int steps_home(const json_t *letter, const json_t *kase,
	const struct uuid *own_site, const struct uuid *own_staff);

/* Whether records of the type pass through states at all. */
bool steps_has(const char *type);

/*
 * Whether a writer of those sides may make `after` out of `before` (NULL: a new
 * record). ERR_BAD_STEP names the steps there are from here, ERR_FORBIDDEN a
 * field that is the other side's, ERR_MISSING what the step needs.
 */
bool steps_check(const char *type, const json_t *before, const json_t *after,
	int sides, struct err *e) MUST_CHECK;

/* The statuses a writer of those sides may go to from `from` ("": a new
 * record), in the table's order; the names are static. */
#define STEPS_MAX 8
size_t steps_next(const char *type, const char *from, int sides,
	const char *out[STEPS_MAX]);

/*
 * Fills what a step says by itself when the writer left it out: the day or the
 * moment it was taken, by whom. `now` in ms since 1970. Changes `after` only.
 * By when an answer is owed is deadline.h's to say.
 */
void steps_fill(const char *type, const json_t *before, json_t *after,
	int64_t now, const struct uuid *staff);

/* A record in this state waits for nobody any more. */
bool steps_ended(const char *type, const char *status);

/* Whether it is the sender's, the target's or nobody's turn; a mask. */
int steps_turn(const char *type, const char *status);

#endif
