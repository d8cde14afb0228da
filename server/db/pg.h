/*
 * pg.h - inside server/db only: the connection and results themselves.
 */
#ifndef SERVER_DB_PG_H
#define SERVER_DB_PG_H

#include "server/db/db.h"

#include "proto/base/seal.h"

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
	bool here;      /* commits wait for no standby (db_wait_here) */
	/* What it writes on the trail (db_mark): its name, how many numbers
	 * count, and how many would with this transaction. */
	struct uuid worker;
	int64_t marked, marking;
	bool has_trail_key;
	unsigned char trail_key[32];
	const char *only;      /* the prefix of what was prepared; NULL: all */
	struct vault *vault;   /* opens what is sealed at rest, or NULL */
	struct sealer *cipher; /* for it */
};

struct db_rows {
	PGresult *res;
	struct arena *mem;
};

/* Fills *e from a result or connection: SQLSTATE only, never its text, which
 * may quote a value. Always false. */
bool pg_fail(
	const PGresult *res, PGconn *conn, const char *what, struct err *e);

/* Opens the bodies of a result in place; sealed.c says which columns hold one.
 */
bool pg_open_bodies(struct db *db, PGresult *res, struct err *e) MUST_CHECK;

#endif
