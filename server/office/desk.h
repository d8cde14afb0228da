/*
 * desk.h - what the handlers of this room share.
 */
#ifndef SERVER_OFFICE_DESK_H
#define SERVER_OFFICE_DESK_H

#include "server/access/access.h"
#include "server/audit/audit.h"
#include "server/db/columns.h"
#include "server/office/office.h"

/* Whether the reader may; begins the transaction of the auth room. *site: see
 * access_act(). */
bool desk_begin(struct req *r, enum access_act act, const struct uuid **site,
	struct err *e) MUST_CHECK;
/* Runs a statement whose only argument is a site, or NULL: everywhere. */
bool desk_list(struct req *r, enum query q, const struct uuid *site,
	struct db_rows **rows, struct err *e) MUST_CHECK;

#endif
