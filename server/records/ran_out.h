/*
 * ran_out.h - memberships and consents that end on a day, when it has come.
 *
 * That nobody reads any more what they may not needs no one: the reach has its
 * dates. What nobody could do any more is cancelled here as by an ending by
 * hand (withdrawn.h), one transaction a case, as the person who set the day, at
 * the door of the case's home site.
 */
#ifndef SERVER_RECORDS_RAN_OUT_H
#define SERVER_RECORDS_RAN_OUT_H

#include "proto/types.h"
#include "server/db/db.h"

/* Does the next cases there are, few at a time; *done counts them, *passed
 * those of which nothing could be cancelled: the audit trail says why. Called
 * again and again; costs one small read when nothing ended. */
bool ran_out_end(struct db *db, const struct catalogue *c, int *done,
	int *passed, struct err *e) MUST_CHECK;

#endif
