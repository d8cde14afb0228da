/*
 * migrate.c - see migrate.h. The migrations are part of the program.
 */
#include "server/db/migrate.h"

#include "proto/base/crash.h"
#include "proto/base/hash.h"
#include "server/db/pg.h"

#include "figures_sql.h"
#include "policy_sql.h"
#include "server_migrations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char make_table[] =
	"CREATE TABLE IF NOT EXISTS public.casebridge_migration ("
	"number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL,"
	"ran_at timestamptz NOT NULL DEFAULT clock_timestamp());"
	"REVOKE ALL ON SCHEMA public FROM PUBLIC;";

static bool run_text(
	PGconn *conn, const char *text, const char *what, struct err *e)
{
	PGresult *res = PQexec(conn, text);
	ExecStatusType s = PQresultStatus(res);
	bool ok = s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;

	if (!ok)
		err_set(e, ERR_INTERNAL, "%s: %s", what, PQerrorMessage(conn));
	PQclear(res);
	return ok;
}

/* The hash under which a migration ran before; "" when it did not. */
static bool state_of(
	PGconn *conn, int number, char *sha, size_t room, struct err *e)
{
	PGresult *res = PQexec(
		conn, "SELECT number, sha256 FROM public.casebridge_migration");

	sha[0] = 0;
	if (PQresultStatus(res) != PGRES_TUPLES_OK) {
		PQclear(res);
		return err_set(e, ERR_INTERNAL, "cannot read the migrations");
	}
	for (int i = 0; i < PQntuples(res); i++) {
		const char *found = PQgetvalue(res, i, 1);

		if (strtol(PQgetvalue(res, i, 0), NULL, 10) == number &&
			strlen(found) < room)
			memcpy(sha, found, strlen(found) + 1);
	}
	PQclear(res);
	return true;
}

static bool note_run(PGconn *conn, const struct migration *m, struct err *e)
{
	char number[16];
	const char *values[] = {number, m->name, m->sha256};
	PGresult *res;
	bool ok;

	snprintf(number, sizeof(number), "%d", m->number);
	res = PQexecParams(conn,
		"INSERT INTO public.casebridge_migration (number, name, sha256)"
		" VALUES ($1, $2, $3)",
		3, NULL, values, NULL, NULL, 0);
	ok = PQresultStatus(res) == PGRES_COMMAND_OK;
	PQclear(res);
	return ok || err_set(e, ERR_INTERNAL, "cannot note '%s'", m->name);
}

static bool run_one(PGconn *conn, const struct migration *m, struct err *e)
{
	bool ok = run_text(conn, "BEGIN", m->name, e) &&
		  run_text(conn, m->text, m->name, e) && note_run(conn, m, e);
	struct err ignored;

	CRASH_POINT("migrating");
	ok = ok && run_text(conn, "COMMIT", m->name, e);
	CRASH_POINT("migrated");
	if (!ok && !run_text(conn, "ROLLBACK", m->name, &ignored))
		return false;
	return ok;
}

static bool run_missing(PGconn *conn, int *ran, struct err *e)
{
	*ran = 0;
	if (!run_text(conn, make_table, "migration table", e))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(server_migrations); i++) {
		const struct migration *m = &server_migrations[i];
		char sha[SHA256_HEX];

		if (!state_of(conn, m->number, sha, sizeof(sha), e))
			return false;
		if (sha[0] && strcmp(sha, m->sha256) != 0)
			return err_set(e, ERR_INTERNAL,
				"migration '%s' was changed after it ran",
				m->name);
		if (!sha[0] && !run_one(conn, m, e))
			return false;
		*ran += !sha[0];
	}
	return true;
}

static bool put_types(struct db *db, const struct catalogue *c, struct err *e)
{
	struct arena *mem = arena_new();
	int64_t *no = ARENA_ARRAY(mem, int64_t, 100);
	const char **name = ARENA_ARRAY(mem, const char *, 100);
	struct db_args a;
	size_t n = 0;
	bool ok;

	for (; n < 100 && catalogue_type_at(c, n); n++) {
		no[n] = catalogue_type_at(c, n)->no;
		name[n] = catalogue_type_at(c, n)->name;
	}
	db_args_init(&a, mem);
	db_ints(&a, no, n);
	db_texts(&a, name, n);
	ok = db_run(db, Q_TYPE_NO_PUT, &a, NULL, e);
	arena_free(mem);
	return ok;
}

bool migrate_run(const char *owner_conninfo, const struct catalogue *c,
	int *ran, struct err *e)
{
	PGconn *conn = PQconnectdb(owner_conninfo);
	struct db *db = NULL;
	bool ok;

	ok = PQstatus(conn) == CONNECTION_OK ||
	     err_set(e, ERR_BUSY, "cannot reach the database: %s",
		     PQerrorMessage(conn));
	ok = ok &&
	     run_text(conn, "SET client_min_messages = warning", "set", e) &&
	     run_missing(conn, ran, e);
	if (ok) {
		db = db_open(owner_conninfo, e);
		ok = db && put_types(db, c, e) &&
		     run_text(conn, policy_sql, "policy", e) &&
		     run_text(conn, figures_sql, "figures", e);
	}
	db_close(db);
	PQfinish(conn);
	return ok;
}

static bool migrations_match(struct db *db, struct arena *mem, struct err *e)
{
	struct db_rows *rows;
	struct db_args none;

	db_args_init(&none, mem);
	if (!db_run(db, Q_MIGRATION_STATE, &none, &rows, e))
		return false;
	if ((size_t)db_count(rows) != ARRAY_LEN(server_migrations))
		return err_set(e, ERR_INTERNAL,
			"the database has %d of %zu migrations; run "
			"casebridged migrate",
			db_count(rows), ARRAY_LEN(server_migrations));
	for (int i = 0; i < db_count(rows); i++)
		if (strcmp(db_get_text(rows, i, "sha256"),
			    server_migrations[i].sha256) != 0)
			return err_set(e, ERR_INTERNAL,
				"migration '%s' in the database is another",
				server_migrations[i].name);
	return true;
}

bool db_self_check(struct db *db, bool allow_no_fsync, struct err *e)
{
	struct arena *mem = arena_new();
	struct db_rows *rows;
	struct db_args a;
	bool ok;

	db_args_init(&a, mem);
	db_bool(&a, allow_no_fsync);
	ok = migrations_match(db, mem, e) &&
	     db_run(db, Q_SELF_CHECK, &a, &rows, e);
	if (ok && db_count(rows) > 0)
		ok = err_set(
			e, ERR_INTERNAL, "%s", db_get_text(rows, 0, "problem"));
	arena_free(mem);
	return ok;
}
