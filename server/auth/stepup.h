/*
 * stepup.h - is it still the person who signed in? Asked before what a session
 * alone must not do.
 *
 * A password or a code given within the setting step-up-minutes will do, that
 * of the sign-in, too. Whoever is refused with ERR_STEP_UP proves it with POST
 * /v1/session/proof and asks again.
 */
#ifndef SERVER_AUTH_STEPUP_H
#define SERVER_AUTH_STEPUP_H

#include "server/req.h"

/* ERR_STEP_UP when it is longer ago; `accepts` says what may be given. */
bool stepup_fresh(const struct req *r, struct err *e) MUST_CHECK;

/*
 * For a route that takes the proof itself: looks at `password` or `code` of
 * r->json, for the account of the session, and wipes them and the body; with
 * neither, as stepup_fresh(). Wrong ones are counted. ERR_STEP_UP names what
 * is wrong; ERR_LOCKED_OUT says how long to wait, ERR_SHUT that it is over. To
 * be called outside a transaction.
 */
bool stepup_check(struct req *r, struct err *e) MUST_CHECK;

/* Overwrites a member of r->json, and the body. */
void stepup_wipe(struct req *r, const char *member);

#endif
