/*
 * attempt.h - the counters of lockout.h, kept in the database.
 */
#ifndef SERVER_AUTH_ATTEMPT_H
#define SERVER_AUTH_ATTEMPT_H

#include "server/auth/lockout.h"
#include "server/db/db.h"
#include "server/reader.h"

struct charge {
	enum lock_scope scope;
	struct str key; /* an id or an HMAC */
	struct attempts state;
	bool waits; /* this one refused the try */
};

/*
 * Within the caller's transaction, which must be committed before a password
 * is looked at: locks the counters in the order given (callers keep the order
 * of enum lock_scope) and charges each, or, when one of them has to wait,
 * charges none and sets *wait_ms.
 */
bool attempts_charge(struct db *db, struct arena *mem, struct charge *c,
	size_t n, int64_t *wait_ms, struct err *e) MUST_CHECK;
/*
 * What to do about a wait, in the same transaction: the first who is refused
 * in one leaves `action` / "locked_out" of `who` on the trail and it is
 * committed; those after leave nothing, however many they are. Then false,
 * with ERR_LOCKED_OUT that says how many seconds, or ERR_SHUT.
 */
struct refusal {
	const struct reader *who;
	const char *action;
	const char *field;
};
bool attempts_refuse(struct db *db, struct arena *mem, struct charge *c,
	size_t n, int64_t wait_ms, const struct refusal *f, struct err *e);
/* Takes the charges back, in a transaction of the caller's. */
bool attempts_pardon(struct db *db, struct arena *mem, struct charge *c,
	size_t n, struct err *e) MUST_CHECK;

/* All that was charged to an account, wherever, is forgotten. */
bool attempts_forgive(struct db *db, struct arena *mem,
	const struct uuid *account, struct err *e) MUST_CHECK;

/* The key of an address or of a login nobody has. */
struct str attempt_key(struct arena *mem, const unsigned char secret[32],
	const char *label, const char *text);

#endif
