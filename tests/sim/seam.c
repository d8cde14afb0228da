/*
 * seam.c - see seam.h.
 *
 * A COMMIT that travels with other statements is held back until their message
 * leaves: only then is it known whether the centre lives to send it.
 */
#include "tests/sim/seam.h"

#include "server/db/sealed.h"

#include "server/db/pg.h"
#include "tests/sim/clock.h"

#include <stdio.h>
#include <string.h>

#define REPLACEMENTS 4
#define QUESTIONS    24

static struct {
	PGconn *conn;
	struct db *db;
	bool active;     /* transactions are savepoints */
	bool open;       /* a request's savepoint stands */
	bool committing; /* its RELEASE was sent, the answer not looked at */
	bool held;       /* a RELEASE waits for its message */
	unsigned countdown;
	bool died;
	int64_t now_ms;
	uint64_t moves;
	const char *question[QUESTIONS]; /* of ours, prepared by their place */
	size_t questions;
	struct {
		const char *name, *from, *to;
		bool done;
	} replace[REPLACEMENTS];
	size_t replace_count;
} seam;

/* The linker gives both names their meaning. NOLINTBEGIN */
int __real_PQsendPrepare(
	PGconn *, const char *, const char *, int, const Oid *);
int __wrap_PQsendPrepare(
	PGconn *, const char *, const char *, int, const Oid *);
int __real_PQsendQueryPrepared(PGconn *, const char *, int, const char *const *,
	const int *, const int *, int);
int __wrap_PQsendQueryPrepared(PGconn *, const char *, int, const char *const *,
	const int *, const int *, int);
PGresult *__real_PQexecPrepared(PGconn *, const char *, int,
	const char *const *, const int *, const int *, int);
PGresult *__wrap_PQexecPrepared(PGconn *, const char *, int,
	const char *const *, const int *, const int *, int);
int __real_PQpipelineSync(PGconn *);
int __wrap_PQpipelineSync(PGconn *);
PGTransactionStatusType __real_PQtransactionStatus(const PGconn *);
PGTransactionStatusType __wrap_PQtransactionStatus(const PGconn *);
/* NOLINTEND */

static void command(const char *sql)
{
	PGresult *res = PQexec(seam.conn, sql);

	if (PQresultStatus(res) != PGRES_COMMAND_OK)
		die("sim: %s: %s", sql, PQerrorMessage(seam.conn));
	PQclear(res);
}

/* ---- statements as they are prepared ---- */

/* What ends with a transaction in PostgreSQL, and would outlive a savepoint. */
static const char fresh_settings[] =
	"SELECT set_config('app.moved', '', true), "
	"set_config('app.csn', '', true), ";

static const struct {
	const char *name;
	const char *text;
} savepoints[] = {
	{"begin",          "SAVEPOINT req"        },
	{"begin_snapshot", "SAVEPOINT req"        },
	{"commit",         "RELEASE SAVEPOINT req"},
};

/* `text` with the first `from` replaced, in mem; NULL when it is not there. */
static const char *swap(
	struct arena *mem, const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	return at ? arena_printf(mem, "%.*s%s%s", (int)(at - text), text, to,
			    at + strlen(from))
		  : NULL;
}

static const char *text_for(
	struct arena *mem, const char *name, const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(savepoints); i++)
		if (strcmp(name, savepoints[i].name) == 0)
			return savepoints[i].text;
	if (strcmp(name, "enter") == 0) {
		text = swap(mem, text, "SELECT ", fresh_settings);
		if (!text)
			die("sim: the statement 'enter' is another now");
	}
	for (size_t i = 0; i < seam.replace_count; i++)
		if (strcmp(name, seam.replace[i].name) == 0) {
			const char *other = swap(mem, text,
				seam.replace[i].from, seam.replace[i].to);

			seam.replace[i].done = other != NULL;
			text = other ? other : text;
		}
	return text;
}

int __wrap_PQsendPrepare(PGconn *conn, const char *name, const char *text,
	int n, const Oid *types)
{
	struct arena *mem = arena_new();
	int sent = __real_PQsendPrepare(
		conn, name, text_for(mem, name, text), n, types);

	arena_free(mem);
	return sent;
}

void seam_replace(const char *name, const char *from, const char *to)
{
	size_t i = seam.replace_count++;

	if (i >= REPLACEMENTS)
		die("sim: too many replacements");
	seam.replace[i].name = name;
	seam.replace[i].from = from;
	seam.replace[i].to = to;
	seam.replace[i].done = false;
}

bool seam_replaced(void)
{
	for (size_t i = 0; i < seam.replace_count; i++)
		if (!seam.replace[i].done)
			return false;
	return true;
}

void seam_rewrite(const char *function, const char *from, const char *to)
{
	struct arena *mem = arena_new();
	const char *text;
	PGresult *res;

	command("RESET ROLE");
	res = seam_ask("SELECT pg_get_functiondef($1::regproc)", &function, 1);
	text = swap(mem, PQgetvalue(res, 0, 0), from, to);
	if (!text)
		die("sim: %s reads otherwise now", function);
	command(text);
	PQclear(res);
	arena_free(mem);
	command("SET ROLE casebridge_app");
}

/* ---- transactions ---- */

static void settle(void)
{
	if (!seam.committing)
		return;
	seam.committing = false;
	if (__real_PQtransactionStatus(seam.conn) == PQTRANS_INTRANS)
		seam.open = false;
}

static void undo_request(void)
{
	settle();
	if (seam.open)
		command("ROLLBACK TO SAVEPOINT req; RELEASE SAVEPOINT req");
	seam.open = false;
	seam.held = false;
}

int __wrap_PQsendQueryPrepared(PGconn *conn, const char *name, int n,
	const char *const *value, const int *length, const int *format, int out)
{
	seam.moves++;
	if (seam.active && strcmp(name, "commit") == 0) {
		seam.held = true;
		return 1;
	}
	if (seam.active && strncmp(name, "begin", 5) == 0) {
		settle();
		if (seam.open)
			die("sim: a transaction in a transaction");
		seam.open = true;
	}
	return __real_PQsendQueryPrepared(
		conn, name, n, value, length, format, out);
}

static bool dies_now(void)
{
	if (!seam.active || !seam.countdown || --seam.countdown)
		return false;
	seam.died = true;
	return true;
}

/* Reads what the message brought and forgets it, with all it did. */
static void drop_pipeline(PGconn *conn)
{
	__real_PQpipelineSync(conn);
	for (;;) {
		PGresult *res = PQgetResult(conn);
		bool end = res && PQresultStatus(res) == PGRES_PIPELINE_SYNC;

		PQclear(res);
		if (end)
			break;
	}
	PQexitPipelineMode(conn);
}

int __wrap_PQpipelineSync(PGconn *conn)
{
	if (dies_now()) {
		drop_pipeline(conn);
		undo_request();
		return 0;
	}
	if (seam.held) {
		seam.held = false;
		seam.committing = true;
		__real_PQsendQueryPrepared(
			conn, "commit", 0, NULL, NULL, NULL, 1);
	}
	return __real_PQpipelineSync(conn);
}

PGresult *__wrap_PQexecPrepared(PGconn *conn, const char *name, int n,
	const char *const *value, const int *length, const int *format, int out)
{
	PGresult *res;

	seam.moves++;
	if (seam.active && strcmp(name, "rollback") == 0) {
		undo_request();
		return PQmakeEmptyPGresult(conn, PGRES_COMMAND_OK);
	}
	if (dies_now()) {
		undo_request();
		return NULL;
	}
	res = __real_PQexecPrepared(conn, name, n, value, length, format, out);
	if (seam.active && strcmp(name, "commit") == 0)
		seam.committing = true;
	return res;
}

PGTransactionStatusType __wrap_PQtransactionStatus(const PGconn *conn)
{
	PGTransactionStatusType real = __real_PQtransactionStatus(conn);

	if (!seam.active || real != PQTRANS_INTRANS)
		return real;
	settle();
	return seam.open ? PQTRANS_INTRANS : PQTRANS_IDLE;
}

/* ---- runs ---- */

void seam_be_app(struct db *db)
{
	seam.conn = db->conn;
	/* A restore makes a temporary table. That the schema of such tables is
	 * there makes PostgreSQL forget all its plans: once, not in every run.
	 */
	command("CREATE TEMP TABLE first (); DROP TABLE first");
	command("SET ROLE casebridge_app");
}

void seam_open(struct db *db)
{
	seam.db = db;
	seam.conn = db->conn;
	seam.open = seam.committing = seam.held = seam.died = false;
	seam.countdown = 0;
	seam.now_ms = 0;
	command("BEGIN");
	seam.active = true;
}

static void end_run(const char *how)
{
	seam.active = false;
	command(how);
}

void seam_close(void)
{
	end_run("ROLLBACK");
}

void seam_keep(void)
{
	end_run("COMMIT");
}

void seam_sweep(void)
{
	command("RESET ROLE");
	command("VACUUM");
	command("SET ROLE casebridge_app");
}

void seam_set_time(int64_t unix_ms)
{
	char text[80];

	if (unix_ms == seam.now_ms)
		return;
	seam.now_ms = unix_ms;
	snprintf(text, sizeof(text), "SET LOCAL sim.now = '%lld.%03d'",
		(long long)(unix_ms / 1000), (int)(unix_ms % 1000));
	command(text);
}

void seam_die_at(unsigned n)
{
	seam.countdown = n;
}

bool seam_revive(void)
{
	bool died = seam.died;

	seam.countdown = 0;
	seam.died = false;
	undo_request();
	if (died) {
		seam.db->broken = seam.db->in_tx = seam.db->send_bad = false;
		seam.db->queued = seam.db->opening = 0;
	}
	return died;
}

void seam_mark(const char *name)
{
	char text[80];

	snprintf(text, sizeof(text), "SAVEPOINT %s", name);
	command(text);
}

void seam_back_to(const char *name)
{
	char text[80];

	snprintf(text, sizeof(text), "ROLLBACK TO SAVEPOINT %s", name);
	command(text);
	seam.now_ms = 0;
	seam.moves++;
}

uint64_t seam_moves(void)
{
	return seam.moves;
}

static PGresult *answered(PGresult *res, const char *sql)
{
	ExecStatusType s = PQresultStatus(res);

	if (s != PGRES_TUPLES_OK && s != PGRES_COMMAND_OK)
		die("sim: %s: %s", sql, PQerrorMessage(seam.conn));
	return res;
}

const char *seam_opened(struct arena *mem, const struct uuid *rec, int64_t ver,
	const char *stored)
{
	struct sealing by = db_sealing(seam.db);
	struct vault_place at = {BODY_COLUMN, *rec, ver};
	struct str text = {stored, strlen(stored)};
	struct err e;

	if (!body_open(&by, &at, text, mem, &text, &e))
		die("sim: %s", e.msg);
	return text.p;
}

PGresult *seam_ask(const char *sql, const char *const *param, int n)
{
	char name[16];
	size_t i = 0;

	while (i < seam.questions && strcmp(seam.question[i], sql) != 0)
		i++;
	if (i == QUESTIONS)
		die("sim: too many questions");
	snprintf(name, sizeof(name), "sim%zu", i);
	if (i == seam.questions) {
		PQclear(answered(
			PQprepare(seam.conn, name, sql, n, NULL), sql));
		seam.question[seam.questions++] = sql;
	}
	return answered(
		__real_PQexecPrepared(seam.conn, name, n, param, NULL, NULL, 0),
		sql);
}
