/*
 * epoch.c - verbs about the log's lineage: look at it, confirm it, say that it
 * is another (server/lineage/lineage.h).
 */
#include "server/admin/admin.h"

#include "server/admin/table.h"
#include "server/audit/audit.h"
#include "server/lineage/lineage.h"

#include <stdio.h>
#include <string.h>

#define REASON_MOST 500

static bool list(
	struct call *c, struct db *db, struct db_rows **rows, struct err *e)
{
	struct db_args none;

	db_args_init(&none, c->mem);
	return db_run(db, Q_EPOCH_LIST, &none, rows, e);
}

static bool count(
	struct call *c, struct db *db, struct db_rows **rows, struct err *e)
{
	struct db_args none;

	db_args_init(&none, c->mem);
	return db_run(db, Q_EPOCH_COUNTS, &none, rows, e);
}

static void print_counts(const struct db_rows *rows)
{
	printf("\nlog at %lld, in a verified backup up to %lld\n"
	       "stations not back since the epoch began: %lld\n"
	       "decisions re-entered, not yet in their record: %lld\n",
		(long long)db_get_int(rows, 0, "csn"),
		(long long)db_get_int(rows, 0, "durable"),
		(long long)db_get_int(rows, 0, "away"),
		(long long)db_get_int(rows, 0, "owed"));
	if (!db_get_int(rows, 0, "confirmed"))
		printf("\nNOT CONFIRMED: nothing is accepted. When this is the "
		       "right backup:\n  casebridged epoch confirm --reason "
		       "\"…\"\n");
}

static bool show(struct call *c, struct db *db, struct err *e)
{
	static const struct column epochs[] = {
		{"epoch",     "epoch",        COLUMN_INT,  NULL},
		{"began",     "at",           COLUMN_TIME, NULL},
		{"why",       "why",          COLUMN_TEXT, NULL},
		{"log at",    "base_csn",     COLUMN_INT,  NULL},
		{"known to",  "was_csn",      COLUMN_INT,  NULL},
		{"confirmed", "confirmed_at", COLUMN_TIME, NULL},
		{"reason",    "reason",       COLUMN_TEXT, NULL},
	};
	static const struct column counts[] = {
		{NULL, "csn",       COLUMN_INT,  NULL},
		{NULL, "durable",   COLUMN_INT,  NULL},
		{NULL, "away",      COLUMN_INT,  NULL},
		{NULL, "owed",      COLUMN_INT,  NULL},
		{NULL, "confirmed", COLUMN_FLAG, NULL},
	};
	struct db_rows *all, *now;

	if (!list(c, db, &all, e) || !count(c, db, &now, e))
		return false;
	if (call_option(c, "json")) {
		json_t *log = json_keep(
			columns_json(c->mem, now, counts, ARRAY_LEN(counts)),
			c->mem);

		table_print_json(c, json_pack("{s:o, s:O}", "epochs",
					    columns_json(c->mem, all, epochs,
						    ARRAY_LEN(epochs)),
					    "log", json_array_get(log, 0)));
		return true;
	}
	table_lines(c->mem, all, epochs, ARRAY_LEN(epochs));
	print_counts(now);
	return true;
}

bool admin_epoch_show(struct call *c, struct err *e)
{
	struct db *db = admin_db(c, e);
	bool ok = db && show(c, db, e);

	db_close(db);
	return ok;
}

static bool reason_of(struct call *c, const char **out, struct err *e)
{
	*out = call_option(c, "reason");
	return (strlen(*out) > 2 && strlen(*out) <= REASON_MOST) ||
	       err_field(e, ERR_USAGE, "reason", "3-%d bytes", REASON_MOST);
}

static bool confirm(
	struct call *c, struct db *db, const char *reason, struct err *e)
{
	struct reader nobody = {0};
	struct db_rows *rows;
	struct db_args a;
	int64_t epoch;

	if (!list(c, db, &rows, e))
		return false;
	epoch = db_get_int(rows, db_count(rows) - 1, "epoch");
	db_args_init(&a, c->mem);
	db_int(&a, epoch);
	db_text(&a, reason);
	if (!db_begin_system(db, e) || !audit_is_ours(db, e) ||
		!db_run(db, Q_EPOCH_CONFIRM, &a, &rows, e))
		return false;
	if (!db_get_int(rows, 0, "confirmed"))
		return err_set(e, ERR_USAGE, "epoch %lld is confirmed already",
			(long long)epoch);
	if (!audit_commit(
		    db, c->mem, &nobody, "epoch_confirm", "ok", NULL, 0, e))
		return false;
	printf("epoch %lld confirmed; changes are accepted again\n",
		(long long)epoch);
	return true;
}

bool admin_epoch_confirm(struct call *c, struct err *e)
{
	const char *reason;
	struct db *db;
	bool ok;

	if (!reason_of(c, &reason, e))
		return false;
	db = admin_db(c, e);
	ok = db && confirm(c, db, reason, e);
	db_close(db);
	return ok;
}

/* Somebody knows what no comparison shows: begins an epoch by hand. */
static bool change(struct call *c, struct db *db, struct err *e)
{
	struct lineage *l = lineage_open(&c->conf, e);
	struct db_rows *rows;
	bool ok = l && list(c, db, &rows, e) &&
		  lineage_bump(l, db,
			  db_get_int(rows, db_count(rows) - 1, "epoch"),
			  LINEAGE_OPERATOR, NULL, e);

	lineage_free(l);
	return ok && show(c, db, e);
}

bool admin_epoch_change(struct call *c, struct err *e)
{
	struct db *db = admin_db(c, e);
	bool ok = db && change(c, db, e);

	db_close(db);
	return ok;
}
