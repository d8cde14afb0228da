/*
 * table.c - see table.h.
 */
#include "server/admin/table.h"

#include "proto/base/timeutil.h"

#include <stdio.h>

/* NULL: nothing there. */
static const char *text_of(struct arena *mem, const struct db_rows *rows, int i,
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
	const char *text = text_of(mem, rows, i, k);

	if (!text)
		return json_null();
	if (k->kind == COLUMN_INT)
		return json_integer(db_get_int(rows, i, k->name));
	if (k->kind == COLUMN_FLAG)
		return json_boolean(db_get_int(rows, i, k->name));
	return json_string(text);
}

json_t *table_json(struct arena *mem, const struct db_rows *rows,
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

void table_lines(struct arena *mem, const struct db_rows *rows,
	const struct column *columns, size_t n)
{
	for (int i = -1; i < db_count(rows); i++) {
		const char *between = "";

		for (size_t k = 0; k < n; k++) {
			const char *text = columns[k].head;

			if (!text)
				continue;
			if (i >= 0)
				text = text_of(mem, rows, i, &columns[k]);
			printf("%s%s", between, text ? text : "-");
			between = "\t";
		}
		printf("\n");
	}
}

void table_print(struct call *c, const char *list, const struct db_rows *rows,
	const struct column *columns, size_t n)
{
	if (call_option(c, "json"))
		table_print_json(
			c, json_pack("{s:o}", list,
				   table_json(c->mem, rows, columns, n)));
	else
		table_lines(c->mem, rows, columns, n);
}

void table_print_json(struct call *c, json_t *j)
{
	printf("%s\n", json_canonical(json_keep(j, c->mem), c->mem));
}
