/*
 * lockout.h - what a wrong guess costs.
 *
 * A try is charged before the password is looked at and taken back when it
 * was right, so guesses made side by side cannot slip past the counter. Pure:
 * the rows of auth.attempt are read and written by the caller, under lock.
 */
#ifndef SERVER_AUTH_LOCKOUT_H
#define SERVER_AUTH_LOCKOUT_H

#include "proto/base/base.h"

enum lock_scope {
	/* An account whose password alone opens it, or a login nobody has. */
	LOCK_ACCOUNT,
	/* The same counter where a second step follows, or a first password of
	 * 80 random bits is to be given: no stranger can shut it for good. */
	LOCK_GUARDED,
	LOCK_DEVICE, /* an account on a station or browser it has used before */
	LOCK_SOURCE, /* an address; many people may share one */
	LOCK_FACTOR, /* codes of an account, of all strange places or of one
			where it is known */
	LOCK_RECOVERY, /* recovery codes within one sign-in */
	LOCK_PROOF,    /* proofs within a session: passwords, and codes of a
			  factor that is on or being set up */
	LOCK_SCOPES
};

struct attempts {
	int64_t fails;
	int64_t last_ms;  /* of the newest charged try */
	int64_t until_ms; /* no try before */
	bool told;        /* that somebody waits is on the trail */
};

#define LOCKOUT_LONGEST_MS 900000
/* Waits beyond this mean: until somebody else resets it. */
#define LOCKOUT_SHUT_MS (86400000LL * 365)

const char *lockout_scope_name(enum lock_scope s);
/* Milliseconds to wait before the next try; 0 when it may be made now. */
int64_t lockout_wait_ms(const struct attempts *a, int64_t now_ms);
/*
 * The counter after one more try. Five are free (twenty for an address), then
 * the wait is 2, 4, 8 … seconds up to fifteen minutes. At a hundred wrong ones
 * in a row (twenty of a second factor) no more are taken at all, NIST SP
 * 800-63B §5.2.2; but not where what stands behind is no password a person
 * chose, so that nobody is shut out by who merely knows the login.
 */
struct attempts lockout_charge(
	struct attempts a, enum lock_scope s, int64_t now_ms);
/* The counter after the charged try was right: cleared, but an address only
 * gets that one try back. */
struct attempts lockout_pardon(struct attempts a, enum lock_scope s);

#endif
