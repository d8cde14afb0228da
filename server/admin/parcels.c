/*
 * parcels.c - verbs about work that others brought: what of a wiped station
 * still waits at the centre, and the key such work is sealed to.
 */
#include "server/admin/admin.h"

#include "server/admin/table.h"
#include "server/audit/audit.h"
#include "server/courier/courier.h"
#include "server/db/sealed.h"
#include "server/shelf.h"
#include "server/vault/vault.h"

#include <stdio.h>
#include <string.h>

/* ---- list ---- */

bool admin_parcel_list(struct call *c, struct err *e)
{
	static const struct column columns[] = {
		{"parcel",    "parcel",      COLUMN_ID,   NULL},
		{"handed in", "handed_in",   COLUMN_TIME, NULL},
		{"device",    "device",      COLUMN_ID,   NULL},
		{"site",      "site",        COLUMN_TEXT, NULL},
		{"kind",      "kind",        COLUMN_TEXT, NULL},
		{"for",       "login",       COLUMN_TEXT, NULL},
		{"why",       "why",         COLUMN_TEXT, NULL},
		{"tries",     "tries",       COLUMN_INT,  NULL},
		{"tried",     "tried_at",    COLUMN_TIME, NULL},
		{"taken",     "taken_at",    COLUMN_TIME, NULL},
		{NULL,        "name",        COLUMN_TEXT, NULL},
		{NULL,        "author_site", COLUMN_TEXT, NULL},
		{NULL,        "disabled",    COLUMN_FLAG, NULL},
	};
	struct db *db = admin_db(c, e);
	struct db_rows *rows;
	struct db_args a;
	bool ok;

	db_args_init(&a, c->mem);
	db_bool(&a, call_option(c, "all") != NULL);
	ok = db && db_begin_system(db, e) &&
	     db_run(db, Q_PARCEL_LIST, &a, &rows, e) && db_commit(db, e);
	if (ok)
		table_print(c, "parcels", rows, columns, ARRAY_LEN(columns));
	db_close(db);
	return ok;
}

/* ---- retry ---- */

static void print_fates(
	struct call *c, const struct parcel_again *p, size_t n, size_t left)
{
	json_t *list = json_array();
	char id[UUID_TEXT];

	for (size_t i = 0; i < n; i++) {
		bool taken = p[i].why.code == ERR_NONE;
		const char *why = err_name(p[i].why.code);

		uuid_format(&p[i].id, id);
		json_array_append_new(list,
			json_pack("{s:s, s:b, s:s?}", "parcel", id, "taken",
				(int)taken, "why", taken ? NULL : why));
		if (!call_option(c, "json"))
			printf("%s\t%s\n", id, taken ? "taken" : why);
	}
	json_keep(list, c->mem);
	if (call_option(c, "json"))
		table_print_json(
			c, json_pack("{s:O, s:I, s:I}", "parcels", list,
				   "taken", (json_int_t)(n - left), "left",
				   (json_int_t)left));
}

static bool retry(struct call *c, struct app *app, struct db *db,
	const struct uuid *only, struct err *e)
{
	struct parcel_again *p;
	size_t n, left = 0;

	if (!courier_again(app, db, c->mem, only, &p, &n, e))
		return false;
	if (only && !n)
		return err_field(e, ERR_USAGE, "parcel",
			"one that waits; see casebridged parcel list");
	for (size_t i = 0; i < n; i++)
		left += p[i].why.code != ERR_NONE;
	print_fates(c, p, n, left);
	fflush(stdout);
	return !left || err_set(e, ERR_PREDECESSOR,
				"%zu of %zu cannot be taken yet", left, n);
}

bool admin_parcel_retry(struct call *c, struct err *e)
{
	struct app app = {.conf = c->conf};
	const char *id = call_option(c, "parcel");
	struct uuid only;
	struct db *db;
	bool ok;

	if (id && !uuid_parse(id, &only))
		return err_field(e, ERR_USAGE, "parcel",
			"an id of casebridged parcel list");
	app.courier = courier_keys_open(c->conf.state_dir, e);
	app.shelf = app.courier ? shelf_open(&c->conf, e) : NULL;
	db = app.shelf ? admin_db(c, e) : NULL;
	if (db)
		app.file_keys = vault_file_keys(db_sealing(db).vault);
	ok = db && retry(c, &app, db, id ? &only : NULL, e);
	db_close(db);
	shelf_free(app.shelf);
	courier_keys_free(app.courier);
	return ok;
}

/* ---- the key ---- */

static bool note_rotation(struct call *c, struct db *db, struct err *e)
{
	static const struct reader nobody;

	if (!db_begin_system(db, e))
		return false;
	return audit_commit(
		db, c->mem, &nobody, "courier_rotate", "ok", NULL, 0, e);
}

/* Noted first: a key that changed and stands on no trail must not be. */
bool admin_courier_rotate(struct call *c, struct err *e)
{
	char was[KEY_NAME], now[KEY_NAME];
	struct db *db = admin_db(c, e);
	bool ok = db && note_rotation(c, db, e) &&
		  courier_key_rotate(c->conf.state_dir, was, now, e);

	db_close(db);
	if (ok && call_option(c, "json"))
		table_print_json(
			c, json_pack("{s:s, s:s}", "key", now, "before", was));
	else if (ok)
		printf("new courier key %s; the old one is kept as "
		       "courier-%s.key\nsend SIGHUP to a daemon that runs, and "
		       "copy both files to where the keys are kept\n",
			now, was);
	return ok;
}
