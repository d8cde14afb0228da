/*
 * origin.h - who wrote a value that stands, and what it replaced.
 *
 * The newest version of a record names who wrote last; whose one value of it
 * is, and what that author had before them, is found by looking back. A person
 * who is to choose between two values must not be told the wrong name.
 */
#ifndef SERVER_RECORDS_ORIGIN_H
#define SERVER_RECORDS_ORIGIN_H

#include "server/records/world.h"

/* Of one atom of one record, as the database holds it. */
struct origin {
	struct uuid rec;
	const char *fields; /* names, comma-separated, as in the catalogue */
	struct uuid by;
	struct uuid site;
	struct uuid device; /* nil: not written at a station */
	int64_t entered_at;
	json_t *was; /* what it replaced, a value a field; NULL: not known */
};

/* Asks for the origins of what stands against the patches of this batch; one
 * more trip, and only when a patch is about an older version. */
bool origin_load(struct world *w, struct db *db, struct err *e) MUST_CHECK;

/* The origin of these fields of an entry as it is now. What was not asked for
 * is taken from the newest version. */
struct origin origin_of(struct world *w, struct entry *x, const json_t *fields);

#endif
