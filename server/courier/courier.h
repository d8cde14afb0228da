/*
 * courier.h - the door of the courier room: work that somebody else brings.
 *
 * A parcel (proto/courier.h) is opened with the centre's courier key, known to
 * be its author's by the key of their store, and goes through the doors the
 * author would use: changes as changes, pieces of files as uploads, decided
 * for the author as they are now. Who brings it needs a station's certificate
 * and nothing more: they learn whether it was taken, and not what became of it.
 */
#ifndef SERVER_COURIER_H
#define SERVER_COURIER_H

#include "proto/courier.h"
#include "server/courier/keys.h"
#include "server/req.h"

handler authors_post;      /* POST /v1/authors: the key of a store */
handler courier_post;      /* POST /v1/courier: changes */
handler courier_file_post; /* POST /v1/courier/files: a piece of a file */

/* What became of a parcel that was kept (auth.parcel). */
struct parcel_again {
	struct uuid id;
	struct err why; /* code NONE: it was taken */
};

/*
 * Tries parcels again that could not be taken when a station was wiped: one, or
 * with NULL all that wait; each as its author's, who they are now. What is
 * taken is kept no longer but as a line of the list. Of `app` only the keys of
 * the courier and of files and the shelf are used. *out in mem.
 */
bool courier_again(struct app *app, struct db *db, struct arena *mem,
	const struct uuid *only, struct parcel_again **out, size_t *n,
	struct err *e) MUST_CHECK;

#endif
