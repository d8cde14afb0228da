/*
 * migrate.h - brings a database to this program's shape, and refuses to serve
 * on one of another shape.
 */
#ifndef SERVER_DB_MIGRATE_H
#define SERVER_DB_MIGRATE_H

#include "proto/types.h"
#include "server/db/db.h"

/*
 * Runs what is missing of migrations/server, each in a transaction of its own,
 * then installs the catalogue's type numbers and the access policy. Refuses a
 * migration whose file changed after it ran. *ran counts the new ones.
 */
bool migrate_run(const char *owner_conninfo, const struct catalogue *c,
	int *ran, struct err *e) MUST_CHECK;

/*
 * True when this connection may serve: every migration is there and unchanged,
 * every table has forced row-level security, the role cannot pass it, the
 * server's settings keep what it promises. `allow_no_fsync` is for throw-away
 * test clusters. On false e->msg names the first problem.
 */
bool db_self_check(
	struct db *db, bool allow_no_fsync, struct err *e) MUST_CHECK;

#endif
