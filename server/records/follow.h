/*
 * follow.h - what an accepted referral moves with it, and what falls when a
 * membership ends or a consent is withdrawn.
 *
 * A hand-over takes the sender's open tasks and arranged visits of the case to
 * the site that accepted; a transfer also makes that site the home site. It
 * happens in the transaction of the acceptance, as versions by the person who
 * accepted, or the acceptance does not happen either. What falls with a
 * withdrawal (proto/withdraw.h) is written in its transaction, too; what of it
 * cannot be is parked for a person, and the withdrawal stands.
 */
#ifndef SERVER_FOLLOW_H
#define SERVER_FOLLOW_H

#include "server/records/world.h"

/* Adds to `list` a patch of one record as its author would send it. `set` and
 * `unset` are borrowed. */
void follow_patch(struct world *w, json_t *list, const struct record *r,
	json_t *set, json_t *unset);

/* Makes `list` the changes of a world that is set up otherwise, loads it and
 * decides; it is ready for world_store() then. Inside a transaction. */
bool follow_decide(struct world *w, const json_t *list, struct db *db,
	struct err *e) MUST_CHECK;

/* Whether the batch, as decided, has such consequences. */
bool follow_needed(struct world *w);

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
