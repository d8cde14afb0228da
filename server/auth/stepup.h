/*
 * stepup.h - is it still the person who signed in? Asked before what a session
 * alone must not do.
 *
 * Whether that was within the last minutes is server/access/fresh.h. Whoever is
 * refused with ERR_STEP_UP proves it with POST /v1/session/proof and asks
 * again.
 */
#ifndef SERVER_AUTH_STEPUP_H
#define SERVER_AUTH_STEPUP_H

#include "server/auth/attempt.h"
#include "server/req.h"

/*
 * For a route that takes the proof itself: looks at `password` or `code` of
 * r->json, for the account of the session, and wipes them and the body; with
 * neither, as fresh_proof(). Wrong ones are counted. ERR_STEP_UP names what
 * is wrong; ERR_LOCKED_OUT says how long to wait, ERR_SHUT that it is over. To
 * be called outside a transaction.
 */
bool stepup_check(struct req *r, struct err *e) MUST_CHECK;

/* What wrong proofs of a session are counted by. */
struct charge stepup_counter(struct req *r);

/* Overwrites a member of r->json, and the body. */
void stepup_wipe(struct req *r, const char *member);

#endif
