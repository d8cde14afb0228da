/*
 * author.h - whose a parcel is.
 */
#ifndef SERVER_COURIER_AUTHOR_H
#define SERVER_COURIER_AUTHOR_H

#include "server/courier/courier.h"

struct author {
	struct reader reader; /* as they are now, at the device it was written
				 on */
	struct str key;       /* of their store, DER */
	bool live;            /* the account may be used */
};

/* ERR_UNKNOWN_REPLICA on `replica` when nobody's. In a transaction of its own.
 */
bool author_find(struct req *r, const struct uuid *replica, struct author *out,
	struct err *e) MUST_CHECK;

/* The text of a parcel that is the author's: ERR_FORGED names what does not
 * hold. A key that is not here may come back with its file, so that what needs
 * it is neither forged nor given up: ERR_UNKNOWN_KEY names the file. */
bool author_open(struct req *r, const struct author *a, const struct parcel *p,
	struct str *text, struct err *e) MUST_CHECK;

bool author_no_key(const struct parcel *p, struct err *e) MUST_CHECK;

/* The catalogue in force at the author's site, until r->mem is freed. */
const struct catalogue *author_catalogue(
	struct req *r, const struct author *a, struct err *e) MUST_CHECK;

#endif
