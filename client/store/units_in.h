/*
 * units_in.h - a unit's row, for the file that reads them (units.c) and the one
 * that writes them (units_write.c).
 */
#ifndef CLIENT_UNITS_IN_H
#define CLIENT_UNITS_IN_H

#include "client/store/store_in.h"

/* NULL: no such unit is held. */
struct unit_row *unit_row_of(const struct store *s, const struct uuid *id);
/* An empty one, in no store yet. */
struct unit_row *unit_row_new(struct store *s) NEVER_NULL;
void unit_row_insert(struct store *s, struct unit_row *row);
void unit_row_remove(struct store *s, struct unit_row *row);
/* Wipes its key; the row itself is the store's arena's. */
void unit_row_free(struct unit_row *row);
/* Its list is another one: counted, and of a whole unit found and hashed. */
void unit_row_listed(struct store *s, struct unit_row *row);
/* The list as it is sealed. */
void unit_row_pack(const struct unit_row *row, struct buf *out);

#endif
