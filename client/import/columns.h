/*
 * columns.h - what the columns of somebody's list mean, and how that is known.
 *
 * In this order: what the person says (--map), what was said the last time for
 * a list with these heads, what the head says, and, where the head says
 * nothing, what the cells look like. All of it is shown before anything is
 * written.
 */
#ifndef CLIENT_IMPORT_COLUMNS_H
#define CLIENT_IMPORT_COLUMNS_H

#include "client/import/header.h"
#include "proto/base/hash.h"

enum how { HOW_NOT, HOW_HEAD, HOW_CELLS, HOW_REMEMBERED, HOW_SAID };

struct column {
	const struct target *target; /* NULL: nobody knows it */
	const char *head;            /* as the file has it */
	enum how how;
	/* Behind the last head, and hardly ever filled: what stands there was
	 * pushed out of its place by a comma too many. */
	bool stray;
};

struct columns {
	struct column *column;
	size_t n;
	char signature[SHA256_HEX]; /* of the heads */
};

/*
 * `maps`: what the person says, "COLUMN=target" each on a line, or NULL; a
 * column is named by its head, its letter or its number. `remembered`: what
 * columns_memory() made of a list with these heads, or NULL. ERR_USAGE names
 * what is wrong with `maps`; ERR_BAD_FILE when no column is the client's name.
 */
bool columns_read(const struct reading *r, const struct targets *t,
	const struct header *h, const struct row *sample, size_t n,
	const char *maps, const json_t *remembered, struct columns *out,
	struct err *e) MUST_CHECK;
/* Of the heads alone, so that it can be asked for what is remembered. */
void columns_signature(const struct header *h, char out[SHA256_HEX]);
/* What to remember: a target or null for each column. The caller owns it. */
json_t *columns_memory(const struct columns *c);
/* Where a target stands, or c->n. */
size_t columns_find(const struct columns *c, const char *target);

#endif
