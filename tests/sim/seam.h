/*
 * seam.h - the simulator's hand between the server's database room and
 * PostgreSQL.
 *
 * A whole run lives in one transaction that is rolled back in the end. What
 * server/db calls BEGIN, COMMIT and ROLLBACK therefore become SAVEPOINT,
 * RELEASE and ROLLBACK TO; nothing else of a statement changes. It is done by
 * the linker (--wrap) around five functions of libpq, so the code under test is
 * what is shipped.
 *
 * The same place counts messages to PostgreSQL and can let the centre die
 * before one of them, and replaces the text of a statement for a mutant.
 */
#ifndef TESTS_SIM_SEAM_H
#define TESTS_SIM_SEAM_H

#include "proto/base/arena.h"
#include "server/db/db.h"

#include <libpq-fe.h>

/* The connection is a superuser's, for the simulator's own questions; what the
 * server asks, it asks as the application's role. */
void seam_be_app(struct db *db);
/* From here on transactions are savepoints of the one that is opened now. */
void seam_open(struct db *db);
/* Rolls everything back; the database is as it was. */
void seam_close(void);
/* Commits instead: the world every run begins with. */
void seam_keep(void);

/* Takes away what rolled back transactions left. Outside of one. */
void seam_sweep(void);

/* What now() says in the database. */
void seam_set_time(int64_t unix_ms);

/* The centre dies before the n-th message from now (1: the next). */
void seam_die_at(unsigned n);
/* True when it died since; it is alive again afterwards. */
bool seam_revive(void);

/* A savepoint outside every request, to come back to. */
void seam_mark(const char *name);
void seam_back_to(const char *name);

/* Runs one of the simulator's own statements, prepared at its first use; ends
 * the process on failure. */
PGresult *seam_ask(const char *sql, const char *const *param, int n);

/* A stored body as it was written: what is sealed at rest, opened. */
const char *seam_opened(struct arena *mem, const struct uuid *rec, int64_t ver,
	const char *stored);

/* Another number whenever the centre may hold something else than before. */
uint64_t seam_moves(void);

/* Before db_open(): in the statement `name`, `from` becomes `to`. */
void seam_replace(const char *name, const char *from, const char *to);
/* The same in a function, outside of a transaction; ends the process when
 * `from` is not there. */
void seam_rewrite(const char *function, const char *from, const char *to);
/* True when every replacement found its place. */
bool seam_replaced(void);

#endif
