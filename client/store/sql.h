/*
 * sql.h - SQLite, and nothing of Casebridge.
 *
 * The statements are those of store.sql, each prepared when first used. The
 * caller takes one, binds its parameters (1, 2, …), and runs it; values are
 * copied on binding, columns are valid until the statement is taken again.
 */
#ifndef CLIENT_SQL_H
#define CLIENT_SQL_H

#include "proto/base/arena.h"
#include "proto/base/err.h"

#include "client_sql.h"

struct sql;
struct sql_run;

/*
 * Opens a file. With `create` it is made (0600) and must not exist. The file
 * is checked from end to end first: when it is damaged, ERR_STORE_DAMAGED, and
 * not one byte of it was changed. `check` false leaves that out (salvage).
 */
struct sql *sql_open(
	const char *path, bool create, bool check, struct err *e) MUST_CHECK;
/* NULL is allowed. */
void sql_close(struct sql *TAKES db);
/* Brings the tables to this program's version. */
bool sql_migrate(struct sql *db, struct err *e) MUST_CHECK;

struct sql_run *sql_take(struct sql *db, enum statement s);
void sql_int(struct sql_run *r, int at, int64_t v);
void sql_text(struct sql_run *r, int at, const char *text);
void sql_blob(struct sql_run *r, int at, const void *p, size_t n);
/* One step; *row tells whether there is a row to read. */
bool sql_step(
	struct sql *db, struct sql_run *r, bool *row, struct err *e) MUST_CHECK;
/* Runs a statement whose rows nobody reads. */
bool sql_do(struct sql *db, struct sql_run *r, struct err *e) MUST_CHECK;
/* Ends a statement whose further rows nobody reads. A statement left open
 * keeps the log from being emptied. */
void sql_end(struct sql_run *r);
/* Columns count from 0; a blob or text of another type comes back empty. */
int64_t sql_col_int(struct sql_run *r, int at);
struct str sql_col_blob(struct sql_run *r, int at);

/* One statement without parameters. */
bool sql_simple(struct sql *db, enum statement s, struct err *e) MUST_CHECK;

#endif
