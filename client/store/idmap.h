/*
 * idmap.h - record id → something, for tens of thousands of ids.
 *
 * Open addressing over a table that is at most half full.
 */
#ifndef CLIENT_IDMAP_H
#define CLIENT_IDMAP_H

#include "proto/base/buf.h"
#include "proto/base/uuid.h"

struct idmap {
	struct buf slots;
	size_t used; /* slots ever taken, emptied ones included */
};

void idmap_init(struct idmap *m);
void idmap_clear(struct idmap *m);
/* NULL when there is none. */
void *idmap_get(const struct idmap *m, const struct uuid *id);
/* value NULL forgets the id. */
void idmap_put(struct idmap *m, const struct uuid *id, void *value);

#endif
