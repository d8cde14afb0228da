/*
 * fresh.h - whether it is still the person who signed in, as far as the request
 * itself says: a password or a code was given within the setting
 * step-up-minutes, that of the sign-in, too (server/auth/stepup.h takes them).
 */
#ifndef SERVER_ACCESS_FRESH_H
#define SERVER_ACCESS_FRESH_H

#include "server/req.h"

/* ERR_STEP_UP when it is longer ago; `accepts` says what may be given. */
bool fresh_proof(const struct req *r, struct err *e) MUST_CHECK;

/*
 * The same before what is restricted is handed out. A station passes: it holds
 * the very bodies in its store, asks for that store's passphrase before it
 * shows one, and syncs while nobody sits at it.
 */
bool fresh_reader(const struct req *r, struct err *e) MUST_CHECK;

#endif
