/*
 * db.c - see db.h. With args.c and rows.c the only files that know libpq.
 */
#define QUERY_TEXTS
#include "server/db/pg.h"

#include "proto/base/crash.h"
#include "server/db/release.h"
#include "server/vault/vault.h"

#include <stdlib.h>
#include <string.h>

/* How SQLSTATE begins decides who has to act. */
static const struct {
	const char *class;
	enum err_code code;
} sqlstate_codes[] = {
	{"08",    ERR_BUSY       }, /* connection lost */
	{"22",    ERR_BAD_INPUT  }, /* value does not fit its type */
	{"23",    ERR_BAD_INPUT  }, /* constraint */
	{"40",    ERR_BUSY       }, /* serialization, deadlock */
	{"42",    ERR_FORBIDDEN  }, /* row-level security, grants */
	{"53",    ERR_BUSY       }, /* out of connections, memory, disk */
	{"55",    ERR_BUSY       }, /* lock_timeout */
	{"57",    ERR_BUSY       }, /* shutting down, statement_timeout */
	{"CB001", ERR_UNCONFIRMED}, /* ours: nothing is accepted now */
	{"CB002", ERR_QUOTA      }, /* ours: too much of one station */
};

bool pg_fail(const PGresult *res, PGconn *conn, const char *what, struct err *e)
{
	const char *state =
		res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
	enum err_code code = ERR_INTERNAL;

	/* No SQLSTATE: libpq itself failed. That is the connection, also when
	 * its status has not been told yet. */
	(void)conn;
	if (!state)
		code = ERR_BUSY;
	for (size_t i = 0; state && i < ARRAY_LEN(sqlstate_codes); i++)
		if (strncmp(state, sqlstate_codes[i].class,
			    strlen(sqlstate_codes[i].class)) == 0)
			code = sqlstate_codes[i].code;
	return err_set(e, code, "%s: SQLSTATE %s", what,
		state ? state : "none (connection lost)");
}

static void ignore_notice(void *arg, const PGresult *res)
{
	(void)arg;
	(void)res;
}

/* What every connection of ours lives by. One text, no values. */
static const char session_settings[] =
	"SET client_min_messages = warning; SET lock_timeout = '5s';"
	"SET idle_in_transaction_session_timeout = '30s';"
	"SET max_parallel_workers_per_gather = 0;"
	"SET jit = off; SET synchronous_commit = on; SET TimeZone = 'UTC'";

/* Transactions everybody has. */
static bool wanted(const char *name, const char *only)
{
	static const char *const always[] = {
		"begin", "begin_snapshot", "commit", "rollback"};

	if (!only || strncmp(name, only, strlen(only)) == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(always); i++)
		if (strcmp(name, always[i]) == 0)
			return true;
	return false;
}

static bool settle_session(PGconn *conn, struct err *e)
{
	PGresult *res = PQexec(conn, session_settings);
	bool ok = PQresultStatus(res) == PGRES_COMMAND_OK ||
		  pg_fail(res, conn, "session settings", e);

	PQclear(res);
	return ok;
}

/* They travel together: hundreds of round trips would keep a daemon that is
 * some way from its database from coming up for seconds a worker. */
static bool send_statements(PGconn *conn, const char *only)
{
	bool ok = PQenterPipelineMode(conn) == 1;

	for (size_t i = 0; ok && i < ARRAY_LEN(query_texts); i++) {
		const struct query_text *q = &query_texts[i];

		if (wanted(q->name, only))
			ok = PQsendPrepare(conn, q->name, q->text, q->params,
				     NULL) == 1;
	}
	return ok && PQpipelineSync(conn) == 1;
}

/* The first that failed is the one to name: the rest were not looked at. */
static bool read_prepared(PGconn *conn, const char *only, struct err *e)
{
	bool ok = true;

	for (size_t i = 0; ok && i < ARRAY_LEN(query_texts); i++) {
		PGresult *res;

		if (!wanted(query_texts[i].name, only))
			continue;
		res = PQgetResult(conn);
		ok = PQresultStatus(res) == PGRES_COMMAND_OK ||
		     pg_fail(res, conn, query_texts[i].name, e);
		PQclear(res);
		PQclear(PQgetResult(conn)); /* the end of this one */
	}
	if (!ok)
		return false;
	PQclear(PQgetResult(conn)); /* the sync */
	return PQexitPipelineMode(conn) == 1 ||
	       err_set(e, ERR_BUSY, "the pipeline did not end");
}

static bool prepare_all(PGconn *conn, const char *only, struct err *e)
{
	if (!settle_session(conn, e))
		return false;
	if (!send_statements(conn, only))
		return err_set(e, ERR_BUSY, "the database connection was lost");
	return read_prepared(conn, only, e);
}

static bool is_release_good(PGconn *conn, struct err *e)
{
	const int is = PQserverVersion(conn);
	const int wanted = db_release_wanted(is);

	if (!wanted)
		return true;
	return err_set(e, ERR_INTERNAL,
		"PostgreSQL %d.%d does not keep rows apart as it should: "
		"%d.%d or newer is wanted (apt upgrade)",
		is / 10000, is % 10000, wanted / 10000, wanted % 10000);
}

static bool connect_to(struct db *db, struct err *e)
{
	db->conn = PQconnectdb(db->conninfo);
	if (PQstatus(db->conn) != CONNECTION_OK)
		return err_set(e, ERR_BUSY, "cannot reach the database");
	if (!is_release_good(db->conn, e))
		return false;
	PQsetNoticeReceiver(db->conn, ignore_notice, NULL);
	db->is_new = true;
	db->worker = uuid_new();
	db->marked = db->marking = 0;
	return prepare_all(db->conn, db->only, e);
}

bool db_is_new(const struct db *db)
{
	return db->is_new;
}

void db_looked_at(struct db *db)
{
	db->is_new = false;
}

struct db *db_open(const char *conninfo, struct err *e)
{
	return db_open_only(conninfo, NULL, e);
}

struct db *db_open_only(const char *conninfo, const char *prefix, struct err *e)
{
	struct db *db = calloc(1, sizeof(*db));

	if (!db || !(db->conninfo = strdup(conninfo)))
		die("out of memory (db)");
	db->only = prefix;
	db->cipher = sealer_new();
	if (connect_to(db, e))
		return db;
	db_close(db);
	return NULL;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	PQfinish(db->conn);
	sealer_free(db->cipher);
	free(db->conninfo);
	free(db);
}

/* ---- numbers on the trail ---- */

void db_trail_key(struct db *db, const unsigned char key[32])
{
	memcpy(db->trail_key, key, sizeof(db->trail_key));
	db->has_trail_key = true;
}

bool db_mark(struct db *db, struct db_mark *out)
{
	out->worker = db->worker;
	out->seq = db->marked + ++db->marking;
	out->key = db->trail_key;
	return db->has_trail_key;
}

static void marks_count(struct db *db, bool committed)
{
	if (committed)
		db->marked += db->marking;
	db->marking = 0;
}

/* Looks at what has arrived since the last request: a farewell, then the end
 * of file. Found here, it costs no request. */
static bool still_there(PGconn *conn)
{
	for (int looks = 0; looks < 2; looks++)
		if (PQconsumeInput(conn) != 1)
			return false;
	return PQstatus(conn) == CONNECTION_OK;
}

bool db_ready(struct db *db, struct err *e)
{
	if (db->in_tx)
		db_rollback(db);
	if (!db->broken && still_there(db->conn) &&
		PQtransactionStatus(db->conn) == PQTRANS_IDLE)
		return !db->vault || !vault_is_behind(db->vault) ||
		       db_take_keys(db, e);
	PQfinish(db->conn);
	db->queued = db->opening = 0;
	db->in_tx = db->send_bad = false;
	/* Half prepared it is of no use either. */
	db->broken = !connect_to(db, e);
	return !db->broken && (!db->vault || db_take_keys(db, e));
}

static void release_result(void *res)
{
	PQclear(res);
}

static struct db_rows *keep_rows(PGresult *res, struct arena *mem)
{
	struct db_rows *rows = ARENA_NEW(mem, struct db_rows);

	rows->res = res;
	rows->mem = mem;
	arena_adopt(mem, res, release_result);
	return rows;
}

static bool is_good(const PGresult *res)
{
	ExecStatusType s = PQresultStatus(res);

	return s == PGRES_TUPLES_OK || s == PGRES_COMMAND_OK;
}

static void check_count(const struct query_text *q, const struct db_args *a)
{
	if (q->params != a->n)
		die("%s has %d parameters, %d were given", q->name, q->params,
			a->n);
}

static const int all_binary[DB_ARGS_MAX] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

static bool run_alone(struct db *db, const struct query_text *t,
	struct db_args *a, struct db_rows **rows, struct err *e)
{
	PGresult *res = PQexecPrepared(
		db->conn, t->name, a->n, a->value, a->length, all_binary, 1);

	if (!is_good(res)) {
		pg_fail(res, db->conn, t->name, e);
		PQclear(res);
		return false;
	}
	if (rows && !pg_open_bodies(db, res, e)) {
		PQclear(res);
		return false;
	}
	if (rows)
		*rows = keep_rows(res, a->mem);
	else
		PQclear(res);
	return true;
}

void db_queue(struct db *db, enum query q, struct db_args *a)
{
	const struct query_text *t = &query_texts[q];

	check_count(t, a);
	if (db->queued == 0 && PQenterPipelineMode(db->conn) != 1)
		db->send_bad = true;
	if (PQsendQueryPrepared(db->conn, t->name, a->n, a->value, a->length,
		    all_binary, 1) != 1)
		db->send_bad = true;
	db->queued++;
}

/* The results of what was queued; reading goes on past a failure so that the
 * connection is clean again. */
static bool read_queued(struct db *db, struct arena *mem, struct db_rows **rows,
	size_t n, struct err *e)
{
	bool ok = true;

	for (size_t i = 0; i < db->queued; i++) {
		PGresult *res = PQgetResult(db->conn), *end;

		if (!res || !is_good(res)) {
			if (ok)
				pg_fail(res, db->conn, "queued statement", e);
			ok = false;
			PQclear(res);
			if (!res)
				break;
		} else if (rows && i >= db->opening && i - db->opening < n &&
			   ok && (ok = pg_open_bodies(db, res, e)))
			rows[i - db->opening] = keep_rows(res, mem);
		else
			PQclear(res);
		end = PQgetResult(db->conn);
		PQclear(end);
	}
	return ok;
}

bool db_flush(struct db *db, struct arena *mem, struct db_rows **rows, size_t n,
	struct err *e)
{
	bool ok;

	if (db->queued == 0)
		return true;
	if (db->send_bad || PQpipelineSync(db->conn) != 1) {
		db->queued = db->opening = 0;
		db->in_tx = db->send_bad = false;
		db->broken = true;
		return err_set(e, ERR_BUSY, "the database connection was lost");
	}
	if (!db->in_tx)
		CRASH_POINT("committing");
	ok = read_queued(db, mem, rows, n, e);
	PQclear(PQgetResult(db->conn)); /* the sync */
	if (!db->in_tx) {
		CRASH_POINT("committed");
		marks_count(db, ok);
	}
	db->queued = db->opening = 0;
	if (PQexitPipelineMode(db->conn) != 1) {
		db->broken = true;
		return ok && err_set(e, ERR_BUSY, "the pipeline did not end");
	}
	return ok;
}

bool db_run(struct db *db, enum query q, struct db_args *a,
	struct db_rows **rows, struct err *e)
{
	struct db_rows *own[1] = {NULL};

	check_count(&query_texts[q], a);
	if (db->queued == 0)
		return run_alone(db, &query_texts[q], a, rows, e);
	if (db->queued != db->opening)
		die("%s runs while others are queued", query_texts[q].name);
	db_queue(db, q, a);
	if (!db_flush(db, a->mem, own, 1, e))
		return false;
	if (rows)
		*rows = own[0];
	return true;
}

static void queue_enter(struct db *db, const char *room, const struct reader *r)
{
	struct arena *mem = arena_new();
	struct db_args a;

	db_args_init(&a, mem);
	db_text(&a, room);
	db_uuid(&a, r && !uuid_is_nil(&r->staff) ? &r->staff : NULL);
	db_uuid(&a, r && !uuid_is_nil(&r->site) ? &r->site : NULL);
	db_text(&a, r ? role_name(r->role) : NULL);
	db_uuid(&a, r && !uuid_is_nil(&r->replica) ? &r->replica : NULL);
	db_uuid(&a, r && !uuid_is_nil(&r->glass) ? &r->glass : NULL);
	db_text(&a, db->here ? "local" : "on");
	/* The library has copied the values when this returns. */
	db_queue(db, Q_ENTER, &a);
	arena_free(mem);
}

void db_wait_here(struct db *db, bool here)
{
	db->here = here;
}

static void enter(struct db *db, const char *room, const struct reader *r,
	enum query begin)
{
	struct arena *mem = arena_new();
	struct db_args none;

	db_args_init(&none, mem);
	/* They leave with the first statement: nobody waits for them alone. */
	db_queue(db, begin, &none);
	queue_enter(db, room, r);
	db->opening = db->queued;
	db->in_tx = true;
	arena_free(mem);
}

bool db_stand_for(struct db *db, const struct reader *r, struct err *e)
{
	queue_enter(db, "reader", r);
	return db_flush(db, NULL, NULL, 0, e);
}

bool db_begin(
	struct db *db, const struct reader *r, bool snapshot, struct err *e)
{
	(void)e;
	enter(db, "reader", r, snapshot ? Q_BEGIN_SNAPSHOT : Q_BEGIN);
	return true;
}

bool db_begin_system(struct db *db, struct err *e)
{
	(void)e;
	enter(db, "auth", NULL, Q_BEGIN);
	return true;
}

bool db_commit(struct db *db, struct err *e)
{
	struct arena *mem = arena_new();
	struct db_args none;
	bool ok;

	db_args_init(&none, mem);
	ok = db_run(db, Q_COMMIT, &none, NULL, e);
	/* COMMIT of a failed transaction answers without an error. */
	if (ok && PQtransactionStatus(db->conn) != PQTRANS_IDLE)
		ok = err_set(e, ERR_BUSY, "commit: not idle afterwards");
	if (ok) {
		db->in_tx = false;
		marks_count(db, true);
	} else
		db_rollback(db);
	arena_free(mem);
	return ok;
}

void db_queue_commit(struct db *db)
{
	struct db_args none = {0};

	db_queue(db, Q_COMMIT, &none);
	db->in_tx = false;
}

void db_rollback(struct db *db)
{
	struct err ignored;

	marks_count(db, false);
	/* What nobody waited for yet has to be answered first. */
	if (!db_flush(db, NULL, NULL, 0, &ignored) && db->broken)
		return;
	db->in_tx = false;
	if (db->broken || PQtransactionStatus(db->conn) == PQTRANS_IDLE)
		return;
	PQclear(PQexecPrepared(db->conn, "rollback", 0, NULL, NULL, NULL, 1));
}
