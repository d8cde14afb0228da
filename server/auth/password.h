/*
 * password.h - Argon2id, through libsodium. The only door to it.
 *
 * Plain texts are wiped by whoever holds them: secret_wipe().
 */
#ifndef SERVER_AUTH_PASSWORD_H
#define SERVER_AUTH_PASSWORD_H

#include "proto/base/err.h"
#include "server/config.h"

#define PASSWORD_HASH_MAX 128
/* Characters; fewer will do for who always gives a second factor as well. */
#define PASSWORD_LEAST             15
#define PASSWORD_LEAST_WITH_FACTOR 12

enum password_verdict {
	PASSWORD_WRONG,
	PASSWORD_RIGHT,
	PASSWORD_RIGHT_BUT_OLD /* hash it again: the cost has changed */
};

/* Once, before threads. False: the machine has no randomness. */
bool password_start(void);
/* Whose password it is to be. */
struct password_owner {
	const char *login;
	const char *name;      /* or NULL */
	const char *site_name; /* or NULL */
	bool has_factor;       /* must always give a second factor */
};
/*
 * Whether a new password may be used: long enough; more than the person's own
 * login and name, their site and this program's name; and not one that many
 * people use (common.h). ERR_BAD_INPUT says which, of `field`.
 */
bool password_acceptable(const char *password, const struct password_owner *o,
	const char *field, struct err *e) MUST_CHECK;
/* False with ERR_BUSY when there is no memory for it. */
bool password_hash(const char *password, enum password_cost cost,
	char out[PASSWORD_HASH_MAX], struct err *e) MUST_CHECK;
/* A NULL hash (no such account) takes as long as a real one and is wrong; one
 * that was made before the cost was raised takes as long as one of today. */
enum password_verdict password_verify(
	const char *hash, const char *password, enum password_cost cost);

/* Overwrites n bytes; the compiler cannot leave it out. */
void secret_wipe(void *p, size_t n);

#endif
