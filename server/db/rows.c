/*
 * rows.c - PostgreSQL's binary results as values. An unknown column or a value
 * of another width is a bug and ends the process at the first test.
 */
#include "server/db/pg.h"

#include <stdlib.h>
#include <string.h>

#define PG_EPOCH_MS 946684800000LL

int db_count(const struct db_rows *rows)
{
	return PQntuples(rows->res);
}

bool db_has_column(const struct db_rows *rows, const char *column)
{
	return PQfnumber(rows->res, column) >= 0;
}

int db_column(const struct db_rows *rows, const char *column)
{
	int col = PQfnumber(rows->res, column);

	if (col < 0)
		die("the statement returns no column '%s'", column);
	return col;
}

struct str db_raw(const struct db_rows *rows, int row, int column)
{
	struct str s = {PQgetvalue(rows->res, row, column),
		(size_t)PQgetlength(rows->res, row, column)};

	if (PQgetisnull(rows->res, row, column))
		s.p = NULL;
	return s;
}

static struct str value(const struct db_rows *rows, int row, const char *column)
{
	return db_raw(rows, row, db_column(rows, column));
}

bool db_is_null(const struct db_rows *rows, int row, const char *column)
{
	return !value(rows, row, column).p;
}

static int64_t big_endian(struct str s)
{
	uint64_t v = s.n && ((unsigned char)s.p[0] & 0x80) && s.n > 1
			     ? UINT64_MAX
			     : 0;

	if (s.n > 8)
		die("a number of %zu bytes", s.n);
	for (size_t i = 0; i < s.n; i++)
		v = v << 8 | (unsigned char)s.p[i];
	return (int64_t)v;
}

int64_t db_int_at(const struct db_rows *rows, int row, int column)
{
	struct str s = db_raw(rows, row, column);

	return s.p ? big_endian(s) : 0;
}

int64_t db_ms_at(const struct db_rows *rows, int row, int column)
{
	struct str s = db_raw(rows, row, column);

	return s.p ? big_endian(s) / 1000 + PG_EPOCH_MS : 0;
}

int64_t db_get_int(const struct db_rows *rows, int row, const char *column)
{
	return db_int_at(rows, row, db_column(rows, column));
}

const char *db_get_text(const struct db_rows *rows, int row, const char *column)
{
	return value(rows, row, column).p;
}

struct str db_get_bytes(const struct db_rows *rows, int row, const char *column)
{
	return value(rows, row, column);
}

struct uuid db_get_uuid(const struct db_rows *rows, int row, const char *column)
{
	struct str s = value(rows, row, column);
	struct uuid u = {{0}};

	if (s.p && s.n != sizeof(u.b))
		die("column '%s' is no uuid", column);
	if (s.p)
		memcpy(u.b, s.p, sizeof(u.b));
	return u;
}

int64_t db_get_ms(const struct db_rows *rows, int row, const char *column)
{
	return db_ms_at(rows, row, db_column(rows, column));
}

const struct uuid *db_get_uuids(
	const struct db_rows *rows, int row, const char *column, size_t *n)
{
	struct str s = value(rows, row, column);
	struct uuid *out;
	const char *at;

	*n = 0;
	if (!s.p || s.n < 20)
		return NULL;
	*n = (size_t)big_endian((struct str){s.p + 12, 4});
	if (s.n != 20 + *n * 20)
		die("column '%s' is no uuid[] without nulls", column);
	out = ARENA_ARRAY(rows->mem, struct uuid, *n);
	at = s.p + 20;
	for (size_t i = 0; i < *n; i++, at += 20)
		memcpy(out[i].b, at + 4, 16);
	return out;
}
