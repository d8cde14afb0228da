/*
 * demo_accounts.h - sign-ins for the demo: at least one a role, with passwords
 * nobody can know beforehand.
 */
#ifndef SERVER_ADMIN_DEMO_ACCOUNTS_H
#define SERVER_ADMIN_DEMO_ACCOUNTS_H

#include "server/admin/demo.h"
#include "server/admin/demo_district.h"
#include "server/db/db.h"

/* True when the demo's accounts exist: they are made last, all at once, so the
 * demo is loaded exactly when they are there. */
bool accounts_exist(struct db *db, const struct district *d, bool *exist,
	struct err *e) MUST_CHECK;

/*
 * Makes the accounts and writes them to `path` (mode 0600; NULL: standard
 * output) as lines of role, login, password, name, site and, where the role
 * must have one, the secret of the second factor (base 32), parted by tabs.
 * The first line of a role is the person who shows it best. Of the options:
 * cost, keys, accounts.
 */
bool accounts_make(struct db *db, const struct district *d,
	const struct demo_options *o, struct err *e) MUST_CHECK;

#endif
