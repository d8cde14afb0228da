/*
 * stepup.h - is it still the person who signed in? Asked before what a session
 * alone must not do.
 */
#ifndef SERVER_AUTH_STEPUP_H
#define SERVER_AUTH_STEPUP_H

#include "server/req.h"

/*
 * Looks at `password` of r->json, for the account of r->reader, and wipes it
 * and the body. A wrong one is counted like a wrong sign-in. ERR_STEP_UP names
 * what is missing or wrong; ERR_LOCKED_OUT says how long to wait. To be called
 * outside a transaction. A second factor joins here, and only here.
 */
bool stepup_check(struct req *r, struct err *e) MUST_CHECK;

#endif
