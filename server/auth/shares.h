/*
 * shares.h - half of what opens a store, at the centre (device.h).
 *
 * A station that is locked gives its share away and keeps none. What it keeps
 * is the share *closed*: sealed by a key only the centre has, and which is not
 * in the database (token.key). A centre restored from before the share came
 * knows it again when the station shows that.
 */
#ifndef SERVER_AUTH_SHARES_H
#define SERVER_AUTH_SHARES_H

#include "server/req.h"

#define SHARES_MAX 1000 /* of one station */

/* Those of a receipt ("shares" of r->json), within the caller's transaction;
 * each closed goes to `away`. */
bool shares_take(struct req *r, json_t *away, struct err *e) MUST_CHECK;

#endif
