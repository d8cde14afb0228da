/*
 * secret.h - passwords, passphrases, codes: from a file's first line or from
 * the terminal, never from the command line.
 */
#ifndef CLIENT_SECRET_H
#define CLIENT_SECRET_H

#include "client/cli/cli.h"

/* The first line of a file; ERR_BAD_FILE when it cannot be read or is empty. */
const char *secret_from_file(
	struct cli *c, const char *path, struct err *e) MUST_CHECK;

/* From the option's file, or asked at the terminal without echo. NULL when
 * there is neither; `hint` names the option in the sentence. */
const char *secret_get(struct cli *c, enum option file, const char *prompt,
	const char *hint, struct err *e) MUST_CHECK;

/* The passphrase that was given beforehand: --passphrase-file or the
 * environment. NULL without error when there is none. */
bool secret_passphrase_given(
	struct cli *c, const char **out, struct err *e) MUST_CHECK;
/* The same, or asked for. */
const char *secret_passphrase(struct cli *c, struct err *e) MUST_CHECK;

/* A question at the terminal; true for yes, --yes, and never without one. */
bool secret_confirm(struct cli *c, const char *question);

#endif
