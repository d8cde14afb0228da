/*
 * ids.h - a growing list of ids in a batch's arena: what a load asks for.
 */
#ifndef SERVER_RECORDS_IDS_H
#define SERVER_RECORDS_IDS_H

#include "proto/base/arena.h"
#include "proto/base/uuid.h"

struct ids {
	struct arena *mem;
	struct uuid *v;
	size_t n, room;
};

/* Appends; the nil id is left out. */
void ids_push(struct ids *l, const struct uuid *id);
/* Sorts, and keeps one of each. */
void ids_unique(struct ids *l);

#endif
