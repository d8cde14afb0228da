/*
 * columns.h - what the columns of somebody's list mean, and their cells.
 *
 * A column is known by its catalogue name or label, in either language, or by
 * one of the words such lists use. What a cell says is made into what the
 * field takes: 男 becomes 1, 1980年3月5日 a date, a mobile number E.164.
 */
#ifndef CLIENT_COLUMNS_H
#define CLIENT_COLUMNS_H

#include "client/cli/csv.h"
#include "client/cli/desk.h"

enum column_of { OF_NOTHING, OF_PERSON, OF_CASE };

struct column {
	enum column_of of;
	const struct field *field;
	const char *head; /* as the file has it */
};

/* Reads the first row. ERR_BAD_FILE when no column is the client's name;
 * *ignored lists heads nobody knows. */
bool columns_read(struct desk *d, const char *name, const struct csv_row *head,
	struct column *out, json_t *ignored, struct err *e) MUST_CHECK;

/* Puts a cell into the body; an empty one says nothing. On failure the field
 * and what it takes are in *e. */
bool columns_put(struct desk *d, const struct column *col, const char *cell,
	json_t *body, struct err *e) MUST_CHECK;
/* What the cells together imply: birth and sex from the identity number (or
 * that they contradict it), pinyin from the name. */
bool columns_finish(json_t *person, struct err *e) MUST_CHECK;

#endif
