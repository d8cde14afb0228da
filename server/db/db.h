/*
 * db.h - prepared statements over one libpq connection, in binary.
 *
 * The statements are the files in server/sql; Q_NAME picks one. Every
 * parameter is cast in the SQL ($1::bigint, $2::uuid[] …) to the type its
 * db_* adder sends; results come back in binary and are read by column name.
 * Results and arguments belong to the arena given with the call. One
 * connection serves one thread at a time.
 *
 * A transaction is db_begin … db_commit/db_rollback. db_queue() collects
 * statements that travel and run together (one round trip) at db_flush().
 */
#ifndef SERVER_DB_H
#define SERVER_DB_H

#include "proto/base/arena.h"
#include "proto/base/err.h"
#include "proto/base/uuid.h"
#include "server/reader.h"

#include "server_sql.h"

struct db;
struct vault;
struct db_rows;

/* Connects and prepares every statement, so a wrong one stops the start. */
struct db *db_open(const char *conninfo, struct err *e) MUST_CHECK;
/* The same with the statements alone whose names begin like that (and those of
 * transactions): for a role that may not even name what the others are about.
 * The prefix must live as long. */
struct db *db_open_only(
	const char *conninfo, const char *prefix, struct err *e) MUST_CHECK;
/* The same with the keys of what is sealed at rest; an empty database gets its
 * first. Bodies are then open in every result; without keys (or v NULL) a
 * statement that meets a sealed one fails. */
struct db *db_open_with(
	const char *conninfo, struct vault *v, struct err *e) MUST_CHECK;
/* Looks which data keys there are now. */
bool db_take_keys(struct db *db, struct err *e) MUST_CHECK;
void db_close(struct db *db);
/* Reconnects a broken connection; call between requests. */
bool db_ready(struct db *db, struct err *e) MUST_CHECK;
/* True after each connect, until db_looked_at(): what answers may be another
 * database than before. */
bool db_is_new(const struct db *db);
void db_looked_at(struct db *db);

/*
 * What a connection writes on the trail is numbered, and carries an HMAC under
 * a key that is not in the database (server/audit): so a row that is taken
 * away, put in or changed before it is sealed shows. db_mark() gives the name
 * of the connection and the next number, which counts when the transaction
 * commits; false when no key was given.
 */
struct db_mark {
	struct uuid worker;
	int64_t seq;              /* from 1 */
	const unsigned char *key; /* 32 bytes */
};
void db_trail_key(struct db *db, const unsigned char key[32]);
bool db_mark(struct db *db, struct db_mark *out) MUST_CHECK;

/* Arguments of one statement, in order. The memory they point to must live
 * until the statement has run; NULL pointers are SQL nulls. */
#define DB_ARGS_MAX 32
struct db_args {
	struct arena *mem;
	int n;
	const char *value[DB_ARGS_MAX];
	int length[DB_ARGS_MAX];
};
void db_args_init(struct db_args *a, struct arena *mem);
void db_text(struct db_args *a, const char *text);         /* ::text */
void db_textn(struct db_args *a, const char *p, size_t n); /* ::text */
void db_int(struct db_args *a, int64_t v);                 /* ::bigint */
void db_bool(struct db_args *a, bool v);                   /* ::boolean */
void db_uuid(struct db_args *a, const struct uuid *u);     /* ::uuid */
void db_bytes(struct db_args *a, const void *p, size_t n); /* ::bytea */
void db_ms(struct db_args *a, int64_t unix_ms);            /* ::timestamptz */
/* Arrays; a NULL element pointer (text, bytes) or nil uuid is an SQL null. */
void db_texts(struct db_args *a, const char *const *v, size_t n);
void db_ints(struct db_args *a, const int64_t *v, size_t n); /* ::bigint[] */
void db_uuids(struct db_args *a, const struct uuid *v, size_t n);
/* Ids of units: the nil id is the directory, not a null. */
void db_units(struct db_args *a, const struct uuid *v, size_t n);
void db_bytes_array(struct db_args *a, const struct str *v, size_t n);
void db_ms_array(struct db_args *a, const int64_t *v, size_t n);
void db_bools(struct db_args *a, const bool *v, size_t n);

/* Runs one statement. `rows` may be NULL when nobody reads them. */
bool db_run(struct db *db, enum query q, struct db_args *a,
	struct db_rows **rows, struct err *e) MUST_CHECK;

/* Queues; db_flush sends all, waits for all, and gives rows[i] of the i-th
 * (rows may be NULL). The first failure is reported, the rest were not run. */
void db_queue(struct db *db, enum query q, struct db_args *a);
bool db_flush(struct db *db, struct arena *mem, struct db_rows **rows, size_t n,
	struct err *e) MUST_CHECK;

/*
 * Starts a transaction for a reader: row-level security sees exactly this
 * staff, site and role until it ends. `snapshot` asks for REPEATABLE READ. It
 * travels with the first statement; until then nothing can fail.
 */
bool db_begin(struct db *db, const struct reader *r, bool snapshot,
	struct err *e) MUST_CHECK;
/* From the next transaction on: commits wait for the database's own disk alone,
 * and not for a synchronous standby, if there is one. For what was only read:
 * the trace it leaves must not keep anybody from reading while the standby is
 * away. */
void db_wait_here(struct db *db, bool here);
/* Starts one that belongs to nobody (sign-in, enrolment): sees no case. */
bool db_begin_system(struct db *db, struct err *e) MUST_CHECK;
/* False: not committed, or not known to be (ERR_BUSY); ask again by id. */
bool db_commit(struct db *db, struct err *e) MUST_CHECK;
/* Inside a transaction: from here on row-level security sees this reader. */
bool db_stand_for(
	struct db *db, const struct reader *r, struct err *e) MUST_CHECK;
void db_rollback(struct db *db);
/* Queues COMMIT behind what is queued, so both travel together. */
void db_queue_commit(struct db *db);

int db_count(const struct db_rows *rows);
bool db_is_null(const struct db_rows *rows, int row, const char *column);
/* int2, int4, int8 or bool; 0 for null. */
int64_t db_get_int(const struct db_rows *rows, int row, const char *column);
/* Terminated; NULL for null. Also for text-like types. */
const char *db_get_text(
	const struct db_rows *rows, int row, const char *column);
struct str db_get_bytes(
	const struct db_rows *rows, int row, const char *column);
struct uuid db_get_uuid(
	const struct db_rows *rows, int row, const char *column);
int64_t db_get_ms(const struct db_rows *rows, int row, const char *column);
/* A uuid[] column; *n elements in the rows' arena. */
const struct uuid *db_get_uuids(
	const struct db_rows *rows, int row, const char *column, size_t *n);
bool db_has_column(const struct db_rows *rows, const char *column);
/* For loops: the column's number once, then the raw value. */
int db_column(const struct db_rows *rows, const char *column);
int64_t db_int_at(const struct db_rows *rows, int row, int column);
int64_t db_ms_at(const struct db_rows *rows, int row, int column);
struct str db_raw(const struct db_rows *rows, int row, int column);

#endif
