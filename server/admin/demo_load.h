/*
 * demo_load.h - sending a script through the one door for writes.
 */
#ifndef SERVER_ADMIN_DEMO_LOAD_H
#define SERVER_ADMIN_DEMO_LOAD_H

#include "server/admin/demo_script.h"
#include "server/db/db.h"

/* How an author of the district enters the rooms. */
struct reader load_reader(const struct district *d, size_t staff);

/*
 * Writes a sorted script: each author's changes in batches of at most `batch`,
 * a commit each. A change that is not taken fails the whole with its code,
 * type and field; a change sent before gets its first answer again, so a
 * script that was interrupted may be sent once more.
 */
bool load_script(struct db *db, const struct script *s, size_t batch,
	struct err *e) MUST_CHECK;

#endif
