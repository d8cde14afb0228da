/*
 * account.h - who may sign in.
 */
#ifndef SERVER_AUTH_ACCOUNT_H
#define SERVER_AUTH_ACCOUNT_H

#include "server/auth/password.h"
#include "server/db/db.h"
#include "server/reader.h"

struct account {
	struct uuid id; /* nil: account_add() makes one */
	const char *login;
	struct uuid staff;
	enum role role;
	struct uuid site;
	struct uuid district; /* nil: none */
	const char *name;
	const char *site_name;
	const char *hash; /* of password_hash() */
	bool must_change;
	bool must_enrol; /* the second factor was reset by another */
	bool has_factor;
	bool is_disabled;
	bool too_late; /* its first password was not changed in time */
};

/*
 * The one spelling of a login: lower case, starting with a letter or digit,
 * then also . _ - @; false for what cannot be one.
 */
bool login_normalise(const char *text, char out[LIMIT_LOGIN_BYTES + 1]);

/*
 * Adds an account within the transaction the caller has begun with
 * db_begin_system(). ERR_BAD_INPUT names `login` (not one, or taken, or the
 * member of staff has an account) or `role`.
 */
bool account_add(struct db *db, const struct account *a, struct arena *mem,
	struct err *e) MUST_CHECK;
/* By normalised login, in the caller's transaction. *found false: none. */
bool account_find(struct db *db, const char *login, struct arena *mem,
	struct account *out, bool *found, struct err *e) MUST_CHECK;

#endif
