/*
 * epoch.c - verbs about the log's lineage: look at it, confirm it, say that it
 * is another (server/lineage/lineage.h).
 */
#include "server/admin/admin.h"

#include "proto/base/timeutil.h"
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

static const char *when(const struct db_rows *rows, int i, const char *column,
	char at[TIME_TEXT])
{
	return db_is_null(rows, i, column)
		       ? "-"
		       : time_format(db_get_ms(rows, i, column), at);
}

static void print_epochs(const struct db_rows *rows)
{
	printf("epoch\tbegan\twhy\tlog at\tknown to\tconfirmed\treason\n");
	for (int i = 0; i < db_count(rows); i++) {
		const char *reason = db_get_text(rows, i, "reason");
		char at[2][TIME_TEXT];

		printf("%lld\t%s\t%s\t%lld\t%lld\t%s\t%s\n",
			(long long)db_get_int(rows, i, "epoch"),
			when(rows, i, "at", at[0]), db_get_text(rows, i, "why"),
			(long long)db_get_int(rows, i, "base_csn"),
			(long long)db_get_int(rows, i, "was_csn"),
			when(rows, i, "confirmed_at", at[1]),
			reason ? reason : "-");
	}
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
	struct db_rows *epochs, *counts;

	if (!list(c, db, &epochs, e) || !count(c, db, &counts, e))
		return false;
	print_epochs(epochs);
	print_counts(counts);
	return true;
}

bool admin_epoch_show(struct call *c, struct err *e)
{
	struct db *db = db_open(c->conf.database, e);
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
	struct db_rows *rows;
	struct db_args a;
	int64_t epoch;

	if (!list(c, db, &rows, e))
		return false;
	epoch = db_get_int(rows, db_count(rows) - 1, "epoch");
	db_args_init(&a, c->mem);
	db_int(&a, epoch);
	db_text(&a, reason);
	if (!db_begin_system(db, e) ||
		!db_run(db, Q_EPOCH_CONFIRM, &a, &rows, e) || !db_commit(db, e))
		return false;
	if (!db_get_int(rows, 0, "confirmed"))
		return err_set(e, ERR_USAGE, "epoch %lld is confirmed already",
			(long long)epoch);
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
	db = db_open(c->conf.database, e);
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
	struct db *db = db_open(c->conf.database, e);
	bool ok = db && change(c, db, e);

	db_close(db);
	return ok;
}
