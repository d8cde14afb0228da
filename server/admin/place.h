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
 * A change of a directory record, as POST /v1/changes takes it: a new record,
 * or with `seen` a patch of version `ver`. `tx` NULL: it stands alone.
 */
json_t *place_change(const char *type, const struct uuid *rec,
	const struct uuid *tx, int64_t ver, json_t *TAKES set,
	json_t *TAKES seen) MUST_CHECK;

/*
 * Writes an array of such changes through the door all writes take, at most
 * LIMIT_CHANGES. All of them must be `applied`; the first that is not is told.
 */
bool place_write_all(struct call *c, struct db *db,
	const struct catalogue *catalogue, const struct reader *author,
	json_t *TAKES changes, struct err *e) MUST_CHECK;

/* Writes one new record as its own author. `set` is the body. */
bool place_write(struct call *c, struct db *db, const struct uuid *site,
	const char *type, const struct uuid *id, json_t *TAKES set,
	struct err *e) MUST_CHECK;

#endif
