/*
 * table.c - see table.h.
 */
#include "server/admin/table.h"

#include <stdio.h>

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
				text = column_text(mem, rows, i, &columns[k]);
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
				   columns_json(c->mem, rows, columns, n)));
	else
		table_lines(c->mem, rows, columns, n);
}

void table_print_json(struct call *c, json_t *j)
{
	printf("%s\n", json_canonical(json_keep(j, c->mem), c->mem));
}
