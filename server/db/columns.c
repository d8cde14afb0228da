/*
 * columns.c - see columns.h.
 */
#include "server/db/columns.h"

#include "proto/base/timeutil.h"

const char *column_text(struct arena *mem, const struct db_rows *rows, int i,
	const struct column *k)
{
	char text[TIME_TEXT > UUID_TEXT ? TIME_TEXT : UUID_TEXT];
	struct uuid id;

	if (k->make)
		return k->make(mem, rows, i);
	if (db_is_null(rows, i, k->name))
		return NULL;
	switch (k->kind) {
	case COLUMN_ID:
		id = db_get_uuid(rows, i, k->name);
		return arena_strdup(mem, uuid_format(&id, text));
	case COLUMN_TIME:
		return arena_strdup(
			mem, time_format(db_get_ms(rows, i, k->name), text));
	case COLUMN_INT:
		return arena_printf(
			mem, "%lld", (long long)db_get_int(rows, i, k->name));
	case COLUMN_FLAG:
		return db_get_int(rows, i, k->name) ? "yes" : "no";
	case COLUMN_TEXT:
		break;
	}
	return db_get_text(rows, i, k->name);
}

static json_t *value_of(struct arena *mem, const struct db_rows *rows, int i,
	const struct column *k)
{
	const char *text = column_text(mem, rows, i, k);

	if (!text)
		return json_null();
	if (k->kind == COLUMN_INT)
		return json_integer(db_get_int(rows, i, k->name));
	if (k->kind == COLUMN_FLAG)
		return json_boolean(db_get_int(rows, i, k->name));
	return json_string(text);
}

json_t *columns_json(struct arena *mem, const struct db_rows *rows,
	const struct column *columns, size_t n)
{
	json_t *list = json_array();

	for (int i = 0; i < db_count(rows); i++) {
		json_t *one = json_object();

		for (size_t k = 0; k < n; k++)
			json_object_set_new(one, columns[k].name,
				value_of(mem, rows, i, &columns[k]));
		json_array_append_new(list, one);
	}
	return list;
}
