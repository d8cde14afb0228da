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

/* A password of one's own: from --new-password-file, or twice at the terminal.
 */
const char *sign_in_new_password(
	struct cli *c, enum text_id prompt, struct err *e) MUST_CHECK;
/* Sets up a second factor for the session of `token`, at the terminal; what is
 * shown once goes to standard error. */
bool sign_in_set_up(struct cli *c, struct transport *t, const char *token,
	struct err *e) MUST_CHECK;
/* Recovery codes, once, to standard error: scripts keep standard output. */
void sign_in_print_codes(struct cli *c, const json_t *answer);
/* A code of an app, or a recovery code. */
bool sign_in_is_code(const char *text);

#endif
