/*
 * keys.c - verbs about the keys of what is sealed at rest (server/vault).
 *
 * A new data key is made known first, then it seals, then everything older is
 * sealed by it, in short transactions while the daemon works, and only then are
 * the old ones destroyed. How far it is stands in the database with each step,
 * so that it goes on there, whatever ended it. They run as the owner of the
 * tables: the daemon's role cannot change a version.
 */
#include "server/admin/admin.h"

#include "proto/base/host.h"
#include "server/admin/reseal.h"
#include "server/admin/table.h"
#include "server/audit/audit.h"
#include "server/db/sealed.h"
#include "server/shelf.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Every daemon looks for new keys once a second. */
#define SPREAD_MS 3000
#define ROUND_MS  500 /* before what others had in hand is tried again */

static void pause_ms(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	while (nanosleep(&t, &t) != 0)
		;
}

struct db *keys_owner(struct call *c, struct err *e)
{
	struct vault *v = admin_vault(c, e);
	const char *owner = *c->conf.database_owner ? c->conf.database_owner
						    : c->conf.database;

	return v ? db_open_with(owner, v, e) : NULL;
}

/* Noted first: a key that changed and stands on no trail must not be. */
bool keys_note(struct call *c, const char *action, struct err *e)
{
	static const struct reader nobody;
	struct db *db = admin_db(c, e);
	bool ok = db && db_begin_system(db, e);

	if (ok) {
		ok = audit_commit(
			db, c->mem, &nobody, action, "ok", NULL, 0, e);
	}
	db_close(db);
	return ok;
}

/* ---- status ---- */

static const char *key_or_none(
	struct arena *mem, const struct file_keys *k, size_t i)
{
	char hex[2 * FILE_KEY_ID + 1];

	return arena_strdup(mem, hex_format(k->key[i].id, FILE_KEY_ID, hex));
}

static json_t *file_lines(struct call *c, const struct file_keys *k)
{
	json_t *list = json_array();

	for (size_t i = 0; i < k->n; i++)
		json_array_append_new(
			list, json_string(key_or_none(c->mem, k, i)));
	return list;
}

static const struct column key_columns[] = {
	{"key",        "no",       COLUMN_INT,  NULL},
	{"state",      "state",    COLUMN_TEXT, NULL},
	{"wrapped by", "by",       COLUMN_TEXT, NULL},
	{"made",       "made_at",  COLUMN_TIME, NULL},
	{"destroyed",  "ended_at", COLUMN_TIME, NULL},
	{"texts",      "texts",    COLUMN_INT,  NULL},
};
static const struct column wrap_columns[] = {
	{"wrapped by", "by",   COLUMN_TEXT, NULL},
	{"what",       "kind", COLUMN_TEXT, NULL},
	{"how many",   "n",    COLUMN_INT,  NULL},
};

struct status {
	struct db_rows *keys, *wrapped, *open, *work;
};

static bool read_status(struct call *c, struct db *db,
	const struct catalogue *catalogue, struct status *s, struct err *e)
{
	struct db_args none, types;

	db_args_init(&none, c->mem);
	db_args_init(&types, c->mem);
	reseal_types(&types, catalogue);
	return db_begin_system(db, e) &&
	       db_run(db, Q_KEYS_STATUS, &none, &s->keys, e) &&
	       db_run(db, Q_KEYS_WRAPPED, &none, &s->wrapped, e) &&
	       db_run(db, Q_KEYS_OPEN, &types, &s->open, e) &&
	       db_run(db, Q_KEY_WORK, &none, &s->work, e) && db_commit(db, e);
}

static void print_status(struct call *c, struct db *db, const struct status *s)
{
	const struct file_keys *file = vault_file_keys(db_sealing(db).vault);
	bool works = db_count(s->work) > 0;

	if (call_option(c, "json")) {
		table_print_json(c,
			json_pack("{s:o, s:o, s:o, s:I, s:o}", "keys",
				columns_json(c->mem, s->keys, key_columns,
					ARRAY_LEN(key_columns)),
				"file", file_lines(c, file), "wrapped",
				columns_json(c->mem, s->wrapped, wrap_columns,
					ARRAY_LEN(wrap_columns)),
				"open", (json_int_t)db_get_int(s->open, 0, "n"),
				"unfinished",
				works ? json_string(db_get_text(
						s->work, 0, "place"))
				      : json_null()));
		return;
	}
	table_lines(c->mem, s->keys, key_columns, ARRAY_LEN(key_columns));
	printf("\n");
	table_lines(c->mem, s->wrapped, wrap_columns, ARRAY_LEN(wrap_columns));
	printf("\n");
	for (size_t i = 0; i < file->n; i++)
		printf("key file, line %zu\t%s%s\n", i + 1,
			key_or_none(c->mem, file, i), i ? "" : "\twraps now");
	printf("stored open, of before\t%lld\n",
		(long long)db_get_int(s->open, 0, "n"));
	if (works)
		printf("a change of data keys is not finished: casebridged "
		       "keys rotate goes on\n");
}

bool admin_keys_status(struct call *c, struct err *e)
{
	struct catalogue *catalogue = catalogue_load();
	struct db *db = keys_owner(c, e);
	struct status s;
	bool ok = db && read_status(c, db, catalogue, &s, e);

	if (ok)
		print_status(c, db, &s);
	db_close(db);
	catalogue_free(catalogue);
	return ok;
}

/* ---- rotate ---- */

static bool run(struct db *db, struct arena *mem, enum query q, struct err *e)
{
	struct db_args none;

	db_args_init(&none, mem);
	return db_run(db, q, &none, NULL, e);
}

static bool run_with(struct db *db, struct arena *mem, enum query q,
	int64_t number, struct db_rows **rows, struct err *e)
{
	struct db_args a;

	db_args_init(&a, mem);
	db_int(&a, number);
	return db_run(db, q, &a, rows, e);
}

/* *there: false when nothing is under way. Locks the work until the commit. */
static bool read_work(struct db *db, struct arena *mem, struct key_work *w,
	bool *there, struct err *e)
{
	struct db_rows *rows;
	struct db_args none;

	db_args_init(&none, mem);
	if (!db_begin_system(db, e) || !db_run(db, Q_KEY_WORK, &none, &rows, e))
		return false;
	*there = db_count(rows) > 0;
	if (!*there)
		return true;
	w->key = db_get_int(rows, 0, "key_no");
	w->spreading = strcmp(db_get_text(rows, 0, "stage"), "spread") == 0;
	w->place = db_get_text(rows, 0, "place");
	w->row = db_get_uuid(rows, 0, "row_id");
	w->version = db_get_int(rows, 0, "version");
	w->done = db_get_int(rows, 0, "done");
	return true;
}

static bool begin(struct call *c, struct db *db, struct err *e)
{
	struct sealing by = db_sealing(db);
	unsigned char wrapped[WRAPPED_KEY];
	struct db_rows *rows;
	struct db_args a;
	int64_t no;

	db_args_init(&a, c->mem);
	if (!db_run(db, Q_KEY_NEXT, &a, &rows, e))
		return false;
	no = db_get_int(rows, 0, "no");
	vault_make(by.vault, by.cipher, no, wrapped);
	db_args_init(&a, c->mem);
	db_int(&a, no);
	db_bytes(&a, vault_file_keys(by.vault)->key[0].id, FILE_KEY_ID);
	db_bytes(&a, wrapped, sizeof(wrapped));
	return db_run(db, Q_KEY_BEGIN, &a, NULL, e);
}

static bool start(struct call *c, struct db *db, struct err *e)
{
	struct key_work w;
	bool there, ok;

	ok = read_work(db, c->mem, &w, &there, e) &&
	     (there || begin(c, db, e)) && db_commit(db, e);
	if (ok && there)
		printf("going on with data key %lld, %lld texts done\n",
			(long long)w.key, (long long)w.done);
	return ok;
}

/* From "known" to "in use", between two waits for whoever has not looked yet.
 */
static bool put_into_use(struct db *db, struct arena *mem,
	const struct key_work *w, struct err *e)
{
	struct db_args a;

	if (!db_commit(db, e))
		return false;
	pause_ms(SPREAD_MS);
	db_args_init(&a, mem);
	db_text(&a, "seal");
	if (!db_begin_system(db, e) ||
		!run_with(db, mem, Q_KEY_RETREAT, w->key, NULL, e) ||
		!run_with(db, mem, Q_KEY_ACTIVATE, w->key, NULL, e) ||
		!db_run(db, Q_KEY_STAGE, &a, NULL, e) || !db_commit(db, e))
		return false;
	pause_ms(SPREAD_MS);
	return db_take_keys(db, e);
}

static bool keep_place(struct db *db, struct arena *mem,
	const struct key_work *w, int64_t more, struct err *e)
{
	struct db_args a;

	db_args_init(&a, mem);
	db_text(&a, w->place);
	db_uuid(&a, &w->row);
	db_int(&a, w->version);
	db_int(&a, 0);
	db_int(&a, more);
	return db_run(db, Q_KEY_PLACE, &a, NULL, e);
}

/* All places are through: is anything left, of others or because somebody had
 * it in hand? Whoever is writing with an old key is waited for. */
static bool finish(struct db *db, const struct catalogue *c, struct arena *mem,
	const struct key_work *w, bool *done, struct err *e)
{
	struct db_rows *rows;
	struct db_args a, none;

	db_args_init(&none, mem);
	db_args_init(&a, mem);
	db_int(&a, w->key);
	reseal_types(&a, c);
	if (!db_run(db, Q_KEYS_LEFT, &none, NULL, e) ||
		!db_run(db, Q_KEYS_LEFT_TEXTS, &a, &rows, e))
		return false;
	*done = db_get_int(rows, 0, "n") == 0;
	return !*done || (run(db, mem, Q_KEYS_DESTROY, e) &&
				 run(db, mem, Q_KEY_WORK_END, e));
}

/* The place after one that is through; NULL after the last. */
static const char *place_after(const char *place)
{
	if (strcmp(place, "version") == 0)
		return "salvage";
	return strcmp(place, "salvage") == 0 ? "parked" : NULL;
}

static bool one_step(struct db *db, const struct catalogue *c,
	struct arena *mem, struct key_work *w, bool *done, struct err *e)
{
	static const struct uuid nothing;
	const char *next;
	bool round = false;
	size_t n = 0;

	if (!reseal_step(db, c, mem, w, &n, e))
		return false;
	next = place_after(w->place);
	if (!n && !next) {
		round = true;
		if (!finish(db, c, mem, w, done, e))
			return false;
		next = "version";
	}
	if (!n && !*done) {
		w->place = next;
		w->row = nothing;
		w->version = 0;
	}
	if ((!*done && !keep_place(db, mem, w, (int64_t)n, e)) ||
		!db_commit(db, e))
		return false;
	if (round && !*done)
		pause_ms(ROUND_MS);
	return true;
}

static bool work_on(struct db *db, const struct catalogue *c, bool *done,
	struct key_work *w, struct err *e)
{
	struct arena *mem = arena_new();
	bool there, ok = read_work(db, mem, w, &there, e);

	*done = ok && !there;
	if (ok && !there)
		ok = db_commit(db, e);
	else if (ok)
		ok = w->spreading ? put_into_use(db, mem, w, e)
				  : one_step(db, c, mem, w, done, e);
	/* Somebody else wanted the same rows, or the database is busy. */
	if (!ok && e->code == ERR_BUSY) {
		db_rollback(db);
		pause_ms(ROUND_MS);
		ok = db_ready(db, e);
	} else if (!ok)
		db_rollback(db);
	arena_free(mem);
	return ok;
}

static bool rotate(struct call *c, struct db *db, struct shelf *shelf,
	struct db *app, struct err *e)
{
	static const struct uuid nobody;
	const struct catalogue *catalogue;
	struct key_work w = {0};
	int64_t stamp = 0;
	bool done = false, ok;

	ok = shelf_stamp(app, c->mem, &stamp, e);
	catalogue =
		ok ? shelf_take(shelf, app, stamp, &nobody, c->mem, e) : NULL;
	ok = catalogue && start(c, db, e);
	while (ok && !done)
		ok = work_on(db, catalogue, &done, &w, e);
	if (!ok)
		return false;
	if (call_option(c, "json"))
		table_print_json(
			c, json_pack("{s:I, s:I}", "key", (json_int_t)w.key,
				   "texts", (json_int_t)w.done));
	else
		printf("data key %lld seals, %lld texts were sealed anew, "
		       "older "
		       "keys are destroyed\nwhat stood there before goes with "
		       "VACUUM, old WAL and old backups\n",
			(long long)w.key, (long long)w.done);
	return true;
}

bool admin_keys_rotate(struct call *c, struct err *e)
{
	struct shelf *shelf = shelf_open(&c->conf, e);
	struct db *app = shelf ? admin_db(c, e) : NULL;
	struct db *db = app ? keys_owner(c, e) : NULL;
	bool ok = db && keys_note(c, "keys_rotate", e) &&
		  rotate(c, db, shelf, app, e);

	db_close(db);
	db_close(app);
	shelf_free(shelf);
	return ok;
}
