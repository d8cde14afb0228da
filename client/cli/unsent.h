/*
 * unsent.h - unsent work in a file of its own, sealed with a passphrase.
 *
 *   casebridge unsent 1 <n> <r> <p> <salt>\n     scrypt's cost and salt
 *   sealed {"server","login","changes":[…]}
 *
 * The way out of a damaged store, and back into a new one. Changes keep their
 * ids, so one that had reached the centre after all is recognised there.
 */
#ifndef CLIENT_UNSENT_H
#define CLIENT_UNSENT_H

#include "client/cli/desk.h"

/* True when the bytes begin like such a file. */
bool unsent_is(struct str bytes);
/* The bytes of a file, in mem. */
bool unsent_write(struct arena *mem, const char *passphrase, const json_t *doc,
	struct str *out, struct err *e) MUST_CHECK;
/* ERR_BAD_PASSPHRASE, or ERR_BAD_FILE for `name`. */
json_t *unsent_read(struct arena *mem, const char *name, struct str bytes,
	const char *passphrase, struct err *e) MUST_CHECK;

#endif
