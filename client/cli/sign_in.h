/*
 * sign_in.h - a sign-in at the centre, with all its steps.
 */
#ifndef CLIENT_SIGN_IN_H
#define CLIENT_SIGN_IN_H

#include "client/cli/cli.h"
#include "client/sync/transport.h"

/*
 * Account and password, then what the centre asks for: the second factor (from
 * --code-file, or the terminal), a password of one's own (from
 * --new-password-file, or the terminal; *password is the new one then), a
 * factor to be set up (at the terminal). *session is the answer of a session
 * that is whole, with its token.
 */
bool sign_in(struct cli *c, struct transport *t, const char *login,
	const char **password, json_t **session, struct err *e) MUST_CHECK;

#endif
