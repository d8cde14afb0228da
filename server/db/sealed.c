/*
 * sealed.c - what is sealed at rest is opened where it leaves PostgreSQL, once,
 * for whoever asks: no statement's reader can forget to.
 */
#include "server/db/sealed.h"

#include "server/db/pg.h"

#include <stdlib.h>
#include <string.h>

/* Columns that hold bodies, the columns that say whose, and where they lie. A
 * statement that gives a body under another name gives it as it is stored. */
static const struct {
	const char *body;
	const char *record;
	const char *version;
	const char *place;
	const char *sha; /* of the body, where the statement has it */
} columns[] = {
	{"body",     "record_id", "version",        BODY_COLUMN,    "sha"},
	{"now_body", "record_id", "now_version",    BODY_COLUMN,    NULL },
	{"person",   "person_id", "person_version", BODY_COLUMN,    NULL },
	{"salvaged", "record_id", "version",        SALVAGE_COLUMN, "sha"},
	{"payload",  "change_id", NULL,             PARKED_COLUMN,  NULL },
};

static bool is_body(struct sealing *by, PGresult *res, int i, size_t k, int col,
	struct arena *mem, struct err *e)
{
	struct db_rows rows = {res, mem};
	struct str stored = db_raw(&rows, i, col), body, sha;
	struct vault_place at = {.column = columns[k].place};
	struct sha256 is;
	char id[UUID_TEXT];
	void *bytes;
	int n;

	if (!body_is_sealed(stored))
		return true;
	at.row = db_get_uuid(&rows, i, columns[k].record);
	if (columns[k].version)
		at.version = db_get_int(&rows, i, columns[k].version);
	if (!body_open(by, &at, stored, mem, &body, e))
		return false;
	/* The open values beside the sealed ones are bound by their hash. */
	n = columns[k].sha ? PQfnumber(res, columns[k].sha) : -1;
	if (n >= 0) {
		sha = db_raw(&rows, i, n);
		is = sha256_of(body.p, body.n);
		if (sha.n != SHA256_LEN || memcmp(sha.p, is.b, SHA256_LEN) != 0)
			return err_field(e, ERR_SEALED,
				uuid_format(&at.row, id), "%s, version %lld",
				at.column, (long long)at.version);
	}
	memcpy(&bytes, &body.p, sizeof(bytes)); /* it is only read */
	if (PQsetvalue(res, i, col, bytes, (int)body.n) != 1)
		die("out of memory (a body)");
	return true;
}

bool pg_open_bodies(struct db *db, PGresult *res, struct err *e)
{
	struct sealing by = {db->vault, db->cipher};
	struct arena *mem = NULL;
	bool ok = true;

	for (size_t k = 0; PQntuples(res) && k < ARRAY_LEN(columns); k++) {
		int col = PQfnumber(res, columns[k].body);

		if (col < 0)
			continue;
		if (!mem)
			mem = arena_new();
		for (int i = 0; ok && i < PQntuples(res); i++)
			ok = is_body(&by, res, i, k, col, mem, e);
	}
	arena_free(mem);
	return ok;
}

/* ---- keys ---- */

static bool take_rows(struct db *db, const struct db_rows *rows, struct err *e)
{
	struct data_key list[VAULT_KEYS];
	size_t n = (size_t)db_count(rows);

	if (n > VAULT_KEYS)
		return err_set(
			e, ERR_INTERNAL, "more than %d data keys", VAULT_KEYS);
	for (size_t i = 0; i < n; i++) {
		list[i].no = db_get_int(rows, (int)i, "no");
		list[i].by = db_get_bytes(rows, (int)i, "by");
		list[i].wrapped = db_get_bytes(rows, (int)i, "wrapped");
		list[i].active = db_get_int(rows, (int)i, "active") != 0;
	}
	return vault_take(db->vault, db->cipher, list, n, e);
}

/* An empty database gets its first data key here. */
static bool make_first(struct db *db, struct arena *mem, struct err *e)
{
	unsigned char wrapped[WRAPPED_KEY];
	struct db_args a;

	vault_make(db->vault, db->cipher, 1, wrapped);
	db_args_init(&a, mem);
	db_bytes(&a, vault_file_keys(db->vault)->key[0].id, FILE_KEY_ID);
	db_bytes(&a, wrapped, sizeof(wrapped));
	return db_run(db, Q_DATA_KEY_FIRST, &a, NULL, e);
}

bool db_take_keys(struct db *db, struct err *e)
{
	struct arena *mem = arena_new();
	struct db_rows *rows = NULL;
	struct db_args none;
	bool ok;

	db_args_init(&none, mem);
	ok = db_run(db, Q_DATA_KEYS, &none, &rows, e);
	if (ok && !db_count(rows))
		ok = make_first(db, mem, e) &&
		     db_run(db, Q_DATA_KEYS, &none, &rows, e);
	ok = ok && take_rows(db, rows, e);
	arena_free(mem);
	return ok;
}

struct db *db_open_with(const char *conninfo, struct vault *v, struct err *e)
{
	struct db *db = db_open(conninfo, e);

	if (!db)
		return NULL;
	db->vault = v;
	if (!v || db_take_keys(db, e))
		return db;
	db_close(db);
	return NULL;
}

struct sealing db_sealing(const struct db *db)
{
	return (struct sealing){db->vault, db->cipher};
}
