/*
 * outside.c - see outside.h. Opens the same tables as the store and none of
 * its seals.
 */
#include "client/store/outside.h"

#include "client/store/sql.h"

#include <string.h>

struct outside {
	struct arena *mem;
	struct sql *db;
	const char *files; /* directory of sealed bytes */
};

#define TABLES_SINCE 4 /* the migration that brought parcels */

struct outside *outside_open(const char *path, struct err *e)
{
	struct arena *mem = arena_new();
	struct outside *o = ARENA_NEW(mem, struct outside);
	int64_t version = 0;
	struct sql_run *r;
	bool row = false;

	o->mem = mem;
	o->files = arena_printf(mem, "%s-files", path);
	o->db = sql_open(path, false, false, e);
	if (o->db) {
		r = sql_take(o->db, S_SCHEMA_VERSION);
		row = sql_step(o->db, r, &row, e) && row;
		version = row ? sql_col_int(r, 0) : 0;
		sql_end(r);
		if (row && version < TABLES_SINCE)
			err_set(e, ERR_NOT_FOUND, "a store without parcels");
	}
	if (version >= TABLES_SINCE)
		return o;
	outside_close(o);
	return NULL;
}

void outside_close(struct outside *o)
{
	if (!o)
		return;
	sql_close(o->db);
	arena_free(o->mem);
}

/* One row with one blob; NULL text when there is none. */
static bool one_blob(struct outside *o, enum statement which, struct arena *mem,
	struct str *out, struct err *e)
{
	struct sql_run *r = sql_take(o->db, which);
	struct str blob = {NULL, 0};
	bool row;

	if (!sql_step(o->db, r, &row, e))
		return false;
	if (row)
		blob = sql_col_blob(r, 0);
	out->p = row ? arena_strndup(mem, blob.p, blob.n) : NULL;
	out->n = blob.n;
	sql_end(r);
	return true;
}

bool outside_id(struct outside *o, struct uuid *out, struct err *e)
{
	struct str id;

	if (!one_blob(o, S_STORE_ID, o->mem, &id, e))
		return false;
	if (!id.p || id.n != sizeof(out->b))
		return err_field(e, ERR_STORE_DAMAGED, "state", "-");
	memcpy(out->b, id.p, sizeof(out->b));
	return true;
}

bool outside_shared(struct outside *o, bool *out, struct err *e)
{
	struct sql_run *r = sql_take(o->db, S_KEYWRAP_SHARED);
	bool row;

	if (!sql_step(o->db, r, &row, e))
		return false;
	*out = row && sql_col_int(r, 0) != 0;
	sql_end(r);
	return true;
}

bool outside_count(struct outside *o, struct outside_counts *out, struct err *e)
{
	struct sql_run *r = sql_take(o->db, S_COURIER_COUNT);
	bool row;

	memset(out, 0, sizeof(*out));
	if (!sql_step(o->db, r, &row, e))
		return false;
	out->waiting = sql_col_int(r, 0);
	out->closed = sql_col_int(r, 1);
	out->to_carry = sql_col_int(r, 2);
	out->files = sql_col_int(r, 3);
	out->refused = sql_col_int(r, 4);
	sql_end(r);
	return true;
}

bool outside_passport(
	struct outside *o, struct arena *mem, const char **out, struct err *e)
{
	struct str text;

	if (!one_blob(o, S_PASSPORT_GET, mem, &text, e))
		return false;
	*out = text.p;
	return true;
}

static bool read_row(struct outside *o, struct sql_run *r, struct arena *mem,
	struct outside_parcel *out, struct err *e)
{
	struct str id = sql_col_blob(r, 0), blob = sql_col_blob(r, 2);
	struct str entry = sql_col_blob(r, 3);
	char hex[SHA256_HEX];

	memset(out, 0, sizeof(*out));
	if (id.n != sizeof(out->id.b) || (blob.n && blob.n != SHA256_LEN))
		return err_field(e, ERR_STORE_DAMAGED, "courier", "-");
	memcpy(out->id.b, id.p, sizeof(out->id.b));
	out->place = sql_col_int(r, 1);
	out->is_file = blob.n > 0;
	if (out->is_file)
		out->blob = arena_printf(mem, "%s/%s", o->files,
			hex_format(blob.p, SHA256_LEN, hex));
	out->entry = arena_strndup(mem, entry.p, entry.n);
	return true;
}

bool outside_next(struct outside *o, const struct outside_parcel *behind,
	struct arena *mem, struct outside_parcel *out, bool *found,
	struct err *e)
{
	struct sql_run *r = sql_take(o->db, S_COURIER_NEXT);
	bool ok;

	sql_int(r, 1, behind ? behind->place : -1);
	sql_blob(r, 2, behind ? behind->id.b : NULL,
		behind ? sizeof(behind->id.b) : 0);
	if (!sql_step(o->db, r, found, e))
		return false;
	ok = !*found || read_row(o, r, mem, out, e);
	sql_end(r);
	return ok;
}

bool outside_mark(
	struct outside *o, const struct uuid *id, bool taken, struct err *e)
{
	struct sql_run *r = sql_take(o->db, S_COURIER_MARK);

	sql_blob(r, 1, id->b, sizeof(id->b));
	sql_int(r, 2, taken ? 1 : 2);
	return sql_do(o->db, r, e);
}
