/*
 * totp.h - the six digits of an authenticator app (RFC 6238: HMAC-SHA-1, steps
 * of 30 seconds), and how its secret is written down. Pure, but for the clock
 * the caller brings.
 */
#ifndef SERVER_AUTH_TOTP_H
#define SERVER_AUTH_TOTP_H

#include "proto/base/arena.h"

#define TOTP_SECRET  20 /* bytes: as long as the hash, RFC 4226 §4 */
#define TOTP_SECONDS 30
#define TOTP_DIGITS  6
#define TOTP_BASE32  33 /* the secret as text, with its 0 */

/* The step a time lies in. */
int64_t totp_step(int64_t unix_ms);
/* The code of a step: as many digits, and a 0. */
void totp_code(const unsigned char *secret, size_t n, int64_t step, int digits,
	char *out);
/*
 * The step `code` is of: the current one or the one before (somebody read it
 * just before it changed), if later than `last`, the newest that was used; -1
 * when it is none, or not six digits. Takes equally long for any six digits.
 */
int64_t totp_match(const unsigned char secret[TOTP_SECRET], const char *code,
	int64_t now_ms, int64_t last);

/* RFC 4648 base 32 without padding, as apps read it. */
void totp_text(const unsigned char secret[TOTP_SECRET], char out[TOTP_BASE32]);
/* otpauth://totp/…, as apps read it from a QR picture. */
const char *totp_uri(const char *secret, const char *issuer, const char *login,
	struct arena *mem) NEVER_NULL;

#endif
