/*
 * columns.h - the rows of a statement as texts and as JSON, by a table of
 * columns.
 */
#ifndef SERVER_DB_COLUMNS_H
#define SERVER_DB_COLUMNS_H

#include "proto/base/json.h"
#include "server/db/db.h"

enum column_kind {
	COLUMN_TEXT,
	COLUMN_ID,
	COLUMN_TIME,
	COLUMN_INT,
	COLUMN_FLAG,
};

struct column {
	const char *head; /* NULL: only with --json */
	const char *name; /* of the member, and of the statement's column */
	enum column_kind kind;
	/* A text that is made of several columns; NULL: the column itself. */
	const char *(*make)(
		struct arena *mem, const struct db_rows *rows, int i);
};

/* One value as a person reads it; NULL: nothing there. */
const char *column_text(struct arena *mem, const struct db_rows *rows, int i,
	const struct column *k);
/* An array of objects; the caller owns it. */
json_t *columns_json(struct arena *mem, const struct db_rows *rows,
	const struct column *columns, size_t n) NEVER_NULL;

#endif
