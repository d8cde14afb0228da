/*
 * sql.c - see sql.h. The only file that knows SQLite.
 *
 * A file that fails its check must stay as it is, so that somebody can still
 * save what it holds: closing SQLite's last connection would fold the log into
 * the file, and that is switched off until the check has passed.
 */
#define STATEMENT_TEXTS
#include "client/store/sql.h"

#include "client_migrations.h"

#include "client/store/place.h"
#include "proto/base/crash.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct sql {
	struct arena *mem;
	sqlite3 *handle;
	sqlite3_stmt *ready[S_COUNT];
};

/* Locking first: the file must not have been read before. */
static const enum statement settings[] = {S_SET_LOCKING, S_SET_SECURE_DELETE,
	S_SET_TEMP_STORE, S_SET_TRUSTED_SCHEMA, S_SET_CELL_SIZE_CHECK,
	S_SET_MMAP, S_SET_SYNCHRONOUS, S_SET_CACHE};

static bool fail(struct sql *db, const char *what, struct err *e)
{
	int rc = sqlite3_extended_errcode(db->handle);

	switch (rc & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		err_field(e, ERR_STORE_DAMAGED, "file", "-");
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		err_field(e, ERR_STORE_BUSY, "store", "-");
		break;
	case SQLITE_CANTOPEN:
	case SQLITE_NOMEM:
		if (!place_crowded(e))
			err_field(e, ERR_NOT_SAVED, "store", "%s",
				sqlite3_errstr(rc));
		break;
	case SQLITE_FULL:
		err_field(e, ERR_NOT_SAVED, "store",
			"磁盘已满 / the disk is full");
		break;
	default:
		err_field(e, ERR_NOT_SAVED, "store", "%s", sqlite3_errstr(rc));
		break;
	}
	snprintf(e->msg, sizeof(e->msg), "sqlite: %.160s: %s (%d)", what,
		sqlite3_errmsg(db->handle), rc);
	return false;
}

static bool make_file(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		S_IRUSR | S_IWUSR);

	if (fd < 0)
		return err_field(e, ERR_NOT_SAVED, "store", "%s",
			"a store directory that can be written");
	close(fd);
	return true;
}

/* Folding the log into the file at the end: only for a file that is sound. */
static void fold_at_close(struct sql *db, bool on)
{
	sqlite3_db_config(
		db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !on, NULL);
}

static bool is_sound(struct sql *db, struct err *e)
{
	struct sql_run *r = sql_take(db, S_QUICK_CHECK);
	struct str said;
	bool row;

	if (!sql_step(db, r, &row, e))
		return false;
	said = sql_col_blob(r, 0);
	if (row && said.n == 2 && memcmp(said.p, "ok", 2) == 0)
		return sql_do(db, r, e);
	err_field(e, ERR_STORE_DAMAGED, "file", "-");
	snprintf(e->msg, sizeof(e->msg), "quick_check: %.200s",
		row ? said.p : "-");
	return false;
}

static bool prepare(struct sql *db, bool check, struct err *e)
{
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	fold_at_close(db, false);
	sqlite3_busy_timeout(db->handle, 2000);
	for (size_t i = 0; i < ARRAY_LEN(settings); i++)
		if (!sql_simple(db, settings[i], e))
			return false;
	if (!check)
		return true;
	if (!is_sound(db, e) || !sql_simple(db, S_SET_WAL, e))
		return false;
	fold_at_close(db, true);
	return true;
}

struct sql *sql_open(const char *path, bool create, bool check, struct err *e)
{
	struct arena *mem;
	struct sql *db;

	if (create && !make_file(path, e))
		return NULL;
	mem = arena_new();
	db = ARENA_NEW(mem, struct sql);
	db->mem = mem;
	if (sqlite3_open_v2(path, &db->handle,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
			    SQLITE_OPEN_NOFOLLOW,
		    NULL) != SQLITE_OK) {
		fail(db, "open", e);
		sql_close(db);
		return NULL;
	}
	sqlite3_extended_result_codes(db->handle, 1);
	if (!prepare(db, check, e)) {
		sql_close(db);
		return NULL;
	}
	return db;
}

void sql_close(struct sql *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < S_COUNT; i++)
		sqlite3_finalize(db->ready[i]);
	sqlite3_close(db->handle);
	arena_free(db->mem);
}

static bool version_of(struct sql *db, int64_t *out, struct err *e)
{
	struct sql_run *r = sql_take(db, S_SCHEMA_VERSION);
	bool row;

	if (!sql_step(db, r, &row, e))
		return false;
	*out = row ? sql_col_int(r, 0) : 0;
	return sql_do(db, r, e);
}

bool sql_migrate(struct sql *db, struct err *e)
{
	int64_t at, newest = (int64_t)ARRAY_LEN(client_migrations);

	if (!version_of(db, &at, e))
		return false;
	if (at > newest)
		return err_field(
			e, ERR_UPGRADE, "store", "%lld", (long long)newest);
	for (; at < newest; at++) {
		if (!sql_simple(db, S_BEGIN, e))
			return false;
		if (sqlite3_exec(db->handle, client_migrations[at].text, NULL,
			    NULL, NULL) != SQLITE_OK)
			return fail(db, client_migrations[at].name, e);
		CRASH_POINT("upgrading");
		if (!sql_simple(db, S_COMMIT, e))
			return false;
		CRASH_POINT("upgraded");
	}
	return true;
}

struct sql_run *sql_take(struct sql *db, enum statement s)
{
	if (db->ready[s])
		sqlite3_reset(db->ready[s]);
	else
		sqlite3_prepare_v3(db->handle, statement_texts[s].text, -1,
			SQLITE_PREPARE_PERSISTENT, &db->ready[s], NULL);
	/* When preparing failed it is NULL, and the first step reports it. */
	return (struct sql_run *)db->ready[s];
}

void sql_int(struct sql_run *r, int at, int64_t v)
{
	sqlite3_bind_int64((sqlite3_stmt *)r, at, v);
}

void sql_text(struct sql_run *r, int at, const char *text)
{
	sqlite3_bind_text((sqlite3_stmt *)r, at, text, -1, SQLITE_TRANSIENT);
}

void sql_blob(struct sql_run *r, int at, const void *p, size_t n)
{
	sqlite3_bind_blob64((sqlite3_stmt *)r, at, p, n, SQLITE_TRANSIENT);
}

bool sql_step(struct sql *db, struct sql_run *r, bool *row, struct err *e)
{
	int rc;

	*row = false;
	if (!r)
		return fail(db, "prepare", e);
	rc = sqlite3_step((sqlite3_stmt *)r);
	*row = rc == SQLITE_ROW;
	if (rc == SQLITE_ROW || rc == SQLITE_DONE)
		return true;
	fail(db, sqlite3_sql((sqlite3_stmt *)r), e);
	sqlite3_reset((sqlite3_stmt *)r);
	return false;
}

bool sql_do(struct sql *db, struct sql_run *r, struct err *e)
{
	bool row = true;

	while (row)
		if (!sql_step(db, r, &row, e))
			return false;
	sqlite3_reset((sqlite3_stmt *)r);
	return true;
}

void sql_end(struct sql_run *r)
{
	sqlite3_reset((sqlite3_stmt *)r);
}

int64_t sql_col_int(struct sql_run *r, int at)
{
	return sqlite3_column_int64((sqlite3_stmt *)r, at);
}

struct str sql_col_blob(struct sql_run *r, int at)
{
	struct str out = {"", 0};
	const void *p = sqlite3_column_blob((sqlite3_stmt *)r, at);

	if (p) {
		out.p = p;
		out.n = (size_t)sqlite3_column_bytes((sqlite3_stmt *)r, at);
	}
	return out;
}

bool sql_simple(struct sql *db, enum statement s, struct err *e)
{
	return sql_do(db, sql_take(db, s), e);
}
