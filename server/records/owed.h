/*
 * owed.h - decisions a restore brought back, written into their records.
 *
 * From the moment of the restore on they hold (migration of epochs), but the
 * record itself still says otherwise, or comes back saying so. Here it gets a
 * version that says what was decided, as the person who decided it, through the
 * one door.
 */
#ifndef SERVER_RECORDS_OWED_H
#define SERVER_RECORDS_OWED_H

#include "proto/types.h"
#include "server/db/db.h"

/* Enters what there is; *done counts. ERR_UNCONFIRMED while nothing may be
 * written. One that cannot be entered is not tried again. */
bool owed_enter(struct db *db, const struct catalogue *c, int *done,
	struct err *e) MUST_CHECK;

#endif
