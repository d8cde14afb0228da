/*
 * follow.h - what an accepted referral moves with it.
 *
 * A hand-over takes the sender's open tasks and arranged visits of the case to
 * the site that accepted; a transfer also makes that site the home site. It
 * happens in the transaction of the acceptance, as versions by the person who
 * accepted, or the acceptance does not happen either.
 */
#ifndef SERVER_FOLLOW_H
#define SERVER_FOLLOW_H

#include "server/records/world.h"

/* Whether the batch, as decided, has such consequences. */
bool follow_needed(const struct world *w);

/*
 * Reads what is to be moved and fills `out` with a world of changes to it,
 * loaded, decided and ready for world_store(). To be called after the versions
 * of `w` are written, inside the same transaction: only then does the accepting
 * site reach the case. ERR_MISSING names the consent that would be needed when
 * it still does not.
 */
bool follow_world(struct world *w, struct db *db, struct world *out,
	struct err *e) MUST_CHECK;

#endif
