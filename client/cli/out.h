/*
 * out.h - standard output: tables whose columns line up for Chinese too, one
 * JSON value, and errors in the person's language.
 *
 * Text from records never reaches the terminal as it is: control characters
 * become spaces, so that no note can move the cursor or change colours.
 */
#ifndef CLIENT_OUT_H
#define CLIENT_OUT_H

#include "client/cli/cli.h"

/* Columns a text takes on a terminal. */
size_t out_width(const char *text);
/* A line without control characters, at most `columns` wide (0: any). */
const char *out_plain(
	struct cli *c, const char *text, size_t columns) NEVER_NULL;

void out_line(struct cli *c, const char *text);
/* "label   value", labels lined up. */
void out_pair(struct cli *c, enum text_id label, const char *value);
/* Prints the value and a line feed. */
void out_json(struct cli *c, json_t *TAKES j);
void out_error(struct cli *c, const struct err *e);
/* The sentence for what the centre said of a change or a file: the members
 * "code", "field", "accepts". */
const char *out_why(struct cli *c, const json_t *said) NEVER_NULL;

#define TABLE_COLUMNS 10

struct table {
	struct cli *c;
	size_t columns;
	const char *head[TABLE_COLUMNS];
	struct buf cells; /* const char *, row by row */
};

/* Heads end with T_COUNT. */
struct table *table_new(struct cli *c, const enum text_id *heads) NEVER_NULL;
void table_add(struct table *t, const char *text);
/* Prints what was added; "none" when nothing was. */
void table_print(struct table *t);

#endif
