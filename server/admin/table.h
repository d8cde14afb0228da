/*
 * table.h - the rows of a statement, printed for a person or for a program.
 *
 * A person gets a heading and lines with tabs between, "-" where there is
 * nothing; with --json a program gets objects, null where there is nothing.
 */
#ifndef SERVER_ADMIN_TABLE_H
#define SERVER_ADMIN_TABLE_H

#include "server/admin/call.h"
#include "server/db/columns.h"

/* The lines for a person. */
void table_lines(struct arena *mem, const struct db_rows *rows,
	const struct column *columns, size_t n);
/* Either, as the call asks: the array as member `list` of one object. */
void table_print(struct call *c, const char *list, const struct db_rows *rows,
	const struct column *columns, size_t n);
/* Prints a document of --json and lets go of it. */
void table_print_json(struct call *c, json_t *TAKES j);

#endif
