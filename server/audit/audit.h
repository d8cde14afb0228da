/*
 * audit.h - the trail: ids only, written in the transaction of the act.
 */
#ifndef SERVER_AUDIT_H
#define SERVER_AUDIT_H

#include "server/db/db.h"

/*
 * Queues one event into the current transaction (call before db_flush or
 * db_queue_commit). `action` and `outcome` are our own words ("write", "read",
 * "signin" … / "ok", or an error code); `records` may be NULL. No audit, no
 * answer: when the event cannot be stored, the transaction fails.
 */
void audit_queue(struct db *db, struct arena *mem, const struct reader *r,
	const char *action, const char *outcome, const struct uuid *records,
	size_t n);

#endif
