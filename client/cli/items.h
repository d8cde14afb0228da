/*
 * items.h - records one below the other: short id, type, day, state, what.
 */
#ifndef CLIENT_ITEMS_H
#define CLIENT_ITEMS_H

#include "client/cli/desk.h"

struct item {
	struct seen r;
	const char *date; /* the natural one, else when it was entered */
};

/* Reads records, retracted ones too, in order of their type and the latest day
 * first. */
bool items_read(struct desk *d, const struct uuid *ids, size_t n,
	struct item **items, struct err *e) MUST_CHECK;
void items_print(struct desk *d, const struct item *items, size_t n);

/* The fields a type calls its title, for people. */
const char *item_title(struct desk *d, const struct seen *r) NEVER_NULL;
/* "live", "signed  unsent" … */
const char *item_state(struct cli *c, enum record_state s);
const char *item_marks(struct cli *c, const struct seen *r);
#endif
