/*
 * pg.h - inside server/db only: the connection and results themselves.
 */
#ifndef SERVER_DB_PG_H
#define SERVER_DB_PG_H

#include "server/db/db.h"

#include <libpq-fe.h>

struct db {
	PGconn *conn;
	char *conninfo;
	size_t queued;  /* statements waiting for db_flush() */
	size_t opening; /* the first of them that db_begin() put there */
	bool in_tx;     /* between db_begin() and its end */
	bool broken;    /* of no more use; db_ready() makes a new one */
	bool is_new;    /* nobody has asked db_is_new() since it connected */
	bool send_bad;  /* a queued statement could not be sent */
};

struct db_rows {
	PGresult *res;
	struct arena *mem;
};

/* Fills *e from a result or connection: SQLSTATE only, never its text, which
 * may quote a value. Always false. */
bool pg_fail(
	const PGresult *res, PGconn *conn, const char *what, struct err *e);

#endif
