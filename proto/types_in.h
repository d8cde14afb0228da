/*
 * types_in.h - what the files of the catalogue share, and nobody else sees:
 * types_read.c fills it, types.c answers from it, types_later.c reads what is
 * asked for later.
 */
#ifndef PROTO_TYPES_IN_H
#define PROTO_TYPES_IN_H

#include "proto/base/buf.h"
#include "proto/base/hash.h"
#include "proto/types.h"

#define CATALOGUE_MAX_NO 99

struct named_type {
	const char *name;
	const struct rtype *type;
};

struct catalogue {
	struct arena *mem;
	json_t *doc; /* whole, with the lists made from it */
	struct str text;
	char etag[SHA256_HEX];
	json_t *scales;
	json_t *forms;
	json_t *packs;
	struct rtype *types; /* in order of no */
	size_t type_count;
	struct named_type *by_name; /* in order of name */
	const struct rtype *by_no[CATALOGUE_MAX_NO + 1];
	struct code_list *lists; /* in order of name */
	size_t list_count;
	struct waiting *waiting; /* what is not read yet; NULL: all is */
};

/* For sorting and searching: code lists and named types by name. */
int catalogue_cmp_list(const void *a, const void *b);
int catalogue_cmp_type(const void *a, const void *b);

/*
 * Fills c from its document; c->mem and c->doc are set. The first mistake found
 * is named by its place in e->msg.
 */
bool catalogue_fill(struct catalogue *c, struct err *e) MUST_CHECK;

/*
 * Puts the code lists that follow from what there is into the document: a code
 * for each programme, form and instrument, in order of name. `retired` is
 * {"form":{"name":true}} (may be NULL).
 */
void catalogue_make_lists(json_t *doc, const json_t *retired);

/*
 * Of a document the forms and packs by what they are called alone: the rest of
 * their text, which must stay where it is, is read when it is asked for. *heads
 * gets the document that is read at once.
 */
#define WAITING_MAX 400 /* what is more is read at once */
struct waiting *waiting_new(const char *text, size_t n, struct arena *mem,
	struct buf *heads) NEVER_NULL;
/* Now it is asked for: one of "forms" or "packs" with its older versions, or
 * with NULL all of them. Any thread may. */
void waiting_read(
	const struct catalogue *c, const char *section, const char *name);

#endif
