/*
 * shelf.h - the catalogue in force, and how another takes its place.
 *
 * A catalogue never changes; when a pack was added, another is made of the
 * built-in data and the packs there are, and put on the shelf. A request takes
 * the one in force and keeps it to its end, so nothing changes under it; the
 * last to let go of an old one frees it. Packs that are meant for some sites
 * only make a catalogue of their own for each of these.
 *
 * Whether a pack was added is known from a number that every request reads
 * together with who is asking, so it does not matter which program added it.
 */
#ifndef SERVER_SHELF_H
#define SERVER_SHELF_H

#include "proto/types.h"
#include "server/config.h"
#include "server/db/db.h"

struct shelf;

/* With the built-in catalogue alone; `conf` outlives it. NULL when a built-in
 * scale, form or pack has a mistake: the first is named. */
struct shelf *shelf_open(const struct config *conf, struct err *e) MUST_CHECK;
void shelf_free(struct shelf *TAKES s);

/* The stamp of the packs in a database, outside a transaction. */
bool shelf_stamp(struct db *db, struct arena *mem, int64_t *stamp,
	struct err *e) MUST_CHECK;

/*
 * The catalogue for a site, held until mem is freed. Is `stamp` another than
 * that of the packs on the shelf, they are read first; packs with mistakes are
 * left out and logged. SHELF_ANY takes what is there.
 */
#define SHELF_ANY INT64_MIN
const struct catalogue *shelf_take(struct shelf *s, struct db *db,
	int64_t stamp, const struct uuid *site, struct arena *mem,
	struct err *e) MUST_CHECK;

/* The packs are read again for the next request that asks. */
void shelf_doubt(struct shelf *s);

#endif
