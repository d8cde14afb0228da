/*
 * retention.c - verbs about what is kept how long: what may go, and
 * certificates of what went. What is done about it takes two people, in the web
 * app (server/duty/retention.h).
 */
#include "server/admin/admin.h"

#include "server/admin/table.h"
#include "server/duty/certificate.h"

#include <stdio.h>
#include <string.h>

/* ---- the list ---- */

static const struct column due_columns[] = {
	{"case",     "case",      COLUMN_ID,   NULL},
	{"site",     "site_name", COLUMN_TEXT, NULL},
	{"ended",    "ended",     COLUMN_TEXT, NULL},
	{"span",     "span",      COLUMN_TEXT, NULL},
	{"until",    "until",     COLUMN_TEXT, NULL},
	{"may go",   "ground",    COLUMN_TEXT, NULL},
	{"held by",  "hold_by",   COLUMN_TEXT, NULL},
	{"proposed", "made_at",   COLUMN_TIME, NULL},
	{"from",     "due",       COLUMN_TIME, NULL},
};
static const struct column done_columns[] = {
	{"certificate",      "id",        COLUMN_ID,   NULL},
	{"case",             "case",      COLUMN_ID,   NULL},
	{"site",             "site_name", COLUMN_TEXT, NULL},
	{"destroyed",        "at",        COLUMN_TIME, NULL},
	{"ground",           "ground",    COLUMN_TEXT, NULL},
	{"by",	       "by_name",   COLUMN_TEXT, NULL},
	{"receipts to come", "waiting",   COLUMN_INT,  NULL},
};

static bool find_due(
	struct call *c, struct db *db, struct db_rows **rows, struct err *e)
{
	struct db_args a;

	db_args_init(&a, c->mem);
	db_uuid(&a, NULL);
	db_uuid(&a, NULL);
	db_int(&a, LIMIT_RETENTION_LINES);
	return db_run(db, Q_RETENTION_ROWS, &a, rows, e);
}

static bool find_done(
	struct call *c, struct db *db, struct db_rows **rows, struct err *e)
{
	struct db_args a;

	db_args_init(&a, c->mem);
	db_uuid(&a, NULL);
	db_uuid(&a, NULL);
	db_int(&a, LIMIT_RETENTION_LINES);
	return db_run(db, Q_CERTIFICATES, &a, rows, e);
}

static bool list(struct call *c, struct db *db, struct err *e)
{
	struct db_rows *due, *done;

	if (!db_begin_system(db, e) || !find_due(c, db, &due, e) ||
		!find_done(c, db, &done, e) || !db_commit(db, e))
		return false;
	if (call_option(c, "json")) {
		table_print_json(
			c, json_pack("{s:o, s:o}", "rows",
				   columns_json(c->mem, due, due_columns,
					   ARRAY_LEN(due_columns)),
				   "certificates",
				   columns_json(c->mem, done, done_columns,
					   ARRAY_LEN(done_columns))));
		return true;
	}
	table_lines(c->mem, due, due_columns, ARRAY_LEN(due_columns));
	printf("\n");
	table_lines(c->mem, done, done_columns, ARRAY_LEN(done_columns));
	return true;
}

bool admin_retention_list(struct call *c, struct err *e)
{
	struct db *db = admin_db(c, e);
	bool ok = db && list(c, db, e);

	db_close(db);
	return ok;
}

/* ---- a certificate ---- */

static bool print(struct call *c, struct db *db, const struct uuid *id,
	const char *lang, struct err *e)
{
	json_t *list, *whole;

	if (!db_begin_system(db, e) ||
		!certificates_list(db, c->mem, NULL, id, &list, e) ||
		!certificate_whole(db, c->mem, list, &whole, e) ||
		!db_commit(db, e))
		return false;
	if (call_option(c, "json"))
		table_print_json(c, json_incref(whole));
	else
		fputs(json_str(json_object_get(whole, "text"), lang), stdout);
	return true;
}

bool admin_retention_certificate(struct call *c, struct err *e)
{
	const char *lang = call_option(c, "lang");
	struct uuid id;
	struct db *db;
	bool ok;

	lang = lang ? lang : "zh";
	if (strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0)
		return err_field(e, ERR_USAGE, "lang", "zh, en");
	if (!uuid_parse(call_option(c, "id"), &id))
		return err_field(
			e, ERR_USAGE, "id", "casebridged retention list");
	db = admin_db(c, e);
	ok = db && print(c, db, &id, lang, e);
	db_close(db);
	return ok;
}
