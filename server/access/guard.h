/*
 * guard.h - may this copy of a store speak now?
 *
 * A replica numbers its requests and shows the newest head of the log it ever
 * saw. So a cloned or rolled-back store is noticed at its first request, and a
 * server that went back in time is told so by its own clients (only what it can
 * prove to have told them counts, server/lineage/claim.h).
 */
#ifndef SERVER_ACCESS_GUARD_H
#define SERVER_ACCESS_GUARD_H

#include "server/req.h"

/* Reads Sync-Replica into r->reader; browsers send none. Only a request over
 * an enrolled device may speak for a replica. */
bool guard_reader(struct req *r, struct err *e) MUST_CHECK;

/* The same for a request that writes: also refuses, with ERR_UPGRADE, programs
 * whose changes this centre no longer takes (min-push-schema). They may read.
 */
bool guard_writer(struct req *r, struct err *e) MUST_CHECK;

/*
 * First statement of the request's transaction: counts it, or refuses with
 * ERR_EPOCH, ERR_UNKNOWN_REPLICA, ERR_STALE or ERR_FORKED. True for requests
 * that speak for no replica.
 */
bool guard_check(struct req *r, struct err *e) MUST_CHECK;

/* The same in two halves, for a handler that asks other things in the same
 * message: queues the one statement; judges its row. */
bool guard_queue(struct req *r, struct err *e) MUST_CHECK;
bool guard_judge(
	struct req *r, const struct db_rows *rows, struct err *e) MUST_CHECK;

#endif
