/*
 * withdrawn.h - a case as proto/withdraw.h looks at it, and what falls when a
 * batch ends a membership or withdraws a consent; inside server/records.
 */
#ifndef SERVER_WITHDRAWN_H
#define SERVER_WITHDRAWN_H

#include "proto/withdraw.h"
#include "server/records/world.h"

struct withdrawn {
	struct withdraw w;
	struct withdraw_rec *recs; /* the same as w.recs, to be written */
	struct record *records;    /* in step with them */
};

/* Everything as it stands, before and after alike; inside a transaction. What
 * the reader does not see is not there. */
bool withdrawn_read(struct arena *mem, const struct catalogue *c, struct db *db,
	const struct uuid *case_id, int64_t now, struct withdrawn *out,
	struct err *e) MUST_CHECK;

/* Adds to `list` a patch for each record that falls. */
void withdrawn_patches(
	struct world *w, const struct withdrawn *d, json_t *list);

/* Whether the batch changed a membership or a consent that stood. */
bool withdrawn_needed(const struct world *w);

/* The grant of the change that did; NULL: none. */
const struct grant *withdrawn_grant(const struct world *w);

/*
 * Whoever withdraws for another site than the home may lose the case by it, and
 * could write down neither the withdrawal nor what falls. What was decided for
 * the reader is therefore stored at the door of the home site; to be called
 * before anything is. Does nothing when nothing is withdrawn.
 */
bool withdrawn_door(struct world *w, struct db *db, struct err *e) MUST_CHECK;

/* Adds to `list` a patch for each record that falls. To be called when the
 * versions of the batch are written, inside the same transaction. */
bool withdrawn_follow(
	struct world *w, struct db *db, json_t *list, struct err *e) MUST_CHECK;

#endif
