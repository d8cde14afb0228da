/*
 * emergency.h - the door of server/emergency: break-glass.
 *
 * Somebody of a care role opens a case nobody shared with them: with a reason,
 * their password once more, for an hour, to read and to add. The grant, the
 * notice to the case manager and the task to review it are one commit. What it
 * reaches is decided by the database (0022-emergency): the handlers put the
 * grant into the reader, and everything else is as for everybody.
 */
#ifndef SERVER_EMERGENCY_H
#define SERVER_EMERGENCY_H

#include "server/req.h"

handler break_glass_post;         /* POST /v1/break-glass */
handler break_glass_list;         /* GET /v1/break-glass */
handler break_glass_get;          /* GET /v1/break-glass/{id} */
handler break_glass_changes_post; /* POST /v1/break-glass/{id}/changes */
handler break_glass_review_post;  /* POST /v1/break-glass/{id}/review */

/* h_use.c: an own emergency: of which case and until when (ms). ERR_NOT_FOUND
 * when it is not one's own, ERR_GLASS_OVER when it is over. */
bool emergency_of(struct req *r, const struct uuid *id, struct uuid *case_id,
	int64_t *until_ms, struct err *e) MUST_CHECK;

#endif
