/*
 * reseal.h - one bounded step of sealing everything anew; keys.c takes them.
 */
#ifndef SERVER_ADMIN_RESEAL_H
#define SERVER_ADMIN_RESEAL_H

#include "server/db/db.h"

#include "proto/types.h"

/* Where the work stands: log.key_work. */
struct key_work {
	int64_t key;
	bool spreading;    /* the key is only being made known */
	const char *place; /* "version", "salvage", "parked" */
	struct uuid row;
	int64_t version;
	int64_t done;
};

/* The types whose texts may hold something secret, as an argument. */
void reseal_types(struct db_args *a, const struct catalogue *c);

/*
 * Seals the next texts of w->place by the active key, inside the open
 * transaction, and moves w on; *count is how many there were, 0 at the end of
 * the place. What was stored open before is closed in its typed row as well.
 * ERR_SEALED names a text that does not open.
 */
bool reseal_step(struct db *db, const struct catalogue *c, struct arena *mem,
	struct key_work *w, size_t *count, struct err *e) MUST_CHECK;

#endif
