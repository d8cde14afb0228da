/*
 * place.h - the directory as an administrator names it: a site by id or name.
 */
#ifndef SERVER_ADMIN_PLACE_H
#define SERVER_ADMIN_PLACE_H

#include "server/admin/call.h"
#include "server/db/db.h"

struct named_site {
	struct uuid id;
	const char *name;
	struct uuid district;
};

/* Within the caller's transaction. ERR_USAGE on `site` when none or more than
 * one answers to it. */
bool place_find(struct db *db, const char *what, struct arena *mem,
	struct named_site *out, struct err *e) MUST_CHECK;

/*
 * Writes one directory record through the door all writes take, as its own
 * author. `set` is the body. The result must be `applied`.
 */
bool place_write(struct call *c, struct db *db, const struct uuid *site,
	const char *type, const struct uuid *id, json_t *TAKES set,
	struct err *e) MUST_CHECK;

#endif
