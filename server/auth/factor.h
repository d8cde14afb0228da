/*
 * factor.h - a person's second factor and recovery codes, in the database.
 *
 * The secret is sealed by the key file of the server, bound to the account;
 * codes are kept as SHA-256. All within the caller's transaction of the auth
 * room.
 */
#ifndef SERVER_AUTH_FACTOR_H
#define SERVER_AUTH_FACTOR_H

#include "server/auth/device.h"
#include "server/auth/totp.h"
#include "server/db/db.h"
#include "server/files/seal.h"

#define RECOVERY_CODES 10

struct factor_room {
	struct db *db;
	const struct file_keys *keys;
	struct arena *mem;
	struct uuid account;
};

/* Begins to set one up, by a session: a new secret, which counts when a code
 * of it was given there within a quarter of an hour. */
bool factor_offer(const struct factor_room *f, const struct uuid *session,
	unsigned char secret[TOTP_SECRET], struct err *e) MUST_CHECK;
/* Puts the offered one in the place of any other. *right: the code was its;
 * ERR_NO_OFFER when none was begun by that session, or it is too old. */
bool factor_confirm(const struct factor_room *f, const struct uuid *session,
	const char *code, bool *right, struct err *e) MUST_CHECK;
/* Puts a secret into use as it is. */
bool factor_put(const struct factor_room *f,
	const unsigned char secret[TOTP_SECRET], int64_t last_step,
	struct err *e) MUST_CHECK;
/* Whether the code is one of now and was not used; it is used up then. */
bool factor_check(const struct factor_room *f, const char *code, bool *right,
	struct err *e) MUST_CHECK;
/* Whether it is a recovery code; it is used up then. */
bool factor_recover(const struct factor_room *f, const char *code, bool *right,
	struct err *e) MUST_CHECK;
/* New recovery codes in the place of the old: as they are shown, once. */
bool factor_new_codes(const struct factor_room *f,
	char out[RECOVERY_CODES][CODE_TEXT], struct err *e) MUST_CHECK;
/* A stored secret under the first key of the file; `out` has FACTOR_SEALED
 * bytes. */
#define FACTOR_SEALED (TOTP_SECRET + SEAL_EXTRA)
bool factor_rewrap(const struct factor_room *f, struct str key_id,
	struct str sealed, unsigned char *out, struct err *e) MUST_CHECK;
/* By another: takes everything away, demands a new one, forgives wrong guesses
 * and ends every session of the account. */
bool factor_reset(const struct factor_room *f, struct err *e) MUST_CHECK;
/* Takes everything away; *had: there was one. */
bool factor_remove(
	const struct factor_room *f, bool *had, struct err *e) MUST_CHECK;

#endif
